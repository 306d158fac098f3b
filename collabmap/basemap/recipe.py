"""What a base map is made from and which tiles it has: values, counted before anything is painted.

A zoom is painted region by region (names are decided for a region at once), a region block by
block (a metatile, cut to the tiles that are wanted).
"""

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from inspect import ismodule
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

import collabmap
from collabmap.basemap import cartography, extract, extract_file, tags
from collabmap.basemap.cartography import Style
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import EDGE, Tile, Window, tiles_across, window
from collabmap.errors import AreaInvalid, ZoomOutOfRange
from collabmap.render.tile_painter import METATILE, Metatile, split

Format = Literal["webp", "png"]
Span = tuple[int, int, int, int]

DEFAULT_ZOOMS = tuple(range(12, 18))
# Tiles on a side of what is painted as a sample.
SAMPLE = 4
# Tiles on a side of what gets its names at once: a town with its villages at the nearest zooms.
REGION = 64
# Of WebP: at 80 the edges of houses blur, at 95 a town weighs twice as much.
QUALITY = 88


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides what a base map looks like, but not how it is made.

    sources: one or several extracts (.osm.pbf, .osm, .osm.gz, .osm.bz2); what two of them hold
    is drawn once.  area: WGS84, None for all that the extracts cover, or for the outline's box.
    outline: polygons in WGS84; only tiles that touch them are made.  scale: 2 makes tiles of 512
    pixels.  language: names in it come before the local ones.  name: what the base map calls
    itself, '' for the name of its file.
    """

    sources: tuple[Path, ...]
    area: Bbox | None = None
    outline: shapely.Geometry | None = None
    zooms: tuple[int, ...] = DEFAULT_ZOOMS
    style: Style = "light"
    scale: int = 1
    fmt: Format = "webp"
    language: str = "fr"
    name: str = ""

    @property
    def levels(self) -> tuple[int, ...]:
        """The zooms, each once, the far view first.  Raises ZoomOutOfRange when there is none."""
        levels = tuple(sorted(set(self.zooms)))
        if not levels:
            raise ZoomOutOfRange(value="–", field="zoom")
        return levels

    @property
    def box(self) -> Bbox:
        """The area, which `resolve` has filled.  Raises AreaInvalid where it has not."""
        if self.area is None:
            raise AreaInvalid(value="–", field="area")
        return self.area


def resolve(recipe: Recipe) -> Recipe:
    """Return the recipe with its area filled: from the outline, else from the extracts' own boxes.

    Reads headers; an extract that does not say which box it covers is read whole.
    Raises FileMissing, ExtractUnreadable, AreaNotCovered, AreaInvalid, ZoomOutOfRange.
    """
    for zoom in recipe.levels:
        tiles_across(zoom)
    if recipe.outline is not None and (recipe.outline.is_empty or recipe.outline.area == 0):
        raise AreaInvalid(value=recipe.outline.geom_type, field="area")
    if recipe.area is not None:
        return recipe
    if recipe.outline is not None:
        return replace(recipe, area=Bbox(*map(float, recipe.outline.bounds)))
    boxes = [extract_file.own_box(path) for path in recipe.sources]
    west, south = min(box.west for box in boxes), min(box.south for box in boxes)
    east, north = max(box.east for box in boxes), max(box.north for box in boxes)
    return replace(recipe, area=Bbox(west, south, east, north))


def plan(recipe: Recipe) -> dict[int, int]:
    """Return how many tiles each zoom takes, exactly.  Raises AreaInvalid, ZoomOutOfRange."""
    return Cover.of(recipe).counts(recipe.levels)


class Cover:
    """The tiles that cover a box or, with an outline, touch it.  Both in WGS84."""

    def __init__(self, area: Bbox, outline: shapely.Geometry | None = None) -> None:
        self.area = area
        self._outline = None
        if outline is not None:
            self._outline = shapely.transform(outline, extract.to_unit_square)
            shapely.prepare(self._outline)

    @classmethod
    def of(cls, recipe: Recipe) -> "Cover":
        """Return the tiles of a recipe whose area is known."""
        return cls(recipe.box, recipe.outline)

    def counts(self, zooms: tuple[int, ...]) -> dict[int, int]:
        """Return the number of tiles of each zoom, without making them: only those that the
        outline's edge runs through are looked at."""
        if self._outline is None:
            return {zoom: window(self.area, zoom).size for zoom in zooms}
        found = {}
        whole: list[Tile] = []
        edge = [Tile(0, 0, 0)]
        for zoom in range(max(zooms) + 1):
            if zoom:
                edge = [
                    Tile(zoom, t.x * 2 + i, t.y * 2 + j)
                    for t in edge
                    for j in (0, 1)
                    for i in (0, 1)
                ]
            boxes = _boxes(edge)
            touch = shapely.intersects(self._outline, boxes)
            inside = shapely.contains_properly(self._outline, boxes)
            whole += [tile for tile, is_in in zip(edge, inside, strict=True) if is_in]
            edge = [
                tile
                for tile, is_hit, is_in in zip(edge, touch, inside, strict=True)
                if is_hit and not is_in
            ]
            if zoom in zooms:
                view = window(self.area, zoom)
                found[zoom] = sum(_overlap(tile, zoom, view) for tile in (*whole, *edge))
        return found

    def wanted(self, block: Metatile) -> list[Tile]:
        """Return which tiles of a block are made, row by row."""
        tiles = list(block.tiles())
        if self._outline is None:
            return tiles
        hit = shapely.intersects(self._outline, _boxes(tiles))
        return [tile for tile, is_hit in zip(tiles, hit, strict=True) if is_hit]

    def touches(self, zoom: int, span: Span) -> bool:
        """Whether a span of tiles (left, top, right, bottom, the last two left out) has any."""
        if self._outline is None:
            return True
        across = tiles_across(zoom)
        left, top, right, bottom = (side / across for side in span)
        return bool(shapely.intersects(self._outline, shapely.box(left, top, right, bottom)))


