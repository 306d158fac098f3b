"""Where a picture lies on the ground, from spots found on both: an affine by least squares.

Positions on the picture are in pixels from its upper left corner, x right and y down, so that the
middle of the first pixel is (0.5, 0.5).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from collabmap.domain.geo import EARTH_RADIUS_M, LngLat, MercatorXY, from_world, to_mercator
from collabmap.errors import PointsTooFew

MIN_POINTS = 3
_WORLD_M = 2 * math.pi * EARTH_RADIUS_M


class ControlPoint(NamedTuple):
    """A spot on the picture, in pixels, and the same on the ground, in WGS84 degrees."""

    x: float
    y: float
    lng: float
    lat: float


class Affine(NamedTuple):
    """From a picture's pixels to Web Mercator metres (EPSG:3857):
    X = a x + b y + c, Y = d x + e y + f."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def to_mercator(self, x: float, y: float) -> MercatorXY:
        """Return Web Mercator metres of a spot on the picture."""
        return MercatorXY(self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f)

    def to_position(self, x: float, y: float) -> LngLat:
        """Return degrees of a spot on the picture."""
        metres = self.to_mercator(x, y)
        return from_world(metres.x / _WORLD_M + 0.5, 0.5 - metres.y / _WORLD_M)

    def to_pixel(self, lng: float, lat: float) -> tuple[float, float]:
        """Return where a position lies on the picture, in pixels."""
        metres = to_mercator(lng, lat)
        x, y = metres.x - self.c, metres.y - self.f
        area = self.a * self.e - self.b * self.d
        return (self.e * x - self.b * y) / area, (self.a * y - self.d * x) / area

    @property
    def pixel_m(self) -> float:
        """The side of a pixel in Web Mercator metres (at the equator), as a square of its area."""
        return math.sqrt(abs(self.a * self.e - self.b * self.d))


class Fit(NamedTuple):
    """The affine, and how far off each point is on the ground, in metres.

    rms_m: the root of their mean square.  worst: the point without which the rest would fit much
    better, None where there is none or too few points to tell.
    """

    affine: Affine
    residuals_m: tuple[float, ...]
    rms_m: float
    worst: int | None


def fit(points: Sequence[ControlPoint]) -> Fit:
    """Return the affine that brings the points nearest to where they belong.

    Three points always fit exactly: only a fourth one shows whether they were right.
    Raises PointsTooFew below three, PointsInLine where they lie on one line or at one spot, on the
    picture or on the ground.
    """
    if len(points) < MIN_POINTS:
        raise PointsTooFew(count=len(points))
    # numpy, which who only writes points down should not wait for.
    from collabmap.domain.affine_fit import best_fit

    return best_fit(points)
