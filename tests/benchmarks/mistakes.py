"""Names as people type them: a typing error, accents and short forms, or only the beginning."""

import random
import unicodedata

from collabmap.domain.name_words import ARTICLES, GENERIC, fold

_SHORT = {
    "avenue": ("av", "av.", "ave"),
    "boulevard": ("bd", "bd.", "bld", "boul."),
    "place": ("pl", "pl."),
    "rue": ("r.",),
    "chemin": ("ch.", "che", "chem"),
    "impasse": ("imp", "imp."),
    "allée": ("all.",),
    "allées": ("all",),
    "square": ("sq", "sq."),
    "route": ("rte",),
    "saint": ("st", "st.", "St"),
    "sainte": ("ste", "Ste"),
    "général": ("gal", "gén."),
    "docteur": ("dr", "Dr"),
    "quai": ("q.",),
    "promenade": ("prom.",),
    "escalier": ("esc.",),
    "passage": ("pass.",),
    "résidence": ("rés.",),
    "carrer": ("c/", "cr."),
    "avinguda": ("av.", "avda"),
    "plaça": ("pl.",),
    "carretera": ("ctra.",),
}
_ACCENTS = {"a": "àâ", "e": "éèê", "i": "îï", "o": "ô", "u": "ùû", "c": "ç"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def typing_error(name: str, chance: random.Random) -> str:
    """Change, leave out, double or swap one letter of a word that matters."""
    words = name.split(" ")
    long = [i for i, word in enumerate(words) if len(fold(word)) > 3 and fold(word) not in GENERIC]
    long = long or [i for i, word in enumerate(words) if len(word) > 3]
    if not long:
        return name
    index = chance.choice(long)
    word = words[index]
    at = chance.randrange(1, len(word))
    how = chance.randrange(4)
    if how == 0:
        word = word[:at] + chance.choice(_LETTERS) + word[at + 1 :]
    elif how == 1:
        word = word[:at] + word[at + 1 :]
    elif how == 2:
        word = word[:at] + chance.choice(_LETTERS) + word[at:]
    else:
        word = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    words[index] = word
    return " ".join(words)


def accents_and_short_forms(name: str, chance: random.Random) -> str:
    """Leave accents out or put wrong ones, shorten words, forget hyphens, articles, capitals."""
    words = []
    for word in name.replace("-", chance.choice("- ")).split(" "):
        short = _SHORT.get(word.lower())
        if short and chance.random() < 0.7:
            words.append(chance.choice(short))
        elif fold(word) in ARTICLES and chance.random() < 0.3:
            continue
        else:
            words.append(_reaccent(word, chance))
    return chance.choice((str, str.lower, str.upper))(" ".join(words))


def _reaccent(word: str, chance: random.Random) -> str:
    plain = unicodedata.normalize("NFKD", word)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    if chance.random() < 0.5:
        return plain
    places = [i for i, letter in enumerate(plain) if letter in _ACCENTS]
    if not places:
        return plain
    at = chance.choice(places)
    return plain[:at] + chance.choice(_ACCENTS[plain[at]]) + plain[at + 1 :]


def beginning(name: str, chance: random.Random) -> str:
    """Return the beginning of a name: at least half of what tells it from others."""
    words = name.split(" ")
    start = 0
    while start < len(words) - 1 and fold(words[start].rpartition("'")[2]) in GENERIC | ARTICLES:
        start += 1
    head, tail = " ".join(words[:start]), " ".join(words[start:])
    least = max(min(4, len(tail)), len(tail) // 2)
    cut = tail[: chance.randrange(least, len(tail) + 1)]
    return f"{head} {cut}".strip()


MISTAKES = (typing_error, accents_and_short_forms, beginning)
