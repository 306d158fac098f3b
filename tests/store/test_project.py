"""A project file that meets the world: other files, other versions, full disks, other people."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.errors import (
    CollabMapError,
    FileMissing,
    FolderNotWritable,
    NotAProject,
    ProjectDamaged,
    ProjectGone,
    ProjectLocked,
    ProjectTooNew,
    ProjectTooOld,
)
from collabmap.store.device import Device
from collabmap.store.project import SCHEMA_VERSION, Project

DRAFT = PlaceDraft("Fontaine", "eau", 7.42, 43.73, description="x" * 5000)


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path / "device")


@pytest.fixture
def closed(tmp_path: Path, device: Device) -> Path:
    """A project with one place, closed."""
    session = Session.create(tmp_path / "town", device, "Ville", "Camille")
    session.add(DRAFT)
    session.close()
    return session.path


@pytest.mark.parametrize("content", [b"", b"holiday picture", b"SQLite format 3\x00" + b"x" * 200])
def test_a_file_that_is_no_project_is_refused_and_left_alone(
    tmp_path: Path, device: Device, content: bytes
) -> None:
    path = tmp_path / "x.collabmap"
    path.write_bytes(content)
    with pytest.raises(NotAProject):
        Session.open(path, device)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(tmp_path: Path, device: Device) -> None:
    path = tmp_path / "x.collabmap"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE t (x)")
    database.close()
    with pytest.raises(NotAProject):
        Session.open(path, device)


def test_a_name_that_no_system_takes_is_told(tmp_path: Path, device: Device) -> None:
    path = tmp_path / ("x" * 300)
    with pytest.raises(CollabMapError):
        Session.create(path, device, "Ville", "Camille")
    with pytest.raises(CollabMapError):
        Session.open(path, device)


def test_a_missing_file_is_told(tmp_path: Path, device: Device) -> None:
    with pytest.raises(FileMissing):
        Session.open(tmp_path / "x.collabmap", device)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_project_is_refused_and_left_alone(
    closed: Path, device: Device, read_only: bool
) -> None:
    database = sqlite3.connect(closed)
    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    database.close()
    before = closed.read_bytes()
    with pytest.raises(ProjectTooNew):
        Session.open(closed, device, read_only=read_only)
    assert closed.read_bytes() == before


def test_a_truncated_project_is_told_as_damaged(closed: Path, device: Device) -> None:
    closed.write_bytes(closed.read_bytes()[:9000])
    with pytest.raises((ProjectDamaged, NotAProject)):
        Session.open(closed, device).add(DRAFT)


def test_a_file_of_a_trial_version_is_refused_and_left_as_it_is(
    closed: Path, device: Device
) -> None:
    database = sqlite3.connect(closed)
    database.execute("PRAGMA user_version = 2")
    database.close()
    before = closed.read_bytes()
    with pytest.raises(ProjectTooOld):
        Session.open(closed, device)
    assert closed.read_bytes() == before


def test_a_project_in_a_folder_one_may_not_write_opens_for_looking(
    closed: Path, device: Device
) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere; the next test uses another user")
    closed.parent.chmod(0o555)
    try:
        session = Session.open(closed, device, read_only=True)
        assert len(session.reader.marks()) == 1
        session.close()
    finally:
        closed.parent.chmod(0o755)


_AS_NOBODY = """
import encodings.ascii, encodings.idna, os, sys
from pathlib import Path
from collabmap.app.session import Session
from collabmap.errors import CollabMapError
from collabmap.store.device import Device
os.setuid(65534)
device = Device(Path(sys.argv[2]))
try:
    Session.open(Path(sys.argv[1]), device)
except CollabMapError as error:
    sys.stdout.write(error.code + "\\n")
