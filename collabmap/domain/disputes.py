"""What people said at the same time, none knowing of the other's word: read from an outcome.

Names of changes tell who knew of what (their `over` and `seen`), never the clocks.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import count
from typing import NamedTuple

from collabmap.domain.change import ACCEPT, ANSWER, COMMENT, Change, Kind
from collabmap.domain.feature import ChangeId
from collabmap.domain.outcome import Outcome


def last_seen_by_all(
    writes: Iterable[Change], field: str, changes: Iterable[Change]
) -> Change | None:
    """Return the write of a field that all of several concurrent ones began from.

    changes: of the feature, all of them.  None where they had no value in common, or several.
    """
    every = {change.id: change for change in changes if field in change.over}
    below = [_replaced(write, field, every) for write in writes]
    common = frozenset.intersection(*below) if below else frozenset()
    under = frozenset().union(*(_replaced(every[name], field, every) for name in common))
    last = common - under
    return every[next(iter(last))] if len(last) == 1 else None


def _replaced(write: Change, field: str, every: Mapping[ChangeId, Change]) -> frozenset[ChangeId]:
    """Return all writes of a field that one has replaced, directly or through others."""
    found: set[ChangeId] = set()
    ahead = [write]
    while ahead:
        here = ahead.pop()
        over = here.over.get(field)
        if over is None:
            # Short for just the create of this very place.
            over = frozenset(
                c.id for c in every.values() if c.kind == Kind.CREATE and c.subject == here.subject
            )
        fresh = (over & every.keys()) - found
        found |= fresh
        ahead += (every[name] for name in fresh)
    return frozenset(found)


class DeleteDispute(NamedTuple):
    """Deletes, and edits that none of them had seen; both the oldest first."""

    deletes: tuple[Change, ...]
    edits: tuple[Change, ...]


def delete_dispute(outcome: Outcome, changes: Collection[Change]) -> DeleteDispute | None:
    """Return the deletes that stand against edits, None where none does.

    Also a delete that counted already, where it is by an edit alone that the feature still lives
    and nobody has decided about that.
    """
    deletes = [mark for mark in outcome.marks if mark.id in outcome.waiting]
    if not deletes and outcome.waiting and not outcome.published.is_alive:
        deletes = [
            c
            for c in changes
            if c.kind == Kind.DELETE
            and c.id in outcome.in_effect
            and outcome.rulings[c.id].word == ACCEPT
        ]
    if not deletes or not outcome.shown.is_alive:
        return None
    seen = frozenset().union(*(delete.seen for delete in deletes))
    edits = [c for c in _edits_shown(outcome).values() if c.id not in seen]
    if not edits:
        return None
    return DeleteDispute(_by_time(deletes), _by_time(edits))


def _edits_shown(outcome: Outcome) -> dict[ChangeId, Change]:
    """Return what has changed the feature since its create, as far as it is shown."""
    heads = (w for writes in outcome.shown.registers.values() for w in writes)
    found = {write.id: write for write in heads if write.kind == Kind.SET}
    return found | {e.id: e for e in outcome.shown.elements if e.element not in (COMMENT, ANSWER)}


class Decision(NamedTuple):
    """What coordinators decided alike.  words: of the contested changes.  verdicts: oldest first.

    Each verdict is by another coordinator, or another copy of their laptop.
    """

    words: Mapping[ChangeId, str]
    verdicts: tuple[Change, ...]


def contested_decisions(outcome: Outcome) -> tuple[Decision, ...]:
    """Return the decisions that contradict each other, the oldest first; none where none do."""
    words: dict[_Speaker, dict[ChangeId, str]] = {}
    verdicts: dict[_Speaker, Change] = {}
    for target, ruling in outcome.rulings.items():
        if not ruling.is_contested:
            continue
        for verdict in ruling.said:
            whose = _speaker(verdict, target, words)
            words.setdefault(whose, {})[target] = verdict.words[target]
            last = verdicts.setdefault(whose, verdict)
            verdicts[whose] = max(last, verdict, key=lambda v: v.rank)
    alike: dict[frozenset[tuple[ChangeId, str]], list[Change]] = {}
    for whose, said in words.items():
        alike.setdefault(frozenset(said.items()), []).append(verdicts[whose])
    found = [Decision(dict(said), _by_time(of)) for said, of in alike.items()]
    return tuple(sorted(found, key=lambda decision: decision.verdicts[0].rank))


# Replica, person, and which copy of the laptop it is, as far as that shows.
_Speaker = tuple[bytes, bytes, int]


def _speaker(
    verdict: Change, target: ChangeId, words: Mapping[_Speaker, Mapping[ChangeId, str]]
) -> _Speaker:
    """Return whose word a verdict is: a laptop that was copied may contradict itself."""
    word = verdict.words[target]
    copies = ((verdict.stamp.rid, verdict.person, copy) for copy in count())
    return next(whose for whose in copies if words.get(whose, {}).get(target, word) == word)


def _by_time(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: change.rank))
