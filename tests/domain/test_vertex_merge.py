"""Corrections of one outline by several people, put together: exactly, or not at all."""

import math
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Part, Ring, Sketch, Vertex
from collabmap.domain.vertex_merge import merge_sketches


def at(*positions: tuple[float, float]) -> Ring:
    return tuple(LngLat(float(x), float(y)) for x, y in positions)


def zone(*rings: Ring) -> Sketch:
    return Sketch("zone", (rings,))


def line(*positions: tuple[float, float]) -> Sketch:
    return Sketch("line", ((at(*positions),),))


def moved(sketch: Sketch, number: int, x: float, y: float, *, ring: int = 0) -> Sketch:
    return sketch.with_moved(Vertex(0, ring, number), LngLat(x, y))


def same_ring(one: Ring, other: Ring) -> bool:
    """Whether two rings are one, wherever they begin."""
    return one in [(*other[n:], *other[:n]) for n in range(len(other))]


SQUARE = at((0, 0), (10, 0), (10, 10), (0, 10))
HOLE, HOLE_2 = at((2, 2), (2, 4), (4, 4), (4, 2)), at((6, 6), (6, 8), (8, 8), (8, 6))
FIELD = zone(SQUARE, HOLE)


# --- laws ---------------------------------------------------------------------------------------


@st.composite
def outlines(draw: st.DrawFn, kind: str) -> Sketch:
    """A ring around the middle, or a line that goes east: small corrections leave it valid."""
    count = draw(st.integers(6, 14))
    radii = [draw(st.floats(0.8, 1.0)) for _ in range(count)]
    if kind == "line":
        ring = at(*((0.1 * n, radius) for n, radius in enumerate(radii)))
        return Sketch("line", ((ring,),))
    angles = [2 * math.pi * n / count for n in range(count)]
    return zone(
        at(*((r * math.cos(a), r * math.sin(a)) for r, a in zip(radii, angles, strict=True)))
    )


def corrected(sketch: Sketch, number: int, word: str) -> Sketch:
    """Return an outline with one vertex moved, taken away, or another put in behind it."""
    vertex = Vertex(0, 0, number)
    here = sketch.position_of(vertex)
    if word == "move":
        return sketch.with_moved(vertex, LngLat(here.lng * 1.01, here.lat * 1.02))
    if word == "insert":
        ring = sketch.parts[0][0]
        there = ring[(number + 1) % len(ring)]
        x, y = (here.lng + there.lng) / 2, (here.lat + there.lat) / 2
        return sketch.with_inserted(vertex, LngLat(x, y))
    fewer = sketch.without_vertex(vertex)
    assert fewer is not None
    return fewer


def both(base: Sketch, corrections: list[tuple[int, str]]) -> Sketch:
    """Return an outline with all corrections, the last vertex first so that numbers hold."""
    for number, word in sorted(corrections, reverse=True):
        base = corrected(base, number, word)
    return base


words = st.sampled_from(["move", "insert", "remove"])
kinds = st.sampled_from(["line", "zone"])


