"""Verdicts: what a coordinator decides, named change by change exactly as it was seen.

A verdict counts for the changes of its own feature only: of several features that were found to be
one, each gets a verdict of its own (app/reviewing.py).
"""

from collections.abc import Iterable, Mapping

from collabmap.domain.change import ACCEPT, ASK, NOT_CHOSEN, OPEN, REJECT
from collabmap.domain.feature import Basis, ChangeId
from collabmap.domain.structure import verdict_structure


def accept_structure(
    basis: Basis,
    targets: Iterable[ChangeId],
    not_chosen: Iterable[ChangeId] = (),
    refused: Iterable[ChangeId] = (),
) -> bytes:
    """Return the structure of a verdict that accepts changes as they were seen.

    not_chosen: concurrent values that lost against another.  refused: what is left out.  An
    accepted delete sweeps all that the coordinator saw.
    """
    losers, out = frozenset(not_chosen), frozenset(refused)
    words = {ACCEPT: frozenset(targets) - losers - out, NOT_CHOSEN: losers, REJECT: out}
    return verdict_structure(_said(words), over=_over(basis, words), seen=basis.seen)


def reject_structure(basis: Basis, targets: Iterable[ChangeId]) -> bytes:
    """Return the structure of a verdict that refuses changes."""
    words = {REJECT: frozenset(targets)}
    return verdict_structure(words, over=_over(basis, words))


def words_structure(basis: Basis, words: Mapping[ChangeId, str]) -> bytes:
    """Return the structure of a verdict that says a word of each of some changes.

    An accepted delete sweeps all that the coordinator saw.
    """
    said: dict[str, set[ChangeId]] = {}
    for target, word in words.items():
        said.setdefault(word, set()).add(target)
    return verdict_structure(said, over=_over(basis, said), seen=basis.seen)


def ask_structure(basis: Basis, targets: Iterable[ChangeId]) -> bytes:
    """Return the structure of a verdict that asks about changes; they wait meanwhile."""
    words = {ASK: frozenset(targets)}
    return verdict_structure(words, over=_over(basis, words))


def reopen_structure(targets: Iterable[ChangeId], verdicts: Iterable[ChangeId]) -> bytes:
    """Return the structure that takes verdicts back: the changes wait again."""
    return verdict_structure({OPEN: frozenset(targets)}, over=frozenset(verdicts))


def _said(words: Mapping[str, Iterable[ChangeId]]) -> dict[str, Iterable[ChangeId]]:
    return {word: names for word, names in words.items() if names}


def _over(basis: Basis, words: Mapping[str, Iterable[ChangeId]]) -> frozenset[ChangeId]:
    """Return the verdicts seen on these changes, joined with what those replaced."""
    targets = frozenset().union(*words.values())
    return frozenset().union(*(basis.verdicts.get(name, frozenset()) for name in targets))
