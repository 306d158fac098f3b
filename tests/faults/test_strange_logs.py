"""Logs that come twice, in the wrong order, with gaps, from elsewhere or under a false name."""

import itertools
import random
from pathlib import Path

import pytest
import zstandard

from collabmap.app.session import Session
from collabmap.domain import segment as wire
from collabmap.domain.change import Kind, encode
from collabmap.domain.feature import FeatureState, PlaceDraft
from collabmap.domain.segment import Segment
from collabmap.domain.signing import SigningKey
from collabmap.domain.structure import keys_structure, verdict_structure
from collabmap.errors import BundleOfAnotherProject
from collabmap.store.device import Device
from collabmap.sync.bundle import MAGIC, VERSION, read_bundle

from .conftest import DRAFT, Laptops
from .strangers import TURN, Stranger, create_row, invitation_of

POINT = bytes.fromhex("0101000000") + bytes(16)


def receive(session: Session, segments: list[Segment]) -> int:
    """Bring segments in as they come; return how many were refused."""
    with session.project.writing():
        return session.ingest.receive(segments).refused


@pytest.fixture
def aicha(laptops: Laptops) -> Session:
    return laptops("Aïcha")


@pytest.fixture
def segments(aicha: Session) -> list[Segment]:
    """Five segments of one log: a place each."""
    for number in range(5):
        aicha.add(PlaceDraft(f"Lieu {number}", "eau", 7.4, 43.7))
        aicha.seal()
    return [s for s in aicha.project.log.since({}) if s.rid == aicha.rid]


def test_a_bundle_that_comes_again_and_again_changes_nothing(
    town: Session, aicha: Session, segments: list[Segment], tmp_path: Path
) -> None:
    bundle = aicha.send(tmp_path / "sent").path
    first = town.merge([bundle])
    counted = len(list(town.project.log.since({})))
    for _ in range(5):
        again = town.merge([bundle])
        assert (again.changes, again.added, again.digest) == (0, 0, first.digest)
    assert town.preview([bundle]).nothing_new
    theirs = [s for s in town.project.log.since({}) if s.rid == aicha.rid]
    assert [s.data for s in theirs] == [s.data for s in segments]
    assert len(list(town.project.log.since({}))) <= counted + 1


def test_an_old_bundle_that_is_replayed_after_a_newer_one_takes_nothing_back(
    town: Session, aicha: Session, tmp_path: Path
) -> None:
    place = aicha.add(DRAFT)
    old = aicha.send(tmp_path / "old").path
    view = aicha.reader.place(place)
    assert view is not None
    aicha.edit(view, {"name": "Fontaine neuve"})
    town.merge([aicha.send(tmp_path / "new").path])
    report = town.merge([old])
    shown = town.reader.place(place)
    assert shown is not None
    assert (shown.name, report.changes) == ("Fontaine neuve", 0)


def test_segments_of_another_project_are_refused_whatever_bundle_holds_them(
    town: Session, aicha: Session, tmp_path: Path
) -> None:
    device = Device(tmp_path / "elsewhere")
    other = Session.create(tmp_path / "other", device, "Autre ville", "Nour")
    place = other.add(DRAFT)
    honest = other.give_back(tmp_path / "other-all").path
    foreign = list(other.project.log.since({}))
    other.close()
    device.close()
    with pytest.raises(BundleOfAnotherProject):
        town.merge([honest])
    before = town.info().digest_hex
    stranger = Stranger(town.project.id)
    mixed = tmp_path / "mixed.cmbundle"
    stranger.write(*[TURN])
    data = [s.data for s in (*stranger.segments, *foreign)]
    mixed.write_bytes(_bundle_of(stranger, data))
    assert read_bundle(mixed, town.project.id).refused == len(foreign)
    town.merge([mixed])
    assert receive(town, foreign) == len(foreign)
    assert town.reader.place(place) is None
    assert town.info().digest_hex == before
    assert not any(town.project.log.holds(s.name) for s in foreign)


