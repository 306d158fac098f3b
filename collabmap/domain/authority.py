"""Who may do what: a pure fold over the changes that grant and revoke, in whatever order.

Each key has two registers, written by `role` changes with `over`.

*Coordinator*: computed rank by rank.  The key on paper has rank 0, the founder rank 1, whoever a
key of rank n makes coordinator rank n + 1.  Only a key of strictly smaller rank writes it, and
`over` doesn't count against a more senior signer: two coordinators of one rank can't revoke each
other, on any laptop (merge case 1).

*Resident*: once all coordinators are known, any of them writes it, and the causally latest counts.

Only between concurrent writes: senior signer, then revoke over grant, then least permissive.
Without a coordinator's own word on it, a key is resident that enrolled with an open invitation (or
is named by a closing; several closings join) or that a resident's key names as its successor.

A revocation keeps the segments it names and those before them at the role the key had.  All else
under that key has no standing anywhere, whenever it arrives.
"""

import functools
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field

from collabmap.domain import ids, signing
from collabmap.domain.change import Change, Kind
from collabmap.domain.feature import ChangeId
from collabmap.domain.roles import Genesis, Role, enrolment_words

# A replica's id -> its segments, each with the name of the one before it.  The unsealed tail is
# there under the empty name, with the last sealed one before it.
Branch = Mapping[bytes, bytes]
BranchOf = Callable[[bytes], Branch]

_SENIOR, _FOUNDER = 0, 1
Segments = frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a key has standing: per role its segments, None for all of them.

    accepting: the segments whose own accepts count.
    """

    coordinator: Segments | None = frozenset()
    resident: Segments | None = frozenset()
    accepting: Segments | None = frozenset()

    def role(self, segment: bytes) -> Role:
        if self.coordinator is None or segment in self.coordinator:
            return Role.COORDINATOR
        if self.resident is None or segment in self.resident:
            return Role.RESIDENT
        return Role.GUEST

    def accepts(self, segment: bytes) -> bool:
        """Whether an own accept written in this segment counts."""
        return self.role(segment) == Role.COORDINATOR and (
            self.accepting is None or segment in self.accepting
        )


_NOWHERE, _EVERYWHERE = Extent(), Extent(None, None, None)


@dataclass(frozen=True, slots=True)
class Standing:
    """What every key may do, everywhere.

    ranks: of those that are or were coordinators, 0 for the key on paper.  spoken: keys that a
    coordinator has said something about.  invitations: key -> whether it is open, and who came.
    """

    extents: Mapping[bytes, Extent] = field(default_factory=dict)
    ranks: Mapping[bytes, int] = field(default_factory=dict)
    spoken: frozenset[bytes] = frozenset()
    invitations: Mapping[bytes, tuple[bool, frozenset[bytes]]] = field(default_factory=dict)

    @classmethod
    def of(cls, roles: Mapping[bytes, Role]) -> "Standing":
        """Return the standing of keys that have one role in all they wrote."""
        return cls({rid: _everywhere(role) for rid, role in roles.items()})

    def of_key(self, rid: bytes) -> Role:
        """Return the role of what a key writes from now on."""
        extent = self.extents.get(rid, _NOWHERE)
        if extent.coordinator is None:
            return Role.COORDINATOR
        return Role.RESIDENT if extent.resident is None else Role.GUEST

    def role(self, change: Change) -> Role:
        """Return the role in which a change was made."""
        return self.extents.get(change.stamp.rid, _NOWHERE).role(change.id.segment)

    def accepts_own(self, change: Change) -> bool:
        """Whether a change with an own accept needs nobody's leave."""
        extent = self.extents.get(change.stamp.rid, _NOWHERE)
        return change.own_accept and extent.accepts(change.id.segment)


def _everywhere(role: Role) -> Extent:
    if role == Role.COORDINATOR:
        return _EVERYWHERE
    return Extent(resident=None) if role == Role.RESIDENT else _NOWHERE


def fold_roles(
    genesis: Genesis,
    changes: Iterable[Change],
    branch_of: BranchOf,
    held: Container[ChangeId] = frozenset(),
) -> Standing:
    """Return everybody's standing, whatever the order of the changes.

    changes: those of the kinds in AUTH.  branch_of: the segments known of a key.  held: changes
    put on hold here; what they take away counts all the same, what they give does not.
    """
    changes = [c for c in changes if c.id not in held or c.kind in (Kind.ROLE, Kind.CLOSE)]
    said: dict[bytes, list[Change]] = {}
    for change in changes:
        if change.kind == Kind.ROLE:
            said.setdefault(change.keys[0], []).append(change)
    fold = _Fold(genesis, said, branch_of, held)
    fold.rank_all()
    fold.settle_residents(changes)
    return Standing(fold.extents, fold.ranks, frozenset(fold.spoken), fold.invitations)


