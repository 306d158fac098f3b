"""Event mode at the window: one after another, nothing private, and a code to leave it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from at_the_window import PLACES, AtTheWindow
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from collabmap.domain.feature import FeatureState
from collabmap.store.device import Device
from collabmap.ui import look
from collabmap.ui.event import pages, watch
from collabmap.ui.event.pages import CodePage, StartPage, StillTherePage
from collabmap.ui.event.palette import EventPanel
from collabmap.ui.event.who import WhoPage
from collabmap.ui.panels.place_card import PlaceCard
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.tiles import Tile

CODE = "2605"
OpenWindow = Callable[[Device], AtTheWindow]


def begin(person: AtTheWindow) -> None:
    """Open event mode by its key, in a window that keeps its size."""
    mode = person.window.event_mode
    mode.fill_screen = lambda: None
    person.press(Qt.Key.Key_F11)
    page = mode.cover.page
    assert isinstance(page, StartPage)
    person.write(CODE)
    person.press(Qt.Key.Key_Return)
    person.until(lambda: mode.is_on and person.window.front.welcome is not None)
    # The window was built again, with larger words.
    person.listen()
    person.settle()


def who(person: AtTheWindow) -> WhoPage:
    page = person.window.front.welcome
    assert isinstance(page, WhoPage)
    return page


def say_name(person: AtTheWindow, name: str) -> None:
    person.until(lambda: person.window.front.welcome is not None)
    person.write(name)
    person.press(Qt.Key.Key_Return)
    person.settle()


def palette(person: AtTheWindow) -> EventPanel:
    panel = person.window.panel_host.current
    assert isinstance(panel, EventPanel), panel
    return panel


def touch_a_place(person: AtTheWindow, tile: int = 0) -> None:
    person.click(palette(person).tiles.tiles[tile])
    person.click_map(300, 200)
    person.until(lambda: person.window.placing.form is not None)


def add(person: AtTheWindow, name: str) -> None:
    touch_a_place(person)
    person.write(name)
    person.click(person.form.save)
    person.until(lambda: person.window.placing.form is None)
    person.settle()


def next_person(person: AtTheWindow) -> None:
    header = person.window.event_mode.header
    assert header is not None
    person.click(header.next)
    person.until(lambda: person.window.front.welcome is not None)


def code_page(person: AtTheWindow) -> CodePage:
    page = person.window.event_mode.cover.page
    assert isinstance(page, CodePage)
    return page


def leave(person: AtTheWindow, code: str = CODE) -> None:
    person.press(Qt.Key.Key_F11)
    person.click(code_page(person).code)
    person.write(code)
    person.press(Qt.Key.Key_Return)
    person.settle()


@pytest.fixture
def hall(camille: AtTheWindow) -> AtTheWindow:
    """The coordinator's own laptop, in event mode; nobody has said a name yet."""
    begin(camille)
    return camille


def test_two_sentences_lead_to_a_place_that_awaits_review(hall: AtTheWindow) -> None:
    window, mode = hall.window, hall.window.event_mode
    assert not window.top_bar.isVisible()
    say_name(hall, "Marcel")
    assert mode.header is not None
    assert mode.banner is not None
    assert mode.header.title.accessibleName() == "Your turn, Marcel!"
    assert palette(hall).title.text() == "What would you like to add?"
    assert not mode.banner.isVisible()

    hall.click(palette(hall).tiles.tiles[0])
    assert mode.banner.words == "2.  Touch the map, where it is"
    hall.click_map(300, 200)
    hall.until(lambda: window.placing.form is not None)
    assert not mode.banner.words
    assert not hall.form.category.isVisible(), "what it is was said already"
    hall.write("Banc du port")
    hall.click(hall.form.save)
    hall.until_told("Banc du port")
    place = hall.place("Banc du port")
    assert (place.author_name, place.state) == ("Marcel", FeatureState.PENDING)
    hall.until(lambda: "4 places" in mode.header.places.text())


