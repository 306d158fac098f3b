"""The seventeen cases that a plain rule got wrong, on the pure model and on real files.

Each is played in several orders of arrival; the outcome must be the same in all of them.
"""

import hashlib
import shutil
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from collabmap.app.session import Session
from collabmap.domain.change import Kind
from collabmap.domain.feature import PlaceDraft
from collabmap.store import machine
from collabmap.store.device import Device

from .script import COORDINATOR, GUEST, PLACE, RESIDENT, TEN_YEARS, Look, Script


@pytest.fixture
def town() -> Script:
    town = Script()
    town.promote("C1", "C2")
    town.admit("R1", "R2")
    return town


def test_case_1_two_coordinators_who_revoke_each_other_both_stay(town: Script) -> None:
    town.role("C1", "C2", GUEST)
    town.role("C2", "C1", GUEST)

    def look(now: Look) -> None:
        assert now.role("C1") == now.role("C2") == COORDINATOR

    town.everywhere(look)


def test_case_2_a_mistaken_revocation_by_the_founder_can_be_undone() -> None:
    town = Script()
    grant = town.role("F", "C1", COORDINATOR, [])
    revoked = town.role("F", "C1", GUEST, [], over=[grant])
    again = town.role("F", "C1", COORDINATOR, [], over=[revoked])
    place = town.create("C1", "v1")

    def look(now: Look) -> None:
        assert now.role("C1") == COORDINATOR
        assert now.published() == ["v1"]

    town.everywhere(look)
    town.everywhere(lambda now: _is_guest(now, "C1"), without=[again, place])


def _is_guest(now: Look, who: str) -> None:
    assert now.role(who) == GUEST


@pytest.mark.parametrize("gone", ["held", "revoked", "rejected"])
def test_case_3_a_value_replaced_twice_stays_replaced_when_the_middle_one_goes(
    town: Script, gone: str
) -> None:
    town.ahead["R1"] = TEN_YEARS
    first = town.create("R1", "v1")
    second = town.set("R2", "v2", [first])
    town.set("C1", "v3", [second])
    if gone == "revoked":
        town.role("F", "R2", GUEST, [])
    elif gone == "rejected":
        town.reject("C2", second)

    def look(now: Look) -> None:
        assert now.shown() == ["v3"]

    town.everywhere(look, hold=[second] if gone == "held" else [])


def test_case_4_an_accept_from_a_fast_clock_does_not_publish_a_replaced_value(
    town: Script,
) -> None:
    town.ahead["C1"] = TEN_YEARS
    first = town.create("R1", "v1")
    town.accept("C1", first)
    second = town.set("R2", "v2", [first])
    town.accept("C2", second)

    def look(now: Look) -> None:
        assert now.published() == ["v2"]

    town.everywhere(look)


def test_case_5_a_late_accept_of_a_replaced_value_does_not_publish_it_again(town: Script) -> None:
    first = town.create("R1", "v1")
    town.set("C2", "v2", [first])
    town.accept("C1", first)

    def look(now: Look) -> None:
        assert now.published() == ["v2"]

    town.everywhere(look)


def test_case_6_a_guests_edit_that_a_delete_had_not_seen_comes_back_with_the_guest(
    town: Script,
) -> None:
    first = town.create("F", "v1")
    town.set("G", "v2", [first])
    town.delete("F", [first])
    town.everywhere(_is_gone)
    town.role("F", "G", RESIDENT, [])

    def look(now: Look) -> None:
        assert now.shown() == ["v2"]
        assert now.published() == []

    town.everywhere(look)


def _is_gone(now: Look) -> None:
    assert now.state() is None
    assert now.shown() == now.published() == []


def test_case_7_whom_either_of_two_closings_names_stays_in(town: Script) -> None:
    town.invite("F", "evening")
    for guest in ("Ga", "Gb", "Gc", "Gd"):
        town.enrol(guest, "evening")
    town.close("C1", "evening", ["Ga", "Gb"])
    town.close("C2", "evening", ["Gb", "Gc"])

    def look(now: Look) -> None:
        roles = [now.role(guest) for guest in ("Ga", "Gb", "Gc", "Gd")]
        assert roles == [RESIDENT, RESIDENT, RESIDENT, GUEST]

    town.everywhere(look)


@pytest.mark.parametrize("published", [False, True])
def test_case_8_a_rejected_edit_brings_back_the_value_it_had_replaced(
    town: Script, published: bool
) -> None:
    first = town.create("R1", "v1")
    if published:
        town.accept("C1", first)
    second = town.set("R2", "v2", [first])
    town.reject("F", second)

    def look(now: Look) -> None:
        assert now.shown() == ["v1"]
        assert now.published() == (["v1"] if published else [])
        assert now.state() == ("accepted" if published else "pending")
        assert now.word(second) == "reject"
        assert now.outcome().rulings[second.id].said[0].payload == "non"

    town.everywhere(look)


def test_case_9_a_verdict_on_one_copy_of_a_laptop_says_nothing_of_the_other(town: Script) -> None:
    town.create("R1", "begin", subject=b"\x09" * 16)
    copy = town.fork("R1")
    one = town.create("R1", "reviewed")
    other = town.create(copy, "never seen", subject=b"\x08" * 16)
    town.accept("F", one)

    def look(now: Look) -> None:
        assert now.published() == ["reviewed"]
        assert now.published(b"\x08" * 16) == []
        assert now.waits(other)

    town.everywhere(look)

    def elsewhere(now: Look) -> None:
        assert now.published(b"\x08" * 16) == []

    town.everywhere(elsewhere, without=[one])


