"""A name taken apart into what is compared: words, kinds, numbers, and keys to look it up by.

Abbreviations are written out, words for the same kind of place become one word (`mairie` and
`hôtel de ville`), articles are dropped, other scripts are romanised.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from collabmap.domain.kinds import KINDS, SIZES_M, kind_at, singular, without_articles
from collabmap.domain.name_words import ARTICLES, GENERIC, fold, written_out
from collabmap.domain.romanising import romanised, skeleton

# So many words of a name are compared, and so many keys are looked up.
MOST_WORDS, MOST_KEYS = 8, 6
# Kinds of such a size or more.
_SPARSE_M = 40.0
# What a word for a kind begins with; folded words never do.
KIND_MARK = "#"

# « P2 » is a letter and a number, « 1er » is the number.
_PARTED = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
_ORDINAL = re.compile(r"(?<=\d)(?:ere?|e|eme|ieme|nd|st|rd|th)\b")
# « McDonald's » is one word.
_POSSESSIVE = re.compile("(?<=[a-z])['\u2019]s\\b", re.IGNORECASE)
_SAINTS = frozenset(["saint", "sainte", "saints", "saintes", "sant", "santa", "san", "sankt"])
_NUMBERS = {
    "ier": "1", "premier": "1", "premiere": "1", "first": "1", "deux": "2", "two": "2",
    "second": "2", "trois": "3", "three": "3", "quatre": "4", "cinq": "5", "five": "5",
    "six": "6", "sept": "7", "seven": "7", "huit": "8", "eight": "8", "dix": "10", "ten": "10",
    "douze": "12",
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11",
    "xii": "12", "xiii": "13", "xiv": "14", "xv": "15", "xvi": "16",
}  # fmt: skip
# Words that part two places of otherwise the same name; a line each pair of sides.
_SIDE_ROWS = (
    "nord north norte n / sud south sur sued / est east este ost / ouest west oeste",
    "haut haute superieur superieure upper / bas basse inferieur inferieure lower",
    "petit petite small klein piccolo / grand grande big great gross",
    "vieux vieil vieille ancien ancienne old alt vecchio / nouveau nouvelle neuf new neu nuovo",
    "gauche left links / droite right rechts",
    "hommes garcons men / femmes filles women",
    "entree entrance / sortie exit",
    "aller arrivee arrivals / retour depart departures",
)
# word -> (which pair, which side from 1)
SIDES: dict[str, tuple[int, int]] = {
    word: (row, side)
    for row, words in enumerate(_SIDE_ROWS)
    for side, group in enumerate(words.split("/"), 1)
    for word in map(singular, group.split())
    if word != "n"
}
# Words that many names have beside what tells them apart.
_WEAK_WORDS = (
    "accueil amis association atelier aux big cabinet central centrale centre chez city club"
    " communal communale company docteur espace express gmbh groupe inc international local ltd"
    " madame maison market monsieur municipal municipale national nationale new old point public"
    " publique ratp salon sarl service sncf super team terrain the town village ville bourg"
)
_WEAK = frozenset(map(singular, _WEAK_WORDS.split()))
SIDE_COUNT = len(_SIDE_ROWS)
# How often a name holds such a word, before a map has been looked at.
_USUAL, PLAIN, _USUAL_LETTER, _USUAL_SIDE = 1e-4, 0.03, 0.01, 0.005


@dataclass(frozen=True, slots=True)
class Parts:
    """words: as they are compared; of a kind its number behind KIND_MARK.  numbers: which of them
    are numbers or letters that count.  compact: folded, without spaces; telling: so
    much of it as tells places apart.  keys: 32-bit, never 0.
    letters: 64-bit, a bit for each pair of letters that stand together.
    """

    words: tuple[str, ...]
    numbers: frozenset[str]
    sides: tuple[tuple[int, int], ...]
    compact: str
    telling: str
    bones: str
    is_foreign: bool
    keys: tuple[int, ...]
    letters: int


@lru_cache(maxsize=1 << 15)
def parts_of(name: str) -> Parts:
    """Return the parts of a name; all empty if it holds no letter or digit."""
    latin, is_foreign = romanised(_POSSESSIVE.sub("s", name))
    folded = fold(latin)
    parted = _PARTED.sub(" ", _ORDINAL.sub("", folded)).split()
    plain = [word for each in parted for word in _written(each).split()]
    words, numbers = _compared(plain)
    sides = tuple(SIDES[word] for word in words if word in SIDES)
    compact = folded.replace(" ", "")
    bones = skeleton("".join(without_articles(plain)))
    return Parts(
        words, numbers, sides, compact, _telling(words) or compact, bones, is_foreign,
        _keys(words, numbers, bones), _letters(compact),
    )  # fmt: skip


def _telling(words: Sequence[str]) -> str:
    return "".join(word for word in words if usual_share(word) < PLAIN)


def usual_share(word: str) -> float:
    """Return how large a share of names holds a word, on maps at large."""
    if word.startswith(KIND_MARK) or word in _WEAK or word in GENERIC or word == "saint":
        return PLAIN
    if word in SIDES:
        return _USUAL_SIDE
    if len(word) <= 1 or word.isdigit():
        return _USUAL_LETTER
    return _USUAL


def _written(word: str) -> str:
    if word in _SAINTS:
        return "saint"
    if len(word) < 2 or word in KINDS or word in ARTICLES:
        return word
    long = written_out(word)
    return "saint" if long in _SAINTS else long


def _compared(plain: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the words that are compared, each once, and which of them count as numbers."""
    words: dict[str, None] = {}
    numbers = set()
    # The A of « Parking A » is none.
    is_letter = len(plain) > 1 and len(plain[-1]) == 1
    last = [plain[-1]] if is_letter else []
    plain = [*without_articles(plain[: len(plain) - len(last)]), *last]
    at = 0
    while at < len(plain):
        word = plain[at]
        kind, count = kind_at(plain, at)
        if kind is not None and kind.family == "settlement":
            kind, count = None, 1
        is_last = at + count == len(plain)
        if kind is not None:
            words[f"{KIND_MARK}{kind.number}"] = None
        elif word in _NUMBERS or word.isdecimal():
            word = _NUMBERS.get(word) or word.lstrip("0") or "0"
            numbers.add(word)
            words[word] = None
        elif len(word) == 1 and is_last and words:
            numbers.add(word)
            words[word] = None
        else:
            words[singular(word)] = None
        at += count
    kept = tuple(words)[:MOST_WORDS]
    return kept, frozenset(numbers.intersection(kept))


def _keys(words: Sequence[str], numbers: frozenset[str], bones: str) -> tuple[int, ...]:
    """Return what a name is looked up by: its telling words, or its kinds if it has no others."""
    telling = [w for w in words if usual_share(w) == _USUAL and w not in numbers]
    found = dict.fromkeys(skeleton(word) for word in telling or words)
    found = {bones: None, **found} if bones else found
    found |= {word: None for word in words if _is_sparse(word)}
    return tuple(_key(text) for text in list(found)[:MOST_KEYS])


def _is_sparse(word: str) -> bool:
    """Whether a word says a kind that a town has few of: they are looked for by it alone."""
    return word.startswith(KIND_MARK) and SIZES_M[int(word[1:])] >= _SPARSE_M


def _letters(text: str) -> int:
    bits = 0
    for first, second in zip(text, text[1:] or text, strict=False):
        bits |= 1 << ((ord(first) * 31 + ord(second)) & 63)
    return bits


def _key(text: str) -> int:
    """Return a hash that is the same in every process (FNV-1a, 32 bits)."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value or 1
