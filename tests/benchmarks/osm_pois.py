"""The things of an OpenStreetMap extract that a resident would put on a map, as places."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import osmium

from collabmap.domain.places import Place

# The tag that says what a thing is, the first that is there.
KEYS = (
    *("amenity", "shop", "tourism", "leisure", "place", "historic", "railway", "highway"),
    *("public_transport", "office", "craft", "station", "transport", "sport", "landuse"),
    *("barrier", "building"),
)
# Ways of these are what streets and houses are drawn from, not things.
_DRAWN = frozenset({"highway", "railway", "landuse", "barrier", "building"})


def pois(path: Path) -> list[Place]:
    """Return nodes, and the middles of ways, that say what they are; named or not."""
    found = []
    source: Any = osmium.FileProcessor(path).with_locations()
    for thing in source.with_filter(osmium.filter.KeyFilter(*KEYS)):
        tags = {tag.k: tag.v for tag in thing.tags}
        category = category_of(tags)
        at = _middle(thing)
        if at is None or (not thing.is_node() and category.partition("=")[0] in _DRAWN):
            continue
        id_ = f"{thing.type_str()}{thing.id}".encode()
        found.append(Place(id_, tags.get("name", ""), category, *at, address_of(tags)))
    return found


def category_of(tags: Mapping[str, str]) -> str:
    """Return what a thing is, `shop=bakery`; '' if no tag says."""
    return next((f"{key}={tags[key]}" for key in KEYS if key in tags), "")


def address_of(tags: Mapping[str, str]) -> str:
    """Return number and street, '' if the street is not known."""
    if "addr:full" in tags:
        return tags["addr:full"]
    street = tags.get("addr:street", "")
    return f"{tags.get('addr:housenumber', '')} {street}".strip() if street else ""


def _middle(thing: Any) -> tuple[float, float] | None:
    if thing.is_node():
        return thing.lon, thing.lat
    if not thing.is_way():
        return None
    there = [(node.lon, node.lat) for node in thing.nodes if node.location.valid()]
    if not there:
        return None
    return sum(lng for lng, _lat in there) / len(there), sum(lat for _lng, lat in there) / len(
        there
    )
