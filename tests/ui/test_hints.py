"""Four hints for somebody who is new: each beside what to do next, gone once it is done."""

import pytest
from at_the_window import PLACES, AtTheWindow
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from collabmap.ui.hints import Step
from collabmap.ui.widgets.hint import Hint


def shown(person: AtTheWindow) -> Step | None:
    person.settle()
    return person.window.hints.shown


def until_shown(person: AtTheWindow, step: Step | None) -> None:
    person.until(lambda: person.window.hints.shown is step)


def test_a_newcomer_is_led_from_the_first_click_to_sending(newcomer: AtTheWindow) -> None:
    newcomer.say_name("Aïcha")
    newcomer.until(lambda: len(newcomer.names) == len(PLACES))
    until_shown(newcomer, Step.ADD)
    hint = newcomer.window.hints.hint
    assert hint is not None
    assert "Begin here" in hint.words

    newcomer.click(newcomer.browse.add)
    until_shown(newcomer, Step.PLACE)
    newcomer.click_map(0.5, 0.5)
    until_shown(newcomer, None)
    newcomer.form.tiles.tiles[0].click()
    newcomer.write("Banc")
    until_shown(newcomer, Step.SAVE)
    newcomer.click(newcomer.form.save)
    newcomer.until(lambda: "Banc" in newcomer.names)
    until_shown(newcomer, Step.SEND)
    newcomer.do("send")
    until_shown(newcomer, None)
    newcomer.window.panel_host.back()
    assert shown(newcomer) is None, "what is done does not come back"


def test_a_hint_that_is_closed_stays_away(newcomer: AtTheWindow) -> None:
    newcomer.say_name("Aïcha")
    until_shown(newcomer, Step.ADD)
    hint = newcomer.window.hints.hint
    assert hint is not None
    hint.closed.emit()
    until_shown(newcomer, None)


def test_who_was_here_before_is_not_led_again(aicha: AtTheWindow) -> None:
    until_shown(aicha, Step.ADD)
    person = aicha.window.person
    assert person is not None
    aicha.window.hints.stop()
    aicha.window.front.show_welcome(again=True)
    aicha.say_name("Marcel")
    until_shown(aicha, Step.ADD)

    aicha.window.front.switch_person(person.id)
    aicha.until(lambda: aicha.window.person is not None and aicha.window.person.id == person.id)
    assert shown(aicha) is None


def test_a_coordinator_who_opens_her_map_sees_none(camille: AtTheWindow) -> None:
    assert shown(camille) is None


@pytest.mark.parametrize(
    "anchor",
    [
        QRect(10, 60, 200, 52),
        QRect(700, 560, 180, 52),
        QRect(10, 60, 860, 52),
        QRect(10, 580, 860, 52),
        QRect(10, 2, 860, 52),
    ],
    ids=["room at the right", "at the left", "above", "above, at the foot", "only below"],
)
def test_a_hint_never_covers_what_it_speaks_of(qtbot: QtBot, anchor: QRect) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 640)
    hint = Hint(window)
    hint.say("Begin here", "Then show on the map where the place is.", anchor, "right")
    assert not hint.geometry().intersects(anchor)
    assert window.rect().contains(hint.geometry())
    assert hint.words == "Begin here Then show on the map where the place is."
