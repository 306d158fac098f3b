"""Finds out in which quarter and commune places lie, by the base maps and the known towns.

The answers are kept in the project file (store/place_tags.py), on this computer: nobody signs
them, and another computer finds its own.
"""

import hashlib
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from collabmap.app.place_search import packs_of, town_centres
from collabmap.basemap.gazetteer import DAMAGED, Gazetteer
from collabmap.basemap.gazetteer_where import Spot, Where
from collabmap.domain.geo import LngLat
from collabmap.store import place_tags
from collabmap.store.place_tags import TagRow
from collabmap.store.project import Project

# Features at once: a fraction of a second.
BATCH = 10_000


class Tags(NamedTuple):
    """What was found.  basis: by which base maps.  is_all: nothing was left for another time."""

    basis: bytes
    rows: tuple[TagRow, ...]
    is_all: bool


def find(project: Project, ids: Collection[bytes] | None = None, limit: int = BATCH) -> Tags:
    """Return where features lie of which it is not known, or not by these base maps.

    ids: only these; None looks through all of the map.
    """
    packs = packs_of(project)
    found_by = _basis(packs)
    with project.reading():
        if place_tags.basis(project) == found_by:
            waiting = place_tags.untagged(project.connection, ids, limit)
        else:
            waiting = place_tags.positions(project.connection, limit)
    if not waiting:
        return Tags(found_by, (), True)
    spots = where(packs, np.array([w[1] for w in waiting]), np.array([w[2] for w in waiting]))
    rows = tuple(TagRow(*w, *spot) for w, spot in zip(waiting, spots, strict=True))
    return Tags(found_by, rows, len(waiting) < limit)


def keep(project: Project, tags: Tags) -> None:
    """Keep what was found."""
    with project.writing():
        place_tags.keep(project, tags.basis, tags.rows)


def refresh(project: Project) -> None:
    """Find and keep all that is missing."""
    while True:
        tags = find(project)
        if tags.rows or place_tags.basis(project) != tags.basis:
            keep(project, tags)
        if tags.is_all:
            return


class PlaceNamer:
    """Says where features lie, one at a time, from what is kept or else anew."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._packs = packs_of(project)
        self._is_current = place_tags.basis(project) == _basis(self._packs)

    def name(self, feature: bytes, at: LngLat) -> str:
        """Return « La Condamine, Monaco », '' where nothing is known; inside `reading`."""
        if self._is_current:
            row = place_tags.of(self._project.connection, feature)
            if row is not None and (row.lng, row.lat) == tuple(at):
                return row.words
        (spot,) = where(self._packs, np.array([at.lng]), np.array([at.lat]))
        return spot.words


def where(packs: Sequence[Path], lngs: np.ndarray, lats: np.ndarray) -> list[Spot]:
    """Return where spots lie, WGS84 degrees: by the base maps in their order, then the towns."""
    spots = [Spot("", "")] * len(lngs)
    for answers in (*(_where_in(*state) for state in _states(packs)), _towns()):
        missing = [i for i, spot in enumerate(spots) if not spot.commune]
        if answers is None or not missing:
            continue
        found = answers.of(lngs[missing], lats[missing])
        for index, spot in zip(missing, found, strict=True):
            spots[index] = Spot(spots[index].quarter or spot.quarter, spot.commune)
    return spots


def _states(packs: Sequence[Path]) -> list[tuple[Path, int, int]]:
    found = []
    for pack in packs:
        try:
            status = pack.stat()
        except OSError:
            continue  # A stick that was pulled out: the others know.
        found.append((pack, status.st_mtime_ns, status.st_size))
    return found


def _basis(packs: Sequence[Path]) -> bytes:
    """Return what tells these base maps from others, in a few bytes."""
    told = repr([(path.name, size, modified) for path, modified, size in _states(packs)])
    return hashlib.blake2b(told.encode(), digest_size=16).digest()


@lru_cache(maxsize=8)
def _where_in(pack: Path, modified_ns: int, size: int) -> Where | None:
    """Return what a base map knows of where things lie; the numbers make a new one ask anew."""
    index = Gazetteer.open(pack)
    if index is None:
        return None
    with index:
        try:
            answers = index.where()
        except DAMAGED:
            return None  # The other base maps and the list of towns know.
    return None if answers.is_empty else answers


@lru_cache(maxsize=1)
def _towns() -> Where:
    return town_centres()
