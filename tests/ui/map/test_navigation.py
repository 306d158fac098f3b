"""Pan, zoom, fit, resize: the map goes where it is told and nowhere else."""

import pytest
from checkerboard import CENTRE, HERE, LEFT, settle
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from collabmap.domain.geo import Bbox
from collabmap.ui.map.view import MapView

Key = Qt.Key


def turn_wheel(view: MapView, point: QPointF, notches: float) -> None:
    event = QWheelEvent(
        point,
        QPointF(view.mapToGlobal(point.toPoint())),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


@pytest.mark.parametrize("notches", [1, -1, 3, 0.1])
def test_the_wheel_keeps_the_position_under_the_pointer(tiled: MapView, notches: float) -> None:
    point = QPointF(620, 140)
    before = tiled.camera.position_at(620, 140)
    zoom = tiled.zoom()
    turn_wheel(tiled, point, notches)
    after = tiled.camera.position_at(620, 140)
    assert (tiled.zoom() > zoom) == (notches > 0)
    assert after.lng == pytest.approx(before.lng, abs=1e-9)
    assert after.lat == pytest.approx(before.lat, abs=1e-9)


class EvenClock:
    """Shows 16 ms more at each look, as on a machine that is never held up."""

    def start(self) -> None:
        self._elapsed_ms = 0

    def elapsed(self) -> int:
        self._elapsed_ms += 16
        return self._elapsed_ms


def test_on_the_way_the_position_stays_under_the_pointer_too(
    tiled: MapView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiled.motion.is_on = True
    monkeypatch.setattr(tiled.motion, "_clock", EvenClock())
    before = tiled.camera.position_at(620, 140)
    drifts: list[float] = []
    tiled.motion.moved.connect(
        lambda camera: drifts.append(abs(camera.position_at(620, 140).lng - before.lng))
    )
    turn_wheel(tiled, QPointF(620, 140), 2)
    qtbot.waitUntil(lambda: tiled.motion.target is None)
    assert len(drifts) > 2
    assert max(drifts) < 1e-9
    assert tiled.zoom() == pytest.approx(17.0)


def test_notches_that_follow_each_other_add_up(tiled: MapView, qtbot: QtBot) -> None:
    tiled.motion.is_on = True
    for _ in range(3):
        turn_wheel(tiled, QPointF(300, 300), 1)
    qtbot.waitUntil(lambda: tiled.motion.target is None)
    assert tiled.zoom() == pytest.approx(18.0)


def test_a_wheel_stops_at_whole_zooms_and_fingers_anywhere(tiled: MapView) -> None:
    tiled.fly_to(*CENTRE, 14.3)
    turn_wheel(tiled, QPointF(300, 300), 1)
    assert tiled.zoom() == 15.0
    turn_wheel(tiled, QPointF(300, 300), 0.25)
    assert tiled.zoom() == 15.25
    turn_wheel(tiled, QPointF(300, 300), -1)
    assert tiled.zoom() == 15.0


def test_the_zoom_goes_from_the_world_to_19(tiled: MapView) -> None:
    turn_wheel(tiled, QPointF(300, 300), 50)
    assert tiled.zoom() == 19.0
    turn_wheel(tiled, QPointF(300, 300), -50)
    assert tiled.zoom() == 0.0


def test_dragging_moves_the_map_with_the_hand(tiled: MapView, qtbot: QtBot) -> None:
    grasped = tiled.camera.position_at(300, 300)
    qtbot.mousePress(tiled.viewport(), LEFT, pos=QPoint(300, 300))
    qtbot.mouseMove(tiled.viewport(), QPoint(350, 320))
    qtbot.mouseMove(tiled.viewport(), QPoint(450, 380))
    qtbot.mouseRelease(tiled.viewport(), LEFT, pos=QPoint(450, 380))
    assert tiled.camera.position_at(450, 380).lng == pytest.approx(grasped.lng, abs=1e-9)
    assert tiled.camera.position_at(450, 380).lat == pytest.approx(grasped.lat, abs=1e-9)


def test_a_hand_that_trembles_still_clicks(tiled: MapView, qtbot: QtBot) -> None:
    centre = tiled.centre()
    with qtbot.waitSignal(tiled.empty_clicked):
        qtbot.mousePress(tiled.viewport(), LEFT, pos=QPoint(300, 300))
        qtbot.mouseMove(tiled.viewport(), QPoint(304, 303))
        qtbot.mouseRelease(tiled.viewport(), LEFT, pos=QPoint(304, 303))
    assert tiled.centre() == centre


def test_a_double_click_zooms_where_it_is(tiled: MapView, qtbot: QtBot) -> None:
    before = tiled.camera.position_at(200, 200)
    qtbot.mouseDClick(tiled.viewport(), LEFT, pos=QPoint(200, 200))
    qtbot.mouseRelease(tiled.viewport(), LEFT, pos=QPoint(200, 200))
    assert tiled.zoom() == 16.0
    assert tiled.camera.position_at(200, 200).lng == pytest.approx(before.lng, abs=1e-9)


@pytest.mark.parametrize(
    ("key", "dx", "dy"),
    [(Key.Key_Left, -1, 0), (Key.Key_Right, 1, 0), (Key.Key_Up, 0, 1), (Key.Key_Down, 0, -1)],
)
def test_arrow_keys_pan(tiled: MapView, qtbot: QtBot, key: Qt.Key, dx: int, dy: int) -> None:
    before = tiled.centre()
    qtbot.keyClick(tiled, key)
    after = tiled.centre()
    assert (after.lng > before.lng) - (after.lng < before.lng) == dx
    assert (after.lat > before.lat) - (after.lat < before.lat) == dy


def test_plus_and_minus_zoom_by_whole_steps(tiled: MapView, qtbot: QtBot) -> None:
    tiled.fly_to(*CENTRE, 14.6)
    qtbot.keyClick(tiled, Key.Key_Plus)
    assert tiled.zoom() == 15.0
    qtbot.keyClick(tiled, Key.Key_Minus)
    assert tiled.zoom() == 14.0


def test_home_shows_the_whole_territory(tiled: MapView, qtbot: QtBot) -> None:
    tiled.fly_to(7.41, 43.73, 18.0)
    qtbot.keyClick(tiled, Key.Key_Home)
    box = tiled.bbox()
    assert box.contains(HERE.west, HERE.south)
    assert box.contains(HERE.east, HERE.north)


def test_without_a_base_map_the_places_are_the_territory(view: MapView) -> None:
    town = Bbox(7.415, 43.730, 7.425, 43.738)
    view.set_home(town)
    view.show_everything()
    assert view.bbox().contains(town.west, town.south)
    assert not view.bbox().contains(HERE.west, HERE.south)
    view.set_home(None)
    view.show_everything()
    assert view.bbox().contains(-100, -30)


def test_keys_that_are_not_the_map_s_reach_the_window(view: MapView, qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QWidget

    class Window(QWidget):
        def __init__(self) -> None:
            super().__init__()
            self.keys: list[int] = []

        def keyPressEvent(self, event: object) -> None:
            self.keys.append(event.key())  # type: ignore[attr-defined]

    window = Window()
    qtbot.addWidget(window)
    inner = MapView(window)
    inner.resize(300, 200)
    window.show()
    for key in (Key.Key_Escape, Key.Key_N, Key.Key_Left):
        qtbot.keyClick(inner, key)
    inner.close()
    assert window.keys == [Key.Key_Escape, Key.Key_N]


def test_the_map_keeps_its_centre_when_it_is_resized(tiled: MapView, qtbot: QtBot) -> None:
    tiled.fly_to(7.4213, 43.7341, 15.0)
    before = tiled.centre()
    tiled.resize(500, 700)
    qtbot.waitUntil(lambda: tiled.camera.width == 500)
    assert tiled.centre() == before
    assert tiled.zoom() == 15.0


def test_a_box_given_before_the_window_has_a_size_is_fitted_to_the_final_size(
    qtbot: QtBot,
) -> None:
    view = MapView()
    qtbot.addWidget(view)
    view.fit(HERE)
    view.resize(1200, 300)
    view.show()
    box = view.bbox()
    view.close()
    assert box.contains(HERE.west, HERE.south)
    assert box.contains(HERE.east, HERE.north)


def test_the_list_is_told_what_is_in_view(tiled: MapView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tiled.view_changed) as told:
        tiled.fly_to(7.41, 43.73, 16.0)
    assert told.args is not None
    box, zoom = told.args
    assert zoom == 16.0
    assert box == tiled.bbox()


def test_every_frame_is_painted_once(tiled: MapView, qtbot: QtBot) -> None:
    settle(tiled, qtbot)
    QApplication.processEvents()
    before = tiled.item.paint_count
    frames = 20
    for _ in range(frames):
        tiled.pan_by(7, 3)
        QApplication.processEvents()
    assert tiled.item.paint_count - before == frames


def test_the_buttons_on_the_map_zoom_and_show_everything(tiled: MapView, qtbot: QtBot) -> None:
    nearer, further, everything = tiled._buttons
    assert all(button.accessibleName() and button.toolTip() for button in tiled._buttons)
    assert all(min(button.width(), button.height()) >= 44 for button in tiled._buttons)
    assert nearer.geometry().right() <= 800 - 12
    qtbot.mouseClick(nearer, LEFT)
    assert tiled.zoom() == 16.0
    qtbot.mouseClick(further, LEFT)
    assert tiled.zoom() == 15.0
    qtbot.mouseClick(everything, LEFT)
    assert tiled.bbox().contains(HERE.west, HERE.north)


def test_the_map_has_a_name_for_screen_readers(view: MapView) -> None:
    assert view.accessibleName()
    assert view.accessibleDescription()
