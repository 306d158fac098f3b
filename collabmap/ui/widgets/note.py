"""Blocks inside panels: a sunken note, a white card, an empty state."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CARD, RADIUS_CONTROL
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.popover import paint_floating
from collabmap.ui.widgets.text import Text


class Icon(QWidget):
    """An icon as a decoration beside words; it has no name of its own.  colour: a token."""

    def __init__(self, name: str, colour: str = "text", *, side_px: int = 24) -> None:
        super().__init__()
        self._name = name
        self._colour = colour
        self._side_px = side_px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look.px(self._side_px), look.px(self._side_px))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = look.tokens()
        state = tokens.states.get(self._colour)
        colour = state.text if state is not None else getattr(tokens, self._colour)
        paint_icon(painter, self._name, QRectF(self.rect()), colour)
        painter.end()


class Ground(QWidget):
    """A rounded ground.  look_of: 'sunken' note, 'card', or 'floating' over the map."""

    def __init__(self, look_of: str = "sunken") -> None:
        super().__init__()
        self._look_of = look_of

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect())
        if self._look_of == "floating":
            paint_floating(painter, box)
        elif self._look_of == "card":
            painter.setBrush(QColor(tokens.surface))
            painter.setPen(QPen(QColor(tokens.line), tokens.edge_px))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CARD, RADIUS_CARD)
        else:
            painter.setBrush(QColor(tokens.sunken))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        painter.end()


class Note(Ground):
    """A sunken note: icon, a strong line and a line that explains, or only one of them."""

    def __init__(
        self, text: str, *, title: str = "", icon: str = "information", colour: str = "primary"
    ) -> None:
        super().__init__("sunken")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(12)
        layout.addWidget(Icon(icon, colour, side_px=20), 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(2)
        # In the layout even when it is empty: what belongs to no window may be freed by any thread,
        # and Qt's sheet would go on with a widget that is gone.
        self.title = Text(title, "strong", wrap=True)
        words.addWidget(self.title)
        self.text = Text(text, "muted" if title else "body", wrap=True)
        words.addWidget(self.text)
        layout.addLayout(words, 1)
        self.title.setVisible(bool(title))


class Empty(QWidget):
    """An empty state: icon, what is so, what to do, and perhaps the button that does it."""

    def __init__(self) -> None:
        super().__init__()
        self._icon_box = QVBoxLayout()
        self._title = Text("", "heading", wrap=True)
        self._hint = Text("", "muted", wrap=True)
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._button = Button("", "outline")
        self._run: Callable[[], object] | None = None
        self._button.clicked.connect(self._on_clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 8, 12)
        layout.setSpacing(6)
        layout.addStretch(1)
        layout.addLayout(self._icon_box)
        layout.addWidget(self._title)
        layout.addWidget(self._hint)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)

    @property
    def title(self) -> str:
        return self._title.text()

    def say(
        self,
        icon: str,
        title: str,
        hint: str,
        button: tuple[str, str, Callable[[], object]] | None = None,
    ) -> None:
        """Show a state.  button: (icon, words, what it does)."""
        while item := self._icon_box.takeAt(0):
            if old := item.widget():
                old.deleteLater()
        shown = Icon(icon, "muted", side_px=36)
        self._icon_box.addWidget(shown, 0, Qt.AlignmentFlag.AlignHCenter)
        self._title.setText(title)
        self._hint.setText(hint)
        self._button.setVisible(button is not None)
        if button is not None:
            button_icon, words, self._run = button
            self._button.setText(words)
            self._button.set_icon(button_icon)

    def _on_clicked(self) -> None:
        if self._run is not None:
            self._run()
