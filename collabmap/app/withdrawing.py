"""Taking back what one contributed, bringing back what is gone, proposing again what was refused.

A withdrawal takes the weakest word there is: a delete of one's own place while nobody accepted it,
a mark removed for a value (docs/decisions/0029-undo.md), a remove for a comment or a photo.
Restoring takes such a word back where one's own said it; otherwise it writes the register
RESTORED, which no delete has seen: no value is copied, so words that were redacted stay gone.
"""

from collections.abc import Iterable
from typing import Any, Literal

from collabmap.app import editing
from collabmap.app.desk import Desk, WriteRow
from collabmap.app.entry import MAX_COMMENT, checked_text
from collabmap.domain import ids
from collabmap.domain.change import (
    ANSWER,
    COMMENT,
    MARK,
    NOT_CHOSEN,
    REJECT,
    RESTORED,
    Change,
    Kind,
    encode,
)
from collabmap.domain.feature import ChangeId
from collabmap.domain.outcome import Outcome
from collabmap.domain.structure import add_structure, create_structure, remove_structure
from collabmap.errors import NothingToRestore, NothingToWithdraw
from collabmap.review.contributions import Own, is_suggestion, taken_back_names
from collabmap.review.deleted import sweeping
from collabmap.store.features import basis_of

# gone: it is off the map; kept: others have written about it, a coordinator will look;
# back: what was changed is as it was before.
Withdrawn = Literal["gone", "kept", "back"]
# here: it is on the map again; asked: a coordinator will decide.
Restored = Literal["here", "asked"]


def own_of(desk: Desk) -> Own:
    """Return who writes here now.  Raises NobodyHere, NotInvited, RoleTakenAway."""
    return Own(desk.former | {desk.rid}, desk.rid, desk.writer().id)


# --- taking back ------------------------------------------------------------------------------


def withdraw(desk: Desk, place: bytes) -> Withdrawn:
    """Take back all of the person's own about a place that no coordinator has accepted.

    Raises NothingToWithdraw where nothing of it waits.
    """
    own = own_of(desk)
    with desk.project.reading():
        changes = desk.project.model.changes(place)
        outcome = desk.project.model.outcome(place, changes)
        mine = _waiting(own, outcome, changes)
        is_born = any(change.kind == Kind.CREATE for change in mine)
    if not mine:
        raise NothingToWithdraw
    others = _of_others(own, outcome, changes) if is_born else ()
    rows = _takings_back(desk, place, outcome, mine, is_born=is_born)
    if others:
        rows.append(editing.withdrawal_row(desk, place))
    _effect, names = desk.write(rows)
    desk.remember("withdraw", place, names=names)
    if not is_born:
        return "back"
    return "kept" if others else "gone"


def _waiting(own: Own, outcome: Outcome, changes: Iterable[Change]) -> list[Change]:
    gone = taken_back_names(outcome, changes).union(
        *(delete.seen for delete in sweeping(outcome, changes) if own.may_take_back(delete))
    )
    present = {element.id for element in outcome.shown.elements}
    is_dead = not outcome.shown.is_alive and not outcome.published.is_alive
    return [
        change
        for change in changes
        if own.may_take_back(change)
        and not is_dead
        and change.id in outcome.in_effect
        and change.id not in gone
        and change.element != MARK
        and outcome.rulings[change.id].waits
        and (change.kind != Kind.DELETE or change in outcome.marks)
        and (change.kind != Kind.ADD or change.id in present)
    ]


def _of_others(own: Own, outcome: Outcome, changes: Iterable[Change]) -> list[Change]:
    """Return what keeps a place alive: changes that a withdrawal does not sweep away."""
    body = (Kind.CREATE, Kind.SET, Kind.ADD)
    found = [c for c in changes if c.kind in body and c.id in outcome.in_effect]
    return [c for c in found if not own.may_take_back(c)]


def _takings_back(
    desk: Desk, place: bytes, outcome: Outcome, mine: list[Change], *, is_born: bool
) -> list[WriteRow]:
    if is_born:
        # Of several places that are one only one's own goes.
        born = {change.subject for change in mine if change.kind == Kind.CREATE}
        seen = [c for c in outcome.in_effect if _subject(desk, c, place) in born]
        rows = editing.delete_rows(desk, place, seen)
        mine = [change for change in mine if change.subject not in born]
    else:
        rows = []
    own = desk.is_coordinator
    marked: dict[bytes, list[ChangeId]] = {}
    removed: dict[tuple[bytes, str], list[ChangeId]] = {}
    for change in mine:
        if change.kind == Kind.ADD:
            removed.setdefault((change.subject, change.element), []).append(change.id)
        else:
            marked.setdefault(change.subject, []).append(change.id)
    rows += [_mark(subject, names, own_accept=own) for subject, names in marked.items()]
    rows += [
        (Kind.REMOVE, subject, remove_structure(element, names, own_accept=own), None)
        for (subject, element), names in removed.items()
    ]
    return rows


def _subject(desk: Desk, name: ChangeId, place: bytes) -> bytes:
    with desk.project.reading():
        row = desk.project.log.row_of(name)
    return row.subject if row is not None else place


def _mark(subject: bytes, names: Iterable[ChangeId], *, own_accept: bool) -> WriteRow:
    return (Kind.REMOVE, subject, remove_structure(MARK, names, own_accept=own_accept), None)


# --- bringing back ----------------------------------------------------------------------------


