"""No room at each write of each verb: told in words, nothing changed, and it works with room.

Twice: on a small disk of its own, where one may be mounted, with one page more room each time; and
under a limit to the size of every file, which the system keeps to everywhere but on Windows.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.errors import CollabMapError, DiskFull, ProjectGone
from collabmap.store.device import Device

from .conftest import DRAFT, Laptops

PAGE = 4096
DISK_BYTES = 3 << 20
Verb = Callable[[Session, Path], object]


def edit(session: Session, disk: Path) -> object:
    view = session.reader.place(session.reader.marks()[0].id)
    assert view is not None
    return session.edit(view, {"name": "Fontaine neuve", "description": "claire " * 900})


def merge(session: Session, disk: Path) -> object:
    return session.merge([session.path.parent.parent / "elsewhere" / "in.cmbundle"])


def redact(session: Session, disk: Path) -> object:
    """Take a place away; what it takes to get it off the disk is done later if there is no room."""
    return session.redact_place(session.reader.marks()[0].id)


def name_someone(session: Session, disk: Path) -> object:
    """Write to the device's own file; the long name takes room there."""
    return session.begin_person("Nour")


VERBS: dict[str, Verb] = {
    "edit": edit,
    "seal": lambda session, disk: session.seal(),
    "merge": merge,
    "redact": redact,
    "bundle": lambda session, disk: session.give_back(disk / "all"),
    "kit": lambda session, disk: session.hand_out(disk / "kit"),
    "export": lambda session, disk: session.export_geojson(disk / "map.geojson"),
    "device": name_someone,
}


@pytest.fixture
def elsewhere(town: Session, laptops: Laptops, tmp_path: Path) -> Path:
    """A folder with room: a closed map, its device, and a bundle for it."""
    resident = laptops("Aïcha")
    for number in range(12):
        resident.add(PlaceDraft(f"Lieu {number}", "eau", 7.4, 43.7, "ombragé " * 30))
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    resident.send(folder / "in")
    for _ in range(6):
        town.add(DRAFT)
    # As if it had been killed: with a tail that is not sealed.
    town.project.close()
    town.device.close()
    shutil.copytree(tmp_path / "coordinator", folder / "device")
    shutil.copy(town.path, folder / "town.collabmap")
    return folder


class Opened:
    """A copy of the map, opened; on the disk lies the map, or only the device's own file."""

    def __init__(self, elsewhere: Path, disk: Path, verb: str) -> None:
        for path in disk.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.is_of_device = verb == "device"
        room = elsewhere.parent / "room"
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir()
        self.home, self.map = (disk, room) if self.is_of_device else (room, disk)
        shutil.copytree(elsewhere / "device", self.home / "device")
        shutil.copy(elsewhere / "town.collabmap", self.map)
        self.device = Device(self.home / "device")
        self.session = Session.open(self.map / "town.collabmap", self.device)

    def state(self) -> tuple[object, ...]:
        """Return what a person sees of it.  Whether the tail is sealed yet, nobody does."""
        session = self.session
        names = sorted(mark.name for mark in session.reader.marks())
        return session.info().digest_hex, names, session.person, session.undo_words()

    def close(self) -> None:
        self.session.close()
        self.device.close()


def assert_all_or_nothing(
    elsewhere: Path,
    disk: Path,
    name: str,
    limited: Callable[[int], "contextlib.AbstractContextManager[object]"],
    told: tuple[type[CollabMapError], ...],
    most: int,
) -> None:
    """Do a verb with room for so many pages, one more each time, until it succeeds.

    limited: makes the room so small.  told: what a person may be told.
    """
    failures = 0
    for pages in range(most):
        opened = Opened(elsewhere, disk, name)
        before = opened.state()
        here = {path.name for path in disk.iterdir()}
        try:
            with limited(pages):
                VERBS[name](opened.session, disk)
        except told:
            failures += 1
            assert opened.state() == before
            assert {path.name for path in disk.iterdir()} == here
            VERBS[name](opened.session, disk)
            is_done = False
        else:
            is_done = True
        after = opened.state()
        assert opened.session.rebuild() == after[0]
        opened.close()
        again = Session.open(opened.session.path, Device(opened.home / "device"))
        assert again.info().digest_hex == after[0]
        again.close()
        again.device.close()
        if is_done:
            assert failures > 0
            return
    pytest.fail(f"{name} does not fit into {most} pages")


# --- a small disk -------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    options = f"size={DISK_BYTES}"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def filled(disk: Path, pages: int) -> Iterator[None]:
    """Leave room for so many pages on a disk, and make room again."""
    filler = disk / ".filler"
    descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(descriptor, bytes(PAGE))
    except OSError:
        os.ftruncate(descriptor, max(0, os.fstat(descriptor).st_size - pages * PAGE))
    finally:
        os.close(descriptor)
    try:
        yield
    finally:
        filler.unlink()


@pytest.mark.parametrize("verb", VERBS)
def test_on_a_full_disk_a_verb_is_done_or_told_and_nothing_between(
    elsewhere: Path, disk: Path, verb: str
) -> None:
    assert_all_or_nothing(
        elsewhere, disk, verb, lambda pages: filled(disk, pages), (DiskFull,), most=400
    )


def test_a_map_on_a_full_disk_can_be_looked_at(elsewhere: Path, disk: Path) -> None:
    opened = Opened(elsewhere, disk, "map")
    digest = opened.state()[0]
    opened.session.close()
    with filled(disk, 0):
        with pytest.raises(DiskFull):
            Session.open(opened.session.path, opened.device)
        session = Session.open(opened.session.path, opened.device, read_only=True)
        assert session.info().digest_hex == digest
        session.close()
    Session.open(opened.session.path, opened.device).close()
    opened.device.close()


def test_a_device_on_a_full_disk_keeps_its_key(elsewhere: Path, disk: Path) -> None:
    opened = Opened(elsewhere, disk, "device")
    key = opened.device.key.public
    opened.close()
    with filled(disk, 0), pytest.raises(DiskFull):
        Device(opened.home / "device")
    again = Device(opened.home / "device")
    assert again.key.public == key
    again.close()


def test_a_new_device_on_a_full_disk_leaves_no_half_key(disk: Path) -> None:
    with filled(disk, 0), pytest.raises(DiskFull):
        Device(disk / "device")
    Device(disk / "device").close()


# --- files that may not grow --------------------------------------------------------------------


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
@pytest.mark.parametrize("verb", VERBS)
def test_where_files_may_not_grow_a_verb_is_done_or_told_and_nothing_between(
    elsewhere: Path, tmp_path: Path, verb: str
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    # Not at the edge of a page, so that writes are also cut in their middle.
    assert_all_or_nothing(
        elsewhere,
        folder,
        verb,
        lambda pages: no_file_larger_than(pages * PAGE + 100 * pages),
        (DiskFull, ProjectGone),
        most=400,
    )
