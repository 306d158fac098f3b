"""What other threads have done in the thread of the window, also while windows end."""

import subprocess
import sys
import threading

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from collabmap.ui.posting import post

# Two threads ask as fast as they can, on behalf of objects that end one after another.  A signal
# emitted on such an object from there ends the process within a second.
CROWD = """
import faulthandler, os, sys, threading, time
faulthandler.dump_traceback_later(30, exit=True)
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from collabmap.ui.posting import post

app = QCoreApplication([])
office, owner = post(), QObject()

def work(lane):
    while True:
        office.send(owner, came.append, lane)
        # No faster than it can be done.
        time.sleep(0.00005)

came, done = [], 0
sys.setswitchinterval(1e-5)
for lane in (0, 1):
    threading.Thread(target=work, args=(lane,), daemon=True).start()
end = time.monotonic() + 2
while time.monotonic() < end or not done:
    before, owner = owner, QObject()
    before.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    app.processEvents()
    done += len(came)
    came.clear()
    time.sleep(0.0002)
print("alive", flush=True)
os._exit(0)
"""


def test_threads_may_ask_while_what_they_ask_for_ends() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", CROWD], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stdout == "alive\n", ended.stderr


def test_it_is_done_later_in_the_thread_of_the_window_in_the_order_it_was_asked_for(
    qtbot: QtBot,
) -> None:
    owner, office, came = QObject(), post(), []

    def ask() -> None:
        for number in range(3):
            office.send(owner, lambda n=number: came.append((n, threading.current_thread())))

    other = threading.Thread(target=ask)
    other.start()
    other.join()
    ask()
    assert came == []
    qtbot.waitUntil(lambda: len(came) == 6)
    assert [number for number, _thread in came] == [0, 1, 2, 0, 1, 2]
    assert {thread for _number, thread in came} == {threading.main_thread()}


def test_nothing_is_done_for_whoever_is_gone(qtbot: QtBot) -> None:
    gone, here, came = QObject(), QObject(), []
    post().send(gone, came.append, "gone")
    post().send(here, came.append, "here")
    delete(gone)
    qtbot.waitUntil(lambda: came == ["here"])
