"""One merge: who added, changed and marked what; undone here, or let in again."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.effect import Effect
from collabmap.domain.theme import Theme
from collabmap.ui import look
from collabmap.ui.merges import Found, later_words
from collabmap.ui.place_words import ahead_by, field_words, when
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.line_list import Line, LineList
from collabmap.ui.widgets.marks import Badge
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.app.merges import MergedDeed, MergeView
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow

# Of a deed: the badge on the map, the state whose colours and sign it wears.
_SIGNS = {
    "added": ("new", "new"),
    "changed": ("changed", "change_proposed"),
    "marked": ("deleted", "delete_proposed"),
}


class Seen(NamedTuple):
    """A merge and what was done in it; None where this computer has forgotten it."""

    view: "MergeView | None"
    deeds: "tuple[MergedDeed, ...]"


def changes_words(count: int) -> str:
    """Return '57 changes'."""
    words = ngettext("{count} change", "{count} changes", count)
    return words.format(count=format_number(count))


def state_words(view: "MergeView") -> str:
    return _("Put aside here") if view.is_held else _("In effect")


def deed_words(deed: "MergedDeed", theme: Theme) -> str:
    """Return 'new', 'changed: name, position', 'deletion'."""
    if deed.what == "added":
        return _("new")
    if deed.what == "marked":
        return _("deletion")
    fields = field_words(deed.fields, theme)
    return _("changed: {fields}").format(fields=fields) if fields else _("change")


def lines_of(deeds: "Iterable[MergedDeed]", theme: Theme, *, can_open: bool) -> list[Line]:
    """Return the deeds under the names of who did them, the busiest person first."""
    by_person: dict[str, list[MergedDeed]] = {}
    for deed in deeds:
        by_person.setdefault(deed.person, []).append(deed)
    lines = []
    for person, done in sorted(by_person.items(), key=lambda item: (-len(item[1]), item[0])):
        name = person or _("somebody")
        count = format_number(len(done))
        lines.append(Line(name, right=count, is_head=True, person=person.encode()))
        lines += [_line(deed, theme, can_open=can_open) for deed in done]
    return lines


def _line(deed: "MergedDeed", theme: Theme, *, can_open: bool) -> Line:
    state = _SIGNS[deed.what][1]
    return Line(
        deed.name or _("without a name"),
        deed_words(deed, theme),
        key=deed.subject if can_open else None,
        category=deed.category,
        icon=look.tokens().states[state].icon,
        state=state,
        is_pale=not can_open,
    )


def ahead_words(name: str, ahead_ms: int) -> str:
    """Return 'The clock of Inès’s computer is 3 hours ahead.'."""
    words = _("The clock of {name}’s computer is {time} ahead.")
    return words.format(name=name or _("somebody"), time=ahead_by(ahead_ms))


def found_notes(found: Found | None) -> list[Note]:
    """Return what is to be said of copied laptops and wrong clocks."""
    notes = []
    for name in found.copied if found else ():
        title = _("{name}’s computer was copied").format(name=name or _("somebody"))
        words = _("Both copies’ words are kept. Each signs for itself from now on.")
        notes.append(Note(words, title=title, icon="content-copy", colour="primary"))
    for name, ahead_ms in found.clocks if found else ():
        words = _("Nothing is lost by it. Set it right there, or its times stay wrong.")
        notes.append(Note(words, title=ahead_words(name, ahead_ms), icon="clock-outline"))
    return notes


def duplicates_note(count: int) -> Note:
    """Return how many possible duplicates came with a merge."""
    title = ngettext("{count} possible duplicate", "{count} possible duplicates", count)
    words = _("They wait in Review: one place, or two?")
    title = title.format(count=format_number(count))
    return Note(words, title=title, icon="content-copy", colour="primary")


class MergeReportPanel(Panel):
    """show_merge(id) fills it.  view: how the merge stands, None before it is known."""

    opens_places = True
    width_px = 380

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.merge: int | None = None
        self.view: MergeView | None = None
        self._deeds: tuple[MergedDeed, ...] = ()
        self._duplicates = 0
        self.add_title(_("What was merged"), back=True)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.summary = Text("", "muted", wrap=True)
        self._badge_box = QVBoxLayout()
        line.addWidget(self.summary, 1)
        line.addLayout(self._badge_box)
        self.head.addLayout(line)
        self._notes = QVBoxLayout()
        self._notes.setSpacing(8)
        self.body.addLayout(self._notes)
        self.list = LineList(window.theme, _("What was merged"))
        self.list.opened.connect(self._on_opened)
        self.body.setContentsMargins(12, 0, 12, 8)
        self.body.addWidget(self.list, 1)
        self._build_foot()
        window.effects_arrived.connect(self._on_effect)
        window.duplicates.found.connect(self._count_duplicates)

    def _build_foot(self) -> None:
        self.hint = Text("", "second", wrap=True)
        self.undo = Button("", icon="undo", height_px=48)
        self.undo.clicked.connect(self._on_undo)
        self.receipts = Button(_("Receipts"), icon="shield-check", height_px=48)
        self.receipts.clicked.connect(lambda: self.main.open_panel("receipts"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.receipts)
        row.addWidget(self.undo, 1)
        is_review = self.main.is_coordinator
        words = _("Review") if is_review else _("Back to the map")
        self.primary = Button(
            words, "primary", icon="inbox-full" if is_review else "map", height_px=52
        )
        self.primary.clicked.connect(self._on_primary)
        self.foot.addWidget(self.hint)
        self.foot.addLayout(row)
        self.foot.addWidget(self.primary)
        self.undo.setEnabled(False)

    # --- showing -------------------------------------------------------------------------

    def show_merge(self, merge: int) -> None:
        """Show another merge."""
        self.merge = merge
        self.reload()

    def reload(self) -> None:
        """Ask again how the merge stands."""
        merge = self.merge
        if merge is not None and self.main.lanes is not None:
            self.main.tasks.write(
                lambda session: _look(session, merge), self._on_seen, owner=self, key="merge-report"
            )

    def _on_seen(self, seen: Seen) -> None:
        self.view, self._deeds = seen
        view = self.view
        self._count_duplicates()
        if view is None:
            self.main.panel_host.back()
            return
        self.summary.setText(f"{when(view.at_ms)} · {changes_words(view.changes)}")
        self._show_state(view)
        self.list.set_lines(lines_of(self._deeds, self.main.theme, can_open=not view.is_held))
        self._show_badges()
        self.undo.setText(_("Let in again") if view.is_held else _("Undo the merge"))
        self.undo.set_icon("restore" if view.is_held else "undo")
        self.undo.setEnabled(view.is_held or view.can_undo)
        if view.is_held:
            hint = _("Put aside on this computer only; nothing is erased.")
            if view.later:
                hint = f"{hint} {later_words(view.later)}"
        else:
            hint = _("Undoing counts on this computer only. You can let it in again.")
        self.hint.setText(hint)

    def _count_duplicates(self) -> None:
        """Ask how many possible duplicates a coordinator is to look at because of this merge."""
        if self.main.lanes is None or not self.main.is_coordinator:
            return
        came = frozenset(deed.subject for deed in self._deeds)
        self.main.tasks.read(
            lambda reader: sum(not came.isdisjoint(g.ids) for g in reader.duplicates()),
            self._on_duplicates,
            owner=self,
            key="merge-duplicates",
        )

    def _on_duplicates(self, count: int) -> None:
        if count != self._duplicates and self.view is not None:
            self._duplicates = count
            self._show_state(self.view)

    def _show_state(self, view: "MergeView") -> None:
        for layout in (self._badge_box, self._notes):
            while (item := layout.takeAt(0)) is not None:
                if (old := item.widget()) is not None:
                    old.hide()
                    old.deleteLater()
        if self._duplicates and not view.is_held:
            self._notes.addWidget(duplicates_note(self._duplicates))
        self._badge_box.addWidget(
            Badge("pending" if view.is_held else "accepted", state_words(view))
        )
        for note in found_notes(self.main.merges.found.get(view.id)):
            self._notes.addWidget(note)

    def _show_badges(self) -> None:
        view, shown = self.view, self.main.panel_host.current is self
        if view is None or not shown:
            return
        badges = {deed.subject: _SIGNS[deed.what][0] for deed in self._deeds}
        self.main.map.set_badges({} if view.is_held else badges)

    # --- doing ---------------------------------------------------------------------------

    def _on_opened(self, subject: object) -> None:
        assert isinstance(subject, bytes)
        self.main.commands.open_place(subject)

    def _on_undo(self) -> None:
        view = self.view
        if view is None:
            return
        if view.is_held:
            self.main.merges.release(view.id)
        else:
            self.main.merges.hold(view.id)

    def _on_primary(self) -> None:
        if self.main.is_coordinator:
            self.main.commands.go_to_review()
        else:
            self.main.panel_host.back_to_root()

    # --- as a panel ----------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        return self.list

    def entered(self) -> None:
        self._show_badges()
        self.reload()

    def left(self) -> None:
        self.main.map.set_badges({})

    def _on_effect(self, _effect: Effect) -> None:
        self.reload()


def _look(session: "Session", merge: int) -> Seen:
    view = next((view for view in session.merges() if view.id == merge), None)
    return Seen(view, session.merge_details(merge) if view is not None else ())
