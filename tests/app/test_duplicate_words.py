"""The reasons for two places being one, in both languages."""

from collections.abc import Iterator

import pytest

from collabmap.app.duplicate_words import duplicate_words
from collabmap.app.settings import resource
from collabmap.app.words import set_language
from collabmap.domain.duplicates import Reason, ReasonKind
from collabmap.domain.theme import Theme
from collabmap.domain.theme_file import parse_theme


@pytest.fixture
def theme() -> Iterator[Theme]:
    set_language("en")
    yield parse_theme((resource("themes") / "territoire.json").read_text(encoding="utf-8"))
    set_language("en")


def test_reasons_are_one_line(theme: Theme) -> None:
    names = ("Fontaine St Michel", "fontaine Saint-Michel")
    reasons = (
        Reason(ReasonKind.DISTANCE, 38.2),
        Reason(ReasonKind.SAME_CATEGORY, texts=("eau", "eau")),
        Reason(ReasonKind.LIKE_NAMES, texts=names),
    )
    assert duplicate_words(reasons, theme) == (
        "38 m apart, same category, names alike: Fontaine St Michel / fontaine Saint-Michel"
    )


def test_every_reason_has_words(theme: Theme) -> None:
    for kind in ReasonKind:
        words = duplicate_words([Reason(kind, 3.0, ("eau", "nature"))], theme)
        assert words
        assert "{" not in words


def test_a_reason_names_categories_as_the_map_does(theme: Theme) -> None:
    reason = Reason(ReasonKind.OTHER_CATEGORIES, texts=("eau", "nature"))
    assert duplicate_words([reason], theme) == "categories differ: Water / Nature"


def test_the_same_spot_is_no_distance(theme: Theme) -> None:
    assert duplicate_words([Reason(ReasonKind.DISTANCE, 0.2)], theme) == "at the same spot"
