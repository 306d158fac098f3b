"""I walked here: a recording is seen on the map, its ends are hidden, and it becomes a place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from collabmap.store.device import Device
from collabmap.ui.map.sketch_item import SketchItem
from collabmap.ui.panels.walk import WalkPanel

OpenWindow = Callable[[Device], AtTheWindow]


def leg(count: int) -> str:
    """Return a walk eastwards, a step every 8 m."""
    return "".join(f'<rtept lat="43.7320" lon="{7.4150 + i * 0.0001:.4f}"/>' for i in range(count))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "walks.gpx"
    path.write_text(
        f"<gpx><rte><name>Court</name>{leg(10)}</rte>"
        f"<rte><name>Le tour</name>{leg(100)}</rte></gpx>"
    )
    return path


def panel(person: AtTheWindow) -> WalkPanel:
    current = person.window.panel_host.current
    assert isinstance(current, WalkPanel), current
    return current


def drawn(person: AtTheWindow) -> list[SketchItem]:
    """Return what is drawn on the map."""
    items = person.window.map.scene().items()
    return [item for item in items if isinstance(item, SketchItem)]


def read(person: AtTheWindow, path: Path) -> WalkPanel:
    person.do("walk")
    panel(person).take(path)
    person.settle()
    return panel(person)


def test_a_file_dropped_on_the_window_becomes_a_path_without_the_door(
    aicha: AtTheWindow, file: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    for kind in (QDragEnterEvent, QDropEvent):
        where = QPoint(200, 200) if kind is QDragEnterEvent else QPointF(200, 200)
        event = kind(where, copy, data, left, Qt.KeyboardModifier.NoModifier)  # type: ignore[arg-type]
        QApplication.sendEvent(aicha.window, event)
    aicha.until(lambda: panel(aicha).walk is not None)
    shown = panel(aicha)
    assert shown.measured.text() == "597 m"
    assert "within 100 m" in shown.note.text.text()
    aicha.click(shown.use)
    aicha.until(lambda: aicha.form.sketch is not None)
    assert aicha.form.values().name == "Le tour"
    line = aicha.form.sketch
    assert line is not None
    assert min(position.lng for _, position in line.vertices()) > 7.4161


def test_one_of_several_walks_is_chosen_and_shown_whole(aicha: AtTheWindow, file: Path) -> None:
    shown = read(aicha, file)
    assert [choice.text() for choice in shown.which] == ["Le tour · 798 m", "Court · 73 m"]
    aicha.click(shown.which[1])
    aicha.until(lambda: shown.walk is None)
    assert not shown.use.isEnabled()
    assert "never went 100 m away" in shown.note.text.text()
    aicha.click(shown.ends[0])
    aicha.until(lambda: shown.walk is not None)
    assert shown.measured.text() == "73 m"
    assert shown.note.isHidden()


def test_the_walk_on_the_map_goes_with_its_panel(aicha: AtTheWindow, file: Path) -> None:
    shown = read(aicha, file)
    assert shown.walk is not None
    assert [item.shown.sketch for item in drawn(aicha)] == [shown.walk.sketch]
    aicha.press(Qt.Key.Key_Escape)
    assert drawn(aicha) == []


def test_a_file_that_is_none_is_told_and_another_can_be_chosen(
    aicha: AtTheWindow, tmp_path: Path
) -> None:
    (tmp_path / "x.gpx").write_text("<kml/>")
    shown = read(aicha, tmp_path / "x.gpx")
    aicha.until_told("“x.gpx” is not a GPX file")
    assert shown.pick.isEnabled()
    assert not shown.use.isEnabled()
