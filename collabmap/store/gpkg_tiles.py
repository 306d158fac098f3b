"""Layers of tiles in GeoPackages: any grid, and those that are cut as web maps are as a TileSource.

Source: OGC 12-128r18 (GeoPackage 1.3), clause 2.2 "Tiles": rows count from the north, from the
upper left corner of the matrix set, in the units of its reference system.
"""

import math
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from collabmap.domain.geo import EARTH_RADIUS_M, Bbox, LngLat, from_world
from collabmap.domain.tiles import MAX_ZOOM, Tile
from collabmap.errors import (
    FileMissing,
    LayerUnknown,
    TilesEmpty,
    TilesNotAligned,
    TilesUnreadable,
)
from collabmap.store.mbtiles_facts import open_read_only, unreadable
from collabmap.store.tile_claims import Extent, Extents, best_bounds, claimed_bounds, guesses
from collabmap.store.tile_image import Image
from collabmap.store.tile_source import SAMPLE, PackFacts, TileFile, image_among

_WORLD_M = 2 * math.pi * EARTH_RADIUS_M
_WEB_MERCATOR = (3857, 900913, 3785, 102100, 102113)
# Of a tile's width: more, and streets would lie beside where they are.
_OFF_GRID = 1e-3
MAX_LEVELS = 64
MAX_TILE_SIDE = 4096
# Of a pixel, in degrees or metres; and of the tiles side by side.
_LEAST_STEP = 1e-12
_MOST_TILES = 1 << 31


class Matrix(NamedTuple):
    """One level of a pyramid.  left, top: its corner; step_x, step_y: of a pixel, both positive;
    in the units of the layer's reference system.  width, height: of a tile, in pixels."""

    level: int
    left: float
    top: float
    step_x: float
    step_y: float
    columns: int
    rows: int
    width: int
    height: int


class Layer(NamedTuple):
    """A table of tiles.  srs: what pyproj makes the reference system of; epsg: 0 if it is none.

    box: what its tiles show, west, south, east, north in the units of the reference system;
    None where the file does not say.  matrices: from the far view to the near one.
    """

    table: str
    title: str
    description: str
    srs: str
    epsg: int
    box: tuple[float, float, float, float] | None
    matrices: tuple[Matrix, ...]


class TileLayer:
    """Tiles of one layer on its own grid, whatever that is.

    layer: a table's name or its title; '' takes the first.
    Raises FileMissing, TilesUnreadable, TilesEmpty, TilesVector, LayerUnknown.
    """

    def __init__(self, path: Path, layer: str = "") -> None:
        self.path = path
        if not path.is_file():
            raise FileMissing(name=path.name)
        self._db = open_read_only(path)
        try:
            with unreadable(path):
                self.names, self.layer = _choose(self._db, path, layer)
                self._table = _quoted(self.layer.table)
                self.image = self._sample()
        except BaseException:
            self._db.close()
            raise

    def get(self, level: int, column: int, row: int) -> bytes | None:
        """Return a tile's image; column and row count from the north-west of the matrix."""
        if not (0 <= column < _MOST_TILES and 0 <= row < _MOST_TILES):
            return None
        with unreadable(self.path):
            found = self._db.execute(
                f"SELECT tile_data FROM {self._table}"
                " WHERE zoom_level=? AND tile_column=? AND tile_row=?",
                (level, column, row),
            ).fetchone()
        return found[0] if found and isinstance(found[0], bytes) and found[0] else None

    def count(self) -> int:
        with unreadable(self.path):
            return int(self._db.execute(f"SELECT count(*) FROM {self._table}").fetchone()[0])

    def extent(self, level: int) -> tuple[int, int, int, int] | None:
        """Return first and last column and row that hold tiles, None where none does."""
        with unreadable(self.path):
            ends = self._db.execute(
                "SELECT min(tile_column), max(tile_column), min(tile_row), max(tile_row)"
                f" FROM {self._table} WHERE zoom_level = ?",
                (level,),
            ).fetchone()
        return ends if all(isinstance(end, int) for end in ends) else None

    def places(self, level: int) -> Iterator[tuple[int, int]]:
        """Yield column and row of each tile of a level."""
        query = f"SELECT tile_column, tile_row FROM {self._table} WHERE zoom_level = ?"
        with unreadable(self.path):
            for column, row in self._db.execute(query, (level,)):
                if isinstance(column, int) and isinstance(row, int):
                    yield column, row

    def tiles(self) -> Iterator[tuple[int, int, int, bytes]]:
        """Yield level, column, row and image of all tiles."""
        query = f"SELECT zoom_level, tile_column, tile_row, tile_data FROM {self._table}"
        with unreadable(self.path):
            for *place, data in self._db.execute(query):
                if all(isinstance(each, int) for each in place) and isinstance(data, bytes):
                    yield place[0], place[1], place[2], data

    def close(self) -> None:
        self._db.close()

    def _sample(self) -> Image:
        query = f"SELECT tile_data FROM {self._table} WHERE length(tile_data) > 0 LIMIT {SAMPLE}"
        return image_among([row[0] for row in self._db.execute(query)], self.path)


