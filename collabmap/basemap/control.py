"""Stop, wait and go on: how a person holds long work that runs on other threads."""

import threading
from collections.abc import Callable

from collabmap.errors import Cancelled

# Between two looks at what else may want the work to stop.
TICK_S = 0.2


class Control:
    """The hand on a build.  Every method may be called from any thread.

    ask: called at each check, may raise; for a stop button that somebody else owns.
    """

    def __init__(self, ask: Callable[[], None] | None = None) -> None:
        self._ask = ask
        self._changed = threading.Condition()
        self._is_paused = False
        self._is_cancelled = False
        self._before_waiting: Callable[[], None] | None = None

    def before_waiting(self, save: Callable[[], None] | None) -> None:
        """Set what the work does before it waits: it brings what is done to the disk."""
        self._before_waiting = save

    def cancel(self) -> None:
        """Ask the work to stop and leave nothing behind."""
        with self._changed:
            self._is_cancelled = True
            self._changed.notify_all()

    def pause(self) -> None:
        """Ask the work to wait.  What is done by then lies safely on the disk."""
        with self._changed:
            self._is_paused = True

    def resume(self) -> None:
        with self._changed:
            self._is_paused = False
            self._changed.notify_all()

    @property
    def is_paused(self) -> bool:
        return self._is_paused

    @property
    def is_cancelled(self) -> bool:
        return self._is_cancelled

    def check(self) -> None:
        """Wait while paused.  Raises Cancelled once cancelled, and what `ask` raises."""
        is_saved = False
        while True:
            if self._ask is not None:
                self._ask()
            if self._is_paused and not is_saved and self._before_waiting is not None:
                self._before_waiting()
                is_saved = True
            with self._changed:
                if self._is_cancelled:
                    raise Cancelled
                if not self._is_paused:
                    return
                self._changed.wait(TICK_S)
