import contextlib
import shutil
import sqlite3
import struct
import zlib
from pathlib import Path

import pytest

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, TileSource, tiles_of
from collabmap.errors import (
    CollabMapError,
    DiskFull,
    FileInUse,
    FileMissing,
    FolderNotWritable,
    TilesEmpty,
    TilesUnreadable,
    TilesVector,
)
from collabmap.store.mbtiles import ALL_STEPS, MBTilesReader, MBTilesWriter, part_of
from collabmap.store.tile_claims import plain_text
from collabmap.store.tile_image import Image, sniff

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "mbtiles"
BOX = Bbox(7.395, 43.715, 7.455, 43.760)


def png(size: int = 256, shade: int = 0) -> bytes:
    """Return a grey PNG, made by hand as the format asks."""
    lines = (b"\0" + bytes([shade]) * size) * size

    def chunk(kind: bytes, body: bytes) -> bytes:
        checksum = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)

    head = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def write(path: Path, zooms: tuple[int, ...] = (12, 13), data: bytes | None = None) -> Path:
    with MBTilesWriter(path, name="Town", format="png", bounds=BOX, attribution="© us") as writer:
        for zoom in zooms:
            for tile in tiles_of(BOX, zoom):
                writer.put(tile, data or png())
    return path


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write(tmp_path / "town.mbtiles")


def put_all(path: Path, tiles: list[Tile], pages: int | None = None) -> None:
    """Write tiles, all different.  pages: where SQLite's own ceiling plays the full disk."""
    with MBTilesWriter(path, name="t", format="png", bounds=BOX, attribution="") as writer:
        if pages:
            writer._db.execute(f"PRAGMA max_page_count = {pages}")
        for number, tile in enumerate(tiles):
            writer.put(tile, png(shade=number) + bytes(2000))


def read_all(path: Path, zoom: int) -> list[bytes | None]:
    with MBTilesReader(path) as reader:
        return [reader.get(tile) for tile in tiles_of(BOX, zoom)]


def shared(name: str) -> Path:
    if not (SHARED / name).exists():
        pytest.skip(f"the real file {name} is not on this machine (../shared/data/mbtiles)")
    return SHARED / name


# --- the real files ---------------------------------------------------------------------------

READABLE = [
    # name, format, zooms, tiles, bounds, a tile it has
    ("corrupt_null_tile", "png", (0, 4), 285, (-180, -70, 180, 85), Tile(0, 0, 0)),
    ("france-35", "png", (3, 5), 6, (-11.25, 40.98, 11.25, 55.777), None),
    ("geography-class-png", "png", (0, 1), 5, (-180, -85.051, 180, 85.051), Tile(1, 0, 0)),
    ("one_tile", "png", (0, 1), 2, (-139.922, 53.331, -75.234, 76.68), Tile(1, 0, 0)),
    ("plain_1", "png", (0, 4), 285, (-180, -70, 180, 85), Tile(4, 8, 5)),
    ("some-empty-tiles", "png", (1, 2), 11, (-180, -66.513, 180, 85.051), None),
    ("unindexed", "png", (0, 4), 285, (-180, -70, 180, 85), Tile(4, 8, 5)),
    ("utf8grid", "png", (0, 0), 1, (-180, -85.051, 180, 85.051), Tile(0, 0, 0)),
]

UNREADABLE = [
    ("corrupt", TilesUnreadable),  # SQLite says: malformed.
    ("invalid", TilesUnreadable),  # A database without any table.
    ("invalid-tile-format", TilesUnreadable),  # Bytes that are no image.
    ("martin_json", TilesUnreadable),  # Tiles of JSON.
    # Signatures of images without an image behind them: nothing could be drawn.
    ("martin_geography-class-png", TilesUnreadable),
    ("martin_normalized-dedup-id", TilesUnreadable),
    ("martin_webp-no-primary", TilesUnreadable),
    ("with spaces", TilesEmpty),  # All tables, no row.
    ("manypoints_vector", TilesVector),
    ("world_cities", TilesVector),
    ("martin_uncompressed_mvt", TilesVector),
]


@pytest.mark.shared
def test_every_real_file_has_its_row_in_these_tables() -> None:
    shared("plain_1.mbtiles")
    known = {row[0] for row in READABLE} | {row[0] for row in UNREADABLE}
    assert {path.stem for path in SHARED.glob("*.mbtiles")} == known


