"""What a merge would bring: files, five counts, people, verdicts on one's own, and the lists."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.merging import FilePreview, MergePreview, OwnVerdict
from collabmap.app.words import _, explain, format_number, format_size, language, ngettext
from collabmap.domain.change import ACCEPT, ASK, NOT_CHOSEN, REJECT
from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.geo import Bbox
from collabmap.domain.theme import Theme
from collabmap.ui import look
from collabmap.ui.place_words import field_count, field_words, nature_count
from collabmap.ui.widgets.check_line import Sign
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.choice_card import CountCard
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.note import Ground, Note
from collabmap.ui.widgets.person_count import PersonCount
from collabmap.ui.widgets.row_list import Row, RowList
from collabmap.ui.widgets.text import ElidedText, Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Of a preview: its name, the badge on the map, the state whose colours and sign the count wears.
KINDS = {
    "added": ("new", "new"),
    "changed": ("changed", "change_proposed"),
    "deleted": ("deleted", "delete_proposed"),
    "duplicates": ("duplicate", "duplicate"),
    "disagreements": ("disagreement", "disagreement"),
}
MAX_NAMED_FILES = 3


def kind_words(kind: str) -> str:
    """Return the name of a count in the singular, as in a legend."""
    return {
        "added": _("New"),
        "changed": _("Changed"),
        "deleted": _("Deleted"),
        "duplicates": _("Possible duplicate"),
        "disagreements": _("Disagreement"),
    }[kind]


def kind_title(kind: str, count: int) -> str:
    """Return what a count counts, to stand after its number."""
    return {
        "added": ngettext("new place", "new places", count),
        "changed": ngettext("changed", "changed", count),
        "deleted": ngettext("deleted", "deleted", count),
        "duplicates": ngettext("possible duplicate", "possible duplicates", count),
        "disagreements": ngettext("disagreement", "disagreements", count),
    }[kind]


def marks_of(seen: MergePreview, kind: str) -> list[Mark]:
    """Return the places of one count."""
    if kind == "changed":
        return [changed.mark for changed in seen.changed]
    if kind == "duplicates":
        return [found.mark for found in seen.duplicates or ()]
    return list(getattr(seen, kind))


def badges_of(seen: MergePreview) -> dict[bytes, str]:
    """Return the badge of each place on the map; a disagreement goes before a change."""
    return {mark.id: KINDS[kind][0] for kind in KINDS for mark in marks_of(seen, kind)}


def box_of(marks: Iterable[Mark]) -> Bbox | None:
    """Return the box that holds all marks, None for none."""
    lngs, lats = [], []
    for mark in marks:
        lngs.append(mark.lng)
        lats.append(mark.lat)
    return Bbox(min(lngs), min(lats), max(lngs), max(lats)) if lngs else None


# --- words --------------------------------------------------------------------------------


def _added_second(seen: MergePreview, theme: Theme) -> str:
    natures = Counter(theme.category(mark.category).nature for mark in seen.added)
    return ", ".join(nature_count(nature, count) for nature, count in natures.most_common())


def _changed_second(seen: MergePreview, theme: Theme) -> str:
    fields: Counter[str] = Counter()
    for changed in seen.changed:
        only_state = set(changed.fields) == {"state"}
        fields.update(f for f in changed.fields if f != "state" or only_state)
    return ", ".join(field_count(field, count, theme) for field, count in fields.most_common(3))


def _deleted_second(seen: MergePreview) -> str:
    proposed = sum(mark.state is FeatureState.DELETE_PROPOSED for mark in seen.deleted)
    gone = len(seen.deleted) - proposed
    if not proposed:
        return _("off the map, kept in the history")
    if not gone:
        return _("proposed: they stay until reviewed")
    first = ngettext("{count} off the map", "{count} off the map", gone)
    second = ngettext("{count} proposed", "{count} proposed", proposed)
    return ", ".join(
        [
            first.format(count=format_number(gone)),
            second.format(count=format_number(proposed)),
        ]
    )


def verdict_words(verdict: OwnVerdict) -> str:
    """Return what a coordinator decided about something of one's own."""
    words = {
        ACCEPT: _("accepted"),
        REJECT: _("refused"),
        NOT_CHOSEN: _("another value was chosen"),
        ASK: _("a question for you"),
    }.get(verdict.word, _("to review again"))
    what = {"new": _("Contribution"), "change": _("Change"), "delete": _("Deletion")}[verdict.kind]
    text = _("{what}: {found}").format(what=what, found=words)
    return f"{text} · {verdict.reason}" if verdict.reason else text


