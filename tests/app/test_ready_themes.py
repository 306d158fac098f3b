"""The themes that come with the program: whole, in both languages, and alike where they overlap."""

from collections import defaultdict
from itertools import combinations

import pytest

from collabmap.app.icon_words import icon_names
from collabmap.app.settings import resource
from collabmap.app.themes import read_theme, ready_names, ready_theme
from collabmap.domain.theme_file import parse_theme, write_theme

READY = {
    "territoire", "marche-velo", "qualite-air", "lieux-partages", "talents-acteurs",
    "idees-projets", "connectivite", "accessibilite", "evenements",
}  # fmt: skip
LINKS = {
    "runs", "uses", "hosts", "passes-on", "gives", "receives", "proposes", "organises", "serves",
    "needs", "offers", "takes-place-at", "inspired-by",
}  # fmt: skip
ORANGE, BRONZE = "#D43E06", "#87703B"
every_theme = pytest.mark.parametrize("name", sorted(READY))


def test_all_are_there_the_usual_one_first() -> None:
    assert set(ready_names()) == READY
    assert ready_names()[0] == "territoire"


@every_theme
def test_a_ready_theme_is_as_strict_as_a_file_from_outside(name: str) -> None:
    theme = read_theme(resource("themes") / f"{name}.json")

    assert theme == ready_theme(name)
    assert theme.id == name
    assert 6 <= len(theme.categories) <= 15
    assert theme.about_fr
    assert theme.about_en
    assert parse_theme(write_theme(theme)) == theme


@every_theme
def test_categories_can_be_told_apart(name: str) -> None:
    categories = ready_theme(name).categories

    for one, other in combinations(categories, 2):
        assert (one.hue, one.shape) != (other.hue, other.shape), (one.id, other.id)
        if one.shape == other.shape:
            assert {one.hue, other.hue} != {ORANGE, BRONZE}, (one.id, other.id)
    assert len({category.icon for category in categories}) == len(categories)
    assert {category.icon for category in categories} <= icon_names()


@every_theme
def test_the_kinds_of_link_are_the_same_everywhere(name: str) -> None:
    kinds = ready_theme(name).link_types

    assert kinds == ready_theme("territoire").link_types
    assert {kind.id for kind in kinds} == LINKS
    assert all(kind.inverse_fr and kind.inverse_en for kind in kinds)


@every_theme
def test_how_to_reach_people_is_private(name: str) -> None:
    for field in ready_theme(name).fields:
        if field.type in ("email", "phone") or field.id == "contact-person":
            assert field.is_private, field.id


def test_a_field_that_several_themes_have_means_the_same_in_each() -> None:
    met = defaultdict(set)
    for name in READY:
        for field in ready_theme(name).fields:
            met[field.id].add((field.type, field.unit, field.is_private))

    assert {field: kinds for field, kinds in met.items() if len(kinds) > 1} == {}


@every_theme
def test_answers_of_which_several_are_given_stand_in_a_list_without_commas(name: str) -> None:
    for field in ready_theme(name).fields:
        for option in field.options if field.type == "choices" else ():
            assert "," not in option.label_fr + option.label_en, (field.id, option.id)


def test_the_form_of_the_first_minute_stays_short() -> None:
    theme = ready_theme("territoire")

    assert max(len(theme.fields_of(category.id)) for category in theme.categories) <= 3
    assert not any(field.is_required for field in theme.fields)


def test_air_is_measured_and_places_have_room() -> None:
    air, places = ready_theme("qualite-air"), ready_theme("lieux-partages")

    measured = {field.id for field in air.fields_of("station") if field.type == "measure"}
    assert {"pm25", "pm10", "no2", "noise"} <= measured
    asked = {field.id for field in places.fields_of("salle")}
    assert {"capacity", "free-capacity", "availability"} <= asked
