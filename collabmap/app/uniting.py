"""One place or two: a coordinator's word on places that were added twice.

Places that are one go by the smallest id; the values of the others stay beside its own ("also
suggested").  What is said later of such a place is written to the feature that each part came from
(editing.by_subject), so that it holds should they part again.  See docs/decisions/0031-uniting.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from collabmap.app import editing, reviewing
from collabmap.app.desk import Desk, WriteRow
from collabmap.domain.change import DIFFERENT, OPEN, SAME, Change, Kind
from collabmap.domain.effect import Effect
from collabmap.domain.feature import Basis, ChangeId, PlaceView
from collabmap.domain.merge import merge_feature
from collabmap.domain.outcome import Outcome
from collabmap.domain.structure import alias_structure
from collabmap.domain.value_text import is_of_theme
from collabmap.errors import NotAllowed, PlaceUnknown
from collabmap.review.verdicts import accept_structure
from collabmap.store.rows import value_of

# Deeds about several places at once.
UNITE, APART = "unite", "apart"
_SHOWN = frozenset({Kind.CREATE, Kind.SET, Kind.ADD})
_NOTHING: frozenset[ChangeId] = frozenset()


def same(desk: Desk, one: bytes, other: bytes) -> Effect:
    """Say that two places are one and the same."""
    return _say(desk, one, other, SAME)


def different(desk: Desk, one: bytes, other: bytes) -> Effect:
    """Say that two places are two.  `other` parts from all that it was one with."""
    return _say(desk, one, other, DIFFERENT)


def undecided(desk: Desk, one: bytes, other: bytes) -> Effect:
    """Take back what was said of two places."""
    return _say(desk, one, other, OPEN)


def _say(desk: Desk, one: bytes, other: bytes, word: str) -> Effect:
    if not desk.is_coordinator:
        raise NotAllowed
    with desk.project.reading():
        for place in (one, other):
            if not desk.project.model.changes(place):
                raise PlaceUnknown(value=place.hex())
        pairs = list(_pairs(desk, one, other, word))
        rows = [alias_row(desk, *pair, said, _shown_of(desk, pair, said)) for pair, said in pairs]
        before = [word_of(desk, *pair) for pair, _ in pairs]
    if not rows:
        return Effect()
    effect, names = desk.write(rows)
    desk.remember(word, one, names=names, before=before)
    return effect


def word_of(desk: Desk, one: bytes, other: bytes) -> str:
    """Return what is said of two places: same, different, or open."""
    first, second = sorted((one, other))
    said = desk.project.model.ledger.pairs.get((first, second), ())
    return said[0].element if said else OPEN


def united(desk: Desk) -> frozenset[bytes]:
    """Return the ids of all features that are one with others."""
    with desk.project.reading():
        groups = desk.project.model.ledger.groups
    sizes = Counter(groups.values())
    return frozenset(each for each, top in groups.items() if sizes[top] > 1)


def _pairs(
    desk: Desk, one: bytes, other: bytes, word: str
) -> Iterable[tuple[tuple[bytes, bytes], str]]:
    """Yield what is to be said of which pairs."""
    if one != other and word_of(desk, one, other) != word:
        yield (one, other), word
    if word != DIFFERENT:
        return
    # A third place between the two would keep them together.
    for (first, second), said in desk.project.model.ledger.pairs.items():
        is_between = other in (first, second) and one not in (first, second)
        if is_between and said[0].element == SAME:
            yield (first, second), OPEN


def _shown_of(desk: Desk, places: Iterable[bytes], word: str) -> frozenset[ChangeId]:
    """Return the values of places, as they are now, that saying so means to have looked at."""
    outcomes = [desk.project.model.outcome(place) for place in places] if word == SAME else []
    return frozenset(
        write.id for o in outcomes for writes in o.shown.registers.values() for write in writes
    )


def alias_row(
    desk: Desk, one: bytes, other: bytes, word: str, seen: Iterable[ChangeId] = ()
) -> WriteRow:
    """Return a word on two places, over all that was said of them until now.

    seen: the values of both that were shown to who says it.
    """
    first, second = sorted((one, other))
    said = desk.project.model.ledger.pairs.get((first, second), ())
    over = frozenset(seen).union(*({w.id} | (w.over.get("") or _NOTHING) for w in said))
    return (Kind.ALIAS, first, alias_structure(second, word, over), None)


# --- several at once --------------------------------------------------------------------------


def unite(
    desk: Desk,
    views: Sequence[PlaceView],
    choose: Mapping[str, bytes],
    apart: Sequence[tuple[bytes, bytes]] = (),
    *,
    settle: bool = False,
) -> Effect:
    """Make places one, with the values that were chosen: all in one write, one deed.

    views: the places as they were shown.  choose: by field, whose value is taken; where nothing is
    chosen that of the smallest id stays.  apart: pairs of places that were said to be two beside
    it.  settle: accept what waits of those places that are not published, where another one is.
    """
    _require_coordinator(desk)
    with desk.project.reading():
        first, *others = sorted(_known(desk, view.id) for view in views)
        seen = {view.id: reviewing.current_basis(desk, view.basis) for view in views}
        pairs = [((first, other), SAME) for other in others]
        pairs += [(pair, DIFFERENT) for pair in apart]
        pairs = [(pair, word) for pair, word in pairs if word_of(desk, *pair) != word]
        looked_at = frozenset(n for basis in seen.values() for h in basis.heads.values() for n in h)
        rows = [alias_row(desk, *p, w, looked_at if w == SAME else ()) for p, w in pairs]
        before = [word_of(desk, *pair) for pair, _ in pairs]
        rows += _chosen_rows(desk, seen, choose)
        if settle and any(view.is_published for view in views):
            for view in views:
                if not view.is_published:
                    rows += _accept_rows(desk, view.id, seen[view.id])
    return _write(desk, UNITE, first, rows, before)


def are_different(desk: Desk, pairs: Iterable[tuple[bytes, bytes]]) -> Effect:
    """Say of several pairs that each is two places, in one deed."""
    _require_coordinator(desk)
    with desk.project.reading():
        said: dict[tuple[bytes, bytes], str] = {}
        for one, other in pairs:
            _known(desk, one), _known(desk, other)
            said |= dict(_pairs(desk, one, other, DIFFERENT))
        rows = [alias_row(desk, *pair, word) for pair, word in said.items()]
        before = [word_of(desk, *pair) for pair in said]
        subject = min((pair[0] for pair in said), default=b"")
    return _write(desk, APART, subject, rows, before)


def _write(
    desk: Desk, kind: str, subject: bytes, rows: Sequence[WriteRow], before: Sequence[str]
) -> Effect:
    if not rows:
        return Effect()
    effect, names = desk.write(rows)
    desk.remember(kind, subject, names=names, before=before)
    return effect


def _require_coordinator(desk: Desk) -> None:
    if not desk.is_coordinator:
        raise NotAllowed


def _known(desk: Desk, place: bytes) -> bytes:
    if not desk.project.model.changes(place):
        raise PlaceUnknown(value=place.hex())
    return place


def _chosen_rows(
    desk: Desk, seen: Mapping[bytes, Basis], choose: Mapping[str, bytes]
) -> list[WriteRow]:
    """Return what writes the values chosen over those of all places.

    Each is written to the feature that it comes from, which keeps it should they part again.
    """
    changes = {c.id: c for place in seen for c in desk.project.model.changes(place)}
    whole = _joined(seen.values())
    united = _as_one(desk, changes.values())
    hidden = united.redacted
    values: dict[bytes, dict[str, Any]] = {}
    for field, place in choose.items():
        if place not in seen:
            raise PlaceUnknown(value=place.hex())
        shown = united.shown.registers.get(field, ())
        heads = seen[place].heads.get(field)
        may_be_empty = field in editing.MAY_BE_EMPTY or is_of_theme(field)
        if not heads and may_be_empty and shown and not editing.is_empty(value_of(shown[0], field)):
            # It says nothing there, and that was chosen.
            nothing = None if is_of_theme(field) else ""
            values.setdefault(editing.member_of(desk, place), {})[field] = nothing
            continue
        chosen = changes.get(next(iter(heads or ()), ChangeId(b"", -1)))
        if chosen is None or chosen.id in hidden:
            continue
        value, now = value_of(chosen, field), value_of(shown[0], field) if shown else None
        if value != now and (value is not None or is_of_theme(field)):
            values.setdefault(chosen.subject, {})[field] = value
    return [editing.set_row(desk, s, whole, fields) for s, fields in sorted(values.items())]


def _as_one(desk: Desk, changes: Iterable[Change]) -> Outcome:
    """Return what the rules would make of the changes of several places, were they one."""
    ledger, found = desk.project.model.ledger, list(changes)
    smallest = min(change.subject for change in found)
    return merge_feature(smallest, found, ledger.standing, ledger.redactions)


def _joined(bases: Iterable[Basis]) -> Basis:
    """Return several bases as one: a write over it is one over all that was seen."""
    whole = Basis()
    for basis in bases:
        heads = {
            field: whole.heads.get(field, {}) | basis.heads.get(field, {})
            for field in whole.heads | basis.heads
        }
        whole = replace(basis, heads=heads, births=whole.births | basis.births)
    return whole


def _accept_rows(desk: Desk, place: bytes, basis: Basis) -> list[WriteRow]:
    """Return verdicts that accept what was shown of a place that is not published yet."""
    changes = desk.project.model.changes(place)
    shown = {c.id for c in changes if c.kind in _SHOWN} & basis.pending
    return [
        (Kind.VERDICT, subject, accept_structure(basis, names), None)
        for subject, names in editing.by_subject(desk, place, shown).items()
    ]
