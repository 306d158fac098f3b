"""What a base map would take: counted at once, measured once the hand is still."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from collabmap.app import base_map_building as building
from collabmap.app.base_map_building import Wanted
from collabmap.domain.tiles import count_tiles
from collabmap.errors import Cancelled, CollabMapError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from collabmap.basemap.builder import Estimate
    from collabmap.basemap.control import Control
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.panels.base_map_zooms import ZoomsPart

# After the last change; a sample takes a second or two, and the hand is still moving.
MEASURE_AFTER_MS = 500


class Measuring(QObject):
    """ask(...) shows the numbers of a choice in the zooms part; the newest choice wins.

    question: what stops the measuring under way, None while nothing is measured.
    """

    def __init__(self, window: "MainWindow", zooms: "ZoomsPart") -> None:
        super().__init__(zooms)
        self._window = window
        self._zooms = zooms
        self.question: Control | None = None
        self._asked: tuple[Wanted, Path] | None = None
        self._later = QTimer(self, singleShot=True, interval=MEASURE_AFTER_MS)
        self._later.timeout.connect(self._measure)

    def ask(self, wanted: Wanted, project: "Path") -> None:
        """Count a choice whose area is known, and measure it if no other one follows soon.

        project: what the free room is told of is its disk.
        """
        self.cancel()
        assert wanted.area is not None
        self._zooms.show_tiles({zoom: count_tiles(wanted.area, zoom) for zoom in wanted.zooms})
        if wanted.outline is not None:
            self._window.tasks.beside(
                lambda: building.count_tiles(wanted),
                self._on_counted,
                lambda _error: None,
                owner=self,
                key="count tiles",
            )
        self._asked = wanted, project
        self._later.start()

    def cancel(self) -> None:
        """Ask nothing any more."""
        self._later.stop()
        self._asked = None
        question, self.question = self.question, None
        if question is not None:
            question.cancel()

    def _on_counted(self, tiles: "Mapping[int, int]") -> None:
        if self._asked is not None and self._zooms.estimate is None:
            self._zooms.show_tiles(tiles)

    def _measure(self) -> None:
        if self._asked is None or self._window.lanes is None:
            return
        wanted, project = self._asked
        # Made here, so that the next question can cancel this one.
        self.question = question = self._window.base_map_work.new_question()
        self._window.tasks.beside(
            lambda: building.measure(wanted, project, question),
            self._on_measured,
            self._on_failed,
            owner=self,
            key="measure base map",
        )

    def _on_measured(self, estimate: "Estimate") -> None:
        if self.question is not None:
            self.question = None
            self._zooms.show_estimate(estimate)

    def _on_failed(self, error: CollabMapError) -> None:
        if self.question is None or isinstance(error, Cancelled):
            return
        self.question = None
        self._zooms.show_unknown()
        self._window.messages.show(error)
