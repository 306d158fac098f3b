"""What a map draws: the layers of an extract, as they are handed to `drawing`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from collabmap.render.shapes import Shapes

Floats = npt.NDArray[np.float64]


class Street(NamedTuple):
    """A named line.  points: (n, 2), unit square; pieces that follow each other are joined."""

    name: str
    kind: str
    points: Floats


class Spot(NamedTuple):
    """A named place or area.  size: width of the area in the unit square, 0 for a node."""

    name: str
    kind: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Layers:
    """An extract, ready to draw.

    areas: kind -> polygons ('sea' is one).  lines: (kind, 'tunnel'|'ground'|'bridge') -> lines.
    """

    areas: Mapping[str, Shapes]
    lines: Mapping[tuple[str, str], Shapes]
    streets: Sequence[Street]
    spots: Sequence[Spot]
