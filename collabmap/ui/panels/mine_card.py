"""One contribution as a card: what it was, what became of it, and what its author can do now."""

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.contribution_words import outcome_words, state_words, what_words
from collabmap.app.words import _
from collabmap.domain.feature import FeatureState, Question
from collabmap.domain.theme import Theme
from collabmap.review.contributions import Contribution
from collabmap.ui import look
from collabmap.ui.panels.place_parts import comment_line
from collabmap.ui.place_words import field_words, when
from collabmap.ui.widgets.buttons import Button, Kind
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.marks import Badge, MarkImage
from collabmap.ui.widgets.note import Ground, Icon
from collabmap.ui.widgets.text import Text

# Of each state the colours of which state of a place it wears, and a sign of its own.
_SIGNS = {
    "asked": ("yours", "comment-question-outline"),
    "waiting": ("pending", ""),
    "accepted": ("accepted", ""),
    "refused": ("rejected", ""),
    "replaced": ("rejected", "swap-horizontal"),
    "withdrawn": ("rejected", "undo-variant"),
    "gone": ("rejected", "minus-thick"),
}
MAX_WORDS = 1_000


def badge_of(state: str) -> Badge:
    """Return how far a contribution has come, as a sign and a word."""
    colours, icon = _SIGNS[state]
    return Badge(colours, state_words(state), icon=icon)


class Asked(NamedTuple):
    """What a field under a card asks for.  verb: what is done with the words.

    is_needed: nothing is done without words.
    """

    verb: str
    label: str
    hint: str
    button: str
    icon: str
    is_needed: bool = False


def asked_for(verb: str) -> Asked:
    """Return the field that goes with a verb."""
    if verb == "answer":
        words = _("Your answer"), _("Enter sends it."), _("Answer"), "comment-check-outline"
        return Asked(verb, *words, is_needed=True)
    if verb == "propose":
        hint = _("It is proposed again as it was, with these words for the coordinator.")
        return Asked(
            verb, _("Why should it be there?"), hint, _("Propose again"), "restore", is_needed=True
        )
    hint = _("It stays on the map until a coordinator agrees.")
    return Asked(verb, _("Why should it go?"), hint, _("Suggest to delete it"), "delete-outline")


class WordsRow(QWidget):
    """One line to write in, right where it is asked for; Enter sends it.

    given: the words.  typed: what stands there, letter by letter.
    """

    given = Signal(str)
    typed = Signal(str)

    def __init__(self, asked: Asked, text: str, *, kind: Kind = "outline") -> None:
        super().__init__()
        self.asked = asked
        self.field = LineField(_("In a few words…"))
        self.field.setMaxLength(MAX_WORDS)
        self.field.setText(text)
        self.button = Button(asked.button, kind, icon=asked.icon, height_px=44)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(8))
        layout.addWidget(Labelled(asked.label, self.field, hint=asked.hint))
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self.send)
        self.button.clicked.connect(self.send)
        self._follow()

    def send(self) -> None:
        """Give what the field holds, if that is enough."""
        text = self.field.text().strip()
        if text or not self.asked.is_needed:
            self.button.setEnabled(False)
            self.given.emit(text)

    def _on_typed(self, text: str) -> None:
        self._follow()
        self.typed.emit(text)

    def _follow(self) -> None:
        self.button.setEnabled(not self.asked.is_needed or bool(self.field.text().strip()))


def question_ground(question: Question) -> QWidget:
    """Return a coordinator's question and the answers to it, to be read."""
    ground, words = _said_ground(
        question.text, question.author_name, question.at_ms, "comment-question-outline"
    )
    for answer in question.answers:
        words.addWidget(comment_line(answer))
    return ground


