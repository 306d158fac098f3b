"""Who may do what, attacked: random words of random keys, who saw some of what others said."""

import hashlib
import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collabmap.domain import ids
from collabmap.domain.authority import Branch, Extent, Standing, fold_roles
from collabmap.domain.change import Change, Kind
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import Stamp
from collabmap.domain.roles import Genesis, Role, enrolment_words, found
from collabmap.domain.signing import SigningKey

KEYS = [SigningKey(bytes([number + 1]) * 32) for number in range(8)]
RIDS = [ids.replica_id(key.public) for key in KEYS]
PAPER, FOUNDER, INVITATION = 0, 1, SigningKey(b"i" * 32)
GENESIS: Genesis = found("Town", KEYS[FOUNDER], b"n" * 16, "everyday", KEYS[PAPER].public)
GUEST, RESIDENT, COORDINATOR = Role.GUEST, Role.RESIDENT, Role.COORDINATOR

Words = list[Change]


@dataclass
class Town:
    """Keys by number; each word is a segment of its own."""

    changes: list[Change] = field(default_factory=list)
    branches: dict[bytes, dict[bytes, bytes]] = field(default_factory=dict)
    tips: dict[int, bytes] = field(default_factory=dict)

    def write(self, who: int) -> bytes:
        """Write a segment that says nothing of roles; return its name."""
        branch = self.branches.setdefault(RIDS[who], {})
        name = hashlib.blake2b(bytes([who, len(branch)]), digest_size=32).digest()
        branch[name] = self.tips.get(who, b"")
        self.tips[who] = name
        return name

    def say(self, who: int, kind: Kind, **parts: object) -> Change:
        name = self.write(who)
        stamp = Stamp(len(self.changes) + 1 << 16, RIDS[who])
        change = Change(ChangeId(name, 0), stamp, name, b"", kind, b"", **parts)  # type: ignore[arg-type]
        self.changes.append(change)
        return change

    def role(
        self, who: int, whom: int, role: Role, seen: Words | None = None, keep: bool = True
    ) -> Change:
        """Give a role, having seen these words on the key; None for all there are."""
        seen = self.words_on(whom) if seen is None else seen
        over = frozenset(w.id for w in seen).union(*(w.over[""] or () for w in seen))
        heads = (self.tips[whom],) if keep and whom in self.tips else ()
        keys = (RIDS[whom], *heads)
        return self.say(who, Kind.ROLE, keys=keys, numbers=(int(role),), over={"": over})

    def invite(self, who: int) -> Change:
        return self.say(who, Kind.INVITE, keys=(INVITATION.public,))

    def enrol(self, who: int, whose: int | None = None) -> Change:
        """Enrol; whose: whose signature it shows, its own for None."""
        words = enrolment_words(GENESIS.project, RIDS[who if whose is None else whose])
        return self.say(who, Kind.ENROL, keys=(INVITATION.public, INVITATION.sign(words)))

    def close(self, who: int, *came: int) -> Change:
        return self.say(who, Kind.CLOSE, keys=(INVITATION.public, *(RIDS[c] for c in came)))

    def successor(self, who: int, heir: int) -> Change:
        return self.say(who, Kind.SUCCESSOR, keys=(KEYS[heir].public,))

    def words_on(self, whom: int) -> Words:
        return [c for c in self.changes if c.kind == Kind.ROLE and c.keys[0] == RIDS[whom]]

    def branch_of(self, rid: bytes) -> Branch:
        return self.branches.get(rid, {})

    def standing(self, held: frozenset[ChangeId] = frozenset()) -> Standing:
        return fold_roles(GENESIS, self.changes, self.branch_of, held)

    def extent(self, who: int) -> Extent:
        return self.standing().extents.get(RIDS[who], Extent())

    def role_of(self, who: int) -> Role:
        return self.standing().of_key(RIDS[who])


@pytest.fixture
def town() -> Town:
    return Town()


@st.composite
def towns(draw: st.DrawFn, max_words: int = 14) -> Town:
    """A town where keys say things of one another, each having seen any of what was said."""
    town = Town()
    keys = st.integers(0, len(KEYS) - 1)
    # Those who may say something say more, or most words would count for nothing.
    speakers = st.sampled_from([PAPER, FOUNDER, FOUNDER, 2, 2, 2, 3, 3, 4, 5, 6, 7])
    town.invite(FOUNDER)
    for _ in range(draw(st.integers(0, max_words))):
        who, whom = draw(speakers), draw(keys)
        what = draw(st.sampled_from(["role"] * 6 + ["enrol", "close", "successor", "write"]))
        if what == "role":
            words = town.words_on(whom)
            seen = None if draw(st.booleans()) else [w for w in words if draw(st.booleans())]
            role = draw(st.sampled_from([COORDINATOR, COORDINATOR, RESIDENT, GUEST, GUEST]))
            town.role(who, whom, role, seen, keep=draw(st.booleans()))
        elif what == "enrol":
            town.enrol(who, draw(st.sampled_from([None, None, None, whom])))
        elif what == "close":
            town.close(who, *draw(st.lists(keys, max_size=4)))
        elif what == "successor":
            town.successor(who, whom)
        else:
            town.write(who)
    return town