class Region(NamedTuple):
    """A part of one zoom whose names are decided at once.  span: left, top, right, bottom in
    tiles, the last two left out."""

    zoom: int
    span: Span

    @property
    def box_px(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom in pixels of the world at its zoom (256 a tile)."""
        left, top, right, bottom = self.span
        return 256.0 * left, 256.0 * top, 256.0 * right, 256.0 * bottom


class Block(NamedTuple):
    """Tiles that are painted at once.  wanted: those of the metatile that are made."""

    metatile: Metatile
    wanted: tuple[Tile, ...]


def regions(cover: Cover, zoom: int) -> Iterator[Region]:
    """Return the regions of a zoom, row by row."""
    columns, rows = window(cover.area, zoom)
    for top, bottom in _pieces(rows):
        for run in columns:
            for left, right in _pieces(run):
                if cover.touches(zoom, (left, top, right, bottom)):
                    yield Region(zoom, (left, top, right, bottom))


def blocks(cover: Cover, region: Region) -> Iterator[Block]:
    """Return the blocks of a region, row by row, each cut to the tiles that are wanted.

    They are alike in size, so that no worker waits for another at the end.
    """
    left, top, right, bottom = region.span
    for y in split(range(top, bottom)):
        for x in split(range(left, right)):
            wanted = cover.wanted(Metatile(region.zoom, x.start, y.start, len(x), len(y)))
            if wanted:
                yield Block(_around(region.zoom, wanted), tuple(wanted))


def samples(recipe: Recipe, count: int) -> Iterator[tuple[Region, Block]]:
    """Return small blocks that stand for all, spread evenly, and a region around each.

    Each zoom has its share of `count`, one at least.
    """
    cover, tiles = Cover.of(recipe), plan(recipe)
    total = sum(tiles.values())
    for zoom, size in tiles.items():
        share = min(size, max(1, round(count * size / total)))
        found = list(regions(cover, zoom))
        ends = np.cumsum([_area(region.span) for region in found])
        for number in range(share):
            at = int((number + 0.5) * ends[-1] / share)
            region = found[int(np.searchsorted(ends, at, side="right"))]
            tile = _near(cover, region, at - (int(ends[found.index(region)]) - _area(region.span)))
            if tile is None:
                continue
            span = _around_tile(tile, SAMPLE, region.span)
            wide = Metatile(zoom, span[0], span[1], span[2] - span[0], span[3] - span[1])
            painted = cover.wanted(wide)
            around = _around_tile(tile, METATILE, region.span)
            yield Region(zoom, around), Block(_around(zoom, painted), tuple(painted))


def _near(cover: Cover, region: Region, number: int) -> Tile | None:
    """Return a tile of a region by its number, row by row, or the nearest one that is made."""
    left, top, right, _ = region.span
    row, column = divmod(number, right - left)
    tile = Tile(region.zoom, left + column, top + row)
    if cover.wanted(Metatile(*tile, 1, 1)):
        return tile
    made = (one for block in blocks(cover, region) for one in block.wanted)
    return min(made, key=lambda one: (one.x - tile.x) ** 2 + (one.y - tile.y) ** 2, default=None)


def _area(span: Span) -> int:
    left, top, right, bottom = span
    return (right - left) * (bottom - top)


def fingerprint(recipe: Recipe, name: str = "") -> str:
    """Return a word that is the same for two recipes only if they make the same base map.

    name: what the base map calls itself where the recipe does not say.
    Reads the extracts whole.  Raises FileMissing.
    """
    digest = blake2b(digest_size=16)
    for path in recipe.sources:
        digest.update(extract_file.digest(path))
    outline = None if recipe.outline is None else shapely.to_wkb(shapely.normalize(recipe.outline))
    said = (recipe.area, outline, recipe.levels, recipe.style, recipe.scale, recipe.fmt,
            recipe.language, recipe.name or name, QUALITY, collabmap.__version__)  # fmt: skip
    look = [steady(vars(part)) for part in (cartography, tags)]
    digest.update(repr((said, look)).encode())
    return digest.hexdigest()


def steady(value: object) -> object:
    """Return data of a module in a form whose repr is the same in every process."""
    if isinstance(value, Mapping):
        return [
            (str(key), steady(each))
            for key, each in value.items()
            if not str(key).startswith("__") and not callable(each) and not ismodule(each)
        ]
    if isinstance(value, frozenset | set):
        return sorted(map(repr, value))
    if isinstance(value, tuple | list):
        return [steady(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [steady(getattr(value, each.name)) for each in dataclasses.fields(value)]
    return repr(value)


def _boxes(tiles: Sequence[Tile]) -> npt.NDArray[np.object_]:
    """Return the tiles' squares, a hair smaller: who only touches an edge takes no tile."""
    xy = np.array([(tile.x, tile.y) for tile in tiles], dtype=float).reshape(-1, 2)
    side = 1 / tiles_across(tiles[0].z) if tiles else 1.0
    low, high = xy * side + EDGE, (xy + 1) * side - EDGE
    squares: npt.NDArray[np.object_] = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    return squares


def _overlap(tile: Tile, zoom: int, view: Window) -> int:
    """Return how many tiles of a window of a zoom lie in a tile of this zoom or one further out."""
    shift = zoom - tile.z
    rows = _common(view.rows, tile.y << shift, (tile.y + 1) << shift)
    return rows * sum(_common(run, tile.x << shift, (tile.x + 1) << shift) for run in view.columns)


def _common(run: range, first: int, stop: int) -> int:
    return max(0, min(run.stop, stop) - max(run.start, first))


def _pieces(run: range) -> Iterator[tuple[int, int]]:
    """Cut a run of tiles into even pieces of whole blocks, REGION tiles at most."""
    count = math.ceil(len(run) / REGION)
    step = METATILE * math.ceil(len(run) / count / METATILE) if count else METATILE
    for first in range(run.start, run.stop, step):
        yield first, min(first + step, run.stop)


def _around_tile(tile: Tile, side: int, within: Span) -> Span:
    left, top = max(within[0], tile.x - side // 2), max(within[1], tile.y - side // 2)
    return left, top, min(within[2], left + side), min(within[3], top + side)


def _around(zoom: int, tiles: list[Tile]) -> Metatile:
    left, top = min(tile.x for tile in tiles), min(tile.y for tile in tiles)
    right, bottom = max(tile.x for tile in tiles), max(tile.y for tile in tiles)
    return Metatile(zoom, left, top, right - left + 1, bottom - top + 1)
