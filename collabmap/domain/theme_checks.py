"""What is wrong with a theme: labels, hues, options, ranges, defaults and conditions.

A map's own theme is never refused for these: laptops that differ for an hour may leave such things
behind, and every part of the program bears them.  A file is, before it is taken in.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from collabmap.domain.field_values import checked_value
from collabmap.domain.theme import GREY, Category, Field, LinkType, Theme
from collabmap.errors import Problem, ValueInvalid

Where = tuple[tuple[str, str], ...]

# The hues that tell each other apart (design/ui.md 2.3), and grey for what is none of them.
HUES: tuple[str, ...] = (
    "#025D42", "#859B44", "#0C8296", "#1394FE", "#191389", "#7421BC",
    "#471842", "#CD4DD0", "#A6114C", "#D43E06", "#87703B", "#703501",
    GREY,
)  # fmt: skip
WITH_OPTIONS = frozenset({"choice", "choices"})
WITH_RANGE = frozenset({"number", "measure"})
MAX_LABEL, MAX_HELP = 80, 500
# Controls, marks that turn the direction of writing, and halves of characters.
UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# What another field's "only if" can hang on.
DECIDING = frozenset({"yes_no", "choice", "choices"})
_NO_DEFAULT = frozenset({"photo", "measure", "reference"})


def theme_problems(theme: Theme, icons: Collection[str] | None = None) -> Iterator[Problem]:
    """Yield all that is wrong with a theme, in the order of a file.

    icons: names that an icon may have, None for not looking.
    """
    yield from _named((), theme, "label", is_needed=True)
    yield from _named((), theme, "about")
    if not theme.offered:
        yield Problem("nothing-offered")
    for category in theme.categories:
        yield from _of_category(category, icons)
    known = {category.id for category in theme.categories}
    for field in theme.fields:
        yield from _of_field(field, known)
    yield from _of_conditions(theme)
    for kind in theme.link_types:
        where = (("link-type", kind.id),)
        yield from _named(where, kind, "label", is_needed=True)
        yield from _named(where, kind, "inverse")
    for what, parts in (("category", theme.categories), ("field", theme.fields)):
        yield from _same_labels(what, parts)
    yield from _same_labels("link-type", theme.link_types)


def longest(name: str) -> int:
    """Return how many characters a property may hold."""
    return MAX_HELP if name.startswith(("help", "about", "default")) else MAX_LABEL


def _named(where: Where, part: Any, name: str, *, is_needed: bool = False) -> Iterator[Problem]:
    """Yield which language lacks words: one of them, or both of what needs them."""
    said = {lang: getattr(part, f"{name}_{lang}").strip() for lang in ("fr", "en")}
    if not is_needed and not any(said.values()):
        return
    for lang, words in said.items():
        if not words:
            yield Problem(f"{name}-missing-{lang}", where)


def _same_labels(what: str, parts: Iterable[Category | Field | LinkType]) -> Iterator[Problem]:
    """Yield parts that nobody can tell apart: offered for the same, under one label."""
    first: dict[object, str] = {}
    for part in parts:
        if part.is_hidden or not part.label_fr.strip():
            continue
        beside = tuple(sorted(part.categories)) if isinstance(part, Field) else ()
        other = first.setdefault((part.label_fr.strip().casefold(), beside), part.id)
        if other != part.id:
            details = {"label": part.label_fr, "other": other}
            yield Problem("label-twice", ((what, part.id),), details)


def _of_category(category: Category, icons: Collection[str] | None) -> Iterator[Problem]:
    where = (("category", category.id),)
    yield from _named(where, category, "label", is_needed=True)
    if category.hue.upper() not in HUES:
        yield Problem("hue-unknown", where, {"value": category.hue, "known": ", ".join(HUES)})
    if icons is not None and category.icon not in icons:
        yield Problem("icon-unknown", where, {"value": category.icon})
    if not category.drawn:
        yield Problem("drawn-missing", where)


def _of_field(field: Field, categories: Collection[str]) -> Iterator[Problem]:
    where = (("field", field.id),)
    yield from _named(where, field, "label", is_needed=True)
    yield from _named(where, field, "help")
    for category in field.categories:
        if category not in categories:
            yield Problem("category-unknown", where, {"value": category})
    yield from _of_options(field, where)
    if field.type not in WITH_RANGE:
        if field.unit:
            yield Problem("unit-unused", where)
        if (field.minimum, field.maximum) != (None, None):
            yield Problem("range-unused", where)
    elif _is_crossed(field.minimum, field.maximum):
        details = {"minimum": field.minimum, "maximum": field.maximum}
        yield Problem("range-crossed", where, details)
    if field.default is not None:
        yield from _of_default(field, where)


def _is_crossed(minimum: float | None, maximum: float | None) -> bool:
    return minimum is not None and maximum is not None and minimum > maximum


def _of_options(field: Field, where: Where) -> Iterator[Problem]:
    if field.type not in WITH_OPTIONS:
        if field.options:
            yield Problem("options-unused", where)
        return
    if not field.options:
        yield Problem("options-missing", where)
    for option in field.options:
        yield from _named((*where, ("option", option.id)), option, "label", is_needed=True)


def _of_default(field: Field, where: Where) -> Iterator[Problem]:
    if field.type in _NO_DEFAULT:
        yield Problem("default-unused", where)
    elif not _fits(field, field.default):
        yield Problem("default-wrong", where, {"value": field.default})


def _fits(field: Field, value: Any) -> bool:
    """Whether a value can be kept in a field."""
    try:
        checked_value(field, value)
    except ValueInvalid:
        return False
    return True


# --- only if ----------------------------------------------------------------------------------


def _of_conditions(theme: Theme) -> Iterator[Problem]:
    by_id = {field.id: field for field in theme.fields}
    every = {category.id for category in theme.categories}
    for field in theme.fields:
        if field.only_if is None:
            continue
        where = (("field", field.id),)
        other = by_id.get(field.only_if.field)
        if other is None:
            yield Problem("condition-unknown", where, {"value": field.only_if.field})
        elif other is not field:
            yield from _of_condition(field, other, where, every)
    for ring in rings(theme.fields):
        if len(ring) == 1:
            yield Problem("condition-self", (("field", ring[0]),))
        else:
            path = " → ".join((*ring, ring[0]))
            yield Problem("condition-cycle", (("field", ring[0]),), {"path": path})


def _of_condition(
    field: Field, other: Field, where: Where, every: Collection[str]
) -> Iterator[Problem]:
    assert field.only_if is not None
    if other.type not in DECIDING:
        yield Problem("condition-type", where, {"value": other.id})
        return
    if not field.only_if.values:
        yield Problem("condition-empty", where, {"value": other.id})
    options = {option.id for option in other.options}
    for value in field.only_if.values:
        is_one = isinstance(value, bool) if other.type == "yes_no" else _is_in(value, options)
        if not is_one:
            yield Problem("condition-value", where, {"value": value, "other": other.id})
    asked_for = set(field.categories) or set(every)
    if alone := sorted(asked_for - (set(other.categories) or set(every))):
        details = {"value": other.id, "categories": ", ".join(alone)}
        yield Problem("condition-apart", where, details)


def _is_in(value: Any, options: Collection[str]) -> bool:
    return isinstance(value, str) and value in options


def rings(fields: Iterable[Field]) -> list[tuple[str, ...]]:
    """Return the cycles of "only if", each once, from the field that comes first."""
    above = {f.id: f.only_if.field for f in fields if f.only_if is not None}
    found, done = [], set[str]()
    for start in above:
        path: list[str] = []
        at: str | None = start
        # Each field hangs on one other at most: so a walk upwards meets one cycle or none.
        while at in above and at not in done:
            done.add(at)
            path.append(at)
            at = above[at]
        if at in path:
            found.append(tuple(path[path.index(at) :]))
    return found
