"""Claims: the same ones for everybody, whoever heard of what first, in words and on laptops."""

import hashlib
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.authority import Standing
from collabmap.domain.change import LEAVE, TAKE, Change, Kind
from collabmap.domain.claims import Part, find_claims, read_part
from collabmap.domain.feature import ChangeId
from collabmap.domain.geo import Bbox
from collabmap.domain.hlc import Stamp
from collabmap.domain.redaction import Redactions
from collabmap.domain.roles import Role
from collabmap.store.project import Project

from .acts import act
from .acts_of_coordinators import claim, role
from .acts_of_laptops import fork, hold, rebuild, reopen, sync
from .acts_of_people import add, seal
from .checks import check_any_order, check_same
from .evening import Town
from .reference import known

ROLES = {b"c1": Role.COORDINATOR, b"c2": Role.COORDINATOR, b"r1": Role.RESIDENT}
PARTS = [
    {"category": "culture"},
    {"commune": "Monaco", "quarter": "Fontvieille"},
    {"box": [1, 2, 3, 4]},
]


class Talk:
    """What people said of claims, and which words each had heard by then."""

    def __init__(self) -> None:
        self.words: list[Change] = []

    def say(self, who: bytes, which: int, word: str, heard: list[Change], at: int) -> Change:
        number = len(self.words)
        name = ChangeId(hashlib.blake2b(bytes([number]), digest_size=32).digest(), 0)
        over = {w.id for w in heard if w.subject == bytes([which]) * 16}
        over |= {n for w in heard if w.id in over for n in w.over[""] or ()}
        payload = PARTS[which % len(PARTS)] if not over else None
        change = Change(
            name, Stamp(at << 16, who), name.segment, who, Kind.CLAIM, bytes([which]) * 16,
            over={"": frozenset(over)}, element=word, payload=payload,
        )  # fmt: skip
        self.words.append(change)
        return change


deeds = st.lists(
    st.tuples(
        st.sampled_from(sorted(ROLES)), st.integers(0, 2), st.sampled_from([TAKE, LEAVE]),
        st.integers(0, 2**8 - 1), st.integers(0, 9),
    ),
    max_size=8,
)  # fmt: skip


def talk_of(said: list[tuple[bytes, int, str, int, int]]) -> Talk:
    talk = Talk()
    for who, which, word, heard, at in said:
        heard_of = [w for place, w in enumerate(talk.words) if heard >> place & 1]
        talk.say(who, which, word, heard_of, at)
    return talk


@given(deeds, st.randoms(use_true_random=False))
def test_the_same_words_in_any_order_make_the_same_claims(
    said: list[tuple[bytes, int, str, int, int]], chance: random.Random
) -> None:
    words = talk_of(said).words
    shuffled = chance.sample(words, len(words)) + words[:2]
    standing = Standing.of(ROLES)
    once = {word.id: word for word in shuffled}
    assert find_claims(words, standing) == find_claims(once.values(), standing)


@given(deeds)
def test_only_what_coordinators_say_counts_and_each_claim_is_told_once(
    said: list[tuple[bytes, int, str, int, int]],
) -> None:
    words, standing = talk_of(said).words, Standing.of(ROLES)
    claims = find_claims(words, standing)
    assert claims == find_claims([w for w in words if w.stamp.rid != b"r1"], standing)
    assert len({claim.id for claim in claims}) == len(claims)
    for one in claims:
        assert one.heads[0].element == TAKE
        assert ROLES[one.opened.stamp.rid] == Role.COORDINATOR


@given(deeds)
def test_whoever_has_heard_all_of_a_claim_has_the_last_word(
    said: list[tuple[bytes, int, str, int, int]],
) -> None:
    talk, standing = talk_of(said), Standing.of(ROLES)
    before = {claim.id: claim for claim in find_claims(talk.words, standing)}
    for number in range(3):
        talk.say(b"c1", number, LEAVE, [w for w in talk.words if w.stamp.rid != b"r1"], 0)
    assert find_claims(talk.words, standing) == ()
    for number in range(3):
        talk.say(b"c2", number, TAKE, [w for w in talk.words if w.stamp.rid != b"r1"], 0)
    again = {claim.id: claim for claim in find_claims(talk.words, standing)}
    # Whose a claim is does not change by somebody else's word on it.
    assert {c: again[c].opened for c in before} == {c: before[c].opened for c in before}


def test_two_who_take_the_same_without_knowing_of_each_other_are_both_shown() -> None:
    talk, standing = Talk(), Standing.of(ROLES)
    one = talk.say(b"c1", 0, TAKE, [], 1)
    other = talk.say(b"c2", 3, TAKE, [], 2)
    assert [claim.opened for claim in find_claims(talk.words, standing)] == [one, other]


def test_a_claim_whose_words_were_redacted_says_of_no_part_that_it_is_taken() -> None:
    talk = Talk()
    one = talk.say(b"c1", 0, TAKE, [], 1)
    redactions = Redactions(by_coordinators=frozenset({one.id}))
    assert find_claims(talk.words, Standing.of(ROLES), redactions) == ()


_degrees = st.floats(-90, 90, allow_nan=False)
parts = st.builds(
    Part,
    box=st.none() | st.builds(lambda w, e, a, b: Bbox(w, min(a, b), e, max(a, b)), *[_degrees] * 4),
    commune=st.just("Monaco"),
    quarter=st.sampled_from(["", "Fontvieille"]),
    category=st.sampled_from(["", "culture"]),
    authors=st.frozensets(st.binary(min_size=16, max_size=16), max_size=3),
)


@given(parts)
def test_a_part_comes_back_from_what_a_change_carries(part: Part) -> None:
    payload = part.payload()
    assert read_part(payload) == part
    assert read_part({**payload, "from a later version": 1}) is None


nonsense = st.recursive(
    st.none() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
)


@given(nonsense | st.fixed_dictionaries({}, optional=dict.fromkeys(Part._fields, nonsense)))
def test_nonsense_is_no_part(payload: object) -> None:
    part = read_part(payload)
    assert part is None or (not part.is_empty and read_part(part.payload()) == part)


# --- on laptops -------------------------------------------------------------------------------

ACTS = {claim: 12, add: 3, sync: 16, seal: 3, hold: 3, role: 3, rebuild: 1, reopen: 1, fork: 1}


@pytest.mark.parametrize("seed", range(6))
def test_evenings_of_claims_end_with_the_same_ones_on_every_laptop(seed: int) -> None:
    chance = random.Random(seed)
    town = Town(is_app=False)
    try:
        town.begin_with(1)
        for _ in range(60):
            act(town, chance.choices(list(ACTS), list(ACTS.values()))[0], chance)
            check_claims(chance.choice(town.laptops).session.project)
        for laptop in town.laptops:
            laptop.held.clear()
            town.hold_again(laptop)
        town.gather()
        check_same(town)
        for laptop in town.laptops:
            check_claims(laptop.session.project)
        check_any_order(town, chance)
        MET.update(town.met)
    finally:
        town.close()


def check_claims(project: Project) -> None:
    """What grew change by change is what the rules make of all that is here."""
    now = known(project)
    words = [c for c in now.changes if c.kind == Kind.CLAIM]
    assert project.model.ledger.claims == find_claims(words, now.standing, now.redactions)


MET: Counter[str] = Counter()


def test_the_evenings_of_claims_met_the_cases_they_are_about() -> None:
    if not MET:
        pytest.skip("the evenings were not run")
    assert MET.keys() >= {"claim take", "claim leave", "forged claim", "hold", "revocation"}
