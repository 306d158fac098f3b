"""Saving what is edited of a theme: as each line is left and each choice made, in one deed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from collabmap.domain.theme_changes import Said
from collabmap.domain.theme_editing import part_problems, said_of, what_of
from collabmap.domain.theme_parts import Part, parts_of
from collabmap.errors import CollabMapError

if TYPE_CHECKING:
    from collabmap.domain.theme import Theme
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.panels.part_page import PartPage


NEW = "new "


class ThemeSaving(QObject):
    """drafts: what was typed and cannot be saved yet, by what and key; nothing typed is lost.  The
    key of what is to be added begins with NEW.

    is_busy: something is being written, so that the theme of the window is about to change.
    ended: nothing is being written any more.
    """

    ended = Signal()

    def __init__(self, window: "MainWindow", owner: QObject) -> None:
        super().__init__(owner)
        self._window = window
        self._owner = owner
        self._pending = 0
        self.drafts = window.theme_here.drafts_of(window.person)

    @property
    def is_busy(self) -> bool:
        return self._pending > 0

    def part(self, what: str, key: str) -> Part | None:
        """Return a part of the map's theme as it is saved."""
        parts = parts_of(self._window.theme)[what]
        return next((part for part in parts if part.id == key), None)

    def settle(self, page: "PartPage") -> None:
        """Save what a page shows if it is whole; else say what is wrong and keep it."""
        draft, saved = page.draft, page.saved
        if draft is None or saved is None:
            return
        problems = list(part_problems(page.theme, draft))
        page.say_problems(problems)
        place = what_of(draft), draft.id
        if problems:
            self.drafts[place] = draft
            return
        self.drafts.pop(place, None)
        said = said_of(saved, draft)
        if not said:
            return
        page.saved = draft

        def failed(error: CollabMapError) -> None:
            if isValid(page) and page.draft is not None and page.draft.id == draft.id:
                page.saved = saved
            self._window.messages.show(error)

        self.define(said, failed=failed)

    def add(self, page: "PartPage", then: Callable[["Theme"], object]) -> None:
        """Add what a page shows if it is whole; else say what is wrong with it."""
        draft = page.draft
        if draft is None:
            return
        problems = list(part_problems(page.theme, draft))
        page.say_problems(problems)
        if problems:
            page.focus_first()
            return
        page.add_button.setEnabled(False)

        def done() -> None:
            if isValid(page):
                page.add_button.setEnabled(True)
                # Only once it is known everywhere: what is opened next shows it.
                self._window.tasks.read(lambda reader: reader.theme(), then, owner=page)

        def failed(error: CollabMapError) -> None:
            if isValid(page):
                page.add_button.setEnabled(True)
            self._window.messages.show(error)

        self.define(said_of(None, draft), done, failed)

    def define(
        self,
        said: Said,
        done: Callable[[], object] | None = None,
        failed: Callable[[CollabMapError], object] | None = None,
    ) -> None:
        """Say something of the theme: one deed."""
        if not said:
            return
        self._pending += 1

        def over(_effect: object) -> None:
            self._end()
            if done is not None:
                done()

        def refused(error: CollabMapError) -> None:
            self._end()
            (failed or self._window.messages.show)(error)

        self._window.tasks.write(lambda session: session.define(said), over, refused)

    def _end(self) -> None:
        if isValid(self):
            self._pending -= 1
            if not self._pending:
                self.ended.emit()
