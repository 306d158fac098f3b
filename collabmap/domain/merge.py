"""The merge rules: what a feature is, as a pure function of the set of changes made to it.

Nothing here looks at the time or order of arrival, at row ids or at who handed the bytes over, so
any two laptops with the same changes see the same feature.  Layers, each reading only those
before:  standing -> verdicts -> in effect -> registers, elements, life -> alias -> published ->
redacted (what of it is shown).

- A register's value: those writes that no other write in effect has in its `over`.  Several are
  *siblings*; the greatest stamp is shown.  So a write
  replaces what it saw, whatever the clocks say.
- A feature lives while any change in effect was seen by no delete: an unseen edit wins.
- A resident's delete of somebody else's work is a mark that waits for its verdict.
- Its author takes a set, a delete or a remove back until a coordinator has decided about it, also
  when one has asked: then it is as if it had never been made, and what it had replaced or removed
  is shown again.  Taking back is taken back in the same way, so that what was undone can be done
  again.
- Features that a coordinator said are one (alias.py) are merged as one, under the smallest id: its
  values come first, those of the others are siblings; it lives while any of them does.
- `published` is the same function, run on the accepted changes only.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

import msgspec

from collabmap.domain.alias import find_groups
from collabmap.domain.authority import Standing
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
)
from collabmap.domain.digest import digest_of
from collabmap.domain.feature import ChangeId, FeatureState
from collabmap.domain.hlc import Stamp
from collabmap.domain.outcome import Face, Outcome, Ruling
from collabmap.domain.redaction import NONE, Redactions, find_redactions
from collabmap.domain.roles import Role

WORDS = frozenset({ACCEPT, REJECT, ASK, NOT_CHOSEN, OPEN})
_REFUSED = frozenset({REJECT, NOT_CHOSEN})
_NOTHING: frozenset[ChangeId] = frozenset()


def merge_feature(
    subject: bytes,
    changes: Collection[Change],
    standing: Standing,
    redactions: Redactions = NONE,
) -> Outcome:
    """Return the outcome of all changes of one feature, verdicts included, in any order.

    subject: the smallest id, where the changes are those of several features that are one.
    redactions: of changes to show without their content.
    """
    redacted = _NOTHING
    if redactions:
        redacted = frozenset(c.id for c in changes if redactions.hides(c.id, c.stamp.rid))
    if redacted:
        changes = [_without_content(c) if c.id in redacted else c for c in changes]
    content = [c for c in changes if c.kind in CONTENT]
    verdicts = [c for c in changes if c.kind == Kind.VERDICT]
    rulings = rule(content, verdicts, standing)
    effective = [c for c in content if _is_in_effect(c, rulings[c.id], standing)]
    taken_back = _taken_back(effective, rulings)
    if taken_back:
        effective = [c for c in effective if c.kind not in _VANISHING or c.id not in taken_back]
    accepted = [c for c in effective if rulings[c.id].word == ACCEPT]
    births = [c for c in effective if c.kind == Kind.CREATE]
    swept = None
    # Most features know no delete and no remove.
    if any(c.kind in _TAKING for c in effective):
        swept = _Sweep(effective, rulings, births, taken_back)
    shown = _face(subject, effective, swept)
    published = shown if len(accepted) == len(effective) else _face(subject, accepted, swept)
    marks: tuple[Change, ...] = ()
    if swept is not None:
        found = [d for d in effective if d.kind == Kind.DELETE and swept.is_mark(d)]
        marks = tuple(sorted(found, key=lambda c: c.rank))
    waiting = _waiting(effective, shown, published, rulings, marks)
    state = _state(content, rulings, births, shown, published, waiting, marks)
    return Outcome(
        subject,
        _birth(subject, births, rulings),
        shown,
        published,
        rulings,
        frozenset([c.id for c in effective]),
        waiting,
        marks,
        state,
        redacted,
        digest_of(subject, content, rulings, effective, (shown, published), state, redacted),
        tuple(births),
    )


_TAKING = frozenset({Kind.DELETE, Kind.REMOVE})
# Of what was taken back nothing is left; a delete goes on being told, as one that takes nothing.
_VANISHING = frozenset({Kind.SET, Kind.REMOVE})


def _birth(
    subject: bytes, births: Collection[Change], rulings: Mapping[ChangeId, Ruling]
) -> Change | None:
    """Return the create that counts.

    The accepted one first: whoever says later that the place is theirs is not believed.
    """

    def order(create: Change) -> tuple[bool, bool, tuple[Stamp, bytes]]:
        return create.subject != subject, rulings[create.id].word != ACCEPT, create.rank

    return min(births, key=order, default=None)


def _without_content(change: Change) -> Change:
    return msgspec.structs.replace(change, payload=None)


# --- verdicts ---------------------------------------------------------------------------------


def rule(
    content: Iterable[Change], verdicts: Iterable[Change], standing: Standing
) -> dict[ChangeId, Ruling]:
    """Return what was decided about each of a feature's changes."""
    said: dict[ChangeId, list[Change]] = {}
    for verdict in verdicts:
        if standing.role(verdict) == Role.COORDINATOR:
            for target, word in verdict.words.items():
                if word in WORDS:
                    said.setdefault(target, []).append(verdict)
    return {c.id: _ruling(c, said.get(c.id), standing) for c in content}


