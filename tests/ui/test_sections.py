"""The sections of "Prepare": always at the left, each says how it stands, all by keyboard."""

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from collabmap.ui.panel_table import PANELS
from collabmap.ui.panels.people import PeoplePanel
from collabmap.ui.sections import Sections


@pytest.fixture
def prepare(camille: AtTheWindow) -> AtTheWindow:
    camille.do("prepare")
    camille.settle()
    return camille


def test_the_sections_are_there_in_prepare_and_nowhere_else(camille: AtTheWindow) -> None:
    assert not camille.window.body.sections.isVisible()
    camille.do("prepare")
    camille.until(camille.window.body.sections.isVisible)
    camille.do("contribute")
    camille.until(lambda: not camille.window.body.sections.isVisible())


def test_only_sections_that_this_program_has_are_shown(prepare: AtTheWindow) -> None:
    only_people = {"people": PANELS["people"]}
    assert [s.name for s in Sections(prepare.window, only_people).sections] == ["people"]
    shown = [section.name for section in prepare.window.sections.sections]
    assert list(prepare.window.sections.list.rows) == shown
    assert "people" in shown


def test_a_section_shows_its_panel_and_is_the_current_one(prepare: AtTheWindow) -> None:
    row = prepare.window.sections.list.rows["people"]
    prepare.click(row)
    assert isinstance(prepare.window.panel_host.current, PeoplePanel)
    assert row.isChecked()
    prepare.do("contribute")
    prepare.do("prepare")
    assert isinstance(prepare.window.panel_host.current, PeoplePanel)


def test_arrows_go_through_the_sections_and_enter_opens_one(prepare: AtTheWindow) -> None:
    rows = prepare.window.sections.list.rows
    first, *_between, last = rows.values()
    first.setFocus()
    prepare.press(Qt.Key.Key_Up)
    assert QApplication.focusWidget() is last
    prepare.press(Qt.Key.Key_Space)
    assert prepare.window.sections.current == list(rows)[-1]


def test_tab_stops_at_the_section_in_view(prepare: AtTheWindow) -> None:
    rows = prepare.window.sections.list.rows
    prepare.window.top_bar.menu.setFocus()
    prepare.press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is rows["evening"]
    prepare.do("base_maps")
    prepare.window.top_bar.menu.setFocus()
    prepare.press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is rows["base_map"]


def test_f6_comes_by_the_sections(prepare: AtTheWindow) -> None:
    prepare.window.map.setFocus()
    prepare.window.top_bar.menu.setFocus()
    prepare.press(Qt.Key.Key_F6)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert prepare.window.body.sections.isAncestorOf(focus)


def test_with_little_room_the_sections_are_a_strip_and_then_a_tab(prepare: AtTheWindow) -> None:
    sections, body = prepare.window.body.sections, prepare.window.body
    assert not sections.is_strip
    prepare.click(prepare.window.sections.list.rows["people"])
    prepare.window.resize(1093, 543)
    prepare.until(lambda: sections.is_strip)
    assert sections.width() == 72
    prepare.window.resize(800, 600)
    prepare.until(lambda: body.tabs.isVisible() and not sections.isVisible())
    prepare.click(body.tabs.segments["sections"])
    assert sections.isVisible()
    assert not sections.is_strip
    prepare.click(prepare.window.sections.list.rows["people"])
    assert body.tab == "panel"
