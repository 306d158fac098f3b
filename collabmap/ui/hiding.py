"""Hiding a place or a person on this computer, with a way back in the message."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from collabmap.app.words import _
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceView

if TYPE_CHECKING:
    from collabmap.app.hiding import HiddenView
    from collabmap.ui.main_window import MainWindow


class Hiding(QObject):
    """hidden: what is hidden in the open map on this computer.  changed: it is another."""

    changed = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.hidden: tuple[HiddenView, ...] = ()
        window.effects_arrived.connect(self._on_effect)
        window.project_changed.connect(self._on_project)

    @property
    def count(self) -> int:
        return len(self.hidden)

    def _on_project(self, _info: object) -> None:
        self.hidden = ()
        self.changed.emit()
        self.reload()

    def _on_effect(self, effect: Effect) -> None:
        # Hiding tells of itself as something that went, or as other people.
        if effect.removed or effect.people:
            self.reload()

    def reload(self) -> None:
        """Ask again what is hidden."""
        if self._window.lanes is not None:
            self._window.tasks.write(
                lambda session: session.hidden(), self._on_hidden, owner=self, key="hidden"
            )

    def _on_hidden(self, hidden: "tuple[HiddenView, ...]") -> None:
        # Listed again for nothing, a button would go under the hand that presses it.
        if hidden != self.hidden:
            self.hidden = hidden
            self.changed.emit()

    # --- doing -----------------------------------------------------------------------------

    def hide_place(self, place: PlaceView) -> None:
        """Show a place here no more."""
        self._window.tasks.write(
            lambda session: session.hide_place(place.id),
            lambda _done: self._say(
                _("“{name}” is hidden on this computer").format(name=place.name), place.id
            ),
        )

    def hide_author(self, place: PlaceView) -> None:
        """Show here no more what the author of a place made and said."""
        name = place.author_name or _("somebody")
        self._window.tasks.write(
            lambda session: session.hide_person(place.author),
            lambda _done: self._say(
                _("What {name} added is hidden on this computer").format(name=name), place.author
            ),
        )

    def show_again(self, hidden: bytes, name: str) -> None:
        """Show a place or a person's contributions again."""
        self._window.tasks.write(
            lambda session: session.unhide(hidden),
            lambda _done: self._window.messages.done(
                _("“{name}” is shown again").format(name=name)
            ),
        )

    def _say(self, title: str, hidden: bytes) -> None:
        window = self._window
        window.commands.clear_selection()
        window.messages.done(
            title,
            _("Others still see it; nothing was changed on the map."),
            (_("Undo"), lambda: self._undo(hidden)),
            (_("What is hidden"), window.commands.open_hidden),
        )

    def _undo(self, hidden: bytes) -> None:
        self._window.tasks.write(lambda session: session.unhide(hidden))
