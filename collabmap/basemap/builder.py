"""Build a base map: an OpenStreetMap extract in, an MBTiles file out, painted by all cores.

The parent reads the extract, worker processes (spawned, one picture at a time) decide the names of
each zoom and paint metatiles, the parent writes what they send in a fixed order: the same input
gives the same file, with one worker or with eight.
"""

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from collabmap.basemap import drawing, extract
from collabmap.basemap.cartography import ATTRIBUTION, LICENSE, Style
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, bounds_of, count_tiles, window
from collabmap.errors import ZoomOutOfRange
from collabmap.render import fonts, labels, tile_painter
from collabmap.render.labels import Placed
from collabmap.render.tile_painter import TILE_PX, Metatile
from collabmap.store.mbtiles import MBTilesWriter

Format = Literal["webp", "png"]
# done, total, and which part: 'reading', 'names', 'painting' or 'writing'.
Progress = Callable[[int, int, str], None]
Cancel = Callable[[], None]
T = TypeVar("T")

DEFAULT_ZOOMS = tuple(range(12, 18))
# Tiles on a side of what is painted at once: 2048 px, 16 MB.
METATILE = 8
# Of WebP: at 80 the edges of houses blur, at 95 a town weighs twice as much.
QUALITY = 88
# Tasks in flight for each worker: enough that none waits, few enough that a stop is quick.
AHEAD = 2
# Between two looks at the stop button.
TICK_S = 0.1


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was made.  tiles: all, of which `pictures` are different; bytes: of the file."""

    path: Path
    tiles: int
    bytes: int
    seconds: float
    area: Bbox
    zooms: tuple[int, ...]
    pictures: int


def plan(area: Bbox, zooms: Iterable[int]) -> dict[int, int]:
    """Return how many tiles each zoom takes, exactly.  Raises AreaInvalid, ZoomOutOfRange."""
    return {zoom: count_tiles(area, zoom) for zoom in sorted(set(zooms))}


def metatiles(area: Bbox, zoom: int) -> Iterator[Metatile]:
    """Return the blocks that cover an area at a zoom, cut to it, row by row."""
    columns, rows = window(area, zoom)
    for y in range(rows.start, rows.stop, METATILE):
        for run in columns:
            for x in range(run.start, run.stop, METATILE):
                width, height = min(METATILE, run.stop - x), min(METATILE, rows.stop - y)
                yield Metatile(zoom, x, y, width, height)


def build(
    source: Path,
    out: Path,
    *,
    zooms: Iterable[int] = DEFAULT_ZOOMS,
    area: Bbox | None = None,
    style: Style = "light",
    fmt: Format = "webp",
    workers: int | None = None,
    name: str = "",
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> BuildReport:
    """Paint a base map from an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz) into a file.

    area: WGS84; None means all the extract covers.  workers: processes, None means one a core.
    name: what the base map calls itself, else the name of the file.
    cancel: called often, stops the work by raising; nothing is left behind then, and a file that
    stood at `out` before stays as it was.
    Raises FileMissing, ExtractUnreadable, AreaNotCovered, AreaInvalid, ZoomOutOfRange, DiskFull,
    FolderNotWritable, and what `cancel` raises.
    """
    began = time.monotonic()
    levels = tuple(sorted(set(zooms)))
    if not levels:
        raise ZoomOutOfRange(value="–", field="zoom")
    tell = progress or _tell_nobody
    tell(0, 1, "reading")
    area = area or extract.own_box(source)
    total = sum(plan(area, levels).values())
    view = _whole_tiles(area, levels[0])
    layers = extract.read(source, area, view=view, cancel=cancel)
    tell(1, 1, "reading")
    writer = MBTilesWriter(
        out,
        name=name or out.stem,
        format=fmt,
        bounds=area,
        attribution=ATTRIBUTION,
        license=LICENSE,
    )
    with writer, _Crew(workers, (layers, style, fmt, fonts.folder()), cancel) as crew:
        names = dict(
            zip(
                levels, crew.map(_place_names, [(z, *_spans(area, z)) for z in levels]), strict=True
            )
        )
        tell(len(levels), len(levels), "names")
        tasks = ((block, labels.within(names[block.z], block.box_px))
                 for zoom in levels for block in metatiles(area, zoom))  # fmt: skip
        done = 0
        for pictures in crew.map(_paint, tasks):
            for tile, data in pictures:
                writer.put(tile, data)
            done += len(pictures)
            tell(done, total, "painting")
        if cancel is not None:
            cancel()
        tell(done, total, "writing")
    return BuildReport(
        out, done, out.stat().st_size, time.monotonic() - began, area, levels, writer.pictures
    )


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


def _spans(area: Bbox, zoom: int) -> tuple[tuple[float, float, float, float], ...]:
    """Return the pixels that will be drawn at a zoom, in two runs over the antimeridian."""
    columns, rows = window(area, zoom)
    return tuple(
        (
            float(run.start * TILE_PX),
            float(rows.start * TILE_PX),
            float(run.stop * TILE_PX),
            float(rows.stop * TILE_PX),
        )
        for run in columns
    )


# --- the workers ------------------------------------------------------------------------------

Kit = tuple[extract.Layers, Style, Format, Path]


class _Crew:
    """Worker processes that each hold the layers.  Leaving it ends them, whatever happened."""

    def __init__(self, workers: int | None, kit: Kit, cancel: Cancel | None) -> None:
        self._count = max(1, workers or os.cpu_count() or 1)
        self._cancel = cancel
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
            if self._cancel is not None:
                self._cancel()
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
    fonts.load(kit[3])
    _kit.append(kit)


def _place_names(zoom: int, *spans: tuple[float, float, float, float]) -> list[Placed]:
    layers, style, _, _ = _kit[-1]
    found = list(drawing.names(layers, style, zoom))
    return [name for span in spans for name in labels.place(zoom, found, span)]


def _paint(block: Metatile, names: list[Placed]) -> list[tuple[Tile, bytes]]:
    layers, style, fmt, _ = _kit[-1]
    image = tile_painter.paint(drawing.sheet(layers, style, block.z), block, names)
    return [
        (tile, tile_painter.encode(part, fmt, QUALITY))
        for tile, part in tile_painter.cut(image, block)
    ]
