"""What a person prefers of the map, kept on this device, and what its cards and readout ask for."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from collabmap.app.place_values import value_rows
from collabmap.app.words import _
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceView
from collabmap.domain.lambert import applies, lambert_93

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Settings of the device.
COASTS, SHOWS_POSITION = "map_coasts", "map_shows_position"
# How many values of the theme's fields a card under the pointer says.
MOST_VALUES = 2
_NOT_AT_A_GLANCE = frozenset({"url", "long_text"})


class MapComfort(QObject):
    """coasts: a map that is let go rolls on.  shows_position: by role unless chosen."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._shows_position: bool | None = None
        self._is_warming = False
        window.map.cards.details_wanted.connect(self._find_details)
        window.map.moved.connect(self._warm)
        window.project_changed.connect(self._follow)
        window.person_changed.connect(self._follow)
        window.effects_arrived.connect(self._on_effect)
        device = window.device
        window.tasks.run(
            lambda: (device.get(COASTS, True), device.get(SHOWS_POSITION)),
            self._on_kept,
            owner=self,
        )

    # --- preferences -------------------------------------------------------------------------

    @property
    def coasts(self) -> bool:
        return self._window.map.has_inertia

    def set_coasts(self, is_wanted: bool) -> None:
        """Let the map roll on after a drag, or stop where the hand stops."""
        self._window.map.has_inertia = is_wanted
        self._keep(COASTS, is_wanted)

    @property
    def shows_position(self) -> bool:
        chosen = self._shows_position
        return self._window.is_coordinator if chosen is None else chosen

    def set_shows_position(self, is_wanted: bool) -> None:
        """Say where the pointer is, or not."""
        self._shows_position = is_wanted
        self._keep(SHOWS_POSITION, is_wanted)
        self._follow()

    def _keep(self, key: str, value: bool) -> None:
        device = self._window.device
        self._window.tasks.run(lambda: device.set(key, value))

    def _on_kept(self, kept: tuple[object, object]) -> None:
        coasts, shows = kept
        self._window.map.has_inertia = coasts is not False
        self._shows_position = shows if isinstance(shows, bool) else None
        self._follow()

    def _follow(self, _changed: object = None) -> None:
        self._window.map.readout.set_wanted(self.shows_position)
        self._warm()

    # --- Lambert-93 --------------------------------------------------------------------------

    def _warm(self) -> None:
        """Let the grid be loaded in a lane before the readout needs it, once it is in France."""
        view = self._window.map
        if self._is_warming or not view.readout.is_wanted or view.awaits_first_paint:
            return
        centre = view.centre()
        if applies(centre):
            self._is_warming = True
            self._window.tasks.beside(lambda: lambert_93(centre), self._on_warm, owner=self)

    def _on_warm(self, _place: object) -> None:
        self._window.map.readout.lambert = lambert_93

    # --- cards -------------------------------------------------------------------------------

    def _find_details(self, feature: bytes) -> None:
        if self._window.lanes is not None:
            self._window.tasks.read(
                lambda reader: reader.place(feature), self._on_place, owner=self, key="hover"
            )

    def _on_place(self, place: PlaceView | None) -> None:
        if place is not None:
            rows = value_rows(place, self._window.theme)
            # The map may be seen by a whole room.
            told = [row for row in rows if not row.is_private and row.type not in _NOT_AT_A_GLANCE]
            words = _("{name}: {value}")
            values = [words.format(name=row.label, value=row.words) for row in told[:MOST_VALUES]]
            self._window.map.cards.set_details(place.id, place.author_name, values)

    def _on_effect(self, effect: Effect) -> None:
        # What a card says may be another thing now.
        if not effect.is_empty:
            self._window.map.cards.leave()
