"""Words about fields and ways that window and command line both say."""

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from collabmap.app.value_words import inside, value_words
from collabmap.app.words import _, language
from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.geo import LngLat
from collabmap.domain.theme import Theme, asked
from collabmap.domain.value_text import is_of_theme, value_of_text


class _OfField(Protocol):
    @property
    def field(self) -> str: ...


F = TypeVar("F", bound=_OfField)
# Fields that this laptop doesn't know: a newer theme has a few, a stranger's program thousands.
MOST_STRANGE = 30


def theme_field_label(field_id: str, theme: Theme) -> str:
    """Return the label of a theme's field; its id where this laptop does not know it yet."""
    found = theme.field(field_id)
    return found.label(language()) if found is not None else field_id


def field_label(field: str, theme: Theme) -> str:
    """Return the name of a field, as a heading.  field: 'f:' and its id for one of the theme."""
    if is_of_theme(field):
        return theme_field_label(field.removeprefix(FIELD_PREFIX), theme)
    return {
        "name": _("Name"),
        "category": _("Category"),
        "description": _("A few words"),
        "tags": _("Keywords"),
        "contact": _("Private contact"),
        "geometry": _("Position"),
        "outline": _("Outline"),
        "comments": _("Comments"),
    }.get(field, field)


def field_word(field: str, theme: Theme) -> str:
    """Return the name of a field inside a line, e.g. 'position'."""
    if is_of_theme(field):
        return inside(field_label(field, theme)).rstrip("? \u00a0\u202f")
    return {
        "name": _("name"),
        "category": _("category"),
        "description": _("a few words"),
        "tags": _("keywords"),
        "contact": _("private contact"),
        "geometry": _("position"),
        "outline": _("outline"),
        "comments": _("comment"),
        "state": _("decision"),
        "marks": _("suggestion"),
        "restored": _("brought back"),
    }.get(field, field)


def field_words(fields: Iterable[str], theme: Theme) -> str:
    """Return 'name, position'.  A decision is named only where nothing else is."""
    names = list(fields)
    shown = [name for name in names if name != "state"] or names
    return ", ".join(field_word(name, theme) for name in shown)


def value_text(
    field: str, text: str | None, theme: Theme, places: Mapping[str, str] | None = None
) -> str:
    """Return a value as people read it.

    text: as review/queue.py has values.  places: names of features by id in hexadecimal, for
    references.
    """
    if field == "category" and text:
        return theme.category(text).label(language())
    if is_of_theme(field):
        value = value_of_text(text)
        return theme_value_words(field.removeprefix(FIELD_PREFIX), value, theme, places)
    return text or ""


def theme_value_words(
    field_id: str, value: Any, theme: Theme, places: Mapping[str, str] | None = None
) -> str:
    """Return a value of a theme's field as people read it, '' for none."""
    found = theme.field(field_id)
    if found is not None:
        return value_words(found, value, places)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def known_values(
    values: Mapping[str, Any], category: str, theme: Theme, also: Collection[str] = ()
) -> list[str]:
    """Return the ids of fields that are shown of a place, in their order.

    Those with a value that are asked about its category, or were before it had another one; hidden
    ones are kept and not shown, nor more than some that the theme does not know.  also: ids of
    fields without a readable value that are named.
    """
    has = {*values, *also}
    now = asked((field for field in theme.fields if not field.is_hidden), dict(values))
    known = [field.id for field in now if field.id in has]
    strange = sorted(field for field in has if theme.field(field) is None)[:MOST_STRANGE]
    first = {field.id for field in theme.fields_of(category)}
    return [*(f for f in known if f in first), *(f for f in known if f not in first), *strange]


def in_order(rows: Iterable[F], theme: Theme) -> list[F]:
    """Return rows about fields, those of the theme after the others and in the theme's order."""
    order = {f"{FIELD_PREFIX}{field.id}": n for n, field in enumerate(theme.fields)}
    return sorted(rows, key=lambda row: (is_of_theme(row.field), order.get(row.field, len(order))))


def direction_words(start: LngLat, end: LngLat) -> str:
    """Return 'to the north-east': which way one goes, in eight directions."""
    names = (
        _("to the north"),
        _("to the north-east"),
        _("to the east"),
        _("to the south-east"),
        _("to the south"),
        _("to the south-west"),
        _("to the west"),
        _("to the north-west"),
    )
    east = (end.lng - start.lng) * math.cos(math.radians(start.lat))
    angle = math.degrees(math.atan2(east, end.lat - start.lat))
    return names[round(angle / 45) % 8]
