"""What is to be drawn of the marks at one zoom: groups, and the marks that stand alone."""

from typing import Protocol

import numpy as np

from collabmap.render.camera import Floats
from collabmap.render.crowds import (
    AT_LEAST,
    Bools,
    Ints,
    Piles,
    crowds_of,
    curve_keys,
    run_starts,
)
from collabmap.render.groups import group
from collabmap.render.hierarchy import Box, Hierarchy, Level


class Part(Protocol):
    """Marks that are grouped with each other; points are the numbers by which they are known.

    x, y: of the groups, world.  sizes: how many are in each.  awaiting: share of these.
    """

    x: Floats
    y: Floats
    sizes: Ints
    awaiting: Floats

    def groups_in(self, box: Box) -> Ints:
        """Return the groups whose middle lies in a box (left, top, right, bottom; world)."""

    def alone_in(self, box: Box) -> Ints:
        """Return the points in a box that stand alone."""

    def members(self, group: int) -> Ints:
        """Return the points of a group."""


class LoosePart:
    """Some thousand marks, grouped at once."""

    def __init__(self, points: Ints, x: Floats, y: Floats, awaiting: Bools, zoom: float) -> None:
        """zoom: from render/groups.py's ALL_SHOWN_ZOOM on none is grouped."""
        is_somewhere = np.isfinite(x) & np.isfinite(y)
        points, x, y = points[is_somewhere], x[is_somewhere], y[is_somewhere]
        found = group(x, y, awaiting[is_somewhere], zoom)
        self.x, self.y, self.sizes, self.awaiting, self._group_of = found
        self._points = points
        is_alone = self._group_of < 0
        self._alone, self._alone_x, self._alone_y = points[is_alone], x[is_alone], y[is_alone]

    def groups_in(self, box: Box) -> Ints:
        return np.flatnonzero(_is_inside(self.x, self.y, box))

    def alone_in(self, box: Box) -> Ints:
        alone: Ints = self._alone[_is_inside(self._alone_x, self._alone_y, box)]
        return alone

    def members(self, group: int) -> Ints:
        members: Ints = self._points[self._group_of == group]
        return members


class LargePart:
    """The marks of a hierarchy but for some.

    released: points of groups that are too small without these, to be drawn otherwise.
    """

    def __init__(self, hierarchy: Hierarchy, level: Level | None, without: Ints) -> None:
        """level: None draws every mark by itself.  without: points, ascending."""
        self._hierarchy, self._level, self._without = hierarchy, level, without
        self.released = np.empty(0, np.int64)
        self.x = self.y = self._first_y = self.awaiting = np.empty(0)
        self.sizes = np.empty(0, np.int64)
        if level is None:
            return
        self.x, self.y, self.sizes, self.awaiting = level.crowds[:4]
        self._first_y = self.y
        groups = hierarchy.group_of(level, without)
        is_grouped = groups >= 0
        if is_grouped.any():
            self._take_out(level, without[is_grouped], groups[is_grouped])

    def _take_out(self, level: Level, points: Ints, groups: Ints) -> None:
        before, size = self.sizes, len(self.sizes)
        left = before - np.bincount(groups, minlength=size)
        divisor = np.maximum(left, 1)
        columns = (self.x, self.y, self.awaiting)
        taken = self._hierarchy.values(points)
        self.x, self.y, self.awaiting = (
            (mean * before - np.bincount(groups, gone, size)) / divisor
            for mean, gone in zip(columns, taken, strict=True)
        )
        small = np.unique(groups[left[groups] < AT_LEAST])
        self.released = without(self._hierarchy.members(level, small), self._without)
        left[small] = 0
        self.sizes = left

    def groups_in(self, box: Box) -> Ints:
        _left, top, _right, bottom = box
        # Who has lost a member lies elsewhere now, but not by the height of a view.
        room = bottom - top
        first, last = np.searchsorted(self._first_y, (top - room, bottom + room))
        band = slice(int(first), int(last))
        is_in = _is_inside(self.x[band], self.y[band], box) & (self.sizes[band] > 0)
        return np.flatnonzero(is_in) + int(first)

    def alone_in(self, box: Box) -> Ints:
        if self._level is None:
            found = self._hierarchy.points_in(box)
        else:
            found = self._hierarchy.alone_in(self._level, box)
        return without(found, self._without)

    def members(self, group: int) -> Ints:
        assert self._level is not None
        return without(self._hierarchy.members(self._level, np.array([group])), self._without)


class CellsPart:
    """Counts of marks in cells of some hundred metres, whose marks are not known yet."""

    def __init__(self, x: Floats, y: Floats, counts: Ints, zoom: float) -> None:
        """x, y: middles of the cells, world."""
        key = curve_keys(x, y, zoom)
        order = np.argsort(key, kind="stable")
        x, y, counts = x[order], y[order], counts[order]
        start = np.cumsum(counts) - counts
        first = run_starts(key[order])
        sums = (np.add.reduceat(column, first) for column in (counts, x * counts, y * counts))
        size, sum_x, sum_y = sums
        piles = Piles(key[order][first], start[first], size, sum_x, sum_y, np.zeros(len(first)))
        self.x, self.y, self.sizes, self.awaiting = crowds_of(piles, zoom)[:4]

    def groups_in(self, box: Box) -> Ints:
        return np.flatnonzero(_is_inside(self.x, self.y, box))

    def alone_in(self, _box: Box) -> Ints:
        return np.empty(0, np.int64)

    def members(self, _group: int) -> Ints:
        return np.empty(0, np.int64)


def without(points: Ints, others: Ints) -> Ints:
    """Return points that are not among others, which ascend."""
    if not len(others):
        return points
    at = np.minimum(np.searchsorted(others, points), len(others) - 1)
    left: Ints = points[others[at] != points]
    return left


def _is_inside(x: Floats, y: Floats, box: Box) -> Bools:
    left, top, right, bottom = box
    inside: Bools = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    return inside