class GeoPackageReader(TileFile):
    """A layer of tiles that is cut as web maps are.  layer: see TileLayer.

    Raises what TileLayer does, and TilesNotAligned for any other grid.
    """

    kind = "gpkg"

    def __init__(self, path: Path, layer: str = "") -> None:
        self.path = path
        self._layer = TileLayer(path, layer)
        try:
            self._places = web_places(self._layer.layer)
            if not self._places:
                raise TilesNotAligned(name=path.name)
            self._levels = {place.zoom: level for level, place in self._places.items()}
            self._facts = self._learn()
        except BaseException:
            self.close()
            raise

    @property
    def layer(self) -> str:
        """The table the tiles are in."""
        return self._layer.layer.table

    @property
    def layers(self) -> tuple[str, ...]:
        """All tables of tiles of the file."""
        return self._layer.names

    def get(self, tile: Tile) -> bytes | None:
        level = self._levels.get(tile.z)
        if level is None:
            return None
        place = self._places[level]
        return self._layer.get(level, tile.x - place.x, tile.y - place.y)

    def count(self) -> int:
        return self._layer.count()

    def tiles(self) -> Iterator[tuple[Tile, bytes]]:
        for level, column, row, data in self._layer.tiles():
            place = self._places.get(level)
            if place is not None and data:
                tile = Tile(place.zoom, place.x + column, place.y + row)
                if 0 <= tile.x < 1 << tile.z and 0 <= tile.y < 1 << tile.z:
                    yield tile, data

    def close(self) -> None:
        self._layer.close()

    def _learn(self) -> PackFacts:
        extents = Extents()
        for level, place in self._places.items():
            ends = self._layer.extent(level)
            if ends is not None:
                for column, row in ((ends[0], ends[2]), (ends[1], ends[3])):
                    extents.add(place.zoom, *_kept(place.zoom, place.x + column, place.y + row))
        if not extents:
            raise TilesEmpty(name=self.path.name)
        layer, image = self._layer.layer, self._layer.image
        low, high = extents.zooms
        said = {
            "name": layer.title or layer.table,
            "description": layer.description,
            # A GeoPackage tells all this by its tables, which were read.
            "format": image.format,
            "tile_size": str(image.width),
            "minzoom": str(low),
            "maxzoom": str(high),
        }
        bounds = self._bounds(extents.last)
        said["bounds"] = ",".join(map(str, bounds))
        guessed = guesses(said, image, (low, high), bounds)
        if len(self._layer.names) > 1:
            guessed = (*guessed, "layer")
        return PackFacts(image, low, high, bounds, said, guessed)

    def _bounds(self, last: Extent) -> Bbox:
        box = self._layer.layer.box
        if box is None:
            return last.box()
        low, high = _degrees(box[0], box[1]), _degrees(box[2], box[3])
        return best_bounds(claimed_bounds(",".join(map(str, (*low, *high)))), last.box())


def _degrees(x: float, y: float) -> LngLat:
    world_y = min(1.0, max(0.0, 0.5 - y / _WORLD_M))
    return from_world(x / _WORLD_M + 0.5, world_y)


def _kept(zoom: int, x: int, y: int) -> tuple[int, int]:
    """Return a place within the map."""
    end = (1 << zoom) - 1
    return max(0, min(end, x)), max(0, min(end, y))


class Place(NamedTuple):
    """Where a matrix lies in the grid of web maps: the tile at its north-west corner."""

    zoom: int
    x: int
    y: int


def web_places(layer: Layer) -> Mapping[int, Place]:
    """Return the levels of a layer that lie on the grid of web maps, by level.

    Empty where the nearest level, the one with the most to see, does not.
    """
    if layer.epsg not in _WEB_MERCATOR:
        return {}
    places = {}
    for matrix in layer.matrices:
        wide, high = matrix.step_x * matrix.width, matrix.step_y * matrix.height
        zoom = round(math.log2(_WORLD_M / wide))
        if not 0 <= zoom <= MAX_ZOOM:
            continue
        side = _WORLD_M / (1 << zoom)
        x, y = (matrix.left + _WORLD_M / 2) / side, (_WORLD_M / 2 - matrix.top) / side
        # Over all its columns a wrong width adds up.
        drift = max(abs(wide / side - 1) * matrix.columns, abs(high / side - 1) * matrix.rows)
        if max(drift, abs(x - round(x)), abs(y - round(y))) <= _OFF_GRID:
            places[matrix.level] = Place(zoom, round(x), round(y))
    nearest = layer.matrices[-1].level if layer.matrices else -1
    return places if nearest in places else {}


