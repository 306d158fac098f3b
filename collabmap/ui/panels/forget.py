"""Erasing for good: what, what it means, and a word from the person before it happens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app.place_values import value_rows
from collabmap.app.words import _
from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.feature import ChangeId, PlaceView
from collabmap.domain.theme import Theme
from collabmap.errors import CollabMapError
from collabmap.ui.panels.place_more import authors_of
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.choice import Choice
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tick import Tick
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow

MAX_WORDS = 32
# What may hold anybody's name or address; a number or a choice does not.
_WORDS = frozenset({"text", "long_text", "url", "email", "phone", ""})
Erase = Callable[["Session", str], object]


@dataclass(frozen=True, slots=True)
class Erasable:
    """One thing that may be erased.  is_own: the words of the person in force."""

    words: str
    is_own: bool
    erase: Erase


def erasables(place: PlaceView, theme: Theme, me: bytes, *, is_coordinator: bool) -> list[Erasable]:
    """Return what somebody may erase of a place, the smallest first.

    me: the person in force.
    """
    found = []

    def change(names: "frozenset[ChangeId]") -> Erase:
        return lambda session, reason: session.redact_change(names, reason, place.basis.tail)

    is_yours = place.author == me
    if place.description and (is_coordinator or is_yours):
        found.append(Erasable(_("Its description"), is_yours, _erase_field(place, "description")))
    for row in value_rows(place, theme) if is_coordinator or is_yours else ():
        if row.value is not None and row.type in _WORDS:
            words = _("{name}: “{text}”").format(name=row.label, text=shortened(row.words))
            found.append(
                Erasable(words, is_yours, _erase_field(place, f"{FIELD_PREFIX}{row.field}"))
            )
    for comment in place.comments:
        if is_coordinator or comment.author == me:
            words = _("The comment “{text}”").format(text=shortened(comment.text))
            names = frozenset({comment.change})
            found.append(Erasable(words, comment.author == me, change(names)))
    for photo in place.photos:
        names = place.basis.photos.get(photo.element, frozenset())
        if names and (is_coordinator or photo.author == me):
            words = _("The photo by {name}").format(name=photo.author_name or _("somebody"))
            found.append(Erasable(words, photo.author == me, change(names)))
    others = authors_of(place).keys() - {me, place.author}
    if is_coordinator or is_yours:
        all_own = is_yours and not others
        words = _("This place, with all that was said of it")
        if not is_coordinator and others:
            words = _("All that I wrote about this place")
            all_own = True
        found.append(
            Erasable(words, all_own, lambda session, reason: session.redact_place(place.id, reason))
        )
    found += _people(place, me, is_coordinator=is_coordinator)
    return found


def shortened(text: str) -> str:
    """Return the beginning of a text, for a line."""
    words = " ".join(text.split())
    return words if len(words) <= MAX_WORDS else words[: MAX_WORDS - 1].rstrip() + "…"


def _people(place: PlaceView, me: bytes, *, is_coordinator: bool) -> list[Erasable]:
    """Return whose words may be erased everywhere on the map."""
    found = []
    for person, name in authors_of(place).items():
        if not person or not (is_coordinator or person == me):
            continue
        words = (
            _("Everything that I added to this map")
            if person == me
            else _("Everything that {name} added to this map").format(name=name or _("somebody"))
        )
        found.append(Erasable(words, person == me, _erase_person(person)))
    return found


def _erase_field(place: PlaceView, field: str) -> Erase:
    return lambda session, reason: session.redact_field(place.id, field, reason)


def _erase_person(person: bytes) -> Erase:
    return lambda session, reason: session.redact_person(person, reason)


class ForgetPanel(Panel):
    """show_place() fills it.  Nothing is chosen beforehand, and the button waits for a tick."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.place: PlaceView | None = None
        self.choices: list[tuple[Choice, Erasable]] = []
        self._is_erasing = False
        self.add_title(_("Erase for good"), back=True)
        self.intro = Text("", "muted", wrap=True)
        self.head.addWidget(self.intro)
        self.body.addWidget(Text(_("What should be erased?"), "label"))
        self._group = QButtonGroup(self)
        self._group.buttonToggled.connect(self._show)
        self._at = self.body.count()
        self.meaning = Note("", title=_("This cannot be undone"), icon="alert", colour="danger")
        self.body.addWidget(self.meaning)
        self.reason = LineField()
        self.reason.setMaxLength(500)
        self.body.addWidget(
            Labelled(_("Why? (if you like)"), self.reason, hint=_("Everybody can read it."))
        )
        self.body.addStretch(1)
        self.sure = Tick(_("Yes, erase it on every computer"))
        self.sure.toggled.connect(self._show)
        self.foot.addWidget(self.sure)
        self.cancel = Button(_("Cancel"), height_px=48)
        self.cancel.clicked.connect(self.leave)
        self.erase = Button(_("Erase"), "danger", icon="eraser", height_px=48)
        self.erase.clicked.connect(self._on_erase)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.cancel, 1)
        row.addWidget(self.erase, 1)
        self.foot.addLayout(row)
        self._show()

    def show_place(self, place: PlaceView) -> None:
        """Ask about a place."""
        self.place = place
        name = place.name or _("without a name")
        self.intro.setText(
            _("“{name}”: to hide it from yourself alone, choose “Hide” instead.").format(name=name)
        )
        person = self.main.person
        me = person.id if person else b""
        found = erasables(place, self.main.theme, me, is_coordinator=self.main.is_coordinator)
        for rank, erasable in enumerate(found):
            choice = Choice(erasable.words)
            choice.setToolTip(plain_tip(erasable.words))
            choice.setAccessibleName(erasable.words)
            self._group.addButton(choice)
            self.choices.append((choice, erasable))
            self.body.insertWidget(self._at + rank, choice)
        if self.choices:
            self.choices[0][0].setFocus()
        self._show()

    @property
    def chosen(self) -> Erasable | None:
        """What is to be erased, None before somebody has said it."""
        return next((each for choice, each in self.choices if choice.isChecked()), None)

    def _show(self, *_changed: object) -> None:
        chosen = self.chosen
        self.meaning.setVisible(chosen is not None)
        if chosen is not None:
            self.meaning.text.setText(meaning_of(chosen))
            # Once it has its place: what it means is read before it is done.
            QTimer.singleShot(
                0, self.meaning, lambda: self.scroller.ensureWidgetVisible(self.meaning, 0, 8)
            )
        self.sure.setEnabled(chosen is not None and not self._is_erasing)
        self.erase.setEnabled(self.sure.isEnabled() and self.sure.isChecked())

    def _on_erase(self) -> None:
        chosen, reason = self.chosen, self.reason.text().strip()
        if chosen is None:
            return
        self._is_erasing = True
        self._show()
        self.main.tasks.long(
            _("Erasing"),
            lambda session, _progress, _cancel: chosen.erase(session, reason),
            lambda _effect: self._on_erased(chosen),
            self._on_failed,
        )

    def _on_erased(self, chosen: Erasable) -> None:
        window = self.main
        if isValid(self):
            window.panel_host.back_to_root()
        window.messages.done(_("Erased: {what}").format(what=chosen.words), meaning_of(chosen))

    def _on_failed(self, error: CollabMapError) -> None:
        self.main.messages.show(error)
        if isValid(self):
            self._is_erasing = False
            self._show()

    def first_focus(self) -> QWidget | None:
        return self.choices[0][0] if self.choices else self.cancel


def meaning_of(chosen: Erasable) -> str:
    """Return what erasing means, honestly."""
    if chosen.is_own:
        return _(
            "It is gone here at once, and on every computer as soon as this reaches it. "
            "A computer that is never reached, or a paper, may keep it."
        )
    return _(
        "It is out of sight at once, wherever this arrives. After seven days it is gone for good; "
        "until then it comes back if whoever erased it is shut out."
    )
