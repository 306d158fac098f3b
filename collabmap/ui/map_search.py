"""Looking for streets, addresses and places while somebody types, and going where one is."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from collabmap.domain.geo import LngLat, distance_m
from collabmap.render.symbology import FOUND

if TYPE_CHECKING:
    from collabmap.app.lanes import Lanes
    from collabmap.app.place_search import Answer, FoundPlace
    from collabmap.ui.main_window import MainWindow

# Shorter than the time between two letters of somebody who types fast is not worth asking.
ASK_AFTER_MS = 120
# One letter would find the whole town.
SHORTEST = 2
# What is smaller is a spot, shown with what is around it.
_SPOT_M = 40.0
_SPOT_ZOOM, _STREET_ZOOM = 17.0, 17.0
# Places whose size nobody knows.
_ZOOMS = {"city": 13.0, "town": 14.0, "village": 15.0, "suburb": 15.0, "quarter": 16.0}

# A window that opens with the keyboard in the search field draws its map first.
PREPARE_AFTER_MS = 1500


class MapSearch(QObject):
    """answered: an Answer to the newest text.  The lookups run in a read lane."""

    answered = Signal(object)

    def __init__(self, window: "MainWindow", parent: QObject, key: str) -> None:
        """key: whose questions replace one another."""
        super().__init__(parent)
        self._window = window
        self._key = key
        self._text = ""
        self._prepared: Lanes | None = None
        self._has_waited = False
        self._timer = QTimer(self, singleShot=True, interval=ASK_AFTER_MS)
        self._timer.timeout.connect(self._ask)

    def prepare(self) -> None:
        """Let the indexes be opened while the first letters are typed."""
        view = self._window.map
        is_early = view.awaits_first_paint or not view.isVisible()
        if is_early and not self._has_waited:
            self._has_waited = True
            QTimer.singleShot(PREPARE_AFTER_MS, self, self.prepare)
        elif self._window.lanes is not None and self._prepared is not self._window.lanes:
            self._prepared = self._window.lanes
            self._window.tasks.read(
                lambda reader: reader.find_on_map("aa"), lambda _answer: None, owner=self
            )

    def ask(self, text: str) -> None:
        """Look for a text soon; nothing is asked for one letter."""
        self._text = text.strip()
        self._timer.start()

    def _ask(self) -> None:
        window, text = self._window, self._text
        if window.lanes is None or len(text) < SHORTEST:
            return
        near = window.map.centre()
        window.tasks.read(
            lambda reader: (text, reader.find_on_map(text, near)),
            self._on_answer,
            owner=self,
            key=self._key,
        )

    def _on_answer(self, told: "tuple[str, Answer]") -> None:
        text, answer = told
        if text == self._text:
            self.answered.emit(answer)


def go_to(window: "MainWindow", found: "FoundPlace", *, has_pin: bool = True) -> None:
    """Move the map to what was found: all of a street or town, a spot with what is around it.

    has_pin: a pin shows where, until the search is left.
    """
    # First: a map that is behind the list has no size yet to fit anything into.
    window.body.show_tab("centre")
    west, south, east, north = found.box
    if distance_m(LngLat(west, south), LngLat(east, north)) > _SPOT_M:
        window.map.fit(found.box, max_zoom=_STREET_ZOOM)
    else:
        window.map.fly_to(*found.position, _ZOOMS.get(found.kind, _SPOT_ZOOM))
    if has_pin:
        window.map.show_pin(found.position, FOUND, movable=False, name=found.name)
