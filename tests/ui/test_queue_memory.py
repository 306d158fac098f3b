"""What this computer remembers of a queue, and the menus by which one looks at it otherwise."""

from collections.abc import Callable
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from ui.conftest import let_the_clock_tick

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.store.device import Device
from collabmap.ui.panels.review import ReviewPanel
from collabmap.ui.queue_filter import QueueFilter
from collabmap.ui.queue_memory import Kept
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.popover import MenuRow, Popover

KEY = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


BENCH = PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331)
BOOKS = PlaceDraft("Boîte à livres", "culture", 7.4204, 43.7334)
MARKET, FOUNTAIN = "Marché de la Condamine", "Fontaine des Moulins"


@pytest.fixture
def reviewer(
    aicha_sends: Session,
    open_window: Callable[[Device], AtTheWindow],
    town: Path,
    device: Device,
    tmp_path: Path,
) -> AtTheWindow:
    """Camille before a queue: a change, a deletion, two new places."""
    marks = {mark.name: mark.id for mark in aicha_sends.reader.marks()}
    market, fountain = (aicha_sends.reader.place(marks[name]) for name in (MARKET, FOUNTAIN))
    assert market is not None
    assert fountain is not None
    moved = {"description": "Le matin, sauf lundi.", "position": LngLat(7.4199, 43.7328)}
    aicha_sends.edit(market, moved)
    let_the_clock_tick()
    aicha_sends.delete(fountain, "À sec.")
    let_the_clock_tick()
    aicha_sends.add(BENCH)
    let_the_clock_tick()
    aicha_sends.add(BOOKS)
    let_the_clock_tick()
    session = Session.open(town, device)
    session.merge([aicha_sends.send(tmp_path / "a").path])
    session.close()
    person = open_window(device)
    person.open(town)
    review(person)
    return person


def review(person: AtTheWindow) -> ReviewPanel:
    person.do("review")
    person.settle()
    panel = panel_of(person)
    person.until(lambda: panel.item is not None)
    return panel


def panel_of(person: AtTheWindow) -> ReviewPanel:
    panel = person.window.panel_host.current
    assert isinstance(panel, ReviewPanel)
    return panel


def here(person: AtTheWindow) -> str:
    row = panel_of(person).here
    return row.name if row else ""


def names(person: AtTheWindow) -> list[str]:
    return [row.name for row in panel_of(person).order.shown_rows()]


def decide(person: AtTheWindow, key: Qt.Key) -> None:
    person.until(lambda: panel_of(person).may_decide())
    person.press(key)


def menu(person: AtTheWindow) -> Popover:
    """The menu that is open."""
    person.until(lambda: any(p.isVisible() for p in person.window.findChildren(Popover)))
    return next(p for p in person.window.findChildren(Popover) if p.isVisible())


def choose(person: AtTheWindow, words: str) -> None:
    """Go down to a line of the menu that is open, and take it: by keys alone."""
    lines = menu(person)
    for _step in range(40):
        focus = QApplication.focusWidget()
        if isinstance(focus, MenuRow) and lines.isAncestorOf(focus) and focus.text() == words:
            person.press(KEY.Key_Return)
            return
        person.press(KEY.Key_Down)
    pytest.fail(f"no line says “{words}”: {[row.text() for row in lines.findChildren(MenuRow)]}")


def test_where_one_was_and_how_one_looked_is_there_after_a_restart(
    reviewer: AtTheWindow, open_window: Callable[[Device], AtTheWindow], device: Device, town: Path
) -> None:
    decide(reviewer, KEY.Key_A)
    reviewer.settle()
    reviewer.press(KEY.Key_P)
    reviewer.press(KEY.Key_G, SHIFT)
    choose(reviewer, "By category")
    reviewer.press(KEY.Key_T)
    choose(reviewer, "Newest first")
    reviewer.settle()
    left = here(reviewer)
    put_off = panel_of(reviewer).order.put_off_ids()
    assert put_off
    reviewer.window.close()
    again = open_window(device)
    again.open(town)
    panel = review(again)
    assert here(again) == left
    assert (panel.order.group, panel.order.sort) == ("category", "newest")
    assert panel.order.put_off_ids() == put_off
    assert (panel.order.decided, panel.order.total) == (1, 4)
    assert panel.queue_head.count.text() == "1 of 4"


