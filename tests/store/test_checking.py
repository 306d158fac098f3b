"""A map file on a dying disk: what is wrong is found, what is whole is saved."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from sharing import add, copy_for, founder, places

from collabmap.app.rekeying import adopt_set_aside
from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geometry import prepare
from collabmap.errors import (
    CollabMapError,
    FileMissing,
    NotAProject,
    ProjectLocked,
    ProjectUnrepairable,
)
from collabmap.store.blobs import Blobs
from collabmap.store.checking import Checked, Fault, check
from collabmap.store.repair import repair


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A map of two people in some segments, with unsigned changes."""
    session = founder(tmp_path)
    other = copy_for(session, "marcel")
    for number in range(12):
        add(session, f"Fontaine {number}")
        add(other, f"Lavoir {number}")
        session.seal()
        other.seal()
    session.merge([other.give_back(tmp_path / "m").path])
    other.close()
    item = session.reader.review_items()[0]
    session.accept(item)
    path = shapely.LineString([(7.42, 43.73), (7.43, 43.74)])
    session.add(PlaceDraft("Sentier", "eau", 7.42, 43.73, geometry_wkb=prepare(path).wkb))
    session.seal()
    add(session, "not signed yet")
    yield session
    session.close()


@pytest.fixture
def closed(session: Session, tmp_path: Path) -> Path:
    """A copy of that file, not open anywhere."""
    path = tmp_path / "copy.collabmap"
    target = sqlite3.connect(path)
    session.project.connection.backup(target)
    target.close()
    return path


def change(path: Path, *statements: str) -> None:
    database = sqlite3.connect(path)
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def faults(checked: Checked) -> dict[Fault, int]:
    return {finding.fault: finding.count for finding in checked.findings}


def names(path: Path) -> set[bytes]:
    database = sqlite3.connect(path)
    found = {row[0] for row in database.execute("SELECT name FROM segment")}
    database.close()
    return found


def opens(path: Path, session: Session) -> set[str]:
    """Return the places of a map that was repaired, opened by its own laptop."""
    again = Session.open(path, session.device)
    found = places(again)
    digest = again.info().digest_hex
    assert again.rebuild() == digest
    again.close()
    return found


# --- what is found ----------------------------------------------------------------------------


def test_a_sound_map_has_nothing_to_tell(closed: Path) -> None:
    before = closed.read_bytes()
    checked = check(closed)
    assert (checked.is_sound, checked.findings) == (True, ())
    assert checked.segments > 20
    assert checked.changes > checked.segments
    assert closed.read_bytes() == before


def test_a_map_that_is_open_can_be_checked(session: Session) -> None:
    assert check(session.path).is_sound
    add(session, "still open")
    assert "still open" in places(session)


def test_what_is_no_map_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        check(tmp_path / "gone.collabmap")
    other = tmp_path / "other.collabmap"
    change(other, "CREATE TABLE t (x)")
    with pytest.raises(NotAProject):
        check(other)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE segment SET data = substr(data, 1, 300) WHERE id = 5", Fault.SEGMENT),
        ("UPDATE segment SET data = zeroblob(0) WHERE id = 5", Fault.SEGMENT),
        ("UPDATE segment SET rid = zeroblob(16) WHERE id = 5", Fault.LABEL),
        ("UPDATE segment SET first = first + 1 WHERE id = 5", Fault.LABEL),
        ("UPDATE segment SET name = zeroblob(32) WHERE id = 5", Fault.LABEL),
        ("DELETE FROM segment WHERE id = 5", Fault.CHAIN),
        ("UPDATE feature SET name = 'altered' WHERE name = 'Fontaine 3'", Fault.ROWS),
        ("DELETE FROM feature WHERE name = 'Fontaine 3'", Fault.ROWS),
        ("UPDATE feature_box SET east = east + 1, west = west + 1", Fault.ROWS),
        ("DELETE FROM feature_box", Fault.ROWS),
        ("UPDATE feature_cell SET cell = cell + 1 WHERE feature = 3", Fault.ROWS),
        ("DELETE FROM feature_cell WHERE feature = 3", Fault.ROWS),
        ("INSERT INTO feature_cell SELECT cell + 1, feature FROM feature_cell", Fault.ROWS),
        ("INSERT INTO feature_cell VALUES (7, 1000)", Fault.ROWS),
        ("UPDATE person SET name = 'Mallory'", Fault.ROWS),
        ("UPDATE meta SET value = zeroblob(32) WHERE key = 'digest'", Fault.DIGEST),
        ("UPDATE tail SET structure = x'c1'", Fault.TAIL),
        ("UPDATE tail SET seq = seq + 7", Fault.TAIL),
        ("DELETE FROM meta WHERE key = 'tail'", Fault.TAIL),
    ],
)
def test_what_was_altered_is_found_and_made_good(
    closed: Path, session: Session, statement: str, fault: Fault
) -> None:
    change(closed, statement)
    checked = check(closed)
    assert fault in faults(checked)
    assert not checked.is_sound
    repaired = repair(closed)
    assert repaired.remaining.is_sound
    assert check(closed).is_sound
    assert len(opens(closed, session)) >= 10


