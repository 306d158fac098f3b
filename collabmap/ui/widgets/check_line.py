"""Checks that appear one after another, each only once it has really happened."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from collabmap.app.words import _
from collabmap.render.icons import paint_icon
from collabmap.ui import look
from collabmap.ui.widgets.text import Text

CheckState = Literal["todo", "running", "done", "failed"]

_SIGNS = {
    "todo": ("circle-outline", "line_strong"),
    "running": ("progress-clock", "primary"),
    "done": ("check-circle", "accepted"),
    "failed": ("alert-circle", "danger"),
}


class CheckLine(QWidget):
    """One check: a sign, what is checked and what was found."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._plain = text
        self.state: CheckState = "todo"
        self._sign = Sign(side_px=20)
        self._words = Text(text, "body", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._sign)
        row.addWidget(self._words, 1)
        self.set_state("todo")

    @property
    def text(self) -> str:
        return self._words.text()

    def set_state(self, state: CheckState, found: str = "") -> None:
        """found: what the check found, after a colon."""
        self.state = state
        self._sign.show_icon(*_SIGNS[state])
        text = _("{what}: {found}").format(what=self._plain, found=found) if found else self._plain
        self._words.setText(text)
        self._words.set_role("muted" if state == "todo" else "body")
        state_words = {
            "todo": _("still to do"),
            "running": _("under way"),
            "done": _("done"),
            "failed": _("failed"),
        }
        self.setAccessibleName(f"{text}, {state_words[state]}")


class Sign(QWidget):
    """An icon beside words, in a colour that follows the look.

    colour: a token's name, or a state's of tokens.states.
    """

    def __init__(self, icon: str = "circle-outline", colour: str = "text", *, side_px: int) -> None:
        super().__init__()
        self._side_px = side_px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_icon(icon, colour)

    def show_icon(self, icon: str, colour: str) -> None:
        self._icon, self._colour = icon, colour
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(self._side_px), look.px(self._side_px))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = look.tokens()
        state = tokens.states.get(self._colour)
        ink = state.text if state is not None else getattr(tokens, self._colour)
        paint_icon(painter, self._icon, QRectF(self.rect()), ink)
        painter.end()


class DashedLine(QWidget):
    """The edge between a check and its receipt."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(9)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        pen = QPen(QColor(look.tokens().line_strong), 1)
        pen.setDashPattern([7, 4])
        painter.setPen(pen)
        painter.drawLine(0, 4, self.width(), 4)
        painter.end()