def test_by_keys_alone(hall: AtTheWindow) -> None:
    say_name(hall, "Marcel")
    palette(hall).tiles.tiles[1].setFocus()
    hall.press(Qt.Key.Key_Space)
    hall.press(Qt.Key.Key_Return)
    hall.until(lambda: hall.window.placing.form is not None)
    hall.write("Epicerie")
    hall.press(Qt.Key.Key_Return)
    hall.until_told("Epicerie")
    assert hall.place("Epicerie").category == "commerces"


def test_escape_lets_go_of_what_was_chosen(hall: AtTheWindow) -> None:
    say_name(hall, "Marcel")
    hall.click(palette(hall).tiles.tiles[0])
    hall.do("escape")
    assert palette(hall).tiles.chosen() == ""
    hall.click_map(300, 200)
    assert hall.window.placing.form is None


def test_everything_to_press_is_large(hall: AtTheWindow) -> None:
    say_name(hall, "Marcel")
    touch_a_place(hall)
    parts = [*hall.buttons(), *hall.window.findChildren(Tile)]
    for part in parts:
        if part.isVisible():
            least = look.TARGET_EVENT if isinstance(part, Button) else 60
            assert part.height() >= least, (part.text(), part.height())


def test_the_next_person_sees_nothing_of_the_one_before(hall: AtTheWindow) -> None:
    window = hall.window
    say_name(hall, "Marcel")
    add(hall, "Banc")
    assert "“Banc” is on the map" in window.messages.texts
    next_person(hall)
    assert window.person is None
    assert window.messages.texts == []
    assert not window.actions_table["undo"].isEnabled()
    say_name(hall, "Ines")
    assert window.person is not None
    assert window.person.name == "Ines"
    hall.settle()
    assert not window.actions_table["undo"].isEnabled(), "it would take back what Marcel did"


def test_a_private_contact_stays_closed_to_the_next_and_to_its_author(hall: AtTheWindow) -> None:
    say_name(hall, "Marcel")
    touch_a_place(hall)
    hall.write("Chez moi")
    hall.form.show_more()
    hall.form.contact.setText("06 39 98 12 34")
    hall.click(hall.form.save)
    hall.until(lambda: hall.window.placing.form is None)
    assert hall.place("Chez moi").contact_hidden
    assert hall.place("Chez moi").contact is None
    next_person(hall)
    say_name(hall, "Ines")
    place = hall.place("Chez moi")
    assert (place.contact, place.contact_hidden) == (None, True)

    leave(hall)
    hall.until(lambda: hall.window.is_coordinator)
    assert hall.place("Chez moi").contact == "06 39 98 12 34"


def test_what_was_begun_waits_for_who_began_it_and_shows_nothing_private(
    hall: AtTheWindow,
) -> None:
    say_name(hall, "Marcel")
    touch_a_place(hall)
    hall.write("Potager")
    hall.form.show_more()
    hall.form.contact.setText("06 39 98 12 34")
    next_person(hall)
    say_name(hall, "Ines")
    assert not palette(hall).go_on.isVisible()

    next_person(hall)
    say_name(hall, "marcel")
    hall.until(lambda: who(hall).same is not None)
    hall.click(who(hall).choices[0])
    hall.until(lambda: hall.window.person is not None)
    assert palette(hall).go_on.text() == "Go on with “Potager”"
    hall.click(palette(hall).go_on)
    assert hall.form.name.text() == "Potager"
    assert hall.form.contact.text() == "", "whoever says his name sees no more than others"
    hall.click(hall.form.save)
    hall.until(lambda: hall.window.placing.form is None)
    assert hall.place("Potager").author_name == "Marcel"
    leave(hall)
    hall.until(lambda: hall.window.is_coordinator)
    assert hall.place("Potager").contact == "06 39 98 12 34", "nothing was lost of it"


