"""The places of an extract by name, and what an extract says of itself."""

from pathlib import Path

import pytest
import shapely

from collabmap.app.settings import resource
from collabmap.basemap.communes import communes, fold, matching
from collabmap.basemap.extract_facts import facts_of
from collabmap.errors import Cancelled, ExtractUnreadable, FileMissing

MONACO = resource("demo/monaco-2023-12-25.osm.pbf")


def test_quarters_have_their_own_outline_and_the_town_a_box_around_its_middle() -> None:
    found = {place.name: place for place in communes([MONACO])}
    quarter, town = found["La Condamine"], found["Monaco"]
    assert quarter.kind == "district"
    assert quarter.outline is not None
    assert quarter.outline.contains(shapely.Point(7.4200, 43.7340))
    assert quarter.bbox == pytest.approx(quarter.outline.bounds)
    assert (town.kind, town.outline) == ("city", None)
    assert town.bbox.contains(7.4246, 43.7384)


def test_a_place_is_listed_once_however_often_it_is_given() -> None:
    once = communes([MONACO])
    assert communes([MONACO, MONACO]) == once
    names = [place.name for place in once]
    assert len(set(names)) == len(names)


def test_the_words_that_begin_a_name_come_first_and_accents_do_not_matter() -> None:
    places = communes([MONACO])
    assert matching(places, "MONA")[0].name == "Monaco"
    assert [place.name for place in matching(places, "sainte-devote")] == ["Ravin de Sainte-Dévote"]
    assert matching(places, "xyzzy") == []
    assert fold("Écully") == "ecully"


def test_reading_the_places_can_be_stopped() -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        communes([MONACO], cancel=stop)


def test_an_extract_says_where_it_is_and_from_when() -> None:
    facts = facts_of(MONACO)
    assert facts.bbox.contains(7.42, 43.735)
    assert (facts.made.year, facts.made.month) == (2023, 12)
    assert facts.bytes == MONACO.stat().st_size


def test_what_is_no_extract_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "a.osm.pbf"
    bad.write_bytes(b"a shopping list")
    with pytest.raises(ExtractUnreadable):
        facts_of(bad)
    with pytest.raises(ExtractUnreadable):
        communes([bad])
    with pytest.raises(FileMissing):
        communes([tmp_path / "gone.osm.pbf"])
