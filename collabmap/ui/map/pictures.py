"""What the map is made of: pictures of tiles, read from a file or painted, in any thread."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from PySide6.QtGui import QImage

from collabmap.app.settings import resource
from collabmap.basemap.cartography import Style
from collabmap.basemap.pack_style import style_of
from collabmap.domain.geo import MAX_LAT, Bbox
from collabmap.domain.tiles import Tile, TileSource
from collabmap.errors import TilesUnreadable
from collabmap.render.camera import TILE_PX
from collabmap.render.decoding import decode
from collabmap.render.tokens import Tokens

if TYPE_CHECKING:
    from collabmap.basemap.overview import Overview

OpenSource = Callable[[], TileSource]


class PackInfo(NamedTuple):
    """What a base map says of itself once it is open."""

    attribution: str
    min_zoom: int
    max_zoom: int
    bounds: Bbox
    tile_size: int


class Pictures(Protocol):
    """Where a thread gets pictures from; each thread opens its own."""

    def info(self) -> PackInfo: ...

    def style(self) -> Style | None:
        """Return which of our own looks is most like it, None where that cannot be told."""

    def picture(self, tile: Tile) -> QImage | None:
        """Return the picture of a tile, ready to become a pixmap; None when there is none.

        Raises CollabMapError where it cannot be read.
        """

    def close(self) -> None: ...


OpenPictures = Callable[[], Pictures]


class TilePictures:
    """The pictures of a tile source."""

    def __init__(self, source: TileSource) -> None:
        self._source = source

    def info(self) -> PackInfo:
        source = self._source
        return PackInfo(
            source.attribution,
            source.min_zoom,
            source.max_zoom,
            source.bounds,
            source.tile_size,
        )

    def style(self) -> Style | None:
        return style_of(self._source)

    def picture(self, tile: Tile) -> QImage | None:
        data = self._source.get(tile)
        return decode(data) if data else None

    def close(self) -> None:
        close = getattr(self._source, "close", None)
        if close is not None:
            close()


class WorldPictures:
    """The world in one style and language, painted.  scale: 1 or 2, for a fine screen."""

    def __init__(self, style: Style, language: str, names_until: int, scale: int) -> None:
        self._style = style
        self._overview = _overview(style, language, names_until, scale)

    def info(self) -> PackInfo:
        made = self._overview
        everywhere = Bbox(-180, -MAX_LAT, 180, MAX_LAT)
        return PackInfo("", 0, made.last_zoom, everywhere, TILE_PX * made.scale)

    def style(self) -> Style | None:
        return self._style

    def picture(self, tile: Tile) -> QImage | None:
        from collabmap.render.ground import ground_tile

        return ground_tile(self._overview, tile)

    def close(self) -> None:
        pass


@lru_cache(maxsize=4)
def _overview(style: Style, language: str, names_until: int, scale: int) -> "Overview":
    """Return the one that all threads share: names are placed once."""
    # Imported here, off the GUI thread: the first window needs no geometry.
    from collabmap.basemap.overview import Overview

    folder = resource("overview")
    return Overview(folder, style, language, names_until=names_until, scale=scale)


def of_source(open_source: OpenSource) -> OpenPictures:
    """Return what opens the pictures of a tile source."""
    return lambda: TilePictures(open_source())


def mbtiles(path: Path) -> OpenPictures:
    """Return what opens a base map file, on the thread that calls it."""

    def open_pictures() -> Pictures:
        # Imported here, off the GUI thread: the first window needs no database.
        from collabmap.store.mbtiles import MBTilesReader

        try:
            return TilePictures(MBTilesReader(path))
        except OSError as error:
            raise TilesUnreadable(name=path.name) from error

    return open_pictures


def style_for(tokens: Tokens) -> Style:
    """Return the style that goes with the window's colours."""
    if tokens.is_dark:
        return "dark"
    return "contrast" if tokens.name == "contrast" else "light"