session = Session.open(Path(sys.argv[1]), device, read_only=True)
sys.stdout.write(f"{len(session.reader.marks())}\\n")
session.close()
"""


def test_another_user_is_told_and_may_look_at_a_folder_he_may_not_write(
    closed: Path, tmp_path: Path
) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can become another user")
    checkout = Path(__file__).resolve()
    if not all(folder.stat().st_mode & 0o001 for folder in checkout.parents):
        pytest.skip("another user may not read this checkout")
    public = Path("/var/tmp") / f"collabmap-test-{os.getpid()}"
    (public / "home").mkdir(parents=True)
    try:
        shutil.copy(closed, public / "town.collabmap")
        (public / "home").chmod(0o777)
        done = subprocess.run(
            [sys.executable, "-c", _AS_NOBODY, public / "town.collabmap", public / "home" / "d"],
            capture_output=True,
            text=True,
            cwd="/",
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            check=False,
        )
        if "Permission denied" in done.stderr and not done.stdout:
            pytest.skip("the other user may not read this Python")
        assert done.stdout.split() == ["folder-not-writable", "1"], done.stderr
    finally:
        shutil.rmtree(public)


# --- folders that are gone, other windows ------------------------------------------------------


@pytest.mark.parametrize("verb", ["send", "hand_out", "export_geojson"])
def test_a_folder_that_is_gone_is_told(
    closed: Path, device: Device, tmp_path: Path, verb: str
) -> None:
    session = Session.open(closed, device)
    with pytest.raises((FileMissing, FolderNotWritable)) as told:
        getattr(session, verb)(tmp_path / "gone" / "file")
    assert isinstance(told.value, CollabMapError)
    session.close()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_project_has_one_writer_also_by_a_link_to_it(
    closed: Path, device: Device, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.collabmap"
    link.symlink_to(closed)
    session = Session.open(closed, device)
    with pytest.raises(ProjectLocked):
        Session.open(link, device)
    session.close()


def test_an_opening_that_failed_leaves_the_project_free(closed: Path, device: Device) -> None:
    database = sqlite3.connect(device.folder / "device.sqlite")
    database.execute("DROP TABLE recent")
    database.close()
    with pytest.raises(CollabMapError) as failed:
        Session.open(closed, device)
    # The window keeps the error, to show it, and with it all that the failed call had open.
    assert failed.value.__traceback__ is not None
    Session.open(closed, Device(device.folder)).close()


@pytest.mark.parametrize(
    "parts",
    [
        {"theme": "../../device"},
        {"theme": "a theme of tomorrow"},
        {"sealing_key": b"short"},
        {"name": 5},
        {"founder": b"nobody"},
    ],
)
def test_founding_words_that_make_no_sense_end_in_words_for_people(
    closed: Path, device: Device, parts: dict[str, object]
) -> None:
    project = Project.open(closed, read_only=True)
    words = project.genesis
    project.close()
    other = replace(words, **parts)  # type: ignore[arg-type]
    data = replace(other, signature=device.key.sign(other.words())).encode()
    database = sqlite3.connect(closed)
    database.execute("UPDATE meta SET value = ? WHERE key = 'genesis'", (data,))
    database.commit()
    database.close()
    with contextlib.suppress(CollabMapError):
        session = Session.open(closed, device)
        assert session.theme.knows("eau")
        session.close()


@pytest.mark.parametrize("genesis", [None, b"", b"\xc1", b"\x91" * 5000 + b"\xc0"])
def test_a_project_without_founding_words_is_no_project(
    closed: Path, device: Device, genesis: bytes | None
) -> None:
    database = sqlite3.connect(closed)
    database.execute("DELETE FROM meta WHERE key = 'genesis'")
    if genesis is not None:
        database.execute("INSERT INTO meta VALUES ('genesis', ?)", (genesis,))
    database.commit()
    database.close()
    with pytest.raises(NotAProject):
        Session.open(closed, device)


# --- a dying disk -----------------------------------------------------------------------------


def test_a_segment_that_broke_on_the_disk_is_told_by_every_verb(
    closed: Path, device: Device
) -> None:
    database = sqlite3.connect(closed)
    database.execute("UPDATE segment SET data = substr(data, 1, 300)")
    database.commit()
    database.close()
    with pytest.raises(ProjectDamaged):
        Session.open(closed, device)
    session = Session.open(closed, device, read_only=True)
    (mark,) = session.reader.marks()
    for verb in (
        lambda: session.reader.place(mark.id),
        lambda: session.unsent(),
        lambda: session.give_back(closed.parent / "back"),
    ):
        with pytest.raises(ProjectDamaged):
            verb()
    session.close()


def test_rows_that_broke_on_the_disk_are_told_and_made_anew(closed: Path, device: Device) -> None:
    session = Session.open(closed, device)
    database = sqlite3.connect(closed)
    database.execute("UPDATE feature SET fields = '{\"desc'")
    database.commit()
    database.close()
    (mark,) = session.reader.marks()
    with pytest.raises(ProjectDamaged):
        session.reader.place(mark.id)
    session.rebuild()
    assert session.reader.place(mark.id) is not None
    session.close()


def test_a_row_that_broke_while_somebody_looked_at_it_is_told_when_they_save(
    closed: Path, device: Device
) -> None:
    session = Session.open(closed, device)
    (mark,) = session.reader.marks()
    view = session.reader.place(mark.id)
    assert view is not None
    database = sqlite3.connect(closed)
    database.execute("UPDATE feature SET fields = '{\"desc'")
    database.commit()
    database.close()
    with pytest.raises(ProjectDamaged):
        session.edit(view, {"description": "où l’on se retrouve"})
    session.close()


def test_a_snapshot_goes_on_seeing_the_file_as_it_was(closed: Path) -> None:
    project = Project.open(closed)
    try:
        read = "SELECT value FROM meta WHERE key = 'note'"
        with project.writing():
            project.set_meta("note", b"before")
        with project.writing(), project.snapshot() as inside:
            project.set_meta("note", b"meanwhile")
            assert inside.execute(read).fetchone() == (b"before",)
        with project.snapshot() as outside:
            with project.writing():
                project.set_meta("note", b"after")
            assert outside.execute(read).fetchone() == (b"meanwhile",)
        assert project.meta("note") == b"after"
    finally:
        project.close()


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be deleted there")
def test_no_snapshot_is_taken_of_a_file_that_is_gone(closed: Path) -> None:
    project = Project.open(closed)
    try:
        closed.rename(closed.with_name("elsewhere.collabmap"))
        with pytest.raises(ProjectGone), project.snapshot():
            pass
    finally:
        project.close()
