#!/usr/bin/env python3
"""The world of the overview, from Natural Earth: resources/overview/world.npz and countries.csv.

    python packaging/world.py FOLDER    FOLDER holds naturalearth-countries-{110m,50m}.topojson,
                                        the files of the npm package world-atlas 2.0.2

world.npz: for each detail, "far" (1:110m) and "near" (1:50m), the land as rings and the borders
between countries as lines; positions are steps from the one before, in units of 2^-22 of the
world's width.  countries.csv: names in French and English (CLDR, through Babel), where to write
them and how wide the country is there, in degrees.  The same input gives the same files.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from babel import Locale

from collabmap.render.camera import world_arrays

Floats = npt.NDArray[np.float64]
Lines = list[Floats]

OUT = Path(__file__).resolve().parent.parent / "resources" / "overview"
DETAILS = {"far": "110m", "near": "50m"}
# One unit is 9 m at the equator; the sources are rounded to 400 m.
UNIT = 2.0**-22
# Below the map, so that the edge of Antarctica's lower side is never drawn.
BELOW = 1.01
# Shorter than CLDR says it, as on a wall map.
SHORT = {
    "fr": {
        "GS": "Géorgie du Sud",
        "HK": "Hong Kong",
        "MM": "Birmanie",
        "MO": "Macao",
        "PS": "Palestine",
        "SX": "Sint Maarten",
        "VA": "Vatican",
    },
    "en": {
        "CD": "Congo-Kinshasa",
        "CG": "Congo-Brazzaville",
        "GS": "South Georgia",
        "HK": "Hong Kong",
        "MM": "Myanmar",
        "MO": "Macao",
        "PS": "Palestine",
    },
}
ISO_3166 = Path(__file__).with_name("iso3166.csv")


class Topology(NamedTuple):
    """arcs: (n, 2) degrees.  countries: code, polygons; land: polygons.

    A polygon is a list of rings, a ring a list of arcs; ~i is arc i backwards.
    """

    arcs: Lines
    countries: list[tuple[str, list[list[list[int]]]]]
    land: list[list[list[int]]]


def read(path: Path) -> Topology:
    """Decode a TopoJSON file with the objects `countries` and `land`.

    Source: the TopoJSON specification: arcs are steps from the point before, scaled and moved.
    """
    said = json.loads(path.read_text(encoding="utf-8"))
    scale, move = said["transform"]["scale"], said["transform"]["translate"]
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + move for arc in said["arcs"]]
    countries = [
        (shape.get("id") or "", _polygons(shape))
        for shape in said["objects"]["countries"]["geometries"]
    ]
    land = [polygon for shape in said["objects"]["land"]["geometries"]
            for polygon in _polygons(shape)]  # fmt: skip
    return Topology(arcs, countries, land)


def _polygons(shape: dict[str, Any]) -> list[list[list[int]]]:
    return [shape["arcs"]] if shape["type"] == "Polygon" else list(shape["arcs"])


def ring(topology: Topology, arcs: Sequence[int]) -> Floats:
    """Return a ring in degrees, the last point the first again."""
    parts = [topology.arcs[i] if i >= 0 else topology.arcs[~i][::-1] for i in arcs]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def unrolled(line: Floats) -> Floats:
    """Return a line without jumps from one side of the world to the other: it runs on past 180."""
    jumps = np.diff(line[:, 0])
    turns = np.where(jumps > 180, -360.0, np.where(jumps < -180, 360.0, 0.0))
    made = line.copy()
    made[1:, 0] += np.cumsum(turns)
    return made


def flat(polygon: Sequence[Floats]) -> Iterator[Lines]:
    """Return a polygon of the globe as polygons of the map, in the unit square and around it.

    One that crosses the antimeridian runs on past the map's side and comes again at the other;
    one around the pole goes down to below the map.  A ring all below the map is left out.
    """
    rings = [unrolled(ring) for ring in polygon if ring[:, 1].max() > -85]
    if not rings:
        return
    if abs(rings[0][-1, 0] - rings[0][0, 0]) > 180:
        yield [_around_the_pole(polygon[0])]
        return
    west, east = rings[0][:, 0].min(), rings[0][:, 0].max()
    for shift in (0, -360, 360):
        if west + shift < 180 and east + shift > -180:
            yield [_projected(np.add(ring, (shift, 0))) for ring in rings]


def _around_the_pole(ring: Floats) -> Floats:
    """Return a ring around the South Pole, open at the antimeridian, closed below the map."""
    cut = int(np.argmax(np.abs(np.diff(ring[:, 0])))) + 1
    line = np.concatenate([ring[cut:-1], ring[:cut]])
    first, last = line[0], line[-1]
    outside = 181.0 * np.sign(first[0])
    line = np.concatenate([[[outside, first[1]]], line, [[-outside, last[1]]]])
    points = _projected(line)
    low = np.array([[points[-1, 0], BELOW], [points[0, 0], BELOW], points[0]])
    return np.concatenate([points, low])


def _projected(line: Floats) -> Floats:
    return np.column_stack(world_arrays(line[:, 0], line[:, 1]))


def land(topology: Topology) -> tuple[Lines, list[int]]:
    """Return the rings of all land, and the number of the polygon that each belongs to."""
    rings: Lines = []
    owner: list[int] = []
    for polygon in topology.land:
        for part in flat([ring(topology, arcs) for arcs in polygon]):
            number = owner[-1] + 1 if owner else 0
            rings.extend(part)
            owner.extend([number] * len(part))
    return rings, owner


def borders(topology: Topology) -> Lines:
    """Return the arcs that two countries share; a coast belongs to one only."""
    users: dict[int, set[int]] = {}
    for number, (_, polygons) in enumerate(topology.countries):
        for arc in (arc for polygon in polygons for ring in polygon for arc in ring):
            users.setdefault(arc if arc >= 0 else ~arc, set()).add(number)
    shared = [unrolled(topology.arcs[arc]) for arc, of in sorted(users.items()) if len(of) > 1]
    return [_projected(line) for line in shared]


# --- names ------------------------------------------------------------------------------------


class Label(NamedTuple):
    """lng, lat: the middle of the largest part.  width: of the country there, in degrees."""

    lng: float
    lat: float
    width: float


def label(topology: Topology, polygons: list[list[list[int]]]) -> Label:
    """Return where a country's name goes: the middle of the widest circle inside it."""
    parts = [
        shapely.Polygon(rings[0], rings[1:])
        for polygon in polygons
        for rings in flat([ring(topology, arcs) for arcs in polygon])
    ]
    widest = max(parts, key=lambda part: part.area)
    left, _top, right, bottom = widest.bounds
    if bottom > 1:  # Antarctica: as a whole, above the map's lower edge.
        return Label(0.0, -78.0, 300.0)
    circle = shapely.maximum_inscribed_circle(shapely.make_valid(widest))
    x, y = circle.coords[0]
    row = shapely.intersection(
        shapely.make_valid(widest), shapely.LineString([(left, y), (right, y)])
    )
    chords = [part.bounds for part in shapely.get_parts(row)]
    west, _, east, _ = min(chords, key=lambda c: 0 if c[0] <= x <= c[2] else abs(c[0] - x))
    middle = (west + east) / 2
    lat = np.degrees(2 * np.arctan(np.exp((1 - 2 * y) * np.pi)) - np.pi / 2)
    return Label((middle % 1 - 0.5) * 360, float(lat), (east - west) * 360)


