"""Coordinators who contradict each other, and devices that write on after they were revoked."""

import itertools
import os
from pathlib import Path

import pytest
from sharing import view

from collabmap.app.session import Session
from collabmap.domain.change import Kind
from collabmap.domain.feature import ChangeId, FeatureState, PlaceDraft
from collabmap.domain.roles import Role
from collabmap.domain.segment import Segment
from collabmap.domain.structure import role_structure, verdict_structure
from collabmap.store import ingest

from .conftest import DRAFT, Laptops
from .test_clocks import TEN_YEARS_MS, WrongClock
from .test_crowds import receive


def carry(source: Session, target: Session, folder: Path) -> None:
    target.merge([source.give_back(folder / "carried").path])


def gather(sessions: list[Session], folder: Path) -> None:
    """Bring everything to everybody, and see that they agree."""
    for _ in range(2):
        for source, target in itertools.permutations(sessions, 2):
            carry(source, target, folder)
    assert len({session.rebuild() for session in sessions}) == 1


def tips(session: Session, rid: bytes) -> list[bytes]:
    return [name for _, name in session.project.log.vector().get(rid, ())]


def say_role(session: Session, other: Session, role: Role, over: list[ChangeId]) -> ChangeId:
    """Grant or revoke, as the screen about people does; what was known here stays."""
    rid = other.rid
    structure = role_structure(rid, int(role), tips(session, rid), over)
    _, names = session.write([(Kind.ROLE, rid, structure, None)])
    session.seal()
    name = session.project.log.current_name(names[0], session.rid)
    assert name is not None
    return name


# --- two coordinators ---------------------------------------------------------------------------


@pytest.fixture
def aicha(town: Session, laptops: Laptops, tmp_path: Path) -> Session:
    """A second coordinator."""
    aicha = laptops("Aïcha")
    aicha.add(PlaceDraft("Banc", "nature", 7.41, 43.72))
    carry(aicha, town, tmp_path)
    say_role(town, aicha, Role.COORDINATOR, [])
    carry(town, aicha, tmp_path)
    assert aicha.is_coordinator
    return aicha


@pytest.fixture
def waiting(town: Session, aicha: Session, laptops: Laptops, tmp_path: Path) -> bytes:
    """A resident's place that both coordinators have before them."""
    nour = laptops("Nour")
    place = nour.add(DRAFT)
    carry(nour, town, tmp_path)
    carry(nour, aicha, tmp_path)
    return place


def item(session: Session, place: bytes):  # type: ignore[no-untyped-def]
    return next(item for item in session.reader.review_items() if item.id == place)


@pytest.mark.parametrize("town_says", ["accept", "reject"])
@pytest.mark.parametrize("town_is_first", [True, False])
def test_of_two_coordinators_who_contradict_each_other_one_counts_everywhere(
    town: Session,
    aicha: Session,
    waiting: bytes,
    laptops: Laptops,
    tmp_path: Path,
    town_says: str,
    town_is_first: bool,
) -> None:
    acts = [(town, town_says), (aicha, "reject" if town_says == "accept" else "accept")]
    for session, word in acts if town_is_first else acts[::-1]:
        getattr(session, word)(item(session, waiting))
        # Within one millisecond the keys decide, and not who was later.
        said_ms = ingest.now_ms()
        while ingest.now_ms() == said_ms:
            pass
    witness = laptops("Zoé")
    gather([town, aicha, witness], tmp_path)
    last = acts[1 if town_is_first else 0][1]
    state = FeatureState.ACCEPTED if last == "accept" else FeatureState.REJECTED
    assert view(witness, waiting).state == state
    outcome = town.project.model.outcome(waiting)
    assert any(ruling.is_contested for ruling in outcome.rulings.values())
    published = {session.info().published for session in (town, aicha, witness)}
    assert len(published) == 1


