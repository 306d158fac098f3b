"""Numbers as circles whose areas are proportional to them.

Plainly proportional: Flannery's larger circles for large numbers make up for how areas are judged
at a glance, but here the number stands in the circle or in its card, and the legend has circles to
compare with.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabmap.render.camera import Floats

# Of the largest number, logical pixels.
MAX_RADIUS_PX = 38.0
# A smaller circle would be a speck; its number is still told.
MIN_RADIUS_PX = 3.0
# More of them cover each other; the largest of those in view are painted.
MAX_SHOWN = 600
_STEPS = (1, 2, 5)


class Circles(NamedTuple):
    """Circles, the largest first.  x, y: world positions.  indices: of the numbers given."""

    x: Floats
    y: Floats
    values: Floats
    radii: Floats
    indices: NDArray[np.int64]

    def within(self, box: tuple[float, float, float, float]) -> NDArray[np.int64]:
        """Return the largest circles whose middles lie in a box of world units, at most MAX_SHOWN.

        A margin of MAX_RADIUS_PX around the view is for the caller to add.
        """
        left, top, right, bottom = box
        is_seen = (self.x >= left) & (self.x <= right) & (self.y >= top) & (self.y <= bottom)
        return np.flatnonzero(is_seen)[:MAX_SHOWN]


def circles(x: Floats, y: Floats, values: Floats, scale: float = 1.0) -> Circles:
    """Return a circle for each number of 0 or more.  x, y: world.  scale: of all radii."""
    order = np.argsort(-values, kind="stable")
    largest = float(values.max(initial=0.0))
    radii = radius_of(values[order], largest, scale)
    return Circles(x[order], y[order], values[order], radii, order.astype(np.int64))


def radius_of(values: Floats, largest: float, scale: float = 1.0) -> Floats:
    """Return logical pixels: the largest number has MAX_RADIUS_PX, none less than the smallest."""
    if largest <= 0:
        return np.full(len(values), MIN_RADIUS_PX * scale)
    full = MAX_RADIUS_PX * np.sqrt(np.clip(values, 0, None) / largest)
    return np.maximum(full, MIN_RADIUS_PX) * scale


def round_values(largest: float) -> list[float]:
    """Return up to three round numbers for a legend: near the largest, a quarter, a sixteenth.

    Their circles are about full, half and a quarter as wide.
    """
    found: list[float] = []
    for share in (1, 4, 16):
        value = _round_below(largest / share)
        if value > 0 and value not in found:
            found.append(value)
    return found


def _round_below(value: float) -> float:
    if value <= 0 or not math.isfinite(value):
        return 0.0
    power = math.floor(math.log10(value) + 1e-9)
    # Written, so that no 0.30000000000000004 comes out.
    steps = (float(f"{step}e{power}") for step in _STEPS)
    return max((each for each in steps if each <= value * (1 + 1e-9)), default=0.0)
