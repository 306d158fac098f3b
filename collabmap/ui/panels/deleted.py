"""What is gone from the map lately, where it was, and the way back."""

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from collabmap.app.contribution_words import deleted_words, what_words
from collabmap.app.words import _
from collabmap.domain.feature import PersonView
from collabmap.domain.geo import LngLat
from collabmap.domain.theme import Theme
from collabmap.errors import CollabMapError
from collabmap.ui.place_words import field_words, sentence, when
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.line_list import Line, LineList
from collabmap.ui.widgets.note import Empty
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.ui.main_window import MainWindow

MAX_WORDS = 1_000


class Gone(NamedTuple):
    """A line of the list.  is_certain: it comes back at once, nobody has to agree."""

    id: bytes
    name: str
    category: str
    words: str
    at_ms: int
    at: LngLat | None
    is_certain: bool


class DeletedPanel(Panel):
    """Under Contribute one's own; a coordinator elsewhere sees everybody's.

    chosen: the line whose place the map shows, None before one is chosen.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.rows: tuple[Gone, ...] = ()
        self.chosen: Gone | None = None
        self.add_title(_("Recently deleted"), back=True)
        self.is_all = window.is_coordinator and window.mode != "contribute"
        intro = (
            _("What anybody has taken off the map. Nothing is lost: it can come back.")
            if self.is_all
            else _("What you took back or deleted, or what was deleted of yours.")
        )
        self.head.addWidget(Text(intro, "muted", wrap=True))
        self.list = LineList(window.theme, _("Recently deleted"))
        self.list.opened.connect(self._on_opened)
        self.body.setContentsMargins(12, 0, 12, 8)
        self.body.addWidget(self.list, 1)
        self.empty = Empty()
        self.empty.say(
            "delete-restore",
            _("Nothing was deleted"),
            _("What is deleted comes here, and can be brought back."),
        )
        self.empty.hide()
        self.body.addWidget(self.empty, 1)
        self._build_foot()
        window.effects_arrived.connect(self.reload)
        window.person_changed.connect(self._on_person)

    def _build_foot(self) -> None:
        self.hint = Text("", "second", wrap=True)
        self.why = LineField(_("In a few words…"))
        self.why.setMaxLength(MAX_WORDS)
        self.why.returnPressed.connect(self.restore)
        self._asked = Labelled(_("Why should it come back?"), self.why)
        self.button = Button(_("Bring it back"), "primary", icon="restore", height_px=52)
        self.button.clicked.connect(self.restore)
        for part in (self.hint, self._asked, self.button):
            self.foot.addWidget(part)
        self._follow()

    # --- what is listed ------------------------------------------------------------------

    def entered(self) -> None:
        self.reload()

    def left(self) -> None:
        self.main.map.show_pin(None)

    def _on_person(self, _person: PersonView | None) -> None:
        self.chosen = None
        self._on_read(())
        self.reload()

    def reload(self) -> None:
        """Ask again what is gone."""
        person, is_all = self.main.person, self.is_all
        if person is None or self.main.lanes is None:
            return
        is_coordinator, theme = self.main.is_coordinator, self.main.theme
        self.main.tasks.read(
            lambda reader: _read(reader, person.id, theme, is_all=is_all, may_all=is_coordinator),
            self._on_read,
            owner=self,
            key="deleted",
        )

    def _on_read(self, rows: tuple[Gone, ...]) -> None:
        self.rows = rows
        self.list.set_lines([_line(row) for row in rows])
        self.list.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        chosen = self.chosen.id if self.chosen is not None else None
        self._choose(next((row for row in rows if row.id == chosen), None))

    def _choose(self, row: Gone | None) -> None:
        was = self.chosen
        self.chosen = row
        if row is None:
            self.main.map.show_pin(None)
        elif row.at is not None and (was is None or was.id != row.id):
            self.main.map.show_pin(row.at, row.category, movable=False, name=row.name)
            self.main.map.fly_to(row.at.lng, row.at.lat, self.main.map.zoom())
        self._follow()

    def _on_opened(self, key: object) -> None:
        row = next((row for row in self.rows if row.id == key), None)
        self._choose(row)
        if row is not None and row.at is not None:
            self.main.body.show_tab("centre")

    def _follow(self) -> None:
        row = self.chosen
        self.button.setVisible(bool(self.rows))
        self.button.setEnabled(row is not None and self.main.can_write)
        waits = row is not None and not row.is_certain
        self._asked.setVisible(waits)
        self.button.setText(_("Ask to have it back") if waits else _("Bring it back"))
        if row is None:
            words = _("Choose a line: the map shows where it was.") if self.rows else ""
        elif waits:
            words = _("A coordinator will decide about “{name}”.")
        else:
            words = _("“{name}” comes back as it was, with its photos and comments.")
        self.hint.setText(words.format(name=row.name or _("(removed)")) if row else words)
        self.hint.setVisible(bool(words))

    # --- doing ---------------------------------------------------------------------------

    def restore(self) -> None:
        """Bring back what is chosen, or ask for it."""
        row, words = self.chosen, self.why.text().strip()
        # Enter a second time, while it is written, asks nothing more.
        if row is None or not self.button.isEnabled():
            return
        self.button.setEnabled(False)
        self.main.tasks.write(
            lambda session: session.restore(row.id, words),
            lambda outcome: self._on_restored(row, outcome),
            self._on_refused,
        )

    def _on_refused(self, error: CollabMapError) -> None:
        self.main.messages.show(error)
        if isValid(self):
            self._follow()

    def _on_restored(self, row: Gone, outcome: str) -> None:
        # It may have been left while it was written.
        if isValid(self):
            self.why.clear()
        name = row.name or _("(removed)")
        undo = (_("Undo"), self.main.commands.undo)
        if outcome == "here":
            title, hint = _("“{name}” is back"), _("It is on the map as it was.")
        else:
            title, hint = _("You ask to have “{name}” back"), _("A coordinator will decide.")
        self.main.messages.done(title.format(name=name), hint, undo)

    # --- as a panel ----------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        return self.list


def _line(row: Gone) -> Line:
    return Line(
        row.name or _("(removed)"),
        sentence(f"{row.words} · {when(row.at_ms)}"),
        key=row.id,
        category=row.category,
        icon="minus-thick",
        state="rejected",
    )


def _read(
    reader: "Reader", person: bytes, theme: Theme, *, is_all: bool, may_all: bool
) -> tuple[Gone, ...]:
    """Return what is gone, the latest first: also what a person took back of a place that stays.

    may_all: nobody has to agree when this person brings something back.
    """
    found = [
        Gone(
            row.id, row.name, row.category, deleted_words(row), row.at_ms,
            LngLat(row.lng, row.lat) if row.is_placed else None, row.is_mine or may_all,
        )
        for row in reader.recently_deleted(None if is_all else person)
    ]  # fmt: skip
    known = {row.id for row in found}
    for one in reader.mine(person):
        if one.may_restore and one.id not in known:
            at = LngLat(one.lng, one.lat) if one.is_placed else None
            words = what_words(one, field_words(one.fields, theme))
            known.add(one.id)
            found.append(Gone(one.id, one.name, one.category, words, one.at_ms, at, True))
    return tuple(sorted(found, key=lambda row: (-row.at_ms, row.id)))
