"""An area on the map: a rectangle with eight handles, its size, and shade over what lies outside.

It lies over the map's viewport and lets through whatever is not about the area, so that the map
pans and zooms as ever.
"""

from typing import NamedTuple

import shapely
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from collabmap.app.words import _, format_number
from collabmap.domain.geo import Bbox, LngLat, distance_m
from collabmap.render.furniture import paint_furniture
from collabmap.ui import look
from collabmap.ui.map.view import MapView

HANDLE_PX = 9.0
# How near a handle or an edge the pointer must be.
GRIP_PX = 14.0
STEP_PX = 8.0
STRIDE_PX = 48.0
MIN_PX = 16.0
# A box that is the world's would leave nothing to hold.
MAX_LAT = 85.0


class Grip(NamedTuple):
    """What of the rectangle is held: dx, dy of -1, 0 or 1; both 0 is the whole of it."""

    dx: int
    dy: int


MOVE = Grip(0, 0)
HANDLES = tuple(Grip(dx, dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dx or dy)
_CURSORS = {
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (-1, -1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 1): Qt.CursorShape.SizeBDiagCursor,
    (1, 0): Qt.CursorShape.SizeHorCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor,
    (0, 0): Qt.CursorShape.SizeAllCursor,
}
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class AreaOverlay(QWidget):
    """changed: Bbox, while a person moves or resizes it.  settled: Bbox, once they let go."""

    changed = Signal(object)
    settled = Signal(object)

    def __init__(self, view: MapView) -> None:
        super().__init__(view.viewport())
        self._view = view
        self.bbox: Bbox | None = None
        self.outline: shapely.Geometry | None = None
        self.is_editable = False
        self._name = ""
        self._held: Grip | None = None
        self._offset = QPointF()
        self._hovered: Grip | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.viewport().installEventFilter(self)
        view.installEventFilter(self)
        self.setGeometry(view.viewport().rect())
        # Under the map's own buttons, which are children of the view and thus above already.
        self.lower()

    # --- what is shown ---------------------------------------------------------------------

    def show_area(
        self,
        bbox: Bbox | None,
        outline: shapely.Geometry | None = None,
        *,
        name: str = "",
        editable: bool = True,
    ) -> None:
        """Show an area, None for none.  outline: shown instead of the rectangle's own edge.

        name: of the place, written before its size.
        """
        self.bbox, self.outline, self._name = bbox, outline, name
        self.is_editable = editable and bbox is not None
        self._held = self._hovered = None
        self.setVisible(bbox is not None)
        self.update()

    def discard(self) -> None:
        """Leave the map as it was."""
        self._view.viewport().removeEventFilter(self)
        self._view.removeEventFilter(self)
        self._view.viewport().unsetCursor()
        self.hide()
        self.deleteLater()

    @property
    def is_shown(self) -> bool:
        return self.bbox is not None and self.isVisible()

    def box_px(self) -> QRectF:
        """Return the rectangle in pixels of the viewport."""
        assert self.bbox is not None
        camera = self._view.camera
        left, top = camera.pixel_of(LngLat(self.bbox.west, self.bbox.north))
        right, bottom = camera.pixel_of(LngLat(self.bbox.east, self.bbox.south))
        return QRectF(QPointF(left, top), QPointF(right, bottom))

    def handle_px(self, grip: Grip) -> QPointF:
        """Return where a handle is, in pixels of the viewport."""
        box = self.box_px()
        return QPointF(
            box.center().x() + grip.dx * box.width() / 2,
            box.center().y() + grip.dy * box.height() / 2,
        )

    # --- the pointer ------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._view.viewport():
            self.setGeometry(self._view.viewport().rect())
            return False
        if not (self.is_shown and self.is_editable):
            return False
        if watched is self._view and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            return self._key(event)
        if watched is self._view.viewport() and isinstance(event, QMouseEvent):
            return self._mouse(event)
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        point = event.position()
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._held = self._grip_at(point)
            if self._held is not None:
                reference = self.box_px().topLeft() if self._held == MOVE else point
                self._offset = point - reference
            return self._held is not None
        if kind == QEvent.Type.MouseMove:
            if self._held is not None:
                self._drag(self._held, point)
                return True
            self._hovered = self._grip_at(point) if not event.buttons() else None
            if self._hovered is not None:
                shape = _CURSORS[self._hovered.dx, self._hovered.dy]
                self._view.viewport().setCursor(shape)
                return True
            return False
        if kind == QEvent.Type.MouseButtonRelease and self._held is not None:
            self._held = None
            self.settled.emit(self.bbox)
            return True
        return False

    def _grip_at(self, point: QPointF) -> Grip | None:
        """Return the handle or the edge near a pixel, None where the map is meant."""
        for grip in HANDLES:
            at = self.handle_px(grip)
            if abs(at.x() - point.x()) <= GRIP_PX and abs(at.y() - point.y()) <= GRIP_PX:
                return grip
        box = self.box_px()
        outer = box.adjusted(-5, -5, 5, 5)
        inner = box.adjusted(5, 5, -5, -5)
        return MOVE if outer.contains(point) and not inner.contains(point) else None

    def _drag(self, grip: Grip, point: QPointF) -> None:
        box = self.box_px()
        if grip == MOVE:
            box.moveTopLeft(point - self._offset)
        else:
            box = _resized(box, grip, point)
        self._take(box)

    # --- the keyboard -----------------------------------------------------------------------

    def _key(self, event: QKeyEvent) -> bool:
        """Arrows move the area, Shift and arrows its far edges; Ctrl makes the steps small."""
        arrow = _ARROWS.get(Qt.Key(event.key())) if event.key() in _ARROWS else None
        if arrow is None or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return False
        is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        step = STEP_PX if is_fine else STRIDE_PX / 2
        dx, dy = arrow[0] * step, arrow[1] * step
        box = self.box_px()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            box = _resized(box, Grip(1, 1), box.bottomRight() + QPointF(dx, dy))
        else:
            box.translate(dx, dy)
        self._take(box)
        self.settled.emit(self.bbox)
        return True

    def _take(self, box: QRectF) -> None:
        camera = self._view.camera
        low = camera.position_at(box.left(), box.bottom())
        high = camera.position_at(box.right(), box.top())
        self.bbox = Bbox(low.lng, max(-MAX_LAT, low.lat), high.lng, min(MAX_LAT, high.lat))
        # Whoever pulls at a rectangle wants that rectangle.
        self.outline, self._name = None, ""
        self.update()
        self.changed.emit(self.bbox)

    # --- paint ------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.bbox is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = self.box_px()
        inside = QPainterPath()
        if self.outline is not None:
            inside = self._outline_path()
        else:
            inside.addRect(box)
        shade = QPainterPath()
        shade.addRect(QRectF(self.rect()))
        painter.fillPath(shade.subtracted(inside), QColor(27, 36, 48, 92))
        primary = QColor(tokens.primary)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.outline is not None:
            for width, ink in ((6.0, QColor(tokens.surface)), (3.0, primary)):
                pen = QPen(ink, width)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.strokePath(inside, pen)
        else:
            for width, ink in ((5.0, QColor(tokens.surface)), (3.0, primary)):
                painter.setPen(QPen(ink, width))
                painter.drawRect(box)
        if self.is_editable and self.outline is None:
            painter.setPen(QPen(primary, 2.5))
            painter.setBrush(QColor(tokens.surface))
            for grip in HANDLES:
                painter.drawEllipse(self.handle_px(grip), HANDLE_PX - 0.5, HANDLE_PX - 0.5)
        self._paint_size(painter, box)
        self._paint_furniture(painter)
        painter.end()

    def _outline_path(self) -> QPainterPath:
        path = QPainterPath()
        camera = self._view.camera
        assert self.outline is not None
        for part in shapely.get_parts(self.outline):
            for ring in (part.exterior, *part.interiors):
                points = [
                    QPointF(*camera.pixel_of(LngLat(x, y)))
                    for x, y in shapely.get_coordinates(ring)
                ]
                path.addPolygon(points)
                path.closeSubpath()
        return path

    def _paint_size(self, painter: QPainter, box: QRectF) -> None:
        """Write how large it is above it, or inside where its upper edge is out of view."""
        assert self.bbox is not None
        tokens = look.tokens()
        words = size_words(self.bbox)
        if self._name:
            words = f"{self._name} · {words}"
        painter.setFont(look.font(13, 600))
        width = QFontMetricsF(painter.font()).horizontalAdvance(words) + look.px(24)
        height = look.px(28)
        seen = box.intersected(QRectF(self.rect()))
        if seen.isEmpty():
            return
        top = box.top() - height - 8
        if top < 8:
            top = max(8.0, box.top() + 14)
        label = QRectF(seen.center().x() - width / 2, top, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.primary))
        painter.drawRoundedRect(label, 6, 6)
        painter.setPen(QColor(tokens.primary_text))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_furniture(self, painter: QPainter) -> None:
        """Scale and credits stay readable over the shade."""
        camera, tokens = self._view.camera, look.tokens()
        scale = look.scale()
        painter.setFont(look.font())
        paint_furniture(painter, camera, tokens, self._view.attribution, scale)