@pytest.mark.shared
@pytest.mark.parametrize(("name", "kind", "zooms", "count", "bounds", "tile"), READABLE)
def test_a_real_file_says_what_its_tiles_say(
    name: str,
    kind: str,
    zooms: tuple[int, int],
    count: int,
    bounds: tuple[float, ...],
    tile: Tile | None,
) -> None:
    with MBTilesReader(shared(f"{name}.mbtiles")) as reader:
        assert (reader.format, reader.tile_size) == (kind, 256)
        assert (reader.min_zoom, reader.max_zoom) == zooms
        assert reader.count() == count
        assert reader.bounds == pytest.approx(bounds, abs=0.001)
        if tile is not None:
            assert (reader.get(tile) or b"").startswith(b"\x89PNG")


@pytest.mark.shared
@pytest.mark.parametrize(("name", "error"), UNREADABLE)
def test_a_real_file_that_cannot_be_drawn_says_why(name: str, error: type[CollabMapError]) -> None:
    with pytest.raises(error) as caught:
        MBTilesReader(shared(f"{name}.mbtiles"))
    assert caught.value.details == {"name": f"{name}.mbtiles"}


@pytest.mark.shared
def test_a_tile_that_is_null_is_none() -> None:
    reader = MBTilesReader(shared("corrupt_null_tile.mbtiles"))
    tiles = [Tile(z, x, y) for z in range(5) for x in range(2**z) for y in range(2**z)]
    plain = MBTilesReader(shared("plain_1.mbtiles"))
    lost = [tile for tile in tiles if plain.get(tile) and not reader.get(tile)]
    assert len(lost) == 1
    assert reader.get(lost[0]) is None


# --- reading ----------------------------------------------------------------------------------


def test_a_reader_is_a_tile_source(pack: Path) -> None:
    source: TileSource = MBTilesReader(pack)
    assert (source.min_zoom, source.max_zoom, source.tile_size) == (12, 13, 256)
    assert source.attribution == "© us"
    assert source.bounds == pytest.approx(BOX)


def test_a_tile_outside_the_file_is_none(pack: Path) -> None:
    assert MBTilesReader(pack).get(Tile(12, 0, 0)) is None


def test_rows_count_from_the_south_inside_the_file(pack: Path) -> None:
    north = min(tile.y for tile in tiles_of(BOX, 12))
    with contextlib.closing(sqlite3.connect(pack)) as db:
        rows = db.execute("SELECT max(tile_row) FROM tiles WHERE zoom_level = 12")
        assert rows.fetchone()[0] == 2**12 - 1 - north


@pytest.mark.parametrize(
    "name", ["deux mots.mbtiles", "100 %41.mbtiles", "où?.mbtiles", "n#1.mbtiles"]
)
def test_a_path_with_odd_signs_is_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "Clé USB #2 %?"
    folder.mkdir()
    assert MBTilesReader(write(folder / name)).max_zoom == 13


def test_reading_leaves_nothing_beside_the_file(pack: Path) -> None:
    reader = MBTilesReader(pack)
    reader.get(Tile(12, 0, 0))
    assert [path.name for path in pack.parent.iterdir()] == [pack.name]


