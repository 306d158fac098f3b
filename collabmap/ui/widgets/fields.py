"""Fields of forms: a label, what is required, the field, and what is wrong with it beside it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.widgets.buttons import IconButton
from collabmap.ui.widgets.text import Text


class LineField(QLineEdit):
    """One line of text, 44 px high."""

    def __init__(self, placeholder: str = "") -> None:
        super().__init__()
        self._clear: IconButton | None = None
        self.setPlaceholderText(placeholder)

    def make_clearable(self) -> None:
        """Offer to take the words away again; Qt's own sign would not grow with the text."""
        self._clear = clear = IconButton("close", _("Take the words away"), parent=self)
        clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        clear.hide()
        clear.clicked.connect(self.clear)
        clear.clicked.connect(self.setFocus)
        self.textChanged.connect(lambda text: clear.setVisible(bool(text)))
        margins = self.textMargins()
        margins.setRight(look.px(34))
        self.setTextMargins(margins)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._clear is not None:
            side = min(look.px(40), self.height() - 4)
            left, top = self.width() - side - 2, (self.height() - side) // 2
            self._clear.setGeometry(left, top, side, side)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), max(look.target(44), hint.height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(80), look.target(44))


class WordsField(QPlainTextEdit):
    """A few lines of text; Tab leaves it, as in every other field.  left: it lost the focus."""

    left = Signal()

    def __init__(self, placeholder: str = "", *, lines: int = 2) -> None:
        super().__init__()
        self._lines = lines
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def _height(self, lines: int) -> int:
        return round(QFontMetricsF(look.font(15)).lineSpacing() * lines) + look.px(28)

    def sizeHint(self) -> QSize:
        return QSize(look.px(200), self._height(self._lines))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(80), self._height(1))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Ctrl+Enter saves the form from here; Enter alone makes a new line.
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        super().keyPressEvent(event)


class Labelled(QWidget):
    """A label over a field, with room for an error under it."""

    def __init__(
        self, label: str, field: QWidget, *, required: bool = False, hint: str = ""
    ) -> None:
        super().__init__()
        self.field = field
        self.top = QHBoxLayout()
        self.top.setSpacing(8)
        self._name = Text("", "label")
        self.top.addWidget(self._name)
        self._required = Text(_("required"), "muted")
        self.top.addWidget(self._required)
        self.top.addStretch(1)
        self._error = Text("", "error", wrap=True)
        self._error.hide()
        self._hint_label = Text("", "second", wrap=True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(5)
        self.column.addLayout(self.top)
        self.column.addWidget(field)
        self.column.addWidget(self._error)
        self.column.addWidget(self._hint_label)
        if isinstance(field, QLineEdit | QPlainTextEdit):
            self._name.setBuddy(field)
        # Only now: a widget without a parent that is shown opens a window of its own.
        self.describe(label, required=required, hint=hint)

    def describe(self, label: str, *, required: bool, hint: str) -> None:
        """Say what is asked, whether it has to be answered, and what helps to answer."""
        self._hint = hint
        self._name.setText(label)
        self._required.setVisible(required)
        self._hint_label.setText(hint)
        self._hint_label.setVisible(bool(hint))
        words = f"{label}, {_('required')}" if required else label
        self.speaker().setAccessibleName(words)
        self.speaker().setAccessibleDescription(self.error or hint)

    def speaker(self) -> QWidget:
        """Return what a screen reader hears the label of."""
        return self.field

    @property
    def error(self) -> str:
        """What is said to be wrong, '' for nothing."""
        return self._error.text() if not self._error.isHidden() else ""

    def set_error(self, text: str) -> None:
        """Say what is wrong beside the field; '' takes it away."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.speaker().setAccessibleDescription(text or self._hint)
