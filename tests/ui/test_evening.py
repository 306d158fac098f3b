"""Ready for the evening? Each line says what is so; one button is filled: the next thing to do."""

import datetime
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from checkerboard import HERE, Checkerboard
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea

from collabmap.app import evening
from collabmap.app.base_map_building import Wanted
from collabmap.app.evening import Evening
from collabmap.app.session import Session
from collabmap.app.settings import resource
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import tiles_of
from collabmap.store.device import Device
from collabmap.store.mbtiles import MBTilesWriter
from collabmap.ui.panel_table import PANELS
from collabmap.ui.panels.base_map_new import BaseMapPanel
from collabmap.ui.panels.evening import EveningPanel
from collabmap.ui.panels.evening_parts import PlanForm
from collabmap.ui.tasks import BESIDE_THREADS

MONACO = resource("demo/monaco-2023-12-25.osm.pbf")
OpenWindow = Callable[[Device], AtTheWindow]


def pack(path: Path) -> Path:
    """Write a base map of the tests' town, whole from the town down to the houses."""
    board = Checkerboard()
    with MBTilesWriter(path, name="Fond", format="png", bounds=HERE, attribution="") as writer:
        for zoom in (14, 15, 16):
            for tile in tiles_of(HERE, zoom):
                writer.put(tile, board.get(tile) or b"")
    return path


def panel_of(person: AtTheWindow) -> EveningPanel:
    panel = person.window.panel_host.current
    assert isinstance(panel, EveningPanel)
    return panel


@pytest.fixture
def prepare(camille: AtTheWindow) -> AtTheWindow:
    """The coordinator at the page of the evening, once everything was looked at."""
    camille.do("prepare")
    camille.window.sections.go_to("evening")
    camille.settle()
    camille.until(lambda: panel_of(camille).ready is not None)
    return camille


def stands(person: AtTheWindow, code: str) -> str:
    return panel_of(person).lines[code].state


def filled(person: AtTheWindow) -> list[str]:
    return [button.accessibleName() for button in person.buttons() if button.kind == "primary"]


def test_the_evening_is_the_first_section_and_the_page_is_all_there_is(
    camille: AtTheWindow,
) -> None:
    assert PANELS["evening"]
    camille.do("prepare")
    camille.settle()
    panel = panel_of(camille)
    assert panel.view.isVisible()
    assert not camille.window.panel_host.isVisible()
    assert not camille.window.map.isVisible()


def test_each_line_says_what_is_so_and_how_it_stands(prepare: AtTheWindow) -> None:
    lines = panel_of(prepare).lines
    assert stands(prepare, "base_map") == "todo"
    assert stands(prepare, "categories") == "done"
    assert lines["categories"].says == "12 categories, 3 fields, tried on 3 places"
    assert lines["clock"].accessibleName().startswith("Clock of this computer, done. It says ")
    assert "about 24" in lines["disk"].says
    assert panel_of(prepare).view.ready.percent.text().endswith("% ready")


def test_the_filled_button_is_the_next_thing_to_do(prepare: AtTheWindow) -> None:
    assert filled(prepare) == ["Make one, Base map"]
    prepare.click(panel_of(prepare).lines["base_map"].button)
    assert isinstance(prepare.window.panel_host.current, BaseMapPanel)


def test_the_filled_button_goes_on_to_what_comes_next(prepare: AtTheWindow, tmp_path: Path) -> None:
    path = pack(tmp_path / "fond.mbtiles")
    prepare.meanwhile(lambda session: session.add_base_map(path))
    panel_of(prepare).reload()
    prepare.until(lambda: stands(prepare, "base_map") == "done")
    assert filled(prepare) == ["Check it, The key on paper"]
    prepare.meanwhile(evening.note_on_paper)
    panel_of(prepare).reload()
    prepare.until(lambda: stands(prepare, "paper") == "done")
    assert filled(prepare) == ["Make the copy, The invitation"]


def test_a_base_map_that_is_being_made_can_be_followed(
    prepare: AtTheWindow, tmp_path: Path
) -> None:
    panel, work = panel_of(prepare), prepare.window.base_map_work
    port = Bbox(7.417, 43.731, 7.425, 43.737)
    work.start(Wanted((MONACO,), port, zooms=(14, 15, 16)), tmp_path / "made.mbtiles")
    prepare.until(lambda: stands(prepare, "base_map") == "running")
    line = panel.lines["base_map"]
    assert line.says.startswith("Being made")
    assert filled(prepare) == ["Check it, The key on paper"]
    prepare.click(line.button)
    assert isinstance(prepare.window.panel_host.current, BaseMapPanel)
    prepare.until(lambda: not work.is_running)
    prepare.window.base_map_work.put_under_the_map()
    prepare.settle()
    prepare.window.sections.go_to("evening")
    prepare.until(lambda: "base_map" in panel_of(prepare).lines)
    prepare.until(lambda: stands(prepare, "base_map") == "done")


