"""Stories of places that random evenings rarely tell: verdicts, marks, aliases, links, redacts."""

import itertools
from typing import Any

import pytest

from collabmap.domain.change import DIFFERENT, OPEN, SAME

from .script import (
    COORDINATOR,
    GUEST,
    OTHER,
    PLACE,
    TEN_YEARS,
    THIRD,
    Look,
    Script,
    copy,
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


# --- aliases ----------------------------------------------------------------------------------


def test_an_alias_of_a_place_that_nobody_knows_waits_for_it(town: Script) -> None:
    town.create("R1", "w1", subject=OTHER)
    town.alias("C1", PLACE, OTHER)

    def alone(now: Look) -> None:
        assert now.shown(PLACE) == ["w1"]

    town.everywhere(alone)
    town.create("R2", "v1")

    def both(now: Look) -> None:
        # The values of the smallest id come first, whatever the clocks say.
        assert now.shown(PLACE) == ["v1", "w1"]

    town.everywhere(both)


@pytest.mark.parametrize("links", list(itertools.permutations([(1, 2), (2, 3), (3, 4)])))
def test_chains_of_aliases_join_in_any_order(town: Script, links: Any) -> None:
    def place(n: int) -> bytes:
        return bytes([n]) * 16

    for n in (4, 3, 2, 1):
        town.create("R1", f"v{n}", subject=place(n))
    for first, second in links:
        town.alias("C1", place(first), place(second))

    def look(now: Look) -> None:
        assert now.shown(place(1))[0] == "v1"
        assert set(now.shown(place(1))) == {"v1", "v2", "v3", "v4"}
        if now.here is not None:
            assert all(now.here.project.model.canonical(place(n)) == place(1) for n in range(1, 5))

    town.everywhere(look)


def test_an_alias_that_is_undone_parts_the_places_again(town: Script) -> None:
    town.create("R1", "v1")
    town.create("R1", "w1", subject=OTHER)
    town.create("R1", "x1", subject=THIRD)
    one = town.alias("C1", PLACE, OTHER)
    town.alias("C1", OTHER, THIRD)
    town.alias("C2", PLACE, OTHER, DIFFERENT, over=[one])

    def look(now: Look) -> None:
        assert now.shown(PLACE) == ["v1"]
        assert now.shown(OTHER) == ["w1", "x1"]

    town.everywhere(look)
    town.everywhere(_all_one, without=town.said[-1:])


def _all_one(now: Look) -> None:
    assert set(now.shown(PLACE)) == {"v1", "w1", "x1"}


def test_of_concurrent_words_on_a_pair_the_later_counts_unless_seen(town: Script) -> None:
    town.create("R1", "v1")
    town.create("R1", "w1", subject=OTHER)
    town.ahead["C1"] = TEN_YEARS
    same = town.alias("C1", PLACE, OTHER, SAME)
    town.alias("C2", PLACE, OTHER, DIFFERENT)

    def one(now: Look) -> None:
        assert set(now.shown(PLACE)) == {"v1", "w1"}

    town.everywhere(one)
    town.alias("C2", PLACE, OTHER, DIFFERENT, over=[same])

    def two(now: Look) -> None:
        assert now.shown(PLACE) == ["v1"]
        assert now.shown(OTHER) == ["w1"]

    town.everywhere(two)


def test_a_residents_alias_joins_nothing_and_a_revoked_coordinators_neither(
    town: Script,
) -> None:
    town.create("R1", "v1")
    town.create("R1", "w1", subject=OTHER)
    town.create("R1", "x1", subject=THIRD)
    town.alias("R1", PLACE, OTHER)
    town.alias("C1", PLACE, THIRD)
    town.role("F", "C1", GUEST, [], over=town.said[0:1])

    def look(now: Look) -> None:
        assert now.shown(PLACE) == ["v1"]
        assert now.shown(OTHER) == ["w1"]
        assert now.shown(THIRD) == ["x1"]

    town.everywhere(look)


def test_a_group_lives_while_one_of_its_places_does(town: Script) -> None:
    one = town.create("C1", "v1")
    two = town.create("C1", "w1", subject=OTHER)
    town.alias("C2", PLACE, OTHER)
    town.delete("C1", [one])

    def look(now: Look) -> None:
        assert now.shown() == now.published() == ["w1"]

    town.everywhere(look)
    town.delete("C1", [two], subject=OTHER)

    def gone(now: Look) -> None:
        assert now.state() is None

    town.everywhere(gone)


def test_a_delete_of_the_group_that_saw_all_of_it_takes_all_of_it(town: Script) -> None:
    one = town.create("R1", "v1")
    two = town.create("R2", "w1", subject=OTHER)
    town.alias("C2", PLACE, OTHER)
    town.delete("C1", [one, two])

    def gone(now: Look) -> None:
        assert now.state() is None

    town.everywhere(gone)
    town.set("R2", "w2", [two], subject=OTHER)

    def edited(now: Look) -> None:
        assert now.shown() == ["w2"]

    town.everywhere(edited)


def test_a_write_over_all_values_of_a_group_settles_them(town: Script) -> None:
    one = town.create("R1", "v1")
    two = town.create("R2", "w1", subject=OTHER)
    town.alias("C2", PLACE, OTHER)
    town.set("C1", "both", [one, two])

    def look(now: Look) -> None:
        assert now.shown() == ["both"]
        assert now.published() == []  # the creates still wait

    town.everywhere(look)


def test_a_held_alias_joins_nothing(town: Script) -> None:
    town.create("R1", "v1")
    town.create("R1", "w1", subject=OTHER)
    said = town.alias("C1", PLACE, OTHER)

    def look(now: Look) -> None:
        assert now.shown(PLACE) == ["v1"]
        assert now.shown(OTHER) == ["w1"]

    town.everywhere(look, hold=[said])


# --- redacts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["R1", "C1", "R2"])
def test_a_redact_hides_the_words_and_keeps_what_the_rules_read(town: Script, by: str) -> None:
    first = town.create("R1", "v1")
    edit = town.set("R1", "abuse", [first])
    town.accept("C2", first, edit)
    town.redact(by, edit)
    said = None if by != "R2" else "abuse"

    def look(now: Look) -> None:
        assert now.shown() == now.published() == [said]
        assert now.state() == "accepted"

    town.everywhere(look)


@pytest.mark.parametrize("where", ["held", "parked", "waiting"])
def test_a_redact_counts_wherever_its_segment_lies(town: Script, where: str) -> None:
    by = "G" if where == "parked" else "R1"
    town.create("C2", "begin", subject=THIRD)
    first = town.create(by, "abuse")
    gap = town.add(by, "banc", subject=THIRD)
    redact = town.redact(by, first)
    town.accept("C1", first)

    def look(now: Look) -> None:
        assert now.shown() == [None]

    town.everywhere(
        look,
        hold=[gap] if where == "held" else [],
        without=[gap] if where == "waiting" else [],
    )
    assert redact.segment.head.previous == gap.head


def test_a_redact_of_a_redacted_name_of_a_place_that_is_one_with_another(town: Script) -> None:
    town.create("R1", "v1")
    other = town.create("R1", "abuse", subject=OTHER)
    town.alias("C1", PLACE, OTHER)
    town.redact("C1", other)

    def look(now: Look) -> None:
        assert now.shown() == ["v1", None]

    town.everywhere(look)


def test_the_redact_of_a_coordinator_who_is_revoked_hides_nothing_any_more(town: Script) -> None:
    first = town.create("R1", "fine")
    town.redact("C1", first)

    def hidden(now: Look) -> None:
        assert now.shown() == [None]

    town.everywhere(hidden)
    town.role("F", "C1", GUEST, [], over=town.said[0:1])

    def back(now: Look) -> None:
        assert now.shown() == ["fine"]

    town.everywhere(back)
    assert COORDINATOR > GUEST


# --- one stamp, two words ---------------------------------------------------------------------


@pytest.mark.parametrize("element", [False, True])
def test_two_copies_that_say_something_at_the_very_same_moment_agree(
    town: Script, element: bool
) -> None:
    """Two changes of one stamp are told apart by their leaves."""
    town.create("R1", "begin", subject=THIRD)
    twin = town.fork("R1")
    at = town.branches["R1"].time + (1 << 30)
    one = town.create("R1", "v1", at=at)
    two = town.create(twin, "w1", at=at) if not element else town.add(twin, "banc", at=at)
    assert one.segment.head.time_min == two.segment.head.time_min

    def look(now: Look) -> None:
        if element:
            assert now.shown() == ["v1"]
            assert now.texts() == ["banc"]
        else:
            leaves = [w.leaf for w in now.outcome().shown.registers["name"]]
            assert leaves == sorted(leaves, reverse=True)
            assert len(leaves) == 2

    town.everywhere(look)


# --- the fast path of a plain row -------------------------------------------------------------

LINE = bytes.fromhex("01020000000200000000000000000000000000000000000000000000000000f03f") + bytes(
    [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]
)
SHAPES: list[dict[str, Any]] = [
    {},
    {"geometry": LINE},
    {"geometry": b"broken"},
    {"geometry": b"\x01\x01\x00\x00\x00" + b"\x00\x00\x00\x00\x00\x00\xf0\x7f" * 2},
    {"description": "dit"},
    {"description": ""},
    {"description": 7},
    {"contact": b"sealed"},
    {"contact": b"sealed", "description": "dit"},
    {"name": 5},
    {"name": "n\x00ul"},
    {"category": None},
    {"later_field": [1, 2]},
    {"description": "dit", "geometry": LINE},
]


@pytest.mark.parametrize("number", range(len(SHAPES)))
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("next_word", ["set", "tag", "delete", "accept", "create"])
def test_the_second_word_about_a_place_needs_no_look_at_the_first(
    town: Script, number: int, own: bool, next_word: str
) -> None:
    """A row that stands for its create gives what the log would, whatever the create held."""
    values = dict(SHAPES[number])
    first = town.create("C1" if own else "R1", values.pop("name", "v1"), **values)
    if next_word == "set":
        town.set("R2", "v2", [first])
    elif next_word == "tag":
        town.add("R2", "banc")
    elif next_word == "delete":
        town.delete("R2", [first])
    elif next_word == "accept":
        town.accept("C2", first)
    else:
        town.create("R2", "again")
    from .reference import assert_rows_follow

    with copy() as here:
        for word in town.said:
            here.deliver([word.segment])
        assert_rows_follow(here.project)
        digest = here.project.model.digest()
        with here.project.writing():
            here.project.model.rebuild()
        assert here.project.model.digest() == digest
