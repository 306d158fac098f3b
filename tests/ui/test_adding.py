"""Adding a place: within a minute, alone, with the mouse or without it."""

from collections.abc import Callable

import pytest
from at_the_window import PLACES, AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from collabmap.app.entry import MAX_DESCRIPTION
from collabmap.domain.feature import FeatureState
from collabmap.store.device import Device
from collabmap.ui.widgets.tiles import Tile

OpenWindow = Callable[[Device], AtTheWindow]


def tile(person: AtTheWindow, category: str) -> Tile:
    panel = person.window.panel_host.current
    assert panel is not None
    return next(t for t in panel.findChildren(Tile) if t.category.id == category)


def begin(person: AtTheWindow) -> None:
    person.click(person.button("Add a place"))
    person.click_map(500, 300)


def test_three_clicks_and_a_word_put_a_place_on_the_map(aicha: AtTheWindow) -> None:
    aicha.click(aicha.button("Add a place"))
    aicha.click_map(500, 300)
    aicha.click(tile(aicha, "eau"))
    aicha.write("Fontaine")
    aicha.click(aicha.button("Save this place"))
    aicha.until_told("“Fontaine” is on the map")
    place = aicha.place("Fontaine")
    assert place.category == "eau"
    assert place.author_name == "Aïcha"
    assert place.state is FeatureState.PENDING


def test_the_new_place_stands_on_top_of_the_list(aicha: AtTheWindow) -> None:
    begin(aicha)
    aicha.click(tile(aicha, "nature"))
    aicha.write("Zelkova")
    aicha.press(Qt.Key.Key_Return)
    aicha.until_told("Zelkova")
    aicha.until(lambda: len(aicha.names) == len(PLACES) + 1)
    assert aicha.names[0] == "Zelkova"
    assert aicha.browse.list.places.second_line(0, aicha.rows[0]) == "Yours · awaiting review"


def test_the_place_lies_where_the_map_was_clicked_and_the_map_has_not_moved(
    aicha: AtTheWindow,
) -> None:
    before = aicha.window.map.camera
    clicked = aicha.window.map.camera.position_at(500, 300)
    begin(aicha)
    assert aicha.window.map.camera == before
    aicha.click(tile(aicha, "eau"))
    aicha.write("Source")
    aicha.press(Qt.Key.Key_Return)
    aicha.until_told("Source")
    place = aicha.place("Source")
    assert (place.lng, place.lat) == pytest.approx(clicked, abs=1e-6)


def test_everything_can_be_done_without_a_mouse(aicha: AtTheWindow) -> None:
    aicha.ctrl(Qt.Key.Key_N)
    assert QApplication.focusWidget() is aicha.window.map
    aicha.press(Qt.Key.Key_Return)
    aicha.press(Qt.Key.Key_Right)
    assert QApplication.focusWidget() is aicha.form.tiles.tiles[1]
    aicha.press(Qt.Key.Key_Space)
    aicha.write("Boulangerie")
    aicha.press(Qt.Key.Key_Return)
    aicha.until_told("Boulangerie")
    assert aicha.place("Boulangerie").category == "commerces"


def test_no_category_looks_chosen_before_somebody_chose_one(aicha: AtTheWindow) -> None:
    begin(aicha)
    assert aicha.form.tiles.chosen() == ""
    assert QApplication.focusWidget() is aicha.form.name
    aicha.write("Fontaine")
    aicha.press(Qt.Key.Key_Return)
    assert aicha.form.category.error == "Choose what it is, above."


def test_a_tile_of_the_palette_has_chosen_the_category_already(aicha: AtTheWindow) -> None:
    aicha.click(tile(aicha, "culture"))
    aicha.click_map(400, 250)
    assert aicha.form.tiles.chosen() == "culture"
    assert QApplication.focusWidget() is aicha.form.name


def test_the_middle_of_the_map_does_for_those_who_cannot_point(aicha: AtTheWindow) -> None:
    aicha.click(aicha.button("Add a place"))
    aicha.click(aicha.button("Put it in the middle of the map"))
    assert aicha.form.position == pytest.approx(aicha.window.map.centre(), abs=1e-6)


def test_the_pin_can_be_moved_by_arrows_before_saving(aicha: AtTheWindow) -> None:
    begin(aicha)
    before = aicha.form.position
    assert before is not None
    aicha.window.map.setFocus()
    aicha.press(Qt.Key.Key_Right)
    after = aicha.form.position
    assert after is not None
    assert after.lng > before.lng


def test_what_is_missing_is_said_beside_its_field(aicha: AtTheWindow) -> None:
    begin(aicha)
    aicha.click(aicha.button("Save this place"))
    assert aicha.form.category.error == "Choose what it is, above."
    assert "A name is missing." in aicha.form.name_row.error
    aicha.click(tile(aicha, "eau"))
    aicha.write("F")
    assert not aicha.form.category.error
    assert not aicha.form.name_row.error
    assert not aicha.told


def test_a_text_that_is_too_long_is_refused_beside_its_field_and_kept(aicha: AtTheWindow) -> None:
    begin(aicha)
    aicha.click(tile(aicha, "eau"))
    aicha.write("Lavoir")
    words = "a" * (MAX_DESCRIPTION + 1)
    aicha.form.words.setPlainText(words)
    aicha.click(aicha.button("Save this place"))
    aicha.until(lambda: aicha.form.words_row.error != "")
    assert "too long" in aicha.form.words_row.error
    assert aicha.form.words.toPlainText() == words
    assert aicha.button("Save this place").isEnabled()


