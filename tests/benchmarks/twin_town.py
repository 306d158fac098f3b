"""Maps of any size with real names, real density, and places that were entered twice.

The things of the demo's extract, over and over, each time a town of its own beside the last, whose
names are others: three words in four become words made of two that occur in names.  One place in
twenty was entered a second time: some metres off, and its name written as people write names.
"""

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import mistakes
from department_names import Names
from osm_pois import pois

from collabmap.domain.places import Place, Places

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo" / "monaco-2023-12-25.osm.pbf"
SEED = 20_261_128
TWINS = 0.05
OFF_M = 15.0
# The towns lie so far apart: just more than one of them is wide.
STEP_DEG = 0.05
_DEGREE_M = 111_320.0


def places(count: int) -> Places:
    """Return a map of so many places, the same for the same count."""
    return Places.of(list(itertools.islice(_towns(count), count)))


def _towns(count: int) -> Iterator[Place]:
    chance = random.Random(SEED)
    real = pois(DEMO)
    names = Names([place.name for place in real], chance)
    side = max(1, math.isqrt(count // len(real)))
    number = itertools.count()
    for town in itertools.count():
        east, north = (STEP_DEG * step for step in (town % side, town // side))
        said: dict[str, str] = {}
        for place in real:
            name = said.setdefault(place.name, names.vary(place.name, chance)) if place.name else ""
            moved = (place.lng + east, place.lat + north - STEP_DEG * side / 2)
            yield _entered(next(number), name, place.category, moved, place.address)
            if chance.random() < TWINS:
                again = chance.choice(mistakes.MISTAKES)(name, chance)
                off = tuple(at + chance.gauss(0, OFF_M / _DEGREE_M) for at in moved)
                yield _entered(next(number), again, place.category, off, "")


def _entered(number: int, name: str, category: str, at: Sequence[float], address: str) -> Place:
    return Place(number.to_bytes(16, "big"), name, category, at[0], at[1], address)
