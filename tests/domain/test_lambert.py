"""Lambert-93: where it applies, and that it is the grid that everybody means."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from collabmap.domain.geo import LngLat
from collabmap.domain.lambert import AREA_OF_USE, applies, lambert_93


def test_its_origin_is_where_the_law_puts_it() -> None:
    """Decree 2000-1276: 46°30' N, 3° E is at 700 km east and 6,600 km north."""
    place = lambert_93(LngLat(3.0, 46.5))
    assert place is not None
    assert place == (pytest.approx(700_000, abs=0.001), pytest.approx(6_600_000, abs=0.001))


def test_it_applies_where_its_register_says() -> None:
    area = CRS.from_epsg(2154).area_of_use
    assert area is not None
    assert tuple(AREA_OF_USE) == (area.west, area.south, area.east, area.north)


@pytest.mark.parametrize("elsewhere", [(-61.5, 16.2), (55.5, -21.1), (13.4, 52.5), (0.0, 0.0)])
def test_it_is_silent_elsewhere(elsewhere: tuple[float, float]) -> None:
    assert not applies(LngLat(*elsewhere))
    assert lambert_93(LngLat(*elsewhere)) is None


@given(
    st.floats(AREA_OF_USE.west, AREA_OF_USE.east), st.floats(AREA_OF_USE.south, AREA_OF_USE.north)
)
def test_it_leads_back_to_where_it_came_from(lng: float, lat: float) -> None:
    place = lambert_93(LngLat(lng, lat))
    assert place is not None
    back = Transformer.from_crs("EPSG:2154", "EPSG:4326", always_xy=True).transform(*place)
    assert math.dist(back, (lng, lat)) < 1e-8
