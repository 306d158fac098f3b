"""The merge rules: what a feature is, as a pure function of the set of changes made to it.

Nothing here looks at the time or order of arrival, at row ids or at who handed the bytes over, so
any two laptops with the same changes see the same feature.  Layers, each reading only those
before:  roles -> verdicts -> in effect -> registers, elements, life -> published.

- A register's value: those writes that no other write in effect has in its `over`.  Several are
  *siblings*; the greatest stamp is shown.  So a write
  replaces what it saw, whatever the clocks say.
- A feature lives while any change in effect was seen by no delete: an unseen edit wins.
- A resident's delete of somebody else's work is a mark that waits for its verdict.
- Its author takes a set or a delete back until a coordinator has decided about it: then it is as
  if it had never been made, and what it had replaced is shown again.
- `published` is the same function, run on the accepted changes only.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from collabmap.domain.change import (
    ACCEPT,
    ASK,
    CONTENT,
    MARK,
    NOT_CHOSEN,
    OPEN,
    REJECT,
    Change,
    Kind,
    encode,
)
from collabmap.domain.feature import ChangeId, FeatureState
from collabmap.domain.roles import Role, Roles

WORDS = frozenset({ACCEPT, REJECT, ASK, NOT_CHOSEN, OPEN})
_REFUSED = frozenset({REJECT, NOT_CHOSEN})
DIGEST_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided about one change.  said: the verdicts in force, the greatest first."""

    word: str = ""
    said: tuple[Change, ...] = ()
    is_contested: bool = False

    @property
    def waits(self) -> bool:
        """Whether a coordinator has still to decide."""
        return self.word in ("", ASK, OPEN)


