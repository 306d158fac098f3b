"""Is it one of these?  The places near a new one that may already be it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from collabmap.domain.feature import PlaceRow
from collabmap.domain.geo import MAX_LAT, Bbox, LngLat, distance_m
from collabmap.domain.theme import Theme
from collabmap.store import listing
from collabmap.store.features import Hidden
from collabmap.store.project import Project

# design/ui.md, screen 4: so far in a town, and so far where hardly anything lies around.
TOWN_M, COUNTRY_M = 150.0, 300.0
_TOWN_PLACES = 10
# From so many letters on, and so many places at most.
LETTERS, MOST = 3, 3
# Lower than for pairs that a coordinator is shown: whoever adds a place sees at once that it is
# another one.
_THRESHOLD = 0.35
_LOOKED_AT = 500
_M_A_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A new place as far as it is entered.  name: perhaps only begun.  category: '' if none yet."""

    name: str
    category: str
    position: LngLat


@dataclass(frozen=True, slots=True)
class Similar:
    """A place that may be the one.  place.distance_m: from the new one, in metres."""

    place: PlaceRow
    is_same_name: bool
    is_same_category: bool


def find(project: Project, asked: Asked, theme: Theme, hidden: Hidden) -> tuple[Similar, ...]:
    """Return the places that a new one may be, the nearest first; at most MOST."""
    if len(asked.name.strip()) < LETTERS:
        return ()
    rows, _ = listing.places(
        project.connection, _box(asked.position), "", asked.position, _LOOKED_AT, hidden
    )
    near = [replace(r, distance_m=distance_m(asked.position, LngLat(r.lng, r.lat))) for r in rows]
    near = [row for row in near if row.distance_m <= COUNTRY_M]
    if len(near) > _TOWN_PLACES:
        near = [row for row in near if row.distance_m <= TOWN_M]
    scores = _scores(asked, near, theme)
    best = sorted((r for r in near if r.id in scores), key=lambda r: (-scores[r.id], r.distance_m))
    kept = sorted(best[:MOST], key=lambda row: row.distance_m)
    typed = _words(asked.name)
    return tuple(Similar(r, _words(r.name) == typed, r.category == asked.category) for r in kept)


def _scores(asked: Asked, near: Iterable[PlaceRow], theme: Theme) -> dict[bytes, float]:
    """Return how likely each is the one, by id; the unlikely ones are left out."""
    # Imported late: numpy and rapidfuzz, which opening a map does without.
    from collabmap.domain.duplicates import pairs_near
    from collabmap.domain.places import Place

    def compared(key: bytes, name: str, category: str, at: LngLat) -> Place:
        nature = theme.category(category).nature if category else ""
        return Place(key, name, category, at.lng, at.lat, nature=nature)

    others = {
        row.id: compared(row.id, row.name, row.category, LngLat(row.lng, row.lat)) for row in near
    }
    new = compared(b"", asked.name, asked.category, asked.position)
    found = {
        pair.other: pair.score
        for pair in pairs_near(new, list(others.values()), threshold=_THRESHOLD)
    }
    typed = _words(asked.name)
    for row in near:
        # A name that is only begun: all its words are beginnings of words of the other.
        if row.id not in found and typed and _begins(typed, _words(row.name)):
            found[row.id] = _THRESHOLD
    return found


def _begins(typed: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(each) for word in words) for each in typed)


def _words(name: str) -> list[str]:
    from collabmap.domain.name_words import words_of, written_out

    return [written_out(word) for word in words_of(name)]


def _box(middle: LngLat) -> Bbox:
    """Return a box that reaches COUNTRY_M from its middle every way."""
    high = COUNTRY_M / _M_A_DEGREE
    wide = high / max(0.01, math.cos(math.radians(middle.lat)))
    south, north = max(-MAX_LAT, middle.lat - high), min(MAX_LAT, middle.lat + high)
    return Bbox(max(-180.0, middle.lng - wide), south, min(180.0, middle.lng + wide), north)
