"""The computers of a map in the window: who they are, what is odd, what they may do, undone."""

import itertools
from collections.abc import Callable
from pathlib import Path

import hall
import pytest
from at_the_window import PLACES, AtTheWindow
from PySide6.QtCore import QDateTime, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from collabmap.app.people import DeviceView
from collabmap.app.session import Session
from collabmap.store.device import Device
from collabmap.ui.panels.people import PeoplePanel
from collabmap.ui.panels.people_list import second_line
from collabmap.ui.people_words import signs, span
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.text import Text

OpenWindow = Callable[[Device], AtTheWindow]
DAY_MS = hall.DAY_MS


def open_people(person: AtTheWindow) -> PeoplePanel:
    """Open the panel as the menu does, and wait for its list."""
    person.do("people")
    panel = person.window.panel_host.current
    assert isinstance(panel, PeoplePanel)
    person.until(lambda: bool(panel.devices))
    return panel


def of(panel: PeoplePanel, *people: str) -> DeviceView:
    """Return the computer on which these people wrote."""
    return next(device for device in panel.devices if device.people == people)


def show(person: AtTheWindow, panel: PeoplePanel, *people: str) -> None:
    """Click the row of a computer."""
    row = panel.list.visualRect(panel.list.index_of(of(panel, *people).rid))
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    person.until(lambda: bool(words_of(panel)))


def press(person: AtTheWindow, words: str) -> None:
    """Click the button that says this, once it is there."""
    person.until(lambda: any(button.text() == words for button in person.buttons()))
    person.click(person.button(words))


def words_of(panel: PeoplePanel) -> str:
    """Return all that the page of a computer says."""
    labels = panel.computer.findChildren(Text)
    return " | ".join(label.text() for label in labels if label.isVisible())


@pytest.fixture
def hall_town(town: Path, device: Device, tmp_path: Path) -> Path:
    hall.fill(town, device, tmp_path / "hall")
    return town


@pytest.fixture
def panel(camille: AtTheWindow) -> PeoplePanel:
    return open_people(camille)


@pytest.fixture
def camille(hall_town: Path, open_window: OpenWindow, device: Device) -> AtTheWindow:
    """The coordinator, after an evening."""
    person = open_window(device)
    person.open(hall_town)
    person.until(lambda: len(person.names) > len(PLACES))
    return person


# --- the list ---------------------------------------------------------------------------------


def test_a_coordinator_finds_people_under_prepare(camille: AtTheWindow) -> None:
    camille.click(camille.window.top_bar.modes.segments["prepare"])
    camille.click(camille.window.sections.list.rows["people"])
    panel = camille.window.panel_host.current
    assert isinstance(panel, PeoplePanel)
    assert camille.window.mode == "prepare"
    camille.until(lambda: len(panel.list.rows) == 6)


def test_who_waits_is_first_and_each_row_says_what_is_odd(panel: PeoplePanel) -> None:
    said = {", ".join(d.people): [sign.words for sign in signs(d)] for d in panel.list.rows}
    assert list(said)[:2] == ["Paul", "Camille"]
    assert said == {
        "Paul": ["Waiting"],
        "Camille": ["This computer"],
        "Jo": [],
        "Idris": ["Copied"],
        "Zoé": ["Clock 2 days ahead"],
        "Aïcha, Marcel": [],
    }


def test_each_row_says_what_it_may_do_and_how_much_it_gave(panel: PeoplePanel) -> None:
    lines = {", ".join(d.people): second_line(d) for d in panel.list.rows}
    assert lines["Aïcha, Marcel"] == "Resident · 6 contributions"
    assert lines["Paul"] == "Not in yet · 1 contribution"
    assert lines["Jo"] == "Coordinator · 1 contribution"
    assert lines["Camille"].startswith("Founder · ")


