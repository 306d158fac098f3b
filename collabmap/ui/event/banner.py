"""The second sentence of event mode, over the map while a place is to be touched there."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from collabmap.render.tokens import RADIUS_CARD
from collabmap.ui import look
from collabmap.ui.widgets.announcing import announce

_TOP_PX, _HEIGHT_PX, _PAD_PX = 18, 46, 66
_TEXT_PX = 16


class Banner(QWidget):
    """It takes no clicks: what lies under it can be touched through it."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view, self._words = view, ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.installEventFilter(self)
        self.hide()

    @property
    def words(self) -> str:
        """Return what it says, '' while it is not there."""
        return self._words

    def say(self, words: str) -> None:
        """Show a sentence; '' takes it away."""
        is_new = bool(words) and words != self._words
        self._words = words
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self._place()
        if is_new:
            announce(self, words)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(look.font(_TEXT_PX, 600)).horizontalAdvance(self._words)
        return QSize(round(width) + 2 * look.px(_PAD_PX), look.px(_HEIGHT_PX))

    def _place(self) -> None:
        size = self.sizeHint()
        width = min(size.width(), self._view.width() - 16)
        self.setGeometry((self._view.width() - width) // 2, _TOP_PX, width, size.height())
        self.raise_()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._words:
            self._place()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        # A map may be light in a dark window: the edge parts it from both.
        painter.setPen(QPen(QColor(tokens.surface), 2))
        painter.setBrush(QColor(tokens.text))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
        painter.setPen(QColor(tokens.surface))
        painter.setFont(look.font(_TEXT_PX, 600))
        shown = QFontMetricsF(painter.font()).elidedText(
            self._words, Qt.TextElideMode.ElideRight, self.width() - 24
        )
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, shown)
        painter.end()