# --- laws -------------------------------------------------------------------------------------


@given(towns(), st.randoms(use_true_random=False))
def test_the_order_of_words_changes_nothing(town: Town, chance: random.Random) -> None:
    before = town.standing()
    chance.shuffle(town.changes)
    assert town.standing() == before
    assert fold_roles(GENESIS, town.changes * 2, town.branch_of) == before


@given(towns(), st.data())
def test_names_that_go_in_a_circle_are_survived_in_any_order(
    town: Town, data: st.DataObject
) -> None:
    names = [change.id for change in town.changes]
    for place, change in enumerate(town.changes):
        if change.kind == Kind.ROLE:
            over = frozenset(data.draw(st.lists(st.sampled_from(names), max_size=5)))
            town.changes[place] = Change(
                change.id,
                change.stamp,
                change.leaf,
                b"",
                change.kind,
                b"",
                keys=change.keys,
                numbers=change.numbers,
                over={"": over},
            )
    before = town.standing()
    town.changes.reverse()
    assert town.standing() == before


@given(towns())
def test_nobody_gains_a_role_but_through_a_chain_from_paper_or_founder(town: Town) -> None:
    standing = town.standing()
    chain = {RIDS[PAPER], RIDS[FOUNDER]}
    known = set(chain)
    for _ in RIDS:
        for change in town.changes:
            if change.stamp.rid in chain and change.kind == Kind.ROLE:
                if change.numbers == (COORDINATOR,):
                    chain.add(change.keys[0])
                if change.numbers[0] >= RESIDENT:
                    known.add(change.keys[0])
            elif change.kind == Kind.ENROL:
                words = enrolment_words(GENESIS.project, change.stamp.rid)
                if INVITATION.sign(words) == change.keys[1]:
                    known.add(change.stamp.rid)
            elif change.kind == Kind.SUCCESSOR and change.stamp.rid in known | chain:
                known.add(ids.replica_id(change.keys[0]))
    for rid in RIDS:
        segments = [*town.branch_of(rid), b"what comes next"]
        roles = (
            {standing.of_key(rid)} | {standing.extents[rid].role(s) for s in segments}
            if (rid in standing.extents)
            else {GUEST}
        )
        assert COORDINATOR not in roles or rid in chain
        assert roles == {GUEST} or rid in chain | known
    assert standing.of_key(RIDS[PAPER]) == COORDINATOR


@given(towns(), st.integers(2, len(KEYS) - 1), st.booleans(), st.data())
def test_a_revocation_is_never_undone_by_who_is_below(
    town: Town, whom: int, keep: bool, data: st.DataObject
) -> None:
    before = town.standing()
    by = data.draw(st.sampled_from([PAPER, FOUNDER]))
    rank = before.ranks[RIDS[by]]
    is_coordinator = before.of_key(RIDS[whom]) == COORDINATOR
    if before.of_key(RIDS[by]) != COORDINATOR or rank >= before.ranks.get(RIDS[whom], 9):
        return
    town.role(by, whom, GUEST, keep=keep)
    revoked = town.standing()
    if is_coordinator and any(
        w.numbers == (COORDINATOR,) and before.ranks.get(w.stamp.rid, 9) < rank
        for w in town.words_on(whom)
    ):
        return
    assert revoked.of_key(RIDS[whom]) == GUEST
    kept = frozenset(town.branch_of(RIDS[whom])) if keep else frozenset()
    below = [n for n, r in enumerate(RIDS) if revoked.ranks.get(r, 9) > rank]
    for _ in range(data.draw(st.integers(1, 4)) if below else 0):
        town.role(data.draw(st.sampled_from(below)), whom, COORDINATOR)
    for name in (*town.branch_of(RIDS[whom]), b"what comes next"):
        role = town.extent(whom).role(name)
        assert role < COORDINATOR or name in kept


