"""The base maps that lie under the marks now; who changes the list says so here."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from collabmap.app.words import _, explain
from collabmap.errors import BaseMapGone
from collabmap.ui.map.ground_view import ShownMap

if TYPE_CHECKING:
    from collabmap.app.base_maps import BaseMapView
    from collabmap.ui.main_window import MainWindow


class BaseMaps(QObject):
    """changed: the list is another one.  views: all of them, bottom to top, shown or not."""

    changed = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._shown: tuple[ShownMap, ...] = ()
        self.views: tuple[BaseMapView, ...] = ()
        window.map.tiles_returned.connect(self._say_returned)

    def _say_returned(self, name: str) -> None:
        self._window.messages.close_titled(explain(BaseMapGone(name=name))[0])
        self._window.messages.done(_("The base map “{name}” is back").format(name=name))
        if self._window.lanes is not None:
            # It may be on the list as one that is missing.
            self._window.refresh_info()

    @property
    def shown(self) -> tuple[ShownMap, ...]:
        """What lies under the marks, bottom to top."""
        return self._shown

    @property
    def is_any_shown(self) -> bool:
        return bool(self._shown)

    def show(self, views: Iterable["BaseMapView"], *, is_new: bool = False) -> None:
        """Show what is visible of these.  is_new: a file may hold something else than before."""
        self.views = tuple(views)
        shown = self._to_show()
        if is_new:
            self._put(())
        self._put(shown)
        self.changed.emit()

    def show_file(self, path: Path) -> None:
        """Show a file at once, before the project says what it has."""
        self._put((ShownMap(path),))

    def fade(self, file: str, opacity: float) -> None:
        """Show how one looks while somebody still chooses; nothing is kept."""
        views = [v._replace(opacity=opacity) if v.file == file else v for v in self.views]
        self._put(self._to_show(views))

    def _to_show(self, views: "Iterable[BaseMapView] | None" = None) -> list[ShownMap]:
        """Return what is to be painted, with what was and is out of reach: the map waits for it."""
        known = {shown.path for shown in self._shown}
        return [
            ShownMap(view.path, view.opacity)
            for view in (self.views if views is None else views)
            if view.is_shown or (view.is_visible and view.path in known)
        ]

    def _put(self, shown: Sequence[ShownMap]) -> None:
        if tuple(shown) == self._shown and shown:
            return
        self._shown = tuple(shown)
        self._window.map.set_base_maps(shown)
