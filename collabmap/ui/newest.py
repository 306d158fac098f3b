"""Work in a read lane of which only the newest counts, as for a view that goes on moving."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject

from collabmap.errors import CollabMapError

if TYPE_CHECKING:
    from collabmap.app.lanes import Lanes
    from collabmap.app.reader import Reader
    from collabmap.ui.tasks import Tasks

T = TypeVar("T")


class Newest(QObject):
    """One piece of work at a time; of what is asked for meanwhile only the last is done.

    A key of `Tasks` drops old answers, but their work is done all the same: a hand that moves the
    map over a million places would leave a queue of it behind.
    """

    def __init__(self, tasks: "Tasks", parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._waiting: tuple[Callable[[Reader], Any], Callable[[Any], object]] | None = None
        # Where something is under way; the lanes of a map that was left never answer.
        self._busy: Lanes | None = None
        self._is_wanted = False

    def ask(self, work: "Callable[[Reader], T]", done: Callable[[T], object]) -> None:
        """Run work(reader) in a read lane, then done(result) here; an older answer still comes."""
        self._waiting = work, done
        self._go_on()

    def forget(self) -> None:
        """Want no answer any more to what was asked."""
        self._waiting, self._is_wanted = None, False

    def _go_on(self) -> None:
        lanes = self._tasks.lanes
        if lanes is None or lanes is self._busy or self._waiting is None:
            return
        (work, done), self._waiting = self._waiting, None
        self._busy, self._is_wanted = lanes, True

        def arrived(answer: object) -> None:
            self._busy = None
            if self._is_wanted:
                done(answer)
            self._go_on()

        def run(reader: "Reader") -> object:
            try:
                return work(reader)
            except CollabMapError:
                raise
            except Exception:
                # A fault of ours is told as such, and to nobody here; what is asked next is done.
                self._busy = None
                raise

        self._tasks.read(run, arrived, self._on_failed, owner=self)

    def _on_failed(self, error: object) -> None:
        self._busy = None
        self._tasks.failed.emit(error)
        self._go_on()