def test_case_10_both_ends_of_a_fork_are_kept_whole(town: Script) -> None:
    town.create("R1", "begin")
    copy = town.fork("R1")
    words = [town.add("R1", f"a{n}") for n in range(3)]
    words += [town.add(copy, f"b{n}") for n in range(5)]

    def look(now: Look) -> None:
        assert now.texts() == [f"a{n}" for n in range(3)] + [f"b{n}" for n in range(5)]
        if now.here is not None:
            ends = now.here.project.log.vector()[words[0].segment.rid]
            assert {name for _, name in ends} == {words[2].head, words[-1].head}
            assert now.here.project.log.unapplied() == 0

    town.everywhere(look)


def test_case_12_accepting_a_mark_takes_away_all_that_the_coordinator_saw(town: Script) -> None:
    first = town.create("R1", "v1")
    accept = town.accept("C1", first)
    mark = town.delete("R2", [first])
    edit = town.set("R1", "v2", [first])

    def waits(now: Look) -> None:
        assert now.state() == "delete_proposed"
        assert now.published() == ["v1"]

    town.everywhere(waits)
    town.accept("C1", mark, edit, over=[accept], seen=[first, edit, mark])
    town.everywhere(_is_gone)


def test_case_13_a_promotion_publishes_nothing_old() -> None:
    town = Script()
    admitted = town.role("F", "C1", RESIDENT, [])
    one = town.create("C1", "v1")
    two = town.create("C1", "v1", subject=b"\x07" * 16)
    town.role("F", "C1", COORDINATOR, over=[admitted])
    three = town.create("C1", "new", subject=b"\x06" * 16)

    def look(now: Look) -> None:
        assert now.role("C1") == COORDINATOR
        assert now.waits(one)
        assert now.waits(two)
        assert now.published() == now.published(b"\x07" * 16) == []
        assert now.published(three.subject) == ["new"]

    town.everywhere(look)


def test_case_14_a_place_of_a_coordinator_ten_years_ahead_can_be_rejected(town: Script) -> None:
    town.ahead["C1"] = TEN_YEARS
    first = town.create("C1", "v1")
    town.reject("C2", first)

    def look(now: Look) -> None:
        assert now.state() == "rejected"
        assert now.published() == []

    town.everywhere(look)


def test_case_15_somebody_elses_photo_stays_with_a_mark(town: Script) -> None:
    first = town.create("R1", "v1")
    photo = town.add("R1", {"blob": bytes(32)}, element="photo")
    removal = town.remove("R2", [photo], element="photo")

    def look(now: Look) -> None:
        assert [e.id for e in now.outcome().shown.elements] == [photo.id]
        assert now.waits(removal)

    town.everywhere(look)
    town.accept("C1", removal, first)

    def accepted(now: Look) -> None:
        assert now.outcome().shown.elements == ()

    town.everywhere(accepted)


def test_case_16_two_deletes_each_blind_to_one_edit_remove_the_place(town: Script) -> None:
    first = town.create("C1", "v1")
    one = town.set("R1", "v2", [first])
    two = town.set("R2", "v3", [first])
    town.delete("C1", [first, one])
    town.delete("C2", [first, two])
    town.everywhere(_is_gone)


def test_case_17_a_place_whose_author_is_held_waits_with_its_edits(town: Script) -> None:
    first = town.create("R1", "v1")
    town.set("R2", "v2", [first])
    assert first.subject == PLACE
    town.everywhere(_is_gone, hold=[first])

    def look(now: Look) -> None:
        assert now.shown() == ["v2"]

    town.everywhere(look)


def test_case_11_a_laptop_copied_with_unsigned_words_signs_them_once(tmp_path: Path) -> None:
    """Two tags and one create: signed by both copies it would be four tags, or none."""
    with ExitStack() as opened:
        founder = _opened(
            opened, Session.create(tmp_path / "town", _device(tmp_path, "f"), "T", "F")
        )
        kit = founder.hand_out(tmp_path / "kit").path
        (tmp_path / "one").mkdir()
        one = _opened(opened, Session.open_kit(kit, tmp_path / "one", _device(tmp_path, "one")))
        one.begin_person("Aïcha")
        one.add(PlaceDraft("Fontaine", "eau", 7.42, 43.73, tags=("banc", "ombre")))
        assert one.project.log.tail_head() is not None
        shutil.copytree(tmp_path / "one", tmp_path / "two")
        two = _opened(
            opened,
            Session.open(next((tmp_path / "two").glob("*.collabmap")), _device(tmp_path, "two")),
        )
        two.add(PlaceDraft("Lavoir", "eau", 7.43, 43.73))
        for laptop in (one, two):
            laptop.seal()
            with founder.project.writing():
                assert not founder.ingest.receive(laptop.project.log.since({})).refused
        assert one.rid != two.rid
        (place,) = (row.id for row in founder.reader.places(text="Fontaine")[0])
        changes = founder.project.model.changes(place)
        assert sorted(c.payload for c in changes if c.kind == Kind.ADD) == ["banc", "ombre"]
        assert sum(c.kind == Kind.CREATE for c in changes) == 1
        assert {row.name for row in founder.reader.places()[0]} == {"Fontaine", "Lavoir"}


def _device(folder: Path, name: str) -> Device:
    """Return the device in a laptop's folder, as seen on a machine of its own."""
    # The first half names a maker of network cards: those of bridges and tunnels don't count.
    card = bytes.fromhex("3c5282") + hashlib.blake2b(name.encode(), digest_size=3).digest()
    seen = machine.fingerprint("1" * 32, [card])
    return Device(folder / name / "device", lambda: seen)


def _opened(opened: ExitStack, session: Session) -> Session:
    opened.callback(session.device.close)
    return opened.enter_context(closing(session))
