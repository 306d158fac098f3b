"""The arithmetic between positions and pixels."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.geo import Bbox, LngLat, to_world
from collabmap.domain.tiles import tile_at
from collabmap.render.camera import Camera, world_arrays

pixels = st.floats(0, 1000)
cameras = st.builds(
    Camera,
    x=st.floats(0.2, 0.8),
    y=st.floats(0.2, 0.8),
    zoom=st.floats(3, 19),
    width=st.just(1000.0),
    height=st.just(800.0),
)


@given(cameras, pixels, pixels)
def test_pixels_become_positions_and_pixels_again(camera: Camera, px: float, py: float) -> None:
    assert camera.to_screen(*camera.to_world(px, py)) == pytest.approx((px, py), abs=1e-3)


@given(cameras, pixels, pixels, st.floats(3, 19))
def test_zooming_keeps_what_is_under_the_pointer(
    camera: Camera, px: float, py: float, zoom: float
) -> None:
    under = camera.to_world(px, py)
    target = camera.zoomed(zoom, px, py)
    if 0 < target.x < 1 and 0 < target.y < 1:
        assert target.to_screen(*under) == pytest.approx((px, py), abs=1e-3)


@given(cameras, pixels, pixels, st.floats(3, 19), st.floats(0, 1))
def test_it_stays_there_all_the_way(
    camera: Camera, px: float, py: float, zoom: float, share: float
) -> None:
    under = camera.to_world(px, py)
    target = camera.zoomed(zoom, px, py)
    if 0 < target.x < 1 and 0 < target.y < 1:
        on_the_way = camera.between(target, share)
        assert on_the_way.to_screen(*under) == pytest.approx((px, py), abs=1e-2)


@given(cameras, st.floats(-500, 500), st.floats(-500, 500))
def test_moving_moves_the_content(camera: Camera, dx: float, dy: float) -> None:
    moved = camera.moved(dx, dy)
    if 0 < moved.x < 1 and 0 < moved.y < 1:
        at = moved.to_screen(*camera.to_world(500, 400))
        assert at == pytest.approx((500 + dx, 400 + dy), abs=1e-3)


def test_both_ends_of_a_flight_are_reached() -> None:
    start = Camera(0.5, 0.4, 12.0, 800, 600)
    target = Camera(0.52, 0.39, 16.0, 800, 600)
    assert start.between(target, 0) == start
    assert start.between(target, 1) == pytest.approx(target)


@given(st.floats(-170, 170), st.floats(-80, 80), st.floats(0.0001, 5), st.floats(0.0001, 5))
def test_a_fitted_box_is_in_view(lng: float, lat: float, width: float, height: float) -> None:
    box = Bbox(lng, lat, lng + width, min(84, lat + height))
    camera = Camera(0.5, 0.5, 3.0, 900, 500).fitted(box, max_zoom=19)
    for position in (LngLat(box.west, box.south), LngLat(box.east, box.north)):
        px, py = camera.pixel_of(position)
        assert -1 <= px <= 901
        assert -1 <= py <= 501


def test_a_box_over_the_antimeridian_is_fitted_whole() -> None:
    camera = Camera(0.5, 0.5, 3.0, 900, 500).fitted(Bbox(170, -20, -170, 0))
    assert camera.zoom > 3
    assert min(camera.x, 1 - camera.x) < 0.01


def test_the_middle_of_a_tile_is_where_the_tile_says() -> None:
    camera = Camera(*to_world(7.42, 43.735), 15.0, 800, 600)
    columns, rows = camera.tiles(15)
    tile = tile_at(7.42, 43.735, 15)
    assert tile.x in columns
    assert tile.y in rows
    assert len(columns) in (4, 5)
    assert len(rows) in (3, 4)


def test_no_tile_lies_outside_the_world() -> None:
    columns, rows = Camera(0.5, 0.5, 0.0, 2000, 2000).tiles(1)
    assert (columns, rows) == (range(2), range(2))


def test_arrays_give_what_single_positions_give() -> None:
    lng, lat = np.array([7.42, -120.5, 0.0]), np.array([43.735, -33.2, 89.0])
    x, y = world_arrays(lng, lat)
    for i in range(3):
        assert (x[i], y[i]) == pytest.approx(to_world(lng[i], lat[i]), abs=1e-12)


def test_a_pixel_at_zoom_19_is_told_apart_from_its_neighbour() -> None:
    camera = Camera(*to_world(7.42, 43.735), 19.0, 800, 600)
    a, b = camera.to_world(400, 300), camera.to_world(401, 300)
    assert camera.to_screen(*b)[0] - camera.to_screen(*a)[0] == pytest.approx(1, abs=1e-6)


def test_metres_per_pixel_shrink_with_latitude() -> None:
    equator = Camera(0.5, 0.5, 10.0, 800, 600).metres_per_pixel
    assert equator == pytest.approx(152.874, rel=1e-4)
    north = Camera(0.5, 0.5, 10.0, 800, 600).centred(LngLat(0, 60)).metres_per_pixel
    assert north == pytest.approx(equator * math.cos(math.radians(60)), rel=1e-6)
