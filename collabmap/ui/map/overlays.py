"""What lies above the marks: pins, a proposed move, the cross in the middle."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.geo import LngLat
from collabmap.render.camera import Camera
from collabmap.render.furniture import label_size, paint_label
from collabmap.render.mark_shapes import shape_path
from collabmap.render.symbology import SIZE, MarkKey, Symbology, pin_anchor
from collabmap.render.tokens import INK, PAPER, TYPE, Tokens
from collabmap.ui.map.feature_layer import FeatureLayer, draw_centred
from collabmap.ui.map.layers import Frame
from collabmap.ui.map.tracing import Tracing

if TYPE_CHECKING:
    from collabmap.ui.map.earlier_outline import EarlierOutline

_AFTER_SIZE = 18.0


@dataclass(slots=True)
class Pin:
    """A pin that stands for a place: being placed, selected or shown by a card."""

    position: LngLat
    category: str | None
    is_movable: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A change of position as proposed, with the words beside both ends."""

    before: LngLat | None
    after: LngLat
    category: str
    before_text: str
    after_text: str


class Overlays:
    """pin: movable while placing; move: of a review card; has_cross: the middle is marked.

    tracing: a plan that is being placed.  earlier: the outline before the one that is proposed.
    has_keyboard: the keys act here, so the focus ring is shown.
    has_card: the name of the mark under the pointer stands beside it already.
    """

    def __init__(self) -> None:
        self.pin: Pin | None = None
        self.move: Move | None = None
        self.tracing: Tracing | None = None
        self.earlier: EarlierOutline | None = None
        self.has_cross = False
        self.has_keyboard = False
        self.has_card = False
        self.shows_hint = False

    def paint(
        self,
        painter: QPainter,
        camera: Camera,
        features: FeatureLayer,
        tokens: Tokens,
        text_scale: float,
    ) -> None:
        pixels = TYPE["second"] * text_scale
        symbology = features.symbology
        if self.tracing is not None:
            self.tracing.paint(painter, camera, tokens, text_scale)
        if self.earlier is not None:
            dpr = painter.device().devicePixelRatioF()
            self.earlier.paint(painter, Frame(camera, tokens, text_scale, dpr))
        if self.move is not None:
            self._paint_move(painter, camera, symbology, tokens, pixels, self.move)
        selected = features.table.get(features.selected)
        if selected is not None and self.pin is None:
            box = paint_pin(painter, camera, symbology, _position(selected), selected.category)
            self._name_above(painter, box, selected.name, tokens, pixels)
        if self.pin is not None:
            box = paint_pin(painter, camera, symbology, self.pin.position, self.pin.category)
            if self.shows_hint and self.pin.hint:
                self._name_above(painter, box, self.pin.hint, tokens, pixels)
        if not self.has_card:
            self._paint_hovered_name(painter, camera, features, tokens, pixels)
        if self.has_cross:
            _paint_cross(painter, camera)
        if self.has_keyboard:
            _paint_focus(painter, camera, tokens)

    def _paint_move(
        self,
        painter: QPainter,
        camera: Camera,
        symbology: Symbology,
        tokens: Tokens,
        pixels: float,
        move: Move,
    ) -> None:
        after = QPointF(*camera.pixel_of(move.after))
        change = tokens.states["change_proposed"]
        is_moved = move.before is not None and move.before != move.after
        if is_moved and move.before is not None:
            before = QPointF(*camera.pixel_of(move.before))
            _paint_dashes(painter, before, after, change.mark)
            key = MarkKey(move.category, FeatureState.DELETE_PROPOSED, False, SIZE, None)
            draw_centred(painter, symbology.image(key), before.x(), before.y())
            self._label(
                painter, before + QPointF(0, 32), move.before_text, tokens.muted, tokens, pixels
            )
        key = MarkKey(move.category, FeatureState.ACCEPTED, False, _AFTER_SIZE, None)
        _paint_ring(painter, symbology, move.category, after, change.mark)
        draw_centred(painter, symbology.image(key), after.x(), after.y())
        self._label(painter, after - QPointF(0, 42), move.after_text, change.text, tokens, pixels)

    def _label(
        self,
        painter: QPainter,
        middle: QPointF,
        text: str,
        ground: str,
        tokens: Tokens,
        pixels: float,
    ) -> None:
        if not text:
            return
        width, height = label_size(text, painter.font().family(), pixels)
        box = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
        paint_label(painter, box, text, ground, tokens.surface, pixels)

    def _name_above(
        self, painter: QPainter, pin: QRectF, text: str, tokens: Tokens, pixels: float
    ) -> None:
        if text:
            box = name_box(pin, text, painter.font().family(), pixels)
            paint_label(painter, box, text, tokens.text, tokens.surface, pixels)

    def _paint_hovered_name(
        self,
        painter: QPainter,
        camera: Camera,
        features: FeatureLayer,
        tokens: Tokens,
        pixels: float,
    ) -> None:
        mark = features.table.get(features.hovered)
        place = features.place_of(features.hovered)
        if mark is None or place is None or not mark.name:
            return
        width, height = label_size(mark.name, painter.font().family(), pixels)
        above = place[1] - height - 26
        top = above if above > 0 else place[1] + 26
        left = max(4.0, min(place[0] - width / 2, camera.width - width - 4))
        box = QRectF(left, top, width, height)
        paint_label(painter, box, mark.name, tokens.text, tokens.surface, pixels)


