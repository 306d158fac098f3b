"""Where links curve over the map: the geometry of arcs, by the thousand, without Qt.

An arc is a quadratic curve that bows to the left of the way it goes, so that a link and the one
back stand apart.  World positions are Web Mercator in the unit square, y down (camera.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.links import LinkGraph, LinkRow
from collabmap.domain.world_arrays import Floats, world_arrays

Ints = NDArray[np.int64]
# How far the middle of an arc stands off the straight line, as a share of its length, twice.
BOW = 0.18
# Pixels from the middle of a mark to the tip of an arrow that points at it.
TIP_GAP_PX = 19.0
ARROW_LENGTH_PX, ARROW_HALF_PX = 9.0, 4.0
# Shorter arcs have no room for an arrow; shorter ones still lie under the marks.
SHORTEST_ARROW_PX, SHORTEST_PX = 52.0, 8.0
# Steps along an arc when it is asked how near a pixel is.
_STEPS = 16


@dataclass(frozen=True, slots=True)
class Arcs:
    """One entry an arc: all that a feature does for another one.

    x, y: (n, 3) world positions of start, control point and end.  ends: ids (source, target).
    types: what the arc says, ids of kinds of link.
    """

    x: Floats
    y: Floats
    ends: tuple[tuple[bytes, bytes], ...] = ()
    types: tuple[tuple[str, ...], ...] = ()

    def __len__(self) -> int:
        return len(self.x)

    def within(self, box: tuple[float, float, float, float]) -> Ints:
        """Return which arcs may be seen in a box: left, top, right, bottom, world."""
        left, top, right, bottom = box
        # A curve lies inside the triangle of its points.
        seen = (self.x.max(1) >= left) & (self.x.min(1) <= right)
        seen &= (self.y.max(1) >= top) & (self.y.min(1) <= bottom)
        return np.flatnonzero(seen)

    def of(self, feature: bytes) -> Ints:
        """Return the arcs from and to a feature."""
        return np.array([n for n, ends in enumerate(self.ends) if feature in ends], np.int64)


NO_ARCS = Arcs(np.empty((0, 3)), np.empty((0, 3)))


def arcs_of(graph: LinkGraph) -> Arcs:
    """Return the arcs of links whose two ends have a position, in the order of the links."""
    found: dict[tuple[bytes, bytes], list[str]] = {}
    for link in graph.links:
        if _is_placed(graph, link):
            found.setdefault((link.source, link.target), []).append(link.type)
    if not found:
        return NO_ARCS
    nodes: Mapping[bytes, int] = {
        end: n for n, end in enumerate(dict.fromkeys(end for pair in found for end in pair))
    }
    at = [graph.nodes[end] for end in nodes]
    lng = np.array([end.lng for end in at], np.float64)
    lat = np.array([end.lat for end in at], np.float64)
    x, y = world_arrays(lng, lat)
    start = np.array([nodes[source] for source, _ in found])
    stop = np.array([nodes[target] for _, target in found])
    return Arcs(
        *bowed(x[start], y[start], x[stop], y[stop]),
        tuple(found),
        tuple(tuple(types) for types in found.values()),
    )


def _is_placed(graph: LinkGraph, link: LinkRow) -> bool:
    ends: Iterable[float | None] = (
        each for end in (link.source, link.target)
        for each in (graph.nodes[end].lng, graph.nodes[end].lat)
    )  # fmt: skip
    return all(each is not None for each in ends)


def bowed(x0: Floats, y0: Floats, x1: Floats, y1: Floats) -> tuple[Floats, Floats]:
    """Return the three points of arcs between positions: (n, 3) x and y."""
    dx, dy = x1 - x0, y1 - y0
    # In a y that grows downwards (dy, -dx) points left of the way.
    middle_x, middle_y = (x0 + x1) / 2 + BOW * dy, (y0 + y1) / 2 - BOW * dx
    return np.stack((x0, middle_x, x1), 1), np.stack((y0, middle_y, y1), 1)


def along(points: Floats, t: float) -> Floats:
    """Return one coordinate of arcs at a share of the way.  points: (n, 3)."""
    return (1 - t) ** 2 * points[:, 0] + 2 * t * (1 - t) * points[:, 1] + t * t * points[:, 2]


class Arrows(NamedTuple):
    """Triangles: (n, 3) pixels each.  which: of the arcs asked about have one."""

    px: Floats
    py: Floats
    which: Ints


def arrows(px: Floats, py: Floats) -> Arrows:
    """Return the arrows at the ends of arcs.  px, py: (n, 3) pixels."""
    length = np.hypot(px[:, 2] - px[:, 0], py[:, 2] - py[:, 0])
    which = np.flatnonzero(length >= SHORTEST_ARROW_PX)
    dx, dy = px[which, 2] - px[which, 1], py[which, 2] - py[which, 1]
    far = np.maximum(np.hypot(dx, dy), 1e-9)
    ux, uy = dx / far, dy / far
    tip_x, tip_y = px[which, 2] - TIP_GAP_PX * ux, py[which, 2] - TIP_GAP_PX * uy
    back_x, back_y = tip_x - ARROW_LENGTH_PX * ux, tip_y - ARROW_LENGTH_PX * uy
    side_x, side_y = -uy * ARROW_HALF_PX, ux * ARROW_HALF_PX
    return Arrows(
        np.stack((tip_x, back_x + side_x, back_x - side_x), 1),
        np.stack((tip_y, back_y + side_y, back_y - side_y), 1),
        which,
    )


def nearest(px: Floats, py: Floats, at: tuple[float, float], reach_px: float) -> int:
    """Return the arc nearest to a pixel within reach, -1 for none.  px, py: (n, 3) pixels."""
    if not len(px):
        return -1
    x, y = at
    near = np.flatnonzero(
        (px.min(1) - reach_px <= x) & (px.max(1) + reach_px >= x)
        & (py.min(1) - reach_px <= y) & (py.max(1) + reach_px >= y)
    )  # fmt: skip
    if not len(near):
        return -1
    steps = np.linspace(0.0, 1.0, _STEPS + 1)
    way_x = np.stack([along(px[near], t) for t in steps], 1)
    way_y = np.stack([along(py[near], t) for t in steps], 1)
    distance = _to_segments(way_x, way_y, x, y).min(1)
    best = int(distance.argmin())
    return int(near[best]) if distance[best] <= reach_px else -1


def _to_segments(way_x: Floats, way_y: Floats, x: float, y: float) -> Floats:
    """Return how far a pixel is from each piece of each way: (n, steps)."""
    x0, y0 = way_x[:, :-1], way_y[:, :-1]
    dx, dy = np.diff(way_x, axis=1), np.diff(way_y, axis=1)
    square = np.maximum(dx * dx + dy * dy, 1e-12)
    share = np.clip(((x - x0) * dx + (y - y0) * dy) / square, 0.0, 1.0)
    return np.asarray(np.hypot(x0 + share * dx - x, y0 + share * dy - y))
