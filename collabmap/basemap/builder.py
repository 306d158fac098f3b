"""Build a base map: OpenStreetMap extracts in, an MBTiles file out, painted by all cores.

The extracts are read once, worker processes (spawned, one picture at a time) decide the names of
each region and paint metatiles, the parent writes what they send in a fixed order: the same input
gives the same file, with one worker or with eight.
"""

import contextlib
import errno
import os
import shutil
import sqlite3
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import NamedTuple

from collabmap.basemap import completeness, gazetteer_build, painting, reading
from collabmap.basemap.cartography import ATTRIBUTION, LICENSE
from collabmap.basemap.completeness import Completeness
from collabmap.basemap.control import Control
from collabmap.basemap.crew import Crew
from collabmap.basemap.recipe import (
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
    samples,
)
from collabmap.domain.geo import Bbox
from collabmap.errors import (
    BaseMapExists,
    DiskFull,
    FolderNotWritable,
    TilesUnreadable,
    TooManyTiles,
)
from collabmap.store.mbtiles import MBTilesWriter, part_of, tiles_kept

__all__ = [
    "BuildReport", "Control", "Estimate", "Format", "Progress", "Recipe",
    "build", "estimate", "fingerprint", "plan", "resolve", "unfinished",
]  # fmt: skip

# done, total, and which part: 'reading', 'names', 'painting', 'searching', 'writing', 'checking'.
Progress = Callable[[int, int, str], None]
# More tiles than this are hours of work: somebody must want them.
MANY_TILES = 1_000_000
# Blocks of up to sixteen tiles that an estimate paints, about.
SAMPLES = 20
# What a tile costs in a large block, of what it costs in a small one.
LARGER_BLOCK = 0.8
# Until the workers are there; what the empty file takes, and a tile beside its picture.
START_S = 0.5
FILE_BYTES = 20_000
TILE_BYTES = 40
# How often the extracts are read, and the bytes of the search index for each of names to draw.
READINGS = 2.1
INDEX_SHARE = 0.7
# Regions whose names are decided ahead of the painting: all the zooms of a town.
REGIONS_AHEAD = 6


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was made.  tiles: all, of which `pictures` are different; bytes: of the file.

    resumed: how many of the tiles an earlier build that was killed had made already.
    completeness: what the check at the end found.
    """

    path: Path
    tiles: int
    bytes: int
    seconds: float
    area: Bbox
    zooms: tuple[int, ...]
    pictures: int
    resumed: int
    completeness: Completeness


class Estimate(NamedTuple):
    """What a build will take.  bytes: of the file; free_bytes: of the disk it goes to."""

    tiles: Mapping[int, int]
    bytes: int
    seconds: float
    free_bytes: int


def unfinished(recipe: Recipe, out: Path) -> tuple[int, int] | None:
    """Return (done, total) tiles of a build of this recipe that was killed, None for none.

    `build` goes on from there by itself.  Reads the extracts whole, to know that they are the same.
    Raises what `resolve` raises.
    """
    if not part_of(out).exists():
        return None
    recipe = resolve(recipe)
    done = tiles_kept(out, fingerprint(recipe, out.stem))
    return None if done is None else (done, sum(plan(recipe).values()))


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

    A build that was killed leaves a hidden part beside `out`; building by the same recipe goes on
    from there, and the file is the same to the last byte.
    workers: processes, None means one a core.  control: stops the work, or lets it wait; once
    cancelled nothing is left behind.  replace: a file that stands at `out` may be replaced, by the
    whole new one; it stays as it was if anything goes wrong.  allow_many: more than a million
    tiles are wanted.
    Raises FileMissing, ExtractUnreadable, AreaNotCovered, AreaInvalid, ZoomOutOfRange,
    TooManyTiles, BaseMapExists, DiskFull, FolderNotWritable, FileInUse, TilesUnreadable (the disk
    did not keep what was painted) and Cancelled.
    """
    began = time.monotonic()
    tell, hand = progress or _tell_nobody, control or Control()
    _refuse_target(recipe, out, replace=replace)
    tell(0, 1, "reading")
    recipe = resolve(recipe)
    total = sum(plan(recipe).values())
    if total > MANY_TILES and not allow_many:
        raise TooManyTiles(count=total, limit=MANY_TILES)
    writer = MBTilesWriter(
        out,
        name=recipe.name or out.stem,
        format=recipe.fmt,
        bounds=recipe.box,
        attribution=ATTRIBUTION,
        license=LICENSE,
        recipe=fingerprint(recipe, out.stem),
    )
    resumed = writer.tiles
    with writer, Crew(workers, hand) as crew, _work_folder(out) as folder:
        desk = painting.Desk(folder, recipe.style, recipe.fmt, recipe.scale)
        _read(recipe, desk, crew, hand)
        tell(1, 1, "reading")
        _paint(recipe, desk, writer, crew, hand, tell)
        _add_search(recipe, desk, writer, crew, hand, tell)
        found = completeness.survey(
            writer.get,
            Cover.of(recipe),
            recipe.levels,
            decoded=0,
            progress=lambda done, _total: tell(done, total, "checking"),
            cancel=hand.check,
        )
        if not found.is_complete:
            # Of the disk: the next try begins anew, where going on would end here again.
            raise TilesUnreadable(name=out.name)
        hand.check()
        # Hours may have passed; what is painted stays for when the other one is out of the way.
        _refuse_target(recipe, out, replace=replace)
        tell(total, total, "writing")
    return BuildReport(
        path=out,
        tiles=total,
        bytes=out.stat().st_size,
        seconds=time.monotonic() - began,
        area=recipe.box,
        zooms=recipe.levels,
        pictures=writer.pictures,
        resumed=resumed,
        completeness=found,
    )


