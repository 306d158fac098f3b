"""A yes or no: a box with a tick, and the words beside it."""

from math import ceil

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from collabmap.render.icons import paint_icon
from collabmap.ui import look
from collabmap.ui.widgets.choice import paint_focus_ring
from collabmap.ui.widgets.tip import plain_tip


class Tick(QCheckBox):
    """A 22 px box with a 44 px target; its words go on below where the line is too short."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(look.px(44), self._words_height(width) + look.px(12))

    def _words_height(self, width: int) -> int:
        room = QRectF(0, 0, max(1, width - look.px(40)), 10_000)
        wrap = Qt.TextFlag.TextWordWrap
        return ceil(QFontMetricsF(look.font(14)).boundingRect(room, wrap, self.text()).height())

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
        shown = self.text()
        if self._words_height(self.width()) > self.height():
            shown = QFontMetricsF(painter.font()).elidedText(
                shown, Qt.TextElideMode.ElideRight, words.width()
            )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, shown)
        self.setToolTip(plain_tip(self.text()) if shown != self.text() else "")
        paint_focus_ring(self, painter)
        painter.end()
