"""The small stories of the merge, each with the outcome that must hold in any order."""

import pytest

from collabmap.domain.change import NOT_CHOSEN, OPEN, REJECT
from collabmap.domain.feature import FeatureState
from collabmap.domain.roles import Role

from .scribe import TEN_YEARS, Town, published, shown

GUEST, RESIDENT, COORDINATOR = Role.GUEST, Role.RESIDENT, Role.COORDINATOR


@pytest.fixture
def town() -> Town:
    return Town({"C1": COORDINATOR, "C2": COORDINATOR, "R1": RESIDENT, "R2": RESIDENT})


@pytest.mark.parametrize("gone", ["rejected", "revoked"])
def test_a_value_replaced_twice_stays_replaced_when_the_middle_one_goes(
    town: Town, gone: str
) -> None:
    town.ahead["R1"] = TEN_YEARS
    first = town.create("R1", "v1")
    second = town.set("R2", "v2", [first])
    town.set("C1", "v3", [second])
    if gone == "rejected":
        town.verdict("C1", REJECT, [second])
        outcome = town.outcome()
    else:
        outcome = town.outcome(R2=GUEST)
    assert shown(outcome) == ["v3"]


def test_a_verdict_from_a_fast_clock_does_not_publish_a_replaced_value(town: Town) -> None:
    town.ahead["C1"] = TEN_YEARS
    first = town.create("R1", "v1")
    town.accept("C1", first)
    second = town.set("R2", "v2", [first])
    town.accept("C2", second)
    assert published(town.outcome()) == ["v2"]


def test_a_late_accept_of_a_replaced_value_does_not_publish_it_again(town: Town) -> None:
    first = town.create("R1", "v1")
    town.set("C2", "v2", [first])
    town.accept("C1", first)
    assert published(town.outcome()) == ["v2"]


def test_a_guests_edit_that_a_delete_had_not_seen_survives_admission(town: Town) -> None:
    first = town.create("C1", "v1")
    town.set("G", "v2", [first])
    town.delete("C1", [first])
    assert town.outcome().state is None
    admitted = town.outcome(G=RESIDENT)
    assert admitted.shown.is_alive
    assert shown(admitted) == ["v2"]


def test_a_rejected_edit_brings_back_the_value_it_had_replaced(town: Town) -> None:
    first = town.create("R1", "v1")
    town.accept("C1", first)
    second = town.set("R2", "v2", [first])
    assert town.outcome().state == FeatureState.CHANGE_PROPOSED
    town.verdict("C1", REJECT, [second])
    outcome = town.outcome()
    assert shown(outcome) == published(outcome) == ["v1"]
    assert outcome.state == FeatureState.ACCEPTED


def test_accepting_a_mark_sweeps_what_the_coordinator_saw(town: Town) -> None:
    first = town.create("R1", "v1")
    town.accept("C1", first)
    mark = town.delete("R2", [first])
    edit = town.set("R1", "v2", [first])
    assert town.outcome().state == FeatureState.DELETE_PROPOSED
    town.accept("C1", mark, seen=[first, edit, mark])
    assert town.outcome().state is None


def test_a_promotion_publishes_nothing_old(town: Town) -> None:
    town.create("R1", "v1")
    outcome = town.outcome(R1=COORDINATOR)
    assert outcome.state == FeatureState.PENDING
    assert published(outcome) == []


def test_a_coordinators_place_from_a_fast_clock_can_be_rejected(town: Town) -> None:
    town.ahead["C1"] = TEN_YEARS
    first = town.create("C1", "v1")
    town.verdict("C2", REJECT, [first])
    assert town.outcome().state == FeatureState.REJECTED


def test_a_resident_cannot_take_away_somebody_elses_photo(town: Town) -> None:
    first = town.create("R1", "v1")
    photo = town.add("R1", "photo", element="photo")
    removal = town.remove("R2", [photo], element="photo")
    outcome = town.outcome()
    assert [e.id for e in outcome.shown.elements] == [photo.id]
    assert removal.id in outcome.waiting
    town.accept("C1", removal, first)
    assert town.outcome().shown.elements == ()


def test_two_deletes_each_blind_to_one_edit_remove_the_place(town: Town) -> None:
    first = town.create("C1", "v1")
    one = town.set("R1", "v2", [first])
    two = town.set("R2", "v3", [first])
    town.delete("C1", [first, one])
    town.delete("C2", [first, two])
    assert town.outcome().state is None


def test_a_place_whose_author_is_gone_waits_with_its_edits(town: Town) -> None:
    first = town.create("R1", "v1")
    town.set("R2", "v2", [first])
    assert town.outcome(R1=GUEST).state is None
    assert shown(town.outcome(R1=RESIDENT)) == ["v2"]


def test_an_edit_that_a_delete_had_not_seen_survives(town: Town) -> None:
    first = town.create("C1", "v1")
    town.delete("C1", [first])
    town.set("R1", "v2", [first])
    outcome = town.outcome()
    assert outcome.state == FeatureState.PENDING
    assert shown(outcome) == ["v2"]


def test_a_residents_delete_of_anothers_place_hides_nothing(town: Town) -> None:
    first = town.create("R1", "v1")
    town.delete("R2", [first])
    outcome = town.outcome()
    assert outcome.shown.is_alive
    assert outcome.state == FeatureState.DELETE_PROPOSED


def test_an_author_withdraws_an_unreviewed_place_but_not_anothers_words_on_it(town: Town) -> None:
    first = town.create("R1", "v1")
    town.delete("R1", [first])
    assert town.outcome().state is None
    edit = town.set("R2", "v2", [first])
    town.delete("R1", [first, edit])
    assert shown(town.outcome()) == ["v2"]
    assert town.outcome().shown.is_alive


