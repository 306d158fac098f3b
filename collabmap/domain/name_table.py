"""The names of many places in columns, and how alike the names of many pairs are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.kinds import ALIKE, WORDS_OF
from collabmap.domain.name_parts import (
    KIND_MARK,
    MOST_KEYS,
    MOST_WORDS,
    PLAIN,
    SIDE_COUNT,
    parts_of,
    usual_share,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
# A typing mistake leaves at least so much of a word.
_LEAST_ALIKE, _SHORTEST = 0.7, 4
_MISSPELT = 1 - _LEAST_ALIKE
# The beginning of a word stands for it.
_SHORTEST_BEGINNING = 3
_INITIAL, _BEGINNING = 0.8, 0.8
# Whole names that are so much alike are, whatever their words.
_LEAST_WHOLE, _LEAST_TELLING = 0.88, 0.72
# Names in two scripts, by their consonants.
_LEAST_BONES = 0.6
# A kind that is so much like one of the other name is no kind of its own.
_SAID = 0.5
_TINY = np.float32(1e-6)
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class NameTable:
    """Distinct names.  words: int32 (n, MOST_WORDS) into `vocabulary`, -1 beyond the last.

    keys: uint32 (n, MOST_KEYS), 0 beyond the last.  sides: int8 (n, SIDE_COUNT).  letters: uint64,
    one bit a pair of letters.  compact: folded, without spaces; compact_id: the same for the same.
    telling: without words that say little, and without spaces.
    is_empty: says nothing.  is_bare: says a kind and no more.  first_kind: -1 if it says none.
    is_number, kind: by word; kind is -1 for words that are none.
    """

    names: Sequence[str]
    words: NDArray[np.int32]
    keys: NDArray[np.uint32]
    sides: NDArray[np.int8]
    letters: NDArray[np.uint64]
    compact: Sequence[str]
    compact_id: NDArray[np.int64]
    telling: Sequence[str]
    bones: Sequence[str]
    is_foreign: NDArray[np.bool_]
    is_empty: NDArray[np.bool_]
    is_bare: NDArray[np.bool_]
    first_kind: NDArray[np.int16]
    vocabulary: Sequence[str]
    is_number: NDArray[np.bool_]
    kind: NDArray[np.int16]

    @classmethod
    def of(cls, names: Sequence[str]) -> "NameTable":
        """Return the table of distinct names; some microseconds a name."""
        count = len(names)
        words = np.full((count, MOST_WORDS), -1, np.int32)
        keys = np.zeros((count, MOST_KEYS), np.uint32)
        sides = np.zeros((count, SIDE_COUNT), np.int8)
        letters, is_foreign = np.zeros(count, np.uint64), np.zeros(count, np.bool_)
        number_of: dict[str, int] = {"": 0}
        numbers: set[int] = set()
        compact, telling, bones = [], [], []
        # The parts of a name go as the next come: many at once keep the collector busy.
        for row, part in enumerate(map(parts_of, names)):
            for column, word in enumerate(part.words):
                words[row, column] = number_of.setdefault(word, len(number_of))
            keys[row, : len(part.keys)] = part.keys
            for pair, side in part.sides:
                sides[row, pair] = side
            numbers.update(number_of[word] for word in part.numbers)
            letters[row], is_foreign[row] = part.letters, part.is_foreign
            compact.append(part.compact)
            telling.append(part.telling)
            bones.append(part.bones)
        vocabulary = list(number_of)
        is_number = np.zeros(len(vocabulary), np.bool_)
        is_number[list(numbers)] = True
        of_word = [int(w[1:]) if w.startswith(KIND_MARK) else -1 for w in vocabulary]
        kind = np.array(of_word, np.int16)
        there = words >= 0
        is_plain = np.array([usual_share(word) >= PLAIN for word in vocabulary], np.bool_)
        first_kind = _first_kind(words, kind, there)
        is_bare = (first_kind >= 0) & (~there | is_plain[words]).all(1)
        return cls(
            names, words, keys, sides, letters, compact, _same(compact), telling, bones, is_foreign,
            ~there[:, 0], is_bare, first_kind, vocabulary, is_number, kind,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NameLikeness:
    """How alike names are, float32 from 0 to 1, an entry a pair.

    alike: the share of their weight that both have.  within: how much of the shorter is in the
    longer.  said: how telling what both have is; 1 is one rare word or more.  clash: how telling a
    word is that each has and the other has not.  kinds, numbers, sides: how far they contradict
    each other.  one_number: one has a number where the other has none.  extra_one, extra_other:
    int16, a kind that only this name says, -1 if there is none.
    """

    alike: Floats
    within: Floats
    said: Floats
    clash: Floats
    kinds: Floats
    numbers: Floats
    sides: Floats
    one_number: Floats
    extra_one: NDArray[np.int16]
    extra_other: NDArray[np.int16]

    @classmethod
    def joined(cls, parts: Sequence["NameLikeness"]) -> "NameLikeness":
        fields = cls.__slots__
        return cls(*(np.concatenate([getattr(part, f) for part in parts]) for f in fields))


def compared(table: NameTable, weights: Floats, one: Ints, other: Ints) -> NameLikeness:
    """Return how alike pairs of names are.  weights: by word.  one, other: rows of the table."""
    ends = range(0, max(len(one), 1), _CHUNK)
    found = [
        _compared(table, weights, one[at : at + _CHUNK], other[at : at + _CHUNK]) for at in ends
    ]
    return NameLikeness.joined(found)


def _compared(table: NameTable, weights: Floats, one: Ints, other: Ints) -> NameLikeness:
    a, b = table.words[one], table.words[other]
    best_a, best_b = _best(table, a, b)
    # The same letters, however they are parted into words.
    same = table.compact_id[one] == table.compact_id[other]
    best_a[same], best_b[same] = 1, 1
    weight_a, weight_b = _weights(weights, a), _weights(weights, b)
    both = (weight_a * best_a).sum(1), (weight_b * best_b).sum(1)
    whole = weight_a.sum(1) + _TINY, weight_b.sum(1) + _TINY
    alike = (both[0] + both[1]) / (whole[0] + whole[1])
    within = np.maximum(both[0] / whole[0], both[1] / whole[1])
    said = np.maximum(_length(weight_a * best_a), _length(weight_b * best_b))
    numbers_a = _unmatched(table.is_number, a, best_a)
    numbers_b = _unmatched(table.is_number, b, best_b)
    is_kind = table.kind >= 0
    kinds_a, kinds_b = _unmatched(is_kind, a, best_a), _unmatched(is_kind, b, best_b)
    sides_a, sides_b = table.sides[one], table.sides[other]
    sides = ((sides_a > 0) & (sides_b > 0) & (sides_a != sides_b)).any(1)
    numbers = np.minimum(numbers_a, numbers_b)
    is_telling = ~is_kind & ~table.is_number
    clash = np.minimum(
        _unmatched(is_telling, a, best_a, weight_a), _unmatched(is_telling, b, best_b, weight_b)
    )
    least = np.minimum(_length(weight_a), _length(weight_b))
    ratio = np.where(numbers > 0, 0, _whole_ratio(table, one, other))
    return NameLikeness(
        np.maximum(alike, ratio),
        np.maximum(within, ratio),
        np.minimum(1.0, np.maximum(said, ratio * least)),
        np.where(ratio > 0, 0, np.maximum(0, clash - _MISSPELT) / (1 - _MISSPELT)),
        np.minimum(kinds_a, kinds_b),
        numbers,
        sides.astype(np.float32),
        np.maximum(numbers_a, numbers_b) - numbers,
        _extra_kind(table, a, best_a),
        _extra_kind(table, b, best_b),
    )


def _whole_ratio(table: NameTable, one: Ints, other: Ints) -> Floats:
    """Return how alike names are as a whole, without spaces or in two scripts; 0 if not much."""
    ratio = _ratio(table.compact, one, other)
    # « Maison de quartier Meuvelle » and « Maison de quartier Jeauselle » are much alike too.
    ratio[_ratio(table.telling, one, other) < _LEAST_TELLING] = 0
    least = np.full(len(one), _LEAST_WHOLE)
    parted = np.flatnonzero(table.is_foreign[one] != table.is_foreign[other])
    if len(parted):
        ratio[parted] = _ratio(table.bones, one[parted], other[parted])
        least[parted] = _LEAST_BONES
    return np.where(ratio >= least, ratio, 0).astype(np.float32)


def _ratio(texts: Sequence[str], one: Ints, other: Ints) -> Floats:
    from rapidfuzz import fuzz, process

    pairs = [texts[n] for n in one], [texts[n] for n in other]
    found = process.cpdist(*pairs, scorer=fuzz.ratio, dtype=np.float32, workers=1)
    return np.asarray(found / 100, np.float32)


def _best(table: NameTable, a: NDArray[np.int32], b: NDArray[np.int32]) -> tuple[Floats, Floats]:
    """Return for each word of each name how alike the most alike word of the other is."""
    there_a, there_b = a >= 0, b >= 0
    width_a = max(1, int(there_a.any(0).sum())) if len(a) else 1
    width_b = max(1, int(there_b.any(0).sum())) if len(b) else 1
    equal = (a[:, :width_a, None] == b[:, None, :width_b]) & there_a[:, :width_a, None]
    found = equal.astype(np.float32)
    # Only words without a twin can be misspelt.
    open_a = there_a[:, :width_a] & ~equal.any(2)
    open_b = there_b[:, :width_b] & ~equal.any(1)
    pair, at_a, at_b = np.nonzero(open_a[:, :, None] & open_b[:, None, :])
    if len(pair):
        found[pair, at_a, at_b] = _words_alike(table, a[pair, at_a], b[pair, at_b])
    best_a, best_b = np.zeros(a.shape, np.float32), np.zeros(b.shape, np.float32)
    best_a[:, :width_a], best_b[:, :width_b] = found.max(2), found.max(1)
    return best_a, best_b


def _words_alike(table: NameTable, a: NDArray[np.int32], b: NDArray[np.int32]) -> Floats:
    """Return how alike two different words are; each pair of words is compared once."""
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    codes, where = np.unique(low * len(table.vocabulary) + high, return_inverse=True)
    low, high = np.divmod(codes, len(table.vocabulary))
    found = np.zeros(len(codes), np.float32)
    kind_a, kind_b = table.kind[low], table.kind[high]
    both = (kind_a >= 0) & (kind_b >= 0)
    # Two kinds of a family are not one word: less than they are alike.
    found[both] = ALIKE[kind_a[both], kind_b[both]] ** 2
    plain = np.flatnonzero((kind_a < 0) & (kind_b < 0))
    if len(plain):
        found[plain] = _letters_alike(table, low[plain], high[plain])
    mixed = np.flatnonzero((kind_a < 0) != (kind_b < 0))
    if len(mixed):
        word = np.where(kind_a < 0, low, high)[mixed]
        found[mixed] = _kind_misspelt(table, np.maximum(kind_a, kind_b)[mixed], word)
    return np.asarray(found[where.reshape(-1)], np.float32)


def _letters_alike(table: NameTable, low: Ints, high: Ints) -> Floats:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    words = [table.vocabulary[n] for n in low], [table.vocabulary[n] for n in high]
    found = process.cpdist(
        *words, scorer=OSA.normalized_similarity, score_cutoff=_LEAST_ALIKE,
        dtype=np.float32, workers=1,
    )  # fmt: skip
    numbers = table.is_number[low] | table.is_number[high]
    for at, (one, other) in enumerate(zip(*words, strict=True)):
        short, long = sorted((one, other), key=len)
        if short.isdecimal() or long.isdecimal():
            found[at] = 0.0
        elif len(short) == 1 and long.startswith(short) and len(long) > 1:
            found[at] = _INITIAL
        elif numbers[at] or len(short) < _SHORTEST_BEGINNING:
            found[at] = 0.0
        elif long.startswith(short):
            found[at] = max(found[at], _BEGINNING)
        elif len(short) < _SHORTEST:
            found[at] = 0.0
    return np.asarray(found, np.float32)


def _kind_misspelt(table: NameTable, kinds: NDArray[np.int16], words: Ints) -> Floats:
    """Return how alike words are to the most alike word for a kind: `bibliotèque`, `resto`."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    pairs, written, meant = [], [], []
    for at, (kind, number) in enumerate(zip(kinds.tolist(), words.tolist(), strict=True)):
        word = table.vocabulary[number]
        if len(word) >= _SHORTEST:
            # Mistakes in the first letter are rare, and other words many.
            for each in WORDS_OF[kind].get(word[0], ()):
                pairs.append(at)
                written.append(word)
                meant.append(each)
    found = np.zeros(len(words), np.float32)
    if pairs:
        ratio = process.cpdist(
            written, meant, scorer=OSA.normalized_similarity, score_cutoff=_LEAST_ALIKE,
            dtype=np.float32, workers=1,
        )  # fmt: skip
        begins = [each.startswith(word) for word, each in zip(written, meant, strict=True)]
        np.maximum.at(found, pairs, np.maximum(ratio, np.multiply(begins, _BEGINNING)))
    return found


