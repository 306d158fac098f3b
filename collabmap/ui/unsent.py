"""How many places this computer has not sent: counted again after what changes it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from collabmap.errors import CollabMapError

if TYPE_CHECKING:
    from collabmap.app.lanes import Lanes
    from collabmap.ui.main_window import MainWindow


class UnsentCount(QObject):
    """Counts once more after the last change only: decisions come faster than all is counted."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        # Where it is being counted, and whether something has changed meanwhile.
        self._counting: Lanes | None = None
        self._again = False

    def ask(self) -> None:
        """Count soon; the window is told."""
        if self._counting is self._window.lanes:
            self._again = True
            return
        self._counting, self._again = self._window.lanes, False
        self._window.tasks.write(
            lambda session: session.unsent(), self._on_counted, self._on_uncounted
        )

    def _on_counted(self, count: int) -> None:
        self._counting = None
        self._window.on_unsent(count)
        if self._again and self._window.can_write:
            self.ask()

    def _on_uncounted(self, error: CollabMapError) -> None:
        self._counting = None
        self._window.messages.show(error)
