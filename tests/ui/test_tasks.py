"""Work away from the GUI thread: results come home, late ones are dropped, bugs are told."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from at_the_window import PLACES
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from collabmap.app.lanes import Lanes
from collabmap.app.progress import CancelToken, Progress
from collabmap.app.session import Session
from collabmap.errors import CollabMapError, DiskFull
from collabmap.store.device import Device
from collabmap.ui.tasks import LongTask, ProgressCallback, Tasks
from collabmap.ui.widgets.progress import TaskProgress, time_left
from collabmap.ui.widgets.text import Text


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


@pytest.fixture
def open_tasks(tasks: Tasks, town: Path, device: Device, qtbot: QtBot) -> Iterator[Tasks]:
    """Tasks with the town open in their lanes."""
    lanes = Lanes(lambda: Session.open(town, device))
    tasks.attach(lanes)
    qtbot.waitUntil(lanes.opened.done)
    yield tasks
    tasks.detach()
    lanes.close()


def test_a_result_comes_home_to_the_gui_thread(tasks: Tasks, qtbot: QtBot) -> None:
    threads: list[threading.Thread] = []
    results: list[object] = []

    def done(result: object) -> None:
        threads.append(threading.current_thread())
        results.append(result)

    tasks.run(threading.current_thread, done)
    qtbot.waitUntil(lambda: bool(results))
    assert threads == [threading.main_thread()]
    assert results != [threading.main_thread()]


def test_reads_and_writes_go_to_the_project(open_tasks: Tasks, qtbot: QtBot) -> None:
    found: list[object] = []
    open_tasks.write(lambda session: session.name, found.append)
    open_tasks.read(lambda reader: reader.counts().places, found.append)
    qtbot.waitUntil(lambda: len(found) == 2)
    assert set(found) == {"La Condamine", len(PLACES)}


def test_a_result_for_a_widget_that_is_gone_is_dropped(tasks: Tasks, qtbot: QtBot) -> None:
    owner, told = QObject(), []
    gate = threading.Event()
    tasks.run(gate.wait, told.append, owner=owner)
    owner.deleteLater()
    qtbot.waitSignal(owner.destroyed).wait()
    gate.set()
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert told == []


def test_an_error_is_told_though_who_asked_has_gone(tasks: Tasks, qtbot: QtBot) -> None:
    owner, mine = QObject(), []
    gate = threading.Event()

    def fail() -> None:
        gate.wait()
        raise DiskFull(name="x")

    with qtbot.waitSignal(tasks.failed) as told:
        tasks.run(fail, failed=mine.append, owner=owner)
        tasks.run(fail, failed=mine.append, owner=owner, key="look")
        owner.deleteLater()
        qtbot.waitSignal(owner.destroyed).wait()
        gate.set()
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert told.args is not None
    assert isinstance(told.args[0], DiskFull)
    assert mine == []


def test_only_the_newest_answer_to_a_key_is_taken(tasks: Tasks, qtbot: QtBot) -> None:
    told: list[object] = []
    tasks.run(lambda: "old", told.append, key="search")
    tasks.run(lambda: "new", told.append, key="search")
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert told == ["new"]


def test_the_answers_of_a_closed_project_are_dropped(open_tasks: Tasks, qtbot: QtBot) -> None:
    told: list[object] = []
    gate = threading.Event()
    open_tasks.write(lambda _session: gate.wait(), told.append)
    open_tasks.detach()
    gate.set()
    qtbot.waitUntil(lambda: open_tasks.is_idle)
    assert told == []


def test_an_error_goes_to_who_asked_or_else_to_the_message_bar(tasks: Tasks, qtbot: QtBot) -> None:
    mine: list[CollabMapError] = []
    bar: list[CollabMapError] = []
    tasks.failed.connect(bar.append)

    def fail() -> None:
        raise DiskFull(name="x")

    tasks.run(fail, failed=mine.append)
    tasks.run(fail)
    qtbot.waitUntil(lambda: bool(mine) and bool(bar))
    assert [type(error) for error in (*mine, *bar)] == [DiskFull, DiskFull]


def test_a_bug_is_told_even_when_nobody_waits_for_the_result(tasks: Tasks, qtbot: QtBot) -> None:
    owner = QObject()
    with qtbot.captureExceptions() as faults:
        tasks.run(lambda: 1 // 0, owner=owner, key="k")
        tasks.run(lambda: None, key="k")
        qtbot.waitUntil(lambda: tasks.is_idle)
    assert [kind for kind, _value, _trace in faults] == [ZeroDivisionError]


def test_what_takes_longer_than_a_moment_shows_that_it_is_busy(tasks: Tasks, qtbot: QtBot) -> None:
    gate = threading.Event()
    with qtbot.waitSignal(tasks.busy_changed) as begun:
        tasks.run(gate.wait)
    assert begun.args == [True]
    with qtbot.waitSignal(tasks.busy_changed) as ended:
        gate.set()
    assert ended.args == [False]


def test_what_is_quick_shows_nothing(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    # A second is long enough for nothing at all, also on a machine that is slow today.
    monkeypatch.setattr("collabmap.ui.tasks.BUSY_AFTER_MS", 1000)
    tasks = Tasks()
    with qtbot.assertNotEmitted(tasks.busy_changed, wait=1200):
        tasks.run(lambda: None)
    tasks.close()


def counted(progress: ProgressCallback, cancel: CancelToken, gate: threading.Event) -> int:
    """Count to a thousand, waiting at three."""
    for step in range(1000):
        cancel.check()
        progress(Progress(step, 1000, "places"))
        if step == 3:
            gate.wait()
    return 1000


def test_a_long_task_tells_how_far_it_is_and_stops_on_request(tasks: Tasks, qtbot: QtBot) -> None:
    gate = threading.Event()
    errors: list[CollabMapError] = []
    task = tasks.long_aside(
        "Sending", lambda progress, cancel: counted(progress, cancel, gate), None, errors.append
    )
    strip = TaskProgress(task)
    qtbot.waitUntil(lambda: task.progress is not None)
    assert any("of 1,000" in label.text() for label in strip.findChildren(Text))
    task.stop()
    gate.set()
    qtbot.waitUntil(lambda: bool(errors))
    assert errors[0].code == "cancelled"


def test_stopping_says_nothing_in_the_message_bar(tasks: Tasks, qtbot: QtBot) -> None:
    gate = threading.Event()
    task = tasks.long_aside("Sending", lambda progress, cancel: counted(progress, cancel, gate))
    with qtbot.assertNotEmitted(tasks.failed):
        task.stop()
        gate.set()
        qtbot.waitUntil(lambda: tasks.is_idle)


def test_a_long_task_is_shown_only_after_half_a_second(tasks: Tasks, qtbot: QtBot) -> None:
    gate = threading.Event()
    seen: list[LongTask] = []
    tasks.long_started.connect(seen.append)
    task = tasks.long_aside("Sending", lambda _progress, _cancel: gate.wait())
    assert seen == [task]
    assert not task.has_lasted
    with qtbot.waitSignal(task.shown):
        pass
    assert task.has_lasted
    gate.set()
    qtbot.waitUntil(lambda: tasks.is_idle)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s left"), (20.4, "20 s left"), (180, "3 min left")]
)
def test_time_left_is_said_in_round_words(seconds: float, words: str) -> None:
    assert time_left(seconds) == words


def test_what_takes_minutes_holds_up_nobody_and_moves_no_thin_bar(
    open_tasks: Tasks, qtbot: QtBot
) -> None:
    may_end = threading.Event()
    busy: list[bool] = []
    found: list[object] = []
    open_tasks.busy_changed.connect(busy.append)
    open_tasks.beside(lambda: may_end.wait(20), lambda _: found.append("slow"))
    for work in (open_tasks.write, open_tasks.read):
        work(lambda _lane: "quick", found.append)
    open_tasks.run(lambda: "aside", found.append)
    qtbot.waitUntil(lambda: len(found) == 3)
    qtbot.wait(200)
    assert busy in ([], [True, False])
    assert not open_tasks.is_idle
    may_end.set()
    qtbot.waitUntil(lambda: "slow" in found)
    assert open_tasks.is_idle


def test_a_long_look_in_a_read_lane_keeps_nobody_waiting_and_can_be_stopped(
    open_tasks: Tasks, qtbot: QtBot
) -> None:
    told: list[object] = []
    open_tasks.long_started.connect(told.append)
    refused: list[CollabMapError] = []

    def look(_reader: object, tell: ProgressCallback, cancel: CancelToken) -> None:
        while not cancel.is_cancelled:
            tell(Progress(1, 2, "look"))
        cancel.check()

    task = open_tasks.long_read("Looking", look, told.append, refused.append)
    names: list[str] = []
    open_tasks.write(lambda session: session.name, names.append)
    qtbot.waitUntil(lambda: bool(names) and task.progress is not None)
    assert not task.is_over
    task.stop()
    qtbot.waitUntil(lambda: bool(refused))
    assert told == []
