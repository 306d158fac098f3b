"""Laying a plan over the map: spots on both, how far off they are, and what comes of it."""

from pathlib import Path

import numpy as np
import pytest
from at_the_window import LEFT, AtTheWindow
from pictures import telling, written
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from collabmap.domain.geo import LngLat
from collabmap.domain.georeference import Affine
from collabmap.store.mbtiles import MBTilesReader
from collabmap.ui.panels.georeference import GeoreferencePanel

WIDE, HIGH = 2400, 1600
# On the picture, in its pixels; and on the map, in pixels of the view: a third of the size.
SPOTS = [(300.0, 300.0), (2100.0, 360.0), (1950.0, 1350.0), (420.0, 1230.0), (1200.0, 800.0)]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return written(tmp_path / "Plan 1850.png", telling(WIDE, HIGH))


@pytest.fixture
def panel(camille: AtTheWindow, picture: Path) -> GeoreferencePanel:
    """The panel of the coordinator, with a picture."""
    camille.do("prepare")
    camille.window.map.fly_to(7.42, 43.733, 16.0)
    camille.settle()
    opened = camille.window.open_panel("georeference")
    assert isinstance(opened, GeoreferencePanel)
    opened.open_picture(picture)
    camille.until(lambda: opened.step == "spots")
    camille.settle()
    return opened


def on_map(spot: tuple[float, float], off: float = 0.0) -> QPoint:
    """Return where a spot of the picture lies on the map, in pixels of the view."""
    return QPoint(round(40 + spot[0] / 6 + off), round(150 + spot[1] / 6))


def choose(person: AtTheWindow, panel: GeoreferencePanel, *spots: tuple[float, float]) -> None:
    """Click each spot on the picture, then on the map."""
    for spot in spots:
        pixel = panel.view.pixel_of(*spot).toPoint()
        QTest.mouseClick(panel.view, LEFT, pos=pixel)
        assert panel.pending is not None
        before = len(panel.points)
        where = on_map(spot)
        person.click_map(where.x(), where.y())
        person.until(lambda before=before: len(panel.points) == before + 1)


def test_it_begins_with_a_picture(
    camille: AtTheWindow, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_words: (str(picture), ""))
    camille.do("prepare")
    panel = camille.window.open_panel("georeference")
    assert isinstance(panel, GeoreferencePanel)
    camille.click(panel.primary)
    camille.until(lambda: panel.step == "spots")
    assert panel.card is panel.view
    camille.until(panel.view.isVisible)
    assert panel.name.text() == "Plan 1850"
    assert not panel.primary.isEnabled()


def test_a_file_that_is_no_picture_is_said(camille: AtTheWindow, tmp_path: Path) -> None:
    camille.do("prepare")
    panel = camille.window.open_panel("georeference")
    assert isinstance(panel, GeoreferencePanel)
    (tmp_path / "letter.png").write_text("Dear mayor")
    panel.open_picture(tmp_path / "letter.png")
    camille.until_told("not a picture")
    assert panel.step == "choose"


def test_three_spots_place_the_plan_and_a_fourth_says_how_well(
    camille: AtTheWindow, panel: GeoreferencePanel
) -> None:
    choose(camille, panel, *SPOTS[:2])
    assert panel.fit is None
    assert "1 more spot" in panel.now.text.text()
    choose(camille, panel, SPOTS[2])
    assert panel.fit is not None
    assert panel.primary.isEnabled()
    assert "fourth" in panel.now.text.text()
    choose(camille, panel, SPOTS[3])
    # A click is true to a pixel of the picture as it is shown, some metres.
    assert panel.fit.rms_m < 8
    assert "m off" in panel.now.title.text()
    assert [bool(off.text()) for off in panel.spots.offs] == [True] * 4


def test_a_spot_that_is_off_is_named_and_can_be_taken_away(
    camille: AtTheWindow, panel: GeoreferencePanel
) -> None:
    choose(camille, panel, *SPOTS)
    panel.points[1] = panel.points[1]._replace(lat=panel.points[1].lat + 0.002)
    panel._refit()
    assert "spot 2" in panel.now.text.text()
    camille.click(panel.spots.removers[1])
    assert len(panel.points) == 4
    assert panel.fit is not None
    assert panel.fit.rms_m < 8


def test_spots_on_one_line_do_not_place_a_plan(
    camille: AtTheWindow, panel: GeoreferencePanel
) -> None:
    choose(camille, panel, (300.0, 300.0), (900.0, 600.0), (1500.0, 900.0))
    assert not panel.primary.isEnabled()
    assert "one line" in panel.now.title.text()


def test_escape_gives_up_the_spot_and_then_the_panel(
    camille: AtTheWindow, panel: GeoreferencePanel
) -> None:
    QTest.mouseClick(panel.view, LEFT, pos=panel.view.rect().center())
    assert camille.window.map.is_placing
    camille.press(Qt.Key.Key_Escape)
    assert panel.pending is None
    assert not camille.window.map.is_placing
    assert camille.window.panel_host.current is panel
    camille.press(Qt.Key.Key_Escape)
    assert camille.window.panel_host.current is not panel


