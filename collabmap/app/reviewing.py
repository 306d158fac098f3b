"""A coordinator's verdicts on what awaits review."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from collabmap.app import editing
from collabmap.domain.change import Kind, encode
from collabmap.domain.effect import Effect
from collabmap.domain.feature import Basis, ChangeId
from collabmap.errors import NotAllowed
from collabmap.review.queue import ReviewItem
from collabmap.review.verdicts import accept_structure, reject_structure
from collabmap.store.readmodel import value_of

if TYPE_CHECKING:
    from collabmap.app.session import Session, WriteRow

MAX_REASON = 1_000


def accept(session: "Session", item: ReviewItem, choose: Mapping[str, ChangeId]) -> Effect:
    """Accept what the item showed; concurrent values that were not chosen are named so.

    A losing change that also wrote a field which won stays accepted; the field it lost is then
    settled by a write of the chosen value over both.
    """
    _require_coordinator(session)
    basis = _current_basis(session, item.place.basis)
    losers, settled = _settle(session, item, basis, choose)
    if item.kind != "delete":
        # A delete that an edit outlived is not what the item showed; accepting it would take
        # away the very place that the coordinator means to publish.
        losers |= {
            change.id
            for change in session.project.model.changes(item.id)
            if change.kind == Kind.DELETE and change.id in basis.pending
        }
    rows: list[WriteRow] = []
    structure = accept_structure(basis, losers)
    if basis.pending or losers:
        rows.append((Kind.VERDICT, item.id, structure, None))
    if settled:
        rows.append(editing.set_row(session, item.id, basis, settled))
    return _decide(session, "accept", item, rows)


def reject(session: "Session", item: ReviewItem, reason: str) -> Effect:
    """Refuse what the item showed: a mark alone if one waits, else all that was pending."""
    _require_coordinator(session)
    text = editing.checked_text("reason", reason, MAX_REASON)
    basis = _current_basis(session, item.place.basis)
    outcome = session.project.model.outcome(item.id)
    marks = {m.id for m in outcome.marks} & basis.pending
    targets = marks if item.kind == "delete" and marks else basis.pending
    structure = reject_structure(basis, targets)
    row = (Kind.VERDICT, item.id, structure, encode(text) if text else None)
    return _decide(session, "reject", item, [row] if targets else [])


def _decide(session: "Session", kind: str, item: ReviewItem, rows: "list[WriteRow]") -> Effect:
    if not rows:
        return Effect()
    effect, names = session.write(rows)
    person = session.person
    assert person is not None
    entry = {"kind": kind, "subject": item.id, "names": [n.ordinal for n in names]}
    session.device.push_undo(session.project.id, person.id, entry)
    return effect


def _settle(
    session: "Session", item: ReviewItem, basis: Basis, choose: Mapping[str, ChangeId]
) -> tuple[set[ChangeId], dict[str, Any]]:
    """Return the changes that lost everywhere, and the fields to write anew with their values."""
    outcome = session.project.model.outcome(item.id)
    by_name = {c.id: c for c in session.project.model.changes(item.id)}
    chosen: dict[str, ChangeId] = {}
    lost: dict[ChangeId, set[str]] = {}
    for field, heads in basis.heads.items():
        if len(heads) > 1:
            wanted = editing.current(session, [choose[field]]) if field in choose else frozenset()
            shown = (
                outcome.shown.registers[field][0].id if field in outcome.shown.registers else None
            )
            winner = next(iter(wanted & heads.keys()), None) or shown or next(iter(heads))
            chosen[field] = winner
            for head in heads:
                if head != winner:
                    lost.setdefault(head, set()).add(field)
    losers, settled = set(), {}
    for name, fields in lost.items():
        keeps = [f for f, heads in basis.heads.items() if name in heads and f not in fields]
        is_open = name in basis.pending
        if is_open and not keeps and by_name[name].kind == Kind.SET:
            losers.add(name)
        else:
            for field in fields:
                settled[field] = value_of(by_name[chosen[field]], field)
    return losers, settled


def _current_basis(session: "Session", basis: Basis) -> Basis:
    """Return the basis with names as they are now: sealing gives own changes another."""

    def now(names: frozenset[ChangeId]) -> frozenset[ChangeId]:
        return editing.current(session, names)

    return Basis(
        heads={
            field: {next(iter(now(frozenset({n})))): now(over) for n, over in heads.items()}
            for field, heads in basis.heads.items()
        },
        seen=now(basis.seen),
        pending=now(basis.pending),
        verdicts={next(iter(now(frozenset({n})))): now(said) for n, said in basis.verdicts.items()},
        tags={tag: now(names) for tag, names in basis.tags.items()},
    )


def _require_coordinator(session: "Session") -> None:
    if not session.is_coordinator:
        raise NotAllowed
