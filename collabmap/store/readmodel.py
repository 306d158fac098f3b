"""The read model: what the rules of domain/merge.py make of the log, kept as rows.

Every write, local or received, goes through `apply`: it notes which subjects the new changes touch
and settles each touched feature anew from its own changes.  `rebuild` does the same from nothing,
so incremental equals rebuild by construction, and a law checks it.
"""

import json
import sqlite3
import struct
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from collabmap.domain.change import AUTH, OF_FEATURES, TAG, Change, Kind
from collabmap.domain.effect import MAX_LISTED, Effect
from collabmap.domain.geo import MAX_LAT, Bbox
from collabmap.domain.hlc import ms_of
from collabmap.domain.merge import DIGEST_MODULUS, Face, Outcome, merge_feature, term
from collabmap.domain.roles import Genesis, Role, fold_roles
from collabmap.errors import CollabMapError
from collabmap.store.log import TAIL, Log, Ref
from collabmap.store.schema import READ_MODEL

GONE, ON_MAP, REFUSED = 0, 1, 2
UNPUBLISHED, AS_SHOWN, OTHERWISE = 0, 1, 2
AUTH_SUBJECT = b""
MAX_NAME_SHOWN = 200


class Shape(NamedTuple):
    """Values of one face of a feature as columns.  box: west, south, east, north in degrees."""

    category: str
    name: str
    lng: float | None
    lat: float | None
    geometry: bytes | None
    fields: str
    changed: int
    box: Bbox | None


