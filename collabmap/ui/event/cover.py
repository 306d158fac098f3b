"""A page over the whole window; what is under it takes neither clicks nor keys meanwhile."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from collabmap.ui.event.pages import CodePage, StartPage, StillTherePage
from collabmap.ui.widgets.card_page import CardPage

Page = CodePage | StartPage | StillTherePage


class Cover(QObject):
    """page: what lies over the window, None for nothing."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.page: Page | None = None
        self._covered: list[QWidget] = []
        self._hidden: list[QWidget] = []
        self._focus: QWidget | None = None
        window.installEventFilter(self)

    def lay(self, page: Page) -> None:
        """Lay a page over the window, in place of the one that is there."""
        window = self._window
        self.take_away()
        self._focus = QApplication.focusWidget()
        children = window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        self._covered = [part for part in children if part.isVisible() and part.isEnabled()]
        for part in self._covered:
            part.setEnabled(False)
        # Two cards over one another would be read as one.
        self._hidden = [part for part in self._covered if isinstance(part, CardPage)]
        for part in self._hidden:
            part.hide()
        self.page = page
        page.setParent(window)
        page.setGeometry(window.rect())
        page.show()
        page.raise_()
        page.first.setFocus()

    def take_away(self) -> bool:
        """Show again what lay under it; False: there was nothing."""
        page, self.page = self.page, None
        if page is None:
            return False
        page.hide()
        page.deleteLater()
        for part in self._covered:
            if isValid(part):
                part.setEnabled(True)
        for part in self._hidden:
            if isValid(part):
                part.show()
        self._covered, self._hidden = [], []
        if self._focus is not None and isValid(self._focus) and self._focus.isVisible():
            self._focus.setFocus()
        return True

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.page is not None:
            self.page.setGeometry(self._window.rect())
        return False
