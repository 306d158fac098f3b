"""A map's theme made fit to be handed on: whole, and with nothing wrong in it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from collabmap.domain.theme import DRAWN, GREY, Category, Field, Option, Theme
from collabmap.domain.theme_checks import (
    HUES,
    UNWRITABLE,
    WITH_OPTIONS,
    longest,
    theme_problems,
)
from collabmap.domain.theme_parts import KEY, OF_THEME, Part, parts_of, properties

PartT = TypeVar("PartT", bound=Part)
_LISTS = ("categories", "fields", "link_types")
_MOST_ROUNDS = 8
_SAID_TWICE = ("label", "about", "help", "inverse")


def shareable(theme: Theme, name: str, icons: Collection[str] | None = None) -> Theme:
    """Return a theme as a file for others holds it: what is offered, and nothing wrong with it.

    Laptops that differed for an hour may have left a ring of “only if” or two labels alike.  name:
    of the map, for a theme that has none.  icons: names that an icon may have, None for any.
    """
    words: dict[str, str] = {each: getattr(theme, each) for each in OF_THEME}
    if not (theme.label_fr or theme.label_en):
        words["label_fr"] = name
    found = replace(
        theme,
        id=theme.id if KEY.fullmatch(theme.id) else "theme",
        categories=tuple(_tidy(c) for c in theme.categories if not c.is_hidden),
        fields=_asked_somewhere(theme),
        link_types=tuple(_tidy(kind) for kind in theme.link_types if not kind.is_hidden),
        **_in_both(words),
    )
    for _round in range(_MOST_ROUNDS):
        wrong = {
            problem.where[0]: problem for problem in theme_problems(found, icons) if problem.where
        }
        if not wrong:
            break
        for (what, key), problem in wrong.items():
            found = _mended(found, what, key, problem.code)
    return _numbered(found)


def _numbered(theme: Theme) -> Theme:
    """Return a theme whose parts have the order in which they stand."""
    lists: dict[str, Any] = {
        name: tuple(replace(part, order=float(n)) for n, part in enumerate(parts, 1))
        for name, parts in zip(_LISTS, parts_of(theme).values(), strict=True)
    }
    return replace(theme, **lists)


def _asked_somewhere(theme: Theme) -> tuple[Field, ...]:
    """Return the fields that are asked about something, and hang on none that is not."""
    offered = {category.id for category in theme.offered}
    asked = {field.id: field for field in theme.fields if _is_askable(field, offered)}
    # Each round takes what hangs on what the round before took.
    while gone := [f.id for f in asked.values() if _hangs_on_nothing(f, asked, theme)]:
        for key in gone:
            del asked[key]
    return tuple(
        _tidy(replace(f, categories=tuple(c for c in f.categories if c in offered)))
        for f in asked.values()
    )


def _is_askable(field: Field, offered: Collection[str]) -> bool:
    is_of_some = not field.categories or any(c in offered for c in field.categories)
    has_answers = field.type not in WITH_OPTIONS or bool(field.options)
    return is_of_some and has_answers and not field.is_hidden


def _hangs_on_nothing(field: Field, asked: Collection[str], theme: Theme) -> bool:
    """Whether a field hangs on one of the theme that is asked nowhere."""
    above = field.only_if.field if field.only_if is not None else None
    return above is not None and above not in asked and theme.field(above) is not None


def _tidy(part: PartT) -> PartT:
    """Return a part whose words can be written, and are there in both languages."""
    changed: dict[str, Any] = _in_both(
        {n: v for n, v in properties(part, is_whole=True).items() if _is_word(n, v)}
    )
    for name in ("label_fr", "label_en"):
        changed[name] = changed[name] or part.id
    if isinstance(part, Field):
        options = (replace(one, **_option_words(one)) for one in part.options)
        return replace(part, **changed, options=tuple(options))
    return replace(part, **changed)


def _is_word(name: str, value: object) -> bool:
    return isinstance(value, str) and (name.endswith(("_fr", "_en")) or name == "unit")


def _option_words(option: Option) -> dict[str, Any]:
    words = _in_both({"label_fr": option.label_fr, "label_en": option.label_en})
    return {name: text or option.id for name, text in words.items()}


def _in_both(words: Mapping[str, str]) -> dict[str, Any]:
    """Return words without what cannot be written, in the other language where there are none."""
    clean = {n: UNWRITABLE.sub(" ", text)[: longest(n)].strip() for n, text in words.items()}
    for name in _SAID_TWICE:
        french, english = f"{name}_fr", f"{name}_en"
        if french in clean and english in clean:
            both = clean[french] or clean[english]
            clean |= {french: both, english: clean[english] or both}
    return clean


def _mended(theme: Theme, what: str, key: str, code: str) -> Theme:
    """Return a theme without one thing that is wrong with one of its parts."""
    lists: dict[str, Any] = {
        name: tuple(_without(part, code) if part.id == key else part for part in parts)
        for name, (of, parts) in zip(_LISTS, parts_of(theme).items(), strict=True)
        if of == what
    }
    return replace(theme, **lists)


def _without(part: Any, code: str) -> Any:
    """Return a part as it is without one kind of problem."""
    if code == "label-twice":
        return replace(part, label_fr=f"{part.label_fr[:60]} ({part.id[:16]})")
    if code == "icon-unknown":
        return replace(part, icon=Category(part.id, "", "").icon)
    if isinstance(part, Category):
        hue = part.hue if part.hue.upper() in HUES else GREY
        return replace(part, hue=hue, drawn=part.drawn or DRAWN)
    if code.startswith("condition"):
        return replace(part, only_if=None)
    if code.startswith("default"):
        return replace(part, default=None)
    if code.startswith("range"):
        return replace(part, minimum=None, maximum=None)
    return replace(part, options=part.options if part.type in WITH_OPTIONS else (), unit="")
