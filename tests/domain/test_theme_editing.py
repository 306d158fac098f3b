"""Editing a theme part by part, without the window."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.definitions import CATEGORY, FIELD
from collabmap.domain.theme import Category, Condition, Field, Option, Theme
from collabmap.domain.theme_editing import (
    deciding,
    last_order,
    moved,
    new_key,
    part_problems,
    rebased,
    said_of,
    with_part,
)
from collabmap.domain.theme_parts import KEY

BENCH = Category("bench", "Bancs", "Benches", order=1.0)
FREE = Field("free", "yes_no", "Libre ?", "Free?", order=1.0)
SEATS = Field("seats", "number", "Places", "Seats", unit="pers.", order=2.0)
THEME = Theme("t", (BENCH,), (FREE, SEATS), label_fr="T", label_en="T", about_fr="T", about_en="T")


@given(st.text(max_size=80))
def test_every_label_gives_a_key_that_can_be_kept(label: str) -> None:
    assert KEY.fullmatch(new_key(label))


def test_two_coordinators_who_add_the_same_give_it_two_keys() -> None:
    assert new_key("Bancs à l’ombre").startswith("bancs-a-l-ombre-")
    assert new_key("Bancs") != new_key("Bancs")


def test_only_what_differs_is_said() -> None:
    assert said_of(SEATS, SEATS) == {}
    assert said_of(SEATS, replace(SEATS, unit="")) == {(FIELD, "seats"): {"unit": ""}}
    assert said_of(None, BENCH)[CATEGORY, "bench"]["label_fr"] == "Bancs"


def test_what_somebody_else_said_meanwhile_joins_what_is_typed() -> None:
    mine = replace(SEATS, label_fr="Places assises")
    theirs = replace(SEATS, label_en="Number of seats", maximum=500.0)
    both = rebased(SEATS, mine, theirs)
    assert (both.label_fr, both.label_en) == ("Places assises", "Number of seats")
    assert isinstance(both, Field)
    assert both.maximum == 500.0


@given(st.lists(st.integers(0, 4), min_size=1, max_size=8), st.data())
def test_moving_a_part_moves_it_one_place_and_nothing_else(
    orders: list[int], data: st.DataObject
) -> None:
    parts = [Category(f"c{n}", "C", "C", order=float(o)) for n, o in enumerate(sorted(orders))]
    theme = Theme("t", tuple(parts))
    key = data.draw(st.sampled_from([part.id for part in parts]))
    by = data.draw(st.sampled_from([-1, 1]))
    for (_what, moved_key), values in moved(parts, key, by).items():
        category = next(part for part in theme.categories if part.id == moved_key)
        theme = with_part(theme, replace(category, order=values["order"]))
    wanted = [part.id for part in parts]
    here = wanted.index(key)
    wanted.pop(here)
    wanted.insert(max(0, min(len(parts) - 1, here + by)), key)
    assert [category.id for category in theme.categories] == wanted


def test_a_part_that_moves_between_two_others_says_one_word() -> None:
    parts = [replace(BENCH, id=f"c{n}", order=float(n)) for n in range(5)]
    assert moved(parts, "c3", -1) == {(CATEGORY, "c3"): {"order": 1.5}}
    assert moved(parts, "c0", -1) == {}


def test_a_new_part_comes_last() -> None:
    assert last_order(THEME.fields) == 3.0
    theme = with_part(THEME, Field("new", "text", "N", "N", order=last_order(THEME.fields)))
    assert theme.fields[-1].id == "new"


def codes(theme: Theme, part: Category | Field) -> list[str]:
    return [problem.code for problem in part_problems(theme, part)]


def test_one_language_is_enough_while_a_theme_is_written() -> None:
    assert codes(THEME, replace(BENCH, label_en="")) == []
    assert codes(THEME, replace(BENCH, label_fr="")) == []
    assert codes(THEME, replace(BENCH, label_fr="", label_en=" ")) == ["label-missing-fr"]


def test_what_is_wrong_with_a_field_is_told_of_that_field_alone() -> None:
    assert codes(THEME, replace(SEATS, minimum=5.0, maximum=1.0)) == ["range-crossed"]
    assert codes(THEME, replace(SEATS, default="many")) == ["default-wrong"]
    choice = Field("state", "choice", "État", "State", options=(Option("a", "", ""),))
    assert "label-missing-fr" in codes(THEME, choice)
    assert codes(THEME, replace(choice, options=())) == ["options-missing"]


def test_fields_that_wait_for_each_other_are_told() -> None:
    first = replace(FREE, only_if=Condition("other", (True,)))
    other = Field("other", "yes_no", "Autre", "Other", only_if=Condition("free", (True,)))
    assert codes(with_part(THEME, other), first) == ["condition-cycle"]


def test_only_fields_that_are_asked_of_the_same_can_decide() -> None:
    assert deciding(THEME, SEATS) == (FREE,)
    tree = replace(BENCH, id="tree", label_fr="Arbres")
    theme = with_part(THEME, tree)
    theme = with_part(theme, replace(FREE, categories=("tree",)))
    assert deciding(theme, SEATS) == ()
    assert deciding(theme, replace(SEATS, categories=("tree",))) == (
        replace(FREE, categories=("tree",)),
    )
