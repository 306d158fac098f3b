"""Several base maps on top of each other: order, opacity, what is read, what is owed."""

import threading
from pathlib import Path

import pytest
from checkerboard import (
    CENTRE,
    HERE,
    Checkerboard,
    colour_at,
    settle,
    tile_colour,
    write_pack,
)
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, tile_at
from collabmap.errors import CollabMapError
from collabmap.store import mbtiles
from collabmap.ui.map.ground_view import ShownMap
from collabmap.ui.map.pictures import of_source
from collabmap.ui.map.tile_stack import StackedMap
from collabmap.ui.map.view import MapView

RED, BLUE, GREEN = QColor(200, 0, 0), QColor(0, 0, 200), QColor(0, 200, 0)
WEST = Bbox(HERE.west, HERE.south, CENTRE[0], HERE.north)


def show(view: MapView, qtbot: QtBot, *maps: ShownMap) -> None:
    with qtbot.waitSignal(view.first_painted):
        view.set_base_maps(maps)


def is_near(colour: QColor, wanted: QColor) -> bool:
    pairs = zip(colour.getRgb(), wanted.getRgb(), strict=True)
    return all(abs(one - other) <= 2 for one, other in pairs)  # type: ignore[operator]


def test_the_last_lies_on_top(view: MapView, qtbot: QtBot, tmp_path: Path) -> None:
    red, blue = write_pack(tmp_path / "r.mbtiles", RED), write_pack(tmp_path / "b.mbtiles", BLUE)
    show(view, qtbot, ShownMap(red), ShownMap(blue))
    assert colour_at(view, 400, 250) == BLUE
    show(view, qtbot, ShownMap(blue), ShownMap(red))
    assert colour_at(view, 400, 250) == RED


def test_what_is_half_clear_lets_half_shine_through(
    view: MapView, qtbot: QtBot, tmp_path: Path
) -> None:
    red, blue = write_pack(tmp_path / "r.mbtiles", RED), write_pack(tmp_path / "b.mbtiles", BLUE)
    show(view, qtbot, ShownMap(red), ShownMap(blue, 0.5))
    assert is_near(colour_at(view, 400, 250), QColor(100, 0, 100))
    show(view, qtbot, ShownMap(red), ShownMap(blue, 0.0))
    assert colour_at(view, 400, 250) == RED


def test_a_clear_tile_keeps_visible_what_is_under_it(
    view: MapView, qtbot: QtBot, tmp_path: Path
) -> None:
    red = write_pack(tmp_path / "r.mbtiles", RED)
    glass = write_pack(tmp_path / "g.mbtiles", QColor(0, 0, 200, 64))
    show(view, qtbot, ShownMap(red), ShownMap(glass))
    assert is_near(colour_at(view, 400, 250), QColor(150, 0, 50))


def test_a_small_plan_lies_on_a_town_only_where_it_is(
    view: MapView, qtbot: QtBot, tmp_path: Path
) -> None:
    town = write_pack(tmp_path / "t.mbtiles", RED)
    plan = write_pack(tmp_path / "p.mbtiles", BLUE, bounds=WEST, zooms=[16])
    view.fly_to(*CENTRE, 16.0)
    show(view, qtbot, ShownMap(town), ShownMap(plan))
    assert colour_at(view, 40, 250) == BLUE
    assert colour_at(view, 760, 250) == RED


def test_a_far_tile_of_a_small_plan_does_not_cover_the_town_around_it(
    view: MapView, qtbot: QtBot, tmp_path: Path
) -> None:
    # A tile of zoom 12 shows all of the view, and the plan is a part of it.
    town = write_pack(tmp_path / "t.mbtiles", RED)
    plan = write_pack(tmp_path / "p.mbtiles", BLUE, bounds=WEST, zooms=[12, 16])
    view.fly_to(*CENTRE, 16.0)
    show(view, qtbot, ShownMap(town), ShownMap(plan))
    assert colour_at(view, 40, 250) == BLUE
    assert colour_at(view, 760, 250) == RED


