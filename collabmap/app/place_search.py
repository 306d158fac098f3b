"""Searching streets, addresses and places: in the base maps of a project, and the known towns."""

import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from collabmap.app.settings import resource
from collabmap.basemap import typed
from collabmap.basemap.gazetteer import DAMAGED, SPOT, Gazetteer, Hit
from collabmap.basemap.gazetteer_where import Where
from collabmap.domain.geo import Bbox, LngLat, distance_m
from collabmap.domain.name_words import fold
from collabmap.store import base_maps
from collabmap.store.project import Project

# A town of the list is the one that a base map has too, within this.
_SAME_TOWN_M = 6_000
# From two base maps the same thing comes twice.
_SAME_THING_M = 150
# A town must be meant: its name alone, well written; far from the map the whole of it.
_TOWN_QUALITY, _WHOLE_NAME = 0.8, 0.985
_FAR_M = 60_000
# From so many letters on a town is looked for that is written a little otherwise.
_SURE_LETTERS = 8
# What fits so much worse than the best is not shown beside it.
_LOSS = 0.3
_TOWNS = "places/geonames-places-francophone.csv"
_towns_lock = threading.Lock()


class FoundPlace(NamedTuple):
    """Something that a map can go to.  kind: for place_kinds.  box: without size for a spot.

    where: « La Condamine, Monaco ».  credit: whom it is from, where that is not on the map.
    """

    kind: str
    name: str
    where: str
    position: LngLat
    box: Bbox
    distance_m: float | None
    credit: str = ""


class Answer(NamedTuple):
    """found: the best first.  guess: a better text, where nothing was found."""

    found: tuple[FoundPlace, ...]
    guess: str = ""


def packs_of(project: Project) -> list[Path]:
    """Return the base maps beside a project, shown or not, by the path of its file."""
    return list(base_maps.beside(project.path, ()))


class PlaceFinder:
    """Asks base maps and the list of towns.  Use it on one thread at a time.

    An index is opened when it is first needed and again when its file has changed.
    """

    def __init__(self) -> None:
        self._open: dict[Path, tuple[tuple[int, int, int], Gazetteer | None]] = {}

    def find(
        self, text: str, packs: Sequence[Path], near: LngLat | None = None, limit: int = 8
    ) -> Answer:
        """Return what a text may mean: a position in numbers, or names in the base maps."""
        spot = typed.spot(text, near)
        if spot is not None:
            far = None if near is None else distance_m(near, spot)
            return Answer((FoundPlace(SPOT, text.strip(), "", spot, Bbox(*spot, *spot), far),))
        indexes = self.indexes(packs)
        hits: list[Hit] = []
        for index in indexes:
            for hit in _hits(index, text, near, limit):
                if not _is_known(hit, hits, _SAME_THING_M):
                    hits.append(hit)
        towns = [
            hit
            for hit in _find_towns(text, near, limit, is_alone=not hits)
            if _is_meant(hit, has_map=bool(indexes)) and not _is_known(hit, hits, _SAME_TOWN_M)
        ]
        sourced = [(hit, "") for hit in hits] + [(hit, _credit()) for hit in towns]
        sourced.sort(key=lambda pair: -pair[0].score)
        enough = max((hit.quality for hit, _ in sourced), default=0.0) - _LOSS
        kept = [(hit, credit) for hit, credit in sourced if hit.quality >= enough]
        found = [_found(hit, credit) for hit, credit in kept[:limit]]
        guess = ""
        if not found and text.strip():
            guess = next((word for index in indexes if (word := _guess(index, text))), "")
        return Answer(tuple(found), guess)

    def indexes(self, packs: Sequence[Path]) -> list[Gazetteer]:
        """Return the indexes of those base maps that have one."""
        for gone in self._open.keys() - set(packs):
            self._close(gone)
        return [index for pack in packs if (index := self._index(pack)) is not None]

    def _index(self, pack: Path) -> Gazetteer | None:
        try:
            status = pack.stat()
        except OSError:
            self._close(pack)
            return None
        state = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = self._open.get(pack)
        if known is None or known[0] != state:
            self._close(pack)
            known = self._open[pack] = (state, Gazetteer.open(pack))
        return known[1]

    def _close(self, pack: Path) -> None:
        _, index = self._open.pop(pack, (None, None))
        if index is not None:
            index.close()

    def close(self) -> None:
        for pack in list(self._open):
            self._close(pack)


def _hits(index: Gazetteer, text: str, near: LngLat | None, limit: int) -> list[Hit]:
    """Return what an index finds: a damaged one nothing, so that the others still answer."""
    try:
        return index.find(text, near, limit)
    except DAMAGED:
        return []


def _guess(index: Gazetteer, text: str) -> str:
    try:
        return index.suggest(text)
    except DAMAGED:
        return ""


def town_centres() -> Where:
    """Return what tells the nearest of the known towns."""
    from collabmap.basemap.towns import centres_of, read_towns

    return Where([], centres_of(read_towns(resource(_TOWNS))))


@cache
def _towns() -> Gazetteer:
    from collabmap.basemap.towns import gazetteer_of, read_towns

    return gazetteer_of(read_towns(resource(_TOWNS)))


def _find_towns(text: str, near: LngLat | None, limit: int, *, is_alone: bool) -> list[Hit]:
    """Return the towns of a name; what a short misspelt word may mean is mostly no town."""
    # One for the whole program: it is made once, and asked by one at a time.
    with _towns_lock:
        hits = _towns().find(text, near, limit, is_strict=True)
        if not hits and is_alone and len(fold(text)) >= _SURE_LETTERS:
            hits = _towns().find(text, near, limit)
        return hits


def _is_meant(town: Hit, *, has_map: bool) -> bool:
    is_far = has_map and town.distance_m is not None and town.distance_m > _FAR_M
    return town.quality >= (_WHOLE_NAME if is_far else _TOWN_QUALITY)


def _credit() -> str:
    from collabmap.basemap.towns import CREDIT

    return CREDIT


def _is_known(hit: Hit, others: Sequence[Hit], within_m: float) -> bool:
    name = fold(hit.name)
    return any(
        fold(other.name) == name and distance_m(hit.position, other.position) <= within_m
        for other in others
    )


def _found(hit: Hit, credit: str) -> FoundPlace:
    return FoundPlace(hit.kind, hit.name, hit.where, hit.position, hit.box, hit.distance_m, credit)
