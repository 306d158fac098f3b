"""Places counted in hexagons: a grid that lies on the world, so that it moves with the map.

Hexagons stand on a corner, in axial coordinates q and r; the grid of a level has hexagons of the
same size on the screen at that level's zoom.  Source: Red Blob Games, "Hexagonal grids".
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabmap.render.camera import TILE_PX, Floats

# From the middle of a hexagon to its corner at its level's own zoom, logical pixels.
RADIUS_PX = 26.0
MAX_CLASSES = 6
_SQRT_3 = math.sqrt(3)
_STEPS = (1, 2, 5)
# Parts r from q in one number; q lies within half of it on either side.
_SPAN = 1 << 31

Ints = NDArray[np.int64]


class Hexagons(NamedTuple):
    """All hexagons of a level that hold a place.  x, y: world position of their middles.

    keys: ascending, r before q.  sizes: places in each.  radius: world units, middle to corner.
    bounds: the least count of each class, ascending; the first is 1.
    """

    level: float
    radius: float
    keys: Ints
    x: Floats
    y: Floats
    sizes: Ints
    bounds: tuple[int, ...]

    def within(self, box: tuple[float, float, float, float]) -> Ints:
        """Return the hexagons whose middles lie in a box of world units."""
        left, top, right, bottom = box
        step = 1.5 * self.radius
        rows = np.arange(math.floor(top / step), math.ceil(bottom / step) + 1, dtype=np.int64)
        wide = _SQRT_3 * self.radius
        first = np.floor(left / wide - rows / 2).astype(np.int64)
        last = np.ceil(right / wide - rows / 2).astype(np.int64)
        begins = np.searchsorted(self.keys, _key(first, rows), "left")
        ends = np.searchsorted(self.keys, _key(last, rows), "right")
        runs = [np.arange(a, b) for a, b in zip(begins, ends, strict=True) if b > a]
        return np.concatenate(runs) if runs else np.empty(0, np.int64)

    def at(self, x: float, y: float) -> int | None:
        """Return the hexagon over a world position, None where no place lies in it."""
        q, r = _axial(np.array([x]), np.array([y]), self.radius)
        key = int(_key(q, r)[0])
        found = int(np.searchsorted(self.keys, key))
        return found if found < len(self.keys) and self.keys[found] == key else None

    def classes(self, hexagons: Ints) -> Ints:
        """Return the class of some hexagons, 0 for the fewest places."""
        return np.searchsorted(self.bounds, self.sizes[hexagons], "right").astype(np.int64) - 1


def level_of(zoom: float) -> float:
    """Return the level whose hexagons are shown at a zoom: one for each half."""
    return math.floor(zoom * 2) / 2


def count(x: Floats, y: Floats, level: float, scale: float = 1.0) -> Hexagons:
    """Count places in hexagons.  x, y: world positions.  scale: of the hexagons' size."""
    radius = RADIUS_PX * scale / (TILE_PX * 2.0**level)
    keys, sizes = np.unique(_key(*_axial(x, y, radius)), return_counts=True)
    r = np.floor_divide(keys + _SPAN // 2, _SPAN)
    q = keys - r * _SPAN
    sizes = sizes.astype(np.int64)
    return Hexagons(
        level,
        radius,
        keys,
        _SQRT_3 * radius * (q + r / 2),
        1.5 * radius * r,
        sizes,
        class_bounds(int(sizes.max(initial=0))),
    )


def class_bounds(largest: int) -> tuple[int, ...]:
    """Return the least counts of at most MAX_CLASSES classes, round numbers that grow evenly.

    Few places lie in most hexagons and very many in some, so that equal steps would show one
    colour nearly everywhere.
    """
    if largest <= MAX_CLASSES:
        return tuple(range(1, max(1, largest) + 1))
    rounds = [
        step * 10**power
        for power in range(len(str(largest)))
        for step in _STEPS
        if step * 10**power <= largest
    ]
    if len(rounds) <= MAX_CLASSES:
        return tuple(rounds)
    chosen = np.linspace(0, len(rounds) - 1, MAX_CLASSES).round().astype(int)
    return tuple(rounds[index] for index in chosen)


def corners(radius: float) -> list[tuple[float, float]]:
    """Return the six corners of a hexagon around (0, 0), the first at the top."""
    angles = [math.radians(60 * side - 90) for side in range(6)]
    return [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]


def _axial(x: Floats, y: Floats, radius: float) -> tuple[Ints, Ints]:
    """Return q and r of the hexagon over each position."""
    q = (_SQRT_3 / 3 * x - y / 3) / radius
    r = (2 / 3 * y) / radius
    # Rounded as cubes: the largest of the three errors gives way, so that they still sum to zero.
    near_q, near_r, near_s = np.rint(q), np.rint(r), np.rint(-q - r)
    off_q, off_r, off_s = np.abs(near_q - q), np.abs(near_r - r), np.abs(near_s + q + r)
    gives_q = (off_q > off_r) & (off_q > off_s)
    gives_r = ~gives_q & (off_r > off_s)
    near_q[gives_q] = (-near_r - near_s)[gives_q]
    near_r[gives_r] = (-near_q - near_s)[gives_r]
    return near_q.astype(np.int64), near_r.astype(np.int64)


def _key(q: Ints, r: Ints) -> Ints:
    return r * _SPAN + q
