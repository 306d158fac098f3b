"""What was asked about a place and answered, and what it is one with."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.feature import PlaceView, Question
from collabmap.ui.panels.place_parts import comment_line
from collabmap.ui.place_words import when
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import Labelled, WordsField
from collabmap.ui.widgets.note import Ground, Icon
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class QuestionBlock(Ground):
    """A coordinator's question, the answers, and a field for one's own.

    typed: what somebody had begun to write; on_typed is told of it, letter by letter.
    """

    def __init__(
        self,
        window: "MainWindow",
        place: PlaceView,
        question: Question,
        typed: str,
        on_typed: Callable[[str], object],
    ) -> None:
        super().__init__("sunken")
        self._window, self._place = window, place
        self._on_typed_words = on_typed
        layout = QVBoxLayout(self)
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
        if window.can_write:
            self.field = WordsField(_("In a few words…"), lines=2)
            self.field.setPlainText(typed)
            self.field.textChanged.connect(self._on_typed)
            layout.addWidget(Labelled(_("Your answer"), self.field))
            self.button = Button(_("Answer"), icon="comment-check-outline", height_px=40)
            self.button.setEnabled(bool(typed.strip()))
            self.button.clicked.connect(self.send)
            layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(question.text)

    def _on_typed(self) -> None:
        text = self.field.toPlainText()
        self.button.setEnabled(bool(text.strip()))
        self._on_typed_words(text)

    def send(self) -> None:
        """Answer with what the field holds."""
        text, place = self.field.toPlainText().strip(), self._place
        window = self._window
        self.button.setEnabled(False)
        self._on_typed_words("")
        window.tasks.write(
            lambda session: session.answer(place, text),
            lambda _effect: window.messages.done(
                _("Your answer is kept"), _("It goes to the coordinators when you send.")
            ),
        )


def members_words(place: PlaceView) -> str:
    """Return that several entries were found to be this one, '' where it is alone."""
    count = len(place.members)
    if count < 2:
        return ""
    words = ngettext(
        "{count} entry was found to be this place.",
        "{count} entries were found to be this one place.",
        count,
    )
    names = dict.fromkeys(str(s.value) for s in place.siblings if s.field == "name")
    known = _("Also known as {names}.").format(names=", ".join(names)) if names else ""
    return f"{words.format(count=format_number(count))} {known}".strip()
