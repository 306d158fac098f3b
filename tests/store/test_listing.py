"""Lines of a list by the rows of their features, and the rows that hold a word."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from sharing import founder

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import Bbox
from collabmap.domain.geometry import prepare

LINE = prepare(shapely.LineString([(7.45, 43.75), (7.46, 43.76)])).wkb


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = founder(tmp_path)
    session.add(PlaceDraft("Fontaine du Marché", "eau", 7.42, 43.73, "De l'eau fraîche."))
    session.add(PlaceDraft("Marché couvert", "commerces", 7.43, 43.74, tags=("ombre",)))
    session.add(PlaceDraft("Sentier", "nature", 7.45, 43.75, geometry_wkb=LINE))
    yield session
    session.close()


def names(session: Session, text: str) -> set[str]:
    """Return what the list would show for a text."""
    rows = session.reader.rows_matching(text).tolist()
    assert rows == sorted(rows)
    found = session.reader.place_rows(rows)
    assert sorted(found) == rows
    return {row.name for row in found.values()}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("march", {"Fontaine du Marché", "Marché couvert"}),
        ("marché FONT", {"Fontaine du Marché"}),
        ("fraiche", {"Fontaine du Marché"}),
        ("ombre", {"Marché couvert"}),
        ('" OR *', set()),
        ("", set()),
    ],
)
def test_the_rows_that_hold_a_text_are_read_as_lines(
    session: Session, text: str, wanted: set[str]
) -> None:
    assert names(session, text) == wanted


def test_a_line_tells_what_the_list_of_places_tells(session: Session) -> None:
    rows = session.reader.place_rows(session.reader.rows_matching("sentier").tolist())
    assert list(rows.values()) == session.reader.places(text="sentier")[0]


def test_what_is_deleted_or_hidden_is_no_line(session: Session) -> None:
    deleted, hidden = (session.reader.places(text=t)[0][0].id for t in ("couvert", "sentier"))
    rows = [session.reader.rows_matching(text)[0] for text in ("couvert", "sentier")]
    view = session.reader.place(deleted)
    assert view is not None
    session.delete(view)
    session.hide_place(hidden)
    assert session.reader.place_rows(rows) == {}


def test_lines_and_zones_are_found_by_the_boxes_they_reach_into(session: Session) -> None:
    (row,) = session.reader.shape_rows(Bbox(7.458, 43.758, 7.459, 43.759))
    assert session.reader.place_rows([row])[row].name == "Sentier"
    assert not len(session.reader.shape_rows(Bbox(7.4, 43.7, 7.44, 43.74)))


def test_a_place_whose_position_was_taken_out_is_a_line_all_the_same(session: Session) -> None:
    (row,) = session.reader.rows_matching("sentier").tolist()
    assert session.reader.unplaced_rows([row]).tolist() == []
    view = session.reader.place(session.reader.place_rows([row])[row].id)
    assert view is not None
    session.redact_field(view.id, "geometry")
    assert session.reader.unplaced_rows([row]).tolist() == [row]
    assert not session.reader.place_rows([row])[row].is_placed


def test_everybody_who_gave_a_name_is_known_by_it(session: Session) -> None:
    (author,) = {row.author for row in session.reader.places()[0]}
    assert session.reader.names_of_people() == {author: "Camille"}
