"""What RFC 7946 asks of a GeoJSON file, read by someone who didn't write it.

Pure Python on purpose: it shares nothing with the code that writes.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

TYPES = {
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
}
RESERVED = {"coordinates", "geometries", "geometry", "properties"}


def read(data: bytes) -> dict[str, Any]:
    """Return the collection with its numbers as decimals, as they stand in the file."""
    value = json.loads(data.decode("utf-8"), parse_float=Decimal, parse_constant=_refuse)
    assert isinstance(value, dict)
    return value


def _refuse(word: str) -> None:
    raise AssertionError(f"{word} is no JSON number")


def problems(data: bytes) -> list[str]:
    """Return every breach as a sentence with the section it breaks; [] is a sound file."""
    found = []
    if data.startswith(b"\xef\xbb\xbf"):
        found.append("starts with a byte order mark (RFC 8259, 8.1)")
        data = data[3:]
    collection = read(data)
    if collection.get("type") != "FeatureCollection":
        return [*found, "no FeatureCollection (3.3)"]
    if "crs" in collection:
        found.append("has a crs member (4)")
    if misplaced := RESERVED & collection.keys():
        found.append(f"has {sorted(misplaced)} where they mean nothing (7.1)")
    features = collection.get("features")
    if not isinstance(features, list):
        return [*found, "features is no array (3.3)"]
    ids = [feature.get("id") for feature in features]
    if len(set(ids)) != len(ids):
        found.append("two features share an id (3.2)")
    positions = []
    for number, feature in enumerate(features):
        found += [f"feature {number} {words}" for words in _feature_problems(feature)]
        positions += list(_positions(feature.get("geometry")))
    return found + _bbox_problems(collection.get("bbox"), positions)


def _feature_problems(feature: Any) -> Iterator[str]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        yield "is no Feature (3.2)"
        return
    if not isinstance(feature.get("id"), str):
        yield "has no id of text (3.2, and our own rule)"
    if not isinstance(feature.get("properties"), dict):
        yield "has no properties (3.2)"
    if "geometry" not in feature:
        yield "has no geometry member (3.2)"
    if misplaced := (RESERVED - {"geometry", "properties"}) & feature.keys():
        yield f"has {sorted(misplaced)} where they mean nothing (7.1)"
    if feature.get("geometry") is not None:
        yield from _geometry_problems(feature["geometry"])


def _geometry_problems(geometry: Any) -> Iterator[str]:
    kind = geometry.get("type")
    if kind not in TYPES:
        yield f"has a geometry of type {kind!r} (1.4)"
    elif kind == "GeometryCollection":
        for member in geometry["geometries"]:
            if member["type"] == "GeometryCollection":
                yield "nests collections (3.1.8)"
            yield from _geometry_problems(member)
    else:
        for position in _positions(geometry):
            yield from _position_problems(position)
        for line in _lines(geometry):
            yield from _line_problems(line, is_ring=kind.endswith("Polygon"))
        for rings in _polygons(geometry):
            yield from _winding_problems(rings)


def _position_problems(position: Any) -> Iterator[str]:
    if len(position) != 2:
        yield f"has a position of {len(position)} numbers (3.1.1)"
        return
    lng, lat = (Decimal(number) for number in position)
    if not (abs(lng) <= 180 and abs(lat) <= 90):
        yield f"lies at {lng}, {lat}, off the world (4)"
    if any(-number.as_tuple().exponent > 7 for number in (lng, lat)):
        yield f"has more than 7 decimals: {lng}, {lat} (11.2)"


def _line_problems(line: list[Any], is_ring: bool) -> Iterator[str]:
    if is_ring and (len(line) < 4 or line[0] != line[-1]):
        yield "has a ring that isn't closed (3.1.6)"
    if not is_ring and len(line) < 2:
        yield "has a line of one position (3.1.4)"
    if any(180 < abs(b[0] - a[0]) < 360 for a, b in pairwise(line)):
        yield "crosses the antimeridian uncut (3.1.9)"


def _winding_problems(rings: list[Any]) -> Iterator[str]:
    for number, ring in enumerate(rings):
        doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
        if (doubled > 0) != (number == 0):
            yield f"has ring {number} wound the wrong way (3.1.6)"


def _lines(geometry: dict[str, Any]) -> list[Any]:
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "LineString":
        return [coordinates]
    if kind == "MultiLineString":
        return list(coordinates)
    return [ring for rings in _polygons(geometry) for ring in rings]


def _polygons(geometry: dict[str, Any]) -> list[Any]:
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "Polygon":
        return [coordinates]
    return list(coordinates) if kind == "MultiPolygon" else []


def _positions(geometry: Any) -> Iterator[Any]:
    if geometry is None:
        return
    if geometry["type"] == "GeometryCollection":
        for member in geometry["geometries"]:
            yield from _positions(member)
        return
    waiting = [geometry["coordinates"]]
    while waiting:
        item = waiting.pop()
        if isinstance(item[0], list):
            waiting.extend(item)
        else:
            yield item


def _bbox_problems(bbox: Any, positions: list[Any]) -> list[str]:
    if bbox is None:
        return ["has no bbox (5)"] if positions else []
    if len(bbox) != 4:
        return ["has a bbox that isn't four numbers (5)"]
    west, south, east, north = bbox
    if south > north:
        return ["has a bbox with south above north (5)"]
    return [
        f"has a position {lng}, {lat} outside its bbox (5)"
        for lng, lat in positions
        if not south <= lat <= north
        or not (west <= lng <= east if west <= east else lng >= west or lng <= east)
    ]
