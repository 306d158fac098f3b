"""Undo: what a person did here is taken back by new changes, never over somebody else's words."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from collabmap.app import editing, uniting
from collabmap.app.desk import Desk, WriteRow
from collabmap.domain.change import (
    ACCEPT,
    ANSWER,
    ASK,
    DIFFERENT,
    LINK,
    MARK,
    OPEN,
    SAME,
    TAG,
    Kind,
)
from collabmap.domain.feature import ChangeId
from collabmap.domain.structure import remove_structure
from collabmap.errors import CollabMapError, NothingToUndo, UndoOvertaken
from collabmap.review.verdicts import reopen_structure
from collabmap.store.features import basis_of


class UndoResult(NamedTuple):
    """kind: add, edit, move, delete, accept, reject, ask, answer, link, same, different or open.

    label: the place's name.
    why_not: what stood in the way when done is False.
    """

    done: bool
    kind: str
    label: str
    why_not: CollabMapError | None


def can_undo(desk: Desk) -> str | None:
    """Return the kind of the last thing the person in force can undo."""
    person = desk.person
    if person is None or desk.read_only:
        return None
    last = desk.device.last_undo(desk.project.id, person.id)
    return last[1]["kind"] if last else None


def undo(desk: Desk) -> UndoResult:
    """Undo the last thing; an entry that was overtaken is dropped, so the one before is next."""
    person = desk.person
    last = desk.device.last_undo(desk.project.id, person.id) if person else None
    if last is None:
        return UndoResult(False, "", "", NothingToUndo())
    entry_id, entry = last
    kind, subject = entry["kind"], entry["subject"]
    label = _name_of(desk, subject)
    try:
        rows = _UNDO[kind](desk, subject, entry)
        if not rows:
            raise UndoOvertaken
    except UndoOvertaken as error:
        desk.device.drop_undo(entry_id)
        return UndoResult(False, kind, label, error)
    desk.write(rows)
    desk.device.drop_undo(entry_id)
    return UndoResult(True, kind, label or _name_of(desk, subject), None)


def _name_of(desk: Desk, subject: bytes) -> str:
    view = desk.reader.place(subject)
    return view.name if view is not None else ""


def _own_names(desk: Desk, entry: Mapping[str, Any]) -> list[ChangeId]:
    """Return the names that the changes of an entry have now.

    Raises UndoOvertaken where the own log goes another way by now: the laptop was copied, or a
    backup of its map was put back.
    """
    log = desk.project.log
    names = []
    if "deeds" not in entry:
        # Noted by a version before this one, without leaves.
        raise UndoOvertaken
    for number, leaf in entry["deeds"]:
        name = log.current_name(ChangeId(b"", number), desk.rid)
        if name is None or log.leaf_of(name) != leaf:
            raise UndoOvertaken
        names.append(name)
    return names


def _undo_add(desk: Desk, subject: bytes, entry: Mapping[str, Any]) -> list[WriteRow]:
    changes = desk.project.model.changes(subject)
    own = desk.person
    outcome = desk.project.model.outcome(subject)
    others = [
        c
        for c in changes
        if c.id in outcome.in_effect
        and (c.stamp.rid, c.person) != (desk.rid, own.id if own else b"")
    ]
    decided = any(r.said for r in outcome.rulings.values())
    # Without a create it was done in another copy of this map.
    if others or decided or outcome.birth is None:
        raise UndoOvertaken
    return editing.delete_rows(desk, subject, outcome.in_effect)


def _undo_edit(desk: Desk, subject: bytes, entry: Mapping[str, Any]) -> list[WriteRow]:
    basis = basis_of(desk.project, desk.project.model.outcome(subject))
    own = set(_own_names(desk, entry))
    for name in entry["fields"]:
        if not own & basis.heads.get(name, {}).keys():
            raise UndoOvertaken
    rows: list[WriteRow] = _sets_taken_back(desk, subject, own)
    for tag in entry["added"]:
        mine = {name for name in basis.tags.get(tag, ()) if name in own}
        rows += editing.remove_rows(desk, subject, TAG, mine)
    rows += [editing.element_row(desk, subject, TAG, tag) for tag in entry["removed"]]
    return rows


def _sets_taken_back(desk: Desk, subject: bytes, own: set[ChangeId]) -> list[WriteRow]:
    """Return what takes own sets back: all that they had replaced is shown again, as it was.

    Raises UndoOvertaken where somebody has written over one, or decided about it.
    """
    outcome = desk.project.model.outcome(subject)
    sets = [c for c in desk.project.model.changes(subject) if c.id in own and c.kind == Kind.SET]
    for change in sets:
        heads = (outcome.shown.registers.get(name, ()) for name in change.over)
        if outcome.rulings[change.id].said or any(change not in writes for writes in heads):
            raise UndoOvertaken
    names = (change.id for change in sets)
    parts = editing.by_subject(desk, subject, names)
    return [_taken_back(desk, each, of) for each, of in parts.items()]


def _taken_back(desk: Desk, subject: bytes, names: Iterable[ChangeId]) -> WriteRow:
    structure = remove_structure(MARK, names, own_accept=desk.is_coordinator)
    return (Kind.REMOVE, subject, structure, None)


def _undo_delete(desk: Desk, subject: bytes, entry: Mapping[str, Any]) -> list[WriteRow]:
    # Of a place that was several features each has a delete of its own, also if they parted since.
    parts = editing.by_subject(desk, subject, _own_names(desk, entry))
    for each, names in parts.items():
        rulings = desk.project.model.outcome(each).rulings
        if any(rulings[name].said for name in names if name in rulings):
            raise UndoOvertaken
    return [_taken_back(desk, each, names) for each, names in parts.items()]


def _undo_verdict(desk: Desk, subject: bytes, entry: Mapping[str, Any]) -> list[WriteRow]:
    outcome = desk.project.model.outcome(subject)
    own = set(_own_names(desk, entry))
    targets, replaced = set(), set()
    for name, ruling in outcome.rulings.items():
        if any(v.id in own for v in ruling.said):
            if any(v.id not in own for v in ruling.said):
                raise UndoOvertaken
            targets.add(name)
            replaced |= {v.id for v in ruling.said}.union(
                *(v.over.get("") or frozenset() for v in ruling.said)
            )
    # A choice between two values may have been written as a value over both.
    rows = _sets_taken_back(desk, subject, own)
    for each, names in editing.by_subject(desk, subject, targets).items():
        rows.append((Kind.VERDICT, each, reopen_structure(names, replaced), None))
    if not rows:
        raise UndoOvertaken
    return rows


def _undo_element(desk: Desk, subject: bytes, entry: Mapping[str, Any]) -> list[WriteRow]:
    outcome = desk.project.model.outcome(subject)
    present = {element.id for element in outcome.shown.elements}
    names = [name for name in _own_names(desk, entry) if name in present]
    if any(outcome.rulings[name].said for name in names):
        raise UndoOvertaken
    return editing.remove_rows(desk, subject, entry["element"], names)


def _undo_alias(desk: Desk, subject: bytes, entry: Mapping[str, Any]) -> list[WriteRow]:
    """Return what was said of two places before; other pairs that it parted stay open."""
    pair = tuple(sorted((subject, entry["other"])))
    said = desk.project.model.ledger.pairs.get((pair[0], pair[1]), ())
    if not said or (said[0].stamp.rid, said[0].element) != (desk.rid, entry["kind"]):
        raise UndoOvertaken
    return [uniting.alias_row(desk, subject, entry["other"], entry["before"])]


_UNDO: dict[str, Callable[[Desk, bytes, Mapping[str, Any]], list[WriteRow]]] = {
    "add": _undo_add,
    "edit": _undo_edit,
    "move": _undo_edit,
    "delete": _undo_delete,
    ACCEPT: _undo_verdict,
    "reject": _undo_verdict,
    ASK: _undo_verdict,
    ANSWER: _undo_element,
    LINK: _undo_element,
    SAME: _undo_alias,
    DIFFERENT: _undo_alias,
    OPEN: _undo_alias,
}
