"""One engine for every way to another copy of the map."""

import io
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from sharing import add, copy_for, digest, founder, places

from collabmap.app.session import Session
from collabmap.domain.segment import Segment
from collabmap.errors import Cancelled, FolderGone, FolderNotWritable
from collabmap.store.blobs import Blobs, Manifest
from collabmap.store.ingest import Received
from collabmap.sync import engine
from collabmap.sync.bundle import read_bundle
from collabmap.sync.carried import BundleTransport
from collabmap.sync.engine import Exchanged, batches, exchange, exchange_blobs, incoming
from collabmap.sync.folder import FolderTransport
from collabmap.sync.transport import Holdings, Listed, Traffic, Transport, Trouble


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


class Wire:
    """Another laptop at the end of a wire: what a hub will be.  May be cut after some segments."""

    can_push = True

    def __init__(self, other: Session, cut_after: int = 1_000_000) -> None:
        self.traffic, self.troubles = Traffic(), list[Trouble]()
        self._other = other
        self._left = cut_after
        self._there: set[bytes] = set()
        self.asked: list[bytes] = []

    def look(self) -> frozenset[bytes]:
        self._other.seal()
        self._there = Holdings(self._other.project).names()
        return frozenset(each.rid for each in Holdings(self._other.project).listed())

    def _pass(self, segment: Segment) -> Segment:
        if self._left == 0:
            raise FolderGone(folder="the wire")
        self._left -= 1
        return segment

    def fetch(self, rid: bytes, here: Holdings) -> Iterator[Segment]:
        self.asked.append(rid)
        for segment in self._other.project.log.since(here.vector()):
            if segment.rid == rid and here.missing([segment.name]):
                self.traffic.received += len(segment.data)
                yield self._pass(segment)

    def lacking(self, here: Holdings) -> list[Listed]:
        return [each for each in here.listed() if each.name not in self._there]

    def push(self, segments: Iterable[Segment]) -> None:
        for segment in segments:
            self.traffic.sent += len(segment.data)
            with self._other.project.writing():
                self._other.ingest.receive([self._pass(segment)])

    def agrees(self, here: Holdings) -> bool:
        return self._there == here.names()

    def blobs(self) -> frozenset[bytes]:
        return frozenset()

    def manifest(self, name: bytes) -> Manifest | None:
        return None

    def chunk(self, name: bytes, index: int) -> bytes:
        return b""

    def push_blob(self, name: bytes, here: Blobs) -> None:
        pass


def taking(session: Session) -> Callable[[list[Segment]], Received]:
    def receive(segments: list[Segment]) -> Received:
        with session.project.writing():
            return session.ingest.receive(segments)

    return receive


def over(session: Session, transport: Transport) -> Exchanged:
    return exchange(session.project, taking(session), transport, session.rid, seal=session.seal)


def through(session: Session, folder: Path) -> Exchanged:
    return over(session, FolderTransport(folder, session.project.id))


def test_two_laptops_end_with_the_same_map_over_a_wire(camille: Session, marcel: Session) -> None:
    add(camille, "Fontaine")
    add(marcel, "Lavoir")
    done = over(marcel, Wire(camille))
    assert done.is_done
    assert digest(marcel) == digest(camille)
    assert places(camille) == {"Fontaine", "Lavoir"}


def test_two_laptops_end_with_the_same_map_through_a_folder(
    camille: Session, marcel: Session, folder: Path
) -> None:
    add(camille, "Fontaine")
    add(marcel, "Lavoir")
    assert through(camille, folder).is_done
    assert through(marcel, folder).is_done
    done = through(camille, folder)
    assert (done.is_done, done.problem) == (True, None)
    assert digest(marcel) == digest(camille)


def test_an_exchange_with_nothing_new_moves_nothing(camille: Session, folder: Path) -> None:
    add(camille, "Fontaine")
    through(camille, folder)
    again = through(camille, folder)
    assert (again.is_done, again.segments, again.sent_segments, again.bytes_moved) == (
        True,
        0,
        0,
        0,
    )


