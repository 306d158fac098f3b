"""Real builds of a small area, and the pack that comes with CollabMap."""

from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage, QImageReader

from collabmap.basemap.builder import Control, Recipe, build, plan
from collabmap.basemap.reading import whole_tiles
from collabmap.basemap.recipe import Cover, blocks, regions
from collabmap.domain.geo import Bbox, to_world
from collabmap.domain.tiles import Tile, tile_at, tiles_of
from collabmap.errors import AreaNotCovered, Cancelled, FolderNotWritable, ZoomOutOfRange
from collabmap.store.mbtiles import MBTilesReader

DEMO = Path(__file__).parents[2] / "resources" / "demo"
EXTRACT = DEMO / "monaco-2023-12-25.osm.pbf"
PACK = DEMO / "monaco.mbtiles"
HARBOUR = Bbox(7.420, 43.730, 7.432, 43.738)
AREA = Bbox(7.395, 43.715, 7.455, 43.760)

# Between two landing stages, clear of the name.
HARBOUR_MIDDLE = (7.4255, 43.7346)
WATER, LAND = "#CFE0EA", "#F3F1EC"


def picture(reader: MBTilesReader, tile: Tile) -> QImage:
    data = reader.get(tile)
    assert data is not None, tile
    buffer = QBuffer()
    buffer.setData(data)
    return QImageReader(buffer).read()


def colour_at(reader: MBTilesReader, lng: float, lat: float, zoom: int) -> QColor:
    x, y = to_world(lng, lat)
    tile = tile_at(lng, lat, zoom)
    size = 256 * 2**zoom
    return picture(reader, tile).pixelColor(int(x * size) % 256, int(y * size) % 256)


