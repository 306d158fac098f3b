"""The filter of a map: the same answer as a plain sentence about each mark."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from marks import CATEGORIES, PEOPLE, THINGS, Thing, columns_of

from collabmap.domain.feature import FeatureState
from collabmap.domain.map_filter import EMPTY, MapFilter, Period, day_of, facets, mask, months
from collabmap.domain.mark_columns import STATES

DAYS = st.none() | st.dates(date(2023, 11, 1), date(2023, 12, 1))
FILTERS = st.builds(
    MapFilter,
    categories=st.frozensets(st.sampled_from(CATEGORIES)),
    states=st.frozensets(st.sampled_from(STATES)),
    disagreement=st.booleans(),
    authors=st.frozensets(st.sampled_from(PEOPLE)),
    yours=st.booleans(),
    kinds=st.frozensets(st.sampled_from(("place", "shape"))),
    first_day=DAYS,
    last_day=DAYS,
    text=st.sampled_from(("", "eau")),
    care=st.booleans(),
)
ROWS = st.lists(st.integers(0, 41), unique=True).map(sorted)
PERSON = st.none() | st.sampled_from(PEOPLE)


def shows(
    wanted: MapFilter, thing: Thing, person: bytes | None, found: list[int], care: list[int]
) -> bool:
    """What the words of MapFilter say, without arrays."""
    by_state = (
        not (wanted.states or wanted.disagreement)
        or thing.state in wanted.states
        or (wanted.disagreement and thing.disagreement)
    )
    by_person = (
        not (wanted.authors or wanted.yours)
        or thing.author in wanted.authors
        or (wanted.yours and thing.author == person)
    )
    kind = "shape" if thing.is_shape else "place"
    day = day_of(thing.born_s)
    return (
        (not wanted.categories or thing.category in wanted.categories)
        and by_state
        and by_person
        and (not wanted.kinds or kind in wanted.kinds)
        and (wanted.first_day is None or day >= wanted.first_day)
        and (wanted.last_day is None or day <= wanted.last_day)
        and (not wanted.text or thing.row in found)
        and (not wanted.care or thing.row in care)
    )


@given(THINGS, FILTERS, PERSON, ROWS, ROWS)
def test_a_mask_says_of_each_mark_what_the_filter_says(
    things: list[Thing],
    wanted: MapFilter,
    person: bytes | None,
    found: list[int],
    care: list[int],
) -> None:
    arrays = np.array(found, np.int64), np.array(care, np.int64)
    got = mask(columns_of(things), wanted, person, *arrays)
    assert got.tolist() == [shows(wanted, thing, person, found, care) for thing in things]


@given(THINGS, FILTERS, PERSON, ROWS, ROWS)
def test_a_choice_of_a_group_shows_as_many_marks_as_it_says(
    things: list[Thing],
    wanted: MapFilter,
    person: bytes | None,
    found: list[int],
    care: list[int],
) -> None:
    columns = columns_of(things)
    arrays = np.array(found, np.int64), np.array(care, np.int64)
    period: Period = (date(2023, 11, 10), date(2023, 11, 20))
    counts = facets(columns, wanted, person, *arrays, periods=[period])

    def count(**choice: object) -> int:
        return int(mask(columns, replace(wanted, **choice), person, *arrays).sum())  # type: ignore[arg-type]

    assert counts.total == count()
    assert counts.whole == len(things)
    for category, number in counts.categories.items():
        assert number == count(categories=frozenset({category}))
    for state, number in counts.states.items():
        assert number == count(states=frozenset({state}), disagreement=False)
    assert counts.disagreements == count(states=frozenset(), disagreement=True)
    for author, number in counts.authors.items():
        assert number == count(authors=frozenset({author}), yours=False)
    for kind, number in counts.kinds.items():
        assert number == count(kinds=frozenset({kind}))
    assert counts.periods == (count(first_day=period[0], last_day=period[1]),)
    assert counts.care == count(care=True)


@given(THINGS)
def test_the_empty_filter_shows_all(things: list[Thing]) -> None:
    assert mask(columns_of(things), EMPTY, None).all()
    assert EMPTY.is_empty
    assert not MapFilter(states=frozenset({FeatureState.PENDING})).is_empty


@given(THINGS)
def test_every_mark_was_added_in_one_of_the_months(things: list[Thing]) -> None:
    found = months(columns_of(things), 100)
    wanted = {day_of(thing.born_s).replace(day=1) for thing in things}
    assert [first for first, _last in found] == sorted(wanted, reverse=True)
    for first, last in found:
        assert first is not None
        assert last is not None
        assert (last + timedelta(days=1)).day == 1
        assert last.month == first.month
