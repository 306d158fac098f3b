import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from basemap.gazetteers import ANDORRA, DEMO, ROCK, pack, shared

from collabmap.app.place_kinds import KIND_WORDS, kind_words
from collabmap.app.place_search import PlaceFinder, packs_of
from collabmap.app.place_tags import where
from collabmap.app.session import Session
from collabmap.app.words import set_language
from collabmap.basemap.gazetteer import add_to
from collabmap.basemap.gazetteer_kinds import KINDS
from collabmap.store.device import Device


@pytest.fixture(scope="module")
def monaco(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = pack(tmp_path_factory.mktemp("packs") / "monaco.mbtiles")
    add_to(path, [DEMO], None)
    return path


@pytest.fixture
def finder() -> Iterator[PlaceFinder]:
    finder = PlaceFinder()
    yield finder
    finder.close()


def test_streets_of_the_base_map_and_towns_beyond_it(finder: PlaceFinder, monaco: Path) -> None:
    street = finder.find("rue grimaldi", [monaco], ROCK).found[0]
    assert (street.kind, street.name, street.where) == (
        "main_street",
        "Rue Grimaldi",
        "La Condamine, Monaco",
    )
    assert street.credit == ""
    town = finder.find("cap d'ail", [monaco], ROCK).found[0]
    assert (town.kind, town.name, town.credit) == ("town", "Cap-d'Ail", "GeoNames, CC BY 4.0")


def test_a_town_is_found_without_any_base_map(finder: PlaceFinder) -> None:
    assert finder.find("saint etienne", []).found[0].name == "Saint-Etienne"
    assert finder.find("évian-les-bains", []).found[0].where == "Haute-Savoie"


def test_the_same_thing_comes_once(finder: PlaceFinder, monaco: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mbtiles"
    copy.write_bytes(monaco.read_bytes())
    found = finder.find("monaco", [monaco, copy], ROCK).found
    assert [place.kind for place in found if place.name == "Monaco"] == ["city"]


def test_several_base_maps_are_asked(finder: PlaceFinder, monaco: Path, tmp_path: Path) -> None:
    andorra = pack(tmp_path / "andorra.mbtiles")
    add_to(andorra, [shared(ANDORRA)], None)
    both = [monaco, andorra]
    assert finder.find("carlemany", both, ROCK).found[0].name == "Avinguda Carlemany"
    assert finder.find("grimaldi", both, ROCK).found[0].name == "Rue Grimaldi"


def test_a_position_in_numbers(finder: PlaceFinder) -> None:
    (spot,) = finder.find("43,7312 7,4198", [], ROCK).found
    assert spot.kind == "spot"
    assert spot.position == pytest.approx((7.4198, 43.7312))


def test_an_index_that_comes_or_changes_is_seen(finder: PlaceFinder, tmp_path: Path) -> None:
    path = pack(tmp_path / "town.mbtiles")
    assert finder.find("rue grimaldi", [path], ROCK).found == ()
    add_to(path, [DEMO], None)
    assert finder.find("rue grimaldi", [path], ROCK).found
    path.unlink()
    assert finder.find("rue grimaldi", [path], ROCK).found == ()


def test_a_guess_where_nothing_is_found(finder: PlaceFinder, monaco: Path) -> None:
    answer = finder.find("larvotttttot", [monaco], ROCK)
    assert answer.found == ()
    assert answer.guess == "larvotto"


def test_the_base_map_beside_a_project(tmp_path: Path) -> None:
    session = Session.create(tmp_path / "town", Device(tmp_path / "c"), "Ville", "Camille")
    with closing(session):
        assert packs_of(session.project) == []
        beside = pack(tmp_path / "town.mbtiles")
        second = pack(tmp_path / "town.centre.mbtiles")
        pack(tmp_path / "townhall.mbtiles")
        assert packs_of(session.project) == [beside, second]


def test_every_kind_has_words_in_both_languages() -> None:
    assert set(KIND_WORDS) == {*KINDS, "spot", "address"}
    set_language("fr")
    assert kind_words("something new") == kind_words("place")


DAMAGES = {
    "no names": "DROP TABLE gazetteer_entry",
    "no text": "DROP TABLE gazetteer_text",
    "no words": "DROP TABLE gazetteer_word",
    "no areas": "DROP TABLE gazetteer_area",
    "torn text": "UPDATE gazetteer_text_data SET block = x'00112233'",
    "a kind of later": "UPDATE gazetteer_entry SET kind = 'spaceport'",
    "names of bytes": "UPDATE gazetteer_entry SET names = x'ff00ff'",
    "no numbers": "UPDATE gazetteer_entry SET lng = 'east'",
    "far away": "UPDATE gazetteer_entry SET lng = 1 << 60",
    "shapes of nothing": "UPDATE gazetteer_area SET shape = x'0011'",
    "roles of later": "UPDATE gazetteer_area SET role = 'planet'",
    "areas named in bytes": "UPDATE gazetteer_area SET name = x'ff'",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_leaves_the_others_alone(
    finder: PlaceFinder, monaco: Path, tmp_path: Path, damage: str
) -> None:
    torn = tmp_path / "torn.mbtiles"
    torn.write_bytes(monaco.read_bytes())
    with closing(sqlite3.connect(torn)) as db:
        db.execute(DAMAGES[damage])
        db.commit()
    for text in ("12 rue grimaldi", "rue grimadli", "condamine"):
        found = finder.find(text, [torn, monaco], ROCK).found
        assert found, text
    at = np.array([7.4203]), np.array([43.7345])
    assert where([torn, monaco], *at)[0].words == "La Condamine, Monaco"


@pytest.mark.parametrize(
    "text",
    ['"', '""', "rue*", "NEAR(rue gare)", "OR NOT", "name:rue", "'; DROP TABLE x;--", "(((", "-- !",
     "\x00", "rue\x00gare", "😀 rue", "רחוב", "\u202erue", "\ud800", "nan nan", "1e400 1e400",
     "9" * 400 + " rue", "a" * 5000, "rue " * 2000, " \t\n"],
)  # fmt: skip
def test_whatever_is_typed_is_a_question(finder: PlaceFinder, monaco: Path, text: str) -> None:
    for near in (None, ROCK):
        assert len(finder.find(text, [monaco], near).found) <= 8
