"""Ending one person's turn before the next begins, however long their photos take."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from collabmap.ui.photo_taking import PhotoTaking

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

LOOK_EVERY_MS = 30


class Turns(QObject):
    """What somebody asked for is written in their name, also where it comes after they have gone.

    is_ending: somebody has gone, and what they did is not all written yet.  is_awaited: something
    is to be done once all is written.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.is_ending = False
        self._written: list[Callable[[], object]] = []
        self._next: Callable[[], object] | None = None
        self._timer = QTimer(self, singleShot=True, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def end(self) -> None:
        """End the turn once all is written."""
        self.is_ending = True
        self.when_written(self._end)

    @property
    def is_unwritten(self) -> bool:
        """Whether something that was saved, or a photo, is still on its way into the map."""
        return self._window.tasks.is_writing or bool(self._window.findChildren(PhotoTaking))

    @property
    def is_awaited(self) -> bool:
        return bool(self._written)

    def after(self, begin: Callable[[], object]) -> None:
        """Do something once the turn before has ended, and all of it is written."""
        if self.is_ending:
            self._next = begin
        elif self.is_unwritten:
            self.when_written(begin)
        else:
            begin()

    def when_written(self, act: Callable[[], object]) -> None:
        """Do something once all that was asked for is written."""
        self._written.append(act)
        self._timer.start()

    def _look(self) -> None:
        window = self._window
        # A base map may be painted for hours: nothing of that is anybody's word.
        is_long = window.panel_host.long_task is not None or window.base_map_work.is_running
        is_busy = not window.tasks.is_idle and not is_long
        if is_busy or window.findChildren(PhotoTaking):
            self._timer.start()
            return
        written, self._written = self._written, []
        for act in written:
            act()

    def _end(self) -> None:
        if self._window.lanes is None:
            self._on_ended(None)
        else:
            self._window.tasks.write(lambda session: session.end_turn(), self._on_ended)

    def _on_ended(self, _none: object) -> None:
        self.is_ending = False
        begin, self._next = self._next, None
        if begin is not None:
            begin()
