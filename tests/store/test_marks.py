"""All marks of a map as columns: the same as one by one."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from sharing import founder, view

from collabmap.app.session import Session
from collabmap.domain.feature import Mark, PlaceDraft
from collabmap.domain.geometry import prepare
from collabmap.domain.mark_columns import IS_SHAPE, MarkColumns

LINE = prepare(shapely.LineString([(7.45, 43.75), (7.46, 43.76)])).wkb


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Session]:
    """A map of twenty places of all sorts, some of them changed since, one deleted."""
    session = founder(tmp_path)
    categories = ("eau", "nature")
    places = [
        session.add(PlaceDraft("é" * (n % 3) + f"P {n}", categories[n % 2], 7.4 + n / 3e3, 43.7))
        for n in range(20)
    ]
    session.add(PlaceDraft("Ligne", "eau", 7.45, 43.75, geometry_wkb=LINE))
    for place in places[::4]:
        session.edit(view(session, place), {"name": "Renommé", "category": "culture"})
    session.delete(view(session, places[3]))
    session.hide_place(places[5])
    yield session
    session.close()


def values(columns: MarkColumns) -> list[Mark]:
    return rounded(columns.mark(index) for index in range(len(columns)))


def rounded(marks: Iterable[Mark]) -> list[Mark]:
    """The marks by id; the columns hold a ten-thousandth of a millimetre and no less."""
    return sorted(m._replace(lng=round(m.lng, 12), lat=round(m.lat, 12)) for m in marks)


def test_the_columns_say_what_the_marks_say(town: Session) -> None:
    columns = town.reader.mark_columns()
    assert len(columns) == 19
    assert values(columns) == rounded(town.reader.marks())
    assert (np.diff(columns.row) > 0).all()
    names = [columns.name(i) for i in np.flatnonzero(columns.flags & IS_SHAPE)]
    assert names == ["Ligne"]


def test_the_columns_of_some_are_the_same_of_these(town: Session) -> None:
    ids = frozenset(mark.id for mark in town.reader.marks()[::2]) | {bytes(16)}
    some = town.reader.mark_columns_of(ids)
    assert values(some) == rounded(town.reader.marks_of(ids))
    whole = town.reader.mark_columns()
    assert set(some.row) <= set(whole.row)


def test_times_are_those_that_the_card_shows(town: Session) -> None:
    columns = town.reader.mark_columns()
    for index in range(len(columns)):
        place = view(town, columns.id(index))
        assert columns.born_s[index] == place.born_ms // 1000
        assert columns.changed_s[index] == place.changed_ms // 1000


def test_a_category_with_a_line_break_harms_no_other(town: Session) -> None:
    place = town.add(PlaceDraft("Puits", "eau", 7.4, 43.7))
    town.project.connection.execute(
        "UPDATE feature SET category = ? WHERE uuid = ?", ("eau\nnature", place)
    )
    assert values(town.reader.mark_columns()) == rounded(town.reader.marks())
    assert "eau\nnature" in town.reader.mark_columns().categories


def test_an_empty_map_has_no_columns_to_read(tmp_path: Path) -> None:
    session = founder(tmp_path / "empty")
    assert len(session.reader.mark_columns()) == 0
    assert len(session.reader.mark_columns_of(frozenset({bytes(16)}))) == 0
    session.close()
