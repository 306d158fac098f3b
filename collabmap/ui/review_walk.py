"""A walk through town: of what is left the nearest, found without looking at all of it."""

import math
from collections import defaultdict
from collections.abc import Iterator

from collabmap.domain.geo import LngLat, distance_m

# Rows and columns of cells in degrees of latitude, about 250 m; as many of longitude are less wide.
CELL_DEG = 0.0025
# So many rings of cells are looked at before all cells that hold anything are.
_RINGS = 12

Cell = tuple[int, int]


def cell_of(at: LngLat, size_deg: float = CELL_DEG) -> Cell:
    """Return the column and row of a cell in a plain grid of degrees."""
    return math.floor(at.lng / size_deg), math.floor(at.lat / size_deg)


class Walk:
    """Positions by id.  Putting one in or out costs the same however many there are."""

    def __init__(self) -> None:
        self._cells: defaultdict[Cell, dict[bytes, LngLat]] = defaultdict(dict)
        self._where: dict[bytes, Cell] = {}

    def __contains__(self, id_: object) -> bool:
        return id_ in self._where

    def put(self, id_: bytes, at: LngLat) -> None:
        self.drop(id_)
        cell = cell_of(at)
        self._cells[cell][id_] = at
        self._where[id_] = cell

    def drop(self, id_: bytes) -> None:
        cell = self._where.pop(id_, None)
        if cell is not None:
            del self._cells[cell][id_]
            if not self._cells[cell]:
                del self._cells[cell]

    def nearest(self, at: LngLat) -> bytes | None:
        """Return what lies nearest, of several at one distance the smallest id; None if empty."""
        best: tuple[float, bytes] | None = None
        for ring, cells in self._rings(at):
            for cell in cells:
                for id_, there in self._cells.get(cell, {}).items():
                    found = distance_m(at, there), id_
                    best = found if best is None else min(best, found)
            if best is not None and best[0] <= _reach_m(at, ring):
                break
        return best[1] if best is not None else None

    def _rings(self, at: LngLat) -> Iterator[tuple[float, list[Cell]]]:
        """Yield cells ring by ring, then, further away, all that hold anything."""
        x, y = cell_of(at)
        if len(self._cells) > _RINGS**2:
            for ring in range(_RINGS):
                reach = range(-ring, ring + 1)
                yield (
                    ring,
                    [(x + i, y + j) for i in reach for j in reach if max(abs(i), abs(j)) == ring],
                )
        yield math.inf, list(self._cells)


def _reach_m(at: LngLat, ring: float) -> float:
    """Return how far around a position all is known, once a ring of cells was looked at."""
    if math.isinf(ring):
        return math.inf
    # From the middle of no cell: the nearest edge may be just beside.
    metres = 111_195 * CELL_DEG * ring
    return metres * math.cos(math.radians(min(89.0, abs(at.lat) + CELL_DEG * ring)))
