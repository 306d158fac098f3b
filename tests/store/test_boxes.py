"""What lies in a box on the map is found, and nothing else, by cells or by the boxes of lines."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sharing import founder

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.geometry import prepare
from collabmap.store import features, marks

WEST, SOUTH, STEP = 7.42, 43.73, 0.003
LINE = prepare(shapely.LineString([(7.45, 43.75), (7.46, 43.76)])).wkb
FAR_LINE = prepare(shapely.LineString([(7.5, 43.9), (7.9, 44.5)])).wkb
ON_LINE = Bbox(7.458, 43.758, 7.459, 43.759)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A map of a hundred points in rows, some of them many to a cell."""
    session = founder(tmp_path_factory.mktemp("boxes"))
    for number in range(100):
        column, row = number % 10, number // 10
        lng, lat = WEST + column * STEP, SOUTH + row * STEP / 5
        session.add(PlaceDraft(f"{column},{row}", "eau", lng, lat))
    yield session
    session.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Session]:
    session = founder(tmp_path)
    yield session
    session.close()


def names(session: Session, bbox: Bbox | None) -> set[str]:
    marks = {mark.name for mark in session.reader.marks(bbox)}
    places, total = session.reader.places(bbox)
    assert {row.name for row in places} == marks
    assert total == len(marks)
    return marks


edges = st.floats(-0.01, 0.04)


@settings(max_examples=60)
@given(edges, edges, edges, edges)
def test_a_box_finds_the_points_in_it_and_no_other(
    session: Session, one: float, two: float, three: float, four: float
) -> None:
    west, east = sorted((WEST + one, WEST + two))
    south, north = sorted((SOUTH + three, SOUTH + four))
    bbox = Bbox(west, south, east, north)
    inside = {m.name for m in session.reader.marks() if bbox.contains(m.lng, m.lat)}
    assert names(session, bbox) == inside


def test_a_point_on_the_edge_of_a_box_lies_in_it_and_one_just_beyond_does_not(
    session: Session,
) -> None:
    (place,) = [m for m in session.reader.marks() if m.name == "3,4"]
    lng, lat = place.lng, place.lat
    assert names(session, Bbox(lng, lat, lng, lat)) == {"3,4"}
    assert names(session, Bbox(lng + 1e-12, lat, lng + 1e-6, lat)) == set()


def test_a_line_is_found_by_its_box(empty: Session) -> None:
    empty.add(PlaceDraft("path", "eau", 7.45, 43.75, geometry_wkb=LINE))
    assert names(empty, ON_LINE) == {"path"}
    assert names(empty, Bbox(7.47, 43.7, 7.5, 43.8)) == set()


def test_a_point_that_becomes_a_line_and_a_point_again_is_found_where_it_is(
    empty: Session,
) -> None:
    subject = empty.add(PlaceDraft("spring", "eau", 7.42, 43.73))
    at_first = Bbox(7.419, 43.729, 7.421, 43.731)
    assert (names(empty, at_first), names(empty, ON_LINE)) == ({"spring"}, set())
    view = empty.reader.place(subject)
    assert view is not None
    empty.edit(view, {"geometry_wkb": LINE})
    assert (names(empty, at_first), names(empty, ON_LINE)) == (set(), {"spring"})
    view = empty.reader.place(subject)
    assert view is not None
    empty.edit(view, {"position": LngLat(7.42, 43.73)})
    assert (names(empty, at_first), names(empty, ON_LINE)) == ({"spring"}, set())


def test_a_box_over_the_antimeridian_finds_both_its_sides(empty: Session) -> None:
    for lng in (179.9, -179.9, 0.0):
        empty.add(PlaceDraft(f"{lng}", "eau", lng, -17.0))
    path = prepare(shapely.LineString([(-179.95, -17.1), (-179.9, -17.1)])).wkb
    empty.add(PlaceDraft("path", "eau", -179.9, -17.1, geometry_wkb=path))
    assert names(empty, Bbox(179, -18, -179, -16)) == {"179.9", "-179.9", "path"}


def test_the_extent_of_what_is_published_holds_points_and_lines(empty: Session) -> None:
    empty.add(PlaceDraft("spring", "eau", 7.42, 43.73))
    empty.add(PlaceDraft("path", "eau", 7.45, 43.75, geometry_wkb=LINE))
    for draft in (False, True):
        box, count = features.published_extent(empty.project.connection, draft=draft)
        assert box == pytest.approx((7.42, 43.73, 7.46, 43.76), abs=1e-5)
        assert count == 2


def test_the_extent_of_a_map_holds_lines_whole_and_nothing_that_is_hidden(empty: Session) -> None:
    empty.add(PlaceDraft("path", "eau", 7.45, 43.75, geometry_wkb=LINE))
    assert empty.reader.extent() == pytest.approx((7.45, 43.75, 7.46, 43.76), abs=1e-5)
    far = empty.add(PlaceDraft("spring", "eau", 8.42, 44.73))
    far_path = empty.add(PlaceDraft("far", "eau", 7.5, 43.9, geometry_wkb=FAR_LINE))
    assert empty.reader.extent() == pytest.approx((7.45, 43.75, 8.42, 44.73), abs=1e-5)
    for place in (far, far_path):
        empty.hide_place(place)
    assert empty.reader.extent() == pytest.approx((7.45, 43.75, 7.46, 43.76), abs=1e-5)


def test_a_box_is_looked_up_by_ranges_of_cells(session: Session) -> None:
    """Without the index, every look at the map would read all of it."""
    database = session.project.connection
    statements: list[str] = []
    database.set_trace_callback(statements.append)
    try:
        marks.marks(database, Bbox(7.42, 43.73, 7.43, 43.74))
    finally:
        database.set_trace_callback(None)
    plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {statements[0]}")]
    assert "SEARCH feature_cell USING PRIMARY KEY (cell>? AND cell<?)" in plan
    assert "SEARCH f USING INTEGER PRIMARY KEY (rowid=?)" in plan
