"""How far long work is, and how to stop it."""

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from collabmap.errors import Cancelled

_PROGRESS_INTERVAL_S = 0.1


class Progress(NamedTuple):
    """done of total steps; total 0 when it is not known.  what: a word for people."""

    done: int
    total: int
    what: str


class CancelToken:
    """Set by the person, checked by the work between batches."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at the next check."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        return self._event.is_set()

    def check(self) -> None:
        """Raise Cancelled once cancel() was called."""
        if self._event.is_set():
            raise Cancelled


class Throttle:
    """A progress callback that passes on ten calls a second at most, and always the last."""

    def __init__(self, tell: Callable[[Progress], None]) -> None:
        self._tell = tell
        self._next_s = 0.0

    def __call__(self, progress: Progress) -> None:
        now_s = time.monotonic()
        if now_s >= self._next_s or (progress.total and progress.done >= progress.total):
            self._next_s = now_s + _PROGRESS_INTERVAL_S
            self._tell(progress)


def stepper(
    progress: Callable[[Progress], None] | None, cancel: CancelToken | None, what: str, total: int
) -> Callable[[int], None]:
    """Return what a loop calls at each step: it stops when asked to, and says how far it is."""

    def step(done: int) -> None:
        if cancel is not None:
            cancel.check()
        if progress is not None:
            progress(Progress(done, total, what))

    return step