def _bundle_of(stranger: Stranger, parts: list[bytes]) -> bytes:
    """Return a bundle of anything, under this project's name; unsigned at its end."""
    header = encode([stranger.project, stranger.key.public, []])
    blocks = b"".join(len(part).to_bytes(4, "big") + part for part in (header, *parts))
    return MAGIC + bytes([VERSION]) + blocks + bytes(4)


def test_any_order_of_five_segments_makes_the_same_map(
    town: Session, aicha: Session, segments: list[Segment]
) -> None:
    orders = list(itertools.permutations(segments))
    expected = None
    for order in random.Random(1).sample(orders, 20):
        with town.project.writing(keep=False):
            for segment in order:
                town.ingest.receive([segment])
            found = town.project.model.digest(), town.project.log.unapplied()
            expected = expected or found
            assert found == expected
    assert expected is not None
    assert expected[1] == 0


@pytest.mark.parametrize("missing", range(5))
def test_what_lies_behind_a_missing_segment_waits_until_it_comes(
    town: Session, aicha: Session, segments: list[Segment], missing: int
) -> None:
    names = [f"Lieu {number}" for number in range(5)]
    rest = segments[:missing] + segments[missing + 1 :]
    receive(town, rest[::-1])
    shown = {mark.name for mark in town.reader.marks()} & set(names)
    assert shown == set(names[:missing])
    assert town.project.log.unapplied() == len(segments) - missing - 1
    digest = town.info().digest_hex
    assert town.rebuild() == digest
    receive(town, [segments[missing]])
    assert {mark.name for mark in town.reader.marks()} >= set(names)
    assert town.project.log.unapplied() == 0
    digest = town.info().digest_hex
    assert town.rebuild() == digest


def test_what_waits_is_passed_on_to_others(
    town: Session, laptops: Laptops, aicha: Session, segments: list[Segment], tmp_path: Path
) -> None:
    receive(town, [segments[0], segments[2], segments[4]])
    nour = laptops("Nour")
    nour.merge([town.give_back(tmp_path / "all").path])
    receive(nour, [segments[1], segments[3]])
    assert {mark.name for mark in nour.reader.marks()} >= {f"Lieu {n}" for n in range(5)}


# --- a forged coordinator -----------------------------------------------------------------------


def _waiting_place(town: Session, aicha: Session, tmp_path: Path) -> bytes:
    place = aicha.add(DRAFT)
    town.merge([aicha.send(tmp_path / "waiting").path])
    return place


def _accept_all(town: Session, place: bytes) -> tuple[int, bytes, bytes, bytes | None]:
    changes = [c.id for c in town.project.model.changes(place)]
    return (Kind.VERDICT, place, verdict_structure({"accept": changes}, over=[]), None)


def test_a_verdict_that_somebody_else_signed_publishes_nothing(
    town: Session, aicha: Session, tmp_path: Path
) -> None:
    place = _waiting_place(town, aicha, tmp_path)
    guest = Stranger(town.project.id)
    guest.write(TURN, _accept_all(town, place))
    resident = Stranger(town.project.id)
    resident.write(resident.enrol(invitation_of(aicha)), TURN, _accept_all(town, place))
    town.merge([guest.bundle(tmp_path / "g.cmbundle"), resident.bundle(tmp_path / "r.cmbundle")])
    shown = town.reader.place(place)
    assert shown is not None
    assert shown.state == FeatureState.PENDING
    assert town.info().published == 1


def test_own_accept_marks_of_somebody_who_is_no_coordinator_publish_nothing(
    town: Session, aicha: Session, tmp_path: Path
) -> None:
    resident = Stranger(town.project.id)
    kind, place, _, payload = create_row(b"i" * 16, name="Puits", category="eau", geometry=POINT)
    accepted = encode([1, ["category", "geometry", "name"]])
    resident.write(resident.enrol(invitation_of(aicha)), TURN, (kind, place, accepted, payload))
    town.merge([resident.bundle(tmp_path / "r.cmbundle")])
    shown = town.reader.place(place)
    assert shown is not None
    assert shown.state == FeatureState.PENDING
    assert town.info().published == 1