def test_what_waits_for_an_earlier_segment_is_no_fault(session: Session, tmp_path: Path) -> None:
    other = copy_for(session, "aisha")
    for name in ("Halle", "Kiosque"):
        add(other, name)
        other.seal()
    *_, last = other.project.log.since({})
    last = max(other.project.log.since({}), key=lambda s: (s.rid == other.rid, s.head.first))
    with session.project.writing():
        session.ingest.receive([last])
    assert faults(check(session.path)) == {Fault.WAITING: 1}
    assert check(session.path).is_sound
    other.close()


def test_a_photo_that_the_disk_has_changed_is_found(closed: Path) -> None:
    import io

    blobs = Blobs.beside(closed)
    sound, changed = blobs.put(io.BytesIO(b"sound")), blobs.put(io.BytesIO(b"photo"))
    blobs.path(changed).write_bytes(b"phot0")
    checked = check(closed)
    assert faults(checked) == {Fault.PHOTO: 1}
    assert checked.photos == 2
    assert blobs.verify(sound)


def test_a_base_map_that_cannot_be_read_is_found(closed: Path) -> None:
    closed.with_suffix(".mbtiles").write_bytes(b"no tiles")
    assert faults(check(closed)) == {Fault.BASEMAP: 1}


def test_an_index_that_lost_a_row_is_found_and_made_good(closed: Path) -> None:
    database = sqlite3.connect(closed)
    database.execute("PRAGMA writable_schema = ON")
    ((page,),) = database.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'segment_branch'"
    )
    (size,) = database.execute("PRAGMA page_size").fetchone()
    database.close()
    with closed.open("r+b") as file:
        file.seek((page - 1) * size + 3)
        count = int.from_bytes(file.read(2), "big")
        file.seek((page - 1) * size + 3)
        file.write((count - 1).to_bytes(2, "big"))
    assert Fault.INDEX in faults(check(closed))
    before = names(closed)
    assert repair(closed).remaining.is_sound
    assert names(closed) == before


# --- what is saved ----------------------------------------------------------------------------


def test_a_broken_segment_is_a_gap_with_its_numbers_and_the_rest_stays(
    closed: Path, session: Session
) -> None:
    before = names(closed)
    change(closed, "UPDATE segment SET data = substr(data, 1, 300) WHERE id = 5")
    database = sqlite3.connect(closed)
    rid, first, last = database.execute(
        "SELECT rid, first, last FROM segment WHERE id = 5"
    ).fetchone()
    database.close()
    repaired = repair(closed)
    assert [gap[:3] for gap in repaired.gaps] == [(rid, first, last)]
    assert repaired.gaps[0].people == (("Camille",) if rid == session.rid else ("marcel",))
    assert repaired.segments == len(before) - 1
    assert names(closed) < before


def test_unsigned_changes_are_saved(closed: Path, session: Session) -> None:
    repaired = repair(closed)
    assert (repaired.tail > 0, repaired.tail_lost, repaired.gaps) == (True, 0, ())
    session.close()
    assert "not signed yet" in opens(closed, session)


def test_a_broken_unsigned_change_is_lost_alone_and_later_ones_are_put_aside(
    session: Session, tmp_path: Path
) -> None:
    add(session, "second", "third")
    path = tmp_path / "tail.collabmap"
    target = sqlite3.connect(path)
    session.project.connection.backup(target)
    (count,) = target.execute("SELECT count(*) FROM tail").fetchone()
    target.execute("UPDATE tail SET structure = x'c1' WHERE seq = (SELECT min(seq) + 1 FROM tail)")
    target.commit()
    target.close()
    repaired = repair(path)
    assert (repaired.tail, repaired.tail_lost) == (count - 1, 1)
    database = sqlite3.connect(path)
    aside = database.execute("SELECT count(*) FROM tail_set_aside").fetchone()
    database.close()
    assert aside == (count - 2,)


