"""What lies under all base maps, painted when it is looked at."""

import math
from collections.abc import Sequence
from typing import Protocol

from PySide6.QtGui import QImage

from collabmap.domain.tiles import Tile
from collabmap.render.labels import Placed
from collabmap.render.tile_painter import Metatile, Sheet, paint


class Ground(Protocol):
    """A world that is there at every zoom up to its last, beyond which it is plain land."""

    @property
    def last_zoom(self) -> int: ...

    @property
    def paper(self) -> str:
        """The colour of plain land."""

    @property
    def outside(self) -> str:
        """The colour of what lies beyond the world's edges."""

    @property
    def scale(self) -> int:
        """Pixels of a picture for each on the screen, 1 or 2: lines and names are as thick."""

    def sheet(self, zoom: int) -> Sheet: ...

    def names(self, zoom: int) -> Sequence[Placed]:
        """Return the names of a zoom, in pixels of the pictures."""


def paint_ground(ground: Ground, zoom: int, columns: range, rows: range) -> QImage:
    """Return the picture of a block of tiles, 256 px times the ground's scale each."""
    finer = int(math.log2(ground.scale))
    block = Metatile(
        zoom + finer,
        columns.start << finer,
        rows.start << finer,
        len(columns) << finer,
        len(rows) << finer,
    )
    return paint(ground.sheet(zoom), block, ground.names(zoom))


def ground_tile(ground: Ground, tile: Tile) -> QImage:
    """Return the picture of one tile."""
    return paint_ground(ground, tile.z, range(tile.x, tile.x + 1), range(tile.y, tile.y + 1))
