"""What was asked about a place and answered, what is said of it, and what it is one with."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceView, Question
from collabmap.errors import CollabMapError
from collabmap.ui.panels.place_parts import comment_line
from collabmap.ui.place_words import when
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import Labelled, WordsField
from collabmap.ui.widgets.note import Ground, Icon
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class TalkField(WordsField):
    """Something to say of a place, as the person in force has begun it.

    what: 'comment', or of which question it is the answer.
    """

    def __init__(self, window: "MainWindow", place: PlaceView, what: str, example: str) -> None:
        super().__init__(example, lines=2)
        self._window, self._place, self.what = window, place, what
        self.setPlainText(window.words.of(place.id, what))
        self.textChanged.connect(self._on_typed)

    @property
    def said(self) -> str:
        return self.toPlainText().strip()

    def _on_typed(self) -> None:
        self._window.words.keep(self._place.id, self.what, self.toPlainText())


def being_typed(panel: QWidget) -> tuple[str, int] | None:
    """Return the field of a panel that has the keyboard, and where; None: it is in none."""
    focus = QApplication.focusWidget()
    if isinstance(focus, TalkField) and panel.isAncestorOf(focus):
        return focus.what, focus.textCursor().position()
    return None


def go_on_typing(inside: QWidget, typed: tuple[str, int] | None) -> None:
    """Give the keyboard to the same field, built again, at the same letter."""
    for field in inside.findChildren(TalkField):
        if typed is not None and field.what == typed[0]:
            inside.show()
            field.setFocus(Qt.FocusReason.OtherFocusReason)
            cursor = field.textCursor()
            cursor.setPosition(min(typed[1], len(field.toPlainText())))
            field.setTextCursor(cursor)


class CommentForm(QWidget):
    """A field for a comment."""

    def __init__(self, window: "MainWindow", place: PlaceView) -> None:
        super().__init__()
        self._window, self._place = window, place
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        # A place that changes under somebody's fingers must not take their words away.
        self.field = TalkField(window, place, "comment", _("A question, a detail…"))
        self.field.textChanged.connect(self._on_typed)
        layout.addWidget(Labelled(_("Add a comment"), self.field))
        self.button = Button(_("Comment"), icon="comment-outline", height_px=40)
        self.button.clicked.connect(self.send)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self._on_typed()

    def _on_typed(self) -> None:
        self.button.setEnabled(bool(self.field.said))

    def send(self) -> None:
        """Comment with what the field holds; it is kept until it is written."""
        window, place, text = self._window, self._place, self.field.said
        if not text:
            return
        key = window.words.key(place.id, self.field.what)
        self.button.setEnabled(False)

        def failed(error: CollabMapError) -> None:
            if isValid(self):
                self._on_typed()
            window.messages.show(error)

        window.tasks.write(
            lambda session: session.comment(place, text),
            lambda _effect: window.words.forget(key, text),
            failed,
        )


class QuestionBlock(Ground):
    """A coordinator's question, the answers, and a field for one's own."""

    def __init__(self, window: "MainWindow", place: PlaceView, question: Question) -> None:
        super().__init__("sunken")
        self._window, self._place = window, place
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
            what = f"answer {question.at_ms}"
            self.field = TalkField(window, place, what, _("In a few words…"))
            self.field.textChanged.connect(self._on_typed)
            layout.addWidget(Labelled(_("Your answer"), self.field))
            self.button = Button(_("Answer"), icon="comment-check-outline", height_px=40)
            self.button.clicked.connect(self.send)
            self._on_typed()
            layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(question.text)

    def _on_typed(self) -> None:
        self.button.setEnabled(bool(self.field.said))

    def send(self) -> None:
        """Answer with what the field holds; it is kept until it is written."""
        window, place, text = self._window, self._place, self.field.said
        key = window.words.key(place.id, self.field.what)
        self.button.setEnabled(False)

        def answered(_effect: Effect) -> None:
            window.words.forget(key, text)
            window.messages.done(
                _("Your answer is kept"), _("It goes to the coordinators when you send.")
            )

        def failed(error: CollabMapError) -> None:
            if isValid(self):
                self._on_typed()
            window.messages.show(error)

        window.tasks.write(lambda session: session.answer(place, text), answered, failed)


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
