"""The figure of an evening: what was contributed, what became of it, and how long it waited.

A *contribution* is what one person did about one place in one evening and what was decided about
in one go, or still waits.  What its author took back, or somebody wrote over before anybody had
decided, is none.  What coordinators wrote themselves needs nobody's leave and is counted apart.
Never a ranking of people: nothing here is told by person.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import NamedTuple

from collabmap.domain import evenings
from collabmap.domain.authority import Standing
from collabmap.domain.change import ACCEPT, ASK, CONTENT, MARK, NOT_CHOSEN, REJECT, Change, Kind
from collabmap.domain.feature import ChangeId, FeatureState
from collabmap.domain.hlc import COUNTER_BITS, LAST_MS
from collabmap.domain.merge import rule
from collabmap.domain.outcome import Outcome, Ruling
from collabmap.domain.roles import Role
from collabmap.store.log import Ref
from collabmap.store.project import Project

# A question is an answer too: somebody has looked.
_FIRST_WORDS = frozenset({ACCEPT, REJECT, NOT_CHOSEN, ASK})
# All time zones differ by whole quarters of an hour.
_QUARTER_MS = 900_000
# Places whose changes are held in memory together.
_CHUNK = 10_000


class Figures(NamedTuple):
    """contributed: accepted, rejected and open together.  own: what coordinators wrote themselves.

    rejected: with the values that were not chosen.  median_wait_ms: from a contribution to the
    first word of a coordinator about it, of those that are decided; None while none is.
    """

    contributed: int = 0
    accepted: int = 0
    rejected: int = 0
    open: int = 0
    own: int = 0
    median_wait_ms: int | None = None


class EveningFigures(NamedTuple):
    """day: by which the evening goes.  is_evening: most of it was done in the evening."""

    day: date
    is_evening: bool
    figures: Figures


class MapFigures(NamedTuple):
    """total: of the whole map.  evenings: the latest first."""

    total: Figures
    evenings: tuple[EveningFigures, ...]


def read_figures(project: Project) -> MapFigures:
    """Return the figures of each evening and of all, counted from the log in effect here.

    Inside `project.reading`.
    """
    tally = _Tally()
    _count_untouched(project, tally)
    for uuid, changes, waits in touched(project):
        standing = project.model.ledger.standing
        outcome = project.model.outcome(uuid, changes) if waits else None
        rulings = outcome.rulings if outcome else _rulings(changes, standing)
        _count(project, changes, rulings, outcome, tally)
    return tally.figures()


# --- adding up --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Day:
    accepted: int = 0
    rejected: int = 0
    open: int = 0
    own: int = 0
    late: int = 0
    waits: list[int] = field(default_factory=list)

    @property
    def contributed(self) -> int:
        return self.accepted + self.rejected + self.open

    def figures(self) -> Figures:
        wait = round(median(self.waits)) if self.waits else None
        return Figures(self.contributed, self.accepted, self.rejected, self.open, self.own, wait)


class _Tally:
    def __init__(self) -> None:
        self._days: dict[date, _Day] = {}
        self._when: dict[int, tuple[date, bool]] = {}

    def day_of(self, at_ms: int) -> date:
        return self._moment(at_ms)[0]

    def _moment(self, at_ms: int) -> tuple[date, bool]:
        quarter = at_ms // _QUARTER_MS
        found = self._when.get(quarter)
        if found is None:
            at = datetime.fromtimestamp(quarter * _QUARTER_MS / 1000)
            found = self._when[quarter] = evenings.day_of(at), evenings.is_evening(at)
        return found

    def add(self, at_ms: int, what: str, wait_ms: int | None = None, count: int = 1) -> None:
        """Count contributions.  what: 'accepted', 'rejected', 'open' or 'own'."""
        day, is_late = self._moment(at_ms)
        found = self._days.setdefault(day, _Day())
        setattr(found, what, getattr(found, what) + count)
        found.late += count * is_late
        if wait_ms is not None:
            found.waits.append(wait_ms)

    def figures(self) -> MapFigures:
        total = _Day()
        told = []
        for day, found in sorted(self._days.items(), reverse=True):
            is_evening = 2 * found.late >= found.contributed + found.own
            told.append(EveningFigures(day, is_evening, found.figures()))
            for name in ("accepted", "rejected", "open", "own"):
                setattr(total, name, getattr(total, name) + getattr(found, name))
            total.waits += found.waits
        return MapFigures(total.figures(), tuple(told))


# --- places of which nothing is known but that they were added ----------------------------------


def _count_untouched(project: Project, tally: _Tally) -> None:
    """Count the places that have no change but their create: nearly all of a large map."""
    shifts = project.model.ledger.shifts
    cases = " ".join("WHEN ? THEN ?" for _ in shifts)
    shift = f"CASE p.rid {cases} ELSE 0 END" if shifts else "0"
    moment = f"max(0, min(f.born >> {COUNTER_BITS}, {LAST_MS}) + {shift}) / {_QUARTER_MS}"
    rows = project.connection.execute(
        f"SELECT {moment}, f.state, count(*) FROM shown f JOIN person p ON p.id = f.author"
        " WHERE f.birth_segment IS NOT NULL AND f.state IN (?, ?)"
        " AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.feature = f.id) GROUP BY 1, 2",
        [
            *(value for pair in shifts.items() for value in pair),
            FeatureState.PENDING,
            FeatureState.ACCEPTED,
        ],
    )
    for quarter, state, count in rows.fetchall():
        what = "open" if state == FeatureState.PENDING else "own"
        tally.add(quarter * _QUARTER_MS, what, count=count)


# --- places of which more is known ------------------------------------------------------------


def touched(project: Project) -> Iterator[tuple[bytes, Sequence[Change], bool]]:
    """Yield each feature that has more than its create, all its changes, and whether some wait.

    Those that are one are yielded once, under the smallest id.  Inside `project.reading`.
    """
    ledger, model = project.model.ledger, project.model
    for canonical in sorted(set(ledger.groups.values())):
        yield canonical, model.changes(canonical), True
    rows = project.connection.execute(
        "SELECT id, uuid, waiting FROM shown f"
        " WHERE EXISTS (SELECT 1 FROM mention m WHERE m.feature = f.id) ORDER BY id"
    ).fetchall()
    known = [row for row in rows if row[1] not in ledger.groups]
    for start in range(0, len(known), _CHUNK):
        part = known[start : start + _CHUNK]
        changes_of = _changes_between(project, part[0][0], part[-1][0])
        for number, uuid, waits in part:
            yield uuid, changes_of.get(number, []), bool(waits)


def _changes_between(project: Project, first: int, last: int) -> Mapping[int, list[Change]]:
    """Return the changes of the features in these rows, each segment unpacked once."""
    rows = project.connection.execute(
        "SELECT feature, segment, ordinal FROM mention WHERE feature BETWEEN ? AND ?"
        " UNION ALL SELECT id, birth_segment, birth_ordinal FROM feature"
        " WHERE id BETWEEN ? AND ? AND birth_segment IS NOT NULL ORDER BY 2, 3",
        (first, last, first, last),
    ).fetchall()
    changes = project.log.changes_at(Ref(*row[1:]) for row in rows)
    found: dict[int, list[Change]] = {}
    for row, change in zip(rows, changes, strict=True):
        found.setdefault(row[0], []).append(change)
    return found


def _rulings(changes: Iterable[Change], standing: Standing) -> Mapping[ChangeId, Ruling]:
    content = [change for change in changes if change.kind in CONTENT]
    return rule(content, [c for c in changes if c.kind == Kind.VERDICT], standing)


@dataclass(slots=True)
class _Contribution:
    what: str
    at_ms: int
    first_word_ms: int | None = None


def _count(
    project: Project,
    changes: Collection[Change],
    rulings: Mapping[ChangeId, Ruling],
    outcome: Outcome | None,
    tally: _Tally,
) -> None:
    """Count what was contributed to one place.  outcome: None where nothing of it waits."""
    shown_ms = project.model.ledger.shown_ms
    first_words = _first_words(project, changes)
    found: dict[tuple[object, ...], _Contribution] = {}
    for change in changes:
        if change.kind not in CONTENT or change.element == MARK:
            continue
        ruling = rulings[change.id]
        what = _became(change, ruling, outcome)
        if not what:
            continue
        at_ms = shown_ms(*change.stamp)
        decided = ruling.said[0].id if what in ("accepted", "rejected") else what
        key = (change.stamp.rid, change.person, tally.day_of(at_ms), decided)
        one = found.setdefault(key, _Contribution(what, at_ms))
        one.at_ms = min(one.at_ms, at_ms)
        if what == "accepted":
            # Of what was decided at once, something was taken.
            one.what = what
        word_ms = first_words.get(change.id)
        if word_ms is not None and (one.first_word_ms is None or word_ms < one.first_word_ms):
            one.first_word_ms = word_ms
    for one in found.values():
        is_decided = one.what in ("accepted", "rejected") and one.first_word_ms is not None
        wait_ms = max(0, (one.first_word_ms or 0) - one.at_ms) if is_decided else None
        tally.add(one.at_ms, one.what, wait_ms)


def _became(change: Change, ruling: Ruling, outcome: Outcome | None) -> str:
    """Return what became of a change: 'accepted', 'rejected', 'open', 'own', or '' for nothing."""
    if ruling.word == ACCEPT:
        return "accepted" if ruling.said else "own"
    if not ruling.waits:
        return "rejected"
    if outcome is None or not outcome.waiting or change.id not in outcome.in_effect:
        return ""
    # A delete that was taken back is in effect and takes nothing.
    takes = change.kind in (Kind.DELETE, Kind.REMOVE)
    return "" if takes and change.id not in outcome.waiting else "open"


def _first_words(project: Project, changes: Iterable[Change]) -> dict[ChangeId, int]:
    """Return when a coordinator first said something about each change."""
    ledger = project.model.ledger
    found: dict[ChangeId, int] = {}
    for verdict in changes:
        if verdict.kind == Kind.VERDICT and ledger.standing.role(verdict) == Role.COORDINATOR:
            at_ms = ledger.shown_ms(*verdict.stamp)
            for name, word in verdict.words.items():
                if word in _FIRST_WORDS:
                    found[name] = min(at_ms, found.get(name, at_ms))
    return found
