"""The start page: a new map, one that exists, a kit, a recent one."""

from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt

from collabmap.app.session import Session
from collabmap.store.device import Device
from collabmap.ui.panels.start import RecentRow, StartPage, file_name
from collabmap.ui.widgets.text import Text


def page(person: AtTheWindow) -> StartPage:
    found = person.window.front.start
    assert found is not None
    return found


def begin_new(person: AtTheWindow, folder: Path) -> StartPage:
    person.click(person.button("New map"))
    page(person).set_folder(folder)
    return page(person)


def test_a_new_map_needs_two_names(start: AtTheWindow, tmp_path: Path) -> None:
    begin_new(start, tmp_path / "maps")
    start.write("Notre carte")
    page(start).person.setText("Camille")
    start.click(start.button("Create the map"))
    start.until(lambda: start.window.info is not None)
    start.settle()
    info = start.window.info
    assert info is not None
    assert (info.name, info.role) == ("Notre carte", "coordinator")
    assert info.path == tmp_path / "maps" / "Notre carte.collabmap"
    assert start.window.person is not None
    assert start.window.person.name == "Camille"
    assert start.window.front.welcome is None


def test_enter_makes_the_map_too(start: AtTheWindow, tmp_path: Path) -> None:
    begin_new(start, tmp_path)
    start.write("Carte")
    page(start).person.setFocus()
    start.write("Jo")
    start.press(Qt.Key.Key_Return)
    start.until(lambda: start.window.info is not None)


def test_a_missing_name_is_said_beside_its_field(start: AtTheWindow, tmp_path: Path) -> None:
    begin_new(start, tmp_path)
    start.write("Carte")
    start.click(start.button("Create the map"))
    assert page(start).name_row.error == ""
    assert "A name is missing." in page(start).person_row.error


def test_a_map_of_that_name_is_never_written_over(start: AtTheWindow, tmp_path: Path) -> None:
    there = tmp_path / "Carte.collabmap"
    there.write_bytes(b"mine")
    begin_new(start, tmp_path)
    start.write("Carte")
    page(start).person.setText("Jo")
    start.click(start.button("Create the map"))
    start.until(lambda: page(start).name_row.error != "")
    assert "exists already" in page(start).name_row.error
    assert there.read_bytes() == b"mine"
    assert start.button("Create the map").isEnabled()


def test_a_base_map_that_is_none_is_said_in_the_form(start: AtTheWindow, tmp_path: Path) -> None:
    wrong = tmp_path / "notes.mbtiles"
    wrong.write_text("not a base map")
    begin_new(start, tmp_path)
    page(start).set_basemap(wrong)
    start.write("Carte")
    page(start).person.setText("Jo")
    start.click(start.button("Create the map"))
    start.until(lambda: page(start).wrong != "")
    assert "notes.mbtiles" in page(start).wrong


def test_a_file_that_is_no_map_is_said_and_the_page_stays(
    start: AtTheWindow, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.collabmap"
    letter.write_text("Dear all,")
    page(start).open_wanted.emit(letter)
    kind, _title, hint = start.until_told("is not a CollabMap map")
    assert kind == "error"
    assert ".collabmap" in hint
    assert page(start).isVisible()
    assert start.button("New map").isEnabled()


def test_a_map_that_was_handed_out_opens_by_itself(
    start: AtTheWindow, town: Path, device: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session.open(town, device)
    kit = session.hand_out(tmp_path / "town.cmkit").path
    session.close()
    monkeypatch.setattr("collabmap.ui.project_desk.default_folder", lambda: tmp_path / "mine")
    page(start).open_wanted.emit(kit)
    start.until(lambda: start.window.info is not None)
    assert start.window.info is not None
    assert start.window.info.path.parent == tmp_path / "mine"


def test_a_recent_map_is_one_click_away(start: AtTheWindow, town: Path) -> None:
    start.window.front.go_to_start()
    start.until(lambda: page(start).findChild(RecentRow) is not None)
    row = page(start).findChild(RecentRow)
    assert row is not None
    assert row.text() == "La Condamine"
    start.click(row)
    start.until(lambda: start.window.info is not None)
    assert start.window.info is not None
    assert start.window.info.path == town


def test_while_a_map_is_opened_the_page_says_so_and_begins_nothing_else(
    start: AtTheWindow, town: Path
) -> None:
    page(start).open_wanted.emit(town)
    assert page(start).busy_words == "Opening “La Condamine”…"
    assert not start.button("New map").isEnabled()
    start.until(lambda: start.window.info is not None)


def test_the_first_time_the_page_tells_how_it_works(start: AtTheWindow) -> None:
    start.until(lambda: "How it works" in [text.text() for text in page(start).findChildren(Text)])


def test_from_a_map_the_start_page_leads_back(camille: AtTheWindow) -> None:
    camille.do("open_another")
    assert page(camille).isVisible()
    assert not camille.window.top_bar.isVisible()
    camille.press(Qt.Key.Key_Escape)
    assert camille.window.top_bar.isVisible()
    assert len(camille.rows) == 3


def test_the_map_that_is_open_is_gone_back_to_and_stays_open_for_writing(
    camille: AtTheWindow, town: Path
) -> None:
    camille.do("add_place")
    camille.click_map(400, 300)
    camille.form.name.setText("Banc")
    form = camille.form
    camille.window.dropping.take([town])
    camille.settle()
    assert camille.form is form, "nobody’s form is taken away"
    camille.window.front.go_to_start()
    camille.settle()
    camille.window.desk.open(town)
    camille.settle()
    assert camille.window.front.start is None
    assert camille.window.can_write


def test_another_map_takes_the_place_of_the_first(camille: AtTheWindow, tmp_path: Path) -> None:
    camille.do("open_another")
    begin_new(camille, tmp_path / "more")
    camille.write("Ailleurs")
    page(camille).person.setText("Jo")
    camille.click(camille.button("Create the map"))
    camille.until(lambda: camille.window.info is not None and camille.window.info.places == 0)
    camille.click(camille.button("I have it on paper"))
    camille.until(lambda: camille.browse.empty.title == "No place here yet")


@pytest.mark.parametrize(
    ("name", "file"),
    [("La Condamine", "La Condamine"), ("a/b: c?", "a b c"), ("…", "carte"), ("Été", "Été")],
)
def test_a_name_becomes_a_file_that_every_system_takes(name: str, file: str) -> None:
    assert file_name(name) == file
