"""A coordinator's verdicts on what awaits review."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import structs

from collabmap.app import editing
from collabmap.app.desk import Desk, WriteRow
from collabmap.app.entry import MAX_COMMENT, MAX_REASON, checked_text
from collabmap.app.leaving_out import left_out
from collabmap.app.reader import unsealer
from collabmap.app.settling_disagreements import Written, losing, registers
from collabmap.domain.change import ANSWER, Change, Kind, encode
from collabmap.domain.effect import Effect
from collabmap.domain.feature import Basis, ChangeId, PlaceView
from collabmap.domain.value_text import is_of_theme
from collabmap.errors import NameMissing, NotAllowed
from collabmap.review.queue import ReviewItem
from collabmap.review.verdicts import accept_structure, ask_structure, reject_structure
from collabmap.store.features import readable
from collabmap.store.rows import value_of


def accept(
    desk: Desk,
    item: ReviewItem,
    choose: Mapping[str, ChangeId],
    leave: Iterable[str] = (),
    values: Mapping[str, Any] | None = None,
    reason: str = "",
    write: Mapping[str, Written] | None = None,
) -> Effect:
    """Accept what the item showed; concurrent values that were not chosen are named so.

    A losing change that also wrote a field which won stays accepted; the field it lost is then
    settled by a write of the chosen value over both.  leave: see leaving_out.py; what is left out
    is settled likewise.  values: the coordinator's own, as of editing.edit, in the same deed.
    write: per field, the coordinator's own value over concurrent ones.
    """
    require_coordinator(desk)
    text = checked_text(reason, MAX_REASON)
    basis = current_basis(desk, item.place.basis)
    targets = basis.pending | basis.contested
    own = dict(values or {})
    keywords = own.get("tags")
    if keywords is not None:
        own["tags"] = keywords = editing.checked_tags(keywords)
    left = left_out(desk, item.id, basis, targets, leave, keywords)
    losers, settled = _settle(desk, item, basis, choose, left.fields, write or {})
    losers -= left.refused
    settled |= left.values | registers(desk, write or {})
    if item.kind != "delete":
        # A delete that an edit outlived is not what the item showed; accepting it would take
        # away the very place that the coordinator means to publish.
        losers |= {
            change.id
            for change in desk.project.model.changes(item.id)
            if change.kind == Kind.DELETE and change.id in basis.pending
        }
    if "care" in {item.kind, *item.also}:
        # A verdict on who drew it: a shape that a coordinator has looked at waits no more.
        birth = editing.current(desk, {b} if (b := item.place.basis.birth) else (), basis.tail)
        targets |= frozenset(basis.heads.get("geometry", ())) or birth
    rows = verdict_rows(
        desk,
        item,
        basis,
        targets | losers,
        lambda part, names: accept_structure(
            part, names & targets, names & losers, names & left.refused
        ),
        text,
    )
    fields, elements = editing.changed(desk, item.place, own)
    settled |= fields
    if settled:
        subject = editing.member_of(desk, item.id)
        rows.append(editing.set_row(desk, subject, basis, settled))
    return decide(desk, "accept", item, [*rows, *elements])


def reject(desk: Desk, item: ReviewItem, reason: str) -> Effect:
    """Refuse what the item showed: a mark alone if one waits, else all that was pending."""
    require_coordinator(desk)
    text = checked_text(reason, MAX_REASON)
    basis = current_basis(desk, item.place.basis)
    rows = verdict_rows(desk, item, basis, _targets(desk, item, basis), reject_structure, text)
    return decide(desk, "reject", item, rows)


def ask(desk: Desk, item: ReviewItem, question: str) -> Effect:
    """Ask about what the item showed: it waits, marked as asked, until somebody answers.

    Where all of it is accepted, nothing waits for an answer: then the question is a comment.
    """
    require_coordinator(desk)
    text = checked_text(question, MAX_REASON)
    if not text:
        raise NameMissing
    basis = current_basis(desk, item.place.basis)
    targets = _targets(desk, item, basis) & basis.pending
    if not targets:
        return editing.comment(desk, item.place, text)
    rows = verdict_rows(desk, item, basis, targets, ask_structure, text)
    return decide(desk, "ask", item, rows)


def answer(desk: Desk, view: PlaceView, text: str) -> Effect:
    """Answer what a coordinator asked about a place; anybody may."""
    text = checked_text(text, MAX_COMMENT)
    if not text:
        return Effect()
    subject = editing.member_of(desk, view.id)
    effect, names = desk.write([editing.element_row(desk, subject, ANSWER, text)])
    desk.remember(ANSWER, subject, names=names)
    return effect


def _targets(desk: Desk, item: ReviewItem, basis: Basis) -> frozenset[ChangeId]:
    """Return what a no, or a question, is about: a mark alone if one waits."""
    outcome = desk.project.model.outcome(item.id)
    marks = frozenset(mark.id for mark in outcome.marks) & basis.pending
    return marks if item.kind == "delete" and marks else basis.pending | basis.contested


_Over = dict[ChangeId, frozenset[ChangeId]]
_Structure = Callable[[Basis, frozenset[ChangeId]], bytes]


def verdict_rows(
    desk: Desk,
    item: ReviewItem,
    basis: Basis,
    targets: Iterable[ChangeId],
    structure: _Structure,
    words: str = "",
) -> list[WriteRow]:
    """Return a verdict for each feature that the targets were made to: most often one.

    Each names all that was seen: who agrees that a place goes means the whole of it.
    """
    parts = editing.by_subject(desk, item.id, targets)
    payload = encode(words) if words else None
    return [
        (Kind.VERDICT, subject, structure(basis, names), payload)
        for subject, names in parts.items()
    ]


def decide(desk: Desk, kind: str, item: ReviewItem, rows: list[WriteRow]) -> Effect:
    if not rows:
        return Effect()
    effect, names = desk.write(rows)
    desk.remember(kind, item.id, names=names)
    return effect


def _settle(
    desk: Desk,
    item: ReviewItem,
    basis: Basis,
    choose: Mapping[str, ChangeId],
    leave: frozenset[str],
    write: Mapping[str, Written],
) -> tuple[set[ChangeId], dict[str, Any]]:
    """Return the changes that lost everywhere, and the fields to write anew with their values.

    leave: fields that nobody chooses between, for none of their new values is taken.
    """
    changes = desk.project.model.changes(item.id)
    hidden = desk.project.model.outcome(item.id, changes).redacted
    # What was redacted must not be written again.
    by_name = {c.id: structs.replace(c, payload=None) if c.id in hidden else c for c in changes}
    unseal = unsealer(desk.project, desk.device)
    chosen: dict[str, ChangeId] = {}
    lost: dict[ChangeId, set[str]] = {}
    for field, shown in basis.heads.items():
        # What was put aside since, or is another place's again, is not decided here.
        heads = {name: over for name, over in shown.items() if name in by_name}
        if not heads or field in leave:
            continue
        if field not in choose and field not in write:
            # The values of a place that is one with this one were looked at when that was said.
            subject = by_name[next(iter(heads))].subject
            heads = {name: over for name, over in heads.items() if by_name[name].subject == subject}
        if field in write:
            values = {name: readable(by_name[name], field, unseal) for name in heads}
            for name in losing(write[field], values):
                lost.setdefault(name, set()).add(field)
        elif len(heads) > 1:
            picked = [choose[field]] if field in choose else ()
            wanted = editing.current(desk, picked, item.place.basis.tail)
            # Without a choice the one that was shown, which comes first: not what is shown by
            # now, which nobody has looked at.
            winner = next(iter(wanted & heads.keys()), None) or next(iter(heads))
            chosen[field] = winner
            value = readable(by_name[winner], field, unseal)
            for head in heads:
                # Who wrote the same has not lost.
                if readable(by_name[head], field, unseal) != value:
                    lost.setdefault(head, set()).add(field)
    losers: set[ChangeId] = set()
    settled: dict[str, Any] = {}
    for name, fields in lost.items():
        gone = fields | leave
        keeps = [f for f, heads in basis.heads.items() if name in heads and f not in gone]
        is_open = name in basis.pending
        if is_open and not keeps and by_name[name].kind == Kind.SET:
            losers.add(name)
        else:
            again = {f: by_name[chosen[f]] for f in fields if f in chosen}
            settled |= {f: value_of(w, f) for f, w in again.items() if _says(w, f)}
    return losers, settled


def _says(write: Change, field: str) -> bool:
    """Whether a write gives a field a value, also that it is empty, and was not redacted."""
    is_there = isinstance(write.payload, dict) and field in write.payload
    return is_there and (value_of(write, field) is not None or is_of_theme(field))


def current_basis(desk: Desk, basis: Basis) -> Basis:
    """Return the basis with names as they are now: sealing gives own changes another."""

    def now(names: frozenset[ChangeId]) -> frozenset[ChangeId]:
        return editing.current(desk, names, basis.tail)

    def by_name(said: _Over) -> _Over:
        return {name: now(over) for n, over in said.items() for name in now(frozenset({n}))}

    return Basis(
        heads={field: by_name(heads) for field, heads in basis.heads.items()},
        seen=now(basis.seen),
        pending=now(basis.pending),
        verdicts=by_name(basis.verdicts),
        tags={tag: now(names) for tag, names in basis.tags.items()},
        contested=now(basis.contested),
    )


def require_coordinator(desk: Desk) -> None:
    if not desk.is_coordinator:
        raise NotAllowed
