"""The changes of a deed on the undo or redo stack, as they are now."""

from collections.abc import Iterable
from typing import NamedTuple

from collabmap.app.desk import Desk
from collabmap.domain.change import Change, Kind
from collabmap.domain.feature import ChangeId
from collabmap.store.ledger import OF_ALIASES, OF_CLAIMS, OF_DEFINITIONS

# What is not about one place, in the order of Written.
_SPECIAL = (OF_ALIASES, OF_CLAIMS, OF_DEFINITIONS)
_KINDS = (Kind.ALIAS, Kind.CLAIM, Kind.DEFINE)


class Overtaken(Exception):
    """Somebody else has written or decided since."""


def names_now(desk: Desk, deeds: Iterable[tuple[int, bytes]]) -> list[ChangeId]:
    """Return the names that changes of one's own log have now.

    Raises Overtaken where the log goes another way by now: the laptop was copied, or a backup of
    its map was put back.
    """
    log = desk.project.log
    found = []
    for number, leaf in deeds:
        name = log.current_name(ChangeId(b"", number), desk.rid)
        if name is None or log.leaf_of(name) != leaf:
            raise Overtaken
        found.append(name)
    return found


def kinds_now(
    desk: Desk, deeds: Iterable[tuple[int, bytes]]
) -> list[tuple[tuple[int, bytes], int | None]]:
    """Return each change of a deed with its kind.  Raises Overtaken; see `names_now`."""
    deeds = list(deeds)
    rows = map(desk.project.log.row_of, names_now(desk, deeds))
    return [(deed, row.kind if row else None) for deed, row in zip(deeds, rows, strict=True)]


class Written(NamedTuple):
    """Own changes.  of: by feature.  aliases: words on pairs of them, in the order written.

    claims: words on parts of what waits.  definitions: words on parts of the theme.
    """

    of: dict[bytes, list[Change]]
    aliases: list[Change]
    claims: list[Change]
    definitions: list[Change]


def written_by(desk: Desk, deeds: Iterable[tuple[int, bytes]]) -> Written:
    """Return the changes of a deed.  Raises Overtaken; see `names_now`."""
    model, log = desk.project.model, desk.project.log
    every = names_now(desk, deeds)
    rows = {name: row for name in every if (row := log.row_of(name)) is not None}
    if len(rows) < len(every):
        raise Overtaken
    said = {c.id: c for of in _SPECIAL for c in model.ledger.changes(of) if c.id in rows}
    found: dict[bytes, list[Change]] = {}
    for subject in sorted({r.subject for n, r in rows.items() if n not in said}):
        found[subject] = [
            c
            for c in model.changes(subject)
            if c.id in rows and c.id not in said and c.subject == subject
        ]
    if len(said) + sum(map(len, found.values())) < len(every):
        # On hold here, or not read by this version.
        raise Overtaken
    in_order = [said[name] for name in every if name in said]
    of = {kind: [c for c in in_order if c.kind == kind] for kind in _KINDS}
    return Written(found, *of.values())
