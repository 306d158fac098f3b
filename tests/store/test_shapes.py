"""Lines and zones are found by their boxes: those that reach into one, large ones first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry
from sharing import founder

from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceDraft
from collabmap.domain.geo import Bbox
from collabmap.domain.geometry import prepare

WORLD = Bbox(-180, -85, 180, 85)
ZONES = {
    f"{size}": shapely.box(7.4 + size / 100, 43.7, 7.4 + size / 50, 43.7 + size / 100)
    for size in (1, 2, 3, 5, 8)
}


def draft(name: str, shape: BaseGeometry) -> PlaceDraft:
    made = prepare(shape)
    return PlaceDraft(name, "eau", *made.position, geometry_wkb=made.wkb)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A map of five zones, a line and a point."""
    session = founder(tmp_path_factory.mktemp("shapes"))
    shapes = {**ZONES, "way": shapely.LineString([(8.0, 43.0), (8.2, 43.0)])}
    for name, shape in shapes.items():
        session.add(draft(name, shape))
    session.add(PlaceDraft("well", "eau", 7.45, 43.72))
    yield session
    session.close()


def names(session: Session, bbox: Bbox = WORLD, smallest_deg: float = 0.0) -> list[str]:
    found = session.reader.shapes(bbox, smallest_deg=smallest_deg, limit=100)
    return [row.name for row in found]


def test_lines_and_zones_are_found_and_no_point(session: Session) -> None:
    assert set(names(session)) == {*ZONES, "way"}


def test_a_shape_is_told_whole(session: Session) -> None:
    found = next(r for r in session.reader.shapes(WORLD, limit=100) if r.name == "way")
    assert shapely.from_wkb(found.wkb) == shapely.LineString([(8.0, 43.0), (8.2, 43.0)])
    assert (found.category, found.state, found.disagreement) == (
        "eau",
        FeatureState.ACCEPTED,
        False,
    )
    assert [found.mark] == session.reader.marks_of(frozenset([found.id]))
    assert session.reader.shapes_of(frozenset([found.id])) == [found]


def test_the_largest_come_first_and_the_rest_is_left_out(session: Session) -> None:
    largest = session.reader.shapes(WORLD, limit=2)
    assert [row.name for row in largest] == ["8", "5"]


def test_what_is_smaller_than_a_pixel_is_left_out(session: Session) -> None:
    assert set(names(session, smallest_deg=0.04)) == {"5", "8", "way"}


edges = st.floats(-0.05, 0.25)


@settings(max_examples=60)
@given(edges, edges, edges, edges)
def test_a_box_finds_what_reaches_into_it(
    session: Session, one: float, two: float, three: float, four: float
) -> None:
    (west, east), (south, north) = (
        sorted((7.4 + one, 7.4 + two)),
        sorted((43.6 + three, 43.6 + four)),
    )
    found = set(names(session, Bbox(west, south, east, north)))
    frame = shapely.box(west, south, east, north)
    # Kept boxes have 32 bits and are rounded outwards, by less than a metre.
    meets = {name for name, zone in ZONES.items() if zone.intersects(frame)}
    near = {name for name, zone in ZONES.items() if zone.distance(frame) < 1e-5}
    assert meets <= found <= near


def test_a_box_across_the_antimeridian_finds_both_sides(session: Session) -> None:
    assert names(session, Bbox(8.1, 42, -170, 44)) == ["way"]


def test_a_hidden_shape_is_not_told(session: Session) -> None:
    hidden = next(r for r in session.reader.shapes(WORLD, limit=100) if r.name == "3")
    session.hide_place(hidden.id)
    try:
        assert "3" not in names(session)
        assert session.reader.shapes_of(frozenset([hidden.id])) == []
    finally:
        session.unhide(hidden.id)
    assert "3" in names(session)


def test_boxes_tell_where_shapes_lie(session: Session) -> None:
    way = next(r for r in session.reader.shapes(WORLD, limit=100) if r.name == "way")
    (box,) = session.reader.shape_boxes(frozenset([way.id]), None)
    assert box == pytest.approx((8.0, 43.0, 8.2, 43.0), abs=1e-5)
    (around,) = session.reader.shape_boxes(None, Bbox(7.41, 43.7, 7.415, 43.71))
    assert around == pytest.approx((7.41, 43.7, 7.42, 43.71), abs=1e-5)
    assert session.reader.shape_boxes(None, Bbox(0, 0, 1, 1)) == []


def test_a_moved_shape_is_found_where_it_is_now(tmp_path: Path) -> None:
    session = founder(tmp_path)
    moved = session.add(draft("wood", shapely.box(0, 0, 0.5, 0.5)))
    view = session.reader.place(moved)
    assert view is not None
    session.edit(view, {"geometry_wkb": prepare(shapely.box(1, 1, 2, 2)).wkb})
    assert names(session, Bbox(0, 0, 0.9, 0.9)) == []
    assert names(session, Bbox(1.5, 1.5, 1.6, 1.6)) == ["wood"]
    session.close()