def has_tile_layers(db: sqlite3.Connection) -> bool:
    """Whether a database is a GeoPackage that lists a layer of tiles."""
    try:
        found = db.execute("SELECT 1 FROM gpkg_contents WHERE data_type = 'tiles'").fetchone()
    except sqlite3.OperationalError:
        return False
    return found is not None


def _choose(db: sqlite3.Connection, path: Path, wanted: str) -> tuple[tuple[str, ...], Layer]:
    """Return the tables of tiles, and the one that is wanted."""
    rows = db.execute(
        "SELECT table_name, coalesce(identifier, ''), coalesce(description, ''),"
        " min_x, min_y, max_x, max_y"
        " FROM gpkg_contents WHERE data_type = 'tiles' ORDER BY rowid"
    ).fetchall()
    if not rows:
        raise TilesUnreadable(name=path.name)
    names = tuple(str(row[0]) for row in rows)
    for table, title, description, *box in rows:
        if wanted in ("", table, title):
            return names, _layer(db, path, str(table), str(title), str(description), box)
    raise LayerUnknown(name=path.name, value=wanted, known=", ".join(names))


def _layer(
    db: sqlite3.Connection, path: Path, table: str, title: str, description: str, box: list[object]
) -> Layer:
    found = db.execute(
        "SELECT organization, organization_coordsys_id, definition, min_x, max_y"
        " FROM gpkg_tile_matrix_set JOIN gpkg_spatial_ref_sys USING (srs_id) WHERE table_name = ?",
        (table,),
    ).fetchone()
    corner = _finite(found[3:]) if found else None
    if corner is None:
        raise TilesUnreadable(name=path.name)
    organization, number, definition = str(found[0]), found[1], str(found[2])
    is_epsg = organization.strip().upper() == "EPSG" and isinstance(number, int)
    return Layer(
        table,
        title,
        description,
        f"EPSG:{number}" if is_epsg else definition,
        number if is_epsg else 0,
        _finite(box),  # type: ignore[arg-type]
        _matrices(db, path, table, corner[0], corner[1]),
    )


def _matrices(
    db: sqlite3.Connection, path: Path, table: str, left: float, top: float
) -> tuple[Matrix, ...]:
    """Return the levels that hold tiles, the far ones first."""
    rows = db.execute(
        "SELECT zoom_level, pixel_x_size, pixel_y_size, matrix_width, matrix_height, tile_width,"
        " tile_height FROM gpkg_tile_matrix WHERE table_name = ? ORDER BY pixel_x_size DESC"
        f" LIMIT {MAX_LEVELS}",
        (table,),
    ).fetchall()
    held = f"SELECT 1 FROM {_quoted(table)} WHERE zoom_level = ? LIMIT 1"
    matrices = []
    for level, *numbers in rows:
        sizes = _finite(numbers)
        if sizes is None or not _are_possible(sizes):
            raise TilesUnreadable(name=path.name)
        if db.execute(held, (level,)).fetchone():
            whole = (int(size) for size in sizes[2:])
            matrices.append(Matrix(level, left, top, sizes[0], sizes[1], *whole))
    if not matrices:
        raise TilesEmpty(name=path.name)
    return tuple(matrices)


def _are_possible(sizes: Sequence[float]) -> bool:
    """Whether these are a matrix: two sizes of a pixel, then counts of tiles and of pixels."""
    steps, counts = sizes[:2], sizes[2:]
    return (
        all(_LEAST_STEP <= step <= 1 / _LEAST_STEP for step in steps)
        and all(count >= 1 for count in counts)
        and max(counts[:2]) <= _MOST_TILES
        and max(counts[2:]) <= MAX_TILE_SIDE
    )


def _finite(numbers: Sequence[object]) -> tuple[float, ...] | None:
    """Return numbers as floats, None where one is none."""
    if not all(isinstance(number, int | float) and math.isfinite(number) for number in numbers):
        return None
    return tuple(float(str(number)) for number in numbers)


def _quoted(table: str) -> str:
    """Return a table's name as SQL writes it, whatever is in it."""
    return '"' + table.replace('"', '""') + '"'
