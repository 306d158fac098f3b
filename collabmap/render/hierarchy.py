"""The groups of a million marks at every zoom: made once in a worker, asked in every frame."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabmap.render.camera import TILE_PX, Floats
from collabmap.render.crowds import (
    CURVE_ZOOM,
    PILE_PX,
    Bools,
    Crowds,
    Ints,
    crowds_of,
    curve_keys,
    interleaved,
    piles_of,
)
from collabmap.render.groups import ALL_SHOWN_ZOOM

# More marks than these in one view are grouped however near one is: they would hide each other,
# and take longer to draw than a frame may.
MOST_SHOWN = 5_000
# Squares of 768 px: where each holds a quarter of that or less, so does a view, more or less.
_SQUARE_BITS = 12
# Whole zooms and those half-way between: cells nest in cells of twice the side only.
_FAMILIES = (0.0, 0.5)
_LAST_ZOOM = int(ALL_SHOWN_ZOOM) - 1

Box = tuple[float, float, float, float]
Places = NDArray[np.int32]


class Level(NamedTuple):
    """The groups of one zoom.  alone: places along the first curve; of the groups, along that of
    the family.
    """

    crowds: Crowds
    alone: Places
    family: int


class Hierarchy:
    """Points along two curves, whose runs are the cells of whole and of half zooms.

    A place is where along a curve a point lies.  Points without a position are left out.
    """

    def __init__(
        self,
        x: Floats,
        y: Floats,
        awaiting: Bools,
        chosen: Ints | None = None,
        *,
        first: float | None = None,
    ) -> None:
        """x, y: world positions.  chosen: only these points, ascending; None for all.

        first: a zoom; what it shows is made alone, in a third of the time, and stands in for all.
        """
        self._x, self._y, self._awaiting = x, y, awaiting
        if chosen is None:
            chosen = np.arange(len(x))
        points = chosen[np.isfinite(x[chosen]) & np.isfinite(y[chosen])].astype(np.int32)
        self._levels: dict[float, Level] = {}
        self._orders: list[Places] = []
        self._places: list[Places] = []
        self._key = np.empty(0, np.int64)
        self._only = None if first is None else float(max(0, min(_LAST_ZOOM, math.floor(first))))
        for family in range(len(_FAMILIES) if first is None else 1):
            self._add_family(family, points)

    def level(self, zoom: float) -> Level | None:
        """Return the groups that a zoom shows; None where every mark is shown by itself."""
        if self._only is not None:
            return self._levels[self._only] if zoom < ALL_SHOWN_ZOOM else None
        return self._levels.get(math.floor(zoom * 2) / 2)

    @property
    def is_whole(self) -> bool:
        """Whether all zooms are there."""
        return self._only is None

    def group_of(self, level: Level, points: Ints) -> Ints:
        """Return the group of each point, -1 for one that is alone, or not in this at all."""
        places = self._places[level.family][points]
        found = level.crowds.group_of(np.maximum(places, 0))
        found[places < 0] = -1
        return found

    def members(self, level: Level, groups: Ints) -> Ints:
        """Return the points of some groups."""
        return self._orders[level.family][level.crowds.members(groups)].astype(np.int64)

    def alone_in(self, level: Level, box: Box) -> Ints:
        """Return the points in a box (left, top, right, bottom; world) that stand alone."""
        starts, ends = (
            np.searchsorted(level.alone, edge.astype(np.int32)) for edge in self._runs(box)
        )
        return self._inside(level.alone[_counted(starts, ends)], box)

    def points_in(self, box: Box) -> Ints:
        """Return all points in a box."""
        return self._inside(_counted(*self._runs(box)), box)

    def is_crowded(self, box: Box) -> bool:
        """Whether more than MOST_SHOWN lie in a box."""
        starts, ends = self._runs(box)
        covered = (ends - starts).sum()
        # The runs cover a little more than the box; if it is far more, there is no need to count.
        return bool(
            covered > MOST_SHOWN
            and (covered > 8 * MOST_SHOWN or len(self.points_in(box)) > MOST_SHOWN)
        )

    def values(self, points: Ints) -> tuple[Floats, Floats, Bools]:
        """Return x, y and whether they await review."""
        return self._x[points], self._y[points], self._awaiting[points]

    def _add_family(self, family: int, points: Places) -> None:
        offset = _FAMILIES[family]
        key = curve_keys(self._x[points], self._y[points], CURVE_ZOOM + offset)
        by_key = np.argsort(key, kind="stable")
        key, order = key[by_key], points[by_key]
        del by_key
        place = np.full(len(self._x), -1, np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        self._orders.append(order)
        self._places.append(place)
        if family == 0:
            self._key = key
        last, end = _LAST_ZOOM, -1
        if self._only is not None:
            last, end = int(self._only), int(self._only) - 1
        while self.is_whole and last < CURVE_ZOOM and _is_dense(key, last + 1):
            last += 1
        shifted = key >> 2 * (CURVE_ZOOM - last)
        piles = piles_of(shifted, self._x[order], self._y[order], self._awaiting[order])
        del key, shifted
        for zoom in range(last, end, -1):
            self._levels[zoom + offset] = self._compact(crowds_of(piles, zoom + offset), family)
            piles = piles.coarser()

    def _compact(self, crowds: Crowds, family: int) -> Level:
        alone = crowds.alone.astype(np.int32)
        if family:
            alone = np.sort(self._places[0][self._orders[family][alone]])
        narrow = {
            name: getattr(crowds, name).astype(np.int32)
            for name in ("run_start", "run_end", "run_of", "absorbed", "absorbed_by")
        }
        # What is alone is kept once, along the first curve.
        return Level(crowds._replace(alone=crowds.alone[:0], **narrow), alone, family)

    def _runs(self, box: Box) -> tuple[Ints, Ints]:
        """Return starts and ends of runs along the first curve that cover a box."""
        across = TILE_PX * 2.0**CURVE_ZOOM / PILE_PX
        left, top, right, bottom = (int(min(1.0, max(0.0, edge)) * across) for edge in box)
        bits = max(0, max(right - left, bottom - top).bit_length() - 2)
        columns = np.arange(left >> bits, (right >> bits) + 1)
        rows = np.arange(top >> bits, (bottom >> bits) + 1)
        cells = np.sort(interleaved(columns[:, None], rows[None, :]).ravel())
        starts = np.searchsorted(self._key, cells << 2 * bits)
        return starts, np.searchsorted(self._key, cells + 1 << 2 * bits)

    def _inside(self, places: Ints | Places, box: Box) -> Ints:
        points = self._orders[0][places]
        left, top, right, bottom = box
        x, y = self._x[points], self._y[points]
        is_in = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        return points[is_in].astype(np.int64)


def _is_dense(key: Ints, zoom: int) -> bool:
    square = key >> 2 * (CURVE_ZOOM - zoom) + _SQUARE_BITS
    if len(square) <= MOST_SHOWN // 4:
        return False
    # Sorted: as many in one square means that the same comes again so much later.
    apart = MOST_SHOWN // 4
    return bool((square[apart:] == square[:-apart]).any())


def _counted(starts: Ints, ends: Ints) -> Ints:
    """Return the whole numbers of several ranges, one after the other."""
    parts = [np.arange(a, b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True) if b > a]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
