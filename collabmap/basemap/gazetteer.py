"""Streets, places, things and house numbers by name, from the index inside a base map.

A question is taken apart into words; each word may stand for several words of the index: itself,
what it is short for, what it begins, what it may have been meant to be.  The full-text index finds
what has one of each, near the middle of the map first; what it finds is then scored by name.
"""

import contextlib
import math
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import shapely

from collabmap.basemap import typed
from collabmap.basemap.gazetteer_kinds import KINDS
from collabmap.basemap.gazetteer_layout import CELL_DEG, MICRO, VERSION, cell_word
from collabmap.basemap.gazetteer_where import COMMUNE, QUARTER, REACH_M, Area, Centre, Where
from collabmap.basemap.vocabulary import Term, Vocabulary
from collabmap.domain.geo import Bbox, LngLat, distance_m
from collabmap.domain.name_words import fold, words_of
from collabmap.store.database import uri
from collabmap.store.mbtiles_facts import refuse_endless

Progress = Callable[[int, int, str], None]
Cancel = Callable[[], None]

STREET_KINDS = frozenset({"main_street", "street", "path", "stairs", "square", "road"})
ADDRESS, SPOT = "address", "spot"
MAX_TERMS = 8
# What an index raises that is damaged, or was written by who knows what.
DAMAGED = (
    sqlite3.Error,
    shapely.errors.ShapelyError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
)
# Rows looked at for each part of a question: more would not be read by anybody.
_LOOKED_AT = 250
# From this quality on a name is what was meant, and nothing farther away is looked for.
_GOOD, _FAIR, _POOR = 0.93, 0.6, 0.45
# How much being a landmark counts, and being far away, beside how well the name fits.
_RANK_SHARE, _FAR_SHARE, _FAR_KM = 0.05, 0.05, 50.0


class Hit(NamedTuple):
    """Something found.  kind: of gazetteer_kinds, or ADDRESS.

    box: of a street or area, WGS84; of a node without size.  quality: 0 to 1, of the name alone.
    score: what results are ordered by, the highest first.
    """

    kind: str
    name: str
    quarter: str
    commune: str
    position: LngLat
    box: Bbox
    distance_m: float | None
    quality: float
    score: float

    @property
    def where(self) -> str:
        """Return « La Condamine, Monaco »."""
        return ", ".join(part for part in (self.quarter, self.commune) if part)


