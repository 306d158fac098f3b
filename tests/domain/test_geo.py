import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.geo import (
    EARTH_RADIUS_M,
    MAX_LAT,
    Bbox,
    LngLat,
    distance_m,
    from_world,
    to_mercator,
    to_world,
)

lngs = st.floats(-180, 180)
lats = st.floats(-MAX_LAT, MAX_LAT)
positions = st.builds(LngLat, lngs, lats)


@given(positions)
def test_a_position_comes_back_from_the_unit_square(position: LngLat) -> None:
    back = from_world(*to_world(*position))
    # 1e-9 degrees are a tenth of a millimetre.
    assert back == pytest.approx(position, abs=1e-9)


@given(positions)
def test_the_map_is_a_square_with_its_axes_east_and_down(position: LngLat) -> None:
    x, y = to_world(*position)
    assert -1e-12 <= x <= 1 + 1e-12
    assert -1e-12 <= y <= 1 + 1e-12
    assert (x >= 0.5) == (position.lng >= 0) or abs(position.lng) < 1e-9
    assert (y <= 0.5) == (position.lat >= 0) or abs(position.lat) < 1e-9


@given(lngs, st.floats(MAX_LAT, 90))
def test_a_pole_is_drawn_at_the_edge(lng: float, lat: float) -> None:
    assert to_world(lng, lat)[1] == pytest.approx(0, abs=1e-12)
    assert to_world(lng, -lat)[1] == pytest.approx(1, abs=1e-12)


def test_mercator_metres_are_those_of_epsg_3857() -> None:
    # EPSG Guidance Note 7-2, "Popular Visualisation Pseudo Mercator", worked example.
    found = to_mercator(-100.333333333, 24.381786944)
    assert found == pytest.approx((-11169055.58, 2800000.0), abs=0.5)


@given(positions, positions)
def test_a_distance_is_the_same_both_ways(a: LngLat, b: LngLat) -> None:
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=1e-6)
    assert 0 <= distance_m(a, b) <= math.pi * EARTH_RADIUS_M + 1e-6


@given(positions, positions, positions)
def test_a_detour_is_never_shorter(a: LngLat, b: LngLat, c: LngLat) -> None:
    # Near the antipode the haversine loses some centimetres.
    assert distance_m(a, c) <= distance_m(a, b) + distance_m(b, c) + 0.5


def test_a_minute_of_latitude_is_about_a_nautical_mile() -> None:
    assert distance_m(LngLat(7.4, 43.7), LngLat(7.4, 43.7 + 1 / 60)) == pytest.approx(
        1852, rel=5e-3
    )


def test_a_distance_over_the_antimeridian_is_the_short_one() -> None:
    assert distance_m(LngLat(179.99, 0), LngLat(-179.99, 0)) == pytest.approx(2226, abs=1)


@given(positions)
def test_a_box_over_the_antimeridian_holds_what_the_box_between_does_not(p: LngLat) -> None:
    over = Bbox(170.0, -90.0, -170.0, 90.0)
    between = Bbox(-170.0, -90.0, 170.0, 90.0)
    assert over.contains(*p) or between.contains(*p)
    if over.contains(*p) and between.contains(*p):
        assert abs(p.lng) == 170.0


def test_a_box_holds_its_edges() -> None:
    box = Bbox(7.0, 43.0, 8.0, 44.0)
    assert box.contains(7.0, 43.0)
    assert not box.contains(7.5, 44.000001)
