"""Where the nodes of a graph stand: forces between them, from places that are given.

Links pull their ends together, all nodes push one another away, and each is held a little by the
place it began at, so that a graph that begins as a map still resembles it (Fruchterman and
Reingold, "Graph drawing by force-directed placement", 1991).  What is far away pushes as one: nodes
are put into cells of equal numbers, so that a step costs n ** 1.5 however they crowd.  The same
graph always ends the same; nodes that are not movable stay where they are.

Positions are logical pixels, x to the right and y down, (n, 2).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
# How long a link is that nothing pulls at.
LINK_PX = 130.0
# Marks whose middles are nearer than this touch.
NEAREST_PX = 58.0
STEPS = 130
# How a node is held by the place it began at and by the middle of all.  Together about 1: what
# holds a disc against the pushes of as many nodes as have room in it.
_HOME, _MIDDLE = 0.45, 0.45
_APART_ROUNDS = 60
_NEAR_CELLS = 9
# Positions so far, steps done and steps in all; answers whether to go on.
Told = Callable[[Floats, int, int], bool]


def settled(
    start: Floats,
    links: Ints,
    movable: Bools | None = None,
    *,
    steps: int = STEPS,
    told: Told | None = None,
) -> Floats | None:
    """Return where nodes stand once the forces between them are weak; None if `told` says so.

    start: where they begin, which also holds them.  links: (m, 2) numbers of nodes.  movable: (n,)
    which may move, None for all.
    """
    count = len(start)
    free = np.ones(count, bool) if movable is None else movable
    if count < 2 or not free.any():
        return spread(start)
    place = np.where(free[:, None], _stirred(spread(start)), start)
    home, middle = place.copy(), np.median(place, axis=0)
    warm = LINK_PX * (0.5 if movable is None else 0.3) * max(1.0, count**0.25 / 2)
    for step in range(steps):
        force = _pushes(place) + _pulls(place, links)
        force += _HOME * (home - place) - _MIDDLE * (place - middle)
        force[~free] = 0.0
        length = np.maximum(np.hypot(force[:, 0], force[:, 1]), 1e-9)
        reach = np.minimum(length, warm * (1 - step / steps) ** 1.5 + 0.5)
        place += force * (reach / length)[:, None]
        if told is not None and not told(place, step + 1, steps):
            return None
    return apart(place, free)


def spread(start: Floats) -> Floats:
    """Return positions of which no two are the same: a sunflower's spiral where they were."""
    place = np.array(start, np.float64)
    _unique, inverse = np.unique(place, axis=0, return_inverse=True)
    order = np.argsort(inverse.ravel(), kind="stable")
    same = inverse.ravel()[order]
    first = np.searchsorted(same, same, side="left")
    rank = np.empty(len(place), np.int64)
    rank[order] = np.arange(len(place)) - first
    angle, far = rank * 2.399963, 0.3 * NEAREST_PX * np.sqrt(rank)
    place[:, 0] += far * np.cos(angle)
    place[:, 1] += far * np.sin(angle)
    return place


def _stirred(place: Floats) -> Floats:
    """Return positions a little off: forces between nodes in one line never leave that line."""
    angle = 2.399963 * np.arange(len(place))
    return place + 0.05 * LINK_PX * np.stack((np.cos(angle), np.sin(angle)), 1)


def scaled(lng: Floats, lat: Floats) -> Floats:
    """Return a town's positions, degrees, as a graph begins: (n, 2), the middle of all at (0, 0).

    Not as far apart as they lie but as a graph of that many nodes is wide.
    """
    if not len(lng):
        return np.empty((0, 2))
    squeeze = np.cos(np.radians(np.median(lat)))
    place = np.stack((lng * squeeze, -lat), 1)
    place -= np.median(place, axis=0)
    # What lies far off all others must not press the others together.
    far = float(np.percentile(np.hypot(place[:, 0], place[:, 1]), 90))
    wide = 0.55 * LINK_PX * np.sqrt(len(place))
    place *= wide / far if far > 0 else 0.0
    length = np.maximum(np.hypot(place[:, 0], place[:, 1]), 1e-9)
    return np.asarray(place * (np.minimum(length, 1.6 * wide) / length)[:, None])


def apart(place: Floats, movable: Bools) -> Floats:
    """Return positions where marks that may move touch no other, as far as there is room."""
    place = place.copy()
    share = movable.astype(np.float64)
    for _round in range(_APART_ROUNDS):
        one, other = _touching(place)
        if not len(one):
            break
        gap = place[one] - place[other]
        length = np.maximum(np.hypot(gap[:, 0], gap[:, 1]), 1e-6)
        weight = np.maximum(share[one] + share[other], 1e-9)
        push = gap / length[:, None] * ((NEAREST_PX * 1.04 - length) / weight)[:, None]
        for ends, sign in ((one, 1.0), (other, -1.0)):
            for axis in range(2):
                moved = sign * push[:, axis] * share[ends]
                place[:, axis] += np.bincount(ends, moved, len(place))
        if not share[one].any() and not share[other].any():
            break
    return place


