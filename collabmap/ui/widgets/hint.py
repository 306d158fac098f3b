"""A quiet word beside what to do next: it stops nobody, and a cross takes it away."""

from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from collabmap.app.words import _
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CARD
from collabmap.ui import look
from collabmap.ui.widgets.announcing import announce
from collabmap.ui.widgets.buttons import IconButton

Side = Literal["right", "inside"]
_WIDTH_PX, _PAD_PX, _ARROW_PX = 300, 14, 9


class _Cross(IconButton):
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ink = look.tokens().surface
        side = look.px(18)
        middle = QRectF(self.rect()).center()
        box = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
        paint_icon(painter, "close", box, ink)
        if self.hasFocus():
            painter.setPen(QColor(ink))
            painter.drawRect(QRectF(self.rect()).adjusted(2, 2, -3, -3))
        painter.end()


class Hint(QWidget):
    """closed: somebody clicked its cross.  It lies over the window and takes no focus by itself."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title, self._words, self._side = "", "", "right"
        self._cross = _Cross("close", _("Close this hint"), parent=self)
        self._cross.clicked.connect(self.closed)
        self.hide()

    @property
    def words(self) -> str:
        """Return what it says."""
        return f"{self._title} {self._words}".strip()

    def say(self, title: str, words: str, anchor: QRect, side: Side) -> None:
        """Show words beside a place of the parent; a screen reader is told once."""
        is_new = (title, words) != (self._title, self._words) or self.isHidden()
        self._title, self._words, self._side = title, words, side
        self.setAccessibleName(self.words)
        size = self.sizeHint()
        self.setGeometry(self._beside(anchor, size))
        cross = self._cross.sizeHint()
        self._cross.setGeometry(size.width() - cross.width() - 2, 2, cross.width(), cross.height())
        self.show()
        self.raise_()
        if is_new:
            announce(self, self.words)

    def _beside(self, anchor: QRect, size: QSize) -> QRect:
        if self._side == "right":
            at = QPointF(anchor.right() + 4, anchor.center().y() - size.height() / 2)
        else:
            at = QPointF(anchor.center().x() - size.width() / 2, anchor.top() + look.px(16))
        parent = self.parentWidget()
        assert parent is not None
        room = parent.rect()
        x = min(max(4.0, at.x()), room.width() - size.width() - 4.0)
        y = min(max(4.0, at.y()), room.height() - size.height() - 4.0)
        return QRect(round(x), round(y), size.width(), size.height())

    def _lines(self) -> QSize:
        """Return how much room the words take."""
        cross = self._cross.sizeHint().width()
        wide = look.px(_WIDTH_PX) - 2 * look.px(_PAD_PX) - cross
        size = QSize(0, 0)
        for font, text in ((look.font(15, 600), self._title), (look.font(13), self._words)):
            box = QFontMetricsF(font).boundingRect(
                QRectF(0, 0, wide, 10_000), int(Qt.TextFlag.TextWordWrap), text
            )
            size = QSize(
                max(size.width(), round(box.width()) + 1), size.height() + round(box.height())
            )
        return size

    def sizeHint(self) -> QSize:
        lines, pad = self._lines(), look.px(_PAD_PX)
        width = lines.width() + 2 * pad + self._cross.sizeHint().width()
        height = max(lines.height() + 2 * pad, self._cross.sizeHint().height() + 4)
        arrow = _ARROW_PX
        return QSize(width + (arrow if self._side == "right" else 0), height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect())
        if self._side == "right":
            box.adjust(_ARROW_PX, 0, 0, 0)
        path = QPainterPath()
        path.addRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
        path.addPolygon(self._arrow(box))
        # The opposite of what it lies over: nothing else in the window looks like it.
        painter.fillPath(path.simplified(), QColor(tokens.text))
        pad = look.px(_PAD_PX)
        words = box.adjusted(pad, pad, -self._cross.width(), -pad)
        painter.setPen(QColor(tokens.surface))
        painter.setFont(look.font(15, 600))
        flags = int(Qt.TextFlag.TextWordWrap)
        used = painter.drawText(words, flags, self._title)
        if self._words:
            painter.setFont(look.font(13))
            painter.drawText(words.adjusted(0, used.height(), 0, 0), flags, self._words)
        painter.end()

    def _arrow(self, box: QRectF) -> QPolygonF:
        if self._side == "right":
            tip = QPointF(0, box.center().y())
            return QPolygonF(
                [tip, tip + QPointF(_ARROW_PX + 1, -9), tip + QPointF(_ARROW_PX + 1, 9)]
            )
        return QPolygonF()