_VERDICT_STATES = {
    ACCEPT: FeatureState.ACCEPTED,
    REJECT: FeatureState.REJECTED,
    NOT_CHOSEN: FeatureState.REJECTED,
}


# --- blocks -------------------------------------------------------------------------------


class FileBlock(Ground):
    """One file, or all the whole ones together: who, whether it is signed, how big."""

    def __init__(self, title: str, second: str, *, is_good: bool, icon: str) -> None:
        super().__init__("sunken")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 9, 14, 9)
        row.setSpacing(14)
        row.addWidget(Sign(icon, "text" if is_good else "danger", side_px=22))
        words = QVBoxLayout()
        words.setSpacing(1)
        if is_good:
            words.addWidget(ElidedText(title, "strong"))
            words.addWidget(ElidedText(second, "second"))
        else:
            words.addWidget(Text(title, "strong", wrap=True))
            words.addWidget(Text(second, "second", wrap=True))
        row.addLayout(words, 1)
        if is_good:
            row.addWidget(Sign("shield-check", "accepted", side_px=20))
        self.setAccessibleName(f"{title}, {second}")


def file_blocks(files: Iterable[FilePreview]) -> list[FileBlock]:
    """Return the blocks of the files that were read; each problem is told on its own."""
    files = list(files)
    whole = [file for file in files if file.problem is None]
    blocks = []
    if len(whole) > MAX_NAMED_FILES:
        size = format_size(sum(file.size_bytes for file in whole))
        title = ngettext("{count} file", "{count} files", len(whole)).format(count=len(whole))
        is_signed = all(file.is_signed for file in whole)
        signed = _("signatures verified") if is_signed else _("not all signed")
        blocks.append(_whole_block(title, [signed, size]))
    else:
        for file in whole:
            people = ngettext("{count} person", "{count} people", file.persons)
            signed = _("signature verified") if file.is_signed else _("not signed")
            parts = [people.format(count=file.persons), signed, format_size(file.size_bytes)]
            blocks.append(_whole_block(file.path.name, parts))
    for file in files:
        if file.problem is not None:
            title, hint = explain(file.problem)
            blocks.append(FileBlock(title, hint, is_good=False, icon="alert-circle"))
    return blocks


def _whole_block(title: str, parts: list[str]) -> FileBlock:
    return FileBlock(title, " · ".join(parts), is_good=True, icon="package-variant-closed")


