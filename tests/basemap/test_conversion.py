import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import tile_files as files
from hypothesis import given, settings
from hypothesis import strategies as st

from collabmap.basemap.conversion import convert
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import MAX_ZOOM, Tile, tiles_of
from collabmap.errors import (
    Cancelled,
    FileExists,
    FolderNotWritable,
    TilesEmpty,
    TilesVector,
    TooManyTiles,
)
from collabmap.store.mbtiles import MBTilesReader
from collabmap.store.tile_files import open_tiles

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "mbtiles"
BOX = Bbox(7.395, 43.715, 7.455, 43.760)
TILES = {
    tile: files.png(shade=number % 9)
    for number, tile in enumerate(tile for zoom in (12, 13, 14) for tile in tiles_of(BOX, zoom))
}
DRAWABLE = (
    "corrupt_null_tile france-35 geography-class-png one_tile plain_1 some-empty-tiles unindexed"
    " utf8grid"
)

PICTURES = st.sampled_from(
    [files.png(8, shade) for shade in range(5)] + [b"no picture", b"\x1a\x05hello", b""]
)


@st.composite
def tiles(draw: st.DrawFn) -> Tile:
    zoom = draw(st.integers(0, MAX_ZOOM))
    column, row = st.integers(0, (1 << zoom) - 1), st.integers(0, (1 << zoom) - 1)
    return Tile(zoom, draw(column), draw(row))


MAKERS: list[Callable[[Path, files.Tiles], Path]] = [
    lambda path, held: files.loose_mbtiles(path, held),
    lambda path, held: files.loose_mbtiles(path, held, bounds="7,43,8,44"),
    lambda path, held: files.pmtiles(path, held),
    lambda path, held: files.pmtiles(path, held, leaf_size=2),
    lambda path, held: files.folder(path, held),
    lambda path, held: files.folder(path, held, scheme="tms", note='{"scheme": "tms"}'),
    lambda path, held: files.web_gpkg(path, held),
]


@settings(max_examples=60, deadline=None)
@given(
    held=st.dictionaries(tiles(), PICTURES, max_size=12),
    picture=tiles(),
    make=st.sampled_from(MAKERS),
)
def test_what_was_converted_shows_the_same_tile_everywhere(
    held: dict[Tile, bytes], picture: Tile, make: Callable[[Path, files.Tiles], Path]
) -> None:
    held[picture] = files.png(8, 99)
    with tempfile.TemporaryDirectory() as folder:
        path, out = make(Path(folder, "source"), held), Path(folder, "out.mbtiles")
        report = convert(path, out)
        with open_tiles(path) as source, MBTilesReader(out) as pack:
            drawn = {tile: data for tile, data in held.items() if data.startswith(b"\x89PNG")}
            # Tiles of a far zoom may be read the other way up, as their area tells.
            shown = {tile: source.get(tile) for tile, _data in pack.tiles()}
            assert dict(pack.tiles()) == shown
            assert sorted(map(str, shown.values())) == sorted(map(str, drawn.values()))
            assert all(pack.get(tile) == data for tile, data in shown.items())
            assert report.tiles == len(drawn)
            assert report.skipped == len([d for d in held.values() if d]) - len(drawn)


@pytest.mark.shared
@pytest.mark.parametrize("name", DRAWABLE.split())
def test_a_real_file_becomes_a_pack_that_leaves_nothing_to_guess(name: str, tmp_path: Path) -> None:
    path, out = SHARED / f"{name}.mbtiles", tmp_path / "out.mbtiles"
    if not path.exists():
        pytest.skip("the real files are not on this machine (../shared/data/mbtiles)")
    report = convert(path, out)
    with open_tiles(path) as source, MBTilesReader(out) as pack:
        assert dict(pack.tiles()) == dict(source.tiles())
        assert pack.attribution == source.attribution
        assert (pack.min_zoom, pack.max_zoom, pack.bounds) == (
            *report.zooms,
            pytest.approx(source.bounds, abs=1e-5),
        )
        assert pack.guessed in ((), ("bounds",))
    assert report.pictures <= report.tiles


def test_a_tile_that_is_there_twice_is_the_one_that_was_shown(tmp_path: Path) -> None:
    path = files.loose_mbtiles(tmp_path / "twice", {Tile(3, 4, 2): files.png(shade=1)})
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO tiles VALUES (3, 4, 5, ?)", (files.png(shade=2),))
    convert(path, tmp_path / "out.mbtiles")
    with open_tiles(path) as source, MBTilesReader(tmp_path / "out.mbtiles") as pack:
        assert source.get(Tile(3, 4, 2)) == pack.get(Tile(3, 4, 2)) == files.png(shade=1)


def test_a_pack_without_an_index_has_one_afterwards(tmp_path: Path) -> None:
    held = {Tile(12, x, y): files.png(1) for x in range(50) for y in range(41)}
    path = files.loose_mbtiles(tmp_path / "slow", held)
    before = path.read_bytes()
    convert(path, tmp_path / "quick.mbtiles")
    with open_tiles(path) as source, open_tiles(tmp_path / "quick.mbtiles") as pack:
        assert (source.is_slow, pack.is_slow) == (True, False)
    assert path.read_bytes() == before, "a person's file is only read"


