"""Sketches: what is drawn, changed, measured, mended and stored."""

import math

import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from collabmap.domain.geo import MAX_LAT, LngLat
from collabmap.domain.geometry import MAX_VERTICES, Flaw, geod, prepare
from collabmap.domain.sketch import Sketch, Vertex
from collabmap.domain.sketch_problems import ProblemKind
from collabmap.errors import (
    GeometryCollapsed,
    GeometryTooLarge,
    GeometryUnreadable,
    PositionOutOfRange,
)

positions = st.builds(LngLat, st.floats(7.0, 8.0), st.floats(43.0, 44.0))
coarse = st.builds(LngLat, st.integers(0, 6).map(float), st.integers(0, 6).map(float))
lines = st.lists(positions, min_size=2, max_size=12, unique=True).map(
    lambda ring: Sketch("line", ((tuple(ring),),))
)
SQUARE = (LngLat(7.0, 43.0), LngLat(7.1, 43.0), LngLat(7.1, 43.1), LngLat(7.0, 43.1))
HOLE = (LngLat(7.02, 43.02), LngLat(7.05, 43.02), LngLat(7.05, 43.05))
ZONE = Sketch("zone", ((SQUARE,),))


def zone(*ring: tuple[float, float]) -> Sketch:
    return Sketch("zone", ((tuple(LngLat(*p) for p in ring),),))


def drawn(kind: str, ring: list[LngLat]) -> Sketch:
    return Sketch(kind, ((tuple(ring),),))  # type: ignore[arg-type]


def kinds(sketch: Sketch) -> set[ProblemKind]:
    return {problem.kind for problem in sketch.problems()}


# --- vertices -----------------------------------------------------------------------------------


def test_a_line_grows_at_its_end_and_a_double_click_adds_one_vertex() -> None:
    line = Sketch("line").with_vertex(SQUARE[0]).with_vertex(SQUARE[1]).with_vertex(SQUARE[1])
    assert line.parts == (((SQUARE[0], SQUARE[1]),),)


def test_a_point_goes_where_it_is_put_last() -> None:
    assert Sketch("point").with_vertex(SQUARE[0]).with_vertex(HOLE[0]).parts == (((HOLE[0],),),)


@given(lines, positions, st.data())
def test_inserting_and_removing_a_vertex_changes_nothing(
    line: Sketch, position: LngLat, data: st.DataObject
) -> None:
    after = data.draw(st.sampled_from([segment.start for segment in line.segments()]))
    grown = line.with_inserted(after, position)
    new = after._replace(number=after.number + 1)
    assert grown.position_of(new) == position
    assert grown.without_vertex(new) == line


@given(lines, positions, st.data())
def test_moving_a_vertex_there_and_back_changes_nothing(
    line: Sketch, position: LngLat, data: st.DataObject
) -> None:
    vertex, before = data.draw(st.sampled_from(list(line.vertices())))
    moved = line.with_moved(vertex, position)
    assert moved.position_of(vertex) == position
    assert moved.with_moved(vertex, before) == line


def test_a_vertex_is_not_taken_away_where_too_few_would_remain() -> None:
    triangle = ZONE.without_vertex(Vertex(0, 0, 3))
    assert triangle is not None
    assert triangle.without_vertex(Vertex(0, 0, 0)) is None
    assert drawn("line", list(SQUARE[:2])).without_vertex(Vertex(0, 0, 1)) is None


def test_a_position_that_is_no_number_is_refused_and_one_beyond_the_map_led_back() -> None:
    with pytest.raises(PositionOutOfRange):
        Sketch("line").with_vertex(LngLat(math.nan, 43))
    assert Sketch("point").with_vertex(LngLat(7, 89.0)).parts[0][0][0].lat == MAX_LAT


def test_a_zone_has_one_edge_more_than_the_line_it_was() -> None:
    line = drawn("line", list(SQUARE))
    assert len(list(line.segments())) == 3
    assert line.closed() == ZONE
    assert [segment.b for segment in ZONE.segments()][-1] == SQUARE[0]
    assert drawn("line", [*SQUARE, SQUARE[0]]).closed() == ZONE


# --- the whole shape ----------------------------------------------------------------------------


@given(lines, positions, positions)
def test_moving_a_shape_there_and_back_leaves_it_where_it_was(
    line: Sketch, start: LngLat, end: LngLat
) -> None:
    back = line.moved_by(start, end).moved_by(end, start)
    for (_, was), (_, now) in zip(line.vertices(), back.vertices(), strict=True):
        assert now == pytest.approx(was, abs=1e-9)


