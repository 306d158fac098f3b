"""Lanes: one thread that writes, a few that read, so that the window never waits for SQLite.

No Qt here.  Requests and answers are plain values; no connection crosses a lane.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from collabmap.app.progress import CancelToken, Progress, Throttle

if TYPE_CHECKING:
    # Only by name: the window shows its map while the write lane imports what opens a project.
    from collabmap.app.reader import Reader
    from collabmap.app.session import Session

__all__ = ["CancelToken", "Lanes", "Progress", "Throttle"]

T = TypeVar("T")
_READERS = 2


class Lanes:
    """The write lane owns the session; each read lane has a reader of its own."""

    def __init__(self, open_session: "Callable[[], Session]") -> None:
        """open_session: run in the write lane; `opened` carries its session or its error."""
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="read")
        self._local = threading.local()
        self._open_readers: list[Reader] = []
        self._session: Session | None = None
        self.opened: Future[Session] = self._writer.submit(self._open, open_session)

    def _open(self, open_session: "Callable[[], Session]") -> "Session":
        self._session = open_session()
        return self._session

    def write(self, work: "Callable[[Session], T]") -> "Future[T]":
        """Run work on the session, after all that was asked for before."""

        def run() -> T:
            assert self._session is not None, "work was sent to a project that did not open"
            return work(self._session)

        return self._writer.submit(run)

    def read(self, work: "Callable[[Reader], T]") -> "Future[T]":
        """Run work on a reader, beside the writer and other readers."""
        return self._readers.submit(lambda: work(self._reader()))

    def _reader(self) -> "Reader":
        reader: Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            session = self.opened.result()
            reader = session.new_reader()
            self._local.reader = reader
            self._open_readers.append(reader)
        return reader

    def close(self) -> None:
        """Finish what is under way, close every connection and end the threads."""
        self._readers.shutdown(wait=True, cancel_futures=True)
        for reader in self._open_readers:
            reader.close()
        # In the write lane: the session may still be opening, and would keep its lock.
        self._writer.submit(self._close_session)
        self._writer.shutdown(wait=True)

    def _close_session(self) -> None:
        if self._session is not None:
            self._session.close()
