"""The legend at the window: what the map shows, what its signs mean, how many are in view."""

from collections.abc import Callable

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from collabmap.app.place_tags import Tags
from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.render.tokens import TARGET_RESIDENT
from collabmap.store.device import Device
from collabmap.store.place_tags import TagRow
from collabmap.ui.map.legend import NARROW_PX, MapLegend
from collabmap.ui.map.legend_content import LegendContent
from collabmap.ui.map.legend_parts import NestedCircles, Sample
from collabmap.ui.widgets.text import Text


def words(content: LegendContent) -> list[str]:
    """Return all that the legend says, but for its choices."""
    texts = [each.text() for each in content.findChildren(Text) if each.isVisible()]
    return texts + [each.accessibleName() for each in content.findChildren(NestedCircles)]


@pytest.fixture
def legend(camille: AtTheWindow) -> MapLegend:
    """Camille's legend, open, with the places counted."""
    legend = camille.window.legend
    camille.click(legend.button)
    camille.until(lambda: bool(legend.content.categories))
    return legend


def show(person: AtTheWindow, shows: str) -> None:
    person.click(person.window.legend.content.choices[shows])  # type: ignore[index]
    person.settle()


def measured(person: AtTheWindow, *drafts: tuple[str, ...]) -> list[bytes]:
    """Add places with keywords, as somebody at another window would."""
    lanes = person.window.lanes
    assert lanes is not None
    ids = []
    for number, (name, *tags) in enumerate(drafts):
        draft = PlaceDraft(name, "nature", 7.42 + number / 1000, 43.735, tags=tuple(tags))
        ids.append(lanes.write(lambda session, d=draft: session.add(d)).result())
    person.settle()
    return ids


def test_the_legend_does_not_cover_what_is_reviewed(
    legend: MapLegend, camille: AtTheWindow
) -> None:
    camille.do("review")
    camille.settle()
    assert not legend.is_open
    assert legend.button.isVisible()


def test_the_legend_is_a_button_with_its_word_and_room_for_a_finger(camille: AtTheWindow) -> None:
    button = camille.window.legend.button
    assert button.text() == "Legend"
    assert min(button.width(), button.height()) >= TARGET_RESIDENT
    assert button.accessibleName()
    assert not camille.window.legend.is_open
    view = camille.window.map
    assert button.geometry().bottom() < view.scale_box.top()
    assert button.x() < 30


def test_it_says_what_the_signs_mean(camille: AtTheWindow, legend: MapLegend) -> None:
    said = [each.accessibleName() for each in legend.content.findChildren(Sample)]
    for meaning in ("Reviewed", "Awaiting review", "Disagreement", "Yours: a blue ring"):
        assert meaning in said
    assert any(each.startswith("Zone:") for each in said)


def test_categories_in_view_are_counted_as_the_map_moves(
    camille: AtTheWindow, legend: MapLegend
) -> None:
    counts = {name: row.count for name, row in legend.content.categories.items()}
    assert sum(counts.values()) == 3  # type: ignore[arg-type]
    camille.window.map.fly_to(2.35, 48.86, 15.0)
    camille.until(lambda: not legend.content.categories)


def test_a_tick_at_a_category_filters_map_and_list(camille: AtTheWindow, legend: MapLegend) -> None:
    category, row = next(iter(legend.content.categories.items()))
    camille.click(row)
    assert camille.window.filter.current.categories == {category}
    camille.until(lambda: legend.content.categories[category].isChecked())
    # The others stay there, with their counts, to be ticked as well.
    assert len(legend.content.categories) > 1
    camille.click(legend.content.categories[category])
    assert camille.window.filter.current.is_empty


def test_escape_closes_it_and_gives_the_keyboard_back(
    camille: AtTheWindow, legend: MapLegend
) -> None:
    legend.content.choices["places"].setFocus()
    camille.press(Qt.Key.Key_Escape)
    assert not legend.is_open
    assert QApplication.focusWidget() is legend.button


def test_a_device_remembers_that_it_was_open(
    camille: AtTheWindow, legend: MapLegend, device: Device, open_window: Callable[..., AtTheWindow]
) -> None:
    camille.settle()
    assert device.get("map_legend") is True
    again = open_window(device)
    again.until(lambda: again.window.legend.is_open)


