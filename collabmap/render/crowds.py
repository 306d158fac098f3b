"""Where marks crowd at one zoom: cells that hold many, piles on one spot, and who they take in.

Points come sorted along a z-order curve, so that all in a cell, of any size, follow each other: a
cell is a run, and what it holds is a sum over a run.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabmap.render.camera import TILE_PX, Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CELL_PX = 48.0
# Three marks side by side can still be told apart; four in one cell cannot.
AT_LEAST = 4
# Two on one spot hide each other, however empty it is around them.
PILE_PX = CELL_PX / 4
_PILE_BITS = 4
ABSORB_PX = 30.0
# A group that takes in its neighbour moves, and may then touch another one.
MERGE_ROUNDS = 4
# The finest zoom of the curve: its numbers of columns and rows fit in 27 bits.
CURVE_ZOOM = 22


class Piles(NamedTuple):
    """Points in the same small cell, along the curve.  start: where each pile begins in it.

    x, y, awaiting: sums over the points, world units.
    """

    key: Ints
    start: Ints
    size: Ints
    x: Floats
    y: Floats
    awaiting: Floats

    def coarser(self) -> "Piles":
        """Return the piles of one zoom further out."""
        key = self.key >> 2
        first = run_starts(key)
        if not len(first):
            return self
        size, x, y, awaiting = (np.add.reduceat(column, first) for column in self[2:])
        return Piles(key[first], self.start[first], size, x, y, awaiting)


class Crowds(NamedTuple):
    """The groups of one zoom and who is in them, by places along the curve.

    x, y: world position of each group, the mean of its members.  awaiting: share, 0 to 1.
    run_start, run_end, run_of: runs of members, ascending, and the group of each.  absorbed,
    absorbed_by: single members, ascending, and their groups.  alone: all others, ascending.
    """

    x: Floats
    y: Floats
    sizes: Ints
    awaiting: Floats
    run_start: Ints
    run_end: Ints
    run_of: Ints
    absorbed: Ints
    absorbed_by: Ints
    alone: Ints

    def group_of(self, places: Ints) -> Ints:
        """Return the group that each place along the curve is in, -1 for those alone."""
        found = np.full(len(places), -1, np.int64)
        if len(self.run_start):
            run = np.maximum(np.searchsorted(self.run_start, places, "right") - 1, 0)
            is_in = (self.run_start[run] <= places) & (places < self.run_end[run])
            found[is_in] = self.run_of[run[is_in]]
        if len(self.absorbed):
            at = np.minimum(np.searchsorted(self.absorbed, places), len(self.absorbed) - 1)
            is_in = self.absorbed[at] == places
            found[is_in] = self.absorbed_by[at[is_in]]
        return found

    def members(self, groups: Ints) -> Ints:
        """Return the places of some groups."""
        is_theirs = np.zeros(len(self.x), np.bool_)
        is_theirs[groups] = True
        runs = np.flatnonzero(is_theirs[self.run_of])
        edges = zip(self.run_start[runs].tolist(), self.run_end[runs].tolist(), strict=True)
        single = self.absorbed[is_theirs[self.absorbed_by]]
        return np.concatenate([*(np.arange(start, end) for start, end in edges), single])


def curve_keys(x: Floats, y: Floats, zoom: float) -> Ints:
    """Return the place of points on the curve through the piles of a zoom.  x, y: world."""
    across = TILE_PX * 2.0**zoom / PILE_PX
    last = int(across)
    return interleaved(
        np.clip((x * across).astype(np.int64), 0, last),
        np.clip((y * across).astype(np.int64), 0, last),
    )


def interleaved(column: Ints, row: Ints) -> Ints:
    """Return the bits of column and row in turn.  Both: 0 and above, below 2^27."""
    return _spread(column) | _spread(row) << 1


def piles_of(key: Ints, x: Floats, y: Floats, awaiting: Bools) -> Piles:
    """Return the piles of points sorted by key."""
    start = run_starts(key)
    count = np.diff(np.append(start, len(key)))
    if not len(key):
        return Piles(key, start, count, x, y, x)
    sums = (np.add.reduceat(column, start) for column in (x, y, awaiting.astype(np.float64)))
    return Piles(key[start], start, count, *sums)


def crowds_of(piles: Piles, zoom: float) -> Crowds:
    """Return what crowds where these are the piles of a zoom."""
    cell = piles.key >> _PILE_BITS
    first = run_starts(cell)
    if len(first):
        is_crowded = np.add.reduceat(piles.size, first) >= AT_LEAST
        in_crowd = np.repeat(is_crowded, np.diff(np.append(first, len(cell))))
        is_head = ~in_crowd & (piles.size > 1)
        is_member = in_crowd | is_head
        is_head[first[is_crowded]] = True
    else:
        is_head = is_member = np.zeros(0, np.bool_)
    alone = np.flatnonzero(~is_member)
    members = np.flatnonzero(is_member)
    heads = np.flatnonzero(is_head[members])
    if not len(heads):
        nothing = np.empty(0, np.int64)
        empty = np.empty(0)
        return Crowds(
            empty, empty, nothing, empty, nothing, nothing, nothing, nothing, nothing,
            piles.start[alone],
        )  # fmt: skip
    start = piles.start[members[heads]]
    sums = np.stack([np.add.reduceat(column[members], heads) for column in piles[2:]])
    end = start + sums[0].astype(np.int64)
    scale = TILE_PX * 2.0**zoom
    sums, group_of_run = _merge_close(sums, scale)
    by = _absorbing(piles.x[alone] * scale, piles.y[alone] * scale, sums, scale)
    is_absorbed = by >= 0
    absorbed, by = alone[is_absorbed], by[is_absorbed]
    for row, column in zip(sums, piles[2:], strict=True):
        row += np.bincount(by, column[absorbed], len(row))
    # From north to south, so that those in view are found without a look at all.
    order = np.argsort(sums[2] / sums[0], kind="stable")
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    count, x, y, awaiting = sums[:, order]
    return Crowds(
        x / count, y / count, count.astype(np.int64), awaiting / count,
        start, end, number[group_of_run], piles.start[absorbed], number[by],
        piles.start[alone[~is_absorbed]],
    )  # fmt: skip


def run_starts(key: Ints) -> Ints:
    """Return where a new value begins in sorted ones."""
    is_first = np.ones(len(key), np.bool_)
    np.not_equal(key[1:], key[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


def _spread(value: Ints) -> Ints:
    """Return numbers below 2^27 with a gap after each of their bits."""
    value = (value | value << 16) & 0x0000FFFF0000FFFF
    value = (value | value << 8) & 0x00FF00FF00FF00FF
    value = (value | value << 4) & 0x0F0F0F0F0F0F0F0F
    value = (value | value << 2) & 0x3333333333333333
    return (value | value << 1) & 0x5555555555555555


def _merge_close(sums: Floats, scale: float) -> tuple[Floats, Ints]:
    """Let no disc touch another; return the sums of the groups left, and of each run its group.

    sums: rows are count, x, y, awaiting.
    """
    of_run = np.arange(sums.shape[1])
    has_moved = np.ones(sums.shape[1], np.bool_)
    for _round in range(MERGE_ROUNDS):
        px, py = sums[1] / sums[0] * scale, sums[2] / sums[0] * scale
        into = _into_bigger(px, py, sums[0], np.flatnonzero(has_moved))
        is_kept = into == np.arange(len(into))
        if is_kept.all():
            break
        number = np.cumsum(is_kept) - 1
        has_moved = np.zeros(int(number[-1]) + 1, np.bool_)
        number = number[into]
        has_moved[number[~is_kept]] = True
        sums = np.stack([np.bincount(number, row, len(has_moved)) for row in sums])
        of_run = number[of_run]
    return sums, of_run


def _into_bigger(px: Floats, py: Floats, count: Floats, moved: Ints) -> Ints:
    """Return for every group the number of the bigger one whose disc it would touch, or its own.

    The biggest come first, and take in what touches them; what is taken in takes in nothing.
    moved: only these may touch another.
    """
    into = np.arange(len(px))
    one, other = _close_pairs(px, py, moved, CELL_PX)
    if not len(one):
        return into
    of_rank = np.argsort(-count, kind="stable")
    rank = np.empty(len(px), np.int64)
    rank[of_rank] = np.arange(len(px))
    is_first = rank[one] < rank[other]
    high, low = np.where(is_first, one, other), np.where(is_first, other, one)
    is_open = np.ones(len(px), np.bool_)
    while len(high):
        is_held = np.zeros(len(px), np.bool_)
        is_held[low] = True
        # Nothing bigger beside them is left: these stay, and take in what is beside them.
        takes = ~is_held[high]
        best = np.full(len(px), len(px), np.int64)
        np.minimum.at(best, low[takes], rank[high[takes]])
        taken = low[takes]
        into[taken] = of_rank[best[taken]]
        is_open[taken] = False
        is_open[high[takes]] = False
        is_left = is_open[high] & is_open[low]
        high, low = high[is_left], low[is_left]
    return into


def _close_pairs(px: Floats, py: Floats, asked: Ints, within: float) -> tuple[Ints, Ints]:
    """Return pairs of numbers of points nearer to each other than `within`; each once or twice.

    asked: one of each pair is among these.
    """
    key = _cell_key(px, py)
    order = np.argsort(key, kind="stable")
    key = key[order]
    cell = _cell_key(px[asked], py[asked])
    ones, others = [], []
    # Where all are asked, each pair is found from one of its ends.
    for step in _NEIGHBOURS[4:] if len(asked) == len(px) else _NEIGHBOURS:
        one, wanted = asked, cell + step
        at = np.searchsorted(key, wanted)
        while len(one):
            has = key[np.minimum(at, len(key) - 1)] == wanted
            has &= at < len(key)
            one, wanted, at = one[has], wanted[has], at[has]
            other = order[at]
            away = (px[one] - px[other]) ** 2 + (py[one] - py[other]) ** 2
            is_near = (away < within**2) & (one != other)
            ones.append(one[is_near])
            others.append(other[is_near])
            at = at + 1
    return np.concatenate(ones), np.concatenate(others)


# Steps from a cell to those around it; in the middle, to itself.
_NEIGHBOURS = tuple(dy * (1 << 31) + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1))


def _cell_key(px: Floats, py: Floats) -> Ints:
    column = np.floor(px / CELL_PX).astype(np.int64)
    row = np.floor(py / CELL_PX).astype(np.int64)
    return row * (1 << 31) + column


def _absorbing(px: Floats, py: Floats, sums: Floats, scale: float) -> Ints:
    """Return for each point the number of the group whose disc would hide it, -1 for none."""
    by = np.full(len(px), -1, np.int64)
    if not len(px):
        return by
    group_px, group_py = sums[1] / sums[0] * scale, sums[2] / sums[0] * scale
    key = _cell_key(group_px, group_py)
    order = np.argsort(key, kind="stable")
    key = key[order]
    cell = _cell_key(px, py)
    nearest = np.full(len(px), ABSORB_PX**2)
    for step in _NEIGHBOURS:
        at = np.searchsorted(key, cell + step)
        for nth in range(2):
            # Discs hardly ever touch: more than two in a cell there are not.
            candidate = np.minimum(at + nth, len(key) - 1)
            group = order[candidate]
            away = (px - group_px[group]) ** 2 + (py - group_py[group]) ** 2
            is_nearer = (key[candidate] == cell + step) & (away < nearest)
            by[is_nearer] = group[is_nearer]
            nearest[is_nearer] = away[is_nearer]
    return by
