"""Pictures that are pasted: to the open form or card, unless somebody pastes words into a field."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit

from collabmap.ui import photos_here
from collabmap.ui.preferences import application

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class Pasting(QObject):
    """Watches for Ctrl+V anywhere in the window."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        application().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if not event.matches(QKeySequence.StandardKey.Paste) or not self._window.isActiveWindow():
            return False
        mime = QGuiApplication.clipboard().mimeData()
        is_field = isinstance(watched, (QLineEdit, QTextEdit, QPlainTextEdit))
        if is_field and mime is not None and mime.hasText() and not mime.hasUrls():
            return False
        sources = photos_here.sources_in(mime)
        return bool(sources) and self._window.dropping.take_photos(sources)
