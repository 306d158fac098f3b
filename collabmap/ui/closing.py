"""Whether the window may close: event mode asks its code, and work under way asks first.

What was saved is written first: who saved a place with photos believes that they are in the map.
"""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

from collabmap.app.words import _

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


def may_close(window: "MainWindow") -> bool:
    """Ask first while something is under way."""
    if window.event_mode.stays_open():
        return False
    if window.panel_host.long_task:
        words = _("Something is still being copied. Stop it and quit?")
    elif window.base_map_work.is_running:
        words = _("The base map is not finished. Quit? What is painted is kept.")
    else:
        return _is_written(window)
    answer = QMessageBox.question(window, "CollabMap", words)
    if answer != QMessageBox.StandardButton.Yes:
        return False
    if (task := window.panel_host.long_task) is not None:
        task.stop()
    return _is_written(window)


def _is_written(window: "MainWindow") -> bool:
    """Whether all is written; otherwise close once it is, or now if somebody wants that."""
    turns = window.event_mode.turns
    if not turns.is_unwritten:
        return True
    if not turns.is_awaited:
        window.messages.info(_("The window closes once all is saved"))
        turns.when_written(window.close)
        return False
    words = _("Not all is saved yet: photos are still being made small. Quit without them?")
    return QMessageBox.question(window, "CollabMap", words) == QMessageBox.StandardButton.Yes
