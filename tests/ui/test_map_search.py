"""One search for contributions, streets, addresses and places, by mouse and by keyboard."""

from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from basemap.gazetteers import DEMO, pack
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from ui.conftest import OpenWindow

from collabmap.app.place_search import FoundPlace
from collabmap.basemap.gazetteer import add_to
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat, distance_m
from collabmap.store.device import Device
from collabmap.ui.widgets.buttons import Button


@pytest.fixture(scope="module")
def monaco(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = pack(tmp_path_factory.mktemp("packs") / "monaco.mbtiles")
    add_to(path, [DEMO], None)
    return path


@pytest.fixture
def camille(town: Path, monaco: Path, device: Device, open_window: OpenWindow) -> AtTheWindow:
    """A coordinator whose base map can be searched."""
    town.with_suffix(".mbtiles").write_bytes(monaco.read_bytes())
    at = open_window(device)
    at.open(town)
    return at


def found(at: AtTheWindow) -> list[str]:
    return [place.name for place in at.browse.list.places.found]


def search(at: AtTheWindow, text: str, name: str) -> None:
    at.ctrl(Qt.Key.Key_F)
    at.write(text)
    at.until(lambda: name in found(at))


def pin(at: AtTheWindow) -> LngLat | None:
    shown = at.window.map._overlays.pin
    return shown.position if shown is not None else None


def test_places_of_the_project_come_before_those_of_the_map(camille: AtTheWindow) -> None:
    search(camille, "moulins", "Boulevard des Moulins")
    camille.until(lambda: len(camille.rows) == 1)
    model = camille.browse.list.places
    names = [model.data(model.index(rank)) for rank in range(model.rowCount())]
    assert names[0] == "Fontaine des Moulins"
    assert names.index("Boulevard des Moulins") > 0
    assert camille.browse.count.text() == f"{len(names)} results"


def test_a_street_by_keyboard_alone(camille: AtTheWindow) -> None:
    search(camille, "r. grimadli", "Rue Grimaldi")
    camille.press(Qt.Key.Key_Down)
    camille.until(lambda: QApplication.focusWidget() is camille.browse.list)
    camille.press(Qt.Key.Key_Return)
    street = camille.browse.list.places.found[0]
    camille.until(lambda: pin(camille) == street.position)
    seen = camille.window.map.bbox()
    assert seen.contains(street.box.west, street.box.south)
    assert seen.contains(street.box.east, street.box.north)
    # Up from the first row, back to the words; Escape forgets them and the pin.
    camille.press(Qt.Key.Key_Up)
    assert QApplication.focusWidget() is camille.browse.search
    camille.press(Qt.Key.Key_Escape)
    assert camille.browse.search.text() == ""
    camille.until(lambda: pin(camille) is None)
    assert found(camille) == []


def test_enter_goes_to_the_first_answer(camille: AtTheWindow) -> None:
    search(camille, "35 bd d'italie", "35 Boulevard d'Italie")
    camille.press(Qt.Key.Key_Return)
    house = camille.browse.list.places.found[0]
    camille.until(lambda: pin(camille) == house.position)
    assert camille.window.map.target_zoom == 17.0
    assert distance_m(camille.window.map.centre(), house.position) < 5


def test_a_click_on_an_answer(camille: AtTheWindow) -> None:
    search(camille, "fontvieille", "Fontvieille")
    places = camille.browse.list
    rank = len(camille.rows) + found(camille).index("Fontvieille")
    box = places.visualRect(places.places.index(rank))
    QTest.mouseClick(places.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    camille.until(lambda: pin(camille) is not None)
    assert camille.window.panel_host.current_name == "browse"


def test_a_card_takes_the_pin_of_the_search_away(camille: AtTheWindow) -> None:
    search(camille, "fontvieille", "Fontvieille")
    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: pin(camille) is not None)
    camille.window.commands.open_place(camille.place("Fontaine des Moulins").id)
    camille.until(lambda: camille.window.panel_host.current_name == "place")
    assert pin(camille) is None


def test_a_position_in_numbers(camille: AtTheWindow) -> None:
    search(camille, "43,7384 7,4246", "43,7384 7,4246")
    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: pin(camille) is not None)
    assert distance_m(camille.window.map.centre(), LngLat(7.4246, 43.7384)) < 5


def test_the_newest_question_wins(camille: AtTheWindow) -> None:
    camille.ctrl(Qt.Key.Key_F)
    for letters in ("rue gri", "maldi", " "):
        camille.write(letters)
    camille.browse.search.setText("larvotto")
    camille.until(lambda: "Larvotto" in found(camille))
    assert "Rue Grimaldi" not in found(camille)