@dataclass(frozen=True, slots=True)
class Face:
    """A feature seen through one set of changes: all in effect, or the accepted ones only.

    registers: per field the writes that nothing replaced, the shown one first.
    """

    is_alive: bool
    registers: Mapping[str, tuple[Change, ...]]
    elements: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules make of a feature's changes.

    shown: the draft that everybody sees.  published: what exports read.  birth: the create in
    effect, None while the feature waits for one.  marks: deletes that await a verdict.
    waiting: changes in effect that matter and have no verdict yet.
    """

    subject: bytes
    birth: Change | None
    shown: Face
    published: Face
    rulings: Mapping[ChangeId, Ruling]
    in_effect: frozenset[ChangeId]
    waiting: frozenset[ChangeId]
    marks: tuple[Change, ...]
    state: FeatureState | None
    digest: int = field(compare=False, default=0)


def merge_feature(subject: bytes, changes: Collection[Change], roles: Roles) -> Outcome:
    """Return the outcome of all changes of one feature, verdicts included, in any order."""
    content = [c for c in changes if c.kind in CONTENT]
    rulings = _rule(content, changes, roles)
    effective = [c for c in content if _is_in_effect(c, rulings[c.id], roles)]
    taken_back = _taken_back(effective, rulings)
    effective = [c for c in effective if c.kind != Kind.SET or c.id not in taken_back]
    accepted = [c for c in effective if rulings[c.id].word == ACCEPT]
    births = [c for c in effective if c.kind == Kind.CREATE]
    swept = _Sweep(effective, rulings, births, taken_back)
    shown = _face(effective, swept)
    published = _face(accepted, swept)
    marks = tuple(
        sorted(
            (d for d in effective if d.kind == Kind.DELETE and swept.is_mark(d)),
            key=lambda c: c.rank,
        )
    )
    waiting = _waiting(effective, shown, published, rulings, marks)
    outcome = Outcome(
        subject=subject,
        # The accepted one first: whoever says later that the place is theirs is not believed.
        birth=min(births, key=lambda c: (rulings[c.id].word != ACCEPT, c.rank), default=None),
        shown=shown,
        published=published,
        rulings=rulings,
        in_effect=frozenset(c.id for c in effective),
        waiting=waiting,
        marks=marks,
        state=_state(content, rulings, births, shown, published, waiting, marks),
    )
    object.__setattr__(outcome, "digest", _digest(outcome, content))
    return outcome


# --- verdicts ---------------------------------------------------------------------------------


def _rule(
    content: Iterable[Change], changes: Iterable[Change], roles: Roles
) -> dict[ChangeId, Ruling]:
    said: dict[ChangeId, list[Change]] = {}
    for verdict in changes:
        if verdict.kind == Kind.VERDICT and _role(roles, verdict) == Role.COORDINATOR:
            for target, word in verdict.words.items():
                if word in WORDS:
                    said.setdefault(target, []).append(verdict)
    return {c.id: _ruling(c, said.get(c.id, []), roles) for c in content}


def _ruling(change: Change, verdicts: list[Change], roles: Roles) -> Ruling:
    if not verdicts:
        # A coordinator's own work needs nobody's leave; any explicit verdict replaces this.
        own = change.own_accept and _role(roles, change) == Role.COORDINATOR
        return Ruling(ACCEPT) if own else Ruling()
    replaced = frozenset().union(*(v.over.get("") or frozenset() for v in verdicts))
    heads = sorted((v for v in verdicts if v.id not in replaced), key=lambda v: v.rank)[::-1]
    words = {v.words[change.id] for v in heads}
    return Ruling(heads[0].words[change.id], tuple(heads), len(words) > 1)


def _role(roles: Roles, change: Change) -> Role:
    return roles.get(change.stamp.rid, Role.GUEST)


def _is_in_effect(change: Change, ruling: Ruling, roles: Roles) -> bool:
    has_standing = _role(roles, change) >= Role.RESIDENT or ruling.word == ACCEPT
    return has_standing and ruling.word not in _REFUSED


def _taken_back(
    effective: Iterable[Change], rulings: Mapping[ChangeId, Ruling]
) -> frozenset[ChangeId]:
    """Return the changes that their own authors took back before anybody decided about them."""
    effective = list(effective)
    owners = {c.id: _owner(c) for c in effective}
    return frozenset(
        name
        for remove in effective
        if remove.kind == Kind.REMOVE and remove.element == MARK
        for name in remove.seen
        if owners.get(name) == _owner(remove) and not rulings[name].said
    )


# --- registers, elements, life ----------------------------------------------------------------


class _Sweep:
    """Which changes the deletes and removes in effect have swept away."""

    def __init__(
        self,
        effective: Collection[Change],
        rulings: Mapping[ChangeId, Ruling],
        births: Collection[Change],
        taken_back: Collection[ChangeId],
    ) -> None:
        self._rulings = rulings
        self._taken_back = taken_back
        self._owners = {_owner(c) for c in births}
        self._is_born_accepted = any(rulings[c.id].word == ACCEPT for c in births)
        self._content = {c.id: c for c in effective}

    def is_mark(self, delete: Change) -> bool:
        """Whether a delete waits for its verdict and hides nothing meanwhile."""
        return (
            self._rulings[delete.id].word != ACCEPT
            and not self._is_withdrawal(delete)
            and delete.id not in self._taken_back
        )

    def _is_withdrawal(self, delete: Change) -> bool:
        return not self._is_born_accepted and _owner(delete) in self._owners

    def by_delete(self, delete: Change) -> frozenset[ChangeId]:
        """Return the changes that a delete sweeps away."""
        ruling = self._rulings[delete.id]
        if delete.id in self._taken_back:
            return frozenset()
        if ruling.word == ACCEPT:
            # The coordinator saw more than the mark's author: without this the accept of a mark
            # could do nothing (merge case 12).
            sweeping = (v.seen for v in ruling.said if v.words[delete.id] == ACCEPT)
            return delete.seen.union(*sweeping)
        if not self._is_withdrawal(delete):
            return frozenset()
        return frozenset(name for name in delete.seen if self._is_by(name, delete))

    def by_remove(self, remove: Change) -> frozenset[ChangeId]:
        """Return the elements that a remove takes away."""
        if self._rulings[remove.id].word == ACCEPT:
            return remove.seen
        return frozenset(
            name
            for name in remove.seen
            if self._is_by(name, remove) and self._rulings[name].word != ACCEPT
        )

    def _is_by(self, name: ChangeId, other: Change) -> bool:
        change = self._content.get(name)
        return change is not None and _owner(change) == _owner(other)


def _owner(change: Change) -> tuple[bytes, bytes]:
    """Return whose work it is: the same person on the same device."""
    return change.stamp.rid, change.person


def _face(changes: Collection[Change], sweep: _Sweep) -> Face:
    deleted = frozenset().union(*(sweep.by_delete(c) for c in changes if c.kind == Kind.DELETE))
    removed = frozenset().union(
        *(sweep.by_remove(c) for c in changes if c.kind == Kind.REMOVE and c.element != MARK)
    )
    body = [c for c in changes if c.kind in (Kind.CREATE, Kind.SET, Kind.ADD)]
    births = frozenset(c.id for c in body if c.kind == Kind.CREATE)
    return Face(
        is_alive=bool(births) and any(c.id not in deleted for c in body),
        registers=_registers(body, births),
        elements=tuple(
            sorted(
                (c for c in body if c.kind == Kind.ADD and c.id not in removed),
                key=lambda c: c.rank,
            )
        ),
    )


def _registers(
    body: Iterable[Change], births: frozenset[ChangeId]
) -> dict[str, tuple[Change, ...]]:
    writes: dict[str, list[Change]] = {}
    replaced: dict[str, set[ChangeId]] = {}
    for change in body:
        if change.kind == Kind.ADD:
            continue
        for name, over in change.over.items():
            writes.setdefault(name, []).append(change)
            replaced.setdefault(name, set()).update(births if over is None else over)
    registers = {}
    for name in sorted(writes):
        # A create never replaces, so with `over` = "just the create" something always remains.
        heads = [w for w in writes[name] if w.id not in replaced[name]]
        registers[name] = tuple(sorted(heads, key=lambda w: w.rank, reverse=True))
    return registers


# --- what it comes to -------------------------------------------------------------------------


def _waiting(
    effective: Collection[Change],
    shown: Face,
    published: Face,
    rulings: Mapping[ChangeId, Ruling],
    marks: Collection[Change],
) -> frozenset[ChangeId]:
    if not shown.is_alive and not published.is_alive:
        return frozenset()
    heads = {w.id for writes in shown.registers.values() for w in writes}
    present = {e.id for e in shown.elements}
    marked = {m.id for m in marks}
    # Superseded writes need nobody's decision of their own.
    matters: dict[Kind, Callable[[Change], bool]] = {
        Kind.CREATE: lambda change: True,
        Kind.SET: lambda change: change.id in heads,
        Kind.ADD: lambda change: change.id in present,
        Kind.DELETE: lambda change: change.id in marked,
        Kind.REMOVE: lambda change: bool(change.seen & present),
    }
    return frozenset(c.id for c in effective if rulings[c.id].waits and matters[Kind(c.kind)](c))


def _state(
    content: Iterable[Change],
    rulings: Mapping[ChangeId, Ruling],
    births: Collection[Change],
    shown: Face,
    published: Face,
    waiting: Collection[ChangeId],
    marks: Collection[Change],
) -> FeatureState | None:
    """Return the state, None for a feature that is gone or still waits for its create."""
    if not births:
        refused = any(c.kind == Kind.CREATE and rulings[c.id].word in _REFUSED for c in content)
        return FeatureState.REJECTED if refused else None
    if not shown.is_alive and not published.is_alive:
        return None
    if any(mark.id in waiting for mark in marks):
        return FeatureState.DELETE_PROPOSED
    if not published.is_alive:
        return FeatureState.PENDING
    return FeatureState.CHANGE_PROPOSED if waiting else FeatureState.ACCEPTED


def _digest(outcome: Outcome, content: Iterable[Change]) -> int:
    """Return the feature's part of the state digest: free of names of branches and of layout."""
    subject, total = outcome.subject, 0
    for change in content:
        ruling = outcome.rulings[change.id]
        said = sorted(v.leaf for v in ruling.said)
        effect = [change.id in outcome.in_effect, ruling.word, ruling.is_contested, said]
        total += term(subject, "change", change.leaf, effect)
    for layer, face in (("shown", outcome.shown), ("published", outcome.published)):
        total += term(subject, "life", b"", [layer, face.is_alive])
        for name, writes in face.registers.items():
            for place, write in enumerate(writes):
                total += term(subject, name, write.leaf, [layer, place])
        for element in face.elements:
            total += term(subject, "element", element.leaf, [layer])
    total += term(subject, "state", b"", [str(outcome.state)])
    return total % DIGEST_MODULUS


def term(subject: bytes, name: str, leaf: bytes, effect: list[object]) -> int:
    """Return one term of the digest; terms add up modulo DIGEST_MODULUS, in any order."""
    data = encode([subject, name, leaf, effect])
    return int.from_bytes(hashlib.blake2b(data, digest_size=32).digest(), "big")


# --- a whole project, for the laws ------------------------------------------------------------


def merge_all(changes: Iterable[Change], roles: Roles) -> dict[bytes, Outcome]:
    """Return the outcome of every feature: the reference that the store must equal."""
    by_subject: dict[bytes, list[Change]] = {}
    for change in changes:
        if change.kind in CONTENT or change.kind == Kind.VERDICT:
            by_subject.setdefault(change.subject, []).append(change)
    return {subject: merge_feature(subject, of, roles) for subject, of in by_subject.items()}
