"""Placing a pin: by click, by keyboard, by dragging."""

import pytest
from checkerboard import CENTRE, LEFT, a_mark, an_id, show_marks
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from collabmap.domain.geo import LngLat
from collabmap.render.tokens import LIGHT
from collabmap.ui.map.view import MapView

Key = Qt.Key


def test_a_click_places(tiled: MapView, qtbot: QtBot) -> None:
    tiled.start_placing("eau")
    wanted = tiled.camera.position_at(250, 350)
    with qtbot.waitSignal(tiled.place_clicked) as told:
        qtbot.mouseClick(tiled.viewport(), LEFT, pos=QPoint(250, 350))
    assert told.args == [wanted]
    assert tiled.placing_position() == wanted


def test_enter_takes_the_middle(tiled: MapView, qtbot: QtBot) -> None:
    tiled.start_placing(None)
    with qtbot.waitSignal(tiled.place_clicked) as told:
        qtbot.keyClick(tiled, Key.Key_Return)
    assert told.args is not None
    assert told.args[0].lng == pytest.approx(CENTRE[0], abs=1e-9)
    assert told.args[0].lat == pytest.approx(CENTRE[1], abs=1e-9)


def test_a_click_on_a_mark_places_too_while_placing(tiled: MapView, qtbot: QtBot) -> None:
    show_marks(tiled, [a_mark("fountain")])
    tiled.grab()
    tiled.start_placing("eau")
    with (
        qtbot.assertNotEmitted(tiled.mark_clicked),
        qtbot.waitSignal(tiled.place_clicked),
    ):
        qtbot.mouseClick(tiled.viewport(), LEFT, pos=QPoint(400, 300))


def test_the_map_can_be_dragged_while_placing(tiled: MapView, qtbot: QtBot) -> None:
    tiled.start_placing("eau")
    with qtbot.assertNotEmitted(tiled.place_clicked):
        qtbot.mousePress(tiled.viewport(), LEFT, pos=QPoint(300, 300))
        qtbot.mouseMove(tiled.viewport(), QPoint(400, 350))
        qtbot.mouseRelease(tiled.viewport(), LEFT, pos=QPoint(400, 350))
    assert tiled.centre().lng < CENTRE[0]
    assert tiled.placing_position() is None


def test_the_pin_can_be_dragged(tiled: MapView, qtbot: QtBot) -> None:
    tiled.show_pin(LngLat(*CENTRE), "eau")
    centre = tiled.centre()
    with qtbot.waitSignal(tiled.position_moved) as told:
        qtbot.mousePress(tiled.viewport(), LEFT, pos=QPoint(400, 270))
        qtbot.mouseMove(tiled.viewport(), QPoint(430, 280))
        qtbot.mouseMove(tiled.viewport(), QPoint(500, 320))
    qtbot.mouseRelease(tiled.viewport(), LEFT, pos=QPoint(500, 320))
    assert told.args is not None
    assert tiled.centre() == centre
    position = tiled.placing_position()
    assert position is not None
    assert tiled.camera.pixel_of(position) == pytest.approx((500, 350), abs=1e-6)


@pytest.mark.parametrize(
    ("key", "dx", "dy"),
    [(Key.Key_Left, -4, 0), (Key.Key_Right, 4, 0), (Key.Key_Up, 0, -4), (Key.Key_Down, 0, 4)],
)
def test_arrows_move_the_pin_and_not_the_map(
    tiled: MapView, qtbot: QtBot, key: Qt.Key, dx: int, dy: int
) -> None:
    tiled.show_pin(LngLat(*CENTRE), "eau")
    centre = tiled.centre()
    with qtbot.waitSignal(tiled.position_moved) as told:
        qtbot.keyClick(tiled, key)
    assert told.args is not None
    assert tiled.camera.pixel_of(told.args[0]) == pytest.approx((400 + dx, 300 + dy), abs=1e-6)
    assert tiled.centre() == centre


