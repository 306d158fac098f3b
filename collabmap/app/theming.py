"""Changing the theme of a map: what a coordinator defines, as signed changes."""

from collections.abc import Iterable, Mapping
from typing import Any

from collabmap.app import editing
from collabmap.app.desk import Desk, WriteRow
from collabmap.domain.change import Kind, encode
from collabmap.domain.definitions import subject_of
from collabmap.domain.effect import Effect
from collabmap.domain.structure import define_structure
from collabmap.errors import NotAllowed

# what, key -> {property: value}; see domain/definitions.py and theme_parts.py.
Said = Mapping[tuple[str, str], Mapping[str, Any]]
DEFINED = "define"


def define(desk: Desk, said: Said) -> Effect:
    """Say something new of parts of the theme, over what is in force now: one deed.

    Raises NotAllowed.
    """
    if not desk.is_coordinator:
        raise NotAllowed
    rows = list(_rows(desk, said))
    if not rows:
        return Effect()
    effect, names = desk.write(rows)
    desk.remember(DEFINED, rows[0][1], names=names)
    return effect


def _rows(desk: Desk, said: Said) -> Iterable[WriteRow]:
    with desk.project.reading():
        known = desk.project.model.ledger.definitions
    for (what, key), values in said.items():
        if not values:
            continue
        heads = known[what, key].heads if (what, key) in known else {}
        over = {name: editing.current(desk, heads.get(name, ())) for name in values}
        structure = define_structure(what, key, over)
        yield (Kind.DEFINE, subject_of(what, key), structure, encode(dict(values)))
