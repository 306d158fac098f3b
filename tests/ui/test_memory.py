"""When the program looks for what it can give back."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from collabmap.ui import memory
from collabmap.ui.tasks import Tasks


class Ring:
    """Something that only the collector of cycles can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def tasks(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tasks]:
    monkeypatch.setattr(memory, "_IDLE_MS", 10)
    thresholds = gc.get_threshold()
    made = Tasks()
    yield made
    made.close()
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def old_ring() -> "weakref.ref[Ring]":
    """Return a ring that nobody holds and that only a look through all objects finds."""
    ring = Ring()
    gc.collect(0)
    gc.collect(1)
    return weakref.ref(ring)


def test_cycles_are_freed_only_while_nothing_is_done(tasks: Tasks, qtbot: QtBot) -> None:
    memory.collect_when_idle(tasks)
    may_end = threading.Event()
    tasks.run(may_end.wait)
    ring = old_ring()
    clock = next(t for t in tasks.findChildren(QTimer) if t.interval() == memory._IDLE_MS)
    for _ in range(3):
        with qtbot.waitSignal(clock.timeout):
            pass
    was_there = ring() is not None
    may_end.set()
    assert was_there
    qtbot.waitUntil(lambda: ring() is None)
