"""Stories of roles that random evenings rarely tell: late grants, closings, copies, successors."""

import itertools

import pytest

from .script import COORDINATOR, GUEST, OTHER, RESIDENT, TEN_YEARS, Look, Said, Script


@pytest.fixture
def town() -> Script:
    town = Script()
    town.promote("C1", "C2")
    town.admit("R1", "R2")
    return town


def test_a_guests_delete_counts_only_once_the_guest_is_admitted_and_a_coordinator_agrees(
    town: Script,
) -> None:
    first = town.create("F", "v1")
    mark = town.delete("G", [first])

    def unheard(now: Look) -> None:
        assert now.state() == "accepted"
        assert not now.waits(mark)

    town.everywhere(unheard)
    town.role("C1", "G", RESIDENT, [])

    def asked(now: Look) -> None:
        assert now.state() == "delete_proposed"
        assert now.shown() == ["v1"]

    town.everywhere(asked)


def test_a_coordinator_vouches_for_a_guests_change_without_admitting_the_guest(
    town: Script,
) -> None:
    first = town.create("G", "v1")
    other = town.create("G", "v2", subject=OTHER)
    town.accept("C1", first)

    def look(now: Look) -> None:
        assert now.published() == ["v1"]
        assert now.state(OTHER) is None
        assert now.role("G") == GUEST
        assert other.id not in now.outcome(OTHER).in_effect

    town.everywhere(look)


def test_a_late_grant_counts_for_all_that_was_written_before_it(town: Script) -> None:
    place = town.create("N", "v1")
    mine = town.create("Cn", "v2", subject=OTHER)
    town.role("F", "N", RESIDENT, [])
    town.role("F", "Cn", COORDINATOR, [])
    town.accept("Cn", place)

    def look(now: Look) -> None:
        assert now.published() == ["v1"]
        # Named no tips: nothing of that laptop was known when the grant was written.
        assert now.published(OTHER) == ["v2"]
        assert mine.id in now.outcome(OTHER).in_effect

    town.everywhere(look)


def test_a_grant_that_is_repeated_after_a_revocation_lets_everything_in_again(
    town: Script,
) -> None:
    grants = [s for s in town.said if s.segment.rid == town.said[0].segment.rid]
    place = town.create("R1", "v1")
    gone = town.role("C1", "R1", GUEST, [], over=[grants[2]])

    def out(now: Look) -> None:
        assert now.role("R1") == GUEST
        assert now.state() is None

    town.everywhere(out)
    town.role("C2", "R1", RESIDENT, [], over=[gone])

    def back(now: Look) -> None:
        assert now.role("R1") == RESIDENT
        assert now.shown() == ["v1"]
        assert place.id in now.outcome().in_effect

    town.everywhere(back)


@pytest.mark.parametrize("who", ["F", "C1"])
def test_a_revocation_keeps_what_it_names_and_sweeps_out_the_rest_whenever_it_comes(
    town: Script, who: str
) -> None:
    first = town.create("R1", "v1")
    kept = town.set("R1", "v2", [first])
    later = town.set("R1", "v3", [kept])
    town.role(who, "R1", GUEST, [kept], over=town.said[2:3])
    town.set("R1", "v4", [later])

    def look(now: Look) -> None:
        assert now.role("R1") == GUEST
        assert now.shown() == ["v2"]

    town.everywhere(look)


def test_a_revocation_of_a_copied_laptop_keeps_the_end_it_names_only(town: Script) -> None:
    first = town.create("R1", "v1")
    copy = town.fork("R1")
    mine = town.add("R1", "mine")
    thief = town.add(copy, "thief")
    town.role("F", "R1", GUEST, [mine], over=town.said[2:3])

    def look(now: Look) -> None:
        assert now.texts() == ["mine"]
        assert now.shown() == ["v1"]
        assert {first.id, mine.id} == now.outcome().in_effect
        assert thief.id not in now.outcome().in_effect

    town.everywhere(look)


def test_a_revoked_coordinators_verdicts_beyond_what_is_kept_fall_away(town: Script) -> None:
    first = town.create("R1", "v1")
    other = town.create("R1", "w1", subject=OTHER)
    kept = town.accept("C1", first)
    early = town.reject("C2", other)
    late = town.verdict("C1", {"accept": [other]}, over=[early], subject=OTHER)

    def before(now: Look) -> None:
        assert now.published() == ["v1"]
        assert now.published(OTHER) == ["w1"]

    town.everywhere(before)
    town.role("F", "C1", GUEST, [kept], over=town.said[0:1])

    def after(now: Look) -> None:
        assert now.published() == ["v1"]
        # What C2 had said before counts again.
        assert now.state(OTHER) == "rejected"
        assert late.id not in {v.id for v in now.outcome(OTHER).rulings[other.id].said}

    town.everywhere(after)


def test_what_a_revoked_author_wrote_stays_where_a_coordinator_accepted_it(town: Script) -> None:
    first = town.create("R1", "v1")
    other = town.create("R1", "w1", subject=OTHER)
    town.accept("C1", first)
    town.role("F", "R1", GUEST, [], over=town.said[2:3])

    def look(now: Look) -> None:
        assert now.published() == ["v1"]
        assert other.id not in now.outcome(OTHER).in_effect

    town.everywhere(look)