def test_what_the_source_says_of_itself_is_kept(tmp_path: Path) -> None:
    said = {"name": "Plan", "attribution": "<b>IGN</b>", "license": "LO 2.0", "description": "d"}
    convert(files.pmtiles(tmp_path / "a", TILES, said=said), tmp_path / "b.mbtiles")
    with MBTilesReader(tmp_path / "b.mbtiles") as pack:
        assert {key: pack.metadata[key] for key in said} == said
        assert pack.attribution == "IGN"


def test_another_name_is_taken_where_it_is_given(tmp_path: Path) -> None:
    convert(files.folder(tmp_path / "a", TILES), tmp_path / "b.mbtiles", name="Cadastre")
    assert MBTilesReader(tmp_path / "b.mbtiles").name == "Cadastre"


def test_nothing_is_written_over_unless_it_is_asked_for(tmp_path: Path) -> None:
    path = files.folder(tmp_path / "a", TILES)
    out = tmp_path / "b.mbtiles"
    out.write_text("precious")
    with pytest.raises(FileExists):
        convert(path, out)
    assert out.read_text() == "precious"
    convert(path, out, replace=True)
    with pytest.raises(FileExists):
        convert(out, out, replace=True)


def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    held = {Tile(12, x, y): files.png(8) for x in range(20) for y in range(20)}
    path = files.pmtiles(tmp_path / "a", held)
    told: list[int] = []

    def cancel() -> None:
        if told[-1:] > [100]:
            raise Cancelled

    with pytest.raises(Cancelled):
        convert(
            path,
            tmp_path / "b.mbtiles",
            progress=lambda done, _total, _part: told.append(done),
            cancel=cancel,
        )
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_progress_ends_at_the_whole(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    path = files.pmtiles(tmp_path / "a", TILES)
    convert(path, tmp_path / "b.mbtiles", progress=lambda *step: told.append(step))
    assert told[-1] == (len(TILES), len(TILES), "writing")


@pytest.mark.parametrize(
    ("held", "error"),
    [
        ({Tile(3, 1, 1): b"\x1a\x05hello"}, TilesVector),
        ({Tile(3, 1, 1): b""}, TilesEmpty),
    ],
)
def test_what_cannot_be_drawn_cannot_be_converted(
    held: dict[Tile, bytes], error: type[Exception], tmp_path: Path
) -> None:
    with pytest.raises(error):
        convert(files.loose_mbtiles(tmp_path / "a", held), tmp_path / "b.mbtiles")
    assert not (tmp_path / "b.mbtiles").exists()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    path = files.folder(tmp_path / "a", TILES)
    with pytest.raises(FolderNotWritable):
        convert(path, tmp_path / "none" / "b.mbtiles")


# --- a part of a file -------------------------------------------------------------------------

TOWN = Bbox(7.41, 43.725, 7.43, 43.74)
REGION = Bbox(7.0, 43.5, 7.9, 44.0)
HELD = {
    tile: files.png(8, shade=number % 250)
    for number, tile in enumerate(
        tile for zoom in (11, 12, 13, 14) for tile in tiles_of(REGION, zoom)
    )
}


@pytest.mark.parametrize("make", MAKERS)
def test_of_a_region_only_the_town_is_taken(
    make: Callable[[Path, files.Tiles], Path], tmp_path: Path
) -> None:
    report = convert(
        make(tmp_path / "region", HELD), tmp_path / "o", area=TOWN, zooms=[12, 13, 14, 19]
    )
    wanted = {tile for zoom in (12, 13, 14) for tile in tiles_of(TOWN, zoom)}
    with MBTilesReader(tmp_path / "o") as pack:
        assert dict(pack.tiles()) == {tile: HELD[tile] for tile in wanted}
        assert pack.bounds == pytest.approx(TOWN, abs=1e-6)
    assert (report.tiles, report.zooms) == (len(wanted), (12, 14))


def test_a_large_area_takes_what_there_is(tmp_path: Path) -> None:
    path = files.pmtiles(tmp_path / "region", HELD)
    report = convert(path, tmp_path / "o", area=Bbox(-170, -80, 170, 80), zooms=[11])
    assert report.tiles == sum(tile.z == 11 for tile in HELD)


def test_where_the_file_has_nothing_nothing_is_written(tmp_path: Path) -> None:
    path = files.pmtiles(tmp_path / "region", HELD)
    with pytest.raises(TilesEmpty):
        convert(path, tmp_path / "o", area=Bbox(2, 48, 3, 49))
    with pytest.raises(TilesEmpty):
        convert(path, tmp_path / "o", zooms=[18])
    assert not (tmp_path / "o").exists()


def test_a_small_file_that_claims_no_end_of_tiles_is_refused(tmp_path: Path) -> None:
    root = files.directory([(0, 1 << 40, len(files.png()), 0)])
    how, path = bytes([1, 1, 1, 2, 0, 19]), tmp_path / "endless"
    files.write_pmtiles(path, (root, b"", b"", files.png()), how, BOX)
    with pytest.raises(TooManyTiles):
        convert(path, tmp_path / "o")
    assert convert(path, tmp_path / "o", area=TOWN, zooms=[14]).tiles == 4
