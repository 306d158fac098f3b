"""From one theme to another: what to say of a map's theme so that it becomes a given one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from collabmap.domain.definitions import PROJECT, SELF
from collabmap.domain.theme import Field, Theme
from collabmap.domain.theme_parts import OF_THEME, Part, parts_of, properties

# What is said of parts of a theme: what and key -> {property: value}.
Said = Mapping[tuple[str, str], Mapping[str, Any]]


def differences(now: Theme, wanted: Theme) -> Said:
    """Return what to say so that a theme becomes another one; nothing of it is taken away.

    What the other one does not have is hidden.  A field that is there with another type keeps it,
    and its values: the one that is wanted comes beside it, under a key of its own.
    """
    said: dict[tuple[str, str], Mapping[str, Any]] = {}
    for what, parts in parts_of(_beside(now, wanted)).items():
        left = {part.id: part for part in parts_of(now)[what]}
        for part in parts:
            if values := _differing(left.pop(part.id, None), part):
                said[what, part.id] = values
        for part in left.values():
            if not part.is_hidden:
                said[what, part.id] = {"is_hidden": True}
    words = {name: getattr(wanted, name) for name in OF_THEME}
    if words := {name: text for name, text in words.items() if text != getattr(now, name)}:
        said[PROJECT, SELF] = words
    return said


def _differing(before: Part | None, part: Part) -> dict[str, Any]:
    if before is None:
        return properties(part)
    old, new = properties(before, is_whole=True), properties(part, is_whole=True)
    return {name: value for name, value in new.items() if value != old[name]}


def _beside(now: Theme, wanted: Theme) -> Theme:
    """Return the wanted theme with other keys for fields whose key means another type already."""
    types = {field.id: field.type for field in now.fields}
    taken = {*types, *(field.id for field in wanted.fields)}
    renamed: dict[str, str] = {}
    for field in wanted.fields:
        if types.get(field.id, field.type) != field.type:
            renamed[field.id] = _free_key(field, types, taken)
            taken.add(renamed[field.id])
    if not renamed:
        return wanted

    def moved(field: Field) -> Field:
        condition = field.only_if
        if condition is not None and condition.field in renamed:
            condition = replace(condition, field=renamed[condition.field])
        return replace(field, id=renamed.get(field.id, field.id), only_if=condition)

    return replace(wanted, fields=tuple(map(moved, wanted.fields)))


def _free_key(field: Field, types: Mapping[str, str], taken: set[str]) -> str:
    stem = f"{field.id[:40]}-{field.type.replace('_', '-')}"
    for number in range(1, len(taken) + 2):
        key = stem if number == 1 else f"{stem}-{number}"
        # One that an earlier change of theme has put there is taken up again.
        if key not in taken or types.get(key) == field.type:
            return key
    raise AssertionError("one more key than are taken")
