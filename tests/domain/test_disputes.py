"""What people said at the same time: who had seen what is told by names, not by clocks."""

from collabmap.domain.change import Change, Kind
from collabmap.domain.disputes import contested_decisions, last_seen_by_all
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import Stamp
from collabmap.domain.outcome import Face, Outcome, Ruling

SUBJECT = b"s" * 16


def name(number: int) -> ChangeId:
    return ChangeId(b"x" * 32, number)


def write(number: int, *over: int, kind: Kind = Kind.SET) -> Change:
    """Return a write of a name that replaces others; of none, just the create."""
    replaced = frozenset(map(name, over)) if over or kind == Kind.CREATE else None
    stamp = Stamp(100 - number, b"r" * 16)
    return Change(
        name(number), stamp, b"", b"", kind, SUBJECT, over={"name": replaced},
        payload={"name": str(number)},
    )  # fmt: skip


def base(changes: list[Change], *heads: int) -> int | None:
    """Return the number of what some writes began from."""
    found = last_seen_by_all([c for c in changes if c.id.ordinal in heads], "name", changes)
    return found.id.ordinal if found else None


BORN = write(0, kind=Kind.CREATE)


def test_two_who_changed_a_new_place_began_from_its_create() -> None:
    assert base([BORN, write(1), write(2)], 1, 2) == 0


def test_what_one_wrote_in_between_is_not_what_both_had_seen() -> None:
    assert base([BORN, write(1), write(2), write(3, 0, 2)], 1, 3) == 0


def test_the_last_of_several_that_both_had_seen_counts() -> None:
    assert base([BORN, write(1), write(2, 0, 1), write(3, 0, 1)], 2, 3) == 1
    # Also where a write names only what it replaced directly.
    assert base([BORN, write(1), write(2, 1), write(3, 1)], 2, 3) == 1


def test_where_both_had_seen_two_values_neither_is_the_one_they_began_from() -> None:
    changes = [BORN, write(1), write(2), write(3, 0, 1, 2), write(4, 0, 1, 2)]
    assert base(changes, 3, 4) is None


def test_three_began_from_what_all_of_them_had_seen() -> None:
    changes = [BORN, write(1), write(2, 0, 1), write(3, 0, 1), write(4)]
    assert base(changes, 2, 3) == 1
    assert base(changes, 2, 3, 4) == 0


def test_what_was_never_received_is_nobodys_beginning() -> None:
    assert base([write(2, 1), write(3, 1)], 2, 3) is None
    # Forged names that go in circles come to an end.
    assert base([write(1, 2), write(2, 1), write(3, 1), write(4, 2)], 3, 4) is None


def verdict(number: int, rid: bytes, word: str, *targets: int) -> Change:
    words = {name(target): word for target in targets}
    return Change(
        name(number), Stamp(number, rid), b"", b"p" * 16, Kind.VERDICT, SUBJECT, words=words
    )


def decided(*verdicts: Change) -> list[tuple[dict[int, str], list[int]]]:
    """Return the decisions on contested changes, by number, and the verdicts of each."""
    targets = {target for v in verdicts for target in v.words}
    rulings = {
        t: Ruling("accept", tuple(v for v in verdicts if t in v.words), True) for t in targets
    }
    outcome = Outcome(SUBJECT, None, NO_FACE, NO_FACE, rulings, frozenset(), frozenset(), (), None)
    return [
        ({t.ordinal: w for t, w in of.words.items()}, [v.id.ordinal for v in of.verdicts])
        for of in contested_decisions(outcome)
    ]


ONE, OTHER, THIRD = b"1" * 16, b"2" * 16, b"3" * 16
NO_FACE = Face(False, {}, ())


def test_coordinators_who_decided_alike_stand_together() -> None:
    found = decided(
        verdict(10, ONE, "accept", 1),
        verdict(11, OTHER, "reject", 1),
        verdict(12, THIRD, "accept", 1),
    )
    assert found == [({1: "accept"}, [10, 12]), ({1: "reject"}, [11])]


def test_several_verdicts_of_one_coordinator_are_one_decision() -> None:
    found = decided(
        verdict(10, ONE, "accept", 1),
        verdict(11, ONE, "accept", 2),
        verdict(12, OTHER, "reject", 1, 2),
    )
    assert found == [({1: "accept", 2: "accept"}, [11]), ({1: "reject", 2: "reject"}, [12])]


def test_a_copied_laptop_may_contradict_itself() -> None:
    found = decided(verdict(10, ONE, "accept", 1), verdict(11, ONE, "reject", 1))
    assert found == [({1: "accept"}, [10]), ({1: "reject"}, [11])]
