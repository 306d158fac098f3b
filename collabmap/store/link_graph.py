"""The links of a map as they are seen: between features that are on it, each once."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from collabmap.domain.feature import FeatureState
from collabmap.domain.links import LinkEnd, LinkGraph, LinkRow
from collabmap.store.features import NOTHING_HIDDEN, Hidden
from collabmap.store.links import PUBLISHED, SHOWN
from collabmap.store.project import Project

_CHUNK = 500
# Of more features than these it is quicker to read all that are on the map.
_MANY = 5_000
_LINK = (
    "SELECT l.element, f.uuid, l.target, l.type, coalesce(p.uuid, x''), coalesce(p.name, ''),"
    " l.at, l.faces FROM link l JOIN shown f ON f.id = l.feature"
    " LEFT JOIN person p ON p.id = l.author"
)
_END = (
    "SELECT f.uuid, coalesce(f.name, ''), coalesce(f.category, ''), f.state, f.lng, f.lat,"
    " f.published <> 0 FROM shown f WHERE f.life = 1"
)


def links(
    project: Project,
    of: bytes | None = None,
    hidden: Hidden = NOTHING_HIDDEN,
    *,
    face: int = SHOWN,
) -> tuple[LinkRow, ...]:
    """Return the links of a map, or those from and to one feature, the first one first."""
    return graph(project, of, hidden, face=face).links


def graph(
    project: Project,
    of: bytes | None = None,
    hidden: Hidden = NOTHING_HIDDEN,
    *,
    with_alone: bool = False,
    face: int = SHOWN,
) -> LinkGraph:
    """Return the links of a map, or those from and to one feature, with what is at their ends.

    Two links that say the same are one: the first that was accepted, else the first.  A link whose
    other end is not on the map, or is the same by now, is left out.  with_alone: the nodes are all
    that is on the map.  face: SHOWN, or PUBLISHED for what was accepted, proposed or not since.
    """
    model, db = project.model, project.connection
    rows = _rows(project, None if of is None else model.canonical(of), face)
    found = [
        LinkRow(
            element,
            source,
            model.canonical(target),
            kind,
            author,
            name,
            at_ms,
            bool(faces & PUBLISHED),
        )
        for element, source, target, kind, author, name, at_ms, faces in rows
    ]
    if hidden.people:
        found = [row for row in found if row.author not in hidden.people]
    wanted = None if with_alone else {end for row in found for end in (row.source, row.target)}
    nodes = {end.id: end for end in _ends(db, wanted, hidden)}
    once: dict[tuple[bytes, bytes, str], LinkRow] = {}
    for row in sorted(found, key=lambda row: (not row.is_published, row.at_ms, row.element)):
        if row.source != row.target and row.source in nodes and row.target in nodes:
            once.setdefault((row.source, row.target, row.type), row)
    kept = sorted(once.values(), key=lambda row: (row.at_ms, row.element))
    if not with_alone:
        named = {end for row in kept for end in (row.source, row.target)}
        nodes = {end: node for end, node in nodes.items() if end in named}
    return LinkGraph(nodes, tuple(kept))


def _rows(project: Project, of: bytes | None, face: int) -> Iterable[tuple[Any, ...]]:
    db = project.connection
    if of is None:
        return db.execute(f"{_LINK} WHERE l.faces & ? ORDER BY l.feature", (face,)).fetchall()
    there = project.model.ledger.members(of)
    marks = ",".join("?" * len(there))
    from_here = db.execute(f"{_LINK} WHERE f.uuid = ? AND l.faces & ?", (of, face)).fetchall()
    to_here = f"{_LINK} WHERE l.target IN ({marks}) AND l.faces & ?"
    return [*from_here, *db.execute(to_here, (*there, face))]


def _ends(
    db: sqlite3.Connection, ids: Collection[bytes] | None, hidden: Hidden
) -> Iterator[LinkEnd]:
    """Yield features on the map.  ids: only these."""
    is_shown, values = hidden.condition()
    sql = f"{_END} AND {is_shown}"
    if ids is None or len(ids) > _MANY:
        for row in db.execute(sql, values):
            if ids is None or row[0] in ids:
                yield _end(row)
        return
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        for row in db.execute(f"{sql} AND f.uuid IN ({marks})", [*values, *part]):
            yield _end(row)


def _end(row: tuple[Any, ...]) -> LinkEnd:
    uuid, name, category, state, lng, lat, is_published = row
    return LinkEnd(uuid, name, category, FeatureState(state), lng, lat, bool(is_published))
