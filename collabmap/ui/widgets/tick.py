"""A yes or no: a box with a tick, and the words beside it."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from collabmap.render.icons import paint_icon
from collabmap.ui import look
from collabmap.ui.widgets.choice import paint_focus_ring
from collabmap.ui.widgets.tip import plain_tip


class Tick(QCheckBox):
    """A 22 px box with a 44 px target."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(look.font(14)).horizontalAdvance(self.text())
        return QSize(round(width) + look.px(46), look.px(44))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(80), look.px(44))

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        side = look.px(20)
        # Room for the ring of the keyboard around it.
        box = QRectF(look.px(6), (self.height() - side) / 2, side, side)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.primary))
            painter.drawRoundedRect(box, 4, 4)
            paint_icon(painter, "check-bold", box.adjusted(3, 3, -3, -3), tokens.primary_text)
        else:
            painter.setPen(QPen(QColor(tokens.line_strong), 1.6))
            painter.setBrush(QColor(tokens.surface))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(look.font(14))
        painter.setPen(QColor(tokens.text if self.isEnabled() else tokens.disabled))
        words = QRectF(look.px(36), 0, self.width() - look.px(40), self.height())
        shown = QFontMetricsF(painter.font()).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
        self.setToolTip(plain_tip(self.text()) if shown != self.text() else "")
        paint_focus_ring(self, painter)
        painter.end()
