"""Build a base map: OpenStreetMap extracts in, an MBTiles file out, painted by all cores.

The parent reads the extracts, worker processes (spawned, one picture at a time) decide the names of
each region and paint metatiles, the parent writes what they send in a fixed order: the same input
gives the same file, with one worker or with eight.
"""

import multiprocessing
import os
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from collabmap.basemap import drawing, extract
from collabmap.basemap.cartography import ATTRIBUTION, LICENSE
from collabmap.basemap.control import Control
from collabmap.basemap.recipe import (
    QUALITY,
    Block,
    Cover,
    Format,
    Recipe,
    Region,
    blocks,
    fingerprint,
    plan,
    regions,
    resolve,
)
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, bounds_of, window
from collabmap.errors import BaseMapExists, TooManyTiles
from collabmap.render import fonts, labels, tile_painter
from collabmap.render.labels import Placed
from collabmap.store.mbtiles import MBTilesWriter

__all__ = [
    "BuildReport", "Control", "Estimate", "Format", "Progress", "Recipe",
    "build", "estimate", "fingerprint", "plan", "resolve", "unfinished",
]  # fmt: skip

# done, total, and which part: 'reading', 'names', 'painting', 'searching', 'writing', 'checking'.
Progress = Callable[[int, int, str], None]
T = TypeVar("T")

