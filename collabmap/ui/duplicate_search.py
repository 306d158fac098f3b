"""Looks for places that may be one, on a coordinator's computer, behind everybody's back."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from collabmap.app.words import _
from collabmap.domain.effect import Effect
from collabmap.ui.map.letter_lines import LetterLines
from collabmap.ui.tasks import LongTask
from collabmap.ui.widgets.progress import TaskProgress

if TYPE_CHECKING:
    from collabmap.app.duplicates import Look
    from collabmap.ui.main_window import MainWindow

# After the window has drawn what it opened, or what was just written; long enough that somebody who
# decides one thing after another is not looked after each time.
AFTER_MS = 600
QUIET_MS = 2_500
# How often the first picture of a map is waited for that long: a slow laptop reads it first.
PATIENCE = 5


class DuplicateSearch(QObject):
    """found: which places others may be one with than before.  lines: joins what is compared.

    One look at a time, in a read lane; what was found is written between two other writes.  A look
    through a whole map shows in Review how far it is, and can be stopped: it begins anew with the
    next change.
    """

    found = Signal(object)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._ids: set[bytes] = set()
        self._wants_all = self._is_looking = False
        self._patience = PATIENCE
        self._task: LongTask | None = None
        # Here, for a panel that is built again must not paint a second time.
        self.lines = LetterLines(window.map)
        self._timer = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._timer.timeout.connect(self._begin)
        window.project_changed.connect(self._on_project)
        window.effects_arrived.connect(self._on_effect)

    def _on_project(self, _info: object) -> None:
        self._ids, self._wants_all, self._is_looking = set(), True, False
        self._patience = PATIENCE
        self._timer.start(AFTER_MS)

    def _on_effect(self, effect: Effect) -> None:
        if effect.features is None:
            self._wants_all = True
        else:
            self._ids |= effect.features
        self._timer.start(AFTER_MS if effect.features is None else QUIET_MS)

    def _begin(self) -> None:
        window = self._window
        if window.lanes is None or not window.is_coordinator or self._is_looking:
            return
        is_opening = window.map.awaits_first_paint or window.marks.columns is None
        if window.map.isVisible() and is_opening and self._patience:
            self._patience -= 1
            self._timer.start()
            return
        if self._wants_all or self._ids:
            self._is_looking = True
            window.tasks.read(
                lambda reader: reader.places_to_compare(),
                self._look,
                self._on_failed,
                owner=self,
                is_quiet=True,
            )

    def _look(self, count: int) -> None:
        """Look for what has changed; with a count, through all of so many places."""
        ids = None if self._wants_all or count else frozenset(self._ids)
        self._wants_all, self._ids = False, set()
        window = self._window
        if window.lanes is None:
            return
        theme = window.theme
        self._task = window.tasks.long_read(
            _("Looking for duplicates"),
            lambda reader, progress, cancel: reader.find_duplicates(
                theme, ids, progress=progress, cancel=cancel
            ),
            self._on_found,
            self._on_failed,
            owner=self,
        )
        for signal in (self._task.shown, self._task.progressed):
            signal.connect(self._show_progress)

    def _show_progress(self) -> None:
        panel = self._window.panel_host.current
        task = self._task
        if task is None or not isValid(task) or not task.has_lasted or task.is_over:
            return
        is_review = self._window.panel_host.current_name == "review"
        if panel is not None and is_review and panel.findChild(TaskProgress) is None:
            panel.head.insertWidget(0, TaskProgress(task))

    def _on_found(self, look: "Look | None") -> None:
        self._is_looking = False
        if look is not None and self._window.lanes is not None:
            self._window.tasks.write(
                lambda session: session.keep_duplicates(look),
                self._on_kept,
                self._on_failed,
                owner=self,
            )
        self._go_on()

    def _on_kept(self, changed: frozenset[bytes]) -> None:
        if changed:
            self.found.emit(changed)

    def _on_failed(self, _error: object) -> None:
        """Leave it for the next time: nobody asked for it, and nothing is lost."""
        self._is_looking, self._wants_all = False, True

    def _go_on(self) -> None:
        if self._wants_all or self._ids:
            self._timer.start()
