"""Pictures of drawing: a path, a zone and what helps, what crosses itself, outlines changed."""

from pathlib import Path
from typing import TYPE_CHECKING

from shots_territory import GARDEN, SQUARE, Ring, write_walk

from collabmap.domain.geo import LngLat

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from shots import Camera

# Where something is drawn, as shares of the map's width and height.
Spot = tuple[float, float]
PATH: tuple[Spot, ...] = ((0.30, 0.55), (0.38, 0.42), (0.50, 0.40), (0.58, 0.52))
BOW: tuple[Spot, ...] = ((0.40, 0.34), (0.62, 0.62), (0.62, 0.36), (0.40, 0.60))
BOX: tuple[Spot, ...] = ((0.34, 0.34), (0.60, 0.37))
HOLE: tuple[Spot, ...] = ((0.46, 0.45), (0.54, 0.45), (0.54, 0.53))
# So far from a vertex a hand points that means it, logical pixels.
BESIDE_PX = 6


def drawing(camera: "Camera", folder: Path, copy: Path, inside: Path) -> None:
    """From the first point of a path to an outline that is cut in two, as a resident does it."""
    window = camera.window
    window.desk.open(copy)
    camera.until(lambda: window.person is not None)
    camera.settle()
    look_at(camera, GARDEN, 17.0)
    draw_path(camera, folder)
    draw_zone(camera, folder)
    cross(camera, folder)
    correct(camera, folder)
    walk(camera, folder, inside)
    say_undo(camera, folder)


# --- hands ------------------------------------------------------------------------------------


def look_at(camera: "Camera", outline: Ring, zoom: float) -> None:
    """Show the map with the middle of an outline in its middle, and no pointer on it."""
    camera.window.body.show_tab("centre")
    lng, lat = (sum(each) / len(outline) for each in zip(*outline, strict=True))
    camera.window.map.fly_to(lng, lat, zoom)
    point_away(camera)
    camera.settle()


def pixel(camera: "Camera", spot: Spot) -> "QPoint":
    from PySide6.QtCore import QPoint

    viewport = camera.window.map.viewport()
    return QPoint(round(viewport.width() * spot[0]), round(viewport.height() * spot[1]))


def beside(camera: "Camera", position: tuple[float, float]) -> "QPoint":
    """Return a pixel close to a position."""
    from PySide6.QtCore import QPoint

    x, y = camera.window.map.camera.pixel_of(LngLat(*position))
    return QPoint(round(x) + BESIDE_PX, round(y) - BESIDE_PX)


def click(camera: "Camera", *points: "QPoint") -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    for point in points:
        QTest.mouseClick(camera.window.map.viewport(), Qt.MouseButton.LeftButton, pos=point)


def point_at(camera: "Camera", point: "QPoint") -> None:
    """Move the pointer, with no button down."""
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    where = QPointF(point)
    none, bare = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(QEvent.Type.MouseMove, where, where, none, none, bare)
    QApplication.sendEvent(camera.window.map.viewport(), event)


def point_away(camera: "Camera") -> None:
    """Take the pointer off the map."""
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    QApplication.sendEvent(camera.window.map.viewport(), QEvent(QEvent.Type.Leave))


def begin(camera: "Camera", way: str) -> None:
    """Open an empty form and choose how it is drawn."""
    window = camera.window
    window.actions_table["add_place"].trigger()
    assert window.placing.form is not None
    window.placing.form.where.way_chosen.emit(way)
    camera.settle()


def leave(camera: "Camera") -> None:
    """Close the form; nothing is kept of it for the next one."""
    camera.window.placing.close()
    camera.window.placing._drafts.forget()
    camera.window.messages.clear()
    point_away(camera)
    camera.settle()


# --- pictures ---------------------------------------------------------------------------------


def draw_path(camera: "Camera", folder: Path) -> None:
    begin(camera, "line")
    camera.take(folder, "86-path-begin")
    click(camera, *(pixel(camera, spot) for spot in PATH[:-1]))
    point_at(camera, pixel(camera, PATH[-1]))
    camera.take(folder, "87-path-length")
    leave(camera)
    begin(camera, "freehand")
    camera.take(folder, "88-freehand")
    leave(camera)


