"""Numbers that a map holds: in the keywords of its places, and by quarter."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sharing import founder

from collabmap.app.numbers import MOST_SERIES
from collabmap.app.place_tags import Tags
from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.number_tags import Left
from collabmap.store.place_tags import TagRow


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = founder(tmp_path)
    yield session
    session.close()


def add(session: Session, name: str, lng: float, *tags: str) -> bytes:
    return session.add(PlaceDraft(name, "nature", lng, 43.73, tags=tags))


def test_numbers_in_keywords_are_found_with_their_place(session: Session) -> None:
    add(session, "Carrefour", 7.42, "no2=18,4 µg/m³", "bruit: 62 dB", "ombre")
    add(session, "École", 7.43, "NO2 = 12", "wc:oui")
    add(session, "Quai", 7.44, "no2=-3", "no2=beaucoup")
    add(session, "Parc", 7.45)
    no2, noise = session.reader.number_series()
    assert (no2.name, no2.unit, no2.size) == ("NO2", "µg/m³", 2)
    assert (noise.name, noise.unit, noise.size) == ("bruit", "dB", 1)
    found = session.reader.numbers(no2)
    assert found.values.tolist() == [18.4, 12]
    assert found.lng.tolist() == [7.42, 7.43]
    assert found.left == Left(unreadable=2, other_units=0)
    assert found.only(found.rows[1:]).values.tolist() == [12]


def test_places_are_counted_by_quarter_and_those_of_none_apart(session: Session) -> None:
    ids = [add(session, f"Arbre {n}", round(7.42 + n / 100, 2)) for n in range(4)]
    rows = tuple(
        TagRow(
            each,
            round(7.42 + n / 100, 2),
            43.73,
            "Le Port" if n < 2 else "",
            "Monaco" if n < 3 else "",
        )
        for n, each in enumerate(ids)
    )
    session.keep_place_tags(Tags(b"basis", rows, True))
    columns = session.reader.mark_columns()
    counted = session.reader.quarter_counts(columns)
    assert dict(zip(counted.names, counted.values.tolist(), strict=True)) == {
        "Le Port": 2,
        "Monaco": 1,
    }
    assert counted.lng[counted.names.index("Le Port")] == pytest.approx(7.425)
    assert counted.elsewhere == 1
    first = np.arange(len(columns)) == 0
    assert session.reader.quarter_counts(columns, first).values.tolist() == [1]


def test_names_without_end_are_not_all_offered(session: Session) -> None:
    add(session, "Carrefour", 7.42, "no2=18")
    add(session, "École", 7.43, "no2=12", *(f"n{number}=1" for number in range(MOST_SERIES + 5)))
    offered = session.reader.number_series()
    assert len(offered) == MOST_SERIES
    assert offered[0].name == "no2"
