"""A stick that is pulled out while it is written to, read from, or worked on."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collabmap.app.progress import Progress
from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.errors import CollabMapError, ProjectGone

from .conftest import DRAFT, Laptops

Pull = Callable[[], None]
# At which step of its progress each of them is in the middle of its file.
WRITERS = {"give_back": 4, "hand_out": 2, "export_geojson": 1}


@pytest.fixture
def large(town: Session) -> Session:
    for number in range(700):
        town.add(PlaceDraft(f"Lieu {number}", "eau", 7.4, 43.7))
        if number % 60 == 0:
            town.seal()
    return town


@pytest.fixture(params=["unmounted", "gone"])
def stick(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Pull]]:
    """A stick, and how to pull it: by the system, or the folder just goes."""
    folder = tmp_path / "stick"
    folder.mkdir()
    if request.param == "gone":
        yield folder, lambda: shutil.rmtree(folder)
        return
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("nothing can be mounted here")
    umount = ["umount", "-l", str(folder)]
    yield folder, lambda: subprocess.run(umount, check=True, capture_output=True) and None
    subprocess.run(umount, check=False, capture_output=True)


@pytest.mark.skipif(sys.platform == "win32", reason="a file in use cannot be taken away there")
@pytest.mark.parametrize("verb", WRITERS)
def test_a_stick_that_is_pulled_while_it_is_written_to_is_told(
    large: Session, stick: tuple[Path, Pull], tmp_path: Path, verb: str
) -> None:
    folder, pull = stick
    large.give_back(tmp_path / "before")
    sent, digest = large.unsent(), large.info().digest_hex
    steps = 0

    def progress(_: Progress) -> None:
        nonlocal steps
        steps += 1
        if steps == WRITERS[verb]:
            pull()

    with pytest.raises(CollabMapError):
        getattr(large, verb)(folder / "file", progress=progress)
    assert steps >= WRITERS[verb]
    assert not folder.exists() or list(folder.iterdir()) == []
    # It isn't believed to be sent, and the next stick gets it.
    assert (large.unsent(), large.info().digest_hex) == (sent, digest)
    getattr(large, verb)(tmp_path / "next", progress=None)


@pytest.mark.skipif(sys.platform == "win32", reason="a file in use cannot be taken away there")
def test_a_stick_that_is_pulled_while_it_is_read_gives_what_was_read(
    town: Session, laptops: Laptops, stick: tuple[Path, Pull]
) -> None:
    folder, pull = stick
    for name in ("Aïcha", "Nour", "Zoé"):
        laptop = laptops(name)
        laptop.add(DRAFT)
        laptop.send(folder / name)
    steps = 0

    def progress(_: Progress) -> None:
        nonlocal steps
        steps += 1
        if steps == 2:
            pull()

    report = town.merge([folder], progress=progress)
    assert len(report.problems) == 2
    assert len(town.reader.marks()) == 2
    assert town.rebuild() == report.digest


@pytest.mark.skipif(sys.platform == "win32", reason="an open map cannot be taken away there")
def test_a_map_on_a_stick_that_was_pulled_goes_on_when_it_is_back(
    town: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    town.seal()
    town.project.close()
    path = Path(shutil.copy(town.path, folder / "town.collabmap"))
    session = Session.open(path, town.device)
    first = session.add(DRAFT)
    folder.rename(tmp_path / "pulled")
    with pytest.raises(ProjectGone):
        session.add(DRAFT)
    (tmp_path / "pulled").rename(folder)
    second = session.add(DRAFT)
    digest = session.info().digest_hex
    session.close()
    again = Session.open(path, town.device)
    assert again.info().digest_hex == digest
    assert {first, second} <= {mark.id for mark in again.reader.marks()}
    again.close()
