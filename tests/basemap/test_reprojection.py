"""Layers in other reference systems: what lies at a position before lies there afterwards."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import tile_files as files
from pictures import decoded, encoded
from pyproj import Transformer
from PySide6.QtGui import QColor, QImage

from collabmap.basemap.conversion import convert
from collabmap.domain.geo import to_world
from collabmap.domain.tiles import Tile, tile_at
from collabmap.errors import TilesUnreadable
from collabmap.store.mbtiles import MBTilesReader

# Around Monaco: a grid of 2 x 2 tiles whose colour tells where one is, red to the east and
# green to the north, each 256 steps over the whole.
SYSTEMS = {
    "EPSG:4326": (4326, (7.39, 43.70, 7.49, 43.80)),
    "EPSG:2154": (2154, (1_054_000.0, 6_300_000.0, 1_062_000.0, 6_308_000.0)),
    "EPSG:32632": (32632, (370_000.0, 4_840_000.0, 378_000.0, 4_848_000.0)),
}
SIDE = 256


def telling(across: int, column: int, row: int) -> bytes:
    """Return a tile whose colours tell where its dots lie in the whole."""
    whole = across * SIDE
    x = (np.arange(SIDE) + 0.5 + column * SIDE) / whole * 255
    y = 255 - (np.arange(SIDE) + 0.5 + row * SIDE) / whole * 255
    dots = np.full((SIDE, SIDE, 4), 255, np.uint8)
    dots[..., 0], dots[..., 1], dots[..., 2] = x[None, :], y[:, None], 0
    return encoded(QImage(dots.tobytes(), SIDE, SIDE, 4 * SIDE, QImage.Format.Format_RGBA8888))


def plan(path: Path, system: str) -> Path:
    epsg, box = SYSTEMS[system]
    width = box[2] - box[0]
    levels = {zoom: (1 << zoom, 1 << zoom, width / (1 << zoom) / SIDE) for zoom in (0, 1, 2)}
    tiles = {
        (zoom, column, row): telling(1 << zoom, column, row)
        for zoom in levels
        for column in range(1 << zoom)
        for row in range(1 << zoom)
    }
    with closing(files.gpkg(path)) as db:
        files.add_layer(db, "plan", epsg, box, levels, tiles)
    return path


def colour_at(pack: MBTilesReader, lng: float, lat: float, zoom: int) -> QColor:
    tile = tile_at(lng, lat, zoom)
    data = pack.get(tile)
    assert data is not None
    across = 1 << zoom
    x, y = to_world(lng, lat)
    return decoded(data).pixelColor(
        int((x * across - tile.x) * 256), int((y * across - tile.y) * 256)
    )


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_what_lies_at_a_position_lies_there_afterwards(system: str, tmp_path: Path) -> None:
    report = convert(plan(tmp_path / "plan", system), tmp_path / "out.mbtiles")
    assert report.guessed == ("grid",)
    _epsg, (west, south, east, north) = SYSTEMS[system]
    to_degrees = Transformer.from_crs(system, "EPSG:4326", always_xy=True)
    with MBTilesReader(tmp_path / "out.mbtiles") as pack:
        assert (pack.min_zoom, pack.max_zoom) == report.zooms
        for zoom in range(pack.min_zoom, pack.max_zoom + 1):
            for share_x, share_y in ((0.1, 0.2), (0.5, 0.5), (0.83, 0.31), (0.3, 0.9)):
                place = west + share_x * (east - west), south + share_y * (north - south)
                colour = colour_at(pack, *to_degrees.transform(*place), zoom)
                assert colour.red() == pytest.approx(share_x * 255, abs=3)
                assert colour.green() == pytest.approx(share_y * 255, abs=3)
                assert colour.alpha() == 255


def test_beyond_the_source_there_is_nothing(tmp_path: Path) -> None:
    convert(plan(tmp_path / "plan", "EPSG:2154"), tmp_path / "out.mbtiles")
    with MBTilesReader(tmp_path / "out.mbtiles") as pack:
        tiles = {tile: decoded(data) for tile, data in pack.tiles()}
        assert Tile(0, 0, 0) not in tiles
        corners = [image.pixelColor(0, 0).alpha() for image in tiles.values()]
        assert 0 in corners
        assert all(
            image.hasAlphaChannel() or image.pixelColor(0, 0).alpha() == 255
            for image in tiles.values()
        )


def test_a_bad_tile_of_the_source_leaves_a_hole_and_no_more(tmp_path: Path) -> None:
    epsg, box = SYSTEMS["EPSG:4326"]
    tiles = {(0, 0, 0): telling(2, 0, 0), (0, 1, 0): b"no picture", (0, 1, 1): files.png(64)}
    with closing(files.gpkg(tmp_path / "plan")) as db:
        files.add_layer(db, "p", epsg, box, {0: (2, 2, 0.05 / SIDE)}, tiles)
    report = convert(tmp_path / "plan", tmp_path / "out.mbtiles")
    assert report.tiles
    with MBTilesReader(tmp_path / "out.mbtiles") as pack:
        assert colour_at(pack, 7.41, 43.78, pack.max_zoom).alpha() == 255


@pytest.mark.parametrize("definition", ["", "no such system"])
def test_a_reference_system_that_is_none_is_refused(definition: str, tmp_path: Path) -> None:
    path = plan(tmp_path / "plan", "EPSG:4326")
    with closing(sqlite3.connect(path)) as db, db:
        change = "UPDATE gpkg_spatial_ref_sys SET organization = 'NONE', definition = ?"
        db.execute(change, (definition,))
    with pytest.raises(TilesUnreadable):
        convert(path, tmp_path / "out.mbtiles")


def test_only_where_the_source_has_tiles_is_anything_painted(tmp_path: Path) -> None:
    # A grid over the world at the zoom of streets, of which two towns far apart are there.
    box, step = (-180.0, -90.0, 180.0, 90.0), 360 / 256 / (1 << 16)
    tiles = {(0, column, 8400): telling(1, 0, 0) for column in (34_000, 50_000)}
    with closing(files.gpkg(tmp_path / "towns")) as db:
        files.add_layer(db, "p", 4326, box, {0: (1 << 16, 1 << 15, step)}, tiles)
    told: list[int] = []
    report = convert(
        tmp_path / "towns", tmp_path / "o", progress=lambda _done, total, _part: told.append(total)
    )
    assert 2 <= report.tiles <= 16
    assert max(told) <= 16


def test_between_levels_far_apart_nothing_is_enlarged(tmp_path: Path) -> None:
    epsg, box = SYSTEMS["EPSG:2154"]
    levels = {0: (1, 1, 8000 / SIDE), 9: (16, 16, 8000 / 16 / SIDE)}
    tiles = {(0, 0, 0): telling(1, 0, 0), (9, 3, 3): telling(16, 3, 3)}
    with closing(files.gpkg(tmp_path / "plan")) as db:
        files.add_layer(db, "p", epsg, box, levels, tiles)
    report = convert(tmp_path / "plan", tmp_path / "o")
    with MBTilesReader(tmp_path / "o") as pack:
        assert {tile.z for tile, _data in pack.tiles()} == set(report.zooms)
        assert report.zooms[1] - report.zooms[0] == 4
