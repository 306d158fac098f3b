"""Lines and zones on a picture: hue by category, state by the kind of line and of filling.

Accepted is a full line and a tinted zone; what awaits review is dashed and hatched; what would be
deleted is dotted and empty.  A white band lies on both sides of every line, and a blue one outside
it where the shape is yours.

Small pieces of work all along: a call of QPainter keeps the interpreter, and with it the window.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen
from shiboken6 import wrapInstance

from collabmap.domain.feature import FeatureState, ShapeRow
from collabmap.domain.theme import GREY
from collabmap.render.pieces import paths_of
from collabmap.render.shape_set import ShapeSet
from collabmap.render.shapes import Floats, Ints
from collabmap.render.strokes import Box, Runs, Strokes, dashes, joined, runs_in, strokes_of
from collabmap.render.symbology import FADED_OPACITY
from collabmap.render.tokens import LIGHT, PAPER, Tokens

TILE_PX = 512
# Under this a shape is a dot in its hue, and under that a line without its white band.
DOT_PX = 6.0
THIN_PX = 18.0
ZONE_PX, WAY_PX, FINE_PX = 2.2, 3.2, 1.2
HALO_PX = 1.7
YOURS_PX = 1.7
LIT_PX, LIT_HALO_PX = 3.6, 2.4
# How far a line's own width reaches out of the line.
MARGIN_PX = 12.0
FILL_OPACITY, HATCH_OPACITY, DOT_OPACITY, LIT_OPACITY = 0.22, 0.30, 0.75, 0.10
# On a dark ground a tint is seen only with some white in it, and more of it.
_DARK_WHITE, _DARK_MORE = 0.3, 1.7
_HATCH_PX = 8
# How many lines a call of the painter takes: a millisecond's work.
_AT_ONCE = 2000
_PATHS_AT_ONCE = 500

_FULL, _PENDING, _CHANGE, _DELETE, _DISAGREEMENT = range(5)
_STYLES = {
    FeatureState.ACCEPTED: _FULL,
    FeatureState.REJECTED: _FULL,
    FeatureState.PENDING: _PENDING,
    FeatureState.CHANGE_PROPOSED: _CHANGE,
    FeatureState.DELETE_PROPOSED: _DELETE,
}
# Dash, gap, dash, gap... in pixels.
PATTERNS: Mapping[int, Sequence[float]] = {
    _PENDING: (8.0, 4.5),
    _CHANGE: (10.0, 3.5, 2.4, 3.5),
    _DELETE: (2.4, 3.6),
    _DISAGREEMENT: (10.0, 3.5, 2.4, 3.5, 2.4, 3.5),
}
_HATCHED = (_PENDING, _CHANGE)


class ShapeLook(NamedTuple):
    """How shapes are painted.  hues: of categories; others are grey.  person: whose are "yours".

    clear_rows: the numbers (sorted) of those that the filter lets through, None for all;
    clear_ids: the same by id, for a preview.  dpr: device pixels a logical pixel.
    """

    hues: Mapping[str, str]
    tokens: Tokens
    person: bytes | None = None
    clear_rows: npt.NDArray[np.int64] | None = None
    clear_ids: frozenset[bytes] | None = None
    dpr: float = 1.0

    def is_faded(self, rows: Sequence[ShapeRow]) -> npt.NDArray[np.bool_]:
        """Return which of the rows the filter does not let through."""
        faded = np.zeros(len(rows), np.bool_)
        if self.clear_rows is not None:
            faded |= ~np.isin([row.row for row in rows], self.clear_rows)
        if self.clear_ids is not None:
            faded |= [row.id not in self.clear_ids for row in rows]
        return faded


class _Drawing(NamedTuple):
    """What lies in a box: rings to fill, pieces to draw, and how large each row is, in pixels."""

    rows: Sequence[ShapeRow]
    rings: Runs
    strokes: Strokes
    sizes: Floats
    styles: Ints


class Picture(NamedTuple):
    """A tile's picture without its empty edges.  left, top: where it lies in the tile, pixels.

    side: the tile's width in pixels.
    """

    image: QImage
    left: int
    top: int
    side: int


def paint_tile(shapes: ShapeSet, look: ShapeLook, z: int, x: int, y: int) -> Picture | None:
    """Return the picture of a tile, None if there is nothing on it.

    z, x, y: a tile of TILE_PX logical pixels, 2**z of them side by side.  In any thread.
    """
    side = round(TILE_PX * look.dpr)
    box = (float(x * side), float(y * side), float((x + 1) * side), float((y + 1) * side))
    drawing = _drawing(shapes, float(side << z), box, MARGIN_PX * look.dpr)
    if not len(drawing.strokes.lines) and not len(drawing.rings.owner):
        return None
    image = _blank(side)
    faded = look.is_faded(shapes.rows)
    if faded.any():
        _paint_rows(image, drawing, look, faded)
        image = _fade(image)
    _paint_rows(image, drawing, look, ~faded)
    return _cropped(image)


def paint_lit(painter: QPainter, shapes: ShapeSet, tokens: Tokens, scale: float, box: Box) -> None:
    """Paint shapes in the colour of what is selected, on logical pixels from the box's corner.

    scale: pixels of the world's width.  box: in pixels of the world.
    """
    drawing = _drawing(shapes, scale, box, MARGIN_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    _paint_fills(painter, drawing, np.ones(len(shapes.rows), np.bool_), _LitBrushes(tokens))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    halo = LIT_PX + 2 * LIT_HALO_PX
    _draw(painter, drawing.strokes.widened(halo), PAPER, halo)
    # On its white band the light blue of the dark look would not be seen.
    ink = LIGHT.primary if tokens.is_dark else tokens.primary
    _draw_inked(painter, drawing, np.ones(len(drawing.strokes.owner), np.bool_), ink, LIT_PX, 1.3)


def style_of(row: ShapeRow) -> int:
    """Return the kind of line: of the state, or of a shape with two values."""
    return _DISAGREEMENT if row.disagreement else _STYLES[row.state]


# --- what there is to paint -------------------------------------------------------------------


def _drawing(shapes: ShapeSet, scale: float, box: Box, margin: float) -> _Drawing:
    near = (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin)
    width, height = near[2] - near[0], near[3] - near[1]
    rings, lines = runs_in(shapes.zones, scale, near), runs_in(shapes.ways, scale, near)
    strokes = joined(
        strokes_of(rings, width, height, 0.0, closed=True),
        strokes_of(lines, width, height, 0.0, closed=False),
    )
    strokes.lines[:] -= margin
    return _Drawing(
        shapes.rows,
        rings._replace(points=rings.points - margin),
        strokes,
        shapes.sizes(scale),
        np.array([style_of(row) for row in shapes.rows], np.intp),
    )


# --- painting ---------------------------------------------------------------------------------


def _paint_rows(
    image: QImage, drawing: _Drawing, look: ShapeLook, chosen: npt.NDArray[np.bool_]
) -> None:
    painter = QPainter(image)
    try:
        painter.setPen(Qt.PenStyle.NoPen)
        _paint_fills(painter, drawing, chosen, _Brushes(look))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_lines(painter, drawing, look, chosen)
    finally:
        painter.end()


class _Brushes:
    """The fillings, by category and kind of line."""

    def __init__(self, look: ShapeLook) -> None:
        self._look = look
        self._made: dict[tuple[str, int, bool], QBrush | None] = {}

    def brush(self, row: ShapeRow, style: int, *, is_dot: bool) -> QBrush | None:
        """Return what fills a zone, None where it stays empty."""
        name = (row.category, style, is_dot)
        if name not in self._made:
            hue, more = QColor(hue_of(self._look, row.category)), 1.0
            if self._look.tokens.is_dark:
                hue, more = _mixed(hue, _DARK_WHITE), _DARK_MORE
            if is_dot:
                self._made[name] = _tint(hue, DOT_OPACITY if style == _FULL else DOT_OPACITY / 2)
            elif style == _FULL:
                self._made[name] = _tint(hue, FILL_OPACITY * more)
            elif style in _HATCHED:
                tint = _tint(hue, HATCH_OPACITY * more).color()
                self._made[name] = _hatch(tint, self._look.dpr, leans_left=style == _CHANGE)
            else:
                self._made[name] = None
        return self._made[name]


class _LitBrushes:
    """One soft filling for all."""

    def __init__(self, tokens: Tokens) -> None:
        self._tint = _tint(QColor(tokens.primary), LIT_OPACITY)

    def brush(self, _row: ShapeRow, _style: int, *, is_dot: bool) -> QBrush | None:
        return self._tint


def _paint_fills(
    painter: QPainter,
    drawing: _Drawing,
    chosen: npt.NDArray[np.bool_],
    brushes: _Brushes | _LitBrushes,
) -> None:
    """Fill zones one by one, the largest first, so that each shows through the next."""
    for row, path in _paths(drawing.rings):
        if not chosen[row]:
            continue
        is_dot = bool(drawing.sizes[row] < DOT_PX)
        brush = brushes.brush(drawing.rows[row], int(drawing.styles[row]), is_dot=is_dot)
        if brush is not None:
            # Under a line no smooth edge is seen, and it costs five times as much.
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_dot)
            painter.fillPath(path, brush)


def _paths(rings: Runs) -> Iterator[tuple[int, QPainterPath]]:
    """Yield each row that has rings, and the path of all its rings."""
    firsts = np.flatnonzero(np.diff(rings.owner, prepend=-1))
    bounds = np.append(firsts, len(rings.owner)).astype(np.intp)
    for start in range(0, len(firsts), _PATHS_AT_ONCE):
        some = bounds[start : start + _PATHS_AT_ONCE + 1]
        starts = rings.starts[some[0] : some[-1] + 1]
        part = rings.points[starts[0] : starts[-1]]
        paths = paths_of(part[:, 0], part[:, 1], starts - starts[0], some - some[0])
        yield from zip(rings.owner[some[:-1]].tolist(), paths, strict=True)


def _paint_lines(
    painter: QPainter, drawing: _Drawing, look: ShapeLook, chosen: npt.NDArray[np.bool_]
) -> None:
    strokes, dpr = drawing.strokes, look.dpr
    owner = strokes.owner
    size = drawing.sizes[owner] / dpr
    is_zone, is_chosen = strokes.is_closed, chosen[owner]
    # A dot has been filled; what has no inside is drawn however small it is.
    is_chosen &= ~(is_zone & (size < DOT_PX))
    is_fine = size < THIN_PX
    yours = np.array([row.author == look.person for row in drawing.rows], np.bool_)
    kinds = ((is_zone, ZONE_PX), (~is_zone, WAY_PX))
    is_yours = yours[owner]
    ring = look.tokens.states["yours"].mark
    for kind, width in kinds:
        # Round at corners, which is dearer, only where there is a ring around the band.
        lines = strokes.lines[is_chosen & kind & ~is_fine & is_yours]
        band = (width + 2 * HALO_PX) * dpr
        _draw(painter, lines, ring, band + 2 * YOURS_PX * dpr, Qt.PenCapStyle.RoundCap)
        _draw(painter, lines, PAPER, band, Qt.PenCapStyle.RoundCap)
    for kind, width in kinds:
        band = (width + 2 * HALO_PX) * dpr
        banded = strokes.of(is_chosen & kind & ~is_fine & ~is_yours)
        _draw(painter, banded.widened(band), PAPER, band)
    categories: dict[str, int] = {}
    numbers = [categories.setdefault(row.category, len(categories)) for row in drawing.rows]
    category_of = np.array(numbers, np.intp)[owner]
    for category, number in sorted(categories.items()):
        name = hue_of(look, category)
        of_hue = is_chosen & (category_of == number)
        _draw(painter, strokes.of(of_hue & is_fine).lines, name, FINE_PX * dpr)
        for kind, width in kinds:
            _draw_inked(painter, drawing, of_hue & kind & ~is_fine, name, width * dpr, dpr)


def _draw_inked(
    painter: QPainter,
    drawing: _Drawing,
    chosen: npt.NDArray[np.bool_],
    colour: str,
    width: float,
    unit: float,
) -> None:
    """Draw chosen pieces, dashed as their states are.  unit: pixels of a pattern's pixel."""
    strokes = drawing.strokes
    styles = drawing.styles[strokes.owner]
    _draw(painter, strokes.of(chosen & (styles == _FULL)).widened(width), colour, width)
    for style, pattern in PATTERNS.items():
        part = chosen & (styles == style)
        if part.any():
            lines = dashes(strokes.of(part), [unit * length for length in pattern])
            _draw(painter, lines, colour, width)


