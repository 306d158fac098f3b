"""Files dropped on the window: contributions are previewed, maps opened, photos put to a place.

What is nothing of these is refused in words.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDropEvent

from collabmap.app.words import _
from collabmap.ui import photos_here
from collabmap.ui.photo_taking import Source
from collabmap.ui.photos_here import SUFFIXES

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

MAPS = (".collabmap", ".cmkit")
BUNDLE = ".cmbundle"
BASE_MAPS = (".mbtiles", ".pmtiles", ".gpkg")
EXTRACTS = (".pbf", ".osm", ".gz", ".bz2")
WALK = ".gpx"
TABLES = (".csv", ".tsv", ".txt")
# A folder is known by having no ending.
TAKEN = (*MAPS, BUNDLE, "", *BASE_MAPS, *EXTRACTS, WALK, *TABLES, *SUFFIXES)


class Dropping(QObject):
    """Takes .cmbundle files and folders, maps, base maps, extracts, walks and photos."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QDropEvent) or self._window.event_mode.is_on:
            return False
        paths = _paths(event)
        # A picture out of a web page or another program is no file.
        is_picture = not paths and event.mimeData().hasImage()
        if not (paths or is_picture):
            return False
        # A copy: whoever drags a file out of a folder keeps it there.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            if is_picture:
                self.take_photos(photos_here.sources_in(event.mimeData()))
            else:
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
        tables = [path for path in paths if path.suffix.lower() in TABLES]
        if tables:
            self._take_table(tables[0])
            return
        photos = [path for path in paths if path.suffix.lower() in SUFFIXES]
        if photos:
            self.take_photos(photos)
        elif len(paths) == 1 and not paths[0].suffix and self._window.can_write:
            folder = paths[0]
            self._window.tasks.run(
                lambda: _holds_photos_alone(folder),
                lambda is_album: self._take_folder(folder, is_album=is_album),
                owner=self,
            )
        else:
            self._preview(paths)

    def _take_folder(self, folder: Path, *, is_album: bool) -> None:
        if not is_album:
            self._preview([folder])
            return
        from collabmap.ui.panels.photo_folder import PhotoFolderPanel

        self._window.commands.open_photo_folder()
        panel = self._window.panel_host.current
        if isinstance(panel, PhotoFolderPanel):
            panel.take(folder)

    def _preview(self, paths: list[Path]) -> None:
        # Imported late, as every panel is: a start must not wait for it.
        from collabmap.ui.panels.receive import ReceivePanel

        self._window.commands.open_receive()
        panel = self._window.panel_host.current
        if isinstance(panel, ReceivePanel):
            panel.preview(paths)

    def _say_not_taken(self) -> None:
        self._window.messages.warn(
            _("CollabMap cannot read this file"),
            _("It reads maps, contributions, base maps, walks (.gpx), tables (.csv) and photos."),
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

    def _take_table(self, path: Path) -> None:
        """Take in measurements, of the place that is open where the table names none."""
        if not self._window.can_write:
            return
        from collabmap.ui.panels.readings_import import open_table

        open_table(self._window, path)

    def take_photos(self, sources: Sequence[Source]) -> bool:
        """Add photos to the form or the place that is open; False: nothing is done with them."""
        from collabmap.ui.panels.place_card import PlaceCard

        window = self._window
        panel = window.panel_host.current
        if not window.can_write or not sources:
            return False
        form = window.placing.form
        if form is not None and form.has_place and form.place is None:
            photos_here.keep(window, sources, form.extras.add)
            return True
        if not isinstance(panel, PlaceCard) or panel.place is None:
            window.messages.info(
                _("Open a place first"),
                _("Photos go to the place that is open. Then drop them again."),
            )
            return False
        photos_here.add_to(window, panel.place, sources)
        return True

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


def _holds_photos_alone(folder: Path) -> bool:
    """Whether a folder holds photos and nothing that was sent; not on the GUI thread."""
    has_photo = False
    for _base, _below, names in os.walk(folder):
        for name in names:
            if name.lower().endswith(BUNDLE):
                return False
            has_photo = has_photo or name.lower().endswith(SUFFIXES)
    return has_photo
