"""What a folder of tiles says about itself: tilemapresource.xml, metadata.json, TileJSON."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from collabmap.domain.geo import EARTH_RADIUS_M, Bbox, from_world
from collabmap.errors import TilesNotAligned

# In the order in which they are believed.
NOTES = ("tilemapresource.xml", "metadata.json", "tiles.json", "tile.json", "tilejson.json")
MAX_NOTE_BYTES = 1 << 20
# The profiles that are cut as web maps are.  Source: OSGeo TMS 1.0.0; gdal2tiles.
_MERCATOR = ("mercator", "global-mercator", "")
_WEB_MERCATOR = ("EPSG:3857", "EPSG:900913", "OSGEO:41001", "EPSG:3785", "")


class Note(NamedTuple):
    """metadata: by the names of MBTiles.  scheme: 'xyz', 'tms', or '' where nothing says it."""

    metadata: dict[str, str]
    scheme: str


def read_note(root: Path) -> Note:
    """Return what the first note beside the tiles says, an empty one where there is none.

    Raises TilesNotAligned where it says that the tiles are cut along another grid.
    """
    for name in NOTES:
        path = root / name
        try:
            with path.open("rb") as file:
                raw = file.read(MAX_NOTE_BYTES + 1)
        except OSError:
            continue
        if len(raw) > MAX_NOTE_BYTES:
            continue
        note = _from_xml(raw, root) if name.endswith(".xml") else _from_json(raw)
        if note is not None:
            return note
    return Note({}, "")


def _from_json(raw: bytes) -> Note | None:
    """Read TileJSON, or the metadata table that mbutil and tippecanoe write as JSON."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    metadata = {key: _text(value) for key, value in said.items()}
    scheme = metadata.get("scheme", "").strip().lower()
    return Note(metadata, scheme if scheme in ("xyz", "tms") else "")


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(str(each) for each in value if isinstance(each, int | float | str))
    return str(value) if isinstance(value, str | int | float) else ""


def _from_xml(raw: bytes, root: Path) -> Note | None:
    # A document type can blow a small file up; no writer of tiles needs one.
    if b"<!" in raw.replace(b"<!--", b""):
        return None
    try:
        tree = ElementTree.fromstring(raw)
    except ElementTree.ParseError:
        return None
    sets = tree.find("TileSets")
    profile = (sets.get("profile", "") if sets is not None else "").strip().lower()
    srs = (tree.findtext("SRS") or "").strip().upper()
    if profile not in _MERCATOR or (not profile and srs not in _WEB_MERCATOR):
        raise TilesNotAligned(name=root.name)
    shape = tree.find("TileFormat")
    told = dict(shape.attrib) if shape is not None else {}
    orders = [int(each.get("order", "")) for each in tree.iter("TileSet") if _is_order(each)]
    metadata = {
        "name": (tree.findtext("Title") or "").strip(),
        "description": (tree.findtext("Abstract") or "").strip(),
        "format": told.get("extension", ""),
        "tile_size": told.get("width", ""),
        "bounds": _box(tree.find("BoundingBox")),
    }
    if orders:
        metadata |= {"minzoom": str(min(orders)), "maxzoom": str(max(orders))}
    return Note(metadata, "tms")


def _is_order(tile_set: ElementTree.Element) -> bool:
    return tile_set.get("order", "").isascii() and tile_set.get("order", "").isdigit()


def _box(element: ElementTree.Element | None) -> str:
    """Return the box in degrees as text, '' where there is none.

    Degrees or Web Mercator metres: gdal2tiles writes degrees whatever the grid, others metres.
    """
    if element is None:
        return ""
    try:
        box = _numbers(element.attrib)
    except (KeyError, ValueError):
        return ""
    if max(map(abs, box)) <= 180:
        return ",".join(map(str, box))
    size = 2 * math.pi * EARTH_RADIUS_M
    low = from_world(box.west / size + 0.5, min(1.0, max(0.0, 0.5 - box.south / size)))
    high = from_world(box.east / size + 0.5, min(1.0, max(0.0, 0.5 - box.north / size)))
    return ",".join(map(str, (*low, *high)))


def _numbers(told: Mapping[str, str]) -> Bbox:
    box = Bbox(*(float(told[key]) for key in ("minx", "miny", "maxx", "maxy")))
    if not all(map(math.isfinite, box)):
        raise ValueError("no box")
    return box
