"""The box around many shapes, in constant memory."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from collabmap.domain.antimeridian import atoms, cut
from collabmap.domain.geo import Bbox

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


class Extent:
    """A box that grows as shapes go by, in constant memory.

    Islands on both sides of the antimeridian get the narrower box, the one across it.
    Source: RFC 7946, 5.2.
    """

    def __init__(self) -> None:
        self._west = self._south = math.inf
        self._east = self._north = -math.inf
        # The box across the antimeridian, if any: from the westmost of the eastern half to the
        # eastmost of the western half.
        self._from, self._to = math.inf, -math.inf

    def add(self, west: float, south: float, east: float, north: float) -> None:
        """Take in one part that doesn't cross the antimeridian."""
        self._west, self._east = min(self._west, west), max(self._east, east)
        self._south, self._north = min(self._south, south), max(self._north, north)
        if east >= 0:
            self._from = min(self._from, max(west, 0.0))
        if west < 0:
            self._to = max(self._to, min(east, 0.0))

    def add_geometry(self, geometry: "BaseGeometry") -> None:
        """Take in a shape that was cut; an empty one changes nothing."""
        for part in atoms(geometry):
            self.add(*part.bounds)

    def bbox(self) -> Bbox | None:
        """Return the box, west > east where it crosses; None when nothing was added."""
        if self._south > self._north:
            return None
        west, east = self._west, self._east
        has_both_halves = math.isfinite(self._from) and math.isfinite(self._to)
        if has_both_halves and self._to + 360 - self._from < east - west:
            west, east = self._from, self._to
        return Bbox(west, self._south, east, self._north)


def bbox_of(geometries: "Iterable[BaseGeometry]") -> Bbox | None:
    """Return the box around shapes, cut or not; west > east where it crosses the antimeridian."""
    extent = Extent()
    for geometry in geometries:
        extent.add_geometry(cut(geometry))
    return extent.bbox()
