"""Positions as one reads them in both languages, and as one copies them."""

from collections.abc import Iterator

import pytest

from collabmap.app.words import set_language
from collabmap.domain.geo import LngLat
from collabmap.domain.lambert import Lambert93
from collabmap.ui.position_words import (
    copied_degrees,
    copied_lambert,
    degrees_words,
    lambert_words,
)


@pytest.fixture
def french() -> Iterator[None]:
    set_language("fr")
    yield
    set_language("en")


def test_degrees_have_a_point_in_english() -> None:
    assert degrees_words(LngLat(7.42461, 43.73838)) == "43.7384° N  7.4246° E"
    assert degrees_words(LngLat(-61.5, -16.25)) == "16.2500° S  61.5000° W"


def test_degrees_have_a_comma_in_french(french: None) -> None:
    assert "43,7384°" in degrees_words(LngLat(7.42461, 43.73838))


def test_lambert_is_said_in_whole_metres() -> None:
    assert lambert_words(Lambert93(1057921.4, 6303425.6)) == "Lambert-93 1,057,921  6,303,426"


def test_what_is_copied_reads_the_same_everywhere(french: None) -> None:
    assert copied_degrees(LngLat(7.42461, -43.73838)) == "-43.738380, 7.424610"
    assert copied_lambert(Lambert93(1057921.44, 6303425.0)) == "1057921.4, 6303425.0"
