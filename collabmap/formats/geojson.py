"""Write a map as GeoJSON.

RFC 7946 in every point: WGS84 longitude and latitude with 7 decimals, no `crs`, outer rings
counter-clockwise, shapes cut at the antimeridian, text ids, `bbox`, UTF-8 without a mark at the
start, null for an empty geometry.  Properties are flat, so that tables in QGIS have a column
each; colours follow simplestyle 1.1 and uMap's `_umap_options`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from uuid import UUID

import msgspec

from collabmap import __version__
from collabmap.domain.extent import Extent
from collabmap.domain.feature import FeatureState
from collabmap.domain.geo import Bbox
from collabmap.domain.geometry import (
    DECIMALS,
    from_wkb,
    point_geojson,
    point_of_wkb,
    to_geojson,
)
from collabmap.domain.theme import Category
from collabmap.errors import InputInvalid
from collabmap.formats.whole_file import whole_file

# Between two looks at the cancel token and two reports of progress.
_BATCH = 500

# Maki's names for the icons of the default theme.  Source: simplestyle 1.1.0, marker-symbol.
_MAKI = {
    "tree": "park",
    "storefront": "shop",
    "hand-heart": "heart",
    "bike": "bicycle",
    "drama-masks": "theatre",
    "soccer": "soccer",
    "medical-bag": "hospital",
    "school": "school",
    "water": "drinking-water",
    "pillar": "monument",
    "hammer-wrench": "construction",
    "lightbulb-on": "star",
}


class Cancel(Protocol):
    """Asked between batches; raises Cancelled when the person has had enough."""

    def check(self) -> None: ...


# What a field that was removed leaves empty.
_COLUMNS = {
    "name": ("name",),
    "category": ("category", "category_label", "nature"),
    "description": ("description",),
}


@dataclass(frozen=True, slots=True)
class ExportFeature:
    """One feature as it leaves the house: what may be public, and nothing else.

    id: UUID, 16 bytes.  category_label: in the language of the file.  author: only with the
    person's consent.  state: only in drafts, None for published features.  Times: ms since 1970.
    values: of the theme's fields, as columns that are named apart from those here.
    removed: fields that somebody's words were taken away from for good; written as null.
    place: the quarter and commune it lies in, '' where they are not known.
    """

    id: bytes
    geometry_wkb: bytes
    name: str
    category: Category
    category_label: str
    description: str
    tags: tuple[str, ...]
    author: str | None
    born_ms: int
    changed_ms: int
    state: FeatureState | None = None
    removed: tuple[str, ...] = ()
    place: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


# Columns that are there without any theme; simplestyle's are among them.
RESERVED = frozenset(
    {
        "id", "name", "category", "category_label", "nature", "description", "tags", "place",
        "state", "author", "created", "changed", "title", "marker-color", "marker-symbol",
        "marker-size", "stroke", "stroke-width", "stroke-opacity", "fill", "fill-opacity",
        "_umap_options",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportLink:
    """A link between two features of the file.  source, target: UUIDs, 16 bytes.

    type: id of a kind of link.  label: what the first does for the other, in the file's language.
    """

    source: bytes
    target: bytes
    type: str
    label: str


def write_geojson(
    path: Path,
    features: Iterable[ExportFeature],
    *,
    links: Iterable[ExportLink] = (),
    bbox: Bbox | None = None,
    title: str,
    attribution: str | None = None,
    license: str | None = None,
    fields: Sequence[Mapping[str, Any]] = (),
    progress: Callable[[int], None] | None = None,
    cancel: Cancel | None = None,
) -> int:
    """Write a FeatureCollection, one feature a line, and return how many features it has.

    bbox: the box around the features when it is known; None: it is computed as they go by and
    stands after them, so memory doesn't grow with the map.  links: written after the features, as
    a foreign member (RFC 7946, 6.1), if there are any.  fields: what the columns of the theme are,
    for the head.  progress: called with the number
    written.  Raises what `whole_file` raises, and Cancelled; the old file then stays as it was.
    """
    with whole_file(path) as file:
        count, extent = 0, Extent()
        _write_head(file, bbox, title, attribution, license, fields)
        for count, feature in enumerate(features, start=1):
            file.write(b"\n" if count == 1 else b",\n")
            file.write(msgspec.json.encode(_feature(feature, extent)))
            if count % _BATCH == 0:
                if cancel:
                    cancel.check()
                if progress:
                    progress(count)
        file.write(b"\n]")
        _write_links(file, links)
        if bbox is None and (box := extent.bbox()) is not None:
            file.write(b',\n"bbox":' + msgspec.json.encode(_rounded(box)))
        file.write(b"\n}\n")
        if cancel:
            cancel.check()
    if progress:
        progress(count)
    return count


def _write_links(file: BinaryIO, links: Iterable[ExportLink]) -> None:
    lines = [
        msgspec.json.encode(
            {
                "from": str(UUID(bytes=link.source)),
                "type": link.type,
                "label": link.label,
                "to": str(UUID(bytes=link.target)),
            }
        )
        for link in links
    ]
    if lines:
        file.write(b',\n"links":[\n' + b",\n".join(lines) + b"\n]")


def _write_head(
    file: BinaryIO,
    bbox: Bbox | None,
    title: str,
    attribution: str | None,
    license: str | None,
    fields: Sequence[Mapping[str, Any]],
) -> None:
    # `name` is what GDAL and QGIS call the layer; the others are foreign members (RFC 7946, 6.1).
    head: dict[str, Any] = {
        "type": "FeatureCollection",
        "name": title,
        "generator": f"CollabMap {__version__}",
    }
    if attribution:
        head["attribution"] = attribution
    if license:
        head["license"] = license
    if fields:
        head["fields"] = fields
    if bbox is not None:
        head["bbox"] = _rounded(bbox)
    lines = [b"%b:%b" % (msgspec.json.encode(k), msgspec.json.encode(v)) for k, v in head.items()]
    file.write(b"{\n" + b",\n".join(lines) + b',\n"features":[')


def _rounded(box: Bbox) -> list[float]:
    return [round(degrees, DECIMALS) + 0.0 for degrees in box]


def _feature(feature: ExportFeature, extent: Extent) -> dict[str, Any]:
    geometry = _geometry(feature.geometry_wkb, extent)
    return {
        "type": "Feature",
        "id": str(UUID(bytes=feature.id)),
        "geometry": geometry,
        "properties": _properties(feature, geometry["type"] if geometry else ""),
    }


def _geometry(wkb: bytes, extent: Extent) -> dict[str, Any] | None:
    """Return the geometry object, and let the extent grow by it."""
    if (position := point_of_wkb(wkb)) is not None:
        extent.add(position.lng, position.lat, position.lng, position.lat)
        return point_geojson(position)
    try:
        geometry = from_wkb(wkb)
    except InputInvalid:
        # A laptop with a fault of its own may have sent it; its name and words still count.
        return None
    return to_geojson(geometry, extent)


def _properties(feature: ExportFeature, kind: str) -> dict[str, Any]:
    category = feature.category
    properties: dict[str, Any] = {
        "name": feature.name,
        "category": category.id,
        "category_label": feature.category_label,
        "nature": category.nature,
        "description": feature.description,
        # As OpenStreetMap writes several values: a list would be no column in a table.
        "tags": ";".join(feature.tags),
        "place": feature.place,
    }
    for name in feature.removed:
        properties |= dict.fromkeys(_COLUMNS.get(name, ()))
    if feature.state is not None:
        properties["state"] = feature.state.value
    if feature.author is not None:
        properties["author"] = feature.author
    properties["created"] = iso_time(feature.born_ms)
    properties["changed"] = iso_time(feature.changed_ms)
    properties |= feature.values
    return properties | _style(category, kind)


def _style(category: Category, kind: str) -> dict[str, Any]:
    """Return simplestyle 1.1 for this kind of shape, and the same for uMap."""
    if kind in ("Point", "MultiPoint"):
        style = {"marker-color": category.hue}
        if symbol := _MAKI.get(category.icon):
            style["marker-symbol"] = symbol
    elif kind in ("LineString", "MultiLineString"):
        style = {"stroke": category.hue}
    elif kind:
        style = {"stroke": category.hue, "fill": category.hue}
    else:
        style = {}
    return style | {"_umap_options": {"color": category.hue, "iconClass": "Circle"}}


def iso_time(at_ms: int) -> str:
    """Return '2026-11-23T18:42:05Z'; a clock out of every calendar gives its nearest end."""
    seconds = max(0, min(at_ms // 1000, 253_402_300_799))
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
