"""Invitations in the window: shown, closed, used on another laptop, and a laptop without one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import hall
import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device
from collabmap.ui.panels.people import PeoplePanel
from collabmap.ui.panels.share import SharePanel
from collabmap.ui.widgets.qr import QUIET_MODULES, modules

OpenWindow = Callable[[Device], AtTheWindow]


def open_people(person: AtTheWindow) -> PeoplePanel:
    person.do("people")
    panel = person.window.panel_host.current
    assert isinstance(panel, PeoplePanel)
    person.until(lambda: bool(panel.devices))
    return panel


def shown_code(panel: PeoplePanel) -> str:
    return panel.invitation.code.code if panel.invitation.code.isVisible() else ""


def invite(person: AtTheWindow, panel: PeoplePanel) -> str:
    """Make a new invitation and return its code as it is shown."""
    person.click(panel.invitation.new)
    person.until(lambda: bool(shown_code(panel)))
    return shown_code(panel)


@pytest.fixture
def stranger(town: Path, device: Device, tmp_path: Path) -> Iterator[Device]:
    """A laptop with a copy of the map in `stranger-copy`, and no invitation to it."""
    session = Session.open(town, device)
    kit = session.hand_out(tmp_path / "town.cmkit").path
    session.close()
    made = Device(tmp_path / "stranger")
    folder = tmp_path / "stranger-copy"
    folder.mkdir()
    session = Session.open_kit(kit, folder, made)
    made.set_note(session.project.id, "invitation", None)
    session.close()
    yield made
    made.close()


@pytest.fixture
def without(open_window: OpenWindow, stranger: Device, tmp_path: Path) -> AtTheWindow:
    """The window of that laptop; somebody has said a name."""
    person = open_window(stranger)
    person.open(next((tmp_path / "stranger-copy").glob("*.collabmap")))
    person.say_name("Nour")
    return person


# --- at the coordinator's ---------------------------------------------------------------------


def test_the_invitation_is_shown_as_a_square_and_in_letters(camille: AtTheWindow) -> None:
    panel = open_people(camille)
    assert panel.view == "invite"
    assert panel.invitation.title.text() == "No invitation yet"
    code = invite(camille, panel)
    assert [len(group) for group in code.split("-")] == [4] * 7
    square = panel.invitation.code.square
    assert square.text.startswith("COLLABMAP:")
    assert square.text.endswith(code.replace("-", ""))
    assert panel.cards["invite"].second == "Open · nobody has come yet"


def test_the_letters_are_all_in_sight(camille: AtTheWindow) -> None:
    panel = open_people(camille)
    for view, page in (("here", panel.here), ("invite", panel.invitation)):
        panel.open_view(view)
        if view == "invite":
            invite(camille, panel)
        letters = page.code.letters
        camille.until(lambda seen=letters: seen.isVisible() and seen.width() > 100)
        camille.until(lambda seen=letters: seen.height() >= seen.heightForWidth(seen.width()))


def test_a_square_holds_its_text_and_keeps_its_border(camille: AtTheWindow) -> None:
    panel = open_people(camille)
    invite(camille, panel)
    square = panel.invitation.code.square
    camille.until(lambda: square.size() == square.sizeHint())
    picture = square.grab().toImage()
    rows = modules(square.text)
    step = picture.width() / (len(rows) + 2 * QUIET_MODULES)

    def is_dark(x: float, y: float) -> bool:
        return bool(picture.pixelColor(round(x), round(y)).lightness() < 128)

    assert not any(is_dark(step * 2, y) for y in range(0, picture.height(), 5))
    middle = QUIET_MODULES + 0.5
    for y in (0, 5, len(rows) - 1):
        seen = [is_dark((x + middle) * step, (y + middle) * step) for x in range(len(rows))]
        assert seen == [bool(module) for module in rows[y]]


def test_in_the_dark_a_square_is_dark_on_white_all_the_same(camille: AtTheWindow) -> None:
    panel = open_people(camille)
    invite(camille, panel)
    camille.window.preferences.set_theme("dark")
    picture = panel.invitation.code.square.grab().toImage()
    assert picture.pixelColor(2, 2).name() == "#ffffff"


def test_closing_an_invitation_keeps_who_came_and_a_new_one_can_be_made(
    town: Path, device: Device, open_window: OpenWindow, tmp_path: Path
) -> None:
    hall.fill(town, device, tmp_path / "hall")
    camille = open_window(device)
    camille.open(town)
    panel = open_people(camille)
    page = panel.invitation
    assert page.title.text() == "This invitation is closed"
    assert shown_code(panel) == ""
    assert page.came_title.text() == "With it, 4 computers came"
    assert page.late.text.text().startswith("1 computer came once it was closed")
    invite(camille, panel)
    assert len(page.cards) == 2
    camille.click(page.close_button)
    camille.until_told("The invitation is closed")
    camille.until(lambda: page.new.isVisible())
    assert panel.cards["invite"].second == "none is open"
    assert {d.role for d in panel.devices if d.people == ("Aïcha", "Marcel")} == {"resident"}


def test_handing_out_a_copy_is_one_click_from_the_invitation(camille: AtTheWindow) -> None:
    panel = open_people(camille)
    invite(camille, panel)
    camille.click(panel.invitation.hand_out)
    share = camille.window.panel_host.current
    assert isinstance(share, SharePanel)
    assert share.verb.name == "hand_out"
    camille.press(Qt.Key.Key_Escape)
    assert camille.window.panel_host.current is panel


def test_a_laptop_is_let_in_by_the_code_it_shows(
    stranger: Device, camille: AtTheWindow, tmp_path: Path
) -> None:
    session = Session.open(next((tmp_path / "stranger-copy").glob("*.collabmap")), stranger)
    code = session.device_code().lower().replace("-", " ")
    session.close()
    panel = open_people(camille)
    camille.click(panel.invitation.field)
    camille.write(code)
    camille.press(Qt.Key.Key_Return)
    camille.until_told("is let in")
    camille.until(lambda: len(panel.devices) == 2)
    assert {device.role for device in panel.devices} == {"coordinator", "resident"}
    assert panel.invitation.field.text() == ""


def test_a_slip_in_a_code_is_said_beside_the_field(camille: AtTheWindow) -> None:
    panel = open_people(camille)
    camille.click(panel.invitation.field)
    camille.write("ABCD-EFGH")
    camille.click(panel.invitation.admit)
    camille.until(lambda: panel.invitation.row.error != "")
    assert "56 letters and digits" in panel.invitation.row.error
    assert QApplication.focusWidget() is panel.invitation.field
    camille.write("J")
    assert panel.invitation.row.error == ""


def test_while_no_code_is_typed_there_is_nothing_to_press(camille: AtTheWindow) -> None:
    panel = open_people(camille)
    assert not panel.invitation.admit.isEnabled()


# --- at the other laptop ----------------------------------------------------------------------


def test_a_code_that_was_read_out_lets_a_laptop_add_places(
    without: AtTheWindow, town: Path, device: Device
) -> None:
    session = Session.open(town, device)
    [invitation] = session.invitations()
    code = invitation.code
    session.close()
    panel = open_people(without)
    assert panel.view == "here"
    assert panel.here.join_box.isVisible()
    assert [b.text() for b in without.buttons() if b.kind == "primary"] == ["Use this code"]
    without.click(panel.here.field)
    without.write(code.lower())
    without.press(Qt.Key.Key_Return)
    without.until_told("This computer is invited")
    without.until(lambda: not panel.here.join_box.isVisible())
    without.meanwhile(lambda s: s.add(PlaceDraft("Banc", "nature", 7.42, 43.73)))
    assert "Banc" in [place.name for place in without.places()]


def test_an_invitation_newer_than_the_copy_says_what_is_still_missing(
    without: AtTheWindow, town: Path, device: Device, tmp_path: Path
) -> None:
    session = Session.open(town, device)
    code = session.invite().code
    back = session.give_back(tmp_path / "back.cmbundle").path
    session.close()
    panel = open_people(without)
    without.click(panel.here.field)
    without.write(code)
    without.click(panel.here.join)
    _kind, _title, hint = without.until_told("This computer is invited")
    assert "Receive the map from a coordinator" in hint
    without.until(lambda: "newer than this copy" in panel.here.sentence.text())
    without.meanwhile(lambda session: session.merge([back]))
    without.until(lambda: "It adds places" in panel.here.sentence.text())


def test_a_code_of_another_kind_is_told_apart(without: AtTheWindow) -> None:
    panel = open_people(without)
    without.click(panel.here.field)
    without.write(panel.here.code.code)
    without.click(panel.here.join)
    without.until(lambda: panel.here.row.error != "")
    assert without.window.info is not None
    assert panel.here.join_box.isVisible()


def test_the_code_of_this_laptop_is_shown_whole(without: AtTheWindow) -> None:
    panel = open_people(without)
    without.until(lambda: bool(panel.here.code.code))
    assert len(panel.here.code.code.split("-")) == 14
    assert panel.here.short.text() == next(d.code for d in panel.devices if d.is_here)
    assert "they can let this computer in" in panel.here.purpose.text()
