"""Redacting: words taken away for everybody and for good, by their author or a coordinator.

The content is out of sight wherever the redact arrives, at once.  It leaves the disks at once too
where it was one's own, after some days where a coordinator took away another's
(store/forgetting.py).  What the rules read stays, so every laptop still counts the same.
"""

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from collabmap.app import editing, photos
from collabmap.app.desk import Desk, WriteRow
from collabmap.app.entry import MAX_REASON, checked_text
from collabmap.app.reader import HIDDEN_PEOPLE, HIDDEN_PLACES
from collabmap.domain.change import CONTENT, MAX_CHANGE_BYTES, Change, Kind, encode
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId, TailName
from collabmap.domain.outcome import Outcome
from collabmap.domain.structure import redact_structure
from collabmap.errors import CollabMapError, NobodyHere, NotAllowed
from collabmap.store import features, forgetting
from collabmap.store.database import translated
from collabmap.store.rows import sealed_in, value_of

# Kinds whose payload people have written; keys that a grant wraps are nobody's words.
_WORDS = CONTENT | {Kind.VERDICT, Kind.PERSON, Kind.REDACT}
_WRITES = frozenset({Kind.CREATE, Kind.SET})
_ADDING = _WRITES | {Kind.ADD}
# What names take in a structure at most: one segment's, and one place in it.
_SEGMENT_BYTES, _ORDINAL_BYTES = 40, 5
_MAX_NAMES_BYTES = MAX_CHANGE_BYTES - 4 * MAX_REASON - 1024

# What the window keeps of forms, of outlines and of what is said that were left unfinished.
_DRAFTS, _EDITS, _OUTLINES, _SAID = "drafts", "edits", "outlines", "words"


def redact_change(
    desk: Desk, names: Iterable[ChangeId], reason: str = "", tail: TailName | None = None
) -> Effect:
    """Take the content of single changes away, such as a comment or a photo.

    tail: of the basis that the names were read with.
    """
    names = tuple(names)

    def find() -> list[Change]:
        log = desk.project.log
        refs = (log.ref_of(name) for name in editing.current(desk, names, tail))
        return log.changes_at(ref for ref in refs if ref is not None)

    return _redact(desk, b"", find, reason)


def redact_field(desk: Desk, place: bytes, field: str, reason: str = "") -> Effect:
    """Take one field of a place away, whoever of those one may redact wrote it, and when.

    A change goes as a whole: its other values are written again.
    """

    def find() -> list[Change]:
        changes = desk.project.model.changes(place)
        return [c for c in changes if field in c.over and c.kind in _WRITES and _may(desk, c)]

    def again() -> Iterable[WriteRow]:
        going = {change.id for change in find()}
        outcome = desk.project.model.outcome(place)
        values = {
            name: value_of(writes[0], name)
            for name, writes in outcome.shown.registers.items()
            if name != field and writes[0].id in going
        }
        kept = {name: value for name, value in values.items() if value is not None}
        if kept:
            subject = editing.member_of(desk, place)
            yield editing.set_row(desk, subject, features.basis_of(desk.project, outcome), kept)

    return _redact(desk, place, find, reason, again)


def redact_place(desk: Desk, place: bytes, reason: str = "") -> Effect:
    """Take away all words and photos of a place, and the place itself where nobody else wrote.

    A resident takes away what was their own there.
    """

    def find() -> list[Change]:
        return [change for change in desk.project.model.changes(place) if _may(desk, change)]

    def delete() -> Iterable[WriteRow]:
        return _delete_rows(desk, place, lambda change: _may(desk, change))

    return _redact(desk, place, find, reason, delete)


def redact_person(desk: Desk, person: bytes, reason: str = "") -> Effect:
    """Take away all that a person wrote and added, on whatever computer, and the name.

    Places to which nobody else has added anything go as a whole.
    """

    def find() -> list[Change]:
        return [change for change in _written_by(desk, person) if _may(desk, change)]

    def delete() -> Iterable[WriteRow]:
        canonical = desk.project.model.canonical
        for place in sorted({canonical(c.subject) for c in find() if c.kind == Kind.CREATE}):
            yield from _delete_rows(desk, place, lambda change: change.person == person)

    return _redact(desk, person, find, reason, delete)


def _delete_rows(desk: Desk, place: bytes, is_going: Callable[[Change], bool]) -> list[WriteRow]:
    """Return the delete of a place of which nothing remains, none where something does."""
    changes = desk.project.model.changes(place)
    outcome = desk.project.model.outcome(place, changes)
    adding = [c for c in changes if c.id in outcome.in_effect and c.kind in _ADDING]
    if not (outcome.shown.is_alive or outcome.published.is_alive):
        return []
    if not all(is_going(change) for change in adding):
        return []
    return editing.delete_rows(desk, place, outcome.in_effect)


def _written_by(desk: Desk, person: bytes) -> Iterator[Change]:
    """Yield what a person wrote in any log of a key that the person used."""
    db, log = desk.project.connection, desk.project.log
    rows = db.execute(
        "SELECT id FROM segment WHERE state <> 2 AND rid IN"
        " (SELECT rid FROM person WHERE uuid = ?) ORDER BY id",
        (person,),
    )
    for (segment,) in rows.fetchall():
        for change in log.changes_of(segment):
            names_them = change.kind == Kind.PERSON and change.subject == person
            if names_them or (change.person == person and change.kind != Kind.PERSON):
                yield change


