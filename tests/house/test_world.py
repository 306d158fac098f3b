"""The overview's files come from Natural Earth, and from nothing else."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import world

SOURCES = Path(__file__).parents[3] / "shared" / "registry"
SHIPPED = Path(__file__).parents[2] / "resources" / "overview"


def topology(tmp_path: Path) -> world.Topology:
    """Two countries side by side, one of two parts and with a hole; steps of half a degree."""
    path = tmp_path / "small.topojson"
    said = {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [-10, 40]},
        "objects": {
            "countries": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "id": "250", "arcs": [[0, 1]]},
                    {"type": "MultiPolygon", "id": "724", "arcs": [[[~0, 2]], [[3], [4]]]},
                ],
            },
            "land": {
                "type": "GeometryCollection",
                "geometries": [{"type": "MultiPolygon", "arcs": [[[1, 2]], [[3], [4]]]}],
            },
        },
        "arcs": [
            [[20, 0], [0, 20]],
            [[20, 20], [-20, 0], [0, -20], [20, 0]],
            [[20, 0], [20, 0], [0, 20], [-20, 0]],
            [[60, 0], [20, 0], [0, 20], [-20, 0], [0, -20]],
            [[65, 5], [0, 5], [5, 0], [0, -5], [-5, 0]],
        ],
    }
    path.write_text(json.dumps(said), encoding="utf-8")
    return world.read(path)


def test_arcs_are_steps_scaled_and_moved(tmp_path: Path) -> None:
    small = topology(tmp_path)
    assert small.arcs[0].tolist() == [[0, 40], [0, 50]]
    ring = world.ring(small, [~0, 2])
    assert ring.tolist() == [[0, 50], [0, 40], [10, 40], [10, 50], [0, 50]]


def test_only_what_two_countries_share_is_a_border(tmp_path: Path) -> None:
    (border,) = world.borders(topology(tmp_path))
    assert border[:, 0].tolist() == [0.5, 0.5]


def test_a_hole_belongs_to_its_polygon(tmp_path: Path) -> None:
    rings, owner = world.land(topology(tmp_path))
    assert owner == [0, 1, 1]
    assert [len(ring) for ring in rings] == [7, 5, 5]


def test_what_crosses_the_antimeridian_comes_at_both_sides() -> None:
    ring = np.array([[170.0, 0], [-170, 0], [-170, 10], [170, 10], [170, 0]])
    east, west = sorted(world.flat([ring]), key=lambda part: -part[0][:, 0].max())
    assert east[0][:, 0].min() == pytest.approx(350 / 360)
    assert east[0][:, 0].max() == pytest.approx(370 / 360)
    assert west[0][:, 0].min() == pytest.approx(-10 / 360)
    assert west[0][:, 0].max() == pytest.approx(10 / 360)


def test_what_lies_around_the_pole_is_closed_below_the_map() -> None:
    lng = np.array([0.0, 60, 120, 180, -120, -60, 0])
    ((ring,),) = world.flat([np.column_stack([lng, np.full(7, -70.0)])])
    assert (ring[0] == ring[-1]).all()
    assert ring[:, 0].min() < 0
    assert ring[:, 0].max() > 1
    assert ring[:, 1].max() > 1
    assert np.abs(np.diff(ring[:, 0]))[:-2].max() < 0.6


@pytest.mark.shared
@pytest.mark.skipif(not SOURCES.is_dir(), reason="needs the shared files")
def test_the_shipped_files_are_what_the_sources_give(tmp_path: Path) -> None:
    world.write(SOURCES, tmp_path)
    with np.load(SHIPPED / "world.npz") as shipped, np.load(tmp_path / "world.npz") as made:
        assert shipped.files == made.files
        for name in shipped.files:
            assert np.array_equal(shipped[name], made[name]), name
    rows = [_names(folder / "countries.csv") for folder in (SHIPPED, tmp_path)]
    assert rows[0] == rows[1]


def _names(path: Path) -> list[list[str]]:
    """Code and names; positions may differ in their last digit from one GEOS to the next."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row[:3] for row in csv.reader(file)]
