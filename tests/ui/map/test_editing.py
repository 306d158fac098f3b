"""Correcting a shape on the map: pulled, added to, taken from, moved; with and without a mouse."""

import math

import pytest
import shapely
from map_hand import MapHand
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Kind, Sketch, Vertex
from collabmap.domain.snapping import SnapIndex
from collabmap.ui.map.editing_tool import EditingTool
from collabmap.ui.map.sketch_pad import SketchPad
from collabmap.ui.map.tools import PIN_STEP_PX, PIN_STRIDE_PX
from collabmap.ui.map.view import MapView

Key = Qt.Key
SQUARE = ((200, 200), (400, 200), (400, 400), (200, 400))
HOLE = ((280, 280), (320, 280), (300, 330))


class Hand(MapHand):
    """A hand that corrects a shape, whose rings are given in pixels."""

    def __init__(self, view: MapView, kind: Kind, *rings: tuple[tuple[int, int], ...]) -> None:
        super().__init__(view)
        part = tuple(tuple(view.camera.position_at(x, y) for x, y in ring) for ring in rings)
        self.pad = SketchPad(Sketch(kind, (part,)), view)
        self.tool = EditingTool(view, self.pad)
        view.set_tool(self.tool)
        self.steps = 0
        self.pad.settled.connect(self._on_settled)

    def _on_settled(self) -> None:
        self.steps += 1

    @property
    def shape(self) -> list[tuple[int, int]]:
        return self.pixels(self.pad.sketch)


@pytest.fixture
def zone(view: MapView) -> Hand:
    return Hand(view, "zone", SQUARE)


def test_a_vertex_is_pulled_in_one_step(zone: Hand, view: MapView) -> None:
    before = view.centre()
    zone.drag((404, 397), (420, 420), (452, 471))
    assert zone.shape == [(200, 200), (400, 200), (452, 471), (200, 400)]
    assert zone.steps == 1
    assert view.centre() == before
    zone.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert zone.shape == list(SQUARE)


def test_a_hand_that_trembles_moves_nothing_but_chooses(zone: Hand) -> None:
    zone.drag((400, 400), (402, 401))
    assert zone.shape == list(SQUARE)
    assert zone.tool.chosen == Vertex(0, 0, 2)
    assert zone.steps == 0


def test_a_new_vertex_is_pulled_out_of_an_edge(zone: Hand) -> None:
    zone.drag((300, 200), (300, 170), (320, 101))
    assert zone.shape == [(200, 200), (320, 101), *SQUARE[1:]]
    assert zone.steps == 1


def test_a_click_on_the_plus_adds_a_vertex_too(zone: Hand) -> None:
    zone.click((300, 200))
    assert zone.shape == [(200, 200), (300, 200), *SQUARE[1:]]
    assert zone.tool.chosen == Vertex(0, 0, 1)


def test_vertices_go_by_right_click_double_click_and_delete_but_three_stay(
    zone: Hand, view: MapView, qtbot: QtBot
) -> None:
    zone.click((300, 200), (300, 400))
    at = QPoint(300, 200)
    with qtbot.assertNotEmitted(view.menu_wanted):
        zone.click((300, 200), button=Qt.MouseButton.RightButton)
        menu = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, at)
        QApplication.sendEvent(view.viewport(), menu)
    assert len(zone.shape) == 5
    zone.double_click(300, 400)
    assert zone.shape == list(SQUARE)
    zone.click((400, 400))
    zone.press(Key.Key_Delete)
    assert zone.shape == [(200, 200), (400, 200), (200, 400)]
    zone.press(Key.Key_Delete)
    assert len(zone.shape) == 3


def test_a_drag_beside_the_vertices_moves_the_map(zone: Hand, view: MapView) -> None:
    before = view.centre()
    zone.drag((300, 300), (330, 300), (380, 300))
    assert view.centre().lng < before.lng
    assert zone.steps == 0


def test_the_whole_is_moved_by_its_inside_and_the_map_beside_it(zone: Hand, view: MapView) -> None:
    zone.tool.set_moves_whole(True)
    zone.drag((300, 300), (330, 310), (350, 340))
    assert zone.shape == [(x + 50, y + 40) for x, y in SQUARE]
    assert zone.steps == 1
    before = view.centre()
    zone.drag((700, 100), (720, 100), (740, 100))
    assert view.centre().lng < before.lng
    zone.press(Key.Key_Left)
    assert zone.steps == 2


def test_a_line_is_moved_by_any_of_its_edges(view: MapView) -> None:
    line = Hand(view, "line", ((100, 100), (300, 100)))
    line.tool.set_moves_whole(True)
    line.drag((200, 105), (200, 150), (200, 205))
    assert line.shape == [(100, 200), (300, 200)]


