"""Which tiles of a base map are missing, empty or unreadable, zoom by zoom.

Every tile that should be there is fetched; its header and the end of its bytes say whether it is
an image that came whole.  Of each zoom a sample, evenly spread, is really decoded.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from collabmap.basemap.recipe import Cover, blocks, regions
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, bounds_of
from collabmap.render.decoding import is_readable
from collabmap.store.mbtiles import empty_tiles
from collabmap.store.tile_files import open_tiles
from collabmap.store.tile_image import is_whole

Get = Callable[[Tile], bytes | None]

# Tiles of a zoom that are decoded.
DECODED = 400
# Holes of a zoom that are told, the largest first.
HOLES = 20
# Tiles between two looks at the stop button.
STEP = 256


class Level(NamedTuple):
    """What one zoom holds of what it should.  holes: boxes around what is not there, the largest
    first, twenty at most."""

    zoom: int
    expected: int
    missing: int
    empty: int
    unreadable: int
    holes: tuple[Bbox, ...]

    @property
    def is_complete(self) -> bool:
        return not (self.missing or self.empty or self.unreadable)


@dataclass(frozen=True, slots=True)
class Completeness:
    """What a base map holds of an area.  decoded: tiles that were looked at pixel by pixel."""

    levels: tuple[Level, ...]
    decoded: int

    @property
    def is_complete(self) -> bool:
        """Whether every tile of every zoom is there and readable."""
        return all(level.is_complete for level in self.levels)

    @property
    def expected(self) -> int:
        return sum(level.expected for level in self.levels)

    @property
    def wrong(self) -> int:
        """How many tiles are missing, empty or unreadable."""
        return sum(level.missing + level.empty + level.unreadable for level in self.levels)


def check(
    path: Path,
    area: Bbox | None = None,
    zooms: Sequence[int] | None = None,
    outline: Any = None,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], None] | None = None,
) -> Completeness:
    """Return which tiles of an area a base map of any kind lacks.

    area: WGS84; None for the outline's box, or for what the file says it covers.  zooms: None for
    all from its first to its last.  outline: polygons in WGS84: only tiles that touch them count.
    progress: called with tiles looked at, and all.
    Raises FileMissing, TilesUnreadable, TilesEmpty, TilesVector, AreaInvalid, ZoomOutOfRange.
    """
    with open_tiles(path) as source:
        if area is None:
            area = source.bounds if outline is None else Bbox(*map(float, outline.bounds))
        levels = sorted(set(zooms or range(source.min_zoom, source.max_zoom + 1)))
        return survey(
            source.get,
            Cover(area, outline),
            levels,
            is_empty=(empty_tiles(path) if source.kind == "mbtiles" else set()).__contains__,
            progress=progress,
            cancel=cancel,
        )


def survey(
    get: Get,
    cover: Cover,
    zooms: Sequence[int],
    *,
    is_empty: Callable[[Tile], bool] = lambda _tile: False,
    decoded: int = DECODED,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], None] | None = None,
) -> Completeness:
    """Return which tiles of a cover a source lacks.

    is_empty: tells a tile without bytes from one that is missing.  decoded: tiles of a zoom that
    are decoded, 0 for none.
    """
    counts = cover.counts(tuple(zooms))
    total, done, looked_at = sum(counts.values()), 0, 0
    known: dict[bytes, bool] = {}
    levels = []
    for zoom in zooms:
        missing: list[Tile] = []
        empty: list[Tile] = []
        unreadable: list[Tile] = []
        every = max(1, counts[zoom] // decoded) if decoded else 0
        for number, tile in enumerate(tiles_of(cover, zoom)):
            if done % STEP == 0:
                if cancel is not None:
                    cancel()
                if progress is not None:
                    progress(done, total)
            done += 1
            data = get(tile)
            if data is None:
                (empty if is_empty(tile) else missing).append(tile)
                continue
            is_sampled = bool(every) and number % every == 0
            key = blake2b(data, digest_size=16).digest()
            if key not in known or (is_sampled and known[key]):
                known[key] = is_whole(data) and (not is_sampled or is_readable(data))
                looked_at += is_sampled
            if not known[key]:
                unreadable.append(tile)
        holes = tuple(_boxes([*missing, *empty, *unreadable]))
        levels.append(Level(zoom, counts[zoom], len(missing), len(empty), len(unreadable), holes))
    if progress is not None:
        progress(done, total)
    return Completeness(tuple(levels), looked_at)


def tiles_of(cover: Cover, zoom: int) -> Iterator[Tile]:
    """Return the tiles of a cover at a zoom, block by block."""
    for region in regions(cover, zoom):
        for block in blocks(cover, region):
            yield from block.wanted


def _boxes(tiles: Iterable[Tile]) -> list[Bbox]:
    """Return boxes that hold just these tiles of one zoom, the largest first, not too many."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}  # (left, right) -> (top, bottom) that grows
    closed: list[tuple[int, int, int, int]] = []
    zoom = 0
    rows: dict[int, list[int]] = {}
    for tile in tiles:
        zoom = tile.z
        rows.setdefault(tile.y, []).append(tile.x)
    for y in sorted(rows):
        runs = list(_runs(sorted(rows[y])))
        for run in [run for run, (_, bottom) in spans.items() if run not in runs or bottom != y]:
            closed.append((*run, *spans.pop(run)))
        for run in runs:
            spans[run] = (spans.get(run, (y, y))[0], y + 1)
    closed += [(*run, *rows_of) for run, rows_of in spans.items()]
    closed.sort(key=lambda span: ((span[0] - span[1]) * (span[3] - span[2]), span))
    return [
        Bbox(
            bounds_of(Tile(zoom, left, top)).west,
            bounds_of(Tile(zoom, left, bottom - 1)).south,
            bounds_of(Tile(zoom, right - 1, top)).east,
            bounds_of(Tile(zoom, left, top)).north,
        )
        for left, right, top, bottom in closed[:HOLES]
    ]


def _runs(columns: list[int]) -> Iterator[tuple[int, int]]:
    first = last = columns[0]
    for x in columns[1:]:
        if x != last + 1:
            yield first, last + 1
            first = x
        last = x
    yield first, last + 1
