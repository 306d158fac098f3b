"""What cannot become a base map is refused in words, and leaves nothing behind."""

import contextlib
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import osmium
import pytest
import shapely

from collabmap.basemap.builder import MANY_TILES, Recipe, build, estimate, plan, unfinished
from collabmap.domain.geo import Bbox
from collabmap.errors import (
    AreaInvalid,
    AreaNotCovered,
    BaseMapExists,
    CollabMapError,
    DiskFull,
    ExtractIncomplete,
    ExtractOfAnotherKind,
    ExtractUnreadable,
    FileMissing,
    FolderNotWritable,
    TooManyTiles,
    ZoomOutOfRange,
)

DEMO = Path(__file__).parents[2] / "resources" / "demo"
EXTRACT = DEMO / "monaco-2023-12-25.osm.pbf"
HARBOUR = Bbox(7.420, 43.730, 7.432, 43.738)
FRANCE = Bbox(-5.0, 42.0, 8.2, 51.1)


def refused(error: type[CollabMapError], recipe: Recipe, folder: Path) -> CollabMapError:
    """Build into a folder of its own: it must fail with just this error, and leave nothing."""
    folder = folder / "out"
    folder.mkdir()
    with pytest.raises(error) as caught:
        build(recipe, folder / "town.mbtiles", workers=1)
    assert type(caught.value) is error
    assert list(folder.iterdir()) == []
    return caught.value


# --- extracts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.001, 0.2, 0.5, 0.9, 0.99999])
def test_an_extract_that_breaks_off_is_said_to(tmp_path: Path, share: float) -> None:
    data = EXTRACT.read_bytes()
    path = tmp_path / "half.osm.pbf"
    path.write_bytes(data[: int(len(data) * share)])
    refused(ExtractIncomplete, Recipe((path,), HARBOUR), tmp_path)


@pytest.mark.parametrize("name", ["town.osm", "town.osm.gz", "town.osm.bz2"])
def test_an_extract_in_xml_that_breaks_off_is_said_to(tmp_path: Path, name: str) -> None:
    whole = tmp_path / f"whole-{name}"
    with osmium.SimpleWriter(str(whole)) as writer:
        for number, thing in enumerate(osmium.FileProcessor(str(EXTRACT))):
            writer.add(thing)
            if number > 3000:
                break
    path = tmp_path / name
    data = whole.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    refused(ExtractIncomplete, Recipe((path,), HARBOUR), tmp_path)


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(EXTRACT, "monaco.osm.pbf")


def shapefile(path: Path) -> None:
    # Source: ESRI Shapefile Technical Description, 1998: the main file's header.
    path.write_bytes(
        struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 50) + struct.pack("<2i8d", 1000, 5, *[0.0] * 8)
    )