_UNSAID, _OWN = Ruling(), Ruling(ACCEPT)


def _ruling(change: Change, verdicts: list[Change] | None, standing: Standing) -> Ruling:
    # A verdict speaks of its own feature only: it is found there whatever is united later.
    verdicts = [v for v in verdicts if v.subject == change.subject] if verdicts else None
    if not verdicts:
        # A coordinator's own work needs nobody's leave; any explicit verdict replaces this.
        return _OWN if change.own_accept and standing.accepts_own(change) else _UNSAID
    replaced = _NOTHING.union(*(v.over.get("") or _NOTHING for v in verdicts))
    heads = sorted((v for v in verdicts if v.id not in replaced), key=lambda v: v.rank)[::-1]
    words = {v.words[change.id] for v in heads}
    return Ruling(heads[0].words[change.id], tuple(heads), len(words) > 1)


def _is_in_effect(change: Change, ruling: Ruling, standing: Standing) -> bool:
    has_standing = ruling.word == ACCEPT or standing.role(change) >= Role.RESIDENT
    return has_standing and ruling.word not in _REFUSED


def _taken_back(
    effective: Collection[Change], rulings: Mapping[ChangeId, Ruling]
) -> frozenset[ChangeId]:
    """Return the changes that their own authors took back before anybody decided about them.

    What takes a taking back back is not itself taken back: its author takes the first change back
    anew.  So the answer hangs on no order, however many words a forged log piles up.
    """
    marks = [c for c in effective if c.kind == Kind.REMOVE and c.element == MARK]
    if not marks:
        return _NOTHING
    owners = {c.id: _owner(c) for c in effective}

    def named_by(marks: Iterable[Change]) -> frozenset[ChangeId]:
        return frozenset(
            name
            for mark in marks
            for name in mark.seen
            if owners.get(name) == _owner(mark) and (not rulings[name].said or rulings[name].waits)
        )

    named = named_by(marks)
    return named_by(mark for mark in marks if mark.id not in named)


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
        self._owners = {(c.subject, _owner(c)) for c in births}
        self._born_accepted = {c.subject for c in births if rulings[c.id].word == ACCEPT}
        self._content = {c.id: c for c in effective}

    def is_mark(self, delete: Change) -> bool:
        """Whether a delete waits for its verdict and hides nothing meanwhile."""
        return (
            self._rulings[delete.id].word != ACCEPT
            and not self._is_withdrawal(delete)
            and delete.id not in self._taken_back
        )

    def _is_withdrawal(self, delete: Change) -> bool:
        is_open = delete.subject not in self._born_accepted
        return is_open and (delete.subject, _owner(delete)) in self._owners

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


