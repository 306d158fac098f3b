"""Merges that were kept: what each one brought, and putting it on hold here.

A hold is this device's own: what came with a merge, and what follows it in those logs, is kept and
passed on, and out of effect on this laptop alone.  The holds lie in the device's notes; the state
of a segment in the map's file is only their effect, and is set right at each opening.
"""

import contextlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from collabmap.app.desk import Desk
from collabmap.domain.change import CONTENT, OF_FEATURES, Change, Kind
from collabmap.domain.effect import Effect
from collabmap.errors import CollabMapError, MergeCannotBeUndone, MergeUnknown
from collabmap.store import features
from collabmap.store.rows import value_of
from collabmap.store.segments import HELD

_NOTE, _HOLDS = "merges", "holds"
_MAX_KEPT = 100

Deed = Literal["added", "changed", "marked"]


@dataclass(frozen=True, slots=True)
class MergeView:
    """A merge that was kept.  names: of whose contributions it brought.

    changes: of places.  is_held: on hold here.  can_undo: it can be put on hold.  later: how many
    changes that came afterwards wait, or would wait, behind it.
    """

    id: int
    at_ms: int
    names: tuple[str, ...]
    changes: int
    is_held: bool
    can_undo: bool
    later: int


@dataclass(frozen=True, slots=True)
class MergedDeed:
    """What one person did to one place in a merge.  subject: the place's id now.

    person: pseudonym, '' for nobody known.  fields: of what was changed, such as 'name', 'tags',
    'comments', 'state' for a verdict.
    """

    subject: bytes
    name: str
    category: str
    what: Deed
    person: str
    fields: tuple[str, ...]


class _Kept(NamedTuple):
    """A merge as the device notes it: no words that could be redacted later."""

    id: int
    at_ms: int
    segments: list[bytes]
    changes: int
    people: list[bytes]


class _Segment(NamedTuple):
    id: int
    name: bytes
    rid: bytes
    previous: bytes
    changes: int
    is_held: bool


# --- remembering ------------------------------------------------------------------------------


def note(desk: Desk, segments: Collection[int]) -> None:
    """Remember a merge that was just kept.  segments: rows of those that came into effect."""
    if not segments:
        return
    names, people, changes = [], dict[bytes, None](), 0
    with desk.project.reading():
        for segment in segments:
            names.append(desk.project.log.name_of(segment))
            for kind, person in desk.project.log.authors(segment):
                if kind in OF_FEATURES:
                    changes += 1
                    people[person] = None
    # The merge itself is kept: told of a failure here, people would think that it was not.
    with contextlib.suppress(CollabMapError):
        known = _kept(desk)
        number = known[-1].id + 1 if known else 1
        known.append(_Kept(number, desk.now(), names, changes, [*people]))
        held = _holds(desk)
        kept = [m for m in known if m.id in held or m.id > number - _MAX_KEPT]
        _note(desk, _NOTE, kept)


def _kept(desk: Desk) -> list[_Kept]:
    return [_Kept(*row) for row in desk.device.note(desk.project.id, _NOTE, [])]


def _note(desk: Desk, key: str, rows: Iterable[tuple[object, ...]]) -> None:
    desk.device.set_note(desk.project.id, key, [list(row) for row in rows])


def _holds(desk: Desk) -> dict[int, list[bytes]]:
    """Return the segments of each merge that is on hold here."""
    rows = desk.device.note(desk.project.id, _HOLDS, [])
    return {merge_id: names for merge_id, _at_ms, _label, names in rows}


# --- looking ----------------------------------------------------------------------------------


def merges(desk: Desk) -> tuple[MergeView, ...]:
    """Return the merges that were kept here, the latest first."""
    with desk.project.reading():
        looked = _Look(desk)
        return tuple(looked.view(kept) for kept in reversed(_kept(desk)))


class _Look:
    """The logs as they are now, to say what each merge has to do with them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._holds = _holds(desk)
        rows = desk.project.connection.execute(
            "SELECT id, name, rid, previous, last - first + 1, state = 3 FROM segment"
            " WHERE state IN (1, 3) ORDER BY id"
        )
        self.here = {row[1]: _Segment(*row) for row in rows}
        self._following: dict[bytes, list[bytes]] = {}
        for segment in self.here.values():
            self._following.setdefault(segment.previous, []).append(segment.name)

    def view(self, kept: _Kept) -> MergeView:
        is_held = kept.id in self._holds
        foreign = self.foreign(kept)
        return MergeView(
            kept.id,
            kept.at_ms,
            self._names(kept, is_held=is_held),
            kept.changes,
            is_held,
            not is_held and any(not self.here[name].is_held for name in foreign),
            self._behind(foreign, kept),
        )

    def foreign(self, kept: _Kept) -> list[bytes]:
        """Return the segments of a merge that are here and are not one's own."""
        own = self._desk.former | {self._desk.rid}
        here = self.here
        return [name for name in kept.segments if name in here and here[name].rid not in own]

    def _behind(self, names: Iterable[bytes], kept: _Kept) -> int:
        """Return how many changes follow these segments and came later."""
        came, todo, later = set(kept.segments), list(names), 0
        seen = set(todo)
        while todo:
            for name in self._following.get(todo.pop(), ()):
                if name not in seen:
                    seen.add(name)
                    todo.append(name)
                    later += self.here[name].changes if name not in came else 0
        return later

    def _names(self, kept: _Kept, *, is_held: bool) -> tuple[str, ...]:
        names = {who: features.name_anywhere(self._desk.project, who) for who in kept.people}
        if is_held:
            # What is on hold counts nowhere, not even to tell whose it is.
            for (person, _), name in _names_in(self._desk, self.changes(kept)).items():
                if person in names:
                    names[person] = names[person] or name
        return tuple(sorted({name for name in names.values() if name}, key=str.casefold))

    def changes(self, kept: _Kept) -> list[Change]:
        """Return the changes that a merge brought, as far as they are here."""
        log = self._desk.project.log
        found = [self.here[name] for name in kept.segments if name in self.here]
        return [change for segment in found for change in log.changes_of(segment.id)]


