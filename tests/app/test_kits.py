"""Maps that were handed out, and what becomes of those that were changed on their way."""

import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sharing import view

from collabmap.app.session import Session
from collabmap.domain import ids
from collabmap.domain import segment as wire
from collabmap.domain.change import Kind, WireChange, encode
from collabmap.domain.feature import FeatureState, PlaceDraft
from collabmap.domain.segment import Segment
from collabmap.domain.signing import SigningKey
from collabmap.domain.structure import verdict_structure
from collabmap.errors import CollabMapError, NotAKit, ProjectDamaged
from collabmap.store.device import Device

DRAFT = PlaceDraft("Fontaine", "eau", 7.42, 43.73, "fraîche", ("eau",))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Session]:
    session = Session.create(tmp_path / "town", Device(tmp_path / "c"), "Ville", "Camille")
    session.add(DRAFT)
    yield session
    session.close()


@pytest.fixture
def kit(town: Session, tmp_path: Path) -> Path:
    return town.hand_out(tmp_path / "kit").path


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Open a kit as somebody new, or again as the one before."""
    sessions: list[Session] = []

    def open_kit(kit: Path, who: str = "r") -> Session:
        folder = tmp_path / f"copy-{who}"
        folder.mkdir(exist_ok=True)
        session = Session.open_kit(kit, folder, Device(tmp_path / who))
        if session.person is None:
            session.begin_person("Aïcha")
        sessions.append(session)
        return session

    yield open_kit
    for session in sessions:
        session.close()


def changed(
    kit: Path, change: Callable[[sqlite3.Connection], object], note: dict[str, str]
) -> Path:
    """Return a copy of a kit whose project file somebody has changed."""
    folder = kit.with_suffix(".inside")
    with zipfile.ZipFile(kit) as archive:
        archive.extractall(folder)
    database = sqlite3.connect(folder / "map.collabmap")
    change(database)
    database.commit()
    database.close()
    words = json.loads((folder / "kit.json").read_text())
    path = kit.with_name("changed.cmkit")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("kit.json", json.dumps(words | note))
        archive.write(folder / "map.collabmap", "map.collabmap")
    return path


def forged_verdict(town: Session, place: bytes) -> Segment:
    """Return a segment that says it is the founder's next one, and is not."""
    create = next(c for c in town.project.model.changes(place) if c.kind == Kind.CREATE)
    branch = town.project.log.branch(town.device.rid)
    change = WireChange(
        Kind.VERDICT,
        branch.time_max + 1,
        place,
        verdict_structure({"accept": [create.id]}, over=[]),
        None,
    )
    segment = wire.seal(
        SigningKey.generate(),
        town.project.id,
        first=branch.next_seq,
        previous=branch.previous,
        person=b"",
        seed=b"s" * 16,
        changes=[change],
    )
    head = segment.head._replace(public_key=town.device.key.public)
    data = encode(list(head))
    return Segment(head, ids.segment_name(data), data, bytes(64), segment.body)


def test_a_kit_with_a_forged_verdict_publishes_nothing(
    town: Session, tmp_path: Path, opened: Callable[..., Session]
) -> None:
    resident = opened(town.hand_out(tmp_path / "first").path)
    place = resident.add(DRAFT)
    town.merge([resident.send(tmp_path / "sent").path])
    segment = forged_verdict(town, place)
    row = (segment.name, segment.rid, segment.head.first, segment.head.last)

    def forge(database: sqlite3.Connection) -> None:
        database.execute(
            "INSERT INTO segment (name, rid, first, last, previous, hint, state, data)"
            " VALUES (?, ?, ?, ?, ?, 2, 1, ?)",
            (*row, segment.head.previous, segment.data),
        )

    evil = changed(town.hand_out(tmp_path / "kit").path, forge, {})
    resident.close()
    for who in ("r", "somebody else"):
        with pytest.raises(NotAKit):
            opened(evil, who)
    again = Session.open(resident.path, resident.device)
    assert view(again, place).state == FeatureState.PENDING
    again.close()


