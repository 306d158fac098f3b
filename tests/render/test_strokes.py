"""Lines cut into pieces and dashes: what lies in a box, the same from whichever tile one looks."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from collabmap.render.shapes import Shapes
from collabmap.render.strokes import Strokes, dashes, joined, runs_in, strokes_of

SCALE = 1024.0
PATTERN = (6.0, 4.0)

shares = st.floats(0.05, 0.95)
paths = st.lists(st.tuples(shares, shares), min_size=2, max_size=8, unique=True)
sides = st.floats(0, 1)


def strokes_in(shapes: Shapes, box: tuple[float, float, float, float]) -> Strokes:
    """The pieces in a box, in pixels of the world."""
    width, height = box[2] - box[0], box[3] - box[1]
    found = strokes_of(runs_in(shapes, SCALE, box), width, height, 0.0, closed=shapes.are_closed)
    return found._replace(lines=found.lines + np.array([*box[:2], *box[:2]]))


def lines_of(path: list[tuple[float, float]]) -> Shapes:
    return Shapes.of([shapely.LineString(path)], are_closed=False)


def length(lines: np.ndarray) -> float:
    return float(np.hypot(*(lines[:, 2:] - lines[:, :2]).T).sum())


@given(paths, sides, sides, sides, sides)
def test_the_pieces_in_a_box_are_the_line_in_it(
    path: list[tuple[float, float]], one: float, two: float, three: float, four: float
) -> None:
    (left, right), (top, bottom) = sorted((one, two)), sorted((three, four))
    box = (left * SCALE, top * SCALE, right * SCALE, bottom * SCALE)
    found = strokes_in(lines_of(path), box)
    # Piece by piece: GEOS counts what a line runs over twice once.
    corners = np.array(path) * SCALE
    pieces = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))
    # Corners within half a pixel of each other are one.
    expected = shapely.length(shapely.intersection(pieces, shapely.box(*box))).sum()
    assert length(found.lines) == pytest.approx(expected, abs=6.0)
    assert (found.lines >= np.array(box[:2] * 2) - 1e-6).all()
    assert (found.lines <= np.array(box[2:] * 2) + 1e-6).all()


@given(paths, st.integers(1, 7))
def test_dashes_run_on_from_one_tile_to_the_next(path: list[tuple[float, float]], cut: int) -> None:
    shapes, edge = lines_of(path), cut * 128.0
    # What lies along the edge is in both tiles: each shows its half of the pen.
    assume(all(x * SCALE != edge for x, _ in path))
    whole = dashes(strokes_in(shapes, (0.0, 0.0, SCALE, SCALE)), PATTERN)
    west, east = (0.0, 0.0, edge, SCALE), (edge, 0.0, SCALE, SCALE)
    halves = joined(strokes_in(shapes, west), strokes_in(shapes, east))
    assert length(dashes(halves, PATTERN)) == pytest.approx(length(whole), abs=1e-3)


@given(st.integers(3, 12), st.floats(0.05, 0.4))
def test_a_whole_number_of_dashes_goes_around_a_ring(corners: int, radius: float) -> None:
    turns = 2 * np.pi * np.arange(corners) / corners
    ring = np.column_stack([0.5 + radius * np.cos(turns), 0.5 + radius * np.sin(turns)])
    found = strokes_in(Shapes.of([shapely.Polygon(ring)], are_closed=True), (0, 0, SCALE, SCALE))
    around = length(found.lines)
    assert length(dashes(found, PATTERN)) == pytest.approx(0.6 * around, rel=1e-6)


def test_corners_in_one_place_are_one() -> None:
    dense = np.column_stack([np.linspace(0.1, 0.9, 100_000), np.full(100_000, 0.5)])
    found = strokes_in(lines_of(list(map(tuple, dense))), (0, 0, SCALE, SCALE))
    assert len(found.lines) < 2 * 0.8 * SCALE + 2
    assert length(found.lines) == pytest.approx(0.8 * SCALE, abs=1.0)


def test_two_pieces_reach_as_far_as_their_outer_corner() -> None:
    corner = lines_of([(0.2, 0.2), (0.4, 0.2), (0.4, 0.4)])
    (first, second) = strokes_in(corner, (0, 0, SCALE, SCALE)).widened(10.0) / SCALE
    assert list(first) == pytest.approx([0.2 - 5 / SCALE, 0.2, 0.4 + 5 / SCALE, 0.2])
    assert list(second) == pytest.approx([0.4, 0.2 - 5 / SCALE, 0.4, 0.4 + 5 / SCALE])


def test_a_straight_line_reaches_on_at_its_ends_only() -> None:
    straight = lines_of([(0.2, 0.2), (0.3, 0.2), (0.4, 0.2)])
    (first, second) = strokes_in(straight, (0, 0, SCALE, SCALE)).widened(10.0) / SCALE
    assert first[2] == pytest.approx(0.3)
    assert second[0] == pytest.approx(0.3)
