"""Deciding many at once: what may be decided so, and the verdicts that say it."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple

from collabmap.domain.change import Change, Kind
from collabmap.domain.disputes import delete_dispute
from collabmap.domain.feature import ChangeId, FeatureState
from collabmap.domain.outcome import Outcome
from collabmap.review.queue_rows import QueueRow
from collabmap.review.verdicts import accept_structure, ask_structure, reject_structure
from collabmap.store.features import basis_of
from collabmap.store.project import Project
from collabmap.store.rows import is_contested, value_of

Word = Literal["accept", "reject", "ask"]
# Why something needs a look by itself: it is not what was shown any more, nothing of it waits,
# values disagree, coordinators have decided differently, or somebody wants to delete it.
LeftOut = Literal["changed", "gone", "disagreement", "contested", "delete"]
_CHUNK = 500


class Sorted(NamedTuple):
    """Lines of the queue by what may be done with them at once.

    left: those that need a look by themselves, each with the first reason.
    """

    ready: tuple[QueueRow, ...]
    deletes: tuple[QueueRow, ...]
    left: tuple[tuple[QueueRow, str], ...]


# A word on many looks at none of them: these want to be looked at.
_BY_ITSELF = ("disagreement", "contested", "duplicate", "care")


def sort_rows(rows: Iterable[QueueRow]) -> Sorted:
    """Sort lines of the queue by what may be decided for many at once."""
    ready: list[QueueRow] = []
    deletes: list[QueueRow] = []
    left: list[tuple[QueueRow, str]] = []
    for row in rows:
        why = next((kind for kind in _BY_ITSELF if kind == row.kind or kind in row.also), None)
        if why is not None:
            left.append((row, why))
        else:
            (deletes if row.kind == "delete" else ready).append(row)
    return Sorted(tuple(ready), tuple(deletes), tuple(left))


def states_of(db: sqlite3.Connection, features: Iterable[bytes]) -> dict[bytes, bytes]:
    """Return a few bytes that tell the state of each feature from any other; inside `reading`.

    Whatever anybody writes to a feature or decides about it makes them others.
    """
    wanted = list(features)
    found: dict[bytes, bytes] = {}
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        rows = db.execute(f"SELECT uuid, digest FROM shown WHERE uuid IN ({marks})", part)
        found.update({uuid: digest or b"" for uuid, digest in rows})
    return found


class Decision(NamedTuple):
    """A verdict on one feature.  subject: of several that are one, that which it speaks of."""

    subject: bytes
    structure: bytes


def decide(
    project: Project, feature: bytes, word: Word, *, deletes: bool
) -> Sequence[Decision] | LeftOut:
    """Return the verdicts on all that waits about a feature, or why it needs a look by itself.

    deletes: also where somebody wants to delete it.  Inside `reading` or `writing`.
    """
    changes = project.model.changes(feature)
    outcome = project.model.outcome(feature, changes)
    is_delete = outcome.state == FeatureState.DELETE_PROPOSED
    if is_contested(outcome):
        return "contested"
    if delete_dispute(outcome, changes) is not None:
        return "disagreement"
    if is_delete and not deletes:
        return "delete"
    if _is_disputed(outcome):
        return "disagreement"
    basis = basis_of(project, outcome)
    targets = basis.pending
    if word != "accept" and is_delete:
        # A no, or a question, is about the mark alone: what is marked stays as it was.
        targets &= frozenset(mark.id for mark in outcome.marks)
    # A delete that an edit outlived is not what was shown: accepted, it would take that away.
    outlived = (
        frozenset() if is_delete else frozenset(c.id for c in changes if c.kind == Kind.DELETE)
    )
    found = []
    for subject, names in _by_subject(changes, targets).items():
        if word == "accept":
            structure = accept_structure(basis, names, names & outlived)
        elif word == "reject":
            structure = reject_structure(basis, names)
        else:
            structure = ask_structure(basis, names)
        found.append(Decision(subject, structure))
    return found or "gone"


def _is_disputed(outcome: Outcome) -> bool:
    """Whether somebody has to choose between values; sealed ones that nobody compares, too."""
    for name, writes in outcome.shown.registers.items():
        if len(writes) > 1:
            own = [w for w in writes if w.subject == writes[0].subject]
            if len({repr(value_of(w, name)) for w in own}) > 1:
                return True
    return False


def _by_subject(
    changes: Iterable[Change], names: Collection[ChangeId]
) -> dict[bytes, frozenset[ChangeId]]:
    """Return changes by the feature they were made to: a verdict speaks of its own one only."""
    found: dict[bytes, set[ChangeId]] = {}
    for change in changes:
        if change.id in names:
            found.setdefault(change.subject, set()).add(change.id)
    return {subject: frozenset(of) for subject, of in found.items()}