def _names_in(desk: Desk, changes: Iterable[Change]) -> Mapping[tuple[bytes, bytes], str]:
    """Return the names that people (id, replica) gave themselves in some changes."""
    redactions = desk.project.model.ledger.redactions
    names = {}
    for change in changes:
        if change.kind == Kind.PERSON and not redactions.hides(change.id, change.stamp.rid):
            name = value_of(change, "name")
            names[change.subject, change.stamp.rid] = name if isinstance(name, str) else ""
    return names


def merge_details(desk: Desk, merge_id: int) -> tuple[MergedDeed, ...]:
    """Return who added, changed and marked what in a merge, place by place.

    Raises MergeUnknown.
    """
    kept = _find(desk, merge_id)
    with desk.project.reading():
        changes = _Look(desk).changes(kept)
        return _Details(desk, changes).deeds()


class _Details:
    """What the changes of a merge did, place by place and person by person."""

    def __init__(self, desk: Desk, changes: list[Change]) -> None:
        self._desk = desk
        self._changes = [change for change in changes if change.kind in OF_FEATURES]
        self._named = _names_in(desk, changes)
        born = {(c.subject, _who(c)) for c in changes if c.kind == Kind.CREATE}
        self._found: dict[tuple[bytes, Deed, tuple[bytes, bytes]], set[str]] = {}
        for change in self._changes:
            what: Deed = "added" if (change.subject, _who(change)) in born else "changed"
            if change.kind == Kind.DELETE:
                what = "marked"
            key = (change.subject, what, _who(change))
            self._found.setdefault(key, set()).update(_fields(change))

    def deeds(self) -> tuple[MergedDeed, ...]:
        found = []
        for (subject, what, who), fields in self._found.items():
            place = self._desk.project.model.canonical(subject)
            name, category = self._words(subject, place)
            person = features.person_name(self._desk.project, who[1], who[0])
            person = person or self._named.get(who, "")
            found.append(MergedDeed(place, name, category, what, person, tuple(sorted(fields))))
        return tuple(found)

    def _words(self, subject: bytes, place: bytes) -> tuple[str, str]:
        """Return name and category of a place, from the map or from what the merge says."""
        row = self._desk.project.connection.execute(
            "SELECT name, category FROM shown WHERE uuid = ? AND life IN (1, 2)", (place,)
        ).fetchone()
        if row is not None:
            return row[0], row[1]
        redactions = self._desk.project.model.ledger.redactions
        words = {"name": "", "category": ""}
        for change in sorted(self._changes, key=lambda c: c.rank):
            if change.subject == subject and not redactions.hides(change.id, change.stamp.rid):
                for field in words:
                    value = value_of(change, field)
                    words[field] = value if isinstance(value, str) else words[field]
        return words["name"], words["category"]


def _who(change: Change) -> tuple[bytes, bytes]:
    return change.person, change.stamp.rid


def _fields(change: Change) -> Iterable[str]:
    if change.kind == Kind.SET:
        return change.over
    if change.kind in (Kind.ADD, Kind.REMOVE):
        return (f"{change.element}s",)
    return () if change.kind in CONTENT else ("state",)


# --- on hold ----------------------------------------------------------------------------------


def hold(desk: Desk, merge_id: int) -> Effect:
    """Put what came with a merge on hold here.  Raises MergeUnknown, MergeCannotBeUndone."""
    kept = _find(desk, merge_id)
    with desk.project.reading():
        names = _Look(desk).foreign(kept)
    if not names:
        raise MergeCannotBeUndone
    return _hold_only(desk, {**_holds(desk), merge_id: names})


def release(desk: Desk, merge_id: int) -> Effect:
    """Let in again what came with a merge.  Raises MergeUnknown."""
    holds = _holds(desk)
    if holds.pop(merge_id, None) is None:
        _find(desk, merge_id)
    return _hold_only(desk, holds)


def settle(desk: Desk) -> None:
    """Let the map's file follow this device's holds: it may be a copy from elsewhere."""
    wanted = {name for names in _holds(desk).values() for name in names}
    with desk.project.reading():
        is_any = bool(wanted or desk.project.log.ids_in_state(HELD))
    if is_any and not desk.read_only:
        with desk.project.writing():
            desk.ingest.hold_only(wanted)


def _hold_only(desk: Desk, holds: Mapping[int, list[bytes]]) -> Effect:
    with desk.project.writing():
        effect = desk.ingest.hold_only({name for names in holds.values() for name in names})
        # Inside, so that one without the other is set right at the next opening at the latest.
        _note(desk, _HOLDS, [(merge, desk.now(), "", names) for merge, names in holds.items()])
    desk.effects.tell(effect)
    return effect


def _find(desk: Desk, merge_id: int) -> _Kept:
    for kept in _kept(desk):
        if kept.id == merge_id:
            return kept
    raise MergeUnknown(value=merge_id)
