"""A list of a million places: only what is looked at is read, and the eye keeps its place."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from collabmap.app.settings import DEFAULT_THEME, resource
from collabmap.domain.feature import FeatureState, PlaceRow
from collabmap.domain.geo import LngLat
from collabmap.domain.theme_file import parse_theme
from collabmap.ui import look
from collabmap.ui.widgets.place_list import PlaceList
from collabmap.ui.widgets.place_model import PAGE, Asked

MILLION = np.arange(1, 1_000_001)
HERE = LngLat(7.42, 43.73)


def line(row: int, name: str = "") -> PlaceRow:
    name = name or f"Place {row}"
    accepted = FeatureState.ACCEPTED
    return PlaceRow(row.to_bytes(16, "big"), name, "eau", *HERE, accepted, b"", "", 0.0, False)


class ListOnDisk:
    """A list and what is read for it.  asked: rows, a list each time."""

    def __init__(self, qtbot: QtBot) -> None:
        theme = resource(f"themes/{DEFAULT_THEME}.json").read_text(encoding="utf-8")
        self.view = PlaceList(parse_theme(theme), name="Places")
        qtbot.addWidget(self.view)
        self.asked: list[Asked] = []
        self.is_quick = True
        self.view.places.lines_wanted.connect(self._on_wanted)
        self.view.resize(360, 300)
        self.view.set_order(MILLION, HERE, None)
        self.view.show()
        qtbot.waitExposed(self.view)
        self.settle()

    def _on_wanted(self) -> None:
        asked = self.view.places.wanted_rows(self.view.ranks_wanted())
        if asked.rows:
            self.asked.append(asked)
            if self.is_quick:
                self.answer(asked)

    def answer(self, asked: Asked, names: str = "") -> None:
        self.view.places.take_lines(asked, {row: line(row, names) for row in asked.rows})

    def settle(self) -> None:
        for _round in range(5):
            self.view.viewport().repaint()
            QApplication.processEvents()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        QTest.keyClick(self.view, key, modifiers or Qt.KeyboardModifier.NoModifier)
        self.settle()

    @property
    def current(self) -> object:
        return self.view.currentIndex().data()

    @property
    def rows_read(self) -> list[int]:
        return [row for asked in self.asked for row in asked.rows]


@pytest.fixture
def places(qapp: QApplication, qtbot: QtBot) -> ListOnDisk:
    look.apply(qapp, "light", 1.0)
    return ListOnDisk(qtbot)


def test_only_the_page_in_view_is_read(places: ListOnDisk) -> None:
    assert places.view.places.rowCount() == 1_000_000
    assert places.rows_read == list(range(1, PAGE + 1))


def test_the_keys_go_through_all_of_it(places: ListOnDisk) -> None:
    places.press(Qt.Key.Key_End)
    assert places.current == "Place 1000000"
    places.press(Qt.Key.Key_PageUp)
    shown = places.view.ranks_in_view()
    assert places.view.currentIndex().row() == 999_999 - (len(shown) - 2)
    places.press(Qt.Key.Key_Home)
    assert places.current == "Place 1"
    places.press(Qt.Key.Key_Down)
    assert places.current == "Place 2"
    places.press(Qt.Key.Key_Up)
    with_up = places.view.left_upwards
    heard: list[bool] = []
    with_up.connect(lambda: heard.append(True))
    places.press(Qt.Key.Key_Up)
    assert heard
    # Of a million lines those around where the keyboard was have been read, and no more.
    assert len(places.rows_read) <= 4 * PAGE


def test_what_is_scrolled_past_is_not_read(places: ListOnDisk) -> None:
    places.asked.clear()
    bar = places.view.verticalScrollBar()
    for step in range(1, 100):
        bar.setValue(bar.maximum() * step // 100)
        places.view.viewport().repaint()
    places.settle()
    assert len(places.rows_read) <= 2 * PAGE


def test_the_current_row_keeps_its_place_on_the_screen(places: ListOnDisk) -> None:
    view = places.view
    view.go_to(5000)
    places.settle()
    before = view.visualRect(view.currentIndex()).top()
    view.set_order(MILLION[100:], HERE, None)
    places.settle()
    assert places.current == "Place 5001"
    assert view.currentIndex().row() == 4900
    assert view.visualRect(view.currentIndex()).top() == before


def test_what_is_read_from_another_view_begins_at_its_top(places: ListOnDisk) -> None:
    view = places.view
    view.verticalScrollBar().setValue(100_000)
    view.set_order(MILLION[::-1], HERE, None, from_top=True)
    assert view.verticalScrollBar().value() == 0
    view.verticalScrollBar().setValue(100_000)
    top = int(view.places.order[view.ranks_in_view().start])
    view.set_order(MILLION[::-1][10:], HERE, None)
    assert int(view.places.order[view.ranks_in_view().start]) == top


def test_lines_are_read_again_once_something_was_written(places: ListOnDisk) -> None:
    places.is_quick = False
    places.asked.clear()
    places.view.places.make_stale()
    places.settle()
    (early,) = places.asked
    # Until they have come, what was known stays in view.
    assert places.view.places.index(0).data() == "Place 1"
    places.view.places.make_stale()
    places.answer(early, "Older")
    places.settle()
    assert len(places.asked) == 2
    places.answer(places.asked[-1], "Newer")
    assert places.view.places.index(0).data() == "Newer"


def test_a_row_is_opened_as_soon_as_it_is_known_which_place_it_is(places: ListOnDisk) -> None:
    opened: list[bytes] = []
    places.view.opened.connect(opened.append)
    places.is_quick = False
    places.asked.clear()
    places.press(Qt.Key.Key_End)
    places.press(Qt.Key.Key_Return)
    assert not opened
    for asked in places.asked:
        places.answer(asked)
    assert opened == [line(1_000_000).id]


def test_a_place_that_is_no_longer_there_leaves_an_empty_line(places: ListOnDisk) -> None:
    places.is_quick = False
    places.asked.clear()
    places.press(Qt.Key.Key_End)
    for asked in places.asked:
        places.view.places.take_lines(asked, {})
    places.asked.clear()
    places.settle()
    assert places.current is None
    assert not places.asked


def test_a_line_tells_its_place_in_the_list(places: ListOnDisk) -> None:
    index = places.view.places.index(1)
    role = Qt.ItemDataRole.AccessibleDescriptionRole
    assert places.view.places.data(index, role) == "2 of 1,000,000"


@pytest.mark.parametrize("by", ["menu key", "shift and F10", "right button"])
def test_the_menu_of_a_line_opens_by_key_and_by_pointer(places: ListOnDisk, by: str) -> None:
    wanted: list[tuple[PlaceRow, QPoint]] = []
    places.view.menu_wanted.connect(lambda *words: wanted.append(words))
    places.view.go_to(1)
    if by == "menu key":
        places.press(Qt.Key.Key_Menu)
    elif by == "shift and F10":
        places.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    else:
        where = places.view.visualRect(places.view.places.index(1)).center()
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, where, places.view.viewport().mapToGlobal(where)
        )
        QApplication.sendEvent(places.view.viewport(), event)
    ((place, point),) = wanted
    assert place.name == "Place 2"
    box = places.view.visualRect(places.view.places.index(1))
    assert box.contains(places.view.viewport().mapFromGlobal(point))


def test_letters_belong_together_while_they_are_typed(places: ListOnDisk) -> None:
    typed: list[str] = []
    places.view.typed.connect(typed.append)
    QTest.keyClicks(places.view, "fon")
    assert typed == ["f", "fo", "fon"]


def test_a_tooltip_reads_no_html_into_a_name(qtbot: QtBot) -> None:
    on_disk = ListOnDisk(qtbot)
    lines = on_disk.view.places
    lines.take_lines(Asked([1], 0), {1: line(1, '<img src="//far/away.png">')})
    tip = lines.data(lines.index(0), Qt.ItemDataRole.ToolTipRole)
    assert isinstance(tip, str)
    assert "<img" not in tip
