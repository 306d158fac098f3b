import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from collabmap.basemap.envelopes import envelopes

spots = st.tuples(st.floats(-180, 180), st.floats(-85, 85))
lines = st.lists(spots, min_size=2, max_size=20).map(shapely.LineString)
houses = st.tuples(spots, st.floats(1e-6, 3.0)).map(
    lambda it: shapely.MultiPolygon([shapely.Point(it[0]).buffer(it[1], quad_segs=2)])
)


def hexed(shapes: list[shapely.Geometry]) -> list[str]:
    return [shapely.to_wkb(shape, hex=True) for shape in shapes]


@given(st.lists(st.one_of(spots.map(shapely.Point), lines, houses), min_size=1, max_size=20))
def test_boxes_are_those_of_the_geometries(shapes: list[shapely.Geometry]) -> None:
    assert np.array_equal(envelopes(hexed(shapes)), shapely.bounds(shapes))


@pytest.mark.parametrize(
    "shape",
    [
        shapely.MultiPolygon([shapely.Point(0, 0).buffer(2) - shapely.Point(0, 0).buffer(1)]),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)]),
        shapely.MultiPolygon([shapely.box(i, 0, i + 0.5, 1) for i in range(257)]),
        shapely.LineString(),
    ],
)
def test_what_is_not_simple_may_be_anywhere(shape: shapely.Geometry) -> None:
    line = shapely.LineString([(1, 2), (3, 4)])
    found = envelopes(hexed([line, shape, line]))
    assert found[0].tolist() == found[2].tolist() == [1, 2, 3, 4]
    assert found[1].tolist() == [-np.inf, -np.inf, np.inf, np.inf]
