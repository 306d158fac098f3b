"""The numbers of the window: what awaits review, and what waits on this computer to be sent."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from collabmap.domain.feature import Counts
from collabmap.errors import CollabMapError

if TYPE_CHECKING:
    from collabmap.app.lanes import Lanes
    from collabmap.ui.main_window import MainWindow


class Counting(QObject):
    """Counts anew when asked to, and tells the window."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        # Where what is unsent is being counted, and whether something has changed meanwhile.
        self._counting: Lanes | None = None
        self._is_again = False

    def refresh(self) -> None:
        """Count all of it once more."""
        window = self._window
        window.tasks.read(lambda reader: reader.counts(), self._on_counts, key="counts")
        if window.can_write:
            self._count_unsent()

    def _count_unsent(self) -> None:
        """Count once more after the last change only: decisions come faster than all is counted."""
        window = self._window
        if self._counting is window.lanes:
            self._is_again = True
            return
        self._counting, self._is_again = window.lanes, False
        window.tasks.write(lambda session: session.unsent(), self._on_counted, self._on_uncounted)

    def _on_counted(self, count: int) -> None:
        self._counting = None
        self._window.on_unsent(count)
        if self._is_again and self._window.can_write:
            self._count_unsent()

    def _on_uncounted(self, error: CollabMapError) -> None:
        self._counting = None
        self._window.messages.show(error)

    def _on_counts(self, counts: Counts) -> None:
        window = self._window
        window.counts = counts
        window.top_bar.set_pending(counts.to_review)
        window.counts_changed.emit(counts)
