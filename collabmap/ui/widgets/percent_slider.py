"""A slider from nothing to all, painted as the rest is, with its value in words beside it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider

from collabmap.ui import look

STEP = 5
_HANDLE_PX = 18


class PercentSlider(QSlider):
    """0 to 100, by fives; a click on the line goes there."""

    def __init__(self, value: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, 100)
        self.setSingleStep(STEP)
        self.setPageStep(4 * STEP)
        self.setValue(value)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look.px(120), look.px(36))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(60), look.px(36))

    def _room(self) -> tuple[float, float]:
        """Return the x of nothing and of all."""
        half = look.px(_HANDLE_PX) / 2 + 2
        return half, self.width() - half

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go_to(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go_to(event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def _go_to(self, point: QPointF) -> None:
        left, right = self._room()
        share = max(0.0, min(1.0, (point.x() - left) / max(1.0, right - left)))
        self.setValue(round(100 * share / STEP) * STEP)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        left, right = self._room()
        middle = self.height() / 2
        at = left + (right - left) * self.value() / 100
        is_on = self.isEnabled()
        thick = look.px(4)
        painter.setPen(Qt.PenStyle.NoPen)
        for start, end, colour in (
            (left, right, tokens.line_strong if is_on else tokens.line),
            (left, at, tokens.primary if is_on else tokens.disabled),
        ):
            painter.setBrush(QColor(colour))
            line = QRectF(start, middle - thick / 2, end - start, thick)
            painter.drawRoundedRect(line, thick / 2, thick / 2)
        radius = look.px(_HANDLE_PX) / 2
        painter.setBrush(QColor(tokens.primary if is_on else tokens.disabled))
        painter.setPen(QPen(QColor(tokens.surface), 2))
        painter.drawEllipse(QPointF(at, middle), radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawEllipse(QPointF(at, middle), radius + 1, radius + 1)
        painter.end()
