"""What a merge brings to one place at once, by several people: the rows are what the rules say.

The store has a quicker way beside the general rules for writes and additions (store/quick.py).
Here it gets every mixture of them: who may and who may not, accepted and waiting, values over one
another and beside one another, and any cut between what was there and what comes in one batch.
"""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from collabmap.domain.change import Kind
from collabmap.domain.hlc import ms_of
from collabmap.domain.structure import clock_structure, set_structure

from .reference import assert_rows_follow
from .script import PLACE, Said, Script, copy, rid_of

PEOPLE = ("R1", "R2", "C1", "C2", "guest")
FIELDS = ("name", "description", "category", "geometry", "contact")


class Act(NamedTuple):
    """who: of a cast, by number.  field: what is written, or 'tag' and 'comment' for an addition.

    value: which of three.  over: the earlier writes that are replaced, by number modulo how many
    there are; none of them in the short form, which stands for just the create.  own: whether it
    is marked as accepted, None as its author's program would.
    """

    who: int
    field: str
    value: int
    over: frozenset[int] | None
    own: bool | None


# Who takes part: where all may do the same, the quicker way is taken more often.
CASTS = (("R1", "R2"), ("R1",), ("C1", "C2"), ("R1", "C1"), PEOPLE)
ACTS = st.builds(
    Act,
    st.integers(0, 4),
    st.sampled_from((*FIELDS, "name", "tag", "comment")),
    st.integers(0, 2),
    st.none() | st.frozensets(st.integers(0, 3), max_size=3),
    st.sampled_from([None, None, None, False, True]),
)


def value_of(field: str, number: int) -> object:
    if field == "geometry":
        return b"\x01\x01\x00\x00\x00" + bytes([number]) * 16
    return ["", "eau", "danger"][number] if field != "contact" else f"secret {number}"


def say_all(town: Script, cast: Sequence[str], acts: Sequence[Act]) -> None:
    """Let a place be created and others of the cast act on it, in order."""
    writes: dict[str, list[Said]] = {field: [town.said[-1]] for field in FIELDS}
    for act in acts:
        who = cast[act.who % len(cast)]
        if act.field not in FIELDS:
            town.add(who, f"text {act.value}", act.field)
            continue
        value, earlier = value_of(act.field, act.value), writes[act.field]
        if act.over is None:
            own = who[0] == "C" if act.own is None else act.own
            structure = set_structure({act.field: None}, own_accept=own)
            said = town.say(who, Kind.SET, PLACE, structure, {act.field: value})
        else:
            over = [earlier[number % len(earlier)] for number in sorted(act.over)]
            said = town.set(who, value, over, name=act.field, own=act.own)
        earlier.append(said)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(ACTS, min_size=1, max_size=5),
    st.sampled_from(CASTS),
    st.sampled_from(["C1", "C1", "R1", "guest"]),
    st.sampled_from([None, None, False, True]),
    st.sampled_from([0, 1, 1, 1, 2, 3]),
    st.sampled_from([0, 0, 1, -1]),
)
def test_whatever_comes_in_one_batch_the_rows_follow_the_rules(
    acts: list[Act],
    cast: tuple[str, ...],
    author: str,
    own: bool | None,
    cut: int,
    years: int,
) -> None:
    town = Script()
    town.promote("C1", "C2")
    town.admit("R1", "R2")
    if years:
        # The times shown are moved, and with them which of two values was written last.
        rid = rid_of("R1")
        structure = clock_structure(rid, years * 365 * 24 * 3_600_000, [])
        town.say("F", Kind.CLOCK_NOTE, rid, structure)
    begun = len(town.said) + cut
    town.create(author, "v", own=own, description="d")
    say_all(town, cast, acts)
    told = [said.segment for said in town.said]
    with copy() as here:
        here.deliver(told[:begun])
        assert_rows_follow(here.project)
        here.deliver(told[begun:])
        assert_rows_follow(here.project)
        pure = town.pure(told, frozenset()).digest
        assert here.project.model.feature_digest() == pure


def test_what_was_written_last_is_looked_for_among_all_that_disagree() -> None:
    """The clock of the one whose value is not shown was years behind, as a coordinator noted."""
    town = Script()
    town.promote("C1")
    town.admit("R1", "R2")
    year_ms = 365 * 24 * 3_600_000
    town.say("F", Kind.CLOCK_NOTE, rid_of("R1"), clock_structure(rid_of("R1"), year_ms, []))
    create = town.create("C1", "v")
    first, second = town.set("R1", "w", [create]), town.set("R2", "x", [create])
    with copy() as here:
        here.deliver([said.segment for said in town.said])
        assert_rows_follow(here.project)
        (changed,) = here.project.connection.execute("SELECT changed FROM shown").fetchone()
    assert changed == ms_of(first.segment.head.time_max) + year_ms
    assert changed > ms_of(second.segment.head.time_max)
