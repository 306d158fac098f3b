"""Navigation over base maps: the lowest layer of the map, and whom it is from."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from collabmap.basemap.cartography import Style
from collabmap.render.tokens import DARK, LIGHT, Tokens
from collabmap.ui import look
from collabmap.ui.map.credits import credit_line
from collabmap.ui.map.navigation import Navigation
from collabmap.ui.map.pictures import OpenSource, PackInfo, mbtiles, of_source
from collabmap.ui.map.tile_stack import StackedMap, TileStack


class ShownMap(NamedTuple):
    """A base map file to show.  opacity: 0 to 1."""

    path: Path
    opacity: float = 1.0


class GroundView(Navigation):
    """tiles_failed: CollabMapError.  tiles_returned: name of a file that was out of reach.

    first_painted: the base maps given last are on the screen, whole.
    """

    tiles_failed = Signal(object)
    tiles_returned = Signal(str)
    first_painted = Signal()

    def __init__(
        self, paint_layers: Callable[[QPainter], None], parent: QWidget | None = None
    ) -> None:
        self.awaits_first_paint = False
        self._tokens = look.tokens()
        self._is_ground_dark: bool | None = None
        self._tiles = TileStack()
        super().__init__(paint_layers, parent)
        self._tiles.setParent(self)
        self._tiles.changed.connect(self.repaint_layers)
        self._tiles.opened.connect(self._on_pack_opened)
        self._tiles.style_seen.connect(self._on_style_seen)
        self._tiles.failed.connect(self.tiles_failed)
        self._tiles.returned.connect(self.tiles_returned)

    @property
    def pack(self) -> PackInfo | None:
        return self._tiles.info

    def set_base_maps(self, maps: Sequence[ShownMap]) -> None:
        """Show base map files over the world, from the lowest up; none: the world alone.

        They are opened elsewhere; see tiles_failed.  A file that is shown already is not opened
        again, only its place and opacity change: see `release_base_map` for one that is replaced.
        """
        self._show([StackedMap(each.path, mbtiles(each.path), each.opacity) for each in maps])

    def set_tile_source(self, open_source: OpenSource) -> None:
        """Show tiles from anywhere; open_source runs once on each loader thread."""
        self._show([StackedMap(object(), of_source(open_source))])

    def release_base_map(self, path: Path) -> Callable[[float], bool]:
        """Stop reading a file, so that it can be replaced: on Windows an open one cannot.

        What is on the screen stays until `set_base_maps`, which opens it again.  Returns what a
        lane calls to wait, for at most so many seconds; it tells whether the file is closed.
        """
        return self._tiles.release(path)

    @property
    def is_complete(self) -> bool:
        """Whether the last frame lacked nothing of the base maps."""
        return self._tiles.is_complete

    @property
    def attribution(self) -> str:
        """Whom the base maps on the screen are from, each once; '' where nothing is shown."""
        return credit_line(self._tiles.attributions, self._tiles.shows_world)

    @property
    def ground(self) -> Tokens:
        """The colours of what lies on the map: a light pack stays light in a dark window."""
        if self._is_ground_dark is None or self._is_ground_dark == self._tokens.is_dark:
            return self._tokens
        return DARK if self._is_ground_dark else LIGHT

    def _show(self, maps: Sequence[StackedMap]) -> None:
        self.awaits_first_paint = True
        self._tiles.set_maps(maps)

    def _tell_first_paint(self) -> None:
        """Say once that all of the base maps is on the screen."""
        if self.awaits_first_paint and self.is_complete:
            self.awaits_first_paint = False
            QTimer.singleShot(0, self, self.first_painted.emit)

    def _on_style_seen(self, style: Style | None) -> None:
        self._is_ground_dark = None if style is None else style == "dark"
        self._on_ground_changed()

    def _on_ground_changed(self) -> None:
        """Follow other colours of the ground; for whoever paints on it."""

    def _on_pack_opened(self, info: PackInfo) -> None:
        if not self._is_positioned:
            self.fit(info.bounds)
