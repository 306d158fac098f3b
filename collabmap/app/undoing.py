"""Undo and redo: a person's deeds are taken back, and taken up again, by new signed changes.

Nothing is unwritten, and nothing that somebody else wrote or decided since is touched: a deed that
was overtaken so is left as it is.  A deed may be about several places; then it is undone whole or
not at all.  What is undone how: docs/decisions/0029-undo.md.
"""

import contextlib
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from collabmap.app import claims, editing, theming, uniting
from collabmap.app.deeds import Overtaken, kinds_now, names_now, written_by
from collabmap.app.desk import Desk, WriteRow
from collabmap.domain.change import ANSWER, ASK, MARK, Change, Kind, encode
from collabmap.domain.feature import ChangeId
from collabmap.domain.outcome import Outcome
from collabmap.domain.structure import remove_structure, verdict_structure
from collabmap.errors import (
    CollabMapError,
    NothingToRedo,
    NothingToUndo,
    RedoOvertaken,
    UndoOvertaken,
)
from collabmap.review.verdicts import reopen_structure
from collabmap.store.device import Stack
from collabmap.store.rows import refused_face, text_of, value_of

Entry = Mapping[str, Any]
# What undo writes that can itself be taken back; decisions are said again instead.
_BY_MARK = frozenset({Kind.REMOVE, Kind.DELETE})
_SAID = frozenset({Kind.VERDICT, Kind.ALIAS, Kind.CLAIM, Kind.DEFINE})
_BODY = frozenset({Kind.CREATE, Kind.SET, Kind.ADD, Kind.DELETE})


class UndoLabel(NamedTuple):
    """A deed that can be undone or done again.  kind: as in UndoResult.  name: of the place."""

    kind: str
    name: str


class UndoResult(NamedTuple):
    """kind: add, edit, move, reshape, split, delete, comment, photo, photos, remove_photo, link,
    remove_link, reading, readings, remove_reading, answer, accept, reject, ask, withdraw, restore,
    propose, unite, apart, same, different, open, claim, release_claim, define or apply_theme.

    Of many places at once: accept_many, reject_many, ask_many.

    label: the place's name, what was claimed or defined, or how many places.
    why_not: what stood in the way when done is False.
    left: of many places, how many somebody else has decided about since: those stay as they are.
    """

    done: bool
    kind: str
    label: str
    why_not: CollabMapError | None
    left: int = 0


def undo_words(desk: Desk) -> tuple[UndoLabel | None, UndoLabel | None]:
    """Return what undo and redo would do now for the person in force, None for nothing."""
    return _label(desk, "undo"), _label(desk, "redo")


def _label(desk: Desk, stack: Stack) -> UndoLabel | None:
    last = _last(desk, stack)
    if last is None or desk.read_only:
        return None
    _, entry = last
    return UndoLabel(entry["kind"], _label_of(desk, entry))


def _last(desk: Desk, stack: Stack) -> tuple[int, Entry] | None:
    person = desk.person
    return desk.device.last_deed(stack, desk.project.id, person.id) if person else None


def undo(desk: Desk) -> UndoResult:
    """Undo the last thing; an entry that was overtaken is dropped, so the one before is next."""
    last = _last(desk, "undo")
    if last is None:
        return UndoResult(False, "", "", NothingToUndo())
    number, entry = last
    try:
        with desk.project.reading():
            rows = _rows_back(desk, entry)
    except Overtaken:
        return _dropped(desk, "undo", last, UndoOvertaken())
    label = _label_of(desk, entry)
    _, names = desk.write(rows)
    # Done is done: nobody is told of a failure that only keeps it from being done again.
    with contextlib.suppress(CollabMapError):
        undone, _ = desk.as_deeds(names)
        with desk.project.reading():
            left = _left(desk, entry)
        desk.device.move_deed("undo", number, {**entry, "undone": undone, "left": left})
    return UndoResult(
        True, entry["kind"], label or _label_of(desk, entry), None, _left_out(entry, rows)
    )


