"""A line of a checklist: a round sign, what it is, what is so, and the one thing to do."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from collabmap.render.icons import paint_icon
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.text import Text

ReadyState = Literal["done", "running", "look", "todo"]

SIGN_PX, BUTTON_PX = 32, 40
# state -> (icon, whose colours of tokens.states)
_SIGNS = {
    "done": ("check-bold", "accepted"),
    "running": ("progress-clock", "yours"),
    "look": ("exclamation-thick", "pending"),
}


class RoundSign(QWidget):
    """A state as a disc with an icon; what is still to do is a ring."""

    def __init__(self) -> None:
        super().__init__()
        self.state: ReadyState = "todo"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, state: ReadyState) -> None:
        self.state = state
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(SIGN_PX), look.px(SIGN_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        sign = _SIGNS.get(self.state)
        if sign is None:
            painter.setPen(QPen(QColor(tokens.line_strong), max(1.5, tokens.edge_px)))
            painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            icon, name = sign
            colours = tokens.states[name]
            # Where grounds are not told apart by their colour, an edge draws the disc.
            edge = QPen(QColor(colours.text), tokens.edge_px)
            painter.setPen(edge if tokens.edge_px > 1 else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.soft))
            painter.drawEllipse(box)
            side = box.width() * 0.56
            where = QRectF(0, 0, side, side)
            where.moveCenter(box.center())
            paint_icon(painter, icon, where, colours.text)
        painter.end()


class LineButton(Button):
    """The button of a line: filled for the next thing to do, without an edge where all is well."""

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        ground, edge, ink = super()._colours()
        if self.kind == "quiet" and self.isEnabled():
            return ground, edge, QColor(look.tokens().text)
        return ground, edge, ink


class ReadyLine(QWidget):
    """wanted: its button was pressed.  Put something under its words with `show_below`."""

    wanted = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.state: ReadyState = "todo"
        self.sign = RoundSign()
        self._title = Text(title, "strong", wrap=True)
        self._says = Text("", "muted", wrap=True)
        self._advice = Text("", "second", wrap=True)
        self._advice.hide()
        self.button = LineButton("", height_px=BUTTON_PX)
        self.button.clicked.connect(self.wanted)
        self._below = QVBoxLayout()
        self._below.setContentsMargins(0, 0, 0, 0)
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(look.px(4))
        for label in (self._title, self._says, self._advice):
            words.addWidget(label)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(16))
        # As high with a button as without one.
        row.addStrut(look.px(BUTTON_PX))
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(look.px(18), look.px(12), look.px(16), look.px(12))
        whole.setSpacing(look.px(10))
        whole.addLayout(row)
        whole.addLayout(self._below)

    @property
    def title(self) -> str:
        return self._title.text()

    @property
    def says(self) -> str:
        return self._says.text()

    @property
    def advice(self) -> str:
        return self._advice.text()

    def show_line(
        self, state: ReadyState, state_words: str, says: str, action: str, advice: str = ""
    ) -> None:
        """Show how it stands.  state_words: for who cannot see the sign.  action: '' for none.

        advice: what helps, under what is so.
        """
        self.state = state
        self.sign.show_state(state)
        self._says.setText(says)
        self._follow_look()
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.button.setAccessibleName(f"{action}, {self.title}" if action else "")
        self.button.updateGeometry()
        self.setAccessibleName(f"{self.title}, {state_words}. {says}")

    def set_next(self, is_next: bool) -> None:
        """Fill the button, for the next thing to do on this screen."""
        quiet = self.state in ("done", "running")
        self.button.kind = "primary" if is_next else "quiet" if quiet else "outline"
        self.button.updateGeometry()
        self.button.update()

    def show_below(self, part: QWidget | None) -> None:
        """Put a part under the words, None takes the last one away."""
        while (item := self._below.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        if part is not None:
            self._below.addWidget(part)

    def _follow_look(self) -> None:
        states = look.tokens().states
        self._says.set_colour(states["pending"].text if self.state == "look" else "")


class Checklist(QWidget):
    """Lines under one another on a card, with a fine line between two."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(1, look.px(5), 1, look.px(5))
        self._layout.setSpacing(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def add(self, line: ReadyLine) -> None:
        self._layout.addWidget(line)

    def remove(self, line: ReadyLine) -> None:
        self._layout.removeWidget(line)
        line.hide()
        line.deleteLater()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        painter.setBrush(QColor(tokens.surface))
        painter.setPen(QPen(QColor(tokens.line), tokens.edge_px))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, 10, 10)
        left = look.px(18 + SIGN_PX + 14)
        for place in range(1, self._layout.count()):
            item = self._layout.itemAt(place)
            if item is not None:
                top = item.geometry().top() - 1
                painter.fillRect(QRectF(left, top, self.width() - left - 1, 1), QColor(tokens.line))
        painter.end()
