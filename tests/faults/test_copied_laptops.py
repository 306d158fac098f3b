"""One laptop that becomes several: a room of images, and a backup that was put back."""

import itertools
import random
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store import machine
from collabmap.store.device import Device

from .conftest import DRAFT

IMAGES = 6


def computer(number: int) -> machine.Fingerprint:
    """Return what a device sees of the computer it runs on."""
    return machine.fingerprint("1" * 32, [bytes.fromhex(f"3c5282aabb{number:02x}")])


class Room:
    """Opens the disks of computers, and closes them in the end."""

    def __init__(self, opened: ExitStack) -> None:
        self._opened = opened

    def open(self, folder: Path, number: int) -> Session:
        device = Device(folder / "device", lambda: computer(number))
        self._opened.callback(device.close)
        session = Session.open(next(folder.glob("*.collabmap")), device)
        session.project.connection.execute("PRAGMA synchronous = OFF")
        return self._opened.enter_context(closing(session))


@pytest.fixture
def room() -> Iterator[Room]:
    with ExitStack() as opened:
        yield Room(opened)


@pytest.fixture
def disk(kit: Path, tmp_path: Path) -> Path:
    """A laptop's disk, switched off without warning: the last place is not signed yet."""
    folder = tmp_path / "disk"
    folder.mkdir()
    device = Device(folder / "device", lambda: computer(0))
    session = Session.open_kit(kit, folder, device)
    session.begin_person("Aïcha")
    session.add(PlaceDraft("signed", "eau", 7.4, 43.7))
    session.seal()
    session.add(PlaceDraft("not signed", "eau", 7.4, 43.7))
    session.project.close()
    device.close()
    return folder


def names(session: Session) -> list[str]:
    return sorted(mark.name for mark in session.reader.marks())


@pytest.mark.parametrize("seed", range(3))
def test_the_images_of_one_laptop_are_laptops_of_their_own_and_nothing_is_lost(
    town: Session, disk: Path, room: Room, tmp_path: Path, seed: int
) -> None:
    copies = [Path(shutil.copytree(disk, tmp_path / f"image-{n}")) for n in range(IMAGES)]
    laptops = [room.open(copy, number) for number, copy in enumerate(copies)]
    written = []
    for number, laptop in enumerate(laptops):
        if laptop.person is None:
            laptop.begin_person("Aïcha")
        for place in range(3):
            written.append(f"{number}-{place}")
            laptop.add(PlaceDraft(written[-1], "eau", 7.4, 43.7))
            laptop.seal()
    assert len({laptop.rid for laptop in laptops}) == IMAGES
    bundles = [
        laptop.send(tmp_path / f"sent-{number}").path for number, laptop in enumerate(laptops)
    ]
    random.Random(seed).shuffle(bundles)
    for bundle in bundles:
        town.merge([bundle])
    assert names(town) == sorted([DRAFT.name, "signed", "not signed", *written])
    assert town.project.log.unapplied() == 0
    assert town.rebuild() == town.info().digest_hex
    back = town.give_back(tmp_path / "back").path
    for laptop in laptops:
        laptop.merge([back])
        assert names(laptop) == names(town)
    final = [laptop.give_back(tmp_path / f"final-{n}").path for n, laptop in enumerate(laptops)]
    town.merge(final)
    for laptop in laptops:
        laptop.merge([town.give_back(tmp_path / "back").path])
    assert {laptop.rebuild() for laptop in laptops} == {town.rebuild()}


def test_two_copies_under_one_key_are_both_kept_where_nothing_told_them_apart(
    town: Session, disk: Path, room: Room, tmp_path: Path
) -> None:
    """Two computers that look the same: each branch is kept, and no number is taken for a name."""
    copies = [Path(shutil.copytree(disk, tmp_path / f"image-{n}")) for n in range(2)]
    sessions = []
    for number, copy in enumerate(copies):
        session = room.open(copy, 0)
        session.add(PlaceDraft(f"mine {number}", "eau", 7.4, 43.7))
        session.seal()
        sessions.append(session)
    parts = [session.send(tmp_path / f"{n}").path for n, session in enumerate(sessions)]
    for order in itertools.permutations(parts):
        for part in order:
            town.merge([part])
    # The unsigned place was signed by both: one place, told twice.
    assert names(town) == sorted([DRAFT.name, "signed", "not signed", "mine 0", "mine 1"])
    assert len(town.project.log.vector()[sessions[0].rid]) == 2
    assert town.rebuild() == town.info().digest_hex


@pytest.mark.parametrize("writes_before_it_hears", [False, True])
def test_a_backup_that_was_put_back_ends_with_all_it_ever_wrote(
    town: Session, disk: Path, room: Room, tmp_path: Path, writes_before_it_hears: bool
) -> None:
    backup = Path(shutil.copytree(disk, tmp_path / "backup"))
    laptop = room.open(disk, 0)
    laptop.add(PlaceDraft("after the backup", "eau", 7.4, 43.7))
    town.merge([laptop.send(tmp_path / "sent").path])
    laptop.close()
    restored = room.open(backup, 0)
    if writes_before_it_hears:
        restored.add(PlaceDraft("before it hears", "eau", 7.4, 43.7))
    restored.merge([town.give_back(tmp_path / "back").path])
    restored.add(PlaceDraft("after it hears", "eau", 7.4, 43.7))
    expected = ["signed", "not signed", "after the backup", "after it hears", DRAFT.name]
    if writes_before_it_hears:
        expected.append("before it hears")
        restored.adopt_set_aside()
    town.merge([restored.send(tmp_path / "again").path])
    restored.merge([town.give_back(tmp_path / "back").path])
    assert set(names(town)) == set(expected)
    assert names(restored) == names(town)
    assert restored.rebuild() == town.rebuild()
