"""Base maps of other kinds from the command line."""

import json
from pathlib import Path

import pytest
import tile_files as files
from command_line import Run
from pictures import telling, written

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


# --- a scanned plan ---------------------------------------------------------------------------

POINTS = (
    "--point", "0,0,7.4100,43.7400",
    "--point", "1000,0,7.4224,43.7400",
    "--point", "0,800,7.4100,43.7328",
    "--point", "1000,800,7.4224,43.7328",
)  # fmt: skip


@pytest.fixture
def plan(run: Run) -> str:
    written(Path("plan.png"), telling(1000, 800))
    return "plan.png"


def test_a_plan_is_laid_over_the_map_and_says_how_far_off_its_points_are(
    run: Run, plan: str
) -> None:
    said = run("basemap", "georeference", plan, "plan", *POINTS, "--attribution", "Archives")
    assert said.code == 0, said
    assert "Point 4 (1000, 800): 0.0 m off" in said.out
    with MBTilesReader(Path("plan.mbtiles")) as pack:
        assert pack.attribution == "Archives"
        assert pack.bounds == pytest.approx((7.41, 43.7328, 7.4224, 43.74), abs=1e-5)


def test_three_points_are_told_to_be_without_a_check(run: Run, plan: str) -> None:
    said = run("basemap", "georeference", plan, "plan", *POINTS[:6], "--zoom", "14-15")
    assert said.code == 0, said
    assert "always fit" in said.out
    assert MBTilesReader(Path("plan.mbtiles")).max_zoom == 15


def test_a_point_that_is_off_is_named(run: Run, plan: str) -> None:
    wrong = ("--point", "500,400,7.4262,43.7364", "--point", "250,200,7.4131,43.7382")
    said = run("basemap", "georeference", plan, "plan", *POINTS, *wrong, language="fr")
    assert said.code == 0, said
    assert "5" in said.out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (POINTS[:4], 2),
        (("--point", "1,2,3"), 2),
        (("--point", "1,2,3,99"), 2),
        ((*POINTS, "--world-file", "2154"), 2),
        (("--world-file", "2154"), 5),
        ((*POINTS, "--zoom", "22"), 2),
    ],
)
def test_what_does_not_place_a_plan_is_said(
    run: Run, plan: str, words: tuple[str, ...], code: int
) -> None:
    said = run("basemap", "georeference", plan, "plan", *words)
    assert said.code == code, said
    assert said.err
    assert not Path("plan.mbtiles").exists()


def test_a_world_file_places_a_plan(run: Run, plan: str) -> None:
    Path("plan.pgw").write_text("1\n0\n0\n-1\n1056000\n6305000\n")
    said = run("basemap", "georeference", plan, "plan", "--world-file", "2154")
    assert said.code == 0, said
    assert MBTilesReader(Path("plan.mbtiles")).bounds.contains(7.43, 43.75)


def test_a_town_is_taken_out_of_a_larger_file(run: Run) -> None:
    files.pmtiles(Path("region.pmtiles"), TILES)
    said = run(
        "basemap", "convert", "region.pmtiles", "town",
        "--area", "7.41,43.725,7.42,43.73", "--zoom", "13-14",
    )  # fmt: skip
    assert said.code == 0, said
    with MBTilesReader(Path("town.mbtiles")) as pack:
        assert 0 < pack.count() < len(TILES)
        assert pack.bounds == pytest.approx((7.41, 43.725, 7.42, 43.73), abs=1e-5)
