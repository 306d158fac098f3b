"""Theme files: what is written is read again, and all that is wrong with one is said at once."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from theme_strategies import themes

from collabmap.app.words import explain, set_language
from collabmap.domain.theme import Theme
from collabmap.domain.theme_file import MAX_BYTES, parse_theme, write_theme
from collabmap.domain.theme_parts import properties, read_part
from collabmap.errors import CollabMapError, Problem, ThemeInvalid, ThemeTooNew, ThemeUnreadable

NAMES = {"label_fr": "Nom", "label_en": "Name"}
SOUND: dict[str, Any] = {
    "format": "collabmap-theme",
    "version": 1,
    "id": "air",
    **NAMES,
    "categories": [
        {"id": "trees", "label_fr": "Arbres", "label_en": "Trees", "hue": "#025D42"},
        {"id": "water", "label_fr": "Eau", "label_en": "Water"},
    ],
    "fields": [
        {"id": "is-open", "type": "yes_no", "label_fr": "Ouvert", "label_en": "Open"},
        {
            "id": "kind",
            "type": "choice",
            "label_fr": "Genre",
            "label_en": "Kind",
            "options": [{"id": "old", "label_fr": "Vieux", "label_en": "Old"}],
            "default": "old",
        },
        {
            "id": "capacity",
            "type": "number",
            "label_fr": "Capacité",
            "label_en": "Capacity",
            "minimum": 0,
            "maximum": 100,
            "default": 10,
            "only_if": {"field": "is-open", "values": [True]},
        },
    ],
    "link_types": [{"id": "runs", "label_fr": "anime", "label_en": "runs"}],
}
CAPACITY, KIND, IS_OPEN = ("fields", 2), ("fields", 1), ("fields", 0)
TREES, RUNS = ("categories", 0), ("link_types", 0)


def read(data: object, icons: set[str] | None = None) -> Theme:
    return parse_theme(json.dumps(data), "air.json", icons)


def broken(where: tuple[Any, ...], **said: Any) -> dict[str, Any]:
    """Return the sound file with other properties in one place; ... takes one away."""
    data = deepcopy(SOUND)
    at: Any = data
    for step in where:
        at = at[step]
    for name, value in said.items():
        if value is ...:
            del at[name]
        else:
            at[name] = value
    return data


def problems(data: object) -> list[Problem]:
    with pytest.raises(ThemeInvalid) as raised:
        read(data)
    return list(raised.value.problems)


def test_a_sound_file_is_read() -> None:
    theme = read(SOUND)

    assert [category.id for category in theme.categories] == ["trees", "water"]
    assert [field.order for field in theme.fields] == [1, 2, 3]


@given(themes())
def test_what_is_written_is_read_again(theme: Theme) -> None:
    assert parse_theme(write_theme(theme)) == theme


@given(themes())
def test_a_part_is_its_properties(theme: Theme) -> None:
    for part in (*theme.categories, *theme.fields, *theme.link_types):
        for is_whole in (False, True):
            said = properties(part, is_whole=is_whole)
            assert read_part(type(part), part.id, said).part == part


@pytest.mark.parametrize(
    ("where", "said", "codes"),
    [
        (CAPACITY, {"type": "colour"}, {"type-unknown"}),
        (CAPACITY, {"type": ...}, {"type-missing"}),
        (CAPACITY, {"minimum": 200}, {"range-crossed"}),
        (CAPACITY, {"minimum": "0"}, {"property-wrong"}),
        (CAPACITY, {"maximum": float("inf")}, {"property-wrong"}),
        (CAPACITY, {"type": "measure", "is_private": True}, {"property-wrong"}),
        (CAPACITY, {"default": "ten"}, {"default-wrong"}),
        (CAPACITY, {"options": SOUND["fields"][1]["options"]}, {"options-unused"}),
        (CAPACITY, {"label_en": ""}, {"label-missing-en"}),
        (CAPACITY, {"label_fr": ...}, {"label-missing-fr"}),
        (CAPACITY, {"label_fr": "Ouvert"}, {"label-twice"}),
        (CAPACITY, {"label_fr": "a\nb"}, {"characters-wrong"}),
        (CAPACITY, {"label_fr": "a" * 200}, {"too-long"}),
        (CAPACITY, {"help_fr": "Combien ?"}, {"help-missing-en"}),
        (CAPACITY, {"lable_fr": "Nom"}, {"property-near"}),
        (CAPACITY, {"colour": "red"}, {"property-unknown"}),
        (CAPACITY, {"id": "kind"}, {"key-twice"}),
        (CAPACITY, {"id": "Capacité"}, {"key-wrong"}),
        (CAPACITY, {"id": ...}, {"key-missing"}),
        (CAPACITY, {"categories": ["zoo"]}, {"category-unknown"}),
        (CAPACITY, {"only_if": {"field": "nothing", "values": [True]}}, {"condition-unknown"}),
        (CAPACITY, {"only_if": {"field": "capacity", "values": [1]}}, {"condition-self"}),
        (CAPACITY, {"only_if": {"field": "is-open", "values": ["yes"]}}, {"condition-value"}),
        (CAPACITY, {"only_if": {"field": "kind", "values": ["new"]}}, {"condition-value"}),
        (CAPACITY, {"only_if": {"field": "is-open", "values": []}}, {"condition-empty"}),
        (CAPACITY, {"only_if": {"field": "is-open", "value": [True]}}, {"property-near"}),
        (IS_OPEN, {"only_if": {"field": "capacity", "values": [1]}}, {"condition-type"}),
        (IS_OPEN, {"categories": ["trees"]}, {"condition-apart"}),
        (IS_OPEN, {"unit": "m"}, {"unit-unused"}),
        (IS_OPEN, {"maximum": 3}, {"range-unused"}),
        (IS_OPEN, {"is_required": "yes"}, {"property-wrong"}),
        (KIND, {"options": []}, {"options-missing"}),
        (KIND, {"options": SOUND["fields"][1]["options"] * 2}, {"key-twice"}),
        (KIND, {"options": [{"id": "old", "label_fr": "Vieux"}]}, {"label-missing-en"}),
        (TREES, {"hue": "#123456"}, {"hue-unknown"}),
        (TREES, {"hue": "green"}, {"not-one-of"}),
        (TREES, {"shape": "star"}, {"not-one-of"}),
        (TREES, {"nature": "thing"}, {"not-one-of"}),
        (TREES, {"drawn": ["circle"]}, {"not-one-of"}),
        (TREES, {"drawn": []}, {"drawn-missing"}),
        (TREES, {"icon": 3}, {"property-wrong"}),
        (TREES, {"id": "water"}, {"key-twice"}),
        (RUNS, {"inverse_fr": "est animé par"}, {"inverse-missing-en"}),
        (RUNS, {"sources": ["cow"]}, {"not-one-of"}),
        ((), {"id": "Mon thème"}, {"key-wrong"}),
        ((), {"version": "1"}, {"property-wrong"}),
        ((), {"label_en": ""}, {"label-missing-en"}),
        ((), {"fields": {}}, {"not-a-list"}),
        ((), {"categories": []}, {"nothing-offered"}),
        ((), {"categories": [7]}, {"not-an-object", "nothing-offered"}),
        ((), {"link_types": [{"id": "x"}] * 400}, {"too-many"}),
    ],
)
def test_each_thing_wrong_has_a_word_of_its_own(
    where: tuple[Any, ...], said: dict[str, Any], codes: set[str]
) -> None:
    assert codes <= {problem.code for problem in problems(broken(where, **said))}


def test_a_ring_of_only_if_is_said_once_with_its_way() -> None:
    data = broken(IS_OPEN, only_if={"field": "kind", "values": ["old"]})
    data["fields"][1]["only_if"] = {"field": "is-open", "values": [True]}

    (problem,) = problems(data)
    assert problem.code == "condition-cycle"
    assert problem.details["path"] == "is-open → kind → is-open"


def test_all_is_said_at_once_with_where_it_is() -> None:
    data = broken(CAPACITY, type="colour")
    data["categories"][0]["shape"] = "star"
    data["fields"][1]["options"][0]["label_en"] = ""
    data["link_types"][0]["sources"] = ["cow"]

    found = {(problem.code, problem.where) for problem in problems(data)}
    assert found == {
        ("not-one-of", (("category", "trees"),)),
        ("type-unknown", (("field", "capacity"),)),
        ("label-missing-en", (("field", "kind"), ("option", "old"))),
        ("not-one-of", (("link-type", "runs"),)),
    }


def test_the_first_problems_are_explained_and_the_others_counted() -> None:
    data = deepcopy(SOUND)
    data["categories"] += [{"id": f"c{n}", "label_fr": f"C{n}"} for n in range(20)]
    with pytest.raises(ThemeInvalid) as raised:
        read(data)

    set_language("en")
    message, hint = explain(raised.value)
    assert message == "“air.json” cannot be used as a theme."
    lines = hint.splitlines()
    assert lines[0] == "category “c0”: its name in English is missing (label_en)."
    assert lines[6] == "… and 14 more."
    assert len(lines) == 8


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "hello", "7", "{}", '{"format": "geojson"}', "[" * 100_000,
     '{"a":' * 100_000, "x" * (MAX_BYTES + 1), '{"a": ' + "9" * 5000 + "}"],
)  # fmt: skip
def test_what_is_no_theme_file_is_said_so(text: str) -> None:
    with pytest.raises(ThemeUnreadable):
        parse_theme(text, "photo.jpg")


def test_a_file_that_breaks_off_says_where() -> None:
    with pytest.raises(ThemeInvalid) as raised:
        parse_theme('{"format": "collabmap-theme",\n "id": ', "air.json")

    (problem,) = raised.value.problems
    assert problem.details["line"] == 2


def test_a_property_that_stands_twice_is_not_passed_over() -> None:
    text = json.dumps(SOUND).replace('"type": "yes_no"', '"type": "text", "type": "yes_no"')
    with pytest.raises(ThemeInvalid) as raised:
        parse_theme(text, "air.json")

    assert [problem.code for problem in raised.value.problems] == ["property-twice"]


def test_a_file_of_a_newer_version_is_refused_whole() -> None:
    with pytest.raises(ThemeTooNew):
        read(broken((), version=2, colours=[]))


def test_an_icon_that_is_not_there_is_said() -> None:
    with pytest.raises(ThemeInvalid) as raised:
        read(broken(TREES, icon="no-such-icon"), {"map-marker"})

    assert [problem.code for problem in raised.value.problems] == ["icon-unknown"]


SOUND_THEME = read(SOUND)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_whatever_stands_there_is_refused_in_words_or_read(data: st.DataObject) -> None:
    """No file makes the program fall over, and what is read is written and read again."""
    where = data.draw(st.sampled_from([(), CAPACITY, KIND, IS_OPEN, TREES, RUNS]))
    at: Any = SOUND
    for step in where:
        at = at[step]
    names = [*at, "only_if", "options", "default", "drawn", "unit", "is_private", "sources"]
    file = broken(where, **{data.draw(st.sampled_from(names)): data.draw(JSON)})
    theme, said = SOUND_THEME, ("read", "")
    try:
        theme = read(file)
    except CollabMapError as error:
        said = explain(error)
    assert said[0]
    assert parse_theme(write_theme(theme)) == theme