def test_the_base_map_is_looked_through_aside_and_then_done(
    prepare: AtTheWindow, tmp_path: Path
) -> None:
    path = pack(tmp_path / "fond.mbtiles")
    prepare.meanwhile(lambda session: session.add_base_map(path))
    states: list[str] = []
    panel = panel_of(prepare)
    shown = panel.lines["base_map"].show_line

    def show(state: str, *words: str) -> None:
        states.append(state)
        shown(state, *words)  # type: ignore[arg-type]

    panel.lines["base_map"].show_line = show  # type: ignore[assignment, method-assign]
    panel.reload()
    prepare.until(lambda: stands(prepare, "base_map") == "done")
    assert states == ["running", "done"]
    assert panel.lines["base_map"].says.startswith("Fond, zooms 14 to 16, ")


def test_looking_through_a_base_map_ends_with_the_window(
    prepare: AtTheWindow, tmp_path: Path
) -> None:
    path = pack(tmp_path / "fond.mbtiles")
    prepare.meanwhile(lambda session: session.add_base_map(path))
    panel = panel_of(prepare)
    # Nothing beside comes to an end meanwhile: what waits there must be given up.
    may_go_on = threading.Event()
    for _thread in range(BESIDE_THREADS):
        prepare.window.tasks.beside(lambda: may_go_on.wait(60))
    panel.reload()
    prepare.until(lambda: panel._measuring is not None)
    assert panel._measuring is not None
    token = panel._measuring[1]
    prepare.window.desk.close()
    assert token.is_cancelled
    may_go_on.set()


def test_a_base_map_that_was_changed_is_compared_with_its_print(
    prepare: AtTheWindow, tmp_path: Path
) -> None:
    path = pack(tmp_path / "fond.mbtiles")
    views = []
    prepare.meanwhile(lambda session: views.append(session.add_base_map(path)))
    panel = panel_of(prepare)
    panel.reload()
    prepare.until(lambda: stands(prepare, "base_map") == "done")
    views[0].path.touch()
    panel.reload()
    prepare.until(lambda: stands(prepare, "base_map") == "look")
    prepare.click(panel.lines["base_map"].button)
    prepare.until(lambda: stands(prepare, "base_map") == "done")


def test_the_list_follows_what_is_written(prepare: AtTheWindow) -> None:
    prepare.meanwhile(lambda session: session.add(PlaceDraft("Banc", "idees", 7.42, 43.73)))
    line = panel_of(prepare).lines["categories"]
    prepare.until(lambda: line.says == "12 categories, 3 fields, tried on 4 places")


def test_the_section_of_the_base_map_stands_as_its_line_does(
    prepare: AtTheWindow, tmp_path: Path
) -> None:
    row = prepare.window.sections.list.rows["base_map"]
    assert (row.state, row.accessibleName()) == ("look", "Base map, there is none")
    path = pack(tmp_path / "fond.mbtiles")
    prepare.meanwhile(lambda session: session.add_base_map(path))
    prepare.window.refresh_info(panel_of(prepare).reload)
    prepare.until(lambda: stands(prepare, "base_map") == "done")
    prepare.until(lambda: row.state == "done")
    prepare.meanwhile(lambda session: session.add(PlaceDraft("Loin", "eau", 7.6, 43.73)))
    prepare.until(lambda: stands(prepare, "base_map") == "look")
    assert (row.state, row.accessibleName()) == ("look", "Base map, 1 place lies outside of it.")


def test_what_awaits_a_decision_opens_the_review(
    aicha_sends: Session, prepare: AtTheWindow, tmp_path: Path
) -> None:
    aicha_sends.add(PlaceDraft("Banc", "idees", 7.42, 43.73))
    bundle = aicha_sends.send(tmp_path / "sent.cmbundle").path
    prepare.meanwhile(lambda session: session.merge([bundle]))
    prepare.until(lambda: stands(prepare, "review") == "look")
    prepare.click(panel_of(prepare).lines["review"].button)
    assert prepare.window.mode == "review"


# --- the key on paper -------------------------------------------------------------------------


def test_the_key_on_paper_is_compared_in_its_line(open_window: OpenWindow, tmp_path: Path) -> None:
    device = Device(tmp_path / "camille")
    session = Session.create(tmp_path / "town", device, "La Condamine", "Camille")
    path, code = session.path, session.recovery_code
    session.close()
    person = open_window(device)
    person.open(path)
    person.do("prepare")
    person.until(lambda: "paper" in panel_of(person).lines)
    panel = panel_of(person)
    person.click(panel.lines["paper"].button)
    assert panel.paper is not None
    assert QApplication.focusWidget() is panel.paper.field
    person.until(panel.paper.compare.isVisible)
    assert [b.text() for b in person.buttons() if b.kind == "primary"] == ["Compare"]
    person.write("ABCD-EFGH")
    person.press(Qt.Key.Key_Return)
    person.until(lambda: panel.paper is not None and panel.paper.row.error != "")
    panel.paper.field.setText(code)
    person.press(Qt.Key.Key_Return)
    person.until_told("The paper is right")
    assert panel.paper is None
    assert stands(person, "paper") == "done"
    person.settle()
    device.close()


