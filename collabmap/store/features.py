"""Queries over the read model: by box, by text, by id, and everything about one feature."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from collabmap.domain.change import (
    ACCEPT,
    ASK,
    FIELD_PREFIX,
    LINK,
    PHOTO,
    READING,
    REJECT,
    TAG,
    Change,
)
from collabmap.domain.feature import (
    Basis,
    ChangeId,
    Counts,
    FeatureState,
    PlaceView,
    Sibling,
    TailName,
)
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.outcome import Face, Outcome
from collabmap.domain.value_text import value_of_text
from collabmap.store import care, place_tags
from collabmap.store.elements import (
    comments_of,
    links_of,
    measured_of,
    photos_of,
    questions_of,
    removed_everywhere,
    removed_from,
)
from collabmap.store.project import Project
from collabmap.store.references import names_of_references
from collabmap.store.rows import (
    AS_BORN,
    GONE,
    OTHERWISE,
    UNPUBLISHED,
    decode_json,
    geometry_of,
    is_contested,
    is_private,
    value_of,
)

_CHUNK = 500
# Of more features than these it is quicker to read all that are gone.
_MANY = 2_000
# (sealed bytes, replica, person) -> the text, where this device may read it.
Unseal = Callable[[bytes, bytes, bytes], str | None]


class Hidden(NamedTuple):
    """What is not to be shown on this computer: ids of places and of people."""

    places: frozenset[bytes]
    people: frozenset[bytes]

    @property
    def is_empty(self) -> bool:
        return not (self.places or self.people)

    def condition(self) -> tuple[str, list[Any]]:
        """Return SQL that is true of the features `f` to be shown, and its values."""
        if self.is_empty:
            return "1", []
        places, people = (",".join("?" * len(part)) for part in self)
        sql = (
            f"f.uuid NOT IN ({places}) AND coalesce(f.author, 0) NOT IN"
            f" (SELECT id FROM person WHERE uuid IN ({people}))"
        )
        return sql, [*self.places, *self.people]


NOTHING_HIDDEN = Hidden(frozenset(), frozenset())


class PublishedRow(NamedTuple):
    """A published feature as exports read it.  author: None without consent.

    removed: fields whose value was redacted, which are empty.  at: a position in it, None if none.
    values: of the theme's fields, by field id; private ones are never among them.
    """

    id: bytes
    geometry_wkb: bytes
    category: str
    name: str
    description: str
    tags: tuple[str, ...]
    author: str | None
    born_ms: int
    changed_ms: int
    state: FeatureState
    removed: tuple[str, ...] = ()
    at: LngLat | None = None
    values: Mapping[str, Any] = MappingProxyType({})


def counts(db: sqlite3.Connection, hidden: Hidden = NOTHING_HIDDEN) -> Counts:
    """Return how many features there are; what waits is counted whole, as the queue shows it."""
    shown, values = hidden.condition()
    row = db.execute(
        "SELECT coalesce(sum(life = 1), 0), coalesce(sum(waiting OR a.feature IS NOT NULL), 0),"
        " coalesce(sum(published <> 0), 0), coalesce(sum(disagreement), 0) FROM shown f"
        f" LEFT JOIN awaiting a ON a.feature = f.id WHERE {shown}",
        values,
    ).fetchone()
    found = Counts(*row)
    return replace(found, pending=counts(db).pending) if values else found


def extent(db: sqlite3.Connection, hidden: Hidden = NOTHING_HIDDEN) -> Bbox | None:
    """Return the box of all places on the map, lines and zones whole, None if there is none."""
    is_shown, values = hidden.condition()
    where = f"f.life = 1 AND {is_shown}"
    row = db.execute(
        "SELECT min(west), min(south), max(east), max(north) FROM ("
        "SELECT f.lng AS west, f.lat AS south, f.lng AS east, f.lat AS north FROM shown f"
        f" WHERE {where} UNION ALL SELECT b.west, b.south, b.east, b.north"
        f" FROM feature_box b CROSS JOIN shown f ON f.id = b.id WHERE {where})",
        [*values, *values],
    ).fetchone()
    return Bbox(*row) if row[0] is not None else None


def gone_among(db: sqlite3.Connection, subjects: Iterable[bytes]) -> set[bytes]:
    """Return the features that are not there for anybody: deleted, or without their creates."""
    asked, there = list(subjects), set()
    if len(asked) > _MANY:
        gone = db.execute(f"SELECT uuid FROM shown WHERE life = {GONE}")
        return {uuid for (uuid,) in gone}.intersection(asked)
    for start in range(0, len(asked), _CHUNK):
        part = asked[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        sql = f"SELECT uuid FROM shown WHERE uuid IN ({marks}) AND life <> {GONE}"
        there |= {uuid for (uuid,) in db.execute(sql, part)}
    return set(asked) - there


# --- one feature ------------------------------------------------------------------------------


def place(project: Project, subject: bytes, unseal: Unseal) -> PlaceView | None:
    """Return everything about one feature, None if this laptop never heard of it."""
    changes = project.model.changes(subject)
    if not changes:
        return None
    outcome = project.model.outcome(subject, changes)
    return view_of(project, outcome, changes, unseal)


def view_of(
    project: Project, outcome: Outcome, changes: list[Change], unseal: Unseal
) -> PlaceView | None:
    """Return the view of an outcome; None if there is nothing to show."""
    row = project.connection.execute(
        "SELECT f.life, f.state, f.category, f.name, f.lng, f.lat, f.geometry, f.fields, p.uuid,"
        " p.rid, p.name, f.born, f.changed, f.published"
        " FROM shown f LEFT JOIN person p ON p.id = f.author WHERE f.uuid = ?",
        (outcome.subject,),
    ).fetchone()
    if row is None or row[0] == GONE:
        return None
    _, state, category, name, lng, lat, geometry, fields = row[:8]
    author, author_rid, author_name, born, changed, is_published = row[8:]
    words = decode_json(fields)
    ledger = project.model.ledger
    contact, hidden = _contact(outcome.shown, unseal)
    opened, sealed = _private_values(outcome.shown, unseal)
    values = {**words.get("values", {}), **opened}
    return PlaceView(
        id=outcome.subject,
        name=name,
        category=category,
        description=words.get("description", ""),
        tags=tuple(words.get("tags", ())),
        contact=contact,
        contact_hidden=hidden,
        geometry_wkb=geometry_of(lng, lat, geometry),
        lng=lng or 0.0,
        lat=lat or 0.0,
        state=FeatureState(state),
        author=author or b"",
        author_name=author_name or "",
        born_ms=ledger.shown_ms(born or 0, author_rid or b""),
        changed_ms=changed or 0,
        siblings=siblings_of(project, outcome),
        comments=comments_of(project, outcome.shown),
        reason=_reason(outcome, changes),
        is_published=is_published != UNPUBLISHED,
        basis=basis_of(project, outcome),
        photos=photos_of(project, outcome.shown),
        removed=removed_from(outcome.shown, outcome.redacted),
        members=tuple(members) if len(members := ledger.members(outcome.subject)) > 1 else (),
        links=links_of(project, outcome.shown),
        questions=questions_of(project, outcome, changes),
        is_contested=is_contested(outcome),
        where=_where(project, outcome.subject, lng, lat),
        care=care.of(project.connection, outcome.subject),
        values=values,
        sealed_fields=sealed,
        private_fields=tuple(opened),
        named=names_of_references(project, values.values()),
        measured=measured_of(project.connection, outcome.subject),
    )


def _where(project: Project, subject: bytes, lng: float | None, lat: float | None) -> str:
    """Return where a feature is known to lie, '' if it is not or has moved since."""
    row = place_tags.of(project.connection, subject)
    return row.words if row is not None and (row.lng, row.lat) == (lng, lat) else ""


def person_name(project: Project, rid: bytes | None, person: bytes | None) -> str:
    """Return the pseudonym a person uses on a replica, '' if unknown."""
    row = project.connection.execute(
        "SELECT name FROM person WHERE uuid = ? AND rid = ?", (person, rid)
    ).fetchone()
    return row[0] if row else ""


def name_anywhere(project: Project, person: bytes) -> str:
    """Return the pseudonym that a person gave last on any replica, '' if none is known."""
    row = project.connection.execute(
        "SELECT name FROM person WHERE uuid = ? AND name <> '' ORDER BY rank DESC LIMIT 1",
        (person,),
    ).fetchone()
    return row[0] if row else ""


def _contact(face: Face, unseal: Unseal) -> tuple[str | None, bool]:
    """Return the contact where this device may read it, and whether there is one it may not."""
    writes = face.registers.get("contact", ())
    if not writes:
        return None, False
    sealed = value_of(writes[0], "contact")
    if not isinstance(sealed, bytes) or not sealed:
        return None, False
    text = readable(writes[0], "contact", unseal)
    return text, text is None


def _private_values(face: Face, unseal: Unseal) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return private values of the theme's fields in clear, and the ids of those sealed here."""
    opened, sealed = {}, []
    for name, writes in face.registers.items():
        value = value_of(writes[0], name)
        if not (name.startswith(FIELD_PREFIX) and isinstance(value, bytes) and value):
            continue
        field = name.removeprefix(FIELD_PREFIX)
        clear = readable(writes[0], name, unseal)
        if clear is None:
            sealed.append(field)
        else:
            opened[field] = clear
    return opened, tuple(sealed)


