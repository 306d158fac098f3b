"""What kind of thing a place is, by words in its name or in its category, and which are alike.

« Église Saint-Charles » and « École Saint-Charles » differ in such a word only, and are two places;
« Pharmacie Ferry » and « Ferry » are one.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.kind_words import EXCLUSIVE, FAMILIES, RELATED_FAMILIES, WIDER
from collabmap.domain.name_words import ARTICLES, fold

# « thé » is tea, more often than an English article.
_ARTICLES = ARTICLES - {"the"}
_SHORTEST = 4
# How alike two kinds are: the same, one within the other, of one family, of families mixed up.
SAME, WITHIN, FAMILY, RELATED, APART = 1.0, 0.85, 0.6, 0.3, 0.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of place.  size_m: how far apart two people put the mark of the same one."""

    number: int
    family: str
    size_m: float


def singular(word: str) -> str:
    """Return a folded word without the s of its plural; short words end in their own."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def plain_words(phrase: str) -> str:
    """Return a folded phrase as it stands in KINDS: singular, without articles."""
    return " ".join(singular(word) for word in without_articles(phrase.split()))


def without_articles(words: Sequence[str]) -> list[str]:
    """Return words without articles; all of them if there are no others."""
    return [word for word in words if word not in _ARTICLES] or list(words)


def _kinds() -> tuple[list[Kind], dict[str, Kind]]:
    kinds: list[Kind] = []
    by_word: dict[str, Kind] = {}
    for family, (size_m, rows) in FAMILIES.items():
        for words in rows:
            kinds.append(Kind(len(kinds), family, size_m))
            for word in words.split(", "):
                by_word.setdefault(plain_words(word), kinds[-1])
    return kinds, by_word


def _alike(kinds: Sequence[Kind], by_word: Mapping[str, Kind]) -> NDArray[np.float32]:
    related = {frozenset(pair.split()) for pair in RELATED_FAMILIES}
    found = np.full((len(kinds), len(kinds)), APART, np.float32)
    for one, other in itertools.product(kinds, kinds):
        if one.family == other.family:
            found[one.number, other.number] = FAMILY
        elif frozenset((one.family, other.family)) in related:
            found[one.number, other.number] = RELATED
    apart = [pair for row in EXCLUSIVE for pair in itertools.combinations(row.split(", "), 2)]
    within = [(wide, word) for wide, words in WIDER for word in words.split(", ")]
    for pairs, value in ((apart, APART), (within, WITHIN)):
        for a, b in pairs:
            numbers = tuple(by_word[plain_words(word)].number for word in (a, b))
            found[numbers] = found[numbers[::-1]] = value
    np.fill_diagonal(found, SAME)
    return found


def _words_of(kinds: Sequence[Kind], by_word: Mapping[str, Kind]) -> list[dict[str, list[str]]]:
    found: list[dict[str, list[str]]] = [{} for _kind in kinds]
    for word, kind in by_word.items():
        if len(word) >= _SHORTEST and " " not in word:
            found[kind.number].setdefault(word[0], []).append(word)
    return found


# A folded word or phrase -> its kind; and how alike two kinds are, float32, by their numbers.
ALL, KINDS = _kinds()
ALIKE = _alike(ALL, KINDS)
# Metres, by number; the last is for what no kind is known of.
SIZES_M = np.array([*(kind.size_m for kind in ALL), 30.0])
# By number of a kind: its single words of four letters or more, by their first letter.
WORDS_OF: Sequence[Mapping[str, Sequence[str]]] = _words_of(ALL, KINDS)
LONGEST = max(len(words.split()) for words in KINDS)


def kind_at(words: Sequence[str], at: int) -> tuple[Kind | None, int]:
    """Return the kind that the words from there on name, and how many words it takes (or 1).

    words: folded, without articles.
    """
    ahead = [singular(word) for word in words[at : at + LONGEST]]
    for count in range(len(ahead), 0, -1):
        found = KINDS.get(" ".join(ahead[:count]))
        if found is not None:
            return found, count
    return None, 1


def kind_of_category(category: str) -> Kind | None:
    """Return the kind that a category names: `amenity=place_of_worship`, `Fuel station`, or None.

    Of a tag its value says it, not its key; of several words the last.
    """
    value = category.rpartition("=")[2]
    words = without_articles(fold(value.replace("_", " ")).split())
    found, at = None, 0
    while at < len(words):
        kind, count = kind_at(words, at)
        found = kind or found
        at += count
    return found
