import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.geo import MAX_LAT, Bbox
from collabmap.domain.tiles import (
    MAX_ZOOM,
    Tile,
    bounds_of,
    children,
    count_tiles,
    parent,
    tile_at,
    tiles_of,
    tms_row,
)
from collabmap.errors import AreaInvalid, ZoomOutOfRange

MONACO = Bbox(7.395, 43.715, 7.455, 43.760)


@st.composite
def tiles(draw: st.DrawFn, max_zoom: int = MAX_ZOOM) -> Tile:
    z = draw(st.integers(0, max_zoom))
    return Tile(z, draw(st.integers(0, 2**z - 1)), draw(st.integers(0, 2**z - 1)))


@st.composite
def boxes(draw: st.DrawFn) -> Bbox:
    """Any box, those over the antimeridian too."""
    south, north = sorted(draw(st.tuples(*[st.floats(-90, 90)] * 2)))
    return Bbox(draw(st.floats(-180, 180)), south, draw(st.floats(-180, 180)), north)


@given(tiles())
def test_the_box_of_a_tile_is_covered_by_that_tile_alone(tile: Tile) -> None:
    assert list(tiles_of(bounds_of(tile), tile.z)) == [tile]


@given(boxes(), st.integers(0, 5))
def test_counting_agrees_with_enumerating_and_no_tile_comes_twice(bbox: Bbox, zoom: int) -> None:
    found = list(tiles_of(bbox, zoom))
    assert count_tiles(bbox, zoom) == len(found) == len(set(found))


@given(boxes(), st.integers(0, 6), st.floats(0, 1), st.floats(0, 1))
def test_every_position_of_a_box_lies_in_one_of_its_tiles(
    bbox: Bbox, zoom: int, across: float, up: float
) -> None:
    width = bbox.east - bbox.west + (360 if bbox.east < bbox.west else 0)
    lng = bbox.west + across * width
    lat = bbox.south + up * (bbox.north - bbox.south)
    lng, lat = lng - 360 if lng > 180 else lng, max(-MAX_LAT, min(MAX_LAT, lat))
    boxes_found = [bounds_of(tile) for tile in tiles_of(bbox, zoom)]
    # A position in the last half millimetre before an edge belongs to either side.
    assert any(
        box.west - 1e-8 <= lng <= box.east + 1e-8 and box.south - 1e-8 <= lat <= box.north + 1e-8
        for box in boxes_found
    )


@given(tiles(MAX_ZOOM - 1))
def test_a_child_knows_its_parent(tile: Tile) -> None:
    assert {parent(child) for child in children(tile)} == {tile}


@given(tiles(MAX_ZOOM - 1))
def test_four_children_cover_their_parent(tile: Tile) -> None:
    assert set(tiles_of(bounds_of(tile), tile.z + 1)) == set(children(tile))


@given(tiles())
def test_turning_a_row_over_twice_gives_it_back(tile: Tile) -> None:
    assert tms_row(tile.z, tms_row(tile.z, tile.y)) == tile.y


@given(tiles(20), st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_a_position_inside_a_tile_finds_it(tile: Tile, across: float, up: float) -> None:
    west, south, east, north = bounds_of(tile)
    lng, lat = west + across * (east - west), south + up * (north - south)
    assert tile_at(lng, lat, tile.z) == tile


def test_a_box_over_the_antimeridian_takes_both_sides_from_west_to_east() -> None:
    taveuni = Bbox(179.5, -17.0, -179.5, -16.5)
    assert [tile.x for tile in tiles_of(taveuni, 3)] == [7, 0]
    assert [tile.x for tile in tiles_of(taveuni, 0)] == [0]


def test_the_world_has_four_times_the_tiles_a_zoom_further() -> None:
    world = Bbox(-180, -90, 180, 90)
    assert [count_tiles(world, zoom) for zoom in (0, 1, 2, 22)] == [1, 4, 16, 4**22]


def test_a_town_is_counted_zoom_by_zoom() -> None:
    assert [count_tiles(MONACO, zoom) for zoom in (12, 13, 14)] == [1, 4, 16]


def test_known_tiles_of_the_harbour() -> None:
    # The worked example of the slippy-map convention, turned to Monaco and checked by hand.
    assert tile_at(7.4246, 43.7347, 14) == Tile(14, 8529, 5974)


def test_a_box_upside_down_is_refused() -> None:
    with pytest.raises(AreaInvalid):
        count_tiles(Bbox(7.0, 44.0, 8.0, 43.0), 12)


def test_a_box_that_is_no_number_is_refused() -> None:
    with pytest.raises(AreaInvalid):
        tiles_of(Bbox(float("nan"), 43.0, 8.0, 44.0), 12)


@pytest.mark.parametrize("zoom", [-1, 23])
def test_a_zoom_that_no_map_has_is_refused(zoom: int) -> None:
    with pytest.raises(ZoomOutOfRange):
        count_tiles(MONACO, zoom)
