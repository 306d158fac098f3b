"""Draw the letters of names that `labels` has put in their places.

Each letter is outlined once for a style, as polygons with as few corners as can be without showing,
and so is its halo.  All letters of a picture are then turned and moved at once.

Shapely is imported with the first letter: a window's first frame has none.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QTransform

from collabmap.render import fonts
from collabmap.render.labels import REFERENCE_PX, Placed, Plane, TextStyle
from collabmap.render.pieces import GRAIN, paths_of
from collabmap.render.shapes import Floats, Ints

# How far a corner may be cut, in pixels: less than shows in the shade of a pixel.
INK_TOLERANCE_PX = 0.07
HALO_TOLERANCE_PX = 0.2
# Of a halo's round corners, in a quarter turn.
HALO_SEGMENTS = 2


class _Rings(NamedTuple):
    """points: pixels from the baseline's left end, y down.  counts: points of each ring."""

    points: Plane
    counts: Ints


class _Outline(NamedTuple):
    """What is drawn of a letter."""

    ink: _Rings
    halo: _Rings


def write(
    painter: QPainter, names: Sequence[Placed], origin: tuple[float, float], scale: int = 1
) -> None:
    """Draw names.  origin: the picture's north-west in pixels of the world.

    scale: of the painter, how many pixels of the picture one of these is.
    """
    if not names:
        return
    outlines = [_outline(letter, name.style, scale) for name in names for letter in name.letters]
    at = np.concatenate([name.at for name in names])
    words = [count for name in names for count in _words(name.letters)]
    # All halos first: one must not wipe over the letters of a neighbour.
    styles = [name.style for name in names for _ in _words(name.letters)]
    halos = _paths([outline.halo for outline in outlines], at, words, origin)
    inks = _paths([outline.ink for outline in outlines], at, words, origin)
    for style, path in zip(styles, halos, strict=True):
        painter.fillPath(path, _brush(style.halo))
    for style, path in zip(styles, inks, strict=True):
        painter.fillPath(path, _brush(style.colour))


@lru_cache(maxsize=4000)
def _words(letters: tuple[str, ...]) -> tuple[int, ...]:
    """Return how many letters each word has, with the space after it."""
    ends = [number + 1 for number, letter in enumerate(letters) if letter == " "]
    return tuple(np.diff([0, *ends, len(letters)]).tolist())


def _paths(
    letters: Sequence[_Rings], at: Floats, words: Sequence[int], origin: tuple[float, float]
) -> list[QPainterPath]:
    """Return a path for each word, its letters in their places.  words: how many letters.

    Positions are rounded in the world, so that a picture does not depend on its origin.
    """
    points = np.concatenate([letter.points for letter in letters])
    counts = np.concatenate([letter.counts for letter in letters])
    sizes = [len(letter.points) for letter in letters]
    points *= np.repeat(np.exp(1j * at[:, 2]), sizes)
    points += np.repeat(at[:, 0] + 1j * at[:, 1], sizes)
    grains = points.view(np.float64) * GRAIN
    np.rint(grains, out=grains)
    grains /= GRAIN
    grains[0::2] -= origin[0]
    grains[1::2] -= origin[1]
    rings = np.cumsum([0, *(len(letter.counts) for letter in letters)])
    firsts = rings[np.cumsum([0, *words])]
    starts = np.concatenate([[0], np.cumsum(counts)])
    return paths_of(grains[0::2], grains[1::2], starts, firsts)


@lru_cache(maxsize=32)
def _brush(colour: str) -> QBrush:
    return QBrush(QColor(colour))


@lru_cache(maxsize=4000)
def _outline(letter: str, style: TextStyle, fineness: int) -> _Outline:
    import shapely

    large = QPainterPath()
    large.addText(0.0, 0.0, fonts.font(REFERENCE_PX, style.weight), letter)
    scale = style.size_px / REFERENCE_PX
    rings = [
        np.array([(point.x(), point.y()) for point in polygon.toList()]) * scale
        for polygon in large.toSubpathPolygons(QTransform())
    ]
    lines = [shapely.LineString(ring) for ring in rings if len(ring) > 2]
    around = shapely.MultiLineString(lines).buffer(
        style.halo_px / 2, quad_segs=HALO_SEGMENTS * fineness
    )
    return _Outline(
        _rings(shapely.simplify(np.array(lines, dtype=object), INK_TOLERANCE_PX / fineness)),
        _rings(shapely.get_rings(shapely.simplify(around, HALO_TOLERANCE_PX / fineness))),
    )


def _rings(lines: npt.NDArray[np.object_]) -> _Rings:
    import shapely

    counts = shapely.get_num_coordinates(lines).astype(np.intp)
    points = shapely.get_coordinates(lines)
    return _Rings(points[:, 0] + 1j * points[:, 1], counts)
