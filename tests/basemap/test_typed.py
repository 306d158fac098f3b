import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.basemap.typed import House, house, spot
from collabmap.domain.geo import LngLat, distance_m

ROCK = LngLat(7.4198, 43.7312)


@pytest.mark.parametrize(
    "text",
    [
        "43.7312, 7.4198",
        "43.7312 7.4198",
        "43.7312,7.4198",
        "43,7312 7,4198",
        "43,7312, 7,4198",
        "43,7312;7,4198",
        "43,7312 ; 7,4198",
        "  43.7312 / 7.4198 ",
        "43.7312° N, 7.4198° E",
        "N 43.7312 E 7.4198",
        "E 7.4198 N 43.7312",
        "geo:43.7312,7.4198",
        "https://www.openstreetmap.org/#map=17/43.7312/7.4198",
        "43°43'52.32\"N 7°25'11.28\"E",
        "43° 43’ 52,32” N, 7° 25’ 11,28” E",
        "43°43.872'N 7°25.188'E",
    ],
)
def test_a_position_in_numbers(text: str) -> None:
    found = spot(text)
    assert found is not None
    assert distance_m(found, ROCK) < 1


def test_west_and_south() -> None:
    assert spot("48.39 N 4.48 O") == LngLat(-4.48, 48.39)
    assert spot("-21.1, 55.5") == LngLat(55.5, -21.1)
    assert spot("21.1 S, 55.5 E") == LngLat(55.5, -21.1)


def test_the_middle_of_the_map_says_which_comes_first() -> None:
    assert spot("7.4198, 43.7312", ROCK) == ROCK
    assert spot("7.4198, 43.7312") == LngLat(43.7312, 7.4198)
    # Only one way round is on the earth.
    assert spot("120.5, 30.25") == LngLat(120.5, 30.25)


def test_metres_in_lambert_93() -> None:
    # Source: the parallels and the false origin of RGF93 / Lambert-93 (EPSG:2154).
    origin = spot("700000 6600000")
    assert origin is not None
    assert math.isclose(origin.lng, 3, abs_tol=1e-6)
    assert math.isclose(origin.lat, 46.5, abs_tol=1e-6)
    assert spot("X=700000,5 Y=6600000,5") is not None
    assert spot("700000 1600000") is None


@pytest.mark.parametrize(
    "text", ["", "rue", "12", "12 7", "43.7", "8 mai 1945", "06000 98000", "°"]
)
def test_what_is_no_position(text: str) -> None:
    assert spot(text) is None


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_any_position_written_is_read(lng: float, lat: float) -> None:
    found = spot(f"{lat:.6f}, {lng:.6f}")
    assert found is not None
    assert distance_m(found, LngLat(lng, lat)) < 1


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    spot(text)
    house(text)


@pytest.mark.parametrize(
    ("text", "number", "street"),
    [
        ("12 rue Grimaldi", "12", "rue Grimaldi"),
        ("12, rue Grimaldi", "12", "rue Grimaldi"),
        ("12bis, rue Grimaldi", "12bis", "rue Grimaldi"),
        ("12 Bis rue Grimaldi", "12bis", "rue Grimaldi"),
        ("12b rue Grimaldi", "12b", "rue Grimaldi"),
        ("rue Grimaldi 12", "12", "rue Grimaldi"),
        ("rue Grimaldi, 12 ter", "12ter", "rue Grimaldi"),
        ("rue Grimaldi n° 12", "12", "rue Grimaldi"),
        ("Carrer Major, 4", "4", "Carrer Major"),
    ],
)
def test_house_numbers(text: str, number: str, street: str) -> None:
    assert house(text) == House(number, street)


def test_what_has_no_house_number() -> None:
    assert house("rue Grimaldi") is None
    assert house("12") is None
