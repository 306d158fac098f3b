"""Which places are near enough to each other, and share a key, in time that grows with their count.

The Earth is cut into rows of one height, each row into cells at least as wide as the reach; a pair
lies in one cell or in two that touch.  Where more places share a key than can be compared, the
reach is halved there until they can: a name that is everywhere says nothing from afar.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.geo import EARTH_RADIUS_M

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
# So many places of one key in one cell are all compared with each other.
CROWD = 24
# Below this, places of one key lie in one spot: each is compared with the next ones only.
_LEAST_M = 2.0
_NEXT_ONES = 4
_KEY_BITS, _CELL_BITS = 15, 25
M_A_DEGREE = EARTH_RADIUS_M * np.pi / 180
# Pairs are made so many at a time.
_CHUNK = 1 << 20


def distances_m(lng: Floats, lat: Floats, one: Ints, other: Ints) -> Floats:
    """Return metres between pairs, flat: good to a hundredth for some kilometres.

    NaN where a position is.
    """
    east = np.abs(lng[one] - lng[other])
    east = np.minimum(east, 360 - east) * np.cos(np.radians((lat[one] + lat[other]) / 2))
    return np.asarray(np.hypot(east, lat[one] - lat[other]) * M_A_DEGREE, np.float64)


def near_pairs(
    lng: Floats, lat: Floats, rows: Ints, keys: Ints, reach_m: float, crowd: int = CROWD
) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs of places that share a key within `reach_m`, one < other, some more than once.

    lng, lat: WGS84 degrees, by place.  rows, keys: int64, an entry a key of a place.
    """
    while len(rows):
        cells = _Cells(lat[rows], lng[rows], keys, reach_m)
        crowded = cells.count > crowd
        if reach_m <= _LEAST_M:
            yield from _next_ones(rows, cells, crowded)
        halved = crowded.copy()
        for shift in range(-1, 5):
            to = cells.neighbour(shift)
            both = to >= 0
            halved[both] |= crowded[to[both]]
            halved[to[both & crowded]] = True
            wanted = np.flatnonzero(both & ~crowded)
            wanted = wanted[~crowded[to[wanted]]]
            for one, other in cells.pairs(wanted, to[wanted]):
                a, b = rows[one], rows[other]
                is_near = (a != b) & (distances_m(lng, lat, a, b) <= reach_m)
                a, b = a[is_near], b[is_near]
                yield np.minimum(a, b), np.maximum(a, b)
        if reach_m <= _LEAST_M:
            return
        goes_on = cells.members(np.flatnonzero(halved))
        rows, keys, reach_m = rows[goes_on], keys[goes_on], reach_m / 2


def _next_ones(
    rows: Ints, cells: "_Cells", crowded: NDArray[np.bool_]
) -> Iterator[tuple[Ints, Ints]]:
    for bucket in np.flatnonzero(crowded):
        members = np.sort(rows[cells.members(np.array([bucket]))])
        for step in range(1, _NEXT_ONES + 1):
            yield members[:-step], members[step:]


class _Cells:
    """Rows sorted into buckets, one a cell and key.  begin, count: by bucket, into `order`."""

    def __init__(self, lat: Floats, lng: Floats, keys: Ints, reach_m: float) -> None:
        self._height = reach_m / M_A_DEGREE
        self._row = np.floor((lat + 90) / self._height).astype(np.int64)
        self._keys = keys & ((1 << _KEY_BITS) - 1)
        widest = self._cells_in(self._row)
        cell = np.floor((lng % 360) / 360 * widest).astype(np.int64)
        self._cell = np.minimum(cell, widest - 1)
        code = self._code(self._row, self._cell, self._keys)
        self.order = np.argsort(code, kind="stable")
        self._codes, self.begin, self.count = np.unique(
            code[self.order], return_index=True, return_counts=True
        )

    def neighbour(self, shift: int) -> Ints:
        """Return the bucket beside each, -1 if there is none.

        shift: -1 itself, 0 the next cell of the row, 1 to 4 those of the row above, whose cells
        begin elsewhere.
        """
        first = self.order[self.begin]
        if shift == -1:
            return np.arange(len(first))
        row, cell = self._row[first], self._cell[first]
        if shift == 0:
            cell = (cell + 1) % self._cells_in(row)
        else:
            here, row = self._cells_in(row), row + 1
            there = self._cells_in(row)
            cell = (cell * there // here + shift - 2) % there
        code = self._code(row, cell, self._keys[first])
        # A ring of fewer than three cells would meet a neighbour twice; pairs may come twice.
        at = np.minimum(np.searchsorted(self._codes, code), len(self._codes) - 1)
        return np.where(self._codes[at] == code, at, -1)

    def members(self, buckets: Ints) -> Ints:
        """Return the entries of some buckets."""
        count = self.count[buckets]
        ends = np.cumsum(count)
        at = np.arange(ends[-1] if len(ends) else 0)
        return np.asarray(self.order[at + np.repeat(self.begin[buckets] - ends + count, count)])

    def pairs(self, one: Ints, other: Ints) -> Iterator[tuple[Ints, Ints]]:
        """Yield the entries of pairs of buckets, each with each, a bounded number at a time."""
        sizes = self.count[one] * self.count[other]
        ends = np.cumsum(sizes)
        begin = 0
        while begin < len(one):
            before = ends[begin] - sizes[begin]
            end = max(begin + 1, int(np.searchsorted(ends, before + _CHUNK, "right")))
            size = sizes[begin:end]
            which = np.repeat(np.arange(begin, end), size)
            at = np.arange(size.sum()) - np.repeat(ends[begin:end] - size - before, size)
            a, b = np.divmod(at, self.count[other[which]])
            yield (
                self.order[self.begin[one[which]] + a],
                self.order[self.begin[other[which]] + b],
            )
            begin = end

    def _cells_in(self, row: Ints) -> Ints:
        """Return how many cells a row has: none is narrower than it is high."""
        edge = np.maximum(np.abs(row * self._height - 90), np.abs((row + 1) * self._height - 90))
        round_it = 360 * np.cos(np.radians(np.minimum(edge, 90)))
        return np.asarray(np.maximum(1, np.floor(round_it / self._height * 0.999)), np.int64)

    def _code(self, row: Ints, cell: Ints, keys: Ints) -> NDArray[np.uint64]:
        # What runs over only brings pairs together that are too far apart to stay.
        place = (row.astype(np.uint64) << np.uint64(_CELL_BITS)) + cell.astype(np.uint64)
        return (place << np.uint64(_KEY_BITS)) | keys.astype(np.uint64)
