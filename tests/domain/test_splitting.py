"""Splitting: lines where they are met, zones right across, and a reason where nothing is cut."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.antimeridian import atoms
from collabmap.domain.geo import LngLat
from collabmap.domain.splitting import split
from collabmap.errors import CutMissesLine, CutMissesZone, PointNotSplit

SQUARE = shapely.box(7, 43, 8, 44)
RING = shapely.Polygon(SQUARE.exterior.coords, [shapely.box(7.4, 43.4, 7.6, 43.6).exterior.coords])
LINE = shapely.LineString([(7, 43), (8, 43), (8, 44)])


def across(lng: float) -> list[LngLat]:
    return [LngLat(lng, 42), LngLat(lng, 45)]


def test_a_zone_is_cut_right_across_the_larger_part_first() -> None:
    large, small = split(SQUARE, across(7.7))
    assert large.equals(shapely.box(7, 43, 7.7, 44))
    assert small.equals(shapely.box(7.7, 43, 8, 44))


def test_a_cut_through_a_hole_leaves_the_hole_open() -> None:
    parts = split(RING, across(7.5))
    assert len(parts) == 2
    assert sum(part.area for part in parts) == pytest.approx(RING.area)
    assert not any(part.intersects(shapely.Point(7.5, 43.5)) for part in parts)


def test_a_cut_beside_a_hole_keeps_it() -> None:
    large, _ = split(RING, across(7.7))
    assert len(large.interiors) == 1  # type: ignore[attr-defined]


def test_a_cut_that_ends_on_the_edges_as_snapped_goes_right_across() -> None:
    # A third is not a number of the computer's.
    slanted = shapely.Polygon([(7, 43), (8, 43.1), (8, 44), (7, 44)])
    start = slanted.exterior.interpolate(0.31, normalized=True)
    parts = split(slanted, [LngLat(start.x, start.y), LngLat(7.4, 44)])
    assert sum(part.area for part in parts) == pytest.approx(slanted.area)


@pytest.mark.parametrize(
    "cut",
    [
        [LngLat(7.5, 42), LngLat(7.5, 43.9)],
        [LngLat(7.5, 43.1), LngLat(7.5, 43.9)],
        [LngLat(6, 43.5), LngLat(6.5, 43.5)],
        [LngLat(7, 43), LngLat(8, 43)],
        [LngLat(7.5, 43.5)],
        [LngLat(7.5, 43.5), LngLat(7.5, 43.5)],
    ],
    ids=["ends inside", "within", "beside", "along an edge", "one click", "a double click"],
)
def test_a_cut_that_does_not_part_the_zone_is_refused(cut: list[LngLat]) -> None:
    with pytest.raises(CutMissesZone):
        split(SQUARE, cut)


def test_what_is_cut_out_of_the_middle_is_a_part_and_leaves_a_hole() -> None:
    loop = [LngLat(7.2, 43.2), LngLat(7.8, 43.2), LngLat(7.5, 43.8), LngLat(7.2, 43.2)]
    large, small = split(SQUARE, loop)
    assert large.area + small.area == pytest.approx(SQUARE.area)
    assert not large.contains(small.centroid)


def test_parts_that_the_cut_does_not_touch_stay_with_the_largest() -> None:
    far = shapely.box(9, 43, 10, 44)
    kept, new = split(shapely.MultiPolygon([SQUARE, far]), across(7.2))
    assert kept.covers(far)
    assert new.equals(shapely.box(7, 43, 7.2, 44))


def test_a_cut_may_cross_a_zone_several_times() -> None:
    comb = [LngLat(7.2, 42), LngLat(7.2, 45), LngLat(7.6, 45), LngLat(7.6, 42)]
    assert [round(part.area, 9) for part in split(SQUARE, comb)] == [0.4, 0.4, 0.2]


def test_a_line_is_cut_where_it_is_crossed_and_where_it_is_clicked() -> None:
    crossed = split(LINE, across(7.7))
    clicked = split(LINE, [LngLat(7.7, 43.001)])
    for parts in (crossed, clicked):
        assert [part.length for part in parts] == pytest.approx([1.3, 0.7])


def test_a_line_that_crosses_itself_is_cut_only_where_it_is_cut() -> None:
    knot = shapely.LineString([(0, 0), (4, 4), (4, 0), (0, 4), (0, 9)])
    parts = split(knot, [LngLat(-1, 8), LngLat(1, 8)])
    assert len(parts) == 2
    assert parts[1].equals(shapely.LineString([(0, 8), (0, 9)]))


@pytest.mark.parametrize("cut", [across(9), [LngLat(6, 42)], [LngLat(8.5, 44)]])
def test_a_cut_that_does_not_meet_the_line_or_only_its_end_is_refused(cut: list[LngLat]) -> None:
    with pytest.raises(CutMissesLine):
        split(LINE, cut)


def test_a_point_is_not_cut() -> None:
    with pytest.raises(PointNotSplit):
        split(shapely.Point(7, 43), across(7))


@given(
    st.lists(st.floats(0.3, 1), min_size=3, max_size=12),
    st.floats(-0.2, 0.2),
    st.floats(0, math.tau),
)
def test_the_parts_of_a_zone_are_the_zone(radii: list[float], off: float, turn: float) -> None:
    steps = [math.tau * i / len(radii) for i in range(len(radii))]
    zone = shapely.Polygon(
        [(r * math.cos(a), r * math.sin(a)) for r, a in zip(radii, steps, strict=True)]
    )
    ends = [(3 * math.cos(turn), 3 * math.sin(turn) + off)]
    ends.append((-ends[0][0], -ends[0][1]))
    try:
        parts = split(zone, [LngLat(*end) for end in ends])
    except CutMissesZone:
        return
    assert sum(part.area for part in parts) == pytest.approx(zone.area, rel=1e-6)
    assert shapely.union_all(parts).symmetric_difference(zone).area < 1e-6
    assert all(part.is_valid for part in parts)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=8, unique=True),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_the_parts_of_a_line_are_as_long_as_it_was(
    ring: list[tuple[float, float]], at: tuple[float, float]
) -> None:
    line = shapely.LineString(ring)
    try:
        parts = split(line, [LngLat(*at)])
    except CutMissesLine:
        return
    assert len(parts) == 2
    assert sum(part.length for part in parts) == pytest.approx(line.length)
    assert all(len(list(atoms(part))) == 1 for part in parts)
