"""A town's lines and zones: gardens, squares, woods with clearings, quarters, ways; seeded."""

import hashlib
import math
import os
import random
from collections.abc import Iterator
from pathlib import Path

import shapely
import town
import workload
from measuring import cache_folder
from shapely.geometry.base import BaseGeometry

from collabmap.domain.change import Kind, encode
from collabmap.domain.geometry import prepare
from collabmap.domain.roles import found
from collabmap.domain.structure import create_structure
from collabmap.store.project import Project

_METRE = 1 / 111_320
_SQUEEZE = math.cos(math.radians(workload.CENTRE[1]))
_FIELDS = ("name", "category", "geometry")


def zones(count: int) -> Path:
    """Return the project file of a map of so many lines and zones; not to be written to.

    Three in four are zones, most of them gardens and squares; one in five awaits review.
    """
    path = cache_folder(Path(__file__).resolve(), *town.PRODUCT) / f"zones-{count}.collabmap"
    if not path.is_file():
        print(f"Making a map of {count:,} zones (kept for the next run)", flush=True)
        made = path.with_name(f"made-{os.getpid()}.collabmap")
        make_zones(made, count)
        made.replace(path)
    return path


def make_zones(path: Path, count: int) -> None:
    """Make a project whose founder drew the zones."""
    project = Project.create(path, found("Niort", town.FOUNDER, bytes(16), "territoire"))
    try:
        rows = town.founding_rows()
        branch = town.Branch(town.FOUNDER, project.id, rows, workload.BEGUN_MS)
        for number, shape in enumerate(shapes(count)):
            values = {
                "name": f"Zone {number}",
                "category": workload.CATEGORIES[number % len(workload.CATEGORIES)],
                "geometry": prepare(shape).wkb,
            }
            subject = hashlib.blake2b(f"zone {number}".encode(), digest_size=16).digest()
            structure = create_structure(_FIELDS, own_accept=number % 5 > 0)
            branch.write((Kind.CREATE, subject, structure, encode(values)), branch.clock_ms + 1)
        town.merge(project, branch.close())
        project.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        project.close()


def shapes(count: int) -> Iterator[BaseGeometry]:
    """Yield the shapes in WGS84 degrees."""
    dice = random.Random("the zones")
    for number in range(count):
        lng = dice.gauss(workload.CENTRE[0], 0.03)
        lat = dice.gauss(workload.CENTRE[1], 0.02)
        if number % 4 == 3:
            yield _way(dice, lng, lat)
        elif number % 200 == 0:
            yield _zone(dice, lng, lat, dice.uniform(300, 900), 60)
        else:
            yield _zone(dice, lng, lat, 10 + dice.expovariate(1 / 25), dice.randint(4, 24))


def _zone(
    dice: random.Random, lng: float, lat: float, radius_m: float, corners: int
) -> BaseGeometry:
    ring = _ring(dice, lng, lat, radius_m, corners)
    holes = [_ring(dice, lng, lat, radius_m / 3, 8)] if dice.random() < 0.1 else []
    return shapely.Polygon(ring, holes)


def _ring(
    dice: random.Random, lng: float, lat: float, radius_m: float, corners: int
) -> list[tuple[float, float]]:
    turns = [2 * math.pi * i / corners for i in range(corners)]
    radii = [radius_m * dice.uniform(0.7, 1.0) * _METRE for _ in turns]
    return [
        (lng + r * math.cos(turn) / _SQUEEZE, lat + r * math.sin(turn))
        for r, turn in zip(radii, turns, strict=True)
    ]


def _way(dice: random.Random, lng: float, lat: float) -> BaseGeometry:
    turn, points = dice.uniform(0, 2 * math.pi), [(lng, lat)]
    for _ in range(dice.randint(2, 30)):
        turn += dice.gauss(0, 0.4)
        step = dice.uniform(5, 40) * _METRE
        lng, lat = lng + step * math.cos(turn) / _SQUEEZE, lat + step * math.sin(turn)
        points.append((lng, lat))
    return shapely.LineString(points)
