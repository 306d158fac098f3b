"""How lengths and areas are said, and that there are words for all that can be wrong."""

import pytest

from collabmap.app.shape_words import FLAW_WORDS, PROBLEM_WORDS, format_area, format_length
from collabmap.domain.geometry import Flaw
from collabmap.domain.sketch_problems import ProblemKind


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (0, "0.0 m"),
        (4.24, "4.2 m"),
        (9.96, "10 m"),
        (999.4, "999 m"),
        (999.6, "1.00 km"),
        (9_996, "10.0 km"),
        (12_449, "12.4 km"),
        (312_400, "312 km"),
    ],
)
def test_a_length_is_said_in_three_digits(metres: float, said: str) -> None:
    assert format_length(metres) == said


@pytest.mark.parametrize(
    ("square_metres", "said"),
    [
        (0, "0 m²"),
        (9_999.4, "9,999 m²"),
        (9_999.6, "1.00 ha"),
        (124_000, "12.4 ha"),
        (9_996_000, "10.0 km²"),
        (123_456_789, "123 km²"),
    ],
)
def test_an_area_is_said_in_the_unit_that_fits(square_metres: float, said: str) -> None:
    assert format_area(square_metres) == said


def test_all_that_can_be_wrong_with_a_shape_has_words() -> None:
    assert set(FLAW_WORDS) == set(Flaw)
    assert set(PROBLEM_WORDS) == set(ProblemKind)