def test_a_row_is_read_out_whole_with_its_code_letter_by_letter(panel: PeoplePanel) -> None:
    paul = of(panel, "Paul")
    index = panel.list.index_of(paul.rid)
    text = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert text.startswith("Paul, Not in yet · 1 contribution, ")
    assert "Waiting" in text
    assert " ".join(paul.code.split("-")[0]) in text


def test_the_arrow_keys_show_one_computer_after_the_other(
    camille: AtTheWindow, panel: PeoplePanel
) -> None:
    show(camille, panel, "Paul")
    panel.list.setFocus()
    camille.press(Qt.Key.Key_Down)
    camille.until(lambda: "It founded this map" in words_of(panel))


def test_the_list_is_as_high_as_its_rows(camille: AtTheWindow, panel: PeoplePanel) -> None:
    camille.until(lambda: panel.list.height() > 300)
    last = panel.list.visualRect(panel.list.devices.index(len(panel.list.rows) - 1))
    assert panel.list.verticalScrollBar().maximum() == 0
    assert last.bottom() <= panel.list.viewport().height()


def test_what_is_odd_is_explained(camille: AtTheWindow, panel: PeoplePanel) -> None:
    show(camille, panel, "Idris")
    assert "Copied: both copies are kept" in words_of(panel)
    show(camille, panel, "Zoé")
    assert "Its clock is 2 days ahead" in words_of(panel)


# --- letting in, shutting out -----------------------------------------------------------------


def test_letting_a_computer_in_brings_what_it_sent_to_light(
    camille: AtTheWindow, panel: PeoplePanel
) -> None:
    assert hall.LATE not in [place.name for place in camille.places()]
    assert panel.intro.text() == "1 computer waits for you to let it in."
    show(camille, panel, "Paul")
    press(camille, "Let it in")
    camille.until_told("Paul is let in")
    camille.until(lambda: of(panel, "Paul").role == "resident")
    assert hall.LATE in [place.name for place in camille.places()]
    assert QApplication.focusWidget() is panel.list


def test_what_was_asked_for_is_told_to_whoever_has_left_meanwhile(
    camille: AtTheWindow, panel: PeoplePanel
) -> None:
    show(camille, panel, "Paul")
    with camille.busy():
        press(camille, "Let it in")
        camille.do("contribute")
        camille.until(lambda: not isValid(panel))
    camille.until_told("Paul is let in")
    assert hall.LATE in [place.name for place in camille.places()]


def test_shutting_out_asks_what_stays_and_can_be_undone(
    camille: AtTheWindow, panel: PeoplePanel
) -> None:
    show(camille, panel, "Aïcha", "Marcel")
    press(camille, "Shut it out…")
    camille.until(lambda: "Nothing is erased" in words_of(panel))
    assert of(panel, "Aïcha", "Marcel").role == "resident"
    press(camille, "Keep nothing of it")
    camille.until_told("Aïcha, Marcel is shut out")
    camille.until(lambda: of(panel, "Aïcha", "Marcel").role == "guest")
    assert "Fountain of Marcel" not in [place.name for place in camille.places()]
    press(camille, "Undo")
    camille.until(lambda: of(panel, "Aïcha", "Marcel").role == "resident")
    assert "Fountain of Marcel" in [place.name for place in camille.places()]


def test_what_a_computer_sent_can_stay_when_it_is_shut_out(
    camille: AtTheWindow, panel: PeoplePanel
) -> None:
    show(camille, panel, "Aïcha", "Marcel")
    press(camille, "Shut it out…")
    press(camille, "Keep what it sent so far")
    camille.until(lambda: of(panel, "Aïcha", "Marcel").role == "guest")
    assert "Fountain of Marcel" in [place.name for place in camille.places()]
    assert "Shut out" in [sign.words for sign in signs(of(panel, "Aïcha", "Marcel"))]
    camille.until(lambda: any(b.text() == "Let it in again" for b in camille.buttons()))