def test_a_word_that_saw_both_settles_it_whatever_the_clocks_say(
    town: Session, laptops: Laptops, tmp_path: Path
) -> None:
    """The second coordinator's clock is ten years ahead: the founder's last word still counts."""
    ahead = laptops("Aïcha", WrongClock(TEN_YEARS_MS))
    ahead.add(PlaceDraft("Banc", "nature", 7.41, 43.72))
    carry(ahead, town, tmp_path)
    say_role(town, ahead, Role.COORDINATOR, [])
    carry(town, ahead, tmp_path)
    nour = laptops("Nour")
    place = nour.add(DRAFT)
    carry(nour, town, tmp_path)
    carry(nour, ahead, tmp_path)
    town.accept(item(town, place))
    ahead.reject(item(ahead, place), "doublon")
    gather([town, ahead], tmp_path)
    assert view(town, place).state == FeatureState.REJECTED
    rulings = town.project.model.outcome(place).rulings
    said = {verdict.id for ruling in rulings.values() for verdict in ruling.said}
    structure = verdict_structure({"accept": rulings}, over=said)
    town.write([(Kind.VERDICT, place, structure, None)])
    gather([town, ahead, nour], tmp_path)
    assert view(ahead, place).state == FeatureState.ACCEPTED


# --- a revoked device -----------------------------------------------------------------------------


def of(session: Session, rid: bytes) -> list[Segment]:
    session.seal()
    return [s for s in session.project.log.since({}) if s.rid == rid]


@pytest.mark.parametrize("is_revocation_first", [True, False])
def test_what_a_revoked_device_writes_on_shows_nowhere_whenever_it_arrives(
    town: Session, laptops: Laptops, tmp_path: Path, is_revocation_first: bool
) -> None:
    lost, nour = laptops("Aïcha"), laptops("Nour")
    kept = lost.add(DRAFT)
    carry(lost, town, tmp_path)
    say_role(town, lost, Role.GUEST, [])
    later = lost.add(PlaceDraft("spam", "eau", 7.4, 43.7))
    lost.edit(view(lost, kept), {"name": "spam"})
    (fountain,) = [m.id for m in lost.reader.marks() if m.name == DRAFT.name and m.id != kept]
    lost.delete(view(lost, fountain))
    sources = [town, lost] if is_revocation_first else [lost, town]
    for source in sources:
        carry(source, nour, tmp_path)
    assert nour.reader.place(later) is None
    assert view(nour, kept).name == DRAFT.name
    assert view(nour, fountain).state == FeatureState.ACCEPTED
    # Kept to the byte all the same: a mistaken revocation can be taken back.
    assert {s.data for s in of(lost, lost.rid)} == {s.data for s in of(nour, lost.rid)}
    gather([town, nour], tmp_path)


def test_a_revoked_device_that_hears_of_it_writes_nothing_more(
    town: Session, laptops: Laptops, tmp_path: Path
) -> None:
    lost = laptops("Aïcha")
    lost.add(DRAFT)
    carry(lost, town, tmp_path)
    say_role(town, lost, Role.GUEST, [])
    carry(town, lost, tmp_path)
    assert lost.project.model.roles.get(lost.rid, Role.GUEST) == Role.GUEST


def test_a_mistaken_revocation_that_is_taken_back_brings_everything_back(
    town: Session, laptops: Laptops, tmp_path: Path
) -> None:
    lost, nour = laptops("Aïcha"), laptops("Nour")
    lost.add(DRAFT)
    carry(lost, town, tmp_path)
    revocation = say_role(town, lost, Role.GUEST, [])
    later = lost.add(PlaceDraft("Puits", "eau", 7.4, 43.7))
    carry(lost, town, tmp_path)
    assert town.reader.place(later) is None
    say_role(town, lost, Role.RESIDENT, [revocation])
    assert town.reader.place(later) is not None
    gather([town, lost, nour], tmp_path)
    assert nour.reader.place(later) is not None


