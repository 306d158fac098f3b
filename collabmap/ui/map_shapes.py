"""Keep the lines and zones on the map equal to the project, painted in a read lane."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from collabmap.domain.effect import Effect
from collabmap.domain.feature import PersonView
from collabmap.errors import CollabMapError
from collabmap.ui.map.shape_layer import ShapeLayer

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.ui.main_window import MainWindow


class MapShapes(QObject):
    """layer: what is on the map."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.layer = ShapeLayer(window.map, self._ask)
        window.map.shapes = self.layer
        window.map.add_layer(self.layer, "ground")
        window.project_changed.connect(self._on_project)
        window.person_changed.connect(self._on_person)
        window.effects_arrived.connect(self._on_effect)
        window.tasks.detached.connect(self.layer.forget)

    def _on_project(self, info: object) -> None:
        if info is not None:
            self.layer.open()

    def _on_person(self, person: PersonView | None) -> None:
        self.layer.set_person(person.id if person is not None else None)

    def _on_effect(self, effect: Effect) -> None:
        self.layer.follow(effect)

    def _ask(
        self,
        work: "Callable[[Reader], Any]",
        done: Callable[[Any], object],
        failed: Callable[[Any], object],
    ) -> None:
        def told(error: CollabMapError) -> None:
            self._window.tasks.failed.emit(error)
            failed(error)

        self._window.tasks.read(work, done, told, owner=self, is_quiet=True)
