"""The key on paper in the window: shown once when a map is made, used where no coordinator is."""

from collections.abc import Callable
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QPdfWriter
from PySide6.QtWidgets import QApplication

from collabmap.app.session import Session
from collabmap.store.device import Device
from collabmap.ui.panels.people import PeoplePanel
from collabmap.ui.panels.recovery import RecoverySheet, print_sheet

OpenWindow = Callable[[Device], AtTheWindow]


def make_map(start: AtTheWindow, folder: Path) -> RecoverySheet:
    """Make a map as people do, and return the sheet that comes then."""
    start.click(start.button("New map"))
    page = start.window.front.start
    assert page is not None
    page.set_folder(folder)
    start.write("Carte")
    page.person.setText("Camille")
    start.click(start.button("Create the map"))
    start.until(lambda: start.window.front.recovery is not None)
    sheet = start.window.front.recovery
    assert sheet is not None
    return sheet


class Town:
    """A map with its key on paper, and the copy of somebody who did not make it."""

    def __init__(self, folder: Path) -> None:
        self.camille = Device(folder / "camille")
        session = Session.create(folder / "town", self.camille, "Ville", "Camille")
        self.code = session.recovery_code
        kit = session.hand_out(folder / "kit.cmkit").path
        self.path = session.path
        session.close()
        self.aicha = Device(folder / "aicha")
        (folder / "copy").mkdir()
        session = Session.open_kit(kit, folder / "copy", self.aicha)
        session.begin_person("Aïcha")
        self.copy = session.path
        session.close()


@pytest.fixture
def made(tmp_path: Path) -> Town:
    return Town(tmp_path)


@pytest.fixture
def aicha(made: Town, open_window: OpenWindow) -> AtTheWindow:
    person = open_window(made.aicha)
    person.open(made.copy)
    return person


def open_here(person: AtTheWindow) -> PeoplePanel:
    person.do("people")
    panel = person.window.panel_host.current
    assert isinstance(panel, PeoplePanel)
    person.until(lambda: bool(panel.devices))
    panel.open_view("here")
    return panel


# --- the sheet --------------------------------------------------------------------------------


def test_a_new_map_shows_its_key_on_paper_and_waits(start: AtTheWindow, tmp_path: Path) -> None:
    sheet = make_map(start, tmp_path)
    assert [len(group) for group in sheet.code.split("-")] == [4] * 7
    assert sheet.letters.text == sheet.code
    assert sheet.square.text == sheet.code.replace("-", "")
    assert not start.window.actions_table["add_place"].isEnabled()
    start.press(Qt.Key.Key_Escape)
    assert start.window.front.recovery is sheet
    start.click(sheet.done)
    assert start.window.front.recovery is None
    assert start.window.actions_table["add_place"].isEnabled()
    assert QApplication.focusWidget() is start.browse.add


def test_the_key_is_never_shown_again(
    start: AtTheWindow, device: Device, open_window: OpenWindow, tmp_path: Path
) -> None:
    sheet = make_map(start, tmp_path)
    code = sheet.code
    start.click(sheet.done)
    info = start.window.info
    assert info is not None
    start.settle()
    start.window.close()
    again = open_window(device)
    again.open(info.path)
    assert again.window.front.recovery is None
    again.window.close()
    letters = code.replace("-", "").encode()
    for file in tmp_path.rglob("*"):
        if file.is_file():
            held = file.read_bytes()
            assert code.encode() not in held
            assert letters not in held


def test_another_language_keeps_the_key_in_sight(start: AtTheWindow, tmp_path: Path) -> None:
    code = make_map(start, tmp_path).code
    start.window.preferences.set_language("fr")
    sheet = start.window.front.recovery
    assert sheet is not None
    assert sheet.code == code
    assert sheet.isVisible()


@pytest.mark.parametrize("size", [(1366, 697), (640, 480)])
@pytest.mark.parametrize("scale", [1.0, 1.45])
def test_the_key_can_be_reached_and_read_at_every_size(
    start: AtTheWindow, tmp_path: Path, size: tuple[int, int], scale: float
) -> None:
    start.window.resize(*size)
    start.window.preferences.set_text_scale(scale)
    sheet = make_map(start, tmp_path)
    letters = sheet.letters
    # A line has a gap of 8 px under it, which may be missing under the last one.
    start.until(lambda: letters.height() + 8 >= letters.heightForWidth(letters.width()) > 60)
    assert sheet.done.width() >= sheet.done.sizeHint().width()


