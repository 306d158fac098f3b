"""Definitions: what coordinators say of the theme, so that it can grow while the evening runs.

A `define` change names what it defines, by what it is and its key, and gives some of its
properties.  Each property is a register of its own: two coordinators who change different things
of one category, without knowing of each other, both have their way; of the same thing the latest.
Nothing is ever taken away: what is no longer wanted is hidden, and keeps what was written of it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from collabmap.domain import ids
from collabmap.domain.authority import Standing
from collabmap.domain.change import Change
from collabmap.domain.feature import ChangeId
from collabmap.domain.redaction import NONE, Redactions
from collabmap.domain.roles import Role

# What can be defined.
CATEGORY, FIELD, LINK_TYPE, PROJECT = "category", "field", "link-type", "project"
# The one key of what is said of the project itself.
SELF = "self"
# A type once given stays: values were written in its form.
_FOR_GOOD = frozenset({"type"})


@dataclass(frozen=True, slots=True)
class Definition:
    """values: by property.  heads: per property the changes in force, with what they replaced.

    writes: per property the changes in force alone, the one that is shown first.
    """

    values: Mapping[str, Any]
    heads: Mapping[str, frozenset[ChangeId]]
    writes: Mapping[str, tuple[Change, ...]]


Definitions = Mapping[tuple[str, str], Definition]


def subject_of(what: str, key: str) -> bytes:
    """Return the subject of the changes that define a thing, the same on every laptop."""
    words = f"collabmap {what} {key}".encode()
    return hashlib.blake2b(words, digest_size=ids.ID_BYTES).digest()


def find_definitions(
    changes: Iterable[Change], standing: Standing, redactions: Redactions = NONE
) -> Definitions:
    """Return what is defined, by what it is and its key; only what coordinators say counts."""
    said: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        hidden = redactions.hides(change.id, change.stamp.rid)
        if standing.role(change) == Role.COORDINATOR and not hidden and change.keys:
            thing = change.element, change.keys[0].decode(errors="replace")
            said.setdefault(thing, []).append(change)
    return {thing: _definition(of_it) for thing, of_it in sorted(said.items())}


def _definition(changes: list[Change]) -> Definition:
    writes: dict[str, list[Change]] = {}
    replaced: dict[str, set[ChangeId]] = {}
    for change in changes:
        for name, over in change.over.items():
            if isinstance(change.payload, dict) and name in change.payload:
                writes.setdefault(name, []).append(change)
                replaced.setdefault(name, set()).update(over or ())
    values, heads, in_force = {}, {}, {}
    for name in sorted(writes):
        of_it = writes[name]
        found = [w for w in of_it if w.id not in replaced[name]] or of_it
        found.sort(key=lambda write: write.rank, reverse=True)
        shown = min(of_it, key=lambda write: write.rank) if name in _FOR_GOOD else found[0]
        values[name] = shown.payload[name]
        nothing: frozenset[ChangeId] = frozenset()
        heads[name] = nothing.union(*({w.id} | (w.over.get(name) or nothing) for w in found))
        in_force[name] = tuple(found)
    return Definition(values, heads, in_force)
