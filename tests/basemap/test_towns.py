from pathlib import Path

import numpy as np

from collabmap.basemap.gazetteer_where import Where
from collabmap.basemap.towns import centres_of, gazetteer_of, read_towns
from collabmap.domain.geo import LngLat

TOWNS = Path(__file__).parents[2] / "resources" / "places" / "geonames-places-francophone.csv"


def test_the_list_is_whole_and_lies_on_the_earth() -> None:
    towns = read_towns(TOWNS)
    assert len(towns) == 10_746
    assert all(town.name and len(town.country) == 2 for town in towns)
    assert all(-180 <= town.lng <= 180 and -90 <= town.lat <= 90 for town in towns)


def test_towns_are_found_with_mistakes_the_nearest_first() -> None:
    with gazetteer_of(read_towns(TOWNS)) as index:
        assert index.find("vilefranche sur mer")[0].name == "Villefranche-sur-Mer"
        near_lyon = index.find("villefranche", LngLat(4.83, 45.76))
        assert near_lyon[0].name == "Villefranche-sur-Saone"


def test_the_town_around_a_spot() -> None:
    where = Where([], centres_of(read_towns(TOWNS)))
    spots = where.of(np.array([7.375, -30.0]), np.array([43.745, 45.0]))
    assert [spot.commune for spot in spots] == ["La Turbie", ""]