def test_rows_that_nobody_signed_do_not_come_with_a_kit(
    town: Session, kit: Path, opened: Callable[..., Session]
) -> None:
    def forge(database: sqlite3.Connection) -> None:
        database.execute("UPDATE feature SET name = 'EVIL'")
        database.execute(
            "CREATE TRIGGER evil AFTER INSERT ON tail BEGIN UPDATE tail SET payload = NULL; END"
        )

    with pytest.raises(NotAKit):
        opened(changed(kit, forge, {}))

    def forge_rows(database: sqlite3.Connection) -> None:
        database.execute("UPDATE feature SET name = 'EVIL'")

    session = opened(changed(kit, forge_rows, {}))
    assert [row.name for row in session.reader.places()[0]] == ["Fontaine"]
    assert session.info().digest_hex == town.info().digest_hex
    assert session.role == "resident"
    session.add(DRAFT)
    assert len(session.reader.marks()) == 2


def test_a_project_that_acts_by_itself_is_not_opened(town: Session) -> None:
    town.close()
    database = sqlite3.connect(town.path)
    database.execute("CREATE TRIGGER evil AFTER INSERT ON tail BEGIN DELETE FROM tail; END")
    database.close()
    for read_only in (False, True):
        with pytest.raises(ProjectDamaged):
            Session.open(town.path, town.device, read_only=read_only)


def test_a_kit_is_taken_as_it_is_when_its_coordinator_signed_it(
    town: Session, kit: Path, opened: Callable[..., Session]
) -> None:
    session = opened(kit)
    assert session.project.meta("coordinator_vector") is not None
    assert session.info().digest_hex == town.info().digest_hex


def test_whoever_opens_a_kit_again_after_a_new_start_is_invited_again(
    town: Session, kit: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    Session.open_kit(kit, folder, Device(tmp_path / "old")).close()
    session = Session.open_kit(kit, folder, Device(tmp_path / "new"))
    session.begin_person("Aïcha")
    place = session.add(DRAFT)
    assert view(session, place).state == FeatureState.PENDING
    session.close()


def test_a_base_map_that_was_there_before_the_kit_is_left_alone(
    town: Session, tmp_path: Path
) -> None:
    town.path.with_suffix(".mbtiles").write_bytes(b"of the kit")
    kit = town.hand_out(tmp_path / "kit").path
    (tmp_path / "copy").mkdir()
    there = tmp_path / "copy" / "Ville.mbtiles"
    there.write_bytes(b"mine")
    Session.open_kit(kit, tmp_path / "copy", Device(tmp_path / "r")).close()
    assert there.read_bytes() == b"mine"


def test_a_broken_kit_is_told_and_leaves_nothing_behind(kit: Path, tmp_path: Path) -> None:
    whole = kit.read_bytes()
    broken, folder, device = tmp_path / "broken.cmkit", tmp_path / "copy", Device(tmp_path / "r")
    folder.mkdir()
    told = 0
    for position in range(0, len(whole), 41):
        data = bytearray(whole)
        data[position] ^= 0x24
        broken.write_bytes(data if position % 3 else whole[:position])
        try:
            Session.open_kit(broken, folder, device).close()
        except CollabMapError:
            told += 1
            assert list(folder.iterdir()) == []
        else:
            # A date or an attribute of the archive: all that counts was whole.
            for path in folder.iterdir():
                path.unlink()
    assert told > 50


@pytest.mark.parametrize(
    "note",
    [
        "[" * 100_000,
        "[]",
        '{"name": "Ville"}',
        '{"name": "Ville", "invitation": "00"}',
        '{"name": "Ville", "invitation": 5}',
        " " * (1 << 17) + "{}",
    ],
)
def test_a_kit_whose_note_is_not_one_is_refused(kit: Path, tmp_path: Path, note: str) -> None:
    with zipfile.ZipFile(kit) as archive:
        project = archive.read("map.collabmap")
    path = tmp_path / "other.cmkit"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("kit.json", note)
        archive.writestr("map.collabmap", project)
    with pytest.raises(NotAKit):
        Session.open_kit(path, tmp_path, Device(tmp_path / "r"))


def test_a_locked_archive_is_refused(kit: Path, tmp_path: Path) -> None:
    data = bytearray(kit.read_bytes())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    kit.write_bytes(data)
    with pytest.raises(NotAKit):
        Session.open_kit(kit, tmp_path, Device(tmp_path / "r"))
