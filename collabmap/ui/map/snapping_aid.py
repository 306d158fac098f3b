"""What helps a hand on the map: points and edges that attract it, and right angles."""

import math
from typing import NamedTuple

from PySide6.QtCore import QPointF

from collabmap.domain.geo import LngLat, to_world
from collabmap.domain.snapping import Snap, SnapIndex, right_angle
from collabmap.ui.map.ground_view import GroundView

SNAP_PX = 12.0
ANGLE_PX = 8.0
# Nearer to the corner than this every direction is nearly a right one.
LEAST_ARM_PX = 24.0
# Cosine of what is still taken for a right angle, once it was found to be one.
_SQUARE = 1e-6


class Corner(NamedTuple):
    """An angle, in the middle of three positions."""

    before: LngLat
    corner: LngLat
    after: LngLat


class Anchor(NamedTuple):
    """What a new vertex follows.  before, last: the two vertices before it; the first may miss.

    closing: the first two vertices of a zone.
    """

    before: LngLat | None
    last: LngLat | None
    closing: tuple[LngLat, LngLat] | None = None


class Helped(NamedTuple):
    """Where a hand that points at a pixel wants to be, and why."""

    position: LngLat
    snap: Snap | None = None
    corners: tuple[Corner, ...] = ()


class SnappingAid:
    """neighbours: the shapes in view.  own: what of the sketch itself attracts.

    skip: the feature whose shape is being changed.  is_off: while Alt is held.
    """

    def __init__(self, view: GroundView) -> None:
        self._view = view
        self.neighbours: SnapIndex | None = None
        self.own: SnapIndex | None = None
        self.skip: frozenset[bytes] = frozenset()
        self.is_off = False

    def help(self, point: QPointF, anchor: Anchor | None = None) -> Helped:
        """Return what a pixel means: a vertex first, then an edge, then a right angle."""
        camera = self._view.camera
        position = camera.position_at(point.x(), point.y())
        if self.is_off:
            return Helped(position)
        found = [
            snap
            for index in (self.own, self.neighbours)
            if index is not None
            and (snap := index.nearest(position, SNAP_PX / camera.scale, self.skip)) is not None
        ]
        if found:
            # A vertex before an edge, and the nearer of two.
            best = min(found, key=lambda s: (s.kind != "vertex", _apart(s.position, position)))
            return Helped(best.position, best)
        return self._squared(point, position, anchor)

    def _squared(self, point: QPointF, position: LngLat, anchor: Anchor | None) -> Helped:
        if anchor is None or anchor.before is None or anchor.last is None:
            return Helped(position)
        camera = self._view.camera
        if math.dist(camera.pixel_of(anchor.last), point.toTuple()) < LEAST_ARM_PX:
            return Helped(position)
        tolerance = ANGLE_PX / camera.scale
        squared = right_angle(anchor.before, anchor.last, position, tolerance, anchor.closing)
        if squared is None:
            return Helped(position)
        corners = [Corner(anchor.before, anchor.last, squared)]
        if anchor.closing is not None:
            first, second = anchor.closing
            corners += [Corner(second, first, squared), Corner(anchor.last, squared, first)]
        return Helped(squared, None, tuple(c for c in corners if _is_square(c)))


def _apart(a: LngLat, b: LngLat) -> float:
    return math.dist(to_world(*a), to_world(*b))


def _is_square(corner: Corner) -> bool:
    """Whether an angle is a right one, not straight on."""
    (ax, ay), (bx, by), (cx, cy) = (to_world(*each) for each in corner)
    one, other = (ax - bx, ay - by), (cx - bx, cy - by)
    size = math.hypot(*one) * math.hypot(*other)
    return size > 0 and abs(one[0] * other[0] + one[1] * other[1]) / size < _SQUARE
