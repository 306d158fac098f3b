"""What is broken, foreign, too large or out of place is refused in words, and the map is unharmed.

Each refusal is asked for in both languages; afterwards the map opens with the digest it had, also
when it is built again from its log.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import Run

from collabmap.errors import (
    BundleDamaged,
    BundleOfAnotherProject,
    CategoryUnknown,
    CollabMapError,
    DiskFull,
    FileExists,
    FileMissing,
    FolderNotWritable,
    GeometryTooLarge,
    GeometryUnreadable,
    NameMissing,
    NotABundle,
    NotAKit,
    NotAProject,
    NothingToReceive,
    PositionOutOfRange,
    ProjectTooNew,
    TextTooLong,
    TilesEmpty,
    TilesUnreadable,
    TilesVector,
    TracksEmpty,
    TracksUnreadable,
    WalkTooShort,
)

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
WHERE = ("--category", "eau", "--at", "7.4214,43.7332")
MEGABYTE = "à" * 500_000

Refused = Callable[..., str]


@pytest.fixture
def unharmed(run: Run, project: str) -> Iterator[str]:
    """A map that must have the same digest after the test."""
    before = run("info", project, "--json").json["digest"]
    yield project
    assert run("info", project, "--json").json["digest"] == before
    assert before in run("rebuild", project).out
    assert list(Path().glob("**/*.part")) == []


@pytest.fixture
def refused(run: Run) -> Refused:
    """Run a command in both languages; it must fail with this error, in two sentences or more."""

    def refused(error: type[CollabMapError], *words: str, home: str = "jo") -> str:
        said = {}
        for language in ("fr", "en"):
            answer = run(*words, home=home, language=language)
            assert answer.code == error.exit_code, answer
            lines = answer.err.splitlines()
            assert len(lines) >= 2, "a message and a hint"
            assert all(lines)
            assert "Traceback" not in answer.err
            said[language] = answer.err
        assert said["fr"] != said["en"]
        begins = error.message.split("{")[0]
        assert begins in said["en"]
        return said["en"]

    return refused


# --- over a map ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [("export", "geojson"), ("readings", "export"), ("theme", "export"), ("picture",)]
)
def test_nothing_is_written_over_a_map(
    refused: Refused, unharmed: str, words: tuple[str, ...]
) -> None:
    refused(FileExists, *words, unharmed, unharmed)


# --- files that are no map --------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00" + b"\x07" * 5000])
def test_a_file_that_is_no_map(run: Run, refused: Refused, content: bytes) -> None:
    Path("holiday.collabmap").write_bytes(content)
    for command in (["info"], ["list"], ["rebuild"]):
        refused(NotAProject, *command, "holiday.collabmap")
    assert Path("holiday.collabmap").read_bytes() == content


def test_somebody_else_s_database_is_no_map_and_is_not_touched(refused: Refused) -> None:
    with contextlib.closing(sqlite3.connect("other.collabmap")) as db:
        db.execute("CREATE TABLE bird (name)")
    before = Path("other.collabmap").read_bytes()
    refused(NotAProject, "add", "other.collabmap", "X", *WHERE, "--as", "Jo")
    assert Path("other.collabmap").read_bytes() == before


def test_a_map_that_is_not_there(refused: Refused) -> None:
    assert "nowhere.collabmap" in refused(FileMissing, "list", "nowhere.collabmap")


def test_a_folder_is_no_map(refused: Refused) -> None:
    Path("folder.collabmap").mkdir()
    refused(FileMissing, "list", "folder.collabmap")


def test_a_map_of_a_newer_collabmap_is_not_touched(
    run: Run, refused: Refused, project: str
) -> None:
    with contextlib.closing(sqlite3.connect(project)) as db:
        db.execute("PRAGMA user_version = 9999")
    before = Path(project).read_bytes()
    refused(ProjectTooNew, "list", project)
    refused(ProjectTooNew, "add", project, "X", *WHERE)
    assert Path(project).read_bytes() == before


def test_a_file_that_is_no_kit(refused: Refused, project: str) -> None:
    shutil.copy(project, "town.cmkit")
    Path("here").mkdir()
    refused(NotAKit, "open", "town.cmkit", "here")
    assert list(Path("here").iterdir()) == []


# --- contributions ----------------------------------------------------------------------------


@pytest.fixture
def bundle(run: Run, copy: str) -> Path:
    """Marcel's contribution: three places, each in a segment of its own."""
    for number in range(3):
        run("add", copy, f"Fontaine {number}", *WHERE, home="marcel")
    run("bundle", copy, "marcel", home="marcel")
    return Path("marcel.cmbundle")


