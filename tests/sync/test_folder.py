"""A shared folder that several laptops write to, and that programs and people meddle with."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sharing import add, founder

from collabmap.app.session import Session
from collabmap.domain import segment as wire
from collabmap.domain.segment import Segment
from collabmap.errors import DiskFull, FolderGone, FolderNotWritable
from collabmap.store.blobs import Blobs
from collabmap.sync.folder import README, FolderTransport, _write
from collabmap.sync.transport import Holdings


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A map of three segments."""
    session = founder(tmp_path)
    for name in ("Fontaine", "Marché", "Lavoir"):
        add(session, name)
        session.seal()
    yield session
    session.close()


@pytest.fixture
def here(session: Session) -> Holdings:
    return Holdings(session.project)


@pytest.fixture
def nothing(session: Session, tmp_path: Path) -> Iterator[Holdings]:
    """The same map before anything was written."""
    from collabmap.store.project import Project

    empty = Project.create(tmp_path / "empty.collabmap", session.project.genesis)
    yield Holdings(empty)
    empty.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "nextcloud"
    folder.mkdir()
    return folder


def transport(session: Session, folder: Path) -> FolderTransport:
    return FolderTransport(folder, session.project.id, "lisez-moi")


def pushed(session: Session, folder: Path) -> FolderTransport:
    here, there = Holdings(session.project), transport(session, folder)
    there.look()
    there.push(here.segment(each.name) for each in there.lacking(here))
    there.look()
    return there


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.cmseg"))


def fetched(there: FolderTransport, here: Holdings) -> list[Segment]:
    return [segment for rid in sorted(there.look()) for segment in there.fetch(rid, here)]


def test_what_was_pushed_is_there_byte_by_byte(
    session: Session, folder: Path, here: Holdings, nothing: Holdings
) -> None:
    there = pushed(session, folder)
    assert there.agrees(here)
    assert there.lacking(here) == []
    assert [s.data for s in fetched(there, nothing)] == [
        here.segment(each.name).data for each in here.listed()
    ]
    assert (folder / README).read_text(encoding="utf-8") == "lisez-moi"


def test_files_are_listed_in_the_order_of_the_log(session: Session, folder: Path) -> None:
    pushed(session, folder)
    numbers = [int(path.name.split("-")[0]) for path in files(folder)]
    assert numbers == [each.first for each in Holdings(session.project).listed()]


def test_what_is_here_already_is_not_read(session: Session, folder: Path, here: Holdings) -> None:
    pushed(session, folder)
    there = transport(session, folder)
    assert fetched(there, here) == []
    assert there.traffic.total == 0


def test_a_written_file_never_changes(session: Session, folder: Path) -> None:
    pushed(session, folder)
    before = {path: path.stat().st_mtime_ns for path in files(folder)}
    add(session, "Kiosque")
    session.seal()
    pushed(session, folder)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert len(files(folder)) == len(before) + 1


@pytest.mark.parametrize("kept", [0, 1, 30, 200])
def test_a_file_that_is_half_there_is_told_as_on_its_way_and_taken_once_whole(
    session: Session, folder: Path, nothing: Holdings, kept: int
) -> None:
    pushed(session, folder)
    path = files(folder)[1]
    whole = path.read_bytes()
    path.write_bytes(whole[:kept])
    there = transport(session, folder)
    assert len(fetched(there, nothing)) == 2
    assert [(t.name, t.is_partial) for t in there.troubles] == [(path.name, True)]
    path.write_bytes(whole)
    again = transport(session, folder)
    assert len(fetched(again, nothing)) == 3
    assert again.troubles == []


def test_a_damaged_file_is_told_and_left_alone(
    session: Session, folder: Path, nothing: Holdings
) -> None:
    pushed(session, folder)
    path = files(folder)[1]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    there = transport(session, folder)
    assert len(fetched(there, nothing)) == 2
    assert [(t.name, t.is_partial) for t in there.troubles] == [(path.name, False)]
    assert path.read_bytes() == data


def test_a_segment_under_another_ones_name_is_not_believed(
    session: Session, folder: Path, nothing: Holdings
) -> None:
    pushed(session, folder)
    first, second, _ = files(folder)
    second.write_bytes(first.read_bytes())
    there = transport(session, folder)
    assert len(fetched(there, nothing)) == 2
    assert [t.name for t in there.troubles] == [second.name]


