"""Files dropped on the window: contributions are previewed, maps are opened, base maps listed."""

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


class Dropping(QObject):
    """Takes .cmbundle files and folders, maps and base maps; lets everything else pass."""

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
        maps = [path for path in paths if path.suffix in MAPS]
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
        if base_maps:
            self._take_base_map(base_maps[0])
            return
        # Imported late, as every panel is: a start must not wait for it.
        from collabmap.ui.panels.receive import ReceivePanel

        window.commands.open_receive()
        panel = window.panel_host.current
        if isinstance(panel, ReceivePanel):
            panel.preview(paths)

    def _take_base_map(self, path: Path) -> None:
        from collabmap.ui.panels.base_maps import BaseMapsPanel

        self._window.commands.open_base_maps()
        panel = self._window.panel_host.current
        if isinstance(panel, BaseMapsPanel):
            panel.add(path)


def _paths(event: QDropEvent) -> list[Path]:
    """Return what is dropped, as far as it is ours to take; a folder is known by its name."""
    urls = event.mimeData().urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    ours = (*MAPS, *BASE_MAPS, BUNDLE, "")
    return [path for path in paths if path.suffix in ours or path.suffix.lower() in BASE_MAPS]