def _refuse_target(recipe: Recipe, out: Path, *, replace: bool) -> None:
    """Refuse to write over what stands there.  Raises BaseMapExists, FolderNotWritable."""
    try:
        # The longest name beside it; what no name can be is said before an hour of work.
        work_folder_of(out).exists()
    except OSError as error:
        raise FolderNotWritable(folder=str(out.parent)) from error
    is_source = out.exists() and any(
        source.exists() and source.samefile(out) for source in recipe.sources
    )
    if out.is_dir() or is_source or (out.exists() and not replace):
        raise BaseMapExists(name=out.name)


def _read(recipe: Recipe, desk: painting.Desk, crew: Crew, control: Control) -> int:
    """Spool the extracts into the folder; return the bytes of the names to draw.

    A region is read by a worker: in this process it would hold up a window for seconds.
    """
    if not reading.is_large(recipe):
        return reading.spool(recipe, desk, control.check)
    return _accepted(crew.result(crew.submit(reading.spool_in_worker, recipe, desk)))


def _add_search(
    recipe: Recipe,
    desk: painting.Desk,
    writer: MBTilesWriter,
    crew: Crew,
    control: Control,
    tell: Progress,
) -> None:
    """Put the search index in; of a region, a worker reads what it is made of."""
    tell(0, 2, "searching")
    if not reading.is_large(recipe):
        gazetteer_build.add_to(
            writer.connection,
            recipe.sources,
            recipe.box,
            language=recipe.language,
            cancel=control.check,
        )
    else:
        _accepted(crew.result(crew.submit(reading.gather_in_worker, recipe, desk)))
        tell(1, 2, "searching")
        gazetteer_build.write_gathered(writer.connection, desk.search, cancel=control.check)
    tell(2, 2, "searching")


def _accepted(found: int | reading.Refusal) -> int:
    """Return what a worker found.  Raises what it refused."""
    if isinstance(found, int):
        return found
    error, details = found
    raise error(**details)


def _paint(
    recipe: Recipe,
    desk: painting.Desk,
    writer: MBTilesWriter,
    crew: Crew,
    control: Control,
    tell: Progress,
) -> None:
    """Put the tiles that are not there yet, in a fixed order."""
    total = sum(plan(recipe).values())
    done, steps = writer.tiles, writer.steps
    todo = _todo(recipe, steps)
    control.before_waiting(lambda: writer.mark(writer.steps, now=True))
    tell(0, 1, "names")
    is_between = True
    try:
        for pictures in crew.map(painting.paint, _tasks(todo, desk, crew)):
            is_between = False
            for tile, data in pictures:
                writer.put(tile, data)
            done += len(pictures)
            steps += 1
            writer.mark(steps)
            is_between = True
            tell(done, total, "painting")
    except BaseException:
        # Whatever ends the work between two blocks, what is painted goes on another day.
        if is_between:
            writer.mark(steps, now=True)
        raise
    control.before_waiting(None)
    writer.mark(steps, now=True)