def _face(subject: bytes, changes: Collection[Change], sweep: _Sweep | None) -> Face:
    deleted = removed = _NOTHING
    if sweep is not None:
        deletes = [c for c in changes if c.kind == Kind.DELETE]
        removes = [c for c in changes if c.kind == Kind.REMOVE and c.element != MARK]
        deleted = _NOTHING.union(*map(sweep.by_delete, deletes))
        removed = _NOTHING.union(*map(sweep.by_remove, removes))
    body = [c for c in changes if c.kind in _BODY]
    births: dict[bytes, frozenset[ChangeId]] = {}
    for change in body:
        if change.kind == Kind.CREATE:
            births[change.subject] = births.get(change.subject, _NOTHING) | {change.id}
    if not births:
        return _NO_FACE
    # A feature without its create waits, its changes kept.
    body = [c for c in body if c.subject in births]
    alive = {c.subject for c in body if c.id not in deleted}
    if alive and len(alive) < len(births):
        body = [c for c in body if c.subject in alive]
    elements = [c for c in body if c.kind == Kind.ADD and c.id not in removed]
    if len(elements) > 1:
        elements.sort(key=lambda c: c.rank)
    return Face(bool(alive), _registers(subject, body, births), tuple(elements))


_BODY = frozenset({Kind.CREATE, Kind.SET, Kind.ADD})
_NO_FACE = Face(False, {}, ())


def _registers(
    subject: bytes, body: Iterable[Change], births: Mapping[bytes, frozenset[ChangeId]]
) -> dict[str, tuple[Change, ...]]:
    writes: dict[str, list[Change]] = {}
    replaced: dict[str, set[ChangeId]] = {}
    for change in body:
        if change.kind == Kind.ADD:
            continue
        for name, over in change.over.items():
            if name in writes:
                writes[name].append(change)
            else:
                writes[name] = [change]
            if over is None:
                over = births[change.subject]
            if over:
                replaced.setdefault(name, set()).update(over)
    registers = {}
    for name in sorted(writes):
        # A create never replaces, so with `over` = "just the create" something always remains.
        heads = writes[name]
        if gone := replaced.get(name):
            heads = [w for w in heads if w.id not in gone]
        if len(heads) > 1:
            heads.sort(key=lambda w: (w.subject == subject, w.rank), reverse=True)
        registers[name] = tuple(heads)
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
    open_ = [c for c in effective if rulings[c.id].waits]
    if not open_:
        return _NOTHING
    heads = {w.id for writes in shown.registers.values() for w in writes}
    present = {e.id for e in shown.elements}
    marked = {m.id for m in marks}
    # Superseded writes need nobody's decision of their own.
    matters: dict[int, Callable[[Change], bool]] = {
        Kind.CREATE: lambda change: True,
        Kind.SET: lambda change: change.id in heads,
        Kind.ADD: lambda change: change.id in present,
        Kind.DELETE: lambda change: change.id in marked,
        Kind.REMOVE: lambda change: bool(change.seen & present),
    }
    return frozenset([c.id for c in open_ if matters[c.kind](c)])


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


# --- a whole project, for the laws ------------------------------------------------------------


def merge_all(changes: Iterable[Change], standing: Standing) -> dict[bytes, Outcome]:
    """Return the outcome of every feature: the reference that the store must equal.

    Features that are one have one outcome, under the smallest id.
    """
    changes = list(changes)
    redactions = find_redactions((c for c in changes if c.kind == Kind.REDACT), standing)
    groups = find_groups([c for c in changes if c.kind == Kind.ALIAS], standing)
    by_subject: dict[bytes, list[Change]] = {}
    for change in changes:
        if change.kind in CONTENT or change.kind in (Kind.VERDICT, Kind.ALIAS):
            canonical = groups.get(change.subject, change.subject)
            by_subject.setdefault(canonical, []).append(change)
    return {
        subject: merge_feature(subject, of, standing, redactions)
        for subject, of in by_subject.items()
    }
