"""The words of a search index, and which of them a typed word may stand for."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from collabmap.domain.name_words import ABBREVIATIONS, expansions, weight

# Of the words that look like a typed one this many are asked for, the likest first.
MAX_LOOKALIKES = 14
# Words whose letters are looked at together.
_CHUNK = 20_000
# How well a word fits that is written out, or shortened.
_SHORTENED = 0.97
_SHORT_FORMS: dict[str, tuple[str, ...]] = {}
for _short, _fulls in ABBREVIATIONS.items():
    for _full in _fulls:
        _SHORT_FORMS[_full] = (*_SHORT_FORMS.get(_full, ()), _short)


class Term(NamedTuple):
    """A typed word.  query: for FTS5.  fits: words of the index that it may stand for, 0 to 1.

    is_begun: it may be the beginning of a word.  weight: how much it says.
    """

    word: str
    query: str
    fits: dict[str, float]
    is_begun: bool
    weight: float

    def best_of(self, words: Iterable[str]) -> tuple[float, str]:
        """Return how well the best of some words fits, 0 for none, and which it is."""
        best, which = 0.0, ""
        for word in words:
            fit = self.fits.get(word, 0.0)
            if not fit and self.is_begun and word.startswith(self.word):
                fit = 0.78 + 0.2 * len(self.word) / len(word)
            if fit > best:
                best, which = fit, word
        return best, which


class Vocabulary:
    """All words of an index.  Answers are remembered: who types asks the same words again."""

    weight = staticmethod(lru_cache(maxsize=20_000)(weight))

    def __init__(self, rows: Iterable[tuple[str, int]]) -> None:
        """rows: words in their order, and how often each occurs."""
        self._counts = dict(rows)
        self._words = list(self._counts)
        self._lengths = np.fromiter(map(len, self._words), dtype=np.uint8, count=len(self._words))
        self._letters = _letters_of(self._words)
        self._known: dict[tuple[str, bool, bool], Term] = {}

    def __contains__(self, word: str) -> bool:
        return word in self._counts

    def term(self, word: str, *, is_last: bool, is_fuzzy: bool) -> Term:
        """Return what a typed word may stand for.

        is_last: it may only be begun.  is_fuzzy: it may be misspelt.
        """
        key = (word, is_last, is_fuzzy)
        known = self._known.get(key)
        if known is None:
            if len(self._known) > 2_000:
                self._known.clear()
            known = self._known[key] = self._term(*key)
        return known

    def _term(self, word: str, is_last: bool, is_fuzzy: bool) -> Term:
        fits = {word: 1.0}
        for other in (*expansions(word), *_SHORT_FORMS.get(word, ())):
            fits.setdefault(other, _SHORTENED)
        is_begun = not word.isdigit() and len(word) >= (2 if is_last else 3)
        if is_fuzzy:
            for other, fit in self._lookalikes(word):
                fits.setdefault(other, fit)
        parts = [f'"{other}"' for other in fits]
        if is_begun:
            parts[0] += " *"
        return Term(word, " OR ".join(parts), fits, is_begun, self.weight(word))

    def _lookalikes(self, word: str) -> list[tuple[str, float]]:
        length = len(word)
        if length < 3 or word.isdigit():
            return []
        most = 1 if length < 5 else 2
        found: dict[str, float] = {}
        for other, edits in self._close(word, most):
            found[other] = self._fit(word, other, edits)
        if length >= 5:
            for other, edits in self._begun_badly(word, 1 if length < 7 else 2):
                fit = self._fit(word, other[:length], edits) - 0.08
                found[other] = max(found.get(other, 0.0), fit)
        found.pop(word, None)
        ranked = sorted(found.items(), key=lambda item: (-item[1], -self._counts[item[0]], item[0]))
        return ranked[:MAX_LOOKALIKES]

    @staticmethod
    def _fit(word: str, other: str, edits: int) -> float:
        fit = 1 - 0.08 - 0.75 * edits / max(len(word), len(other))
        return fit if word[0] == other[0] else fit - 0.04

    def _close(self, word: str, most: int) -> Iterator[tuple[str, int]]:
        """Yield the words that are at most so many typing errors away, and how many."""
        # An error adds one letter at most, and takes one away at most: few words are left to be
        # compared letter by letter.
        own = _letters_of([word])[0]
        length = len(word)
        may_be = np.bitwise_count(self._letters & ~own) <= most
        may_be &= np.bitwise_count(own & ~self._letters) <= most
        may_be &= (self._lengths >= max(2, length - most)) & (self._lengths <= length + most)
        others = [self._words[i] for i in np.flatnonzero(may_be)]
        yield from _compare(word, others, others, most)

    def _begun_badly(self, word: str, most: int) -> Iterator[tuple[str, int]]:
        """Yield the longer words of which this may be the beginning, misspelt."""
        own = _letters_of([word])[0]
        may_be = np.bitwise_count(own & ~self._letters) <= most
        may_be &= self._lengths > len(word)
        others = [self._words[i] for i in np.flatnonzero(may_be)]
        yield from _compare(word, [other[: len(word)] for other in others], others, most)

    def starting_with(self, beginning: str) -> list[str]:
        """Return the words that begin so."""
        start = bisect_left(self._words, beginning)
        end = bisect_left(self._words, beginning + "\U0010ffff")
        return self._words[start:end]

    def nearest(self, word: str) -> str:
        """Return the word that looks most like one, itself if it is there; '' for none."""
        if word.isdigit() or word in self._counts or self.starting_with(word):
            return word
        best = process.extractOne(
            word, self._words, scorer=JaroWinkler.similarity, score_cutoff=0.84
        )
        return str(best[0]) if best is not None else ""

    def regrouped(self, words: Sequence[str]) -> Iterator[list[str]]:
        """Yield the words parted or joined otherwise, where that makes known ones."""
        for i, (one, two) in enumerate(pairwise(words)):
            if one + two in self._counts:
                yield [*words[:i], one + two, *words[i + 2 :]]
        for i, word in enumerate(words):
            for at in range(2, len(word) - 1):
                if word[:at] in self._counts and word[at:] in self._counts:
                    yield [*words[:i], word[:at], word[at:], *words[i + 1 :]]
                    break


def _letters_of(words: Sequence[str]) -> npt.NDArray[np.uint32]:
    """Return which letters each word has, one bit for each (digits and others share bits)."""
    found = np.zeros(len(words), dtype=np.uint32)
    for start in range(0, len(words), _CHUNK):
        part = np.array(words[start : start + _CHUNK])
        codes = part.view(np.uint32).reshape(len(part), -1)
        bits = np.where(codes, np.uint32(1) << (codes & np.uint32(31)), np.uint32(0))
        found[start : start + _CHUNK] = np.bitwise_or.reduce(bits, axis=1)
    return found


def _compare(
    word: str, forms: Sequence[str], others: Sequence[str], most: int
) -> Iterator[tuple[str, int]]:
    """Yield the others whose forms are at most so many typing errors away, and how many."""
    if not forms:
        return
    edits = process.cdist([word], forms, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[0]
    for index in np.flatnonzero(edits <= most):
        yield others[int(index)], int(edits[index])