class Overview(QWidget):
    """Files, counts, people and verdicts.  picked: a count was chosen or ''; listed: its list."""

    picked = Signal(str)
    listed = Signal(str)
    place_opened = Signal(object)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._theme = window.theme
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(look.px(8))
        self._files = QVBoxLayout()
        self._files.setSpacing(look.px(8))
        self._layout.addLayout(self._files)
        self.summary = Note("", icon="account-check")
        self._layout.addWidget(self.summary)
        self.cards: dict[str, CountCard] = {}
        for kind, (_badge, state) in KINDS.items():
            card = CountCard(state, _("List"))
            card.clicked.connect(lambda _checked=False, k=kind: self._on_card(k))
            self.cards[kind] = card
            self._layout.addWidget(card)
        self.nothing = Text(
            _("Nothing new: all of this is on your map already."), "strong", wrap=True
        )
        self._layout.addWidget(self.nothing)
        self._own_title = Text(_("Your contributions"), "label")
        self.own = RowList(window.theme, _("Your contributions"), grows=True)
        self.own.opened.connect(self.place_opened)
        self._people_title = Text(_("By person"), "label")
        self.people = Flow(gap=look.px(10))
        for part in (self._own_title, self.own, self._people_title, self.people):
            self._layout.addWidget(part)
        self._layout.addStretch(1)
        self.chosen = ""

    def show_preview(self, seen: MergePreview) -> None:
        while (item := self._files.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for block in file_blocks(seen.files):
            self._files.addWidget(block)
        seconds = {
            "added": _added_second(seen, self._theme),
            "changed": _changed_second(seen, self._theme),
            "deleted": _deleted_second(seen) if seen.deleted else "",
            "duplicates": _("to look at after the merge") if seen.duplicates else "",
            "disagreements": _("both values are kept") if seen.disagreements else "",
        }
        for kind, card in self.cards.items():
            count = len(marks_of(seen, kind))
            card.set_count(count, kind_title(kind, count), seconds[kind])
            is_asked = kind != "duplicates" or seen.duplicates is not None
            card.setVisible(is_asked and not seen.nothing_new)
        self.nothing.setVisible(seen.nothing_new)
        self.summary.text.setText(own_words(seen.verdicts))
        self.summary.setVisible(bool(self.summary.text.text()))
        self.own.set_rows([_own_row(verdict) for verdict in seen.verdicts])
        for part in (self._own_title, self.own):
            part.setVisible(bool(seen.verdicts))
        self.people.clear()
        for person, count in seen.by_person:
            self.people.add(PersonCount(person, count))
        self._people_title.setVisible(bool(seen.by_person))
        self.people.setVisible(bool(seen.by_person))

    def choose(self, kind: str) -> None:
        """Show a count as the filter in force, '' for none."""
        self.chosen = kind
        for each, card in self.cards.items():
            card.setChecked(each == kind)

    def _on_card(self, kind: str) -> None:
        if kind == self.chosen:
            self.choose(kind)
            self.listed.emit(kind)
        else:
            self.choose(kind)
            self.picked.emit(kind)


def _own_row(verdict: OwnVerdict) -> Row:
    return Row(
        verdict.id,
        verdict.category,
        verdict.name,
        verdict_words(verdict),
        state=_VERDICT_STATES.get(verdict.word, FeatureState.PENDING),
        badge="rejected" if verdict.word in (REJECT, NOT_CHOSEN) else "",
    )


class Lists(QWidget):
    """The places of one count, with the other counts as chips.  picked: another count."""

    picked = Signal(str)
    place_opened = Signal(object)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._theme = window.theme
        self._seen: MergePreview | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(8))
        chips = Flow(gap=look.px(6))
        self.chips: dict[str, Chip] = {}
        for kind, (_badge, state) in KINDS.items():
            chip = Chip("0", kind_words(kind), state=state)
            chip.setCheckable(True)
            chip.clicked.connect(lambda _checked=False, k=kind: self.picked.emit(k))
            self.chips[kind] = chip
            chips.add(chip)
        layout.addWidget(chips)
        self.list = RowList(window.theme, _("Places"))
        self.list.setMinimumHeight(look.px(168))
        self.list.opened.connect(self.place_opened)
        self.list.lit_changed.connect(window.map.hover)
        layout.addWidget(self.list, 1)

    def show_preview(self, seen: MergePreview) -> None:
        self._seen = seen
        for kind, chip in self.chips.items():
            count = len(marks_of(seen, kind))
            chip.set_text(format_number(count))
            chip.setEnabled(count > 0)
        self.chips["duplicates"].setVisible(seen.duplicates is not None)

    def show_kind(self, kind: str) -> None:
        """List the places of a count."""
        assert self._seen is not None
        for each, chip in self.chips.items():
            chip.setChecked(each == kind)
        self.list.set_rows(_rows(self._seen, kind, self._theme))

    def go_to(self, feature: bytes) -> None:
        """Select a row."""
        for number, row in enumerate(self.list.rows):
            if row.id == feature:
                index = self.list.model_of_rows.index(number)
                self.list.setCurrentIndex(index)
                self.list.scrollTo(index)