def is_near(colour: QColor, wanted: str, tolerance: int = 6) -> bool:
    other = QColor(wanted)
    return (
        abs(colour.red() - other.red()) <= tolerance
        and abs(colour.green() - other.green()) <= tolerance
        and abs(colour.blue() - other.blue()) <= tolerance
    )


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of the harbour, two zooms, built by two workers."""
    out = tmp_path_factory.mktemp("packs") / "harbour.mbtiles"
    build(Recipe((EXTRACT,), HARBOUR, zooms=(14, 16)), out, workers=2)
    return out


# --- building ---------------------------------------------------------------------------------


def test_a_pack_holds_every_tile_of_its_area_and_no_other(harbour: Path) -> None:
    with MBTilesReader(harbour) as reader:
        wanted = [tile for zoom in (14, 16) for tile in tiles_of(HARBOUR, zoom)]
        assert all(reader.get(tile) for tile in wanted)
        assert (
            reader.count()
            == len(wanted)
            == sum(plan(Recipe((EXTRACT,), HARBOUR, zooms=(14, 16))).values())
        )
        assert reader.bounds == pytest.approx(HARBOUR)


def test_the_harbour_is_water_and_the_rock_is_not(harbour: Path) -> None:
    with MBTilesReader(harbour) as reader:
        for zoom in (14, 16):
            assert is_near(colour_at(reader, *HARBOUR_MIDDLE, zoom), WATER)
            assert not is_near(colour_at(reader, 7.4255, 43.7310, zoom), WATER)


def test_one_worker_builds_the_same_file_as_two(harbour: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    out = tmp_path / "harbour.mbtiles"
    report = build(
        Recipe((EXTRACT,), HARBOUR, zooms=(16, 14)), out, workers=1,
        progress=lambda done, total, what: seen.append((done, total, what)),
    )  # fmt: skip
    assert out.read_bytes() == harbour.read_bytes()
    assert report.tiles == sum(plan(Recipe((EXTRACT,), HARBOUR, zooms=(14, 16))).values())
    assert report.bytes == out.stat().st_size
    assert [what for _, _, what in seen[:3]] == ["reading", "reading", "names"]
    assert seen[-1] == (report.tiles, report.tiles, "writing")


def test_a_build_that_is_stopped_leaves_no_file(tmp_path: Path) -> None:
    painted: list[int] = []

    def stop() -> None:
        if painted:
            raise Cancelled

    with pytest.raises(Cancelled):
        build(
            Recipe((EXTRACT,), HARBOUR, zooms=(14, 17)), tmp_path / "town.mbtiles", workers=1,
            progress=lambda done, _, what: painted.append(done) if what == "painting" else None,
            control=Control(ask=stop),
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_cannot_start_leaves_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    out.write_bytes(b"the old one")
    with pytest.raises(AreaNotCovered):
        build(Recipe((EXTRACT,), Bbox(2.3, 48.8, 2.31, 48.81)), out, replace=True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["town.mbtiles"]
    assert out.read_bytes() == b"the old one"


def test_a_folder_that_is_not_there_is_said_before_anything_is_painted(tmp_path: Path) -> None:
    with pytest.raises(FolderNotWritable):
        build(Recipe((EXTRACT,), HARBOUR), tmp_path / "absent" / "town.mbtiles")


def test_a_build_without_zooms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ZoomOutOfRange):
        build(Recipe((EXTRACT,), zooms=()), tmp_path / "town.mbtiles")


# --- planning ---------------------------------------------------------------------------------


def test_a_plan_counts_the_tiles_of_each_zoom() -> None:
    assert plan(Recipe((EXTRACT,), AREA)) == {12: 1, 13: 4, 14: 16, 15: 42, 16: 156, 17: 552}


@pytest.mark.parametrize("area", [AREA, HARBOUR, Bbox(179.9, -17.0, -179.9, -16.5)])
@pytest.mark.parametrize("zoom", [0, 9, 13])
def test_blocks_cover_each_tile_of_an_area_once(area: Bbox, zoom: int) -> None:
    cover = Cover(area)
    found = [block for region in regions(cover, zoom) for block in blocks(cover, region)]
    tiles = [tile for block in found for tile in block.wanted]
    assert sorted(tiles) == sorted(tiles_of(area, zoom))


def test_what_is_drawn_ends_near_the_area_at_far_zooms() -> None:
    view = whole_tiles(HARBOUR, 3)
    assert view.east - view.west <= 3.01 * (HARBOUR.east - HARBOUR.west)


# --- the pack that comes with CollabMap -------------------------------------------------------


def test_the_demo_pack_is_small_and_whole() -> None:
    assert PACK.stat().st_size <= 3_000_000
    with MBTilesReader(PACK) as reader:
        assert (reader.min_zoom, reader.max_zoom, reader.format) == (12, 17, "webp")
        assert reader.bounds == pytest.approx(AREA)
        assert reader.count() == 771
        missing = [t for z in range(12, 18) for t in tiles_of(AREA, z) if not reader.get(t)]
        assert missing == []


def test_the_demo_pack_names_those_who_made_the_map() -> None:
    with MBTilesReader(PACK) as reader:
        assert reader.attribution == "© contributeurs OpenStreetMap"
        assert reader.metadata["attribution"] == reader.attribution
        assert reader.metadata["license"] == "ODbL"
        assert reader.name == "Monaco"


@pytest.mark.parametrize("zoom", [12, 17])
def test_the_open_sea_of_the_demo_pack_is_water(zoom: int) -> None:
    with MBTilesReader(PACK) as reader:
        assert is_near(colour_at(reader, 7.4500, 43.7250, zoom), WATER, 2)


@pytest.mark.parametrize("zoom", [15, 16, 17])
def test_the_harbour_of_the_demo_pack_is_water_and_the_hills_are_land(zoom: int) -> None:
    with MBTilesReader(PACK) as reader:
        assert is_near(colour_at(reader, *HARBOUR_MIDDLE, zoom), WATER)
        assert is_near(colour_at(reader, 7.4000, 43.7550, zoom), LAND, 2)
        assert not is_near(colour_at(reader, 7.4255, 43.7310, zoom), WATER)


def test_around_a_town_the_far_view_shows_the_land_and_the_sea_of_the_world(
    tmp_path: Path,
) -> None:
    out = tmp_path / "far.mbtiles"
    build(Recipe((EXTRACT,), AREA, zooms=(7, 9)), out, workers=1)
    with MBTilesReader(out) as reader:
        # Nice's bay and its hinterland, all of them beyond the extract.
        for zoom in (7, 9):
            assert is_near(colour_at(reader, 7.60, 43.60, zoom), WATER)
            assert is_near(colour_at(reader, 7.25, 43.85, zoom), LAND)
        assert is_near(colour_at(reader, 7.0, 44.5, 7), LAND)
        assert is_near(colour_at(reader, 7.25, 43.3, 7), WATER)
