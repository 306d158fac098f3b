"""A slider painted as the rest is: a line that fills, and a round handle; a click goes there."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider

from collabmap.ui import look


class LineSlider(QSlider):
    """By hand its values are whole steps."""

    handle_px, line_px, height_px = 18, 4, 36

    def __init__(self, step: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setSingleStep(step)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look.px(120), look.px(self.height_px))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(60), look.px(self.height_px))

    def _room(self) -> tuple[float, float]:
        """Return the x of the least and of the most."""
        half = look.px(self.handle_px) / 2 + 2
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
        step = self.singleStep()
        self.setValue(round(share * self.maximum() / step) * step)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        left, right = self._room()
        middle = self.height() / 2
        at = left + (right - left) * self.value() / max(1, self.maximum())
        is_on = self.isEnabled()
        thick = look.px(self.line_px)
        painter.setPen(Qt.PenStyle.NoPen)
        for start, end, colour in (
            (left, right, tokens.line_strong if is_on else tokens.line),
            (left, at, tokens.primary if is_on else tokens.disabled),
        ):
            painter.setBrush(QColor(colour))
            line = QRectF(start, middle - thick / 2, end - start, thick)
            painter.drawRoundedRect(line, thick / 2, thick / 2)
        radius = look.px(self.handle_px) / 2
        painter.setBrush(QColor(tokens.primary if is_on else tokens.disabled))
        painter.setPen(QPen(QColor(tokens.surface), 2))
        painter.drawEllipse(QPointF(at, middle), radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawEllipse(QPointF(at, middle), radius + 1, radius + 1)
        painter.end()
