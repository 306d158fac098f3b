"""What is said when a map opens: wrong clocks, copies, maps on sticks, maps of a trial version."""

import datetime
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from at_the_window import PLACES, AtTheWindow

from collabmap import BUILD_DATE
from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store import machine
from collabmap.store.device import Device
from collabmap.store.drives import Drive
from collabmap.ui import at_start

OpenWindow = Callable[[Device], AtTheWindow]
BENCH = PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331)
DAY_MS = 86_400_000


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where maps lie on this computer."""
    made = tmp_path / "documents"
    monkeypatch.setattr(at_start, "default_folder", lambda: made)
    return made


def on_stick(person: AtTheWindow, stick: Path, kind: Drive = Drive.REMOVABLE) -> None:
    """Let what lies below a folder lie on a stick."""
    person.window.at_start.find_drive = lambda path: (
        kind if path.is_relative_to(stick) else Drive.OWN
    )


def test_a_map_on_a_stick_is_offered_to_be_copied_first(
    start: AtTheWindow, town: Path, home: Path
) -> None:
    on_stick(start, town.parent)
    start.window.desk.open(town)
    kind, title, _hint = start.until_told("lies on a stick")
    assert (kind, title) == ("warning", f"“{town.stem}” lies on a stick")
    assert start.window.info is None
    start.click(start.button("Copy to this computer"))
    start.until(lambda: start.window.info is not None)
    assert start.window.info is not None
    assert start.window.info.path == home / town.name
    start.until_told("The map is on this computer now")
    assert town.is_file()


def test_it_can_be_opened_where_it_lies(start: AtTheWindow, town: Path) -> None:
    on_stick(start, town.parent, Drive.NETWORK)
    start.window.desk.open(town)
    start.until_told("lies on a network drive")
    start.click(start.button("Open it there"))
    start.until(lambda: start.window.info is not None)
    assert start.window.info is not None
    assert start.window.info.path == town


def test_a_copy_that_is_there_already_is_opened_instead(
    start: AtTheWindow, town: Path, home: Path
) -> None:
    home.mkdir()
    shutil.copyfile(town, home / town.name)
    on_stick(start, town.parent / "nothing")
    start.window.at_start.find_drive = lambda path: Drive.REMOVABLE if path == town else Drive.OWN
    start.window.desk.open(town)
    start.until_told("lies on a stick")
    start.click(start.button("Copy to this computer"))
    start.until(lambda: len(start.told) == 2)
    start.click(start.button("Open the one on this computer"))
    start.until(lambda: start.window.info is not None)
    assert start.window.info is not None
    assert start.window.info.path == home / town.name


def test_a_clock_before_the_release_is_told_and_stops_nobody(
    start: AtTheWindow, town: Path, device: Device
) -> None:
    built = datetime.datetime.fromisoformat(BUILD_DATE).replace(tzinfo=datetime.UTC)
    then = int(built.timestamp()) * 1000 - 10 * DAY_MS
    start.window.desk._start(lambda session, *_: session.open(town, device, now=lambda: then))
    start.until(lambda: start.window.info is not None)
    start.until(lambda: any(kind == "warning" for kind, _title, _hint in start.told))
    assert len(start.told) == 1
    start.until(lambda: len(start.names) == len(PLACES))


FIRST = machine.fingerprint("1" * 32, [bytes.fromhex("3c5282aabb01")])
SECOND = machine.fingerprint("1" * 32, [bytes.fromhex("3c5282aabb02")])


@pytest.fixture
def imaged(tmp_path: Path) -> Iterator[tuple[Device, Path]]:
    """A laptop and its map, copied to other hardware while one place was not signed yet."""
    first = tmp_path / "first"
    first.mkdir()
    device = Device(first / "device", lambda: FIRST)
    session = Session.create(first / "Lavaur", device, "Lavaur", "Camille")
    session.seal()
    session.add(BENCH)
    shutil.copytree(first, tmp_path / "second")
    session.close()
    device.close()
    other = Device(tmp_path / "second" / "device", lambda: SECOND)
    yield other, tmp_path / "second" / "Lavaur.collabmap"
    other.close()


def test_what_was_not_signed_in_a_copy_can_be_added(
    imaged: tuple[Device, Path], open_window: OpenWindow
) -> None:
    device, path = imaged
    person = open_window(device)
    person.open(path)
    _kind, _title, hint = person.until_told("This map was copied: 1 change was not signed yet")
    assert BENCH.name in hint
    assert person.places() == []
    person.click(person.button("Add them here"))
    person.until_told("1 change was added again")
    person.settle()
    assert [place.name for place in person.places()] == [BENCH.name]


def test_what_was_not_signed_in_a_copy_can_be_left(
    imaged: tuple[Device, Path], open_window: OpenWindow
) -> None:
    device, path = imaged
    person = open_window(device)
    person.open(path)
    person.until_told("This map was copied")
    person.click(person.button("Leave them out"))
    person.until_told("They were left out")
    person.settle()
    assert person.places() == []
    person.window.at_start.look()
    person.settle()
    assert not any("was copied" in title for title in person.window.messages.texts)


def test_a_map_of_a_trial_version_is_refused_in_words(
    start: AtTheWindow, town: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.collabmap"
    shutil.copyfile(town, old)
    database = sqlite3.connect(old)
    database.execute("PRAGMA user_version = 2")
    database.close()
    start.window.desk.open(old)
    kind, _title, hint = start.until_told("was made with a trial version")
    assert kind == "error"
    assert hint.endswith("The file was not touched.")