def readable(change: Change, name: str, unseal: Unseal) -> Any:
    """Return the value that a write gave a field; a private one in clear, None if it may not be."""
    value = value_of(change, name)
    if not value or not is_private(name, (change,)):
        return value
    text = unseal(value, change.stamp.rid, change.person) if isinstance(value, bytes) else None
    return value_of_text(text) if text and name.startswith(FIELD_PREFIX) else text


def siblings_of(
    project: Project, outcome: Outcome, unseal: Unseal | None = None
) -> tuple[Sibling, ...]:
    """Return the concurrent values beside those shown.

    unseal: for private ones too, as far as this device may read them; None leaves them out.
    """
    found = []
    for name, writes in outcome.shown.registers.items():
        hides = is_private(name, writes)
        if hides and unseal is None:
            continue
        read = [(w, readable(w, name, unseal) if unseal else value_of(w, name)) for w in writes]
        values = {repr(read[0][1])}
        for write, value in read[1:]:
            if repr(value) in values or (hides and value is None):
                continue
            values.add(repr(value))
            author = person_name(project, write.stamp.rid, write.person)
            at_ms = project.model.ledger.shown_ms(*write.stamp)
            found.append(Sibling(name, value, author, at_ms, write.id))
    return tuple(found)


def _reason(outcome: Outcome, changes: list[Change]) -> str:
    """Return the words of the latest refusal or question about this feature, '' if none.

    Also those with what was accepted in part.
    """
    said: list[Change] = []
    for ruling in outcome.rulings.values():
        is_told = ruling.word == ACCEPT and ruling.said and ruling.said[0].payload
        if is_told or ruling.word in (REJECT, ASK):
            said.append(ruling.said[0])
    latest = max(said, key=lambda v: v.rank, default=None)
    payload = latest.payload if latest is not None else None
    return payload if isinstance(payload, str) else ""


