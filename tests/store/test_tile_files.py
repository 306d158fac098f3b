import gzip
import json
import math
import os
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import tile_files as files
from packs import a_pack

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, tiles_of
from collabmap.errors import (
    CollabMapError,
    FileMissing,
    LayerUnknown,
    TilesEmpty,
    TilesNotAligned,
    TilesUnreadable,
    TilesVector,
)
from collabmap.store.pmtiles import PMTilesReader
from collabmap.store.tile_files import is_ready, kind_of, open_tiles

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "mbtiles"
BOX = Bbox(7.395, 43.715, 7.455, 43.760)
BOUNDS = ",".join(map(str, BOX))
# Unlike one another, so that a tile in the wrong place is seen; some the same, as the sea is.
TILES = {
    tile: files.png(shade=number % 9)
    for number, tile in enumerate(tile for zoom in (11, 12, 13, 14) for tile in tiles_of(BOX, zoom))
}
DRAWN = {"name": "t", "format": "png", "minzoom": "11", "maxzoom": "14", "bounds": BOUNDS}
MVT = b"\x1a\x05hello"

# --- the real files ---------------------------------------------------------------------------

REAL: dict[str, tuple[object, ...] | type[CollabMapError]] = {
    # name: format, zooms, tiles with bytes, what was guessed; or why it cannot be drawn
    "corrupt": TilesUnreadable,
    "corrupt_null_tile": ("png", (0, 4), 284, ("format", "zooms")),
    "france-35": ("png", (3, 5), 6, ("name", "format", "zooms", "bounds")),
    "geography-class-png": ("png", (0, 1), 5, ("format",)),
    "invalid": TilesUnreadable,
    "invalid-tile-format": TilesUnreadable,
    "manypoints_vector": TilesVector,
    "martin_geography-class-png": TilesUnreadable,
    "martin_json": TilesUnreadable,
    "martin_normalized-dedup-id": TilesUnreadable,
    "martin_uncompressed_mvt": TilesVector,
    "martin_webp-no-primary": TilesUnreadable,
    "one_tile": ("png", (0, 1), 2, ("format",)),
    "plain_1": ("png", (0, 4), 285, ("format", "zooms")),
    "some-empty-tiles": ("png", (1, 2), 11, ("format", "bounds")),
    "unindexed": ("png", (0, 4), 285, ("format", "zooms")),
    "utf8grid": ("png", (0, 0), 1, ("format",)),
    "with spaces": TilesEmpty,
    "world_cities": TilesVector,
}


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(REAL))
def test_a_real_file_opens_or_says_why_not(name: str) -> None:
    path, outcome = SHARED / f"{name}.mbtiles", REAL[name]
    if not path.exists():
        pytest.skip("the real files are not on this machine (../shared/data/mbtiles)")
    assert {each.stem for each in SHARED.glob("*.mbtiles")} == set(REAL)
    if isinstance(outcome, type):
        with pytest.raises(outcome):
            open_tiles(path)
        return
    with open_tiles(path) as source:
        zooms, found = (source.min_zoom, source.max_zoom), list(source.tiles())
        assert (source.format, zooms, len(found), source.guessed) == outcome
        assert all(source.get(tile) == data for tile, data in found)
        assert not source.is_slow


# --- one set of tiles in every kind of file ---------------------------------------------------