def test_a_held_revocation_still_revokes_and_a_held_grant_does_not_grant(town: Script) -> None:
    place = town.create("R1", "v1")
    town.create("N", "w1", subject=OTHER)
    revoked = town.role("C1", "R1", GUEST, [], over=town.said[2:3])
    granted = town.role("C1", "N", RESIDENT, [])

    def look(now: Look) -> None:
        assert now.role("R1") == GUEST
        assert now.role("N") == GUEST
        assert now.state() is None
        assert place.id not in now.outcome().in_effect

    town.everywhere(look, hold=[revoked])
    assert granted.segment.head.previous == revoked.head


def test_a_held_closing_still_closes(town: Script) -> None:
    town.invite("F", "evening")
    town.enrol("Ga", "evening")
    town.enrol("Gb", "evening")
    closing = town.close("C1", "evening", ["Ga"])

    def look(now: Look) -> None:
        assert now.role("Ga") == RESIDENT
        assert now.role("Gb") == GUEST

    town.everywhere(look, hold=[closing])


def test_a_closing_by_nobody_of_rank_closes_nothing(town: Script) -> None:
    town.invite("C1", "evening")
    town.invite("R1", "forged")
    town.enrol("Ga", "evening")
    town.enrol("Gb", "forged")
    town.close("R1", "evening", [])

    def look(now: Look) -> None:
        assert now.role("Ga") == RESIDENT
        assert now.role("Gb") == GUEST

    town.everywhere(look)


def test_a_coordinators_own_word_on_a_key_comes_before_its_enrolment(town: Script) -> None:
    town.invite("F", "evening")
    town.enrol("Ga", "evening")
    town.role("C1", "Ga", GUEST, [])
    town.close("C2", "evening", ["Ga"])

    def look(now: Look) -> None:
        assert now.role("Ga") == GUEST

    town.everywhere(look)


def test_a_signature_that_an_invitation_gave_to_another_laptop_admits_nobody(
    town: Script,
) -> None:
    from collabmap.domain.change import Kind
    from collabmap.domain.roles import enrolment_words
    from collabmap.domain.structure import keys_structure

    from .script import genesis, key_of, rid_of

    town.invite("F", "evening")
    key = key_of("evening")
    stolen = key.sign(enrolment_words(genesis().project, rid_of("Ga")))
    town.say("Gb", Kind.ENROL, b"", keys_structure(key.public, stolen))

    def look(now: Look) -> None:
        assert now.role("Gb") == GUEST

    town.everywhere(look)


def test_the_paper_key_is_senior_to_the_founder() -> None:
    town = Script()
    town.promote("C1")
    place = town.create("F", "v1")
    town.role("paper", "F", GUEST, [place])
    lost = town.create("F", "w1", subject=OTHER)
    town.role("F", "paper", GUEST, [])
    town.role("paper", "C3", COORDINATOR, [])
    town.create("C3", "x1", subject=b"\x05" * 16)

    def look(now: Look) -> None:
        assert now.role("F") == GUEST
        assert now.role("paper") == COORDINATOR
        assert now.role("C3") == COORDINATOR
        assert now.published() == ["v1"]
        assert lost.id not in now.outcome(OTHER).in_effect
        assert now.published(b"\x05" * 16) == ["x1"]

    town.everywhere(look)


def test_who_granted_what_matters_more_than_when(town: Script) -> None:
    """The founder grants, a coordinator revokes at the same time: the senior one's word counts."""
    town.role("C1", "C3", COORDINATOR, [])
    town.role("F", "C3", COORDINATOR, [])
    town.ahead["C2"] = TEN_YEARS
    town.role("C2", "C3", GUEST, [])

    def look(now: Look) -> None:
        assert now.role("C3") == COORDINATOR

    town.everywhere(look)


def test_a_coordinator_of_lower_rank_cannot_write_over_a_more_senior_ones_word(
    town: Script,
) -> None:
    grant = town.role("F", "C3", COORDINATOR, [])
    again = town.role("C1", "C3", GUEST, [], over=[grant])

    def look(now: Look) -> None:
        assert now.role("C3") == COORDINATOR

    town.everywhere(look)
    town.role("F", "C3", GUEST, [], over=[grant, again])

    def revoked(now: Look) -> None:
        assert now.role("C3") == GUEST

    town.everywhere(revoked)


def test_a_coordinator_cannot_promote_over_the_word_of_a_more_senior_one(town: Script) -> None:
    refused = town.role("F", "C3", GUEST, [])
    town.role("C1", "C3", COORDINATOR, [], over=[refused])
    town.create("C3", "v1")

    def look(now: Look) -> None:
        assert now.role("C3") != COORDINATOR
        assert now.published() == []

    town.everywhere(look)


