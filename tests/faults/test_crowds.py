"""Two hundred laptops, a thousand keys that nobody knows."""

import os
import random
from pathlib import Path

import pytest

from collabmap.app.session import Session
from collabmap.domain.change import Kind, encode
from collabmap.domain.roles import Role
from collabmap.domain.segment import Segment
from collabmap.domain.structure import role_structure, set_structure
from collabmap.store import ingest

from .conftest import Laptops
from .strangers import TURN, Row, Stranger, create_row, invitation_of

POINT = bytes.fromhex("0101000000") + bytes(16)
SHARED = b"s" * 16


def place(number: int, words: str = "") -> Row:
    subject = number.to_bytes(16, "big")
    return create_row(
        subject, name=f"Lieu {number}", category="eau", geometry=POINT, description=words
    )


def rename(name: str) -> Row:
    structure = set_structure({"name": None}, own_accept=False)
    return (Kind.SET, SHARED, structure, encode({"name": name}))


def receive(session: Session, segments: list[Segment]) -> ingest.Received:
    with session.project.writing():
        return session.ingest.receive(segments)


# --- two hundred laptops ------------------------------------------------------------------------


@pytest.fixture
def crowd(town: Session, laptops: Laptops) -> list[Stranger]:
    """Two hundred residents: each adds a place of their own, and renames the same one."""
    invitation = invitation_of(laptops("Aïcha"))
    first = Stranger(town.project.id)
    shared = create_row(SHARED, name="Place du marché", category="eau", geometry=POINT)
    first.write(first.enrol(invitation), TURN, shared)
    crowd = [first]
    for number in range(1, 200):
        one = Stranger(town.project.id)
        one.write(one.enrol(invitation), TURN, place(number))
        one.write(rename(f"Marché {number}"))
        crowd.append(one)
    return crowd


def test_two_hundred_laptops_in_any_order_make_one_map(
    town: Session, laptops: Laptops, crowd: list[Stranger], tmp_path: Path
) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number, one in enumerate(crowd):
        one.bundle(many / f"{number}.cmbundle")
    report = town.merge([many])
    assert report.problems == ()
    nour = laptops("Nour")
    segments = [segment for one in crowd for segment in one.segments]
    random.Random(1).shuffle(segments)
    for start in range(0, len(segments), 80):
        receive(nour, segments[start : start + 80])
    nour.merge([town.give_back(tmp_path / "all").path])
    town.merge([nour.give_back(tmp_path / "back").path])
    assert len(nour.reader.marks()) == 1 + 200
    assert nour.info().digest_hex == town.info().digest_hex
    assert nour.rebuild() == town.info().digest_hex
    assert len(town.project.log.vector()) >= 200
    # All who renamed the same place at once are told of, and one word settles it.
    shown = town.reader.place(SHARED)
    assert shown is not None
    names = {shown.name} | {str(sibling.value) for sibling in shown.siblings}
    assert names == {f"Marché {number}" for number in range(1, 200)}
    town.edit(shown, {"name": "Place du marché"})
    settled = town.reader.place(SHARED)
    assert settled is not None
    assert (settled.name, settled.siblings) == ("Place du marché", ())
    town.accept(next(item for item in town.reader.review_items() if item.id == SHARED))
    nour.merge([town.give_back(tmp_path / "settled").path])
    town.merge([nour.give_back(tmp_path / "back").path])
    assert nour.info().digest_hex == town.info().digest_hex


# --- a thousand guest keys ------------------------------------------------------------------------


def test_a_thousand_keys_that_nobody_admitted_show_nothing_and_take_little(
    town: Session, laptops: Laptops, tmp_path: Path
) -> None:
    marks = town.reader.marks()
    guests = [Stranger(town.project.id) for _ in range(1000)]
    for number, guest in enumerate(guests):
        guest.write(TURN, place(number, "spam"))
    segments = [segment for guest in guests for segment in guest.segments]
    bundle = guests[0].bundle(tmp_path / "spam.cmbundle", segments)
    report = town.merge([bundle])
    assert (report.added, report.changed, report.disagreements) == (0, 0, 0)
    assert town.reader.marks() == marks
    assert town.reader.review_items() == []
    assert town.rebuild() == town.info().digest_hex
    # Kept and passed on: one of them may be let in later.
    assert all(town.project.log.holds(segment.name) for segment in segments)
    nour = laptops("Nour")
    nour.merge([town.give_back(tmp_path / "all").path])
    assert nour.project.log.holds(segments[500].name)
    assert len(nour.reader.marks()) == len(marks)


