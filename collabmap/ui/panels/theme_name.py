"""What the theme of the map is called, and what it is for, where it is handed to others."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from collabmap.app.words import _
from collabmap.domain.definitions import PROJECT, SELF
from collabmap.domain.theme import Theme
from collabmap.domain.theme_checks import longest
from collabmap.ui import look
from collabmap.ui.panels.part_page import Pair, Words
from collabmap.ui.widgets.fields import Labelled
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class ThemeName(Ground):
    """Four lines, each saved as it is left: one deed, that can be undone."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__("card")
        self._window = window
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(look.px(12))
        column.addWidget(Text(_("The theme of this map"), "heading", wrap=True))
        words = _("Others see its name in the file, and where they choose a theme.")
        column.addWidget(Text(words, "muted", wrap=True))
        self.lines: dict[str, Words] = {}
        labels = {"label_fr": _("Name in French"), "label_en": _("Name in English")}
        labels |= {"about_fr": _("What it is for, in French")}
        labels |= {"about_en": _("What it is for, in English")}
        fields = [self._line(name, label) for name, label in labels.items()]
        column.addWidget(Pair(*fields[:2]))
        for field in fields[2:]:
            column.addWidget(field)
        window.theme_changed.connect(self.follow)

    def _line(self, name: str, label: str) -> Labelled:
        line = self.lines[name] = Words(name)
        line.setMaxLength(longest(name))
        line.editingFinished.connect(lambda: self._save(name))
        return Labelled(label, line)

    def follow(self, theme: Theme) -> None:
        """Show the words of a theme; what somebody is writing stays."""
        self.setVisible(bool(theme.categories))
        for name, line in self.lines.items():
            if not line.isModified():
                line.show_text(getattr(theme, name))

    def _save(self, name: str) -> None:
        line, window = self.lines[name], self._window
        text = line.text().strip()
        line.setModified(False)
        if text != getattr(window.theme, name):
            window.tasks.write(lambda session: session.define({(PROJECT, SELF): {name: text}}))
