"""Roles given and taken between laptops: who may, what stays, and who can read what is private."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sharing import add, copy_for, founder, places

from collabmap.app import people, sealing
from collabmap.app.people import DeviceView
from collabmap.app.session import Session
from collabmap.domain import ids, signing
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.domain.roles import Role
from collabmap.errors import (
    CodeMistyped,
    CodeOfAnotherKind,
    DeviceUnknown,
    InputInvalid,
    NotAllowed,
    NotSenior,
    RoleTakenAway,
)

CONTACT = PlaceDraft("Lavoir", "eau", 7.42, 43.73, contact="06 00 00 00 00")


class Town:
    """Camille, who founded the map, and as many laptops as a test needs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.camille = founder(folder)
        self.laptops = [self.camille]
        self._count = 0

    def laptop(self, name: str) -> Session:
        session = copy_for(self.camille, name)
        self.laptops.append(session)
        return session

    def coordinator(self, name: str) -> Session:
        session = self.laptop(name)
        code = self.camille.read_device_code(session.device_code())
        self.camille.grant(code, "coordinator")
        self.carry(self.camille, session)
        return session

    def carry(self, source: Session, target: Session) -> None:
        self._count += 1
        target.merge([source.give_back(self.folder / f"{self._count}.cmbundle").path])

    def gather(self) -> None:
        for _ in range(2):
            for source in self.laptops:
                for target in self.laptops:
                    if source is not target:
                        self.carry(source, target)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    for session in town.laptops:
        session.close()
        session.device.close()


def device(session: Session, rid: bytes) -> DeviceView:
    return next(view for view in session.devices() if view.rid == rid)


def find(session: Session, name: str) -> PlaceView:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    view = session.reader.place(mark.id)
    assert view is not None
    return view


def contact(session: Session, name: str) -> str | None:
    return find(session, name).contact


def published(session: Session) -> set[str]:
    return {mark.name for mark in session.reader.marks() if mark.state == "accepted"}


# --- the list ---------------------------------------------------------------------------------


def test_the_computers_of_a_map_are_listed_with_their_people(town: Town) -> None:
    jo, aicha = town.coordinator("Jo"), town.laptop("Aïcha")
    add(jo, "Four")
    add(aicha, "Puits")
    town.gather()
    first, second, third = town.camille.devices()
    assert [view.role for view in (first, second, third)] == ["coordinator"] * 2 + ["resident"]
    assert (first.is_founder, first.is_here, first.people) == (True, True, ("Camille",))
    assert (second.rid, second.people, second.is_here) == (jo.rid, ("Jo",), False)
    assert (third.rid, third.people, third.copies) == (aicha.rid, ("Aïcha",), 1)
    assert third.changes == 1
    assert len({view.code for view in (first, second, third)}) == 3
    assert third.last_ms > 0
    assert not any(view.was_revoked for view in (first, second, third))


def test_a_clock_that_runs_ahead_is_seen_and_its_times_can_be_moved(town: Town) -> None:
    aicha = town.laptop("Aïcha")
    hour = 3600 * 1000
    now = aicha.now
    aicha.ingest.clock._now_ms = lambda: now() + hour
    add(aicha, "Puits")
    town.carry(aicha, town.camille)
    seen = device(town.camille, aicha.rid)
    assert hour - 60_000 < seen.ahead_ms <= hour
    town.camille.set_clock_note(aicha.rid, -hour)
    moved = device(town.camille, aicha.rid)
    assert (moved.shift_ms, moved.last_ms) == (-hour, seen.last_ms - hour)
    town.camille.set_clock_note(aicha.rid, 0)
    assert device(town.camille, aicha.rid).shift_ms == 0


def test_only_coordinators_move_times_and_within_reason(town: Town) -> None:
    aicha = town.laptop("Aïcha")
    with pytest.raises(NotAllowed):
        aicha.set_clock_note(town.camille.rid, 1000)
    with pytest.raises(InputInvalid):
        town.camille.set_clock_note(aicha.rid, 10**15)


# --- who may change whom ----------------------------------------------------------------------


def test_a_resident_made_coordinator_reviews_and_hands_out(town: Town) -> None:
    jo, aicha = town.coordinator("Jo"), town.laptop("Aïcha")
    add(aicha, "Puits")
    town.carry(aicha, jo)
    jo.accept(jo.reader.review_items()[0])
    town.gather()
    assert all(published(session) == {"Puits"} for session in town.laptops)
    kit = jo.hand_out(town.folder / "of-jo")
    inside = town.folder / "inside"
    inside.mkdir()
    copy = Session.open_kit(kit.path, inside, aicha.device.__class__(town.folder / "new"))
    copy.begin_person("Zoé")
    add(copy, "Banc")
    town.laptops.append(copy)
    town.gather()
    assert all("Banc" in places(session) for session in town.laptops)


