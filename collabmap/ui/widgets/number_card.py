"""A card with one large number, what it counts, and what else there is to say of it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CARD, TYPE
from collabmap.ui import look
from collabmap.ui.widgets.tip import plain_tip


class NumberCard(QWidget):
    """Number, meaning and a second line; its accessible name says all three."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.number = self.words = self.second = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_number(self, number: str, words: str, second: str) -> None:
        self.number, self.words, self.second = number, words, second
        self.setAccessibleName(" ".join(part for part in (number, words, second) if part))
        self.setToolTip(plain_tip(second))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        widths = (
            QFontMetricsF(look.font(TYPE["number"], 700)).horizontalAdvance(self.number)
            + look.px(40),
            QFontMetricsF(look.font(TYPE["body"], 600)).horizontalAdvance(self.words),
        )
        return QSize(round(max(widths)) + look.px(36), look.px(97))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        painter.setBrush(QColor(tokens.surface))
        painter.setPen(QPen(QColor(tokens.line), tokens.edge_px))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
        left, width = look.px(18), self.width() - 2 * look.px(18)
        side = look.px(26)
        sign = QRectF(self.width() - look.px(17) - side, look.px(14), side, side)
        paint_icon(painter, self._icon, sign, tokens.muted)
        for text, size, weight, top, high, ink in (
            (self.number, TYPE["number"], 700, 10, 44, tokens.text),
            (self.words, TYPE["body"], 600, 51, 20, tokens.text),
            (self.second, TYPE["second"], 400, 69, 18, tokens.muted),
        ):
            font = look.font(size, weight)
            painter.setFont(font)
            painter.setPen(QColor(ink))
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            line = QRectF(left, look.px(top), width, look.px(high))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()
