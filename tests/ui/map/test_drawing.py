"""Drawing on the map: by clicks, by a hand that drags, and without a mouse."""

from collections.abc import Callable, Iterator

import pytest
import shapely
from checkerboard import CENTRE
from map_hand import LEFT, MapHand
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from collabmap.domain.geo import LngLat, distance_m
from collabmap.domain.sketch import Kind, Sketch
from collabmap.domain.snapping import SnapIndex
from collabmap.ui.map.drawing_tool import STEP_PX, STRIDE_PX, DrawingTool
from collabmap.ui.map.sketch_pad import SketchPad
from collabmap.ui.map.view import MapView

Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


Take = Callable[..., "Hand"]


class Hand(MapHand):
    """A hand that draws.  ends: how often it said that it is done."""

    def __init__(self, view: MapView, sketch: Sketch, **how: bool) -> None:
        super().__init__(view)
        self.pad = SketchPad(sketch, view)
        self.tool = DrawingTool(view, self.pad, **how)
        self.ends = 0
        self.tool.finished.connect(self._on_finished)
        view.set_tool(self.tool)

    def _on_finished(self) -> None:
        self.ends += 1

    @property
    def drawn(self) -> list[tuple[int, int]]:
        return self.pixels(self.pad.sketch)


@pytest.fixture
def take(view: MapView) -> Iterator[Take]:
    """Put a hand on the map that draws a 'line' or a 'zone'."""
    yield lambda kind, **how: Hand(view, Sketch(kind), **how)
    view.set_tool(None)


def test_a_click_adds_a_vertex_and_a_drag_moves_the_map(take: Take, view: MapView) -> None:
    hand = take("line")
    before = view.centre()
    hand.click((100, 100), (300, 120))
    hand.drag((400, 300), (420, 300), (500, 300))
    assert len(hand.drawn) == 2
    assert view.centre().lng < before.lng
    hand.click((450, 400))
    assert hand.drawn == [(200, 100), (400, 120), (450, 400)]


@pytest.mark.parametrize("kind", ["line", "zone"])
def test_a_double_click_ends(take: Take, view: MapView, kind: Kind, qtbot: QtBot) -> None:
    hand = take(kind)
    zoom = view.zoom()
    hand.click((100, 100), (300, 120))
    hand.click((300, 300))
    hand.double_click(300, 300)
    assert hand.drawn == [(100, 100), (300, 120), (300, 300)]
    assert hand.ends >= 1
    assert view.zoom() == zoom


def test_a_click_on_the_first_or_the_last_vertex_ends(take: Take) -> None:
    zone = take("zone")
    zone.click((100, 100), (300, 120), (300, 300), (104, 103))
    assert zone.ends == 1
    assert zone.drawn == [(100, 100), (300, 120), (300, 300)]
    line = take("line")
    line.click((100, 100), (300, 120), (302, 118))
    assert line.ends == 1
    assert len(line.drawn) == 2


def test_a_walk_that_ends_where_it_began_goes_round(take: Take) -> None:
    hand = take("line")
    hand.click((100, 100), (300, 120), (300, 300), (103, 98))
    assert hand.ends == 1
    assert hand.drawn[0] == hand.drawn[-1]
    assert len(hand.drawn) == 4


def test_enter_ends_what_the_mouse_drew_unless_it_is_too_little(take: Take, qtbot: QtBot) -> None:
    hand = take("zone")
    hand.click((100, 100), (300, 120))
    hand.move(300, 300)
    with qtbot.waitSignal(hand.tool.too_few):
        hand.press(Key.Key_Return)
    assert not hand.ends
    hand.click((300, 300))
    hand.move(310, 330)
    hand.press(Key.Key_Return)
    assert hand.ends == 1


def test_vertices_are_taken_away_and_put_back(take: Take) -> None:
    hand = take("line")
    hand.click((100, 100), (300, 120), (300, 300))
    hand.press(Key.Key_Backspace)
    assert hand.drawn == [(100, 100), (300, 120)]
    hand.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert hand.drawn == [(100, 100)]
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    hand.press(Key.Key_Z, both)
    assert hand.drawn == [(100, 100), (300, 120)]


def test_a_drawing_from_another_day_loses_its_vertices_one_by_one_too(
    view: MapView, qtbot: QtBot
) -> None:
    positions = tuple(view.camera.position_at(x, 100) for x in (100, 200))
    hand = Hand(view, Sketch("line", ((positions,),)))
    for left in (1, 0, 0):
        hand.press(Key.Key_Backspace)
        assert len(hand.drawn) == left


def test_everything_is_drawn_by_keyboard(take: Take, view: MapView) -> None:
    hand = take("zone")
    shift = Qt.KeyboardModifier.ShiftModifier
    hand.press(Key.Key_Return)
    for key in (Key.Key_Right, Key.Key_Down):
        for _ in range(3):
            hand.press(key, shift)
        hand.press(Key.Key_Return)
    hand.press(Key.Key_Left)
    hand.press(Key.Key_Return)
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = hand.drawn
    assert (bx - ax, by - ay) == (3 * STRIDE_PX, 0)
    assert (cx - bx, cy - by) == (0, 3 * STRIDE_PX)
    assert (dx - cx, dy - cy) == (-STEP_PX, 0)
    assert not hand.ends
    hand.press(Key.Key_Return)
    assert hand.ends == 1


