"""Shapes that no map can draw: not a number, broken, without end.  Here nobody enters them."""

import math
import struct
import sys
from pathlib import Path

import pytest
import rfc7946
import shapely

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import Bbox, LngLat
from collabmap.errors import InputInvalid

from .conftest import Laptops
from .strangers import TURN, Stranger, create_row, invitation_of

NAN, INF = math.nan, math.inf


def point(lng: float, lat: float) -> bytes:
    return struct.pack("<BIdd", 1, 1, lng, lat)


def ring(*positions: tuple[float, float]) -> bytes:
    return struct.pack("<BIII", 1, 3, 1, len(positions)) + b"".join(
        struct.pack("<dd", *position) for position in positions
    )


def nested(depth: int) -> bytes:
    return struct.pack("<BII", 1, 7, 1) * depth + point(7.4, 43.7)


def circle(vertices: int) -> bytes:
    step = 2 * math.pi / vertices
    edge = [
        (7.4 + math.cos(n * step) / 100, 43.7 + math.sin(n * step) / 100) for n in range(vertices)
    ]
    return ring(*edge, edge[0])


SHAPES = {
    "not a number": point(NAN, NAN),
    "half a number": point(7.4, NAN),
    "without end": point(INF, -INF),
    "off the world": point(7.4, 91.0),
    "far off the world": point(1e308, -1e308),
    "the smallest numbers": point(sys.float_info.min, 5e-324),
    "empty": b"",
    "an empty point": shapely.to_wkb(shapely.Point()),
    "an empty zone": struct.pack("<BII", 1, 3, 0),
    "cut": point(7.4, 43.7)[:-3],
    "more behind it": point(7.4, 43.7) + b"more",
    "of an unknown kind": struct.pack("<BIdd", 1, 99, 7.4, 43.7),
    "a promise of four thousand million points": struct.pack("<BII", 1, 2, 0xFFFFFFFF),
    "a promise of four thousand million rings": struct.pack("<BII", 1, 3, 0xFFFFFFFF),
    "big-endian": struct.pack(">BIdd", 0, 1, 7.4, 43.7),
    "of another system of reference": struct.pack("<BIIdd", 1, 0x20000001, 2154, 7e5, 6e6),
    "with heights": struct.pack("<BIddd", 1, 1001, 7.4, 43.7, NAN),
    "a bow tie": ring((7.4, 43.7), (7.5, 43.8), (7.5, 43.7), (7.4, 43.8), (7.4, 43.7)),
    "a ring that is open": ring((7.4, 43.7), (7.5, 43.8), (7.5, 43.7)),
    "a ring without room": ring((7.4, 43.7), (7.4, 43.7), (7.4, 43.7), (7.4, 43.7)),
    "a zone that is not a number": ring((7.4, 43.7), (NAN, 43.8), (7.5, 43.7), (7.4, 43.7)),
    "the whole world": ring((-180, -90), (180, -90), (180, 90), (-180, 90), (-180, -90)),
    "a collection of collections": nested(30),
    "a well without bottom": nested(6000),
    "three thousand eight hundred corners": circle(3800),
}


@pytest.fixture
def merged(town: Session, laptops: Laptops, tmp_path: Path) -> Session:
    """A town into which a resident's version without any checks has sent all of them."""
    log = Stranger(town.project.id)
    log.write(log.enrol(invitation_of(laptops("Aïcha"))), TURN)
    for number, (name, shape) in enumerate(SHAPES.items()):
        log.write(create_row(bytes([number + 1]) * 16, name=name, category="eau", geometry=shape))
    report = town.merge([log.bundle(tmp_path / "shapes.cmbundle")])
    assert report.problems == ()
    assert town.project.log.unapplied() == 0
    return town


def test_shapes_that_cannot_be_drawn_come_in_and_disturb_nobody(merged: Session) -> None:
    assert len(merged.reader.queue()) == len(SHAPES)
    for number, name in enumerate(SHAPES):
        view = merged.reader.place(bytes([number + 1]) * 16)
        assert view is not None
        assert view.name == name
    for mark in merged.reader.marks(Bbox(-180, -85, 180, 85)):
        assert all(map(math.isfinite, (mark.lng, mark.lat)))
        assert -180 <= mark.lng <= 180
        assert -90 <= mark.lat <= 90
    extent = merged.reader.extent()
    assert extent is None or all(map(math.isfinite, extent))
    digest = merged.info().digest_hex
    assert merged.rebuild() == digest


def test_an_accepted_shape_that_cannot_be_drawn_leaves_the_export_sound(
    merged: Session, tmp_path: Path
) -> None:
    for item in merged.reader.queue():
        merged.accept(item)
    for draft in (True, False):
        path = tmp_path / f"map-{draft}.geojson"
        merged.export_geojson(path, draft=draft)
        assert rfc7946.problems(path.read_bytes()) == []


def test_two_laptops_agree_about_shapes_that_cannot_be_drawn(
    merged: Session, laptops: Laptops, tmp_path: Path
) -> None:
    nour = laptops("Nour")
    nour.merge([merged.give_back(tmp_path / "all").path])
    merged.merge([nour.give_back(tmp_path / "back").path])
    nour.merge([merged.give_back(tmp_path / "all").path])
    assert nour.info().digest_hex == merged.info().digest_hex


@pytest.mark.parametrize("name", SHAPES)
def test_nobody_enters_such_a_shape_here(town: Session, name: str) -> None:
    draft = PlaceDraft("Puits", "eau", 7.4, 43.7, geometry_wkb=SHAPES[name])
    try:
        place = town.add(draft)
    except InputInvalid:
        assert len(town.reader.marks()) == 1
        return
    # What can be mended is: then it is a shape like any other.
    view = town.reader.place(place)
    assert view is not None
    assert view.geometry_wkb is not None
    shape = shapely.from_wkb(view.geometry_wkb)
    assert shape.is_valid
    assert not shape.is_empty
    west, south, east, north = shape.bounds
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    assert place in {mark.id for mark in town.reader.marks(Bbox(-180, -85, 180, 85))}


@pytest.mark.parametrize(
    "position", [(NAN, 43.7), (7.4, NAN), (INF, 0), (0, -INF), (181, 0), (0, 86)]
)
def test_a_position_that_is_none_is_refused(town: Session, position: tuple[float, float]) -> None:
    with pytest.raises(InputInvalid):
        town.add(PlaceDraft("Puits", "eau", *position))
    view = town.reader.place(town.reader.marks()[0].id)
    assert view is not None
    with pytest.raises(InputInvalid):
        town.edit(view, {"position": LngLat(*position)})
    if not abs(position[0]) > 180:
        with pytest.raises(InputInvalid):
            town.edit(view, {"geometry_wkb": point(*position)})
    assert town.reader.place(view.id) == view