def test_the_verdicts_of_a_revoked_coordinator_fall_away_beyond_what_is_kept(
    town: Session, aicha: Session, waiting: bytes, laptops: Laptops, tmp_path: Path
) -> None:
    grant = next(
        change.id
        for segment in town.project.connection.execute("SELECT id FROM segment").fetchall()
        for change in town.project.log.changes_of(segment[0])
        if change.kind == Kind.ROLE
    )
    say_role(town, aicha, Role.GUEST, [grant])
    aicha.accept(item(aicha, waiting))
    aicha.add(PlaceDraft("Usurpé", "eau", 7.4, 43.7))
    zoe = laptops("Zoé")
    for sources in ([aicha, town], [town, aicha]):
        for source in sources:
            carry(source, zoe, tmp_path)
        carry(zoe, town, tmp_path)
    gather([town, zoe], tmp_path)
    assert view(town, waiting).state == FeatureState.PENDING
    assert "Usurpé" not in {mark.name for mark in town.reader.marks()}


def test_a_resident_cannot_make_anybody_coordinator_or_revoke_one(
    town: Session, laptops: Laptops, tmp_path: Path
) -> None:
    resident, accomplice = laptops("Aïcha"), laptops("Nour")
    accomplice.add(DRAFT)
    resident.add(DRAFT)
    carry(accomplice, resident, tmp_path)
    for other, role in ((accomplice, Role.COORDINATOR), (resident, Role.COORDINATOR)):
        say_role(resident, other, role, [])
    say_role(resident, town, Role.GUEST, [])
    gather([town, resident, accomplice], tmp_path)
    for session in (town, resident, accomplice):
        assert session.project.model.roles[town.rid] == Role.COORDINATOR
        assert session.project.model.roles[resident.rid] == Role.RESIDENT
        assert session.project.model.roles[accomplice.rid] == Role.RESIDENT
    assert town.info().published == 1


def test_a_second_coordinators_own_work_needs_nobodys_leave_from_her_grant_on(
    town: Session, aicha: Session, tmp_path: Path
) -> None:
    for _ in range(3):
        mine = aicha.add(DRAFT)
        assert view(aicha, mine).state == FeatureState.ACCEPTED
        aicha.seal()
        assert view(aicha, mine).state == FeatureState.ACCEPTED
        carry(aicha, town, tmp_path)
        assert view(town, mine).state == FeatureState.ACCEPTED
        for session in (aicha, town):
            digest = session.info().digest_hex
            assert session.rebuild() == digest


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.COORDINATOR])
def test_a_revocation_that_comes_before_what_it_lets_stay_lets_it_stay(
    town: Session, laptops: Laptops, tmp_path: Path, role: Role
) -> None:
    lost, nour = laptops("Aïcha"), laptops("Nour")
    kept = lost.add(DRAFT)
    carry(lost, town, tmp_path)
    grant = say_role(town, lost, role, [])
    carry(town, lost, tmp_path)
    also_kept = lost.add(PlaceDraft("Banc", "nature", 7.4, 43.7))
    carry(lost, town, tmp_path)
    say_role(town, lost, Role.GUEST, [grant])
    later = lost.add(PlaceDraft("spam", "eau", 7.4, 43.7))
    for segments in (of(town, town.rid), of(lost, lost.rid)):
        for segment in segments:
            with nour.project.writing():
                nour.ingest.receive([segment])
    digest = nour.info().digest_hex
    assert nour.reader.place(kept) is not None
    assert nour.reader.place(also_kept) is not None
    assert nour.reader.place(later) is None
    assert nour.rebuild() == digest
    assert view(nour, also_kept).state == (
        FeatureState.ACCEPTED if role == Role.COORDINATOR else FeatureState.PENDING
    )


def test_a_revoked_device_may_not_fill_the_disk(
    town: Session, laptops: Laptops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "MAX_PARKED_BYTES_OF_A_KEY", 200_000)
    lost = laptops("Aïcha")
    lost.add(DRAFT)
    carry(lost, town, tmp_path)
    say_role(town, lost, Role.GUEST, [])
    for _ in range(120):
        lost.add(PlaceDraft("x", "eau", 7.4, 43.7, os.urandom(2400).hex()))
    lost.seal()
    theirs = [s for s in lost.project.log.since({}) if s.rid == lost.rid]
    assert sum(len(s.data) for s in theirs) > 250_000
    receive(town, theirs)
    kept = [s for s in theirs if town.project.log.holds(s.name)]
    assert sum(len(s.data) for s in kept) <= 200_000