def test_escape_takes_the_question_away_and_nothing_is_done(
    camille: AtTheWindow, panel: PeoplePanel
) -> None:
    show(camille, panel, "Idris")
    press(camille, "Shut it out…")
    camille.press(Qt.Key.Key_Escape)
    assert panel.computer.question is None
    camille.until(lambda: "Shut it out…" in [b.text() for b in camille.buttons()])
    camille.settle()
    assert of(panel, "Idris").role == "resident"


def test_a_question_that_waits_survives_what_arrives_meanwhile(
    camille: AtTheWindow, panel: PeoplePanel
) -> None:
    show(camille, panel, "Idris")
    press(camille, "Shut it out…")
    question = panel.computer.question
    zoe = of(panel, "Zoé").rid
    camille.meanwhile(lambda session: session.grant(zoe, "coordinator"))
    camille.until(lambda: of(panel, "Zoé").role == "coordinator")
    assert question is not None
    assert panel.computer.question is question
    camille.until(question.isVisible)


def test_a_coordinator_is_made_and_unmade(camille: AtTheWindow, panel: PeoplePanel) -> None:
    show(camille, panel, "Idris")
    press(camille, "Make it a coordinator")
    camille.until_told("Idris can coordinate now")
    camille.until(lambda: of(panel, "Idris").role == "coordinator")
    press(camille, "Undo")
    camille.until(lambda: of(panel, "Idris").role == "resident")
    show(camille, panel, "Jo")
    press(camille, "Make it a resident")
    camille.until(lambda: of(panel, "Jo").role == "resident")


def test_the_founder_is_out_of_reach_and_the_page_says_so(
    camille: AtTheWindow, panel: PeoplePanel
) -> None:
    show(camille, panel, "Camille")
    assert "only the key on paper stands above it" in words_of(panel)
    assert not any(b.text() == "Shut it out…" for b in camille.buttons())


def test_the_page_of_a_computer_has_at_most_one_filled_button(
    camille: AtTheWindow, panel: PeoplePanel
) -> None:
    for device in panel.devices:
        panel.open_computer(device.rid)
        camille.until(lambda: bool(words_of(panel)))
        filled = [b.text() for b in camille.buttons() if b.kind == "primary"]
        assert filled == (["Let it in"] if device.people == ("Paul",) else [])


# --- clocks -----------------------------------------------------------------------------------


def test_the_times_of_a_wrong_clock_are_moved_and_moved_back(
    camille: AtTheWindow, panel: PeoplePanel
) -> None:
    show(camille, panel, "Zoé")
    clock = panel.computer.clock
    assert clock is not None
    camille.until(clock.inside.isVisible)
    written = of(panel, "Zoé").last_ms
    clock.time.setDateTime(QDateTime.fromMSecsSinceEpoch(written - 3 * DAY_MS))
    press(camille, "Move its times")
    camille.until_told("The times of Zoé are moved back by 3 days")
    camille.until(lambda: of(panel, "Zoé").shift_ms != 0)
    assert abs(of(panel, "Zoé").shift_ms + 3 * DAY_MS) <= 60_000
    camille.until(lambda: "Its times are moved back by 3 days" in words_of(panel))
    press(camille, "Undo")
    camille.until(lambda: of(panel, "Zoé").shift_ms == 0)


def test_moving_by_nothing_writes_nothing(camille: AtTheWindow, panel: PeoplePanel) -> None:
    show(camille, panel, "Idris")
    press(camille, "Its clock was wrong…")
    before = of(panel, "Camille").changes
    press(camille, "Move its times")
    camille.settle()
    assert of(panel, "Camille").changes == before
    camille.until(lambda: "Its clock was wrong…" in [b.text() for b in camille.buttons()])


@pytest.mark.parametrize(
    ("length_ms", "words"),
    [
        (-90_000, "2 min"),
        (3 * 3_600_000, "3 h"),
        (DAY_MS, "24 h"),
        (2 * DAY_MS - 5000, "2 days"),
        (3653 * DAY_MS, "10 years"),
    ],
)
def test_a_length_of_time_is_said_roughly(length_ms: int, words: str) -> None:
    assert span(length_ms) == words