@given(towns(), st.integers(2, len(KEYS) - 1), st.integers(1, 3))
def test_a_revoked_key_keeps_what_was_named_and_nothing_of_what_it_writes_later(
    town: Town, whom: int, later: int
) -> None:
    before = town.standing()
    kept = list(town.branch_of(RIDS[whom]))
    said = town.role(PAPER, whom, GUEST)
    segments = [town.write(whom) for _ in range(later)]
    extent = town.extent(whom)
    assert {extent.role(name) for name in (*segments, b"what comes next")} == {GUEST}
    if before.of_key(RIDS[whom]) == COORDINATOR:
        assert all(extent.role(name) == COORDINATOR for name in kept)
    elif before.of_key(RIDS[whom]) == RESIDENT and said.keys[1:]:
        assert all(extent.role(name) >= RESIDENT for name in kept)


@given(towns(), st.data())
def test_what_gives_counts_for_nothing_while_it_is_held(town: Town, data: st.DataObject) -> None:
    gives = [c for c in town.changes if c.kind != Kind.ROLE or c.numbers == (COORDINATOR,)]
    gives = [c for c in gives if c.kind != Kind.CLOSE]
    held = [c for c in gives if data.draw(st.booleans())]
    with_held = town.standing(frozenset(c.id for c in held))
    town.changes = [c for c in town.changes if c not in held]
    assert town.standing() == with_held


@given(towns(), st.data())
def test_what_takes_away_counts_also_while_it_is_held(town: Town, data: st.DataObject) -> None:
    takes = [c for c in town.changes if c.kind == Kind.CLOSE or c.numbers == (GUEST,)]
    held = frozenset(c.id for c in takes if data.draw(st.booleans()))
    assert town.standing(held) == town.standing()


@given(towns(), st.data())
def test_who_came_stays_in_whatever_else_is_closed(town: Town, data: st.DataObject) -> None:
    before = town.standing()
    _, arrived = before.invitations.get(INVITATION.public, (True, frozenset()))
    listed = {
        rid
        for change in town.changes
        if change.kind == Kind.CLOSE and before.role(change) == COORDINATOR
        for rid in change.keys[1:]
    }
    closers = [n for n, rid in enumerate(RIDS) if before.of_key(rid) == COORDINATOR]
    for _ in range(data.draw(st.integers(1, 3))):
        came = data.draw(st.lists(st.integers(0, len(KEYS) - 1), max_size=3))
        town.close(data.draw(st.sampled_from(closers)), *came)
        listed |= {RIDS[number] for number in came}
    after = town.standing()
    for rid in arrived - before.spoken:
        is_heir = any(
            c.kind == Kind.SUCCESSOR and ids.replica_id(c.keys[0]) == rid for c in town.changes
        )
        is_in = after.of_key(rid) >= RESIDENT
        assert is_in if rid in listed else is_heir or not is_in or rid in after.ranks


@given(towns())
def test_a_successor_is_never_more_than_resident(town: Town) -> None:
    town.role(PAPER, 2, COORDINATOR)
    town.changes = [c for c in town.changes if c.kind != Kind.ROLE or c.keys[0] != RIDS[7]]
    town.successor(2, 7)
    assert town.role_of(7) <= RESIDENT


@given(towns(), st.integers(2, len(KEYS) - 1))
def test_an_own_accept_counts_only_where_its_author_is_coordinator(town: Town, who: int) -> None:
    change = town.say(who, Kind.CREATE, own_accept=True)
    town.changes.remove(change)
    standing = town.standing()
    if standing.accepts_own(change):
        assert standing.role(change) == COORDINATOR


@settings(max_examples=30)
@given(towns(max_words=8), st.integers(2, len(KEYS) - 1))
def test_an_early_own_accept_is_not_published_by_a_promotion(town: Town, who: int) -> None:
    if any(w.numbers == (COORDINATOR,) for w in town.words_on(who)):
        return
    early = Change(ChangeId(town.write(who), 0), Stamp(1, RIDS[who]), b"", b"", 3, b"", True)
    town.role(PAPER, who, COORDINATOR)
    late = Change(ChangeId(town.write(who), 0), Stamp(2, RIDS[who]), b"", b"", 3, b"", True)
    standing = town.standing()
    assert standing.of_key(RIDS[who]) == COORDINATOR
    assert not standing.accepts_own(early)
    assert standing.accepts_own(late)


# --- the merge cases about people -------------------------------------------------------------


def test_two_coordinators_who_revoke_each_other_both_stay(town: Town) -> None:
    town.role(FOUNDER, 2, COORDINATOR)
    town.role(FOUNDER, 3, COORDINATOR)
    seen = list(town.changes)
    town.role(2, 3, GUEST, [w for w in seen if w.keys[0] == RIDS[3]])
    town.role(3, 2, GUEST, [w for w in seen if w.keys[0] == RIDS[2]])
    for _ in range(2):
        assert (town.role_of(2), town.role_of(3)) == (COORDINATOR, COORDINATOR)
        town.changes.reverse()


