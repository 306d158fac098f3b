"""Writing: what is signed can always be read again, here and elsewhere."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sharing import view

from collabmap.app.session import Session
from collabmap.domain import segment as wire
from collabmap.domain.change import MAX_CHANGE_BYTES, Kind, encode
from collabmap.domain.feature import ChangeId, PlaceDraft
from collabmap.domain.structure import delete_structure, set_structure
from collabmap.errors import TextTooLong
from collabmap.store.device import Device


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session.create(tmp_path / "map", Device(tmp_path / "device"), "Ville", "Camille")
    session.project.connection.execute("PRAGMA synchronous = OFF")
    yield session
    session.close()


def assert_all_can_be_read(session: Session, folder: Path) -> None:
    digest = session.info().digest_hex
    assert session.give_back(folder / "all").verified
    assert session.rebuild() == digest
    for segment in session.project.log.since({}):
        assert len(wire.open_body(wire.parse(segment.data)).changes) <= wire.MAX_CHANGES


def test_a_place_with_thousands_of_tags_can_still_be_deleted(
    session: Session, tmp_path: Path
) -> None:
    tags = tuple(f"mot {number}" for number in range(2500))
    place = session.add(PlaceDraft("Fontaine", "eau", 7.42, 43.73, tags=tags))
    session.seal()
    assert len(view(session, place).tags) == 2500
    assert session.delete(view(session, place))
    assert_all_can_be_read(session, tmp_path)


def test_a_large_batch_is_signed_in_segments_that_all_can_read(
    session: Session, tmp_path: Path
) -> None:
    structure = set_structure({"description": None}, own_accept=True)
    rows = [
        (Kind.SET, os.urandom(16), structure, encode({"description": os.urandom(30_000).hex()}))
        for _ in range(40)
    ]
    effect, names = session.write(rows)
    assert effect.features == frozenset(row[1] for row in rows)
    assert [name.ordinal for name in names] == list(range(names[0].ordinal, names[0].ordinal + 40))
    assert_all_can_be_read(session, tmp_path)


def test_changes_without_words_count_towards_the_size_of_a_segment(
    session: Session, tmp_path: Path
) -> None:
    names = [ChangeId(os.urandom(32), 0) for _ in range(1500)]
    row = (Kind.DELETE, b"i" * 16, delete_structure(names, own_accept=True), None)
    for _ in range(4):
        session.write([row])
    assert session.project.log.tail_size()[1] < wire.SEAL_BYTES
    assert_all_can_be_read(session, tmp_path)


def test_a_change_that_nobody_would_take_is_refused_before_it_is_signed(session: Session) -> None:
    digest = session.info().digest_hex
    row = (Kind.DELETE, b"i" * 16, delete_structure([], own_accept=True), bytes(MAX_CHANGE_BYTES))
    with pytest.raises(TextTooLong):
        session.write([row])
    assert session.info().digest_hex == digest
