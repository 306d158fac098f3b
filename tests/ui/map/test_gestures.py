"""Throwing, boxing, going back, fingers: what hands do on the map."""

import math

import pytest
from checkerboard import CENTRE, HERE, LEFT, a_mark, pixel, show_marks
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from collabmap.domain.geo import Bbox, LngLat
from collabmap.ui.map.navigation import SETTLED_MS
from collabmap.ui.map.view import MapView

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


# QTest's touch points lie as far off as a window's frame is wide.
NEAR_PX = 4.0


def drag(
    view: MapView,
    *points: tuple[int, int],
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Drag from the first point to the last, 10 ms between two of them."""
    target = view.viewport()
    QTest.mousePress(target, LEFT, held, QPoint(*points[0]))
    for x, y in points[1:]:
        QTest.mouseMove(target, QPoint(x, y), 10)
    QTest.mouseRelease(target, LEFT, held, QPoint(*points[-1]))


# --- letting go ---------------------------------------------------------------------------------


def test_a_map_that_is_let_go_rolls_on_and_comes_to_rest(tiled: MapView, qtbot: QtBot) -> None:
    tiled.motion.is_on = True
    grasped = tiled.camera.position_at(300, 300)
    drag(tiled, (300, 300), (330, 300), (360, 300), (390, 300))
    assert tiled.motion.target is not None
    qtbot.waitUntil(lambda: tiled.motion.target is None)
    px, py = tiled.camera.pixel_of(grasped)
    assert px > 400
    assert py == pytest.approx(300, abs=1)


@pytest.mark.parametrize("who", ["the person", "the system"])
def test_it_stops_with_the_hand_where_nothing_is_to_move(tiled: MapView, who: str) -> None:
    tiled.motion.is_on = who == "the person"
    tiled.has_inertia = who != "the person"
    grasped = tiled.camera.position_at(300, 300)
    drag(tiled, (300, 300), (330, 300), (360, 300), (390, 300))
    assert tiled.motion.target is None
    assert tiled.camera.pixel_of(grasped)[0] == pytest.approx(390, abs=0.1)


def test_a_press_stops_a_map_that_rolls(tiled: MapView) -> None:
    tiled.motion.is_on = True
    drag(tiled, (300, 300), (330, 300), (360, 300), (390, 300))
    QTest.mousePress(tiled.viewport(), LEFT, pos=QPoint(200, 200))
    assert tiled.motion.target is None
    QTest.mouseRelease(tiled.viewport(), LEFT, pos=QPoint(200, 200))


# --- a rectangle --------------------------------------------------------------------------------


def box_between(view: MapView, start: tuple[int, int], end: tuple[int, int]) -> Bbox:
    north_west, south_east = view.camera.position_at(*start), view.camera.position_at(*end)
    return Bbox(north_west.lng, south_east.lat, south_east.lng, north_west.lat)


def test_shift_and_a_drag_show_what_the_rectangle_holds(tiled: MapView) -> None:
    box = box_between(tiled, (200, 150), (400, 300))
    drag(tiled, (400, 300), (300, 200), (200, 150), held=SHIFT)
    assert tiled.zoom() == pytest.approx(17.0)
    shown = tiled.bbox()
    assert shown.contains(box.west + 1e-9, box.south + 1e-9)
    assert shown.contains(box.east - 1e-9, box.north - 1e-9)


def test_the_rectangle_is_seen_while_it_is_drawn(tiled: MapView) -> None:
    before = tiled.grab().toImage().pixelColor(250, 200)
    QTest.mousePress(tiled.viewport(), LEFT, SHIFT, QPoint(200, 150))
    QTest.mouseMove(tiled.viewport(), QPoint(300, 250))
    assert tiled.grab().toImage().pixelColor(250, 200) != before
    assert tiled.give_up_box()
    assert tiled.grab().toImage().pixelColor(250, 200) == before
    QTest.mouseRelease(tiled.viewport(), LEFT, SHIFT, QPoint(300, 250))
    assert tiled.zoom() == 15.0


def test_a_rectangle_can_be_drawn_without_a_key(tiled: MapView) -> None:
    tiled.await_box()
    drag(tiled, (200, 150), (300, 200), (400, 300))
    assert tiled.zoom() == pytest.approx(17.0)
    grasped = tiled.camera.position_at(300, 300)
    drag(tiled, (300, 300), (350, 320), (400, 340))
    assert tiled.camera.position_at(400, 340).lng == pytest.approx(grasped.lng)


def test_shift_and_a_click_is_a_click(view: MapView, qtbot: QtBot) -> None:
    mark = a_mark("fountain")
    show_marks(view, [mark])
    view.grab()
    with qtbot.waitSignal(view.mark_clicked) as clicked:
        qtbot.mouseClick(view.viewport(), LEFT, SHIFT, pixel(view, mark).toPoint())
    assert clicked.args == [mark.id]


# --- back and forward ---------------------------------------------------------------------------


def test_one_goes_back_to_where_a_jump_began_and_forward_again(tiled: MapView) -> None:
    here, zoom = tiled.centre(), tiled.zoom()
    tiled.fly_to(7.41, 43.73, 17.0)
    tiled.go_back()
    assert (tiled.centre(), tiled.zoom()) == (here, zoom)
    tiled.go_forward()
    assert tiled.centre().lng == pytest.approx(7.41)
    assert tiled.zoom() == 17.0


def test_a_view_counts_once_somebody_has_looked_at_it(tiled: MapView, qtbot: QtBot) -> None:
    tiled.history.clear()
    for _ in range(6):
        tiled.pan_by(-60, 0)
    assert len(tiled.history) == 0
    qtbot.waitUntil(lambda: len(tiled.history) == 1, timeout=4 * SETTLED_MS)


def test_where_one_is_while_panning_can_be_come_back_to(tiled: MapView) -> None:
    tiled.pan_by(-300, 0)
    left = tiled.centre()
    tiled.show_everything()
    tiled.go_back()
    assert tiled.centre().lng == pytest.approx(left.lng)


def test_the_side_buttons_of_a_mouse_go_back_and_forward(tiled: MapView, qtbot: QtBot) -> None:
    here = tiled.centre()
    tiled.fly_to(7.41, 43.73, 17.0)
    qtbot.mouseClick(tiled.viewport(), Qt.MouseButton.BackButton, pos=QPoint(300, 300))
    assert tiled.centre() == here
    qtbot.mouseClick(tiled.viewport(), Qt.MouseButton.ForwardButton, pos=QPoint(300, 300))
    assert tiled.zoom() == 17.0


def test_page_keys_zoom_as_plus_and_minus_do(tiled: MapView, qtbot: QtBot) -> None:
    qtbot.keyClick(tiled, Key.Key_PageUp)
    assert tiled.zoom() == 16.0
    qtbot.keyClick(tiled, Key.Key_PageDown)
    assert tiled.zoom() == 15.0


def test_a_place_is_shown_from_near_and_never_from_further(tiled: MapView) -> None:
    spot = Bbox(7.42, 43.735, 7.42, 43.735)
    tiled.go_close(spot)
    assert tiled.zoom() == 17.0
    assert tiled.centre().lng == pytest.approx(7.42)
    tiled.fly_to(*CENTRE, 18.5)
    tiled.go_close(spot)
    assert tiled.zoom() == 18.5
    tiled.go_close(HERE)
    assert tiled.bbox().contains(HERE.west, HERE.north)


# --- fingers ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def screen(qapp: QApplication) -> QPointingDevice:
    """A touch screen."""
    return QTest.createTouchDevice()


def test_two_fingers_zoom_between_them(tiled: MapView, screen: QPointingDevice) -> None:
    target = tiled.viewport()
    before = tiled.camera.position_at(400, 300)
    QTest.touchEvent(target, screen).press(0, QPoint(350, 300)).press(1, QPoint(450, 300)).commit()
    QTest.touchEvent(target, screen).move(0, QPoint(300, 300)).move(1, QPoint(500, 300)).commit()
    QTest.touchEvent(target, screen).release(0, QPoint(300, 300)).release(
        1, QPoint(500, 300)
    ).commit()
    assert tiled.zoom() == pytest.approx(16.0)
    assert math.dist(tiled.camera.pixel_of(before), (400, 300)) < NEAR_PX


def test_a_finger_that_comes_back_does_not_make_the_map_jump(
    tiled: MapView, screen: QPointingDevice
) -> None:
    target = tiled.viewport()
    QTest.touchEvent(target, screen).press(0, QPoint(350, 300)).press(1, QPoint(450, 300)).commit()
    QTest.touchEvent(target, screen).stationary(0).release(1, QPoint(450, 300)).commit()
    QTest.touchEvent(target, screen).move(0, QPoint(300, 300)).commit()
    QTest.touchEvent(target, screen).stationary(0).press(1, QPoint(700, 500)).commit()
    assert (tiled.zoom(), tiled.centre().lng) == (15.0, pytest.approx(CENTRE[0]))
    QTest.touchEvent(target, screen).release(0, QPoint(300, 300)).release(
        1, QPoint(700, 500)
    ).commit()


def test_one_finger_moves_the_map(tiled: MapView, screen: QPointingDevice) -> None:
    target = tiled.viewport()
    grasped = tiled.camera.position_at(300, 300)
    QTest.touchEvent(target, screen).press(0, QPoint(300, 300)).commit()
    QTest.touchEvent(target, screen).move(0, QPoint(350, 330)).commit()
    QTest.touchEvent(target, screen).move(0, QPoint(420, 340)).commit()
    QTest.touchEvent(target, screen).release(0, QPoint(420, 340)).commit()
    assert math.dist(tiled.camera.pixel_of(grasped), (420, 340)) < 0.1


def test_a_tap_opens_a_place_and_two_zoom(
    view: MapView, qtbot: QtBot, screen: QPointingDevice
) -> None:
    mark = a_mark("fountain")
    show_marks(view, [mark])
    view.grab()
    target, point = view.viewport(), pixel(view, mark).toPoint()
    with qtbot.waitSignal(view.mark_clicked) as clicked:
        QTest.touchEvent(target, screen).press(0, point).commit()
        QTest.touchEvent(target, screen).release(0, point).commit()
    assert clicked.args == [mark.id]
    for _ in range(2):
        QTest.touchEvent(target, screen).press(0, QPoint(100, 100)).commit()
        QTest.touchEvent(target, screen).release(0, QPoint(100, 100)).commit()
    assert view.zoom() == 16.0


def test_a_second_finger_undoes_no_click(
    view: MapView, qtbot: QtBot, screen: QPointingDevice
) -> None:
    """Two fingers never land at once; the first must not open what lies under it."""
    mark = a_mark("fountain")
    show_marks(view, [mark])
    view.grab()
    target, point = view.viewport(), pixel(view, mark).toPoint()
    with qtbot.assertNotEmitted(view.mark_clicked):
        QTest.touchEvent(target, screen).press(0, point).commit()
        QTest.touchEvent(target, screen).stationary(0).press(1, QPoint(600, 300)).commit()
        QTest.touchEvent(target, screen).stationary(0).release(1, QPoint(600, 300)).commit()
        QTest.touchEvent(target, screen).release(0, point).commit()


def test_a_finger_that_rests_asks_what_can_be_done(
    tiled: MapView, qtbot: QtBot, screen: QPointingDevice
) -> None:
    with (
        qtbot.assertNotEmitted(tiled.empty_clicked),
        qtbot.waitSignal(tiled.menu_wanted) as wanted,
    ):
        QTest.touchEvent(tiled.viewport(), screen).press(0, QPoint(200, 100)).commit()
    QTest.touchEvent(tiled.viewport(), screen).release(0, QPoint(200, 100)).commit()
    assert wanted.args is not None
    assert math.dist(wanted.args[0].toTuple(), (200, 100)) < NEAR_PX


# --- the right button ---------------------------------------------------------------------------


def ask(view: MapView, point: QPoint, reason: QContextMenuEvent.Reason) -> None:
    where = view.viewport().mapToGlobal(point)
    by_mouse = reason is QContextMenuEvent.Reason.Mouse
    target = view.viewport() if by_mouse else view
    QApplication.sendEvent(target, QContextMenuEvent(reason, point, where))


def test_the_right_button_asks_where_it_is_and_the_keyboard_at_the_cross(
    tiled: MapView, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(tiled.menu_wanted) as wanted:
        ask(tiled, QPoint(120, 90), QContextMenuEvent.Reason.Mouse)
    assert wanted.args == [QPointF(120, 90)]
    with qtbot.waitSignal(tiled.menu_wanted) as wanted:
        ask(tiled, QPoint(1, 1), QContextMenuEvent.Reason.Keyboard)
    assert wanted.args == [tiled.middle()]
    assert tiled.is_by_keyboard


def test_a_fitted_world_is_no_view_to_come_back_to(view: MapView) -> None:
    """What a window shows before it shows anything is not what somebody looked at."""
    fresh = MapView(view)
    fresh.fit(HERE)
    assert len(fresh.history) == 0
    assert fresh.camera.position_at(*fresh.middle().toTuple()) != LngLat(0, 0)
    fresh.close()
