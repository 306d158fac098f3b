"""Invitations: in a kit, typed or scanned; several of them; closed, and who came by then."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sharing import add, copy_for, founder, places

from collabmap.app.session import Session
from collabmap.domain.codes import CodeKind, write_code
from collabmap.domain.effect import Effect
from collabmap.errors import (
    CodeMistyped,
    CodeOfAnotherKind,
    InvitationClosed,
    InvitationOfAnotherMap,
    NotAllowed,
    NotInvited,
)
from collabmap.store.device import Device

Bare = Callable[[Session, str], Session]


@pytest.fixture
def sessions() -> Iterator[list[Session]]:
    opened: list[Session] = []
    yield opened
    for session in opened:
        session.close()
        session.device.close()


@pytest.fixture
def town(tmp_path: Path, sessions: list[Session]) -> Session:
    sessions.append(founder(tmp_path / "of-camille"))
    return sessions[-1]


@pytest.fixture
def bare(tmp_path: Path, sessions: list[Session]) -> Bare:
    """Give the file of a map to somebody new, without an invitation."""

    def copy(session: Session, name: str) -> Session:
        folder = tmp_path / f"bare-{name}"
        folder.mkdir()
        session.seal()
        session.project.copy_to(folder / "map.collabmap")
        sessions.append(Session.open(folder / "map.collabmap", Device(tmp_path / name)))
        sessions[-1].begin_person(name)
        return sessions[-1]

    return copy


@pytest.fixture
def invited(sessions: list[Session]) -> Callable[[Session, str], Session]:
    def copy(session: Session, name: str) -> Session:
        sessions.append(copy_for(session, name))
        return sessions[-1]

    return copy


def carry(source: Session, *targets: Session) -> None:
    path = source.path.with_suffix(".cmbundle")
    source.give_back(path)
    for target in targets:
        target.merge([path])


def swap(one: Session, other: Session) -> None:
    carry(one, other)
    carry(other, one)


# --- coming in --------------------------------------------------------------------------------


def test_who_types_an_invitation_is_a_resident(town: Session, bare: Bare) -> None:
    aicha = bare(town, "Aïcha")
    with pytest.raises(NotInvited):
        add(aicha, "Puits")
    view = town.invite()
    aicha.join(view.code.lower().replace("-", " "))
    assert aicha.role == "resident"
    add(aicha, "Puits")
    swap(aicha, town)
    assert places(town) == places(aicha) == {"Puits"}
    (open_one,) = town.invitations()
    assert [device.rid for device in open_one.came] == [aicha.rid]


def test_what_a_scanner_reads_is_taken_as_it_is(town: Session, bare: Bare) -> None:
    scanned = town.invite().scanned
    assert set(scanned) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ:")
    assert len(scanned) < 90
    for name, text in (("Aïcha", scanned), ("Zoé", f" {scanned.lower()}\n")):
        laptop = bare(town, name)
        laptop.join(text)
        assert laptop.role == "resident"


def test_an_invitation_to_another_map_is_refused(
    town: Session, bare: Bare, tmp_path: Path, sessions: list[Session]
) -> None:
    sessions.append(founder(tmp_path / "elsewhere"))
    other = sessions[-1].invite()
    aicha = bare(town, "Aïcha")
    with pytest.raises(InvitationOfAnotherMap):
        aicha.join(other.scanned)
    assert aicha.role == "guest"


def test_a_code_with_a_slip_and_a_code_for_something_else_are_refused(
    town: Session, bare: Bare
) -> None:
    aicha = bare(town, "Aïcha")
    code = town.invite().code
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    with pytest.raises(CodeMistyped):
        aicha.join(wrong)
    with pytest.raises(CodeOfAnotherKind):
        aicha.join(town.recovery_code)
    assert aicha.role == "guest"


def test_an_invitation_that_was_never_made_lets_nobody_in(town: Session, bare: Bare) -> None:
    aicha = bare(town, "Aïcha")
    aicha.join(write_code(CodeKind.INVITATION, b"never made, 16 b"))
    add(aicha, "Puits")
    add(aicha, "Banc")
    carry(aicha, town)
    assert places(town) == set()
    assert town.invitations() == ()
    view = next(view for view in town.devices() if view.rid == aicha.rid)
    assert view.role == "guest"
    # Said once, however often it wrote.
    assert view.changes <= 3


def test_there_are_several_invitations_and_each_knows_who_came(town: Session, bare: Bare) -> None:
    first, second = town.invite(), town.invite()
    assert first.code != second.code
    aicha, zoe = bare(town, "Aïcha"), bare(town, "Zoé")
    for laptop, view in ((aicha, first), (zoe, second)):
        laptop.join(view.code)
        add(laptop, str(laptop.person))
        carry(laptop, town)
    came = {view.key: [device.people for device in view.came] for view in town.invitations()}
    assert came == {first.key: [("Aïcha",)], second.key: [("Zoé",)]}


def test_only_coordinators_invite_and_close(town: Session, bare: Bare) -> None:
    view = town.invite()
    aicha = bare(town, "Aïcha")
    aicha.join(view.code)
    with pytest.raises(NotAllowed):
        aicha.invite()
    with pytest.raises(NotAllowed):
        aicha.close_invitation(view.key)
    (seen,) = aicha.invitations()
    assert (seen.key, seen.code, seen.scanned, seen.is_open) == (view.key, "", "", True)


# --- closing ----------------------------------------------------------------------------------


def test_who_came_before_the_closing_stays_and_who_comes_later_waits(
    town: Session, invited: Bare
) -> None:
    early, late = invited(town, "Aïcha"), invited(town, "Zoé")
    add(early, "Puits")
    carry(early, town)
    (view,) = town.invitations()
    town.close_invitation(view.key)
    add(late, "Banc")
    add(early, "Four")
    for laptop in (early, late):
        carry(laptop, town)
    assert places(town) == {"Puits", "Four"}
    (closed,) = town.invitations()
    assert not closed.is_open
    assert {device.people[0]: device.role for device in closed.came} == {
        "Aïcha": "resident",
        "Zoé": "guest",
    }
    assert town.close_invitation(view.key) == Effect()
    carry(town, late)
    assert late.role == "guest"
    with pytest.raises(NotInvited):
        add(late, "Mur")


def test_who_came_too_late_is_admitted_by_a_coordinator(town: Session, invited: Bare) -> None:
    late = invited(town, "Zoé")
    town.close_invitation(town.invitations()[0].key)
    add(late, "Banc")
    carry(late, town)
    assert places(town) == set()
    town.admit(late.rid)
    assert places(town) == {"Banc"}
    carry(town, late)
    assert late.role == "resident"
    add(late, "Mur")


def test_who_came_too_late_comes_in_by_a_new_invitation(town: Session, invited: Bare) -> None:
    late = invited(town, "Zoé")
    old = town.invitations()[0]
    town.close_invitation(old.key)
    add(late, "Banc")
    swap(late, town)
    with pytest.raises(InvitationClosed):
        late.join(old.code)
    late.join(town.invite().code)
    carry(late, town)
    assert places(town) == {"Banc"}, "without a word more"


def test_a_kit_made_after_the_closing_invites_again(town: Session, invited: Bare) -> None:
    invited(town, "Aïcha")
    town.close_invitation(town.invitations()[0].key)
    zoe = invited(town, "Zoé")
    add(zoe, "Banc")
    carry(zoe, town)
    assert places(town) == {"Banc"}
    assert [view.is_open for view in town.invitations()] == [False, True]


def test_the_kits_of_one_evening_share_an_invitation(town: Session, invited: Bare) -> None:
    for name in ("Aïcha", "Zoé"):
        invited(town, name)
    assert len(town.invitations()) == 1


def test_an_old_kit_does_not_take_a_newer_invitation_away(
    town: Session, invited: Bare, tmp_path: Path
) -> None:
    kit = town.hand_out(tmp_path / "old").path
    old = town.invitations()[0]
    zoe = invited(town, "Zoé")
    town.close_invitation(old.key)
    swap(zoe, town)
    zoe.join(town.invite().code)
    folder = zoe.path.parent
    zoe.close()
    again = Session.open_kit(kit, folder, zoe.device)
    assert again.role == "resident"
    add(again, "Banc")
    carry(again, town)
    assert places(town) == {"Banc"}
    again.close()


def test_a_revoked_laptop_does_not_come_in_by_its_invitation_again(
    town: Session, invited: Bare
) -> None:
    zoe = invited(town, "Zoé")
    add(zoe, "Banc")
    swap(zoe, town)
    town.revoke(zoe.rid)
    carry(town, zoe)
    zoe.join(town.invite().code)
    assert zoe.role == "guest"


def test_a_kit_of_another_coordinator_is_opened_too(
    town: Session, invited: Bare, tmp_path: Path
) -> None:
    jo = invited(town, "Jo")
    add(jo, "Four")
    carry(jo, town)
    town.grant(jo.rid, "coordinator")
    carry(town, jo)
    zoe = invited(jo, "Zoé")
    add(zoe, "Banc")
    assert places(zoe) == {"Four", "Banc"}
    carry(zoe, jo)
    carry(jo, town)
    assert places(town) == {"Four", "Banc"}
    assert len(town.invitations()) == 2
    assert [bool(view.code) for view in jo.invitations()] == [False, True]
