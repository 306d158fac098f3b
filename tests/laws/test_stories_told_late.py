"""Stories in which what counts changes after what it governs is here, on real files.

Each is played on a file whose laptop remembers nothing (as after a start or a preview), and on one
that still holds what it had worked out; the rows must be those of the pure model either way.
"""

import hashlib
import itertools
from collections.abc import Iterable

import pytest

from collabmap.domain.change import Kind, encode
from collabmap.domain.structure import (
    alias_structure,
    clock_structure,
    redact_structure,
    role_structure,
)
from collabmap.store.ingest import Ingest

from .reference import assert_rows_follow
from .script import (
    COORDINATOR,
    GUEST,
    OTHER,
    PLACE,
    RESIDENT,
    THIRD,
    Copy,
    Said,
    Script,
    copy,
    key_of,
    rid_of,
)

AN_HOUR_MS = 3_600_000


@pytest.fixture
def town() -> Script:
    town = Script()
    town.promote("C1", "C2")
    town.admit("R1", "R2")
    return town


def deliver(here: Copy, *said: Said) -> None:
    here.deliver([word.segment for word in said])


def forget(here: Copy) -> None:
    """Remember nothing, as right after a start."""
    here.project.log.forget_cache()
    here.project.model.forget_cache()


def hold(here: Copy, *said: Said, is_fresh: bool) -> None:
    if is_fresh:
        forget(here)
    here.hold([word.head for word in said])
    assert_rows_are_made_anew_the_same(here)


def assert_rows_are_made_anew_the_same(here: Copy) -> None:
    assert_rows_follow(here.project)
    before = here.project.model.digest()
    with here.project.writing():
        here.project.model.rebuild()
    assert_rows_follow(here.project)
    assert here.project.model.digest() == before


def give_name(town: Script, who: str, name: str) -> Said:
    person = hashlib.blake2b(who.encode(), digest_size=16).digest()
    payload = {"name": name, "consent": True}
    return town.say(who, Kind.PERSON, person, encode([]), payload)


def others(town: Script, said: Iterable[Said]) -> list[Said]:
    later = list(said)
    return [word for word in town.said if word not in later]


@pytest.mark.parametrize("is_fresh", [True, False])
def test_what_a_revocation_lets_stay_counts_whenever_its_last_part_arrives(
    town: Script, is_fresh: bool
) -> None:
    town.create("R1", "v1")
    last = town.create("R1", "v2", subject=OTHER)
    town.role("F", "R1", GUEST, [last])
    with copy() as here:
        deliver(here, *others(town, [last]))
        if is_fresh:
            forget(here)
        deliver(here, last)
        assert_rows_are_made_anew_the_same(here)


def test_what_a_coordinator_decided_counts_when_it_comes_after_the_demotion_that_keeps_it(
    town: Script,
) -> None:
    first, second = town.create("R1", "v1"), town.create("R1", "v2", subject=OTHER)
    kept, too_late = town.accept("C1", first), town.accept("C1", second)
    demotion = town.role("F", "C1", RESIDENT, [kept], over=[town.said[0]])
    late = [kept, too_late, demotion]
    for order in itertools.permutations(late):
        with copy() as here:
            deliver(here, *others(town, late))
            for word in order:
                deliver(here, word)
                assert_rows_are_made_anew_the_same(here)
            assert here.project.model.outcome(PLACE).published.is_alive
            assert not here.project.model.outcome(OTHER).published.is_alive


@pytest.mark.parametrize("is_fresh", [True, False])
def test_a_grant_on_hold_takes_back_what_it_let_in_and_gives_it_again(
    town: Script, is_fresh: bool
) -> None:
    resident = town.role("C1", "R3", RESIDENT, [])
    coordinator = town.role("F", "C3", COORDINATOR)
    town.create("R3", "v1")
    town.create("F", "v2", subject=OTHER)
    town.alias("C3", PLACE, OTHER)
    with copy() as here:
        deliver(here, *town.said)
        for held in ([resident], [coordinator], [resident, coordinator], []):
            hold(here, *held, is_fresh=is_fresh)


