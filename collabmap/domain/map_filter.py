"""The filter of a map: which of its marks are shown, and how many each choice would show.

Kept to numpy over the columns of all marks, so that a million of them cost milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.feature import FeatureState
from collabmap.domain.mark_columns import DISAGREEMENT, IS_SHAPE, STATES, MarkColumns

Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]
# First and last day of a time, both within it; None where it has no end on that side.
Period = tuple[date | None, date | None]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MapFilter:
    """What is looked for; the empty filter shows all.

    Within a group one choice is enough, and every group that has a choice must let a mark through.
    categories: ids.  states, disagreement: what became of it.  authors: person ids; yours: also
    those of the person who looks.  kinds: 'place' for points, 'shape' for lines and zones.
    first_day, last_day: when it was added, days of this computer's clock.  text: words, or
    beginnings of words.  care: only what needs looking after.
    """

    categories: frozenset[str] = frozenset()
    states: frozenset[FeatureState] = frozenset()
    disagreement: bool = False
    authors: frozenset[bytes] = frozenset()
    yours: bool = False
    kinds: frozenset[str] = frozenset()
    first_day: date | None = None
    last_day: date | None = None
    text: str = ""
    care: bool = False

    @property
    def is_empty(self) -> bool:
        return self == EMPTY

    @property
    def period(self) -> Period:
        return self.first_day, self.last_day


EMPTY = MapFilter()


@dataclass(frozen=True, slots=True)
class Facets:
    """How many marks each choice of a group would show, with all other groups as they are.

    total: marks that the whole filter shows.  whole: marks there are.  periods: in the order in
    which they were asked for.
    """

    total: int
    whole: int
    categories: dict[str, int]
    states: dict[FeatureState, int]
    disagreements: int
    authors: dict[bytes, int]
    kinds: dict[str, int]
    periods: tuple[int, ...]
    care: int


def mask(
    columns: MarkColumns,
    wanted: MapFilter,
    person: bytes | None,
    text_rows: Rows | None = None,
    care_rows: Rows | None = None,
) -> Bools:
    """Return which marks a filter shows, one claim an entry of the columns.

    person: who looks, None while nobody has said a name.  text_rows: the rows that hold the
    filter's text, care_rows: those that need care; ascending, only asked for by such a filter.
    """
    shown = np.ones(len(columns), np.bool_)
    for group in _groups(columns, wanted, person, text_rows, care_rows).values():
        if group is not None:
            shown &= group
    return shown


def facets(
    columns: MarkColumns,
    wanted: MapFilter,
    person: bytes | None,
    text_rows: Rows | None = None,
    care_rows: Rows | None = None,
    periods: Sequence[Period] = (),
) -> Facets:
    """Return how many marks every choice would show; the arguments are those of `mask`.

    periods: those to count.
    """
    groups = _groups(columns, wanted, person, text_rows, care_rows)
    every = np.ones(len(columns), np.bool_)

    def others(name: str) -> Bools:
        shown = every
        for each, group in groups.items():
            if each != name and group is not None:
                shown = shown & group
        return shown

    categories = _count(columns.category, others("category"), len(columns.categories))
    authors = _count(columns.author, others("author"), len(columns.authors))
    by_state = others("state")
    states = _count(columns.state, by_state, len(STATES))
    by_kind = others("kind")
    shapes = int(np.count_nonzero(by_kind & _has(columns, IS_SHAPE)))
    by_period = others("period")
    needs_care = among(columns, care_rows) & others("care") if care_rows is not None else None
    return Facets(
        total=int(np.count_nonzero(others(""))),
        whole=len(columns),
        categories=dict(zip(columns.categories, categories, strict=True)),
        states=dict(zip(STATES, states, strict=True)),
        disagreements=int(np.count_nonzero(by_state & _has(columns, DISAGREEMENT))),
        authors=dict(zip(columns.authors, authors, strict=True)),
        kinds={"place": int(np.count_nonzero(by_kind)) - shapes, "shape": shapes},
        periods=tuple(int(np.count_nonzero(by_period & _within(columns, p))) for p in periods),
        care=int(np.count_nonzero(needs_care)) if needs_care is not None else 0,
    )


def born_from_s(day: date) -> int:
    """Return when a day of this computer's clock begins, in seconds since 1970."""
    return int(datetime.combine(day, time()).timestamp())


def day_of(born_s: int) -> date:
    """Return the day of this computer's clock on which a moment lies."""
    return datetime.fromtimestamp(born_s).date()


def months(columns: MarkColumns, most: int) -> list[Period]:
    """Return the months in which something was added, the newest first, at most so many."""
    found: list[Period] = []
    born = columns.born_s
    while len(born) and len(found) < most:
        last = day_of(int(born.max()))
        first = last.replace(day=1)
        found.append((first, (first + 31 * _DAY).replace(day=1) - _DAY))
        born = born[born < born_from_s(first)]
    return found


def _groups(
    columns: MarkColumns,
    wanted: MapFilter,
    person: bytes | None,
    text_rows: Rows | None,
    care_rows: Rows | None,
) -> dict[str, Bools | None]:
    """Return what each group lets through, None for a group without a choice."""
    authors = wanted.authors | {person} if wanted.yours and person is not None else wanted.authors
    by_state: Bools | None = None
    if wanted.states or wanted.disagreement:
        by_state = _one_of(columns.state, STATES, wanted.states)
        if wanted.disagreement:
            by_state |= _has(columns, DISAGREEMENT)
    by_kind: Bools | None = None
    if len(wanted.kinds) == 1:
        by_kind = _has(columns, IS_SHAPE) == ("shape" in wanted.kinds)
    return {
        "category": _one_of(columns.category, columns.categories, wanted.categories)
        if wanted.categories
        else None,
        "state": by_state,
        "author": _one_of(columns.author, columns.authors, authors)
        if wanted.authors or wanted.yours
        else None,
        "kind": by_kind,
        "period": _within(columns, wanted.period) if wanted.period != (None, None) else None,
        "text": among(columns, text_rows) if wanted.text.strip() else None,
        "care": among(columns, care_rows) if wanted.care else None,
    }


def _one_of(
    column: NDArray[np.int32] | NDArray[np.int8], names: Sequence[object], wanted: frozenset[object]
) -> Bools:
    table = np.array([name in wanted for name in names], np.bool_)
    return table[column] if len(table) else np.zeros(len(column), np.bool_)


def _has(columns: MarkColumns, flag: int) -> Bools:
    found: Bools = (columns.flags & flag) != 0
    return found


def _within(columns: MarkColumns, period: Period) -> Bools:
    first, last = period
    inside = np.ones(len(columns), np.bool_)
    if first is not None:
        inside &= columns.born_s >= born_from_s(first)
    if last is not None and last < date.max:
        inside &= columns.born_s < born_from_s(last + _DAY)
    return inside


def among(columns: MarkColumns, rows: Rows | None) -> Bools:
    """Return which entries have one of these rows."""
    found = np.zeros(len(columns), np.bool_)
    if rows is not None and len(rows) and len(columns):
        at = np.minimum(np.searchsorted(columns.row, rows), len(columns) - 1)
        found[at[columns.row[at] == rows]] = True
    return found


def _count(column: NDArray[np.int32] | NDArray[np.int8], shown: Bools, least: int) -> list[int]:
    return np.bincount(column[shown], minlength=least).tolist()  # type: ignore[no-any-return]
