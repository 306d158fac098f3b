"""Places whose duplicates are known: public sets that lie beside the project, and labelled rows.

Hootenanny: two maps a folder; a place of the second that names the REF1 of one of the first in its
REF2 is the same, all others are not.  Monaco: named places of two snapshots of OpenStreetMap; the
same number is the same place.  Rows whose label ends in REVIEW are nobody's truth and are left
out; those that were renamed or mapped anew are counted apart.
"""

import csv
import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from osm_pois import address_of, category_of

from collabmap.domain.places import Place

DEDUPE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "dedupe"
REVIEW = "REVIEW"
# West, south, east, north.
_AREAS: Mapping[str, tuple[float, float, float, float]] = {
    "munich": (11.0, 47.9, 12.0, 48.4),
    "egypt": (29.0, 29.0, 33.0, 32.0),
    "jordan": (35.0, 31.0, 36.5, 32.5),
}
Ids = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Known:
    """Places of two maps.  same: pairs that are one.  unsure: pairs that do not count.

    apart: what is unsure, or moved, by why: a name and its pairs.
    """

    name: str
    first: Sequence[Place]
    second: Sequence[Place]
    same: frozenset[Ids]
    unsure: frozenset[Ids] = frozenset()
    apart: Mapping[str, frozenset[Ids]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Two places, and whether they are one."""

    one: Place
    other: Place
    is_same: bool


def known_sets(folder: Path = DEDUPE) -> list[Known]:
    """Return all sets.  Raises FileNotFoundError if they are not there."""
    return [*_hootenanny(folder / "hootenanny_poi"), _monaco(folder / "monaco")]


def labelled_rows(path: Path) -> list[Labelled]:
    """Return the rows of a CSV file: name, lat, lon, category, address of a and b, and label."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Labelled(_row_place(row, "a"), _row_place(row, "b"), row["label"].strip() in ("1", "1.0"))
        for row in rows
    ]


def _row_place(row: Mapping[str, str], side: str) -> Place:
    def text(column: str) -> str:
        return (row.get(f"{column}_{side}") or "").strip()

    lng, lat = (float(text(column) or "nan") for column in ("lon", "lat"))
    return Place(side.encode(), text("name"), text("category"), lng, lat, text("address"))


# --- Monaco -----------------------------------------------------------------------------------


def _monaco(folder: Path) -> Known:
    first = _geojson(folder / "monaco_poi_2012.geojson", "2012/")
    second = _geojson(folder / "monaco_poi_2021.geojson", "2021/")
    same, apart = set(), dict[str, set[Ids]]()
    with (folder / "monaco_truth_2012_2021.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pair = f"2012/{row['id_a']}".encode(), f"2021/{row['id_b']}".encode()
            label = row["label"]
            if label.endswith(REVIEW):
                apart.setdefault(label.removesuffix(f"_{REVIEW}"), set()).add(pair)
            elif label.startswith("match"):
                same.add(pair)
                if float(row["distance_m"]) >= 20:
                    apart.setdefault("moved_20_m", set()).add(pair)
                if float(row["name_similarity"]) < 1:
                    apart.setdefault("written_otherwise", set()).add(pair)
    unsure = {pair for why, some in apart.items() for pair in some} - same
    kept = {why: frozenset(some) for why, some in apart.items()}
    return Known("monaco", first, second, frozenset(same), frozenset(unsure), kept)


def _geojson(path: Path, prefix: str) -> list[Place]:
    found = []
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        lng, lat = feature["geometry"]["coordinates"][:2]
        about = feature["properties"]
        id_ = (prefix + about["osm_id"]).encode()
        address = address_of(about["tags"])
        found.append(Place(id_, about["name"], about["category"], lng, lat, address))
    return found


# --- Hootenanny -------------------------------------------------------------------------------


def _hootenanny(folder: Path) -> list[Known]:
    """Return the folders by country: each is a map of a few places, so they are put together."""
    by_area: dict[str, list[Known]] = {}
    for case in sorted(folder.iterdir()):
        known = _case(case)
        by_area.setdefault(_area(known.first[0]), []).append(known)
    return [_together(f"hootenanny_{area}", cases) for area, cases in sorted(by_area.items())]


def _together(name: str, cases: Sequence[Known]) -> Known:
    # A pair across two folders is no pair: it may well be the same place, met again.
    across = {
        (one.id, other.id)
        for a in cases
        for b in cases
        if a is not b
        for one in a.first
        for other in b.second
    }
    return Known(
        name,
        [place for case in cases for place in case.first],
        [place for case in cases for place in case.second],
        frozenset(pair for case in cases for pair in case.same),
        frozenset(across),
    )


def _area(place: Place) -> str:
    for name, (west, south, east, north) in _AREAS.items():
        if west <= place.lng <= east and south <= place.lat <= north:
            return name
    return "elsewhere"


def _case(folder: Path) -> Known:
    first, refs = _osm(folder / "Input1.osm", f"{folder.name}/1", "REF1")
    second, named = _osm(folder / "Input2.osm", f"{folder.name}/2", "REF2")
    same = {
        (one.id, other.id) for one in first for other in second if refs[one.id] & named[other.id]
    }
    return Known(folder.name, first, second, frozenset(same))


def _osm(path: Path, prefix: str, ref: str) -> tuple[list[Place], dict[bytes, set[str]]]:
    places, refs = [], {}
    for node in ET.parse(path).getroot().iter("node"):
        tags = {tag.attrib["k"]: tag.attrib["v"] for tag in node.iter("tag")}
        id_ = f"{prefix}/{node.attrib['id']}".encode()
        lng, lat = float(node.attrib["lon"]), float(node.attrib["lat"])
        places.append(
            Place(id_, tags.get("name", ""), category_of(tags), lng, lat, address_of(tags))
        )
        refs[id_] = set(tags.get(ref, "").split(";")) - {"", "none"}
    return places, refs