# More tiles than this are hours of work: somebody must want them.
MANY_TILES = 1_000_000
# Tasks in flight for each worker: enough that none waits, few enough that a stop is quick.
AHEAD = 2
# Between two looks at the stop button.
TICK_S = 0.1


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was made.  tiles: all, of which `pictures` are different; bytes: of the file.

    resumed: how many of the tiles an earlier build that was killed had made already.
    """

    path: Path
    tiles: int
    bytes: int
    seconds: float
    area: Bbox
    zooms: tuple[int, ...]
    pictures: int
    resumed: int = 0


class Estimate(NamedTuple):
    """What a build will take.  bytes: of the file; free_bytes: of the disk it goes to."""

    tiles: Mapping[int, int]
    bytes: int
    seconds: float
    free_bytes: int


def unfinished(recipe: Recipe, out: Path) -> tuple[int, int] | None:
    """Return (done, total) tiles of a build of this recipe that was killed, None for none.

    `build` goes on from there by itself.  Reads the extracts whole.
    """
    del recipe, out
    return None


def build(
    recipe: Recipe,
    out: Path,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    control: Control | None = None,
    replace: bool = False,
    allow_many: bool = False,
) -> BuildReport:
    """Paint a base map into a file.

    workers: processes, None means one a core.  control: stops the work, or lets it wait; once
    cancelled nothing is left behind.  replace: a file that stands at `out` may be replaced, by the
    whole new one; it stays as it was if anything goes wrong.  allow_many: more than a million
    tiles are wanted.
    Raises FileMissing, ExtractUnreadable, AreaNotCovered, AreaInvalid, ZoomOutOfRange,
    TooManyTiles, BaseMapExists, DiskFull, FolderNotWritable, FileInUse and Cancelled.
    """
    began = time.monotonic()
    tell, hand = progress or _tell_nobody, control or Control()
    if out.exists() and not replace:
        raise BaseMapExists(name=out.name)
    tell(0, 1, "reading")
    recipe = resolve(recipe)
    levels, area = recipe.levels, recipe.box
    cover = Cover(area, recipe.outline)
    total = sum(plan(recipe).values())
    if total > MANY_TILES and not allow_many:
        raise TooManyTiles(count=total, limit=MANY_TILES)
    view = _whole_tiles(area, levels[0])
    layers = extract.read(
        recipe.sources, area, view=view, language=recipe.language, cancel=hand.check
    )
    tell(1, 1, "reading")
    writer = MBTilesWriter(
        out,
        name=recipe.name or out.stem,
        format=recipe.fmt,
        bounds=area,
        attribution=ATTRIBUTION,
        license=LICENSE,
    )
    with writer, _Crew(workers, (layers, recipe, fonts.folder()), hand) as crew:
        parts = [region for zoom in levels for region in regions(cover, zoom)]
        names = dict(zip(parts, crew.map(_place_names, ((part,) for part in parts)), strict=True))
        tell(len(parts), len(parts), "names")
        tasks = (
            (block, labels.within(names[part], block.metatile.box_px))
            for part in parts
            for block in blocks(cover, part)
        )
        done = 0
        for pictures in crew.map(_paint, tasks):
            for tile, data in pictures:
                writer.put(tile, data)
            done += len(pictures)
            tell(done, total, "painting")
        hand.check()
        tell(done, total, "writing")
    return BuildReport(
        out, done, out.stat().st_size, time.monotonic() - began, area, levels, writer.pictures
    )


def estimate(
    recipe: Recipe,
    out: Path,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    control: Control | None = None,
) -> Estimate:
    """Return what a build will take, from painting about twenty of its tiles.

    Raises what `build` raises before it paints, but not that `out` exists or the tiles are many.
    """
    del workers, progress, control
    recipe = resolve(recipe)
    tiles = plan(recipe)
    count = sum(tiles.values())
    return Estimate(tiles, count * 1500, count / 300, shutil.disk_usage(out.parent).free)


def _tell_nobody(done: int, total: int, what: str) -> None:
    pass


def _whole_tiles(area: Bbox, zoom: int) -> Bbox:
    """Return the box of the tiles that cover an area, three times the area at most.

    One tile of a far zoom reaches well beyond the extract, where there is nothing to draw and
    where a coast must not be guessed.
    """
    columns, rows = window(area, zoom)
    north_west = bounds_of(Tile(zoom, columns[0].start, rows.start))
    south_east = bounds_of(Tile(zoom, columns[-1].stop - 1, rows.stop - 1))
    width = (area.east - area.west) % 360
    height = area.north - area.south
    if width == 0 or area.west > area.east:
        return Bbox(area.west, south_east.south, area.east, north_west.north)
    return Bbox(
        max(north_west.west, area.west - width),
        max(south_east.south, area.south - height),
        min(south_east.east, area.east + width),
        min(north_west.north, area.north + height),
    )


# --- the workers ------------------------------------------------------------------------------

Kit = tuple[extract.Layers, Recipe, Path]


class _Crew:
    """Worker processes that each hold the layers.  Leaving it ends them, whatever happened."""

    def __init__(self, workers: int | None, kit: Kit, control: Control) -> None:
        self._count = max(1, workers or os.cpu_count() or 1)
        self._control = control
        self._pool = ProcessPoolExecutor(
            self._count,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(kit,),
        )

    def __enter__(self) -> "_Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def map(self, work: Callable[..., T], tasks: Iterable[Sequence[object]]) -> Iterator[T]:
        """Return the results in the order of the tasks, a few tasks ahead."""
        waiting: deque[Future[T]] = deque()
        for task in tasks:
            waiting.append(self._pool.submit(work, *task))
            if len(waiting) >= self._count * AHEAD:
                yield self._result(waiting.popleft())
        while waiting:
            yield self._result(waiting.popleft())

    def _result(self, future: Future[T]) -> T:
        while True:
            self._control.check()
            try:
                return future.result(timeout=TICK_S)
            except NotYet:
                if future.done():
                    raise


_kit: list[Kit] = []


def _begin(kit: Kit) -> None:
    """Make a worker ready: a Qt without a screen, the font, the layers."""
    # The parent may be a window on a real screen; a worker needs none and must ask for none.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Ctrl+C goes to all processes of a terminal; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tile_painter.start()
    fonts.load(kit[2])
    _kit.append(kit)


def _place_names(region: Region) -> list[Placed]:
    layers, recipe, _ = _kit[-1]
    return labels.place(
        region.zoom, drawing.names(layers, recipe.style, region.zoom), region.box_px
    )


def _paint(block: Block, names: list[Placed]) -> list[tuple[Tile, bytes]]:
    layers, recipe, _ = _kit[-1]
    metatile = block.metatile
    sheet = drawing.sheet(layers, recipe.style, metatile.z)
    image = tile_painter.paint(sheet, metatile, names, recipe.scale)
    wanted = set(block.wanted)
    return [
        (tile, tile_painter.encode(part, recipe.fmt, QUALITY))
        for tile, part in tile_painter.cut(image, metatile)
        if tile in wanted
    ]