def redo(desk: Desk) -> UndoResult:
    """Do again what was undone last, if all is as the undo left it."""
    last = _last(desk, "redo")
    if last is None:
        return UndoResult(False, "", "", NothingToRedo())
    number, entry = last
    try:
        with desk.project.reading():
            rows = _rows_again(desk, entry)
    except Overtaken:
        return _dropped(desk, "redo", last, RedoOvertaken())
    label = _label_of(desk, entry)
    _, names = desk.write(rows)
    with contextlib.suppress(CollabMapError):
        # A decision that is said again is another change; all others are in effect again.
        said = [name for name, row in zip(names, rows, strict=True) if row[0] in _SAID]
        with desk.project.reading():
            said += _anew(desk, desk.as_deeds(names)[0], entry["undone"])
            kept = [deed for deed, kind in kinds_now(desk, entry["deeds"]) if kind not in _SAID]
            kept = [deed for deed in kept if _is_in_effect(desk, deed)]
        again = {k: v for k, v in entry.items() if k not in ("undone", "left")}
        again["deeds"] = [*kept, *desk.as_deeds(said)[0]]
        desk.device.move_deed("redo", number, again)
    return UndoResult(True, entry["kind"], label or _label_of(desk, entry), None)


def _dropped(
    desk: Desk, stack: Stack, last: tuple[int, Entry], error: CollabMapError
) -> UndoResult:
    number, entry = last
    desk.device.drop_deed(stack, number)
    return UndoResult(False, entry["kind"], _label_of(desk, entry), error)


def _left_out(entry: Entry, rows: Iterable[WriteRow]) -> int:
    return len(set(entry["subjects"]) - {row[1] for row in rows}) if "count" in entry else 0


def _label_of(desk: Desk, entry: Entry) -> str:
    if "count" in entry:
        return str(entry["count"])
    if entry["kind"] in claims.DEEDS:
        return claims.name_of(desk, entry["subject"])
    if entry["kind"] in theming.DEEDS:
        return theming.name_of(desk, entry)
    return _name_of(desk, entry["subject"])


def _name_of(desk: Desk, subject: bytes) -> str:
    """Return the name of a place as it was last seen, also of one that is gone or refused."""
    with desk.project.reading():
        changes = desk.project.model.changes(subject)
        outcome = desk.project.model.outcome(subject, changes)
    face = outcome.shown if outcome.births else refused_face(changes, outcome.redacted)
    writes = face.registers.get("name", ())
    return text_of(value_of(writes[0], "name")) if writes else ""


# --- undo -------------------------------------------------------------------------------------


def _rows_back(desk: Desk, entry: Entry) -> list[WriteRow]:
    """Return what takes a deed back.  Raises Overtaken."""
    written = written_by(desk, entry.get("deeds", ()))
    before = entry.get("before", [])
    if len(written.aliases) != len(before):
        # Noted by a version before this one.
        raise Overtaken
    rows: list[WriteRow] = []
    for subject, changes in written.of.items():
        try:
            rows += _feature_back(desk, subject, changes)
        except Overtaken:
            # One of two thousand that was decided since keeps nobody from undoing the others.
            if "count" not in entry:
                raise
    for alias, word in zip(written.aliases, before, strict=True):
        _require_own_alias(desk, alias)
        rows.append(uniting.alias_row(desk, alias.subject, alias.keys[0], word))
    rows += _claims_back(desk, written.claims)
    rows += theming.rows_back(desk, written.definitions)
    if not rows:
        raise Overtaken
    return rows


def _feature_back(desk: Desk, subject: bytes, changes: list[Change]) -> list[WriteRow]:
    outcome = desk.project.model.outcome(subject)
    if any(change.kind == Kind.CREATE for change in changes):
        return _create_back(desk, subject, outcome)
    return [
        *_sets_and_takings_back(desk, changes, outcome),
        *_elements_back(desk, subject, changes, outcome),
        *_verdicts_back(desk, subject, changes, outcome),
    ]


def _claims_back(desk: Desk, words: Iterable[Change]) -> list[WriteRow]:
    rows = [claims.opposite_row(desk, word) for word in words]
    if any(row is None for row in rows):
        raise Overtaken
    return [row for row in rows if row is not None]


def _create_back(desk: Desk, subject: bytes, outcome: Outcome) -> list[WriteRow]:
    changes = desk.project.model.changes(subject)
    is_own = _is_own(desk, (c for c in changes if c.id in outcome.in_effect))
    is_decided = any(r.said for r in outcome.rulings.values())
    if is_decided or not is_own or not outcome.shown.is_alive:
        raise Overtaken
    seen = [c.id for c in changes if c.subject == subject and c.id in outcome.in_effect]
    return editing.delete_rows(desk, subject, seen)


