"""What an OpenStreetMap extract says by name: streets, places, things, houses and communes.

Streamed by pyosmium into a spool; node positions of a large extract lie in a file too.
"""

import math
import re
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import osmium
import shapely

from collabmap.basemap import extract_file
from collabmap.basemap import tags as osm
from collabmap.basemap.gazetteer_kinds import KINDS, PLACES, STREETS, kind_of_thing
from collabmap.basemap.gazetteer_layout import MICRO
from collabmap.basemap.gazetteer_spool import Cancel, Spool
from collabmap.domain.geo import Bbox

# Objects between two looks at the stop button.
STEP = 20_000
# From this size on, positions of nodes wait in a file: 16 bytes a node, ten million in a region.
LARGE_BYTES = 60_000_000
# Communes and quarters, and what stands for communes where a country has none (Andorra).
LEVELS = frozenset({7, 8, 9, 10, 11})
# 5e-5 degrees are 5 metres: finer than the borders are drawn.
SIMPLER_DEG = 5e-5
# Names beside the one to show.
OTHER_NAMES = ("name", "alt_name", "official_name", "short_name", "loc_name", "old_name")
# « 17-19 » and « 2;4 » are two houses each, « 12/A » is one.
_SEVERAL = re.compile(r"[;,]|(?<=\d)\s*[-/–]\s*(?=\d)")
# The keys of which one is wanted: all else never leaves the reader.
_KEYS = ("name", "addr:housenumber", "addr:interpolation", "ref", "boundary")


def read(path: Path, area: Bbox | None, language: str, rows: Spool, cancel: Cancel | None) -> None:
    """Put what an extract says by name into a spool.  area: WGS84, None for all of it.

    Raises FileMissing, ExtractUnreadable, and what `cancel` raises.
    """
    with extract_file.translated(path):
        file = extract_file.open_extract(path)
        try:
            _collect(file, path, area, language, rows, cancel)
        except RuntimeError as error:
            if "out of order" not in str(error):
                raise
            with tempfile.TemporaryDirectory(prefix="collabmap-") as folder:
                copy = extract_file.sorted_copy(path, Path(folder) / "sorted.osm.pbf")
                _collect(extract_file.open_extract(copy), path, area, language, rows, cancel)


def _collect(
    file: Any, path: Path, area: Bbox | None, language: str, rows: Spool, cancel: Cancel | None
) -> None:
    links = _Links(file)
    reader = _Reader(area, language, rows, links)
    with tempfile.TemporaryDirectory(prefix="collabmap-") as folder:
        is_large = path.stat().st_size >= LARGE_BYTES
        storage = f"sparse_file_array,{folder}/nodes" if is_large else "flex_mem"
        wanted = osmium.filter.KeyFilter(*_KEYS)
        source: Any = osmium.FileProcessor(file).with_locations(storage)
        source = source.with_areas(osmium.filter.KeyFilter("name", "boundary")).with_filter(wanted)
        for number, thing in enumerate(source):
            if cancel is not None and number % STEP == 0:
                cancel()
            reader.take(thing)
        # Before its file goes.
        del source
    rows.flush()


class _Links:
    """What has to be known before the nodes come: whose houses are whose, and interpolations.

    street_of: ('n' | 'w', id) -> the street's name.  numbers: of the nodes that interpolations
    lie between, filled as the nodes come.
    """

    def __init__(self, file: Any) -> None:
        self.street_of: dict[tuple[str, int], str] = {}
        self.numbers: dict[int, tuple[str, str, str]] = {}
        wanted = osmium.filter.TagFilter(("type", "associatedStreet"), ("type", "street"))
        relations: Any = osmium.FileProcessor(file, osmium.osm.RELATION)
        for relation in relations.with_filter(wanted):
            name = osm.name_of(relation.tags)
            if name:
                for member in relation.members:
                    if member.role in ("house", "address"):
                        self.street_of[member.type, member.ref] = name
        ways: Any = osmium.FileProcessor(file, osmium.osm.WAY)
        for way in ways.with_filter(osmium.filter.KeyFilter("addr:interpolation")):
            for node in way.nodes:
                self.numbers[node.ref] = ("", "", "")


