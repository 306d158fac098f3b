"""Whether the window may close: event mode asks its code, and work under way asks first."""

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
        return True
    answer = QMessageBox.question(window, "CollabMap", words)
    return answer == QMessageBox.StandardButton.Yes
