"""Pairs gathered into groups: places that are all likely one, not a chain along a street."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from collabmap.domain.duplicates import Pair

# Two groups become one if so much of all pairs between them were found.
_COHESION = 0.5


@dataclass(frozen=True, slots=True)
class Group:
    """Places that may all be one.  ids: ascending.  pairs: among them, the likeliest first."""

    ids: tuple[bytes, ...]
    pairs: tuple[Pair, ...]


def groups_of(pairs: Iterable[Pair], apart: Collection[frozenset[bytes]] = ()) -> tuple[Group, ...]:
    """Return the groups of some pairs, the likeliest first; each pair is in exactly one.

    The likeliest pairs are joined first, and only groups most of whose places were found alike.
    A pair that joins two groups too loosely makes a group of its own, so its places are in two.
    apart: pairs of ids that were said to be two places, and are never in one group.
    """
    ranked = sorted(pairs, key=lambda pair: (-pair.score, pair.one, pair.other))
    group_of: dict[bytes, int] = {}
    members: dict[int, list[bytes]] = {}
    for pair in ranked:
        for id_ in (pair.one, pair.other):
            if id_ not in group_of:
                group_of[id_] = len(group_of)
                members[group_of[id_]] = [id_]
    between: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for pair in ranked:
        one, other = group_of[pair.one], group_of[pair.other]
        between[one][other] += 1
        between[other][one] += 1
    others: dict[bytes, set[bytes]] = defaultdict(set)
    for first, second in map(tuple, apart):
        others[first].add(second)
        others[second].add(first)
    for pair in ranked:
        one, other = group_of[pair.one], group_of[pair.other]
        if one == other:
            continue
        if any(not others[each].isdisjoint(members[other]) for each in members[one]):
            continue
        possible = len(members[one]) * len(members[other])
        if between[one][other] >= _COHESION * possible:
            _join(one, other, group_of, members, between)
    return _gathered(ranked, group_of)


def _join(
    one: int,
    other: int,
    group_of: dict[bytes, int],
    members: dict[int, list[bytes]],
    between: dict[int, dict[int, int]],
) -> None:
    if len(members[one]) < len(members[other]):
        one, other = other, one
    for each in members[other]:
        group_of[each] = one
    members[one] += members.pop(other)
    for third, count in between.pop(other).items():
        del between[third][other]
        if third != one:
            between[one][third] += count
            between[third][one] += count


def _gathered(ranked: Iterable[Pair], group_of: dict[bytes, int]) -> tuple[Group, ...]:
    together: dict[object, list[Pair]] = {}
    for pair in ranked:
        one, other = group_of[pair.one], group_of[pair.other]
        together.setdefault(one if one == other else pair, []).append(pair)
    return tuple(
        Group(tuple(sorted({id_ for pair in some for id_ in (pair.one, pair.other)})), tuple(some))
        for some in together.values()
    )
