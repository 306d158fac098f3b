"""How the program starts: window or command, what opens first, and what a fault leads to."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from collabmap.__main__ import wants_window
from collabmap.app.session import Session
from collabmap.store.device import Device
from collabmap.ui import crash, main

LATE = ("qtawesome", "shapely", "pyproj", "sqlite_utils", "click", "PySide6.QtNetwork", "osmium")


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ([], True),
        (["demo"], True),
        (["demo", "--headless"], False),
        (["demo", "--prepare", "there"], False),
        (["La Condamine.collabmap"], True),
        (["invitation.CMKIT"], True),
        (["new", "town.collabmap"], False),
        (["--help"], False),
        (["list", "town.collabmap"], False),
    ],
)
def test_arguments_choose_window_or_command(words: list[str], window: bool) -> None:
    assert wants_window(words) is window


def test_without_a_screen_the_command_line_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert not wants_window([])


def start(*words: str, home: Path, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program, or code that does, until its first paint."""
    command = [sys.executable, *(["-c", code] if code else ["-m", "collabmap"]), *words]
    environment = os.environ | {
        "COLLABMAP_HOME": str(home),
        "COLLABMAP_BENCH_FIRST_PAINT": "1",
        "QT_QPA_PLATFORM": "offscreen",
    }
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_map_given_as_an_argument_is_painted(town: Path, tmp_path: Path) -> None:
    ended = start(str(town), home=tmp_path / "home")
    assert ended.stdout == "first-paint\n"
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""


def test_nothing_heavy_is_imported_before_the_map_is_painted(town: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from collabmap.ui import main; main.run(sys.argv[1:]);"
        f"print(sorted(set(sys.modules) & set({LATE!r})))"
    )
    ended = start(str(town), home=tmp_path / "home", code=code)
    assert ended.stdout == "first-paint\n[]\n", ended.stderr


def test_demo_opens_the_demonstration(tmp_path: Path) -> None:
    ended = start("demo", home=tmp_path / "home")
    assert ended.stdout == "first-paint\n"
    assert ended.returncode == 0, ended.stderr
    assert list((tmp_path / "home" / "demo").glob("*.collabmap"))


def test_a_file_that_is_no_map_leads_to_the_start_page(tmp_path: Path) -> None:
    letter = tmp_path / "letter.collabmap"
    letter.write_text("Dear all,")
    code = """
import sys
from PySide6.QtCore import QTimer
from collabmap.ui import main
from collabmap.ui.front import Front
shown = Front.go_to_start
def say(front):
    shown(front)
    front._window.messages.told.connect(lambda *words: print(words[1]))
    QTimer.singleShot(0, front._window.close)
Front.go_to_start = say
main.run(sys.argv[1:])
"""
    ended = start(str(letter), home=tmp_path / "home", code=code)
    assert "is not a CollabMap map" in ended.stdout, ended.stderr


# --- faults ---------------------------------------------------------------------------------------


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """The log of faults, with the hooks in place."""
    hooks = sys.excepthook, threading.excepthook
    path = tmp_path / "logs" / "collabmap.log"
    crash.install(path)
    yield path
    crash.uninstall()
    sys.excepthook, threading.excepthook = hooks


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the crash dialog said, without waiting for a click."""
    said: list[str] = []
    monkeypatch.setattr(
        QMessageBox, "exec", lambda box: said.append(f"{box.text()} {box.informativeText()}")
    )
    return said


# Not in the source line that a traceback quotes.
SECRET = "Aïcha, 06 12 34 56 78"


def fail(secret: str) -> None:
    raise ValueError(secret)


def test_a_fault_is_written_into_the_log_and_told(
    log: Path, boxes: list[str], qtbot: QtBot
) -> None:
    try:
        fail(SECRET)
    except ValueError:
        sys.excepthook(*sys.exc_info())
    qtbot.waitUntil(lambda: bool(boxes))
    assert "not yours" in boxes[0]
    assert str(log) in boxes[0]
    written = log.read_text(encoding="utf-8")
    assert "in fail" in written
    assert "ValueError" in written


def test_the_log_holds_nothing_that_a_person_wrote(
    log: Path, boxes: list[str], qtbot: QtBot
) -> None:
    try:
        fail(SECRET)
    except ValueError:
        sys.excepthook(*sys.exc_info())
    qtbot.waitUntil(lambda: bool(boxes))
    assert "Aïcha" not in log.read_text(encoding="utf-8")


def test_a_fault_in_another_thread_is_told_in_this_one(
    log: Path, boxes: list[str], qtbot: QtBot
) -> None:
    thread = threading.Thread(target=fail, args=("x",))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(boxes))
    assert "ValueError" in log.read_text(encoding="utf-8")


def test_a_laptop_in_event_mode_comes_back_to_its_map(device: Device, town: Path) -> None:
    assert main.what_opens([], device) is None
    session = Session.open(town, device)
    session.begin_event("2605", comes_back=True)
    session.close()
    assert main.what_opens([], device) == town.resolve()
    assert main.what_opens(["demo"], device) is None
    assert main.what_opens(["other.collabmap"], device) == Path("other.collabmap").absolute()
    town.rename(town.with_name("elsewhere.collabmap"))
    assert main.what_opens([], device) is None