def _sets_and_takings_back(
    desk: Desk, changes: Iterable[Change], outcome: Outcome
) -> list[WriteRow]:
    """Return what takes sets, deletes and removes back: what they had replaced is shown again."""
    taking = [c for c in changes if c.kind in (Kind.SET, Kind.DELETE, Kind.REMOVE)]
    for change in taking:
        if change.id not in outcome.in_effect or outcome.rulings[change.id].said:
            raise Overtaken
        heads = (outcome.shown.registers.get(name, ()) for name in change.over)
        if change.kind == Kind.SET and any(change not in writes for writes in heads):
            raise Overtaken
    return _marks(desk, taking)


def _marks(desk: Desk, changes: Iterable[Change]) -> list[WriteRow]:
    """Return what takes own changes back, feature by feature."""
    own = desk.is_coordinator
    names: dict[bytes, list[ChangeId]] = {}
    for change in changes:
        names.setdefault(change.subject, []).extend(_to_take_back(desk, change))
    return [
        (Kind.REMOVE, subject, remove_structure(MARK, of, own_accept=own), None)
        for subject, of in names.items()
    ]


def _to_take_back(desk: Desk, change: Change) -> list[ChangeId]:
    """Return what a mark has to name so that a change is taken back.

    What takes a mark back is not itself taken back (domain/merge.py): what that mark named is.
    """
    if change.kind != Kind.REMOVE or change.element != MARK:
        return [change.id]
    every = {c.id: c for c in desk.project.model.changes(change.subject)}
    marks = [c for name in change.seen if (c := every.get(name)) and c.element == MARK]
    names = [name for mark in marks for name in sorted(mark.seen)]
    return names if len(marks) == len(change.seen) else [*names, change.id]


def _elements_back(
    desk: Desk, subject: bytes, changes: Iterable[Change], outcome: Outcome
) -> list[WriteRow]:
    present = {element.id for element in outcome.shown.elements}
    names: dict[str, set[ChangeId]] = {}
    for change in changes:
        # One that a coordinator has taken away since is gone already.
        if change.kind == Kind.ADD and change.id in present:
            if outcome.rulings[change.id].said:
                raise Overtaken
            names.setdefault(change.element, set()).add(change.id)
    rows: list[WriteRow] = []
    for element, of in names.items():
        rows += editing.remove_rows(desk, subject, element, of)
    return rows


def _verdicts_back(
    desk: Desk, subject: bytes, changes: Iterable[Change], outcome: Outcome
) -> list[WriteRow]:
    """Return what puts back what was decided before, where the person in force had said that."""
    every = {c.id: c for c in desk.project.model.changes(subject) if c.kind == Kind.VERDICT}
    # By what was said before, if anything: the words it was said of, and what that replaces.
    targets: dict[ChangeId | None, list[ChangeId]] = {}
    replaced: dict[ChangeId | None, set[ChangeId]] = {}
    for verdict in (c for c in changes if c.kind == Kind.VERDICT):
        answers = [e for e in outcome.shown.elements if e.element == ANSWER]
        if ASK in verdict.words.values() and not _is_own(
            desk, (answer for answer in answers if answer.rank > verdict.rank)
        ):
            # Without the question nobody would see what was answered.
            raise Overtaken
        for target, word in verdict.words.items():
            said = _own_ruling(desk, outcome, target, word)
            before = [each for n in verdict.over.get("") or () if (each := every.get(n))]
            gone = {n for each in before for n in each.over.get("") or ()}
            heads = [v for v in before if target in v.words and v.id not in gone]
            is_own = len(heads) == 1 and _is_own(desk, heads)
            key = heads[0].id if is_own else None
            targets.setdefault(key, []).append(target)
            replaced.setdefault(key, set()).update(_over(said))
    rows: list[WriteRow] = []
    for key, names in targets.items():
        if key is None:
            structure, payload = reopen_structure(names, replaced[key]), None
        else:
            structure, payload = _said_again(every[key], names, replaced[key])
        rows.append((Kind.VERDICT, subject, structure, payload))
    return rows


def _own_ruling(desk: Desk, outcome: Outcome, target: ChangeId, word: str) -> tuple[Change, ...]:
    """Return the verdicts in force on a change; Overtaken where another's, or another word, is."""
    ruling = outcome.rulings.get(target)
    if ruling is None or ruling.word != word or not ruling.said or not _is_own(desk, ruling.said):
        raise Overtaken
    return ruling.said