class ReadModel:
    """Feature and person rows of one project file; callers hold the transaction."""

    def __init__(self, connection: sqlite3.Connection, log: Log, genesis: Genesis) -> None:
        self._db = connection
        self._log = log
        self._genesis = genesis
        self._roles: dict[bytes, Role] | None = None

    # --- roles --------------------------------------------------------------------------------

    @property
    def roles(self) -> dict[bytes, Role]:
        """Return the role of every replica that has one."""
        if self._roles is None:
            changes = self._log.changes_at(self._mentions(AUTH_SUBJECT))
            self._roles = fold_roles(self._genesis, changes)
        return self._roles

    def forget_cache(self) -> None:
        """Drop what was read: after a rollback, or when another connection has written."""
        self._roles = None

    # --- applying -----------------------------------------------------------------------------

    def apply(self, refs: Iterable[Ref]) -> Effect:
        """Take in changes that the log holds; settle what they touch; return what changed."""
        # In order, so that features are settled segment by segment: each is unpacked once.
        touched: dict[bytes, None] = {}
        people = False
        has_auth = False
        # Before the new changes are noted: what they make of a role is settled anew.
        roles = self.roles
        for ref in refs:
            (change,) = self._log.changes_at((ref,))
            if change.kind == Kind.PERSON:
                people = self._take_person(change) or people
            elif change.kind in AUTH:
                self._mention(AUTH_SUBJECT, ref)
                has_auth = True
            elif change.kind in OF_FEATURES:
                self._take_change(change, ref)
                touched[change.subject] = None
        if has_auth:
            touched |= dict.fromkeys(sorted(self._refold_roles(roles)))
        effect = self._settle(touched)
        if people or has_auth:
            self._refresh_people_digest()
        return effect._replace(people=people or has_auth)

    def _refold_roles(self, before: Mapping[bytes, Role]) -> set[bytes]:
        """Fold the roles anew; return the features that the keys with another role have touched."""
        self._roles = None
        changed = {
            rid
            for rid in before.keys() | self.roles.keys()
            if before.get(rid) != self.roles.get(rid)
        }
        touched = set()
        for rid in changed:
            for segment_id in self._log.segments_of(rid):
                touched |= self._subjects(segment_id)
        head = self._log.tail_head()
        if head is not None and head.rid in changed:
            touched |= self._subjects(TAIL)
        return touched

    def _subjects(self, segment_id: int) -> set[bytes]:
        outline = self._log.outline(segment_id)
        return {subject for kind, subject in outline if kind in OF_FEATURES}

    def _take_change(self, change: Change, ref: Ref) -> None:
        is_birth = False
        if change.kind == Kind.CREATE:
            cursor = self._db.execute(
                "INSERT INTO feature (uuid, birth_segment, birth_ordinal) VALUES (?, ?, ?)"
                " ON CONFLICT (uuid) DO UPDATE SET birth_segment = excluded.birth_segment,"
                " birth_ordinal = excluded.birth_ordinal WHERE birth_segment IS NULL",
                (change.subject, *ref),
            )
            is_birth = cursor.rowcount > 0
        else:
            self._db.execute("INSERT OR IGNORE INTO feature (uuid) VALUES (?)", (change.subject,))
        if not is_birth:
            self._mention(change.subject, ref)

    def _mention(self, subject: bytes, ref: Ref) -> None:
        self._db.execute("INSERT OR IGNORE INTO mention VALUES (?, ?, ?)", (subject, *ref))

    def _take_person(self, change: Change) -> bool:
        payload = change.payload if isinstance(change.payload, dict) else {}
        # Another version may have let through what no screen and no export has room for.
        name = str(payload.get("name", ""))[:MAX_NAME_SHOWN]
        rank = change.stamp.encode() + change.leaf
        cursor = self._db.execute(
            "INSERT INTO person (rid, uuid, name, consent, rank) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (uuid, rid) DO UPDATE SET name = excluded.name,"
            " consent = excluded.consent, rank = excluded.rank WHERE excluded.rank > rank",
            (change.stamp.rid, change.subject, name, int(bool(payload.get("consent"))), rank),
        )
        return cursor.rowcount > 0

    def move_tail(self, segment_id: int, first: int) -> None:
        """Point at a sealed segment what pointed at the tail.  first: its first number."""
        for subject in {AUTH_SUBJECT, *self._subjects(segment_id)}:
            self._db.execute(
                "UPDATE mention SET segment = ?, ordinal = ordinal - ?"
                " WHERE subject = ? AND segment = 0",
                (segment_id, first, subject),
            )
            self._db.execute(
                "UPDATE feature SET birth_segment = ?, birth_ordinal = birth_ordinal - ?"
                " WHERE uuid = ? AND birth_segment = 0",
                (segment_id, first, subject),
            )

    # --- reading changes ----------------------------------------------------------------------

    def _mentions(self, subject: bytes) -> list[Ref]:
        rows = self._db.execute(
            "SELECT segment, ordinal FROM mention WHERE subject = ?", (subject,)
        )
        return [Ref(*row) for row in rows]

    def changes(self, subject: bytes) -> list[Change]:
        """Return every change of a feature that this laptop has, verdicts included."""
        refs = self._mentions(subject)
        row = self._db.execute(
            "SELECT birth_segment, birth_ordinal FROM feature WHERE uuid = ?", (subject,)
        ).fetchone()
        if row is not None and row[0] is not None:
            refs.append(Ref(*row))
        return self._log.changes_at(refs)

    def outcome(self, subject: bytes, changes: Collection[Change] | None = None) -> Outcome:
        """Return what the rules make of a feature now.  changes: its changes, if read already."""
        changes = self.changes(subject) if changes is None else changes
        return merge_feature(subject, changes, self.roles)

    # --- settling -----------------------------------------------------------------------------

    def _settle(self, subjects: Iterable[bytes]) -> Effect:
        listed: set[bytes] = set()
        added = changed = removed = 0
        box: Bbox | None = None
        digest = self.feature_digest()
        for subject in subjects:
            row = self._db.execute(
                "SELECT id, life, lng, lat, digest FROM feature WHERE uuid = ?", (subject,)
            ).fetchone()
            if row is None:
                # Named by nothing but changes without effect.
                continue
            outcome = self.outcome(subject)
            life, shape = self._write(row[0], outcome)
            old_digest = int.from_bytes(row[4], "big") if row[4] else 0
            digest = (digest - old_digest + outcome.digest) % DIGEST_MODULUS
            listed.add(subject)
            added += row[1] != ON_MAP and life == ON_MAP
            removed += row[1] == ON_MAP and life != ON_MAP
            changed += row[1] == ON_MAP and life == ON_MAP
            for lng, lat in ((row[2], row[3]), (shape.lng, shape.lat) if shape else (None, None)):
                box = _grown(box, lng, lat)
        self._set_meta("digest", digest.to_bytes(32, "big"))
        features = frozenset(listed) if len(listed) <= MAX_LISTED else None
        return Effect(features, added, changed, removed, box)

    def _write(self, row_id: int, outcome: Outcome) -> tuple[int, Shape | None]:
        is_refused = outcome.birth is None and outcome.state is not None
        life = REFUSED if is_refused else (ON_MAP if outcome.state is not None else GONE)
        face = outcome.shown if outcome.shown.is_alive else outcome.published
        if is_refused:
            face = _refused_face(self.changes(outcome.subject))
        shape = shape_of(face) if life != GONE else None
        birth = outcome.birth or _first_create(self.changes(outcome.subject))
        published = UNPUBLISHED
        if outcome.published.is_alive:
            # Most often the very same changes: then their values need no second look.
            is_same = outcome.published == outcome.shown or (
                outcome.shown.is_alive and shape_of(outcome.published) == shape
            )
            published = AS_SHOWN if is_same else OTHERWISE
        self._db.execute(
            "UPDATE feature SET life = ?, state = ?, waiting = ?, disagreement = ?, published = ?,"
            " author = ?, author_rid = ?, born = ?, changed = ?, category = ?, name = ?, lng = ?,"
            " lat = ?, geometry = ?, fields = ?, digest = ? WHERE id = ?",
            (
                life,
                str(outcome.state) if outcome.state else None,
                int(bool(outcome.waiting) or _disagrees(outcome)),
                int(_disagrees(outcome)),
                published,
                birth.person if birth else None,
                birth.stamp.rid if birth else None,
                ms_of(birth.stamp.time) if birth else None,
                *_columns(shape),
                outcome.digest.to_bytes(32, "big"),
                row_id,
            ),
        )
        self._write_published(row_id, outcome.published if published == OTHERWISE else None)
        self._write_indexes(row_id, shape if life == ON_MAP else None)
        return life, shape

    def _write_published(self, row_id: int, face: Face | None) -> None:
        self._db.execute("DELETE FROM published WHERE feature = ?", (row_id,))
        if face is not None:
            shape = shape_of(face)
            self._db.execute(
                "INSERT INTO published (feature, category, name, lng, lat, geometry, fields,"
                " changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (row_id, *shape[:7]),
            )

    def _write_indexes(self, row_id: int, shape: Shape | None) -> None:
        if shape is None or shape.box is None:
            self._db.execute("DELETE FROM feature_box WHERE id = ?", (row_id,))
        else:
            west, south, east, north = shape.box
            self._db.execute(
                "INSERT OR REPLACE INTO feature_box VALUES (?, ?, ?, ?, ?)",
                (row_id, west, east, south, north),
            )
        if shape is None:
            self._db.execute("DELETE FROM feature_text WHERE rowid = ?", (row_id,))
        else:
            fields = json.loads(shape.fields)
            words = " ".join([fields.get("description", ""), *fields.get("tags", [])])
            self._db.execute(
                "INSERT OR REPLACE INTO feature_text (rowid, name, words) VALUES (?, ?, ?)",
                (row_id, shape.name, words),
            )

    # --- digest -------------------------------------------------------------------------------

    def feature_digest(self) -> int:
        return int.from_bytes(self._meta("digest"), "big")

    def digest(self) -> str:
        """Return the state digest in hex: equal on two laptops with the same changes in effect."""
        total = self.feature_digest() + int.from_bytes(self._meta("digest_people"), "big")
        return f"{total % DIGEST_MODULUS:064x}"

    def _refresh_people_digest(self) -> None:
        total = sum(term(rid, "role", b"", [int(role)]) for rid, role in self.roles.items())
        for rid, uuid, rank in self._db.execute("SELECT rid, uuid, rank FROM person"):
            total += term(uuid, "person", rank, [rid])
        self._set_meta("digest_people", (total % DIGEST_MODULUS).to_bytes(32, "big"))

    def _meta(self, key: str) -> bytes:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return bytes(row[0]) if row else b""

    def _set_meta(self, key: str, value: bytes) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # --- rebuilding ---------------------------------------------------------------------------

    def rebuild(self) -> None:
        """Make every row anew from the log alone."""
        for table in READ_MODEL:
            self._db.execute(f"DELETE FROM {table}")
        self._db.execute("DELETE FROM meta WHERE key IN ('digest', 'digest_people')")
        self._log.disconnect_all()
        self.forget_cache()
        segments = [*self._log.connect(), TAIL]
        # In one go: a role that changes half-way would settle features not taken in yet.
        self.apply(ref for segment_id in segments for ref in self._log.refs_of(segment_id))
        self._refresh_people_digest()


