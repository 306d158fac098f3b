"""What people said at the same time, side by side as equals, for a coordinator to settle.

Three kinds: values of one field that differ, a delete against edits, and decisions of coordinators
that contradict each other.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from collabmap.domain.change import ACCEPT, COMMENT, TAG, Change, Kind
from collabmap.domain.disputes import (
    Decision,
    DeleteDispute,
    contested_decisions,
    delete_dispute,
    last_seen_by_all,
)
from collabmap.domain.feature import ChangeId
from collabmap.domain.outcome import Outcome
from collabmap.domain.value_text import is_of_theme, text_of_value
from collabmap.store.elements import said_by
from collabmap.store.features import Unseal, readable
from collabmap.store.project import Project
from collabmap.store.rows import is_disputed, is_private, place_of, value_of

DisputeKind = Literal["field", "delete", "verdict"]
# What a side of a dispute that is not about a field stands for.
KEEP, DELETE, ACCEPTED, REFUSED, MIXED = "keep", "delete", "accepted", "refused", "mixed"


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who said it.  rid: of their computer.  words: that came with it, '' for none."""

    name: str
    person: bytes
    rid: bytes
    at_ms: int
    words: str


@dataclass(frozen=True, slots=True)
class Detail:
    """A value that a change wrote.  field: '' for a deletion."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of several things said.  voices: who said just this, the first one first.

    text: of a field its value (positions as 'lng, lat', the theme's as domain/value_text.py has
    them), else ''.  word: of another dispute KEEP,
    DELETE, ACCEPTED, REFUSED or MIXED.  details: what it is about, where that is not the same for
    all sides.  changes: that said it; a value is chosen by the first.  geometry: WKB, of a position
    or an outline.  words: of a decision, by change.
    """

    voices: tuple[Voice, ...]
    text: str = ""
    word: str = ""
    details: tuple[Detail, ...] = ()
    changes: tuple[ChangeId, ...] = ()
    geometry: bytes | None = None
    words: tuple[tuple[ChangeId, str], ...] = ()

    @property
    def at_ms(self) -> int:
        return self.voices[0].at_ms


@dataclass(frozen=True, slots=True)
class Dispute:
    """Things said at the same time, in order of time.  field: '' where it is about none.

    start: the value that all had before them; None where there was none.  about: what a contested
    decision is about.
    """

    kind: DisputeKind
    field: str
    sides: tuple[Side, ...]
    start: Side | None = None
    about: tuple[Detail, ...] = ()


def read_disputes(
    project: Project,
    outcome: Outcome,
    changes: Collection[Change],
    fields: Collection[str],
    unseal: Unseal,
) -> tuple[Dispute, ...]:
    """Return what is to be settled of a feature, in this order; contested decisions alone.

    fields: those with several values that differ.
    """
    telling = _Telling(project, outcome, changes, unseal)
    decisions = contested_decisions(outcome)
    if decisions:
        return (telling.of_decisions(decisions),)
    found = []
    deletes = delete_dispute(outcome, changes)
    if deletes is not None:
        found.append(telling.of_delete(deletes))
    elif any(mark.id in outcome.waiting for mark in outcome.marks):
        # First whether the place goes: who wants that has seen all that was written of it.
        return ()
    return (*found, *(telling.of_field(name) for name in outcome.shown.registers if name in fields))


