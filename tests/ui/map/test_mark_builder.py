"""The thread that puts marks in order, when the window closes under it."""

import threading

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from collabmap.ui.map.mark_builder import MarkBuilder


class Heavy:
    """What takes long to be let go."""

    def __init__(self, gate: threading.Event) -> None:
        self._gate = gate

    def __del__(self) -> None:
        self._gate.wait()


def test_work_that_waits_behind_rubbish_is_dropped_without_a_word(qtbot: QtBot) -> None:
    builder, gate, made = MarkBuilder(), threading.Event(), []
    builder.ask(lambda: lambda: Heavy(gate))
    builder.ask(lambda: lambda: made.append(1))
    qtbot.waitUntil(lambda: builder._next is None)
    threading.Timer(0.05, gate.set).start()
    builder.close()
    QApplication.processEvents()
    assert not made
