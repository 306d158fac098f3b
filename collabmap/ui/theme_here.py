"""The theme of the open map, which grows while people work: the whole window follows it."""

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from collabmap.domain.feature import PersonView
from collabmap.domain.theme import Theme
from collabmap.domain.theme_parts import Part

if TYPE_CHECKING:
    from collabmap.domain.effect import Effect
    from collabmap.ui.main_window import MainWindow


@runtime_checkable
class FollowsTheme(Protocol):
    """A widget that shows categories, fields or kinds of link of the open map."""

    def follow_theme(self, theme: Theme) -> None:
        """Show what is of a theme as it says now; what somebody types or holds stays."""
        ...


class ThemeHere(QObject):
    """Reads the theme again once somebody has defined something, here or on another laptop.

    It holds what each coordinator has typed of it and could not save yet, while the map is open.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._drafts: dict[bytes, dict[tuple[str, str], Part]] = {}
        window.effects_arrived.connect(self._on_effect)
        window.tasks.detached.connect(self._drafts.clear)

    def drafts_of(self, person: PersonView | None) -> dict[tuple[str, str], Part]:
        """Return what somebody has typed and not saved yet: see ThemeSaving."""
        return self._drafts.setdefault(person.id, {}) if person is not None else {}

    def _on_effect(self, effect: "Effect") -> None:
        if effect.meta:
            self._window.tasks.read(lambda reader: reader.theme(), self.take, key="theme")

    def take(self, theme: Theme) -> None:
        """Show the map with a theme that was read from it."""
        window = self._window
        if theme == window.theme:
            return
        window.theme = theme
        window.map.set_theme(theme)
        for widget in window.findChildren(QWidget):
            if isinstance(widget, FollowsTheme):
                widget.follow_theme(theme)
        window.theme_changed.emit(theme)