def _said_again(
    verdict: Change, names: Iterable[ChangeId], replaced: Iterable[ChangeId]
) -> tuple[bytes, bytes | None]:
    """Return structure and payload of a verdict that says the same of some of its targets."""
    words: dict[str, list[ChangeId]] = {}
    for name in names:
        words.setdefault(verdict.words[name], []).append(name)
    structure = verdict_structure(words, over=replaced, seen=verdict.seen)
    return structure, None if verdict.payload is None else encode(verdict.payload)


def _require_own_alias(desk: Desk, alias: Change) -> None:
    """Raise Overtaken unless the person in force says of a pair what this alias says."""
    said = desk.project.model.ledger.pairs.get((alias.subject, alias.keys[0]), ())
    if not said or said[0].element != alias.element or not _is_own(desk, said):
        raise Overtaken


def _is_own(desk: Desk, changes: Iterable[Change]) -> bool:
    own = (desk.rid, desk.person.id if desk.person else b"")
    return all((c.stamp.rid, c.person) == own for c in changes)


def _over(verdicts: Iterable[Change]) -> set[ChangeId]:
    """Return verdicts with all that they replaced, for one that is said over them."""
    return {n for v in verdicts for n in (v.id, *(v.over.get("") or ()))}


# --- redo -------------------------------------------------------------------------------------


def _left(desk: Desk, entry: Entry) -> bytes:
    """Return a hash of what a deed was about, as it is now: what redo must find again.

    Of a place that was added, deleted or decided about all of it, of others the values that were
    written over.
    """
    found: list[object] = []
    for subject, changes in written_by(desk, entry["deeds"]).of.items():
        outcome = desk.project.model.outcome(subject)
        kinds = {change.kind for change in changes}
        fields = sorted({name for c in changes if c.kind == Kind.SET for name in c.over})
        heads = [[w.leaf for w in outcome.shown.registers.get(name, ())] for name in fields]
        found.append([subject, outcome.shown.is_alive, heads])
        if kinds & {Kind.CREATE, Kind.DELETE, Kind.VERDICT}:
            every = desk.project.model.changes(subject)
            body = [c.leaf for c in every if c.kind in _BODY and c.id in outcome.in_effect]
            found.append(sorted(body))
    return hashlib.blake2b(encode(found), digest_size=16).digest()


def _anew(
    desk: Desk, deeds: Iterable[tuple[int, bytes]], undone: Iterable[tuple[int, bytes]]
) -> list[ChangeId]:
    """Return the removes among what redo wrote that stand for the first ones; `_to_take_back`."""
    before = frozenset(names_now(desk, undone))
    changes = (change for found in written_by(desk, deeds).of.values() for change in found)
    return [c.id for c in changes if c.kind == Kind.REMOVE and not c.seen <= before]


def _is_in_effect(desk: Desk, deed: tuple[int, bytes]) -> bool:
    (name,) = names_now(desk, [deed])
    row = desk.project.log.row_of(name)
    return row is not None and name in desk.project.model.outcome(row.subject).in_effect


def _rows_again(desk: Desk, entry: Entry) -> list[WriteRow]:
    """Return what does a deed again that was undone.  Raises Overtaken."""
    if _left(desk, entry) != entry["left"]:
        raise Overtaken
    written, undone = written_by(desk, entry["deeds"]), written_by(desk, entry["undone"])
    rows: list[WriteRow] = []
    for subject, changes in undone.of.items():
        outcome = desk.project.model.outcome(subject)
        takings = [c for c in changes if c.kind in _BY_MARK]
        for change in takings:
            if change.id not in outcome.in_effect or outcome.rulings[change.id].said:
                raise Overtaken
        rows += _marks(desk, takings)
        left = {t: w for c in changes for t, w in c.words.items()}
        for verdict in (c for c in written.of.get(subject, ()) if c.kind == Kind.VERDICT):
            over = [_own_ruling(desk, outcome, t, left.get(t, "")) for t in verdict.words]
            replaced = {name for said in over for name in _over(said)}
            structure, payload = _said_again(verdict, verdict.words, replaced)
            rows.append((Kind.VERDICT, subject, structure, payload))
    for alias, taken_back in zip(written.aliases, undone.aliases, strict=True):
        _require_own_alias(desk, taken_back)
        rows.append(uniting.alias_row(desk, alias.subject, alias.keys[0], alias.element))
    rows += _claims_back(desk, undone.claims)
    rows += theming.rows_back(desk, undone.definitions)
    if not rows:
        raise Overtaken
    return rows