def test_ctrl_enter_ends_from_anywhere(take: Take) -> None:
    hand = take("line")
    hand.press(Key.Key_Return)
    hand.press(Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    hand.press(Key.Key_Return)
    hand.press(Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    hand.press(Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert hand.ends == 1
    assert len(hand.drawn) == 2


def test_a_line_is_drawn_by_hand_and_made_simple(take: Take, view: MapView) -> None:
    hand = take("line", is_freehand=True)
    before = view.centre()
    straight = [(x, 200) for x in range(100, 400, 5)]
    hand.drag(*straight, *[(400, y) for y in range(200, 400, 5)])
    assert hand.ends == 1
    assert view.centre() == before
    assert hand.drawn[0] == (100, 200)
    assert hand.drawn[-1] == (400, 395)
    assert 3 <= len(hand.drawn) < 8


def test_the_space_bar_moves_the_map_under_a_hand_that_draws(
    take: Take, view: MapView, qtbot: QtBot
) -> None:
    hand = take("line", is_freehand=True)
    before = view.centre()
    qtbot.keyPress(view, Key.Key_Space)
    hand.drag((300, 300), (340, 300), (400, 300))
    qtbot.keyRelease(view, Key.Key_Space)
    assert view.centre().lng < before.lng
    assert hand.drawn == []


def test_a_vertex_of_another_shape_attracts_and_alt_lets_go(take: Take, view: MapView) -> None:
    there = view.camera.position_at(300, 300)
    far = view.camera.position_at(600, 300)
    hand = take("line")
    hand.tool.aid.neighbours = SnapIndex.of([(b"street", shapely.LineString([there, far]))])
    hand.move(306, 304)
    snap = hand.tool.item.shown.snap
    assert snap is not None
    assert (snap.kind, snap.position) == ("vertex", there)
    hand.move(450, 306)
    snap = hand.tool.item.shown.snap
    assert snap is not None
    assert snap.kind == "edge"
    assert view.camera.pixel_of(snap.position) == pytest.approx((450, 300), abs=0.01)
    hand.move(306, 304, ALT)
    assert hand.tool.item.shown.snap is None
    hand.move(306, 304)
    hand.click((306, 304))
    assert next(p for _v, p in hand.pad.sketch.vertices()) == there


def test_a_right_angle_is_helped_and_shown(take: Take, view: MapView) -> None:
    hand = take("line")
    hand.click((100, 100), (300, 100))
    hand.move(304, 250)
    assert len(hand.tool.item.shown.corners) == 1
    hand.click((304, 250))
    assert hand.drawn[-1] == (300, 250)
    hand.move(360, 310)
    assert hand.tool.item.shown.corners == ()


def test_a_zone_that_crosses_itself_shows_where(take: Take, view: MapView) -> None:
    hand = take("zone")
    hand.click((100, 100), (300, 100), (300, 300))
    hand.move(200, 50)
    wrong = hand.tool.item.shown.wrong
    assert wrong
    assert all(95 <= view.camera.pixel_of(where)[1] <= 105 for where in wrong)
    hand.move(100, 300)
    assert hand.tool.item.shown.wrong == ()


def test_the_label_tells_the_length_up_to_the_pointer(take: Take, view: MapView) -> None:
    hand = take("line")
    hand.click((100, 100))
    hand.move(400, 100)
    ends = [view.camera.position_at(x, 100) for x in (100, 400)]
    shown = hand.tool.item.shown
    assert shown.label == f"{distance_m(*ends) / 1000:.2f} km"
    assert shown.label_px == QPointF(400, 100)


def test_one_frame_paints_the_map_and_the_sketch_once_each(
    take: Take, view: MapView, qtbot: QtBot
) -> None:
    hand = take("zone")
    hand.click((100, 100), (300, 100), (300, 300))
    QApplication.processEvents()
    before = view.item.paint_count, hand.tool.item.paint_count
    for frame in range(5):
        hand.move(150 + 10 * frame, 280)
        QApplication.processEvents()
    after = view.item.paint_count, hand.tool.item.paint_count
    assert after == (before[0] + 5, before[1] + 5)


def test_the_map_is_itself_again_when_the_tool_goes(
    take: Take, view: MapView, qtbot: QtBot
) -> None:
    hand = take("line")
    hand.click((100, 100), (300, 100))
    drawn = view.grab().toImage()
    view.set_tool(None)
    assert view.grab().toImage() != drawn
    with qtbot.waitSignal(view.empty_clicked):
        qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(200, 200))
    assert len(hand.drawn) == 2


def test_nothing_breaks_at_the_edge_of_the_world(take: Take, view: MapView) -> None:
    view.fly_to(179.9, 85.0, 3.0)
    hand = take("zone")
    hand.click((5, 5), (795, 5), (795, 595), (400, 300))
    hand.move(700, 20)
    view.grab()
    view.fly_to(*CENTRE, 19.0)
    view.grab()
    assert all(abs(p.lat) < 86 for _v, p in hand.pad.sketch.vertices())
    assert isinstance(hand.pad.sketch.parts[0][0][0], LngLat)