def test_a_moved_shape_stops_at_the_edge_of_the_map_and_comes_back_past_the_antimeridian() -> None:
    up = ZONE.moved_by(LngLat(7, 43), LngLat(7, 85.04))
    assert max(p.lat for _, p in up.vertices()) == pytest.approx(MAX_LAT)
    assert not up.problems()
    east = ZONE.moved_by(LngLat(7, 43), LngLat(187, 43))
    assert [p.lng for _, p in east.vertices()] == pytest.approx([-173, -172.9, -172.9, -173])


def test_a_hole_goes_into_the_part_that_holds_it_and_out_again() -> None:
    far = tuple(LngLat(p.lng + 1, p.lat) for p in SQUARE)
    two = Sketch("zone", ((SQUARE,), (far,)))
    holed = two.with_hole(HOLE)
    assert holed.parts == ((SQUARE, HOLE), (far,))
    assert holed.without_hole(Vertex(0, 1, 0)) == two


def test_a_freehand_line_is_simplified_within_its_tolerance_and_keeps_its_ends() -> None:
    wavy = [LngLat(7 + i * 1e-5, 43 + 1e-6 * math.sin(i)) for i in range(500)]
    line = drawn("line", wavy)
    simple = line.simplified(2.0)
    assert simple.vertex_count == 2
    assert simple.parts[0][0] == (wavy[0], wavy[-1])
    assert line.simplified(0.0).vertex_count > 400


@given(st.lists(positions, min_size=2, max_size=40, unique=True), st.floats(1, 5000))
@example([LngLat(7, 43), LngLat(7.000000000000001, 43)], 1.0)
def test_no_vertex_of_a_simplified_line_was_not_in_it(ring: list[LngLat], tolerance: float) -> None:
    simple = drawn("line", ring).simplified(tolerance).parts[0][0]
    assert set(simple) <= set(ring)
    assert (simple[0], simple[-1]) == (ring[0], ring[-1])


# --- stored -------------------------------------------------------------------------------------


@given(st.one_of(lines, st.just(ZONE), st.just(ZONE.with_hole(HOLE))))
def test_a_sketch_comes_back_from_what_is_stored_as_it_was(sketch: Sketch) -> None:
    back = Sketch.from_wkb(sketch.wkb())
    assert back == sketch
    assert back.wkb() == sketch.wkb()


@given(positions)
def test_a_point_comes_back_from_what_is_stored(position: LngLat) -> None:
    point = Sketch("point").with_vertex(position)
    assert Sketch.from_wkb(point.wkb()) == point


def test_a_line_across_the_antimeridian_is_stored_in_two_parts_of_the_same_length() -> None:
    line = drawn("line", [LngLat(179, 0), LngLat(181, 0)])
    stored = Sketch.from_wkb(line.wkb())
    assert len(stored.parts) == 2
    assert stored.length_m() == pytest.approx(line.length_m())


def test_shapes_of_mixed_kinds_are_no_sketch() -> None:
    mixed = shapely.GeometryCollection(
        [shapely.Point(7, 43), shapely.LineString([(7, 43), (8, 43)])]
    )
    with pytest.raises(GeometryUnreadable):
        Sketch.from_wkb(shapely.to_wkb(mixed))
    with pytest.raises(GeometryCollapsed):
        Sketch.from_wkb(shapely.to_wkb(shapely.Polygon()))


# --- measured -----------------------------------------------------------------------------------


def sketch(shape: shapely.Geometry) -> Sketch:
    return Sketch.from_wkb(shapely.to_wkb(shape))


@given(lines)
def test_a_sketch_is_measured_as_what_is_stored_of_it(line: Sketch) -> None:
    stored = shapely.from_wkb(line.wkb())
    metres = sum(geod().geometry_length(part) for part in shapely.get_parts(stored))
    assert line.length_m() == pytest.approx(metres, rel=1e-9, abs=1e-6)
    assert line.area_m2() == 0
    assert math.fsum(line.segment_lengths_m()) == pytest.approx(line.length_m())


def test_a_degree_along_the_equator_and_its_square_have_their_known_size() -> None:
    degree = sketch(shapely.LineString([(0, 0), (1, 0)]))
    assert degree.length_m() == pytest.approx(111_319.49, abs=0.01)
    square = shapely.box(0, 0, 1, 1)
    # Source: planimeter of GeographicLib, 0 0, 0 1, 1 1, 1 0.
    assert sketch(square).area_m2() == pytest.approx(12_308_778_361.469, rel=1e-9)
    assert sketch(square.reverse()).area_m2() == pytest.approx(sketch(square).area_m2())


def test_the_area_of_a_zone_across_the_antimeridian_is_that_of_its_twin() -> None:
    across = shapely.from_wkb(prepare(shapely.box(179.9, 10, 180.1, 10.2)).wkb)
    assert sketch(across).area_m2() == pytest.approx(
        sketch(shapely.box(5.9, 10, 6.1, 10.2)).area_m2(), rel=1e-6
    )


