"""Looking for one's own street in event mode, to begin where one knows one's way."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from collabmap.app.words import _
from collabmap.render.symbology import FOUND
from collabmap.ui.map_search import go_to
from collabmap.ui.panels.address import AddressSearch
from collabmap.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from collabmap.app.place_search import FoundPlace
    from collabmap.ui.main_window import MainWindow


class StreetPanel(Panel):
    """The map goes where something was found, and the palette comes back."""

    width_px = 298

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.add_title(_("My street"), back=True)
        self.search = AddressSearch(window, _("A street, an address or a place"))
        self.search.picked.connect(self._on_picked)
        self.body.addWidget(self.search)
        self.body.addStretch(1)

    def first_focus(self) -> QWidget | None:
        return self.search.field

    def _on_picked(self, found: "FoundPlace") -> None:
        window = self.main
        go_to(window, found, has_pin=False)
        window.panel_host.back()
        if not window.map.is_placing:
            window.map.show_pin(found.position, FOUND, movable=False, name=found.name)