def paint_pin(
    painter: QPainter,
    camera: Camera,
    symbology: Symbology,
    position: LngLat,
    category: str | None,
) -> QRectF:
    """Paint a pin on its place; return the box it takes, in pixels."""
    px, py = camera.pixel_of(position)
    image, anchor = symbology.pin(category, SIZE + 2), pin_anchor(SIZE + 2)
    dpr = image.devicePixelRatio()
    x, y = round((px - anchor.x()) * dpr) / dpr, round((py - anchor.y()) * dpr) / dpr
    painter.drawImage(QPointF(x, y), image)
    return QRectF(QPointF(x, y), image.deviceIndependentSize())


def name_box(pin: QRectF, text: str, family: str, pixels: float) -> QRectF:
    """Return where the name of a pin stands, above it if there is room.  pixels: of its text."""
    width, height = label_size(text, family, pixels)
    above = pin.top() - height - 4
    top = above if above > 0 else pin.bottom() + 4
    return QRectF(pin.center().x() - width / 2, top, width, height)


def pin_box(camera: Camera, position: LngLat) -> QRectF:
    """Return where a pin's drawing lies, for the pointer."""
    px, py = camera.pixel_of(position)
    anchor = pin_anchor(SIZE + 2)
    return QRectF(px - anchor.x(), py - anchor.y(), 2 * anchor.x(), anchor.y() + 4)


def selected_boxes(
    features: FeatureLayer, camera: Camera, family: str, pixels: float
) -> list[QRectF]:
    """Return what the pin of the selected place covers, and its name.  pixels: of its text."""
    selected = features.table.get(features.selected)
    if selected is None:
        return []
    pin = pin_box(camera, _position(selected))
    name = [name_box(pin, selected.name, family, pixels)] if selected.name else []
    return [pin, *name]


def _paint_ring(
    painter: QPainter, symbology: Symbology, category: str, middle: QPointF, colour: str
) -> None:
    outline = shape_path(symbology.category(category).shape, _AFTER_SIZE).translated(middle)
    for width, ink in ((14.0, PAPER), (11.5, colour), (5.0, PAPER)):
        pen = QPen(QColor(ink), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(outline, pen)


def _paint_dashes(painter: QPainter, start: QPointF, end: QPointF, colour: str) -> None:
    painter.setPen(QPen(QColor(PAPER), 6))
    painter.drawLine(start, end)
    pen = QPen(QColor(colour), 3)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([3, 1.4])
    painter.setPen(pen)
    painter.drawLine(start, end)


def _paint_cross(painter: QPainter, camera: Camera) -> None:
    x, y = round(camera.width / 2), round(camera.height / 2)
    for width, colour in ((5.0, PAPER), (2.0, INK)):
        pen = QPen(QColor(colour), width)
        painter.setPen(pen)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(QPointF(x + 5 * dx, y + 5 * dy), QPointF(x + 16 * dx, y + 16 * dy))


def _paint_focus(painter: QPainter, camera: Camera, tokens: Tokens) -> None:
    pen = QPen(QColor(tokens.focus), 2)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawRect(QRectF(1, 1, camera.width - 2, camera.height - 2))


def _position(mark: Mark) -> LngLat:
    return LngLat(mark.lng, mark.lat)
