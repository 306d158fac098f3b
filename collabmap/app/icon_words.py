"""Finding an icon by everyday words, in French or English.

The icons are those of Material Design Icons 6 that qtawesome ships: seven thousand, with English
names.  resources/icons/ says in which words of these names French words, and English ones that the
names do not use, are found.
"""

import functools
import importlib.util
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from collabmap.app.settings import resource
from collabmap.domain.name_words import fold, words_of

# How near a word is to what was asked for: itself, its beginning, nearly itself.
_SAME, _BEGINS, _NEAR = 1.0, 0.6, 0.3
# Each further word that a name's dictionary gives is a little less what was meant.
_STEP = 0.06
# Shorter than this, what is nearly a word is another word.
_LEAST_FUZZY, _LEAST_SCORE, _LEAST_SWAPPED = 4, 80, 0.93
# Words of names that make a variant of an icon, not another icon.
_VARIANTS = frozenset({"outline", "variant", "off", "box", "circle", "multiple"})


@functools.lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Return the names of all icons, without 'mdi6.'."""
    spec = importlib.util.find_spec("qtawesome")
    for folder in list(spec.submodule_search_locations or []) if spec else []:
        tables = sorted(
            (Path(folder) / "fonts").glob("materialdesignicons6-webfont-charmap-*.json")
        )
        if tables:
            return frozenset(json.loads(tables[-1].read_text(encoding="utf-8")))
    raise FileNotFoundError("qtawesome's Material Design Icons are missing from this installation")


def find_icons(text: str, language: str, limit: int = 60) -> list[str]:
    """Return names of icons for words of a language, 'fr' or 'en', the best first.

    An icon is found by all of the words, or where none is, by most of them.  '' finds nothing.
    """
    words = words_of(text)
    # “cerf-volant” and “sans abri” are one word each of the list.
    joined = "".join(words)
    if joined in _everyday(language):
        words = [joined]
    found: dict[str, float] = {}
    met: dict[str, int] = {}
    for word in words:
        best: dict[str, float] = {}
        for part, nearness in _meant(word, language).items():
            for icon in _index().get(part, ()):
                best[icon] = max(best.get(icon, 0.0), nearness)
        for icon, nearness in best.items():
            found[icon] = found.get(icon, 0.0) + nearness
            met[icon] = met.get(icon, 0) + 1
    most = max(met.values(), default=0)
    icons = [icon for icon in found if met[icon] == most]
    icons.sort(key=lambda icon: (-found[icon], *_plainness(icon)))
    return icons[:limit]


def _plainness(icon: str) -> tuple[int, int, str]:
    """Return how far a name is from the plain icon: 'bike' before 'bike-fast-outline'."""
    parts = icon.split("-")
    return sum(part in _VARIANTS for part in parts), len(parts), icon


def _meant(word: str, language: str) -> dict[str, float]:
    """Return the words of icon names that a word may mean, with how near they are."""
    meant: dict[str, float] = {}

    def add(parts: Iterable[str], nearness: float) -> None:
        for place, part in enumerate(parts):
            meant[part] = max(meant.get(part, 0.0), nearness - place * _STEP)

    # What stands in the language is surer than a name that happens to be spelt so.
    for table, less in ((_everyday(language), 0.0), (_own_words(), 0.05)):
        forms = {word, *_singulars(word)}
        for form in forms:
            add(table.get(form, ()), _SAME - less)
        if len(word) > 1:
            for key, parts in table.items():
                if key.startswith(word) and key not in forms:
                    add(parts, _BEGINS - less)
    if not meant and len(word) >= _LEAST_FUZZY:
        for table in (_everyday(language), _own_words()):
            for key, score in _nearest(word, table):
                add(table[key], _NEAR * score)
    return meant


def _nearest(word: str, table: Mapping[str, tuple[str, ...]]) -> list[tuple[str, float]]:
    # Imported late: nobody waits for it who opens a map.
    from rapidfuzz import fuzz, process
    from rapidfuzz.distance import JaroWinkler

    keys = list(table)
    near = process.extract(word, keys, scorer=fuzz.ratio, score_cutoff=_LEAST_SCORE, limit=5)
    found = {key: score / 100 for key, score, _ in near}
    # Letters that changed places, as in “bycicle”: to the ratio they are letters lost and added.
    swapped = process.extract(
        word, keys, scorer=JaroWinkler.similarity, score_cutoff=_LEAST_SWAPPED, limit=2
    )
    for key, score, _ in swapped:
        found[key] = max(found.get(key, 0.0), score - 0.1)
    return list(found.items())


def _singulars(word: str) -> tuple[str, ...]:
    """Return what a word may be one of: 'vélos' of 'vélo', 'jeux' of 'jeu', 'journaux'."""
    if word.endswith("aux"):
        return (f"{word[:-3]}al", word[:-1])
    if word.endswith("ies"):
        return (f"{word[:-3]}y", word[:-1])
    if word.endswith("es"):
        return (word[:-1], word[:-2])
    return (word[:-1],) if word.endswith(("s", "x")) else ()


@functools.lru_cache(maxsize=1)
def _index() -> dict[str, tuple[str, ...]]:
    """Return word of a name -> names of the icons with it."""
    found: dict[str, list[str]] = {}
    for icon in sorted(icon_names()):
        for part in set(icon.split("-")):
            found.setdefault(part, []).append(icon)
    return {part: tuple(icons) for part, icons in found.items()}


@functools.lru_cache(maxsize=1)
def _own_words() -> dict[str, tuple[str, ...]]:
    return {part: (part,) for part in _index()}


@functools.lru_cache(maxsize=2)
def _everyday(language: str) -> dict[str, tuple[str, ...]]:
    """Return everyday words of a language, folded -> words of icon names."""
    path = resource("icons") / f"words-{language}.txt"
    found: dict[str, dict[str, None]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        said, colon, parts = line.partition(" : ")
        if colon and not line.startswith("#"):
            for word in said.split():
                folded = fold(word).replace(" ", "")
                found.setdefault(folded, {}).update(dict.fromkeys(parts.split()))
    return {word: tuple(parts) for word, parts in found.items()}
