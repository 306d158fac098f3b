"""Areas that say how much there is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.render.circles import MAX_RADIUS_PX, MIN_RADIUS_PX, circles, round_values

VALUES = st.lists(st.floats(0, 1e9), min_size=1, max_size=30).map(np.array)


@given(VALUES)
def test_areas_are_proportional_and_the_largest_lies_lowest(values: np.ndarray) -> None:
    made = circles(np.zeros(len(values)), np.zeros(len(values)), values)
    assert (np.diff(made.values) <= 0).all()
    assert (made.values == values[made.indices]).all()
    assert made.radii.max() <= MAX_RADIUS_PX + 1e-9
    # But for those that would be too small to see.
    seen = made.radii > MIN_RADIUS_PX
    areas = made.radii[seen] ** 2
    assert areas == pytest.approx(made.values[seen] / values.max() * MAX_RADIUS_PX**2)


def test_only_circles_in_a_box_are_found_the_largest_first() -> None:
    made = circles(np.array([0.1, 0.5, 0.6]), np.array([0.5, 0.5, 0.5]), np.array([9.0, 1.0, 4.0]))
    assert made.indices[made.within((0.4, 0.4, 0.7, 0.6))].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("largest", "expected"),
    [
        (340, [200, 50, 20]),
        (18.4, [10, 2, 1]),
        (1, [1, 0.2, 0.05]),
        (0.3, [0.2, 0.05, 0.01]),
        (0, []),
    ],
)
def test_the_legend_compares_with_round_numbers(largest: float, expected: list[float]) -> None:
    assert round_values(largest) == expected


@given(st.floats(1e-9, 1e12))
def test_no_circle_of_the_legend_is_larger_than_the_largest(largest: float) -> None:
    found = round_values(largest)
    assert found
    assert all(0 < value <= largest * 1.000001 for value in found)
    assert found == sorted(found, reverse=True)
