"""Pictures 240 to 259: the first minute of a newcomer, and event mode."""

import datetime
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from collabmap.app.evening import Evening, set_evening
from collabmap.app.session import Session
from collabmap.store.device import Device
from collabmap.ui.event.pages import CodePage, StartPage, StillTherePage
from collabmap.ui.event.palette import EventPanel
from collabmap.ui.event.street import StreetPanel
from collabmap.ui.event.who import WhoPage
from collabmap.ui.panels.people import PeoplePanel

if TYPE_CHECKING:
    from shots import Camera

CODE = "2605"
LEFT = Qt.MouseButton.LeftButton


def prepare(project: Path, coordinator: Device, inside: Path) -> tuple[Device, Path]:
    """Return a newcomer's laptop, and the map that was unpacked on it: nobody has begun there."""
    folder = inside / "newcomer"
    folder.mkdir()
    with closing(Session.open(project, coordinator)) as session:
        kit = session.hand_out(folder / "kit.cmkit").path
    device = Device(folder / "home")
    with closing(Session.open_kit(kit, folder, device)) as session:
        return device, session.path


def first_minute(camera: "Camera", folder: Path, project: Path) -> None:
    """A newcomer, from the welcome to the first saved place, with the hints beside."""
    window = camera.window
    window.desk.open(project)
    camera.until(lambda: window.front.welcome is not None)
    camera.take(folder, "240-welcome")
    welcome = window.front.welcome
    assert welcome is not None
    welcome.anonymous.click()
    camera.take(folder, "241-anonymous")
    welcome.name.setText("Aïcha B.")
    welcome.start.click()
    camera.until(lambda: window.person is not None)
    camera.take(folder, "242-map")
    window.actions_table["add_place"].trigger()
    camera.take(folder, "243-where")
    QTest.mouseClick(window.map.viewport(), LEFT, pos=QPoint(420, 330))
    form = window.placing.form
    assert form is not None
    camera.take(folder, "244-what")
    form.tiles.tiles[0].click()
    form.name.setText("Banc")
    form.name.textEdited.emit("Banc")
    camera.take(folder, "245-save")
    form.save.click()
    camera.until(lambda: window.placing.form is None)
    camera.take(folder, "246-saved")
    window.front.show_welcome(asked_anew="Aïcha B.")
    camera.take(folder, "248-the-words-have-changed")
    window.front.hide_welcome()


def event_mode(camera: "Camera", folder: Path, project: Path) -> None:
    """An evening at one laptop, from the code that opens it to the code that closes it."""
    window, mode = camera.window, camera.window.event_mode
    mode.fill_screen = lambda: None
    window.desk.open(project)
    camera.until(lambda: window.info is not None)
    camera.settle()
    if window.front.welcome is not None:
        window.front.welcome.name.setText("Camille")
        window.front.welcome.start.click()
        camera.until(lambda: window.person is not None)
    window.tasks.write(lambda session: set_evening(session, _now()))
    camera.settle()
    if window.is_coordinator:
        window.sections.go_to("people")
        people = window.panel_host.current
        assert isinstance(people, PeoplePanel)
        people.cards["consent"].click()
        camera.take(folder, "247-agreeing")
        window.go_to_mode("contribute")
    window.map.fly_to(7.4205, 43.7335, 16.0)
    mode.toggle()
    start = mode.cover.page
    assert isinstance(start, StartPage)
    camera.take(folder, "250-event-start")
    start.code.setText(CODE)
    start.start.click()
    camera.until(lambda: mode.is_on and window.front.welcome is not None)
    camera.take(folder, "251-event-who")
    _say(camera, "Marcel")
    camera.take(folder, "252-event-turn")
    _palette(camera).tiles.tiles[0].click()
    camera.take(folder, "253-event-touch")
    QTest.mouseClick(window.map.viewport(), LEFT, pos=QPoint(300, 300))
    assert window.placing.form is not None
    window.placing.form.name.setText("Banc du port")
    camera.take(folder, "254-event-form")
    window.placing.form.save.click()
    camera.until(lambda: window.placing.form is None)
    camera.take(folder, "255-event-saved")
    mode.open_street()
    street = window.panel_host.current
    assert isinstance(street, StreetPanel)
    street.search.field.setText("grimaldi")
    camera.take(folder, "256-event-street")
    window.panel_host.back()
    _comes_back(camera, folder)
    window.event_mode._ask_still_there()
    assert isinstance(mode.cover.page, StillTherePage)
    camera.take(folder, "258-event-still-there")
    mode.cover.page.stay.click()
    mode.ask_code()
    page = mode.cover.page
    assert isinstance(page, CodePage)
    page.code.setText("0000")
    page.leave.click()
    camera.until(lambda: bool(page.row.error))
    camera.take(folder, "259-event-code")
    page.code.setText(CODE)
    page.leave.click()
    camera.until(lambda: not mode.is_on)


def _comes_back(camera: "Camera", folder: Path) -> None:
    """Marcel leaves a place unfinished, and comes back to it."""
    window = camera.window
    _palette(camera).tiles.tiles[3].click()
    QTest.mouseClick(window.map.viewport(), LEFT, pos=QPoint(400, 300))
    assert window.placing.form is not None
    window.placing.form.name.setText("Piste cyclable")
    window.event_mode.next_person()
    page = window.front.welcome
    assert isinstance(page, WhoPage)
    page.name.setText("Marcel")
    page.start.click()
    camera.until(lambda: page.same is not None)
    camera.take(folder, "257-event-is-it-you")
    page.choices[0].click()
    camera.until(lambda: window.person is not None)
    camera.take(folder, "257b-event-draft")


def _say(camera: "Camera", name: str) -> None:
    page = camera.window.front.welcome
    assert isinstance(page, WhoPage)
    page.name.setText(name)
    page.start.click()
    camera.until(lambda: camera.window.person is not None)


def _palette(camera: "Camera") -> EventPanel:
    panel = camera.window.panel_host.current
    assert isinstance(panel, EventPanel)
    return panel


def _now() -> Evening:
    """Return an evening that goes on for 38 minutes."""
    now = datetime.datetime.now()
    begins, ends = now - datetime.timedelta(hours=1), now + datetime.timedelta(minutes=38)
    day, hour = begins.date().isoformat(), "%H:%M"
    return Evening(day, begins.strftime(hour), ends.strftime(hour))