Make = Callable[[Path], Path]
KINDS: dict[str, tuple[str, Make, tuple[str, ...]]] = {
    "mbtiles": ("mbtiles", lambda p: files.loose_mbtiles(p, TILES, **DRAWN), ()),
    "mbtiles, rows from the north": (
        "mbtiles",
        lambda p: files.loose_mbtiles(p, TILES, is_xyz=True, **DRAWN),
        ("scheme-from-bounds",),
    ),
    "pmtiles": ("pmtiles", lambda p: files.pmtiles(p, TILES, box=BOX, said=DRAWN), ()),
    "pmtiles, leaves": (
        "pmtiles",
        lambda p: files.pmtiles(p, TILES, box=BOX, said=DRAWN, leaf_size=3),
        (),
    ),
    "pmtiles, not packed": (
        "pmtiles",
        lambda p: files.pmtiles(p, TILES, is_packed=False),
        ("name", "bounds"),
    ),
    "folder": (
        "folder",
        lambda p: files.folder(p, TILES),
        ("name", "format", "zooms", "bounds", "scheme"),
    ),
    "folder, told": (
        "folder",
        lambda p: files.folder(p, TILES, note=json.dumps({**DRAWN, "scheme": "xyz"})),
        (),
    ),
    "folder, TMS told": (
        "folder",
        lambda p: files.folder(p, TILES, scheme="tms", note=json.dumps({**DRAWN, "scheme": "tms"})),
        (),
    ),
    "folder, TMS by its area": (
        "folder",
        lambda p: files.folder(p, TILES, scheme="tms", note=json.dumps(DRAWN)),
        ("scheme-from-bounds",),
    ),
    "folder, TMS though told XYZ": (
        "folder",
        lambda p: files.folder(p, TILES, scheme="tms", note=json.dumps({**DRAWN, "scheme": "xyz"})),
        ("scheme-from-bounds",),
    ),
    "gpkg": ("gpkg", lambda p: files.web_gpkg(p, TILES), ()),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_same_tiles_come_out_of_every_kind_of_file(name: str, tmp_path: Path) -> None:
    kind, make, guessed = KINDS[name]
    with open_tiles(make(tmp_path / "no ending")) as source:
        assert (source.kind, source.format, source.tile_size) == (kind, "png", 256)
        assert (source.min_zoom, source.max_zoom) == (11, 14)
        assert source.guessed == guessed
        assert source.count() == len(TILES)
        assert dict(source.tiles()) == TILES
        assert {tile: source.get(tile) for tile in TILES} == TILES
        assert source.bounds.contains(7.42, 43.73)
        for absent in (Tile(14, 0, 0), Tile(3, 4, 2), Tile(15, 17061, 11948), Tile(22, 0, 0)):
            assert source.get(absent) is None


@pytest.mark.parametrize("name", sorted(KINDS))
def test_only_mbtiles_that_keep_to_the_rule_are_ready_as_they_are(
    name: str, tmp_path: Path
) -> None:
    kind, make, guessed = KINDS[name]
    with open_tiles(make(tmp_path / "file")) as source:
        assert is_ready(source) is (kind == "mbtiles" and not guessed)


def test_the_ending_of_a_name_decides_nothing(tmp_path: Path) -> None:
    assert kind_of(files.pmtiles(tmp_path / "plan.mbtiles", TILES)) == "pmtiles"
    assert kind_of(files.loose_mbtiles(tmp_path / "plan.gpkg", TILES)) == "mbtiles"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", TilesUnreadable),
        (b"Dear mayor,", TilesUnreadable),
        (b"SQLite format 3\0" + bytes(84), TilesUnreadable),
        (b"PMTiles\x03", TilesUnreadable),
        (b"PMTiles\x02" + bytes(200), TilesUnreadable),
        (files.png(), TilesUnreadable),
    ],
)
def test_what_is_no_base_map_is_refused(
    content: bytes, error: type[CollabMapError], tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(error):
        open_tiles(tmp_path / "file")


def test_a_single_vector_tile_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "9.pbf").write_bytes(MVT)
    with pytest.raises(TilesVector):
        open_tiles(tmp_path / "9.pbf")


def test_what_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        open_tiles(tmp_path / "gone")


VECTOR = dict.fromkeys(TILES, gzip.compress(MVT))


@pytest.mark.parametrize(
    "make",
    [
        lambda p: files.loose_mbtiles(p, VECTOR),
        lambda p: files.loose_mbtiles(p, dict.fromkeys(TILES, MVT)),
        lambda p: files.pmtiles(p, VECTOR, tile_type=1),
        lambda p: files.pmtiles(p, VECTOR, tile_type=0),
        lambda p: files.folder(p, VECTOR, ending=".pbf"),
        lambda p: files.folder(p, dict.fromkeys(TILES, MVT), ending=".mvt"),
        lambda p: files.web_gpkg(p, VECTOR),
    ],
)
def test_vector_tiles_are_refused_with_what_to_do_instead(make: Make, tmp_path: Path) -> None:
    path = make(tmp_path / "streets")
    with pytest.raises(TilesVector) as caught:
        open_tiles(path)
    assert "extract" in str(caught.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda p, tiles: files.loose_mbtiles(p, tiles),
        lambda p, tiles: files.pmtiles(p, tiles),
        lambda p, tiles: files.folder(p, tiles),
        lambda p, tiles: files.web_gpkg(p, tiles),
    ],
)
def test_a_file_of_which_some_tiles_are_bad_still_opens(
    make: Callable[[Path, files.Tiles], Path], tmp_path: Path
) -> None:
    tiles = dict(TILES)
    bad = list(TILES)[:3]
    for tile in bad:
        tiles[tile] = b"no picture"
    with open_tiles(make(tmp_path / "some bad", tiles)) as source:
        assert source.format == "png"
        assert source.get(list(TILES)[5]) == TILES[list(TILES)[5]]


