"""A map that is open elsewhere, a map that goes, and a window that closes."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from collabmap.app.session import Session
from collabmap.store.device import Device

HOLD = """
import sys
from pathlib import Path
from collabmap.app.session import Session
from collabmap.store.device import Device
session = Session.open(Path(sys.argv[1]), Device(Path(sys.argv[2])))
print("open", flush=True)
sys.stdin.read()
session.close()
"""


@pytest.fixture
def locked(town: Path, tmp_path: Path) -> Iterator[Path]:
    """The town, held open for writing by another process."""
    command = [sys.executable, "-c", HOLD, str(town), str(tmp_path / "other")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "open\n"
        yield town
        other.stdin.close()


def test_a_map_open_elsewhere_is_shown_for_looking(start: AtTheWindow, locked: Path) -> None:
    start.open(locked)
    kind, _title, hint = start.until_told("is already open in another window")
    assert kind == "warning"
    assert "You can look at it here" in hint
    assert start.window.front.welcome is None
    assert not start.button("Add a place").isEnabled()
    assert not start.window.actions_table["undo"].isEnabled()
    assert not start.window.top_bar.modes.isVisible()
    start.until(lambda: len(start.names) == 3)


def test_a_map_for_looking_invites_nobody_to_add_places(start: AtTheWindow, locked: Path) -> None:
    start.open(locked)
    note = start.window.no_base_map
    start.until(note.card.isVisible)
    assert not note.hint.isVisible()


def test_an_empty_map_shows_nothing_of_the_one_before(
    camille: AtTheWindow, device: Device, tmp_path: Path
) -> None:
    before = camille.window.map.camera
    empty = Session.create(tmp_path / "Empty", device, "Empty", "Camille")
    path = empty.path
    empty.close()
    camille.open(path)
    camille.until(lambda: camille.window.map.camera.zoom < before.zoom - 5)


def test_in_a_map_for_looking_the_person_button_says_why(start: AtTheWindow, locked: Path) -> None:
    start.open(locked)
    start.click(start.window.top_bar.person)
    start.until_told("is open for looking only")


def test_closing_the_window_lets_others_write(camille: AtTheWindow, town: Path) -> None:
    camille.window.close()
    device = Device(town.parent / "other")
    Session.open(town, device).close()
    device.close()


def test_a_coordinator_sees_two_modes_and_a_resident_none(
    aicha: AtTheWindow,
) -> None:
    assert not aicha.window.top_bar.modes.isVisible()
    assert not aicha.window.actions_table["review"].isEnabled()


def test_quitting_during_a_copy_asks_first(
    camille: AtTheWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *_args: answers.pop(0))
    window = camille.window
    task = window.tasks.long(
        "Copying", lambda _session, _progress, cancel: _until_stopped(cancel.check)
    )
    assert not window.close()
    assert window.isVisible()
    assert not task.is_stopping
    assert window.close()
    assert task.is_stopping


def _until_stopped(check: object) -> None:
    assert callable(check)
    while True:
        check()


def test_the_saved_word_is_always_there(camille: AtTheWindow) -> None:
    assert camille.window.top_bar.saved.isVisible()
    assert camille.window.top_bar.saved.accessibleName() == "Saved"
    camille.ctrl(Qt.Key.Key_S)
    camille.until_told("Everything is already saved")
