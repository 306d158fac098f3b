"""Questions of which only the newest counts, and what a fault in one leaves of the others."""

from at_the_window import AtTheWindow
from pytestqt.qtbot import QtBot

from collabmap.app.reader import Reader
from collabmap.ui.newest import Newest


def test_a_fault_in_one_answer_silences_no_later_one(camille: AtTheWindow, qtbot: QtBot) -> None:
    newest = Newest(camille.window.tasks, camille.window)
    found: list[int] = []

    def faulty(_reader: Reader) -> int:
        raise ZeroDivisionError

    with qtbot.captureExceptions() as faults:
        newest.ask(faulty, found.append)
        camille.until(lambda: bool(faults))
    newest.ask(lambda reader: reader.counts().places, found.append)
    camille.until(lambda: found == [3])