def test_what_was_begun_of_a_place_shows_nothing_private_and_loses_nothing(
    hall: AtTheWindow,
) -> None:
    say_name(hall, "Marcel")
    add(hall, "Potager")
    hall.window.placing.edit(hall.place("Potager"))
    hall.form.name.setFocus()
    hall.press(Qt.Key.Key_End)
    hall.write(" du port")
    hall.form.show_more()
    hall.write("ombre")
    hall.form.contact.setFocus()
    hall.write("06 39 98 12 34")
    next_person(hall)
    say_name(hall, "marcel")
    hall.until(lambda: who(hall).same is not None)
    hall.click(who(hall).choices[0])
    hall.until(lambda: hall.window.person is not None)
    hall.window.placing.edit(hall.place("Potager"))
    assert hall.form.name.text() == "Potager du port"
    assert hall.form.tags.text() == "ombre"
    assert hall.form.contact.text() == ""
    hall.click(hall.form.save)
    hall.until(lambda: hall.window.placing.form is None)
    leave(hall)
    hall.until(lambda: hall.window.is_coordinator)
    place = hall.place("Potager du port")
    assert place.contact == "06 39 98 12 34"


def test_whether_it_is_you_is_read_from_its_first_word_on_a_low_screen(hall: AtTheWindow) -> None:
    say_name(hall, "Marie")
    next_person(hall)
    hall.window.resize(900, 480)
    bar = who(hall).scroller.verticalScrollBar()
    hall.until(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    say_name(hall, "Marie")
    hall.until(lambda: who(hall).same is not None)
    hall.settle()
    assert bar.value() == 0


def test_two_of_one_name_are_two_people(hall: AtTheWindow) -> None:
    say_name(hall, "Marie")
    add(hall, "Banc")
    first = hall.window.person
    next_person(hall)
    say_name(hall, "Marie")
    hall.until(lambda: who(hall).same is not None)
    assert [choice.text() for choice in who(hall).choices] == [
        "Yes, it is me",
        "No, I am somebody else",
    ]
    hall.click(who(hall).choices[-1])
    hall.until(lambda: hall.window.person is not None)
    assert first is not None
    assert hall.window.person is not None
    assert hall.window.person.id != first.id


def test_whoever_only_looks_is_asked_a_name_before_adding(hall: AtTheWindow) -> None:
    hall.click(who(hall).look)
    hall.until(lambda: hall.window.front.welcome is None)
    hall.click(palette(hall).tiles.tiles[0])
    assert hall.window.front.welcome is not None


def test_a_mark_opens_its_card_without_what_hides_places(hall: AtTheWindow) -> None:
    say_name(hall, "Marcel")
    hall.window.commands.open_place(hall.place(PLACES[0].name).id)
    hall.settle()
    card = hall.window.panel_host.current
    assert isinstance(card, PlaceCard)
    assert not card.more.isVisible()
    assert card.edit.isVisible()


def test_language_and_size_go_back_to_those_of_the_evening(hall: AtTheWindow) -> None:
    hall.click(who(hall).language_button)
    hall.until(lambda: who(hall).title.text() == "Bienvenue\u202f!")
    hall.click(who(hall).larger_button)
    say_name(hall, "Marcel")
    assert hall.window.preferences.text_scale > 1.0
    next_person(hall)
    assert who(hall).title.text() == "Welcome!"
    assert hall.window.preferences.text_scale == 1.0


def test_after_a_pause_it_asks_and_goes_back_to_the_beginning(
    hall: AtTheWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PAUSE_MS", 30)
    monkeypatch.setattr(pages, "ANSWER_S", 1)
    mode = hall.window.event_mode
    say_name(hall, "Marcel")
    hall.until(lambda: isinstance(mode.cover.page, StillTherePage))
    page = mode.cover.page
    assert isinstance(page, StillTherePage)
    assert not hall.window.panel_host.isEnabled()
    hall.click(page.stay)
    assert hall.window.panel_host.isEnabled()
    assert hall.window.person is not None

    hall.until(lambda: isinstance(mode.cover.page, StillTherePage))
    hall.until(lambda: hall.window.front.welcome is not None)
    assert hall.window.person is None


def test_the_pause_can_be_switched_off(
    camille: AtTheWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PAUSE_MS", 1)
    mode = camille.window.event_mode
    mode.fill_screen = lambda: None
    camille.do("event")
    page = mode.cover.page
    assert isinstance(page, StartPage)
    camille.write(CODE)
    camille.click(page.comes_back)
    camille.click(page.start)
    camille.until(lambda: camille.window.front.welcome is not None)
    say_name(camille, "Marcel")
    camille.settle()
    assert mode.cover.page is None


def test_escape_held_asks_the_code_and_let_go_does_not(
    hall: AtTheWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    mode = hall.window.event_mode
    say_name(hall, "Marcel")

    def escape(kind: QEvent.Type) -> None:
        key = QKeyEvent(kind, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(hall.window, key)

    escape(QEvent.Type.KeyPress)
    assert mode.banner is not None
    assert "Keep holding Escape" in mode.banner.words
    escape(QEvent.Type.KeyRelease)
    assert mode.banner.words == ""
    assert mode.cover.page is None

    monkeypatch.setattr(watch, "HOLD_MS", 20)
    escape(QEvent.Type.KeyPress)
    hall.until(lambda: isinstance(mode.cover.page, CodePage))
    hall.do("escape")
    assert mode.cover.page is None
    assert mode.is_on


def test_a_wrong_code_says_so_and_the_right_one_brings_everything_back(hall: AtTheWindow) -> None:
    window = hall.window
    say_name(hall, "Marcel")
    leave(hall, "0000")
    assert "not the code" in code_page(hall).row.error
    hall.write(CODE)
    hall.press(Qt.Key.Key_Return)
    hall.until(lambda: not window.event_mode.is_on)
    hall.until(lambda: window.is_coordinator)
    assert window.person is not None
    assert window.person.name == "Camille"
    assert window.top_bar.isVisible()
    assert window.event_mode.header is None
    assert look.target(36) == 36
    hall.until_listed(*(place.name for place in PLACES))


def test_closing_asks_the_code_first(hall: AtTheWindow) -> None:
    window = hall.window
    window.close()
    assert window.isVisible()
    hall.write(CODE)
    hall.press(Qt.Key.Key_Return)
    hall.until(lambda: not window.isVisible())


def test_it_comes_back_after_a_crash(
    hall: AtTheWindow, open_window: OpenWindow, device: Device, town: Path
) -> None:
    say_name(hall, "Marcel")
    # As when the power goes: no window closes, the map's lock goes with the process.
    hall.window.desk.close()
    again = open_window(device)
    again.window.event_mode.fill_screen = lambda: None
    again.open(town)
    assert again.window.event_mode.is_on
    assert again.window.person is None, "whoever sits there now says a name"
    assert isinstance(again.window.front.welcome, WhoPage)
    say_name(again, "Zoe")
    leave(again)
    again.until(lambda: not again.window.event_mode.is_on)
    hall.window.event_mode.take(None)


def test_looking_for_ones_street_keeps_what_was_chosen(hall: AtTheWindow) -> None:
    say_name(hall, "Marcel")
    hall.click(palette(hall).tiles.tiles[2])
    footer = hall.window.event_mode.footer
    assert footer is not None
    hall.click(footer.street)
    assert hall.window.panel_host.current_name == "event_street"
    hall.do("escape")
    assert palette(hall).tiles.chosen() == "entraide"
    hall.click_map(300, 200)
    hall.until(lambda: hall.window.placing.form is not None)


def test_f11_works_before_anybody_has_said_a_name(newcomer: AtTheWindow) -> None:
    newcomer.until(lambda: newcomer.window.front.welcome is not None)
    begin(newcomer)
    say_name(newcomer, "Marcel")
    leave(newcomer)
    newcomer.until(lambda: not newcomer.window.event_mode.is_on)
    assert newcomer.window.front.welcome is not None


def test_what_is_still_being_written_is_by_whoever_asked_for_it(hall: AtTheWindow) -> None:
    say_name(hall, "Marcel")
    touch_a_place(hall)
    hall.write("Banc")
    with hall.busy():
        hall.click(hall.form.save)
        next_person(hall)
        hall.write("Ines")
        hall.press(Qt.Key.Key_Return)
    hall.until(lambda: hall.window.person is not None)
    assert hall.place("Banc").author_name == "Marcel"
    assert hall.window.person is not None
    assert hall.window.person.name == "Ines"
    assert not palette(hall).go_on.isVisible()
    add(hall, "Puits")
    assert hall.place("Puits").author_name == "Ines"
