"""The graph's layout in a worker: frames while it settles, at most ten a second, and a way to stop.

One layout at a time: what is asked for next stops the one under way.
"""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from collabmap.app.progress import CancelToken
from collabmap.domain.graph_arrangement import Wanted, arranged
from collabmap.domain.graph_layout import Floats
from collabmap.ui.posting import post

if TYPE_CHECKING:
    from collabmap.domain.ego_layout import Spot
    from collabmap.ui.tasks import Tasks

FRAME_S = 0.1


class Arranging(QObject):
    """framed: (Wanted, positions in its order, share done) on the way.

    arranged: (Wanted, {id: Spot}) at the end.
    """

    framed = Signal(object, object, float)
    arranged = Signal(object, object)

    def __init__(self, tasks: "Tasks", parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._wanted: Wanted | None = None
        self._token = CancelToken()
        self._post = post()

    def ask(self, wanted: Wanted) -> None:
        """Lay out a graph; the one under way stops."""
        self.stop()
        token = self._token = CancelToken()
        self._wanted = wanted
        next_s = time.monotonic() + FRAME_S

        def told(place: Floats, done: int, whole: int) -> bool:
            nonlocal next_s
            if token.is_cancelled:
                return False
            now_s = time.monotonic()
            if now_s >= next_s:
                next_s = now_s + FRAME_S
                self._post.send(self, self._on_step, wanted, place.copy(), done / whole)
            return True

        self._tasks.beside(
            lambda: arranged(wanted, told),
            lambda spots: self._on_done(wanted, spots),
            owner=self,
            key="arrange",
        )

    def stop(self) -> None:
        """Stop the layout under way at its next step."""
        self._token.cancel()
        self._wanted = None

    def _on_step(self, wanted: Wanted, place: Floats, share: float) -> None:
        if wanted is self._wanted:
            self.framed.emit(wanted, place, share)

    def _on_done(self, wanted: Wanted, spots: "dict[bytes, Spot] | None") -> None:
        if wanted is self._wanted and spots is not None:
            self._wanted = None
            self.arranged.emit(wanted, spots)
