"""The sea is drawn on paper here: letters of a box 10 x 10, y down as in tiles."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from collabmap.basemap.coastline import CoastWay, Frame, close_sea

FRAME = Frame(0.0, 0.0, 10.0, 10.0)


def way(*points: tuple[float, float], ids: tuple[int, int] = (0, 0)) -> CoastWay:
    first, last = ids if any(ids) else (hash(points[0]), hash(points[-1]))
    return CoastWay(first, last, np.array(points, dtype=float))


def is_sea(ways: list[CoastWay], x: float, y: float) -> bool:
    return any(part.contains(shapely.Point(x, y)) for part in close_sea(ways, FRAME))


def area(ways: list[CoastWay]) -> float:
    return sum(part.area for part in close_sea(ways, FRAME))


def test_without_a_coast_there_is_no_sea() -> None:
    assert close_sea([], FRAME) == []


def test_a_coast_beside_the_box_makes_no_sea_in_it() -> None:
    assert close_sea([way((20, -5), (20, 15))], FRAME) == []


def test_the_sea_lies_on_the_right_of_a_coast_that_crosses_the_box() -> None:
    # Northward (y shrinks): east is on the right.
    coast = [way((4, 12), (4, -2))]
    assert is_sea(coast, 7, 5)
    assert not is_sea(coast, 2, 5)
    assert area(coast) == pytest.approx(60)


def test_a_coast_walked_the_other_way_has_its_sea_on_the_other_side() -> None:
    coast = [way((4, -2), (4, 12))]
    assert is_sea(coast, 2, 5)
    assert area(coast) == pytest.approx(40)


def test_an_island_in_the_sea_stays_land() -> None:
    coast = [way((2, 12), (2, -2)), way((5, 5), (5, 6), (6, 6), (6, 5), (5, 5))]
    assert area(coast) == pytest.approx(79)
    assert not is_sea(coast, 5.5, 5.5)


def test_an_island_alone_makes_all_around_it_sea() -> None:
    # Counter-clockwise on the ground, which is down first where y points down.
    assert area([way((5, 5), (5, 6), (6, 6), (6, 5), (5, 5))]) == pytest.approx(99)


def test_a_ring_walked_with_the_water_inside_is_a_basin() -> None:
    assert area([way((5, 5), (6, 5), (6, 6), (5, 6), (5, 5))]) == pytest.approx(1)


def test_a_harbour_behind_a_narrow_mole_is_sea_and_the_mole_is_land() -> None:
    shore = [(4.0, 12.0), (4.0, 6.0), (8.0, 6.0), (8.0, 5.9), (4.0, 5.9), (4.0, -2.0)]
    assert is_sea([way(*shore)], 5, 5)
    assert is_sea([way(*shore)], 5, 7)
    assert not is_sea([way(*shore)], 6, 5.95)


def test_ways_are_laid_end_to_end_whatever_their_order() -> None:
    pieces = [
        way((4, 5), (4, 2), ids=(2, 3)),
        way((4, 12), (4, 5), ids=(1, 2)),
        way((4, 2), (4, -2), ids=(3, 4)),
    ]
    assert area(pieces) == pytest.approx(60)


def test_a_coast_that_ends_in_the_box_runs_on_as_it_was_heading() -> None:
    coast = [way((4, 8), (4, 2))]
    assert area(coast) == pytest.approx(60)


def test_a_loose_end_that_heads_for_its_own_coast_turns_away_from_it() -> None:
    hook = [way((4, 12), (4, 5), (6, 5), (6, 7), (5, 7))]
    assert is_sea(hook, 4.1, 9)
    assert not is_sea(hook, 2, 8)
    assert not is_sea(hook, 8, 2)


def test_a_loose_end_keeps_off_a_street_that_must_lie_dry() -> None:
    coast = [way((4, 12), (4, 5))]
    street = shapely.LineString([(2, 4), (5, 2)])
    sea = close_sea(coast, FRAME, [street])
    assert not any(part.intersects(street) for part in sea)
    assert any(part.contains(shapely.Point(9, 5)) for part in sea)


def test_a_way_that_is_missing_in_the_middle_is_bridged() -> None:
    torn = [way((4, 12), (4, 5.2), ids=(1, 2)), way((4, 4.8), (4, -2), ids=(3, 4))]
    assert area(torn) == pytest.approx(60)


def test_a_way_that_comes_twice_counts_once() -> None:
    assert area([way((4, 12), (4, -2)), way((4, 12), (4, -2))]) == pytest.approx(60)


def test_two_coasts_make_a_strait() -> None:
    strait = [way((3, 12), (3, -2)), way((7, -2), (7, 12))]
    assert area(strait) == pytest.approx(40)
    assert is_sea(strait, 5, 5)


@given(st.lists(st.floats(1, 9), min_size=2, max_size=12))
def test_the_sea_and_the_land_fill_the_box_for_any_jagged_coast(xs: list[float]) -> None:
    ys = np.linspace(12, -2, len(xs))
    east = CoastWay(1, 2, np.column_stack([xs, ys]))
    west = CoastWay(2, 1, np.column_stack([xs, ys])[::-1])
    assert area([east]) + area([west]) == pytest.approx(100)


def test_a_bay_in_the_middle_of_the_box_is_not_taken_for_an_islet() -> None:
    # Its ends lie nearer to each other than to the border, and yet the coast goes on beyond.
    bay = [way((4, 6), (4.5, 4.5), (5.5, 4.5), (6, 6))]
    assert is_sea(bay, 5, 5.5)
    assert not is_sea(bay, 5, 3)
    assert not is_sea(bay, 1, 1)


def test_an_islet_that_lacks_its_last_way_is_closed() -> None:
    islet = [way((4, 4), (4, 6), (6, 6), (6, 4), (4.2, 4))]
    assert not is_sea(islet, 5, 5)
    assert is_sea(islet, 1, 1)
