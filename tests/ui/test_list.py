"""The list beside the map: the same places, the same selection, found by their words."""

from at_the_window import PLACES, AtTheWindow
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from collabmap.app.lanes import Lanes
from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.ui.panels.filter import FilterPanel
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.facet_row import FacetRow
from collabmap.ui.widgets.popover import MenuRow

FOUNTAIN, MARKET, LIBRARY = (
    "Fontaine des Moulins",
    "Marché de la Condamine",
    "Bibliothèque Louis Notari",
)


def choose(person: AtTheWindow, *words: str) -> None:
    """Open the filter, tick what says these words, and come back to the list."""
    person.click(person.browse.filter)
    panel = person.window.panel_host.current
    assert isinstance(panel, FilterPanel)
    for wanted in words:
        row = next(r for r in panel.findChildren(FacetRow) if r.text() == wanted)
        panel.scroller.ensureWidgetVisible(row)
        person.click(row)
    person.press(Qt.Key.Key_Escape)
    person.settle()


def test_the_list_holds_what_the_map_shows(camille: AtTheWindow) -> None:
    camille.until_listed(FOUNTAIN, MARKET, LIBRARY)
    assert camille.browse.count.text() == "3 places"
    assert camille.browse.title.text() == "In view"
    place = camille.place(FOUNTAIN)
    camille.window.map.fly_to(place.lng, place.lat, 19.0)
    camille.until_listed(FOUNTAIN)
    assert camille.browse.count.text() == "1 place"


def test_the_nearest_place_comes_first(camille: AtTheWindow) -> None:
    place = camille.place(LIBRARY)
    camille.window.map.fly_to(place.lng, place.lat, 14.0)
    camille.until(lambda: camille.names[:1] == [LIBRARY])
    distances = [row.distance_m for row in camille.rows]
    assert distances == sorted(distances)


def test_a_search_finds_places_that_are_out_of_view(camille: AtTheWindow) -> None:
    camille.window.map.fly_to(2.35, 48.86, 15.0)
    camille.until(lambda: not camille.names)
    camille.ctrl(Qt.Key.Key_F)
    camille.write("moulins")
    camille.until_listed(FOUNTAIN)
    assert camille.browse.title.text() == "Found"
    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: camille.window.panel_host.current_name == "place")


def test_a_search_without_a_hit_offers_a_word_that_has_one(camille: AtTheWindow) -> None:
    camille.ctrl(Qt.Key.Key_F)
    camille.write("fntaine")
    camille.until(lambda: camille.browse.empty.title == "Nothing for “fntaine”")
    camille.click(camille.button("Search “fontaine”"))
    camille.until_listed(FOUNTAIN)


def test_a_word_that_only_a_far_town_has_may_be_meant_otherwise(camille: AtTheWindow) -> None:
    camille.ctrl(Qt.Key.Key_F)
    camille.write("fontane")
    camille.until(lambda: camille.browse.guess.isVisible())
    camille.click(camille.button("Did you mean “fontaine”?"))
    camille.until_listed(FOUNTAIN)
    camille.until(lambda: not camille.browse.guess.isVisible())


def test_a_search_for_nothing_known_says_so(camille: AtTheWindow) -> None:
    camille.ctrl(Qt.Key.Key_F)
    camille.write("xyzzy")
    camille.until(lambda: camille.browse.empty.title == "Nothing for “xyzzy”")
    camille.click(camille.button("Show all"))
    camille.until_listed(FOUNTAIN, MARKET, LIBRARY)


def test_the_filter_lists_one_state_and_pales_the_others(aicha: AtTheWindow) -> None:
    shown = aicha.place(FOUNTAIN)
    aicha.meanwhile(lambda session: session.edit(shown, {"name": "Fontaine"}))
    choose(aicha, "Awaiting review")
    aicha.until_listed("Fontaine")
    assert aicha.state_of("Fontaine") is FeatureState.CHANGE_PROPOSED
    choose(aicha, "Awaiting review", "Reviewed")
    aicha.until_listed(MARKET, LIBRARY)
    aicha.click(aicha.browse.chips.all)
    aicha.until_listed("Fontaine", MARKET, LIBRARY)


def test_what_the_filter_leaves_out_cannot_be_clicked_on_the_map(aicha: AtTheWindow) -> None:
    shown = aicha.place(FOUNTAIN)
    aicha.meanwhile(lambda session: session.edit(shown, {"name": "Fontaine"}))
    choose(aicha, "Reviewed")
    aicha.until_listed(MARKET, LIBRARY)
    aicha.settle()
    x, y = aicha.window.map.camera.pixel_of(LngLat(shown.lng, shown.lat))
    aicha.click_map(round(x), round(y))
    assert aicha.window.panel_host.current_name == "browse"
    market = aicha.place(MARKET)
    x, y = aicha.window.map.camera.pixel_of(LngLat(market.lng, market.lat))
    aicha.click_map(round(x), round(y))
    assert aicha.window.panel_host.current_name == "place"


def test_a_filter_that_hides_all_says_how_many_and_how_to_see_them(aicha: AtTheWindow) -> None:
    choose(aicha, "Yours")
    aicha.until(lambda: aicha.browse.empty.title == "3 places are hidden by the filter.")
    aicha.click(aicha.button("Show all"))
    aicha.until_listed(FOUNTAIN, MARKET, LIBRARY)


