"""Drawing a path or a zone in the form: as a point is put, and nothing drawn is ever lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from at_the_window import AtTheWindow
from map_hand import MapHand
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceView
from collabmap.domain.sketch import Sketch
from collabmap.store.device import Device
from collabmap.ui.kept_drafts import DRAFTS
from collabmap.ui.map.drawing_tool import DrawingTool
from collabmap.ui.map.editing_tool import EditingTool
from collabmap.ui.panels.form_values import FormValues
from collabmap.ui.widgets.tiles import Tile

OpenWindow = Callable[[Device], AtTheWindow]
SQUARE = ((200, 150), (500, 150), (500, 400), (200, 400))
BOW = ((200, 150), (500, 400), (500, 150), (200, 400))


def tile(person: AtTheWindow, category: str) -> Tile:
    return next(t for t in person.form.findChildren(Tile) if t.category.id == category)


def hand(person: AtTheWindow) -> MapHand:
    return MapHand(person.window.map)


def begin(person: AtTheWindow, way: str) -> MapHand:
    person.click(person.button("Add a place"))
    person.click(person.button(way))
    return hand(person)


def name_it(person: AtTheWindow, name: str) -> None:
    person.click(tile(person, "nature"))
    person.write(name)
    person.press(Qt.Key.Key_Return)
    person.until_told(f"“{name}” is on the map")


def shape_of(place: PlaceView) -> shapely.Geometry:
    return shapely.from_wkb(place.geometry_wkb)


def test_a_zone_is_drawn_named_and_on_the_map(aicha: AtTheWindow) -> None:
    drawing = begin(aicha, "A zone")
    drawing.click(*SQUARE)
    corners = [aicha.window.map.camera.position_at(x, y) for x, y in SQUARE]
    aicha.click(aicha.button("The zone is finished"))
    assert QApplication.focusWidget() is aicha.form.name
    name_it(aicha, "Meadow")
    place = aicha.place("Meadow")
    shape = shape_of(place)
    assert shape.geom_type == "Polygon"
    assert shape.equals_exact(shapely.Polygon(corners), 1e-7)
    assert aicha.window.map.tool is None
    assert place.author_name == "Aïcha"


def test_a_path_is_finished_by_a_double_click(aicha: AtTheWindow) -> None:
    drawing = begin(aicha, "A path")
    drawing.click((200, 150), (500, 400))
    drawing.double_click(500, 400)
    assert aicha.form.has_place
    name_it(aicha, "Path")
    assert shape_of(aicha.place("Path")).geom_type == "LineString"


def test_a_path_is_drawn_by_hand(aicha: AtTheWindow) -> None:
    drawing = begin(aicha, "By hand")
    drawing.drag(*((200 + 3 * n, 200 + (n % 50)) for n in range(100)))
    assert aicha.form.has_place
    name_it(aicha, "Stroll")
    assert len(shape_of(aicha.place("Stroll")).coords) < 100


def test_a_zone_is_drawn_without_a_mouse(aicha: AtTheWindow) -> None:
    aicha.ctrl(Qt.Key.Key_N)
    aicha.form.where.ways.buttons["zone"].setFocus()
    aicha.press(Qt.Key.Key_Space)
    assert QApplication.focusWidget() is aicha.window.map
    aicha.press(Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        aicha.press(key, Qt.KeyboardModifier.ShiftModifier)
        aicha.press(Qt.Key.Key_Return)
    aicha.press(Qt.Key.Key_Return)
    assert aicha.form.is_drawn
    assert QApplication.focusWidget() is aicha.form.tiles.tiles[0]
    name_it(aicha, "Triangle")
    assert shape_of(aicha.place("Triangle")).geom_type == "Polygon"


def test_the_buttons_draw_too(aicha: AtTheWindow) -> None:
    begin(aicha, "A path")
    aicha.click(aicha.button("Set a point in the middle of the map"))
    aicha.window.map.pan_by(100, 0)
    aicha.click(aicha.button("Set a point in the middle of the map"))
    aicha.click(aicha.button("Take the last point away"))
    assert aicha.form.sketch is not None
    assert aicha.form.sketch.vertex_count == 1
    aicha.click(aicha.button("Set a point in the middle of the map"))
    aicha.click(aicha.button("The path is finished"))
    assert aicha.form.is_drawn


def test_add_a_place_here_sets_a_vertex_while_something_is_drawn(aicha: AtTheWindow) -> None:
    drawing = begin(aicha, "A path")
    drawing.click((200, 150))
    there = aicha.window.map.camera.position_at(400, 300)
    aicha.window.placing.put(there)
    assert aicha.form.sketch is not None
    assert aicha.form.sketch.parts[0][0][-1] == pytest.approx(there, abs=1e-9)


def test_what_was_drawn_goes_on_as_something_else(aicha: AtTheWindow) -> None:
    drawing = begin(aicha, "A path")
    drawing.click(*SQUARE)
    aicha.click(aicha.button("A zone"))
    assert aicha.form.sketch is not None
    assert (aicha.form.sketch.kind, aicha.form.sketch.vertex_count) == ("zone", 4)
    aicha.click(aicha.button("A point"))
    aicha.click_map(300, 300)
    assert aicha.form.position is not None
    name_it(aicha, "Tree")
    assert shape_of(aicha.place("Tree")).geom_type == "Point"


def test_a_finished_shape_is_corrected_before_it_is_saved(aicha: AtTheWindow) -> None:
    drawing = begin(aicha, "A zone")
    drawing.click(*SQUARE)
    drawing.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    drawing.drag((500, 400), (530, 430), (600, 500))
    aicha.click(aicha.button("Go on drawing"))
    assert isinstance(aicha.window.map.tool, DrawingTool)
    drawing.click((150, 300))
    aicha.click(aicha.button("The zone is finished"))
    drawn = [aicha.window.map.camera.position_at(*at) for at in (*SQUARE, (150, 300))]
    drawn[2] = aicha.window.map.camera.position_at(600, 500)
    name_it(aicha, "Park")
    assert shape_of(aicha.place("Park")).equals_exact(shapely.Polygon(drawn), 1e-7)


def test_undo_while_drawing_takes_a_vertex_and_not_the_last_place(camille: AtTheWindow) -> None:
    count = len(camille.places())
    drawing = begin(camille, "A zone")
    drawing.click(*SQUARE)
    camille.window.map.setFocus()
    camille.ctrl(Qt.Key.Key_Z)
    assert camille.form.sketch is not None
    assert camille.form.sketch.vertex_count == 3
    camille.form.where.take_back.setFocus()
    camille.ctrl(Qt.Key.Key_Z)
    assert camille.form.sketch.vertex_count == 2
    camille.do("redo")
    assert camille.form.sketch.vertex_count == 3
    camille.settle()
    assert len(camille.places()) == count


# --- what crosses itself -------------------------------------------------------------------------


def test_a_crossing_outline_is_shown_mended_and_kept_only_when_somebody_says_so(
    aicha: AtTheWindow,
) -> None:
    drawing = begin(aicha, "A zone")
    drawing.click(*BOW)
    aicha.click(aicha.button("The zone is finished"))
    assert "crosses itself" in aicha.form.mend.title.text()
    assert isinstance(aicha.window.map.tool, EditingTool)
    mended = aicha.window.map.tool.item.shown.mended
    assert mended is not None
    aicha.click(tile(aicha, "nature"))
    aicha.write("Bow")
    aicha.press(Qt.Key.Key_Return)
    aicha.settle()
    assert "Bow" not in [place.name for place in aicha.places()]
    keep = QApplication.focusWidget()
    assert keep is aicha.form.mend.keep
    assert "crosses itself" in keep.accessibleDescription()
    aicha.click(aicha.button("Keep the mended zone"))
    assert aicha.form.mend.isHidden()
    aicha.click(aicha.button("Save this place"))
    aicha.until_told("“Bow” is on the map")
    shape = shape_of(aicha.place("Bow"))
    assert shape.is_valid
    assert shape.geom_type == "MultiPolygon"


def test_a_crossing_outline_can_be_put_right_by_hand(aicha: AtTheWindow) -> None:
    drawing = begin(aicha, "A zone")
    drawing.click(*BOW)
    aicha.click(aicha.button("The zone is finished"))
    aicha.click(aicha.button("Correct it myself"))
    tool = aicha.window.map.tool
    assert isinstance(tool, EditingTool)
    assert tool.item.shown.mended is None
    assert tool.item.shown.wrong
    assert QApplication.focusWidget() is aicha.window.map
    drawing.drag((500, 400), (510, 300), (520, 100))
    drawing.drag((500, 150), (510, 300), (520, 420))
    assert aicha.form.mend.isHidden()
    name_it(aicha, "Bow")
    assert shape_of(aicha.place("Bow")).geom_type == "Polygon"


def test_a_zone_without_extent_is_refused_with_a_reason(aicha: AtTheWindow) -> None:
    drawing = begin(aicha, "A zone")
    drawing.click((200, 200), (300, 200), (400, 200))
    aicha.click(aicha.button("The zone is finished"))
    assert "in a row" in aicha.form.mend.title.text()
    assert aicha.form.mend.keep.isHidden()
    aicha.click(tile(aicha, "nature"))
    aicha.write("Flat")
    aicha.press(Qt.Key.Key_Return)
    aicha.settle()
    assert "Flat" not in [place.name for place in aicha.places()]


# --- nothing is lost -----------------------------------------------------------------------------


def kept_sketch(person: AtTheWindow, device: Device) -> Sketch | None:
    """Return what the device has on its disk, as if the program had just been killed."""
    info = person.window.info
    assert info is not None
    person.settle()
    again = Device(device.folder)
    drafts = again.note(bytes.fromhex(info.project_id_hex), DRAFTS, {})
    again.close()
    kept = [FormValues.from_plain(plain) for own in drafts.values() for plain in own]
    return kept[-1].sketch if kept else None


def test_every_vertex_is_on_the_disk_at_once(aicha: AtTheWindow, resident_device: Device) -> None:
    drawing = begin(aicha, "A path")
    for number, at in enumerate(SQUARE, 1):
        drawing.click(at)
        assert aicha.form.sketch is not None
        assert aicha.form.sketch.vertex_count == number
        assert kept_sketch(aicha, resident_device) == aicha.form.sketch
    aicha.click(aicha.button("The path is finished"))
    name_it(aicha, "Path")
    assert kept_sketch(aicha, resident_device) is None


def test_a_drawing_goes_on_after_the_window_closed_in_the_middle_of_it(
    aicha: AtTheWindow, open_window: OpenWindow, resident_device: Device
) -> None:
    drawing = begin(aicha, "A zone")
    drawing.click(*SQUARE[:3])
    sketch = aicha.form.sketch
    assert aicha.window.info is not None
    path = aicha.window.info.path
    aicha.window.close()
    again = open_window(resident_device)
    again.open(path)
    again.ctrl(Qt.Key.Key_N)
    assert again.form.sketch == sketch
    assert not again.form.is_drawn
    assert isinstance(again.window.map.tool, DrawingTool)
    again.window.map.fly_to(*aicha.window.map.centre(), aicha.window.map.zoom())
    hand(again).press(Qt.Key.Key_Backspace)
    assert again.form.sketch is not None
    assert again.form.sketch.vertex_count == 2
    hand(again).press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    again.click(again.button("The zone is finished"))
    name_it(again, "Meadow")
    assert len(shape_of(again.place("Meadow")).exterior.coords) == 4


def test_a_drawing_outlives_other_panels_modes_languages_and_sizes(camille: AtTheWindow) -> None:
    window = camille.window
    drawing = begin(camille, "A zone")
    drawing.click(*SQUARE[:3])
    sketch = camille.form.sketch
    camille.press(Qt.Key.Key_Escape)
    assert window.map.tool is None
    for other in ("send", "review"):
        camille.do("add_place")
        assert camille.form.sketch == sketch
        camille.do(other)
        assert window.map.tool is None
    camille.do("add_place")
    for change in (window.preferences.larger_text, lambda: window.preferences.set_language("fr")):
        change()
        assert camille.form.sketch == sketch
        assert isinstance(window.map.tool, DrawingTool)
    drawing.click((300, 420))
    assert camille.form.sketch is not None
    assert camille.form.sketch.vertex_count == 4


def test_start_again_forgets_what_was_drawn(aicha: AtTheWindow, resident_device: Device) -> None:
    drawing = begin(aicha, "A zone")
    drawing.click(*SQUARE)
    aicha.press(Qt.Key.Key_Escape)
    aicha.ctrl(Qt.Key.Key_N)
    aicha.click(aicha.button("Start again"))
    assert aicha.form.sketch is None
    assert kept_sketch(aicha, resident_device) is None
    aicha.click_map(300, 300)
    assert aicha.form.position is not None


def test_a_draft_from_before_there_were_drawings_is_read(
    aicha: AtTheWindow, resident_device: Device, open_window: OpenWindow
) -> None:
    assert aicha.window.info is not None
    assert aicha.window.person is not None
    project = bytes.fromhex(aicha.window.info.project_id_hex)
    old = {
        "category": "eau",
        "name": "Fontaine",
        "description": "",
        "tags": [],
        "contact": "",
        "position": [7.42, 43.73],
    }
    resident_device.set_note(project, DRAFTS, {aicha.window.person.id.hex(): old})
    path = aicha.window.info.path
    aicha.window.close()
    again = open_window(resident_device)
    again.open(path)
    again.ctrl(Qt.Key.Key_N)
    assert again.form.name.text() == "Fontaine"
    assert again.form.position == (7.42, 43.73)


def test_a_shape_from_a_file_begins_a_place(aicha: AtTheWindow) -> None:
    line = shapely.LineString([(7.42, 43.73), (7.43, 43.735), (7.425, 43.74)])
    aicha.window.placing.add_shape(shapely.to_wkb(line), "Sunday walk")
    assert aicha.form.name.text() == "Sunday walk"
    assert aicha.form.is_drawn
    assert aicha.window.map.bbox().contains(7.43, 43.735)
    aicha.click(tile(aicha, "nature"))
    aicha.click(aicha.button("Save this place"))
    aicha.until_told("“Sunday walk” is on the map")
    assert shape_of(aicha.place("Sunday walk")).equals_exact(line, 1e-9)


def test_a_shape_from_a_file_leaves_what_was_begun_before_it(aicha: AtTheWindow) -> None:
    drawing = begin(aicha, "A zone")
    drawing.click(*SQUARE[:3])
    sketch = aicha.form.sketch
    line = shapely.LineString([(7.42, 43.73), (7.43, 43.735)])
    aicha.window.placing.add_shape(shapely.to_wkb(line), "Walk")
    aicha.press(Qt.Key.Key_Escape)
    aicha.do("add_place")
    assert aicha.form.name.text() == "Walk"
    aicha.click(tile(aicha, "nature"))
    aicha.click(aicha.button("Save this place"))
    aicha.until_told("“Walk” is on the map")
    aicha.do("add_place")
    assert aicha.form.sketch == sketch
    aicha.click(aicha.button("Start again"))
    assert aicha.form.sketch is None


def test_a_merge_that_arrives_while_somebody_draws_takes_nothing_away(
    aicha: AtTheWindow,
) -> None:
    drawing = begin(aicha, "A zone")
    drawing.click(*SQUARE[:3])
    sketch = aicha.form.sketch
    shown = aicha.places()[0]
    aicha.meanwhile(lambda session: session.edit(shown, {"name": "Other"}))
    aicha.settle()
    assert aicha.form.sketch == sketch
    drawing.click(SQUARE[3])
    aicha.click(aicha.button("The zone is finished"))
    name_it(aicha, "Meadow")


def test_what_was_begun_on_one_map_is_kept_when_another_is_opened(
    camille: AtTheWindow, device: Device, town: Path, tmp_path: Path
) -> None:
    session = Session.create(tmp_path / "Fontvieille", device, "Fontvieille", "Camille")
    other = session.path
    session.close()
    camille.do("add_place")
    camille.form.name.setText("Half a fountain")
    for path, name in ((other, "Fontvieille"), (town, "La Condamine")):
        camille.window.desk.open(path)
        camille.until(
            lambda name=name: camille.window.info is not None and camille.window.info.name == name
        )
        camille.settle()
    camille.do("add_place")
    assert camille.form.name.text() == "Half a fountain"
