"""Themes for Hypothesis: sound ones, with every type of field."""

from typing import Any

from hypothesis import strategies as st

from collabmap.domain.theme import (
    DRAWN,
    FIELD_TYPES,
    NATURES,
    OPEN_TYPES,
    SHAPES,
    Category,
    Condition,
    Field,
    LinkType,
    Option,
    Theme,
)
from collabmap.domain.theme_checks import HUES, WITH_OPTIONS, WITH_RANGE

KEYS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,7}", fullmatch=True)
WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12
)
RANGES = st.tuples(st.integers(-5, 5), st.integers(6, 99)).map(lambda r: (float(r[0]), float(r[1])))


def _natures() -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(NATURES), unique=True, max_size=3).map(tuple)


@st.composite
def categories(draw: st.DrawFn, key: str, number: int) -> Category:
    return Category(
        key,
        f"{draw(WORDS)} {number}",
        draw(WORDS),
        draw(st.sampled_from(["tree", "bike", "water"])),
        draw(st.sampled_from(HUES)),
        draw(st.sampled_from(SHAPES)),
        draw(st.sampled_from(NATURES)),
        draw(st.lists(st.sampled_from(DRAWN), min_size=1, unique=True).map(tuple)),
        float(number),
        number > 1 and draw(st.booleans()),
    )


@st.composite
def fields(
    draw: st.DrawFn, key: str, number: int, of: list[str], before: list[Field], kind: str = ""
) -> Field:
    kind = kind or draw(st.sampled_from(FIELD_TYPES))
    deciding = [f for f in before if f.type in ("yes_no", "choice")]
    condition, belongs = None, draw(st.lists(st.sampled_from(of), unique=True).map(tuple))
    if deciding and draw(st.booleans()):
        other = draw(st.sampled_from(deciding))
        condition = Condition(
            other.id, (True,) if other.type == "yes_no" else (other.options[0].id,)
        )
        belongs = other.categories
    options: tuple[Option, ...] = ()
    if kind in WITH_OPTIONS:
        keys = draw(st.lists(KEYS, min_size=1, max_size=3, unique=True))
        options = tuple(Option(each, draw(WORDS), draw(WORDS)) for each in keys)
    low, high = draw(st.none() | RANGES) or (None, None)
    if kind not in WITH_RANGE:
        low, high = None, None
    help_words = draw(st.none() | st.tuples(WORDS, WORDS)) or ("", "")
    return Field(
        key, kind, f"{draw(WORDS)} {number}", draw(WORDS), belongs, *help_words,  # type: ignore[arg-type]
        draw(st.booleans()), kind not in OPEN_TYPES and draw(st.booleans()), None, options,
        draw(st.sampled_from(["", "m"])) if kind in WITH_RANGE else "",
        low, high, condition, float(number), draw(st.booleans()),
    )  # fmt: skip


@st.composite
def themes(draw: st.DrawFn) -> Theme:
    """Return a theme that a file could hold: nothing is wrong with it."""
    keys = draw(st.lists(KEYS, min_size=1, max_size=4, unique=True))
    offered = [draw(categories(key, number)) for number, key in enumerate(keys, 1)]
    asked: list[Field] = []
    for number, key in enumerate(draw(st.lists(KEYS, max_size=6, unique=True)), 1):
        asked.append(draw(fields(key, number, keys, asked)))
    kinds = [
        LinkType(
            key, f"{draw(WORDS)} {number}", draw(WORDS), draw(WORDS), draw(WORDS),
            draw(_natures()), draw(_natures()), float(number), draw(st.booleans()),
        )
        for number, key in enumerate(draw(st.lists(KEYS, max_size=3, unique=True)), 1)
    ]  # fmt: skip
    return Theme(draw(KEYS), tuple(offered), tuple(asked), tuple(kinds), draw(WORDS), draw(WORDS))
