"""Lets every place of the open map know in which quarter it lies, behind everybody's back."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from collabmap.domain.effect import Effect

if TYPE_CHECKING:
    from collabmap.app.place_tags import Tags
    from collabmap.ui.main_window import MainWindow

# After the window has drawn what it opened, or what was just written.
AFTER_MS = 400
# How often the first picture of a map is waited for that long: a slow laptop reads it first.
PATIENCE = 5


class PlaceTagging(QObject):
    """tagged: it is known of more places than before.

    One look at a time, in a read lane; what was found is written between two other writes.
    """

    tagged = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._ids: set[bytes] = set()
        self._wants_all = False
        self._files: set[tuple[Path, int]] = set()
        self._patience = PATIENCE
        self._timer = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._timer.timeout.connect(self._look)
        window.project_changed.connect(self._on_project)
        window.effects_arrived.connect(self._on_effect)
        window.base_maps.changed.connect(self._on_base_maps)

    def _on_project(self, _info: object) -> None:
        self._ids, self._patience = set(), PATIENCE
        self._look_through_all()

    def _on_base_maps(self) -> None:
        """Look again where there is another base map; how one is shown changes nothing."""
        files = {(view.path, view.size_bytes) for view in self._window.base_maps.views}
        if files != self._files:
            self._files = files
            self._look_through_all()

    def _look_through_all(self) -> None:
        self._wants_all = True
        self._timer.start()

    def _on_effect(self, effect: Effect) -> None:
        if effect.features is None:
            self._wants_all = True
        else:
            self._ids |= effect.features
        self._timer.start()

    def _look(self) -> None:
        window = self._window
        if window.lanes is None or window.info is None or window.info.read_only:
            return
        is_opening = window.map.awaits_first_paint or window.marks.columns is None
        if window.map.isVisible() and is_opening and self._patience:
            self._patience -= 1
            self._timer.start()
            return
        ids = None if self._wants_all else frozenset(self._ids)
        self._wants_all, self._ids = False, set()
        if ids is None or ids:
            window.tasks.read(
                lambda reader: reader.find_place_tags(ids),
                self._on_found,
                self._on_failed,
                owner=self,
            )

    def _on_found(self, tags: "Tags") -> None:
        if not tags.is_all:
            self._wants_all = True
        if tags.rows and self._window.lanes is not None:
            self._window.tasks.write(
                lambda session: session.keep_place_tags(tags),
                lambda _nothing: self._on_kept(),
                self._on_failed,
                owner=self,
            )

    def _on_kept(self) -> None:
        self.tagged.emit()
        if self._wants_all:
            self._timer.start()

    def _on_failed(self, _error: object) -> None:
        """Leave it for the next time: nobody asked for it, and nothing is lost."""
