"""Work away from the GUI thread, for whatever has no thread of its own.

Work goes to the lanes of the open project (or aside, while none is open) and its result comes
home by the post (posting.py).  A result is dropped when the project was closed meanwhile, when
its owner's widget is gone, or when a newer request has the same key.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from collabmap.app.lanes import CancelToken, Lanes, Progress, Throttle
from collabmap.errors import Cancelled, CollabMapError
from collabmap.ui.posting import post

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.app.session import Session

T = TypeVar("T")
Done = Callable[[T], object]
Failed = Callable[[CollabMapError], object]
ProgressCallback = Callable[[Progress], None]

# Under this nothing is shown; a bar that flashes for 30 ms looks like a fault.
BUSY_AFTER_MS = 100
LONG_AFTER_MS = 500
# A build that takes minutes, and the questions about the next one meanwhile.
BESIDE_THREADS = 3


class LongTask(QObject):
    """A task that tells its progress and can be stopped.

    progressed: a new Progress is in `progress`.  shown: it has lasted LONG_AFTER_MS.  ended:
    finished, failed or stopped.
    """

    progressed = Signal()
    shown = Signal()
    ended = Signal()

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self.name = name
        self.cancel_token = CancelToken()
        self.progress: Progress | None = None
        self.started_s = time.monotonic()
        self.is_over = False
        self.is_stopping = False
        self.has_lasted = False
        QTimer.singleShot(LONG_AFTER_MS, self, self._on_long)

    def stop(self) -> None:
        """Ask the task to stop at its next step; nothing is left half done."""
        self.is_stopping = True
        self.cancel_token.cancel()
        self.progressed.emit()

    def seconds_left(self) -> float | None:
        """Return an estimate, or None while there is too little to go by."""
        if self.progress is None or self.progress.total <= 0 or self.progress.done <= 0:
            return None
        spent = time.monotonic() - self.started_s
        if spent < 1:
            return None
        return spent * (self.progress.total - self.progress.done) / self.progress.done

    def _on_long(self) -> None:
        if not self.is_over:
            self.has_lasted = True
            self.shown.emit()


@dataclass(slots=True)
class _Ticket:
    generation: int
    done: Done[Any] | None
    failed: Failed | None
    owner: QObject | None
    key: str
    long: LongTask | None
    is_quiet: bool
    is_write: bool


class Tasks(QObject):
    """busy_changed: something has been running for BUSY_AFTER_MS, or no longer is.

    detached: the project is being left; what still works for it beside should stop.
    long_started: a LongTask began.  failed: a CollabMapError that nobody else took.
    """

    busy_changed = Signal(bool)
    detached = Signal()
    long_started = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: Lanes | None = None
        self._opening: Lanes | None = None
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self._beside = ThreadPoolExecutor(BESIDE_THREADS, thread_name_prefix="beside")
        self._generation = 0
        self._next_ticket = 0
        self._tickets: dict[int, _Ticket] = {}
        self._newest: dict[str, int] = {}
        self._is_busy = False
        self._busy_timer = QTimer(self, singleShot=True, interval=BUSY_AFTER_MS)
        self._busy_timer.timeout.connect(self._on_busy)
        self._post = post()

    # --- the project's lanes ---------------------------------------------------------------

    @property
    def lanes(self) -> Lanes | None:
        return self._lanes

    def attach(self, lanes: Lanes) -> None:
        """Send work to this project's lanes from now on; late results of the last are dropped."""
        self._generation += 1
        self._lanes = lanes

    def open(
        self,
        open_session: "Callable[[ProgressCallback | None, CancelToken | None], Session]",
        done: Callable[[Lanes], object],
        failed: Failed,
        *,
        name: str = "",
    ) -> None:
        """Open a project in lanes of its own; done(lanes) may then attach them.

        open_session(progress, cancel): both None, unless it is long work and has a name.
        """
        long, progress = self._begin_long(name) if name else (None, None)
        cancel = long.cancel_token if long is not None else None
        lanes = self._opening = Lanes(lambda: open_session(progress, cancel))

        def opened(_session: object) -> None:
            self._opening = None
            done(lanes)

        def refused(error: CollabMapError) -> None:
            self._opening = None
            lanes.close()
            failed(error)

        self._follow(lanes.opened, opened, refused, None, long=long)

    def detach(self) -> Lanes | None:
        """Return the lanes that were in use; their late results are dropped."""
        self._generation += 1
        self.detached.emit()
        for ticket in self._tickets.values():
            if ticket.long:
                ticket.long.stop()
        lanes, self._lanes = self._lanes, None
        return lanes

    @property
    def is_idle(self) -> bool:
        return not self._tickets

    @property
    def is_writing(self) -> bool:
        """Whether something short is being written, or waits to be."""
        return any(ticket.is_write for ticket in self._tickets.values())

    # --- asking for work -------------------------------------------------------------------

    def write(
        self,
        work: "Callable[[Session], T]",
        done: Done[T] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
        key: str = "",
    ) -> None:
        """Run work(session) in the write lane, then done(result) here.

        failed takes a CollabMapError; without it the message bar shows it.  owner: drop the
        result once this object is gone; an error is told in the message bar then, unless there
        is a key.  key: drop result and error once a newer request has the same key.
        """
        assert self._lanes is not None, "no project is open"
        self._follow(self._lanes.write(work), done, failed, owner, key, is_write=True)

    def read(
        self,
        work: "Callable[[Reader], T]",
        done: Done[T],
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
        key: str = "",
        is_quiet: bool = False,
    ) -> None:
        """Run work(reader) in a read lane, then done(result) here; see write().

        is_quiet: nobody waits for it, so that no bar tells of it.
        """
        assert self._lanes is not None, "no project is open"
        self._follow(self._lanes.read(work), done, failed, owner, key, is_quiet=is_quiet)

    def run(
        self,
        work: Callable[[], T],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
        key: str = "",
    ) -> None:
        """Run work() aside, where no project is needed: opening one, looking at a folder."""
        self._follow(self._aside.submit(work), done, failed, owner, key)

    def beside(
        self,
        work: Callable[[], T],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
        key: str = "",
    ) -> None:
        """Run work() beside all lanes: it may take minutes and shows itself how far it is."""
        self._follow(self._beside.submit(work), done, failed, owner, key, is_quiet=True)

    def long(
        self,
        name: str,
        work: "Callable[[Session, ProgressCallback, CancelToken], T]",
        done: Done[T] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> LongTask:
        """Run work(session, progress, cancel) in the write lane, shown by name, count and stop."""
        assert self._lanes is not None, "no project is open"
        task, progress = self._begin_long(name)
        self._follow(
            self._lanes.write(lambda session: work(session, progress, task.cancel_token)),
            done,
            failed,
            owner,
            long=task,
        )
        return task

    def long_read(
        self,
        name: str,
        work: "Callable[[Reader, ProgressCallback, CancelToken], T]",
        done: Done[T],
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> LongTask:
        """As long(), in a read lane: nobody is kept waiting, and whoever asks shows it."""
        assert self._lanes is not None, "no project is open"
        task, progress = self._begin_long(name, is_told=False)
        self._follow(
            self._lanes.read(lambda reader: work(reader, progress, task.cancel_token)),
            done,
            failed,
            owner,
            long=task,
            is_quiet=True,
        )
        return task

    def long_aside(
        self,
        name: str,
        work: Callable[[ProgressCallback, CancelToken], T],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> LongTask:
        """As long(), where no project is needed."""
        task, progress = self._begin_long(name)
        future = self._aside.submit(lambda: work(progress, task.cancel_token))
        self._follow(future, done, failed, owner, long=task)
        return task

    def close(self) -> None:
        """Stop what runs, wait for it and for what was asked; results are dropped."""
        self.detach()
        opening, self._opening = self._opening, None
        if opening is not None:
            wait([opening.opened])
            opening.close()
        self._aside.shutdown(wait=True)
        self._beside.shutdown(wait=True, cancel_futures=True)

    # --- coming home -----------------------------------------------------------------------

    def _begin_long(self, name: str, *, is_told: bool = True) -> tuple[LongTask, ProgressCallback]:
        task = LongTask(name, self)
        ticket = self._next_ticket
        if is_told:
            self.long_started.emit(task)
        return task, Throttle(lambda step: self._post.send(self, self._on_progress, ticket, step))

    def _follow(
        self,
        future: "Future[T]",
        done: Done[T] | None,
        failed: Failed | None,
        owner: QObject | None,
        key: str = "",
        long: LongTask | None = None,
        is_quiet: bool = False,
        is_write: bool = False,
    ) -> None:
        number = self._next_ticket
        self._next_ticket += 1
        self._tickets[number] = _Ticket(
            self._generation, done, failed, owner, key, long, is_quiet, is_write
        )
        if key:
            self._newest[key] = number
        if not is_quiet and not self._busy_timer.isActive() and not self._is_busy:
            self._busy_timer.start()
        future.add_done_callback(
            lambda ended: self._post.send(self, self._on_arrived, number, ended)
        )

    def _on_progress(self, number: int, step: Progress) -> None:
        ticket = self._tickets.get(number)
        if ticket and ticket.long:
            ticket.long.progress = step
            ticket.long.progressed.emit()

    def _on_arrived(self, number: int, future: "Future[Any]") -> None:
        ticket = self._tickets.pop(number)
        if not self._has_loud():
            self._busy_timer.stop()
            if self._is_busy:
                self._is_busy = False
                self.busy_changed.emit(False)
        if ticket.long:
            ticket.long.is_over = True
            ticket.long.ended.emit()
            ticket.long.deleteLater()
        is_of_another = ticket.generation != self._generation
        is_left = ticket.owner is not None and not isValid(ticket.owner)
        is_old = ticket.key != "" and self._newest.get(ticket.key) != number
        is_late = is_of_another or is_left or is_old
        try:
            result = future.result()
        except CancelledError:
            return
        except CollabMapError as error:
            if not is_late:
                self._tell(ticket, error)
            elif is_left and not ticket.key and not is_of_another:
                # Whoever asked has left, but believes that it was done.
                self._tell(None, error)
            return
        except Exception as error:
            # A bug is never dropped, however late: the hook writes the log and tells.
            sys.excepthook(type(error), error, error.__traceback__)
            return
        if not is_late and ticket.done:
            ticket.done(result)

    def _tell(self, ticket: _Ticket | None, error: CollabMapError) -> None:
        if ticket is not None and ticket.failed:
            ticket.failed(error)
        elif not isinstance(error, Cancelled):
            self.failed.emit(error)

    def _on_busy(self) -> None:
        if self._has_loud() and not self._is_busy:
            self._is_busy = True
            self.busy_changed.emit(True)

    def _has_loud(self) -> bool:
        """Whether something runs that the thin bar tells of."""
        return any(not ticket.is_quiet for ticket in self._tickets.values())
