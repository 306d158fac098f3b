"""Base maps of other kinds from the command line."""

import json
from pathlib import Path

import pytest
import tile_files as files
from command_line import Run

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, tiles_of
from collabmap.store.mbtiles import MBTilesReader

BOX = Bbox(7.395, 43.715, 7.455, 43.760)
TILES = {tile: files.png(shade=n % 9) for n, tile in enumerate(tiles_of(BOX, 14))}


def test_info_says_what_a_base_map_is(run: Run) -> None:
    said_of_itself = {"name": "Ortho", "attribution": "<b>IGN</b>"}
    files.pmtiles(Path("a.pmtiles"), TILES, said=said_of_itself)
    said = run("basemap", "info", "a.pmtiles", "--json")
    assert said.code == 0, said
    told = said.json
    assert (told["kind"], told["name"], told["attribution"]) == ("pmtiles", "Ortho", "IGN")
    assert (told["zooms"], told["tiles"], told["guessed"]) == ([14, 14], len(TILES), ["bounds"])
    words = run("basemap", "info", "a.pmtiles").out
    assert "PMTiles" in words
    assert "IGN" in words
    assert "which area" in words


def test_convert_makes_one_file_of_a_folder_and_says_what_it_guessed(run: Run) -> None:
    files.folder(Path("tiles"), TILES)
    said = run("basemap", "convert", "tiles", "plan", "--name", "Plan 1850")
    assert said.code == 0, said
    assert "plan.mbtiles" in said.out
    assert "from the north was taken" in said.out
    with MBTilesReader(Path("plan.mbtiles")) as pack:
        assert (pack.name, pack.count()) == ("Plan 1850", len(TILES))


def test_convert_counts_what_it_left_out(run: Run) -> None:
    bad = dict.fromkeys(list(TILES)[:2], b"no picture")
    files.folder(Path("tiles"), TILES | bad)
    assert "2 tiles held no picture" in run("basemap", "convert", "tiles", "plan").out


def test_convert_writes_over_a_file_only_when_told_to(run: Run) -> None:
    files.folder(Path("tiles"), TILES)
    assert run("basemap", "convert", "tiles", "plan").code == 0
    assert run("basemap", "convert", "tiles", "plan").code == 5
    assert run("basemap", "convert", "tiles", "plan", "--replace").code == 0


@pytest.mark.parametrize("verb", [("info", "v"), ("convert", "v", "out")])
def test_vector_tiles_are_refused_with_what_to_do(run: Run, verb: tuple[str, ...]) -> None:
    files.loose_mbtiles(Path("v"), {Tile(3, 4, 2): b"\x1a\x05hello"})
    said = run("basemap", *verb)
    assert said.code == 7
    assert "vector" in said.err
    assert "OpenStreetMap extract" in said.err


def test_a_layer_is_chosen_by_its_name(run: Run) -> None:
    files.web_gpkg(Path("g"), TILES)
    assert run("basemap", "info", "g", "--layer", "plan").code == 0
    said = run("basemap", "info", "g", "--layer", "other")
    assert said.code == 2
    assert "plan" in said.err


def test_a_slow_file_is_told_to_be_converted(run: Run) -> None:
    held = {Tile(12, x, y): files.png(1) for x in range(50) for y in range(41)}
    files.loose_mbtiles(Path("slow.mbtiles"), held)
    assert "basemap convert" in run("basemap", "info", "slow.mbtiles").out
    assert json.loads(run("basemap", "info", "slow.mbtiles", "--json").out)["is_slow"]
