"""A thread beside the window that puts the marks of a large map in order."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

from PySide6.QtCore import QObject

from collabmap.ui.posting import post


class MarkBuilder(QObject):
    """Does one work at a time; what is asked for meanwhile waits, and only the latest of it.

    A work returns what is then called in the thread of the window.  What that returns is let go in
    the thread beside: to free a million marks takes longer than a frame may.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool: ThreadPoolExecutor | None = None
        self._next: Callable[[], Callable[[], object]] | None = None
        self.is_busy = False
        self._wake = Event()
        self._post = post()

    def ask(self, work: Callable[[], Callable[[], object]], *, is_patient: bool = False) -> None:
        """Do some work soon, instead of what has not begun.

        is_patient: nobody waits for it, so what pauses goes on pausing.
        """
        self._next = work
        if not is_patient:
            self._wake.set()
        if not self.is_busy:
            self._begin()

    def pause(self, seconds: float) -> None:
        """Let a work wait before it begins, in its thread; it goes on where another is urgent."""
        self._wake.wait(seconds)

    def close(self) -> None:
        """Wait for what is under way, and drop it."""
        self._next = None
        self._wake.set()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _begin(self) -> None:
        work, self._next = self._next, None
        if work is None or self.is_busy:
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="marks")
        self.is_busy = True
        self._wake.clear()
        self._pool.submit(work).add_done_callback(
            lambda ended: self._post.send(self, self._on_arrived, ended)
        )

    def _on_arrived(self, ended: "Future[Any]") -> None:
        self.is_busy = False
        if ended.cancelled():
            # The window closed before it began.
            return
        adopt = ended.result()
        if self._pool is not None:
            rubbish = [adopt()]
            self._pool.submit(rubbish.clear)
        self._begin()