@pytest.mark.parametrize("way", ["folder", "wire"])
def test_little_more_than_the_new_segments_is_moved(
    camille: Session, marcel: Session, folder: Path, way: str
) -> None:
    for number in range(40):
        add(marcel, f"Lieu {number}")
        add(camille, f"Place {number}")
    through(camille, folder)
    before = Holdings(marcel.project).names()
    there = Holdings(camille.project).names()
    done = through(marcel, folder) if way == "folder" else over(marcel, Wire(camille))
    here = Holdings(marcel.project)
    new = (here.names() - before) | (here.names() - there)
    size = sum(len(here.segment(name).data) for name in new)
    assert size > 2000
    assert done.is_done
    assert done.bytes_moved <= 1.1 * size + 12_000


def test_ones_own_log_comes_first_then_the_founders(camille: Session, marcel: Session) -> None:
    other = copy_for(camille, "aisha")
    for session in (camille, marcel, other):
        add(session, "Fontaine")
        session.seal()
    over(marcel, Wire(camille))
    over(other, Wire(camille))
    wire = Wire(camille)
    over(marcel, wire)
    assert wire.asked[:2] == [marcel.rid, camille.rid]
    assert wire.asked[2:] == [other.rid]
    other.close()


def test_a_backup_that_was_put_back_gets_its_own_words_before_it_signs_new_ones(
    camille: Session, marcel: Session, folder: Path, tmp_path: Path
) -> None:
    add(marcel, "Lavoir")
    marcel.close()
    shutil.copy(marcel.path, tmp_path / "backup")
    marcel = Session.open(marcel.path, marcel.device)
    add(marcel, "Kiosque")
    through(marcel, folder)
    marcel.close()
    shutil.copy(tmp_path / "backup", marcel.path)
    marcel = Session.open(marcel.path, marcel.device)
    through(marcel, folder)
    add(marcel, "Halle")
    assert through(marcel, folder).is_done
    assert places(marcel) == {"Lavoir", "Kiosque", "Halle"}
    through(camille, folder)
    assert digest(camille) == digest(marcel)
    assert len(camille.project.log.vector()[marcel.rid]) == 1, "no fork"
    marcel.close()


