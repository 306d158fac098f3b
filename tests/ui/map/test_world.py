"""The world under the base maps: no view without ground, at any zoom, in any place."""

import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from checkerboard import CENTRE, Checkerboard, colour_at, settle
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from collabmap.app import words
from collabmap.app.settings import resource
from collabmap.basemap.cartography import PALETTES
from collabmap.basemap.overview import Overview
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.tiles import bounds_of, tile_at, tiles_of
from collabmap.render import ground
from collabmap.render.camera import Camera
from collabmap.render.map_picture import MARGIN_PX, Layer, map_picture
from collabmap.store.mbtiles import MBTilesReader
from collabmap.ui.map.ground_view import ShownMap
from collabmap.ui.map.tile_stack import TileStack
from collabmap.ui.map.view import NO_THEME, MapView

MONACO = resource("demo") / "monaco.mbtiles"
UNTOUCHED = QColor(255, 0, 255)
FRANCE, ATLANTIC, BERLIN = (2.5, 46.0), (-15.0, 45.0), (13.4, 52.5)
LIGHT, DARK = PALETTES["light"], PALETTES["dark"]


@pytest.fixture
def bare(view: MapView, monkeypatch: pytest.MonkeyPatch) -> MapView:
    """The view without its paper: what no map covers stays magenta."""

    def untouched(_self: TileStack, painter: QPainter, camera: Camera) -> None:
        painter.fillRect(QRectF(0, 0, camera.width, camera.height), UNTOUCHED)

    monkeypatch.setattr(TileStack, "_paint_paper", untouched)
    return view


def pixels(view: MapView) -> NDArray[np.uint32]:
    """What is on the screen, (rows, columns) of 0xffRRGGBB."""
    return bits(view.grab().toImage())


def bits(image: QImage) -> NDArray[np.uint32]:
    held = image.convertToFormat(QImage.Format.Format_RGB32)
    found = np.frombuffer(held.constBits(), np.uint32).copy()
    return found.reshape(held.height(), held.width())


def untouched(view: MapView) -> int:
    return int((pixels(view) == UNTOUCHED.rgb()).sum())


def at(view: MapView, lng: float, lat: float) -> QColor:
    return colour_at(view, *view.camera.pixel_of(LngLat(lng, lat)))


def test_without_any_base_map_there_is_the_world(view: MapView, qtbot: QtBot) -> None:
    view.fly_to(*FRANCE, 4.0)
    with qtbot.waitSignal(view.first_painted):
        view.set_base_maps([])
    assert at(view, *FRANCE) == QColor(LIGHT.land)
    assert at(view, *ATLANTIC) == QColor(LIGHT.water)
    assert view.attribution == "Made with Natural Earth"


