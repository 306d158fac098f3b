"""Deciding many at once: the list to look through, the number in the button, one undo."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app.bulk import BulkResult
from collabmap.app.words import _, format_number, ngettext
from collabmap.errors import CollabMapError
from collabmap.review.bulk import Sorted, Word, sort_rows
from collabmap.review.queue_rows import ItemKind, QueueRow
from collabmap.ui import look
from collabmap.ui.panels.review_bulk_list import BulkList, kind_word
from collabmap.ui.panels.review_feet import reasons
from collabmap.ui.review_order import ReviewOrder
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.ui.main_window import MainWindow

_ICONS: dict[Word, str] = {
    "accept": "check-bold",
    "reject": "close-thick",
    "ask": "comment-question-outline",
}
_KIND_STATES: dict[ItemKind, str] = {
    "new": "new",
    "change": "change_proposed",
    "delete": "delete_proposed",
}


class _Looked(NamedTuple):
    """rows: those of the ones shown that still wait.  states: what each was when it was read."""

    rows: list[QueueRow]
    states: dict[bytes, bytes]


def look_at(reader: "Reader", rows: Sequence[QueueRow]) -> _Looked:
    """Read lines of the queue again, each with the state that it shows.

    States first: what is written in between makes a state too old, and is left out then.
    """
    wanted = frozenset(row.id for row in rows if row.kind != "duplicate")
    states = reader.states(wanted)
    found = {row.id: row for row in reader.queue_rows(wanted)}
    found |= {row.id: row for row in rows if row.kind == "duplicate"}
    return _Looked([found[row.id] for row in rows if row.id in found], states)


def open_bulk(
    window: "MainWindow",
    word: Word,
    rows: Sequence[QueueRow],
    decided: Callable[[Iterable[bytes]], object] | None = None,
) -> "BulkPanel":
    """Show what a word on all these would decide; nothing is decided yet.

    rows: as the queue shows them, in its order.  decided: told which, once they are settled.
    """
    panel = window.open_panel("review_bulk")
    assert isinstance(panel, BulkPanel)
    panel.decided = decided
    panel.look_through(word, rows)
    return panel


def open_bulk_of(
    window: "MainWindow", word: Word, order: ReviewOrder, decided: Callable[[], object]
) -> None:
    """Show what a word on all that the queue's filter shows would decide.

    decided: called once it is and the order has changed: its list must not wait to follow.
    """

    def count(ids: Iterable[bytes]) -> None:
        order.count_decided(ids)
        decided()

    if rows := list(order.shown_rows()):
        open_bulk(window, word, rows, count)


class BulkPanel(Panel):
    """word: what is to be said.  sorted: what it can be said of, and what needs a look."""

    width_px = 360

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.word: Word = "accept"
        self.sorted = Sorted((), (), ())
        self.decided: Callable[[Iterable[bytes]], object] | None = None
        self._states: dict[bytes, bytes] = {}
        self._said: frozenset[bytes] = frozenset()
        self.title = self.add_title("", back=True)
        self.kinds = Flow(gap=look.px(6))
        self.head.addWidget(self.kinds)
        self.head.addWidget(Text(_("Look through them. Space takes one out."), "muted", wrap=True))
        self.list = BulkList(window.theme, _("What is decided"))
        self.list.changed.connect(self._follow)
        self.list.done.connect(self.decide)
        self.list.lit_changed.connect(window.map.hover)
        self.body.setContentsMargins(0, 0, 0, 4)
        self.body.addWidget(self.list, 1)
        self._build_foot()

    def _build_foot(self) -> None:
        self.left_out = Text("", "muted", wrap=True)
        self.foot.addWidget(self.left_out)
        self.reason_chips = Flow(gap=look.px(6))
        self.foot.addWidget(self.reason_chips)
        self.reason = LineField()
        self.reason.setMaxLength(1_000)
        self.reason.textChanged.connect(self._follow)
        self.reason.returnPressed.connect(self.decide)
        self.foot.addWidget(self.reason)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.deletes_note = Text("", "muted", wrap=True)
        row.addWidget(self.deletes_note, 1)
        self.deletes = LineField()
        self.deletes.setAccessibleName(_("How many deletions"))
        self.deletes.textChanged.connect(self._on_deletes)
        self.deletes.returnPressed.connect(self.decide)
        self.deletes.setMaximumWidth(look.px(96))
        row.addWidget(self.deletes)
        self.foot.addLayout(row)
        row = QHBoxLayout()
        row.setSpacing(8)
        cancel = Button(_("Cancel"), height_px=48)
        cancel.clicked.connect(self.leave)
        self.button = Button("", "primary", height_px=48)
        self.button.clicked.connect(self.decide)
        row.addWidget(cancel)
        row.addWidget(self.button, 1)
        self.foot.addLayout(row)

    # --- what is looked through --------------------------------------------------------------

    def look_through(self, word: Word, rows: Sequence[QueueRow]) -> None:
        """Show these, as they are by now."""
        self.word = word
        self.button.set_icon(_ICONS[word])
        asks, refuses = word == "ask", word == "reject"
        self.reason.setVisible(asks or refuses)
        self.reason.setPlaceholderText(_("Your question") if asks else _("Why? Optional"))
        self.reason.setAccessibleName(_("Your question") if asks else _("Why"))
        self.reason_chips.setVisible(refuses)
        self.reason_chips.clear()
        for text in reasons() if refuses else ():
            chip = Chip(text, text)
            chip.clicked.connect(lambda _checked=False, t=text: self.reason.setText(t))
            self.reason_chips.add(chip)
        self._show(rows)
        self.main.tasks.read(
            lambda reader: look_at(reader, rows), self._on_looked, owner=self, key="bulk"
        )

    def _on_looked(self, looked: _Looked) -> None:
        self._states = looked.states
        self._show(looked.rows)

    def _show(self, rows: Sequence[QueueRow]) -> None:
        self.sorted = sort_rows(rows)
        counts = Counter(row.kind for row in (*self.sorted.ready, *self.sorted.deletes))
        self.kinds.clear()
        for kind, state in _KIND_STATES.items():
            if counts[kind]:
                chip = Chip(format_number(counts[kind]), kind_word(kind), state=state)
                # A figure, not a switch.
                chip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
                chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                self.kinds.add(chip)
        self._say_left()
        deletes = len(self.sorted.deletes)
        words = ngettext(
            "{count} deletion is not among them. To decide it too, write {count}.",
            "{count} deletions are not among them. To decide them too, write {count}.",
            deletes,
        )
        self.deletes_note.setText(words.format(count=format_number(deletes)))
        self.deletes_note.setVisible(deletes > 0)
        self.deletes.setVisible(deletes > 0)
        self._on_deletes()

    def _say_left(self) -> None:
        count = len(self.sorted.left)
        by_reason = Counter(why for _row, why in self.sorted.left)
        said = [f"{format_number(n)} {_reason_word(why, n)}" for why, n in by_reason.items()]
        self.left_out.setText(f"{left_words(count)} ({', '.join(said)})")
        self.left_out.setVisible(count > 0)

    @property
    def takes_deletes(self) -> bool:
        """Whether somebody has written how many deletions there are."""
        count = len(self.sorted.deletes)
        typed = "".join(self.deletes.text().split())
        return count > 0 and typed == str(count)

    @property
    def chosen(self) -> list[QueueRow]:
        """What is decided, those taken out left out."""
        return [row for row in self.list.rows if row.id not in self.list.out]

    def _on_deletes(self) -> None:
        deletes = self.sorted.deletes if self.takes_deletes else ()
        self.list.set_rows([*deletes, *self.sorted.ready])
        self._follow()

    def _follow(self) -> None:
        """Show the number, and whether it can be done now."""
        count = len(self.chosen)
        self.title.setText(verb_words(self.word, count))
        self.setAccessibleName(self.title.text())
        self.button.setText(verb_words(self.word, count))
        is_asked = self.word != "ask" or bool(self.reason.text().strip())
        self.button.setEnabled(count > 0 and is_asked and bool(self._states))

    # --- deciding ----------------------------------------------------------------------------

    def decide(self) -> None:
        """Say the word on all that is left in, in one deed."""
        if not self.button.isEnabled():
            return
        chosen, word = self.chosen, self.word
        seen = {row.id: self._states[row.id] for row in chosen if row.id in self._states}
        self._said = frozenset(seen)
        reason, deletes = self.reason.text().strip(), self.takes_deletes
        self.button.setEnabled(False)
        self.main.tasks.long(
            verb_words(word, len(seen)),
            lambda session, progress, cancel: session.decide_many(
                word, seen, reason, deletes=deletes, progress=progress, cancel=cancel
            ),
            self._on_decided,
            self._on_refused,
        )

    def _on_decided(self, result: BulkResult) -> None:
        hint = left_words(len(result.left))
        if result.done:
            undo = (_("Undo"), self.main.commands.undo)
            self.main.messages.done(done_words(self.word, result.done), hint, undo)
        else:
            self.main.messages.warn(_("Nothing was decided"), hint)
        # Whoever has gone on meanwhile is not called back.
        if isValid(self) and self.decided is not None and self.word != "ask":
            self.decided(self._said - result.left.keys())
        if isValid(self) and self.main.panel_host.current is self:
            self.leave()

    def _on_refused(self, error: CollabMapError) -> None:
        self.main.messages.show(error)
        if isValid(self):
            self._follow()

    def left(self) -> None:
        self.main.map.hover(None)

    def first_focus(self) -> QWidget | None:
        return self.list

    def help_keys(self) -> list[tuple[str, str]]:
        return [(_("Space"), _("Take one out, or in again")), ("↵", _("Decide"))]


# --- words ------------------------------------------------------------------------------------


def verb_words(word: Word, count: int) -> str:
    """Return 'Accept the 43'."""
    words = {
        "accept": ngettext("Accept {count}", "Accept the {count}", count),
        "reject": ngettext("Refuse {count}", "Refuse the {count}", count),
        "ask": ngettext("Ask about {count}", "Ask about the {count}", count),
    }[word]
    return words.format(count=format_number(count))


def done_words(word: Word, count: int) -> str:
    """Return '43 contributions accepted'."""
    words = {
        "accept": ngettext(
            "{count} contribution accepted", "{count} contributions accepted", count
        ),
        "reject": ngettext("{count} contribution refused", "{count} contributions refused", count),
        "ask": ngettext("{count} question asked", "{count} questions asked", count),
    }[word]
    return words.format(count=format_number(count))


def left_words(count: int) -> str:
    """Return '3 left: they need a look one by one', '' for none."""
    if not count:
        return ""
    words = ngettext(
        "{count} left: it needs a look by itself",
        "{count} left: they need a look one by one",
        count,
    )
    return words.format(count=format_number(count))


def _reason_word(why: str, count: int) -> str:
    return {
        "disagreement": ngettext("disagreement", "disagreements", count),
        "contested": ngettext("contested decision", "contested decisions", count),
        "duplicate": ngettext("suspected duplicate", "suspected duplicates", count),
        "care": ngettext("place that needs care", "places that need care", count),
    }[why]