@pytest.mark.parametrize("cut", range(6))
def test_a_wire_that_is_cut_keeps_what_had_come_and_the_next_time_goes_on(
    camille: Session, marcel: Session, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    monkeypatch.setattr(engine, "MAX_CHANGES", 2)
    for number in range(3):
        for session in (camille, marcel):
            add(session, f"Lieu {number} {session is camille}")
            session.seal()
    held = len(Holdings(marcel.project).names())
    try:
        broken = over(marcel, Wire(camille, cut_after=cut)).problem
    except FolderGone as error:
        broken = error
    assert isinstance(broken, FolderGone)
    assert len(Holdings(marcel.project).names()) >= held + min(cut, 3)
    marcel.rebuild()
    assert over(marcel, Wire(camille)).is_done
    assert digest(camille) == digest(marcel)


def test_a_transaction_takes_no_more_than_its_share(
    camille: Session, marcel: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "MAX_CHANGES", 4)
    for number in range(10):
        add(camille, f"Lieu {number}")
        camille.seal()
    done = over(marcel, Wire(camille))
    assert len(done.received) > 2
    assert all(0 < each.changes <= 4 for each in done.received)


def test_a_segment_larger_than_a_transaction_goes_alone(
    camille: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(camille, "Fontaine", "Lavoir")
    camille.seal()
    add(camille, "Kiosque")
    camille.seal()
    segments = list(camille.project.log.since({}))
    monkeypatch.setattr(engine, "MAX_CHANGES", 1)
    assert list(batches(segments)) == [[each] for each in segments]


def test_stopping_in_the_middle_keeps_whole_transactions(
    camille: Session, marcel: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "MAX_CHANGES", 2)
    for number in range(6):
        add(camille, f"Lieu {number}")
        camille.seal()

    def stop(done: int) -> None:
        if done == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        exchange(
            marcel.project, taking(marcel), Wire(camille), marcel.rid, seal=marcel.seal, step=stop
        )
    assert 0 < len(places(marcel)) < 6
    before = digest(marcel)
    assert marcel.rebuild() == before


def test_what_cannot_be_given_does_not_undo_what_was_taken(
    camille: Session, marcel: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(camille, "Fontaine")
    add(marcel, "Lavoir")
    through(camille, folder)

    class ReadOnly(FolderTransport):
        def push(self, segments: Iterable[Segment]) -> None:
            for _ in segments:
                raise FolderNotWritable(folder=self.folder)

    done = over(marcel, ReadOnly(folder, marcel.project.id))
    assert isinstance(done.problem, FolderNotWritable)
    assert not done.is_done
    assert "Fontaine" in places(marcel)


def test_a_damaged_file_in_the_folder_keeps_done_from_being_said(
    camille: Session, marcel: Session, folder: Path
) -> None:
    add(camille, "Fontaine")
    through(camille, folder)
    path = max(folder.rglob("*.cmseg"))
    path.write_bytes(path.read_bytes()[:-5])
    done = through(marcel, folder)
    assert not done.is_done
    assert [trouble.is_partial for trouble in done.troubles] == [True]


def test_bundles_are_taken_by_the_same_engine(
    camille: Session, marcel: Session, tmp_path: Path
) -> None:
    add(camille, "Fontaine")
    one = camille.give_back(tmp_path / "one").path
    add(camille, "Lavoir")
    two = camille.give_back(tmp_path / "two").path
    carried = BundleTransport(read_bundle(path, marcel.project.id) for path in (two, one))
    names = [each.name for each in incoming(marcel.project, carried, marcel.rid)]
    assert len(names) == len(set(names)) == 2
    done = over(marcel, carried)
    assert (done.is_done, done.sent_segments) == (True, 0)
    assert places(marcel) == {"Fontaine", "Lavoir"}


def test_photos_cross_and_what_is_no_longer_shown_stays_away(
    camille: Session, folder: Path, tmp_path: Path
) -> None:
    mine, theirs = Blobs(tmp_path / "mine"), Blobs(tmp_path / "theirs")
    shown = mine.put(io.BytesIO(b"fontaine" * 300_000))
    taken_down = mine.put(io.BytesIO(b"a face"))
    there = FolderTransport(folder, camille.project.id)
    assert exchange_blobs(mine, there, [shown]) == ([], 1)
    assert there.blobs() == {shown}
    there.push_blob(taken_down, mine)
    assert exchange_blobs(theirs, there, [shown]) == ([shown], 0)
    assert theirs.read(shown) == b"fontaine" * 300_000
    assert not theirs.has(taken_down)
    assert exchange_blobs(theirs, there, [shown]) == ([], 0)


def test_a_photo_that_is_another_one_is_not_taken(
    camille: Session, folder: Path, tmp_path: Path
) -> None:
    mine, theirs = Blobs(tmp_path / "mine"), Blobs(tmp_path / "theirs")
    name = mine.put(io.BytesIO(b"fontaine"))
    there = FolderTransport(folder, camille.project.id)
    there.push_blob(name, mine)
    next(path for path in folder.rglob(name.hex()) if path.is_file()).write_bytes(b"puits")
    assert exchange_blobs(theirs, there, [name]) == ([], 0)
    assert not theirs.has(name)


def test_a_kill_in_the_middle_resumes_at_the_edge_of_a_transaction(
    camille: Session, marcel: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "MAX_CHANGES", 2)
    for number in range(6):
        add(camille, f"Lieu {number}")
        camille.seal()
    through(camille, folder)
    kept = 0

    def die(done: int) -> None:
        # As after a kill: another connection sees only what was committed.
        nonlocal kept
        database = sqlite3.connect(marcel.path)
        (count,) = database.execute("SELECT count(*) FROM segment").fetchone()
        database.close()
        assert count >= kept
        kept = count

    exchange(
        marcel.project,
        taking(marcel),
        FolderTransport(folder, marcel.project.id),
        marcel.rid,
        seal=marcel.seal,
        step=die,
    )
    assert kept > 3