def basis_of(project: Project, outcome: Outcome) -> Basis:
    """Return what a reader of this outcome has seen, as names of changes."""
    tail = project.log.tail_head()
    heads: dict[str, dict[ChangeId, frozenset[ChangeId]]] = {}
    births: dict[bytes, frozenset[ChangeId]] = {}
    for create in outcome.births:
        births[create.subject] = births.get(create.subject, frozenset()) | {create.id}
    for name, writes in outcome.shown.registers.items():
        # "Just the create" is that of the very place written to, also where several are one.
        heads[name] = {
            w.id: births.get(w.subject, frozenset()) if (over := w.over.get(name)) is None else over
            for w in writes
        }
    tags: dict[str, frozenset[ChangeId]] = {}
    by_id: dict[str, dict[bytes, frozenset[ChangeId]]] = {PHOTO: {}, LINK: {}, READING: {}}
    for element in outcome.shown.elements:
        if element.element == TAG and isinstance(element.payload, str):
            tags[element.payload] = tags.get(element.payload, frozenset()) | {element.id}
        elif (named := by_id.get(element.element)) is not None and element.keys:
            named[element.keys[0]] = named.get(element.keys[0], frozenset()) | {element.id}
    return Basis(
        heads=heads,
        seen=outcome.in_effect,
        pending=frozenset(name for name in outcome.in_effect if outcome.rulings[name].waits),
        verdicts={
            name: frozenset(v.id for v in ruling.said).union(
                *(v.over.get("") or frozenset() for v in ruling.said)
            )
            for name, ruling in outcome.rulings.items()
            if ruling.said
        },
        tags=tags,
        photos=by_id[PHOTO],
        links=by_id[LINK],
        readings=by_id[READING],
        contested=frozenset(name for name, r in outcome.rulings.items() if r.is_contested),
        birth=outcome.birth.id if outcome.birth else None,
        births=births,
        tail=TailName(tail.rid, tail.seed) if tail else None,
    )


