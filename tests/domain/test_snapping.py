"""Snapping: to vertices first, then to edges, and to right angles."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from collabmap.domain.geo import LngLat, from_world, to_world
from collabmap.domain.snapping import Snap, SnapIndex, right_angle

SQUARE = shapely.Polygon([(7, 43), (7.1, 43), (7.1, 43.1), (7, 43.1)])
LINE = shapely.LineString([(7.2, 43), (7.3, 43)])
# About ten pixels where a town fills the window.
TOLERANCE = 10 / (256 * 2**14)
degrees = st.builds(LngLat, st.floats(7.0, 7.4), st.floats(43.0, 43.2))


def world_distance(a: LngLat, b: LngLat) -> float:
    return math.dist(to_world(*a), to_world(*b))


def beside(position: LngLat, dx: float, dy: float) -> LngLat:
    x, y = to_world(*position)
    return from_world(x + dx * TOLERANCE, y + dy * TOLERANCE)


def test_a_vertex_wins_over_an_edge_that_is_nearer() -> None:
    index = SnapIndex.of([(b"square", SQUARE)])
    snap = index.nearest(beside(LngLat(7.1, 43.1), -0.6, 0.1), TOLERANCE)
    assert snap == Snap(LngLat(7.1, 43.1), "vertex", b"square")


def test_an_edge_is_met_where_it_is_nearest() -> None:
    index = SnapIndex.of([(b"square", SQUARE), (b"line", LINE)])
    snap = index.nearest(beside(LngLat(7.25, 43), 0, 0.5), TOLERANCE)
    assert snap is not None
    assert (snap.kind, snap.feature) == ("edge", b"line")
    assert snap.position == pytest.approx((7.25, 43))
    assert snap.edge == ((7.2, 43), (7.3, 43))


def test_nothing_is_met_beyond_the_tolerance_inside_a_zone_or_of_what_is_skipped() -> None:
    index = SnapIndex.of([(b"square", SQUARE)])
    assert index.nearest(beside(LngLat(7.1, 43.1), 2, 0), TOLERANCE) is None
    assert index.nearest(LngLat(7.05, 43.05), TOLERANCE) is None
    assert index.nearest(LngLat(7.1, 43.1), TOLERANCE, skip={b"square"}) is None
    assert SnapIndex.of([]).nearest(LngLat(7, 43), TOLERANCE) is None


def test_an_edge_does_not_lead_from_one_part_or_ring_to_the_next() -> None:
    hole = shapely.Polygon(SQUARE.exterior.coords, [[(7.04, 43.04), (7.06, 43.04), (7.05, 43.06)]])
    lines = shapely.MultiLineString([[(8, 43), (8.1, 43)], [(8.2, 43), (8.3, 43)]])
    index = SnapIndex.of([(b"hole", hole), (b"lines", lines)])
    assert index.nearest(LngLat(7.02, 43.02), TOLERANCE) is None
    assert index.nearest(LngLat(8.15, 43), TOLERANCE) is None
    snap = index.nearest(LngLat(7.05, 43.04), TOLERANCE)
    assert snap is not None
    assert (snap.kind, snap.feature) == ("edge", b"hole")


def test_points_collections_and_broken_numbers_are_taken_as_far_as_they_go() -> None:
    nested = shapely.GeometryCollection(
        [shapely.Point(7, 43), shapely.GeometryCollection([shapely.MultiPoint([(8, 43)])])]
    )
    with np.errstate(invalid="ignore"):
        broken = shapely.LineString([(7.5, 43), (math.nan, math.nan), (7.6, 43)])
        lost = shapely.LineString([(math.nan, 43), (math.nan, 43)])
    index = SnapIndex.of(
        [(b"nested", nested), (b"broken", broken), (b"none", shapely.Point()), (b"lost", lost)]
    )
    snap = index.nearest(LngLat(8, 43), TOLERANCE)
    assert snap == Snap(LngLat(8, 43), "vertex", b"nested")
    met = index.nearest(LngLat(7.6, 43), TOLERANCE)
    assert met == Snap(LngLat(7.6, 43), "vertex", b"broken")
    assert index.nearest(LngLat(7.55, 43), TOLERANCE) is None


@given(st.lists(degrees, min_size=2, max_size=8, unique=True), degrees)
def test_what_is_met_is_as_near_as_measuring_all_says(ring: list[LngLat], pointer: LngLat) -> None:
    snap = SnapIndex.of([(b"line", shapely.LineString(ring))]).nearest(pointer, 1000 * TOLERANCE)
    flat = shapely.LineString([to_world(*position) for position in ring])
    off = flat.distance(shapely.Point(to_world(*pointer)))
    vertex_off = min(world_distance(position, pointer) for position in ring)
    if snap is None:
        assert off > 999 * TOLERANCE
    elif snap.kind == "vertex":
        assert world_distance(snap.position, pointer) == pytest.approx(vertex_off, abs=1e-12)
    else:
        assert vertex_off > 1000 * TOLERANCE
        assert world_distance(snap.position, pointer) == pytest.approx(off, abs=1e-12)


# --- right angles -------------------------------------------------------------------------------


def angle(a: LngLat, b: LngLat, c: LngLat) -> float:
    (ax, ay), (bx, by), (cx, cy) = to_world(*a), to_world(*b), to_world(*c)
    turn = math.atan2(ay - by, ax - bx) - math.atan2(cy - by, cx - bx)
    return abs(math.degrees(math.remainder(turn, 2 * math.pi)))


@given(degrees, degrees, degrees)
def test_a_place_that_is_offered_makes_a_right_or_straight_angle_near_the_pointer(
    a: LngLat, b: LngLat, pointer: LngLat
) -> None:
    assume(world_distance(a, b) > TOLERANCE)
    place = right_angle(a, b, pointer, 100 * TOLERANCE)
    assume(place is not None and world_distance(place, b) > TOLERANCE)
    assert place is not None
    assert world_distance(place, pointer) <= 100 * TOLERANCE * (1 + 1e-9)
    assert min(abs(angle(a, b, place) - wanted) for wanted in (90, 180)) < 0.01


def test_the_fourth_corner_of_a_rectangle_is_offered() -> None:
    a, b, c = LngLat(7, 43), LngLat(7.1, 43), LngLat(7.1, 43.1)
    corner = right_angle(b, c, beside(LngLat(7, 43.1), 0.5, 0.6), TOLERANCE, closing=(a, b))
    assert corner == pytest.approx((7, 43.1))


def test_nothing_is_offered_far_from_a_right_angle_back_along_the_edge_or_without_one() -> None:
    a, b = LngLat(7, 43), LngLat(7.1, 43)
    assert right_angle(a, b, LngLat(7.15, 43.05), TOLERANCE) is None
    assert right_angle(a, b, LngLat(7.05, 43), TOLERANCE) is None
    assert right_angle(a, a, LngLat(7.05, 43), TOLERANCE) is None
