"""The parts of a theme as plain values: what a theme file holds and what a `define` change says.

A part is written as its properties, by name, those left out that are as usual.  The same reading
serves both: a file with anything wrong is refused, while of what comes from another laptop, or from
a newer version, what cannot be read is passed over.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from functools import lru_cache
from typing import Any, Generic, TypeVar, get_type_hints

import msgspec

from collabmap.domain.definitions import CATEGORY, FIELD, LINK_TYPE, PROJECT, SELF, Definitions
from collabmap.domain.theme import OPEN_TYPES, PRIVATE_TYPES, Category, Field, LinkType, Theme

Part = Category | Field | LinkType
KINDS: Mapping[str, type[Part]] = {CATEGORY: Category, FIELD: Field, LINK_TYPE: LinkType}
# What a key of a category, field, option or kind of link looks like.
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_HUE = re.compile(r"#[0-9A-Fa-f]{6}")
P = TypeVar("P", bound=Part)
# Words about the theme itself.
OF_THEME = ("label_fr", "label_en", "about_fr", "about_en")


@dataclass(frozen=True, slots=True)
class Read(Generic[P]):
    """part: what could be read.  wrong: names of what could not, with what stood there."""

    part: P
    wrong: tuple[tuple[str, Any], ...] = ()


def properties(part: Part, *, is_whole: bool = False) -> dict[str, Any]:
    """Return a part's properties as plain values, without its id.

    is_whole: with those that are as usual, else left out.
    """
    found = {}
    # What is usual for these is to be private: said, so that nobody has to know.
    is_told = isinstance(part, Field) and part.type in PRIVATE_TYPES
    for field in fields(part):
        value = getattr(part, field.name)
        is_usual = field.default is not MISSING and value == field.default
        if is_usual and not is_whole and not (is_told and field.name == "is_private"):
            continue
        if field.name != "id":
            found[field.name] = msgspec.to_builtins(value)
    return found


def property_names(kind: type[Any]) -> frozenset[str]:
    """Return the names of what can be said of a part."""
    return frozenset(field.name for field in fields(kind)) - {"id"}


def read_part(kind: type[P], key: str, values: Mapping[str, Any]) -> Read[P]:
    """Return a part from its properties."""
    hints = _hints(kind.__name__)
    known, wrong = {}, []
    for name, value in values.items():
        if name not in hints or name == "id":
            continue
        try:
            known[name] = msgspec.convert(value, hints[name])
        except (msgspec.ValidationError, TypeError, ValueError):
            wrong.append((name, value))
    # No range ends there, nothing stands in such a place, and nobody enters it.
    for name in [n for n, v in known.items() if isinstance(v, float) and not math.isfinite(v)]:
        wrong.append((name, known.pop(name)))
    hue = known.get("hue")
    if hue is not None and not _HUE.fullmatch(hue):
        wrong.append(("hue", known.pop("hue")))
    if kind is Field and known.get("type") in OPEN_TYPES and known.get("is_private"):
        wrong.append(("is_private", known.pop("is_private")))
    usual: dict[str, Any] = {"label_fr": key, "label_en": key}
    if kind is Field:
        usual["type"] = "text"
        usual["is_private"] = known.get("type") in PRIVATE_TYPES
    return Read(kind(id=key, **{**usual, **known}), tuple(wrong))


@lru_cache(maxsize=8)
def _hints(name: str) -> dict[str, Any]:
    return get_type_hints({kind.__name__: kind for kind in KINDS.values()}[name])


def parts_of(theme: Theme) -> dict[str, tuple[Any, ...]]:
    """Return the parts of a theme by what they are, hidden ones too."""
    return {CATEGORY: theme.categories, FIELD: theme.fields, LINK_TYPE: theme.link_types}


def defined(base: Theme, definitions: Definitions) -> Theme:
    """Return a theme with what was defined since; in the order in which things are offered."""
    lists = parts_of(base)
    for what, kind in KINDS.items():
        parts = {part.id: part for part in lists[what]}
        for (of_what, key), definition in definitions.items():
            if of_what != what or not KEY.fullmatch(key):
                continue
            said = definition.values
            if kind is Field and key not in parts and "type" not in said:
                continue  # Its type comes with another segment, or its author has lost it.
            before = properties(parts[key]) if key in parts else {}
            merged = {**before, **said}
            if "type" in before:
                merged["type"] = before["type"]
            parts[key] = read_part(kind, key, merged).part
        lists[what] = tuple(sorted(parts.values(), key=lambda part: part.order))
    own = definitions.get((PROJECT, SELF))
    words = {n: v for n, v in own.values.items() if isinstance(v, str)} if own else {}
    named = {name: words[name] for name in OF_THEME if name in words}
    return replace(
        base, categories=lists[CATEGORY], fields=lists[FIELD], link_types=lists[LINK_TYPE], **named
    )
