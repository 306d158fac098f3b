"""What the signs on the map mean just now, in a strip at its upper left."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from collabmap.app.words import _
from collabmap.domain.theme import Theme
from collabmap.ui import look
from collabmap.ui.widgets.marks import paint_mark, symbology
from collabmap.ui.widgets.popover import paint_floating


class Legend(QWidget):
    """entries: (badge, words).  It lies on a map and lets the pointer through."""

    def __init__(self, on: QWidget, theme: Theme, entries: Sequence[tuple[str, str]]) -> None:
        super().__init__(on)
        self._theme = theme
        self._entries = entries
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(_("Legend") + ": " + ", ".join(words for _badge, words in entries))
        self.resize(self.sizeHint())
        self.move(12, 12)
        self.show()
        self.raise_()

    def _width_of(self, words: str) -> float:
        return look.px(24) + QFontMetricsF(look.font(12, 500)).horizontalAdvance(words)

    def sizeHint(self) -> QSize:
        width = sum(self._width_of(words) for _badge, words in self._entries)
        width += look.px(16) * len(self._entries) + look.px(4)
        return QSize(round(width), look.px(36))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_floating(painter, QRectF(self.rect()))
        scale = look.scale()
        signs = symbology(self._theme, self.devicePixelRatioF() * scale)
        x = float(look.px(10))
        middle = self.height() / 2 - 0.5
        for badge, words in self._entries:
            paint_mark(painter, signs.badge(badge), QPointF(x + look.px(10), middle), scale)
            painter.setFont(look.font(12, 500))
            painter.setPen(QColor(look.tokens().text))
            box = QRectF(x + look.px(24), 0, self.width(), self.height() - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
            x += self._width_of(words) + look.px(16)
        painter.end()