def test_a_hole_takes_its_area_off_and_adds_its_edge() -> None:
    hole = Sketch("zone", ((HOLE,),))
    holed = ZONE.with_hole(HOLE)
    assert holed.area_m2() == pytest.approx(ZONE.area_m2() - hole.area_m2())
    assert holed.length_m() == pytest.approx(ZONE.length_m() + hole.length_m())


def test_what_has_one_vertex_or_none_has_no_length_and_no_area() -> None:
    for kind in ("point", "line", "zone"):
        empty = Sketch(kind)  # type: ignore[arg-type]
        for sketch in (empty, empty.with_vertex(SQUARE[0])):
            assert (sketch.length_m(), sketch.area_m2()) == (0, 0)


# --- problems and mending -----------------------------------------------------------------------


@given(
    st.lists(coarse, min_size=1, max_size=8), st.none() | st.lists(coarse, min_size=3, max_size=5)
)
def test_where_no_problem_is_seen_nothing_is_put_right(
    outline: list[LngLat], hole: list[LngLat] | None
) -> None:
    sketch = drawn("zone", outline)
    if hole is not None and len(outline) >= 3:
        sketch = sketch.with_hole(hole)
    if sketch.problems():
        return
    assert prepare(sketch.geometry()).flaws == frozenset()
    assert sketch.mended().sketch.area_m2() == pytest.approx(sketch.area_m2())


@given(st.lists(coarse, min_size=3, max_size=8))
def test_what_is_mended_has_no_problem_left_or_is_refused_with_a_reason(ring: list[LngLat]) -> None:
    try:
        mended = drawn("zone", ring).mended().sketch
    except GeometryCollapsed:
        # Edges drawn forth and back cross, too: that there is nothing inside shows at mending.
        assert kinds(drawn("zone", ring))
        return
    assert not mended.problems()


def test_a_bow_tie_tells_where_it_crosses_itself_and_becomes_two_parts() -> None:
    bow = zone((0, 0), (2, 2), (2, 0), (0, 2))
    (problem,) = bow.problems()
    assert problem.kind == ProblemKind.SELF_CROSSING
    assert problem.position == pytest.approx((1, 1))
    mended = bow.mended()
    assert len(mended.sketch.parts) == 2
    assert mended.flaws == {Flaw.SELF_CROSSING}


def test_a_line_may_cross_itself() -> None:
    assert not drawn("line", [LngLat(0, 0), LngLat(2, 2), LngLat(2, 0), LngLat(0, 2)]).problems()


def test_each_problem_has_its_kind() -> None:
    outside = tuple(LngLat(p.lng + 1, p.lat) for p in HOLE)
    assert kinds(ZONE.with_hole(outside)) == {ProblemKind.HOLE_OUTSIDE}
    assert kinds(zone((0, 0), (1, 1))) == {ProblemKind.TOO_FEW}
    assert kinds(zone((0, 0), (1, 1), (2, 2))) == {ProblemKind.NO_EXTENT}
    assert kinds(zone((0, 0), (1, 0), (1, 0), (1, 1))) == {ProblemKind.REPEATED}
    assert kinds(Sketch("zone", ((SQUARE,), (HOLE,)))) == {ProblemKind.PARTS_OVERLAP}
    assert kinds(zone((0, 0), (1, 0), (1, math.nan))) == {ProblemKind.OFF_THE_MAP}
    assert kinds(drawn("line", [SQUARE[0]])) == {ProblemKind.TOO_FEW}
    assert kinds(drawn("line", [SQUARE[0], SQUARE[0]])) == {
        ProblemKind.REPEATED,
        ProblemKind.NO_EXTENT,
    }


def test_a_scribble_of_thousands_of_crossings_shows_some_of_them() -> None:
    zigzag = [(i / 500 if i % 2 else (1000 - i) / 500, i % 3 + i / 5000) for i in range(1000)]
    found = zone(*zigzag).problems()
    assert 1 < len(found) <= 20


def test_a_zone_of_too_many_vertices_is_refused() -> None:
    many = [
        (math.cos(2 * math.pi * i / MAX_VERTICES), math.sin(2 * math.pi * i / MAX_VERTICES))
        for i in range(MAX_VERTICES)
    ]
    assert kinds(zone(*many)) == {ProblemKind.TOO_MANY}
    with pytest.raises(GeometryTooLarge):
        zone(*many).mended()


def test_a_zone_across_the_antimeridian_has_no_problem() -> None:
    around = zone((179, 0), (181, 0), (181, 1), (179, 1))
    assert not around.problems()
    tangled = zone((179, 0), (181, 1), (181, 0), (179, 1))
    assert kinds(tangled) <= {ProblemKind.SELF_CROSSING}
    assert not tangled.mended().sketch.problems()