class _Telling:
    """Puts names, times and words to the changes of one feature."""

    def __init__(
        self, project: Project, outcome: Outcome, changes: Collection[Change], unseal: Unseal
    ) -> None:
        self._project = project
        self._outcome = outcome
        self._changes = changes
        self._unseal = unseal

    def of_field(self, field: str) -> Dispute:
        """Return the values of a field; two who wrote the same are on one side."""
        heads = self._outcome.shown.registers[field]
        looked_at = self._project.model.ledger.looked_at(self._outcome.subject)
        writes = [w for w in heads if is_disputed(w, heads[0], looked_at)]
        alike: dict[str, list[Change]] = {}
        for write in sorted(writes, key=lambda w: w.rank):
            value = readable(write, field, self._unseal)
            if value is not None or not is_private(field, (write,)):
                alike.setdefault(repr(value), []).append(write)
        start = last_seen_by_all(writes, field, self._changes)
        is_told = start is not None and start.id not in self._outcome.redacted
        return Dispute(
            "field",
            field,
            tuple(self._side(field, of) for of in alike.values()),
            self._side(field, [start]) if start is not None and is_told else None,
        )

    def _side(self, field: str, writes: Sequence[Change]) -> Side:
        geometry = value_of(writes[0], field) if field == "geometry" else None
        return Side(
            tuple(self._voice(write, self._last_comment(write)) for write in writes),
            self._text(writes[0], field),
            changes=tuple(write.id for write in writes),
            geometry=geometry if isinstance(geometry, bytes) else None,
        )

    def of_delete(self, dispute: DeleteDispute) -> Dispute:
        """Return those who changed the feature beside those who want it to go."""
        edits: dict[tuple[bytes, bytes], Change] = {}
        for edit in dispute.edits:
            edits[edit.stamp.rid, edit.person] = edit
        keep = Side(
            tuple(self._voice(edit, self._last_comment(edit)) for edit in edits.values()),
            word=KEEP,
            details=tuple(d for edit in dispute.edits for d in self._details(edit)),
            changes=tuple(edit.id for edit in dispute.edits),
        )
        delete = Side(
            tuple(self._voice(each, self._text_of(each)) for each in dispute.deletes),
            word=DELETE,
            changes=tuple(each.id for each in dispute.deletes),
        )
        return Dispute("delete", "", tuple(sorted((keep, delete), key=lambda side: side.at_ms)))

    def of_decisions(self, decisions: Iterable[Decision]) -> Dispute:
        """Return what coordinators decided, with the reasons they gave."""
        every = {change.id: change for change in self._changes}
        names = list(dict.fromkeys(name for of in decisions for name in of.words))
        names.sort(key=lambda name: every[name].rank)
        sides = []
        for of in decisions:
            taken = [name for name in names if of.words.get(name) == ACCEPT]
            is_mixed = 0 < len(taken) < len(of.words)
            details = [d for name in taken for d in self._details(every[name])]
            sides.append(
                Side(
                    tuple(self._voice(v, self._text_of(v)) for v in of.verdicts),
                    word=MIXED if is_mixed else ACCEPTED if taken else REFUSED,
                    details=tuple(details) if is_mixed else (),
                    words=tuple(sorted(of.words.items())),
                )
            )
        about = [detail for name in names for detail in self._details(every[name])]
        return Dispute("verdict", "", tuple(sides), about=tuple(dict.fromkeys(about)))

    # --- words ---------------------------------------------------------------------------

    def _voice(self, change: Change, words: str) -> Voice:
        name, at_ms = said_by(self._project, change)
        return Voice(name, change.person, change.stamp.rid, at_ms, words)

    def _last_comment(self, change: Change) -> str:
        """Return the last comment by who made a change."""
        own = [
            self._text_of(e)
            for e in self._outcome.shown.elements
            if e.element == COMMENT and (e.stamp.rid, e.person) == (change.stamp.rid, change.person)
        ]
        return own[-1] if own else ""

    def _text_of(self, change: Change) -> str:
        is_told = isinstance(change.payload, str) and change.id not in self._outcome.redacted
        return change.payload if is_told else ""

    def _details(self, change: Change) -> list[Detail]:
        if change.kind == Kind.DELETE:
            return [Detail("", "")]
        if change.element:
            return [Detail("tags", self._text_of(change))] if change.element == TAG else []
        return [Detail(field, self._text(change, field)) for field in change.over]

    def _text(self, write: Change, field: str) -> str:
        if write.id in self._outcome.redacted:
            return ""
        if field == "geometry":
            placed = place_of(value_of(write, field))
            return "" if placed.lng is None else f"{placed.lng:.5f}, {placed.lat:.5f}"
        value = readable(write, field, self._unseal)
        if is_of_theme(field):
            return text_of_value(value)
        return value if isinstance(value, str) else ""
