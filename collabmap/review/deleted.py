"""What was deleted or withdrawn lately, for those who would bring it back."""

from collections.abc import Iterable
from dataclasses import dataclass

from collabmap.domain.change import ACCEPT, Change, Kind
from collabmap.domain.outcome import Outcome
from collabmap.review.contributions import Own, face_of, subjects_of, taken_back_names
from collabmap.store.features import person_name
from collabmap.store.project import Project
from collabmap.store.rows import GONE, first_create

# What came here last is shown; what is older is found in the history.
LIMIT = 500


@dataclass(frozen=True, slots=True)
class DeletedPlace:
    """A place that is gone from the map.

    name: '' where it was redacted.  by_name: who deleted it, or asked that it be; agreed_name: the
    coordinator who agreed, '' where nobody had to.  at_ms: when it went.  author_name: who had
    added it.  is_withdrawn: its author took it back before anybody had decided.  is_mine: it is
    the person's own taking back, which nobody else has a say in.  is_placed: lng, lat hold.
    """

    id: bytes
    name: str
    category: str
    at_ms: int
    by_name: str
    agreed_name: str
    author_name: str
    reason: str
    is_withdrawn: bool
    is_mine: bool
    lng: float = 0.0
    lat: float = 0.0
    is_placed: bool = False


def read_deleted(project: Project, own: Own, *, is_all: bool) -> tuple[DeletedPlace, ...]:
    """Return what is gone, what went last first.

    is_all: everybody's; otherwise what this person has touched.
    """
    gone = _gone(project)
    subjects = gone[:LIMIT]
    if not is_all:
        among = set(gone)
        subjects = [subject for subject in subjects_of(project, own) if subject in among][:LIMIT]
    found = (read_one(project, own, subject) for subject in subjects)
    rows = [row for row in found if row is not None and (is_all or _concerns(project, own, row))]
    return tuple(sorted(rows, key=lambda row: (-row.at_ms, row.id)))


def _gone(project: Project) -> list[bytes]:
    """Return the features that are gone, the one of which something came last first."""
    # The tail, which is segment 0, holds what is newest of all.
    rows = project.connection.execute(
        "SELECT uuid FROM shown WHERE life = ? ORDER BY (SELECT max(iif(segment, segment, 1 << 62))"
        " FROM mention WHERE feature = shown.id) DESC, id DESC",
        (GONE,),
    )
    return [uuid for (uuid,) in rows]


def _concerns(project: Project, own: Own, row: DeletedPlace) -> bool:
    """Whether a person added or deleted a place: a comment on it is not reason enough."""
    return any(
        own.wrote(change) and change.kind in (Kind.CREATE, Kind.DELETE)
        for change in project.model.changes(row.id)
    )


def read_one(project: Project, own: Own, subject: bytes) -> DeletedPlace | None:
    """Return how a place went, None if it is there or never was."""
    changes = project.model.changes(subject)
    outcome = project.model.outcome(subject, changes)
    deletes = sweeping(outcome, changes)
    if not outcome.births or outcome.shown.is_alive or outcome.published.is_alive or not deletes:
        return None
    delete = max(deletes, key=lambda change: change.rank)
    agreed = next(iter(outcome.rulings[delete.id].said), None)
    name, category, at, _is_there = face_of(outcome, changes)
    create = outcome.birth or first_create(changes)
    ledger = project.model.ledger
    times = [ledger.shown_ms(*change.stamp) for change in (delete, agreed) if change is not None]
    is_withdrawn = outcome.rulings[delete.id].word != ACCEPT
    is_hidden = delete.id in outcome.redacted or not isinstance(delete.payload, str)
    return DeletedPlace(
        id=outcome.subject,
        name=name,
        category=category,
        at_ms=max(times),
        by_name=person_name(project, delete.stamp.rid, delete.person),
        agreed_name=person_name(project, agreed.stamp.rid, agreed.person) if agreed else "",
        author_name=person_name(project, create.stamp.rid, create.person) if create else "",
        reason="" if is_hidden else str(delete.payload),
        is_withdrawn=is_withdrawn,
        is_mine=is_withdrawn and all(map(own.may_take_back, deletes)),
        lng=at[0] if at else 0.0,
        lat=at[1] if at else 0.0,
        is_placed=at is not None,
    )


def sweeping(outcome: Outcome, changes: Iterable[Change]) -> list[Change]:
    """Return the deletes that count: in effect, and not taken back by their authors."""
    changes = list(changes)
    taken_back = taken_back_names(outcome, changes)
    marks = {mark.id for mark in outcome.marks}
    return [
        change
        for change in changes
        if change.kind == Kind.DELETE
        and change.id in outcome.in_effect
        and change.id not in taken_back | marks
    ]
