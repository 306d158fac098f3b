"""What the map offers where somebody asks: by the right button, the Menu key, from the list."""

import re
from pathlib import Path

import pytest
from at_the_window import PLACES, AtTheWindow
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch
from collabmap.store.device import Device
from collabmap.ui.map.context_menu import MenuEntry, MenuTarget
from collabmap.ui.map_comfort import COASTS, SHOWS_POSITION
from collabmap.ui.panels.outline_panel import OutlinePanel
from collabmap.ui.widgets.popover import MenuRow

Key = Qt.Key
MARKET = PLACES[0]
ABOUT_A_PLACE = ["Open its sheet", "See it up close", "Edit", "Move", "Delete"]
ABOUT_A_POSITION = ["Measure from here", "Copy the position", "Copy in Lambert-93"]


def lines(person: AtTheWindow) -> list[str]:
    return [row.text() for row in person.popover.findChildren(MenuRow)]


def choose(person: AtTheWindow, words: str) -> None:
    row = next(row for row in person.popover.findChildren(MenuRow) if row.text() == words)
    person.click(row)
    person.settle()


def ask_about(person: AtTheWindow, name: str) -> None:
    """Ask what can be done with a place, on its mark."""
    view = person.window.map
    place = person.place(name)
    view.fly_to(place.lng, place.lat, 17.0)
    view.grab()
    view.ask_for_menu(QPointF(*view.camera.pixel_of(LngLat(place.lng, place.lat))))


def ask_beside(person: AtTheWindow) -> LngLat:
    """Ask where there is no mark; return the position."""
    view = person.window.map
    view.fly_to(7.43, 43.74, 16.0)
    view.grab()
    point = QPointF(200, 150)
    view.ask_for_menu(point)
    return view.camera.position_at(point.x(), point.y())


def test_a_mark_offers_what_can_be_done_with_its_place(camille: AtTheWindow) -> None:
    ask_about(camille, MARKET.name)
    assert camille.popover.accessibleName() == MARKET.name
    assert lines(camille) == [*ABOUT_A_PLACE, *ABOUT_A_POSITION]
    choose(camille, "Open its sheet")
    assert camille.card.title.text() == MARKET.name


def test_who_only_looks_is_offered_to_look(newcomer: AtTheWindow) -> None:
    newcomer.until(lambda: newcomer.window.front.welcome is not None)
    ask_about(newcomer, MARKET.name)
    with pytest.raises(AssertionError):
        _ = newcomer.popover
    newcomer.window.front.hide_welcome()
    newcomer.settle()
    ask_about(newcomer, MARKET.name)
    assert lines(newcomer) == ["Open its sheet", "See it up close", *ABOUT_A_POSITION]
    newcomer.window.commands.step_back()
    ask_beside(newcomer)
    assert "Add a place here" not in lines(newcomer)


@pytest.mark.parametrize(
    ("words", "state"), [("Edit", "form"), ("Move", "moving"), ("Delete", "gone")]
)
def test_what_a_place_offers_is_done(camille: AtTheWindow, words: str, state: str) -> None:
    ask_about(camille, MARKET.name)
    choose(camille, words)
    if state == "form":
        assert camille.form.place is not None
        assert camille.form.place.name == MARKET.name
    elif state == "moving":
        assert camille.card.is_moving
    else:
        camille.until_told("is off the map")
        assert MARKET.name not in [place.name for place in camille.places()]


def test_a_zone_offers_to_change_its_outline_as_its_sheet_does(camille: AtTheWindow) -> None:
    square = ((7.41, 43.73), (7.42, 43.73), (7.42, 43.74), (7.41, 43.74))
    sketch = Sketch("zone", ((tuple(LngLat(*corner) for corner in square),),))
    draft = PlaceDraft("Meadow", "nature", 7.415, 43.735, geometry_wkb=sketch.wkb())
    camille.meanwhile(lambda session: session.add(draft))
    camille.until(lambda: "Meadow" in camille.names)
    camille.settle()
    ask_about(camille, "Meadow")
    assert "Move" not in lines(camille)
    choose(camille, "Edit the outline")
    assert isinstance(camille.window.panel_host.current, OutlinePanel)


def test_a_place_is_added_where_somebody_asked(camille: AtTheWindow) -> None:
    position = ask_beside(camille)
    assert lines(camille)[:4] == ["Add a place here", *ABOUT_A_POSITION]
    choose(camille, "Add a place here")
    assert camille.form.position == position
    assert camille.window.map.placing_position() == position


def test_while_a_place_is_edited_none_is_added(camille: AtTheWindow) -> None:
    ask_about(camille, MARKET.name)
    choose(camille, "Edit")
    ask_beside(camille)
    assert "Add a place here" not in lines(camille)
    assert "Copy the position" in lines(camille)


def test_a_position_is_copied_in_degrees_and_in_lambert(camille: AtTheWindow) -> None:
    position = ask_beside(camille)
    choose(camille, "Copy the position")
    clipboard = QGuiApplication.clipboard()
    assert clipboard.text() == f"{position.lat:.6f}, {position.lng:.6f}"
    assert camille.told[-1][:2] == ("done", "The position is copied")
    ask_beside(camille)
    choose(camille, "Copy in Lambert-93")
    camille.until(lambda: re.fullmatch(r"105\d{4}\.\d, 630\d{4}\.\d", clipboard.text()) is not None)


