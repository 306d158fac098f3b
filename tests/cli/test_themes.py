"""Themes on the command line: which there are, what they hold, in and out of a map."""

import json
from pathlib import Path

from command_line import Run, Said


def ok(said: Said) -> Said:
    assert said.code == 0, said
    return said


def test_the_ready_themes_are_listed_the_usual_one_first(run: Run) -> None:
    lines = ok(run("theme", "list", language="fr")).out.splitlines()
    assert lines[0].startswith("territoire")
    assert any("Qualité de l’air" in line for line in lines)
    names = [each["name"] for each in ok(run("theme", "list", "--json")).json]
    assert names[0] == "territoire"
    assert len(names) == 9


def test_what_a_theme_holds_is_shown(run: Run, project: str) -> None:
    said = ok(run("theme", "show", "qualite-air")).out
    assert "Measuring station  (station)" in said
    assert "pm25" in said
    assert "µg/m³" in said
    assert "private" in said
    assert "is run by" in said
    found = ok(run("theme", "show", project, "--json")).json
    assert found["id"] == "territoire"
    assert "opening-hours" in {field["id"] for field in found["fields"]}


def test_a_map_takes_a_theme_hands_it_on_and_takes_it_back(run: Run, project: str) -> None:
    assert "Air quality" in ok(run("theme", "use", project, "qualite-air")).out
    ok(run("theme", "export", project, "ours.json"))
    data = json.loads(Path("ours.json").read_text(encoding="utf-8"))
    assert data["label_en"] == "Air quality"
    assert data["categories"][0]["id"] == "station"

    assert "theme" in ok(run("undo", project)).out
    ids = [c["id"] for c in ok(run("theme", "show", project, "--json")).json["categories"]]
    assert ids[0] == "nature"
    ok(run("theme", "import", project, "ours.json"))
    assert ok(run("add", project, "Port", "--category", "station", "--at", "7.42,43.73")).code == 0


def test_a_new_map_has_the_theme_that_it_is_given(run: Run) -> None:
    ok(run("new", "air", "--person", "Jo", "--theme", "qualite-air"))
    ok(run("theme", "export", "air.collabmap", "ours.json"))
    ok(run("new", "again", "--person", "Jo", "--theme", "ours.json"))

    first, second = (
        ok(run("theme", "show", f"{name}.collabmap", "--json")).json for name in ("air", "again")
    )
    for what in ("categories", "fields", "link_types"):
        assert second[what] == first[what]


def test_a_theme_with_something_wrong_makes_no_map_and_says_all(run: Run) -> None:
    ok(run("new", "air", "--person", "Jo"))
    ok(run("theme", "export", "air.collabmap", "ours.json"))
    data = json.loads(Path("ours.json").read_text(encoding="utf-8"))
    data["fields"][0]["type"] = "colour"
    data["categories"][0]["icon"] = "no-such-icon"
    Path("ours.json").write_text(json.dumps(data), encoding="utf-8")

    said = run("new", "again", "--person", "Jo", "--theme", "ours.json")
    assert said.code == 2
    assert "field “opening-hours”: there is no type “colour”" in said.err
    assert "category “nature”: there is no icon “no-such-icon”." in said.err
    assert not Path("again.collabmap").exists()


def test_a_theme_that_is_not_there_is_told(run: Run, project: str) -> None:
    said = run("theme", "use", project, "velo")
    assert said.code == 2
    assert "marche-velo" in said.err
    said = run("theme", "import", project, "nowhere.json")
    assert said.code == 5
