"""Small base maps on the disk, real files of one colour, for the tests."""

from pathlib import Path

from checkerboard import HERE, Checkerboard
from PySide6.QtGui import QColor

from collabmap.domain.tiles import tiles_of
from collabmap.store.mbtiles import MBTilesWriter


def a_pack(
    path: Path,
    colour: str = "#ff0000",
    *,
    name: str = "",
    attribution: str = "© IGN",
    zoom: int = 13,
) -> Path:
    """Write a base map around the middle of the tests' town."""
    board = Checkerboard(colour=QColor(colour))
    with MBTilesWriter(
        path, name=name, format="png", bounds=HERE, attribution=attribution
    ) as writer:
        for tile in tiles_of(HERE, zoom):
            data = board.get(tile)
            assert data is not None
            writer.put(tile, data)
    return path
