"""What of a name is compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.kinds import ALIKE, KINDS, kind_of_category
from collabmap.domain.name_parts import parts_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mairie", "Hôtel de ville"),
        ("Pkg. de la Gare", "PARKING GARE"),
        ("Bd Ste-Dévote", "boulevard Sainte Dévote"),
        ("Quai Albert Ier", "quai Albert 1"),
        ("Ferme des Trois Chênes", "ferme des 3 chênes"),
        ("Boîte à livres", "boites a livre"),
    ],
)
def test_two_ways_to_write_a_name_have_the_same_words(one: str, other: str) -> None:
    assert parts_of(one).words == parts_of(other).words


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("Parking A", {"a"}), ("Parking P2", {"2"}), ("Louis II", {"2"}), ("Le 29", {"29"})],
)
def test_numbers_and_last_letters_count_as_numbers(name: str, numbers: set[str]) -> None:
    assert parts_of(name).numbers == numbers


def test_names_in_two_scripts_share_a_key() -> None:
    assert set(parts_of("سيدي عسكر").keys) & set(parts_of("Sidi Askar").keys)


def test_signs_alone_are_no_name() -> None:
    assert not parts_of(" – ?! ").words


@given(st.text(max_size=40))
def test_any_text_has_parts(text: str) -> None:
    parts = parts_of(text)
    assert bool(parts.words) == bool(parts.keys)
    assert all(0 < key < 2**32 for key in parts.keys)
    assert parts.numbers <= set(parts.words)


def test_a_letter_beyond_the_words_that_are_compared_is_no_number() -> None:
    parts = parts_of("bold script alert one image source error call twice y")
    assert len(parts.words) == 8
    assert parts.numbers <= set(parts.words)


@pytest.mark.parametrize(
    ("category", "like"),
    [
        ("amenity=townhall", "Mairie"),
        ("shop=bakery", "boulangerie"),
        ("Fuel station", "tankstelle"),
        ("place of worship", "amenity=place_of_worship"),
    ],
)
def test_a_category_says_a_kind(category: str, like: str) -> None:
    assert kind_of_category(category) == kind_of_category(like) is not None


def test_a_category_of_the_theme_is_no_kind() -> None:
    assert kind_of_category("commerces") is None


def test_how_alike_two_kinds_are_does_not_depend_on_which_is_first() -> None:
    assert (ALIKE == ALIKE.T).all()
    assert {kind.number for kind in KINDS.values()} == set(range(len(ALIKE)))
