"""The towns that are known without any base map, from a list of GeoNames (CC BY 4.0)."""

import csv
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from collabmap.basemap.gazetteer import Gazetteer
from collabmap.basemap.gazetteer_kinds import KINDS
from collabmap.basemap.gazetteer_layout import MICRO
from collabmap.basemap.gazetteer_where import Centre
from collabmap.basemap.gazetteer_write import write_entries

CREDIT = "GeoNames, CC BY 4.0"
# The list doesn't say how large a place is.
KIND = "town"
_BATCH = 2_000


class Town(NamedTuple):
    """A place of over 1,000 inhabitants, WGS84.  country: two letters of ISO 3166."""

    country: str
    name: str
    lat: float
    lng: float
    region: str


def read_towns(path: Path) -> list[Town]:
    """Return the places of a list."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return [
            Town(row["cc"], row["name"], float(row["lat"]), float(row["lng"]), row["region"])
            for row in rows
        ]


def gazetteer_of(towns: list[Town]) -> Gazetteer:
    """Return an index of towns, in memory.  A quarter of a second for ten thousand."""
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    db.execute("BEGIN")
    write_entries(db, _batches(towns))
    db.execute("COMMIT")
    return Gazetteer(db)


def centres_of(towns: list[Town]) -> list[Centre]:
    """Return towns as what says in which commune a spot lies."""
    return [Centre(KIND, town.name, town.lng, town.lat) for town in towns]


def _batches(towns: list[Town]) -> Iterator[list[tuple[object, ...]]]:
    rank = KINDS[KIND].rank
    for start in range(0, len(towns), _BATCH):
        rows: list[tuple[object, ...]] = []
        for number, town in enumerate(towns[start : start + _BATCH], start=start):
            at = (round(town.lng * MICRO), round(town.lat * MICRO))
            rows.append((number, KIND, town.name, "", town.region, rank, *at, *at, *at))
        yield rows
