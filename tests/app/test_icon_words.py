"""Icons are found by everyday words, in French and English."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.app.icon_words import find_icons, icon_names
from collabmap.app.settings import resource

LINE = re.compile(r"\S+(?: \S+)* : [a-z0-9]+(?: [a-z0-9]+)*")


@pytest.mark.parametrize(
    ("words", "icon"),
    [
        ("vélo", "bike"),
        ("VELOS", "bike"),
        ("fontaine", "fountain"),
        ("jeux", "gamepad"),
        ("hôpitaux", "hospital"),
        ("une personne âgée", "human-cane"),
        ("cerf-volant", "kite"),
        ("sans abri", "bed"),
        ("bycyclette", "bike"),
        ("boulangrie", "bread-slice"),
        ("fontene", "fountain"),
        ("jard", "sprout"),
        ("tree", "tree"),
    ],
)
def test_french_words_find_an_icon(words: str, icon: str) -> None:
    assert icon in find_icons(words, "fr", 30)


@pytest.mark.parametrize(
    ("words", "icon"),
    [
        ("bike", "bike"),
        ("rubbish", "trash-can"),
        ("playgrounds", "seesaw"),
        ("wheelchir", "wheelchair"),
        ("bycicle", "bicycle"),
        ("Elderly people", "human-cane"),
    ],
)
def test_english_words_find_an_icon(words: str, icon: str) -> None:
    assert icon in find_icons(words, "en", 20)


def test_the_plain_icon_comes_before_its_variants() -> None:
    found = find_icons("école", "fr")

    assert found[0] == "school"
    assert found.index("school") < found.index("school-outline")


@pytest.mark.parametrize("words", ["", "   ", "’", "zzzzzz"])
def test_nothing_is_found_for_nothing(words: str) -> None:
    assert find_icons(words, "fr") == []


@given(st.text(max_size=30), st.sampled_from(["fr", "en"]), st.integers(0, 40))
def test_whatever_is_typed_finds_icons_that_are_there_each_once(
    words: str, language: str, limit: int
) -> None:
    found = find_icons(words, language, limit)

    assert len(found) == len(set(found)) <= limit
    assert set(found) <= icon_names()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_line_of_the_word_lists_leads_to_icons(language: str) -> None:
    text = (resource("icons") / f"words-{language}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    known = {part for icon in icon_names() for part in icon.split("-")}

    assert [line for line in lines if not LINE.fullmatch(line)] == []
    parts = {part for line in lines for part in line.partition(" : ")[2].split()}
    assert parts - known == set()