def _first_create(changes: Iterable[Change]) -> Change | None:
    return min((c for c in changes if c.kind == Kind.CREATE), key=lambda c: c.rank, default=None)


def _refused_face(changes: Iterable[Change]) -> Face:
    """Return a refused feature as its author wrote it: refused is shown to the author, not lost."""
    create = _first_create(changes)
    return Face(False, dict.fromkeys(create.over, (create,)) if create else {}, ())


def _disagrees(outcome: Outcome) -> bool:
    """Whether concurrent values differ: two people who wrote the same agree.

    Sealed values always differ, and nobody could see how: a coordinator's review compares them.
    """
    if outcome.state is None or not outcome.shown.is_alive:
        return False
    return any(
        len({repr(value_of(write, name)) for write in writes}) > 1
        for name, writes in outcome.shown.registers.items()
        if name != "contact"
    )


def value_of(change: Change, name: str) -> Any:
    """Return the value that a write gave a field, None once forgotten."""
    return change.payload.get(name) if isinstance(change.payload, dict) else None


def texts_of(face: Face, element: str) -> list[str]:
    """Return the texts of a feature's elements of one kind, in order of time."""
    return [e.payload for e in face.elements if e.element == element and isinstance(e.payload, str)]


def shape_of(face: Face) -> Shape:
    """Return a face as columns.  Values are not trusted: another version may have written them."""
    shown = {name: value_of(writes[0], name) for name, writes in face.registers.items()}
    geometry = shown.get("geometry")
    geometry = geometry if isinstance(geometry, bytes) else None
    lng, lat, box = _place(geometry)
    fields: dict[str, Any] = {"description": _text(shown.get("description"))}
    if tags := sorted(set(texts_of(face, TAG)), key=str.casefold):
        fields["tags"] = tags
    changed = max((w.stamp.time for writes in face.registers.values() for w in writes), default=0)
    return Shape(
        _text(shown.get("category")),
        _text(shown.get("name")),
        lng,
        lat,
        geometry,
        json.dumps(fields, ensure_ascii=False),
        ms_of(changed),
        box,
    )