def add_to(
    pack: sqlite3.Connection | Path,
    sources: Iterable[Path],
    area: Bbox | None,
    *,
    language: str = "fr",
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> int:
    """Write the search index of some extracts into a base map; see gazetteer_build.add_to."""
    # Imported late: the reader of extracts takes a second that no search should wait for.
    from collabmap.basemap import gazetteer_build

    return gazetteer_build.add_to(
        pack, sources, area, language=language, progress=progress, cancel=cancel
    )


class Gazetteer:
    """The search index of one base map, read-only.  Use it on one thread at a time."""

    def __init__(self, db: sqlite3.Connection, vocabulary: Vocabulary | None = None) -> None:
        self._db = db
        self._vocabulary = vocabulary

    @classmethod
    def open(cls, path: Path) -> Self | None:
        """Return the index of a base map, None where it has none that can be asked."""
        try:
            # immutable: a read-only folder or a stick will do, as for the tiles.
            db = sqlite3.connect(
                uri(path, "mode=ro&immutable=1"), uri=True, check_same_thread=False
            )
        except sqlite3.Error:
            return None
        try:
            refuse_endless(db)
            row = db.execute("SELECT value FROM gazetteer_about WHERE key = 'version'").fetchone()
        except sqlite3.Error:
            row = None
        if row is None or row[0] != VERSION:
            db.close()
            return None
        return cls(db)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def count(self) -> int:
        """How many entries there are."""
        query = "SELECT value FROM gazetteer_about WHERE key = 'entries'"
        return int(self._db.execute(query).fetchone()[0])

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the index, read when first needed."""
        if self._vocabulary is None:
            self._vocabulary = Vocabulary(
                self._db.execute("SELECT word, count FROM gazetteer_word ORDER BY word")
            )
        return self._vocabulary

    # --- asking ------------------------------------------------------------------------------

    def find(
        self, text: str, near: LngLat | None = None, limit: int = 10, *, is_strict: bool = False
    ) -> list[Hit]:
        """Return what a text may mean, the best first.

        near: the middle of the map; of what fits equally well the nearest comes first.
        is_strict: only what is written without mistakes.
        """
        found: dict[tuple[int, str], Hit] = {}
        is_sure = is_strict
        if (house := typed.house(text)) is not None:
            for number, hit in self._find_names(house.street, near, is_strict=is_strict):
                if hit.kind in STREET_KINDS:
                    key, answer = self._at_house(number, hit, house.number, near)
                    found[key] = answer
            is_sure = is_strict or any(hit.quality >= _FAIR for hit in found.values())
        for number, hit in self._find_names(text, near, is_strict=is_sure):
            found.setdefault((number, ""), hit)
        hits = sorted(found.values(), key=lambda hit: -hit.score)
        if hits:
            floor = max(_POOR, hits[0].quality * 0.6)
            hits = [hit for hit in hits if hit.quality >= floor]
        return hits[:limit]

    def suggest(self, text: str) -> str:
        """Return a text of words that are in the index, for one that finds nothing; '' for none."""
        words = [self.vocabulary.nearest(word) for word in words_of(text)[:MAX_TERMS]]
        guess = " ".join(word for word in words if word)
        return guess if all(words) and guess != fold(text) else ""

    def _at_house(
        self, entry: int, street: Hit, number: str, near: LngLat | None
    ) -> tuple[tuple[int, str], Hit]:
        """Return the house of a street, the one without its letter, or the street itself."""
        digits = number.rstrip("abcdefghijklmnopqrstuvwxyz")
        for wanted, loss in ((number, 0.0), (digits, 0.02)):
            row = self._db.execute(
                "SELECT lng, lat FROM gazetteer_number WHERE entry = ? AND number = ?",
                (entry, wanted),
            ).fetchone()
            if row is not None:
                at = LngLat(row[0] / MICRO, row[1] / MICRO)
                letters = wanted[len(digits) :]
                name = f"{digits}{' ' if len(letters) > 1 else ''}{letters} {street.name}"
                answer = street._replace(
                    kind=ADDRESS,
                    name=name,
                    position=at,
                    box=Bbox(*at, *at),
                    distance_m=None if near is None else distance_m(near, at),
                    score=street.score + 0.03 - loss,
                )
                return (entry, wanted), answer
        return (entry, ""), street._replace(score=street.score - 0.05)

    def _find_names(
        self, text: str, near: LngLat | None, *, is_strict: bool = False
    ) -> list[tuple[int, Hit]]:
        words = words_of(text)[:MAX_TERMS]
        if len(fold(text)) < 2:
            return []
        if len(words[-1]) == 1 and words[-1].isalpha() and any(len(word) > 1 for word in words):
            # One letter just begun would match half of the index.
            words.pop()
        search = _Search(self, text, near)
        terms = self._terms(words, is_fuzzy=False)
        search.ask(terms)
        if search.best < _GOOD and not is_strict:
            terms = self._terms(words, is_fuzzy=True)
            search.ask(terms)
            if search.best < _FAIR:
                for other in self.vocabulary.regrouped(words):
                    search.ask(self._terms(other, is_fuzzy=True))
            if search.best < _FAIR and len(terms) > 1:
                # One word is wrong altogether: all the others, then.
                for left_out in range(min(len(terms), 5)):
                    search.ask(terms, left_out=left_out)
        return search.hits()

    def _terms(self, words: Sequence[str], *, is_fuzzy: bool) -> list[Term]:
        last = len(words) - 1
        return [
            self.vocabulary.term(word, is_last=i == last, is_fuzzy=is_fuzzy)
            for i, word in enumerate(words)
        ]

    # --- where things are ----------------------------------------------------------------------

    def where(self) -> Where:
        """Return what tells the commune and the quarter of a spot."""
        areas = self._db.execute(
            "SELECT role, name, shape FROM gazetteer_area"
            " WHERE role IN (?, ?) AND typeof(name) = 'text' ORDER BY id",
            (COMMUNE, QUARTER),
        )
        marks = ",".join("?" * len(REACH_M))
        centres = self._db.execute(
            f"SELECT kind, names, lng, lat FROM gazetteer_entry WHERE kind IN ({marks})"
            " ORDER BY id",
            tuple(REACH_M),
        )
        return Where(
            [Area(role, name, shapely.from_wkb(shape)) for role, name, shape in areas],
            [Centre(k, names.split("\n")[0], x / MICRO, y / MICRO) for k, names, x, y in centres],
        )


class _Search:
    """One question: the entries seen so far and how well their names fit."""

    def __init__(self, gazetteer: Gazetteer, text: str, near: LngLat | None) -> None:
        self._db = gazetteer._db
        self._folded = fold(text)
        self._near = near
        self._found: dict[int, tuple[float, tuple]] = {}  # type: ignore[type-arg]
        self.best = 0.0

    def ask(self, terms: Sequence[Term], left_out: int | None = None) -> None:
        """Look at what has all of these terms but one, score it by all."""
        asked = [term for i, term in enumerate(terms) if i != left_out]
        in_name = " AND ".join(f"name : ({term.query})" for term in asked)
        near = self._near_cells()
        if near:
            self._look(f"{in_name} AND cell : ({near})", terms)
        self._look(in_name, terms)
        if self.best < _GOOD:
            anywhere = " AND ".join(f"{{name place}} : ({term.query})" for term in asked)
            if near:
                self._look(f"{anywhere} AND cell : ({near})", terms)
            if len(asked) > 1 or self.best < _FAIR:
                self._look(anywhere, terms)

    def _near_cells(self) -> str:
        if self._near is None:
            return ""
        column, row = (math.floor(degrees / CELL_DEG) for degrees in self._near)
        return " OR ".join(cell_word(column + x, row + y) for x in (-1, 0, 1) for y in (-1, 0, 1))

    def _look(self, match: str, terms: Sequence[Term]) -> None:
        # Inside, the entries come in the order of their ids, what matters most first.
        rows = self._db.execute(
            "SELECT e.id, e.kind, e.names, s.quarter, s.commune, e.rank, e.lng, e.lat,"
            " e.west, e.south, e.east, e.north FROM gazetteer_text t"
            " JOIN gazetteer_entry e ON e.id = t.rowid JOIN gazetteer_spot s ON s.id = e.spot"
            f" WHERE gazetteer_text MATCH ? LIMIT {_LOOKED_AT}",
            (match,),
        )
        for row in rows:
            quality = self._quality(row, terms)
            known = self._found.get(row[0])
            if known is None or known[0] < quality:
                self._found[row[0]] = (quality, row)
                self.best = max(self.best, quality)

    def _quality(self, row: tuple, terms: Sequence[Term]) -> float:  # type: ignore[type-arg]
        _, kind, names, quarter, commune = row[:5]
        place = (*words_of(quarter), *words_of(commune)) if quarter or commune else ()
        around = (KINDS[kind].words.split(), place)
        shown, *others = names.split("\n")
        return max(
            self._quality_of_name(shown, terms, around),
            *(self._quality_of_name(name, terms, around) - 0.03 for name in others),
            0.0,
        )

    def _quality_of_name(
        self, name: str, terms: Sequence[Term], around: tuple[Sequence[str], Sequence[str]]
    ) -> float:
        quality = quality_of(terms, name, *around)
        return quality + 0.02 if fold(name) == self._folded else quality

    def hits(self) -> list[tuple[int, Hit]]:
        """Return what was found, in no order, with its number."""
        return [(number, self._hit(quality, row)) for number, (quality, row) in self._found.items()]

    def _hit(self, quality: float, row: tuple) -> Hit:  # type: ignore[type-arg]
        _, kind, names, quarter, commune, rank, *places = row
        lng, lat, west, south, east, north = (place / MICRO for place in places)
        at = LngLat(lng, lat)
        far, score = None, quality + _RANK_SHARE * rank / 100
        if self._near is not None:
            far = distance_m(self._near, at)
            score -= _FAR_SHARE * min(1.0, math.log1p(far / 1000) / math.log1p(_FAR_KM))
        box = Bbox(west, south, east, north)
        return Hit(kind, names.split("\n")[0], quarter, commune, at, box, far, quality, score)


def quality_of(
    terms: Sequence[Term], name: str, kind: Sequence[str], place: Sequence[str]
) -> float:
    """Return how well a name fits a question, 0 to 1.

    kind, place: words that belong to the thing though they are not in its name.
    """
    words = words_of(name)
    asked = got = 0.0
    is_named = False
    used: set[str] = set()
    for term in terms:
        asked += term.weight
        best, word = term.best_of(words)
        if best < 0.5:
            by_kind, _ = term.best_of(kind)
            by_place, _ = term.best_of(place)
            if by_kind or by_place:
                got += term.weight * max(0.9 * by_kind, 0.92 * by_place)
                is_named = is_named or by_kind > 0
                continue
        got += term.weight * best
        if best:
            is_named = True
            used.add(word)
    if not asked:
        return 0.0
    all_words = sum(Vocabulary.weight(word) for word in set(words))
    covered = sum(Vocabulary.weight(word) for word in used) / all_words if all_words else 0.0
    quality = got / asked * (0.78 + 0.22 * covered)
    # A street is not what was meant because it lies in the town that was meant.
    return quality if is_named else quality * 0.6


def contains_index(path: Path) -> bool:
    """Return whether a base map can be searched."""
    gazetteer = Gazetteer.open(path)
    if gazetteer is None:
        return False
    with contextlib.closing(gazetteer):
        return True
