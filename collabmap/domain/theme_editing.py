"""Editing a theme part by part: keys, order, what differs, and what is wrong with one part.

What is said of a part is what differs from what was, so that two coordinators who change different
things of it, without knowing of each other, both have their way (definitions.py).
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from collabmap.domain.definitions import CATEGORY, FIELD, LINK_TYPE
from collabmap.domain.name_words import fold
from collabmap.domain.theme import Category, Field, LinkType, Nature, Shape, Theme
from collabmap.domain.theme_changes import Said
from collabmap.domain.theme_checks import DECIDING, rings, theme_problems
from collabmap.domain.theme_parts import Part, properties
from collabmap.errors import Problem

# What a thing is shows in the shape of its mark (design/ui.md 2.6); an event wears its icon.
SHAPES_OF: Mapping[Nature, Shape] = {
    "place": "disc",
    "actor": "square",
    "skill": "hexagon",
    "idea": "diamond",
    "event": "disc",
}
_SLUG = re.compile(r"[^a-z0-9]+")
_SLUG_LENGTH, _SUFFIX_BYTES = 40, 3
# What only a file for others has to have, or what is said once already.
_LATER = ("help-missing", "inverse-missing", "label-missing-en")


def what_of(part: Part) -> str:
    """Return what a part is in definitions: category, field or kind of link."""
    return {Category: CATEGORY, Field: FIELD, LinkType: LINK_TYPE}[type(part)]


def new_key(label: str) -> str:
    """Return a key for something new: words of its label, and a random end.

    Two coordinators who add "Bancs" while offline each get one of their own.
    """
    slug = _SLUG.sub("-", fold(label)).strip("-")[:_SLUG_LENGTH].strip("-")
    end = secrets.token_hex(_SUFFIX_BYTES)
    return f"{slug}-{end}" if slug else end


def said_of(before: Part | None, part: Part) -> Said:
    """Return what to define so that a part becomes another; {} where nothing differs."""
    if before is None:
        values = properties(part)
    else:
        old, new = properties(before, is_whole=True), properties(part, is_whole=True)
        values = {name: value for name, value in new.items() if value != old[name]}
    return {(what_of(part), part.id): values} if values else {}


def rebased(before: Part, mine: Part, now: Part) -> Part:
    """Return a part as it is now, with what was changed of it by hand since it was as before."""
    old, own = properties(before, is_whole=True), properties(mine, is_whole=True)
    changed = {name: getattr(mine, name) for name in own if own[name] != old[name]}
    return replace(now, **changed)


def last_order(parts: Iterable[Part]) -> float:
    """Return the order of a part that comes after all others."""
    return max((part.order for part in parts), default=0.0) + 1.0


def moved(parts: Sequence[Part], key: str, by: int) -> Said:
    """Return what to define so that a part goes one up (-1) or down (1) among those shown.

    parts: those shown, in order.  One word where there is room between its new neighbours, which
    leaves alone what others move meanwhile.  {} at the end of the list.
    """
    order = [part.id for part in parts]
    here = order.index(key)
    there = here + by
    if not 0 <= there < len(parts):
        return {}
    rest = [part for part in parts if part.id != key]
    before = rest[there - 1].order if there else rest[0].order - 2.0
    after = rest[there].order if there < len(rest) else rest[-1].order + 2.0
    middle = (before + after) / 2
    if before < middle < after:
        return {(what_of(parts[here]), key): {"order": middle}}
    rest.insert(there, parts[here])
    ranks = enumerate(rest, 1)
    return {(what_of(p), p.id): {"order": float(n)} for n, p in ranks if p.order != float(n)}


def with_part(theme: Theme, part: Part) -> Theme:
    """Return a theme with a part as it is being edited; at the end where it is new."""
    name = {CATEGORY: "categories", FIELD: "fields", LINK_TYPE: "link_types"}[what_of(part)]
    parts: tuple[Any, ...] = getattr(theme, name)
    if any(each.id == part.id for each in parts):
        changed = tuple(part if each.id == part.id else each for each in parts)
    else:
        changed = (*parts, part)
    lists: dict[str, Any] = {name: tuple(sorted(changed, key=lambda each: each.order))}
    return replace(theme, **lists)


def part_problems(theme: Theme, part: Part) -> Iterator[Problem]:
    """Yield what is wrong with a part that is being edited, before it is saved.

    One language is enough while a theme is written: the other shows the same words.
    """
    here = (what_of(part), part.id)
    edited = with_part(theme, _in_both(part))
    for problem in theme_problems(edited):
        is_of_it = bool(problem.where) and problem.where[0] == here
        if is_of_it and not problem.code.startswith((*_LATER, "condition-cycle")):
            yield problem
    for ring in rings(edited.fields):
        # It is said of the first of a ring alone, which may be another one.
        if len(ring) > 1 and part.id in ring:
            yield Problem("condition-cycle", (here,), {"path": " → ".join((*ring, ring[0]))})


def _in_both(part: Part) -> Part:
    """Return a part with its words in the other language where there are none in one."""
    words: dict[str, Any] = {
        "label_fr": part.label_fr or part.label_en,
        "label_en": part.label_en or part.label_fr,
    }
    if isinstance(part, Field):
        words["options"] = tuple(
            replace(o, label_fr=o.label_fr or o.label_en, label_en=o.label_en or o.label_fr)
            for o in part.options
        )
    return replace(part, **words)


def deciding(theme: Theme, field: Field) -> tuple[Field, ...]:
    """Return the fields that can say whether another is asked: shown, of the same categories."""
    every = {category.id for category in theme.categories}
    own = set(field.categories) or every
    return tuple(
        other
        for other in theme.fields
        if other.id != field.id
        and other.type in DECIDING
        and not other.is_hidden
        and own <= (set(other.categories) or every)
    )
