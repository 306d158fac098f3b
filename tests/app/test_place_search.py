from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from basemap.gazetteers import ANDORRA, DEMO, ROCK, pack, shared

from collabmap.app.place_kinds import KIND_WORDS, kind_words
from collabmap.app.place_search import PlaceFinder, packs_of
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