def test_it_never_covers_a_small_map(camille: AtTheWindow, legend: MapLegend) -> None:
    view, card = camille.window.map, legend.card
    assert card.height() <= 0.8 * view.height()
    assert card.geometry().bottom() < legend.button.y()
    camille.window.resize(NARROW_PX, 640)
    camille.window.body.show_tab("centre")
    camille.until(lambda: not legend.is_open)
    camille.click(legend.button)
    assert card.height() <= 0.6 * view.height()
    assert view.rect().contains(card.geometry())
    assert not any(box.intersects(card.geometry()) for box in view.button_boxes())


def test_density_stands_for_the_marks_and_is_explained(
    camille: AtTheWindow, legend: MapLegend
) -> None:
    show(camille, "density")
    view, layer = camille.window.map, camille.window.reading.density
    camille.until(lambda: layer.hexagons is not None)
    assert view.counted is layer
    camille.until(lambda: "Places in a hexagon" in words(legend.content))
    assert any("across" in each for each in words(legend.content))
    show(camille, "places")
    assert view.counted is None


def test_whoever_adds_a_place_sees_the_others_again(
    camille: AtTheWindow, legend: MapLegend
) -> None:
    show(camille, "density")
    camille.do("add_place")
    assert camille.window.map.counted is None
    camille.press(Qt.Key.Key_Escape)
    camille.until(lambda: camille.window.map.counted is not None)
    camille.window.go_to_mode("review")
    assert camille.window.map.counted is None


def test_numbers_in_keywords_become_circles(camille: AtTheWindow, legend: MapLegend) -> None:
    school, _cross, _quay = measured(
        camille, ("École", "no2 = 12 µg/m³"), ("Carrefour", "NO2: 48,5 µg/m³"), ("Quai", "no2=?")
    )
    show(camille, "numbers")
    content, reading = legend.content, camille.window.reading
    camille.until(lambda: len(content.numbers) == 2)
    series = next(number for number in content.numbers if number is not None)
    camille.click(content.numbers[series])
    camille.until(lambda: reading.numbers is not None and len(reading.numbers.values) == 2)
    assert "1 value left out: no number" in words(content)
    assert any(each.startswith("20\u00a0µg/m³") for each in words(content))
    assert sorted(reading.words_of(index) for index in range(2)) == [
        "Carrefour: 48.5\u00a0µg/m³",
        "École: 12\u00a0µg/m³",
    ]
    view = camille.window.map
    place = camille.place("École")
    view.fly_to(place.lng, place.lat, 16.0)
    view.grab()
    at = QPointF(*view.camera.pixel_of(LngLat(place.lng, place.lat)))
    view.click_at(at)
    camille.until(lambda: view.selected == school)


def test_the_filter_holds_for_numbers_too(camille: AtTheWindow, legend: MapLegend) -> None:
    measured(camille, ("École", "no2=12"), ("Carrefour", "no2=48"))
    show(camille, "numbers")
    reading = camille.window.reading
    camille.until(lambda: bool(reading.series))
    reading.show("numbers", reading.series[0])  # type: ignore[index]
    camille.until(lambda: reading.numbers is not None and len(reading.numbers.values) == 2)
    camille.click(legend.content.categories["eau"])
    camille.until(lambda: reading.numbers is not None and not len(reading.numbers.values))


def test_places_by_quarter_are_circles_and_said_in_words(
    camille: AtTheWindow, legend: MapLegend
) -> None:
    lanes = camille.window.lanes
    assert lanes is not None

    def tag(session: Session) -> None:
        rows, _total = session.reader.places()
        tags = [TagRow(r.id, r.lng, r.lat, "Le Port", "Monaco") for r in rows[:2]]
        session.keep_place_tags(Tags(session.reader.find_place_tags().basis, tuple(tags), True))

    lanes.write(tag).result()
    show(camille, "numbers")
    content = legend.content
    row = type(content.choices["places"])

    def said() -> list[str]:
        return [each.text() for each in content.findChildren(row)]

    camille.until(lambda: "Le Port: 2 places" in said())


def test_another_language_builds_the_legend_again(camille: AtTheWindow, legend: MapLegend) -> None:
    window = camille.window
    window.preferences.set_language("fr")
    camille.settle()
    assert window.legend is not legend
    assert window.legend.button.text() == "Légende"
    assert len(window.map.covers) == 2
    camille.until(lambda: window.legend.is_open)


def test_an_open_legend_leaves_what_is_said_of_the_base_map(camille: AtTheWindow) -> None:
    window = camille.window
    window.resize(1366, 768)
    window.show_base_maps(())
    camille.until(window.no_base_map.card.isVisible)
    camille.click(window.legend.button)
    camille.until(lambda: window.legend.is_open)
    camille.settle()
    assert not window.legend.card.geometry().intersects(window.no_base_map.card.geometry())
