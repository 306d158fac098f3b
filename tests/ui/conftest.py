"""Windows on real projects: a coordinator's, a resident's, and one without a map."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from at_the_window import PATIENCE_MS, PLACES, AtTheWindow
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from collabmap.app.session import Session
from collabmap.app.settings import DEFAULT_THEME, resource
from collabmap.domain.theme_file import parse_theme
from collabmap.store.device import Device
from collabmap.ui import duplicate_search, look, place_tagging, preferences
from collabmap.ui.main_window import MainWindow

OpenWindow = Callable[[Device], AtTheWindow]


@pytest.fixture(autouse=True)
def _no_question_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail at a question that nobody expected: it would wait for an answer for ever."""

    def ask(_parent: object, _title: str, words: str) -> None:
        raise AssertionError(f"asked, and nobody there to answer: {words}")

    monkeypatch.setattr(QMessageBox, "question", ask)


@pytest.fixture(autouse=True)
def _tags_come_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look where places lie at once: nobody here watches the first picture come."""
    monkeypatch.setattr(place_tagging, "AFTER_MS", 10)
    monkeypatch.setattr(duplicate_search, "AFTER_MS", 10)
    monkeypatch.setattr(duplicate_search, "QUIET_MS", 10)


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    """The coordinator's laptop."""
    made = Device(tmp_path / "camille")
    yield made
    made.close()


@pytest.fixture
def town(device: Device, tmp_path: Path) -> Path:
    """A map of three accepted places, whose coordinator is Camille."""
    session = Session.create(tmp_path / "La Condamine", device, "La Condamine", "Camille")
    for draft in PLACES:
        session.add(draft)
    path = session.path
    session.close()
    return path


@pytest.fixture
def resident_device(town: Path, device: Device, tmp_path: Path) -> Iterator[Device]:
    """A resident's laptop, on which the map was unpacked in `copy`."""
    session = Session.open(town, device)
    kit = session.hand_out(tmp_path / "town.cmkit").path
    session.close()
    made = Device(tmp_path / "aicha")
    (tmp_path / "copy").mkdir()
    Session.open_kit(kit, tmp_path / "copy", made).close()
    yield made
    made.close()


@pytest.fixture
def system_text_200(qapp: QApplication) -> Iterator[None]:
    """The system's own text twice as large as usual, as some set it for all their programs."""
    look.apply(qapp, "light")
    usual, look.signals().base_px = look.signals().base_px, 28.0
    yield
    look.signals().base_px = usual
    look.apply(qapp, "light")


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[OpenWindow]:
    """Open a window on a device; it is closed after the test."""
    made: list[MainWindow] = []
    app = QApplication.instance()
    assert isinstance(app, QApplication)

    def open_window(device: Device) -> AtTheWindow:
        look.apply(app, "light", 1.0)
        preferences.speak("en")
        theme = resource(f"themes/{DEFAULT_THEME}.json").read_text(encoding="utf-8")
        window = MainWindow(device, parse_theme(theme))
        made.append(window)
        window.resize(1366, 697)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window, timeout=PATIENCE_MS)
        return AtTheWindow(qtbot, window)

    yield open_window
    for window in made:
        # A window that still copies something asks before it closes.
        qtbot.waitUntil(lambda window=window: window.tasks.is_idle, timeout=PATIENCE_MS)
        # Nobody here is left to type the code of the evening.
        window.event_mode.take(None)
        # It closes at once only when nothing is being written any more.
        qtbot.waitUntil(lambda window=window: window.tasks.is_idle, timeout=PATIENCE_MS)
        assert window.close()
        window.deleteLater()
    # What is about to go need not be dressed once more.
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    look.apply(app, "light", 1.0)
    preferences.speak("en")


@pytest.fixture
def start(open_window: OpenWindow, device: Device) -> AtTheWindow:
    """The window without a map."""
    person = open_window(device)
    person.window.front.go_to_start()
    return person


def let_the_clock_tick() -> None:
    """Return in another millisecond: what is said in the same one has no order of its own."""
    before = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == before:
        pass


@pytest.fixture
def camille(open_window: OpenWindow, device: Device, town: Path) -> AtTheWindow:
    """The coordinator, with the town open."""
    person = open_window(device)
    person.open(town)
    person.until(lambda: len(person.names) == len(PLACES))
    return person


@pytest.fixture
def newcomer(open_window: OpenWindow, resident_device: Device, tmp_path: Path) -> AtTheWindow:
    """A resident before the welcome: nobody has said a name on this laptop."""
    person = open_window(resident_device)
    person.open(next((tmp_path / "copy").glob("*.collabmap")))
    return person


@pytest.fixture
def aicha(newcomer: AtTheWindow) -> AtTheWindow:
    """A resident who has said her name."""
    newcomer.say_name("Aïcha")
    newcomer.until(lambda: len(newcomer.names) == len(PLACES))
    return newcomer


@pytest.fixture
def aicha_sends(resident_device: Device, tmp_path: Path) -> Iterator[Session]:
    """Aïcha's session on her own laptop, without a window."""
    session = Session.open(next((tmp_path / "copy").glob("*.collabmap")), resident_device)
    session.begin_person("Aïcha")
    yield session
    session.close()