def test_who_says_to_have_it_on_paper_is_believed(
    open_window: OpenWindow, tmp_path: Path, device: Device
) -> None:
    person = open_window(device)
    person.window.desk.create(tmp_path / "new.collabmap", "Ville", "Camille", None)
    person.until(lambda: person.window.front.recovery is not None)
    sheet = person.window.front.recovery
    assert sheet is not None
    person.click(sheet.done)
    person.settle()
    person.do("prepare")
    person.until(lambda: "paper" in panel_of(person).lines)
    assert stands(person, "paper") == "done"


# --- when and where ---------------------------------------------------------------------------


def test_when_and_where_is_said_by_keyboard_and_kept(prepare: AtTheWindow) -> None:
    panel = panel_of(prepare)
    panel.view.head.change.setFocus()
    prepare.press(Qt.Key.Key_Return)
    assert panel.form is not None
    prepare.until(panel.form.save.isVisible)
    assert [b.text() for b in prepare.buttons() if b.kind == "primary"] == ["Save"]
    for text in ("12/03/2026", "18 h 30", "20", "Salle du Ponant", "12", "40"):
        prepare.write(text)
        prepare.press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is panel.form.save
    prepare.press(Qt.Key.Key_Return)
    prepare.until(lambda: panel.form is None)
    assert panel.view.head.title.text() == "Evening of Thursday, March 12"
    kept: list[Evening] = []
    prepare.meanwhile(lambda session: kept.append(evening.evening(session)))
    assert kept == [Evening("2026-03-12", "18:30", "20:00", "Salle du Ponant", 12, 40)]


def test_when_and_where_half_written_is_there_again_until_it_is_given_up(
    prepare: AtTheWindow,
) -> None:
    panel_of(prepare).ask_plan()
    form = panel_of(prepare).form
    assert form is not None
    form.where.setFocus()
    prepare.write("Salle du Ponant")
    prepare.window.preferences.set_language("fr")
    prepare.settle()
    panel_of(prepare).ask_plan()
    form = panel_of(prepare).form
    assert form is not None
    assert form.where.text() == "Salle du Ponant"
    prepare.click(form.cancel)
    panel_of(prepare).ask_plan()
    form = panel_of(prepare).form
    assert form is not None
    assert form.where.text() == ""


def test_what_is_no_date_is_said_beside_the_field(prepare: AtTheWindow) -> None:
    panel = panel_of(prepare)
    panel.ask_plan()
    form = panel.form
    assert form is not None
    form.day.setText("31/02/2026")
    form.people.setText("many")
    form.ends.setText("25:00")
    prepare.click(form.save)
    assert QApplication.focusWidget() is form.day
    wrong = {name for name, row in form.rows.items() if row.error}
    assert wrong == {"day", "people", "ends"}
    prepare.press(Qt.Key.Key_Escape)
    prepare.until(lambda: panel.form is None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12/03/2027", "2027-03-12"),
        ("12.3.27", "2027-03-12"),
        ("2027-03-12", "2027-03-12"),
        ("12/03", "2027-03-12"),
        ("28/11", "2026-11-28"),
        ("", ""),
    ],
)
def test_a_day_is_read_as_people_write_it(prepare: AtTheWindow, text: str, day: str) -> None:
    form = PlanForm(prepare.window.words, Evening(), datetime.date(2026, 11, 28))
    saved: list[Evening] = []
    form.saved.connect(saved.append)
    form.day.setText(text)
    form.save.click()
    assert [plan.day for plan in saved] == [day]


# --- keyboard and room ------------------------------------------------------------------------


def test_tab_goes_down_the_list(prepare: AtTheWindow) -> None:
    panel = panel_of(prepare)
    panel.view.head.change.setFocus()
    found = []
    for _step in range(12):
        prepare.press(Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        found += [code for code, row in panel.lines.items() if row.button is focus]
    shown = [code for code, row in panel.lines.items() if row.button.isVisible()]
    assert found[: len(shown)] == shown


def test_at_200_percent_every_word_of_the_page_has_room(
    system_text_200: None, prepare: AtTheWindow
) -> None:
    body = prepare.window.body
    if body.tabs.isVisible():
        body.show_tab("centre")
    prepare.settle()
    panel = panel_of(prepare)
    area = panel.view.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    assert area.horizontalScrollBar().maximum() == 0
    for row in panel.lines.values():
        assert row.width() <= area.viewport().width()
        for label in (row._title, row._says):
            assert label.heightForWidth(label.width()) <= label.height()