def test_a_coordinator_revokes_a_resident_whom_the_founder_admitted(town: Script) -> None:
    admitted = town.role("F", "R3", RESIDENT, [])
    town.create("R3", "v1")
    town.role("C1", "R3", GUEST, [], over=[admitted])

    def look(now: Look) -> None:
        assert now.role("R3") == GUEST
        assert now.state() is None

    town.everywhere(look)


@pytest.mark.parametrize("turn", range(6))
def test_of_concurrent_words_on_a_resident_the_revocation_counts(town: Script, turn: int) -> None:
    words = [RESIDENT, GUEST, RESIDENT]
    order = list(itertools.permutations(range(3)))[turn]
    for number in order:
        by = "C1" if number % 2 else "C2"
        town.role(by, "R3", words[number], [])
    town.create("R3", "v1")

    def look(now: Look) -> None:
        assert now.role("R3") == GUEST
        assert now.state() is None

    town.everywhere(look)


def test_a_revocation_that_keeps_less_counts_among_concurrent_ones(town: Script) -> None:
    first = town.create("R1", "v1")
    second = town.set("R1", "v2", [first])
    admitted = town.said[2:3]
    town.role("C1", "R1", GUEST, [second], over=admitted)
    town.role("C2", "R1", GUEST, [first], over=admitted)

    def look(now: Look) -> None:
        assert now.shown() == ["v1"]

    town.everywhere(look)


def test_a_coordinator_made_resident_again_keeps_verdicts_that_were_kept(town: Script) -> None:
    first = town.create("R1", "v1")
    accept = town.accept("C1", first)
    town.role("F", "C1", RESIDENT, [accept], over=town.said[0:1])
    other = town.create("C1", "w1", subject=OTHER)

    def look(now: Look) -> None:
        assert now.role("C1") == RESIDENT
        assert now.published() == ["v1"]
        assert now.waits(other)

    town.everywhere(look)


def test_a_forged_coordinator_decides_nothing(town: Script) -> None:
    first = town.create("R1", "v1")
    town.accept("R2", first)
    town.role("R2", "R2", COORDINATOR, [])
    town.role("G", "R1", GUEST, [])
    town.accept("G", first)
    town.create("Cx", "v9", subject=OTHER)

    def look(now: Look) -> None:
        assert now.published() == []
        assert now.waits(first)
        assert now.role("R1") == now.role("R2") == RESIDENT
        assert now.state(OTHER) is None

    town.everywhere(look)


def test_a_new_key_takes_the_place_of_the_old_one_as_resident_and_no_more(town: Script) -> None:
    town.succeed("C1", "Cnew")
    place = town.create("Cnew", "v1")
    town.succeed("R1", "Rnew")
    town.succeed("Rnew", "Rnewer")
    other = town.create("Rnewer", "w1", subject=OTHER)
    town.succeed("G", "Gnew")

    def look(now: Look) -> None:
        assert now.role("Cnew") == now.role("Rnewer") == RESIDENT
        assert now.role("Gnew") == GUEST
        assert now.waits(place)
        assert now.waits(other)

    town.everywhere(look)


def test_a_successor_named_beyond_what_a_revocation_keeps_inherits_nothing(town: Script) -> None:
    first = town.create("R1", "v1")
    town.succeed("R1", "Rnew")
    town.create("Rnew", "w1", subject=OTHER)
    town.role("F", "R1", GUEST, [first], over=town.said[2:3])

    def look(now: Look) -> None:
        assert now.role("Rnew") == GUEST
        assert now.state(OTHER) is None

    town.everywhere(look)


def test_a_fork_of_a_coordinators_laptop_decides_on_both_ends(town: Script) -> None:
    first = town.create("R1", "v1")
    other = town.create("R1", "w1", subject=OTHER)
    town.accept("C1", town.create("R2", "x", subject=b"\x05" * 16))
    copy = town.fork("C1")
    town.accept("C1", first)
    town.accept(copy, other)

    def both(now: Look) -> None:
        assert now.published() == ["v1"]
        assert now.published(OTHER) == ["w1"]

    town.everywhere(both)
    end = town.branches["C1"].previous
    keep = next(s for s in town.said if s.head == end)
    town.role("F", "C1", GUEST, [keep], over=town.said[0:1])

    def one(now: Look) -> None:
        assert now.published() == ["v1"]
        assert now.waits(other)

    town.everywhere(one)


def test_roles_in_any_order_against_what_they_govern_give_one_town(town: Script) -> None:
    """Law 9: every order of four words about roles among four changes that they govern."""
    first = town.create("R1", "v1")
    town.set("N", "v2", [first])
    admitted = town.role("C1", "N", RESIDENT, [])
    town.role("C2", "N", GUEST, [], over=[admitted])
    town.role("F", "C2", GUEST, [], over=town.said[1:2])
    town.accept("C2", first)
    again: Said = town.role("C1", "N", RESIDENT, [], over=[admitted])

    def look(now: Look) -> None:
        # C2's words fell away: the later of C1's counts.
        assert now.role("N") == RESIDENT
        assert now.shown() == ["v2"]
        assert now.waits(first)
        assert again.over

    town.everywhere(look)