# --- PMTiles ----------------------------------------------------------------------------------


def test_a_run_of_equal_tiles_is_read_tile_by_tile(tmp_path: Path) -> None:
    sea = {Tile(5, x, y): files.png() for x in range(32) for y in range(32)}
    with open_tiles(files.pmtiles(tmp_path / "sea", sea)) as source:
        assert source.count() == len(list(source.tiles())) == 1024
        assert source.get(Tile(5, 31, 0)) == files.png()
        assert source.get(Tile(6, 0, 0)) is None


def whole_pmtiles(tmp_path: Path, **how: int) -> bytes:
    return files.pmtiles(tmp_path / "whole", TILES, box=BOX, **how).read_bytes()  # type: ignore[arg-type]


@pytest.mark.parametrize("share", [0.01, 0.1, 0.2, 0.5, 0.9, 0.99])
def test_a_truncated_archive_is_refused_or_fails_by_its_name(share: float, tmp_path: Path) -> None:
    whole = whole_pmtiles(tmp_path, leaf_size=3)
    path = tmp_path / "torn"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(TilesUnreadable), open_tiles(path) as source:
        list(source.tiles())


def test_no_byte_of_the_parts_that_lead_to_tiles_can_crash_the_reader(tmp_path: Path) -> None:
    whole = bytearray(whole_pmtiles(tmp_path, leaf_size=3))
    path, opened = tmp_path / "bent", 0
    leading = struct.unpack_from("<Q", whole, 56)[0]
    for at in range(7, leading):
        bent = bytearray(whole)
        bent[at] ^= 0xFF
        path.write_bytes(bent)
        try:
            with PMTilesReader(path) as source:
                for _ in zip(range(500), source.tiles(), strict=False):
                    pass
                opened += 1
        except (TilesUnreadable, TilesVector, TilesEmpty):
            continue
    assert opened, "some bytes, as those of the centre, lead nowhere"


def hostile(path: Path, root: bytes, *, leaves: bytes = b"", internal: int = 2) -> Path:
    how = bytes([1, internal, 1, 2, 0, 5])
    files.write_pmtiles(path, (root, b"", leaves, files.png()), how, BOX)
    return path


def test_a_directory_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(64 << 20))
    with pytest.raises(TilesUnreadable):
        open_tiles(hostile(tmp_path / "bomb", bomb))


@pytest.mark.parametrize(
    "root",
    [
        files.varint(1 << 40),
        b"\xff" * 200,
        files.directory([(5, 1, 10, 1 << 60)]),
        files.directory([(5, 1, 1 << 60, 0)]),
        files.directory([(1 << 60, 1, 10, 0)]),
        files.directory([(5, 1 << 62, 10, 0)]),
        files.directory([(5, 10, 10, 0), (7, 1, 10, 0)]),
        b"\x01\x05\x01\x0a\x00",
        b"",
    ],
)
def test_a_directory_of_nonsense_is_refused(root: bytes, tmp_path: Path) -> None:
    with (
        pytest.raises((TilesUnreadable, TilesEmpty)),
        open_tiles(hostile(tmp_path / "odd", root, internal=1)) as source,
    ):
        list(source.tiles())


def test_a_leaf_that_names_itself_is_refused(tmp_path: Path) -> None:
    leaf = files.directory([(0, 0, 9, 0), (1, 0, 9, 0)])
    root = files.directory([(0, 0, len(leaf), 0)])
    with pytest.raises(TilesUnreadable):
        open_tiles(hostile(tmp_path / "loop", root, leaves=leaf, internal=1))


def test_a_compression_without_a_reader_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TilesUnreadable):
        open_tiles(hostile(tmp_path / "brotli", b"", internal=3))


# --- folders ----------------------------------------------------------------------------------

RESOURCE = """<?xml version="1.0" encoding="utf-8"?>
<TileMap version="1.0.0" tilemapservice="http://tms.osgeo.org/1.0.0">
  <Title>Plan of 1850</Title><Abstract/><SRS>EPSG:3857</SRS>
  <BoundingBox minx="{w}" miny="{s}" maxx="{e}" maxy="{n}"/>
  <TileFormat width="256" height="256" mime-type="image/png" extension="png"/>
  <TileSets profile="{profile}"><TileSet href="11" order="11"/><TileSet order="14"/></TileSets>
</TileMap>"""


