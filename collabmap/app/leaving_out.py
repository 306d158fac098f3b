"""Leaving parts of a proposal out: what a coordinator refuses of it while the rest is accepted.

A verdict is said of whole changes, and one change may write several fields.  So a change all of
whose values are left out is refused; of one that also brings something that is taken, what is left
out is settled by a write of the published value over it.
"""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from collabmap.app import editing
from collabmap.app.desk import Desk
from collabmap.domain.change import TAG, Kind
from collabmap.domain.feature import Basis, ChangeId
from collabmap.domain.outcome import Face
from collabmap.domain.value_text import is_of_theme
from collabmap.review.parts import part_names
from collabmap.store.rows import value_of


class LeftOut(NamedTuple):
    """fields: registers that are left out.  refused: changes that bring nothing else.

    values: what was published of the fields that an accepted change would write otherwise.
    """

    fields: frozenset[str]
    refused: frozenset[ChangeId]
    values: dict[str, Any]


def left_out(
    desk: Desk,
    subject: bytes,
    basis: Basis,
    targets: Collection[ChangeId],
    leave: Iterable[str],
    keywords: Iterable[str] | None = None,
) -> LeftOut:
    """Return what leaving out comes to.

    targets: the changes that are decided about.  leave: names of registers, and of elements as
    review/parts.py has them.  keywords: those that the place is to have, whatever `leave` says of
    them.  What a published place has no value for, and must have, is not left out.
    """
    changes = desk.project.model.changes(subject)
    by_name = {change.id: change for change in changes}
    # As it was shown: what others have decided since was not what is left as it was.
    seen = frozenset().union(*basis.verdicts.values())
    known = [c for c in changes if c.id in seen or c.words.keys().isdisjoint(targets)]
    published = desk.project.model.outcome(subject, known).published
    parts = frozenset(leave)
    known_before = ((name, _published(published, name)) for name in parts)
    before = {name: value for name, value in known_before if value is not None or is_of_theme(name)}
    wanted = None if keywords is None else {f"tag:{word}" for word in keywords}
    refused: set[ChangeId] = set()
    written: set[str] = set()
    for change in changes:
        if change.id not in targets:
            continue
        if change.kind in (Kind.ADD, Kind.REMOVE):
            named = part_names(change, by_name)
            out = named & parts
            if wanted is not None and change.element == TAG:
                out = named - wanted if change.kind == Kind.ADD else named & wanted
            if out:
                refused.add(change.id)
            continue
        fields = frozenset(change.over) & before.keys()
        if not fields:
            continue
        heads = {name for name in change.over if change.id in basis.heads.get(name, {})}
        if change.kind == Kind.SET and not heads - fields:
            refused.add(change.id)
        else:
            written |= fields
    return LeftOut(frozenset(before), frozenset(refused), {name: before[name] for name in written})


def _published(face: Face, name: str) -> Any:
    """Return the value that is published of a register, None for none.

    Of the theme's fields None is what empties them; others have to have a value.
    """
    writes = face.registers.get(name, ())
    value = value_of(writes[0], name) if writes else None
    return "" if value is None and name in editing.MAY_BE_EMPTY else value
