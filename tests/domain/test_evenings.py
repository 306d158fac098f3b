"""Evenings: the night belongs to the day before it."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.evenings import bounds_of, day_of, is_evening

MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2999, 1, 1))


@pytest.mark.parametrize(
    ("at", "day", "is_late"),
    [
        (datetime(2026, 11, 27, 18, 42), date(2026, 11, 27), True),
        (datetime(2026, 11, 28, 1, 30), date(2026, 11, 27), True),
        (datetime(2026, 11, 28, 4, 59, 59), date(2026, 11, 27), True),
        (datetime(2026, 11, 28, 5, 0), date(2026, 11, 28), False),
        (datetime(2026, 11, 28, 16, 59), date(2026, 11, 28), False),
        (datetime(2027, 1, 1, 0, 10), date(2026, 12, 31), True),
    ],
)
def test_whoever_stays_until_two_is_at_the_evening_before(
    at: datetime, day: date, is_late: bool
) -> None:
    assert (day_of(at), is_evening(at)) == (day, is_late)


@given(MOMENTS)
def test_every_moment_lies_within_the_bounds_of_its_own_evening(at: datetime) -> None:
    begins, ends = bounds_of(day_of(at))
    assert begins <= at < ends


@given(MOMENTS)
def test_evenings_follow_one_another_without_a_gap(at: datetime) -> None:
    day = day_of(at)
    assert bounds_of(day)[1] == bounds_of(day + timedelta(days=1))[0]