def test_what_clouds_and_people_leave_behind_is_ignored(
    session: Session, folder: Path, here: Holdings
) -> None:
    pushed(session, folder)
    place = files(folder)[0].parent
    stem = files(folder)[0].stem
    strange = {
        f"{stem} (conflicted copy).cmseg": b"x",
        f"{stem} (1).cmseg": files(folder)[0].read_bytes(),
        f".{stem}.cmseg": b"",
        ".0123.part": b"half",
        "desktop.ini": b"[.ShellClassInfo]",
        "holiday.jpg": b"\xff\xd8",
    }
    for name, data in strange.items():
        (place / name).write_bytes(data)
    (place.parent / "not hex").mkdir()
    (folder / "another thing").write_bytes(b"")
    there = transport(session, folder)
    assert fetched(there, here) == []
    assert there.agrees(here)
    assert sorted(t.name for t in there.troubles) == sorted(
        name for name in strange if name.endswith(".cmseg") and not name.startswith(".")
    )
    assert all((place / name).read_bytes() == data for name, data in strange.items())


def test_a_file_that_stays_broken_is_asked_for_and_written_anew(
    session: Session, folder: Path, here: Holdings, nothing: Holdings
) -> None:
    pushed(session, folder)
    path = files(folder)[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    long_ago = time.time() - 3600
    os.utime(path, (long_ago, long_ago))
    lacking = transport(session, folder)
    fetched(lacking, nothing)
    lacking.push([])
    holding = transport(session, folder)
    holding.look()
    assert not holding.agrees(here)
    holding.push(here.segment(each.name) for each in holding.lacking(here))
    assert path.read_bytes() == whole
    holding.look()
    assert holding.agrees(here)
    assert [p.name for p in path.parent.iterdir() if p.suffix == ".again"] == []


def test_a_file_that_just_came_half_is_not_asked_for(
    session: Session, folder: Path, nothing: Holdings
) -> None:
    pushed(session, folder)
    files(folder)[0].write_bytes(b"")
    there = transport(session, folder)
    fetched(there, nothing)
    there.push([])
    assert list(folder.rglob("*.again")) == []


def test_words_that_were_dropped_from_the_log_are_dropped_from_the_folder(
    session: Session, folder: Path, here: Holdings
) -> None:
    pushed(session, folder)
    name = here.listed()[1].name
    segment = here.segment(name)
    places = frozenset(range(segment.head.last - segment.head.first + 1))
    with session.project.writing():
        session.project.log.replace(wire.forget(segment, places))
    there = pushed(session, folder)
    (path,) = [path for path in files(folder) if name.hex() in path.name]
    assert wire.forgotten(wire.parse_received(path.read_bytes())) == places
    assert there.lacking(here) == []
    # Another laptop has not dropped them yet: it must not bring them back.
    with session.project.writing():
        session.project.log.replace(segment)
    again = pushed(session, folder)
    assert wire.forgotten(wire.parse_received(path.read_bytes())) == places
    assert again.agrees(here)


def test_two_maps_share_a_folder_and_nothing_else(
    session: Session, folder: Path, tmp_path: Path, here: Holdings
) -> None:
    other = founder(tmp_path / "other")
    add(other, "Port")
    other.seal()
    pushed(other, folder)
    assert transport(session, folder).look() == frozenset()
    assert pushed(session, folder).agrees(here)
    other.close()


def test_a_thousand_files_are_listed_without_opening_one(
    session: Session, folder: Path, here: Holdings
) -> None:
    place = folder / session.project.id.hex() / ("ab" * 16)
    place.mkdir(parents=True)
    for number in range(1000):
        # Folders: opening one as a file would fail, and be told.
        (place / f"{number:010}-{os.urandom(32).hex()}.cmseg").mkdir()
    there = transport(session, folder)
    assert len(there.look()) == 1
    assert there.troubles == []
    assert len(there.lacking(here)) == 3


# --- folders that fail ------------------------------------------------------------------------


def test_a_folder_that_is_gone_is_told(session: Session, tmp_path: Path) -> None:
    with pytest.raises(FolderGone):
        transport(session, tmp_path / "gone").look()


def test_a_folder_that_goes_while_it_is_read_is_told(
    session: Session, folder: Path, nothing: Holdings
) -> None:
    pushed(session, folder)
    there = transport(session, folder)
    (rid,) = there.look()
    shutil.rmtree(folder)
    with pytest.raises(FolderGone):
        list(there.fetch(rid, nothing))
    with pytest.raises(FolderGone):
        there.push([Holdings(session.project).segment(Holdings(session.project).listed()[0].name)])
    assert not folder.exists(), "a drive that is away must not come back as a plain folder"


@pytest.fixture
def full_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 64 kB."""
    folder = tmp_path / "full"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_folder_is_told_and_holds_whole_files_only(
    session: Session, full_folder: Path, nothing: Holdings
) -> None:
    (full_folder / "filler").write_bytes(bytes(4096 * 10))
    there = transport(session, full_folder)
    there.look()
    for _ in range(20):
        add(session, "x" * 100)
        session.seal()
    here = Holdings(session.project)
    with pytest.raises(DiskFull):
        there.push(here.segment(each.name) for each in there.lacking(here))
    assert list(full_folder.rglob("*.part")) == []
    again = transport(session, full_folder)
    assert len(fetched(again, nothing)) == len(files(full_folder))
    assert again.troubles == []


def test_a_folder_one_may_only_read_is_told(session: Session, folder: Path) -> None:
    # Root writes everywhere; what stands where a folder must be made stops everybody.
    (folder / session.project.id.hex()).write_bytes(b"")
    here, there = Holdings(session.project), transport(session, folder)
    assert there.look() == frozenset()
    with pytest.raises((FolderNotWritable, FolderGone)):
        there.push(here.segment(each.name) for each in there.lacking(here))


_WRITER = """
import sys
from pathlib import Path
from collabmap.app.session import Session
from collabmap.store.device import Device
from collabmap.sync.folder import FolderTransport
from collabmap.sync.transport import Holdings
session = Session.open(Path(sys.argv[1]), Device(Path(sys.argv[2])))
here = Holdings(session.project)
there = FolderTransport(Path(sys.argv[3]), session.project.id)
there.look()
def told():
    for each in there.lacking(here):
        yield here.segment(each.name)
        sys.stdout.write("written\\n")
        sys.stdout.flush()
there.push(told())
"""


@pytest.mark.parametrize("written", [1, 5, 17])
def test_a_kill_while_writing_leaves_whole_files_and_the_next_one_goes_on(
    session: Session, folder: Path, nothing: Holdings, written: int
) -> None:
    for number in range(30):
        add(session, f"Lieu {number}")
        session.seal()
    session.close()
    words = [str(session.path), str(session.device.folder), str(folder)]
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, *words], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    for _ in range(written):
        writer.stdout.readline()
    writer.kill()
    writer.wait()
    writer.stdout.close()
    there = transport(session, folder)
    assert len(fetched(there, nothing)) >= written
    assert there.troubles == []
    again = Session.open(session.path, session.device)
    assert pushed(again, folder).agrees(Holdings(again.project))
    again.close()


def test_a_file_gets_its_name_only_when_it_is_whole(folder: Path) -> None:
    with pytest.raises(TypeError):
        _write(folder / "a.cmseg", None)  # type: ignore[arg-type]
    assert list(folder.iterdir()) == []
    assert _write(folder / "a.cmseg", b"all of it") == 9
    assert (folder / "a.cmseg").read_bytes() == b"all of it"


# --- photos -----------------------------------------------------------------------------------


def test_a_photo_in_the_folder_is_the_photo_that_was_given(
    session: Session, folder: Path, tmp_path: Path
) -> None:
    import io

    photos = Blobs(tmp_path / "photos.blobs")
    name = photos.put(io.BytesIO(b"a photo" * 1000))
    there = transport(session, folder)
    there.push_blob(name, photos)
    assert there.blobs() == {name}
    manifest = there.manifest(name)
    assert manifest is not None
    assert there.chunk(name, 0) == b"a photo" * 1000
    path = next(path for path in folder.rglob(name.hex()) if path.is_file())
    path.write_bytes(b"another photo")
    assert there.manifest(name) is None
    assert [t.is_partial for t in there.troubles] == [True]
