"""`collabmap maps`: several base maps beside one map."""

from pathlib import Path

import pytest
from command_line import Run
from packs import a_pack

TOWN = "town.collabmap"


@pytest.fixture
def town(run: Run) -> str:
    """A map with a plan, and an aerial photo over it."""
    a_pack(Path("plan.mbtiles"), "#ff0000", name="Plan")
    a_pack(Path("photo.mbtiles"), "#0000ff", name="Photo")
    run("new", "town", "--person", "Jo", "--basemap", "plan.mbtiles")
    said = run("maps", "add", TOWN, "photo.mbtiles")
    assert said.code == 0, said
    assert "“Photo” is on the map" in said.out
    return TOWN


def rows(run: Run) -> list[tuple[str, float, bool, str]]:
    found = run("maps", "list", TOWN, "--json").json["base_maps"]
    return [(v["title"], v["opacity"], v["visible"], v["state"]) for v in found]


def test_base_maps_are_listed_with_the_topmost_first(run: Run, town: str) -> None:
    lines = run("maps", "list", town).out.splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2"]
    assert "Photo" in lines[0]
    assert "town.photo.mbtiles" in lines[0]
    assert "Plan" in lines[1]
    assert "Photo, Plan" in run("info", town).out


def test_base_maps_are_moved_faded_hidden_and_named(run: Run, town: str) -> None:
    assert run("maps", "move", town, "1", "bottom").code == 0
    assert run("maps", "set", town, "Photo", "--opacity", "40", "--hide").code == 0
    assert run("maps", "set", town, "town.mbtiles", "--title", "Plan 2026").code == 0
    assert rows(run) == [("Photo", 0.4, False, "ok"), ("Plan 2026", 1.0, True, "ok")]
    assert run("maps", "set", town, "2", "--show").code == 0
    assert rows(run)[0][2] is True


def test_a_base_map_is_taken_off_and_its_file_kept_unless_it_is_to_go(run: Run, town: str) -> None:
    said = run("maps", "remove", town, "Photo")
    assert "Its file is kept" in said.out
    listed = run("maps", "list", town, "--json").json
    assert listed["not_listed"] == ["town.photo.mbtiles"]
    assert "not on the list: town.photo.mbtiles" in run("maps", "list", town).out
    run("maps", "add", town, "town.photo.mbtiles")
    said = run("maps", "remove", town, "1", "--delete")
    assert "kept" not in said.out
    assert not Path("town.photo.mbtiles").exists()


def test_a_new_version_takes_the_place_of_the_old_one(run: Run, town: str) -> None:
    a_pack(Path("new.mbtiles"), "#00ff00", name="Plan 2027")
    assert run("maps", "add", town, "new.mbtiles", "--replace", "Plan").code == 0
    assert [row[0] for row in rows(run)] == ["Plan 2027", "Photo"]


def test_a_check_compares_every_byte_and_says_what_to_do(run: Run, town: str) -> None:
    said = run("maps", "check", town)
    assert (said.code, "All base maps are as they were listed." in said.out) == (0, True)
    data = Path("town.mbtiles").read_bytes()
    Path("town.mbtiles").write_bytes(data[:-9] + b"x" + data[-8:])
    said = run("maps", "check", town)
    assert said.code == 7
    assert "changed since it was listed" in said.out
    said = run("verify", town)
    assert said.code == 3
    assert "is not the file that was listed: town.mbtiles" in said.out
    assert run("handout", town, "kit").code == 7
    assert run("maps", "check", town, "--accept", "town.mbtiles").code == 0
    assert run("verify", town).code == 0
    assert run("handout", town, "kit").code == 0


def test_a_copy_is_handed_out_without_the_large_one(run: Run, town: str) -> None:
    said = run("handout", town, "kit")
    assert "with 2 base maps" in said.out
    said = run("handout", town, "small", "--without", "Photo")
    assert "with 1 base map\n" in said.out
    assert "Left out: Photo" in said.out
    Path("there").mkdir()
    assert run("open", "small.cmkit", "there").code == 0
    assert [path.name for path in Path("there").glob("*.mbtiles")] == ["town.mbtiles"]


def test_a_base_map_that_is_not_there_is_told(run: Run, town: str) -> None:
    assert run("maps", "remove", town, "Cadastre").code == 7
    assert run("maps", "move", town, "3", "up").code == 7
    assert run("maps", "add", town, "nowhere.mbtiles").code == 5
    assert run("maps", "add", town, "plan.mbtiles").code == 7
    assert run("maps", "set", town, "1", "--opacity", "140").code == 2