# --- searching, narrow windows, residents -----------------------------------------------------


def test_a_long_list_can_be_searched_by_name_or_code(
    camille: AtTheWindow, panel: PeoplePanel
) -> None:
    code = of(panel, "Jo").code
    for typed, found in (("marcel", ["Aïcha"]), (code.lower(), ["Jo"]), ("nobody", [])):
        panel.search.setText(typed)
        assert [device.people[0] for device in panel.list.rows] == found
    assert panel.nothing.text() == "No computer answers to this."
    assert panel.nothing.isVisibleTo(panel)


def test_in_a_narrow_window_a_row_turns_to_its_page(
    camille: AtTheWindow, panel: PeoplePanel
) -> None:
    camille.window.resize(800, 600)
    camille.until(lambda: camille.window.body.tabs.isVisible())
    show(camille, panel, "Paul")
    camille.until(lambda: "Let it in" in [b.text() for b in camille.buttons()])


def test_a_resident_sees_who_is_there_and_who_can_change_it(aicha: AtTheWindow) -> None:
    panel = open_people(aicha)
    assert panel.view == "here"
    assert "invite" not in panel.cards
    assert aicha.window.mode == "contribute"
    show(aicha, panel, "Camille")
    assert "It founded this map" in words_of(panel)
    assert not panel.computer.findChildren(Note)
    assert [b.text() for b in aicha.buttons() if panel.computer.isAncestorOf(b)] == []
    aicha.press(Qt.Key.Key_Escape)
    assert aicha.browse.isVisible()


def test_a_coordinator_of_the_same_rank_is_referred_to_the_founder(
    hall_town: Path,
    open_window: OpenWindow,
    device: Device,
    tmp_path: Path,
) -> None:
    session = Session.open(hall_town, device)
    idris = next(d for d in session.devices() if d.people == ("Idris",))
    session.grant(idris.rid, "coordinator")
    back = session.give_back(tmp_path / "again.cmbundle").path
    session.close()
    jo = Device(tmp_path / "hall" / "Jo")
    session = Session.open(next((tmp_path / "hall" / "Jo").glob("*.collabmap")), jo)
    session.merge([back])
    path = session.path
    session.close()
    person = open_window(jo)
    person.open(path)
    panel = open_people(person)
    person.until(lambda: len(panel.devices) == 6)
    show(person, panel, "Idris")
    assert "It is not below this one. Camille (" in words_of(panel)
    person.window.close()
    jo.close()


# --- the top bar with one mode more -----------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "scale"), [(1366, 1.0), (1366, 1.45), (1024, 1.45), (800, 1.45), (640, 1.0)]
)
def test_the_modes_stay_readable_and_nothing_overlaps_in_the_top_bar(
    camille: AtTheWindow, width: int, scale: float
) -> None:
    camille.window.resize(width, 600)
    camille.window.preferences.set_text_scale(scale)
    bar = camille.window.top_bar
    segments = list(bar.modes.segments.values())
    camille.until(
        lambda: all(s.isVisible() and s.width() >= s.sizeHint().width() for s in segments)
    )
    parts = [bar.modes, bar.person, bar.help, bar.menu]
    camille.until(
        lambda: all(
            left.geometry().right() < right.geometry().left()
            for left, right in itertools.pairwise(parts)
        )
    )
    assert bar.menu.geometry().right() <= bar.width()


def test_tab_into_the_list_opens_nothing_by_itself(
    camille: AtTheWindow, panel: PeoplePanel
) -> None:
    panel.cards["here"].setFocus()
    camille.press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is panel.list
    assert panel.view == "invite"
    camille.press(Qt.Key.Key_Return)
    assert panel.view == "computer"
