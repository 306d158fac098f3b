"""A base map without a file, and short words for what the tests of the canvas ask."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.mark_columns import MarkColumns
from collabmap.domain.tiles import Tile, tiles_of
from collabmap.store.mbtiles import MBTilesWriter
from collabmap.ui.map.view import MapView

HERE = Bbox(7.40, 43.72, 7.44, 43.75)
CENTRE = (7.42, 43.735)


def tile_colour(tile: Tile) -> QColor:
    """The checkerboard: red channel by column and row, green by zoom."""
    return QColor(230 if (tile.x + tile.y) % 2 else 120, tile.z * 10, 60)


class Checkerboard:
    """A tile source without a file.  missing: tiles it does not have.  colour: one for all."""

    attribution = "© OpenStreetMap contributors"
    min_zoom = 12
    max_zoom = 16
    bounds = HERE
    tile_size = 256

    def __init__(
        self,
        missing: Callable[[Tile], bool] = lambda _tile: False,
        colour: QColor | None = None,
    ) -> None:
        self._missing = missing
        self._colour = colour
        self.asked: list[Tile] = []

    def get(self, tile: Tile) -> bytes | None:
        self.asked.append(tile)
        if self._missing(tile) or not self.min_zoom <= tile.z <= self.max_zoom:
            return None
        if tile not in set(tiles_of(HERE, tile.z)):
            return None
        return plain_tile(self._colour or tile_colour(tile), self.tile_size)


def plain_tile(colour: QColor, size: int = 256) -> bytes:
    """The bytes of a tile in one colour, which may let shine through what is under it."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(colour)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    if colour.alpha() == 255:
        image = image.convertToFormat(QImage.Format.Format_RGB32)
    image.save(buffer, "PNG")
    return bytes(QByteArray(buffer.data()).data())


def write_pack(
    path: Path,
    colour: QColor,
    *,
    bounds: Bbox = HERE,
    zooms: Iterable[int] = (12, 13, 14, 15, 16),
    attribution: str = "© OpenStreetMap contributors",
) -> Path:
    """A base map file of one colour."""
    data = plain_tile(colour)
    with MBTilesWriter(
        path, name=path.stem, format="png", bounds=bounds, attribution=attribution
    ) as pack:
        for zoom in zooms:
            for tile in tiles_of(bounds, zoom):
                pack.put(tile, data)
    return path


def a_mark(
    name: str,
    lng: float = CENTRE[0],
    lat: float = CENTRE[1],
    *,
    category: str = "eau",
    state: FeatureState = FeatureState.ACCEPTED,
    author: bytes = b"somebody",
) -> Mark:
    return Mark(an_id(name), lng, lat, category, state, author, False, name)


def show_marks(view: MapView, marks: Sequence[Mark]) -> None:
    """Put marks on the map in the place of all others."""
    view.set_columns(MarkColumns.of_marks(marks))


def an_id(name: str) -> bytes:
    """An id for each name."""
    return name.encode().ljust(16, b"_")


def settle(view: MapView, qtbot: QtBot) -> None:
    """Wait until every tile in view is on the screen."""

    def is_painted_whole() -> bool:
        view.grab()
        return view._tiles.is_settled

    qtbot.waitUntil(is_painted_whole)


def colour_at(view: MapView, x: float, y: float) -> QColor:
    return view.grab().toImage().pixelColor(round(x), round(y))


def pixel(view: MapView, mark: Mark) -> QPointF:
    return QPointF(*view.camera.pixel_of(LngLat(mark.lng, mark.lat)))


LEFT = Qt.MouseButton.LeftButton