def heavy(guest: Stranger, kilobytes: int) -> None:
    """Write words that cannot be packed, a segment of 20 kB each."""
    guest.write(TURN)
    for _ in range(kilobytes // 20):
        guest.write(place(random.randrange(1 << 64), os.urandom(10_000).hex()))


def test_one_key_that_nobody_admitted_may_not_fill_the_disk(
    town: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "MAX_PARKED_BYTES_OF_A_KEY", 200_000)
    guest, other = Stranger(town.project.id), Stranger(town.project.id)
    heavy(guest, 600)
    heavy(other, 40)
    received = receive(town, guest.segments + other.segments)
    assert received.dropped > 0
    assert received.segments + received.dropped == len(guest.segments + other.segments)
    kept = [s for s in guest.segments if town.project.log.holds(s.name)]
    assert 0 < sum(len(s.data) for s in kept) <= 200_000
    # The first ones, so that the log has no hole; and the others pay nothing for it.
    assert kept == guest.segments[: len(kept)]
    assert all(town.project.log.holds(s.name) for s in other.segments)
    assert town.rebuild() == town.info().digest_hex
    # What was dropped is not said to be here: whoever has it offers it again.
    assert town.project.log.vector()[guest.rid] == ((kept[-1].head.last, kept[-1].name),)
    again = receive(town, guest.segments)
    assert again.segments == 0
    assert again.dropped == received.dropped


def test_segments_that_follow_nothing_here_take_no_more_room_than_others(
    town: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their first one is kept back: they would wait for it for ever."""
    monkeypatch.setattr(ingest, "MAX_PARKED_BYTES_OF_A_KEY", 200_000)
    guest = Stranger(town.project.id)
    heavy(guest, 600)
    for part in (guest.segments[1::2], guest.segments[2::2]):
        receive(town, part)
    kept = [s for s in guest.segments if town.project.log.holds(s.name)]
    assert 0 < sum(len(s.data) for s in kept) <= 200_000


def test_all_such_keys_together_may_not_fill_the_disk(
    town: Session, laptops: Laptops, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "MAX_PARKED_BYTES", 400_000)
    invitation = invitation_of(laptops("Aïcha"))
    guests = [Stranger(town.project.id) for _ in range(12)]
    for guest in guests:
        heavy(guest, 100)
    resident = Stranger(town.project.id)
    resident.write(resident.enrol(invitation), TURN, place(1))
    for number in range(30):
        resident.write(place(100 + number, os.urandom(10_000).hex()))
    segments = [s for guest in guests for s in guest.segments] + resident.segments
    half = len(segments) // 2
    for part in (segments[half:], segments[:half], segments):
        receive(town, part)
    parked = [s for s in segments if s.rid != resident.rid and town.project.log.holds(s.name)]
    assert 0 < sum(len(s.data) for s in parked) <= 400_000
    # Somebody who was invited never waits behind them.
    assert all(town.project.log.holds(s.name) for s in resident.segments)
    assert len(town.reader.marks()) == 1 + 31
    assert town.rebuild() == town.info().digest_hex


def test_what_was_dropped_of_a_guest_comes_in_once_admitted(
    town: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "MAX_PARKED_BYTES_OF_A_KEY", 50_000)
    guest = Stranger(town.project.id)
    heavy(guest, 200)
    assert receive(town, guest.segments).dropped > 0
    assert len(town.reader.marks()) == 1
    # Its enrolment lies behind what is dropped: a coordinator's word lets it in.
    town.write([(Kind.ROLE, guest.rid, role_structure(guest.rid, Role.RESIDENT, [], []), None)])
    assert receive(town, guest.segments).dropped == 0
    assert len(town.reader.marks()) == 1 + 10
    assert town.rebuild() == town.info().digest_hex


@pytest.mark.parametrize("is_held", [True, False])
def test_what_follows_a_guests_dropped_segment_waits_for_it(
    town: Session, monkeypatch: pytest.MonkeyPatch, is_held: bool
) -> None:
    """Left connected it would be a tip, and nobody would ever give the dropped one again."""
    guest = Stranger(town.project.id)
    first, second, third = (guest.write(TURN, place(number)) for number in range(3))
    receive(town, [first])
    with town.project.writing():
        town.ingest.hold_only([first.name] if is_held else [])
    monkeypatch.setattr(ingest, "MAX_PARKED_BYTES_OF_A_KEY", len(first.data) * 5 // 2)
    receive(town, [third])
    assert receive(town, [second]).dropped == 1
    assert town.project.log.vector()[guest.rid] == ((first.head.last, first.name),)
    digest = town.info().digest_hex
    assert town.rebuild() == digest
    town.write([(Kind.ROLE, guest.rid, role_structure(guest.rid, Role.RESIDENT, [], []), None)])
    receive(town, [second])
    with town.project.writing():
        town.ingest.hold_only([])
    for number in range(3):
        assert town.reader.place(number.to_bytes(16, "big")) is not None
    digest = town.info().digest_hex
    assert town.rebuild() == digest
