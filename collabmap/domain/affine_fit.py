"""The affine of least squares through control points, and which of them spoils it."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.geo import to_mercator
from collabmap.domain.georeference import Affine, ControlPoint, Fit
from collabmap.errors import PointsInLine

# With so many, one that is off can be told from the others.
MIN_TO_BLAME = 5
# Of their length: points that lie closer to one line than that do not hold the picture.
_MIN_BREADTH = 0.01
# Without the point that is off, the rest fits so much better.
_BLAME = 0.4
Numbers = NDArray[np.float64]


def best_fit(points: Sequence[ControlPoint]) -> Fit:
    """Return the affine nearest to three points or more.  Raises PointsInLine."""
    pixels = np.array([(point.x, point.y) for point in points], dtype=np.float64)
    ground = np.array([to_mercator(point.lng, point.lat) for point in points], dtype=np.float64)
    if not (_has_breadth(pixels) and _has_breadth(ground)):
        raise PointsInLine
    affine = _solve(pixels, ground)
    scale = math.cos(math.radians(float(np.mean([point.lat for point in points]))))
    off = _residuals(affine, pixels, ground)
    worst = _worst(pixels, ground, _rms(off), affine)
    return Fit(affine, tuple(map(float, off * scale)), _rms(off) * scale, worst)


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
