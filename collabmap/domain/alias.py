"""Aliases: which features a coordinator has said are one and the same.

Each pair of ids is one register, written by `alias` changes with `over`: same, different, or open
again.  Who says that two are one names in `over` the values of both that were shown, too: only what
was written without knowing is looked at again.  Features are one that a chain of pairs joins; they
go by the smallest id named, so the union of any two laptops' pairs makes no circle.
"""

from collections.abc import Iterable, Mapping

from collabmap.domain.authority import Standing
from collabmap.domain.change import SAME, Change
from collabmap.domain.feature import ChangeId
from collabmap.domain.roles import Role

Pair = tuple[bytes, bytes]


def find_pairs(aliases: Iterable[Change], standing: Standing) -> dict[Pair, tuple[Change, ...]]:
    """Return what is said of each pair of ids, the smaller first; the word in force first."""
    said: dict[Pair, list[Change]] = {}
    for alias in aliases:
        if standing.role(alias) == Role.COORDINATOR and alias.subject != alias.keys[0]:
            first, second = sorted((alias.subject, alias.keys[0]))
            said.setdefault((first, second), []).append(alias)
    found = {}
    for pair, words in said.items():
        replaced = frozenset().union(*(word.over.get("") or () for word in words))
        heads = [word for word in words if word.id not in replaced]
        found[pair] = tuple(sorted(heads, key=lambda word: word.rank, reverse=True))
    return found


def find_looked_at(
    aliases: Iterable[Change],
    pairs: Mapping[Pair, tuple[Change, ...]],
    groups: Mapping[bytes, bytes],
) -> dict[bytes, frozenset[ChangeId]]:
    """Return the values that were seen when features were said to be one, by the id they go by.

    aliases: all of them: their names, too, stand among what an alias replaces.  Features of which
    one word names no values, as words of old do, are left out: then all is taken as seen.
    """
    words_of_old = {alias.id for alias in aliases}
    found: dict[bytes, frozenset[ChangeId]] = {}
    are_unknown: set[bytes] = set()
    for (first, _second), words in pairs.items():
        if words[0].element == SAME:
            top = groups[first]
            seen = (words[0].over.get("") or frozenset()) - words_of_old
            found[top] = found.get(top, frozenset()) | seen
            if not seen:
                are_unknown.add(top)
    return {top: seen for top, seen in found.items() if top not in are_unknown}


def find_groups(aliases: Iterable[Change], standing: Standing) -> dict[bytes, bytes]:
    """Return the id under which each feature goes that is one with others."""
    parent: dict[bytes, bytes] = {}

    def top(feature: bytes) -> bytes:
        while (above := parent.setdefault(feature, feature)) != feature:
            parent[feature] = feature = parent[above]
        return feature

    for (first, second), words in find_pairs(aliases, standing).items():
        if words[0].element == SAME:
            low, high = sorted((top(first), top(second)))
            parent[high] = low
    return {feature: top(feature) for feature in parent}
