"""Holds the card that somebody writes on: what changed elsewhere is shown once that is over."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from collabmap.ui.panels.review import ReviewPanel


class ReviewHold(QObject):
    """Taken from under the hand, the next letters would be keys that decide about another card."""

    def __init__(self, panel: "ReviewPanel") -> None:
        super().__init__(panel)
        self._panel = panel
        # None: perhaps everything.
        self._due: frozenset[bytes] | None = frozenset()

    @property
    def is_on(self) -> bool:
        """Whether somebody writes on the card that is shown."""
        return self._panel.item is not None and self._panel.face.is_writing

    def keeps(self, ids: frozenset[bytes] | None) -> bool:
        """Keep for later what has changed, if somebody is writing.  ids: None for all of it."""
        if self.is_on:
            self._due = None if ids is None or self._due is None else self._due | ids
        return self.is_on

    def let_go(self) -> None:
        """Look at what was kept, if nobody writes any more."""
        if self.is_on or self._due == frozenset():
            return
        due, self._due = self._due, frozenset()
        if due is None:
            self._panel.reload()
        else:
            self._panel.look_again(due)