def test_a_file_in_a_folder_that_cannot_be_written_is_read(pack: Path) -> None:
    # A pack left in write-ahead mode is what a plain read-only open stumbles over there.
    with contextlib.closing(sqlite3.connect(pack, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
    pack.chmod(0o444)
    pack.parent.chmod(0o555)
    try:
        assert MBTilesReader(pack).max_zoom == 13
        assert [path.name for path in pack.parent.iterdir()] == [pack.name]
    finally:
        pack.parent.chmod(0o755)


def test_tiles_that_wait_in_a_write_ahead_log_are_seen(pack: Path) -> None:
    db = sqlite3.connect(pack)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("INSERT INTO images VALUES (99, ?)", (png(shade=9),))
    db.execute("INSERT INTO map VALUES (5, 1, 1, 99)")
    db.commit()
    assert MBTilesReader(pack).min_zoom == 5
    db.close()


def test_a_file_that_changed_is_looked_at_anew(pack: Path) -> None:
    assert MBTilesReader(pack).max_zoom == 13
    write(pack, (12, 13, 14))
    assert MBTilesReader(pack).max_zoom == 14


@pytest.mark.parametrize(
    "bounds", ["", "7.4,43.7", "nan,nan,nan,nan", "9,9,1,1", "-180,-90,180,90", "0,0,0,0"]
)
def test_bounds_that_the_tiles_do_not_bear_out_give_way_to_the_tiles(
    pack: Path, bounds: str
) -> None:
    with contextlib.closing(sqlite3.connect(pack, isolation_level=None)) as db:
        db.execute("UPDATE metadata SET value = ? WHERE name = 'bounds'", (bounds,))
    found = MBTilesReader(pack).bounds
    assert found.west <= BOX.west
    assert found.west == pytest.approx(7.3828125)


def test_zooms_that_the_file_only_claims_are_not_believed(pack: Path) -> None:
    with contextlib.closing(sqlite3.connect(pack, isolation_level=None)) as db:
        db.execute("UPDATE metadata SET value = '0' WHERE name = 'minzoom'")
        db.execute("UPDATE metadata SET value = '22' WHERE name = 'maxzoom'")
    reader = MBTilesReader(pack)
    assert (reader.min_zoom, reader.max_zoom) == (12, 13)


def loose(path: Path, tiles: list[tuple[int, int, int]], **said: str) -> Path:
    """Write a file as careless programs do: no index, rows as they are given."""
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
        db.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", [(*t, png()) for t in tiles])
        db.execute("CREATE TABLE metadata (name, value)")
        db.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
    return path


BOUNDS = ",".join(map(str, BOX))


def test_rows_from_the_north_are_known_by_the_area_the_file_names(tmp_path: Path) -> None:
    wanted = list(tiles_of(BOX, 14))
    path = loose(tmp_path / "xyz.mbtiles", [tuple(tile) for tile in wanted], bounds=BOUNDS)
    with MBTilesReader(path) as reader:
        assert "scheme-from-bounds" in reader.guessed
        assert reader.bounds == BOX
        assert all(reader.get(tile) for tile in wanted)
        assert sorted(tile for tile, _data in reader.tiles()) == sorted(wanted)


@pytest.mark.parametrize("bounds", ["", "-180,-85,180,85", "100,10,101,11"])
def test_without_a_telling_area_rows_count_as_the_standard_says(
    tmp_path: Path, bounds: str
) -> None:
    tiles = [tuple(tile) for tile in tiles_of(BOX, 14)]
    with MBTilesReader(loose(tmp_path / "t.mbtiles", tiles, bounds=bounds)) as reader:
        assert "scheme-from-bounds" not in reader.guessed
        assert reader.bounds.north < 0, "read as the standard says, it lies in the south"


def test_a_pack_of_ours_leaves_nothing_to_guess(pack: Path) -> None:
    with MBTilesReader(pack) as reader:
        assert reader.guessed == ()
        assert not reader.is_slow


def test_what_a_file_leaves_open_is_told(tmp_path: Path) -> None:
    with MBTilesReader(loose(tmp_path / "t.mbtiles", [(3, 4, 4)], format="jpg")) as reader:
        assert reader.guessed == ("name", "format", "zooms", "bounds")


def test_many_tiles_without_an_index_are_slow_to_look_up(tmp_path: Path) -> None:
    tiles = [(12, x, y) for x in range(50) for y in range(41)]
    with MBTilesReader(loose(tmp_path / "many.mbtiles", tiles)) as reader:
        assert reader.is_slow
        assert reader.count() == len(list(reader.tiles())) == 2050
    with MBTilesReader(loose(tmp_path / "few.mbtiles", tiles[:100])) as reader:
        assert not reader.is_slow


def test_rows_that_are_no_tiles_are_passed_over(tmp_path: Path) -> None:
    odd = [(3, 4, 4), (3, 8, 1), (3, -1, 0), (40, 1, 1), (2, 0, 9)]
    with MBTilesReader(loose(tmp_path / "odd.mbtiles", odd)) as reader:
        assert [tile for tile, _data in reader.tiles()] == [Tile(3, 4, 3)]


@pytest.mark.parametrize("row", ["north", None, 3.5])
def test_a_tile_without_a_number_does_not_hide_the_others(tmp_path: Path, row: object) -> None:
    path = loose(tmp_path / "t.mbtiles", [(3, 4, 4), (3, 4, row), (5, row, 1)])  # type: ignore[list-item]
    with MBTilesReader(path) as reader:
        assert (reader.min_zoom, reader.max_zoom) == (3, 3)
        assert [tile for tile, _data in reader.tiles()] == [Tile(3, 4, 3)]


def test_a_file_whose_tiles_have_no_numbers_is_empty(tmp_path: Path) -> None:
    with pytest.raises(TilesEmpty):
        MBTilesReader(loose(tmp_path / "t.mbtiles", [(3, 4, "north")]))  # type: ignore[list-item]


def test_a_file_without_a_metadata_table_is_read(pack: Path) -> None:
    with contextlib.closing(sqlite3.connect(pack, isolation_level=None)) as db:
        db.execute("DROP TABLE metadata")
    reader = MBTilesReader(pack)
    assert (reader.name, reader.attribution, reader.max_zoom) == ("town", "", 13)


def test_tiles_of_512_pixels_are_known_by_their_bytes(tmp_path: Path) -> None:
    assert MBTilesReader(write(tmp_path / "big.mbtiles", data=png(512))).tile_size == 512


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        MBTilesReader(tmp_path / "gone.mbtiles")


def test_a_folder_is_no_base_map(tmp_path: Path) -> None:
    with pytest.raises(TilesUnreadable):
        MBTilesReader(tmp_path)


def test_a_text_is_no_base_map(tmp_path: Path) -> None:
    path = tmp_path / "letter.mbtiles"
    path.write_text("Dear mayor, " * 500)
    with pytest.raises(TilesUnreadable):
        MBTilesReader(path)


def test_a_torn_file_fails_by_its_name_and_not_by_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "torn.mbtiles"
    with MBTilesWriter(path, name="t", format="png", bounds=BOX, attribution="") as writer:
        for number, tile in enumerate(tiles_of(BOX, 16)):
            writer.put(tile, png(shade=number % 256) + bytes([number % 256]) * 4000)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TilesUnreadable):
        read_all(path, 16)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<a href="https://x.org/c">&copy; OpenStreetMap</a>, IGN', "© OpenStreetMap, IGN"),
        ("A<br>B", "A B"),
        ("<script>alert(1)</script>IGN", "IGN"),
        ("Tom & Jerry < 3", "Tom & Jerry < 3"),
        ("  plain \n text ", "plain text"),
        ("", ""),
    ],
)  # fmt: skip
def test_an_attribution_is_shown_without_its_html(html: str, text: str) -> None:
    assert plain_text(html) == text


