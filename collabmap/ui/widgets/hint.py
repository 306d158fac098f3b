"""A quiet word beside what to do next: it stops nobody, and a cross takes it away."""

from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from collabmap.app.words import _
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CARD
from collabmap.ui import look
from collabmap.ui.widgets.announcing import announce
from collabmap.ui.widgets.buttons import IconButton

Side = Literal["right", "inside"]
# Where it goes when there is no room at the right.
_Place = Literal["right", "left", "above", "below", "inside"]
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
        self._title, self._words = "", ""
        self._side: _Place = "right"
        self._tip_x = 0.0
        self._cross = _Cross("close", _("Close this hint"), parent=self)
        self._cross.clicked.connect(self.closed)
        self.hide()

    @property
    def words(self) -> str:
        """Return what it says."""
        return f"{self._title} {self._words}".strip()

    def say(self, title: str, words: str, anchor: QRect, side: Side) -> None:
        """Show words beside a place of the parent, never on it; a screen reader is told once.

        Where there is only room above or below, it says the title alone, to cover little.
        """
        is_new = (title, words) != (self._title, self._words) or self.isHidden()
        self._title, self._words = title, words
        self._side = self._side_of(anchor) if side == "right" else side
        self.setAccessibleName(self.words)
        size = self.sizeHint()
        place = self._beside(anchor, size)
        self.setGeometry(place)
        self._tip_x = float(min(max(anchor.center().x() - place.x(), 24), size.width() - 24))
        cross, box = self._cross.sizeHint(), self._box()
        self._cross.setGeometry(
            round(box.right()) - cross.width() - 2,
            round(box.top()) + 2,
            cross.width(),
            cross.height(),
        )
        self.show()
        self.raise_()
        if is_new:
            announce(self, self.words)

    def _side_of(self, anchor: QRect) -> _Place:
        parent = self.parentWidget()
        assert parent is not None
        self._side = "right"
        wide = self.sizeHint().width() + 8
        if anchor.right() + wide <= parent.width():
            return "right"
        if anchor.left() >= wide:
            return "left"
        self._side = "above"
        return "above" if anchor.top() >= self.sizeHint().height() + 8 else "below"

    def _beside(self, anchor: QRect, size: QSize) -> QRect:
        middle_y = anchor.center().y() - size.height() / 2
        at = {
            "right": QPointF(anchor.right() + 4, middle_y),
            "left": QPointF(anchor.left() - 4 - size.width(), middle_y),
            "above": QPointF(anchor.right() - size.width(), anchor.top() - 4 - size.height()),
            "below": QPointF(anchor.right() - size.width(), anchor.bottom() + 4),
            "inside": QPointF(anchor.center().x() - size.width() / 2, anchor.top() + look.px(16)),
        }[self._side]
        parent = self.parentWidget()
        assert parent is not None
        room = parent.rect()
        x = min(max(4.0, at.x()), room.width() - size.width() - 4.0)
        y = min(max(4.0, at.y()), room.height() - size.height() - 4.0)
        return QRect(round(x), round(y), size.width(), size.height())

    @property
    def _more(self) -> str:
        return "" if self._side in ("above", "below") else self._words

    def _lines(self) -> QSize:
        """Return how much room the words take."""
        cross = self._cross.sizeHint().width()
        wide = look.px(_WIDTH_PX) - 2 * look.px(_PAD_PX) - cross
        size = QSize(0, 0)
        for font, text in ((look.font(15, 600), self._title), (look.font(13), self._more)):
            if not text:
                continue
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
        return QSize(
            width + (arrow if self._side in ("right", "left") else 0),
            height + (arrow if self._side in ("above", "below") else 0),
        )

    def _box(self) -> QRectF:
        """Return what holds the words: all but the arrow."""
        arrow = _ARROW_PX
        left, top, right, bottom = {
            "right": (arrow, 0, 0, 0),
            "left": (0, 0, -arrow, 0),
            "above": (0, 0, 0, -arrow),
            "below": (0, arrow, 0, 0),
            "inside": (0, 0, 0, 0),
        }[self._side]
        return QRectF(self.rect()).adjusted(left, top, right, bottom)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = self._box()
        path = QPainterPath()
        path.addRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
        arrow = QPainterPath()
        arrow.addPolygon(self._arrow(box))
        arrow.closeSubpath()
        # The opposite of what it lies over: nothing else in the window looks like it.
        painter.setBrush(QColor(tokens.text))
        # The half of it that lies inside is the edge, for a light hint on a light map.
        painter.setPen(QPen(QColor(tokens.surface), 2))
        painter.drawPath(path.united(arrow))
        pad = look.px(_PAD_PX)
        words = box.adjusted(pad, 0, -self._cross.width(), 0)
        # A title alone is less tall than the cross: both have the same middle.
        words.setTop(box.center().y() - self._lines().height() / 2)
        painter.setPen(QColor(tokens.surface))
        painter.setFont(look.font(15, 600))
        flags = int(Qt.TextFlag.TextWordWrap)
        used = painter.drawText(words, flags, self._title)
        if self._more:
            painter.setFont(look.font(13))
            painter.drawText(words.adjusted(0, used.height(), 0, 0), flags, self._more)
        painter.end()

    def _arrow(self, box: QRectF) -> QPolygonF:
        if self._side == "inside":
            return QPolygonF()
        if self._side in ("right", "left"):
            edge, out = (box.left(), -1) if self._side == "right" else (box.right(), 1)
            tip = QPointF(edge + out * _ARROW_PX, box.center().y())
            base = QPointF(-out * (_ARROW_PX + 1), 9)
            return QPolygonF([tip, tip + base, tip + QPointF(base.x(), -9)])
        edge, out = (box.top(), -1) if self._side == "below" else (box.bottom(), 1)
        tip = QPointF(self._tip_x, edge + out * _ARROW_PX)
        base = QPointF(9, -out * (_ARROW_PX + 1))
        return QPolygonF([tip, tip + base, tip + QPointF(-9, base.y())])
