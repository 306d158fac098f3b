"""The left side of the window: one panel at a time, and the way back."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.ui.tasks import LongTask, Tasks
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.progress import TaskProgress, ThinBar


class PanelHost(QWidget):
    """changed: another panel is shown; arguments are its name and itself."""

    changed = Signal(str, object)

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trail: list[tuple[str, Panel, QWidget | None]] = []
        self._stack = QStackedWidget()
        self._bar = ThinBar(tasks)
        self._long: LongTask | None = None
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stack, 1)
        # Over the panel's upper edge: it comes and goes, and nothing may move for it.
        self._bar.setParent(self)
        self._bar.raise_()

    @property
    def current(self) -> Panel | None:
        return self._trail[-1][1] if self._trail else None

    @property
    def names(self) -> list[str]:
        """The panels from the first one of the mode to the one in view."""
        return [name for name, _panel, _focus in self._trail]

    @property
    def long_task(self) -> LongTask | None:
        """The long task under way."""
        return self._long

    def follow(self, task: LongTask) -> None:
        """Show a long task above the panel, whichever panel is in view, until it ends."""
        self._long = task
        task.shown.connect(self._on_shown)
        task.ended.connect(self._on_ended)
        if task.has_lasted:
            self._on_shown()

    def _on_shown(self) -> None:
        if self._long is not None:
            self._layout.insertWidget(0, TaskProgress(self._long))

    def _on_ended(self) -> None:
        self._long = None

    @property
    def current_name(self) -> str:
        return self._trail[-1][0] if self._trail else ""

    def show_root(self, name: str, panel: Panel) -> None:
        """Show a panel that has no way back: the first one of a mode."""
        self.clear()
        self.show_panel(name, panel)

    def show_panel(self, name: str, panel: Panel) -> None:
        """Show a panel in place of the one that is there, which back() brings back."""
        if self.current:
            self.current.left()
        had_focus = QApplication.focusWidget()
        self._trail.append((name, panel, had_focus))
        self._stack.addWidget(panel)
        self._show()
        if first := panel.first_focus():
            first.setFocus()

    def back(self) -> None:
        """Close the panel in view and show the one before; the first one stays."""
        if len(self._trail) < 2:
            return
        _name, panel, had_focus = self._trail.pop()
        panel.left()
        self._discard(panel)
        self._show()
        # What opened the panel may be gone since, as the line of a menu is.
        is_there = had_focus is not None and isValid(had_focus) and self.isAncestorOf(had_focus)
        if had_focus is not None and is_there and had_focus.isVisibleTo(self):
            had_focus.setFocus()
        elif self.current and (first := self.current.first_focus()):
            first.setFocus()

    def back_to_root(self) -> None:
        """Close every panel but the first one of the mode."""
        while len(self._trail) > 1:
            self.back()

    def panel(self, name: str) -> Panel | None:
        """Return the panel of that name if it is on the trail."""
        return next((panel for each, panel, _focus in self._trail if each == name), None)

    def clear(self) -> None:
        """Close every panel; the one in view leaves the map as it found it."""
        if self.current:
            self.current.left()
        for _name, panel, _focus in self._trail:
            self._discard(panel)
        self._trail = []

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._bar.setGeometry(0, 0, self.width(), self._bar.height())
        self._bar.raise_()

    def _show(self) -> None:
        name, panel, _focus = self._trail[-1]
        self._stack.setCurrentWidget(panel)
        panel.entered()
        self.changed.emit(name, panel)

    def _discard(self, panel: Panel) -> None:
        self._stack.removeWidget(panel)
        for part in (panel, panel.page, panel.card):
            if part is not None:
                part.hide()
                part.deleteLater()