def _rows(seen: MergePreview, kind: str, theme: Theme) -> list[Row]:
    names = {person.id: person.name for person, _count in seen.by_person}
    what: dict[bytes, str] = {}
    if kind == "changed":
        what = {c.mark.id: _joined(field_words(c.fields, theme), c.by) for c in seen.changed}
    elif kind == "disagreements":
        fields = {c.mark.id: field_words(c.fields, theme) for c in seen.changed}
        kept = _("both values are kept")
        what = {m.id: _joined(fields.get(m.id, ""), kept) for m in seen.disagreements}
    elif kind == "duplicates":
        what = _why_duplicates(seen, theme)
    elif kind == "deleted":
        proposed, gone = _("deletion proposed"), _("off the map")
        is_proposed = FeatureState.DELETE_PROPOSED
        what = {m.id: proposed if m.state is is_proposed else gone for m in seen.deleted}
    rows = []
    for mark in marks_of(seen, kind):
        label = theme.category(mark.category).label(language())
        second = what.get(mark.id) or _joined(label, names.get(mark.author, ""))
        rows.append(Row(mark.id, mark.category, mark.name, second, badge=KINDS[kind][0]))
    return rows


def _why_duplicates(seen: MergePreview, theme: Theme) -> dict[bytes, str]:
    # Imported late: numpy and rapidfuzz, which opening a map does without.
    from collabmap.app.duplicate_words import duplicate_words

    return {d.mark.id: duplicate_words(d.reasons, theme) for d in seen.duplicates or ()}


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


class Told(NamedTuple):
    """What the green message says after a merge."""

    title: str
    hint: str


def merged_words(seen: MergePreview, verdicts: Iterable[OwnVerdict], at: str) -> Told:
    """Return what a merge did, and what became of one's own contributions."""
    added, changed = len(seen.added), len(seen.changed)
    proposed = sum(mark.state is FeatureState.DELETE_PROPOSED for mark in seen.deleted)
    deleted = len(seen.deleted) - proposed
    parts = []
    if added or not (changed or seen.deleted):
        words = ngettext("{count} place added", "{count} places added", added)
        parts.append(words.format(count=format_number(added)))
    if changed:
        words = ngettext("{count} changed", "{count} changed", changed)
        parts.append(words.format(count=format_number(changed)))
    if deleted:
        words = ngettext("{count} deleted", "{count} deleted", deleted)
        parts.append(words.format(count=format_number(deleted)))
    if proposed:
        words = ngettext("{count} deletion proposed", "{count} deletions proposed", proposed)
        parts.append(words.format(count=format_number(proposed)))
    if seen.duplicates:
        found = len(seen.duplicates)
        words = ngettext("{count} possible duplicate", "{count} possible duplicates", found)
        parts.append(words.format(count=format_number(found)))
    return Told(", ".join(parts), " ".join(part for part in (at, own_words(verdicts)) if part))


def own_words(verdicts: Iterable[OwnVerdict]) -> str:
    """Return what became of one's own contributions, in one line."""
    said = Counter(verdict.word for verdict in verdicts)
    words = []
    if said[ACCEPT]:
        accepted = ngettext(
            "{count} contribution of yours was accepted.",
            "{count} contributions of yours were accepted.",
            said[ACCEPT],
        )
        words.append(accepted.format(count=said[ACCEPT]))
    if said[REJECT]:
        refused = ngettext("{count} was refused.", "{count} were refused.", said[REJECT])
        words.append(refused.format(count=said[REJECT]))
    return " ".join(words)
