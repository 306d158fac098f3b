"""The places of an extract by name: where a person may say "there" instead of drawing a box.

Two passes of pyosmium: nodes with `place`, and municipal boundaries (admin_level 8 and 9), whose
outline is then known too.
"""

import math
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import osmium
import shapely

from collabmap.basemap.extract_file import open_extract, translated
from collabmap.domain.geo import Bbox

Cancel = Callable[[], None]

# Of a place that is known by its middle only, how far it reaches, in metres.
RADIUS_M = {
    "city": 6000.0,
    "town": 3000.0,
    "village": 1500.0,
    "suburb": 1200.0,
    "quarter": 800.0,
    "neighbourhood": 500.0,
    "hamlet": 500.0,
}
# Boundaries of municipalities and of their parts.  Source: OSM wiki, Tag:boundary=administrative.
LEVELS = {"8": "commune", "9": "district", "10": "district"}
_ORDER = ("commune", "city", "town", "village", "district", "suburb", "quarter", "neighbourhood")
_STEP = 20_000
_METRES_A_DEGREE = 111_320.0


class Commune(NamedTuple):
    """A named place.  kind: 'commune', 'district', or what its node says ('town', 'village' ...).

    bbox, outline: WGS84 degrees; outline None where only the middle is known.
    """

    name: str
    kind: str
    bbox: Bbox
    outline: shapely.Geometry | None = None


def communes(
    sources: Iterable[Path], *, language: str = "fr", cancel: Cancel | None = None
) -> list[Commune]:
    """Return the places of one or several extracts, communes first, then by name.

    cancel: called now and then, may raise.  Raises FileMissing, ExtractUnreadable.
    """
    found: dict[tuple[str, str], Commune] = {}
    for path in sources:
        with translated(path):
            rows = _in_one(open_extract(path), language, cancel)
        for commune in rows:
            found.setdefault((commune.name, _family(commune.kind)), commune)
    outlined = {name for (name, _), each in found.items() if each.outline is not None}
    kept = [
        place for place in found.values() if place.outline is not None or place.name not in outlined
    ]
    return sorted(kept, key=lambda place: (_rank(place.kind), fold(place.name)))


def fold(words: str) -> str:
    """Return words as they are compared: without accents, in lower case."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def matching(places: Iterable[Commune], words: str) -> list[Commune]:
    """Return the places whose name holds these words, those that begin with them first."""
    wanted = fold(words.strip())
    rows = [(fold(place.name), place) for place in places]
    first = [place for name, place in rows if name.startswith(wanted)]
    return first + [p for name, p in rows if wanted in name and not name.startswith(wanted)]


def _in_one(path: Any, language: str, cancel: Cancel | None) -> list[Commune]:
    made = []
    factory = osmium.geom.WKBFactory()
    boundary = osmium.filter.TagFilter(("boundary", "administrative"))
    place = osmium.filter.KeyFilter("place")
    nodes: Any = osmium.FileProcessor(path, osmium.osm.NODE).with_filter(place)
    for seen, node in enumerate(nodes):
        if cancel is not None and not seen % _STEP:
            cancel()
        kind = node.tags.get("place")
        if kind in RADIUS_M and (name := _name(node.tags, language)):
            made.append(Commune(name, kind, _around(node.lon, node.lat, RADIUS_M[kind])))
    areas: Any = osmium.FileProcessor(path).with_areas(boundary).with_filter(boundary)
    for seen, area in enumerate(areas):
        if cancel is not None and not seen % _STEP:
            cancel()
        if not area.is_area() or (kind := LEVELS.get(area.tags.get("admin_level", ""))) is None:
            continue
        name = _name(area.tags, language)
        try:
            outline = shapely.from_wkb(bytes.fromhex(factory.create_multipolygon(area)))
        except RuntimeError:
            continue  # Cut at the edge of the extract: a ring that does not close.
        if name:
            made.append(Commune(name, kind, Bbox(*outline.bounds), outline))
    return made


def _name(tags: Any, language: str) -> str:
    return str(tags.get(f"name:{language}") or tags.get("name") or "").strip()


def _around(lng: float, lat: float, radius_m: float) -> Bbox:
    dy = radius_m / _METRES_A_DEGREE
    dx = dy / max(0.1, math.cos(math.radians(lat)))
    return Bbox(lng - dx, lat - dy, lng + dx, lat + dy)


def _family(kind: str) -> str:
    return "town" if kind in ("commune", "city", "town", "village") else kind


def _rank(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
