"""A picture to look at closely and to choose spots on: wheel, drag, click, and all by keyboard."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from collabmap.app.words import _
from collabmap.render.tokens import INK, PAPER
from collabmap.ui import look
from collabmap.ui.map.buttons import MapButton, arrange
from collabmap.ui.map.tracing import paint_spot

# Hands that tremble move the mouse while they click.
CLICK_SLOP_PX = 8.0
STEP_PX = 60.0
NOTCH = 120
# Nearer than eight screen pixels for a dot there is nothing more to see.
MAX_SCALE = 8.0
DETAIL_AFTER_MS = 150
_FOREIGN = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class PictureView(QWidget):
    """spot_chosen: x and y in pixels of the whole picture.

    detail_wanted: (level, QRect in it) to be read elsewhere and brought by `set_detail`; level n is
    the picture at a 2^n-th of its size.
    """

    spot_chosen = Signal(float, float)
    detail_wanted = Signal(int, QRect)

    def __init__(self) -> None:
        super().__init__()
        self._thumbnail = QImage()
        self._size = QSize()
        self._detail: tuple[int, QRect, QImage] | None = None
        self._spots: Sequence[tuple[float, float]] = ()
        self._pending: tuple[float, float] | None = None
        self._middle = QPointF()
        self._scale = 1.0
        self._is_fitted = True
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._is_panning = False
        self._has_keyboard = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(_("Picture of the plan"))
        self.setAccessibleDescription(
            _("Arrows move the picture, plus and minus zoom, Enter takes the middle.")
        )
        self._detail_timer = QTimer(self, singleShot=True, interval=DETAIL_AFTER_MS)
        self._detail_timer.timeout.connect(self._want_detail)
        self._buttons = [
            MapButton("plus", self, lambda: self.zoom(2.0)),
            MapButton("minus", self, lambda: self.zoom(0.5)),
            MapButton("fit-to-page-outline", self, self.fit),
        ]
        for button, name in zip(
            self._buttons, (_("Zoom in"), _("Zoom out"), _("Show the whole picture")), strict=True
        ):
            button.set_name(name)

    # --- what is shown ---------------------------------------------------------------------

    def show_picture(self, thumbnail: QImage, size: tuple[int, int]) -> None:
        """Show a picture whole.  thumbnail: smaller, of all of it; size: in its own pixels."""
        self._thumbnail, self._size, self._detail = thumbnail, QSize(*size), None
        self.fit()

    def set_detail(self, level: int, rect: QRect, image: QImage) -> None:
        """Take a part of the picture that was wanted."""
        self._detail = (level, rect, image)
        self.update()

    def set_spots(
        self, spots: Sequence[tuple[float, float]], pending: tuple[float, float] | None = None
    ) -> None:
        """Show spots, numbered from 1; pending: one that has no position on the map yet."""
        self._spots, self._pending = spots, pending
        self.update()

    def fit(self) -> None:
        """Show all of the picture."""
        self._is_fitted = True
        self._middle = QPointF(self._size.width() / 2, self._size.height() / 2)
        self._scale = self._least_scale()
        self._changed()

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Look nearer or from further; the dot under `about`, else the middle, stays there."""
        about = about or self._centre()
        before = self.spot_at(about)
        least = self._least_scale()
        self._scale = max(least, min(max(MAX_SCALE, least), self._scale * factor))
        self._is_fitted = self._scale == least
        self._move_by(self.pixel_of(before.x(), before.y()) - about)

    def show_spot(self, x: float, y: float) -> None:
        """Bring a spot into the middle."""
        self._is_fitted = False
        self._move_by(self.pixel_of(x, y) - self._centre())

    def spot_at(self, point: QPointF) -> QPointF:
        """Return the picture's pixel under one of ours."""
        return self._middle + (point - self._centre()) / self._scale

    def pixel_of(self, x: float, y: float) -> QPointF:
        """Return where a spot of the picture lies here."""
        return self._centre() + (QPointF(x, y) - self._middle) * self._scale

    def _centre(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)

    def _least_scale(self) -> float:
        if self._size.isEmpty():
            return 1.0
        room = max(16, self.width() - 24), max(16, self.height() - 24)
        return min(room[0] / self._size.width(), room[1] / self._size.height(), MAX_SCALE)

    def _move_by(self, delta: QPointF) -> None:
        """Move what is looked at; the middle stays on the picture."""
        moved = self._middle + delta / self._scale
        self._middle = QPointF(
            max(0.0, min(float(self._size.width()), moved.x())),
            max(0.0, min(float(self._size.height()), moved.y())),
        )
        self._changed()

    def _changed(self) -> None:
        self._detail_timer.start()
        self.update()

    def _want_detail(self) -> None:
        """Ask for the part in view where the thumbnail has fewer dots than the screen."""
        if self._thumbnail.isNull():
            return
        needed = self._scale * self.devicePixelRatioF()
        if self._thumbnail.width() >= self._size.width() * min(1.0, needed):
            return
        level = max(0, math.floor(-math.log2(min(1.0, needed))))
        seen = QRectF(self.spot_at(QPointF(0, 0)), self.spot_at(self._corner()))
        whole = QRectF(0, 0, self._size.width(), self._size.height())
        seen = seen.intersected(whole)
        if seen.isEmpty():
            return
        far = 1 << level
        rect = QRect(
            int(seen.left() / far), int(seen.top() / far),
            math.ceil(seen.width() / far) + 1, math.ceil(seen.height() / far) + 1,
        )  # fmt: skip
        last = QRect(0, 0, -(-self._size.width() // far), -(-self._size.height() // far))
        self.detail_wanted.emit(level, rect.intersected(last))

    def _corner(self) -> QPointF:
        return QPointF(self.width(), self.height())

    # --- hands -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._set_keyboard(False)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._last = event.position()
            self._is_panning = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        far = event.position() - self._pressed
        if not self._is_panning and math.hypot(far.x(), far.y()) < CLICK_SLOP_PX:
            return
        self._is_panning, self._is_fitted = True, False
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._move_by(self._last - event.position())
        self._last = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_click = self._pressed is not None and not self._is_panning
        self._pressed, self._is_panning = None, False
        self.setCursor(Qt.CursorShape.CrossCursor)
        if was_click and event.button() == Qt.MouseButton.LeftButton:
            self._choose(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(2.0 ** (event.angleDelta().y() / NOTCH / 2), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key()) if event.key() in _KEYS else None
        if key is None or event.modifiers() & _FOREIGN:
            super().keyPressEvent(event)
            return
        self._set_keyboard(True)
        if key in _ARROWS:
            step = STEP_PX * (3 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            self._is_fitted = False
            self._move_by(QPointF(*_ARROWS[key]) * step)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(2.0)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom(0.5)
        elif key == Qt.Key.Key_Home:
            self.fit()
        else:
            self.choose_middle()

    def choose_middle(self) -> None:
        """Take the spot at the cross, as Enter does."""
        self._choose(self._centre())

    def _choose(self, point: QPointF) -> None:
        spot = self.spot_at(point)
        inside = QRectF(0, 0, self._size.width(), self._size.height()).contains(spot)
        if inside and not self._thumbnail.isNull():
            self.spot_chosen.emit(spot.x(), spot.y())

    def _set_keyboard(self, has_keyboard: bool) -> None:
        self._has_keyboard = has_keyboard
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._set_keyboard(event.reason() != Qt.FocusReason.MouseFocusReason)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._set_keyboard(False)

    # --- paint -----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        arrange(self._buttons, self.width(), self.height())
        if self._is_fitted:
            self.fit()
        self._detail_timer.start()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            tokens = look.tokens()
            painter.fillRect(self.rect(), QColor(tokens.sunken))
            painter.setFont(look.font())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            whole = QRectF(0, 0, self._size.width(), self._size.height())
            if not self._thumbnail.isNull():
                painter.drawImage(self._here(whole), self._thumbnail)
            if self._detail is not None:
                level, rect, image = self._detail
                far = 1 << level
                place = QRectF(
                    rect.left() * far, rect.top() * far, rect.width() * far, rect.height() * far
                )
                painter.drawImage(self._here(place), image)
            for number, (x, y) in enumerate(self._spots, 1):
                paint_spot(painter, self.pixel_of(x, y), str(number), tokens, look.scale())
            if self._pending is not None:
                paint_spot(painter, self.pixel_of(*self._pending), "?", tokens, look.scale())
            if self._has_keyboard:
                self._paint_keyboard(painter)
        finally:
            painter.end()

    def _here(self, box: QRectF) -> QRectF:
        return QRectF(
            self.pixel_of(box.left(), box.top()), self.pixel_of(box.right(), box.bottom())
        )

    def _paint_keyboard(self, painter: QPainter) -> None:
        """Paint the cross that Enter takes, and the ring of the focus."""
        middle = self._centre()
        for width, colour in ((5.0, PAPER), (2.0, INK)):
            painter.setPen(QPen(QColor(colour), width))
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                painter.drawLine(middle + QPointF(dx, dy) * 5.0, middle + QPointF(dx, dy) * 16.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(look.tokens().focus), 2))
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))


_KEYS = {
    *_ARROWS,
    Qt.Key.Key_Plus,
    Qt.Key.Key_Equal,
    Qt.Key.Key_Minus,
    Qt.Key.Key_Underscore,
    Qt.Key.Key_Home,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
}
