"""A yes or no with its words."""

from pytestqt.qtbot import QtBot

from collabmap.ui.widgets.tick import Tick


def test_words_that_are_too_long_go_on_below(qtbot: QtBot) -> None:
    short, long = Tick("Oui"), Tick("Ajouter aussi des lieux là où il n’y en a pas encore")
    for tick in (short, long):
        qtbot.addWidget(tick)
    assert long.heightForWidth(200) > short.heightForWidth(200)
    assert long.heightForWidth(600) == short.heightForWidth(600)