def _weights(weights: Floats, words: NDArray[np.int32]) -> Floats:
    return np.where(words >= 0, weights[words], 0).astype(np.float32)


def _length(weights: Floats) -> Floats:
    """Return how telling words are together: two common ones less than a rare one."""
    return np.asarray(np.sqrt((weights**2).sum(1)), np.float32)


def _unmatched(
    chosen: NDArray[np.bool_], words: NDArray[np.int32], best: Floats, weight: Floats | None = None
) -> Floats:
    """Return how little the other name has of the chosen words of this one, at most."""
    is_chosen = (words >= 0) & chosen[words]
    lacks = (1 - best) * (1 if weight is None else weight)
    return np.asarray(np.where(is_chosen, lacks, 0).max(1), np.float32)


def _extra_kind(table: NameTable, words: NDArray[np.int32], best: Floats) -> NDArray[np.int16]:
    """Return the first kind that a name says and the other does not, -1 if there is none."""
    return _first_kind(words, table.kind, (words >= 0) & (best < _SAID))


def _first_kind(
    words: NDArray[np.int32], kind: NDArray[np.int16], among: NDArray[np.bool_]
) -> NDArray[np.int16]:
    kinds = np.where(among, kind[words], -1)
    first = np.argmax(kinds >= 0, axis=1)
    return np.asarray(kinds[np.arange(len(kinds)), first], np.int16)


def _same(texts: Sequence[str]) -> Ints:
    """Return numbers that are the same for the same texts."""
    number_of: dict[str, int] = {}
    return np.array([number_of.setdefault(text, len(number_of)) for text in texts], np.int64)
