"""Stories of places that random evenings rarely tell: verdicts, marks, tags and links."""

import pytest

from collabmap.domain.change import OPEN

from .script import (
    OTHER,
    PLACE,
    TEN_YEARS,
    Look,
    Script,
)


@pytest.fixture
def town() -> Script:
    town = Script()
    town.promote("C1", "C2")
    town.admit("R1", "R2")
    return town


# --- verdicts ---------------------------------------------------------------------------------


def test_a_value_not_chosen_is_out_of_effect_until_that_is_taken_back(town: Script) -> None:
    first = town.create("R1", "v1")
    one, two = town.set("R1", "v2", [first]), town.set("R2", "v3", [first])
    said = town.verdict("C1", {"accept": [first, one], "not-chosen": [two]})

    def chosen(now: Look) -> None:
        assert now.shown() == now.published() == ["v2"]
        assert not now.waits(two)

    town.everywhere(chosen)
    town.verdict("C2", {OPEN: [two]}, over=[said])

    def back(now: Look) -> None:
        assert now.shown() == ["v3", "v2"]
        assert now.published() == ["v2"]
        assert now.waits(two)

    town.everywhere(back)


def test_a_late_older_concurrent_value_waits_though_the_newer_one_is_accepted(
    town: Script,
) -> None:
    town.ahead["R2"] = -TEN_YEARS
    first = town.create("R1", "v1")
    new = town.set("R1", "v2", [first])
    town.accept("C1", first, new)
    old = town.set("R2", "old", [first])

    def look(now: Look) -> None:
        assert now.shown() == ["v2", "old"]
        assert now.published() == ["v2"]
        assert now.waits(old)
        assert now.state() == "change_proposed"

    town.everywhere(look)


def test_a_rejected_create_leaves_nothing_but_its_authors_own_view(town: Script) -> None:
    first = town.create("R1", "v1")
    edit = town.set("R2", "v2", [first])
    town.add("R2", "banc")
    verdict = town.reject("C1", first)

    def refused(now: Look) -> None:
        assert now.state() == "rejected"
        assert now.shown() == now.published() == []
        assert edit.id in now.outcome().in_effect

    town.everywhere(refused)
    town.verdict("C1", {"accept": [first]}, over=[verdict])

    def back(now: Look) -> None:
        assert now.shown() == ["v2"]
        assert now.published() == ["v1"]
        assert now.texts() == ["banc"]

    town.everywhere(back)


def test_a_verdict_that_comes_before_its_change_counts_when_that_comes(town: Script) -> None:
    first = town.create("R1", "v1")
    edit = town.set("R1", "v2", [first])
    town.accept("C1", first, edit)

    def unknown(now: Look) -> None:
        assert now.published() == []
        assert now.state() is None

    town.everywhere(unknown, without=[first, edit])

    def known(now: Look) -> None:
        assert now.published() == ["v2"]

    town.everywhere(known)


def test_two_coordinators_who_accept_and_reject_at_once_are_told_so(town: Script) -> None:
    first = town.create("R1", "v1")
    accept = town.accept("C1", first)
    reject = town.reject("C2", first)

    def contested(now: Look) -> None:
        ruling = now.outcome().rulings[first.id]
        assert ruling.is_contested
        assert [v.id for v in ruling.said] == [reject.id, accept.id]
        assert now.state() == "rejected"

    town.everywhere(contested)
    # A verdict never loses to one it saw, whatever the clocks say.
    town.ahead["C1"] = -TEN_YEARS
    town.branches["F"] = town.branches["F"]
    town.ahead["F"] = -TEN_YEARS
    town.accept("F", first, over=[accept, reject])

    def settled(now: Look) -> None:
        assert not now.outcome().rulings[first.id].is_contested
        assert now.published() == ["v1"]

    town.everywhere(settled)


def test_a_question_leaves_a_change_waiting(town: Script) -> None:
    first = town.create("R1", "v1")
    town.verdict("C1", {"ask": [first]}, reason="where is it?")
    town.add("R1", "behind the church", element="answer")

    def look(now: Look) -> None:
        assert now.shown() == ["v1"]
        assert now.published() == []
        assert now.waits(first)
        assert now.texts("answer") == ["behind the church"]

    town.everywhere(look)


def test_an_unknown_word_of_a_verdict_says_nothing(town: Script) -> None:
    first = town.create("R1", "v1")
    town.verdict("C1", {"burn": [first]})

    def look(now: Look) -> None:
        assert now.shown() == ["v1"]
        assert now.waits(first)
        assert now.word(first) == ""

    town.everywhere(look)


def test_a_verdict_speaks_only_of_its_own_place(town: Script) -> None:
    first = town.create("R1", "v1")
    other = town.create("R2", "w1", subject=OTHER)
    town.verdict("C1", {"accept": [first, other]}, subject=PLACE)

    def look(now: Look) -> None:
        assert now.published() == ["v1"]
        assert now.published(OTHER) == []

    town.everywhere(look)


def test_an_own_accept_of_a_resident_accepts_nothing(town: Script) -> None:
    first = town.create("R1", "v1", own=True)

    def look(now: Look) -> None:
        assert now.waits(first)
        assert now.published() == []

    town.everywhere(look)


def test_a_coordinator_may_write_without_accepting_it(town: Script) -> None:
    first = town.create("C1", "v1", own=False)

    def look(now: Look) -> None:
        assert now.waits(first)

    town.everywhere(look)


