"""Caring for a map, typed: sync, verify, doctor, copy."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Run

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device


def damage(path: str, statement: str) -> None:
    database = sqlite3.connect(path)
    database.execute(statement)
    database.commit()
    database.close()


@pytest.fixture
def folder() -> str:
    Path("shared").mkdir()
    return "shared"


# --- sync -------------------------------------------------------------------------------------


def test_two_people_exchange_through_a_folder(
    run: Run, project: str, copy: str, folder: str
) -> None:
    run("add", copy, "Lavoir", "--category", "eau", "--at", "7.42,43.73", home="marcel")
    said = run("sync", copy, folder, home="marcel")
    assert (said.code, said.err) == (0, "")
    assert "Map and folder hold the same now." in said.out
    said = run("sync", project, folder, "--json")
    assert said.code == 0
    assert (said.json["done"], said.json["added"], said.json["partial"]) == (True, 1, [])
    assert "Lavoir" in run("list", project).out


def test_the_folder_need_not_be_said_twice(run: Run, project: str, folder: str) -> None:
    assert run("sync", project).code == 2
    assert run("sync", project, folder).code == 0
    assert run("sync", project).code == 0


def test_what_could_not_be_taken_is_told_by_words_and_exit_code(
    run: Run, project: str, copy: str, folder: str
) -> None:
    run("sync", project, folder)
    run("add", project, "Halle", "--category", "eau", "--at", "7.42,43.73")
    run("sync", project, folder)
    last = max(Path(folder).rglob("*.cmseg"), key=lambda path: path.stat().st_mtime_ns)
    last.write_bytes(last.read_bytes()[:50])
    said = run("sync", copy, folder, home="marcel")
    assert said.code == 6
    assert last.name in said.out
    assert "still on its way" in said.out


def test_a_folder_that_is_gone_is_told(run: Run, project: str) -> None:
    said = run("sync", project, "nowhere")
    assert said.code == 5
    assert "nowhere" in said.err


# --- verify and doctor ------------------------------------------------------------------------


def test_a_whole_map_is_told_as_whole(run: Run, project: str) -> None:
    said = run("verify", project)
    assert (said.code, said.err) == (0, "")
    assert "All is as it was written." in said.out
    assert run("verify", project, "--json").json["findings"] == []


def test_a_damaged_map_is_told_and_repaired(run: Run, project: str) -> None:
    damage(project, "UPDATE feature SET name = 'altered'")
    said = run("verify", project)
    assert said.code == 3
    assert "not what the contributions say" in said.out
    assert "collabmap doctor" in said.out
    assert run("verify", project, "--json").json["findings"][0]["code"] == "rows"
    said = run("doctor", project)
    assert said.code == 0
    assert "Nothing is missing." in said.out
    assert len(list(Path().glob("*.backup"))) == 1
    assert run("verify", project).code == 0
    assert "Marché" in run("list", project).out


def test_a_sound_map_is_left_alone(run: Run, project: str) -> None:
    before = Path(project).read_bytes()
    said = run("doctor", project)
    assert (said.code, "nothing was touched" in said.out) == (0, True)
    assert Path(project).read_bytes() == before


def test_what_was_lost_is_named_and_comes_again(
    run: Run, project: str, copy: str, folder: str
) -> None:
    for name in ("Lavoir", "Halle"):
        run("add", copy, name, "--category", "eau", "--at", "7.42,43.73", home="marcel")
    run("sync", copy, folder, home="marcel")
    run("sync", project, folder)
    his = "rid = (SELECT rid FROM person WHERE name = 'Marcel')"
    damage(project, f"UPDATE segment SET data = zeroblob(9) WHERE {his}")
    missing = run("doctor", project, "--json").json["missing"]
    assert {each["is_own"] for each in missing} == {False}
    assert missing[0]["changes"] > 0
    assert run("verify", project).code == 0
    run("sync", project, folder)
    assert {"Lavoir", "Halle"} <= set(run("list", project).out.split())


def test_a_laptop_that_lost_its_own_words_gets_them_back_and_keeps_its_key(
    run: Run, project: str, folder: str
) -> None:
    for name in ("Lavoir", "Halle"):
        run("add", project, name, "--category", "eau", "--at", "7.42,43.73")
    run("sync", project, folder)
    hers = "id = (SELECT max(id) FROM segment WHERE last > first)"
    damage(project, f"UPDATE segment SET data = zeroblob(9) WHERE {hers}")
    said = run("doctor", project)
    assert "Jo" in said.out
    assert "get it back before you add anything" in said.out
    assert run("sync", project, folder).code == 0
    assert {"Lavoir", "Halle"} <= set(run("list", project).out.split())
    assert run("verify", project).code == 0
    assert run("info", project, "--json").json["role"] == "coordinator"


def test_a_file_that_is_no_map_is_refused(run: Run) -> None:
    Path("x.collabmap").write_bytes(b"holiday picture")
    assert run("verify", "x.collabmap").code == 3
    assert run("doctor", "x.collabmap").code == 3
    assert run("verify", "gone.collabmap").code == 5


# --- copy -------------------------------------------------------------------------------------


def test_a_map_is_copied_whole_and_only_once(run: Run, project: str) -> None:
    Path("town.mbtiles").write_bytes(b"tiles")
    Path("home").mkdir()
    said = run("copy", project, "home")
    assert said.code == 0
    assert "Marché" in run("list", "home/town.collabmap").out
    assert Path("home/town.mbtiles").read_bytes() == b"tiles"
    assert [path.name for path in Path("home").iterdir() if path.name.startswith(".")] == []
    assert run("copy", project, "home").code == 5
    assert run("copy", project, "nowhere").code == 5


@pytest.fixture
def stick() -> Iterator[Path]:
    """A stick that is plugged in."""
    folder = Path(f"/media/collabmap-test-{os.getpid()}")
    try:
        folder.mkdir(parents=True)
    except OSError:
        pytest.skip("nothing can be plugged in here")
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode != 0:
        folder.rmdir()
        pytest.skip("nothing can be plugged in here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


def test_who_writes_on_a_stick_is_told_of_a_copy(run: Run, project: str, stick: Path) -> None:
    path = str(shutil.copy(project, stick))
    words = ("--category", "eau", "--at", "7.42,43.73")
    said = run("add", path, "Lavoir", *words)
    assert said.code == 0
    assert f"collabmap copy {path}" in said.err
    assert run("list", path).err == ""
    assert run("add", project, "Lavoir", *words).err == ""


def test_unsigned_words_are_signed_once_before_the_map_is_copied(
    run: Run, project: str, stick: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(project, stick))
    device = Device(tmp_path / "jo")
    session = Session.open(path, device)
    session.add(PlaceDraft("Halle", "eau", 7.42, 43.73))
    # As a kill does: not signed.
    session.project.close()
    device.close()
    Path("home").mkdir()
    assert run("copy", str(path), "home").code == 0
    found = []
    for each in (path, Path("home") / path.name):
        database = sqlite3.connect(each)
        assert database.execute("SELECT count(*) FROM tail").fetchone() == (0,)
        found.append(database.execute("SELECT name FROM segment ORDER BY name").fetchall())
        database.close()
    assert found[0] == found[1]


def test_a_damaged_map_is_not_copied(run: Run, project: str) -> None:
    damage(project, "UPDATE segment SET data = zeroblob(9)")
    Path("home").mkdir()
    assert run("copy", project, "home").code == 3
    assert list(Path("home").iterdir()) == []