def test_a_mistaken_revocation_can_be_undone(town: Town) -> None:
    for role in (COORDINATOR, GUEST, COORDINATOR, RESIDENT, COORDINATOR):
        town.role(FOUNDER, 2, role)
        assert town.role_of(2) == role


def test_two_closings_let_in_whoever_one_of_them_names(town: Town) -> None:
    for coordinator in (2, 3):
        town.role(FOUNDER, coordinator, COORDINATOR)
    town.invite(FOUNDER)
    for laptop in (4, 5, 6, 7):
        town.enrol(laptop)
    town.close(2, 4, 5)
    town.close(3, 5, 6)
    assert [town.role_of(laptop) for laptop in (4, 5, 6, 7)] == [
        RESIDENT,
        RESIDENT,
        RESIDENT,
        GUEST,
    ]


# --- who never had a role ---------------------------------------------------------------------


def test_what_a_guest_wrote_is_not_let_in_by_shutting_the_guest_out(town: Town) -> None:
    written = town.write(2)
    town.role(FOUNDER, 2, GUEST)
    assert town.extent(2).role(written) == GUEST


def test_what_a_laptop_wrote_that_enrolled_stays_when_it_is_shut_out(town: Town) -> None:
    town.invite(FOUNDER)
    kept = town.enrol(2).id.segment
    heir = town.successor(2, 3).id.segment
    mine = town.write(3)
    town.role(FOUNDER, 3, GUEST)
    town.role(FOUNDER, 2, GUEST)
    later = town.write(2), town.write(3)
    for _ in range(2):
        extents = town.standing().extents
        assert extents[RIDS[2]].role(kept) == extents[RIDS[2]].role(heir) == RESIDENT
        assert extents[RIDS[3]].role(mine) == RESIDENT
        assert [extents[RIDS[n + 2]].role(name) for n, name in enumerate(later)] == [GUEST, GUEST]
        town.changes.reverse()


# --- the key on paper -------------------------------------------------------------------------


def test_whom_the_key_on_paper_makes_coordinator_stands_beside_the_founder(town: Town) -> None:
    town.role(FOUNDER, 2, COORDINATOR)
    town.role(PAPER, 3, COORDINATOR)
    ranks = town.standing().ranks
    assert ranks[RIDS[FOUNDER]] == ranks[RIDS[3]] < ranks[RIDS[2]]
    town.role(3, 2, GUEST)
    town.role(FOUNDER, 3, GUEST)
    town.role(3, FOUNDER, GUEST)
    roles = [town.role_of(who) for who in (FOUNDER, 2, 3)]
    assert roles == [COORDINATOR, GUEST, COORDINATOR]


def test_only_the_key_on_paper_takes_the_founders_role_away(town: Town) -> None:
    town.role(FOUNDER, 2, COORDINATOR)
    town.role(2, FOUNDER, GUEST)
    assert town.role_of(FOUNDER) == COORDINATOR
    kept = town.tips[FOUNDER]
    town.role(PAPER, FOUNDER, GUEST)
    assert town.role_of(FOUNDER) == GUEST
    assert town.extent(FOUNDER).role(kept) == COORDINATOR
    assert town.role_of(2) == COORDINATOR, "whom the founder made one before stays"
    town.role(FOUNDER, 3, COORDINATOR)
    assert town.role_of(3) == GUEST, "the founder's key was stolen"
    town.role(2, FOUNDER, COORDINATOR)
    assert town.role_of(FOUNDER) == RESIDENT, "any coordinator may admit a resident"


def test_nothing_is_said_against_the_key_on_paper(town: Town) -> None:
    town.role(FOUNDER, PAPER, GUEST, keep=False)
    assert town.role_of(PAPER) == COORDINATOR


def test_a_founder_without_a_key_on_paper_is_above_all(town: Town) -> None:
    town.role(FOUNDER, 2, COORDINATOR)
    town.role(2, FOUNDER, GUEST)
    town.role(PAPER, FOUNDER, GUEST)
    alone = found("Town", KEYS[FOUNDER], b"n" * 16, "everyday")
    standing = fold_roles(alone, town.changes, town.branch_of)
    assert standing.of_key(RIDS[FOUNDER]) == standing.of_key(RIDS[2]) == COORDINATOR
    assert standing.of_key(RIDS[PAPER]) == GUEST