def test_keywords_and_a_private_contact_are_kept(aicha: AtTheWindow) -> None:
    begin(aicha)
    aicha.click(tile(aicha, "eau"))
    aicha.write("Lavoir")
    aicha.click(aicha.button("More: keywords, private contact"))
    aicha.write("ombre, #pierre; ombre")
    aicha.form.contact.setText("06 12 34 56 78")
    aicha.ctrl(Qt.Key.Key_Return)
    aicha.until_told("Lavoir")
    place = aicha.place("Lavoir")
    assert place.tags == ("ombre", "pierre")
    assert place.contact == "06 12 34 56 78"


def test_escape_keeps_what_was_begun(aicha: AtTheWindow) -> None:
    begin(aicha)
    position = aicha.form.position
    aicha.click(tile(aicha, "eau"))
    aicha.write("Fontaine de")
    aicha.press(Qt.Key.Key_Escape)
    assert aicha.button("Add a place").isVisible()
    aicha.ctrl(Qt.Key.Key_N)
    assert aicha.form.name.text() == "Fontaine de"
    assert aicha.form.tiles.chosen() == "eau"
    assert aicha.form.position == position
    aicha.until_told("You had begun this place")


def test_what_was_begun_outlives_the_window(
    aicha: AtTheWindow, open_window: OpenWindow, resident_device: Device
) -> None:
    begin(aicha)
    position = aicha.form.position
    aicha.click(tile(aicha, "eau"))
    aicha.write("Fontaine de")
    assert aicha.window.info is not None
    path = aicha.window.info.path
    aicha.window.close()
    again = open_window(resident_device)
    again.open(path)
    again.ctrl(Qt.Key.Key_N)
    assert again.form.name.text() == "Fontaine de"
    assert again.form.position == position


def test_start_again_gives_an_empty_form(aicha: AtTheWindow) -> None:
    begin(aicha)
    aicha.click(tile(aicha, "eau"))
    aicha.write("Fontaine de")
    aicha.press(Qt.Key.Key_Escape)
    aicha.ctrl(Qt.Key.Key_N)
    aicha.click(aicha.button("Start again"))
    assert aicha.form.name.text() == ""
    assert aicha.form.position is None


def test_what_was_begun_is_not_spoken_of_once_it_is_saved(aicha: AtTheWindow) -> None:
    begin(aicha)
    aicha.click(tile(aicha, "eau"))
    aicha.write("Fontaine")
    aicha.press(Qt.Key.Key_Escape)
    aicha.ctrl(Qt.Key.Key_N)
    assert aicha.window.messages.texts == ["You had begun this place"]
    aicha.click(aicha.button("Save this place"))
    aicha.until_told("“Fontaine” is on the map")
    assert aicha.window.messages.texts == ["“Fontaine” is on the map"]


def test_a_draft_belongs_to_the_person_who_began_it(aicha: AtTheWindow) -> None:
    begin(aicha)
    aicha.click(tile(aicha, "eau"))
    aicha.write("Secret")
    aicha.window.front.show_welcome(again=True)
    aicha.say_name("Marcel")
    aicha.ctrl(Qt.Key.Key_N)
    assert aicha.form.name.text() == ""
    assert aicha.form.position is None


def test_a_screen_reader_says_what_to_do_on_the_map(
    aicha: AtTheWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def listen(event: QAccessibleAnnouncementEvent) -> None:
        said.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", listen)
    aicha.ctrl(Qt.Key.Key_N)
    assert QApplication.focusWidget() is aicha.window.map
    assert len(said) == 1
    assert "press Enter" in said[0]


def test_escape_before_a_click_leaves_the_placing_mode(aicha: AtTheWindow) -> None:
    aicha.click(aicha.button("Add a place"))
    aicha.press(Qt.Key.Key_Escape)
    assert not aicha.window.map.is_placing
    aicha.until(lambda: len(aicha.names) == len(PLACES))


def test_a_click_on_a_mark_does_not_take_the_form_away(aicha: AtTheWindow) -> None:
    begin(aicha)
    mark = aicha.places()[0]
    aicha.window.map.mark_clicked.emit(mark.id)
    assert aicha.form.position is not None


def test_a_coordinators_place_is_accepted_at_once(camille: AtTheWindow) -> None:
    begin(camille)
    camille.click(tile(camille, "eau"))
    camille.write("Puits")
    camille.press(Qt.Key.Key_Return)
    _kind, _title, hint = camille.until_told("Puits")
    assert hint == "You coordinate this map: it is accepted at once."
    assert camille.state_of("Puits") is FeatureState.ACCEPTED


def test_leaving_while_it_is_saved_leaves_no_draft_and_is_told(aicha: AtTheWindow) -> None:
    begin(aicha)
    form = aicha.form
    aicha.click(tile(aicha, "eau"))
    aicha.write("Puits")
    with aicha.busy():
        aicha.press(Qt.Key.Key_Return)
        aicha.press(Qt.Key.Key_Escape)
        aicha.until(lambda: not isValid(form))
    aicha.until_told("“Puits” is on the map")
    aicha.ctrl(Qt.Key.Key_N)
    assert aicha.form.name.text() == ""
    assert [place.name for place in aicha.places()].count("Puits") == 1
