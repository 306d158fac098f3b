"""What the program gives back to the system, and when it looks for what it can give back."""

import contextlib
import gc
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collabmap.ui.tasks import Tasks

# From this size on a block is a mapping of its own.
_LARGE_BYTES = 1 << 18
_M_MMAP_THRESHOLD = -3
# So many new objects are looked through at once: a millisecond.
_YOUNG = 10_000
_NEVER = 1 << 30
_IDLE_MS = 5_000


def give_back_at_once() -> None:
    """Let large blocks go back to the system when they are freed, where that is not so anyway.

    The C library of most Linux systems keeps what the thread of a worker has freed for that thread,
    as soon as it has seen a few large blocks: after a map of a million places, hundreds of MB.
    """
    if sys.platform.startswith("linux"):
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def collect_when_idle(tasks: "Tasks") -> None:
    """Look through all objects only while nothing is done: no task, no hand on the map.

    Python does it by itself, in whichever thread makes objects: while changes are merged every
    thread, and the map with them, stood still for a quarter of a second.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, _NEVER)
    gc.enable()

    def collect() -> None:
        has_hand = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        # The last counts how often younger objects were looked through since.
        if gc.get_count()[2] and tasks.is_idle and not has_hand:
            gc.collect()

    timer = QTimer(tasks, interval=_IDLE_MS)
    timer.timeout.connect(collect)
    timer.start()
