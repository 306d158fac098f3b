"""Tiles from disk to pictures, on two threads of their own.

Each thread opens its own reader.  Decoding goes through QImageReader: QImage.fromData in a thread
froze the window for seconds.  Only the newest list of wishes counts, so that a tile one has
scrolled past is not read any more.
"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QObject, Signal
from PySide6.QtGui import QImage, QImageReader

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, TileSource
from collabmap.errors import CollabMapError, TilesUnreadable

THREADS = 2
OpenSource = Callable[[], TileSource]


class PackInfo(NamedTuple):
    """What a base map says of itself once it is open."""

    attribution: str
    min_zoom: int
    max_zoom: int
    bounds: Bbox
    tile_size: int


class TileLoader(QObject):
    """opened: PackInfo.  loaded: (Tile, QImage or None when there is no such tile).

    failed: CollabMapError, once.  All three arrive on the thread that made the loader.
    """

    opened = Signal(object)
    loaded = Signal(object, object)
    failed = Signal(object)

    def __init__(self, open_source: OpenSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_source = open_source
        self._condition = threading.Condition()
        self._wanted: list[Tile] = []
        self._in_work: set[Tile] = set()
        self._is_closed = False
        self._has_told = False
        self._has_opened = False
        self._threads = [
            threading.Thread(target=self._run, name=f"tiles-{i}", daemon=True)
            for i in range(THREADS)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def want(self, tiles: Sequence[Tile]) -> None:
        """Replace the list of wishes, most urgent first."""
        with self._condition:
            self._wanted = [tile for tile in tiles if tile not in self._in_work]
            self._condition.notify_all()

    def received(self, tile: Tile) -> None:
        """Say that a loaded tile has arrived: until then it is not read a second time."""
        with self._condition:
            self._in_work.discard(tile)

    def stop(self) -> None:
        """Let the threads end after the tile in hand, without waiting for them."""
        with self._condition:
            self._is_closed = True
            self._wanted = []
            self._condition.notify_all()

    def wait(self, timeout_s: float = 5.0) -> None:
        """Wait for the threads to end: a few milliseconds, longer on a stick that is pulled."""
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout_s)

    @property
    def is_running(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        try:
            source = self._open_source()
        except CollabMapError as error:
            self._tell_failure(error)
            return
        try:
            self._tell_opened(source)
            while (tile := self._next()) is not None:
                self._load(source, tile)
        finally:
            close = getattr(source, "close", None)
            if close is not None:
                close()

    def _next(self) -> Tile | None:
        with self._condition:
            while not self._wanted and not self._is_closed:
                self._condition.wait()
            if self._is_closed:
                return None
            tile = self._wanted.pop(0)
            self._in_work.add(tile)
            return tile

    def _load(self, source: TileSource, tile: Tile) -> None:
        image: QImage | None = None
        try:
            data = source.get(tile)
            image = decode(data) if data else None
        except CollabMapError as error:
            self._tell_failure(error)
        with self._condition:
            if self._is_closed:
                return
        self.loaded.emit(tile, image)

    def _tell_opened(self, source: TileSource) -> None:
        with self._condition:
            if self._has_opened or self._is_closed:
                return
            self._has_opened = True
        self.opened.emit(
            PackInfo(
                source.attribution,
                source.min_zoom,
                source.max_zoom,
                source.bounds,
                source.tile_size,
            )
        )

    def _tell_failure(self, error: CollabMapError) -> None:
        with self._condition:
            # Both threads meet the same broken file, and a torn one fails at every tile.
            if self._has_told or self._is_closed:
                return
            self._has_told = True
        self.failed.emit(error)


def decode(data: bytes) -> QImage | None:
    """Return the picture of a tile, ready to become a pixmap; None when it is none."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    # read() lets go of the interpreter; if it also had to find the decoder, which takes a lock of
    # Qt's and asks our buffer for bytes, it would wait for the interpreter while a widget that
    # loads an icon waits for that lock: both for ever.  canRead() finds it before.
    if not reader.canRead():
        return None
    image = reader.read()
    if image.isNull():
        return None
    has_alpha = image.hasAlphaChannel()
    wanted = QImage.Format.Format_ARGB32_Premultiplied if has_alpha else QImage.Format.Format_RGB32
    return image if image.format() == wanted else image.convertToFormat(wanted)


def mbtiles(path: Path) -> OpenSource:
    """Return what opens a base map file, on the thread that calls it."""

    def open_source() -> TileSource:
        # Imported here, off the GUI thread: the first window needs no database.
        from collabmap.store.mbtiles import MBTilesReader

        try:
            return MBTilesReader(path)
        except OSError as error:
            raise TilesUnreadable(name=path.name) from error

    return open_source
