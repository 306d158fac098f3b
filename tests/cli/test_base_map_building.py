"""Base maps from the command line: what is asked, what is refused, what is found missing."""

import contextlib
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest
from command_line import Run, Said

from collabmap.app.settings import resource
from collabmap.basemap.builder import Recipe, plan
from collabmap.domain.geo import Bbox

EXTRACT = str(resource("demo/monaco-2023-12-25.osm.pbf"))
PACK = resource("demo/monaco.mbtiles")
CONDAMINE = "7.415,43.730,7.425,43.736"
ZONE = {
    "type": "Feature",
    "properties": {"name": "Le Rocher"},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[7.419, 43.729], [7.430, 43.731], [7.428, 43.734], [7.419, 43.729]]],
    },
}


def build(run: Run, *words: str, language: str = "en") -> Said:
    return run("basemap", "build", *words, "--workers", "1", language=language)


def test_zones_of_a_file_cut_the_base_map_and_the_check(run: Run) -> None:
    Path("rocher.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [ZONE]}))
    said = build(run, EXTRACT, "small", "--zoom", "15-17", "--area", "rocher.geojson")
    assert said.code == 0, said
    whole = run("basemap", "check", "small.mbtiles", "--area", "rocher.geojson", "--json")
    assert whole.code == 0
    assert whole.json["complete"] is True
    assert [zoom["zoom"] for zoom in whole.json["zooms"]] == [15, 16, 17]
    box = run("basemap", "check", "small.mbtiles", "--json")
    assert box.code == 7
    assert box.json["complete"] is False
    assert box.json["zooms"][2]["missing"] > 0
    assert len(box.json["zooms"][2]["holes"][0]) == 4


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"type": "Point", "coordinates": [7.42, 43.73]}', 2),
        ("no json", 2),
        ("\udcff\udcfe{", 2),
        ('{"type": "FeatureCollection", "features": []}', 2),
    ],
)
def test_a_file_without_zones_is_no_area(run: Run, text: str, code: int) -> None:
    Path("area.geojson").write_text(text, errors="surrogateescape")
    said = build(run, EXTRACT, "small", "--area", "area.geojson")
    assert said.code == code, said
    assert len(said.err.splitlines()) >= 2
    assert build(run, EXTRACT, "small", "--area", "absent.geojson").code == 5


def test_what_a_pack_lacks_is_told_with_its_place(run: Run) -> None:
    shutil.copy(PACK, "town.mbtiles")
    assert "Every tile is there." in run("basemap", "check", "town.mbtiles").out
    with contextlib.closing(sqlite3.connect("town.mbtiles")) as db, db:
        db.execute("DELETE FROM map WHERE zoom_level = 15 AND tile_column % 2 = 0")
    said = run("basemap", "check", "town.mbtiles", "--zoom", "14-15")
    assert said.code == 7
    assert "zoom 15: not in 7.4" in said.out
    assert "zoom 14: not in" not in said.out


def test_a_base_map_that_exists_is_replaced_only_on_demand(run: Run) -> None:
    words = (EXTRACT, "small.mbtiles", "--zoom", "14", "--area", CONDAMINE)
    assert build(run, *words).code == 0
    before = Path("small.mbtiles").read_bytes()
    said = build(run, *words, "--style", "dark")
    assert said.code == 5
    assert "exists already" in said.err
    assert Path("small.mbtiles").read_bytes() == before
    assert build(run, *words, "--style", "dark", "--replace").code == 0
    assert Path("small.mbtiles").read_bytes() != before


def test_millions_of_tiles_are_told_by_their_number_and_not_begun(run: Run) -> None:
    said = build(run, EXTRACT, "france", "--zoom", "12-17", "--area", "-5,42,8.2,51.1")
    assert said.code == 2
    count = sum(plan(Recipe((Path(EXTRACT),), Bbox(-5, 42, 8.2, 51.1))).values())
    assert f"{count:,} tiles" in said.err
    assert list(Path().iterdir()) == []


def test_several_extracts_make_one_base_map(run: Run) -> None:
    said = build(run, EXTRACT, EXTRACT, "two", "--zoom", "14", "--area", CONDAMINE)
    assert said.code == 0, said
    assert build(run, EXTRACT, "one", "--zoom", "14", "--area", CONDAMINE).code == 0
    tiles = []
    for name in ("one", "two"):
        with contextlib.closing(sqlite3.connect(f"{name}.mbtiles")) as db:
            tiles.append(db.execute("SELECT * FROM tiles ORDER BY 1, 2, 3").fetchall())
    assert tiles[0] == tiles[1]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_no_extract_is_said_in_both_languages(run: Run, language: str) -> None:
    with zipfile.ZipFile("monaco.zip", "w") as archive:
        archive.write(EXTRACT, "monaco.osm.pbf")
    Path("half.osm.pbf").write_bytes(Path(EXTRACT).read_bytes()[:100_000])
    for name, words in (
        ("monaco.zip", {"en": "another kind (ZIP)", "fr": "ZIP"}),
        ("half.osm.pbf", {"en": "did not arrive whole", "fr": "half.osm.pbf"}),
    ):
        said = build(run, name, "x", "--area", CONDAMINE, language=language)
        assert said.code == 7
        assert words[language] in said.err
        assert len(said.err.splitlines()) >= 2
    assert sorted(path.name for path in Path().iterdir()) == ["half.osm.pbf", "monaco.zip"]


def test_a_language_that_is_none_is_refused(run: Run) -> None:
    assert build(run, EXTRACT, "x", "--language", "no way").code == 2
