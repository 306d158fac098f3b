"""A worker process of the painting benchmark: it does what a worker of the builder does."""

import os
import time
from collections.abc import Sequence

import paint_scene

from collabmap.basemap.extract import Layers
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile
from collabmap.render import fonts, tile_painter
from collabmap.render.labels import Placed
from collabmap.render.tile_painter import Metatile

QUALITY = 88
_scenes: dict[int, paint_scene.Scene] = {}


def begin(layers: Layers, area: Bbox, zooms: Sequence[int]) -> None:
    tile_painter.start()
    fonts.load()
    _scenes.update((zoom, paint_scene.scene(layers, area, zoom)) for zoom in zooms)


def wake(seconds: float) -> int:
    """Hold this worker, so that the next task wakes another one; return who it is."""
    time.sleep(seconds)
    return os.getpid()


def place(zoom: int) -> tuple[list[Placed], float]:
    """Return the names of a zoom, and the seconds of the processor that they took."""
    begun = time.process_time()
    return _scenes[zoom].place(), time.process_time() - begun


def paint(block: Metatile, names: list[Placed]) -> tuple[list[tuple[Tile, bytes]], float]:
    """Return the tiles of a block as WebP, and the seconds of the processor that they took."""
    begun = time.process_time()
    image = tile_painter.paint(_scenes[block.z].sheet, block, names)
    parts = tile_painter.cut(image, block)
    tiles = [(tile, tile_painter.encode(part, "webp", QUALITY)) for tile, part in parts]
    return tiles, time.process_time() - begun
