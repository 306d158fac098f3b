from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.cells import cell_of, ranges_of
from collabmap.domain.geo import Bbox

CELLS = 2**32
WIDTH, HEIGHT = 360 / 2**16, 180 / 2**16

positions = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
most_ranges = st.integers(1, 40)


@st.composite
def boxes(draw: st.DrawFn) -> Bbox:
    """Boxes of any size from a point to the world, some of them over the antimeridian."""
    lng, lat = draw(positions)
    width, height = draw(st.tuples(*[st.sampled_from([0, 1e-3, 0.02, 0.3, 5, 90])] * 2))
    east = lng + width
    return Bbox(lng, lat, east - 360 if east > 180 else east, min(90.0, lat + height))


@given(positions)
def test_the_bits_of_column_and_row_take_turns(position: tuple[float, float]) -> None:
    bits = f"{cell_of(*position) + CELLS // 2:032b}"
    row, column = int(bits[::2], 2), int(bits[1::2], 2)
    lng, lat = position
    assert column * WIDTH - 180 == pytest.approx(lng, abs=WIDTH)
    assert row * HEIGHT - 90 == pytest.approx(lat, abs=HEIGHT)


@given(positions)
def test_a_cell_has_a_number_of_four_bytes(position: tuple[float, float]) -> None:
    cell = cell_of(*position)
    assert int.from_bytes(cell.to_bytes(4, "big", signed=True), "big", signed=True) == cell


def test_neighbours_share_a_cell_and_towns_do_not() -> None:
    assert cell_of(7.4211, 43.7301) == cell_of(7.4212, 43.7302)
    assert len({cell_of(7.42, 43.73), cell_of(-0.46, 46.32), cell_of(7.42, -43.73)}) == 3


@given(boxes(), most_ranges, st.floats(0, 1), st.floats(0, 1))
def test_every_position_of_a_box_lies_in_one_of_its_ranges(
    bbox: Bbox, most: int, across: float, up: float
) -> None:
    width = bbox.east - bbox.west + (360 if bbox.east < bbox.west else 0)
    lng = bbox.west + across * width
    lng, lat = lng - 360 if lng > 180 else lng, bbox.south + up * (bbox.north - bbox.south)
    if bbox.contains(lng, lat):
        cell = cell_of(lng, lat)
        assert any(first <= cell <= last for first, last in ranges_of(bbox, most))


@given(boxes(), most_ranges)
def test_the_corners_of_a_box_lie_in_its_ranges(bbox: Bbox, most: int) -> None:
    ranges = ranges_of(bbox, most)
    for lng in (bbox.west, bbox.east):
        for lat in (bbox.south, bbox.north):
            assert any(first <= cell_of(lng, lat) <= last for first, last in ranges)


@given(boxes(), most_ranges)
def test_ranges_are_few_in_order_and_apart(bbox: Bbox, most: int) -> None:
    ranges = ranges_of(bbox, most)
    ends = [end for one in ranges for end in one]
    assert 1 <= len(ranges) <= most
    assert ends == sorted(ends)
    assert all(after[0] > before[1] + 1 for before, after in pairwise(ranges))


@given(st.floats(-179, 159), st.floats(-89, 69), st.floats(0.01, 20))
def test_of_what_is_covered_a_third_lies_in_the_box(west: float, south: float, size: float) -> None:
    bbox = Bbox(west, south, west + size, south + size)
    cells = (size / WIDTH + 2) * (size / HEIGHT + 2)
    assert sum(last - first + 1 for first, last in ranges_of(bbox)) <= 3 * cells


def test_the_whole_world_is_one_range() -> None:
    assert ranges_of(Bbox(-180, -90, 180, 90)) == [(-CELLS // 2, CELLS // 2 - 1)]


def test_a_box_may_reach_off_the_map() -> None:
    assert ranges_of(Bbox(-500, -100, 500, 100)) == ranges_of(Bbox(-180, -90, 180, 90))


def test_a_box_over_the_antimeridian_covers_both_sides_and_not_what_lies_between() -> None:
    ranges = ranges_of(Bbox(179, -1, -179, 1))

    def holds(lng: float) -> bool:
        return any(first <= cell_of(lng, 0) <= last for first, last in ranges)

    assert [lng for lng in (-180, -179.5, -170, 0, 170, 179.5, 180) if holds(lng)] == [
        -180, -179.5, 179.5, 180,
    ]  # fmt: skip
