"""What goes into a spool comes out, near where it is asked for and nowhere else."""

import io
import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from collabmap.basemap import spool as spooling
from collabmap.basemap.spool import EVERYWHERE, Spool, SpoolWriter
from collabmap.render.shapes import Shapes

unit = st.floats(0.0, 1.0)
boxes = st.builds(
    lambda x, y, size: shapely.box(x, y, min(1.0, x + size), min(1.0, y + size)),
    st.floats(0.0, 0.99), st.floats(0.0, 0.99), st.sampled_from([1e-6, 1e-4, 0.01, 0.3, 1.0]),
)  # fmt: skip


def rings(shapes: Shapes) -> list[bytes]:
    cuts = zip(shapes.starts, shapes.starts[1:], strict=False)
    return sorted(shapes.points[first:stop].tobytes() for first, stop in cuts)


def spooled(*batches: list[shapely.Geometry]) -> Spool:
    file = io.BytesIO()
    writer = SpoolWriter(file)
    for batch in batches:
        writer.add(("area", "green"), batch)
    return Spool(file, writer.finish())


@given(st.lists(boxes, min_size=1, max_size=30), st.lists(boxes, max_size=30), unit, unit, unit)
@settings(max_examples=80, deadline=None)
def test_all_that_reaches_into_a_box_is_found(
    first: list[shapely.Geometry], second: list[shapely.Geometry], x: float, y: float, size: float
) -> None:
    spool = spooled(first, second)
    everything = Shapes.of([*first, *second], are_closed=True)
    assert rings(spool.shapes_in(EVERYWHERE).areas["green"]) == rings(everything)
    box = (x, y, x + size * size, y + size * size)
    found = spool.shapes_in(box).areas.get("green")
    touching = 0 if found is None else len(found.touching(box))
    assert touching == len(everything.touching(box))


def test_a_small_box_loads_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooling, "WAITING", 1000)
    grid = [shapely.box(x, y, x + 1e-5, y + 1e-5)
            for x in np.linspace(0.4, 0.6, 30) for y in np.linspace(0.4, 0.6, 30)]  # fmt: skip
    spool = spooled(grid[::2], grid[1::2])
    found = spool.shapes_in((0.5, 0.5, 0.5001, 0.5001)).areas.get("green")
    assert found is None or len(found) < 10
    assert len(spool.shapes_in(EVERYWHERE).areas["green"]) == 900


def test_holes_stay_with_their_polygon() -> None:
    ring = shapely.Point(0.5, 0.5).buffer(1e-4).difference(shapely.Point(0.5, 0.5).buffer(5e-5))
    other = shapely.box(0.2, 0.2, 0.2001, 0.2001)
    shapes = spooled([other, ring, other]).shapes_in(EVERYWHERE).areas["green"]
    assert len(shapes) == 3
    assert sorted(np.bincount(shapes.owner)) == [1, 1, 2]


def test_pieces_of_a_street_are_joined_across_cells() -> None:
    file = io.BytesIO()
    writer = SpoolWriter(file)
    xs = [0.5, 0.5003, 0.5006, 0.5009]
    lines = [shapely.LineString([(a, 0.5), (b, 0.5)]) for a, b in itertools.pairwise(xs)]
    writer.add(("street", "street"), [*lines, lines[0]], ["Rue A", "Rue A", "Rue A", "Rue B"])
    writer.add(("spot", "town"), [shapely.Point(0.5, 0.5)], ["Ville"], [0.25])
    spool = Spool(file, writer.finish())
    names = spool.names_in(EVERYWHERE, ["street"], ["town"])
    assert [(street.name, len(street.points)) for street in names.streets] == [
        ("Rue A", 4), ("Rue B", 2),
    ]  # fmt: skip
    assert [tuple(spot) for spot in names.spots] == [("Ville", "town", 0.5, 0.5, 0.25)]
    assert spool.names_in((0.1, 0.1, 0.2, 0.2), ["street"], ["town"]).streets == ()


def test_what_is_kept_at_hand_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooling, "AT_HAND", 10_000)
    grid = [shapely.box(x, y, x + 1e-5, y + 1e-5)
            for x in np.linspace(0.1, 0.9, 30) for y in np.linspace(0.1, 0.9, 30)]  # fmt: skip
    spool = spooled(grid)
    for x in np.linspace(0.1, 0.8, 15):
        spool.shapes_in((x, 0.1, x + 0.05, 0.9)).areas.get("green")
        assert sum(spooling._weight(chunk) for chunk in spool._kept.values()) < 20_000


def test_a_spool_that_is_cleared_begins_anew() -> None:
    file = io.BytesIO()
    writer = SpoolWriter(file)
    writer.add(("area", "green"), [shapely.box(0.1, 0.1, 0.2, 0.2)])
    writer.clear()
    writer.add(("area", "wood"), [shapely.box(0.3, 0.3, 0.4, 0.4)])
    assert set(Spool(file, writer.finish()).shapes_in(EVERYWHERE).areas) == {"wood"}
