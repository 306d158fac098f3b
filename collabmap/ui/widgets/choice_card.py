"""Cards that are buttons: a way to send, a count of a preview."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from collabmap.app.words import format_number
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CARD
from collabmap.ui import look
from collabmap.ui.widgets.tip import plain_tip

Mood = Literal["", "chosen", "done"]

_LEFT = Qt.AlignmentFlag.AlignLeft


class CardButton(QAbstractButton):
    """A wide button with two lines of words; subclasses paint what is before them."""

    height_px = 58
    edge_token = "line"

    def __init__(self, title: str, second: str) -> None:
        super().__init__()
        self._second = second
        self.setText(title)
        self.set_words(title, second)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def second(self) -> str:
        return self._second

    def set_words(self, title: str, second: str) -> None:
        self.setText(title)
        self._second = second
        self.setAccessibleName(f"{title}, {second}" if second else title)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(240), look.px(self.height_px))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(160), look.px(self.height_px))

    def _ink(self, token: str) -> str:
        tokens = look.tokens()
        return str(getattr(tokens, token)) if self.isEnabled() else tokens.disabled

    def _is_lit(self) -> bool:
        return self.isEnabled() and (self.underMouse() or self.isDown())

    def _ground(self) -> tuple[str, QPen]:
        """Return the token of the ground, and the edge."""
        tokens = look.tokens()
        edge = QPen(QColor(tokens.line), tokens.edge_px)
        return "hover" if self._is_lit() else "surface", edge

    def _paint_ground(self, painter: QPainter) -> QRectF:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ground, edge = self._ground()
        painter.setBrush(QColor(getattr(look.tokens(), ground)))
        painter.setPen(edge)
        painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
        return box

    def _paint_words(self, painter: QPainter, left: float, right: float) -> None:
        """Paint title and second line between two x positions."""
        middle = self.height() / 2
        title, second = look.font(15, 600), look.font(12)
        width = right - left
        painter.setFont(title)
        painter.setPen(QColor(self._ink("text")))
        shown = QFontMetricsF(title).elidedText(self.text(), Qt.TextElideMode.ElideRight, width)
        if not self._second:
            box = QRectF(left, 0, width, self.height())
            painter.drawText(box, _LEFT | Qt.AlignmentFlag.AlignVCenter, shown)
            return
        up, down = Qt.AlignmentFlag.AlignBottom, Qt.AlignmentFlag.AlignTop
        painter.drawText(QRectF(left, 0, width, middle), _LEFT | up, shown)
        painter.setFont(second)
        painter.setPen(QColor(self._ink("muted")))
        lower = QFontMetricsF(second).elidedText(self._second, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRectF(left, middle + 1, width, middle), _LEFT | down, lower)
        is_cut = shown != self.text() or lower != self._second
        self.setToolTip(plain_tip(f"{self.text()}\n{self._second}") if is_cut else "")

    def _paint_focus(self, painter: QPainter, box: QRectF) -> None:
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(look.tokens().focus), 2))
            radius = RADIUS_CARD - 2
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), radius, radius)


class WayCard(CardButton):
    """A way to go: icon, name, where it leads.  mood: 'chosen' now, 'done' and verified."""

    def __init__(self, icon: str, title: str, second: str = "") -> None:
        super().__init__(title, second)
        self._icon_name = icon
        self.mood: Mood = ""

    def set_mood(self, mood: Mood) -> None:
        self.mood = mood
        self.update()

    def _ink(self, token: str) -> str:
        # The way that was taken stays readable while no other can be.
        return str(getattr(look.tokens(), token)) if self.mood else super()._ink(token)

    def _ground(self) -> tuple[str, QPen]:
        ground, edge = super()._ground()
        tokens = look.tokens()
        if self.mood == "chosen":
            return "primary_soft", QPen(QColor(tokens.primary), 2)
        if self.mood == "done":
            return "surface", QPen(QColor(tokens.states["accepted"].mark), 2)
        return ground, edge

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = self._paint_ground(painter)
        tokens = look.tokens()
        middle, side = self.height() / 2, look.px(24)
        ink = tokens.primary if self.mood else self._ink("text")
        icon = QRectF(look.px(16), middle - side / 2, side, side)
        paint_icon(painter, self._icon_name, icon, ink)
        side = look.px(20)
        right = QRectF(self.width() - look.px(34), middle - side / 2, side, side)
        if self.mood == "done":
            paint_icon(painter, "check-circle", right, tokens.states["accepted"].text)
        elif self.isEnabled() and not self.mood:
            paint_icon(painter, "chevron-right", right, tokens.muted)
        self._paint_words(painter, look.px(53), self.width() - look.px(44))
        self._paint_focus(painter, box)
        painter.end()


class CountCard(CardButton):
    """How many of one kind: its sign, the number, what they are.  A filter when checked.

    list_words: what a second click does, shown at the right of the checked one.
    """

    def __init__(self, state: str, list_words: str) -> None:
        super().__init__("", "")
        self._state = state
        self._list_words = list_words
        self.count = 0
        self.setCheckable(True)

    def set_count(self, count: int, title: str, second: str) -> None:
        """title, second: what they are, without the number."""
        self.count = count
        self.set_words(title, second)
        number = format_number(count)
        self.setAccessibleName(f"{number} {title}, {second}" if second else f"{number} {title}")
        self.setEnabled(count > 0)

    def _ground(self) -> tuple[str, QPen]:
        if self.isChecked():
            return "primary_soft", QPen(QColor(look.tokens().primary), 2)
        return super()._ground()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = self._paint_ground(painter)
        tokens = look.tokens()
        colours = tokens.states[self._state]
        middle, side = self.height() / 2, look.px(34)
        circle = QRectF(look.px(13), middle - side / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.soft if self.isEnabled() else tokens.sunken))
        painter.drawEllipse(circle)
        icon = circle.adjusted(*(look.px(n) for n in (9, 9, -9, -9)))
        ink = colours.text if self.isEnabled() else tokens.disabled
        paint_icon(painter, colours.icon, icon, ink)
        painter.setFont(look.font(24, 700))
        painter.setPen(QColor(tokens.text if self.isEnabled() else tokens.disabled))
        number = QRectF(look.px(47), 0, look.px(44), self.height())
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        text = format_number(self.count)
        left = look.px(103)
        if (wide := QFontMetricsF(painter.font()).horizontalAdvance(text)) > number.width():
            number.setWidth(wide)
            left = round(number.right()) + look.px(12)
        painter.drawText(number, flags, text)
        right = float(self.width() - look.px(40))
        if self.isEnabled():
            right = self._paint_right(painter)
        self._paint_words(painter, left, right)
        self._paint_focus(painter, box)
        painter.end()

    def _paint_right(self, painter: QPainter) -> float:
        """Paint the chevron, with words when this filter is on; return where they begin."""
        tokens = look.tokens()
        side = look.px(20)
        right = QRectF(self.width() - look.px(31), (self.height() - side) / 2, side, side)
        paint_icon(
            painter, "chevron-right", right, tokens.primary if self.isChecked() else tokens.muted
        )
        if not self.isChecked():
            return right.left() - 8
        painter.setFont(look.font(13, 500))
        painter.setPen(QColor(tokens.primary))
        width = QFontMetricsF(painter.font()).horizontalAdvance(self._list_words)
        words = QRectF(right.left() - width - 2, 0, width, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._list_words)
        return words.left() - 8
