"""A long series on a chart: few points, no peak lost, and no line over a gap."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.thinning import gap_s, thinned


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=400), st.integers(8, 60))
def test_of_many_points_the_least_and_the_greatest_are_kept(values: list[int], most: int) -> None:
    times = np.arange(len(values), dtype=np.int64) * 60
    y = np.array(values, np.float64)
    x, shown = thinned(times, y, 0, times[-1] + 1, most, float("inf"))
    assert len(x) <= max(most, 2)
    assert (shown.min(), shown.max()) == (min(values), max(values))
    assert (np.diff(x) > 0).all()
    there = set(zip(times.tolist(), y.tolist(), strict=True))
    assert set(zip(x.tolist(), shown.tolist(), strict=True)) <= there


def test_what_lies_outside_is_left_out_but_for_a_neighbour_on_each_side() -> None:
    times = np.arange(100, dtype=np.int64) * 60
    x, _y = thinned(times, times.astype(np.float64), 1200, 1800, 400, float("inf"))
    assert (x[0], x[-1]) == (1140, 1860)


def test_a_gap_breaks_the_line() -> None:
    times = np.array([0, 60, 120, 180, 6000, 6060, 6120], np.int64)
    x, y = thinned(times, np.ones(7), 0, 6200, 400, gap_s(times))
    assert np.isnan(y).sum() == 1
    assert x[np.isnan(y)].tolist() == [3090]


def test_two_points_or_one_have_no_gap() -> None:
    assert gap_s(np.array([0, 9000], np.int64)) == float("inf")
    assert gap_s(np.array([5], np.int64)) == float("inf")
