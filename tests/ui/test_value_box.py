"""A value as the cards of Review show it."""

from pytestqt.qtbot import QtBot

from collabmap.review.word_diff import Piece
from collabmap.ui.widgets.value_box import MarkedText


def test_the_lines_of_a_value_stay_lines(qtbot: QtBot) -> None:
    one = MarkedText([Piece("Le matin. Fermé.", False)], "new")
    two = MarkedText([Piece("Le matin.\n", False), Piece("Fermé.", True)], "new")
    for box in (one, two):
        qtbot.addWidget(box)
    assert two.heightForWidth(400) > 1.5 * one.heightForWidth(400)
    assert two.accessibleName() == "Le matin.\nFermé."
