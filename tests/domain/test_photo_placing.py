"""Where photos belong that say where, or only when, they were taken."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.geo import LngLat, distance_m
from collabmap.domain.photo_placing import SAME_SPOT_M, Found, Shot, Way, locate, spots
from collabmap.domain.track import Leg, Track

HERE, THERE = LngLat(7.42, 43.73), LngLat(7.43, 43.73)
WALK = Track(
    "Le tour", (Leg(np.array([7.42, 7.43]), np.array([43.73, 43.73]), np.array([1000.0, 1200.0])),)
)


def test_a_photo_lies_where_it_says() -> None:
    assert locate([Shot(None, HERE)], WALK) == [Found(HERE, Way.ITSELF)]


def test_one_that_says_only_when_lies_where_the_walk_was() -> None:
    (found,) = locate([Shot(1100.0, None)], WALK)
    assert found.way is Way.WALK
    assert found.position is not None
    assert math.isclose(found.position.lng, 7.425)


def test_a_clock_that_was_ahead_is_put_right() -> None:
    (found,) = locate([Shot(4700.0, None)], WALK, clock_ahead_s=3600)
    assert found.position is not None
    assert math.isclose(found.position.lng, 7.425)


def test_a_gap_in_the_walk_says_nothing() -> None:
    times = np.array([0.0, 4000.0])
    walk = Track("", (Leg(np.array([7.42, 7.43]), np.array([43.73, 43.73]), times),))
    assert locate([Shot(2000.0, None)], walk) == [Found(None, Way.UNKNOWN)]


def test_one_between_two_others_lies_between_them() -> None:
    shots = [Shot(0.0, HERE), Shot(60.0, None), Shot(120.0, THERE), Shot(160.0, None)]
    found = locate([*shots, Shot(900.0, None), Shot(None, None)])
    ways = [one.way for one in found]
    assert ways == [
        Way.ITSELF, Way.NEIGHBOURS, Way.ITSELF, Way.NEIGHBOURS, Way.UNKNOWN, Way.UNKNOWN,
    ]  # fmt: skip
    assert found[1].position is not None
    assert math.isclose(found[1].position.lng, 7.425)
    assert found[3].position == THERE


def test_between_two_sides_of_the_antimeridian_is_the_short_way() -> None:
    shots = [Shot(0.0, LngLat(179.999, 0.0)), Shot(30.0, None), Shot(60.0, LngLat(-179.999, 0.0))]
    position = locate(shots)[1].position
    assert position is not None
    assert abs(position.lng) > 179.9


positions = st.builds(
    LngLat, st.floats(7.42, 7.4225, allow_nan=False), st.floats(43.73, 43.732, allow_nan=False)
)


@given(st.lists(st.one_of(st.none(), positions), max_size=60))
def test_every_photo_that_is_placed_is_at_one_spot_within_reach(
    where: list[LngLat | None],
) -> None:
    found = [Found(at, Way.ITSELF if at else Way.UNKNOWN) for at in where]
    grouped = spots(found)
    members = [number for spot in grouped for number in spot.photos]

    assert sorted(members) == [number for number, at in enumerate(where) if at is not None]
    for spot in grouped:
        for number in spot.photos:
            at = where[number]
            assert at is not None
            assert distance_m(spot.position, at) <= SAME_SPOT_M
    for one in grouped:
        for other in grouped:
            assert one is other or distance_m(one.position, other.position) > SAME_SPOT_M