def test_a_row_tells_a_screen_reader_what_and_where(camille: AtTheWindow) -> None:
    search(camille, "rue grimaldi", "Rue Grimaldi")
    model = camille.browse.list.places
    index = model.index(len(camille.rows))
    words = model.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert isinstance(words, str)
    assert words.startswith("Rue Grimaldi, Street, La Condamine, Monaco, ")
    assert camille.browse.search.accessibleName() == "Search a place, a street…"


def test_a_single_letter_takes_away_what_more_letters_found(camille: AtTheWindow) -> None:
    search(camille, "moulins", "Boulevard des Moulins")
    camille.browse.search.setText("m")
    camille.until(lambda: camille.browse.count.text().endswith(("place", "places")))
    assert found(camille) == []


def test_adding_a_place_by_its_address(camille: AtTheWindow) -> None:
    camille.window.commands.add_place("eau")
    form = camille.window.placing.form
    assert form is not None
    form.address.field.setFocus()
    camille.write("35 boulevard d'italie")
    camille.until(lambda: form.address.list.isVisible())
    house = form.address.list.places.found[0]
    assert isinstance(house, FoundPlace)
    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: form.position == house.position)
    assert camille.window.map.placing_position() == house.position
    # The pin can still be moved, and the form goes on as after a click.
    form.name.setText("Fontaine")
    camille.click(form.save)
    camille.until(lambda: camille.window.placing.form is None)
    place = camille.place("Fontaine")
    assert (place.lng, place.lat) == pytest.approx(house.position, abs=1e-6)


def test_enter_takes_the_address_that_was_typed_last(camille: AtTheWindow) -> None:
    camille.window.commands.add_place("eau")
    form = camille.window.placing.form
    assert form is not None
    form.address.field.setFocus()
    camille.write("rue grimaldi")
    camille.until(lambda: form.address.list.isVisible())
    street = form.address.list.places.found[0]
    # Faster than the answer: what stands in the list is still the street of before.
    form.address.field.selectAll()
    camille.write("35 boulevard d'italie")
    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: form.position is not None)
    house = form.address.list.places.found[0]
    assert house.name.startswith("35")
    assert form.position == house.position != street.position


def test_a_cross_as_large_as_the_text_takes_the_words_away(camille: AtTheWindow) -> None:
    camille.window.preferences.set_text_scale(1.45)
    search(camille, "moulins", "Boulevard des Moulins")
    field = camille.browse.search
    (cross,) = [b for b in field.findChildren(Button) if b.isVisible()]
    assert cross.accessibleName() == "Take the words away"
    assert cross.width() >= 40 * 1.45
    assert cross.geometry().right() < field.width()
    camille.click(cross)
    assert field.text() == ""
    assert field.hasFocus()
    assert not cross.isVisible()


def test_an_address_that_there_is_not(camille: AtTheWindow) -> None:
    camille.window.commands.add_place("eau")
    form = camille.window.placing.form
    assert form is not None
    form.address.field.setFocus()
    camille.write("larvotttttot")
    camille.until(lambda: form.address.nothing.isVisible())
    assert "larvotto" in form.address.nothing.text()
    assert not form.address.list.isVisible()


def test_the_card_of_a_place_says_where_it_lies(camille: AtTheWindow) -> None:
    card = camille.open_card("Fontaine des Moulins")
    camille.until(lambda: card.place is not None and card.place.where == "La Condamine, Monaco")
    shown = [text.text() for text in card.findChildren(QLabel) if text.isVisible()]
    assert "La Condamine, Monaco" in shown


def test_a_place_that_was_just_added_is_tagged_too(camille: AtTheWindow) -> None:
    with camille.qtbot.waitSignal(camille.window.place_tagging.tagged):
        camille.meanwhile(lambda s: s.add(PlaceDraft("Banc", "nature", 7.4209, 43.7335)))
    card = camille.open_card("Banc")
    camille.until(lambda: card.place is not None and card.place.where == "La Condamine, Monaco")


def test_another_base_map_says_anew_where_places_lie(camille: AtTheWindow, tmp_path: Path) -> None:
    card = camille.open_card("Fontaine des Moulins")
    camille.until(lambda: card.place is not None and card.place.where == "La Condamine, Monaco")
    # One that cannot be searched: only the list of towns is left.
    camille.window.info.path.with_suffix(".mbtiles").write_bytes(
        pack(tmp_path / "other.mbtiles").read_bytes()
    )
    camille.window.refresh_info()
    camille.until(lambda: card.place is not None and card.place.where in ("Monaco", "La Condamine"))