class _Reader:
    def __init__(self, area: Bbox | None, language: str, rows: Spool, links: _Links) -> None:
        self.area = area
        self.language = language
        self.rows = rows
        self.links = links
        self.wkb = osmium.geom.WKBFactory()

    def take(self, thing: Any) -> None:
        """Put a node, way or area where it belongs."""
        if thing.is_node():
            lng, lat = thing.lon, thing.lat
            self._take_spot(thing, "n", [(lng, lat)])
        elif thing.is_way():
            self._take_way(thing)
        elif thing.is_area():
            self._take_area(thing)

    def _take_way(self, way: Any) -> None:
        tags = way.tags
        if "addr:interpolation" in tags:
            self._interpolate(way)
            return
        kind = STREETS.get(tags.get("highway", ""), "")
        if not (kind or "addr:housenumber" in tags or kind_of_thing(tags) or "place" in tags):
            return
        points = [(n.lon, n.lat) for n in way.nodes if n.location.valid()]
        if not points:
            return
        if kind:
            self._take_street(tags, kind, points)
        else:
            self._take_spot(way, "w", points)

    def _take_street(self, tags: Any, kind: str, points: list[tuple[float, float]]) -> None:
        names = self._names(tags)
        names += [ref for text in tags.get("ref", "").split(";") if (ref := text.strip())]
        if not names:
            return
        if "name" not in tags:
            kind = "road"
        elif tags.get("area") == "yes" or tags.get("place") == "square":
            kind = "square"
        self._put(kind, names, KINDS[kind].rank, points, points[len(points) // 2], is_area=False)

    def _take_spot(self, thing: Any, letter: str, points: list[tuple[float, float]]) -> None:
        """Take a node or way: its address, and what it is where it has a name."""
        tags = thing.tags
        middle = _middle(points)
        if "addr:housenumber" in tags:
            self._take_house(tags, letter, thing.id, middle)
        place = PLACES.get(tags.get("place", ""), "")
        kind = place or kind_of_thing(tags)
        if "name" not in tags or not kind:
            return
        rank = KINDS[kind].rank
        if place:
            rank += _by_people(tags)
        self._put(kind, self._names(tags), rank, points, middle, is_area=letter == "w")

    def _take_house(self, tags: Any, letter: str, number: int, at: tuple[float, float]) -> None:
        street = tags.get("addr:street") or self.links.street_of.get((letter, number), "")
        street = street or tags.get("addr:place", "")
        commune = tags.get("addr:city", "")
        if letter == "n" and number in self.links.numbers:
            self.links.numbers[number] = (tags["addr:housenumber"], street, commune)
        if street and self._is_inside(at):
            for text in _SEVERAL.split(tags["addr:housenumber"]):
                self._put_house(text.strip(), street, commune, at)

    def _put_house(self, number: str, street: str, commune: str, at: tuple[float, float]) -> None:
        if number:
            row = (self.rows.next_order(), number, street, commune, *_micro(at))
            self.rows.put("house", row)

    def _interpolate(self, way: Any) -> None:
        """Put the houses that a line between two numbered ones stands for."""
        step = {"all": 1}.get(way.tags["addr:interpolation"], 2)
        known = [
            (self.links.numbers[n.ref], (n.lon, n.lat))
            for n in way.nodes
            if n.location.valid() and self.links.numbers.get(n.ref, ("",))[0].isdecimal()
        ]
        for ((first, street, commune), start), ((last, *_), end) in pairwise(known):
            low, high = int(first), int(last)
            if not street or abs(high - low) > 1000:
                continue
            numbers = range(low, high, step if high > low else -step)
            for number in numbers[1:]:
                share = (number - low) / (high - low)
                at = (
                    start[0] + share * (end[0] - start[0]),
                    start[1] + share * (end[1] - start[1]),
                )
                if self._is_inside(at):
                    self._put_house(str(number), street, commune, at)

    def _take_area(self, area: Any) -> None:
        tags = area.tags
        level = _level(tags)
        place = PLACES.get(tags.get("place", ""), "")
        is_ours = level is not None or place in ("suburb", "quarter")
        # A closed way came before, as a way.
        if area.from_way() and not is_ours:
            return
        kind = place or kind_of_thing(tags)
        has_address = "addr:housenumber" in tags
        if ("name" not in tags and not has_address) or not (is_ours or kind or has_address):
            return
        try:
            shape = shapely.from_wkb(self.wkb.create_multipolygon(area))
        except RuntimeError:
            return  # Rings that don't close: nobody knows what lies inside.
        if is_ours:
            self._put_area(tags, level or 0, shape)
        if not area.from_way():
            west, south, east, north = shape.bounds
            inner = shape.representative_point()
            middle = (inner.x, inner.y)
            if has_address:
                self._take_house(tags, "r", area.orig_id(), middle)
            if "name" in tags and kind and self._is_inside(middle):
                rank = KINDS[kind].rank + (_by_people(tags) if place else 0)
                box = [(west, south), (east, north)]
                self._put(kind, self._names(tags), rank, box, middle, is_area=True)

    def _put_area(self, tags: Any, level: int, shape: shapely.Geometry) -> None:
        if self.area is not None and not _touches(self.area, shape.bounds):
            return
        simple = shapely.simplify(shape, SIMPLER_DEG, preserve_topology=True)
        name = osm.name_of(tags, self.language)
        if name:
            row = (self.rows.next_order(), level, name, shapely.to_wkb(simple))
            self.rows.put("area", row)

    def _put(
        self,
        kind: str,
        names: list[str],
        rank: int,
        points: list[tuple[float, float]],
        at: tuple[float, float],
        *,
        is_area: bool,
    ) -> None:
        lngs, lats = zip(*points, strict=True)
        box = (min(lngs), min(lats), max(lngs), max(lats))
        if self.area is not None and not _touches(self.area, box):
            return
        if not names:
            return
        row = (
            self.rows.next_order(),
            kind,
            "\n".join(names),
            rank,
            *_micro((*at, *box)),
            int(is_area),
        )
        self.rows.put("piece", row)

    def _names(self, tags: Any) -> list[str]:
        """Return all that a thing is known by, the one to show first."""
        found = [osm.name_of(tags, self.language)]
        keys = (*OTHER_NAMES, "name:fr", f"alt_name:{self.language}")
        for key in keys:
            found += tags.get(key, "").split(";")
        return list(dict.fromkeys(name for text in found if (name := " ".join(text.split()))))

    def _is_inside(self, at: tuple[float, float]) -> bool:
        return self.area is None or self.area.contains(*at)


def _level(tags: Any) -> int | None:
    if tags.get("boundary") != "administrative":
        return None
    text = tags.get("admin_level", "")
    return int(text) if text.isdecimal() and int(text) in LEVELS else None


def _by_people(tags: Any) -> int:
    """Return up to 5 more for a place with many inhabitants."""
    people = "".join(c for c in tags.get("population", "") if c.isdecimal())
    return min(5, max(0, round(math.log10(max(1, int(people or 1)))) - 2))


def _middle(points: list[tuple[float, float]]) -> tuple[float, float]:
    if len(points) == 1:
        return points[0]
    lngs, lats = zip(*points, strict=True)
    return (min(lngs) + max(lngs)) / 2, (min(lats) + max(lats)) / 2


def _micro(at: tuple[float, ...]) -> Iterator[int]:
    return (round(degrees * MICRO) for degrees in at)


def _touches(area: Bbox, box: tuple[float, ...]) -> bool:
    west, south, east, north = box
    if south > area.north or north < area.south:
        return False
    if area.west <= area.east:
        return west <= area.east and east >= area.west
    return east >= area.west or west <= area.east