def draw_zone(camera: "Camera", folder: Path) -> None:
    """A corner that snaps, a right angle, and the form with the zone that was drawn."""
    begin(camera, "zone")
    click(camera, *(pixel(camera, spot) for spot in BOX))
    point_at(camera, beside(camera, GARDEN[2]))
    camera.take(folder, "89-zone-snaps")
    corner, first = pixel(camera, BOX[1]), pixel(camera, BOX[0])
    across = first - corner
    # Square to the edge before, and a little off.
    square = corner + type(corner)(round(across.y() * 0.35) + 2, round(-across.x() * 0.35))
    point_at(camera, square)
    camera.take(folder, "90-zone-right-angle")
    click(camera, square)
    click(camera, pixel(camera, (BOX[0][0], 0.66)))
    form = camera.window.placing.form
    assert form is not None
    form.where.finish_wanted.emit()
    camera.take(folder, "91-zone-form")
    leave(camera)


def cross(camera: "Camera", folder: Path) -> None:
    """A zone that crosses itself, while it is drawn, in the form, and as it is mended."""
    begin(camera, "zone")
    click(camera, *(pixel(camera, spot) for spot in BOW[:3]))
    point_at(camera, pixel(camera, BOW[3]))
    camera.take(folder, "92-zone-crosses")
    click(camera, pixel(camera, BOW[3]))
    form = camera.window.placing.form
    assert form is not None
    form.where.finish_wanted.emit()
    camera.settle()
    form.scroller.ensureWidgetVisible(form.mend)
    camera.take(folder, "93-zone-to-mend")
    form.mend.keep.click()
    camera.take(folder, "94-zone-mended")
    leave(camera)


def correct(camera: "Camera", folder: Path) -> None:
    """The outline of a zone that is there: its vertices, a hole, a cut."""
    from collabmap.ui.map.editing_tool import EditingTool
    from collabmap.ui.panels.outline_panel import OutlinePanel

    window = camera.window
    look_at(camera, SQUARE, 17.4)
    lng, lat = SQUARE[0]
    shapes = window.map.shapes
    assert shapes is not None
    lanes = window.lanes
    assert lanes is not None
    found = shapes.hit(*window.map.camera.pixel_of(LngLat(lng + 2e-4, lat + 2e-4)))
    assert found is not None
    window.commands.open_place(found.id)
    camera.take(folder, "95-zone-card")
    place = lanes.read(lambda reader: reader.place(found.id)).result()
    assert place is not None
    window.placing.outlines.edit(place)
    camera.settle()
    panel = camera.shown(OutlinePanel)
    assert isinstance(panel.tool, EditingTool)
    panel.tool.wants_tab(is_back=False)
    point_at(camera, beside(camera, ((SQUARE[1][0] + SQUARE[2][0]) / 2, 43.7324)))
    camera.take(folder, "96-outline")
    panel.begin_stroke("hole")
    click(camera, *(pixel(camera, spot) for spot in HOLE))
    point_at(camera, pixel(camera, (HOLE[0][0], HOLE[2][1])))
    camera.take(folder, "97-outline-hole")
    panel.finish.click()
    camera.take(folder, "97-outline-with-hole")
    panel.pad.undo()
    panel.begin_stroke("cut")
    click(camera, pixel(camera, (0.25, 0.48)))
    point_at(camera, pixel(camera, (0.75, 0.53)))
    camera.take(folder, "98-outline-cut")
    window.placing.outlines.close()
    window.commands.clear_selection()
    window.messages.clear()


def walk(camera: "Camera", folder: Path, inside: Path) -> None:
    """What a phone recorded, before it is a place; and measuring."""
    from collabmap.ui.panels.measure import MeasurePanel
    from collabmap.ui.panels.walk import WalkPanel

    window = camera.window
    window.commands.open_walk()
    camera.take(folder, "99-walk-file")
    panel = camera.shown(WalkPanel)
    panel.take(write_walk(inside / "Le port.gpx"))
    camera.until(lambda: panel.walk is not None)
    point_away(camera)
    camera.take(folder, "99-walk-seen")
    window.commands.step_back()
    look_at(camera, SQUARE, 16.6)
    window.commands.open_measure()
    camera.take(folder, "100-measure-begin")
    click(camera, *(pixel(camera, spot) for spot in PATH[:3]))
    point_at(camera, pixel(camera, PATH[3]))
    camera.take(folder, "101-measure")
    camera.shown(MeasurePanel).leave()


def say_undo(camera: "Camera", folder: Path) -> None:
    """What undo and redo would do, in the words of the menu."""
    window = camera.window
    window.commands.undo()
    camera.settle()
    camera.take(folder, "102-undone")
    window.messages.clear()
    window.commands.open_menu()
    camera.take(folder, "103-undo-words")
    window.commands.step_back()
