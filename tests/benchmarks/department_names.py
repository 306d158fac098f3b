"""A search index the size of a department, from real towns: shifted copies with varied names.

Each copy is a commune of its own, on a grid of a few kilometres.  Three words in four become
others, each made of two that occur in the extracts, so that there are as many different words, and
as many that look alike, as in a department; the others stay, as a department has a « rue de la
Gare » in each town.
"""

import random
import sqlite3
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from collabmap.basemap import gazetteer_read
from collabmap.basemap.gazetteer_layout import MICRO
from collabmap.basemap.gazetteer_spool import Spool, spool
from collabmap.basemap.gazetteer_write import write
from collabmap.domain.name_words import GENERIC, fold, words_of

SEED = 20_261_128
# Copies lie so far apart, in 1e-6 degrees: about 6 km.
STEP = 60_000
HOUSES_A_STREET = 12
# Invented words: a department has some tens of thousands.
WORDS = 40_000


def make_index(path: Path, sources: list[Path], entries: int) -> int:
    """Write an index of at least so many entries into a new file; return how many it has."""
    chance = random.Random(SEED)
    with spool() as real, spool() as rows:
        for source in sources:
            gazetteer_read.read(source, None, "fr", real, None)
        pieces = real.db.execute("SELECT * FROM piece ORDER BY ord").fetchall()
        areas = real.db.execute("SELECT level, name, wkb FROM area ORDER BY ord").fetchall()
        names = Names([row[2].split("\n")[0] for row in pieces], chance)
        count = _entries_of(real)
        copies = -(-entries // count)
        side = max(1, round(copies**0.5))
        for number in range(copies):
            column, row = number % side - side // 2, number // side - side // 2
            _put_copy(rows, pieces, areas, names, chance, column * STEP, row * STEP)
        rows.flush()
        path.unlink(missing_ok=True)
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("BEGIN")
        written = write(db, rows)
        db.execute("COMMIT")
        db.close()
    return written


def _entries_of(real: Spool) -> int:
    db = sqlite3.connect(":memory:", isolation_level=None)
    count = write(db, real)
    db.close()
    return count


def _put_copy(
    rows: Spool,
    pieces: list[Any],
    areas: list[Any],
    names: "Names",
    chance: random.Random,
    east: int,
    north: int,
) -> None:
    said: dict[str, str] = {}

    def vary(name: str) -> str:
        return said.setdefault(name, names.vary(name, chance))

    for _, kind, old_names, rank, lng, lat, *box, is_area in pieces:
        new_names = [vary(name) for name in old_names.split("\n")]
        place = (lng + east, lat + north, box[0] + east, box[1] + north, box[2] + east)
        rows.put(
            "piece",
            (rows.next_order(), kind, "\n".join(dict.fromkeys(new_names)), rank, *place,
             box[3] + north, is_area),
        )  # fmt: skip
        if kind in ("street", "main_street"):
            for house in range(1, HOUSES_A_STREET, 2):
                at = (lng + east + 30 * house, lat + north)
                rows.put("house", (rows.next_order(), str(house), new_names[0], "", *at))
    shift = (east / MICRO, north / MICRO)
    for level, name, wkb in areas:
        moved = shapely.transform(shapely.from_wkb(wkb), partial(np.add, shift))
        rows.put("area", (rows.next_order(), level, vary(name), shapely.to_wkb(moved)))


class Names:
    """Makes names out of names: the kind of street stays, most other words change."""

    def __init__(self, names: Iterable[str], chance: random.Random) -> None:
        words = {word for name in names for word in words_of(name) if word not in GENERIC}
        real = sorted(word for word in words if len(word) > 3)
        self._words = [_cross(chance.choice(real), chance.choice(real)) for _ in range(WORDS)]

    def vary(self, name: str, chance: random.Random) -> str:
        return " ".join(self._vary_word(word, chance) for word in name.replace("-", " ").split())

    def _vary_word(self, word: str, chance: random.Random) -> str:
        plain = fold(word)
        if plain in GENERIC or len(plain) < 4 or chance.random() < 0.25:
            return word
        # Some words are far commoner than others.
        return self._words[int(len(self._words) * chance.random() ** 3)].capitalize()


def _cross(one: str, two: str) -> str:
    return one[: (len(one) + 1) // 2] + two[len(two) // 2 :]
