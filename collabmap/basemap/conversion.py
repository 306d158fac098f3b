"""Any tiles that can be read, as one MBTiles file that every program reads.

Pictures are kept byte for byte.  Only a grid that is not the one of web maps is painted anew.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import MAX_ZOOM, Tile, Window, tiles_of, window
from collabmap.errors import FileExists, TilesEmpty, TilesNotAligned, TooManyTiles
from collabmap.store.mbtiles import MBTilesWriter
from collabmap.store.tile_claims import Extents, best_bounds
from collabmap.store.tile_files import kind_of, open_tiles
from collabmap.store.tile_image import sniff
from collabmap.store.tile_source import TileFile

Progress = Callable[[int, int, str], None]
Cancel = Callable[[], None]
# So many tiles are written between two looks at the clock and at the person.
_STEP = 64
# A country's aerial photos; a file of a few bytes may claim a thousand times as many.
MAX_TILES = 30_000_000


class ConversionReport(NamedTuple):
    """What became of a conversion.

    kind: of the source.  tiles, pictures: written, and how many different ones.  skipped: tiles
    that hold no picture.  guessed: see TileFile.guessed; 'grid' where tiles were painted anew.
    """

    path: Path
    kind: str
    tiles: int
    pictures: int
    skipped: int
    bytes: int
    zooms: tuple[int, int]
    bounds: Bbox
    guessed: tuple[str, ...]
    seconds: float


def convert(
    path: Path,
    out: Path,
    *,
    layer: str = "",
    name: str = "",
    area: Bbox | None = None,
    zooms: Sequence[int] | None = None,
    replace: bool = False,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> ConversionReport:
    """Write the tiles of a file or folder of any kind as MBTiles 1.3; the source is only read.

    layer: of a GeoPackage; '' takes the first.  name: what the pack calls itself, else what the
    source does.  area, zooms: only the tiles that touch it, and of these zooms; None takes all.
    replace: a file at `out` may be replaced, once the new one is whole.
    cancel: called often, stops the work by raising; nothing is left behind then.
    Raises FileExists, what open_tiles raises, TilesEmpty where no tile holds a picture or none
    lies in the area, TooManyTiles, DiskFull, FolderNotWritable, and what `cancel` raises.
    """
    began = time.monotonic()
    is_same = out.exists() and path.exists() and out.samefile(path)
    if is_same or (out.exists() and not replace):
        raise FileExists(name=out.name)
    try:
        source = open_tiles(path, layer)
    except TilesNotAligned:
        if kind_of(path) != "gpkg":
            raise
        from collabmap.basemap.reprojection import Reprojected

        source = Reprojected(path, layer)
    with closing(source):
        writer = MBTilesWriter(
            out,
            name=name or source.name,
            format=source.format,
            bounds=source.bounds,
            attribution=source.metadata.get("attribution", ""),
            license=source.metadata.get("license", ""),
            description=source.metadata.get("description", ""),
        )
        with writer:
            total, found = _wanted(source, area, zooms)
            if total > MAX_TILES:
                raise TooManyTiles(count=total, limit=MAX_TILES)
            tiles, skipped, extents = _copy(found, total, writer, progress, cancel)
            if not tiles:
                raise TilesEmpty(name=path.name)
            # What was left out may have been all that lay there.
            bounds = best_bounds(_common(source.bounds, area), extents.last.box())
            writer.set_bounds(bounds)
        return ConversionReport(
            out,
            source.kind,
            tiles,
            writer.pictures,
            skipped,
            out.stat().st_size,
            extents.zooms,
            bounds,
            source.guessed,
            time.monotonic() - began,
        )


def _wanted(
    source: TileFile, area: Bbox | None, zooms: Sequence[int] | None
) -> tuple[int, Iterator[tuple[Tile, bytes]]]:
    """Return how many tiles there may be, and those that are wanted, each once."""
    held = source.count()
    if area is None and zooms is None:
        return held, _once(source.tiles())
    levels = [z for z in sorted(set(zooms or range(MAX_ZOOM + 1))) if z <= MAX_ZOOM]
    levels = [z for z in levels if source.min_zoom <= z <= source.max_zoom]
    windows = {z: window(area or source.bounds, z) for z in levels}
    asked = sum(each.size for each in windows.values())
    if asked <= held and not source.is_slow:
        # A town out of a country: only what is wanted is read.
        tiles = (tile for z in levels for tile in tiles_of(area or source.bounds, z))
        return asked, ((tile, source.get(tile) or b"") for tile in tiles)
    return held, (each for each in _once(source.tiles()) if _is_in(each[0], windows))


def _is_in(tile: Tile, windows: Mapping[int, Window]) -> bool:
    found = windows.get(tile.z)
    return (
        found is not None and tile.y in found.rows and any(tile.x in run for run in found.columns)
    )


def _common(bounds: Bbox, area: Bbox | None) -> Bbox | None:
    """Return what two boxes share, None where that is no box."""
    if area is None:
        return bounds
    west, south = max(bounds.west, area.west), max(bounds.south, area.south)
    east, north = min(bounds.east, area.east), min(bounds.north, area.north)
    return Bbox(west, south, east, north) if west < east and south < north else None


def _copy(
    tiles: Iterator[tuple[Tile, bytes]],
    total: int,
    writer: MBTilesWriter,
    progress: Progress | None,
    cancel: Cancel | None,
) -> tuple[int, int, Extents]:
    """Write all tiles; return how many, how many hold no picture, and where those written lie."""
    written = skipped = 0
    extents = Extents()
    for number, (tile, data) in enumerate(tiles):
        if number % _STEP == 0:
            if cancel is not None:
                cancel()
            if progress is not None:
                progress(number, max(total, number), "writing")
        if not data:
            continue
        image = sniff(data)
        if image is None or image.format == "pbf":
            skipped += 1
        else:
            writer.put(tile, data)
            extents.add(*tile)
            written += 1
    if progress is not None:
        progress(total, total, "writing")
    return written, skipped, extents


def _once(tiles: Iterator[tuple[Tile, bytes]]) -> Iterator[tuple[Tile, bytes]]:
    """Pass on each tile once, the first time; a careless file holds some of them twice."""
    # A bit for each row, by columns in runs of 4096: a gigabyte of tiles takes a megabyte.
    seen: dict[tuple[int, int, int], bytearray] = {}
    for tile, data in tiles:
        run = seen.setdefault((tile.z, tile.x, tile.y >> 12), bytearray(512))
        byte, bit = tile.y >> 3 & 511, 1 << (tile.y & 7)
        if not run[byte] & bit:
            run[byte] |= bit
            yield tile, data
