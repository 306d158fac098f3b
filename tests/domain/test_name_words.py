import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.name_words import ABBREVIATIONS, expansions, fold, weight, words_of


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_words_come_out_of_their_own_words_again(text: str) -> None:
    words = words_of(text)
    assert words_of(" ".join(words)) == words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Œuvre de l’Hôpital", "oeuvre de l hopital"),
        ("RUE  DU-8-MAI", "rue du 8 mai"),
        ("Straße", "strasse"),
        ("Paral·lel", "parallel"),
        ("Ŀl", "ll"),
        ("İstanbul", "istanbul"),
        ("…", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_articles_say_nothing_unless_they_are_all_there_is() -> None:
    assert words_of("Rue de la Source") == words_of("rue source") == ["rue", "source"]
    assert words_of("Le Les") == ["le", "les"]


def test_short_forms_stand_for_whole_words() -> None:
    assert expansions("bd") == ("boulevard",)
    assert "sainte" in expansions("ste")
    # One short form may stand for several words.
    assert {"place", "placa"} <= set(expansions("pl"))
    assert expansions("grimaldi") == ()
    assert all(fold(short) == short for short in ABBREVIATIONS)


def test_what_a_street_is_says_less_than_its_name() -> None:
    assert weight("grimaldi") > weight("rue") == weight("bd") > weight("la")