def _todo(recipe: Recipe, done: int) -> Iterator[tuple[Region, list[Block]]]:
    """Return the blocks that are left, by region.  done: how many were painted before."""
    cover = Cover.of(recipe)
    for zoom in recipe.levels:
        for region in regions(cover, zoom):
            found = list(blocks(cover, region))
            left, done = found[done:], max(0, done - len(found))
            if left:
                yield region, left


def _tasks(
    todo: Iterator[tuple[Region, list[Block]]], desk: painting.Desk, crew: Crew
) -> Iterator[tuple[painting.Desk, Block, int]]:
    """Return what to paint; the names of some regions ahead are decided meanwhile."""
    ahead: deque[tuple[int, list[Block], Future[int]]] = deque()
    for number, (region, found) in enumerate(todo):
        ahead.append((number, found, crew.submit(painting.place_names, desk, region, number)))
        if len(ahead) > REGIONS_AHEAD:
            yield from _task(*ahead.popleft(), desk, crew)
    while ahead:
        yield from _task(*ahead.popleft(), desk, crew)


def _task(
    number: int, found: list[Block], names: Future[int], desk: painting.Desk, crew: Crew
) -> Iterator[tuple[painting.Desk, Block, int]]:
    crew.result(names)
    for block in found:
        yield desk, block, number


def work_folder_of(out: Path) -> Path:
    """Return where a build keeps what it reads; a killed one leaves it there."""
    return out.with_name(f".{out.name}.work")


@contextlib.contextmanager
def _work_folder(out: Path) -> Iterator[Path]:
    """Lend a folder beside the file: a region needs room that a disk in memory may lack.

    One that a killed build left is cleared away.
    """
    folder = work_folder_of(out)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with _told_when_full(out):
            folder.unlink(missing_ok=True)
            folder.mkdir()
        with _told_when_full(out):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _told_when_full(out: Path) -> Iterator[None]:
    """Say of a full disk, also of the one for what is read meanwhile, what could not be made."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull(name=out.name) from error
        raise
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise DiskFull(name=out.name) from error
        raise
    except DiskFull as error:
        raise DiskFull(name=out.name) from error


def _tell_nobody(done: int, total: int, what: str) -> None:
    pass


def estimate(
    recipe: Recipe,
    out: Path,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    control: Control | None = None,
) -> Estimate:
    """Return what a build will take, from reading the extracts and painting some of its tiles.

    Raises what `build` raises before it paints, but not that `out` exists or the tiles are many.
    """
    tell, hand = progress or _tell_nobody, control or Control()
    recipe = resolve(recipe)
    tiles = plan(recipe)
    with (
        _told_when_full(out),
        Crew(workers, hand) as crew,
        TemporaryDirectory(prefix="collabmap-") as folder,
    ):
        desk = painting.Desk(Path(folder), recipe.style, recipe.fmt, recipe.scale)
        tell(0, 1, "reading")
        began = time.monotonic()
        names_bytes = _read(recipe, desk, crew, hand)
        tell(1, 1, "reading")
        # The search index reads the extracts once more.
        seconds = START_S + READINGS * (time.monotonic() - began)
        size = FILE_BYTES + INDEX_SHARE * names_bytes
        found = list(samples(recipe, SAMPLES))
        costs = crew.map(painting.sample, ((desk, region, block) for region, block in found))
        by_zoom: defaultdict[int, list[painting.Sample]] = defaultdict(list)
        for number, ((region, _block), cost) in enumerate(zip(found, costs, strict=True)):
            by_zoom[region.zoom].append(cost)
            tell(number + 1, len(found), "painting")
        for zoom, all_of in by_zoom.items():
            count = tiles[zoom]
            cost_s = fmean(one.names_s + one.paint_s * LARGER_BLOCK for one in all_of)
            seconds += count * cost_s / min(crew.count, os.cpu_count() or 1)
            size += count * (fmean(one.bytes for one in all_of) + TILE_BYTES)
    free = shutil.disk_usage(out.parent).free
    return Estimate(tiles, round(size), seconds, free)
