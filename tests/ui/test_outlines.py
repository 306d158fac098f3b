"""Changing the shape of a place that is on the map, and what becomes of it if one leaves."""

from collections.abc import Callable

import pytest
import shapely
from at_the_window import AtTheWindow
from map_hand import MapHand
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Vertex
from collabmap.store.device import Device
from collabmap.ui.map.drawing_tool import DrawingTool
from collabmap.ui.map.editing_tool import EditingTool
from collabmap.ui.panels.outline_panel import OutlinePanel

OpenWindow = Callable[[Device], AtTheWindow]
WEST, SOUTH, EAST, NORTH = 7.4195, 43.7322, 7.4215, 43.7334
SQUARE = ((WEST, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH))
CTRL = Qt.KeyboardModifier.ControlModifier


def shape_of(place: PlaceView) -> shapely.Geometry:
    return shapely.from_wkb(place.geometry_wkb)


def add(person: AtTheWindow, name: str, shape: shapely.Geometry) -> None:
    middle = shape.representative_point()
    draft = PlaceDraft(name, "nature", middle.x, middle.y, geometry_wkb=shapely.to_wkb(shape))
    person.meanwhile(lambda session: session.add(draft))
    person.until(lambda: name in person.names)
    person.settle()


class Editor:
    """Somebody who changes the shape of a place, told in degrees."""

    def __init__(self, person: AtTheWindow) -> None:
        self.person = person
        self.hand = MapHand(person.window.map)

    @property
    def panel(self) -> OutlinePanel:
        panel = self.person.window.panel_host.current
        assert isinstance(panel, OutlinePanel), panel
        return panel

    @property
    def tool(self) -> EditingTool:
        tool = self.person.window.map.tool
        assert isinstance(tool, EditingTool)
        return tool

    def at(self, lng: float, lat: float) -> tuple[int, int]:
        x, y = self.person.window.map.camera.pixel_of(LngLat(lng, lat))
        return round(x), round(y)

    def pull(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        (x, y), last = self.at(*start), self.at(*end)
        self.hand.drag((x, y), (x + 20, y), last)

    def click(self, *positions: tuple[float, float]) -> None:
        self.hand.click(*(self.at(*position) for position in positions))

    def button(self, words: str) -> None:
        self.person.click(self.person.button(words))


def edit(person: AtTheWindow, name: str) -> Editor:
    person.open_card(name)
    person.click(person.button("Edit the outline"))
    person.settle()
    return Editor(person)


@pytest.fixture
def meadow(camille: AtTheWindow) -> Editor:
    """Camille has a zone open."""
    add(camille, "Meadow", shapely.Polygon(SQUARE))
    return edit(camille, "Meadow")


def shown(person: AtTheWindow) -> shapely.Geometry:
    return shape_of(person.place("Meadow"))


def test_a_point_is_moved_by_its_pin_and_a_zone_by_its_outline(camille: AtTheWindow) -> None:
    add(camille, "Meadow", shapely.Polygon(SQUARE))
    camille.open_card("Fontaine des Moulins")
    assert camille.card.move_button.text() == "Move"
    camille.press(Qt.Key.Key_Escape)
    camille.open_card("Meadow")
    assert camille.card.move_button.text() == "Edit the outline"
    camille.click(camille.button("Edit"))
    assert camille.window.map.movable_pin is None


def test_a_corner_that_was_pulled_is_saved_and_undone(meadow: Editor) -> None:
    person = meadow.person
    meadow.pull((EAST, NORTH), (EAST + 0.0005, NORTH + 0.0003))
    meadow.button("Save the outline")
    person.until_told("The outline of “Meadow” is changed")
    assert shown(person).bounds == pytest.approx(
        (WEST, SOUTH, EAST + 0.0005, NORTH + 0.0003), abs=2e-5
    )
    assert person.window.map.tool is None
    person.settle()
    assert person.window.actions_table["undo"].text() == "Undo: change the outline of “Meadow”"
    person.click(person.button("Undo"))
    person.until_told("The outline of “Meadow” is as it was")
    person.until(lambda: shown(person).equals_exact(shapely.Polygon(SQUARE), 1e-7))


def test_without_a_change_nothing_is_written(meadow: Editor) -> None:
    before = meadow.person.place("Meadow").changed_ms
    meadow.button("Save the outline")
    meadow.person.settle()
    assert meadow.person.place("Meadow").changed_ms == before
    assert meadow.person.card.title.text() == "Meadow"


def test_a_hole_is_added_and_taken_away(meadow: Editor) -> None:
    meadow.button("Add a hole")
    assert isinstance(meadow.person.window.map.tool, DrawingTool)
    assert not meadow.panel.save.isVisible()
    meadow.click((7.4202, 43.7326), (7.4208, 43.7326), (7.4205, 43.7330))
    meadow.button("The hole is finished")
    assert len(meadow.panel.pad.sketch.parts[0]) == 2
    meadow.tool.choose(Vertex(0, 1, 0))
    meadow.button("Remove this hole")
    assert len(meadow.panel.pad.sketch.parts[0]) == 1
    meadow.button("Step back")
    meadow.button("Save the outline")
    meadow.person.until_told("is changed")
    assert len(shown(meadow.person).interiors) == 1


def test_a_hole_outside_of_its_zone_is_said_and_not_saved(meadow: Editor) -> None:
    meadow.button("Add a hole")
    meadow.click((7.4225, 43.7326), (7.4230, 43.7326), (7.4228, 43.7330))
    meadow.hand.press(Qt.Key.Key_Return, CTRL)
    assert "hole lies outside" in meadow.panel.mend.title.text()
    meadow.button("Save the outline")
    meadow.person.settle()
    assert shown(meadow.person).equals_exact(shapely.Polygon(SQUARE), 1e-7)
    meadow.button("Keep the mended zone")
    assert meadow.panel.mend.isHidden()


def test_escape_leaves_the_hole_and_then_the_panel(meadow: Editor) -> None:
    meadow.button("Add a hole")
    meadow.click((7.4202, 43.7326))
    meadow.hand.press(Qt.Key.Key_Return, CTRL)
    meadow.person.until_told("Not finished yet")
    meadow.person.press(Qt.Key.Key_Escape)
    assert meadow.tool.pad is meadow.panel.pad
    meadow.person.press(Qt.Key.Key_Escape)
    assert meadow.person.card.title.text() == "Meadow"
    assert meadow.person.window.map.tool is None


def test_a_zone_is_cut_in_two_by_one_deed(meadow: Editor) -> None:
    person = meadow.person
    count = len(person.places())
    meadow.button("Cut in two")
    middle = (WEST + EAST) / 2
    meadow.click((middle, SOUTH - 0.0002), (middle, NORTH + 0.0002))
    meadow.button("Cut here")
    person.until_told("“Meadow” is cut in 2")
    parts = [shape_of(p) for p in person.places() if shape_of(p).geom_type == "Polygon"]
    assert len(parts) == 2
    assert sum(part.area for part in parts) == pytest.approx(shapely.Polygon(SQUARE).area)
    person.click(person.button("Undo"))
    person.until(lambda: len(person.places()) == count)


def test_a_cut_beside_the_zone_cuts_nothing_and_says_so(meadow: Editor) -> None:
    meadow.button("Cut in two")
    meadow.click((7.4190, SOUTH), (7.4190, NORTH))
    meadow.button("Cut here")
    meadow.person.settle()
    assert meadow.person.told
    assert meadow.tool.pad is meadow.panel.pad


def test_the_whole_is_moved(meadow: Editor) -> None:
    meadow.button("Move the whole")
    assert QApplication.focusWidget() is meadow.person.window.map
    meadow.pull((7.4205, 43.7328), (7.4208, 43.7328))
    meadow.button("Save the outline")
    meadow.person.until_told("is changed")
    west, _south, east, _north = shown(meadow.person).bounds
    assert (west, east) == pytest.approx((WEST + 0.0003, EAST + 0.0003), abs=2e-5)


def test_points_are_added_and_removed_by_buttons(meadow: Editor) -> None:
    assert not meadow.panel.insert.isEnabled()
    meadow.hand.press(Qt.Key.Key_Tab)
    meadow.button("Add a point")
    assert meadow.panel.pad.sketch.vertex_count == 5
    meadow.button("Remove this point")
    assert meadow.panel.pad.sketch.vertex_count == 4


# --- nothing is lost, nobody is overwritten ------------------------------------------------------


def test_what_somebody_else_drew_meanwhile_is_kept_beside(meadow: Editor) -> None:
    person, place = meadow.person, meadow.panel.place
    other = shapely.Polygon([(7.42, 43.732), (7.421, 43.732), (7.4205, 43.733)])
    person.meanwhile(lambda s: s.edit(place, {"geometry_wkb": shapely.to_wkb(other)}))
    person.settle()
    meadow.pull((EAST, NORTH), (EAST + 0.0005, NORTH + 0.0003))
    meadow.button("Save the outline")
    person.until_told("is changed")
    assert [s.field for s in person.place("Meadow").siblings] == ["geometry"]


def test_a_change_left_unfinished_is_offered_again_and_overwrites_nobody(
    meadow: Editor, open_window: OpenWindow, device: Device
) -> None:
    person, place = meadow.person, meadow.panel.place
    meadow.pull((EAST, NORTH), (EAST + 0.0005, NORTH + 0.0003))
    sketch = meadow.panel.pad.sketch
    assert person.window.info is not None
    path = person.window.info.path
    person.window.close()
    again = open_window(device)
    again.open(path)
    again.until_told("You had begun to change the outline of “Meadow”")
    other = shapely.Polygon([(7.42, 43.732), (7.421, 43.732), (7.4205, 43.733)])
    again.meanwhile(lambda s: s.edit(place, {"geometry_wkb": shapely.to_wkb(other)}))
    again.click(again.button("Go on"))
    resumed = Editor(again)
    again.until(lambda: isinstance(again.window.panel_host.current, OutlinePanel))
    assert resumed.panel.pad.sketch == sketch
    resumed.button("Save the outline")
    again.until_told("The outline of “Meadow” is changed")
    assert [s.field for s in again.place("Meadow").siblings] == ["geometry"]
    again.window.close()
    last = open_window(device)
    last.open(path)
    assert not last.told


def test_a_place_deleted_meanwhile_gives_its_drawing_to_a_new_one(
    meadow: Editor, open_window: OpenWindow, device: Device
) -> None:
    place = meadow.panel.place
    meadow.pull((EAST, NORTH), (EAST + 0.0005, NORTH + 0.0003))
    sketch = meadow.panel.pad.sketch
    assert meadow.person.window.info is not None
    path = meadow.person.window.info.path
    meadow.person.meanwhile(lambda session: session.delete(place))
    meadow.person.window.close()
    again = open_window(device)
    again.open(path)
    again.until_told("You had begun to change the outline")
    again.click(again.button("Go on"))
    again.until_told("“Meadow” is no longer on the map")
    assert again.form.sketch == sketch
    assert again.form.name.text() == "Meadow"


def test_a_change_outlives_other_panels_languages_and_a_stray_cancel(meadow: Editor) -> None:
    person = meadow.person
    meadow.pull((EAST, NORTH), (EAST + 0.0005, NORTH + 0.0003))
    sketch = meadow.panel.pad.sketch
    person.window.preferences.set_language("fr")
    person.window.preferences.set_language("en")
    assert meadow.panel.pad.sketch == sketch
    person.do("send")
    assert person.window.map.tool is None
    person.do("contribute")
    edit(person, "Meadow")
    assert meadow.panel.pad.sketch == sketch
    meadow.button("Cancel")
    assert person.window.map.tool is None
    person.click(person.button("Go on changing it"))
    person.until(lambda: isinstance(person.window.panel_host.current, OutlinePanel))
    assert meadow.panel.pad.sketch == sketch
    person.press(Qt.Key.Key_Escape)
    meadow.button("Edit the outline")
    person.click(person.button("Start again"))
    assert meadow.panel.pad.sketch != sketch


def test_a_crossing_outline_is_not_saved_unasked(meadow: Editor) -> None:
    person = meadow.person
    meadow.pull((EAST, NORTH), (WEST - 0.0004, (SOUTH + NORTH) / 2))
    assert meadow.tool.item.shown.mended is not None
    meadow.button("Save the outline")
    person.settle()
    assert shown(person).equals_exact(shapely.Polygon(SQUARE), 1e-7)
    meadow.button("Keep the mended zone")
    meadow.button("Save the outline")
    person.until_told("is changed")
    assert shown(person).is_valid


def test_what_is_offered_to_one_person_is_taken_away_from_the_next(meadow: Editor) -> None:
    person = meadow.person
    window = person.window
    assert window.person is not None
    camille = window.person.id
    meadow.pull((EAST, NORTH), (EAST + 0.0005, NORTH + 0.0003))
    person.do("contribute")
    lanes = window.lanes
    assert lanes is not None
    dora = lanes.write(lambda session: session.begin_person("Dora")).result()
    for turn, is_offered in ((dora.id, False), (camille, True), (dora.id, False)):
        window.front.switch_person(turn)
        person.until(lambda turn=turn: window.person is not None and window.person.id == turn)  # type: ignore[misc]
        begun = [title for title in window.messages.texts if "You had begun" in title]
        assert bool(begun) is is_offered


def test_a_narrow_window_shows_the_map_to_change_an_outline_on(camille: AtTheWindow) -> None:
    add(camille, "Meadow", shapely.Polygon(SQUARE))
    camille.window.resize(640, 800)
    camille.until(lambda: camille.window.body.is_narrow)
    editor = edit(camille, "Meadow")
    assert camille.window.map.isVisible()
    assert camille.window.body.tabs.segments["panel"].text() == "Outline"
    assert not camille.window.panel_host.isVisible()
    camille.until_told("Drag the points of the outline")
    editor.panel.begin_stroke("cut")
    camille.until_told("Draw a line across, where it is cut")
    editor.panel.leave()
    camille.settle()
    assert camille.window.messages.texts == []


def test_what_was_begun_of_one_outline_waits_while_another_is_changed(camille: AtTheWindow) -> None:
    add(camille, "Meadow", shapely.Polygon(SQUARE))
    add(camille, "Field", shapely.Polygon([(lng + 0.003, lat) for lng, lat in SQUARE]))
    editor = edit(camille, "Meadow")
    editor.pull((EAST, NORTH), (EAST + 0.0005, NORTH + 0.0003))
    begun = editor.panel.pad.sketch
    camille.do("contribute")
    editor = edit(camille, "Field")
    editor.pull((EAST + 0.003, NORTH), (EAST + 0.0034, NORTH + 0.0003))
    editor.button("Save the outline")
    camille.until_told("The outline of “Field” is changed")
    camille.do("contribute")
    assert edit(camille, "Meadow").panel.pad.sketch == begun
