"""Measuring: by clicks and by keys, edge by edge, and round a zone."""

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from collabmap.app.shape_words import format_area, format_length
from collabmap.domain.sketch import Sketch
from collabmap.ui.map.measure_tool import MeasureTool
from collabmap.ui.panels.measure import MeasurePanel
from collabmap.ui.widgets.popover import MenuRow


@pytest.fixture
def panel(aicha: AtTheWindow) -> MeasurePanel:
    """The panel of somebody who measures."""
    aicha.do("measure")
    current = aicha.window.panel_host.current
    assert isinstance(current, MeasurePanel)
    return current


def click(person: AtTheWindow, *points: tuple[int, int]) -> None:
    for point in points:
        # Two clicks at once would be a double click.
        QTest.mouseClick(
            person.window.map.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(*point), delay=-1
        )


def measured(person: AtTheWindow, *points: tuple[int, int], kind: str = "line") -> Sketch:
    """Return what lies under pixels."""
    camera = person.window.map.camera
    return Sketch(kind, (((tuple(camera.position_at(*point) for point in points)),),))  # type: ignore[arg-type]


def test_each_edge_and_the_whole_are_measured(aicha: AtTheWindow, panel: MeasurePanel) -> None:
    points = ((300, 200), (420, 240), (500, 420))
    click(aicha, *points)
    line = measured(aicha, *points)
    assert panel.measured.text() == f"3 points · {format_length(line.length_m())}"
    assert panel.edges.text() == " + ".join(map(format_length, line.segment_lengths_m()))


def test_a_click_on_the_first_point_closes_a_zone(aicha: AtTheWindow, panel: MeasurePanel) -> None:
    points = ((300, 200), (420, 240), (500, 420))
    click(aicha, *points, points[0])
    zone = measured(aicha, *points, kind="zone")
    assert panel.pad.sketch.kind == "zone"
    assert format_area(zone.area_m2()) in panel.measured.text()
    click(aicha, (350, 350))
    assert panel.pad.sketch.vertex_count == 1


def test_the_last_point_is_taken_away_also_of_a_closed_zone(
    aicha: AtTheWindow, panel: MeasurePanel
) -> None:
    points = ((300, 200), (420, 240), (500, 420))
    click(aicha, *points, points[0])
    aicha.click(panel.take_back)
    assert panel.pad.sketch.kind == "line"
    assert panel.pad.sketch.vertex_count == 3
    aicha.window.map.setFocus()
    aicha.press(Qt.Key.Key_Backspace)
    assert panel.pad.sketch.vertex_count == 2


def test_all_is_done_by_keys(aicha: AtTheWindow, panel: MeasurePanel) -> None:
    aicha.press(Qt.Key.Key_Return)
    for _step in range(3):
        aicha.press(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    aicha.press(Qt.Key.Key_Return)
    assert panel.pad.sketch.vertex_count == 2
    words = panel.measured.text().removeprefix("2 points · ")
    aicha.click(panel.copy)
    assert QGuiApplication.clipboard().text() == words
    aicha.until_told("The result is copied")
    aicha.press(Qt.Key.Key_Escape)
    assert aicha.browse


def test_the_map_is_as_before_once_the_panel_is_left(
    aicha: AtTheWindow, panel: MeasurePanel
) -> None:
    assert isinstance(aicha.window.map.tool, MeasureTool)
    click(aicha, (300, 200), (420, 240))
    aicha.click(panel.back)
    assert aicha.window.map.tool is None


def test_the_menu_of_the_map_measures_from_where_it_was_opened(aicha: AtTheWindow) -> None:
    view = aicha.window.map
    clicked = view.camera.position_at(320, 260)
    view.menu_wanted.emit(QPointF(320, 260))
    rows = aicha.popover.findChildren(MenuRow)
    aicha.click(next(row for row in rows if row.text() == "Measure from here"))
    panel = aicha.window.panel_host.current
    assert isinstance(panel, MeasurePanel)
    assert panel.pad.sketch == Sketch("line", (((clicked,),),))


def test_a_narrow_window_shows_the_map_to_measure_on(aicha: AtTheWindow) -> None:
    aicha.window.resize(640, 800)
    aicha.until(lambda: aicha.window.body.is_narrow)
    aicha.do("measure")
    assert aicha.window.map.isVisible()
    aicha.until_told("Click on the map, from point to point")
    aicha.press(Qt.Key.Key_Return)
    panel = aicha.window.panel_host.current
    assert isinstance(panel, MeasurePanel)
    assert panel.pad.sketch.vertex_count == 1