@pytest.mark.parametrize("is_fresh", [True, False])
def test_of_three_places_made_one_two_stay_one_when_a_word_is_on_hold(
    town: Script, is_fresh: bool
) -> None:
    for subject, name in ((PLACE, "a"), (OTHER, "b"), (THIRD, "c")):
        town.create("F", name, subject=subject)
    first = town.alias("C1", PLACE, OTHER)
    second = town.alias("C2", OTHER, THIRD)
    with copy() as here:
        deliver(here, *town.said)
        for held in ([first], [second], [first, second], []):
            hold(here, *held, is_fresh=is_fresh)


@pytest.mark.parametrize("is_fresh", [True, False])
def test_a_clock_note_on_hold_moves_no_times(town: Script, is_fresh: bool) -> None:
    town.create("R1", "v1")
    structure = clock_structure(rid_of("R1"), AN_HOUR_MS, [])
    note = town.say("C1", Kind.CLOCK_NOTE, b"", structure)
    with copy() as here:
        deliver(here, *town.said)
        hold(here, note, is_fresh=is_fresh)
        hold(here, is_fresh=is_fresh)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_name_is_hidden_by_a_redact_exactly_while_its_author_may(
    town: Script, order: tuple[int, ...]
) -> None:
    name = give_name(town, "R1", "Nour")
    grant = town.role("F", "C3", COORDINATOR)
    redact = town.redact("C3", name)
    late = [name, grant, redact]
    revocation = town.role("F", "C3", GUEST, [], over=[grant])
    with copy() as here:
        deliver(here, *others(town, [*late, revocation]))
        for number in order:
            deliver(here, late[number])
            assert_rows_follow(here.project)
        assert _names(here) == {""}
        hold(here, grant, is_fresh=False)
        assert _names(here) == {"Nour"}
        hold(here, is_fresh=False)
        deliver(here, revocation)
        assert_rows_are_made_anew_the_same(here)
        assert _names(here) == {"Nour"}


def _names(here: Copy) -> set[str]:
    rows = here.project.connection.execute("SELECT name FROM person WHERE rank <> x''")
    return {name for (name,) in rows}


@pytest.mark.parametrize("is_fresh", [True, False])
def test_unsigned_words_about_the_whole_map_that_are_put_aside_leave_no_trace(
    is_fresh: bool,
) -> None:
    town = Script()
    town.promote("C1")
    town.admit("R1")
    first = town.create("R1", "a")
    for subject, value in ((OTHER, "b"), (THIRD, "c")):
        town.create("R1", value, subject=subject)
    name = give_name(town, "R1", "Nour")
    longer = town.say("C1", Kind.SESSION, b"s" * 16, encode([]))
    with copy() as here:
        here.ingest = Ingest(here.project, key_of("C1"), rid_of("C1"))
        deliver(here, *others(town, [longer]))
        with here.project.writing():
            here.ingest.write(
                [
                    (Kind.ALIAS, PLACE, alias_structure(OTHER, "same", []), None),
                    (Kind.ALIAS, OTHER, alias_structure(THIRD, "same", []), None),
                    (Kind.ROLE, b"", role_structure(rid_of("R9"), RESIDENT, [], []), None),
                    (Kind.CLOCK_NOTE, b"", clock_structure(rid_of("R1"), AN_HOUR_MS, []), None),
                    (Kind.REDACT, b"", redact_structure([name.id, first.id]), None),
                    (Kind.PERSON, b"q" * 16, encode([]), encode({"name": "x"})),
                ]
            )
        assert _names(here) == {"", "x"}
        if is_fresh:
            forget(here)
        deliver(here, longer)
        assert here.project.log.tail_head() is None
        assert _names(here) == {"Nour"}
        assert_rows_are_made_anew_the_same(here)