def resource(profile: str = "mercator", box: tuple[float, ...] = BOX) -> str:
    return RESOURCE.format(**dict(zip("wsen", box, strict=True)), profile=profile)


def metres(lng: float, lat: float) -> tuple[float, float]:
    radius = files.WORLD_M / 2 / math.pi
    return math.radians(lng) * radius, radius * math.log(math.tan(math.radians(45 + lat / 2)))


@pytest.mark.parametrize("box", [tuple(BOX), (*metres(BOX[0], BOX[1]), *metres(BOX[2], BOX[3]))])
def test_a_folder_of_gdal2tiles_tells_all_about_itself(
    box: tuple[float, ...], tmp_path: Path
) -> None:
    path = files.folder(tmp_path / "tiles", TILES, scheme="tms")
    (path / "tilemapresource.xml").write_text(resource(box=box))
    with open_tiles(path / "tilemapresource.xml") as source:
        assert (source.name, source.bounds) == ("Plan of 1850", pytest.approx(BOX))
        assert set(source.guessed) <= {"bounds"}
        assert dict(source.tiles()) == TILES


def test_a_folder_of_another_grid_is_refused(tmp_path: Path) -> None:
    path = files.folder(tmp_path / "tiles", TILES)
    (path / "tilemapresource.xml").write_text(resource("geodetic"))
    with pytest.raises(TilesNotAligned):
        open_tiles(path)