def _columns(shape: Shape | None) -> tuple[Any, ...]:
    if shape is None:
        return (None,) * 7
    return (
        shape.changed,
        shape.category,
        shape.name,
        shape.lng,
        shape.lat,
        shape.geometry,
        shape.fields,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _place(geometry: bytes | None) -> tuple[float | None, float | None, Bbox | None]:
    """Return a point that stands for the geometry, and its box; Nones if it can't be read."""
    if geometry is None:
        return None, None, None
    if len(geometry) == 21 and geometry[:5] == b"\x01\x01\x00\x00\x00":
        lng, lat = struct.unpack("<dd", geometry[5:])
        box = Bbox(lng, lat, lng, lat)
    else:
        # shapely costs start-up time, and most features are points.
        from collabmap.domain import geometry as shapes

        try:
            shape = shapes.from_wkb(geometry)
            lng, lat = shapes.representative_point(shape)
            box = Bbox(*shape.bounds)
        except CollabMapError:
            return None, None, None
    if not (-180 <= box.west <= box.east <= 180 and -MAX_LAT <= box.south <= box.north <= MAX_LAT):
        return None, None, None
    return lng, lat, box


def _grown(box: Bbox | None, lng: float | None, lat: float | None) -> Bbox | None:
    if lng is None or lat is None:
        return box
    if box is None:
        return Bbox(lng, lat, lng, lat)
    west, south, east, north = box
    return Bbox(min(west, lng), min(south, lat), max(east, lng), max(north, lat))