def _draw(
    painter: QPainter,
    lines: Floats,
    colour: str,
    width: float,
    cap: Qt.PenCapStyle = Qt.PenCapStyle.FlatCap,
) -> None:
    """Draw straight lines (n, 4)."""
    if not len(lines):
        return
    lines = np.ascontiguousarray(lines)
    painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, cap))
    for start in range(0, len(lines), _AT_ONCE):
        part = lines[start : start + _AT_ONCE]
        # Qt reads the array itself: a QLineF is four doubles.
        painter.drawLines(wrapInstance(part.ctypes.data, QLineF), len(part))  # type: ignore[call-overload]


def hue_of(look: ShapeLook, category: str) -> str:
    """Return the colour of a category."""
    return look.hues.get(category, GREY)


def _tint(hue: QColor, opacity: float) -> QBrush:
    tint = QColor(hue)
    tint.setAlphaF(opacity)
    return QBrush(tint)


def _mixed(hue: QColor, white: float) -> QColor:
    """Return a colour with a share of white in it."""
    parts = (part + (1 - part) * white for part in (hue.redF(), hue.greenF(), hue.blueF()))
    return QColor.fromRgbF(*parts)


def _hatch(tint: QColor, dpr: float, *, leans_left: bool) -> QBrush:
    """Return thin slanted lines; they run on from tile to tile, whose width is a multiple."""
    side = round(_HATCH_PX * dpr)
    image = _blank(side)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tint, 1.2 * dpr))
        for shift in (-side, 0, side):
            ends = (shift, side), (shift + side, 0)
            first, last = ends if not leans_left else ((shift, 0), (shift + side, side))
            painter.drawLine(QPointF(*first), QPointF(*last))
    finally:
        painter.end()
    return QBrush(image)


def _blank(side: int) -> QImage:
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    return image


def _fade(image: QImage) -> QImage:
    """Return a picture of which less is seen."""
    faded = _blank(image.width())
    painter = QPainter(faded)
    try:
        painter.setOpacity(FADED_OPACITY)
        painter.drawImage(0, 0, image)
    finally:
        painter.end()
    return faded


def _cropped(image: QImage) -> Picture | None:
    """Return a picture without its clear edges, None if all is clear."""
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    if not len(rows):
        return None
    left, top = int(columns[0]), int(rows[0])
    width, height = int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top
    return Picture(image.copy(left, top, width, height), left, top, image.width())
