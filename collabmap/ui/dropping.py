"""Files dropped on the window: contributions are previewed, maps opened, photos put to a place.

What is nothing of these is refused in words.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDropEvent

from collabmap.app.words import _

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

MAPS = (".collabmap", ".cmkit")
BUNDLE = ".cmbundle"
BASE_MAPS = (".mbtiles", ".pmtiles", ".gpkg")
EXTRACTS = (".pbf", ".osm", ".gz", ".bz2")
WALK = ".gpx"
PHOTOS = (".jpg", ".jpeg", ".png", ".webp")
# A folder is known by having no ending.
TAKEN = (*MAPS, BUNDLE, "", *BASE_MAPS, *EXTRACTS, WALK, *PHOTOS)


class Dropping(QObject):
    """Takes .cmbundle files and folders, maps, base maps, extracts, walks and photos."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QDropEvent) or not (paths := _paths(event)):
            return False
        # A copy: whoever drags a file out of a folder keeps it there.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            self.take(paths)
        return True

    def take(self, paths: list[Path]) -> None:
        """Open a map, or preview contributions in the map that is open."""
        window = self._window
        maps = [path for path in paths if path.suffix.lower() in MAPS]
        paths = [path for path in paths if path.suffix.lower() in TAKEN]
        if not paths:
            self._say_not_taken()
            return
        if maps:
            window.desk.open(maps[0])
            return
        if window.info is None or window.front.start or window.front.welcome:
            window.messages.info(
                _("Open a map first"),
                _("Contributions go into the map that is open. Then drop them again."),
            )
            return
        base_maps = [path for path in paths if path.suffix.lower() in BASE_MAPS]
        extracts = [path for path in paths if path.suffix.lower() in EXTRACTS]
        if base_maps or extracts:
            if base_maps:
                self._take_base_map(base_maps[0])
            else:
                self._take_extracts(extracts)
            return
        walks = [path for path in paths if path.suffix.lower() == WALK]
        if walks:
            self._take_walk(walks[0])
            return
        photos = [path for path in paths if path.suffix.lower() in PHOTOS]
        if photos:
            self._take_photos(photos)
            return
        # Imported late, as every panel is: a start must not wait for it.
        from collabmap.ui.panels.receive import ReceivePanel

        window.commands.open_receive()
        panel = window.panel_host.current
        if isinstance(panel, ReceivePanel):
            panel.preview(paths)

    def _say_not_taken(self) -> None:
        self._window.messages.warn(
            _("CollabMap cannot read this file"),
            _("It reads maps, contributions, base maps, walks (.gpx) and photos."),
        )

    def _take_base_map(self, path: Path) -> None:
        from collabmap.ui.panels.base_maps import BaseMapsPanel

        self._window.commands.open_base_maps()
        panel = self._window.panel_host.current
        if isinstance(panel, BaseMapsPanel):
            panel.add(path)

    def _take_walk(self, path: Path) -> None:
        from collabmap.ui.panels.walk import WalkPanel

        if not self._window.actions_table["walk"].isEnabled():
            return
        self._window.commands.open_walk()
        panel = self._window.panel_host.current
        if isinstance(panel, WalkPanel):
            panel.take(path)

    def _take_photos(self, paths: list[Path]) -> None:
        """Add photos to the place whose card is open."""
        from collabmap.ui.panels.place_card import PlaceCard
        from collabmap.ui.panels.place_more import add_photo

        panel = self._window.panel_host.current
        if not self._window.can_write:
            return
        if not isinstance(panel, PlaceCard) or panel.place is None:
            self._window.messages.info(
                _("Open a place first"),
                _("Photos go to the place that is open. Then drop them again."),
            )
            return
        for path in paths:
            add_photo(self._window, panel.place, path)

    def _take_extracts(self, paths: list[Path]) -> None:
        """Begin a base map from extracts of OpenStreetMap; a coordinator's work."""
        if not self._window.is_coordinator:
            return
        from collabmap.ui.panels.base_map_new import BaseMapPanel

        self._window.commands.open_base_map()
        panel = self._window.panel_host.current
        if isinstance(panel, BaseMapPanel):
            panel.take_files(paths)


def _paths(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