def test_a_segment_in_the_coordinators_name_under_another_signature_is_refused(
    town: Session, aicha: Session, tmp_path: Path
) -> None:
    place = _waiting_place(town, aicha, tmp_path)
    town.seal()
    last = next(iter(s for s in town.project.log.since({}) if s.rid == town.rid))
    forger = Stranger(town.project.id)
    honest = forger.write(TURN, _accept_all(town, place))
    forged = [
        forger.with_head(honest, honest.body, public_key=town.key.public),
        Segment(last.head, last.name, last.head_bytes, bytes(64), last.body),
        Segment(last.head, last.name, last.head_bytes, last.signature, honest.body),
    ]
    bundle = tmp_path / "forged.cmbundle"
    bundle.write_bytes(_bundle_of(forger, [s.data for s in forged]))
    assert read_bundle(bundle, town.project.id).refused == 3
    before = town.info().digest_hex
    town.merge([bundle])
    assert town.info().digest_hex == before
    assert town.info().published == 1


def test_an_invitation_that_no_coordinator_made_lets_nobody_in(
    town: Session, aicha: Session, tmp_path: Path
) -> None:
    own = SigningKey.generate()
    guest = Stranger(town.project.id)
    guest.write(
        (Kind.INVITE, b"", keys_structure(own.public), None),
        guest.enrol(own),
        TURN,
        create_row(b"i" * 16, name="Puits", category="eau", geometry=POINT),
    )
    town.merge([guest.bundle(tmp_path / "g.cmbundle")])
    assert len(town.reader.marks()) == 1
    assert guest.rid not in town.project.model.roles


def test_a_bundle_whose_sender_is_not_who_it_says_does_not_say_what_the_coordinator_has(
    town: Session, aicha: Session, tmp_path: Path
) -> None:
    place = aicha.add(DRAFT)
    sent = aicha.send(tmp_path / "sent").path
    data = sent.read_bytes()
    forged = data.replace(aicha.key.public, town.key.public, 1)
    assert forged != data
    (tmp_path / "forged.cmbundle").write_bytes(forged)
    nobody = read_bundle(tmp_path / "forged.cmbundle", town.project.id)
    assert nobody.sender == b""
    before = aicha.project.meta("coordinator_vector")
    aicha.merge([tmp_path / "forged.cmbundle"])
    assert aicha.project.meta("coordinator_vector") == before
    assert aicha.reader.place(place) is not None


# --- bombs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [[64 << 20], [1 << 20] * 40])
def test_a_body_that_inflates_without_end_is_refused_before_it_takes_the_memory(
    town: Session, tmp_path: Path, sizes: list[int]
) -> None:
    """Also one that does not say how large it is, or says it of its first part only."""
    guest = Stranger(town.project.id)
    honest = guest.write(TURN)
    pack = zstandard.ZstdCompressor(write_content_size=True)
    quiet = zstandard.ZstdCompressor(write_content_size=False)
    bodies = [
        b"".join(pack.compress(bytes(size)) for size in sizes),
        b"".join(quiet.compress(bytes(size)) for size in sizes),
    ]
    loaded = [
        guest.with_head(honest, body, body_length=len(body), body_hash=wire._body_hash(body))
        for body in bodies
    ]
    bundle = tmp_path / "bomb.cmbundle"
    bundle.write_bytes(_bundle_of(guest, [s.data for s in loaded]))
    assert read_bundle(bundle, town.project.id).refused == 2
    assert receive(town, loaded) == 2
    assert not any(town.project.log.holds(s.name) for s in loaded)
