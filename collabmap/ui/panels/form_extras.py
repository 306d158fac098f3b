"""What goes along with a new place once it is saved: photos of it, and a link to another one."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.ui import look, photos_here
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class FormExtras(QWidget):
    """photos: files to bring.  wants_link: with what it is linked is asked after saving.

    changed: there are other photos than before, or a link is wanted or no longer.
    """

    changed = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._window = window
        self.photos: list[Path] = []
        self.wants_link = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self.photo = Button(_("Photo"), icon="camera-plus")
        self.photo.clicked.connect(self._on_photo)
        self.link = Button(_("Link"), icon="link-variant-plus")
        self.link.clicked.connect(self._on_link)
        # One below the other where the words are too long for a line: the form must not widen.
        buttons = Flow(gap=look.px(8))
        buttons.add(self.photo)
        buttons.add(self.link)
        layout.addWidget(buttons)
        self._chips = Flow(gap=look.px(6))
        layout.addWidget(self._chips)
        self._hint = Text(_("Once it is saved you say with what, and how."), "second", wrap=True)
        layout.addWidget(self._hint)
        self._show()

    def show_category(self, category: str) -> None:
        """Leave photos to the theme where it asks for them itself."""
        fields = self._window.theme.fields_of(category)
        self.photo.setVisible(all(field.type != "photo" for field in fields))

    def add(self, paths: list[Path]) -> None:
        """Take photos along."""
        new = [path for path in paths if path not in self.photos]
        self.photos += new
        self._show()
        if new:
            self.changed.emit()

    def _on_photo(self) -> None:
        self.add(photos_here.choose(self._window, self))

    def _drop(self, path: Path) -> None:
        self.photos.remove(path)
        self._show()
        self.changed.emit()
        self.photo.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_link(self) -> None:
        self.want_link(is_wanted=not self.wants_link)
        self.changed.emit()

    def want_link(self, *, is_wanted: bool) -> None:
        """Ask with what it is linked once it is saved, or don't."""
        self.wants_link = is_wanted
        self._show()

    def _show(self) -> None:
        self._chips.clear()
        for path in self.photos:
            chip = Chip(path.name, _("Leave out {name}").format(name=path.name), closes=True)
            chip.clicked.connect(lambda _on=False, gone=path: self._drop(gone))
            self._chips.add(chip)
        self._chips.setVisible(bool(self.photos))
        # In words and a sign, not by a colour alone.
        self.link.setText(_("Link, after saving") if self.wants_link else _("Link"))
        self.link.set_icon("check-bold" if self.wants_link else "link-variant-plus")
        self._hint.setVisible(self.wants_link)