@pytest.mark.parametrize(
    ("name", "write", "kind"),
    [
        ("monaco.zip", zipped, "ZIP"),
        ("roads.shp", shapefile, "Shapefile"),
        ("map.png", lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100)), "PNG"),
        ("town.geojson", lambda path: path.write_text(' {"type": "FeatureCollection"}'), "JSON"),
        ("pack.mbtiles", lambda path: path.write_bytes((DEMO / "monaco.mbtiles").read_bytes()),
         "SQLite: MBTiles, GeoPackage"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_called_by_its_name(
    tmp_path: Path, name: str, write, kind: str
) -> None:
    write(tmp_path / name)
    error = refused(ExtractOfAnotherKind, Recipe((tmp_path / name,), HARBOUR), tmp_path)
    assert error.details == {"name": name, "kind": kind}


def test_what_nobody_knows_is_no_extract(tmp_path: Path) -> None:
    path = tmp_path / "letter.osm.pbf"
    path.write_bytes(b"Dear mayor, here is the map you asked for. " * 40)
    refused(ExtractUnreadable, Recipe((path,), HARBOUR), tmp_path)


def test_an_extract_whose_bytes_rot_in_the_middle_is_unreadable(tmp_path: Path) -> None:
    data = bytearray(EXTRACT.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = os.urandom(2000)
    path = tmp_path / "rotten.osm.pbf"
    path.write_bytes(data)
    refused(ExtractUnreadable, Recipe((path,), HARBOUR), tmp_path)


def test_an_extract_that_is_not_there_is_missing_also_beside_one_that_is(tmp_path: Path) -> None:
    refused(FileMissing, Recipe((EXTRACT, tmp_path / "gone.osm.pbf"), HARBOUR), tmp_path)


# --- areas and zooms --------------------------------------------------------------------------


def test_an_area_outside_the_extract_is_not_covered(tmp_path: Path) -> None:
    refused(AreaNotCovered, Recipe((EXTRACT,), Bbox(2.3, 48.8, 2.31, 48.81)), tmp_path)


def test_an_area_upside_down_is_not_possible(tmp_path: Path) -> None:
    refused(AreaInvalid, Recipe((EXTRACT,), Bbox(7.4, 43.8, 7.5, 43.7)), tmp_path)


def test_an_outline_without_an_inside_is_not_possible(tmp_path: Path) -> None:
    line = shapely.LineString([(7.42, 43.73), (7.43, 43.74)])
    refused(AreaInvalid, Recipe((EXTRACT,), outline=line), tmp_path)


@pytest.mark.parametrize("zooms", [(), (12, 23), (-1,)])
def test_zooms_that_are_none_are_refused(tmp_path: Path, zooms: tuple[int, ...]) -> None:
    refused(ZoomOutOfRange, Recipe((EXTRACT,), HARBOUR, zooms=zooms), tmp_path)


def test_more_than_a_million_tiles_must_be_wanted(tmp_path: Path) -> None:
    recipe = Recipe((EXTRACT,), FRANCE, zooms=(15, 16, 17))
    error = refused(TooManyTiles, recipe, tmp_path)
    assert error.details == {"count": sum(plan(recipe).values()), "limit": MANY_TILES}
    with pytest.raises(CollabMapError) as caught:
        # Wanted: then it goes on to the next question, which is an extract that is not there.
        build(Recipe((tmp_path / "gone",), FRANCE, zooms=(17,)), tmp_path / "t", allow_many=True)
    assert type(caught.value) is FileMissing


# --- where it goes ----------------------------------------------------------------------------


def test_a_file_that_stands_there_is_only_replaced_on_demand(tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    out.write_bytes(b"somebody's work")
    recipe = Recipe((EXTRACT,), HARBOUR, zooms=(14,))
    with pytest.raises(BaseMapExists):
        build(recipe, out, workers=1)
    assert out.read_bytes() == b"somebody's work"
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    build(recipe, out, workers=1, replace=True)
    assert out.read_bytes().startswith(b"SQLite format 3")
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write in every folder"
)
def test_a_folder_for_looking_only_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(FolderNotWritable):
        build(Recipe((EXTRACT,), HARBOUR), tmp_path / "town.mbtiles")


def mounted(folder: Path, options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return sys.platform == "linux" and not subprocess.run(command, capture_output=True).returncode


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A disk that not even root may write on."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mounted(folder, "ro,size=1m"):
        pytest.skip("a disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_for_looking_only_is_said(read_only: Path) -> None:
    with pytest.raises(FolderNotWritable):
        build(Recipe((EXTRACT,), HARBOUR), read_only / "town.mbtiles", workers=1)


@pytest.fixture(params=["64k", "400k", "1200k", "1500k"])
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk that is full before the layers, or the names, or the tiles are on it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mounted(folder, f"size={request.param}"):
        pytest.skip("a disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_said_and_has_its_room_again(small_disk: Path) -> None:
    town = Bbox(7.410, 43.725, 7.440, 43.750)
    with pytest.raises(DiskFull):
        build(Recipe((EXTRACT,), town), small_disk / "town.mbtiles", workers=1)
    assert list(small_disk.iterdir()) == []


@contextlib.contextmanager
def no_file_larger_than(size_bytes: int) -> Iterator[None]:
    """Let the system refuse every write beyond a size, as FAT does at four gigabytes."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit there")
@pytest.mark.parametrize("kilobytes", [20, 300])
def test_where_files_may_not_grow_nothing_is_left(tmp_path: Path, kilobytes: int) -> None:
    with no_file_larger_than(kilobytes * 1000), pytest.raises(DiskFull):
        build(Recipe((EXTRACT,), HARBOUR), tmp_path / "town.mbtiles", workers=1)
    assert list(tmp_path.iterdir()) == []


def test_an_estimate_refuses_what_a_build_refuses(tmp_path: Path) -> None:
    with pytest.raises(AreaNotCovered):
        estimate(Recipe((EXTRACT,), Bbox(2.3, 48.8, 2.31, 48.81)), tmp_path / "t.mbtiles")
    assert unfinished(Recipe((EXTRACT,), HARBOUR), tmp_path / "t.mbtiles") is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_came_meanwhile_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    recipe = Recipe((EXTRACT,), HARBOUR, zooms=(14,))

    def put_one_there(_done: int, _total: int, part: str) -> None:
        if part == "searching":
            out.write_bytes(b"somebody's photo")

    with pytest.raises(BaseMapExists):
        build(recipe, out, workers=1, progress=put_one_there)
    assert out.read_bytes() == b"somebody's photo"
    out.rename(tmp_path / "photo.mbtiles")
    report = build(recipe, out, workers=1)
    assert report.resumed == report.tiles
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photo.mbtiles", "town.mbtiles"]


def test_an_extract_or_a_folder_is_never_replaced(tmp_path: Path) -> None:
    own = tmp_path / "town.mbtiles"
    own.write_bytes(EXTRACT.read_bytes())
    (tmp_path / "folder.mbtiles").mkdir()
    recipe = Recipe((own,), HARBOUR, zooms=(14,))
    for out in (own, tmp_path / "folder.mbtiles"):
        with pytest.raises(BaseMapExists):
            build(recipe, out, workers=1, replace=True)
    assert own.read_bytes() == EXTRACT.read_bytes()


def test_a_name_that_no_disk_takes_and_a_file_in_the_way(tmp_path: Path) -> None:
    recipe = Recipe((EXTRACT,), HARBOUR, zooms=(14,))
    with pytest.raises(FolderNotWritable):
        build(recipe, tmp_path / f"{'a' * 300}.mbtiles", workers=1)
    (tmp_path / ".town.mbtiles.work").write_bytes(b"")
    build(recipe, tmp_path / "town.mbtiles", workers=1)
    assert [path.name for path in tmp_path.iterdir()] == ["town.mbtiles"]


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size there")
def test_an_estimate_without_room_for_what_is_read_says_so(tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    with no_file_larger_than(20_000), pytest.raises(DiskFull, match=r"town\.mbtiles"):
        estimate(Recipe((EXTRACT,), HARBOUR, zooms=(14,)), out, workers=1)
