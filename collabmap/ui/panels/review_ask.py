"""Asking an author before deciding: the field under the card, and what was asked and answered."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.domain.feature import Question
from collabmap.ui import look
from collabmap.ui.panels.place_parts import comment_line
from collabmap.ui.place_words import when
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.note import Ground, Icon
from collabmap.ui.widgets.text import Text


class AskFoot(QWidget):
    """What to ask the author.  given: the question.  left: nothing is asked after all."""

    given = Signal(str)
    left = Signal()

    def __init__(self, ask: QAction) -> None:
        super().__init__()
        self._about = b""
        self._begun: dict[bytes, str] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(8))
        top = QHBoxLayout()
        top.addWidget(Text(_("What do you ask?"), "strong"))
        top.addWidget(Text(_("It goes on waiting meanwhile."), "muted"), 1)
        layout.addLayout(top)
        self.field = LineField(_("For example: is it still there?"))
        self.field.setAccessibleName(_("Your question"))
        self.field.setMaxLength(1_000)
        self.field.returnPressed.connect(self.submit)
        self.field.textChanged.connect(self._follow)
        layout.addWidget(self.field)
        row = QHBoxLayout()
        row.setSpacing(8)
        back = Button(_("Cancel"), height_px=48)
        back.clicked.connect(self.left)
        icon = str(ask.property("icon_name") or "")
        self.button = Button(ask.text(), "primary", icon=icon, height_px=48)
        self.button.clicked.connect(self.submit)
        row.addWidget(back)
        row.addWidget(self.button, 1)
        layout.addLayout(row)
        self._follow()

    def begin(self, about: bytes) -> None:
        """Show what one had begun to ask about an item, and put the keyboard there."""
        self._about = about
        self.field.setText(self._begun.get(about, ""))
        self.field.setFocus()

    def submit(self) -> None:
        """Ask what the field says; an empty one asks nothing."""
        if text := self.field.text().strip():
            self._begun.pop(self._about, None)
            self.given.emit(text)

    def _follow(self) -> None:
        self._begun[self._about] = self.field.text()
        self.button.setEnabled(bool(self.field.text().strip()))


def asked_block(question: Question) -> QWidget:
    """Return a question with its answers, to be read."""
    block = Ground("sunken")
    layout = QVBoxLayout(block)
    layout.setContentsMargins(14, 10, 14, 12)
    layout.setSpacing(8)
    head = QHBoxLayout()
    head.setSpacing(10)
    icon = Icon("comment-question-outline", "primary", side_px=20)
    head.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(Text(question.text, "strong", wrap=True))
    author = question.author_name or _("a coordinator")
    words.addWidget(Text(f"{author} · {when(question.at_ms)}", "second", wrap=True))
    head.addLayout(words, 1)
    layout.addLayout(head)
    for answer in question.answers:
        layout.addWidget(comment_line(answer))
    if not question.answers:
        layout.addWidget(Text(_("No answer yet."), "muted"))
    return block
