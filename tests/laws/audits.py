"""What history, decisions and figures must say, worked out from all changes at once."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from statistics import median
from typing import NamedTuple

from collabmap.domain.change import CONTENT, Change, Kind
from collabmap.domain.hlc import ms_of
from collabmap.domain.outcome import Outcome
from collabmap.domain.roles import Role
from collabmap.review.decisions import read_book
from collabmap.review.evening_figures import Figures, read_figures
from collabmap.review.history import read_history
from collabmap.store.project import Project

from .reference import Known


def assert_audit_follows(project: Project, now: Known) -> Counter[str]:
    """Figures, decisions and histories are what the pure model makes of the same changes.

    Return how often it met which fate, and what became of contributions.
    """
    with project.reading():
        told = read_figures(project)
        assert told.total == _expected_total(now)
        assert {e.day: e.figures for e in told.evenings} == _expected_evenings(now)
        book = read_book(project)
        assert read_book(project, book) == book
        _assert_decided(now, {each.id for each in book.decisions})
        _assert_fates(now, {each.id: each.fate for each in book.decisions})
        for subject in {c.subject for c in now.changes if c.kind == Kind.CREATE}:
            _assert_told(project, now, subject)
    met = Counter(f"decision {each.fate}" for each in book.decisions if each.fate)
    met.update(
        f"contribution {what}"
        for what in ("accepted", "rejected", "open")
        if getattr(told.total, what)
    )
    met["contributions waited"] = int(bool(told.total.median_wait_ms))
    return met


# --- figures ----------------------------------------------------------------------------------


class _Row(NamedTuple):
    """One change of content that counts.  by: whose it is and what it is counted with."""

    by: tuple[str, ...]
    day: date
    what: str
    at_ms: int
    word_ms: int | None


def _shown_ms(now: Known, change: Change) -> int:
    return max(0, ms_of(change.stamp.time) + now.shifts.get(change.stamp.rid, 0))


def _rows(now: Known) -> Iterable[_Row]:
    verdicts = [c for c in now.changes if c.kind == Kind.VERDICT]
    for change in now.changes:
        top = now.groups.get(change.subject, change.subject)
        if change.kind not in CONTENT or change.element == "mark" or top not in now.outcomes:
            continue
        outcome = now.outcomes[top]
        ruling = outcome.rulings[change.id]
        what = _became(change, outcome)
        if what is None:
            continue
        at = datetime.fromtimestamp(_shown_ms(now, change) / 1000)
        day = at.date() if at.hour >= 5 else at.date() - timedelta(days=1)
        said = [
            _shown_ms(now, v)
            for v in verdicts
            if v.words.get(change.id) in ("accept", "reject", "ask", "not-chosen")
            and now.standing.role(v) == Role.COORDINATOR
        ]
        by = str(ruling.said[0].id) if what in ("accepted", "rejected") else what
        whose = (top.hex(), change.stamp.rid.hex(), change.person.hex(), by)
        yield _Row(whose, day, what, _shown_ms(now, change), min(said, default=None))


def _became(change: Change, outcome: Outcome) -> str | None:
    ruling = outcome.rulings[change.id]
    if ruling.word in ("reject", "not-chosen"):
        return "rejected"
    if ruling.word == "accept":
        return "accepted" if ruling.said else "own"
    is_open = bool(outcome.waiting) and change.id in outcome.in_effect
    if change.kind in (Kind.DELETE, Kind.REMOVE):
        is_open = change.id in outcome.waiting
    return "open" if is_open else None


def _contributions(now: Known) -> list[tuple[date, str, int | None]]:
    """Return day, what became of it and how long it waited, of each contribution."""

    def key(row: _Row) -> tuple[date, tuple[str, ...]]:
        return row.day, row.by

    found = []
    for (day, _by), group in groupby(sorted(_rows(now), key=key), key=key):
        rows = list(group)
        whats = {row.what for row in rows}
        what = "accepted" if "accepted" in whats else rows[0].what
        words = [row.word_ms for row in rows if row.word_ms is not None]
        is_decided = what in ("accepted", "rejected") and words
        wait = max(0, min(words) - min(row.at_ms for row in rows)) if is_decided else None
        found.append((day, what, wait))
    return found


def _figures(contributions: Iterable[tuple[date, str, int | None]]) -> Figures:
    contributions = list(contributions)
    counts = Counter(what for _day, what, _wait in contributions)
    waits = [wait for _day, _what, wait in contributions if wait is not None]
    return Figures(
        counts["accepted"] + counts["rejected"] + counts["open"],
        counts["accepted"],
        counts["rejected"],
        counts["open"],
        counts["own"],
        round(median(waits)) if waits else None,
    )


def _expected_total(now: Known) -> Figures:
    return _figures(_contributions(now))


def _expected_evenings(now: Known) -> dict[date, Figures]:
    every = _contributions(now)
    return {day: _figures(e for e in every if e[0] == day) for day in {e[0] for e in every}}


# --- decisions --------------------------------------------------------------------------------


def _said(now: Known) -> list[Change]:
    """Return the words of those who are or were coordinators."""
    known = ("accept", "reject", "ask", "not-chosen", "open")
    return [
        c
        for c in now.changes
        if c.stamp.rid in now.standing.ranks
        and (
            (c.kind == Kind.VERDICT and set(c.words.values()) & set(known))
            or (c.kind == Kind.ALIAS and c.element in ("same", "different", "open"))
        )
    ]


def _assert_decided(now: Known, told: set[object]) -> None:
    """Every word is told, or one of the same moment about the same place is told for it."""
    by_id = {c.id: c for c in _said(now)}
    assert told <= by_id.keys()
    for name in by_id.keys() - told:
        word = by_id[name]
        places = {
            (by_id[other].stamp.rid, now.groups.get(by_id[other].subject, by_id[other].subject))
            for other in told
        }
        assert (word.stamp.rid, now.groups.get(word.subject, word.subject)) in places


def _assert_fates(now: Known, fates: dict[object, str]) -> None:
    counting = [c for c in _said(now) if now.standing.role(c) == Role.COORDINATOR]
    contested = {
        v.id
        for outcome in now.outcomes.values()
        for ruling in outcome.rulings.values()
        if ruling.is_contested
        for v in ruling.said
    }
    by_id = {c.id: c for c in counting}
    for name, fate in fates.items():
        word = by_id.get(name)  # type: ignore[call-overload]
        if word is None:
            assert fate == "void"
            continue
        later = [c for c in counting if word.id in (c.over.get("") or ())]
        if later:
            last = max(later, key=lambda c: (c.stamp.time, c.stamp.rid))
            is_own = (last.stamp.rid, last.person) == (word.stamp.rid, word.person)
            assert fate == ("taken_back" if is_own else "overruled")
        elif word.kind == Kind.VERDICT:
            assert (fate == "contested") == (word.id in contested)


# --- history ----------------------------------------------------------------------------------


def _assert_told(project: Project, now: Known, subject: bytes) -> None:
    """Every create, write, delete and counting verdict is told in exactly one entry."""
    top = now.groups.get(subject, subject)
    told = Counter(name for entry in read_history(project, subject) for name in entry.changes)
    assert all(count == 1 for count in told.values())
    for change in now.changes:
        if now.groups.get(change.subject, change.subject) != top:
            continue
        is_content = change.kind in (Kind.CREATE, Kind.DELETE)
        is_write = change.kind == Kind.SET and bool(change.over)
        is_word = (
            change.kind == Kind.VERDICT
            and now.standing.role(change) == Role.COORDINATOR
            and bool(set(change.words.values()) & {"accept", "reject", "ask", "not-chosen", "open"})
        )
        if is_content or is_write or is_word:
            assert change.id in told, change
