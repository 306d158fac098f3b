"""A layer of tiles in any reference system, as tiles of web maps: painted anew, tile by tile."""

import math
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from collabmap.domain.geo import EARTH_RADIUS_M, MAX_LAT, Bbox
from collabmap.domain.tiles import MAX_ZOOM, Tile
from collabmap.errors import TilesUnreadable
from collabmap.store.gpkg_tiles import Matrix, TileLayer
from collabmap.store.tile_image import Image
from collabmap.store.tile_source import PackFacts, TileFile

if TYPE_CHECKING:
    from pyproj import Transformer

    from collabmap.render.regrid import Regridder

TILE_PX = 256
_WORLD_M = 2 * math.pi * EARTH_RADIUS_M
_WEB_MERCATOR = "EPSG:3857"
# A zoom that shows a little less than the source is enough; beyond this share the next is taken.
_SPARE = 0.3
# Corners and middles of the edges of a tile, which bend.
_EDGE = np.array([(x, y) for x in (0.0, 0.5, 1.0) for y in (0.0, 0.5, 1.0)])
_BATCH = 4096
# The largest tile reaches no more of ours on a side; what does is beside the map.
_MOST_REACHED = 48


class Reprojected(TileFile):
    """A layer of a GeoPackage, warped.  layer: see TileLayer.

    Raises what TileLayer does, and TilesUnreadable where its reference system is not known.
    """

    kind = "gpkg"

    def __init__(self, path: Path, layer: str = "") -> None:
        self.path = path
        self._source = TileLayer(path, layer)
        try:
            self._to_web, self._from_web = _transformers(self._source.layer.srs, path)
            self._facts = self._learn()
        except BaseException:
            self.close()
            raise
        self._regridder = cache(self._make_regridder)
        self._wanted = cache(self._tiles_wanted)

    def get(self, tile: Tile) -> bytes | None:
        # Qt, which nothing else here needs.
        from collabmap.render.regrid import encode

        matrix = self._levels.get(tile.z)
        image = self._regridder(matrix).paint(tile) if matrix is not None else None
        return encode(image, self.format) if image is not None else None

    def count(self) -> int:
        """Return how many tiles its own may reach; those without a picture are left out later."""
        return sum(len(self._wanted(zoom)) for zoom in self._levels)

    def tiles(self) -> Iterator[tuple[Tile, bytes]]:
        for zoom in sorted(self._levels):
            for tile in self._wanted(zoom):
                # Where nothing is to be seen, too: whoever asks may want to stop.
                yield tile, self.get(tile) or b""

    def close(self) -> None:
        self._source.close()

    def _tiles_wanted(self, zoom: int) -> tuple[Tile, ...]:
        """Return the tiles that those of the source reach, row by row."""
        matrix = self._levels[zoom]
        wide, high = matrix.step_x * matrix.width, matrix.step_y * matrix.height
        across, found = (1 << zoom) / _WORLD_M, set[tuple[int, int]]()
        places = self._source.places(matrix.level)
        while batch := list(islice(places, _BATCH)):
            corners = np.array(batch, dtype=np.float64)[:, None, :] + _EDGE
            x, y = self._to_web.transform(
                matrix.left + corners[..., 0] * wide, matrix.top - corners[..., 1] * high
            )
            columns = (np.asarray(x) + _WORLD_M / 2) * across
            rows = (_WORLD_M / 2 - np.asarray(y)) * across
            ends = np.stack((columns.min(1), columns.max(1), rows.min(1), rows.max(1)), axis=1)
            for west, east, north, south in ends.tolist():
                found.update(_squares(west, east, north, south, 1 << zoom))
        return tuple(Tile(zoom, x, y) for y, x in sorted((y, x) for x, y in found))

    def _learn(self) -> PackFacts:
        layer, shown = self._source.layer, self._source.image
        bounds = self._bounds(layer.box or self._tiles_box())
        self._levels = self._levels_by_zoom()
        low, high = min(self._levels), max(self._levels)
        # A plan keeps its sharp lines; a photograph was lossy before.
        image = Image("png" if shown.format == "png" else "webp", TILE_PX, TILE_PX)
        said = {"name": layer.title or layer.table, "description": layer.description}
        guessed = ("grid", "layer") if len(self._source.names) > 1 else ("grid",)
        return PackFacts(image, low, high, bounds, said, guessed)

    def _tiles_box(self) -> tuple[float, float, float, float]:
        """Return what the tiles of the nearest level cover, in units of the source."""
        matrix = self._source.layer.matrices[-1]
        ends = self._source.extent(matrix.level)
        if ends is None:
            raise TilesUnreadable(name=self.path.name)
        wide, high = matrix.step_x * matrix.width, matrix.step_y * matrix.height
        return (
            matrix.left + ends[0] * wide,
            matrix.top - (ends[3] + 1) * high,
            matrix.left + (ends[1] + 1) * wide,
            matrix.top - ends[2] * high,
        )

    def _bounds(self, box: tuple[float, float, float, float]) -> Bbox:
        """Return a box of the source in degrees, kept within Web Mercator."""
        from pyproj import Transformer

        to_degrees = Transformer.from_crs(self._source.layer.srs, "EPSG:4326", always_xy=True)
        west, south, east, north = to_degrees.transform_bounds(*box)
        found = (max(-180.0, west), max(-MAX_LAT, south), min(180.0, east), min(MAX_LAT, north))
        if not all(map(math.isfinite, found)) or found[0] >= found[2] or found[1] >= found[3]:
            raise TilesUnreadable(name=self.path.name)
        return Bbox(*found)

    def _zoom_of(self, matrix: Matrix) -> float:
        """Return the zoom, with its fraction, at which its pixels are as large as those of tiles.

        Measured in the middle of what the layer shows.
        """
        west, south, east, north = self._source.layer.box or self._tiles_box()
        x, y = (west + east) / 2, (south + north) / 2
        xs, ys = self._to_web.transform(
            [x, x + matrix.step_x, x], [y, y, y + matrix.step_y], errcheck=False
        )
        area = abs((xs[1] - xs[0]) * (ys[2] - ys[0]) - (xs[2] - xs[0]) * (ys[1] - ys[0]))
        if not math.isfinite(area) or area <= 0:
            raise TilesUnreadable(name=self.path.name)
        return math.log2(_WORLD_M / TILE_PX / math.sqrt(area))

    def _levels_by_zoom(self) -> dict[int, Matrix]:
        """Return for each zoom that shows what a level holds, no more and little less, the level.

        Zooms between levels far apart have none: their tiles would only be enlarged.
        """
        levels: dict[int, Matrix] = {}
        for matrix in self._source.layer.matrices:
            zoom = math.ceil(self._zoom_of(matrix) - _SPARE)
            # From the far view to the near one: of two for one zoom, the finer.
            levels[max(0, min(MAX_ZOOM, zoom))] = matrix
        return levels

    def _make_regridder(self, matrix: Matrix) -> "Regridder":
        from collabmap.render.regrid import Grid, Regridder

        grid = Grid(*matrix[1:5], matrix.width, matrix.height)
        return Regridder(
            grid,
            lambda column, row: self._source.get(matrix.level, column, row),
            lambda x, y: tuple(map(np.asarray, self._from_web.transform(x, y))),  # type: ignore[arg-type,return-value]
        )


def _squares(
    west: float, east: float, north: float, south: float, across: int
) -> Iterator[tuple[int, int]]:
    """Yield column and row of the tiles that a box touches; none for one that is not on the map."""
    if not all(map(math.isfinite, (west, east, north, south))):
        return
    columns = range(max(0, math.floor(west)), min(across - 1, math.floor(east)) + 1)
    rows = range(max(0, math.floor(north)), min(across - 1, math.floor(south)) + 1)
    if max(len(columns), len(rows)) <= _MOST_REACHED:
        yield from ((x, y) for x in columns for y in rows)


def _transformers(srs: str, path: Path) -> "tuple[Transformer, Transformer]":
    """Return (to Web Mercator, from it), x before y in both.  Raises TilesUnreadable."""
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        return (
            Transformer.from_crs(srs, _WEB_MERCATOR, always_xy=True),
            Transformer.from_crs(_WEB_MERCATOR, srs, always_xy=True),
        )
    except ProjError as error:
        raise TilesUnreadable(name=path.name) from error
