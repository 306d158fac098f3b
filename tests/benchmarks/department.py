"""An extract of the size of a French department, made of shifted copies of real towns and valleys.

130 copies of Monaco (dense) and 24 of Andorra (roads, forests, rivers), each with ids of its own,
laid in two grids one over the other.  Coasts are left out: shifted, they would close nowhere.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import osmium

# More than the ids of OpenStreetMap, so that the copies' ids follow one another.
ID_STEP = 100_000_000_000


class Pattern(NamedTuple):
    """What is copied: how often from west to east and from south to north, and how far apart."""

    path: Path
    columns: int
    rows: int
    lng_step: float
    lat_step: float
    lng: float
    lat: float


class Copy(NamedTuple):
    """One copy: what to add to ids, in degrees to positions."""

    path: Path
    ids: int
    lng: float
    lat: float


def patterns(monaco: Path, andorra: Path, share: float = 1.0) -> list[Pattern]:
    """share: of the department's width; less makes a smaller one."""
    columns = max(1, round(13 * share))
    return [
        Pattern(monaco, columns, 10, 0.07, 0.05, 0.0, 0.0),
        Pattern(andorra, max(1, columns // 2), 4, 0.14, 0.12, 6.0, 1.2),
    ]


def write(out: Path, found: list[Pattern]) -> None:
    """Write the department.  A minute; the file gets its name when it is whole."""
    part = out.with_name(f"part-{out.name}")
    part.unlink(missing_ok=True)
    copies = list(_copies(found))
    header = osmium.io.Header()
    header.add_box(_box(copies))
    with osmium.SimpleWriter(str(part), header=header) as writer:
        for copy in copies:
            for node in osmium.FileProcessor(str(copy.path), osmium.osm.NODE):
                place = node.location
                spot = (place.lon + copy.lng, place.lat + copy.lat)
                writer.add_node(node.replace(id=node.id + copy.ids, location=spot))
        for copy in copies:
            for way in osmium.FileProcessor(str(copy.path), osmium.osm.WAY):
                if way.tags.get("natural") != "coastline":
                    refs = [ref.ref + copy.ids for ref in way.nodes]
                    writer.add_way(way.replace(id=way.id + copy.ids, nodes=refs))
        for copy in copies:
            for relation in osmium.FileProcessor(str(copy.path), osmium.osm.RELATION):
                members = [(m.type, m.ref + copy.ids, m.role) for m in relation.members]
                writer.add_relation(relation.replace(id=relation.id + copy.ids, members=members))
    part.replace(out)


def _copies(found: list[Pattern]) -> Iterator[Copy]:
    number = itertools.count(1)
    for pattern in found:
        for row, column in itertools.product(range(pattern.rows), range(pattern.columns)):
            yield Copy(
                pattern.path,
                next(number) * ID_STEP,
                pattern.lng + column * pattern.lng_step,
                pattern.lat + row * pattern.lat_step,
            )


def _box(copies: list[Copy]) -> Any:
    own = osmium.FileProcessor(str(copies[0].path)).header.box()
    shifts = [copy for copy in copies if copy.path == copies[0].path]
    east, north = max(copy.lng for copy in shifts), max(copy.lat for copy in shifts)
    low, high = own.bottom_left, own.top_right
    return osmium.osm.Box(low.lon, low.lat, high.lon + east, high.lat + north)
