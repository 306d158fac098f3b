"""A coordinator's verdicts on what awaits review."""

from collections.abc import Mapping
from typing import Any

from collabmap.app import editing
from collabmap.app.desk import Desk, WriteRow
from collabmap.app.entry import MAX_REASON, checked_text
from collabmap.app.reader import unsealer
from collabmap.domain.change import Kind, encode
from collabmap.domain.effect import Effect
from collabmap.domain.feature import Basis, ChangeId
from collabmap.errors import NotAllowed
from collabmap.review.queue import ReviewItem
from collabmap.review.verdicts import accept_structure, reject_structure
from collabmap.store.features import readable
from collabmap.store.rows import value_of


def accept(desk: Desk, item: ReviewItem, choose: Mapping[str, ChangeId]) -> Effect:
    """Accept what the item showed; concurrent values that were not chosen are named so.

    A losing change that also wrote a field which won stays accepted; the field it lost is then
    settled by a write of the chosen value over both.
    """
    _require_coordinator(desk)
    basis = _current_basis(desk, item.place.basis)
    losers, settled = _settle(desk, item, basis, choose)
    if item.kind != "delete":
        # A delete that an edit outlived is not what the item showed; accepting it would take
        # away the very place that the coordinator means to publish.
        losers |= {
            change.id
            for change in desk.project.model.changes(item.id)
            if change.kind == Kind.DELETE and change.id in basis.pending
        }
    rows: list[WriteRow] = []
    structure = accept_structure(basis, losers)
    if basis.pending or losers:
        rows.append((Kind.VERDICT, item.id, structure, None))
    if settled:
        rows.append(editing.set_row(desk, item.id, basis, settled))
    return _decide(desk, "accept", item, rows)


def reject(desk: Desk, item: ReviewItem, reason: str) -> Effect:
    """Refuse what the item showed: a mark alone if one waits, else all that was pending."""
    _require_coordinator(desk)
    text = checked_text(reason, MAX_REASON)
    basis = _current_basis(desk, item.place.basis)
    outcome = desk.project.model.outcome(item.id)
    marks = {m.id for m in outcome.marks} & basis.pending
    targets = marks if item.kind == "delete" and marks else basis.pending
    structure = reject_structure(basis, targets)
    row = (Kind.VERDICT, item.id, structure, encode(text) if text else None)
    return _decide(desk, "reject", item, [row] if targets else [])


def _decide(desk: Desk, kind: str, item: ReviewItem, rows: list[WriteRow]) -> Effect:
    if not rows:
        return Effect()
    effect, names = desk.write(rows)
    desk.remember(kind, item.id, names=[n.ordinal for n in names])
    return effect


def _settle(
    desk: Desk, item: ReviewItem, basis: Basis, choose: Mapping[str, ChangeId]
) -> tuple[set[ChangeId], dict[str, Any]]:
    """Return the changes that lost everywhere, and the fields to write anew with their values."""
    by_name = {c.id: c for c in desk.project.model.changes(item.id)}
    unseal = unsealer(desk.project, desk.device)
    chosen: dict[str, ChangeId] = {}
    lost: dict[ChangeId, set[str]] = {}
    for field, heads in basis.heads.items():
        if len(heads) > 1:
            wanted = editing.current(desk, [choose[field]]) if field in choose else frozenset()
            # Without a choice the one that was shown, which comes first: not what is shown by
            # now, which nobody has looked at.
            winner = next(iter(wanted & heads.keys()), None) or next(iter(heads))
            chosen[field] = winner
            value = readable(by_name[winner], field, unseal)
            for head in heads:
                # Who wrote the same has not lost.
                if readable(by_name[head], field, unseal) != value:
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


def _current_basis(desk: Desk, basis: Basis) -> Basis:
    """Return the basis with names as they are now: sealing gives own changes another."""

    def now(names: frozenset[ChangeId]) -> frozenset[ChangeId]:
        return editing.current(desk, names)

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


def _require_coordinator(desk: Desk) -> None:
    if not desk.is_coordinator:
        raise NotAllowed