WEBP_TAIL = bytes(20)


@pytest.mark.parametrize(
    ("data", "image"),
    [
        (png(512), Image("png", 512, 512)),
        (b"RIFF....WEBPVP8 ....abc\x9d\x01\x2a\x00\x01\x00\x02" + WEBP_TAIL,
         Image("webp", 256, 512)),
        (b"RIFF....WEBPVP8L....\x2f" + struct.pack("<I", 255 | 511 << 14) + WEBP_TAIL,
         Image("webp", 256, 512)),
        (b"RIFF....WEBPVP8X....\0\0\0\0\xff\x00\x00\xff\x01\x00" + WEBP_TAIL,
         Image("webp", 256, 512)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc0\x00\x0b\x08\x02\x00\x01\x00" + WEBP_TAIL,
         Image("jpg", 256, 512)),
        (b"\x1f\x8b\x08", Image("pbf", 0, 0)),
        (b"\x1a\x05hello", Image("pbf", 0, 0)),
        (b"", None),
        (b"\x89PNG\r\n\x1a\n\x01", None),
        (b"\xff\xd8\xff\xff\xff\xd9", None),
        (b"RIFF....WEBP", None),
        (b'{"foo": "bar"}', None),
    ],
)  # fmt: skip
def test_bytes_are_known_by_their_header(data: bytes, image: Image | None) -> None:
    assert sniff(data) == image


# --- writing ----------------------------------------------------------------------------------


def test_what_was_put_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "town.mbtiles"
    tiles = {tile: png(shade=n) for n, tile in enumerate(tiles_of(BOX, 14))}
    with MBTilesWriter(path, name="Town", format="png", bounds=BOX, attribution="©") as writer:
        for tile, data in tiles.items():
            writer.put(tile, data)
    reader = MBTilesReader(path)
    assert {tile: reader.get(tile) for tile in tiles} == tiles


def test_the_same_picture_is_stored_once(pack: Path) -> None:
    with contextlib.closing(sqlite3.connect(pack)) as db:
        assert db.execute("SELECT count(*) FROM images").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM tiles").fetchone() == (5,)


