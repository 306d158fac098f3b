"""Where a picture lies on the ground, from spots found on both: an affine by least squares.

Positions on the picture are in pixels from its upper left corner, x right and y down, so that the
middle of the first pixel is (0.5, 0.5).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.geo import EARTH_RADIUS_M, LngLat, MercatorXY, from_world, to_mercator
from collabmap.errors import PointsInLine, PointsTooFew

MIN_POINTS = 3
# With so many, one that is off can be told from the others.
MIN_TO_BLAME = 5
# Of their length: points that lie closer to one line than that do not hold the picture.
_MIN_BREADTH = 0.01
# Without the point that is off, the rest fits so much better.
_BLAME = 0.4
_WORLD_M = 2 * math.pi * EARTH_RADIUS_M
Numbers = NDArray[np.float64]


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
    pixels = np.array([(point.x, point.y) for point in points], dtype=np.float64)
    ground = np.array([to_mercator(point.lng, point.lat) for point in points], dtype=np.float64)
    if not (_has_breadth(pixels) and _has_breadth(ground)):
        raise PointsInLine
    affine = _solve(pixels, ground)
    scale = math.cos(math.radians(float(np.mean([point.lat for point in points]))))
    residuals = _residuals(affine, pixels, ground) * scale
    rms = _rms(residuals)
    return Fit(
        affine, tuple(map(float, residuals)), rms, _worst(pixels, ground, rms / scale, affine)
    )


def _solve(pixels: Numbers, ground: Numbers) -> Affine:
    """Return the affine of least squares; around the middles, where large numbers lose nothing."""
    middle, centre = pixels.mean(axis=0), ground.mean(axis=0)
    spread = float(np.abs(pixels - middle).max())
    solved, *_rest = np.linalg.lstsq((pixels - middle) / spread, ground - centre, rcond=None)
    (a, d), (b, e) = solved / spread
    c, f = centre - np.array([[a, b], [d, e]]) @ middle
    return Affine(*map(float, (a, b, c, d, e, f)))


def _residuals(affine: Affine, pixels: Numbers, ground: Numbers) -> Numbers:
    there = [affine.to_mercator(*pixel) for pixel in pixels]
    off: Numbers = np.hypot(*(np.array(there) - ground).T)
    return off


def _rms(residuals: Numbers) -> float:
    return float(np.sqrt(np.mean(residuals**2)))


def _has_breadth(places: Numbers) -> bool:
    """Whether points spread in two directions."""
    if not np.isfinite(places).all():
        return False
    length, breadth = np.linalg.svd(places - places.mean(axis=0), compute_uv=False)[:2]
    return bool(length > 0 and breadth >= _MIN_BREADTH * length)


def _worst(pixels: Numbers, ground: Numbers, rms_m: float, affine: Affine) -> int | None:
    """Return the point whose absence makes the others fit best, if that much better."""
    # Under a pixel nobody clicked wrongly.
    if len(pixels) < MIN_TO_BLAME or rms_m < affine.pixel_m:
        return None
    without = []
    for left_out in range(len(pixels)):
        kept = np.delete(pixels, left_out, axis=0), np.delete(ground, left_out, axis=0)
        fits = _has_breadth(kept[0]) and _has_breadth(kept[1])
        without.append(_rms(_residuals(_solve(*kept), *kept)) if fits else math.inf)
    best = int(np.argmin(without))
    return best if without[best] < _BLAME * rms_m else None
