"""One's own contributions: what needs their author first, what became of them, and what to do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app.news import News
from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.feature import PersonView, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch
from collabmap.errors import CollabMapError
from collabmap.review.contributions import Contribution
from collabmap.ui import look
from collabmap.ui.my_news import question_words
from collabmap.ui.panels.form_values import FormValues
from collabmap.ui.panels.mine_card import MineCard
from collabmap.ui.shapes_here import is_shape
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Empty
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow

# So many of a group at first: what one has had accepted for years would bury what is new.
FIRST, MORE = 5, 20
_Key = tuple[bytes, str]


class Looked(NamedTuple):
    """What was read for a person."""

    rows: tuple[Contribution, ...]
    news: News


def groups() -> list[tuple[str, tuple[str, ...]]]:
    """Return the headings, and the states under each."""
    return [
        (_("Questions for you"), ("asked",)),
        (_("Waiting for a coordinator"), ("waiting",)),
        (_("Accepted contributions"), ("accepted", "replaced")),
        (_("Refused contributions"), ("refused",)),
        (_("Taken back, or gone"), ("withdrawn", "gone")),
    ]


class MinePanel(Panel):
    """cards: those in view, from top to bottom."""

    opens_places = True

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.cards: list[MineCard] = []
        self._rows: tuple[Contribution, ...] = ()
        self._person: bytes | None = None
        self._fresh: frozenset[bytes] = frozenset()
        self._is_read = self._goes_on = False
        self._shown: dict[str, int] = {}
        # Which field somebody has opened: by contribution.  What they write is in KeptWords.
        self._open: dict[_Key, str] = {}
        self._inside: QWidget | None = None
        self.add_title(_("My contributions"), back=True)
        self.summary = Text("", "muted", wrap=True)
        self.head.addWidget(self.summary)
        self.empty = Empty()
        self.body.addWidget(self.empty)
        self.empty.hide()
        self.body.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(8)
        deleted = window.actions_table["deleted"]
        self.deleted = Button.of(deleted, height_px=44, text=_("Deleted places"))
        self.map = Button(_("Back to the map"), height_px=44)
        self.map.clicked.connect(self.leave)
        row.addWidget(self.deleted)
        row.addWidget(self.map, 1)
        self.foot.addLayout(row)
        window.effects_arrived.connect(self.reload)
        window.person_changed.connect(self._on_person)

    # --- what is listed ------------------------------------------------------------------

    def entered(self) -> None:
        self.reload()

    def _on_person(self, _person: PersonView | None) -> None:
        self._forget()
        self.reload()

    def _forget(self) -> None:
        """Let go of what belongs to whoever was here before."""
        self._rows, self._person, self._fresh = (), None, frozenset()
        self._open, self._shown = {}, {}
        self._is_read = False
        self._fill()

    def reload(self) -> None:
        """Ask again what became of the contributions of the person in force."""
        person = self.main.person
        if person is None or self.main.lanes is None:
            self._forget()
            return
        self.main.tasks.read(
            lambda reader: _look(reader, person.id),
            lambda looked: self._on_read(person.id, looked),
            owner=self,
            key="mine",
        )

    def _on_read(self, person: bytes, looked: Looked) -> None:
        if self.main.person is None or self.main.person.id != person:
            return
        is_first = not self._is_read
        is_same = self._is_read and looked.rows == self._rows and not looked.news.answers
        self._person, self._is_read = person, True
        self._rows = looked.rows
        if looked.news.answers and self.main.panel_host.current is self:
            self._fresh |= looked.news.answers
            keys = [one.key for one in looked.rows if one.key]
            self.main.tasks.write(
                lambda session: session.note_looked(person, keys),
                lambda _done: self.main.merges.my_news.look(),
            )
        # Built again for nothing, a field would go under the hand that writes in it.
        if not is_same:
            self._fill()
        if (is_first and self.map.hasFocus()) or self._goes_on:
            # To the first question, or on to the next one.
            self._goes_on = False
            if (first := self.first_focus()) is not None:
                first.setFocus()

    def _fill(self) -> None:
        writing = self._writing()
        if self._inside is not None:
            self.body.removeWidget(self._inside)
            self._inside.hide()
            self._inside.deleteLater()
        self.cards = []
        self._inside = inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, look.px(8))
        layout.setSpacing(look.px(10))
        for title, states in groups():
            self._add_group(layout, title, [one for one in self._rows if one.state in states])
        self.body.insertWidget(0, inside)
        inside.setVisible(bool(self._rows))
        self._say()
        if writing is not None:
            self._focus(writing)

    def _add_group(self, layout: QVBoxLayout, title: str, rows: Sequence[Contribution]) -> None:
        if not rows:
            return
        is_asked = rows[0].state == "asked"
        words = question_words(len(rows)) if is_asked else f"{title} · {format_number(len(rows))}"
        heading = Text(words, "label")
        heading.setContentsMargins(0, look.px(6), 0, 0)
        layout.addWidget(heading)
        count = self._shown.get(title, FIRST)
        # What nobody has seen yet is never behind a button.
        count = max(count, *(n + 1 for n, one in enumerate(rows) if one.key in self._fresh), 0)
        for one in rows[:count]:
            layout.addWidget(self._card(one))
        left = len(rows) - count
        if left > 0:
            words = ngettext("Show {count} more", "Show {count} more", min(left, MORE))
            more = Button(
                words.format(count=format_number(min(left, MORE))), "quiet", icon="chevron-down"
            )
            more.clicked.connect(lambda: self._show_more(title, count))
            layout.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)

    def _show_more(self, title: str, count: int) -> None:
        self._shown[title] = count + MORE
        self._fill()

    def _card(self, one: Contribution) -> MineCard:
        key = (one.id, one.state)
        card = MineCard(
            self.main.theme,
            one,
            is_new=bool(one.key) and one.key in self._fresh,
            open_verb=self._open.get(key, ""),
            text=self.main.words.of(one.id, _what(one)),
            is_first=not any(card.one.state == "asked" for card in self.cards),
        )
        card.wanted.connect(lambda verb, words: self._do(one, verb, words))
        card.typed.connect(lambda text: self.main.words.keep(one.id, _what(one), text))
        self.cards.append(card)
        return card

    def _say(self) -> None:
        count = len(self._rows)
        words = ngettext("{count} contribution", "{count} contributions", count)
        name = self.main.person.name if self.main.person is not None else ""
        said = [name, words.format(count=format_number(count))] if self._is_read else [name]
        self.summary.setText(" · ".join(said))
        is_empty = self._is_read and not self._rows
        self.empty.setVisible(is_empty)
        if is_empty:
            add = self.main.actions_table["add_place"]
            self.empty.say(
                "map-marker-plus",
                _("Nothing from you yet"),
                _("What you add will be listed here, with what became of it."),
                ("", add.text(), add.trigger),
            )

    def _writing(self) -> _Key | None:
        for card in self.cards:
            if card.words is not None and card.words.field.hasFocus():
                return card.one.id, card.one.state
        return None

    def _focus(self, key: _Key) -> None:
        for card in self.cards:
            if card.words is not None and (card.one.id, card.one.state) == key:
                card.words.field.setFocus()
                card.words.field.end(False)

    # --- doing ---------------------------------------------------------------------------

    def _do(self, one: Contribution, verb: str, words: str) -> None:
        key = (one.id, one.state)
        if verb.startswith("open:"):
            self._open[key] = verb.removeprefix("open:")
            # Once the click has ended: its button goes with the card.
            QTimer.singleShot(0, self, lambda: self._show_field(key))
        elif verb == "see":
            self.main.commands.open_place(one.id)
        elif verb == "correct":
            self.main.tasks.read(lambda reader: reader.place(one.id), self._correct, owner=self)
        else:
            self._write(one, verb, words)

    def _show_field(self, key: _Key) -> None:
        self._fill()
        self._focus(key)

    def _write(self, one: Contribution, verb: str, words: str) -> None:
        key, kept = (one.id, one.state), self.main.words.key(one.id, _what(one))

        def work(session: "Session") -> str:
            return _write(session, one.id, verb, words)

        def done(outcome: str) -> None:
            self.main.words.forget(kept, words)
            if isValid(self):
                self._open.pop(key, None)
                self._goes_on = verb == "answer"
                self.reload()
            self._say_done(one, verb, outcome)

        def failed(error: CollabMapError) -> None:
            self.main.messages.show(error)
            if isValid(self):
                self._fill()

        self.main.tasks.write(work, done, failed)

    def _say_done(self, one: Contribution, verb: str, outcome: str) -> None:
        name = one.name or _("(removed)")
        told = {
            "answer": (
                _("Your answer is kept"), _("It goes to the coordinators when you send.")
            ),
            "propose": (_("“{name}” is proposed again"), _("A coordinator will look at it.")),
            "gone": (_("“{name}” is off the map"), _("You can bring it back.")),
            "back": (_("Your words about “{name}” are taken back"), _("You can bring them back.")),
            "kept": (
                _("You take “{name}” back"),
                _("Others have written about it: a coordinator will decide."),
            ),
            "here": (_("“{name}” is back"), _("It waits for a coordinator as before.")),
            "asked": (_("You ask to have “{name}” back"), _("A coordinator will decide.")),
            "delete": (
                _("You suggest to delete “{name}”"),
                _("It stays on the map until a coordinator agrees."),
            ),
        }  # fmt: skip
        title, hint = told[outcome or verb]
        undo = (_("Undo"), self.main.commands.undo)
        self.main.messages.done(title.format(name=name), hint, undo)

    def _correct(self, place: PlaceView | None) -> None:
        """Open the form on what was refused: a place anew, a change where it was made."""
        if place is None:
            return
        if place.state != "rejected":
            self.main.placing.edit(place)
            return
        values = FormValues(
            place.category, place.name, place.description, place.tags, fields=dict(place.values)
        )
        values.contact = place.contact or ""
        if is_shape(place):
            values.sketch = Sketch.from_wkb(place.geometry_wkb)
            values.way = "zone" if values.sketch.kind == "zone" else "line"
            values.is_drawn = True
        elif place.geometry_wkb:
            values.position = LngLat(place.lng, place.lat)
        self.main.placing.begin_with(values)

    # --- as a panel ----------------------------------------------------------------------

    def _on_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        super()._on_focus(old, now)
        card = next((c for c in self.cards if c.words is not None and c.words.field is now), None)
        if card is not None and now is not None:
            # After what brings the field into view, which leaves out what was asked, and once
            # cards that have just appeared have their places.
            QTimer.singleShot(
                0, now, lambda: QTimer.singleShot(0, now, lambda: self._show_talk(card.talk, now))
            )

    def _show_talk(self, talk: QWidget, field: QWidget) -> None:
        """Show what was asked from its first line on, and in large letters the field at least."""
        inside = self.scroller.widget()
        if inside is None or not inside.isAncestorOf(talk):
            return
        if talk.height() > self.scroller.viewport().height():
            top = talk.mapTo(inside, talk.rect().topLeft()).y()
            self.scroller.verticalScrollBar().setValue(top)
            self.scroller.ensureWidgetVisible(field, 0, 0)
        else:
            self.scroller.ensureWidgetVisible(talk, 0, 8)

    def first_focus(self) -> QWidget | None:
        asked = (card.words.field for card in self.cards if card.words is not None)
        return next(asked, self.map)


def _look(reader: "Reader", person: bytes) -> Looked:
    rows = reader.mine(person)
    return Looked(rows, reader.news(person, rows))


def _what(one: Contribution) -> str:
    """Return what somebody writes about a contribution, as KeptWords and the card name it."""
    if one.state == "asked" and one.question is not None:
        return f"answer {one.question.at_ms}"
    return f"mine {one.state}"


def _write(session: "Session", place: bytes, verb: str, words: str) -> str:
    """Do a verb in the write lane; return what came of it, '' where there is but one way."""
    if verb == "withdraw":
        return session.withdraw(place)
    if verb == "restore":
        return session.restore(place, words)
    if verb == "propose":
        session.propose_again(place, words)
        return ""
    view = session.reader.place(place)
    if view is not None and verb == "answer":
        session.answer(view, words)
    elif view is not None and verb == "delete" and session.delete(view, words):
        return "gone"
    return ""