def test_a_withdrawal_of_an_accepted_place_waits_for_a_verdict(town: Town) -> None:
    first = town.create("R1", "v1")
    town.accept("C1", first)
    town.delete("R1", [first])
    assert town.outcome().state == FeatureState.DELETE_PROPOSED
    assert published(town.outcome()) == ["v1"]


def test_a_mark_taken_back_by_its_author_no_longer_waits(town: Town) -> None:
    first = town.create("R1", "v1")
    town.accept("C1", first)
    mark = town.delete("R2", [first])
    town.remove("R2", [mark], element="mark")
    assert town.outcome().marks == ()
    town.remove("R1", [town.delete("R2", [first])], element="mark")
    assert len(town.outcome().marks) == 1


def test_concurrent_values_are_both_kept_and_a_write_over_both_settles_them(town: Town) -> None:
    first = town.create("R1", "v1")
    one = town.set("R1", "v2", [first])
    two = town.set("R2", "v3", [first])
    assert shown(town.outcome()) == ["v3", "v2"]
    town.set("C1", "v4", [one, two])
    assert shown(town.outcome()) == ["v4"]


def test_a_value_not_chosen_is_out_of_effect_and_can_come_back(town: Town) -> None:
    first = town.create("R1", "v1")
    one = town.set("R1", "v2", [first])
    two = town.set("R2", "v3", [first])
    verdict = town.verdict("C1", NOT_CHOSEN, [two])
    town.accept("C1", first, one)
    assert published(town.outcome()) == ["v2"]
    town.verdict("C1", OPEN, [two], over=[verdict])
    assert shown(town.outcome()) == ["v3", "v2"]


def test_verdicts_that_contradict_each_other_are_contested(town: Town) -> None:
    first = town.create("R1", "v1")
    accept = town.accept("C1", first)
    reject = town.verdict("C2", REJECT, [first])
    ruling = town.outcome().rulings[first.id]
    assert ruling.is_contested
    assert ruling.word == REJECT
    town.verdict("C1", "accept", [first], over=[accept, reject])
    assert not town.outcome().rulings[first.id].is_contested


def test_only_coordinators_verdicts_count(town: Town) -> None:
    first = town.create("R1", "v1")
    town.accept("R1", first)
    assert town.outcome().state == FeatureState.PENDING
    assert town.outcome(R1=COORDINATOR).state == FeatureState.ACCEPTED


def test_a_coordinator_vouches_for_a_guest_by_accepting(town: Town) -> None:
    first = town.create("G", "v1")
    assert town.outcome().state is None
    town.accept("C1", first)
    assert published(town.outcome()) == ["v1"]


def test_a_coordinator_takes_an_own_delete_back_with_every_word_in_place(town: Town) -> None:
    first = town.create("C1", "v1")
    edit = town.set("R1", "v2", [first])
    delete = town.delete("C1", [first, edit])
    assert town.outcome().state is None
    town.remove("C1", [delete], element="mark")
    outcome = town.outcome()
    assert shown(outcome) == ["v2"]
    assert published(outcome) == ["v1"]


def test_a_mark_that_was_accepted_can_no_longer_be_taken_back_by_its_author(town: Town) -> None:
    first = town.create("C1", "v1")
    mark = town.delete("R1", [first])
    town.accept("C1", mark, seen=[first, mark])
    town.remove("R1", [mark], element="mark")
    assert town.outcome().state is None


def test_who_creates_an_accepted_place_once_more_does_not_become_its_author(town: Town) -> None:
    town.ahead["R2"] = -TEN_YEARS
    first = town.create("R1", "v1")
    town.accept("C1", first)
    town.create("R2", "v2")
    outcome = town.outcome()
    assert outcome.birth == first
    assert published(outcome) == ["v1"]


def test_a_set_taken_back_by_its_author_leaves_what_it_had_replaced(town: Town) -> None:
    first = town.create("C1", "v1")
    one = town.set("R1", "v2", [first])
    two = town.set("R2", "v3", [first])
    both = town.set("R1", "v4", [one, two])
    town.remove("R1", [both], element="mark")
    outcome = town.outcome()
    assert shown(outcome) == ["v3", "v2"]
    assert both.id not in outcome.waiting


def test_only_its_own_author_takes_a_set_back(town: Town) -> None:
    first = town.create("C1", "v1")
    edit = town.set("R1", "v2", [first])
    town.remove("R2", [edit], element="mark")
    town.remove("C1", [edit], element="mark")
    assert shown(town.outcome()) == ["v2"]


def test_a_set_that_was_accepted_can_no_longer_be_taken_back(town: Town) -> None:
    first = town.create("C1", "v1")
    edit = town.set("R1", "v2", [first])
    town.accept("C1", edit)
    town.remove("R1", [edit], element="mark")
    outcome = town.outcome()
    assert shown(outcome) == published(outcome) == ["v2"]


def test_what_was_written_over_a_set_that_is_taken_back_stays(town: Town) -> None:
    first = town.create("C1", "v1")
    edit = town.set("R1", "v2", [first])
    town.set("R2", "v3", [edit])
    town.remove("R1", [edit], element="mark")
    assert shown(town.outcome()) == ["v3"]


def test_a_set_taken_back_no_longer_keeps_a_deleted_place_alive(town: Town) -> None:
    first = town.create("C1", "v1")
    town.delete("C1", [first])
    edit = town.set("R1", "v2", [first])
    assert town.outcome().shown.is_alive
    town.remove("R1", [edit], element="mark")
    assert town.outcome().state is None
