"""The message bar: it says, it pushes, it never takes the keyboard, and it leaves in time."""

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from collabmap.errors import Cancelled, DiskFull, ProjectGone
from collabmap.ui import messages
from collabmap.ui.messages import Bar, Messages
from collabmap.ui.widgets.buttons import Button


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    QVBoxLayout(made)
    qtbot.addWidget(made)
    made.setMinimumSize(900, 500)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    # A pointer that another test left on a bar would hold it.
    QTest.mouseMove(made, QPoint(890, 490))
    return made


@pytest.fixture
def bars(window: QWidget) -> Messages:
    made = Messages(window)
    layout = window.layout()
    assert layout is not None
    layout.addWidget(made.widget)
    return made


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let green bars leave after a moment instead of ten seconds."""
    monkeypatch.setattr(messages, "DONE_LEAVES_AFTER_MS", 40)


def shown(bars: Messages) -> list[Bar]:
    """Return the visible bars from top to bottom."""
    found = [bar for bar in bars.widget.findChildren(Bar) if bar.isVisible()]
    layout = bars.widget.layout()
    assert layout is not None
    return sorted(found, key=layout.indexOf)


def test_an_error_says_what_failed_and_what_to_do(bars: Messages) -> None:
    bars.show(DiskFull(name="poste-07.cmbundle"))
    (bar,) = shown(bars)
    assert bar.kind == "error"
    assert bar.title == "There is no room left to write “poste-07.cmbundle”."
    assert bar.hint == "Make room or choose another folder, then try again. Your map is unchanged."
    assert bar.accessibleName() == f"{bar.title} {bar.hint}"


def test_stopping_on_request_is_no_error(bars: Messages) -> None:
    bars.show(Cancelled())
    assert shown(bars)[0].kind == "info"


def test_at_most_two_bars_are_shown_and_the_others_counted(bars: Messages) -> None:
    for number in range(5):
        bars.warn(f"Message {number}")
    assert [bar.title for bar in shown(bars)] == ["Message 4", "Message 3"]
    others = next(b for b in bars.widget.findChildren(Button) if b.text() == "and 3 others")
    others.click()
    assert len(shown(bars)) == 5
    assert others.isHidden()


def test_the_same_words_twice_are_one_bar(bars: Messages) -> None:
    bars.warn("Twice", "The same")
    bars.warn("Twice", "The same")
    assert len(shown(bars)) == 1


def test_closing_a_bar_brings_the_next_one_forward(bars: Messages) -> None:
    for number in range(3):
        bars.warn(f"Message {number}")
    assert bars.close_top()
    assert [bar.title for bar in shown(bars)] == ["Message 1", "Message 0"]
    assert bars.close_top()
    assert bars.close_top()
    assert not bars.close_top()
    assert bars.widget.isHidden()


@pytest.mark.usefixtures("_soon")
def test_a_green_bar_leaves_by_itself_and_a_red_one_stays(qtbot: QtBot, bars: Messages) -> None:
    bars.show(ProjectGone(name="La Condamine"))
    bars.done("Done")
    qtbot.waitUntil(lambda: [bar.kind for bar in shown(bars)] == ["error"])


@pytest.mark.usefixtures("_soon")
def test_a_green_bar_stays_while_its_button_has_the_keyboard(qtbot: QtBot, bars: Messages) -> None:
    bars.done("Done", "", ("Undo", lambda: None))
    button = next(b for b in bars.widget.findChildren(Button) if b.text() == "Undo")
    button.setFocus()
    bar = shown(bars)[0]
    with qtbot.assertNotEmitted(bar.closed, wait=150):
        pass
    button.clearFocus()
    qtbot.waitUntil(lambda: not shown(bars))


def test_an_action_closes_its_bar_and_is_done_once(bars: Messages) -> None:
    done: list[str] = []
    bars.done("Merged", "", ("See", lambda: done.append("see")), ("Undo", lambda: done.append("u")))
    button = next(b for b in bars.widget.findChildren(Button) if b.text() == "See")
    button.click()
    assert done == ["see"]
    assert not shown(bars)


def test_a_message_pushes_and_does_not_take_the_keyboard(camille: AtTheWindow) -> None:
    window = camille.window
    camille.browse.search.setFocus()
    top, height = window.pages.y(), window.pages.height()
    window.messages.done("Saved")
    camille.until(lambda: window.pages.y() > top)
    pushed = window.pages.y() - top
    assert pushed == window.messages.widget.height()
    assert window.pages.height() == height - pushed
    assert QApplication.focusWidget() is camille.browse.search


def test_the_map_keeps_its_middle_when_a_message_pushes_it(camille: AtTheWindow) -> None:
    centre = camille.window.map.centre()
    camille.window.messages.done("Saved")
    camille.until(lambda: camille.window.messages.widget.isVisible())
    assert camille.window.map.centre() == pytest.approx(centre, abs=1e-7)


def test_escape_closes_the_newest_bar(camille: AtTheWindow) -> None:
    camille.window.messages.warn("First")
    camille.window.messages.warn("Second")
    QTest.keyClick(camille.window, Qt.Key.Key_Escape)
    assert camille.window.messages.texts == ["First"]


@pytest.mark.usefixtures("system_text_200")
def test_in_large_text_one_bar_is_shown_whole_and_the_other_counted(camille: AtTheWindow) -> None:
    words = "This map was copied: six changes were not signed yet"
    camille.window.messages.warn("First", "and so on")
    camille.window.messages.warn(words, words * 2, ("Add them", print), ("Leave them", print))
    camille.until(lambda: [bar.title for bar in shown(camille.window.messages)] == [words])
    [bar] = shown(camille.window.messages)
    camille.until(lambda: bar.height() >= bar.heightForWidth(bar.width()))
    assert camille.button("and 1 other").isVisible()
