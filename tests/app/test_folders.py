"""Sharing a map through a folder, as people do it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from sharing import add, copy_for, digest, founder, places

from collabmap.app import folders
from collabmap.app.folders import FolderReport, sync_folder
from collabmap.app.progress import CancelToken, Progress
from collabmap.app.session import Session
from collabmap.domain.effect import Effect
from collabmap.errors import Cancelled, DiskFull, FolderGone, ProjectReadOnly


@pytest.fixture
def camille(tmp_path: Path) -> Iterator[Session]:
    session = founder(tmp_path)
    yield session
    session.close()


@pytest.fixture
def marcel(camille: Session) -> Iterator[Session]:
    session = copy_for(camille, "marcel")
    yield session
    session.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    return folder


def count(folder: Path) -> int:
    return len(list(folder.rglob("*.cmseg")))


def test_what_one_adds_the_other_sees(camille: Session, marcel: Session, folder: Path) -> None:
    add(camille, "Fontaine")
    add(marcel, "Lavoir")
    assert sync_folder(camille, folder).is_done
    report = sync_folder(marcel, folder)
    assert (report.received.added, report.received.by_person[0][0].name) == (1, "Camille")
    assert report.sent_changes > 0
    assert report.is_done
    sync_folder(camille, folder)
    assert places(camille) == places(marcel) == {"Fontaine", "Lavoir"}
    assert digest(camille) == digest(marcel)


def test_the_screen_is_told_what_came(camille: Session, marcel: Session, folder: Path) -> None:
    add(camille, "Fontaine")
    sync_folder(camille, folder)
    told: list[Effect] = []
    marcel.effects.subscribe(told.append)
    sync_folder(marcel, folder)
    assert sum(effect.added for effect in told) == 1


def test_what_was_shared_counts_as_sent(camille: Session, folder: Path) -> None:
    add(camille, "Fontaine")
    assert camille.unsent() == 1
    sync_folder(camille, folder)
    assert camille.unsent() == 0


def test_the_folder_is_remembered_until_it_is_forgotten(camille: Session, folder: Path) -> None:
    assert folders.shared_folder(camille) is None
    sync_folder(camille, folder)
    assert folders.shared_folder(camille) == folder
    folders.forget_folder(camille)
    assert folders.shared_folder(camille) is None


def test_by_itself_it_signs_late(camille: Session, folder: Path) -> None:
    sync_folder(camille, folder)
    before = count(folder)
    add(camille, "Fontaine")
    sync_folder(camille, folder, by_itself=True)
    assert count(folder) == before
    assert sync_folder(camille, folder).sent_changes > 0
    assert count(folder) == before + 1


def test_by_itself_it_signs_what_has_waited_long_or_is_much(
    camille: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(camille, "Fontaine")
    later = camille.now
    camille.now = lambda: later() + 11 * 60_000
    assert sync_folder(camille, folder, by_itself=True).sent_changes > 0
    camille.now = later
    add(camille, *(f"Lieu {number}" for number in range(60)))
    assert sync_folder(camille, folder, by_itself=True).sent_changes >= 60


def test_files_on_their_way_and_strange_ones_are_told(
    camille: Session, marcel: Session, folder: Path
) -> None:
    add(camille, "Fontaine")
    sync_folder(camille, folder)
    path = max(folder.rglob("*.cmseg"))
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    strange = path.with_name(f"{path.stem} (conflicted copy).cmseg")
    strange.write_bytes(whole)
    report = sync_folder(marcel, folder)
    assert (report.partial, report.damaged) == ((path.name,), (strange.name,))
    assert (report.is_done, places(marcel)) == (False, set())
    path.write_bytes(whole)
    assert sync_folder(marcel, folder).received.added == 1
    assert strange.exists()


def test_what_waits_for_an_earlier_file_is_counted(
    camille: Session, marcel: Session, folder: Path
) -> None:
    add(camille, "Fontaine")
    camille.seal()
    add(camille, "Lavoir")
    sync_folder(camille, folder)
    first, *_ = sorted(folder.glob(f"*/{camille.rid.hex()}/*.cmseg"))[-2:]
    away = first.rename(first.with_suffix(".elsewhere"))
    assert sync_folder(marcel, folder).waiting == 1
    away.rename(first)
    report = sync_folder(marcel, folder)
    assert (report.waiting, report.received.added) == (0, 2)


def test_a_folder_that_is_gone_is_told(camille: Session, tmp_path: Path) -> None:
    with pytest.raises(FolderGone):
        sync_folder(camille, tmp_path / "gone")


def test_a_map_that_is_open_for_looking_only_is_not_shared(camille: Session, folder: Path) -> None:
    camille.close()
    looking = Session.open(camille.path, camille.device, read_only=True)
    with pytest.raises(ProjectReadOnly):
        sync_folder(looking, folder)
    looking.close()


def test_it_can_be_stopped_and_says_how_far_it_is(
    camille: Session, marcel: Session, folder: Path
) -> None:
    for name in ("Fontaine", "Lavoir", "Halle"):
        add(camille, name)
        camille.seal()
    sync_folder(camille, folder)
    token, told = CancelToken(), list[Progress]()

    def listen(progress: Progress) -> None:
        told.append(progress)
        if progress.done == 2:
            token.cancel()

    with pytest.raises(Cancelled):
        sync_folder(marcel, folder, progress=listen, cancel=token)
    assert [progress.done for progress in told] == [1, 2]
    assert sync_folder(marcel, folder).is_done


@pytest.fixture
def full_folder(tmp_path: Path) -> Iterator[Path]:
    """A shared folder on a disk that is full."""
    folder = tmp_path / "full"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_folder_is_a_problem_that_is_told(camille: Session, full_folder: Path) -> None:
    with (full_folder / "filler").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(os.urandom(4096))
        except OSError:
            pass
    add(camille, "Fontaine")
    report: FolderReport = sync_folder(camille, full_folder)
    assert [type(problem) for problem in report.problems] == [DiskFull]
    assert camille.unsent() == 1
    (full_folder / "filler").unlink()
    assert sync_folder(camille, full_folder).is_done


def test_receipts_do_not_answer_receipts_for_ever(
    camille: Session, marcel: Session, folder: Path
) -> None:
    add(camille, "Fontaine")
    add(marcel, "Lavoir")
    for _ in range(3):
        sync_folder(camille, folder)
        sync_folder(marcel, folder)
    before = count(folder)
    assert sync_folder(camille, folder).sent_changes == 0
    assert sync_folder(marcel, folder).sent_changes == 0
    assert count(folder) == before


def test_photos_come_and_go_through_the_folder(
    camille: Session, marcel: Session, folder: Path
) -> None:
    add(camille, "Fontaine")
    (mark,) = camille.reader.marks()
    view = camille.reader.place(mark.id)
    assert view is not None
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(0x3366CC)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG")
    camille.add_photo(view, bytes(buffer.data().data()), "la fontaine")
    assert sync_folder(camille, folder).sent_photos == 1
    assert sync_folder(marcel, folder).received.photos == 1
    shown = marcel.reader.place(mark.id)
    assert shown is not None
    assert [photo.is_here for photo in shown.photos] == [True]
    assert sync_folder(marcel, folder).received.photos == 0


def test_five_laptops_share_one_folder_and_end_alike(camille: Session, folder: Path) -> None:
    others = [copy_for(camille, f"laptop{number}") for number in range(4)]
    laptops = [camille, *others]
    for turn in range(3):
        for number, laptop in enumerate(laptops):
            add(laptop, f"Lieu {turn} {number}")
            sync_folder(laptop, folder)
    for laptop in laptops:
        assert sync_folder(laptop, folder).is_done
    assert len({digest(laptop) for laptop in laptops}) == 1
    assert len(places(camille)) == 15
    for other in others:
        other.close()
