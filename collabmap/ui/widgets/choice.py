"""Choices with large targets: one of several, or yes and no."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QRadioButton, QSizePolicy

from collabmap.ui import look


class Choice(QRadioButton):
    """One of several, with a 24 px circle and a 34 px target."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(look.font(14)).horizontalAdvance(self.text())
        return QSize(round(width) + look.px(42), look.target(34))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(80), look.target(34))

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        side = look.px(22)
        centre = QPointF(1 + side / 2 + 1, self.height() / 2)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.primary))
            painter.drawEllipse(centre, side / 2 + 0.5, side / 2 + 0.5)
            painter.setBrush(QColor(tokens.primary_text))
            painter.drawEllipse(centre, side / 4.6, side / 4.6)
        else:
            painter.setPen(QPen(QColor(tokens.line_strong), 1.6))
            painter.setBrush(QColor(tokens.surface))
            painter.drawEllipse(centre, side / 2, side / 2)
        painter.setFont(look.font(14))
        painter.setPen(QColor(tokens.text if self.isEnabled() else tokens.disabled))
        box = QRectF(look.px(34), 0, self.width() - look.px(34), self.height())
        text = QFontMetricsF(painter.font()).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
        paint_focus_ring(self, painter)
        painter.end()


def paint_focus_ring(widget: QAbstractButton, painter: QPainter) -> None:
    """Paint the ring around a widget that has the keyboard."""
    if widget.hasFocus():
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(look.tokens().focus), 2))
        painter.drawRoundedRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1), 6, 6)
