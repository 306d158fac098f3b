"""The filter: what it shows is the same on map and in the list, and it says what it hides."""

from datetime import date
from pathlib import Path

from at_the_window import AtTheWindow
from faults.strangers import TURN, Stranger, create_row, invitation_of
from PySide6.QtCore import Qt

from collabmap.app.session import Session
from collabmap.domain.definitions import CATEGORY
from collabmap.domain.feature import FeatureState, PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.domain.map_filter import EMPTY, MapFilter
from collabmap.domain.mark_order import Order
from collabmap.store.device import Device
from collabmap.ui.panels.filter import FilterPanel
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.facet_row import FacetRow

WATER = MapFilter(categories=frozenset({"eau"}))


def open_filter(person: AtTheWindow) -> FilterPanel:
    person.click(person.browse.filter)
    panel = person.window.panel_host.current
    assert isinstance(panel, FilterPanel)
    person.settle()
    return panel


def row(panel: FilterPanel, words: str) -> FacetRow:
    return next(r for r in panel.findChildren(FacetRow) if r.text() == words)


def chips(person: AtTheWindow) -> list[str]:
    return [chip.text() for chip in person.browse.chips.findChildren(Chip) if chip.isVisible()]


def test_every_choice_says_how_many_places_it_would_show(camille: AtTheWindow) -> None:
    panel = open_filter(camille)
    assert [row(panel, words).count for words in ("Water", "Nature", "Reviewed")] == [1, 0, 3]
    camille.click(row(panel, "Water"))
    camille.until(lambda: row(panel, "Reviewed").count == 1)
    assert row(panel, "Water").accessibleName() == "Water, 1"
    assert (panel.total.text(), panel.hidden.text()) == (
        "1 place shown",
        "2 places are hidden by the filter.",
    )
    # Within its own group a choice is one more, so the others still say what they would add.
    assert row(panel, "Shops").count == 1
    camille.meanwhile(lambda s: s.add(PlaceDraft("Puits", "eau", 7.421, 43.733)))
    camille.until(lambda: row(panel, "Water").count == 2)


def test_a_category_that_comes_meanwhile_is_there_to_be_chosen(camille: AtTheWindow) -> None:
    panel = open_filter(camille)
    camille.click(row(panel, "Water"))
    panel.categories["eau"].setFocus()
    camille.meanwhile(lambda s: s.define({(CATEGORY, "ponts"): {"label_en": "Bridges"}}))
    camille.until(lambda: "ponts" in panel.categories)
    assert panel.categories["eau"].hasFocus()
    assert panel.categories["eau"].isChecked()
    camille.meanwhile(lambda s: s.add(PlaceDraft("Pont", "ponts", 7.421, 43.733)))
    camille.until(lambda: panel.categories["ponts"].count == 1)
    assert row(panel, "Bridges") is panel.categories["ponts"]


def test_a_chip_says_what_is_filtered_and_takes_it_away(camille: AtTheWindow) -> None:
    window = camille.window
    window.filter.set(MapFilter(frozenset({"eau"}), yours=True))
    camille.until_listed("Fontaine des Moulins")
    assert chips(camille) == ["Water", "Yours"]
    chip = next(c for c in camille.browse.chips.findChildren(Chip) if c.text() == "Water")
    assert chip.accessibleName() == "No longer: Water"
    chip.setFocus()
    camille.press(Qt.Key.Key_Space)
    camille.until(lambda: len(camille.names) == 3)
    assert window.filter.current == MapFilter(yours=True)
    camille.until(lambda: chips(camille) == ["Yours"])


def test_the_filter_stays_through_another_language_and_goes_with_the_map(
    camille: AtTheWindow, device: Device, tmp_path: Path
) -> None:
    window = camille.window
    window.filter.set(WATER)
    camille.until_listed("Fontaine des Moulins")
    window.preferences.set_language("fr")
    camille.until_listed("Fontaine des Moulins")
    assert chips(camille) == ["Eau"]
    other = Session.create(tmp_path / "other", device, "Autre", "Camille")
    other.add(PlaceDraft("Banc", "nature", 7.42, 43.73))
    other.close()
    camille.open(other.path)
    camille.until_listed("Banc")
    assert window.filter.current is EMPTY