def _may(desk: Desk, change: Change) -> bool:
    """Whether the person in force may take away what a change says."""
    if desk.is_coordinator:
        return True
    person = desk.person.id if desk.person else b""
    owner = change.subject if change.kind == Kind.PERSON else change.person
    return (change.stamp.rid, owner) == (desk.rid, person)


# --- writing ----------------------------------------------------------------------------------


def _redact(
    desk: Desk,
    subject: bytes,
    find: Callable[[], Collection[Change]],
    reason: str,
    also: Callable[[], Iterable[WriteRow]] = tuple,
) -> Effect:
    """Write a redact of what `find` returns.  Raises NobodyHere, NotAllowed.

    also: rows to write with it.
    """
    text = checked_text(reason, MAX_REASON)
    if desk.person is None:
        raise NobodyHere
    with desk.project.writing():
        # One's own words are taken back by a guest too: no leave is asked for that.
        effect, _ = desk.ingest.write(desk.preface(desk.person))
        # A change that is not signed yet gets its lasting name first.
        desk.ingest.seal()
        found = [c for c in find() if c.kind in _WORDS and c.payload is not None]
        if not found or not all(_may(desk, change) for change in found):
            raise NotAllowed
        payload = encode(text) if text else None
        rows: list[WriteRow] = [*also()]
        for names in _portions(change.id for change in found):
            rows.append((Kind.REDACT, subject, redact_structure(names), payload))
        written, _ = desk.ingest.write(rows)
        desk.ingest.seal()
    effect = effect.joined(written)
    desk.effects.tell(effect)
    due(desk)
    return effect


def _portions(names: Iterable[ChangeId]) -> Iterator[list[ChangeId]]:
    """Yield names in portions of which each fits into one change."""
    portion: list[ChangeId] = []
    size = 0
    for _segment, group in groupby(sorted(names), key=lambda name: name.segment):
        size += _SEGMENT_BYTES
        for name in group:
            if size + _ORDINAL_BYTES > _MAX_NAMES_BYTES:
                yield portion
                portion, size = [], _SEGMENT_BYTES
            portion.append(name)
            size += _ORDINAL_BYTES
    if portion:
        yield portion


# --- forgetting -------------------------------------------------------------------------------


def due(desk: Desk) -> None:
    """Take off this laptop's disks what was redacted long enough ago.

    What is out of sight already is not told as a failure: it is tried again at the next opening.
    """
    if desk.read_only:
        return
    with contextlib.suppress(CollabMapError), translated(desk.path):
        forgotten = forgetting.forget_due(desk.project, desk.now())
        if forgotten.is_dirty:
            _forget_here(desk, forgotten)
            photos.drop(desk, forgotten.blobs)
            forgetting.note_told(desk.project)
            forgetting.purge(desk.project)


def _forget_here(desk: Desk, forgotten: forgetting.Forgotten) -> None:
    """Take out of this device's own notes what was dropped from the map."""
    device, project = desk.device, desk.project.id
    with desk.project.reading():
        nameless = {p for p in forgotten.persons if not features.name_anywhere(desk.project, p)}
    for person in nameless:
        desk.leave(person)
    drafts = device.note(project, _DRAFTS, {})
    kept = {who: draft for who, draft in drafts.items() if bytes.fromhex(who) not in nameless}
    if kept != drafts:
        device.set_note(project, _DRAFTS, kept)
    edits = device.note(project, _EDITS, {})
    # They tell what stood in a place, which may be what was redacted.
    places = {subject.hex() for subject in forgotten.subjects}
    left = {
        who: {place: edit for place, edit in own.items() if place not in places}
        for who, own in edits.items()
        if bytes.fromhex(who) not in nameless
    }
    if left != edits:
        device.set_note(project, _EDITS, left)
    said = device.note(project, _SAID, {})
    gone_now = places | {person.hex() for person in nameless}
    # Each is named by its person, its place and what it is to be.
    still = {name: text for name, text in said.items() if gone_now.isdisjoint(name.split(" "))}
    if still != said:
        device.set_note(project, _SAID, still)
    for key, gone in ((HIDDEN_PLACES, forgotten.subjects), (HIDDEN_PEOPLE, nameless)):
        names = device.note(project, key, {})
        if gone & names.keys():
            nameless_now = {each: "" if each in gone else name for each, name in names.items()}
            device.set_note(project, key, nameless_now)
    with desk.project.reading():
        model = desk.project.model
        outcomes = {
            model.canonical(subject): model.outcome(subject) for subject in forgotten.subjects
        }
    outlines = device.note(project, _OUTLINES, {})
    remaining = {
        who: [outline for outline in own if _is_still_said(outline, outcomes)]
        for who, own in outlines.items()
        if bytes.fromhex(who) not in nameless
    }
    if remaining != outlines:
        device.set_note(project, _OUTLINES, remaining)
    shown = (w for o in outcomes.values() for of in o.shown.registers.values() for w in of)
    written_again = {value for write in shown for value in sealed_in(write)}
    device.erase(
        project,
        sealed=forgotten.sealed - written_again,
        subjects=forgotten.subjects,
        persons=nameless,
    )


def _is_still_said(outline: Mapping[str, Any], outcomes: Mapping[bytes, Outcome]) -> bool:
    """Whether the name and the shape that go with an unfinished outline are on the map still.

    outcomes: of the places of which something was dropped.
    """
    outcome = outcomes.get(outline["place"])
    if outcome is None:
        return True
    for field in ("name", "geometry"):
        writes = outcome.shown.registers.get(field, ())
        if not writes or value_of(writes[0], field) != outline[field]:
            return False
    return outcome.shown.is_alive
