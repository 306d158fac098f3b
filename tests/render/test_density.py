"""Hexagons on the world: every place in one, and the same ones wherever one looks from."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.render.density import MAX_CLASSES, class_bounds, corners, count, level_of

UNIT = st.floats(0.2, 0.8)


@st.composite
def places(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    found = draw(st.lists(st.tuples(UNIT, UNIT), min_size=1, max_size=60))
    return np.array([x for x, _y in found]), np.array([y for _x, y in found])


@given(places(), st.integers(2, 40))
def test_every_place_lies_in_the_hexagon_that_counts_it(
    spots: tuple[np.ndarray, np.ndarray], halves: int
) -> None:
    x, y = spots
    found = count(x, y, halves / 2)
    assert found.sizes.sum() == len(x)
    for each in zip(x.tolist(), y.tolist(), strict=True):
        at = found.at(*each)
        assert at is not None
        # No point of a hexagon is further from its middle than a corner.
        assert math.hypot(found.x[at] - each[0], found.y[at] - each[1]) <= found.radius * 1.0001


@given(places(), st.integers(2, 40), UNIT, UNIT)
def test_a_box_finds_the_hexagons_in_it(
    spots: tuple[np.ndarray, np.ndarray], halves: int, left: float, top: float
) -> None:
    found = count(*spots, halves / 2)
    box = left, top, left + 0.1, top + 0.1
    inside = (found.x >= box[0]) & (found.x <= box[2]) & (found.y >= box[1]) & (found.y <= box[3])
    assert set(np.flatnonzero(inside)) <= set(found.within(box).tolist())
    everything = found.within((0, 0, 1, 1)).tolist()
    assert sorted(everything) == list(range(len(found.keys)))


def test_the_grid_lies_on_the_world_whatever_else_is_counted() -> None:
    alone = count(np.array([0.5]), np.array([0.4]), 15.0)
    among = count(np.array([0.5, 0.3, 0.7]), np.array([0.4, 0.6, 0.2]), 15.0)
    at = among.at(0.5, 0.4)
    assert at is not None
    assert (among.x[at], among.y[at]) == (alone.x[0], alone.y[0])


def test_where_no_place_lies_there_is_no_hexagon() -> None:
    assert count(np.array([0.5]), np.array([0.4]), 15.0).at(0.6, 0.4) is None
    assert len(count(np.empty(0), np.empty(0), 15.0).keys) == 0


@given(st.integers(0, 10**7))
def test_the_classes_are_few_grow_and_hold_every_count(largest: int) -> None:
    bounds = class_bounds(largest)
    assert 1 <= len(bounds) <= MAX_CLASSES
    assert bounds[0] == 1
    assert list(bounds) == sorted(set(bounds))
    assert bounds[-1] <= max(1, largest)


@pytest.mark.parametrize(
    ("largest", "bounds"),
    [(3, (1, 2, 3)), (40, (1, 2, 5, 10, 20)), (999, (1, 5, 10, 50, 100, 500))],
)
def test_the_classes_begin_at_round_numbers(largest: int, bounds: tuple[int, ...]) -> None:
    assert class_bounds(largest) == bounds


def test_a_hexagon_gets_the_class_of_its_count() -> None:
    found = count(np.full(7, 0.5), np.full(7, 0.4), 15.0)
    assert found.bounds == (1, 2, 5)
    assert found.classes(np.array([0])).tolist() == [2]


def test_hexagons_grow_by_less_than_half_before_the_next_level() -> None:
    assert level_of(15.49) == 15.0
    assert level_of(15.5) == 15.5
    assert corners(10.0)[0] == pytest.approx((0, -10))