def _touching(place: Floats) -> tuple[Ints, Ints]:
    """Return the pairs of nodes that are nearer than NEAREST_PX."""
    column, row = np.floor((place - place.min(axis=0)) / NEAREST_PX).astype(np.int64).T
    height = int(row.max()) + 3
    keys = column * height + row
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    pairs = []
    # A square, and half of those around it: each pair is met once.
    for aside, down in ((0, 0), (0, 1), (1, -1), (1, 0), (1, 1)):
        wanted = keys + aside * height + down
        first = np.searchsorted(keys, wanted, side="left")
        if not aside and not down:
            first = np.arange(1, len(keys) + 1)
        count = np.searchsorted(keys, wanted, side="right") - first
        one = np.repeat(np.arange(len(keys)), count)
        other = np.arange(len(one)) + np.repeat(first - np.cumsum(count) + count, count)
        pairs.append(np.stack((order[one], order[other])))
    one, other = np.concatenate(pairs, axis=1)
    gap = place[one] - place[other]
    close = np.hypot(gap[:, 0], gap[:, 1]) < NEAREST_PX
    return one[close], other[close]


def _cells(place: Floats) -> tuple[Ints, Bools]:
    """Return the nodes of each cell, (cells, size), and which of those are not padding."""
    count = len(place)
    side = max(1, round((3 * count**0.5) ** 0.5))
    size = -(-count // side**2)
    column = side * size
    order = np.full(side * column, -1, np.int64)
    order[:count] = np.argsort(place[:, 0], kind="stable")
    rows = order.reshape(side, column)
    height = np.where(rows < 0, np.inf, place[rows, 1])
    rows = np.take_along_axis(rows, np.argsort(height, axis=1, kind="stable"), axis=1)
    cells = rows.reshape(side**2, size)
    cells = cells[(cells >= 0).any(axis=1)]
    return np.maximum(cells, 0), cells >= 0


def _middles(place: Floats, cells: Ints, real: Bools) -> tuple[Floats, Floats]:
    count = real.sum(axis=1).astype(np.float64)
    middle = (place[cells] * real[:, :, None]).sum(axis=1) / count[:, None]
    return middle, count


def _near_cells(place: Floats, cells: Ints, real: Bools) -> Ints:
    """Return for each cell the ones nearest to it, itself among them."""
    middle, _count = _middles(place, cells, real)
    gap = middle[:, None] - middle[None]
    far = gap[..., 0] ** 2 + gap[..., 1] ** 2
    return np.argsort(far, axis=1, kind="stable")[:, : min(_NEAR_CELLS, len(cells))]


def _pushes(place: Floats) -> Floats:
    cells, real = _cells(place)
    near = _near_cells(place, cells, real)
    middle, count = _middles(place, cells, real)
    is_far = np.ones((len(cells), len(cells)), bool)
    np.put_along_axis(is_far, near, False, axis=1)
    own = place[cells]
    others = cells[near].reshape(len(cells), -1)
    is_other = real[near].reshape(len(cells), 1, -1) & (cells[:, :, None] != others[:, None])
    push = _push(own[:, :, None] - place[others][:, None], is_other)
    push += _push(own[:, :, None] - middle[None, None], count * is_far[:, None])
    force = np.zeros_like(place)
    force[cells[real]] = push[real]
    return force


def _push(gap: Floats, weight: NDArray[Any]) -> Floats:
    """Return how far what is (.., 2) away pushes, summed over the last but one axis."""
    square = np.maximum(gap[..., 0] ** 2 + gap[..., 1] ** 2, 1.0)
    strength = weight * (LINK_PX * LINK_PX) / square
    return np.asarray(np.einsum("...n,...nk->...k", strength, gap)) * 0.5


def _pulls(place: Floats, links: Ints) -> Floats:
    force = np.zeros_like(place)
    if not len(links):
        return force
    gap = place[links[:, 1]] - place[links[:, 0]]
    length = np.hypot(gap[:, 0], gap[:, 1])
    degree = np.bincount(links.ravel(), minlength=len(place)).astype(np.float64)
    # The links of what has many of them pull less each, else all would hang together in a knot.
    ease = np.sqrt(np.maximum(1.0, np.minimum(degree[links[:, 0]], degree[links[:, 1]])))
    pull = gap * (length / LINK_PX / ease)[:, None]
    for axis in range(2):
        force[:, axis] += np.bincount(links[:, 0], pull[:, axis], len(place))
        force[:, axis] -= np.bincount(links[:, 1], pull[:, axis], len(place))
    return force
