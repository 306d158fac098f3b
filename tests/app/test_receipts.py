"""Receipts: whoever sent something can know that all of it arrived, to the last word."""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collabmap.app import receipts
from collabmap.app.receipts import ReceiptView
from collabmap.app.session import Session
from collabmap.domain import segment as wire
from collabmap.domain.change import Kind, WireChange, decode, encode
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.leaf import SALT_BYTES
from collabmap.domain.segment import Segment
from collabmap.domain.signing import SigningKey
from collabmap.errors import ReceiptWrong
from collabmap.store.device import Device
from collabmap.store.ledger import OF_ACKS


def draft(name: str) -> PlaceDraft:
    return PlaceDraft(name, "eau", 7.42, 43.73)


class Town:
    """A coordinator, and as many residents as a test needs."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder = folder
        self._opened = opened
        self._count = 0
        device = Device(folder / "c")
        self.coordinator = self.keep(Session.create(folder / "town", device, "Ville", "Camille"))
        self._kit = self.coordinator.hand_out(folder / "kit").path

    def keep(self, session: Session) -> Session:
        self._opened.callback(session.device.close)
        return self._opened.enter_context(closing(session))

    def laptop(self, person: str = "") -> Session:
        self._count += 1
        inside = self.folder / f"laptop-{self._count}"
        inside.mkdir()
        session = self.keep(Session.open_kit(self._kit, inside, Device(inside / "device")))
        if person:
            session.begin_person(person)
        return session

    def carry(self, source: Session, target: Session) -> None:
        self._count += 1
        target.merge([source.send(self.folder / f"{self._count}.cmbundle").path])

    def give_back(self, target: Session) -> None:
        self._count += 1
        target.merge([self.coordinator.give_back(self.folder / f"{self._count}.cmbundle").path])


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with ExitStack() as opened:
        yield Town(tmp_path, opened)


def acks(session: Session) -> int:
    with session.project.reading():
        return len(session.project.model.ledger.changes(OF_ACKS))


def acks_by(session: Session, rid: bytes) -> int:
    with session.project.reading():
        said = session.project.model.ledger.changes(OF_ACKS)
        return sum(change.stamp.rid == rid for change in said)


def mine(session: Session) -> dict[str, ReceiptView]:
    return {receipt.person_name: receipt for receipt in session.receipts() if receipt.is_mine}


def written(session: Session) -> list[ReceiptView]:
    return [receipt for receipt in session.receipts() if receipt.by_rid == session.rid]


def test_everybody_who_used_a_laptop_gets_a_receipt(town: Town) -> None:
    laptop = town.laptop("Aïcha")
    laptop.add(draft("Fontaine"))
    laptop.begin_person("Bruno")
    laptop.add(draft("Lavoir"))
    laptop.add(draft("Puits"))
    town.carry(laptop, town.coordinator)
    assert mine(laptop) == {}
    town.give_back(laptop)
    got = mine(laptop)
    assert {name: receipt.changes for name, receipt in got.items()} == {"Aïcha": 1, "Bruno": 2}
    for receipt in got.values():
        assert (receipt.by_name, receipt.by_role) == ("Camille", "coordinator")
        assert receipt.is_all
    assert {r.code for r in laptop.expected_receipts()} == {r.code for r in got.values()}


def test_both_laptops_show_the_same_code(town: Town) -> None:
    laptop = town.laptop("Aïcha")
    laptop.add(draft("Fontaine"))
    town.carry(laptop, town.coordinator)
    (given_out,) = written(town.coordinator)
    (awaited,) = laptop.expected_receipts()
    assert given_out.code == awaited.code
    assert given_out.person_name == "Aïcha"
    assert not given_out.is_mine
    assert re.fullmatch("[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{2}", awaited.code)


def test_a_receipt_is_not_of_all_once_more_was_sent(town: Town) -> None:
    laptop = town.laptop("Aïcha")
    laptop.add(draft("Fontaine"))
    town.carry(laptop, town.coordinator)
    town.give_back(laptop)
    laptop.add(draft("Lavoir"))
    # Not sent yet: all that was sent has arrived.
    assert mine(laptop)["Aïcha"].is_all
    laptop.send(town.folder / "lost.cmbundle")
    assert not mine(laptop)["Aïcha"].is_all
    town.carry(laptop, town.coordinator)
    town.give_back(laptop)
    receipt = mine(laptop)["Aïcha"]
    assert (receipt.changes, receipt.is_all) == (2, True)


def test_one_turn_of_a_person_does_not_count_for_another(town: Town) -> None:
    laptop = town.laptop("Aïcha")
    laptop.add(draft("Fontaine"))
    town.carry(laptop, town.coordinator)
    town.give_back(laptop)
    rid = town.coordinator.rid
    before = acks_by(town.coordinator, rid)
    laptop.begin_person("Bruno")
    laptop.add(draft("Lavoir"))
    town.carry(laptop, town.coordinator)
    # Nothing new is to be said to Aïcha.
    assert acks_by(town.coordinator, rid) == before + 1
    town.give_back(laptop)
    assert {name: r.is_all for name, r in mine(laptop).items()} == {"Aïcha": True, "Bruno": True}


def test_receipts_are_not_answered_with_receipts(town: Town) -> None:
    laptop, other = town.laptop("Aïcha"), town.laptop("Bruno")
    laptop.add(draft("Fontaine"))
    other.add(draft("Lavoir"))
    for _ in range(2):
        town.carry(laptop, town.coordinator)
        town.carry(other, town.coordinator)
        town.give_back(laptop)
        town.give_back(other)
    everywhere = [acks(session) for session in (town.coordinator, laptop, other)]
    for _ in range(2):
        town.carry(laptop, town.coordinator)
        town.carry(other, town.coordinator)
        town.give_back(laptop)
        town.give_back(other)
    assert acks(town.coordinator) == acks(laptop) == acks(other)
    assert acks(town.coordinator) <= max(everywhere) + 1


def test_a_folder_without_news_brings_no_receipt(town: Town) -> None:
    laptop = town.laptop("Aïcha")
    laptop.add(draft("Fontaine"))
    bundle = laptop.send(town.folder / "same.cmbundle").path
    town.coordinator.merge([bundle])
    before = acks(town.coordinator)
    town.coordinator.merge([bundle])
    assert acks(town.coordinator) == before == 1


def test_a_laptop_where_nobody_said_a_name_writes_no_receipt(town: Town) -> None:
    laptop, looking = town.laptop("Aïcha"), town.laptop()
    laptop.add(draft("Fontaine"))
    town.carry(laptop, looking)
    assert acks(looking) == 0
    assert looking.receipts() == ()


def test_a_guest_writes_no_receipt_and_nobody_shows_one(town: Town) -> None:
    laptop, guest = town.laptop("Aïcha"), town.laptop("Zoé")
    guest.device.set_note(guest.project.id, "invitation", None)
    laptop.add(draft("Fontaine"))
    town.carry(laptop, guest)
    assert guest.role == "guest"
    assert acks(guest) == 0


def test_a_receipt_says_by_how_much_the_clock_was_ahead(town: Town, tmp_path: Path) -> None:
    inside = tmp_path / "early"
    inside.mkdir()
    hour = 3600 * 1000
    device = Device(inside / "device")
    kit = next(tmp_path.glob("*.cmkit"))
    now = town.coordinator.now
    early = town.keep(Session.open_kit(kit, inside, device, now=lambda: now() + hour))
    early.begin_person("Aïcha")
    early.add(draft("Fontaine"))
    bundle = early.send(tmp_path / "early.cmbundle").path
    (seen,) = town.coordinator.preview([bundle]).clocks
    (told,) = town.coordinator.merge([bundle]).clocks
    assert told.name == seen.name == "Aïcha"
    assert abs(told.ahead_ms - hour) < 60_000
    town.give_back(early)
    assert abs(mine(early)["Aïcha"].ahead_ms - hour) < 60_000


# --- nothing may be missing -------------------------------------------------------------------


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Session]]:
    """A laptop with a log of several segments and two people; each segment was sent."""
    with ExitStack() as opened:
        town = Town(tmp_path_factory.mktemp("sent"), opened)
        laptop = town.laptop()
        people = [laptop.begin_person(name).id for name in ("Aïcha", "Bruno")]
        for number in range(6):
            laptop.switch_person(people[number % 2])
            place = laptop.add(draft(f"Fontaine {number}"))
            view = laptop.reader.place(place)
            assert view is not None
            laptop.edit(view, {"description": "fraîche"})
            laptop.seal()
        yield town, laptop


def own_segments(session: Session) -> list[Segment]:
    with session.project.reading():
        return [s for s in session.project.log.since({}) if s.rid == session.rid]


def receiver_of(town: Town, segments: Sequence[Segment]) -> Session:
    """Return a laptop that received just these segments."""
    laptop = town.laptop("Chloé")
    with laptop.project.writing():
        before = {row[0] for row in laptop.project.connection.execute("SELECT id FROM segment")}
        laptop.ingest.receive(segments)
        rows = laptop.project.connection.execute("SELECT id FROM segment WHERE state = 1")
        new = [row[0] for row in rows if row[0] not in before]
    receipts.acknowledge(laptop, new)
    return laptop


def resigned(key: SigningKey, segments: Sequence[Segment], at: int, place: int) -> list[Segment]:
    """Return the segments with one change altered, all signed anew by their author."""
    previous, result = b"", []
    for number, segment in enumerate(segments):
        body = wire.open_body(segment)
        changes = list(body.changes)
        if number == at:
            changes[place] = altered(changes[place])
        made = wire.seal(
            key,
            segment.head.project,
            first=segment.head.first,
            previous=previous,
            person=body.person,
            seed=b"s" * SALT_BYTES,
            changes=changes,
        )
        result.append(made)
        previous = made.name
    return result


def altered(change: WireChange) -> WireChange:
    if change.kind == Kind.CREATE:
        assert change.payload is not None
        return change._replace(payload=encode({**decode(change.payload), "name": "Autre"}))
    return change._replace(payload=encode({"description": "tarie"}))


def close(session: Session) -> None:
    session.close()
    session.device.close()
    shutil.rmtree(session.path.parent)


def test_whoever_received_all_has_the_code_that_the_sender_expects(
    sent: tuple[Town, Session],
) -> None:
    town, laptop = sent
    receiver = receiver_of(town, own_segments(laptop))
    codes = {receipt.code for receipt in written(receiver)}
    assert codes == {receipt.code for receipt in laptop.expected_receipts()}
    assert len(codes) == 2


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_log_that_lacks_a_segment_has_another_code(
    sent: tuple[Town, Session], data: st.DataObject
) -> None:
    town, laptop = sent
    segments = own_segments(laptop)
    lost = data.draw(st.integers(0, len(segments) - 1))
    receiver = receiver_of(town, segments[:lost] + segments[lost + 1 :])
    codes = {receipt.code for receipt in written(receiver)}
    assert not codes & {receipt.code for receipt in laptop.expected_receipts()}
    close(receiver)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_log_with_one_other_word_has_another_code(
    sent: tuple[Town, Session], data: st.DataObject
) -> None:
    town, laptop = sent
    segments = own_segments(laptop)
    at = data.draw(st.integers(0, len(segments) - 1))
    places = [
        place
        for place, change in enumerate(wire.open_body(segments[at]).changes)
        if change.kind in (Kind.CREATE, Kind.SET)
    ]
    forged = resigned(laptop.key, segments, at, data.draw(st.sampled_from(places)))
    receiver = receiver_of(town, forged)
    codes = {receipt.code for receipt in written(receiver)}
    assert len(codes) == 2
    assert not codes & {receipt.code for receipt in laptop.expected_receipts()}
    close(receiver)


# --- on paper ---------------------------------------------------------------------------------


def on_paper(town: Town) -> tuple[Session, str, ReceiptView]:
    laptop = town.laptop("Aïcha")
    laptop.add(draft("Fontaine"))
    town.carry(laptop, town.coordinator)
    (receipt,) = written(town.coordinator)
    return laptop, town.coordinator.receipt_text(receipt), receipt


def test_a_receipt_on_paper_is_checked_without_the_other_laptop(town: Town) -> None:
    laptop, text, receipt = on_paper(town)
    read = laptop.check_receipt(text)
    assert (read.code, read.changes, read.person_name) == (receipt.code, 1, "Aïcha")
    assert (read.by_role, read.is_mine, read.is_all) == ("coordinator", True, True)
    # What a QR code packs two letters in eleven bits of.  Source: ISO/IEC 18004, table 5.
    assert re.fullmatch(r"[0-9A-Z $%*+\-./:]+", text)
    assert len(text) < 500
    typed = "\n".join(text[at : at + 20].lower() for at in range(0, len(text), 20))
    assert laptop.check_receipt(typed) == read


def test_a_receipt_with_one_other_letter_is_refused(town: Town) -> None:
    laptop, text, _ = on_paper(town)
    for at, letter in enumerate(text):
        other = "B" if letter != "B" else "C"
        with pytest.raises(ReceiptWrong):
            laptop.check_receipt(text[:at] + other + text[at + 1 :])


@pytest.mark.parametrize("text", ["", "COLLABMAP1.", "COLLABMAP1.AAAA", "é", "COLLABMAP1.!"])
def test_what_is_no_receipt_is_refused(town: Town, text: str) -> None:
    with pytest.raises(ReceiptWrong):
        town.coordinator.check_receipt(text)


def test_a_receipt_signed_by_a_stranger_says_so(town: Town, tmp_path: Path) -> None:
    laptop, _, receipt = on_paper(town)
    stranger = town.laptop("Zoé")
    forged = ReceiptView(
        **{
            **{name: getattr(receipt, name) for name in receipt.__slots__},
            "by_rid": stranger.rid,
            "changes": 40,
        }
    )
    read = laptop.check_receipt(stranger.receipt_text(forged))
    assert (read.by_role, read.is_true, read.is_all) == ("guest", False, False)


def test_a_receipt_of_another_map_is_refused(town: Town, tmp_path: Path) -> None:
    _, text, _ = on_paper(town)
    (tmp_path / "other").mkdir()
    device = Device(tmp_path / "other" / "device")
    other = town.keep(Session.create(tmp_path / "other" / "map", device, "Bourg", "Denis"))
    with pytest.raises(ReceiptWrong):
        other.check_receipt(text)


def test_only_who_wrote_a_receipt_can_sign_it(town: Town) -> None:
    laptop, _, receipt = on_paper(town)
    with pytest.raises(ReceiptWrong):
        laptop.receipt_text(receipt)
