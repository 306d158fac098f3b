"""The theme of a new map: the usual one stands there, and another one is two clicks away."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.settings import DEFAULT_THEME
from collabmap.app.words import _, language
from collabmap.domain.theme import Theme
from collabmap.ui.tasks import Tasks
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.text import ElidedText, Text


class StartTheme(QWidget):
    """name: of the ready theme that a new map begins with."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.name = DEFAULT_THEME
        self._tasks = tasks
        self.themes: dict[str, Theme] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Text(_("Theme of the map"), "label"))
        self.label = ElidedText("", "muted")
        words.addWidget(self.label)
        row.addLayout(words, 1)
        self.button = Button(_("Choose…"), height_px=40)
        self.button.setAccessibleName(f"{_('Theme of the map')}: {_('Choose…')}")
        self.button.clicked.connect(self._open)
        row.addWidget(self.button)

    def load(self) -> None:
        """Read the ready themes, and say which one is chosen."""

        def work() -> dict[str, Theme]:
            from collabmap.app.themes import ready_names, ready_theme

            return {name: ready_theme(name) for name in ready_names()}

        def done(themes: dict[str, Theme]) -> None:
            self.themes = themes
            self.choose(self.name)

        self._tasks.run(work, done, owner=self, key="ready themes")

    def choose(self, name: str) -> None:
        """Begin a new map with a ready theme."""
        self.name = name
        theme = self.themes[name]
        about = theme.about(language())
        self.label.set_whole(f"{theme.label(language())} · {about}")

    def _open(self) -> None:
        popover = Popover(self.window(), _("Theme of the map"), width_px=380)
        for name, theme in self.themes.items():
            row = MenuRow(theme.label(language()), theme.offered[0].icon if theme.offered else "")
            row.setToolTip(theme.about(language()))
            row.setCheckable(True)
            row.setChecked(name == self.name)
            row.clicked.connect(lambda _on=False, chosen=name: self.choose(chosen))
            popover.add(row)
        popover.open_under(self.button)
