"""A base map whose file is pulled out with its stick, comes back, or is another one now."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from checkerboard import colour_at, write_pack
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from collabmap.app.words import explain
from collabmap.errors import BaseMapGone, CollabMapError, TilesUnreadable
from collabmap.render.tokens import LIGHT
from collabmap.ui.map import tile_watch
from collabmap.ui.map.ground_view import ShownMap
from collabmap.ui.map.view import MapView

RED, BLUE = QColor("#c02020"), QColor("#2020c0")
LAND = QColor(LIGHT.base_map.land)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_watch, "PERIOD_S", 0.01)


@pytest.fixture
def told(view: MapView) -> list[CollabMapError]:
    found: list[CollabMapError] = []
    view.tiles_failed.connect(found.append)
    return found


@pytest.fixture
def returned(view: MapView) -> list[str]:
    found: list[str] = []
    view.tiles_returned.connect(found.append)
    return found


@pytest.fixture
def stick(view: MapView, qtbot: QtBot, tmp_path: Path) -> Path:
    """A folder with a red base map, which is on the screen."""
    folder = tmp_path / "stick"
    folder.mkdir()
    pack = write_pack(folder / "town.mbtiles", RED)
    with qtbot.waitSignal(view.first_painted):
        view.set_base_maps([ShownMap(pack)])
    assert colour_at(view, 400, 300) == RED
    return folder


def until(qtbot: QtBot, is_so: Callable[[], bool]) -> None:
    qtbot.waitUntil(is_so, timeout=20_000)


def is_coloured(view: MapView, colour: QColor) -> Callable[[], bool]:
    return lambda: colour_at(view, 400, 300) == colour


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_is_pulled_out_is_told_once_and_comes_back_by_itself(
    view: MapView,
    stick: Path,
    told: list[CollabMapError],
    returned: list[str],
    qtbot: QtBot,
    what: str,
) -> None:
    here = stick / "town.mbtiles" if what == "file" else stick
    away = here.with_name("away")
    for times in (1, 2):
        here.rename(away)
        until(qtbot, is_coloured(view, LAND))
        view.pan_by(400, 0)
        view.pan_by(-400, 0)
        assert [type(error) for error in told] == [BaseMapGone] * times
        assert explain(told[0])[0] == "The base map “town.mbtiles” is out of reach."
        away.rename(here)
        until(qtbot, is_coloured(view, RED))
        assert returned == ["town.mbtiles"] * times


def test_another_file_in_its_place_is_shown_without_a_word(
    view: MapView, stick: Path, told: list[CollabMapError], returned: list[str], qtbot: QtBot
) -> None:
    other = write_pack(stick / "other.mbtiles", BLUE)
    other.replace(stick / "town.mbtiles")
    until(qtbot, is_coloured(view, BLUE))
    assert (told, returned) == ([], [])


def test_a_file_that_comes_back_in_pieces_is_shown_once_it_is_whole(
    view: MapView, stick: Path, told: list[CollabMapError], returned: list[str], qtbot: QtBot
) -> None:
    pack, away = stick / "town.mbtiles", stick / "away"
    pack.rename(away)
    until(qtbot, is_coloured(view, LAND))
    data = away.read_bytes()
    watch = view.findChild(tile_watch.FileWatch)
    with qtbot.waitSignal(watch.came):
        pack.write_bytes(data[: len(data) // 3])
    assert [type(error) for error in told] == [BaseMapGone]
    assert returned == []
    pack.write_bytes(data)
    until(qtbot, is_coloured(view, RED))
    assert [type(error) for error in told] == [BaseMapGone]
    assert returned == ["town.mbtiles"]


def test_a_file_that_is_cut_short_under_the_map_is_told_and_may_be_whole_again(
    view: MapView, stick: Path, told: list[CollabMapError], qtbot: QtBot
) -> None:
    pack = stick / "town.mbtiles"
    data = pack.read_bytes()
    os.truncate(pack, 600)
    until(qtbot, lambda: bool(told))
    assert isinstance(told[0], TilesUnreadable)
    until(qtbot, is_coloured(view, LAND))
    pack.write_bytes(data)
    until(qtbot, is_coloured(view, RED))
    assert len(told) == 1


def test_the_map_below_shows_through_where_the_upper_one_is_out_of_reach(
    view: MapView, stick: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    below = write_pack(tmp_path / "below.mbtiles", BLUE)
    view.set_base_maps([ShownMap(below), ShownMap(stick / "town.mbtiles")])
    until(qtbot, is_coloured(view, RED))
    shutil.move(stick, tmp_path / "away")
    until(qtbot, is_coloured(view, BLUE))
    shutil.move(tmp_path / "away", stick)
    until(qtbot, is_coloured(view, RED))


def test_a_file_that_was_never_there_is_shown_when_it_comes(
    view: MapView, tmp_path: Path, told: list[CollabMapError], returned: list[str], qtbot: QtBot
) -> None:
    pack = tmp_path / "late.mbtiles"
    view.set_base_maps([ShownMap(pack)])
    until(qtbot, lambda: bool(told))
    write_pack(pack, RED)
    until(qtbot, is_coloured(view, RED))
    assert [type(error) for error in told] == [BaseMapGone]
    assert returned == ["late.mbtiles"]


def test_a_map_that_is_shown_no_more_is_not_missed(
    view: MapView, stick: Path, tmp_path: Path, told: list[CollabMapError], qtbot: QtBot
) -> None:
    view.set_base_maps([])
    shutil.rmtree(stick)
    other = write_pack(tmp_path / "other.mbtiles", BLUE)
    view.set_base_maps([ShownMap(other)])
    until(qtbot, is_coloured(view, BLUE))
    with qtbot.waitSignal(view.findChild(tile_watch.FileWatch).gone):
        other.unlink()
    assert [explain(error)[0] for error in told] == [
        "The base map “other.mbtiles” is out of reach."
    ]