class _Fold:
    def __init__(
        self,
        genesis: Genesis,
        said: Mapping[bytes, list[Change]],
        branch_of: BranchOf,
        held: Container[ChangeId],
    ) -> None:
        self._genesis = genesis
        self._held = held
        self._said = said
        self._lines = _Lines(branch_of)
        self.ranks: dict[bytes, int] = {}
        self.extents: dict[bytes, Extent] = {}
        self.spoken: set[bytes] = set()
        self._kept_if_in: dict[bytes, Segments] = {}
        self.invitations: dict[bytes, tuple[bool, frozenset[bytes]]] = {}

    # --- coordinators -------------------------------------------------------------------------

    def rank_all(self) -> None:
        founder, paper = ids.replica_id(self._genesis.founder), self._genesis.recovery
        if paper:
            senior = ids.replica_id(paper)
            self.ranks[senior], self.extents[senior] = _SENIOR, _EVERYWHERE
        decided = self._decided()
        words = self._words_of(founder, Role.COORDINATOR)
        decided[founder] = self._coordinator(founder, words) if words else _EVERYWHERE
        rank = _FOUNDER
        # Strictly rank by rank: who is decided at one rank is never looked at again.
        while decided:
            self.ranks |= dict.fromkeys(decided, rank)
            self.extents |= decided
            rank += 1
            decided = self._decided()

    def _decided(self) -> dict[bytes, Extent]:
        """Return where the keys are coordinator that those decided so far have made so."""
        decided = {}
        for rid in self._said:
            if rid not in self.ranks:
                words = self._words_of(rid, Role.COORDINATOR)
                if any(_is_grant(word, Role.COORDINATOR) for word in words):
                    decided[rid] = self._coordinator(rid, words)
        return decided

    def _words_of(self, rid: bytes, role: Role) -> list[Change]:
        """Return what coordinators decided so far have said of a key's register for a role."""
        return [
            word
            for word in self._said.get(rid, ())
            if self._is_coordinator(word) and not (word.id in self._held and _is_grant(word, role))
        ]

    def _is_coordinator(self, change: Change) -> bool:
        extent = self.extents.get(change.stamp.rid)
        return extent is not None and extent.role(change.id.segment) == Role.COORDINATOR

    def _rank(self, change: Change) -> int:
        return self.ranks[change.stamp.rid]

    def _coordinator(self, rid: bytes, words: list[Change]) -> Extent:
        """Return where a key is coordinator, from the words of those senior to it."""
        ranks = {word.id: self._rank(word) for word in words}
        replaced = {
            name
            for word in words
            for name in word.over.get("") or ()
            if name in ranks and ranks[name] >= ranks[word.id]
        }
        heads = [word for word in words if word.id not in replaced]
        # Names that go in a circle can only be forged: then nothing is replaced.
        first = _first(heads or words, ranks, Role.COORDINATOR)
        grants = [word for word in words if _is_grant(word, Role.COORDINATOR)]
        accepting = self._after(rid, [grant.keys[1:] for grant in grants])
        if rid == ids.replica_id(self._genesis.founder):
            accepting = None
        if _is_grant(first[0], Role.COORDINATOR):
            return Extent(None, None, accepting)
        kept = self._kept(rid, first)
        return Extent(kept, kept, kept if accepting is None else kept & accepting)

    def _kept(self, rid: bytes, revocations: Iterable[Change]) -> Segments:
        """Return the segments that all of these revocations let stay."""
        kept = [self._lines.before(rid, word.keys[1:]) for word in revocations]
        return frozenset.intersection(*kept)

    def _after(self, rid: bytes, grants: Iterable[tuple[bytes, ...]]) -> Segments | None:
        """Return the segments that come after the tips of any of these grants; None for all."""
        after: set[bytes] = set()
        for tips in grants:
            if not tips:
                return None
            after |= self._lines.after(rid, tips)
        return frozenset(after)

    # --- residents ----------------------------------------------------------------------------

    def settle_residents(self, changes: Iterable[Change]) -> None:
        changes = list(changes)
        for rid in self._said:
            words = self._words_of(rid, Role.RESIDENT)
            if words:
                self.spoken.add(rid)
                resident = self._resident(rid, words)
                had_role = rid in self.ranks or any(_is_grant(w, Role.RESIDENT) for w in words)
                if resident is None or had_role:
                    self._join(rid, resident)
                else:
                    # Whoever shuts a guest out must not let in what the guest wrote by that.
                    self._kept_if_in[rid] = resident
        self._enrol(changes)
        self._succeed([c for c in changes if c.kind == Kind.SUCCESSOR and len(c.keys) == 1])

    def _resident(self, rid: bytes, words: list[Change]) -> Segments | None:
        replaced = frozenset().union(*(word.over.get("") or () for word in words))
        heads = [word for word in words if word.id not in replaced]
        # Names that go in a circle can only be forged: then nothing is replaced.
        ranks = {word.id: self._rank(word) for word in words}
        first = _first(heads or words, ranks, Role.RESIDENT)
        if _is_grant(first[0], Role.RESIDENT):
            return None
        return self._kept(rid, first)

    def _join(self, rid: bytes, resident: Segments | None) -> None:
        """Add where a key is resident to where it is coordinator."""
        extent = self.extents.get(rid, _NOWHERE)
        if rid in self.ranks and resident is not None and extent.resident is not None:
            resident |= extent.resident
        elif extent.resident is None and rid in self.ranks:
            resident = None
        self.extents[rid] = Extent(extent.coordinator, resident, extent.accepting)

    def _enrol(self, changes: Iterable[Change]) -> None:
        made: set[bytes] = set()
        came: dict[bytes, set[bytes]] = {}
        enrolments: list[tuple[bytes, bytes, bytes]] = []
        for change in changes:
            if change.kind == Kind.INVITE and self._is_coordinator(change):
                made.update(change.keys)
            elif change.kind == Kind.CLOSE and self._is_coordinator(change):
                came.setdefault(change.keys[0], set()).update(change.keys[1:])
            elif change.kind == Kind.ENROL and len(change.keys) == 2:
                enrolments.append((change.stamp.rid, *change.keys))
        arrived: dict[bytes, set[bytes]] = {key: set() for key in made}
        for rid, invitation, signature in enrolments:
            words = enrolment_words(self._genesis.project, rid)
            if invitation in made and _is_signed(invitation, words, signature):
                arrived[invitation].add(rid)
                is_in = invitation not in came or rid in came[invitation]
                if is_in:
                    self._let_in(rid)
        self.invitations = {key: (key not in came, frozenset(arrived[key])) for key in sorted(made)}

    def _succeed(self, successors: list[Change]) -> None:
        """Let each resident's key hand its standing on to the one that took its place."""
        by_rid: dict[bytes, list[Change]] = {}
        for change in successors:
            by_rid.setdefault(change.stamp.rid, []).append(change)
        todo = [rid for rid in by_rid if rid in self.extents]
        while todo:
            rid = todo.pop()
            for change in by_rid.get(rid, ()):
                heir = ids.replica_id(change.keys[0])
                has_standing = self.extents[rid].role(change.id.segment) >= Role.RESIDENT
                if has_standing and heir not in self.extents and self._let_in(heir):
                    todo.append(heir)

    def _let_in(self, rid: bytes) -> bool:
        """Make a key resident by itself, as far as no coordinator has said anything; False if not.

        What a revocation lets stay is of the role that the key had by then.
        """
        if rid not in self.spoken:
            self._join(rid, None)
        elif rid in self._kept_if_in:
            self._join(rid, self._kept_if_in.pop(rid))
        else:
            return False
        return True