def test_everything_goes_by_keyboard(camille: AtTheWindow, panel: GeoreferencePanel) -> None:
    for keys in ((), (Qt.Key.Key_Right,) * 3, (Qt.Key.Key_Down,) * 3):
        panel.view.setFocus(Qt.FocusReason.TabFocusReason)
        panel.view.zoom(4.0)
        for key in keys:
            QTest.keyClick(panel.view, key)
        camille.press(Qt.Key.Key_Return)
        assert panel.pending is not None
        assert QApplication.focusWidget() is camille.window.map
        for key in keys:
            camille.press(key)
        camille.settle()
        camille.until(lambda: camille.window.map.motion.target is None)
        camille.press(Qt.Key.Key_Return)
        assert panel.pending is None
        assert QApplication.focusWidget() is panel.view
    assert len(panel.points) == 3
    assert panel.points[1].x > panel.points[0].x
    assert panel.points[2].y > panel.points[1].y


def dots_of(person: AtTheWindow) -> np.ndarray:
    image = person.window.map.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4).astype(int)


def test_the_plan_shows_over_the_map_as_clearly_as_one_likes(
    camille: AtTheWindow, panel: GeoreferencePanel
) -> None:
    bare = dots_of(camille)
    choose(camille, panel, *SPOTS[:3])
    panel.opacity.setValue(100)
    full = dots_of(camille)
    panel.opacity.setValue(0)
    none = dots_of(camille)
    middle = on_map((1200.0, 1000.0))
    y, x = middle.y(), middle.x()
    assert full[y, x, 0] < 20, "the plan has no blue"
    assert abs(full[y, x, 2] - 127) < 20, "its middle is half as red as its edge"
    assert np.array_equal(none[y, x], bare[y, x])
    panel.leave()
    assert np.abs(dots_of(camille)[y, x] - bare[y, x]).max() < 3, "it leaves the map as it was"


def test_adding_puts_the_plan_on_top_of_the_base_maps(
    camille: AtTheWindow, panel: GeoreferencePanel, town: Path
) -> None:
    choose(camille, panel, *SPOTS[:3])
    assert panel.fit is not None
    affine: Affine = panel.fit.affine
    panel.credit.setText("Archives de la ville")
    camille.click(panel.primary)
    told = camille.until_told("Plan 1850")
    camille.settle()
    assert told[0] == "done"
    top = camille.window.base_maps.views[-1]
    assert (top.title, top.path) == ("Plan 1850", town.with_name("La Condamine.plan-1850.mbtiles"))
    assert (top.state, top.attribution) == ("ok", "Archives de la ville")
    with MBTilesReader(top.path) as pack:
        assert pack.bounds.contains(*affine.to_position(1200, 800))
    assert camille.window.panel_host.current is not panel


def test_a_second_plan_of_that_name_leaves_the_first_alone(
    camille: AtTheWindow, panel: GeoreferencePanel, town: Path
) -> None:
    first = town.with_name("La Condamine.plan-1850.mbtiles")
    first.write_text("precious")
    choose(camille, panel, *SPOTS[:3])
    camille.click(panel.primary)
    camille.until_told("Plan 1850")
    camille.settle()
    assert first.read_text() == "precious"
    assert camille.window.base_maps.views[-1].path != first


def test_stopping_leaves_no_pack_and_the_spots(
    camille: AtTheWindow, panel: GeoreferencePanel, town: Path
) -> None:
    choose(camille, panel, *SPOTS[:3])
    camille.click(panel.primary)
    assert panel._task is not None
    panel._task.stop()
    camille.settle()
    assert list(town.parent.glob("*.mbtiles")) == []
    assert panel.step == "spots"
    assert len(panel.points) == 3


def test_a_closer_look_brings_finer_dots(camille: AtTheWindow, panel: GeoreferencePanel) -> None:
    view = panel.view
    view.zoom(16.0, QPointF(view.width() / 2, view.height() / 2))
    camille.until(lambda: view._detail is not None and view._detail[0] == 0)
    _level, rect, image = view._detail or (0, QRect(), QImage())
    assert image.size() == rect.size()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    spot = rect.center()
    assert middle.red() == pytest.approx(spot.x() / WIDE * 255, abs=3)


def test_a_spot_is_shown_on_both(camille: AtTheWindow, panel: GeoreferencePanel) -> None:
    choose(camille, panel, *SPOTS[:3])
    panel.spots.shown.emit(1)
    camille.until(lambda: camille.window.map.motion.target is None)
    point = panel.points[1]
    assert camille.window.map.centre() == pytest.approx(LngLat(point.lng, point.lat), abs=1e-4)
    there = panel.view.pixel_of(point.x, point.y)
    assert (there - QPointF(panel.view.rect().center())).manhattanLength() < 4