def test_a_filter_by_author_is_kept_under_a_name_taken_by_a_key_and_forgotten(
    reviewer: AtTheWindow,
) -> None:
    everything = names(reviewer)
    reviewer.press(KEY.Key_G)
    choose(reviewer, "Category")
    choose(reviewer, "Nature")
    assert names(reviewer) == [BENCH.name]
    reviewer.press(KEY.Key_G)
    choose(reviewer, "Keep this filter")
    field = menu(reviewer).findChild(LineField)
    assert field is not None
    reviewer.until(field.hasFocus)
    reviewer.write("Trees")
    reviewer.press(KEY.Key_Return)
    panel = panel_of(reviewer)
    assert list(panel.memory.saved) == ["Trees"]
    assert "Trees" in panel.queue_head.in_force.accessibleName()
    panel.list.setFocus()
    reviewer.press(KEY.Key_F)
    assert names(reviewer) == everything
    reviewer.press(KEY.Key_F)
    assert names(reviewer) == [BENCH.name]
    reviewer.press(KEY.Key_G)
    choose(reviewer, "Forget the filter “Trees”")
    assert panel.memory.saved == {}


def test_groups_have_headings_that_the_arrows_pass_over(reviewer: AtTheWindow) -> None:
    reviewer.press(KEY.Key_G, SHIFT)
    choose(reviewer, "By what is proposed")
    panel = panel_of(reviewer)
    lines = [panel.list.queue.index(at).data() for at in range(panel.list.queue.rowCount())]
    assert lines == [
        "Deletion, 1 to review", FOUNTAIN,
        "Change, 1 to review", MARKET,
        "New, 2 to review", BENCH.name, BOOKS.name,
    ]  # fmt: skip
    panel.list.setFocus()
    reviewer.press(KEY.Key_Home)
    assert here(reviewer) == FOUNTAIN
    for name in (MARKET, BENCH.name, BOOKS.name):
        reviewer.press(KEY.Key_Down)
        assert here(reviewer) == name
    reviewer.press(KEY.Key_Up)
    reviewer.press(KEY.Key_Up)
    assert here(reviewer) == MARKET


def test_words_of_a_name_narrow_the_queue(reviewer: AtTheWindow) -> None:
    reviewer.press(KEY.Key_G)
    choose(reviewer, "Words of the name")
    field = menu(reviewer).findChild(LineField)
    assert field is not None
    reviewer.until(field.hasFocus)
    reviewer.write("boite")
    reviewer.press(KEY.Key_Return)
    assert names(reviewer) == [BOOKS.name]


def test_a_line_says_what_a_change_is_about_once_it_was_read(reviewer: AtTheWindow) -> None:
    panel = panel_of(reviewer)
    row = next(row for row in panel.order.shown_rows() if row.name == MARKET)
    reviewer.until(lambda: "position" in panel.list.queue.second_line(row))
    assert panel.list.queue.second_line(row) == "A few words, position · Aïcha"


def test_with_little_room_the_queue_is_a_strip_that_opens(reviewer: AtTheWindow) -> None:
    reviewer.window.resize(1366, 700)
    panel = panel_of(reviewer)
    reviewer.until(lambda: not panel.is_thin)
    reviewer.window.resize(1093, 600)
    reviewer.until(lambda: panel.is_thin and panel.width() <= 110)
    assert panel.queue_head.strip.accessibleName() == "To review (4)"
    reviewer.click(panel.queue_head.strip)
    reviewer.until(lambda: not panel.is_thin and panel.width() >= 280)
    reviewer.click(panel.queue_head.strip)
    reviewer.until(lambda: panel.is_thin)


def test_what_was_decided_on_another_day_is_no_progress_of_today() -> None:
    kept = Kept(b"here", (b"later",), (b"done",), "author", "walk", QueueFilter("new"))
    note = kept.note("2031-05-04")
    assert Kept.read(note, "2031-05-04") == kept
    assert Kept.read(note, "2031-05-05").decided == ()
    assert Kept.read("nothing of ours", "2031-05-05") == Kept()
