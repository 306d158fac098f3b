"""Worker processes, and the order in which their work comes back."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import TypeVar

from collabmap.basemap import painting
from collabmap.basemap.control import Control
from collabmap.render import fonts

T = TypeVar("T")

# Tasks in flight for each worker: enough that none waits, few enough that a stop is quick.
AHEAD = 2
# Between two looks at the stop button.
TICK_S = 0.1


class Crew:
    """Processes that start while the extract is still being read.

    Leaving it ends them, whatever happened.  control: a pause lets what is in flight come to its
    end, a stop throws it away.
    """

    def __init__(self, workers: int | None, control: Control) -> None:
        self._count = max(1, workers or os.cpu_count() or 1)
        self._control = control
        context = multiprocessing.get_context("spawn")
        # Long tasks look at it: nobody should wait for a region to be read after a stop.
        self._is_over = context.Event()
        self._pool = ProcessPoolExecutor(
            self._count,
            mp_context=context,
            initializer=painting.begin,
            initargs=(fonts.folder(), self._is_over),
        )

    def __enter__(self) -> "Crew":
        for _ in range(self._count):
            self._pool.submit(painting.be_there)
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def count(self) -> int:
        """How many processes there are."""
        return self._count

    def submit(self, work: Callable[..., T], *task: object) -> Future[T]:
        return self._pool.submit(work, *task)

    def map(self, work: Callable[..., T], tasks: Iterable[Sequence[object]]) -> Iterator[T]:
        """Return the results in the order of the tasks, a few tasks ahead."""
        waiting: deque[Future[T]] = deque()
        for task in tasks:
            waiting.append(self._pool.submit(work, *task))
            if len(waiting) >= self._count * AHEAD:
                yield self.result(waiting.popleft())
        while waiting:
            yield self.result(waiting.popleft())

    def result(self, future: Future[T]) -> T:
        """Wait for a result.  Raises what the work raised, and Cancelled."""
        while True:
            self._control.check()
            try:
                return future.result(timeout=TICK_S)
            except NotYet:
                if future.done():
                    raise
