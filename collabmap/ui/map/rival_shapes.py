"""Several shapes that one place could have, numbered as the cards are; what all began from, dotted.

Each has dashes of its own beside its colour, so that nobody has to tell colours apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.sketch import Sketch
from collabmap.render.camera import Floats
from collabmap.render.furniture import label_size, paint_label
from collabmap.render.tokens import TYPE, Tokens
from collabmap.ui.map.layers import Frame
from collabmap.ui.map.sketch_pixels import Pixels

if TYPE_CHECKING:
    from collabmap.ui.map.view import MapView

LINE_PX, HALO_PX, BAND_PX = 3.0, 6.5, 15.0
DISC_PX = 14.0
BAND_ALPHA = 90
# Names of tokens or of states, and dashes in widths of the line; solid first.
_INKS = ("primary", "disagreement", "change_proposed", "accepted")
_DASHES: tuple[tuple[float, ...], ...] = ((), (4.0, 2.0), (1.2, 1.4), (5.0, 1.6, 1.2, 1.6))
_DOTS = (0.1, 2.4)


class Stroke(NamedTuple):
    """How the shape with a number is drawn.  dashes: in widths of the line, () for none."""

    colour: str
    dashes: tuple[float, ...]

    def pen(self, width: float) -> QPen:
        pen = QPen(QColor(self.colour), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if self.dashes:
            pen.setDashPattern(list(self.dashes))
        return pen


def stroke_of(number: int, tokens: Tokens) -> Stroke:
    """Return how the shape with a number, from 1, is drawn."""
    name = _INKS[(number - 1) % len(_INKS)]
    colour = tokens.primary if name == "primary" else tokens.states[name].mark
    return Stroke(colour, _DASHES[(number - 1) % len(_DASHES)])


@dataclass(frozen=True, slots=True)
class Rivals:
    """sketches: WGS84, in the order of their numbers.  start: what all began from, or None.

    together: what they would make put together, or None; words: beside it.
    """

    sketches: tuple[Sketch, ...]
    start: Sketch | None = None
    together: Sketch | None = None
    words: str = ""

    def box(self) -> Bbox:
        """Return the box around all of them."""
        every = [*self.sketches, *(each for each in (self.start, self.together) if each)]
        spots = [position for sketch in every for _, position in sketch.vertices()]
        lngs, lats = zip(*spots, strict=True)
        return Bbox(min(lngs), min(lats), max(lngs), max(lats))


class RivalShapes:
    """A layer above the marks.  show(None): nothing is shown any more."""

    def __init__(self, view: "MapView") -> None:
        self._view = view
        self._pixels = Pixels()
        self.shown: Rivals | None = None
        view.add_layer(self, "above")

    def show(self, rivals: Rivals | None) -> None:
        if rivals != self.shown:
            self.shown = rivals
            self._view.repaint_layers()

    def paint(self, painter: QPainter, frame: Frame) -> None:
        rivals = self.shown
        if rivals is None or not rivals.sketches:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if rivals.sketches[0].kind == "point":
            self._paint_points(painter, frame, rivals)
            return
        if rivals.together is not None:
            self._paint_band(painter, frame, rivals.together)
        paths = [self._path(sketch, frame) for sketch in rivals.sketches]
        for path in paths:
            painter.strokePath(path, _pen(frame.tokens.surface, HALO_PX))
        if rivals.start is not None:
            self._dotted(painter, frame, self._path(rivals.start, frame))
        for number, path in enumerate(paths, start=1):
            painter.strokePath(path, stroke_of(number, frame.tokens).pen(LINE_PX))
        if rivals.together is not None:
            self._label(painter, frame, rivals.words, self._apart(rivals.together, (), frame))
        for number, sketch in enumerate(rivals.sketches, start=1):
            others = [*rivals.sketches[: number - 1], *rivals.sketches[number:]]
            others += [rivals.start] if rivals.start is not None else []
            self._disc(painter, frame, number, self._apart(sketch, others, frame))

    # --- outlines --------------------------------------------------------------------------

    def _path(self, sketch: Sketch, frame: Frame) -> QPainterPath:
        path = QPainterPath()
        for _part, _ring, px, py in self._pixels.rings(sketch, frame.camera):
            if len(px) > 1:
                path.addPolygon(_polygon(px, py))
                if sketch.kind == "zone":
                    path.closeSubpath()
        return path

    def _paint_band(self, painter: QPainter, frame: Frame, sketch: Sketch) -> None:
        """Paint a broad soft band, on which all lines still show."""
        ink = QColor(frame.tokens.states["accepted"].mark)
        ink.setAlpha(BAND_ALPHA)
        path = self._path(sketch, frame)
        if sketch.kind == "zone":
            inside = QColor(ink)
            inside.setAlpha(BAND_ALPHA // 2)
            painter.fillPath(path, inside)
        pen = QPen(ink, BAND_PX)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, pen)

    def _dotted(self, painter: QPainter, frame: Frame, path: QPainterPath) -> None:
        painter.strokePath(path, _pen(frame.tokens.surface, HALO_PX))
        pen = _pen(frame.tokens.muted, LINE_PX)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setDashPattern(list(_DOTS))
        painter.strokePath(path, pen)

    def _apart(self, sketch: Sketch, others: Sequence[Sketch], frame: Frame) -> QPointF:
        """Return the pixel of a vertex that is this sketch's alone, or else its topmost one."""
        known = {position for other in others for _, position in other.vertices()}
        every = [position for _, position in sketch.vertices()]
        own = [position for position in every if position not in known] or every
        points = [QPointF(*frame.camera.pixel_of(position)) for position in own]
        room = QRectF(0, 0, frame.camera.width, frame.camera.height)
        seen = [point for point in points if room.contains(point)] or points
        return min(seen, key=lambda point: point.y())

    # --- points ----------------------------------------------------------------------------

    def _paint_points(self, painter: QPainter, frame: Frame, rivals: Rivals) -> None:
        spots = [_spot(sketch, frame) for sketch in rivals.sketches]
        if rivals.start is not None:
            start = _spot(rivals.start, frame)
            for number, spot in enumerate(spots, start=1):
                painter.setPen(_pen(frame.tokens.surface, HALO_PX))
                painter.drawLine(start, spot)
                painter.setPen(stroke_of(number, frame.tokens).pen(LINE_PX))
                painter.drawLine(start, spot)
            ring = QPainterPath()
            ring.addEllipse(start, DISC_PX, DISC_PX)
            painter.fillPath(ring, QColor(frame.tokens.surface))
            self._dotted(painter, frame, ring)
        for number, spot in enumerate(spots, start=1):
            self._disc(painter, frame, number, spot)

    # --- numbers and words -----------------------------------------------------------------

    def _disc(self, painter: QPainter, frame: Frame, number: int, middle: QPointF) -> None:
        """Paint a number on a disc in the colour of its shape."""
        radius = DISC_PX * frame.text_scale
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(frame.tokens.surface))
        painter.drawEllipse(middle, radius + 2.5, radius + 2.5)
        painter.setBrush(QColor(stroke_of(number, frame.tokens).colour))
        painter.drawEllipse(middle, radius, radius)
        font = painter.font()
        font.setPixelSize(round(TYPE["label"] * frame.text_scale * 1.15))
        font.setBold(True)
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(frame.tokens.surface))
        box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))
        painter.restore()

    def _label(self, painter: QPainter, frame: Frame, words: str, beside: QPointF) -> None:
        pixels = TYPE["second"] * frame.text_scale
        width, height = label_size(words, painter.font().family(), pixels)
        x = max(4.0, min(beside.x() + 2 * DISC_PX, frame.camera.width - width - 4))
        y = max(4.0, beside.y() - height - DISC_PX)
        ground = frame.tokens.states["accepted"].text
        box = QRectF(x, y, width, height)
        paint_label(painter, box, words, ground, frame.tokens.surface, pixels)


def _pen(colour: str, width: float) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _polygon(px: Floats, py: Floats) -> QPolygonF:
    """Return a run of pixels; of vertices on the same pixel one after another, the first."""
    spots = np.column_stack((px, py))
    is_new = np.any(np.diff(np.rint(spots), axis=0) != 0, axis=1)
    kept = spots[np.concatenate(([True], is_new))]
    return QPolygonF([QPointF(x, y) for x, y in kept.tolist()])


def _spot(sketch: Sketch, frame: Frame) -> QPointF:
    [(_, position)] = sketch.vertices()
    return QPointF(*frame.camera.pixel_of(LngLat(*position)))
