"""Stories of places that are one, of redacts, and of places that have but one word said of them."""

import itertools
from typing import Any

import pytest

from collabmap.domain.change import DIFFERENT, SAME

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


def test_where_a_held_alias_takes_one_away_the_others_lose_its_words(town: Script) -> None:
    """What remains goes under the same id as before, and is another group all the same."""
    town.create("R1", "v1")
    town.create("R1", "w1", subject=OTHER)
    town.create("R1", "x1", subject=THIRD)
    town.alias("C1", PLACE, THIRD)
    said = town.alias("C2", OTHER, THIRD)

    def look(now: Look) -> None:
        assert now.shown(PLACE) == ["v1", "x1"]
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


def test_a_verdict_written_under_another_place_says_nothing_once_both_are_one(
    town: Script,
) -> None:
    """It is found under its own place only, whatever is united later."""
    town.create("R1", "v1")
    other = town.create("R2", "w1", subject=OTHER)
    town.verdict("C1", {"accept": [other]}, subject=PLACE)
    town.alias("C2", PLACE, OTHER)

    def look(now: Look) -> None:
        assert now.published() == []
        assert other.id in now.outcome().waiting

    town.everywhere(look)


def test_a_map_with_something_of_a_coordinator_on_hold_is_like_one_that_never_had_it(
    town: Script,
) -> None:
    """Where a coordinator's own word counts is told segment by segment after a grant."""
    town.create("C3", "v1")
    town.promote("C3")
    town.create("C3", "w1", subject=OTHER)
    last = town.create("C3", "x1", subject=THIRD)
    segments = [said.segment for said in town.said]
    with copy() as held, copy() as without:
        held.deliver(segments)
        held.hold([last.head])
        without.deliver(segments[:-1])
        assert held.project.model.digest() == without.project.model.digest()
