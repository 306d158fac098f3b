"""An evening in event mode: thirty people at one laptop, through the real window, and merged."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from at_the_window import PATIENCE_MS, AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from collabmap.app.reader import Reader
from collabmap.app.session import Session
from collabmap.app.settings import DEFAULT_THEME, resource
from collabmap.domain.feature import FeatureState, PlaceView
from collabmap.domain.theme_file import parse_theme
from collabmap.store.device import Device
from collabmap.ui import look, preferences
from collabmap.ui.event.pages import CodePage, StartPage
from collabmap.ui.event.palette import EventPanel
from collabmap.ui.event.who import WhoPage
from collabmap.ui.main_window import MainWindow

CODE, CONTACT = "2605", "06 39 98 12 34"
# Two of them have the same name, and are two people all the same.
PEOPLE = [f"Person {number}" for number in range(1, 29)] + ["Marie", "Marie"]
# She writes something private; twenty-nine sit down at the laptop after her.
FIRST = PEOPLE[0]


@pytest.fixture
def hall(qtbot: QtBot, tmp_path: Path) -> Iterator[AtTheWindow]:
    """The coordinator's own laptop with her own map, ready for the evening."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    look.apply(app, "light", 1.0)
    preferences.speak("en")
    device = Device(tmp_path / "camille")
    Session.create(tmp_path / "town", device, "Town", "Camille").close()
    theme = resource(f"themes/{DEFAULT_THEME}.json").read_text(encoding="utf-8")
    window = MainWindow(device, parse_theme(theme))
    window.event_mode.fill_screen = lambda: None
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window, timeout=PATIENCE_MS)
    person = AtTheWindow(qtbot, window)
    person.open(tmp_path / "town.collabmap")
    window.front.hide_recovery()
    person.settle()
    yield person
    person.until(lambda: window.tasks.is_idle)
    window.event_mode.take(None)
    window.close()
    window.deleteLater()
    device.close()


def places(hall: AtTheWindow) -> list[PlaceView]:
    return hall.places()


def sits_down(hall: AtTheWindow, name: str) -> None:
    """Say a name; of two of one name the second is somebody else."""
    window = hall.window
    hall.until(lambda: isinstance(window.front.welcome, WhoPage))
    page = window.front.welcome
    assert isinstance(page, WhoPage)
    hall.write(name)
    hall.press(Qt.Key.Key_Return)
    hall.until(lambda: window.person is not None or page.same is not None)
    if page.same is not None:
        hall.click(page.choices[-1])
    hall.until(lambda: window.person is not None and window.front.welcome is None)


def adds(hall: AtTheWindow, place: str, number: int, contact: str = "") -> None:
    """Choose, touch the map, write a name, save."""
    window = hall.window
    panel = window.panel_host.current
    assert isinstance(panel, EventPanel)
    hall.click(panel.tiles.tiles[number % len(panel.tiles.tiles)])
    # Far enough from one another not to be taken for the same.
    hall.click_map(80 + 130 * (number % 6), 90 + 95 * (number // 6))
    hall.until(lambda: window.placing.form is not None)
    hall.write(place)
    if contact:
        hall.form.show_more()
        hall.write("quiet")
        hall.press(Qt.Key.Key_Tab)
        hall.form.contact.setFocus()
        hall.write(contact)
    hall.click(hall.form.save)
    hall.until(lambda: window.placing.form is None)


def test_thirty_people_at_one_laptop_are_thirty_attributed_sessions(
    hall: AtTheWindow, tmp_path: Path
) -> None:
    window = hall.window
    hall.press(Qt.Key.Key_F11)
    start = window.event_mode.cover.page
    assert isinstance(start, StartPage)
    hall.write(CODE)
    hall.click(start.start)
    for number, name in enumerate(PEOPLE):
        sits_down(hall, name)
        adds(hall, f"Place {number}", number, CONTACT if name == FIRST else "")
        # Nobody sees what the first one kept to herself: not the next, not she herself.
        hall.settle()
        assert not window.is_coordinator
        assert all(place.contact is None for place in places(hall))
        assert sum(place.contact_hidden for place in places(hall)) == 1
        header = window.event_mode.header
        assert header is not None
        hall.click(header.next)

    hall.press(Qt.Key.Key_F11)
    page = window.event_mode.cover.page
    assert isinstance(page, CodePage)
    hall.write(CODE)
    hall.click(page.leave)
    hall.until(lambda: window.is_coordinator)
    by_name = {place.name: place for place in places(hall)}
    assert {place.author_name for place in by_name.values()} == set(PEOPLE)
    assert by_name["Place 0"].contact == CONTACT, "the coordinator reads it afterwards"

    hall.settle()
    lanes = window.lanes
    assert lanes is not None
    bundle = tmp_path / "evening.cmbundle"
    lanes.write(lambda session: session.give_back(bundle)).result(PATIENCE_MS / 1000)
    kit = tmp_path / "kit.cmkit"
    lanes.write(lambda session: session.hand_out(kit)).result(PATIENCE_MS / 1000)

    jo = Device(tmp_path / "jo")
    (tmp_path / "copy").mkdir()
    with closing(Session.open_kit(kit, tmp_path / "copy", jo)) as copy:
        copy.merge([bundle])
        merged = everything(copy.reader)
    jo.close()
    # Thirty people, by their own ids: each one place, each waiting for a coordinator.
    assert len({place.author for place in merged}) == len(PEOPLE)
    signed = {place.name: place.author_name for place in merged}
    assert signed == {f"Place {number}": name for number, name in enumerate(PEOPLE)}
    assert {place.state for place in merged} == {FeatureState.PENDING}
    assert [place.name for place in merged if place.contact_hidden] == ["Place 0"]
    assert all(place.contact is None for place in merged)


def everything(reader: Reader) -> list[PlaceView]:
    rows, _total = reader.places(limit=1000)
    found = [reader.place(row.id) for row in rows]
    return [place for place in found if place is not None]
