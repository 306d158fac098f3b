"""Which marks stand too close to be told apart at a zoom."""

from typing import NamedTuple

import numpy as np

from collabmap.render.camera import Floats
from collabmap.render.crowds import Bools, Ints, crowds_of, curve_keys, piles_of

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
    """Return the groups that a map at this zoom shows.  x, y: world positions.

    For some thousand points; see hierarchy.py for all zooms of a million.
    """
    member_of = np.full(len(x), -1, np.int64)
    if zoom >= ALL_SHOWN_ZOOM or len(x) < 2:
        empty = np.empty(0)
        return Groups(empty, empty, np.empty(0, np.int64), empty, member_of)
    key = curve_keys(x, y, zoom)
    order = np.argsort(key, kind="stable")
    found = crowds_of(piles_of(key[order], x[order], y[order], awaiting[order]), zoom)
    member_of[order] = found.group_of(np.arange(len(x)))
    return Groups(found.x, found.y, found.sizes, found.awaiting, member_of)


def fan_out(px: Floats, py: Floats, radius: float) -> tuple[Floats, Floats]:
    """Return pixels in which marks of one and the same spot stand in a ring around it."""
    key = np.floor(px / 8.0).astype(np.int64) + np.floor(py / 8.0).astype(np.int64) * (1 << 31)
    _unique, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    size = counts[inverse]
    order = np.argsort(inverse, kind="stable")
    starts = np.cumsum(counts) - counts
    place = np.empty(len(px), np.int64)
    place[order] = np.arange(len(px)) - starts[inverse[order]]
    angle = 2 * np.pi * place / size - np.pi / 2
    reach = np.where(size > 1, np.maximum(radius * 1.05, size * radius / np.pi * 1.1), 0.0)
    return px + reach * np.cos(angle), py + reach * np.sin(angle)
