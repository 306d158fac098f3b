"""What is shown of shapes that nobody would draw."""

import math
import struct

import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from collabmap.domain.care import Care, salvage
from collabmap.domain.geo import MAX_LAT

NUMBERS = st.one_of(
    st.floats(width=64),
    st.floats(-180, 180),
    st.floats(-95, 95),
    st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 180.0, -180.0, 90.0, 1e308]),
)
POSITIONS = st.tuples(NUMBERS, NUMBERS)


def packed(*positions: tuple[float, float]) -> bytes:
    return b"".join(struct.pack("<dd", *position) for position in positions)


def line(positions: list[tuple[float, float]]) -> bytes:
    return struct.pack("<BII", 1, 2, len(positions)) + packed(*positions)


def zone(*rings: list[tuple[float, float]]) -> bytes:
    body = b"".join(struct.pack("<I", len(ring)) + packed(*ring) for ring in rings)
    return struct.pack("<BII", 1, 3, len(rings)) + body


def assert_sound(wkb: bytes) -> None:
    found = salvage(wkb)
    nowhere = {Care.MISSING, Care.UNREADABLE, Care.OFF_THE_MAP}
    assert (found.geometry is None) == (found.care in nowhere)
    if found.geometry is not None:
        assert found.geometry.is_valid
        assert not found.geometry.is_empty
        west, south, east, north = found.geometry.bounds
        assert -180 <= west <= east <= 180
        assert -MAX_LAT - 1e-6 <= south <= north <= MAX_LAT + 1e-6
    if found.is_as_written:
        assert found.care is None


@given(st.binary(max_size=200))
def test_any_bytes_give_a_sound_shape_or_none(data: bytes) -> None:
    assert_sound(data)


@given(st.lists(POSITIONS, max_size=12))
@example([(1.0, 0.0), (-179.99999999999997, 0.0)])
def test_any_line_gives_a_sound_shape_or_none(positions: list[tuple[float, float]]) -> None:
    assert_sound(line(positions))


@given(st.lists(st.lists(POSITIONS, max_size=8), max_size=3), st.booleans())
def test_any_zone_gives_a_sound_shape_or_none(
    rings: list[list[tuple[float, float]]], is_closed: bool
) -> None:
    assert_sound(zone(*([*ring, ring[0]] if ring and is_closed else ring for ring in rings)))


def test_a_ring_without_room_that_begins_off_the_map_lies_where_it_is_on_it() -> None:
    found = salvage(zone([(0.0, 86.0), (0.0, 44.0)]))
    assert (found.geometry, found.care) == (shapely.Point(0, 44), Care.NO_EXTENT)
    assert salvage(zone([(0.0, 86.0), (0.0, 87.0)])) == (None, Care.OFF_THE_MAP, False)


@given(st.integers(0, 200), st.integers(0, 255))
def test_one_wrong_byte_in_a_good_zone_does_no_harm(at: int, byte: int) -> None:
    good = bytearray(shapely.to_wkb(shapely.box(7.4, 43.7, 7.5, 43.8)))
    good[at % len(good)] = byte
    assert_sound(bytes(good))


@pytest.mark.parametrize("place", range(1, 5))
def test_a_zone_with_one_broken_corner_loses_that_corner_only(place: int) -> None:
    corners = [(7.4, 43.7), (7.5, 43.7), (7.5, 43.8), (7.4, 43.8), (7.4, 43.7)]
    broken = [*corners[:place], (math.nan, 43.75), *corners[place:]]
    found = salvage(zone(broken))
    assert found.care == Care.PARTLY
    assert found.geometry is not None
    assert found.geometry.equals(shapely.box(7.4, 43.7, 7.5, 43.8))


def test_a_good_shape_is_left_as_it_was_written() -> None:
    for shape in (shapely.box(7, 43, 8, 44), shapely.LineString([(7, 43), (8, 44)])):
        found = salvage(shapely.to_wkb(shape))
        assert (found.geometry, found.care, found.is_as_written) == (shape, None, True)
