"""What a worker process does: decide the names of a region, paint a block, encode its tiles."""

import multiprocessing
import multiprocessing.connection
import os
import pickle
import signal
import threading
import time
from functools import lru_cache
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from collabmap.basemap import cartography as look
from collabmap.basemap import drawing
from collabmap.basemap.recipe import QUALITY, Block, Format, Region
from collabmap.basemap.spool import Box, Index, Spool
from collabmap.domain.tiles import Tile
from collabmap.errors import Cancelled
from collabmap.render import fonts, labels, tile_painter
from collabmap.render.labels import Placed
from collabmap.render.tile_painter import TILE_PX

# How far around a picture shapes are loaded: more than half the widest pen.
MARGIN_PX = 128.0


class Desk(NamedTuple):
    """What a worker needs: the folder with the spool, and how to paint."""

    folder: Path
    style: look.Style
    fmt: Format
    scale: int

    @property
    def layers(self) -> Path:
        return self.folder / "layers"

    @property
    def contents(self) -> Path:
        return self.folder / "index"

    @property
    def search(self) -> Path:
        return self.folder / "search"

    def names(self, number: int) -> Path:
        return self.folder / f"names-{number}"


class Sample(NamedTuple):
    """What one block cost: seconds a tile for its names and for its picture, bytes a tile."""

    names_s: float
    paint_s: float
    bytes: float


_is_over: list[Event] = []


def begin(font_folder: Path, is_over: Event) -> None:
    """Make a worker ready: a Qt without a screen, and the font.  is_over: ends long tasks."""
    _is_over.append(is_over)
    # Ctrl+C goes to all processes of a terminal; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    # The parent may be a window on a real screen; a worker needs none and must ask for none.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    tile_painter.start()
    fonts.load(font_folder)


def be_there() -> None:
    """Do nothing: a task that makes a worker start before there is work."""


def check_over() -> None:
    """Raise Cancelled once nobody waits for this worker any more."""
    if _is_over and _is_over[-1].is_set():
        raise Cancelled


def place_names(desk: Desk, region: Region, number: int) -> int:
    """Decide the names of a region, and leave them in the folder for those who paint it."""
    placed = _placed(desk, region)
    boxes = np.array([name.box for name in placed]).reshape(-1, 4)
    desk.names(number).write_bytes(pickle.dumps((boxes, placed), protocol=5))
    return len(placed)


def paint(desk: Desk, block: Block, number: int) -> list[tuple[Tile, bytes]]:
    """Return the tiles of a block, encoded.  number: of its region."""
    boxes, placed = _names(desk, number)
    left, top, right, bottom = block.metatile.box_px
    near = (
        (boxes[:, 0] <= right)
        & (boxes[:, 2] >= left)
        & (boxes[:, 1] <= bottom)
        & (boxes[:, 3] >= top)
    )
    return _tiles(desk, block, [placed[n] for n in np.flatnonzero(near)])


def sample(desk: Desk, region: Region, block: Block) -> Sample:
    """Paint a block for the sake of its cost.  region: with the names, around it."""
    left, top, right, bottom = region.span
    began = time.perf_counter()
    placed = _placed(desk, region)
    named = time.perf_counter()
    tiles = _tiles(desk, block, labels.within(placed, block.metatile.box_px))
    painted = time.perf_counter()
    count = len(tiles)
    return Sample(
        (named - began) / ((right - left) * (bottom - top)),
        (painted - named) / count,
        sum(len(data) for _, data in tiles) / count,
    )


def _tiles(desk: Desk, block: Block, names: list[Placed]) -> list[tuple[Tile, bytes]]:
    metatile = block.metatile
    layers = _spool(desk).shapes_in(_unit(metatile.box_px, metatile.z, MARGIN_PX))
    sheet = drawing.sheet(layers, desk.style, metatile.z)
    image = tile_painter.paint(sheet, metatile, names, desk.scale)
    wanted = set(block.wanted)
    return [
        (tile, tile_painter.encode(part, desk.fmt, QUALITY))
        for tile, part in tile_painter.cut(image, metatile)
        if tile in wanted
    ]


def _placed(desk: Desk, region: Region) -> list[Placed]:
    spool, zoom = _spool(desk), region.zoom
    streets = [
        kind
        for kind in spool.kinds("street")
        if _is_written(look.STREET_NAMES.get(kind.removesuffix("_link")), zoom)
    ]
    spots = [kind for kind in spool.kinds("spot") if _is_written(look.PLACE_NAMES[kind], zoom)]
    layers = spool.names_in(_unit(region.box_px, zoom), streets, spots)
    return labels.place(zoom, drawing.names(layers, desk.style, zoom), region.box_px)


def _is_written(rule: look.NameRule | None, zoom: int) -> bool:
    return rule is not None and rule.first_zoom <= zoom <= rule.last_zoom


def _unit(box_px: Box, zoom: int, margin_px: float = 0.0) -> Box:
    """Return a box in pixels of the world at a zoom, grown by a margin, in the unit square."""
    left, top, right, bottom = box_px
    size = TILE_PX * 2.0**zoom
    return (
        (left - margin_px) / size,
        (top - margin_px) / size,
        (right + margin_px) / size,
        (bottom + margin_px) / size,
    )


@lru_cache(maxsize=1)
def _spool(desk: Desk) -> Spool:
    return Spool(desk.layers.open("rb"), Index.load(desk.contents))


@lru_cache(maxsize=3)
def _names(desk: Desk, number: int) -> tuple[npt.NDArray[np.float64], list[Placed]]:
    found: tuple[npt.NDArray[np.float64], list[Placed]]
    found = pickle.loads(desk.names(number).read_bytes())
    return found


def _end_with_parent() -> None:
    """End this worker when its parent is killed: nobody would tell it otherwise."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