# --- deletes ----------------------------------------------------------------------------------


def test_an_edit_that_no_delete_had_seen_keeps_the_place(town: Script) -> None:
    first = town.create("C1", "v1")
    tag = town.add("R1", "banc")
    town.delete("C1", [first])
    town.delete("C2", [first, tag])
    edit = town.set("R1", "v2", [first])

    def look(now: Look) -> None:
        assert now.shown() == ["v2"]
        assert now.texts() == ["banc"]
        assert now.state() == "pending"
        assert now.waits(edit)

    town.everywhere(look)


def test_an_author_withdraws_own_work_and_not_what_others_did_to_it(town: Script) -> None:
    first = town.create("R1", "v1")
    edit = town.set("R2", "v2", [first])
    town.delete("R1", [first, edit])

    def look(now: Look) -> None:
        assert now.shown() == ["v2"]
        assert now.outcome().marks == ()

    town.everywhere(look)


def test_another_person_on_the_same_laptop_withdraws_nothing(town: Script) -> None:
    first = town.create("R1", "v1")
    town.turns["R1"] = "R1's neighbour"
    town.delete("R1", [first])

    def look(now: Look) -> None:
        assert now.shown() == ["v1"]
        assert now.state() == "delete_proposed"

    town.everywhere(look)


def test_a_withdrawal_of_an_accepted_place_is_a_mark(town: Script) -> None:
    first = town.create("R1", "v1")
    town.accept("C1", first)
    mark = town.delete("R1", [first])

    def look(now: Look) -> None:
        assert now.state() == "delete_proposed"
        assert now.published() == ["v1"]
        assert now.waits(mark)

    town.everywhere(look)
    town.reject("C2", mark)

    def kept(now: Look) -> None:
        assert now.state() == "accepted"

    town.everywhere(kept)


def test_a_mark_is_taken_back_by_its_author_alone_and_only_before_a_decision(
    town: Script,
) -> None:
    first = town.create("C1", "v1")
    mark = town.delete("R1", [first])
    town.remove("R2", [mark], element="mark")
    town.remove("C1", [mark], element="mark")

    def waits(now: Look) -> None:
        assert now.state() == "delete_proposed"

    town.everywhere(waits)
    town.remove("R1", [mark], element="mark")

    def back(now: Look) -> None:
        assert now.state() == "accepted"

    town.everywhere(back)
    town.accept("C2", mark, seen=[first, mark])

    def decided(now: Look) -> None:
        assert now.state() is None

    town.everywhere(decided)


def test_a_coordinator_takes_an_own_delete_back(town: Script) -> None:
    first = town.create("C1", "v1")
    edit = town.set("R1", "v2", [first])
    delete = town.delete("C1", [first, edit])
    town.remove("C1", [delete], element="mark")

    def look(now: Look) -> None:
        assert now.shown() == ["v2"]
        assert now.published() == ["v1"]

    town.everywhere(look)


def test_a_set_taken_back_gives_back_all_that_it_had_replaced(town: Script) -> None:
    first = town.create("C1", "v1")
    one, two = town.set("R1", "v2", [first]), town.set("R2", "v3", [first])
    both = town.set("R1", "v4", [one, two])
    town.remove("R1", [both], element="mark")

    def look(now: Look) -> None:
        assert now.shown() == ["v3", "v2"]
        assert not now.waits(both)

    town.everywhere(look)


def test_the_accept_of_a_mark_that_is_taken_back_sweeps_nothing(town: Script) -> None:
    first = town.create("C1", "v1")
    mark = town.delete("R1", [first])
    edit = town.set("R2", "v2", [first])
    accept = town.accept("C1", mark, seen=[first, mark, edit])
    town.verdict("C2", {"reject": [mark]}, over=[accept])

    def look(now: Look) -> None:
        assert now.shown() == ["v2"]
        assert now.published() == ["v1"]

    town.everywhere(look)


# --- elements and links -----------------------------------------------------------------------


def test_a_tag_that_a_remove_had_not_seen_stays(town: Script) -> None:
    town.create("C1", "v1")
    one = town.add("R1", "banc")
    town.remove("C1", [one])
    town.add("R2", "banc")

    def look(now: Look) -> None:
        assert now.texts() == ["banc"]

    town.everywhere(look)


def test_a_resident_takes_an_own_tag_away_until_it_is_accepted(town: Script) -> None:
    town.create("C1", "v1")
    one, two = town.add("R1", "banc"), town.add("R1", "ombre")
    town.accept("C1", two)
    town.remove("R1", [one, two])

    def look(now: Look) -> None:
        assert now.texts() == ["ombre"]

    town.everywhere(look)


def test_a_link_to_a_place_that_is_gone_stays_stored_and_comes_back_with_it(
    town: Script,
) -> None:
    town.create("R1", "v1")
    other = town.create("C1", "w1", subject=OTHER)
    link = town.add("R1", "beside", element="link", target=OTHER)
    town.delete("C1", [other], subject=OTHER)

    def look(now: Look) -> None:
        assert now.state(OTHER) is None
        (kept,) = now.outcome().shown.elements
        assert (kept.id, kept.keys[1]) == (link.id, OTHER)

    town.everywhere(look)
    town.set("R2", "w2", [other], subject=OTHER)

    def back(now: Look) -> None:
        assert now.shown(OTHER) == ["w2"]
        assert len(now.outcome().shown.elements) == 1

    town.everywhere(back)