def _is_grant(word: Change, role: Role) -> bool:
    return word.numbers[0] >= role


def _first(heads: list[Change], ranks: Mapping[ChangeId, int], role: Role) -> list[Change]:
    """Return the words that count among concurrent ones: several if they say the same."""

    def order(word: Change) -> tuple[int, bool, int]:
        return ranks[word.id], _is_grant(word, role), word.numbers[0]

    best = min(order(word) for word in heads)
    return [word for word in heads if order(word) == best]


class _Lines:
    """Descent among the segments of one key."""

    def __init__(self, branch_of: BranchOf) -> None:
        self._branch_of = functools.cache(branch_of)

    def before(self, rid: bytes, heads: Iterable[bytes]) -> Segments:
        """Return these segments and all before them, as far as they are known."""
        branch = self._branch_of(rid)
        found: set[bytes] = set()
        for name in heads:
            # Empty is the name of the unsealed tail, and of what lies before the first segment.
            while name and name in branch and name not in found:
                found.add(name)
                name = branch[name]
        return frozenset(found)

    def after(self, rid: bytes, tips: Iterable[bytes]) -> Segments:
        """Return all segments that descend from one of these, without them."""
        branch = self._branch_of(rid)
        children: dict[bytes, list[bytes]] = {}
        for name, previous in branch.items():
            if previous:
                children.setdefault(previous, []).append(name)
        tips = set(tips)
        found: set[bytes] = set()
        todo = list(tips)
        while todo:
            for name in children.get(todo.pop(), ()):
                if name not in found:
                    found.add(name)
                    todo.append(name)
        return frozenset(found) - self.before(rid, tips)


@functools.lru_cache(maxsize=4096)
def _is_signed(key: bytes, words: bytes, signature: bytes) -> bool:
    return signing.is_signed(key, words, signature)