def test_where_no_place_is_the_way_back_to_them_is_offered(camille: AtTheWindow) -> None:
    camille.window.map.fly_to(2.35, 48.86, 15.0)
    camille.until(lambda: camille.browse.empty.title == "No place here yet")
    assert camille.browse.empty.isVisible()
    camille.click(camille.browse.empty.findChild(Button))
    camille.until_listed(FOUNTAIN, MARKET, LIBRARY)


def test_a_row_under_the_pointer_lights_its_mark(camille: AtTheWindow) -> None:
    model = camille.browse.list.places
    index = model.index_of(camille.place(FOUNTAIN).id)
    with camille.qtbot.waitSignal(camille.browse.list.lit_changed) as lit:
        where = camille.browse.list.visualRect(index).center()
        QTest.mouseMove(camille.browse.list.viewport(), QPoint(5, 5))
        QTest.mouseMove(camille.browse.list.viewport(), where)
    assert lit.args is not None


def test_a_mark_under_the_pointer_lights_its_row(camille: AtTheWindow) -> None:
    place = camille.place(FOUNTAIN)
    camille.window.map.mark_hovered.emit(place.id)
    assert camille.browse.list.lit == place.id
    camille.window.map.mark_hovered.emit(None)
    assert camille.browse.list.lit is None


def test_the_list_is_walked_by_arrows_and_opened_by_enter(camille: AtTheWindow) -> None:
    camille.browse.list.setFocus()
    camille.press(Qt.Key.Key_Down)
    second = camille.rows[1]
    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: camille.window.panel_host.current_name == "place")
    camille.until(lambda: camille.card.title.text() == second.name)


def test_back_from_a_card_the_keyboard_is_where_it_was(camille: AtTheWindow) -> None:
    camille.browse.list.setFocus()
    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: camille.window.panel_host.current_name == "place")
    camille.press(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is camille.browse.list


def test_letters_lead_to_the_name_that_begins_so(camille: AtTheWindow) -> None:
    camille.browse.list.setFocus(Qt.FocusReason.TabFocusReason)
    camille.write("BIB")
    camille.until(lambda: camille.browse.list.currentIndex().data() == LIBRARY)


def test_a_line_offers_by_the_menu_key_what_its_mark_offers(camille: AtTheWindow) -> None:
    camille.browse.list.setFocus(Qt.FocusReason.TabFocusReason)
    camille.until(lambda: len(camille.rows) == 3)
    camille.press(Qt.Key.Key_Down)
    second = camille.rows[1]
    camille.press(Qt.Key.Key_Menu)
    camille.until(lambda: camille.popover.accessibleName() == second.name)
    words = [row.text() for row in camille.popover.findChildren(MenuRow)]
    assert words[:5] == ["Open its sheet", "See it up close", "Edit", "Move", "Delete"]
    assert "Copy the position" in words
    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: camille.window.panel_host.current_name == "place")
    camille.until(lambda: camille.card.title.text() == second.name)


def test_a_row_tells_a_screen_reader_all_that_it_shows(camille: AtTheWindow) -> None:
    model = camille.browse.list.places
    index = model.index_of(camille.place(FOUNTAIN).id)
    words = model.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert isinstance(words, str)
    assert words.startswith(f"{FOUNTAIN}, Water, Yours · reviewed, ")


def test_the_foot_counts_what_waits_on_this_computer(aicha: AtTheWindow) -> None:
    foot = aicha.browse.foot_row
    assert foot.accessibleName() == "Nothing to send, New places will wait here"
    aicha.meanwhile(lambda s: s.add(PlaceDraft("Platane", "nature", 7.42, 43.733)))
    aicha.until(lambda: foot.accessibleName() == "1 place to send, kept on this computer")


def test_what_another_lane_writes_appears_without_asking(camille: AtTheWindow) -> None:
    camille.meanwhile(lambda s: s.add(PlaceDraft("Puits", "eau", 7.421, 43.733)))
    camille.until(lambda: "Puits" in camille.names)
    assert isinstance(camille.window.lanes, Lanes)


def test_the_number_to_review_follows_what_arrives(
    aicha_sends: Session, camille: AtTheWindow
) -> None:
    bundle = aicha_sends.path.with_name("aicha.cmbundle")
    aicha_sends.add(PlaceDraft("Banc", "nature", 7.421, 43.733))
    aicha_sends.send(bundle)
    camille.meanwhile(lambda s: s.merge([bundle]))
    camille.until(lambda: camille.window.counts.pending == 1)
    review = camille.window.top_bar.modes.segments["review"]
    assert review.accessibleName() == "Review 1"
    assert len(PLACES) + 1 == len(camille.places())


def test_a_million_places_are_counted_without_a_wider_panel(camille: AtTheWindow) -> None:
    browse = camille.browse
    inside, room = browse.scroller.widget(), browse.scroller.viewport().width()
    directions = []
    for count in ("4 places", "1,000,000,000 places as they were found"):
        browse.count.setText(count)
        browse._fit_heading()
        assert inside.minimumSizeHint().width() <= room
        directions.append(browse._heading.direction())
    assert len(set(directions)) == 2
