"""Tracks: what is cleaned away, what is hidden of the ends, and that they fit on the map."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.geo import LngLat, distance_m
from collabmap.domain.geometry import MAX_VERTICES
from collabmap.domain.sketch import Sketch
from collabmap.domain.track import Leg, Track, cleaned, simplified, trimmed

# About 11 m of latitude.
STEP = 0.0001
Row = tuple[float, float, float]


def track(*legs: Sequence[Row]) -> Track:
    columns = (np.array(leg, dtype=np.float64).reshape(-1, 3).T for leg in legs)
    return Track("walk", tuple(Leg(*column) for column in columns))


def walk(steps: int, *, timed: bool = True) -> list[Row]:
    return [(7.4, 43.7 + i * STEP, 10.0 * i if timed else math.nan) for i in range(steps)]


def counts(walked: Track | None) -> list[int]:
    return [] if walked is None else [len(leg.lng) for leg in walked.legs]


def nearest_m(walked: Track | None, place: LngLat) -> float:
    """Return how near the line comes to a place, looked at a hundred times a step."""
    assert walked is not None
    shares = np.linspace(0, 1, 101)
    return min(
        distance_m(place, LngLat(float(lng), float(lat)))
        for leg in walked.legs
        for i in range(len(leg.lng) - 1)
        for lng, lat in zip(
            leg.lng[i] + shares * (leg.lng[i + 1] - leg.lng[i]),
            leg.lat[i] + shares * (leg.lat[i + 1] - leg.lat[i]),
            strict=True,
        )
    )


@pytest.mark.parametrize(
    "junk", [(0.0, 0.0), (math.nan, 43.7), (7.4, math.inf), (200.0, 43.7), (7.4, 91.0)]
)
def test_a_point_that_makes_no_sense_is_left_out_and_counted(junk: tuple[float, float]) -> None:
    rows = walk(6)
    rows[3] = (*junk, 30.0)
    clean = cleaned(track(rows))
    assert counts(clean) == [5]
    assert clean.left_out == 1


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("at", [0, 3, 19])
def test_a_single_point_far_off_is_left_out(at: int, timed: bool) -> None:
    rows = walk(20, timed=timed)
    rows[at] = (7.9, 43.9, rows[at][2])
    clean = cleaned(track(rows))
    assert counts(clean) == [19]
    assert clean.left_out == 1


def test_a_walk_that_went_on_elsewhere_has_a_gap() -> None:
    rows = walk(20) + [(8.4, lat, at_s + 200) for _, lat, at_s in walk(20)]
    clean = cleaned(track(rows))
    assert counts(clean) == [20, 20]
    assert clean.left_out == 0


def test_standing_still_is_one_point_and_a_leg_of_one_point_is_none() -> None:
    assert counts(cleaned(track([(7.4, 43.7, 0), (7.4, 43.7, 5), (7.4, 43.71, 60)]))) == [2]
    assert counts(cleaned(track([(7.4, 43.7, 0), (7.4, 43.7, 5)]))) == []
    assert counts(cleaned(track([(7.4, 43.7, 0)], []))) == []


def test_a_leg_that_stays_in_one_spot_is_none() -> None:
    about = [(7.4 + 1e-6 * (i % 3), 43.7, float(i)) for i in range(10)]
    assert counts(cleaned(track([*about, about[0]], walk(5)))) == [5]


def test_a_round_that_ends_where_it_began_keeps_its_shape() -> None:
    there = walk(20)
    back = [(lng + 1e-6, lat, 400 - at_s) for lng, lat, at_s in reversed(there)]
    sketch = simplified(cleaned(track([*there, *back, there[0]])))
    assert sketch.length_m() == pytest.approx(2 * 19 * 11.1, rel=0.02)


def test_a_walk_across_the_antimeridian_is_no_jump() -> None:
    clean = cleaned(track([(179.9999, 0, 0), (-179.9999, 0, 30), (-179.9998, 0, 40)]))
    assert counts(clean) == [3]
    assert simplified(clean).length_m() < 50


def test_the_duration_is_from_the_first_to_the_last_time_noted() -> None:
    rows = walk(5)
    rows[0] = (*rows[0][:2], math.nan)
    assert track(rows).duration_s == 30
    assert track(walk(5, timed=False)).duration_s is None
    assert track().duration_s is None


# --- trimming -----------------------------------------------------------------------------------


def test_both_ends_are_hidden_to_the_metre() -> None:
    hidden = trimmed(track(walk(100)), 100)
    assert hidden is not None
    (leg,) = hidden.legs
    first, last = LngLat(7.4, 43.7), LngLat(7.4, 43.7 + 99 * STEP)
    assert distance_m(first, LngLat(leg.lng[0], leg.lat[0])) == pytest.approx(100, rel=1e-6)
    assert distance_m(last, LngLat(leg.lng[-1], leg.lat[-1])) == pytest.approx(100, rel=1e-6)


def test_walking_about_at_the_door_is_hidden_too() -> None:
    about = [(7.4 + STEP * (i % 5), 43.7, float(i)) for i in range(200)]
    hidden = trimmed(track(about + [(a, b, c + 200) for a, b, c in walk(100)]), 100)
    assert hidden is not None
    assert all(lat > 43.7008 for leg in hidden.legs for lat in leg.lat)


def test_coming_by_the_door_in_the_middle_of_the_walk_is_hidden_too() -> None:
    there = walk(30)
    back = [(lng, lat, 600 - at_s) for lng, lat, at_s in reversed(there)]
    on = [(7.4 - i * STEP, 43.7, 600.0 + 10 * i) for i in range(60)]
    hidden = trimmed(track([*there, *back, *on]), 100)
    assert counts(hidden) == [44, 36]
    assert nearest_m(hidden, LngLat(7.4, 43.7)) == pytest.approx(100, rel=1e-6)


def test_a_long_step_past_the_door_is_hidden_too() -> None:
    far = [(7.4 + 40 * STEP, 43.7), (7.4 - 40 * STEP, 43.7)]
    rows = [(7.4, 43.7), (7.4, 43.7 + 40 * STEP), *far, (7.4 - 80 * STEP, 43.7)]
    hidden = trimmed(track([(lng, lat, math.nan) for lng, lat in rows]), 100)
    assert counts(hidden) == [3, 2]
    assert nearest_m(hidden, LngLat(7.4, 43.7)) == pytest.approx(100, rel=1e-6)


def test_a_walk_that_stayed_near_has_nothing_left() -> None:
    assert trimmed(track(walk(5)), 100) is None
    assert trimmed(track(walk(15)), 100) is None


def test_a_leg_near_the_ends_is_hidden_whole() -> None:
    far = [(7.5, 43.7 + i * STEP, 0.0) for i in range(100)]
    assert counts(trimmed(track(walk(3), far), 50)) == [96]


@given(
    st.lists(st.tuples(st.floats(7.40, 7.41), st.floats(43.70, 43.71)), min_size=2, max_size=20),
    st.floats(1, 400),
)
def test_nothing_that_is_left_comes_nearer_to_either_end_than_was_asked(
    places: list[tuple[float, float]], metres: float
) -> None:
    walked = track([(lng, lat, math.nan) for lng, lat in places])
    hidden = trimmed(walked, metres)
    if hidden is None:
        return
    for place in (places[0], places[-1]):
        # Where a flat map and a round world part, by less than a thousandth.
        assert nearest_m(hidden, LngLat(*place)) > metres * 0.999


# --- making small -------------------------------------------------------------------------------


def test_a_straight_walk_is_two_vertices_and_each_leg_a_part() -> None:
    sketch = simplified(track(walk(100), [(7.5, lat, t) for _, lat, t in walk(50)]))
    assert [len(part[0]) for part in sketch.parts] == [2, 2]
    assert sketch.parts[0][0] == (LngLat(7.4, 43.7), LngLat(7.4, 43.7 + 99 * STEP))


def test_a_walk_of_any_length_fits_on_the_map() -> None:
    generator = np.random.default_rng(1)
    steps = generator.normal(0, 3 * STEP, (30_000, 2)).cumsum(axis=0)
    rows = np.column_stack([7.4 + steps[:, 0], 43.7 + steps[:, 1], np.arange(30_000.0)])
    sketch = simplified(track(rows))
    assert 100 < sketch.vertex_count < MAX_VERTICES
    assert Sketch.from_wkb(sketch.wkb()).vertex_count == sketch.vertex_count