def test_outside_france_there_is_no_lambert(camille: AtTheWindow) -> None:
    camille.window.map.fly_to(13.4, 52.52, 15.0)
    camille.window.map.ask_for_menu(QPointF(200, 150))
    assert "Copy in Lambert-93" not in lines(camille)


def test_the_menu_is_walked_by_keys_and_gives_the_keyboard_back(camille: AtTheWindow) -> None:
    view = camille.window.map
    view.setFocus()
    ask_beside(camille)
    rows = camille.popover.findChildren(MenuRow)
    assert QApplication.focusWidget() is rows[0]
    camille.press(Key.Key_Up)
    assert QApplication.focusWidget() is rows[-1]
    camille.press(Key.Key_Home)
    camille.press(Key.Key_Down)
    camille.press(Key.Key_Down)
    assert QApplication.focusWidget() is rows[2]
    camille.press(Key.Key_Return)
    camille.settle()
    assert camille.told[-1][1] == "The position is copied"
    assert QApplication.focusWidget() is view


def test_a_click_beside_the_menu_only_closes_it(camille: AtTheWindow) -> None:
    ask_about(camille, MARKET.name)
    popover = camille.popover
    camille.click_map(10, 10)
    assert not popover.isVisible()
    camille.settle()
    assert camille.browse.isVisible()


def test_others_add_lines_and_the_list_shows_the_same(camille: AtTheWindow) -> None:
    menu, asked = camille.window.map_menu, []

    def make(target: MenuTarget) -> list[MenuEntry]:
        asked.append(target)
        return [MenuEntry("Plant a tree here", "tree", lambda: asked.append(None))]

    menu.add(make)
    row = next(row for row in camille.rows if row.name == MARKET.name)
    where = camille.browse.mapToGlobal(QPoint(20, 20))
    menu.open_for(row, where)
    assert camille.popover.accessibleName() == MARKET.name
    assert lines(camille) == [*ABOUT_A_PLACE, *ABOUT_A_POSITION, "Plant a tree here"]
    assert asked == [MenuTarget(LngLat(row.lng, row.lat), row, is_on_map=False)]
    choose(camille, "Plant a tree here")
    assert asked[-1] is None


def test_a_place_is_seen_up_close_and_all_of_them_again(camille: AtTheWindow) -> None:
    view = camille.window.map
    camille.do("all_places")
    camille.settle()
    far = view.zoom()
    assert all(view.bbox().contains(place.lng, place.lat) for place in PLACES)
    camille.open_card(MARKET.name)
    camille.choose_more("See it up close")
    camille.settle()
    assert view.zoom() >= 17.0
    assert view.centre().lng == pytest.approx(MARKET.lng)
    camille.do("view_back")
    assert view.zoom() == far
    camille.do("view_forward")
    assert view.zoom() >= 17.0


def test_without_a_base_map_the_whole_map_is_all_places(camille: AtTheWindow) -> None:
    view = camille.window.map
    view.fly_to(0.0, 0.0, 3.0)
    camille.do("whole_map")
    assert view.zoom() > 12
    assert all(view.bbox().contains(place.lng, place.lat) for place in PLACES)


def test_a_map_that_has_just_opened_has_no_view_before(camille: AtTheWindow) -> None:
    assert not camille.window.map.history.can_go_back


def test_escape_gives_up_the_rectangle(camille: AtTheWindow) -> None:
    camille.do("enlarge_part")
    camille.do("escape")
    assert not camille.window.map.give_up_box()


# --- what this device keeps -------------------------------------------------------------------


def test_coordinators_read_positions_and_residents_if_they_like(aicha: AtTheWindow) -> None:
    readout = aicha.window.map.readout
    assert not readout.is_wanted
    aicha.click(aicha.window.top_bar.menu)
    choose(aicha, "Shows where the pointer is")
    assert readout.is_wanted
    assert aicha.window.device.get(SHOWS_POSITION) is True


def test_a_coordinator_reads_lambert_without_waiting(camille: AtTheWindow) -> None:
    readout = camille.window.map.readout
    assert readout.is_wanted
    camille.window.map.fly_to(7.42, 43.733, 16.0)
    camille.until(lambda: readout.lambert is not None)
    QTest.mouseMove(camille.window.map.viewport(), QPoint(210, 220))
    QTest.mouseMove(camille.window.map.viewport(), QPoint(200, 200))
    camille.until(readout.isVisible)
    assert "Lambert-93" in readout.text


def test_whether_the_map_rolls_on_is_kept(camille: AtTheWindow, device: Device) -> None:
    assert camille.window.map_comfort.coasts
    camille.click(camille.window.top_bar.menu)
    choose(camille, "Glides on after a drag")
    assert not camille.window.map.has_inertia
    assert device.get(COASTS) is False


# --- files that are dropped -------------------------------------------------------------------


def test_a_photo_that_is_dropped_goes_to_the_open_place(
    camille: AtTheWindow, tmp_path: Path
) -> None:
    photo = tmp_path / "marché.PNG"
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("#338855"))
    assert image.save(str(photo), "PNG")
    camille.window.dropping.take([photo])
    assert camille.told[-1][1] == "Open a place first"
    camille.open_card(MARKET.name)
    camille.window.dropping.take([photo])
    camille.until_told("The photo is added")
    assert len(camille.place(MARKET.name).photos) == 1
