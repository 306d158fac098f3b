"""What can be done at a place on the map: right button, resting finger, Menu key or Shift+F10.

Whoever can do something there adds a maker of entries; see `MapMenu.add`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QPoint, QPointF
from PySide6.QtWidgets import QHBoxLayout

from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.feature import Mark, PlaceRow
from collabmap.domain.geo import LngLat
from collabmap.ui import look
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.text import ElidedText, separator

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from collabmap.ui.map.view import MapView

# "place": about the mark under the pointer.  "here": about the position.  "view": about the map.
Section = Literal["place", "here", "view"]
_SECTIONS: tuple[Section, ...] = ("place", "here", "view")

_WIDEST_PX = 320


@dataclass(frozen=True, slots=True)
class MenuTarget:
    """Where somebody asks.  place: the mark there, or a line of the list.  members: of a group.

    is_on_map: the pointer is on the map, not in the list.
    """

    position: LngLat
    place: Mark | PlaceRow | None = None
    members: int = 0
    is_on_map: bool = True


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line.  icon: of Material Design Icons.  key: shown at the right, not bound here."""

    words: str
    icon: str
    run: Callable[[], object]
    section: Section = "here"
    key: str = ""
    is_enabled: bool = True


MakeEntries = Callable[[MenuTarget], Iterable[MenuEntry]]


class MapMenu(QObject):
    """open_for(place, point) shows for a line of the list what a right click on its mark shows.

    is_off: nothing is offered, as in event mode.
    """

    def __init__(self, window: "QWidget", view: "MapView") -> None:
        super().__init__(window)
        self._window = window
        self._view = view
        self._makers: list[MakeEntries] = []
        self.is_off = False
        view.menu_wanted.connect(self._on_wanted)

    def add(self, make_entries: MakeEntries) -> None:
        """Ask make_entries(target) for lines at each opening, after those added before."""
        self._makers.append(make_entries)

    def open_for(self, place: Mark | PlaceRow, global_pos: QPoint) -> None:
        """Show what can be done with a place, away from the map.  global_pos: of the screen."""
        position = LngLat(place.lng, place.lat)
        self._open(MenuTarget(position, place, is_on_map=False), global_pos)

    def _on_wanted(self, point: QPointF) -> None:
        view = self._view
        hit = view.hit_at(point)
        place = hit.mark if hit is not None else None
        members = hit.group.size if hit is not None and hit.group is not None else 0
        position = (
            LngLat(place.lng, place.lat)
            if place is not None
            else view.camera.position_at(point.x(), point.y())
        )
        where = view.viewport().mapToGlobal(point.toPoint())
        self._open(MenuTarget(position, place, members), where)

    def _open(self, target: MenuTarget, global_pos: QPoint) -> None:
        entries = [entry for make in self._makers for entry in make(target)]
        if self.is_off or not entries:
            return
        entries.sort(key=lambda entry: _SECTIONS.index(entry.section))
        title = _title(target)
        popover = Popover(self._window, title or _("What can be done here"), width_px=260)
        if title:
            heading = ElidedText(title, "strong")
            heading.setMaximumWidth(look.px(_WIDEST_PX))
            line = QHBoxLayout()
            line.setContentsMargins(12, 8, 12, 6)
            line.addWidget(heading)
            popover.body.addLayout(line)
        for rank, (_section, group) in enumerate(groupby(entries, lambda each: each.section)):
            if rank:
                popover.body.addWidget(separator())
            for entry in group:
                row = MenuRow(entry.words, entry.icon, right=entry.key)
                row.setEnabled(entry.is_enabled)
                row.clicked.connect(lambda _checked=False, run=entry.run: run())
                popover.add(row)
        popover.open_at(global_pos)


def _title(target: MenuTarget) -> str:
    """Return what the menu is about, '' for a position alone."""
    if target.place is not None:
        return target.place.name or _("(removed)")
    if target.members:
        words = ngettext("{count} place", "{count} places", target.members)
        return words.format(count=format_number(target.members))
    return ""
