"""“Is it one of these?”: while a place is added, and never in the way."""

from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from ui.conftest import OpenWindow

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.store.device import Device
from collabmap.ui.panels.place_form import PlaceForm
from collabmap.ui.similar_nearby import SimilarNearby

HERE = LngLat(7.4200, 43.7330)
# About 80 m a thousandth of a degree to the east, and 111 m to the north.
PLACES = (
    PlaceDraft("Lavoir St Michel", "eau", 7.4203, 43.7330, description="Deux robinets."),
    PlaceDraft("Lavoir du square", "patrimoine", 7.4210, 43.7335),
    PlaceDraft("Platane remarquable", "nature", 7.4201, 43.7331),
    PlaceDraft("Lavoir lointain", "eau", 7.4400, 43.7400),
)


@pytest.fixture
def aicha(town: Path, device: Device, open_window: OpenWindow) -> AtTheWindow:
    """Somebody at a map on which there are wash-houses."""
    session = Session.open(town, device)
    for place in PLACES:
        session.add(place)
    session.close()
    at = open_window(device)
    at.open(town)
    at.until(lambda: at.window.marks.columns is not None)
    return at


def begin(at: AtTheWindow, name: str, category: str = "eau") -> PlaceForm:
    at.window.placing.add(category)
    at.window.placing.put(HERE)
    form = at.window.placing.form
    assert form is not None
    form.name.setFocus()
    QTest.keyClicks(form.name, name)
    return form


def offered(form: PlaceForm) -> list[str]:
    return [row.similar.place.name for row in form.similar.rows]


def test_places_with_a_name_like_it_are_offered_the_nearest_first(aicha: AtTheWindow) -> None:
    form = begin(aicha, "lavoir")
    aicha.until(lambda: offered(form) == ["Lavoir St Michel", "Lavoir du square"])
    assert form.similar.isVisible()
    assert [row.letter for row in form.similar.rows] == ["A", "B"]
    assert "same category" in form.similar.rows[0].accessibleName()
    assert "another category" in form.similar.rows[1].accessibleName()
    assert form.save.text() == "No, it is a new one"
    assert form.save.isEnabled()


def test_two_letters_are_too_few(aicha: AtTheWindow) -> None:
    form = begin(aicha, "la")
    aicha.settle()
    assert offered(form) == []
    assert form.save.text() == "Save this place"
    QTest.keyClicks(form.name, "v")
    aicha.until(lambda: len(offered(form)) == 2)


def test_the_name_that_is_on_the_map_in_other_words_is_found(aicha: AtTheWindow) -> None:
    form = begin(aicha, "lavoir Saint-Michel")
    aicha.until(lambda: "Lavoir St Michel" in offered(form))
    assert "Same name" in form.similar.rows[0].accessibleName()


def test_it_goes_away_with_the_name_and_where_the_pin_is_moved(aicha: AtTheWindow) -> None:
    form = begin(aicha, "lavoir")
    aicha.until(lambda: bool(offered(form)))
    aicha.window.placing.put(LngLat(7.4300, 43.7400))
    aicha.until(lambda: not offered(form))
    assert not form.similar.isVisible()
    aicha.window.placing.put(HERE)
    aicha.until(lambda: bool(offered(form)))
    form.name.clear()
    QTest.keyClicks(form.name, "Banc")
    aicha.until(lambda: not offered(form))
    assert form.save.text() == "Save this place"


def test_it_blocks_nobody(aicha: AtTheWindow) -> None:
    form = begin(aicha, "Lavoir")
    aicha.until(lambda: bool(offered(form)))
    aicha.click(form.save)
    aicha.until(lambda: aicha.window.placing.form is None)
    aicha.until_told("“Lavoir” is on the map")
    assert "Lavoir" in [place.name for place in aicha.places()]


def test_yes_completes_what_is_there(aicha: AtTheWindow) -> None:
    form = begin(aicha, "lavoir")
    QTest.keyClicks(form.words, "Elle coule en hiver.")
    aicha.until(lambda: bool(offered(form)))
    assert form.similar.button.text() == "Yes, it is A: add to it"
    aicha.click(form.similar.button)
    aicha.until(lambda: aicha.window.placing.form not in (None, form))
    other = aicha.window.placing.form
    assert other is not None
    assert other.name.text() == "Lavoir St Michel"
    assert other.words.toPlainText() == "Deux robinets.\nElle coule en hiver."
    aicha.click(other.save)
    aicha.until(lambda: aicha.window.placing.form is None)
    # It is done: nothing is left to go on with.
    aicha.window.placing.add()
    assert aicha.window.placing.form is not None
    assert aicha.window.placing.form.values().is_empty


def test_what_completes_a_place_is_done_with_also_after_another_language(
    aicha: AtTheWindow,
) -> None:
    form = begin(aicha, "lavoir")
    aicha.until(lambda: bool(offered(form)))
    aicha.click(form.similar.button)
    aicha.until(lambda: aicha.window.placing.form not in (None, form))
    aicha.window.preferences.set_language("fr")
    aicha.settle()
    again = aicha.window.placing.form
    assert again is not None
    again.words.setPlainText("Trois robinets.")
    aicha.click(again.save)
    aicha.until(lambda: aicha.window.placing.form is None)
    assert aicha.window.placing.draft_name() is None


def test_who_leaves_the_other_place_finds_the_new_one_as_it_was(aicha: AtTheWindow) -> None:
    form = begin(aicha, "lavoir")
    aicha.until(lambda: bool(offered(form)))
    aicha.click(form.similar.button)
    aicha.until(lambda: aicha.window.placing.form not in (None, form))
    aicha.window.placing.give_up()
    aicha.window.placing.add()
    again = aicha.window.placing.form
    assert again is not None
    assert again.name.text() == "lavoir"


def test_another_letter_by_keyboard(aicha: AtTheWindow) -> None:
    form = begin(aicha, "lavoir")
    aicha.until(lambda: len(offered(form)) == 2)
    form.similar.rows[0].setFocus()
    aicha.press(Qt.Key.Key_Down)
    assert form.similar.rows[1].isChecked()
    assert form.similar.button.text() == "Yes, it is B: add to it"


def test_the_marks_go_by_their_letters_and_are_let_go(aicha: AtTheWindow) -> None:
    form = begin(aicha, "lavoir")
    aicha.until(lambda: bool(offered(form)))
    similar = aicha.window.findChild(SimilarNearby)
    assert [place.letter for place in similar.lines.places] == ["A", "B"]
    badges = aicha.window.map._features.scenes.badges
    assert set(badges) == {place.id for place in similar.lines.places}
    aicha.window.placing.give_up()
    aicha.until(lambda: not aicha.window.map._features.scenes.badges)
    assert not aicha.window.map._features.scenes.fades_some