def test_unsigned_changes_above_a_gap_are_put_aside_and_can_be_taken_up(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "gap.collabmap"
    target = sqlite3.connect(path)
    session.project.connection.backup(target)
    last = "(SELECT max(last) FROM segment WHERE rid = ?)"
    target.execute(
        f"UPDATE segment SET data = zeroblob(9) WHERE rid = ? AND last = {last}",
        (session.rid, session.rid),
    )
    target.commit()
    target.close()
    repaired = repair(path)
    assert repaired.tail > 0
    assert repaired.tail_lost == 0
    again = Session.open(path, session.device)
    assert "not signed yet" not in places(again)
    assert adopt_set_aside(again) == 1
    assert "not signed yet" in places(again)
    again.close()


def test_the_damaged_file_is_kept_as_it_was(closed: Path) -> None:
    change(closed, "UPDATE segment SET data = substr(data, 1, 300) WHERE id = 5")
    before = closed.read_bytes()
    repaired = repair(closed)
    assert repaired.backup.read_bytes() == before
    assert repaired.backup.parent == closed.parent
    assert [p.name for p in closed.parent.iterdir() if p.name.startswith(".collabmap")] == []


def test_a_map_that_is_open_is_not_repaired(session: Session) -> None:
    with pytest.raises(ProjectLocked):
        repair(session.path)


def test_what_nothing_can_be_read_of_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.collabmap"
    path.write_bytes(b"SQLite format 3\x00" + bytes(5000))
    before = path.read_bytes()
    with pytest.raises(ProjectUnrepairable):
        repair(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("lost", [0, 1, 2, 3])
def test_a_file_without_some_of_its_pages_gives_back_the_others(
    closed: Path, session: Session, lost: int
) -> None:
    """The header and the table of tables, or the root of the segments, zeroed."""
    before = names(closed)
    database = sqlite3.connect(closed)
    roots = dict(database.execute("SELECT name, rootpage FROM sqlite_master"))
    database.close()
    page = (1, roots["segment"], roots["meta"], roots["segment_branch"])[lost]
    with closed.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(100 if page == 1 else 4096))
    if page == roots["meta"]:
        # The founding words lie there and nowhere else.
        with pytest.raises(ProjectUnrepairable):
            repair(closed)
        return
    assert repair(closed).remaining.is_sound
    assert len(names(closed)) >= len(before) - 2
    assert opens(closed, session)


def test_changes_that_a_kill_left_in_the_write_ahead_log_are_saved(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "killed.collabmap"
    for suffix in ("", "-wal"):
        shutil.copyfile(session.path.with_name(session.path.name + suffix), f"{path}{suffix}")
    before = names(session.path)
    assert repair(path).remaining.is_sound
    assert names(path) == before


@pytest.mark.parametrize("seed", range(12))
def test_flipped_bits_are_found_or_harmless_and_all_that_is_whole_is_saved(
    closed: Path, session: Session, seed: int
) -> None:
    sound = closed.read_bytes()
    everything = names(closed)
    shown = opens(shutil.copy(closed, closed.with_name("sound.collabmap")), session)
    rng = random.Random(seed)
    for _ in range(4):
        data = bytearray(sound)
        for _ in range(rng.choice((1, 1, 3))):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        closed.write_bytes(data)
        try:
            is_sound = check(closed).is_sound
        except CollabMapError:
            is_sound = False
        if is_sound:
            # Free space, or a value that nothing depends on.
            again = shutil.copy(closed, closed.with_name("again.collabmap"))
            assert opens(again, session) == shown
            continue
        try:
            repaired = repair(closed)
        except ProjectUnrepairable:
            assert data[:4096] != sound[:4096] or _hits_the_genesis(sound, data)
            continue
        assert repaired.remaining.is_sound
        assert len(names(closed)) >= len(everything) - 3
        assert names(closed) <= everything
        # Of a branch whose beginning is lost, the rest waits.
        assert opens(closed, session) <= shown


def test_a_damage_that_sqlite_tells_in_no_text_is_found_and_made_good(closed: Path) -> None:
    everything = names(closed)
    data = closed.read_bytes()
    at = data.index(b"link_targetlink")
    assert data[at : at + 80].count(b"CREATE INDEX")
    broken = data[at : at + 80].replace(b"CREATE", b"CR\xffATE").replace(b"link_t", b"l\xffnk_t", 1)
    closed.write_bytes(data[:at] + broken + data[at + 80 :])

    assert Fault.STRUCTURE in faults(check(closed)) or Fault.UNREADABLE in faults(check(closed))
    assert repair(closed).remaining.is_sound
    assert names(closed) == everything


def _hits_the_genesis(sound: bytes, data: bytearray) -> bool:
    page = sound.index(b"genesis") // 4096 * 4096
    return sound[page : page + 4096] != bytes(data[page : page + 4096])
