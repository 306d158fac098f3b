"""Which marks stand too close to be told apart at a zoom, and which lie in a box."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabmap.render.camera import TILE_PX, Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CELL_PX = 48.0
# Three marks side by side can still be told apart; four in one cell cannot.
AT_LEAST = 4
PILE_PX = 11.0
ABSORB_PX = 30.0
# A group that takes in its neighbour moves, and may then touch another one.
MERGE_ROUNDS = 4
# From this zoom on every mark is shown: people stand in one street here.
ALL_SHOWN_ZOOM = 18.0


class Groups(NamedTuple):
    """x, y: world position of each group, the mean of its members.  awaiting: share, 0 to 1.

    member_of: for every point the number of its group, -1 for one that stands alone.
    """

    x: Floats
    y: Floats
    sizes: Ints
    awaiting: Floats
    member_of: Ints

    def members(self, group: int) -> Ints:
        """Return the points of one group."""
        return np.flatnonzero(self.member_of == group)


def group(x: Floats, y: Floats, awaiting: Bools, zoom: float) -> Groups:
    """Return the groups that a map at this zoom shows.  x, y: world positions."""
    member_of = np.full(len(x), -1, np.int64)
    scale = TILE_PX * 2.0**zoom
    if zoom >= ALL_SHOWN_ZOOM or len(x) < 2:
        return _summed(x, y, awaiting, member_of)
    px, py = x * scale, y * scale
    _number_cells(_cell_key(px, py), AT_LEAST, member_of)
    # Two on one spot hide each other, however empty it is around them.
    _number_cells(_cell_key(px, py, PILE_PX), 2, member_of)
    if not (member_of >= 0).any():
        return _summed(x, y, awaiting, member_of)
    groups = _summed(x, y, awaiting, member_of)
    for _round in range(MERGE_ROUNDS):
        merged = _merge_close(groups.x * scale, groups.y * scale, groups.sizes)
        if (merged == np.arange(len(merged))).all():
            break
        is_member = member_of >= 0
        member_of[is_member] = merged[member_of[is_member]]
        groups = _summed(x, y, awaiting, member_of)
    _absorb(px, py, groups, scale, member_of)
    return _summed(x, y, awaiting, member_of)


def fan_out(px: Floats, py: Floats, radius: float) -> tuple[Floats, Floats]:
    """Return pixels in which marks of one and the same spot stand in a ring around it."""
    key = _cell_key(px, py, 8.0)
    _unique, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    size = counts[inverse]
    order = np.argsort(inverse, kind="stable")
    starts = np.cumsum(counts) - counts
    place = np.empty(len(px), np.int64)
    place[order] = np.arange(len(px)) - starts[inverse[order]]
    angle = 2 * np.pi * place / size - np.pi / 2
    reach = np.where(size > 1, np.maximum(radius * 1.05, size * radius / np.pi * 1.1), 0.0)
    return px + reach * np.cos(angle), py + reach * np.sin(angle)


class PointGrid:
    """Points sorted by cell, so that a box is found without looking at all of them."""

    CELLS = 1 << 14

    def __init__(self, x: Floats, y: Floats) -> None:
        self._x, self._y = x, y
        column = np.clip((x * self.CELLS).astype(np.int64), 0, self.CELLS - 1)
        row = np.clip((y * self.CELLS).astype(np.int64), 0, self.CELLS - 1)
        key = row * self.CELLS + column
        self._order = np.argsort(key, kind="stable")
        self._key = key[self._order]

    def within(self, left: float, top: float, right: float, bottom: float) -> Ints:
        """Return the points in a box of world units, in ascending order."""
        first_row, last_row = self._cell(top), self._cell(bottom)
        if len(self._x) < 4096 or last_row - first_row > 512:
            found = np.arange(len(self._x))
        else:
            rows = np.arange(first_row, last_row + 1, dtype=np.int64) * self.CELLS
            starts = np.searchsorted(self._key, rows + self._cell(left), "left")
            ends = np.searchsorted(self._key, rows + self._cell(right), "right")
            parts = [self._order[a:b] for a, b in zip(starts, ends, strict=True) if b > a]
            found = np.sort(np.concatenate(parts)) if parts else np.empty(0, np.int64)
        x, y = self._x[found], self._y[found]
        return found[(x >= left) & (x <= right) & (y >= top) & (y <= bottom)]

    def _cell(self, value: float) -> int:
        return max(0, min(self.CELLS - 1, int(value * self.CELLS)))


def _cell_key(px: Floats, py: Floats, cell: float = CELL_PX) -> Ints:
    column = np.floor(px / cell).astype(np.int64)
    row = np.floor(py / cell).astype(np.int64)
    return row * (1 << 31) + column


def _number_cells(keys: Ints, at_least: int, member_of: Ints) -> None:
    """Number the cells that hold enough of the points that are still alone, in place."""
    alone = np.flatnonzero(member_of < 0)
    _cells, inverse, counts = np.unique(keys[alone], return_inverse=True, return_counts=True)
    is_crowded = counts >= at_least
    first = int(member_of.max(initial=-1)) + 1
    number = np.where(is_crowded, np.cumsum(is_crowded) - 1 + first, -1)
    member_of[alone] = number[inverse]


def _summed(x: Floats, y: Floats, awaiting: Bools, member_of: Ints) -> Groups:
    """Return the groups with their middles, numbered without gaps."""
    is_member = member_of >= 0
    if not is_member.any():
        empty = np.empty(0)
        return Groups(empty, empty, np.empty(0, np.int64), empty, member_of)
    _numbers, inverse = np.unique(member_of[is_member], return_inverse=True)
    member_of[is_member] = inverse
    count = np.bincount(inverse)
    return Groups(
        np.bincount(inverse, x[is_member]) / count,
        np.bincount(inverse, y[is_member]) / count,
        count.astype(np.int64),
        np.bincount(inverse, awaiting[is_member]) / count,
        member_of,
    )


def _merge_close(px: Floats, py: Floats, count: Ints) -> Ints:
    """Return for every group the number of the bigger one whose disc it would touch, or its own."""
    merged = np.arange(len(px))
    kept: dict[tuple[int, int], list[int]] = {}
    for i in np.argsort(-count, kind="stable").tolist():
        column, row = int(px[i] // CELL_PX), int(py[i] // CELL_PX)
        near = [
            j
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for j in kept.get((column + dx, row + dy), ())
            if (px[i] - px[j]) ** 2 + (py[i] - py[j]) ** 2 < CELL_PX**2
        ]
        if near:
            merged[i] = near[0]
        else:
            kept.setdefault((column, row), []).append(i)
    return merged


def _absorb(px: Floats, py: Floats, groups: Groups, scale: float, member_of: Ints) -> None:
    """Give the points that the disc of a group would hide to that group, in place."""
    alone = np.flatnonzero(member_of < 0)
    if not len(alone) or not len(groups.x):
        return
    group_px, group_py = groups.x * scale, groups.y * scale
    keys = _cell_key(group_px, group_py)
    order = np.argsort(keys)
    keys = keys[order]
    column = np.floor(px[alone] / CELL_PX).astype(np.int64)
    row = np.floor(py[alone] / CELL_PX).astype(np.int64)
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            wanted = (row + dy) * (1 << 31) + column + dx
            at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            candidate = order[at]
            is_near = (keys[at] == wanted) & (
                (px[alone] - group_px[candidate]) ** 2 + (py[alone] - group_py[candidate]) ** 2
                < ABSORB_PX**2
            )
            member_of[alone[is_near]] = candidate[is_near]