def test_only_coordinators_change_what_a_computer_may_do(town: Town) -> None:
    aicha, zoe = town.laptop("Aïcha"), town.laptop("Zoé")
    town.gather()
    for deed in (
        lambda: aicha.grant(zoe.rid, "coordinator"),
        lambda: aicha.admit(zoe.rid),
        lambda: aicha.revoke(zoe.rid),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert all(view.may_change == () for view in aicha.devices())


def test_coordinators_of_one_rank_cannot_change_each_other(town: Town) -> None:
    jo, ines = town.coordinator("Jo"), town.coordinator("Inès")
    town.gather()
    before = jo.info().digest_hex
    for rid in (ines.rid, town.camille.rid, jo.rid):
        assert device(jo, rid).may_change == ()
        with pytest.raises(NotSenior):
            jo.revoke(rid)
    with pytest.raises(NotSenior):
        jo.grant(ines.rid, "resident")
    assert jo.info().digest_hex == before
    assert device(town.camille, jo.rid).may_change == ("resident", "guest")
    assert device(town.camille, town.camille.rid).may_change == ()


def test_what_the_founder_took_only_the_founder_gives_back(town: Town) -> None:
    jo, ines = town.coordinator("Jo"), town.coordinator("Inès")
    town.camille.revoke(ines.rid)
    town.gather()
    assert device(jo, ines.rid).was_revoked
    assert device(jo, ines.rid).may_change == ("resident",)
    with pytest.raises(NotSenior):
        jo.grant(ines.rid, "coordinator")
    jo.admit(ines.rid)
    town.gather()
    assert [device(session, ines.rid).role for session in town.laptops] == ["resident"] * 3
    town.camille.grant(ines.rid, "coordinator")
    town.gather()
    assert [device(session, ines.rid).role for session in town.laptops] == ["coordinator"] * 3


def test_what_a_computer_may_be_given_is_what_it_can_be_given(town: Town) -> None:
    jo, ines = town.coordinator("Jo"), town.coordinator("Inès")
    aicha, guest = town.laptop("Aïcha"), town.laptop("Zoé")
    add(aicha, "Puits")
    add(guest, "Four")
    town.gather()
    jo.grant(aicha.rid, "coordinator")
    jo.revoke(guest.rid)
    town.gather()
    for session in (town.camille, jo, ines, aicha):
        for view in session.devices():
            for role in ("coordinator", "resident", "guest"):
                if role == view.role:
                    continue
                with session.project.writing(keep=False):
                    is_allowed = tries(session, view.rid, role)
                assert is_allowed == (role in view.may_change), (session.person, view, role)


def tries(session: Session, rid: bytes, role: str) -> bool:
    """Whether the rules let a coordinator's word do what it says; inside `writing`."""
    wanted = Role[role.upper()]
    if not session.is_coordinator or rid == session.rid:
        return False
    row = people.role_row(session, rid, wanted, people.tips(session, rid), sealing.Payload())
    session.ingest.write([row])
    return session.project.model.ledger.standing.of_key(rid) == wanted


def test_a_grant_that_changes_nothing_writes_nothing(town: Town) -> None:
    jo = town.coordinator("Jo")
    before = town.camille.info().changes
    assert town.camille.grant(jo.rid, "coordinator") == Effect()
    assert town.camille.info().changes == before


# --- taking away ------------------------------------------------------------------------------


def test_what_a_revoked_laptop_wrote_before_stays_and_what_comes_later_does_not(
    town: Town,
) -> None:
    aicha, jo = town.laptop("Aïcha"), town.coordinator("Jo")
    add(aicha, "Puits")
    town.gather()
    add(aicha, "Banc")
    town.carry(aicha, jo)
    town.camille.revoke(aicha.rid)
    assert device(town.camille, aicha.rid).was_revoked
    town.gather()
    add(jo, "Halle")
    town.gather()
    assert [places(session) for session in town.laptops] == [{"Puits", "Halle"}] * 3
    with pytest.raises(RoleTakenAway):
        add(aicha, "Mur")


def test_a_laptop_can_be_taken_out_with_all_it_wrote(town: Town) -> None:
    aicha = town.laptop("Aïcha")
    add(aicha, "Puits")
    town.gather()
    town.camille.revoke(aicha.rid)
    assert places(town.camille) == {"Puits"}
    town.camille.revoke(aicha.rid, keep=False)
    town.gather()
    assert places(town.camille) == places(aicha) == set()
    town.camille.admit(aicha.rid)
    town.gather()
    assert places(town.camille) == places(aicha) == {"Puits"}
    add(aicha, "Banc")


def test_verdicts_after_a_coordinators_revocation_fall_away(town: Town) -> None:
    jo, aicha = town.coordinator("Jo"), town.laptop("Aïcha")
    add(aicha, "Puits", "Banc")
    town.carry(aicha, jo)
    first, second = jo.reader.review_items()
    jo.accept(first)
    town.gather()
    town.camille.revoke(jo.rid)
    jo.accept(second)
    town.gather()
    assert [published(session) for session in town.laptops] == [{first.name}] * 3
    assert device(jo, jo.rid).role == "guest"


def test_two_coordinators_who_revoke_each_other_at_once_both_stay(town: Town) -> None:
    jo, ines = town.coordinator("Jo"), town.coordinator("Inès")
    town.gather()
    for session, other in ((jo, ines), (ines, jo)):
        row = people.role_row(session, other.rid, Role.GUEST, (), sealing.Payload())
        session.write([row])
    town.gather()
    for session in town.laptops:
        assert {device(session, laptop.rid).role for laptop in (jo, ines)} == {"coordinator"}
    assert len({session.info().digest_hex for session in town.laptops}) == 1


def test_a_coordinator_can_be_made_resident_again(town: Town) -> None:
    jo = town.coordinator("Jo")
    add(jo, "Puits")
    town.gather()
    town.camille.grant(jo.rid, "resident")
    town.gather()
    add(jo, "Banc")
    town.gather()
    assert published(town.camille) == published(jo) == {"Puits"}
    assert places(town.camille) == {"Puits", "Banc"}


# --- only what they touch ---------------------------------------------------------------------


def test_late_words_on_roles_settle_only_what_that_laptop_touched(town: Town) -> None:
    aicha, zoe = town.laptop("Aïcha"), town.laptop("Zoé")
    add(town.camille, *(f"c{n}" for n in range(20)))
    add(zoe, *(f"z{n}" for n in range(20)))
    mine = {aicha.add(PlaceDraft(f"a{n}", "eau", 7.42, 43.73)) for n in range(3)}
    town.gather()
    aicha.edit(find(aicha, "z7"), {"name": "z7 bis"})
    touched = mine | {find(aicha, "z7 bis").id}
    town.gather()
    assert town.camille.revoke(aicha.rid, keep=False).features == touched
    assert town.camille.admit(aicha.rid).features == touched
    assert town.camille.grant(aicha.rid, "coordinator").features == touched


# --- long codes -------------------------------------------------------------------------------


def test_a_laptop_that_never_sent_anything_is_known_by_its_long_code(town: Town) -> None:
    jo = town.laptop("Jo")
    with pytest.raises(DeviceUnknown):
        town.camille.grant(jo.rid, "coordinator")
    typed = jo.device_code().replace("-", " ").lower()
    town.camille.grant(town.camille.read_device_code(typed), "coordinator")
    assert device(town.camille, jo.rid).role == "coordinator"
    assert device(town.camille, jo.rid).changes == 0
    town.camille.add(CONTACT)
    town.carry(town.camille, jo)
    assert jo.role == "coordinator"
    assert contact(jo, "Lavoir") == CONTACT.contact


def test_a_long_code_with_a_slip_is_refused(town: Town) -> None:
    code = town.camille.device_code()
    assert town.camille.read_device_code(code) == town.camille.key.public
    wrong = ("1" if code[0] != "1" else "2") + code[1:]
    with pytest.raises(CodeMistyped):
        town.camille.read_device_code(wrong)
    halves = code.split("-")
    with pytest.raises(CodeOfAnotherKind):
        town.camille.read_device_code("-".join(halves[7:] + halves[:7]))


# --- private fields ---------------------------------------------------------------------------


def test_a_new_coordinator_reads_contacts_from_before_and_after(town: Town) -> None:
    aicha = town.laptop("Aïcha")
    aicha.add(CONTACT)
    town.gather()
    jo = town.coordinator("Jo")
    assert contact(jo, "Lavoir") == contact(town.camille, "Lavoir") == CONTACT.contact
    zoe = town.laptop("Zoé")
    zoe.add(PlaceDraft("Four", "eau", 7.42, 43.73, contact="four@exemple.org"))
    town.gather()
    assert contact(jo, "Four") == "four@exemple.org"
    assert contact(aicha, "Four") is None


def test_a_revoked_coordinator_cannot_read_what_is_written_after(town: Town) -> None:
    jo, ines, aicha = town.coordinator("Jo"), town.coordinator("Inès"), town.laptop("Aïcha")
    before = sealing.sealing_key(jo.project)
    town.camille.revoke(jo.rid)
    town.gather()
    aicha.add(CONTACT)
    town.gather()
    now = {sealing.sealing_key(session.project) for session in town.laptops}
    assert len(now) == 1
    assert now != {before}
    assert contact(town.camille, "Lavoir") == contact(ines, "Lavoir") == CONTACT.contact
    assert contact(jo, "Lavoir") is None
    with jo.project.reading():
        known = sealing.private_keys(jo.project, jo.key)
    assert known.keys() == {before}, "no key that its laptop can unwrap opens it"
    assert signing.open_box(known[before], signing.seal(before, b"x")) == b"x"


def test_a_coordinator_who_comes_back_reads_everything_again(town: Town) -> None:
    jo = town.coordinator("Jo")
    town.camille.revoke(jo.rid)
    town.camille.add(CONTACT)
    town.camille.grant(jo.rid, "coordinator")
    town.gather()
    assert contact(jo, "Lavoir") == CONTACT.contact


def rotate(session: Session, *without: Session) -> bytes:
    """Make a new sealing key, as a revocation of these would; return its public half."""
    with session.project.reading():
        payload = sealing.rotation(session.project, [other.rid for other in without])
    nobody = ids.replica_id(payload.sealing)
    session.write([people.role_row(session, nobody, Role.GUEST, (), payload)])
    return payload.sealing


def test_of_two_new_keys_the_one_is_used_that_no_revoked_laptop_can_open(town: Town) -> None:
    jo, ines, aicha = town.coordinator("Jo"), town.coordinator("Inès"), town.laptop("Aïcha")
    town.gather()
    town.camille.revoke(jo.rid)
    safe = sealing.sealing_key(town.camille.project)
    later = rotate(ines)
    assert sealing.sealing_key(ines.project) == later
    for source in (ines, town.camille):
        town.carry(source, aicha)
    assert sealing.sealing_key(aicha.project) == safe


def test_where_every_new_key_can_be_opened_by_a_revoked_laptop_another_is_made(
    town: Town,
) -> None:
    jo, paul, aicha = town.coordinator("Jo"), town.coordinator("Paul"), town.laptop("Aïcha")
    ines = town.laptop("Inès")
    town.gather()
    paul.grant(paul.read_device_code(ines.device_code()), "coordinator")
    town.gather()
    # Neither knows of the other: each wraps its key for the one whom the other shuts out.
    town.camille.revoke(jo.rid)
    paul.revoke(ines.rid)
    town.gather()
    aicha.add(CONTACT)
    town.gather()
    assert contact(town.camille, "Lavoir") == contact(paul, "Lavoir") == CONTACT.contact
    in_force = {sealing.sealing_key(session.project) for session in town.laptops}
    assert len(in_force) == 1
    for session in (jo, ines):
        with session.project.reading():
            assert not in_force & sealing.private_keys(session.project, session.key).keys()


def test_somebody_made_coordinator_while_a_key_was_new_is_given_it(town: Town) -> None:
    jo, ines, aicha = town.coordinator("Jo"), town.coordinator("Inès"), town.laptop("Aïcha")
    add(aicha, "Puits")
    town.gather()
    town.camille.revoke(ines.rid)
    jo.grant(aicha.rid, "coordinator")
    town.gather()
    town.camille.add(CONTACT)
    town.gather()
    assert contact(aicha, "Lavoir") == CONTACT.contact
    assert device(aicha, aicha.rid).role == "coordinator"
    count = town.camille.info().changes
    town.gather()
    assert town.camille.info().changes == count, "what is right is left alone"


def test_a_payload_of_another_shape_seals_to_the_key_there_was(town: Town) -> None:
    from collabmap.domain.change import Kind, encode

    before = sealing.sealing_key(town.camille.project)
    for payload in (
        {"sealing": bytes(32), "keys": {}},
        {"sealing": b"short"},
        {"sealing": 5},
        {"keys": {b"k": 1}},
        [1, 2],
        "words",
    ):
        nobody = ids.replica_id(encode(payload))
        row = people.role_row(town.camille, nobody, Role.GUEST, (), sealing.Payload())
        town.camille.write([(Kind.ROLE, nobody, row[2], encode(payload))])
        assert sealing.sealing_key(town.camille.project) == before
    town.camille.add(CONTACT)
    assert contact(town.camille, "Lavoir") == CONTACT.contact
