"""The base map on the canvas: whole, missing, over-zoomed, broken."""

import threading
from pathlib import Path

import pytest
from checkerboard import CENTRE, HERE, Checkerboard, colour_at, settle, tile_colour
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, tile_at
from collabmap.errors import CollabMapError, TilesUnreadable
from collabmap.render.decoding import decode
from collabmap.render.tokens import DARK, LIGHT
from collabmap.ui.map.ground_view import ShownMap
from collabmap.ui.map.view import MapView

SHARED = Path(__file__).parents[4] / "shared" / "data" / "mbtiles"


def shown_tile(view: MapView, x: float, y: float) -> Tile:
    position = view.camera.position_at(x, y)
    return tile_at(position.lng, position.lat, round(view.zoom()))


@pytest.mark.parametrize(("x", "y"), [(200, 150), (400, 300), (600, 450)])
def test_each_tile_lies_where_its_position_is(tiled: MapView, x: int, y: int) -> None:
    assert colour_at(tiled, x, y) == tile_colour(shown_tile(tiled, x, y))


def test_no_seam_shows_between_scaled_tiles(tiled: MapView, qtbot: QtBot) -> None:
    tiled.fly_to(*CENTRE, 15.37)
    settle(tiled, qtbot)
    image = tiled.grab().toImage()
    colours = {image.pixelColor(x, 300).name() for x in range(200, 600)}
    assert colours <= {tile_colour(Tile(15, x, 0)).name() for x in (0, 1)}


def test_the_parent_stands_in_while_the_child_is_missing(view: MapView, qtbot: QtBot) -> None:
    source = Checkerboard(missing=lambda tile: tile.z > 14)
    with qtbot.waitSignal(view.first_painted):
        view.set_tile_source(lambda: source)
    position = view.camera.position_at(400, 300)
    assert colour_at(view, 400, 300) == tile_colour(tile_at(position.lng, position.lat, 14))


def test_beyond_the_last_zoom_its_tiles_are_enlarged(tiled: MapView, qtbot: QtBot) -> None:
    tiled.fly_to(*CENTRE, 18.0)
    settle(tiled, qtbot)
    position = tiled.camera.position_at(300, 200)
    assert colour_at(tiled, 300, 200) == tile_colour(tile_at(position.lng, position.lat, 16))


def test_a_tile_that_is_not_there_is_asked_for_once(view: MapView, qtbot: QtBot) -> None:
    source = Checkerboard(missing=lambda tile: tile.z > 14)
    with qtbot.waitSignal(view.first_painted):
        view.set_tile_source(lambda: source)
    before = len(source.asked)
    for _ in range(5):
        view.grab()
    assert len(source.asked) == before
    assert len(set(source.asked)) == len(source.asked)


def test_outside_the_pack_the_land_is_quiet(tiled: MapView) -> None:
    tiled.fly_to(HERE.east + 1, HERE.north + 1, 15.0)
    assert colour_at(tiled, 400, 250) == QColor(LIGHT.base_map.land)


def test_tiles_are_read_and_opened_off_the_gui_thread(view: MapView, qtbot: QtBot) -> None:
    threads: set[int] = set()

    class Watched(Checkerboard):
        def __init__(self) -> None:
            super().__init__()
            threads.add(threading.get_ident())

        def get(self, tile: Tile) -> bytes | None:
            threads.add(threading.get_ident())
            return super().get(tile)

    with qtbot.waitSignal(view.first_painted):
        view.set_tile_source(Watched)
    assert threads
    assert threading.get_ident() not in threads


def test_a_broken_file_is_told_once_and_the_map_stays(view: MapView, qtbot: QtBot) -> None:
    told: list[CollabMapError] = []
    view.tiles_failed.connect(told.append)
    with qtbot.waitSignals([view.tiles_failed, view.first_painted]):
        view.set_base_maps([ShownMap(Path(__file__))])
    assert [type(error) for error in told] == [TilesUnreadable]
    assert view.attribution == ""
    assert colour_at(view, 400, 250) == QColor(LIGHT.base_map.land)