CUTS = [1, 7, 40, 0.2, 0.33, 0.5, 0.66, 0.8, 0.99]


@pytest.mark.parametrize("kept", CUTS)
def test_a_bundle_that_was_cut_is_never_taken_for_whole(
    refused: Refused, bundle: Path, unharmed: str, kept: float
) -> None:
    whole = bundle.read_bytes()
    length = int(kept if kept >= 1 else kept * len(whole))
    bundle.write_bytes(whole[:length])
    error = NotABundle if length < 12 else BundleDamaged
    refused(error, "merge", unharmed, "marcel.cmbundle", "--preview")


def test_what_is_whole_in_a_cut_bundle_is_taken_and_the_rest_comes_later(
    run: Run, bundle: Path, project: str, copy: str
) -> None:
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[: len(whole) * 2 // 3])
    said = run("merge", project, "marcel.cmbundle", "--json")
    assert said.code == 6
    assert 0 < said.json["added"] < 3
    assert said.json["digest"] in run("rebuild", project).out
    bundle.write_bytes(whole)
    assert run("merge", project, "marcel.cmbundle").code == 0
    digest = run("info", project, "--json").json["digest"]
    assert digest == run("info", copy, "--json", home="marcel").json["digest"]


def test_a_bundle_with_a_flipped_bit_is_never_taken_as_whole(
    run: Run, bundle: Path, unharmed: str
) -> None:
    whole = bundle.read_bytes()
    for position in range(0, len(whole), max(1, len(whole) // 60)):
        flipped = bytearray(whole)
        flipped[position] ^= 0x10
        bundle.write_bytes(bytes(flipped))
        said = run("merge", unharmed, "marcel.cmbundle", "--preview")
        assert said.code == 6, (position, said)
        assert len(said.err.splitlines()) >= 2


def test_a_bundle_of_another_map(run: Run, refused: Refused, unharmed: str) -> None:
    run("new", "other", "--person", "Paul")
    run("add", "other.collabmap", "Phare", *WHERE)
    run("bundle", "other.collabmap", "other")
    refused(BundleOfAnotherProject, "merge", unharmed, "other.cmbundle")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a holiday photo", b"\x00" * 4096])
def test_a_file_that_is_no_bundle(refused: Refused, unharmed: str, content: bytes) -> None:
    Path("holiday.cmbundle").write_bytes(content)
    refused(NotABundle, "merge", unharmed, "holiday.cmbundle")


def test_a_stick_without_a_bundle(refused: Refused, unharmed: str) -> None:
    Path("stick").mkdir()
    refused(NothingToReceive, "merge", unharmed, "stick")


def test_one_broken_file_does_not_keep_the_others_out(run: Run, bundle: Path, project: str) -> None:
    Path("broken.cmbundle").write_bytes(bundle.read_bytes()[:200])
    said = run("merge", project, "broken.cmbundle", "marcel.cmbundle", "--json")
    assert said.code == 6
    assert said.json["added"] == 3
    [problem] = said.json["problems"]
    assert problem["code"] == "bundle-damaged"
    assert "broken.cmbundle" in said.err


# --- base maps --------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("corrupt.mbtiles", TilesUnreadable),
        ("invalid.mbtiles", TilesUnreadable),
        ("invalid-tile-format.mbtiles", TilesUnreadable),
        ("with spaces.mbtiles", TilesEmpty),
        ("manypoints_vector.mbtiles", TilesVector),
        ("martin_json.mbtiles", TilesUnreadable),
    ],
)
def test_a_base_map_that_cannot_be_drawn(
    run: Run, refused: Refused, name: str, error: type[CollabMapError]
) -> None:
    path = SHARED / "mbtiles" / name
    if not path.exists():
        pytest.skip(f"{name} lies in ../shared, which is absent here")
    refused(error, "new", "hall", "--person", "Jo", "--basemap", str(path))
    assert not Path("hall.collabmap").exists()


def test_a_base_map_that_is_not_there(refused: Refused) -> None:
    refused(FileMissing, "new", "hall", "--person", "Jo", "--basemap", "nowhere.mbtiles")
    assert not Path("hall.collabmap").exists()


# --- what people enter ------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["200,43", "7,86", "nan,43", "7,inf", "-180.5,0", "7,-90"])
def test_a_position_off_the_map(refused: Refused, unharmed: str, at: str) -> None:
    refused(PositionOutOfRange, "add", unharmed, "X", "--category", "eau", "--at", at)
    refused(PositionOutOfRange, "edit", unharmed, "Marché", "--at", at)


@pytest.mark.parametrize("at", ["7.4", "abc", "7,43,12", "", "7;43"])
def test_what_is_no_position(run: Run, unharmed: str, at: str) -> None:
    for language, words in (("en", "no position"), ("fr", "position")):
        said = run("add", unharmed, "X", "--category", "eau", "--at", at, language=language)
        assert said.code == 2
        assert words in said.err


@pytest.mark.parametrize("option", ["--description", "--contact", "--tag", "--name"])
def test_a_text_of_a_megabyte(refused: Refused, unharmed: str, option: str) -> None:
    refused(TextTooLong, "edit", unharmed, "Marché", option, MEGABYTE)


def test_a_name_of_a_megabyte_and_no_name_at_all(refused: Refused, unharmed: str) -> None:
    refused(TextTooLong, "add", unharmed, MEGABYTE, *WHERE)
    refused(NameMissing, "add", unharmed, "   ", *WHERE)
    refused(TextTooLong, "comment", unharmed, "Marché", MEGABYTE)
    refused(TextTooLong, "person", unharmed, MEGABYTE)
    refused(NameMissing, "person", unharmed, " ")


def test_a_person_without_a_name_founds_no_map(refused: Refused) -> None:
    refused(NameMissing, "new", "hall", "--person", "  ")
    assert not Path("hall.collabmap").exists()


def test_a_category_that_the_map_does_not_have(refused: Refused, unharmed: str) -> None:
    said = refused(CategoryUnknown, "add", unharmed, "X", "--category", "volcans", "--at", "7,43")
    assert "nature" in said, "those it has are named"


def test_a_shape_that_cannot_be_used(refused: Refused, unharmed: str) -> None:
    shape = ("add", unharmed, "X", "--category", "nature", "--shape")
    Path("x.geojson").write_text("{")
    refused(GeometryUnreadable, *shape, "x.geojson")
    Path("x.geojson").write_text('{"type": "Circle", "radius": 3}')
    refused(GeometryUnreadable, *shape, "x.geojson")
    line = [[7 + number / 10_000, 43] for number in range(5000)]
    Path("x.geojson").write_text(f'{{"type": "LineString", "coordinates": {line}}}')
    refused(GeometryTooLarge, *shape, "x.geojson")
    Path("x.geojson").write_text('{"type": "LineString", "coordinates": [[652000, 6862000]]}')
    refused(PositionOutOfRange, *shape, "x.geojson")
    refused(FileMissing, *shape, "nowhere.geojson")


def test_a_walk_that_cannot_be_used(refused: Refused, unharmed: str) -> None:
    walk = ("add", unharmed, "X", "--category", "nature", "--gpx")
    Path("x.gpx").write_text("<kml/>")
    refused(TracksUnreadable, *walk, "x.gpx")
    Path("x.gpx").write_text("<gpx/>")
    refused(TracksEmpty, *walk, "x.gpx")
    ends = '<rtept lat="1" lon="1"/><rtept lat="1" lon="1.001"/>'
    Path("x.gpx").write_text(f"<gpx><rte>{ends}</rte></gpx>")
    refused(WalkTooShort, *walk, "x.gpx")
    refused(FileMissing, *walk, "nowhere.gpx")


# --- folders and disks ------------------------------------------------------------------------


@pytest.fixture
def closed_folder() -> Path:
    """A folder where not even root may write."""
    if sys.platform != "linux":
        pytest.skip("needs Linux's /sys")
    probe = Path("/sys/collabmap-probe")
    try:
        probe.touch()
    except OSError:
        return probe.parent
    probe.unlink()
    pytest.skip("/sys is an ordinary folder here")


def test_a_folder_where_one_may_not_write(
    refused: Refused, unharmed: str, closed_folder: Path
) -> None:
    inside = str(closed_folder / "x")
    refused(FolderNotWritable, "export", "geojson", unharmed, f"{inside}.geojson")
    refused(FolderNotWritable, "bundle", unharmed, f"{inside}.cmbundle")
    refused(FolderNotWritable, "handout", unharmed, f"{inside}.cmkit")
    refused(FolderNotWritable, "new", inside, "--person", "Jo")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not (sys.platform == "linux" and os.geteuid() == 0 and mount and umount):
        pytest.skip("only root on Linux can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    yield folder
    subprocess.run([umount, "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Fill a disk to the last byte; return the file that does it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    return filler


def test_a_full_disk_is_said_and_the_map_on_it_keeps_all_it_had(
    run: Run, refused: Refused, small_disk: Path, project: str, bundle: Path
) -> None:
    there = str(small_disk / "town.collabmap")
    shutil.copy(project, there)
    assert run("add", there, "Puits", *WHERE).code == 0
    before = run("info", there, "--json").json
    filler = fill(small_disk)
    refused(DiskFull, "add", there, "Fontaine", *WHERE)
    refused(DiskFull, "merge", there, str(bundle))
    refused(DiskFull, "new", str(small_disk / "hall"), "--person", "Jo")
    filler.unlink()
    after = run("info", there, "--json").json
    assert (after["digest"], after["places"]) == (before["digest"], before["places"])
    assert before["digest"] in run("rebuild", there).out
    assert run("add", there, "Fontaine", *WHERE).code == 0


def test_what_does_not_fit_on_the_stick_leaves_nothing_there(
    refused: Refused, small_disk: Path, unharmed: str
) -> None:
    fill(small_disk)
    refused(DiskFull, "handout", unharmed, str(small_disk / "town.cmkit"))
    refused(DiskFull, "export", "geojson", unharmed, str(small_disk / "out.geojson"))
    refused(DiskFull, "bundle", unharmed, str(small_disk / "jo.cmbundle"), "--all")
    assert [path.name for path in small_disk.iterdir()] == ["filler"]


def test_a_map_on_a_disk_that_cannot_be_written_is_still_read(
    run: Run, small_disk: Path, project: str
) -> None:
    there = str(small_disk / "town.collabmap")
    shutil.copy(project, there)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert run("list", there, "--json").json["total"] == 1
    said = run("add", there, "Fontaine", *WHERE)
    assert said.code in (4, 5), said
    assert len(said.err.splitlines()) == 2


# --- faults of our own ------------------------------------------------------------------------


def test_a_fault_of_ours_is_a_plain_sentence_and_a_log_without_what_people_wrote(
    run: Run, project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = "Marcel, 06 39 98 12 34"

    def fail(*_args: object, **_named: object) -> None:
        raise ValueError(written)

    monkeypatch.setattr("collabmap.cli.looking.say_table", fail)
    said = run("list", project)
    assert said.code == 70
    assert "not yours" in said.err
    log = (tmp_path / "jo" / "collabmap.log").read_text()
    assert "ValueError" in log
    assert "looking.py" in log
    assert "Marcel" not in log
