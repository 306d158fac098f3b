"""Holes are made in real packs, and found."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
import shapely
from PySide6.QtGui import QImage

from collabmap.basemap.completeness import check
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, bounds_of, tile_at, tiles_of, tms_row
from collabmap.errors import Cancelled, FileMissing, TilesUnreadable
from collabmap.render.tile_painter import encode

ROOT = Path(__file__).parents[2]
PACK = ROOT / "resources" / "demo" / "monaco.mbtiles"
SHARED = ROOT.parent / "shared" / "data" / "mbtiles"
AREA = Bbox(7.395, 43.715, 7.455, 43.760)
HERE = tile_at(7.4255, 43.7352, 16)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the demo pack, to be damaged."""
    return Path(shutil.copy(PACK, tmp_path / "town.mbtiles"))


def change(pack: Path, statement: str, *values: object) -> None:
    with contextlib.closing(sqlite3.connect(pack)) as db, db:
        db.execute(statement, values)


def drop(pack: Path, tile: Tile) -> None:
    change(
        pack, "DELETE FROM map WHERE zoom_level=? AND tile_column=? AND tile_row=?",
        tile.z, tile.x, tms_row(tile.z, tile.y),
    )  # fmt: skip


def put(pack: Path, tile: Tile, data: bytes) -> None:
    change(pack, "INSERT INTO images VALUES (99999, ?)", data)
    change(
        pack,
        "UPDATE map SET tile_id=99999 WHERE zoom_level=? AND tile_column=? AND tile_row=?",
        tile.z, tile.x, tms_row(tile.z, tile.y),
    )  # fmt: skip


def checkerboard_png() -> bytes:
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    for x in range(256):
        for y in range(256):
            image.setPixel(x, y, (x * y * 2654435761) & 0xFFFFFF | 0xFF000000)
    return encode(image, "png")


def data_of(pack: Path, tile: Tile) -> bytes:
    with contextlib.closing(sqlite3.connect(pack)) as db:
        row = db.execute(
            "SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=?",
            (tile.z, tile.x, tms_row(tile.z, tile.y)),
        ).fetchone()
    return bytes(row[0])


def test_a_whole_pack_is_complete() -> None:
    found = check(PACK)
    assert found.is_complete
    assert [(level.zoom, level.expected) for level in found.levels] == [
        (12, 1), (13, 4), (14, 16), (15, 42), (16, 156), (17, 552),
    ]  # fmt: skip
    assert found.decoded > 200


def test_tiles_that_are_not_there_are_counted_and_their_place_is_told(pack: Path) -> None:
    east = Tile(HERE.z, HERE.x + 1, HERE.y)
    drop(pack, HERE)
    drop(pack, east)
    found = check(pack, AREA, (15, 16))
    assert not found.is_complete
    assert found.wrong == 2
    near = found.levels[1]
    assert (near.missing, near.empty, near.unreadable) == (2, 0, 0)
    west, south, _, north = bounds_of(HERE)
    assert near.holes == (pytest.approx(Bbox(west, south, bounds_of(east).east, north)),)


@pytest.mark.parametrize("kind", ["noise", "cut", "rotten"])
def test_a_tile_that_cannot_be_drawn_is_unreadable(pack: Path, kind: str) -> None:
    whole, png = data_of(pack, HERE), bytearray(checkerboard_png())
    png[60:-40] = bytes(len(png) - 100)
    rotten = bytes(png)
    put(pack, HERE, {"noise": b"not an image", "cut": whole[:-20], "rotten": rotten}[kind])
    (level,) = check(pack, AREA, (16,)).levels
    assert (level.missing, level.empty, level.unreadable) == (0, 0, 1)


def test_a_tile_without_bytes_is_empty(pack: Path) -> None:
    put(pack, HERE, b"")
    (level,) = check(pack, AREA, (16,)).levels
    assert (level.missing, level.empty, level.unreadable) == (0, 1, 0)


def test_a_zoom_and_an_area_that_the_pack_has_not_are_missing(pack: Path) -> None:
    wider = Bbox(7.38, 43.715, 7.455, 43.760)
    found = check(pack, wider, (17, 18))
    assert [level.missing for level in found.levels] == [144, 2576]
    assert all(hole.east <= 7.3939 for hole in found.levels[0].holes)


def test_only_tiles_that_touch_the_outline_are_needed(pack: Path) -> None:
    rock = shapely.box(7.420, 43.7300, 7.4280, 43.7310)
    drop(pack, HERE)  # The harbour, beside it.
    assert check(pack, outline=rock, zooms=(16,)).is_complete
    assert not check(pack, outline=rock.buffer(0.004), zooms=(16,)).is_complete


def test_a_check_can_be_stopped() -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        check(PACK, cancel=stop)


def test_a_check_tells_how_far_it_is() -> None:
    seen: list[tuple[int, int]] = []
    check(PACK, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 771)
    assert seen[-1] == (771, 771)


def test_a_file_that_is_not_there_or_no_base_map_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        check(tmp_path / "none.mbtiles")
    (tmp_path / "letter.mbtiles").write_text("Dear mayor, " * 200)
    with pytest.raises(TilesUnreadable):
        check(tmp_path / "letter.mbtiles")


@pytest.mark.shared
def test_a_real_file_with_a_null_tile_has_an_empty_one() -> None:
    path = SHARED / "corrupt_null_tile.mbtiles"
    if not path.exists():
        pytest.skip("the real file is not on this machine (../shared/data/mbtiles)")
    found = check(path)
    assert sum(level.empty for level in found.levels) >= 1


def test_a_folder_of_tiles_is_looked_through_too(tmp_path: Path) -> None:
    tiles = list(tiles_of(AREA, 14))
    for tile in tiles[1:]:
        path = tmp_path / "tiles" / str(tile.z) / str(tile.x) / f"{tile.y}.webp"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data_of(PACK, tile))
    (level,) = check(tmp_path / "tiles", AREA, (14,)).levels
    assert (level.expected, level.missing) == (16, 1)
    assert level.holes == (pytest.approx(bounds_of(tiles[0])),)
