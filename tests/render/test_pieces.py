"""Shapes cut into small paths: what goes together, what may be left out."""

import itertools

import numpy as np
import shapely

from collabmap.render import pieces
from collabmap.render.pieces import Source
from collabmap.render.shapes import Shapes

SCALE = 256.0 * 2**16
# Not at the origin, where every sum is exact.
WEST, NORTH = 34116 * 256.0, 23892 * 256.0
BOX = (WEST, NORTH, WEST + 1024, NORTH + 1024)


def shapes(*geometries: shapely.Geometry, are_closed: bool = False) -> Shapes:
    """Return shapes of geometries in pixels of BOX."""
    moved = shapely.transform(list(geometries), lambda at: np.add(at, (WEST, NORTH)) / SCALE)
    return Shapes.of(list(moved), are_closed=are_closed)


def points_of(path: pieces.QPainterPath) -> list[tuple[float, float]]:
    return [(path.elementAt(n).x, path.elementAt(n).y) for n in range(path.elementCount())]


def test_what_lies_apart_makes_paths_of_its_own_and_a_hole_stays_with_its_house() -> None:
    court = shapely.box(100, 100, 120, 120).difference(shapely.box(105, 105, 110, 110))
    found = pieces.cut([Source(shapes(court, shapely.box(500, 500, 520, 520), are_closed=True))],
                       SCALE, BOX, 16.0)[0]  # fmt: skip
    assert sorted(path.elementCount() for path in found) == [5, 10]


def test_each_layer_has_its_own_paths_and_none_where_nothing_is_near() -> None:
    here, far = shapely.LineString([(1, 1), (50, 9)]), shapely.LineString([(5000, 1), (5009, 9)])
    found = pieces.cut(
        [Source(shapes(far)), Source(shapes(here)), Source(shapes())], SCALE, BOX, 16.0
    )
    assert [len(paths) for paths in found] == [0, 1, 0]
    assert points_of(found[1][0]) == [(1, 1), (50, 9)]


def test_points_on_a_straight_line_go_and_corners_stay() -> None:
    straight = [(x, 100 + 0.05 * (x % 2)) for x in range(0, 41, 4)]
    line = shapely.LineString([*straight, (44, 140), (48, 100)])
    (path,) = pieces.cut([Source(shapes(line))], SCALE, BOX, 16.0)[0]
    kept = points_of(path)
    assert len(kept) < 9
    assert kept[0] == (0, 100)
    assert {(44, 140), (48, 100)} <= set(kept)


def test_a_curve_stays_within_a_third_of_a_pixel() -> None:
    turn = np.linspace(0, np.pi, 200)
    curve = shapely.LineString(np.column_stack([400 + 90 * np.cos(turn), 90 * np.sin(turn)]))
    (path,) = pieces.cut([Source(shapes(curve))], SCALE, BOX, 16.0)[0]
    kept = shapely.LineString(points_of(path))
    assert 40 <= len(kept.coords) <= 60
    assert shapely.hausdorff_distance(kept, curve) < 1 / 3


def test_the_tip_of_a_way_there_and_back_stays() -> None:
    line = shapely.LineString([(10, 10), (60, 10), (10, 10)])
    (path,) = pieces.cut([Source(shapes(line))], SCALE, BOX, 16.0)[0]
    assert points_of(path) == [(10, 10), (60, 10), (10, 10)]


def test_an_empty_path_does_not_shift_those_after_it() -> None:
    x, starts = np.arange(6.0), np.array([0, 2, 6])
    found = pieces.paths_of(x, -x, starts, np.array([0, 0, 1, 1, 2, 2]))
    assert [path.elementCount() for path in found] == [0, 2, 0, 4, 0]
    assert points_of(found[3]) == [(2, -2), (3, -3), (4, -4), (5, -5)]


def test_what_is_drawn_does_not_depend_on_the_block() -> None:
    rng = np.random.default_rng(5)
    streets = [shapely.LineString(at) for at in rng.uniform(0, 1024, (80, 6, 2))]
    source = Source(shapes(*streets), is_whole=True)
    whole = pieces.cut([source], SCALE, BOX, 16.0)[0]
    for column, row in itertools.product((0, 512), (0, 512)):
        block = (WEST + column, NORTH + row, WEST + column + 512, NORTH + row + 512)
        for path in pieces.cut([source], SCALE, block, 16.0)[0]:
            lines = points_of(path)
            same = [(x + column, y + row) for x, y in lines]
            assert any(set(same) <= set(points_of(other)) for other in whole)