def test_from_a_house_to_the_world_and_back_nothing_is_left_unpainted(
    bare: MapView, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(bare.first_painted):
        bare.set_base_maps([ShownMap(MONACO)])
    out = [17.0, 16.4, 16.0, 15.0, 13.3, 13.0, 12.6, 12.0, 11.5, 11.0, 10.5]
    out += [10.0, 9.2, 8.0, 7.0, 6.0, 5.0, 4.6, 4.0, 3.0, 2.0]
    for zoom in out + out[::-1]:
        bare.fly_to(*CENTRE, zoom)
        settle(bare, qtbot)
        assert untouched(bare) == 0, zoom


def test_far_out_only_what_lies_beyond_the_world_has_no_ground(bare: MapView, qtbot: QtBot) -> None:
    bare.set_base_maps([])
    for zoom in (1.0, 0.0):
        bare.fly_to(*CENTRE, zoom)
        settle(bare, qtbot)
        left, top = bare.camera.to_screen(0.0, 0.0)
        right, bottom = bare.camera.to_screen(1.0, 1.0)
        world = pixels(bare)[max(0, round(top)) : round(bottom), max(0, round(left)) : round(right)]
        assert world.size > 0.9 * min(600, 256 * 2**zoom) * min(800, 256 * 2**zoom)
        # The buttons and the scale lie on top; of the ground itself nothing is missing.
        assert not (world == UNTOUCHED.rgb()).any()


def test_near_a_town_there_is_plain_land_around_its_map(view: MapView, qtbot: QtBot) -> None:
    view.fly_to(7.395, 43.73, 15.0)
    with qtbot.waitSignal(view.first_painted):
        view.set_base_maps([ShownMap(MONACO)])
    assert colour_at(view, 20, 300) == QColor(LIGHT.land)
    assert "Natural Earth" not in view.attribution


def test_the_first_frame_of_a_town_does_not_wait_for_the_world(view: MapView, qtbot: QtBot) -> None:
    view.fly_to(*CENTRE, 15.0)
    with qtbot.waitSignal(view.first_painted):
        view.set_base_maps([ShownMap(MONACO)])
    assert view._tiles._world is None
    settle(view, qtbot)
    assert view._tiles._world is not None


def test_five_hundred_kilometres_away_there_is_ground(bare: MapView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bare.first_painted):
        bare.set_base_maps([ShownMap(MONACO)])
    bare.fly_to(*CENTRE, 9.0)
    settle(bare, qtbot)
    for _ in range(12):
        bare.pan_by(-150, 40)
        settle(bare, qtbot)
        assert untouched(bare) == 0
    assert bare.centre().lng > 12


def test_the_whole_world_stands_in_at_once(bare: MapView, qtbot: QtBot) -> None:
    bare.set_base_maps([])
    bare.fly_to(*FRANCE, 2.0)
    settle(bare, qtbot)
    for zoom, place in ((9.0, ATLANTIC), (13.0, BERLIN), (3.0, FRANCE)):
        bare.fly_to(*place, zoom)
        assert untouched(bare) == 0


@pytest.mark.parametrize("zoom", [13.0, 16.0])
def test_a_hole_in_a_pack_shows_its_parent_however_far(
    view: MapView, qtbot: QtBot, zoom: float
) -> None:
    class OnlyFar(Checkerboard):
        min_zoom = 3
        bounds = bounds_of(tile_at(*CENTRE, 3))
        _far = Checkerboard(colour=QColor(1, 2, 3))

        def get(self, tile):  # type: ignore[no-untyped-def]
            near = next(iter(tiles_of(Checkerboard.bounds, 12)))
            return self._far.get(near) if tile.z == 3 else None

    with qtbot.waitSignal(view.first_painted):
        view.set_tile_source(OnlyFar)
    view.fly_to(*CENTRE, zoom)
    settle(view, qtbot)
    assert colour_at(view, 400, 250) == QColor(1, 2, 3)


def test_before_its_first_zoom_a_town_gives_way_to_the_world(view: MapView, qtbot: QtBot) -> None:
    source = Checkerboard()
    with qtbot.waitSignal(view.first_painted):
        view.set_tile_source(lambda: source)
    view.fly_to(*CENTRE, 11.0)
    settle(view, qtbot)
    assert colour_at(view, 400, 300).blue() == 60
    asked = len(source.asked)
    for zoom in (9.0, 5.0, 0.0):
        view.fly_to(*CENTRE, zoom)
        settle(view, qtbot)
    assert len(source.asked) == asked


def test_the_world_has_the_look_of_the_map_above_it(view: MapView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.first_painted):
        view.set_tile_source(lambda: Checkerboard(colour=QColor(DARK.land)))
    view.fly_to(*FRANCE, 4.0)
    settle(view, qtbot)
    assert at(view, *ATLANTIC) == QColor(DARK.water)
    with qtbot.waitSignal(view.first_painted):
        view.set_base_maps([])
    settle(view, qtbot)
    assert at(view, *ATLANTIC) == QColor(LIGHT.water)
    view.set_tokens("contrast")
    settle(view, qtbot)
    assert at(view, *ATLANTIC) == QColor(PALETTES["contrast"].water)


def test_countries_speak_the_language_of_the_window(view: MapView, qtbot: QtBot) -> None:
    seen = []
    view.set_base_maps([])
    view.fly_to(*BERLIN, 5.0)
    try:
        for language in ("fr", "en"):
            words.set_language(language)
            view.retranslate()
            settle(view, qtbot)
            seen.append(pixels(view).copy())
    finally:
        words.set_language("en")
    assert (seen[0] != seen[1]).sum() > 500


def test_the_world_is_painted_off_the_gui_thread(
    view: MapView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[int] = set()
    real = ground.ground_tile

    def watched(*told):  # type: ignore[no-untyped-def]
        threads.add(threading.get_ident())
        return real(*told)

    monkeypatch.setattr(ground, "ground_tile", watched)
    view.fly_to(*FRANCE, 6.0)
    view.set_base_maps([])
    settle(view, qtbot)
    assert threads
    assert threading.get_ident() not in threads


def test_on_a_fine_screen_the_world_is_as_fine(qtbot: QtBot) -> None:
    stack = TileStack()
    stack.set_maps([])
    camera = Camera(0.5, 0.5, 4.0, 400, 300).centred(LngLat(*FRANCE))
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2.0)

    def is_painted() -> bool:
        painter = QPainter(image)
        stack.paint(painter, camera, 2.0)
        painter.end()
        return stack.is_complete

    try:
        qtbot.waitUntil(is_painted)
    finally:
        stack.close()
    x, y = camera.pixel_of(LngLat(*ATLANTIC))
    assert image.pixelColor(round(2 * x), round(2 * y)) == QColor(LIGHT.water)
    sizes = {pixmap.width() for wish, (pixmap, _) in stack._cache._pixmaps.items() if wish.tile.z}
    assert sizes == {512}


def test_a_pack_that_cannot_be_opened_leaves_the_world(view: MapView, qtbot: QtBot) -> None:
    view.fly_to(*FRANCE, 4.0)
    with qtbot.waitSignals([view.tiles_failed, view.first_painted]):
        view.set_base_maps([ShownMap(Path(__file__))])
    assert at(view, *ATLANTIC) == QColor(LIGHT.water)


def test_a_slow_pack_does_not_keep_the_world_back(view: MapView, qtbot: QtBot) -> None:
    is_free = threading.Event()

    def slow() -> Checkerboard:
        is_free.wait(20)
        return Checkerboard()

    view.fly_to(*FRANCE, 4.0)
    view.set_tile_source(slow)
    try:
        qtbot.waitUntil(lambda: at(view, *ATLANTIC) == QColor(LIGHT.water))
        assert view.pack is None
    finally:
        is_free.set()
    settle(view, qtbot)
    assert view.pack is not None


def test_all_the_world_can_be_shown_by_button_where_nothing_else_is(
    view: MapView, qtbot: QtBot
) -> None:
    view.set_base_maps([])
    view.show_everything()
    box: Bbox = view.bbox()
    assert box.west < -120
    assert box.east > 120


@pytest.mark.parametrize("zoom", [11.0, 12.0, 13.0, 15.0])
def test_the_window_and_a_picture_of_the_map_show_the_same(
    view: MapView, qtbot: QtBot, zoom: float
) -> None:
    with qtbot.waitSignal(view.first_painted):
        view.set_base_maps([ShownMap(MONACO)])
    view.fly_to(*CENTRE, zoom)
    settle(view, qtbot)
    # A box that the picture shows at the same zoom: it leaves a margin.
    box = view.camera.resized(800 - 2 * MARGIN_PX - 1, 600 - 2 * MARGIN_PX - 1).bbox
    world = Overview(resource("overview"), "light", "en", names_until=10)
    with closing(MBTilesReader(MONACO)) as source:
        picture = map_picture(
            [Layer(source)], [], NO_THEME, bbox=box, size=(800, 600), ground=world
        )
    inside = QRect(30, 30, 640, 520)
    one, other = (
        bits(image.copy(inside)).view(np.uint8).astype(int)
        for image in (view.grab().toImage(), picture)
    )
    assert np.abs(one - other).mean() < 1.0
