"""`collabmap ready`: what is there, what is to do and with which command, in both languages."""

import json
from pathlib import Path

from command_line import Run
from packs import a_pack

from collabmap.store.device import Device


def test_what_is_to_do_is_said_with_its_command(run: Run, project: str) -> None:
    said = run("ready", project)
    assert said.code == 1
    assert "○ Base map (to do)" in said.out
    assert "collabmap basemap build EXTRACT town.mbtiles" in said.out
    assert f"collabmap handout {project} KIT" in said.out
    assert "% ready" in said.out
    assert said.err == ""


def test_scripts_read_the_same_in_json(run: Run, project: str) -> None:
    said = run("ready", project, "--json")
    assert said.code == 1
    found = json.loads(said.out)
    assert not found["ready"]
    lines = {line["code"]: line for line in found["lines"]}
    assert (lines["base_map"]["state"], lines["base_map"]["found"]) == ("todo", "none")
    assert lines["disk"]["free"] > lines["disk"]["needed"] > 0
    assert lines["clock"]["problem"] is None


def test_the_base_map_is_looked_through_at_once(run: Run, project: str) -> None:
    a_pack(Path("town.mbtiles"), zoom=16)
    lines = {
        line["code"]: line for line in json.loads(run("ready", project, "--json").out)["lines"]
    }
    base_map = lines["base_map"]
    assert base_map["state"] != "running"
    assert (base_map["zooms"], base_map["missing"]) == ([16, 16], 0)
    assert base_map["expected"] > 1


def test_the_paper_is_compared_with_the_map(run: Run) -> None:
    said = run("new", "town", "--name", "La Condamine", "--person", "Jo")
    code = next(word for word in said.out.split() if word.count("-") == 6)
    assert run("ready", "town.collabmap", "--paper", "0000-0000").code == 2
    found = json.loads(run("ready", "town.collabmap", "--paper", code, "--json").out)
    [paper] = [line for line in found["lines"] if line["code"] == "paper"]
    assert paper["state"] == "done"


def test_a_map_that_is_open_elsewhere_can_be_asked_too(
    run: Run, project: str, tmp_path: Path
) -> None:
    from collabmap.app.session import Session

    device = Device(tmp_path / "jo")
    session = Session.open(Path(project), device)
    said = run("ready", project)
    session.close()
    device.close()
    assert said.code == 1
    assert "Categories (done)" in said.out