def _resized(box: QRectF, grip: Grip, point: QPointF) -> QRectF:
    """Return the box after a handle was pulled to a pixel; it never turns inside out."""
    left, top, right, bottom = box.left(), box.top(), box.right(), box.bottom()
    if grip.dx < 0:
        left = min(point.x(), right - MIN_PX)
    elif grip.dx > 0:
        right = max(point.x(), left + MIN_PX)
    if grip.dy < 0:
        top = min(point.y(), bottom - MIN_PX)
    elif grip.dy > 0:
        bottom = max(point.y(), top + MIN_PX)
    return QRectF(QPointF(left, top), QPointF(right, bottom))


def size_words(bbox: Bbox) -> str:
    """Return '1,27 km × 1,31 km', across the middle and up the side."""
    middle = (bbox.south + bbox.north) / 2
    half = LngLat((bbox.west + bbox.east) / 2, middle)
    across = 2 * distance_m(LngLat(bbox.west, middle), half)
    up = distance_m(LngLat(bbox.west, bbox.south), LngLat(bbox.west, bbox.north))
    return f"{_length(across)} × {_length(up)}"


def _length(metres: float) -> str:
    if metres < 995:
        return _("{value} m").format(value=format_number(metres))
    decimals = 2 if metres < 9995 else 1 if metres < 99_950 else 0
    return _("{value} km").format(value=format_number(metres / 1000, decimals))