def names(topology: Topology) -> Iterator[tuple[str, str, str, Label]]:
    """Return code, French and English name and place of each country that ISO 3166 knows."""
    with ISO_3166.open(encoding="utf-8", newline="") as file:
        alpha = {row["numeric"]: row["alpha2"] for row in csv.DictReader(file)}
    told = {language: Locale(language).territories for language in SHORT}
    largest: dict[str, list[list[list[int]]]] = {}
    for code, polygons in topology.countries:
        # Australia comes twice: its reefs after itself.
        if code in alpha and len(polygons) > len(largest.get(code, ())):
            largest[code] = polygons
    for code, polygons in sorted(largest.items(), key=lambda item: alpha[item[0]]):
        two = alpha[code]
        french, english = (SHORT[lang].get(two) or told[lang][two] for lang in ("fr", "en"))
        yield two, french, english, label(topology, polygons)


# --- writing ----------------------------------------------------------------------------------


def packed(name: str, lines: Lines, owner: Sequence[int]) -> dict[str, npt.NDArray[np.int32]]:
    """Return lines as arrays: steps from point to point, where each begins, whose it is."""
    units = np.round(np.concatenate(lines) / UNIT).astype(np.int32)
    starts = np.cumsum([0, *map(len, lines)])
    return {
        f"{name}_steps": np.diff(units, axis=0, prepend=np.zeros((1, 2), np.int32)),
        f"{name}_starts": starts.astype(np.int32),
        f"{name}_owner": np.asarray(owner, np.int32),
    }


def write(sources: Path, out: Path) -> None:
    """Write world.npz and countries.csv into a folder."""
    arrays: dict[str, npt.NDArray[np.int32]] = {}
    out.mkdir(exist_ok=True)
    for detail, scale in DETAILS.items():
        topology = read(sources / f"naturalearth-countries-{scale}.topojson")
        lines = borders(topology)
        arrays |= packed(f"{detail}_land", *land(topology))
        arrays |= packed(f"{detail}_borders", lines, range(len(lines)))
    np.savez_compressed(out / "world.npz", **arrays)  # type: ignore[arg-type]
    with (out / "countries.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("code", "fr", "en", "lng", "lat", "width"))
        for code, french, english, at in names(topology):
            rows.writerow(
                (code, french, english, f"{at.lng:.3f}", f"{at.lat:.3f}", f"{at.width:.3f}")
            )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    write(parser.parse_args().folder, OUT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