# --- what is published ------------------------------------------------------------------------


def published(project: Project, *, draft: bool) -> Iterator[PublishedRow]:
    """Yield what exports read: the published features, or with draft all on the map as shown.

    One row at a time: memory doesn't grow with the map.
    """
    how = "0" if draft else "f.published"
    columns = ", ".join(
        f"CASE {how} WHEN {OTHERWISE} THEN o.{name} WHEN {AS_BORN} THEN b.{name} ELSE f.{name} END"
        for name in ("lng", "lat", "geometry", "category", "name", "fields", "changed")
    )
    sql = (
        f"SELECT f.uuid, {columns}, p.name, p.consent, f.born, p.rid, f.state FROM shown f"
        " LEFT JOIN published o ON o.feature = f.id LEFT JOIN feature b ON b.id = f.id"
        " LEFT JOIN person p ON p.id = f.author"
        f" WHERE {'f.life = 1' if draft else 'f.published <> 0'} ORDER BY f.uuid"
    )
    ledger = project.model.ledger
    removed = removed_everywhere(project) if ledger.redactions else {}
    for row in project.connection.execute(sql):
        uuid, lng, lat, geometry, category, name, fields, changed = row[:8]
        author, consent, born, rid, state = row[8:]
        words = decode_json(fields)
        yield PublishedRow(
            uuid,
            geometry_of(lng, lat, geometry),
            category,
            name,
            words.get("description", ""),
            tuple(words.get("tags", ())),
            author if consent else None,
            ledger.shown_ms(born or 0, rid or b""),
            changed,
            FeatureState(state),
            removed[uuid][0 if draft else 1] if uuid in removed else (),
            LngLat(lng, lat) if lng is not None else None,
            words.get("values", {}),
        )


def published_extent(db: sqlite3.Connection, *, draft: bool) -> tuple[Bbox | None, int]:
    """Return the box and the number of what `published` yields."""
    where = "life = 1" if draft else "published <> 0"
    row = db.execute(
        "SELECT min(west), min(south), max(east), max(north) FROM ("
        "SELECT lng AS west, lat AS south, lng AS east, lat AS north FROM shown"
        f" WHERE life = 1 AND geometry IS NULL AND {where} UNION ALL"
        " SELECT b.west, b.south, b.east, b.north FROM feature_box b JOIN shown f ON f.id = b.id"
        f" WHERE f.{where})"
    ).fetchone()
    count = db.execute(f"SELECT count(*) FROM shown WHERE {where}").fetchone()[0]
    return (Bbox(*row) if row[0] is not None else None), int(count)
