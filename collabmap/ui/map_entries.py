"""What the menu of the map offers: about a place, about a position, about the view."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from collabmap.app.words import _
from collabmap.domain.feature import Mark, PlaceRow
from collabmap.domain.geo import LngLat
from collabmap.domain.lambert import Lambert93, applies, lambert_93
from collabmap.ui.actions import key_name
from collabmap.ui.going import go_close
from collabmap.ui.map.context_menu import MenuEntry, MenuTarget, Section
from collabmap.ui.panels.place_card import PlaceCard
from collabmap.ui.position_words import copied_degrees, copied_lambert

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class MapEntries(QObject):
    """Offers what the person in force may do, in the order in which it is wanted most."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        window.map_menu.add(self.make)

    def make(self, target: MenuTarget) -> Iterator[MenuEntry]:
        """Yield the lines for what is pointed at; none while no map is open."""
        window = self._window
        if window.info is None or window.front.start or window.front.welcome:
            return
        if target.place is not None:
            yield from self._about_place(target.place)
        elif self._may_add and target.is_on_map and not target.members:
            position = target.position
            words = _("Add a place here")
            yield MenuEntry(words, "map-marker-plus", lambda: self._add(position))
        # A line of the list may be of a place that lies nowhere.
        if getattr(target.place, "is_placed", True):
            yield from self._about_position(target.position)
        if target.is_on_map and target.place is None:
            yield from self._about_view(target)

    @property
    def _may_add(self) -> bool:
        # The form of a place that is there already has nothing to put elsewhere but that place.
        form = self._window.placing.form
        return self._window.can_write and (form is None or form.place is None)

    # --- a place -----------------------------------------------------------------------------

    def _about_place(self, target: Mark | PlaceRow) -> Iterator[MenuEntry]:
        window, place = self._window, target.id
        panel = window.panel_host.current
        may_open = isinstance(panel, PlaceCard) or (panel is not None and panel.opens_places)

        def entry(words: str, icon: str, run: Callable[[], object]) -> MenuEntry:
            return MenuEntry(words, icon, run, "place")

        if may_open:
            yield entry(
                _("Open its sheet"),
                "card-text-outline",
                lambda: window.commands.open_place(place),
            )
        yield entry(_("See it up close"), "magnify-plus-outline", lambda: go_close(window, place))
        if may_open and window.can_write:
            yield entry(_("Edit"), "pencil", lambda: self._on_card(place, "edit"))
            # As the button on the sheet says it, which this presses.
            is_shape = window.map.is_shape(place)
            yield entry(
                _("Edit the outline") if is_shape else _("Move"),
                "vector-polyline-edit" if is_shape else "cursor-move",
                lambda: self._on_card(place, "move_button"),
            )
            yield entry(_("Delete"), "delete-outline", lambda: self._on_card(place, "delete"))

    def _on_card(self, place: bytes, button: str) -> None:
        """Press a button of a place's card, which says what becomes of it."""
        self._window.commands.open_place(place)
        card = self._window.panel_host.current
        if isinstance(card, PlaceCard):
            card.when_read(lambda: getattr(card, button).click())

    # --- a position --------------------------------------------------------------------------

    def _add(self, position: LngLat) -> None:
        self._window.commands.add_place()
        self._window.placing.put(position)

    def _about_position(self, position: LngLat) -> Iterator[MenuEntry]:
        # What is being drawn would make room for it.
        if self._window.placing.form is None:
            yield MenuEntry(_("Measure from here"), "ruler", lambda: self._measure(position))
        yield MenuEntry(
            _("Copy the position"), "content-copy", lambda: self._copy(copied_degrees(position))
        )
        if applies(position):
            yield MenuEntry(
                _("Copy in Lambert-93"), "content-copy", lambda: self._copy_lambert(position)
            )

    def _measure(self, position: LngLat) -> None:
        # Imported late, as every panel is.
        from collabmap.ui.panels.measure import MeasurePanel

        self._window.commands.open_measure()
        panel = self._window.panel_host.current
        if isinstance(panel, MeasurePanel):
            panel.begin_at(position)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._window.messages.done(_("The position is copied"), text)

    def _copy_lambert(self, position: LngLat) -> None:
        def done(place: Lambert93 | None) -> None:
            if place is not None:
                self._copy(copied_lambert(place))

        self._window.tasks.beside(lambda: lambert_93(position), done, owner=self, key="lambert")

    # --- the view ----------------------------------------------------------------------------

    def _about_view(self, target: MenuTarget) -> Iterator[MenuEntry]:
        view, actions = self._window.map, self._window.actions_table
        section: Section = "view"
        here = target.position
        yield MenuEntry(
            _("Put this in the middle"),
            "image-filter-center-focus",
            lambda: view.fly_to(*here),
            section,
        )
        can_go = {
            "view_back": view.history.can_go_back,
            "view_forward": view.history.can_go_forward,
        }
        for name in ("view_back", "view_forward", "enlarge_part", "whole_map", "all_places"):
            action = actions[name]
            if can_go.get(name, True):
                icon = str(action.property("icon_name"))
                key = key_name(action)
                yield MenuEntry(action.text(), icon, action.trigger, section, key)