def test_a_pack_says_about_itself_what_the_standard_asks(tmp_path: Path) -> None:
    path = tmp_path / "town.mbtiles"
    with MBTilesWriter(
        path, name="Town", format="webp", bounds=BOX, attribution="© them", license="ODbL"
    ) as writer:
        for zoom in range(12, 18):
            writer.put(next(tiles_of(BOX, zoom)), png())
    with contextlib.closing(sqlite3.connect(path)) as db:
        said = dict(db.execute("SELECT name, value FROM metadata"))
        assert db.execute("PRAGMA application_id").fetchone() == (0x4D504258,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert said == {
        "name": "Town",
        "format": "webp",
        "type": "baselayer",
        "version": "1",
        "attribution": "© them",
        "license": "ODbL",
        "bounds": "7.395000,43.715000,7.455000,43.760000",
        "center": "7.425000,43.737500,15",
        "minzoom": "12",
        "maxzoom": "17",
    }


def test_nothing_stands_at_the_path_before_the_pack_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "town.mbtiles"
    writer = MBTilesWriter(path, name="t", format="png", bounds=BOX, attribution="")
    writer.put(Tile(0, 0, 0), png())
    assert not path.exists()
    writer.finish()
    assert [entry.name for entry in tmp_path.iterdir()] == ["town.mbtiles"]


def test_an_error_on_the_way_leaves_the_old_pack_and_no_half_one(pack: Path) -> None:
    before = pack.read_bytes()
    tiles = [Tile(0, 0, 0), None]
    with pytest.raises(AttributeError):
        put_all(pack, tiles)  # type: ignore[arg-type]
    assert pack.read_bytes() == before
    assert [entry.name for entry in pack.parent.iterdir()] == [pack.name]


def test_the_same_tiles_give_the_same_file(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.mbtiles"), write(tmp_path / "b.mbtiles")
    assert first.read_bytes() == second.read_bytes()


def test_a_folder_that_is_none_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderNotWritable):
        write(tmp_path / "file" / "town.mbtiles")
    with pytest.raises(FolderNotWritable):
        write(tmp_path / "absent" / "town.mbtiles")


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    tiles = [Tile(10, number, 0) for number in range(200)]
    with pytest.raises(DiskFull):
        put_all(tmp_path / "t.mbtiles", tiles, pages=20)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.shared
def test_a_real_file_on_a_path_with_spaces_is_read(tmp_path: Path) -> None:
    copy = tmp_path / "mes fonds #1 100%.mbtiles"
    shutil.copy(shared("plain_1.mbtiles"), copy)
    assert MBTilesReader(copy).get(Tile(0, 0, 0)) is not None


# --- two writers, and one that was killed at the end -------------------------------------------


def _writer(path: Path, recipe: str) -> MBTilesWriter:
    return MBTilesWriter(path, name="x", format="png", bounds=BOX, attribution="", recipe=recipe)


@pytest.mark.parametrize("second", ["", "the same", "another"])
@pytest.mark.parametrize("first", ["", "the same"])
@pytest.mark.parametrize("goes_on", [False, True])
def test_a_second_writer_leaves_the_first_alone(
    tmp_path: Path, first: str, second: str, goes_on: bool
) -> None:
    out = tmp_path / "town.mbtiles"
    if goes_on:
        before = _writer(out, first)
        before.put(Tile(3, 1, 1), b"before")
        before.mark(1, now=True)
        before.keep()
    with _writer(out, first) as writer:
        with pytest.raises(FileInUse):
            _writer(out, second)
        writer.put(Tile(3, 2, 2), b"first")
        writer.mark(2, now=True)
    with contextlib.closing(sqlite3.connect(out)) as db:
        assert (b"first",) in db.execute("SELECT tile_data FROM tiles").fetchall()
    assert [path.name for path in tmp_path.iterdir()] == ["town.mbtiles"]


def test_a_writer_killed_before_its_file_got_its_name_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    out.mkdir()
    writer = _writer(out, "word")
    writer.put(Tile(3, 2, 2), b"first")
    writer.mark(1, now=True)
    with pytest.raises(FileInUse), writer:
        writer.mark(2)
    out.rmdir()
    with _writer(out, "word") as again:
        assert again.steps == ALL_STEPS
        assert again.tiles == 1
    with contextlib.closing(sqlite3.connect(out)) as db:
        [(version,)] = db.execute("PRAGMA user_version")
        names = [name for (name,) in db.execute("SELECT name FROM metadata")]
    assert (version, len(names)) == (0, len(set(names)))


def test_a_part_that_lost_a_picture_is_begun_anew(tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    writer = _writer(out, "word")
    for x in range(3):
        writer.put(Tile(3, x, 2), b"%d" % x)
    writer.mark(1, now=True)
    writer.keep()
    with contextlib.closing(sqlite3.connect(part_of(out))) as db:
        db.execute("DELETE FROM images WHERE tile_id = 1")
        db.commit()
    again = _writer(out, "word")
    assert again.tiles == 0
    again.discard()