def test_one_change_of_opacity_opens_nothing_again(
    view: MapView, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    real = mbtiles.MBTilesReader.__init__

    def counted(self: mbtiles.MBTilesReader, path: Path) -> None:
        opened.append(path)
        real(self, path)

    monkeypatch.setattr(mbtiles.MBTilesReader, "__init__", counted)
    red, blue = write_pack(tmp_path / "r.mbtiles", RED), write_pack(tmp_path / "b.mbtiles", BLUE)
    show(view, qtbot, ShownMap(red), ShownMap(blue))
    before = len(opened)
    assert 2 <= before <= 4
    for percent in range(90, 40, -10):
        show(view, qtbot, ShownMap(red), ShownMap(blue, percent / 100))
    assert is_near(colour_at(view, 400, 250), QColor(100, 0, 100))
    # The lower one was covered: a thread may have opened it only now.
    assert len(opened) <= 4


def test_what_is_covered_is_not_read(view: MapView, qtbot: QtBot) -> None:
    below, above = Checkerboard(), Checkerboard(colour=BLUE)
    lower, upper = StackedMap(1, of_source(lambda: below)), StackedMap(2, of_source(lambda: above))
    with qtbot.waitSignal(view.first_painted):
        view._show([upper])
    with qtbot.waitSignal(view.first_painted):
        view._show([lower, upper])
    qtbot.waitUntil(lambda: view.pack is not None)
    view.pan_by(3, 3)
    settle(view, qtbot)
    assert colour_at(view, 400, 250) == BLUE
    # Of the lower one, only the tile that tells its look.
    assert {tile.z for tile in below.asked} == {below.min_zoom}


def test_every_one_is_credited_and_none_twice(view: MapView, qtbot: QtBot, tmp_path: Path) -> None:
    maps = [
        write_pack(tmp_path / f"{number}.mbtiles", RED, attribution=words)
        for number, words in enumerate(
            ["© OpenStreetMap contributors", "© contributeurs OpenStreetMap", "© the town", ""]
        )
    ]
    show(view, qtbot, *map(ShownMap, maps))
    assert view.attribution == "© OpenStreetMap contributors · © the town"
    view.fly_to(*CENTRE, 5.0)
    settle(view, qtbot)
    assert view.attribution.endswith(" · © the town · Made with Natural Earth")


def test_three_layers_are_painted_in_one_frame(view: MapView, qtbot: QtBot, tmp_path: Path) -> None:
    maps = [
        ShownMap(write_pack(tmp_path / f"{number}.mbtiles", colour), 0.6)
        for number, colour in enumerate((RED, BLUE, GREEN))
    ]
    show(view, qtbot, *maps)
    settle(view, qtbot)
    QApplication.processEvents()
    before = view.item.paint_count
    for _ in range(20):
        view.pan_by(7, 3)
        QApplication.processEvents()
    assert view.item.paint_count - before == 20


def test_all_layers_share_two_threads(view: MapView, qtbot: QtBot, tmp_path: Path) -> None:
    maps = [
        ShownMap(write_pack(tmp_path / f"{number}.mbtiles", colour), 0.6)
        for number, colour in enumerate((RED, BLUE, GREEN))
    ]
    show(view, qtbot, *maps)
    view.fly_to(*CENTRE, 5.0)
    settle(view, qtbot)
    assert len([t for t in threading.enumerate() if t.name.startswith("tiles-")]) == 2


def test_a_layer_that_hangs_holds_up_no_other(view: MapView, qtbot: QtBot) -> None:
    is_free = threading.Event()

    class Hanging(Checkerboard):
        attribution = "© a slow stick"

        def get(self, tile: Tile) -> bytes | None:
            is_free.wait(20)
            return None

    fine = Checkerboard(colour=GREEN)
    view._show([StackedMap(1, of_source(lambda: fine)), StackedMap(2, of_source(Hanging))])
    try:
        qtbot.waitUntil(lambda: colour_at(view, 400, 250) == GREEN, timeout=8000)
        qtbot.waitUntil(lambda: colour_at(view, 40, 40) == GREEN, timeout=8000)
        assert not view._tiles.is_complete
        threads = [t for t in threading.enumerate() if t.name.startswith("tiles-")]
        assert len(threads) <= 4
    finally:
        is_free.set()


def test_a_broken_layer_is_told_once_and_the_others_are_shown(
    view: MapView, qtbot: QtBot, tmp_path: Path
) -> None:
    told: list[CollabMapError] = []
    view.tiles_failed.connect(told.append)
    red = write_pack(tmp_path / "r.mbtiles", RED)
    show(view, qtbot, ShownMap(red), ShownMap(Path(__file__)))
    view.pan_by(40, 0)
    settle(view, qtbot)
    assert len(told) == 1
    assert colour_at(view, 400, 250) == RED


def test_a_released_file_can_be_replaced_and_shown_again(
    view: MapView, qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_pack(tmp_path / "town.mbtiles", RED)
    open_files = Path("/proc/self/fd")
    show(view, qtbot, ShownMap(path))
    wait = view.release_base_map(path)
    done: list[bool] = []
    waiting = threading.Thread(target=lambda: done.append(wait(5.0)))
    waiting.start()
    qtbot.waitUntil(lambda: not waiting.is_alive())
    assert done == [True]
    if open_files.is_dir():
        names = [str(link.readlink()) for link in open_files.iterdir() if link.is_symlink()]
        assert str(path) not in names
    # What is on the screen stays there, and is asked of nobody.
    view.pan_by(10, 0)
    QCoreApplication.processEvents()
    assert colour_at(view, 400, 250) == RED
    write_pack(path, BLUE)
    show(view, qtbot, ShownMap(path))
    assert colour_at(view, 400, 250) == BLUE


def test_waiting_for_a_file_that_hangs_has_an_end(view: MapView, qtbot: QtBot) -> None:
    is_free = threading.Event()

    class Hanging(Checkerboard):
        def get(self, tile: Tile) -> bytes | None:
            is_free.wait(20)
            return None

    view._show([StackedMap("stick", of_source(Hanging))])
    qtbot.waitUntil(lambda: view.pack is not None)
    wait = view._tiles.release("stick")
    try:
        assert not wait(0.2)
        # It came back while the thread still hung.
        assert not is_free.is_set()
    finally:
        is_free.set()
    assert wait(5.0)


def test_more_layers_than_the_cache_has_room_for_still_come_whole(
    view: MapView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collabmap.ui.map.tile_layer.CACHE_BYTES", 5 * 256 * 256 * 4)
    sources = [Checkerboard(colour=colour) for colour in (RED, BLUE)]
    view._show(
        [
            StackedMap(number, of_source(lambda source=source: source), 0.6)  # type: ignore[misc]
            for number, source in enumerate(sources)
        ]
    )
    settle(view, qtbot)
    asked = [len(source.asked) for source in sources]
    for _ in range(10):
        view.grab()
    settle(view, qtbot)
    assert [len(source.asked) for source in sources] == asked


def test_a_large_tile_is_shown_at_its_size(view: MapView, qtbot: QtBot) -> None:
    class Large(Checkerboard):
        tile_size = 512

    source = Large()
    with qtbot.waitSignal(view.first_painted):
        view.set_tile_source(lambda: source)
    assert max(tile.z for tile in source.asked) == 14
    position = view.camera.position_at(200, 200)
    wanted = tile_colour(tile_at(position.lng, position.lat, 14))
    assert colour_at(view, 200, 200) == wanted