def test_a_pin_moved_to_the_edge_takes_the_map_along(tiled: MapView, qtbot: QtBot) -> None:
    tiled.show_pin(LngLat(*CENTRE), "eau")
    for _ in range(40):
        qtbot.keyClick(tiled, Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    position = tiled.placing_position()
    assert position is not None
    assert tiled.bbox().contains(*position)


def test_a_pin_of_a_card_stays_where_it_is(tiled: MapView, qtbot: QtBot) -> None:
    tiled.show_pin(LngLat(*CENTRE), "eau", movable=False)
    with qtbot.assertNotEmitted(tiled.position_moved):
        qtbot.keyClick(tiled, Key.Key_Right)
    assert tiled.placing_position() is None


def test_a_stray_click_beside_the_pin_does_nothing(tiled: MapView, qtbot: QtBot) -> None:
    show_marks(tiled, [a_mark("fountain", 7.4240)])
    tiled.show_pin(LngLat(*CENTRE), "eau")
    tiled.grab()
    with (
        qtbot.assertNotEmitted(tiled.empty_clicked),
        qtbot.assertNotEmitted(tiled.position_moved),
    ):
        qtbot.mouseClick(tiled.viewport(), LEFT, pos=QPoint(120, 120))


def test_the_pin_takes_the_category_that_is_chosen(tiled: MapView) -> None:
    tiled.show_pin(LngLat(*CENTRE), "eau")
    before = tiled.grab().toImage().pixelColor(400 - 12, 300 - 36)
    tiled.set_placing_category("sport")
    assert before.name() == "#0c8296"
    assert tiled.grab().toImage().pixelColor(400 - 12, 300 - 36).name() == "#859b44"


def test_others_fade_while_a_pin_is_being_placed(tiled: MapView, qtbot: QtBot) -> None:
    show_marks(tiled, [a_mark("fountain", 7.4240)])
    plain = tiled.grab().toImage()
    tiled.start_placing("nature")
    qtbot.mouseClick(tiled.viewport(), LEFT, pos=QPoint(150, 400))
    x, y = tiled.camera.pixel_of(LngLat(7.4240, CENTRE[1]))
    at = (round(x - 11), round(y + 2))
    assert tiled.grab().toImage().pixelColor(*at) != plain.pixelColor(*at)
    tiled.stop_placing()
    assert tiled.grab().toImage().pixelColor(*at) == plain.pixelColor(*at)
    assert tiled.placing_position() is None


def test_the_middle_is_marked_for_the_keyboard(tiled: MapView, qtbot: QtBot) -> None:
    plain = tiled.grab().toImage().pixelColor(400 + 10, 300)
    qtbot.keyClick(tiled, Key.Key_Left)
    qtbot.keyClick(tiled, Key.Key_Right)
    assert tiled.grab().toImage().pixelColor(400 + 10, 300) != plain
    qtbot.mouseClick(tiled.viewport(), LEFT, pos=QPoint(100, 100))
    assert tiled.grab().toImage().pixelColor(400 + 10, 300) == plain


def test_enter_opens_what_lies_in_the_middle(tiled: MapView, qtbot: QtBot) -> None:
    show_marks(tiled, [a_mark("fountain")])
    tiled.grab()
    with qtbot.waitSignal(tiled.mark_clicked) as told:
        qtbot.keyClick(tiled, Key.Key_Enter)
    assert told.args == [an_id("fountain")]


def test_the_map_shows_that_it_has_the_keyboard(tiled: MapView, qtbot: QtBot) -> None:
    tiled.activateWindow()
    qtbot.waitActive(tiled)
    tiled.setFocus()
    tiled.show_pin(LngLat(*CENTRE), "eau")
    qtbot.keyClick(tiled, Key.Key_Left)
    assert tiled.grab().toImage().pixelColor(0, 300) == QColor(LIGHT.focus)
    tiled._buttons[0].setFocus()
    assert tiled.grab().toImage().pixelColor(0, 300) != QColor(LIGHT.focus)