@pytest.mark.parametrize("note", ["", "<", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a/>"])
def test_a_note_of_nonsense_is_passed_over(note: str, tmp_path: Path) -> None:
    path = files.folder(tmp_path / "tiles", TILES, note="[1")
    (path / "tilemapresource.xml").write_text(note)
    with open_tiles(path) as source:
        assert len(list(source.tiles())) == len(TILES)


def test_a_folder_inside_the_folder_is_found(tmp_path: Path) -> None:
    files.folder(tmp_path / "download" / "tiles", TILES)
    (tmp_path / "download" / "readme.txt").write_text("hello")
    assert open_tiles(tmp_path / "download").count() == len(TILES)


@pytest.mark.parametrize("ending", [".PNG", "@2x.png", ".jpeg", ".webp"])
def test_endings_differ(ending: str, tmp_path: Path) -> None:
    path = files.folder(tmp_path / "tiles", {t: files.png(512) for t in TILES}, ending=ending)
    with open_tiles(path) as source:
        assert source.tile_size == 512
        assert "size" in source.guessed
        assert len(list(source.tiles())) == len(TILES)


def test_an_ending_of_the_far_zooms_only_is_found(tmp_path: Path) -> None:
    near = {tile: data for tile, data in TILES.items() if tile.z > 12}
    files.folder(tmp_path / "tiles", near)
    far = {tile: data for tile, data in TILES.items() if tile.z <= 12}
    files.folder(tmp_path / "tiles", far, ending=".jpg")
    assert dict(open_tiles(tmp_path / "tiles").tiles()) == TILES


def test_what_is_no_tile_is_passed_over(tmp_path: Path) -> None:
    path = files.folder(tmp_path / "tiles", {Tile(3, 4, 2): files.png()})
    for odd in ("99/1/1.png", "3/x/1.png", "3/9/1.png", "3/4/9.png", "3/4/02.png", "3/4/1.txt"):
        (path / odd).parent.mkdir(parents=True, exist_ok=True)
        (path / odd).write_bytes(files.png())
    assert [tile for tile, _data in open_tiles(path).tiles()] == [Tile(3, 4, 2)]


@pytest.mark.parametrize("inside", ["", "7", "7/3"])
def test_a_folder_without_tiles_is_empty(inside: str, tmp_path: Path) -> None:
    (tmp_path / "tiles" / inside).mkdir(parents=True)
    with pytest.raises(TilesEmpty):
        open_tiles(tmp_path / "tiles")


# --- GeoPackages ------------------------------------------------------------------------------


def test_tiles_of_512_pixels_lie_where_their_width_says(tmp_path: Path) -> None:
    tiles = {tile: files.png(512, 7) for tile in TILES}
    with open_tiles(files.web_gpkg(tmp_path / "big", tiles, side=512)) as source:
        assert (source.tile_size, source.max_zoom) == (512, 14)
        assert dict(source.tiles()) == tiles


def test_a_pyramid_that_begins_at_a_tile_of_the_grid_opens(tmp_path: Path) -> None:
    side = files.WORLD_M / (1 << 14)
    left, top = 8528 * side - files.WORLD_M / 2, files.WORLD_M / 2 - 5975 * side
    box = (left, top - 2 * side, left + 2 * side, top)
    with closing(files.gpkg(tmp_path / "town")) as db:
        place = {(0, 0, 0): files.png(shade=1), (0, 1, 1): files.png(shade=2)}
        files.add_layer(db, "plan", 3857, box, {0: (2, 2, side / 256)}, place)
    with open_tiles(tmp_path / "town") as source:
        assert dict(source.tiles()) == {
            Tile(14, 8528, 5975): files.png(shade=1),
            Tile(14, 8529, 5976): files.png(shade=2),
        }
        assert source.get(Tile(14, 8529, 5976)) == files.png(shade=2)


@pytest.mark.parametrize("epsg", [4326, 2154])
def test_another_reference_system_needs_conversion(epsg: int, tmp_path: Path) -> None:
    with closing(files.gpkg(tmp_path / "plan")) as db:
        files.add_layer(db, "p", epsg, (0, 0, 10, 10), {0: (1, 1, 0.04)}, {(0, 0, 0): files.png()})
    with pytest.raises(TilesNotAligned):
        open_tiles(tmp_path / "plan")


def test_a_grid_beside_the_one_of_web_maps_needs_conversion(tmp_path: Path) -> None:
    side = files.WORLD_M / (1 << 14)
    with closing(files.gpkg(tmp_path / "plan")) as db:
        box = (100.0, 0.0, 100 + side, side)
        files.add_layer(db, "p", 3857, box, {0: (1, 1, side / 256)}, {(0, 0, 0): files.png()})
    with pytest.raises(TilesNotAligned):
        open_tiles(tmp_path / "plan")


def test_of_several_layers_the_first_or_the_named_one_is_taken(tmp_path: Path) -> None:
    half = files.WORLD_M / 2
    with closing(files.gpkg(tmp_path / "plans")) as db:
        for shade, table in enumerate(("old", 'a "new" one')):
            tiles = {(0, 0, 0): files.png(shade=shade)}
            box = (-half, -half, half, half)
            files.add_layer(db, table, 3857, box, {0: (1, 1, files.WORLD_M / 256)}, tiles)
    with open_tiles(tmp_path / "plans") as source:
        assert "layer" in source.guessed
        assert source.get(Tile(0, 0, 0)) == files.png(shade=0)
    for name in ('a "new" one', 'Layer a "new" one'):
        with open_tiles(tmp_path / "plans", name) as source:
            assert source.get(Tile(0, 0, 0)) == files.png(shade=1)
    with pytest.raises(LayerUnknown) as caught:
        open_tiles(tmp_path / "plans", "none")
    assert 'old, a "new" one' in str(caught.value)


def test_a_geopackage_that_breaks_its_own_rules_is_refused(tmp_path: Path) -> None:
    for number, spoil in enumerate(
        (
            "UPDATE gpkg_tile_matrix SET pixel_x_size = 0",
            "UPDATE gpkg_tile_matrix SET pixel_x_size = 1e-320",
            "UPDATE gpkg_tile_matrix SET tile_width = 100000",
            "UPDATE gpkg_tile_matrix SET tile_width = 0.5",
            "UPDATE gpkg_tile_matrix_set SET min_x = NULL",
            "DELETE FROM gpkg_tile_matrix_set",
            "DELETE FROM gpkg_spatial_ref_sys",
            "DROP TABLE gpkg_tile_matrix",
            "DROP TABLE plan",
            "DELETE FROM plan",
            "UPDATE plan SET tile_data = 'text'",
        )
    ):
        path = files.web_gpkg(tmp_path / str(number), TILES)
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(spoil)
        with pytest.raises((TilesUnreadable, TilesEmpty)):
            open_tiles(path)


def test_a_view_without_end_is_refused(tmp_path: Path) -> None:
    path = a_pack(tmp_path / "town.mbtiles")
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP VIEW tiles")
        db.execute(
            "CREATE VIEW tiles AS WITH c(x) AS (SELECT 1 UNION ALL SELECT (x + 1) % 8000 FROM c)"
            " SELECT 13 AS zoom_level, x AS tile_column, 1 AS tile_row, tile_data FROM c, images"
        )
        db.commit()
    with pytest.raises(TilesUnreadable):
        open_tiles(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_pipe_is_no_base_map(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "town.mbtiles")
    with pytest.raises(TilesUnreadable):
        open_tiles(tmp_path / "town.mbtiles")
