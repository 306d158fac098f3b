"""Shapes that no map can draw: not a number, broken, without end.  Here nobody enters them."""

import contextlib
import math
import sqlite3
import struct
import sys
from pathlib import Path

import pytest
import rfc7946
import shapely

from collabmap.app.care_words import care_words
from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import Bbox, LngLat
from collabmap.errors import BundleDamaged, InputInvalid
from collabmap.store import care
from collabmap.store.project import Project

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
    assert len(merged.reader.review_items()) == len(SHAPES)
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
    for item in merged.reader.review_items():
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


# --- what is shown of them, and listed as needing care ----------------------------------------

CARE = {
    "not a number": "off-the-map",
    "half a number": "off-the-map",
    "without end": "off-the-map",
    "off the world": "off-the-map",
    "far off the world": "off-the-map",
    "empty": "missing",
    "an empty point": "off-the-map",
    "an empty zone": "missing",
    "cut": "unreadable",
    "of an unknown kind": "unreadable",
    "a promise of four thousand million points": "unreadable",
    "a promise of four thousand million rings": "unreadable",
    "of another system of reference": "off-the-map",
    "a bow tie": "mended",
    "a ring that is open": "mended",
    "a ring without room": "no-extent",
    "a zone that is not a number": "partly",
    "the whole world": "partly",
    "a collection of collections": "unreadable",
    "a well without bottom": "unreadable",
    "three thousand eight hundred corners": "too-large",
}
NOWHERE = {"missing", "unreadable", "off-the-map"}


def test_what_needs_care_is_listed_with_its_reason(merged: Session) -> None:
    rows = merged.reader.care()
    assert {row.name: row.reason for row in rows} == CARE
    assert [row.name for row in rows] == sorted(CARE, key=str.lower)
    for row in rows:
        view = merged.reader.place(row.id)
        assert view is not None
        assert view.care == row.reason
        assert care_words(row.reason).endswith(".")
    db = merged.project.connection
    ids = dict(db.execute("SELECT uuid, id FROM feature").fetchall())
    assert [row.row for row in rows] == [ids[row.id] for row in rows]


def test_all_that_lies_somewhere_is_on_the_map_sound(merged: Session) -> None:
    shown = {mark.name for mark in merged.reader.marks()}
    assert shown >= {name for name in SHAPES if CARE.get(name) not in NOWHERE}
    shapes = merged.reader.shapes(Bbox(-180, -85, 180, 85), limit=1000)
    assert {row.name for row in shapes} >= {"a bow tie", "the whole world"}
    for row in shapes:
        shape = shapely.from_wkb(row.wkb)
        assert shape.is_valid
        west, south, east, north = shape.bounds
        assert -180 <= west <= east <= 180
        assert -86 <= south <= north <= 86


def test_the_rest_of_a_zone_with_one_broken_corner_is_shown(
    town: Session, laptops: Laptops, tmp_path: Path
) -> None:
    corners = [(7.4, 43.7), (7.5, 43.7), (NAN, 43.75), (7.5, 43.8), (7.4, 43.8), (7.4, 43.7)]
    log = Stranger(town.project.id)
    log.write(log.enrol(invitation_of(laptops("Aïcha"))), TURN)
    log.write(create_row(b"z" * 16, name="Parc", category="eau", geometry=ring(*corners)))
    town.merge([log.bundle(tmp_path / "one.cmbundle")])
    (shape,) = town.reader.shapes_of(frozenset({b"z" * 16}))
    square = shapely.box(7.4, 43.7, 7.5, 43.8)
    assert shapely.from_wkb(shape.wkb).equals(square)


def test_whoever_puts_it_right_takes_it_off_the_list(merged: Session) -> None:
    for row in merged.reader.care():
        view = merged.reader.place(row.id)
        assert view is not None
        # What is shown of it, drawn anew as it is.
        again = {"geometry_wkb": view.geometry_wkb} if view.geometry_wkb else {}
        if row.reason in ("too-large", "no-extent") or not again:
            again = {"position": LngLat(7.4, 43.7)}
        merged.edit(view, again)
    assert {row.name: row.reason for row in merged.reader.care()} == {}
    assert {mark.name for mark in merged.reader.marks()} >= SHAPES.keys()
    merged.undo()
    assert len(merged.reader.care()) == 1
    digest = merged.info().digest_hex
    assert merged.rebuild() == digest
    assert len(merged.reader.care()) == 1


def test_what_was_refused_or_is_hidden_here_needs_no_care(merged: Session) -> None:
    one, two, *_ = merged.reader.care()
    item = next(item for item in merged.reader.review_items() if item.id == one.id)
    merged.reject(item, "n’est nulle part")
    merged.hide_place(two.id)
    assert not {one.id, two.id} & {row.id for row in merged.reader.care()}


def test_a_file_from_before_lists_what_lies_nowhere(merged: Session) -> None:
    expected = {row.name for row in merged.reader.care() if row.reason in NOWHERE}
    merged.close()
    with contextlib.closing(sqlite3.connect(merged.path)) as db, db:
        db.execute("DROP TABLE care")
        db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '%care'")
        db.execute("PRAGMA user_version = 4")
    looked_at = Session.open(merged.path, merged.device, read_only=True)
    with contextlib.closing(looked_at):
        assert looked_at.reader.care() == []
    again = Project.open(merged.path)
    with contextlib.closing(again):
        rows = care.listed(again.connection, "1", [])
        assert {row.name: row.reason for row in rows} == dict.fromkeys(expected, "unreadable")
        with again.writing():
            again.model.rebuild()
        rows = care.listed(again.connection, "1", [])
        assert {row.name: row.reason for row in rows} == CARE


def test_a_shape_of_a_hundred_thousand_corners_does_not_come_in_and_harms_nothing_else(
    town: Session, laptops: Laptops, tmp_path: Path
) -> None:
    log = Stranger(town.project.id)
    log.write(log.enrol(invitation_of(laptops("Aïcha"))), TURN)
    log.write(create_row(b"a" * 16, name="Puits", category="eau", geometry=point(7.4, 43.7)))
    log.write(create_row(b"b" * 16, name="Tout", category="eau", geometry=circle(100_000)))
    bundle = tmp_path / "huge.cmbundle"
    with pytest.raises(BundleDamaged):
        # Even whoever writes it is told that it cannot be read.
        log.bundle(bundle)
    report = town.merge([bundle])
    assert [type(problem) for problem in report.problems] == [BundleDamaged]
    assert "Puits" in {mark.name for mark in town.reader.marks()}
    assert town.reader.place(b"b" * 16) is None