@given(kinds.flatmap(outlines), st.data())
def test_disjoint_corrections_are_all_there(base: Sketch, data: st.DataObject) -> None:
    count = len(base.parts[0][0])
    # Every other vertex at most, so that no correction lies beside another.
    spots = data.draw(
        st.lists(st.integers(0, (count - 2) // 2), min_size=2, max_size=5, unique=True)
    )
    made = [(2 * spot, data.draw(words)) for spot in spots]
    cut = data.draw(st.integers(1, len(made) - 1))
    assume(all(word != "remove" for _, word in made) or count - len(made) >= 3)
    expected = both(base, made)
    assume(not expected.problems())
    merged = merge_sketches(base, [both(base, made[:cut]), both(base, made[cut:])])
    # Small corrections cross nothing, and every other vertex is one that nobody has changed.
    assert merged is not None
    assert same_ring(merged.parts[0][0], expected.parts[0][0])


@given(kinds.flatmap(outlines), st.data())
def test_who_comes_first_makes_no_difference(base: Sketch, data: st.DataObject) -> None:
    numbers = st.integers(0, len(base.parts[0][0]) - 1)
    made = data.draw(st.lists(st.tuples(numbers, words), min_size=3, max_size=3))
    sides = [corrected(base, number, word) for number, word in made]
    found = {merge_sketches(base, order) for order in permutations(sides)}
    assert len(found) == 1


@given(kinds.flatmap(outlines), st.data())
def test_who_changed_nothing_leaves_the_others_as_they_are(
    base: Sketch, data: st.DataObject
) -> None:
    numbers = st.integers(0, len(base.parts[0][0]) - 1)
    other = corrected(base, data.draw(numbers), data.draw(words))
    assert merge_sketches(base, [base, other]) == other
    assert merge_sketches(base, [other, base]) == other
    assert merge_sketches(base, [base, base]) == base


@given(kinds.flatmap(outlines), st.data())
def test_two_who_changed_the_same_vertex_are_never_put_together(
    base: Sketch, data: st.DataObject
) -> None:
    count = len(base.parts[0][0])
    shared = data.draw(st.integers(0, count - 1))
    here = base.parts[0][0][shared]
    one = moved(base, shared, here.lng * 1.05, here.lat * 1.05)
    other = data.draw(
        st.sampled_from([moved(base, shared, here.lng * 1.02, here.lat * 1.04), one])
        | st.just(corrected(base, shared, "remove"))
    )
    if data.draw(st.booleans()):
        other = corrected(other, (shared + count // 2) % (count - 1), "move")
    assert merge_sketches(base, [one, other]) is None


# --- cases --------------------------------------------------------------------------------------


def test_two_corners_of_a_zone_are_corrected_by_two_people() -> None:
    merged = merge_sketches(FIELD, [moved(FIELD, 0, -1, -1), moved(FIELD, 2, 11, 11)])
    assert merged is not None
    outline, hole = merged.parts[0]
    assert same_ring(outline, at((-1, -1), (10, 0), (11, 11), (0, 10)))
    assert hole == HOLE


def test_a_hole_and_the_outline_around_it_are_corrected_by_two_people() -> None:
    merged = merge_sketches(FIELD, [moved(FIELD, 0, 3, 3, ring=1), moved(FIELD, 2, 11, 11)])
    assert merged is not None
    outline, hole = merged.parts[0]
    assert outline == at((0, 0), (10, 0), (11, 11), (0, 10))
    assert hole[0] == LngLat(3, 3)


def test_a_hole_comes_or_goes_while_the_outline_is_corrected() -> None:
    wider = moved(FIELD, 2, 11, 11)
    outline = wider.parts[0][0]
    assert merge_sketches(FIELD, [wider, zone(SQUARE, HOLE, HOLE_2)]) == zone(outline, HOLE, HOLE_2)
    assert merge_sketches(FIELD, [wider, zone(SQUARE)]) == zone(outline)


def test_two_new_holes_come_in_one_order_and_not_upon_each_other() -> None:
    third = at((6, 2), (6, 4), (8, 4), (8, 2))
    sides = [zone(SQUARE, HOLE, HOLE_2), zone(SQUARE, HOLE, third)]
    assert merge_sketches(FIELD, sides) == merge_sketches(FIELD, sides[::-1])
    assert merge_sketches(FIELD, sides) is not None
    upon = at((7, 7), (7, 9), (9, 9), (9, 7))
    assert merge_sketches(FIELD, [sides[0], zone(SQUARE, HOLE, upon)]) is None


def test_a_hole_that_one_takes_away_and_another_corrects_is_not_decided_here() -> None:
    assert merge_sketches(FIELD, [zone(SQUARE), moved(FIELD, 0, 3, 3, ring=1)]) is None
    assert merge_sketches(FIELD, [zone(SQUARE), zone(SQUARE)]) is None


def test_a_ring_that_begins_elsewhere_is_still_the_same_ring() -> None:
    turned = zone((*SQUARE[1:], SQUARE[0]))
    merged = merge_sketches(
        zone(SQUARE), [moved(turned, 1, 11, 11), moved(zone(SQUARE), 0, -1, -1)]
    )
    assert merged is not None
    assert same_ring(merged.parts[0][0], at((-1, -1), (10, 0), (11, 11), (0, 10)))


def test_a_line_is_made_longer_at_one_end_and_bent_at_the_other() -> None:
    path = line((0, 0), (1, 0), (2, 0), (3, 0))
    longer = path.with_vertex(LngLat(4, 1))
    merged = merge_sketches(path, [longer, moved(path, 1, 1, 1)])
    assert merged == line((0, 0), (1, 1), (2, 0), (3, 0), (4, 1))


def test_neighbouring_vertices_may_be_moved_but_two_new_ones_have_no_order() -> None:
    path = line((0, 0), (1, 0), (2, 0), (3, 0))
    merged = merge_sketches(path, [moved(path, 1, 1, 1), moved(path, 2, 2, 1)])
    assert merged == line((0, 0), (1, 1), (2, 1), (3, 0))
    into = Vertex(0, 0, 1)
    sides = [path.with_inserted(into, LngLat(1.5, y)) for y in (1, -1)]
    assert merge_sketches(path, sides) is None


def test_what_would_cross_itself_is_not_offered() -> None:
    # Each by itself is a zone; together the two corners lie beyond each other.
    bay = zone(at((0, 0), (10, 0), (10, 10), (6, 10), (6, 5), (4, 5), (4, 10), (0, 10)))
    path = line((0, 10), (0, 0), (4, 0), (4, 10))
    for base, sides in (
        (bay, [moved(bay, 4, 4.2, 5), moved(bay, 5, 5.8, 5)]),
        (path, [moved(path, 0, 3, 10), moved(path, 3, 1, 10)]),
    ):
        assert all(side.geometry().is_simple and not side.problems() for side in sides)
        assert merge_sketches(base, sides) is None


@pytest.mark.parametrize(
    "sides",
    [
        (Sketch("point", ((at((1, 1)),),)), Sketch("point", ((at((2, 2)),),))),
        (line((0, 0), (1, 1)), zone(SQUARE)),
    ],
)
def test_points_and_shapes_of_different_kinds_are_not_put_together(
    sides: tuple[Sketch, Sketch],
) -> None:
    for base in (*sides, Sketch("point", ((at((0, 0)),),))):
        assert merge_sketches(base, sides) is None or base in sides


def test_what_has_more_parts_is_put_together_with_corrections_of_the_same_parts_only() -> None:
    island: Part = (at((20, 0), (30, 0), (30, 10)),)
    base = Sketch("zone", ((SQUARE,), island))
    east = base.with_moved(Vertex(1, 0, 2), LngLat(31, 11))
    west = base.with_moved(Vertex(0, 0, 3), LngLat(-1, 11))
    merged = merge_sketches(base, [east, west])
    assert merged == Sketch("zone", (west.parts[0], east.parts[1]))
    assert merge_sketches(base, [Sketch("zone", ((SQUARE,),)), east]) is None
