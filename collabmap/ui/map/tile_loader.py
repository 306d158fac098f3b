"""Pictures of tiles for the map, on two threads that all its layers share.

Each thread opens its own reader of each source.  Only the newest list of wishes counts, so that a
tile one has scrolled past is not read any more.  A thread that a slow stick keeps waiting is given
up: another takes its place, and leaves that source alone until the first comes back.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from collabmap.domain.tiles import Tile
from collabmap.errors import CollabMapError
from collabmap.ui.map.pictures import OpenPictures, Pictures
from collabmap.ui.posting import post

THREADS = 2
# How long the other layers wait for a thread that hangs.
PATIENCE_S = 1.0
WATCH_MS = 500


class Wish(NamedTuple):
    """A tile of a source, by the number that `add` gave."""

    source: int
    tile: Tile


@dataclass(slots=True, eq=False)
class _Source:
    """threads: how many may work on it at once.  is_taken: one is opening it, or has.

    has_failed: told once.
    """

    open: OpenPictures
    threads: int
    is_taken: bool = False
    has_failed: bool = False


@dataclass(slots=True, eq=False)
class _Worker:
    """readers: what its thread has open.  at: the source it is at work on, since when."""

    thread: threading.Thread = field(init=False)
    readers: dict[int, Pictures] = field(default_factory=dict)
    at: int | None = None
    since: float = 0.0
    is_given_up: bool = False


class TileLoader(QObject):
    """opened: source, PackInfo.  styled: source, Style or None, soon after.

    loaded: Wish, QImage or None when there is no such tile.  failed: source, CollabMapError, once
    each source.  All arrive on the thread that made the loader, none for a source removed before.
    """

    opened = Signal(int, object)
    styled = Signal(int, object)
    loaded = Signal(object, object)
    failed = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._condition = threading.Condition()
        self._post = post()
        self._sources: dict[int, _Source] = {}
        self._next_number = 0
        self._wanted: list[Wish] = []
        self._in_work: set[Wish] = set()
        self._is_closed = False
        self._workers: list[_Worker] = []
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self._give_up_who_hangs)

    # --- for the GUI thread ----------------------------------------------------------------------

    def add(self, open_pictures: OpenPictures, *, threads: int = THREADS) -> int:
        """Read from one more source; return its number.  A thread opens it.

        threads: how many work on it at once; one for what is painted in Python, where a second
        would only take the interpreter from the window.
        """
        with self._condition:
            while len(self._workers) < THREADS:
                self._start_worker()
            number = self._next_number
            self._next_number += 1
            self._sources[number] = _Source(open_pictures, threads)
            self._condition.notify_all()
        self._watch.start()
        return number

    def remove(self, number: int) -> None:
        """Read no more from a source.  Its readers are closed soon: see `wait_until_closed`."""
        with self._condition:
            self._sources.pop(number, None)
            self._wanted = [wish for wish in self._wanted if wish.source != number]
            self._in_work = {wish for wish in self._in_work if wish.source != number}
            self._condition.notify_all()

    def want(self, wishes: Sequence[Wish]) -> None:
        """Replace the list of wishes, most urgent first."""
        with self._condition:
            self._wanted = [
                wish
                for wish in wishes
                if wish not in self._in_work and wish.source in self._sources
            ]
            if self._wanted:
                self._condition.notify_all()
        if wishes and not self._watch.isActive():
            self._watch.start()

    def received(self, wish: Wish) -> None:
        """Say that a loaded tile has arrived: until then it is not read a second time."""
        with self._condition:
            self._in_work.discard(wish)

    def stop(self) -> None:
        """Let the threads end after the tile in hand, without waiting for them."""
        self._watch.stop()
        with self._condition:
            self._is_closed = True
            self._wanted = []
            self._condition.notify_all()

    # --- for any thread --------------------------------------------------------------------------

    def wait_until_closed(self, number: int, timeout_s: float) -> bool:
        """Wait until no thread has a removed source open; return whether that came in time."""

        def is_closed() -> bool:
            return not any(number in w.readers or w.at == number for w in self._workers)

        with self._condition:
            return self._condition.wait_for(is_closed, timeout_s)

    def wait(self, timeout_s: float = 5.0) -> None:
        """Wait for the threads to end: a few milliseconds, longer on a stick that is pulled."""
        with self._condition:
            threads = [worker.thread for worker in self._workers]
        for thread in threads:
            thread.join(timeout_s)

    # --- the threads -----------------------------------------------------------------------------

    def _start_worker(self) -> None:
        worker = _Worker()
        name = f"tiles-{len(self._workers)}"
        worker.thread = threading.Thread(target=self._run, args=(worker,), name=name, daemon=True)
        self._workers.append(worker)
        worker.thread.start()

    def _give_up_who_hangs(self) -> None:
        with self._condition:
            is_pending = bool(self._wanted) or any(not s.is_taken for s in self._sources.values())
            if not is_pending:
                self._watch.stop()
                return
            late = time.monotonic() - PATIENCE_S
            for worker in list(self._workers):
                if worker.at is not None and worker.since < late and not worker.is_given_up:
                    worker.is_given_up = True
                    self._start_worker()

    def _run(self, worker: _Worker) -> None:
        try:
            while (job := self._next(worker)) is not None:
                if isinstance(job, Wish):
                    self._load(worker, job)
                else:
                    self._open(worker, job)
        finally:
            self._close(worker, set(worker.readers))
            with self._condition:
                self._workers.remove(worker)
                self._condition.notify_all()

    def _next(self, worker: _Worker) -> Wish | int | None:
        """Return a tile to load, or a source to open; None at the end.  Waits."""
        while True:
            with self._condition:
                worker.at = None
                self._condition.notify_all()
                gone = set(worker.readers) - set(self._sources)
                job = None
                while not gone:
                    if self._is_closed or worker.is_given_up:
                        return None
                    job = self._pick()
                    if job is not None:
                        worker.at = job.source if isinstance(job, Wish) else job
                        worker.since = time.monotonic()
                        return job
                    self._condition.wait()
                    gone = set(worker.readers) - set(self._sources)
            self._close(worker, gone)

    def _pick(self) -> Wish | int | None:
        for number, source in self._sources.items():
            if not source.is_taken:
                source.is_taken = True
                return number
        hanging = {worker.at for worker in self._workers if worker.is_given_up}
        at_work = [worker.at for worker in self._workers]
        for place, wish in enumerate(self._wanted):
            is_free = at_work.count(wish.source) < self._sources[wish.source].threads
            if is_free and wish.source not in hanging:
                del self._wanted[place]
                self._in_work.add(wish)
                return wish
        return None

    def _open(self, worker: _Worker, number: int) -> None:
        try:
            reader = self._reader(worker, number)
        except CollabMapError as error:
            self._tell_failure(number, error)
            return
        if reader is None:
            return
        for tell, ask in ((self.opened, reader.info), (self.styled, reader.style)):
            told = ask()
            if self._is_there(number):
                self._post.send(self, tell.emit, number, told)

    def _load(self, worker: _Worker, wish: Wish) -> None:
        image: QImage | None = None
        try:
            reader = self._reader(worker, wish.source)
            image = None if reader is None else reader.picture(wish.tile)
        except CollabMapError as error:
            self._tell_failure(wish.source, error)
        if self._is_there(wish.source):
            self._post.send(self, self.loaded.emit, wish, image)

    def _reader(self, worker: _Worker, number: int) -> Pictures | None:
        """Return the thread's reader of a source; None when the source has been removed."""
        reader = worker.readers.get(number)
        if reader is None:
            with self._condition:
                source = self._sources.get(number)
            if source is not None:
                reader = source.open()
                with self._condition:
                    worker.readers[number] = reader
        return reader

    def _close(self, worker: _Worker, numbers: set[int]) -> None:
        for number in numbers:
            worker.readers[number].close()
        with self._condition:
            for number in numbers:
                del worker.readers[number]
            self._condition.notify_all()

    def _is_there(self, number: int) -> bool:
        with self._condition:
            return number in self._sources and not self._is_closed

    def _tell_failure(self, number: int, error: CollabMapError) -> None:
        with self._condition:
            source = self._sources.get(number)
            # Both threads meet the same broken file, and a torn one fails at every tile.
            if source is None or source.has_failed or self._is_closed:
                return
            source.has_failed = True
        self._post.send(self, self.failed.emit, number, error)