def _said_ground(text: str, author: str, at_ms: int, icon: str) -> tuple[QWidget, QVBoxLayout]:
    ground = Ground("sunken")
    layout = QVBoxLayout(ground)
    layout.setContentsMargins(look.px(12), look.px(10), look.px(12), look.px(10))
    layout.setSpacing(look.px(8))
    row = QHBoxLayout()
    row.setSpacing(look.px(10))
    row.addWidget(Icon(icon, "primary", side_px=20), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(Text(text, "strong", wrap=True))
    name = author or _("a coordinator")
    words.addWidget(Text(f"{name} · {when(at_ms)}", "second", wrap=True))
    row.addLayout(words, 1)
    layout.addLayout(row)
    return ground, layout


class MineCard(Ground):
    """wanted: a verb and the words that go with it, '' for none.

    Verbs: see, answer, propose, correct, withdraw, restore, delete; 'open:' and a verb shows its
    field.  words: the field that is shown, None without one.
    """

    wanted = Signal(str, str)
    typed = Signal(str)

    def __init__(
        self, theme: Theme, one: Contribution, *, is_new: bool, open_verb: str, text: str,
        is_first: bool,
    ) -> None:  # fmt: skip
        super().__init__("card")
        self.one = one
        self._theme = theme
        self.words: WordsRow | None = None
        self.buttons: dict[str, Button] = {}
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(12), look.px(12), look.px(12), look.px(12))
        layout.setSpacing(look.px(8))
        self._add_head(theme, is_new=is_new)
        if one.state != "asked":
            # Who asks stands under the question itself.
            layout.addWidget(Text(self.outcome, "body", wrap=True))
        if one.text and one.state != "asked" and not self._is_answered:
            layout.addWidget(Text(f"“{one.text}”", "muted", wrap=True))
        # What was said and the field for what one says to it, as one.
        self.talk = QWidget()
        talk = QVBoxLayout(self.talk)
        talk.setContentsMargins(0, 0, 0, 0)
        talk.setSpacing(look.px(8))
        layout.addWidget(self.talk)
        if one.question is not None and one.state in ("asked", "waiting"):
            talk.addWidget(question_ground(one.question))
        if one.reason:
            ground, _inside = _said_ground(one.reason, one.by_name, one.by_ms, "message-alert")
            talk.addWidget(ground)
        verb = "answer" if one.state == "asked" else open_verb
        if verb:
            asked = asked_for(verb)
            kind: Kind = "primary" if is_first and verb == "answer" else "outline"
            self.words = WordsRow(asked, text, kind=kind)
            self.words.given.connect(lambda words: self.wanted.emit(asked.verb, words))
            self.words.typed.connect(self.typed)
            talk.addWidget(self.words)
        self.talk.setVisible(talk.count() > 0)
        self._add_buttons(verb)
        name = one.name or _("(removed)")
        self.setAccessibleName(", ".join([name, state_words(one.state), self.what, self.outcome]))

    @property
    def what(self) -> str:
        """What its author did."""
        return what_words(self.one, field_words(self.one.fields, self._theme))

    @property
    def outcome(self) -> str:
        """What became of it."""
        return outcome_words(self.one, field_words(self.one.edited, self._theme))

    @property
    def _is_answered(self) -> bool:
        return self.one.question is not None and bool(self.one.question.answers)

    def _add_head(self, theme: Theme, *, is_new: bool) -> None:
        one = self.one
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        mark = MarkImage(theme, one.category, _mark_state(one), yours=True)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(look.px(3))
        words.addWidget(Text(one.name or _("(removed)"), "heading", wrap=True))
        what = self.what
        second = f"{what[:1].upper()}{what[1:]} · {when(one.at_ms)}"
        words.addWidget(Text(second, "second", wrap=True))
        badges = Flow(gap=look.px(6))
        badges.add(badge_of(one.state))
        if is_new:
            badges.add(Badge("new", _("New")))
        words.addWidget(badges)
        row.addLayout(words, 1)
        self._layout.addLayout(row)

    def _add_buttons(self, open_verb: str) -> None:
        rows = [row for row in verbs_of(self.one) if row[0] != f"open:{open_verb}"]
        if not rows:
            return
        flow = Flow(gap=look.px(8))
        for verb, words, icon in rows:
            button = Button(words, icon=icon, height_px=44)
            button.setAccessibleName(f"{words}: {self.one.name}")
            button.clicked.connect(lambda _checked=False, verb=verb: self.wanted.emit(verb, ""))
            self.buttons[verb] = button
            flow.add(button)
        self._layout.addWidget(flow)


def verbs_of(one: Contribution) -> list[tuple[str, str, str]]:
    """Return verb, words and icon of what can be done with a contribution now."""
    rows = []
    if one.is_there and one.is_placed:
        rows.append(("see", _("See it"), "map-marker-outline"))
    if one.state == "refused":
        if {"place", "change"} & set(one.what):
            rows.append(("correct", _("Correct it"), "pencil"))
        rows.append(("open:propose", _("Say why"), "comment-outline"))
    if one.may_withdraw:
        rows.append(("withdraw", _("Take it back"), "undo-variant"))
    if one.may_restore or (one.state == "gone" and "place" in one.what):
        words = _("Bring it back") if one.may_restore else _("Ask to have it back")
        rows.append(("restore", words, "restore"))
    if one.state == "accepted" and "place" in one.what and one.is_there:
        rows.append(("open:delete", _("Delete…"), "delete-outline"))
    return rows


def _mark_state(one: Contribution) -> FeatureState:
    if "delete" in one.what:
        return FeatureState.DELETE_PROPOSED
    if one.state in ("accepted", "replaced"):
        return FeatureState.ACCEPTED
    if one.state in ("refused", "withdrawn", "gone"):
        return FeatureState.REJECTED
    return FeatureState.PENDING