def test_the_printed_sheet_is_one_page_with_the_key(start: AtTheWindow, tmp_path: Path) -> None:
    sheet = make_map(start, tmp_path)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    print_sheet(writer, "Carte", sheet.code)
    del writer
    written = bytes(data.data())
    assert written.startswith(b"%PDF")
    assert b"/Count 1" in written


# --- its use ----------------------------------------------------------------------------------


def test_the_key_on_paper_makes_this_computer_coordinator(aicha: AtTheWindow, made: Town) -> None:
    panel = open_here(aicha)
    form = panel.here.recovery
    aicha.click(form.open)
    assert QApplication.focusWidget() is form.field
    aicha.write(made.code)
    aicha.press(Qt.Key.Key_Return)
    aicha.until(lambda: form.sure.isVisible())
    assert aicha.window.info is not None
    assert aicha.window.info.role == "resident"
    aicha.click(form.confirm)
    aicha.until_told("This computer coordinates the map now")
    aicha.until(lambda: aicha.window.mode == "prepare")
    assert aicha.window.is_coordinator
    assert aicha.window.top_bar.modes.isVisible()
    now = aicha.window.panel_host.current
    assert isinstance(now, PeoplePanel)
    aicha.until(lambda: {device.role for device in now.devices} == {"coordinator"})


def test_a_stolen_founder_is_shut_out_with_the_same_key(aicha: AtTheWindow, made: Town) -> None:
    panel = open_here(aicha)
    form = panel.here.recovery
    aicha.click(form.open)
    aicha.write(made.code)
    aicha.click(form.go_on)
    aicha.until(lambda: form.stolen.isVisible())
    assert not form.stolen.isChecked()
    aicha.click(form.stolen)
    aicha.click(form.confirm)
    aicha.until(lambda: aicha.window.mode == "prepare")
    now = aicha.window.panel_host.current
    assert isinstance(now, PeoplePanel)
    aicha.until(lambda: bool(now.devices))
    founder = next(device for device in now.devices if device.is_founder)
    assert (founder.role, founder.was_revoked) == ("guest", True)


def test_a_key_of_another_map_is_refused_in_words(aicha: AtTheWindow, tmp_path: Path) -> None:
    other = Device(tmp_path / "other")
    session = Session.create(tmp_path / "elsewhere", other, "Ailleurs", "Jo")
    code = session.recovery_code
    session.close()
    other.close()
    panel = open_here(aicha)
    form = panel.here.recovery
    aicha.click(form.open)
    aicha.write(code)
    aicha.press(Qt.Key.Key_Return)
    aicha.until(lambda: form.confirm.isVisible())
    aicha.click(form.confirm)
    aicha.until(lambda: form.row.error != "")
    assert "not the recovery key of “Ville”" in form.row.error
    assert not aicha.window.is_coordinator


def test_a_slip_is_noticed_before_anything_is_asked(aicha: AtTheWindow, made: Town) -> None:
    panel = open_here(aicha)
    form = panel.here.recovery
    aicha.click(form.open)
    wrong = "A" if made.code[0] != "A" else "B"
    aicha.write(wrong + made.code[1:])
    aicha.press(Qt.Key.Key_Return)
    assert "group 1" in form.row.error
    assert form.step == "code"


def test_closing_the_form_forgets_what_was_typed(aicha: AtTheWindow, made: Town) -> None:
    panel = open_here(aicha)
    form = panel.here.recovery
    aicha.click(form.open)
    aicha.write(made.code)
    aicha.click(aicha.button("Cancel"))
    assert form.field.text() == ""
    assert QApplication.focusWidget() is form.open


def test_the_founder_has_no_use_for_the_key(made: Town, open_window: OpenWindow) -> None:
    camille = open_window(made.camille)
    camille.open(made.path)
    panel = open_here(camille)
    assert not panel.here.recovery.isVisible()
    camille.until(lambda: panel.here.founded.isVisible())