def test_a_filter_lets_go_of_the_map_where_places_are_reviewed(camille: AtTheWindow) -> None:
    window, place = camille.window, camille.place("Marché de la Condamine")
    window.filter.set(WATER)
    camille.until_listed("Fontaine des Moulins")
    camille.settle()

    def is_reached() -> bool:
        x, y = window.map.camera.pixel_of(LngLat(place.lng, place.lat))
        hit = window.map._features.hit(x, y)
        return hit is not None and hit.mark is not None and hit.mark.id == place.id

    assert not is_reached()
    camille.do("review")
    camille.settle()
    assert is_reached()


def test_people_are_found_by_name_oneself_first(aicha_sends: Session, camille: AtTheWindow) -> None:
    bundle = aicha_sends.path.with_name("aicha.cmbundle")
    aicha_sends.add(PlaceDraft("Banc", "nature", 7.421, 43.733))
    aicha_sends.send(bundle)
    camille.meanwhile(lambda s: s.merge([bundle]))
    camille.until(lambda: "Banc" in camille.names)
    panel = open_filter(camille)
    assert panel.people is not None
    assert (panel.people.yours.text(), panel.people.yours.count) == ("You", 3)
    assert [(r.text(), r.count) for r in panel.people.rows] == [("Aïcha", 1)]
    panel.scroller.ensureWidgetVisible(panel.people)
    camille.click(panel.people.rows[0])
    camille.press(Qt.Key.Key_Escape)
    camille.until_listed("Banc")
    assert camille.state_of("Banc") is FeatureState.PENDING


def test_days_are_chosen_or_written(camille: AtTheWindow) -> None:
    panel = open_filter(camille)
    time = panel.time
    assert time is not None
    today = date.today()
    time.rows[today, today].click()
    assert camille.window.filter.current.period == (today, today)
    time.rows[today, today].click()
    time.last.line.setText("1/2/2020")
    time.last.line.editingFinished.emit()
    camille.settle()
    assert camille.window.filter.current.last_day == date(2020, 2, 1)
    assert panel.total.text() == "0 places shown"
    time.last.line.setText("tomorrow")
    time.last.line.editingFinished.emit()
    assert time.last.error == "Write it as day/month/year."
    assert camille.window.filter.current.last_day == date(2020, 2, 1)
    camille.click(panel.all)
    camille.until(lambda: panel.total.text() == "3 places shown")


def test_the_list_has_three_orders(camille: AtTheWindow) -> None:
    by_name = ["Bibliothèque Louis Notari", "Fontaine des Moulins", "Marché de la Condamine"]
    camille.window.filter.sort(Order.NAME)
    camille.until(lambda: camille.names == by_name)
    assert chips(camille) == ["By name"]
    camille.meanwhile(lambda s: s.add(PlaceDraft("École", "apprendre", 7.42, 43.7325)))
    camille.until(lambda: camille.names == [by_name[0], "École", *by_name[1:]])
    camille.window.filter.sort(Order.NEWEST)
    camille.until(lambda: camille.names[:1] == ["École"])


def test_words_in_the_filter_pale_what_does_not_hold_them(camille: AtTheWindow) -> None:
    panel = open_filter(camille)
    camille.write("ombre")
    camille.until(lambda: panel.total.text() == "1 place shown")
    assert camille.window.filter.current == MapFilter(text="ombre")
    camille.press(Qt.Key.Key_Escape)
    camille.until(lambda: panel.total.text() == "3 places shown")


def test_a_place_that_lies_nowhere_is_reached_by_what_needs_a_look(
    aicha_sends: Session, camille: AtTheWindow
) -> None:
    panel = open_filter(camille)
    assert panel.care is not None
    assert not panel.care.isVisible()
    log = Stranger(aicha_sends.project.id)
    log.write(log.enrol(invitation_of(aicha_sends)), TURN)
    log.write(create_row(b"w" * 16, name="Puits", category="eau", geometry=b"nowhere"))
    bundle = log.bundle(aicha_sends.path.with_name("puits.cmbundle"))
    camille.meanwhile(lambda s: s.merge([bundle]))
    camille.until(panel.care.isVisible)
    assert panel.care.count == 1
    camille.click(panel.care)
    camille.press(Qt.Key.Key_Escape)
    camille.until_listed("Puits")
    assert camille.browse.title.text() == "Needs a look"
    assert chips(camille) == ["Needs a look"]
    words = camille.browse.list.places.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Its outline cannot be read: it is not on the map." in words
    middle = camille.window.map.centre()
    camille.open_card("Puits")
    assert camille.window.map.centre() == middle