def restore(desk: Desk, place: bytes, words: str = "") -> Restored:
    """Bring back a place that is gone, or what the person took back of one that is there.

    words: why, for the coordinator who has to decide.  Raises NothingToRestore.
    """
    text = checked_text(words, MAX_COMMENT)
    own = own_of(desk)
    with desk.project.reading():
        changes = desk.project.model.changes(place)
        outcome = desk.project.model.outcome(place, changes)
        is_gone = bool(outcome.births) and not (
            outcome.shown.is_alive or outcome.published.is_alive
        )
        rows = _of_a_place(desk, own, place, outcome, changes) if is_gone else None
        if rows is None:
            rows = _of_changes(desk, own, changes, outcome)
    if not rows:
        raise NothingToRestore
    waits = any(kind == Kind.SET for kind, *_ in rows) and not desk.is_coordinator
    if text and waits:
        rows.append(editing.element_row(desk, rows[0][1], COMMENT, text))
    _effect, names = desk.write(rows)
    desk.remember("restore", place, names=names)
    return "asked" if waits else "here"


def _of_a_place(
    desk: Desk, own: Own, place: bytes, outcome: Outcome, changes: list[Change]
) -> list[WriteRow]:
    """Return what brings a place back that is gone."""
    deletes = sweeping(outcome, changes)
    can_take_back = [d for d in deletes if own.may_take_back(d) and not outcome.rulings[d.id].said]
    if deletes and len(can_take_back) == len(deletes):
        by_subject: dict[bytes, list[ChangeId]] = {}
        for delete in deletes:
            by_subject.setdefault(delete.subject, []).append(delete.id)
        own_accept = desk.is_coordinator
        return [_mark(s, names, own_accept=own_accept) for s, names in by_subject.items()]
    basis = basis_of(desk.project, outcome)
    subjects = sorted({birth.subject for birth in outcome.births})
    return [editing.set_row(desk, subject, basis, {RESTORED: True}) for subject in subjects]


def _of_changes(
    desk: Desk, own: Own, changes: Iterable[Change], outcome: Outcome
) -> list[WriteRow]:
    """Return what takes up again what a person took back of a place that is there."""
    own_accept = desk.is_coordinator
    takings = [
        c
        for c in changes
        if c.kind == Kind.REMOVE
        and own.may_take_back(c)
        and c.id in outcome.in_effect
        and not outcome.rulings[c.id].said
        and _was_own(own, c, changes, outcome)
    ]
    takings += filter(own.may_take_back, sweeping(outcome, changes))
    by_subject: dict[bytes, list[ChangeId]] = {}
    for taking in takings:
        by_subject.setdefault(taking.subject, []).append(taking.id)
    return [_mark(s, names, own_accept=own_accept) for s, names in by_subject.items()]


def _was_own(own: Own, taking: Change, changes: Iterable[Change], outcome: Outcome) -> bool:
    """Whether all that a remove names is the person's own: that was taken back, not taken away.

    Not where it brought a place back that the person had deleted.
    """
    named = [c for c in changes if c.id in taking.seen]
    is_deed = all(
        is_suggestion(outcome, c) if c.kind == Kind.DELETE else c.element != MARK for c in named
    )
    return bool(named) and is_deed and all(map(own.may_take_back, named))


# --- once more --------------------------------------------------------------------------------


def propose_again(desk: Desk, place: bytes, words: str) -> bytes:
    """Propose again what a coordinator refused of one's own, with words that say why.

    Return the place: another one where the place itself was refused.  Raises NothingToRestore
    where nothing of one's own was refused.
    """
    text = checked_text(words, MAX_COMMENT)
    own = own_of(desk)
    with desk.project.reading():
        changes = desk.project.model.changes(place)
        outcome = desk.project.model.outcome(place, changes)
        refused = [
            c
            for c in sorted(changes, key=lambda c: c.rank)
            if own.wrote(c) and c.id in outcome.rulings and _is_refused(outcome, c)
        ]
        values: dict[str, Any] = {}
        for change in refused:
            if change.id not in outcome.redacted and isinstance(change.payload, dict):
                values |= {n: v for n, v in change.payload.items() if n in change.over}
        basis = basis_of(desk.project, outcome)
    values.pop(RESTORED, None)
    own_accept = desk.is_coordinator
    subject = editing.member_of(desk, place)
    rows: list[WriteRow] = []
    if any(change.kind == Kind.CREATE for change in refused) and "name" in values:
        subject = ids.new_id(desk.now())
        structure = create_structure(values, own_accept=own_accept)
        rows.append((Kind.CREATE, subject, structure, encode(values)))
        rows += [_again(desk, c, subject) for c in refused if _is_shown(c, outcome)]
    elif values:
        rows.append(editing.set_row(desk, subject, basis, values))
    elif any(change.kind == Kind.DELETE for change in refused):
        rows += editing.delete_rows(desk, place, basis.seen, text, tail=basis.tail)
        text = ""
    else:
        rows += [_again(desk, c, subject) for c in refused if _is_shown(c, outcome)]
    if not rows:
        raise NothingToRestore
    if text:
        rows.append(editing.element_row(desk, subject, COMMENT, text))
    _effect, names = desk.write(rows)
    desk.remember("propose", subject, names=names)
    return subject


def _is_refused(outcome: Outcome, change: Change) -> bool:
    return outcome.rulings[change.id].word in (REJECT, NOT_CHOSEN)


def _is_shown(change: Change, outcome: Outcome) -> bool:
    """Whether a refused element is one to add anew: what was said is not said a second time."""
    return (
        change.kind == Kind.ADD
        and change.element not in (COMMENT, ANSWER)
        and change.id not in outcome.redacted
        and change.payload is not None
    )


def _again(desk: Desk, element: Change, subject: bytes) -> WriteRow:
    element_id, target = (*element.keys, b"", b"")[:2]
    structure = add_structure(
        element.element,
        ids.new_id(desk.now()) if element_id else b"",
        own_accept=desk.is_coordinator,
        target=target,
    )
    return (Kind.ADD, subject, structure, encode(element.payload))
