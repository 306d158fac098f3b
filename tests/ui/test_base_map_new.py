"""Making a base map at the window: the extract, the area, the zooms, painting it, using it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from packs import a_pack
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from collabmap.app.settings import resource
from collabmap.basemap.builder import Recipe, plan
from collabmap.domain.geo import Bbox
from collabmap.store.device import Device
from collabmap.store.mbtiles import MBTilesReader
from collabmap.ui.map.area_overlay import Grip
from collabmap.ui.panels.base_map_new import BaseMapPanel
from collabmap.ui.widgets.buttons import Button

MONACO = resource("demo/monaco-2023-12-25.osm.pbf")
PORT = Bbox(7.417, 43.731, 7.425, 43.737)
OpenWindow = Callable[[Device], AtTheWindow]


def panel_of(person: AtTheWindow) -> BaseMapPanel:
    panel = person.window.panel_host.current
    assert isinstance(panel, BaseMapPanel), panel
    return panel


def open_assistant(person: AtTheWindow) -> BaseMapPanel:
    person.do("base_map")
    person.settle()
    return panel_of(person)


def choose(person: AtTheWindow, area: Bbox = PORT, zooms: tuple[int, int] = (12, 15)) -> None:
    """Take the extract, a small area and few zooms."""
    panel = panel_of(person)
    panel.take_files([MONACO])
    person.until(lambda: bool(panel.source.facts))
    write_box(person, ", ".join(map(str, area)))
    panel.zooms.range.first.setValue(zooms[0])
    panel.zooms.range.last.setValue(zooms[1])


def write_box(person: AtTheWindow, text: str) -> None:
    """Paste a box into the first of the four fields."""
    panel = panel_of(person)
    if panel.area.way != "numbers":
        person.click(panel.area.ways["numbers"])
    QApplication.clipboard().setText(text)
    panel.area.fields["west"].selectAll()
    panel.area.fields["west"].paste()


@pytest.fixture
def assistant(camille: AtTheWindow) -> BaseMapPanel:
    return open_assistant(camille)


@pytest.fixture
def ready(camille: AtTheWindow, assistant: BaseMapPanel) -> BaseMapPanel:
    """The assistant with everything chosen."""
    choose(camille)
    return assistant


# --- the extract ------------------------------------------------------------------------------


def test_without_an_extract_choosing_one_is_the_thing_to_do(assistant: BaseMapPanel) -> None:
    assert assistant.primary.text() == "Choose the extract"
    assert assistant.source.where.isVisible()
    assert not assistant.zooms.isVisible()


def test_an_extract_says_its_date_and_its_box_becomes_the_area(
    camille: AtTheWindow, assistant: BaseMapPanel
) -> None:
    assistant.take_files([MONACO])
    camille.until(lambda: bool(assistant.source.facts))
    assert MONACO.name in assistant.source.box.text()
    assert "2023" in assistant.source.box.text()
    assert assistant.area.area == assistant.source.facts[0].bbox
    assert assistant.primary.text() == "Make this base map"
    assert QApplication.focusWidget() is assistant.primary


@pytest.mark.parametrize("content", [b"", b"a shopping list", b"\x1f\x8b\x08broken"])
def test_what_is_no_extract_is_told_and_the_one_before_stays(
    camille: AtTheWindow, assistant: BaseMapPanel, tmp_path: Path, content: bytes
) -> None:
    bad = tmp_path / "list.osm.pbf"
    bad.write_bytes(content)
    assistant.take_files([bad])
    camille.until(lambda: any(kind == "error" for kind, _title, _hint in camille.told))
    assert not assistant.source.facts
    assert assistant.primary.text() == "Choose the extract"
    assert "list.osm.pbf" in camille.told[-1][1]


def test_an_extract_that_is_dropped_on_the_window_begins_a_base_map(camille: AtTheWindow) -> None:
    camille.window.dropping.take([MONACO])
    camille.until(lambda: bool(panel_of(camille).source.facts))
    assert camille.window.sections.current == "base_map"


def test_a_resident_cannot_make_one(aicha: AtTheWindow) -> None:
    assert not aicha.window.actions_table["base_map"].isEnabled()
    aicha.window.dropping.take([MONACO])
    assert aicha.window.panel_host.current_name == "browse"


def test_another_language_or_size_of_text_keeps_what_was_chosen(
    camille: AtTheWindow, ready: BaseMapPanel
) -> None:
    ready.more.choose("dark", "en", "png", 2)
    before = ready.wanted()
    camille.window.preferences.set_language("fr")
    camille.settle()
    again = panel_of(camille)
    assert again is not ready
    assert again.wanted() == before
    assert again.primary.text() == "Fabriquer ce fond"
    camille.until(lambda: again.zooms.total > 0 and bool(again.area.places))
    camille.window.preferences.set_text_scale(1.2)
    camille.settle()
    assert panel_of(camille).wanted() == before


# --- the area ---------------------------------------------------------------------------------


def test_four_numbers_that_are_pasted_are_the_area(
    camille: AtTheWindow, ready: BaseMapPanel
) -> None:
    assert ready.area.area == PORT
    overlay = ready.area.overlay
    assert overlay is not None
    assert overlay.bbox == PORT
    write_box(camille, "7.43 43.73 7.41 43.74")
    assert ready.area.error.isVisible()
    assert ready.area.area == PORT


def test_a_handle_is_pulled_with_the_mouse_and_the_fields_follow(
    camille: AtTheWindow, ready: BaseMapPanel
) -> None:
    camille.click(ready.area.ways["draw"])
    camille.settle()
    overlay = ready.area.overlay
    assert overlay is not None
    east = overlay.handle_px(Grip(1, 0)).toPoint()
    drag(camille, east, east + QPoint(-60, 30))
    area = ready.area.area
    assert area is not None
    assert area.east < PORT.east - 0.0005
    assert (area.west, area.south, area.north) == pytest.approx((PORT.west, PORT.south, PORT.north))
    assert float(ready.area.fields["east"].text()) == pytest.approx(area.east, abs=1e-5)
    assert ready.zooms.estimate is None


def drag(person: AtTheWindow, start: QPoint, end: QPoint) -> None:
    viewport = person.window.map.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for point in ((start + end) / 2, end):
        where = QPointF(point)
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            where,
            viewport.mapToGlobal(where),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(viewport, move)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def test_a_drag_beside_the_handles_moves_the_map_and_not_the_area(
    camille: AtTheWindow, ready: BaseMapPanel
) -> None:
    overlay = ready.area.overlay
    assert overlay is not None
    before = camille.window.map.centre()
    middle = overlay.box_px().center().toPoint()
    drag(camille, middle, middle + QPoint(80, 0))
    assert ready.area.area == PORT
    assert camille.window.map.centre().lng < before.lng


def test_arrows_on_the_map_move_the_area_and_with_shift_make_it_larger(
    camille: AtTheWindow, ready: BaseMapPanel
) -> None:
    camille.click(ready.area.ways["draw"])
    camille.window.map.setFocus()
    camille.press(Qt.Key.Key_Right)
    area = ready.area.area
    assert area is not None
    assert area.west > PORT.west
    assert area.east - area.west == pytest.approx(PORT.east - PORT.west)
    camille.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    larger = ready.area.area
    assert larger is not None
    assert larger.south < area.south
    assert larger.north == pytest.approx(area.north)


def test_a_place_is_found_by_its_name_and_only_its_own_tiles_are_counted(
    camille: AtTheWindow, ready: BaseMapPanel
) -> None:
    camille.click(ready.area.ways["place"])
    camille.until(lambda: bool(ready.area.places))
    assert QApplication.focusWidget() is ready.area.search
    camille.write("la cond")
    camille.press(Qt.Key.Key_Return)
    assert ready.area.name == "La Condamine"
    assert ready.area.outline is not None
    ready.zooms.range.last.setValue(18)
    recipe = Recipe((MONACO,), ready.area.area, ready.area.outline, ready.zooms.zooms)
    camille.until(lambda: ready.zooms.tiles == plan(recipe))
    whole = Recipe((MONACO,), ready.area.area, None, ready.zooms.zooms)
    assert ready.zooms.total < sum(plan(whole).values())


def test_what_no_place_is_called_is_said(camille: AtTheWindow, ready: BaseMapPanel) -> None:
    camille.click(ready.area.ways["place"])
    camille.until(lambda: bool(ready.area.places))
    camille.write("xyzzy")
    assert ready.area.nothing.text() == "Nothing for “xyzzy” in this extract."


# --- zooms and estimate -----------------------------------------------------------------------


def test_the_tiles_of_each_zoom_are_counted_exactly(ready: BaseMapPanel) -> None:
    assert ready.zooms.tiles == plan(Recipe((MONACO,), PORT, zooms=(12, 13, 14, 15)))
    assert ready.zooms.figures.figures[0].number == str(ready.zooms.total)


def test_size_and_time_are_measured_anew_for_the_newest_choice_alone(
    camille: AtTheWindow, ready: BaseMapPanel
) -> None:
    assert [figure.number for figure in ready.zooms.figures.figures[1:]] == ["…", "…"]
    camille.until(lambda: ready.zooms.estimate is not None)
    first = ready.zooms.estimate
    assert first is not None
    assert first.tiles == ready.zooms.tiles
    _tiles, size, time = ready.zooms.figures.figures
    assert size.words.endswith("free here")
    assert time.words == "on this computer"
    for last in (16, 17, 14):
        ready.zooms.range.last.setValue(last)
        camille.qtbot.wait(600)
    camille.until(lambda: ready.zooms.estimate is not None)
    newest = ready.zooms.estimate
    assert newest is not None
    assert list(newest.tiles) == [12, 13, 14]


def test_a_window_that_closes_does_not_wait_for_what_is_being_measured(
    camille: AtTheWindow, ready: BaseMapPanel
) -> None:
    camille.until(lambda: ready.measuring.question is not None)
    question = ready.measuring.question
    assert question is not None
    camille.window.close()
    assert question.is_cancelled


def test_the_handles_of_the_zooms_work_by_keys_and_stop_at_each_other(
    camille: AtTheWindow, ready: BaseMapPanel
) -> None:
    first, last = ready.zooms.range.first, ready.zooms.range.last
    last.setFocus()
    camille.press(Qt.Key.Key_Right)
    assert ready.zooms.zooms == (12, 13, 14, 15, 16)
    assert list(ready.zooms.table.tiles) == [12, 13, 14, 15, 16]
    assert ready.zooms.figures.figures[1].number == "…"
    first.setFocus()
    camille.press(Qt.Key.Key_End)
    assert ready.zooms.zooms == (16,)


def test_more_than_a_million_tiles_are_said_and_asked_about(
    camille: AtTheWindow, ready: BaseMapPanel
) -> None:
    write_box(camille, "7, 43, 8, 44")
    ready.zooms.range.last.setValue(20)
    assert ready.zooms.total > 1_000_000
    camille.click(ready.primary)
    assert ready.question is not None
    assert f"{ready.zooms.total:,}" in ready.question.words
    assert not ready.primary.isVisible()
    camille.click(camille.button("Choose fewer"))
    assert ready.question is None
    assert not ready.work.is_running


# --- making it --------------------------------------------------------------------------------


def begin(person: AtTheWindow, panel: BaseMapPanel) -> None:
    """Begin, and wait until tiles are being painted."""
    person.click(panel.primary)
    person.until(lambda: panel.step == "running")


def until_painting(person: AtTheWindow, panel: BaseMapPanel) -> None:
    def is_so() -> bool:
        build = panel.work.build
        return build is not None and build.step.part == "painting" and build.step.done > 0

    person.qtbot.waitUntil(is_so, timeout=60_000)


def beside(town: Path) -> set[str]:
    """Return what lies beside the map that has to do with tiles."""
    return {path.name for path in town.parent.iterdir() if "mbtiles" in path.name}


def test_a_base_map_is_made_paused_resumed_and_put_under_the_map(
    camille: AtTheWindow, assistant: BaseMapPanel, town: Path
) -> None:
    choose(camille, zooms=(12, 17))
    begin(camille, assistant)
    until_painting(camille, assistant)
    camille.click(assistant.pause)
    assert assistant.work.build is not None
    assert assistant.work.build.state == "paused"
    assert assistant.pause.text() == "Go on"
    assert "Paused" in assistant.running.left.text()
    camille.click(assistant.pause)
    assert assistant.work.build.state == "running"
    camille.until(lambda: assistant.step == "done")
    assert assistant.done.title.text() == "Verified, complete"
    made = town.with_suffix(".mbtiles")
    assert beside(town) == {made.name}
    camille.click(assistant.primary)
    camille.until_told("The base map is under the map")
    camille.until(lambda: camille.window.map.pack is not None)
    pack = camille.window.map.pack
    assert pack is not None
    assert pack.bounds == pytest.approx(PORT)
    assert [view.path for view in camille.window.base_maps.views] == [made]
    assert camille.window.panel_host.current_name == "base_maps"
    reader = MBTilesReader(made)
    assert (reader.min_zoom, reader.max_zoom) == (12, 17)
    reader.close()


def test_stopping_leaves_nothing(camille: AtTheWindow, assistant: BaseMapPanel, town: Path) -> None:
    choose(camille, zooms=(12, 18))
    begin(camille, assistant)
    until_painting(camille, assistant)
    camille.click(assistant.stop)
    camille.until(lambda: assistant.step == "choose")
    assert beside(town) == set()
    assert assistant.work.offer is None
    assert assistant.primary.text() == "Make this base map"
    assert assistant.area.area == PORT


def test_it_goes_on_when_one_leaves_and_the_number_leads_back(
    camille: AtTheWindow, assistant: BaseMapPanel
) -> None:
    choose(camille, zooms=(12, 17))
    begin(camille, assistant)
    until_painting(camille, assistant)
    assistant.work.pause()
    camille.do("contribute")
    shown = camille.window.top_bar.work
    camille.until(shown.isVisible)
    assert shown.words.endswith("%")
    camille.click(shown)
    again = panel_of(camille)
    assert again.step == "running"
    assert not shown.isVisible()
    camille.do("contribute")
    camille.window.base_map_work.resume()
    camille.until_told("The base map is ready")
    camille.click(camille.button("See it"))
    assert panel_of(camille).step == "done"


def test_a_file_that_is_there_is_never_replaced_silently(
    camille: AtTheWindow, assistant: BaseMapPanel, town: Path
) -> None:
    town.with_suffix(".mbtiles").write_bytes(b"the one of before")
    named = town.with_name(f"{town.stem}.la-condamine.mbtiles")
    named.write_bytes(b"another one of before")
    choose(camille, zooms=(12, 13))
    assistant.area.set_area(PORT, None, "La Condamine")
    camille.click(assistant.primary)
    camille.until(lambda: assistant.question is not None)
    assert assistant.question is not None
    assert assistant.question.words == f"“{named.name}” is there already."
    camille.click(camille.button("Keep both"))
    camille.until(lambda: assistant.step == "done")
    assert named.read_bytes() == b"another one of before"
    assert assistant.work.build is not None
    assert assistant.work.build.out.name == f"{town.stem}.la-condamine (2).mbtiles"


def test_a_base_map_is_replaced_only_once_the_new_one_is_whole(
    camille: AtTheWindow, assistant: BaseMapPanel, town: Path
) -> None:
    old = a_pack(town.with_name(f"{town.stem}.la-condamine.mbtiles"))
    a_pack(town.with_suffix(".mbtiles"), "#00ff00")
    camille.meanwhile(lambda session: session.add_base_map(old, title="The old one"))
    choose(camille, zooms=(12, 13))
    assistant.area.set_area(PORT, None, "La Condamine")
    camille.click(assistant.primary)
    camille.until(lambda: assistant.question is not None)
    camille.click(camille.button("Replace it"))
    camille.until(lambda: assistant.step == "done")
    assert assistant.work.build is not None
    made = assistant.work.build.out
    assert made != old
    assert old.exists()
    camille.click(assistant.primary)
    camille.until_told("The base map is under the map")
    titles = [view.title for view in camille.window.base_maps.views]
    assert "La Condamine" in titles
    assert "The old one" not in titles


def test_a_build_that_the_end_of_the_program_interrupted_can_go_on(
    camille: AtTheWindow,
    assistant: BaseMapPanel,
    town: Path,
    device: Device,
    open_window: OpenWindow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choose(camille, zooms=(12, 18))
    begin(camille, assistant)
    until_painting(camille, assistant)
    asked = []

    def answer(_parent: object, _title: str, words: str) -> QMessageBox.StandardButton:
        asked.append(words)
        return QMessageBox.StandardButton.Yes

    monkeypatch.setattr(QMessageBox, "question", answer)
    camille.window.close()
    assert asked == ["The base map is not finished. Quit? What is painted is kept."]
    assert not town.with_suffix(".mbtiles").exists()
    again = open_window(device)
    again.open(town)
    again.until(lambda: again.window.base_map_work.offer is not None)
    again.until(lambda: any(title == "A base map was begun" for _k, title, _h in again.told))
    again.click(again.button("See it"))
    panel = panel_of(again)
    assert "See it" not in [button.text() for button in again.buttons()]
    offer = panel.work.offer
    assert offer is not None
    assert 0 < offer.done < offer.total
    assert panel.primary.text() == f"Go on: {offer.done} of {offer.total}"
    assert again.window.sections.list.rows["base_map"].state == "running"
    assert panel.area.area == PORT
    again.click(panel.primary)
    assert QApplication.focusWidget() is panel.pause
    again.until(lambda: panel.step == "done")
    made = panel.work.build.made if panel.work.build else None
    assert made is not None
    assert made.report.resumed >= offer.done
    assert made.check.is_complete


def test_a_build_of_before_can_be_given_up_and_leaves_nothing(
    camille: AtTheWindow, assistant: BaseMapPanel, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(camille, zooms=(12, 18))
    begin(camille, assistant)
    until_painting(camille, assistant)
    assistant.work.keep()
    camille.until(lambda: not assistant.work.is_running)
    assert any(name.endswith(".part") for name in beside(town))
    camille.window.person_changed.emit(camille.window.person)
    camille.until(lambda: assistant.step == "offer")
    camille.click(camille.button("Begin another one"))
    camille.until(lambda: assistant.step == "choose")
    camille.until(lambda: beside(town) == set())
    assert assistant.work.offer is None


# --- the map without one ------------------------------------------------------------------------


def test_a_map_without_a_base_map_offers_to_make_one(camille: AtTheWindow) -> None:
    note = camille.window.no_base_map
    camille.until(note.card.isVisible)
    camille.click(note.button)
    assert isinstance(camille.window.panel_host.current, BaseMapPanel)
    assert not note.button.isVisible()


def test_a_resident_is_told_but_offered_nothing(aicha: AtTheWindow) -> None:
    note = aicha.window.no_base_map
    aicha.until(note.card.isVisible)
    assert not note.button.isVisible()


def test_a_missing_base_map_is_to_look_at_in_a_sign_and_in_words(
    camille: AtTheWindow, assistant: BaseMapPanel
) -> None:
    assert isinstance(assistant, BaseMapPanel)
    row = camille.window.sections.list.rows["base_map"]
    assert row.state == "look"
    assert row.accessibleName() == "Base map, there is none"


def test_the_whole_choice_fits_the_smallest_usual_screen(
    camille: AtTheWindow, ready: BaseMapPanel
) -> None:
    camille.click(ready.area.ways["numbers"])
    ready.zooms.range.last.setValue(18)
    camille.until(lambda: ready.zooms.figures.isVisible())
    body = ready.scroller.widget()
    assert body is not None
    figures = ready.zooms.figures
    bottom = figures.mapTo(ready, QPoint(0, figures.height())).y()
    assert bottom <= ready.scroller.geometry().bottom()
    assert [b.text() for b in ready.findChildren(Button) if b.kind == "primary"] == [
        "Make this base map"
    ]