def test_a_whole_shape_is_corrected_by_keyboard(zone: Hand) -> None:
    for _ in range(3):
        zone.press(Key.Key_Tab)
    assert zone.tool.chosen == Vertex(0, 0, 2)
    zone.press(Key.Key_Right)
    zone.press(Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert zone.shape[2] == (400 + PIN_STEP_PX, 400 + PIN_STRIDE_PX)
    zone.press(Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    zone.press(Key.Key_Insert)
    assert len(zone.shape) == 5
    assert zone.tool.chosen == Vertex(0, 0, 2)
    zone.press(Key.Key_Delete)
    assert len(zone.shape) == 4


def test_behind_the_last_vertex_tab_leaves_the_map(zone: Hand) -> None:
    for _ in range(4):
        assert zone.tool.wants_tab(is_back=False)
    assert not zone.tool.wants_tab(is_back=False)
    assert zone.tool.chosen is None
    assert zone.tool.wants_tab(is_back=True)
    assert zone.tool.chosen == Vertex(0, 0, 3)


def test_tab_brings_a_vertex_out_of_view_into_it(view: MapView) -> None:
    line = Hand(view, "line", ((100, 100), (3000, 100)))
    line.press(Key.Key_Tab)
    line.press(Key.Key_Tab)
    x, y = view.camera.pixel_of(line.pad.sketch.parts[0][0][1])
    assert view.viewport().rect().contains(round(x), round(y))


def test_the_end_of_a_line_gets_a_vertex_before_it(view: MapView) -> None:
    line = Hand(view, "line", ((100, 100), (300, 100)))
    line.tool.choose(Vertex(0, 0, 1))
    line.tool.insert()
    assert line.shape == [(100, 100), (200, 100), (300, 100)]


def test_a_vertex_that_is_pulled_sticks_to_others_and_to_its_own_shape(
    zone: Hand, view: MapView
) -> None:
    there = view.camera.position_at(500, 500)
    zone.tool.aid.neighbours = SnapIndex.of([(b"tree", shapely.Point(there))])
    zone.pull((400, 400), (450, 450), (506, 495))
    assert zone.tool.item.shown.snap is not None
    zone.let_go(506, 495)
    assert zone.pad.sketch.parts[0][0][2] == there
    zone.pull((500, 500), (300, 300), (205, 395))
    snap = zone.tool.item.shown.snap
    assert snap is not None
    assert view.camera.pixel_of(snap.position) == pytest.approx((200, 400), abs=0.01)


def test_the_feature_that_is_changed_does_not_attract_itself(zone: Hand) -> None:
    zone.tool.aid.neighbours = SnapIndex.of([(b"zone", zone.pad.sketch.geometry())])
    zone.tool.aid.skip = frozenset((b"zone",))
    zone.pull((400, 400), (410, 410), (404, 396))
    assert zone.tool.item.shown.snap is None


def test_the_corner_of_a_rectangle_is_helped(zone: Hand) -> None:
    zone.drag((400, 400), (470, 470), (480, 470))
    zone.pull((480, 470), (410, 410), (405, 404))
    assert len(zone.tool.item.shown.corners) == 3
    zone.let_go(405, 404)
    assert zone.shape == list(SQUARE)


def test_a_crossing_is_shown_while_a_vertex_is_held(zone: Hand) -> None:
    zone.pull((400, 400), (300, 300), (300, 150))
    assert zone.tool.item.shown.wrong
    zone.let_go(300, 150)
    assert zone.tool.item.shown.wrong
    zone.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not zone.tool.item.shown.wrong


def test_a_hole_has_vertices_of_its_own(view: MapView) -> None:
    zone = Hand(view, "zone", SQUARE, HOLE)
    zone.drag((300, 330), (300, 345), (301, 361))
    assert zone.shape[6] == (301, 361)
    assert zone.tool.chosen == Vertex(0, 1, 2)


def test_pulling_paints_one_frame_a_move(zone: Hand, view: MapView, qtbot: QtBot) -> None:
    zone.pull((400, 400), (420, 420))
    QApplication.processEvents()
    before = view.item.paint_count, zone.tool.item.paint_count
    for number in range(5):
        zone.pull((430 + 9 * number, 420))
        zone.let_go(430 + 9 * number, 420)
        QApplication.processEvents()
    after = view.item.paint_count, zone.tool.item.paint_count
    assert after == (before[0] + 5, before[1] + 5)


@pytest.mark.parametrize("zoom", [1.0, 19.0])
def test_three_thousand_vertices_are_shown_from_near_and_from_far(
    view: MapView, zoom: float
) -> None:
    middle = view.camera.position_at(400, 300)
    angles = (2 * math.pi * number / 3000 for number in range(3000))
    ring = tuple(
        LngLat(middle.lng + 0.003 * math.cos(angle), middle.lat + 0.002 * math.sin(angle))
        for angle in angles
    )
    zone = Hand(view, "zone")
    zone.pad.take(Sketch("zone", ((ring,),)))
    view.fly_to(*view.centre(), zoom)
    view.grab()
    assert zone.tool.item.paint_count