def test_a_tile_that_cannot_be_read_is_told_once(view: MapView, qtbot: QtBot) -> None:
    told: list[CollabMapError] = []
    view.tiles_failed.connect(told.append)

    class Torn(Checkerboard):
        def get(self, tile: Tile) -> bytes | None:
            raise TilesUnreadable(name="torn.mbtiles")

    with qtbot.waitSignal(view.first_painted):
        view.set_tile_source(Torn)
    assert len(told) == 1


def test_bytes_that_are_no_picture_give_none() -> None:
    assert decode(b"not a picture") is None


def test_a_slow_stick_does_not_hold_up_the_next_base_map(view: MapView, qtbot: QtBot) -> None:
    is_free = threading.Event()

    class Slow(Checkerboard):
        def get(self, tile: Tile) -> bytes | None:
            is_free.wait(10)
            return super().get(tile)

    view.set_tile_source(Slow)
    qtbot.waitUntil(lambda: view.pack is not None)
    view.grab()
    with qtbot.waitSignal(view.first_painted):
        view.set_tile_source(Checkerboard)
    assert not is_free.is_set()
    is_free.set()


def test_closing_stops_the_threads(tiled: MapView) -> None:
    tiled.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("tiles-")]


def test_a_new_base_map_takes_the_place_of_the_old_one(tiled: MapView, qtbot: QtBot) -> None:
    class Other(Checkerboard):
        attribution = "© the town"

    with qtbot.waitSignal(tiled.first_painted):
        tiled.set_tile_source(Other)
    assert tiled.attribution == "© the town"
    with qtbot.waitSignal(tiled.first_painted):
        tiled.set_base_maps([])
    assert tiled.attribution == ""


def test_the_base_map_shows_its_own_box_when_nobody_said_where(qtbot: QtBot) -> None:
    view = MapView()
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    with qtbot.waitSignal(view.first_painted):
        view.set_tile_source(Checkerboard)
    box = view.bbox()
    view.close()
    assert box.contains(HERE.west, HERE.south)
    assert box.contains(HERE.east, HERE.north)
    assert box.east - box.west < 4 * (HERE.east - HERE.west)


def test_a_light_pack_stays_light_in_a_dark_window(view: MapView, qtbot: QtBot) -> None:
    view.set_tokens("dark")
    assert colour_at(view, 400, 250) == QColor(DARK.base_map.land)
    with qtbot.waitSignal(view.first_painted):
        view.set_tile_source(lambda: Checkerboard(colour=QColor("#F3F1EC")))
    view.fly_to(HERE.east + 1, HERE.north + 1, 15.0)
    assert colour_at(view, 400, 250) == QColor(LIGHT.base_map.land)
    view.set_base_maps([])
    assert colour_at(view, 400, 250) == QColor(DARK.base_map.land)


@pytest.mark.parametrize("text", ["", "© OpenStreetMap contributors"])
def test_the_attribution_is_always_painted(view: MapView, qtbot: QtBot, text: str) -> None:
    class Owed(Checkerboard):
        attribution = text

    with qtbot.waitSignal(view.first_painted):
        view.set_tile_source(Owed)
    assert "OpenStreetMap" in view.attribution
    image = view.grab().toImage()
    inks = [image.pixelColor(x, y).lightness() for x in range(620, 800) for y in range(582, 600)]
    assert sum(ink < 100 for ink in inks) > 100


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared files")
def test_a_real_file_is_shown(view: MapView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.first_painted):
        view.set_base_maps([ShownMap(SHARED / "geography-class-png.mbtiles")])
    view.fit(Bbox(-120, -50, 120, 60))
    settle(view, qtbot)
    image = view.grab().toImage()
    colours = {image.pixelColor(x, 300).name() for x in range(0, 800, 5)}
    assert len(colours) > 5
