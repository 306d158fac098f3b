"""What a project file must hold: worked out from its segments all at once, without its own rows.

The rules are those of the pure model; how they become columns is written here a second time.
"""

import contextlib
import json
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import shapely

from collabmap.domain.alias import find_groups, find_looked_at, find_pairs
from collabmap.domain.authority import Standing, fold_roles
from collabmap.domain.cells import cell_of
from collabmap.domain.change import AUTH, LINK, OF_FEATURES, READING, TAG, Change, Kind
from collabmap.domain.clock_note import find_shifts
from collabmap.domain.digest import DIGEST_MODULUS
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import ms_of
from collabmap.domain.merge import Face, Outcome, merge_all
from collabmap.domain.reading_batch import read_batch
from collabmap.domain.redaction import Redactions, find_redactions
from collabmap.store import awaiting, care
from collabmap.store.log import TAIL
from collabmap.store.project import Project
from collabmap.store.readings import batch_of

GONE, ON_MAP, REFUSED, UNITED = 0, 1, 2, 3
_WORD = re.compile(r"[0-9a-z]+")


class Known(NamedTuple):
    """All that a project holds.  outcomes: by canonical id.  changes: in effect or parked."""

    changes: list[Change]
    standing: Standing
    redactions: Redactions
    groups: Mapping[bytes, bytes]
    looked_at: Mapping[bytes, frozenset[ChangeId]]
    shifts: Mapping[bytes, int]
    outcomes: Mapping[bytes, Outcome]


def changes_in_state(project: Project, *states: int) -> list[Change]:
    """Return the changes of all segments in these states; the tail counts as applied."""
    marks = ",".join("?" * len(states))
    rows = project.connection.execute(f"SELECT id FROM segment WHERE state IN ({marks})", states)
    found = [c for (i,) in rows.fetchall() for c in project.log.changes_of(i)]
    return found + list(project.log.changes_of(TAIL)) if 1 in states else found


def known(project: Project) -> Known:
    """Work out what the rules make of everything here, at once."""
    applied, held = changes_in_state(project, 1), changes_in_state(project, 3)
    waiting = [c for c in changes_in_state(project, 0) if c.kind == Kind.REDACT]
    redacts = [c for c in (*applied, *held, *waiting) if c.kind == Kind.REDACT]
    standing = standing_of(project, applied, held)
    aliases = [c for c in applied if c.kind == Kind.ALIAS]
    notes = [c for c in applied if c.kind == Kind.CLOCK_NOTE]
    content = [c for c in applied if c.kind != Kind.REDACT]
    groups = find_groups(aliases, standing)
    return Known(
        applied,
        standing,
        find_redactions(redacts, standing),
        groups,
        find_looked_at(aliases, find_pairs(aliases, standing), groups),
        find_shifts(notes, standing),
        merge_all([*content, *redacts], standing),
    )


def standing_of(project: Project, applied: Iterable[Change], held: Iterable[Change]) -> Standing:
    """Return everybody's standing, folded from all changes at once."""
    branches: dict[bytes, dict[bytes, bytes]] = {}
    sql = "SELECT rid, name, previous FROM segment WHERE state = 1"
    for rid, name, previous in project.connection.execute(sql):
        branches.setdefault(rid, {})[name] = previous
    head = project.log.tail_head()
    if head is not None:
        branches.setdefault(head.rid, {})[b""] = head.previous
    held = [c for c in held if c.kind in AUTH]
    said = [c for c in applied if c.kind in AUTH] + held
    is_held = {c.id for c in held}
    return fold_roles(project.genesis, said, lambda rid: branches.get(rid, {}), is_held)


def assert_rows_follow(project: Project) -> Known:
    """Law 11: every row, all indexes and the digest are what the pure model says."""
    now = known(project)
    model = project.model
    assert model.ledger.standing == now.standing
    assert model.ledger.groups == now.groups
    for top in set(now.groups.values()):
        assert model.ledger.looked_at(top) == now.looked_at.get(top, frozenset())
    assert model.ledger.redactions == now.redactions
    assert model.ledger.shifts == now.shifts
    total = sum(o.digest for o in now.outcomes.values()) % DIGEST_MODULUS
    assert model.feature_digest() == total
    expected = expected_features(now)
    _compare(features_of(project), expected)
    assert cells_of(project) == _expected_cells(expected)
    assert _people(project) == _expected_people(now)
    _check_texts(project, now)
    _check_awaiting(project, now)
    _check_links(project, now)
    _check_readings(project, now)
    return now


def _check_awaiting(project: Project, now: Known) -> None:
    """Why each feature waits is what all its changes tell, also where the quicker way noted it."""
    model, db = project.model, project.connection
    rows = db.execute("SELECT f.uuid, a.* FROM awaiting a JOIN feature f ON f.id = a.feature")
    kept = {uuid: awaiting.Awaiting(*why) for uuid, _row, *why in rows}
    by_top: dict[bytes, list[Change]] = {}
    for change in now.changes:
        if change.kind in OF_FEATURES:
            by_top.setdefault(now.groups.get(change.subject, change.subject), []).append(change)
    expected = {}
    for subject, outcome in now.outcomes.items():
        why = awaiting.awaiting(
            outcome, by_top.get(subject, []), care.of(db, subject), model.ledger, model.people
        )
        if why is not None:
            expected[subject] = why
    _compare(kept, expected)


def _check_links(project: Project, now: Known) -> None:
    """Every link that is shown or was accepted has its row, which says by whom, when and where."""
    rows = project.connection.execute(
        "SELECT f.uuid, l.element, l.target, l.type, a.uuid, a.rid, l.at, l.faces FROM link l"
        " LEFT JOIN feature f ON f.id = l.feature LEFT JOIN person a ON a.id = l.author"
    )
    kept = {(uuid, element): tuple(others) for uuid, element, *others in rows}
    expected: dict[tuple[bytes, bytes], tuple[object, ...]] = {}
    for subject, outcome in now.outcomes.items():
        accepted = {e.id for e in outcome.published.elements}
        shown = {e.id for e in outcome.shown.elements}
        for each in (*outcome.shown.elements, *outcome.published.elements):
            if each.element == LINK:
                faces = (each.id in shown) + 2 * (each.id in accepted)
                words = each.payload if isinstance(each.payload, str) else ""
                author = (each.person, each.stamp.rid, _shown_ms(now, each))
                expected.setdefault((subject, each.keys[0]), (each.keys[1], words, *author, faces))
    assert kept == expected


def _check_readings(project: Project, now: Known) -> None:
    """Every batch of readings that is shown or was accepted has its row, with all it holds."""
    rows = project.connection.execute(
        "SELECT f.uuid, r.element, a.uuid, a.rid, r.at, r.faces, r.readings, r.first, r.last,"
        " r.least, r.most FROM reading r LEFT JOIN feature f ON f.id = r.feature"
        " LEFT JOIN person a ON a.id = r.author"
    )
    kept: dict[tuple[bytes, bytes], tuple[object, ...]] = {}
    for uuid, element, *told in rows.fetchall():
        batch = batch_of(project.connection, uuid, element)
        assert batch is not None
        ends = [len(batch), batch.times[0], batch.times[-1], min(batch.values), max(batch.values)]
        assert told[4:] == ends
        kept[uuid, element] = (*told[:4], replace(batch, said=None))
    expected: dict[tuple[bytes, bytes], tuple[object, ...]] = {}
    for subject, outcome in now.outcomes.items():
        accepted = {e.id for e in outcome.published.elements}
        shown = {e.id for e in outcome.shown.elements}
        for each in (*outcome.shown.elements, *outcome.published.elements):
            batch = read_batch(each.payload) if each.element == READING else None
            if batch is not None:
                faces = (each.id in shown) + 2 * (each.id in accepted)
                author = (each.person, each.stamp.rid, _shown_ms(now, each))
                if batch.said is not None and each.id in accepted:
                    author = batch.said
                same = replace(batch, said=None)
                expected.setdefault((subject, each.keys[0]), (*author, faces, same))
    assert kept == expected


def _compare(rows: Mapping[bytes, object], expected: Mapping[bytes, object]) -> None:
    for subject in rows.keys() | expected.keys():
        here, there = rows.get(subject), expected.get(subject)
        assert here == there, f"{subject.hex()} is {here}\nand should be {there}"


# --- features ---------------------------------------------------------------------------------


# What is published otherwise than shown: in a row of its own, or what the feature's row says.
OTHERWISE = ", ".join(
    f"iif(f.published = 3, o.{column}, p.{column})"
    for column in ("changed", "category", "name", "lng", "lat", "geometry", "fields")
)


def features_of(project: Project) -> dict[bytes, tuple[object, ...]]:
    """Return the row of every feature, without local numbers."""
    rows = project.connection.execute(
        "SELECT f.uuid, f.life, f.state, f.waiting, f.disagreement, min(f.published, 2),"
        " a.uuid, a.rid, f.born, f.changed, f.category, f.name, f.lng, f.lat, f.geometry, f.fields,"
        f" {OTHERWISE}, b.west, b.east, b.south, b.north FROM shown f"
        " LEFT JOIN published p ON p.feature = f.id LEFT JOIN person a ON a.id = f.author"
        " LEFT JOIN feature o ON o.id = f.id AND f.published = 3"
        " LEFT JOIN feature_box b ON b.id = f.id"
    )
    return {row[0]: _readable(row) for row in rows}


def _readable(row: tuple[Any, ...]) -> tuple[object, ...]:
    fields, public = (None if text is None else json.loads(text) for text in (row[15], row[22]))
    return (*row[1:15], fields, *row[16:22], public, Box(row[23:]))


class Box(tuple[float | None, ...]):
    """West, east, south, north; the box index keeps 32-bit numbers, rounded outwards."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, tuple):
            return False
        return all(
            one is two or (one is not None and two is not None and abs(one - two) < 1e-4)
            for one, two in zip(self, other, strict=True)
        )

    __hash__ = tuple.__hash__


def expected_features(now: Known) -> dict[bytes, tuple[object, ...]]:
    """Return the row of every feature that has changes, and of what groups of them go under."""
    own = {c.subject for c in now.changes if c.kind in OF_FEATURES}
    tops = {now.groups.get(subject, subject) for subject in own}
    found = {}
    for subject in own | tops:
        if subject in tops:
            found[subject] = _row(now, now.outcomes[subject])
        else:
            found[subject] = (UNITED, None, 0, 0, 0, *(None,) * 17, (None,) * 4)
    return found


def _row(now: Known, outcome: Outcome) -> tuple[object, ...]:
    creates = [
        c
        for c in now.changes
        if c.kind == Kind.CREATE and now.groups.get(c.subject, c.subject) == outcome.subject
    ]
    birth = outcome.birth or min(creates, key=lambda c: c.rank, default=None)
    is_refused = outcome.birth is None and outcome.state is not None
    life = REFUSED if is_refused else GONE if outcome.state is None else ON_MAP
    face = outcome.shown if outcome.shown.is_alive else outcome.published
    if is_refused:
        assert birth is not None
        is_hidden = now.redactions.hides(birth.id, birth.stamp.rid)
        birth_shown = None if is_hidden else birth.payload
        columns: tuple[object, ...] = _columns(birth_shown or {}, [])
        changed = _shown_ms(now, birth) if birth.over else 0
    elif life == ON_MAP:
        columns, changed = _columns(_values(face), _tags(face)), _changed(now, face)
    else:
        columns, changed = (None,) * 6, None
    box = _box(columns) if life == ON_MAP else (None,) * 4
    is_published, other = _publication(now, outcome, columns)
    disputed = int(life == ON_MAP and outcome.shown.is_alive and _is_disputed(now, outcome))
    return (
        life,
        str(outcome.state) if outcome.state else None,
        int(bool(outcome.waiting or disputed or _is_contested(outcome))),
        disputed,
        is_published,
        birth.person if birth else None,
        birth.stamp.rid if birth else None,
        birth.stamp.time if birth else None,
        changed,
        *columns,
        *other,
        box,
    )


def _publication(
    now: Known, outcome: Outcome, columns: tuple[object, ...]
) -> tuple[int, tuple[object, ...]]:
    nothing = (None,) * 7
    if not outcome.published.is_alive:
        return 0, nothing
    public = _columns(_values(outcome.published), _tags(outcome.published))
    if outcome.published == outcome.shown or (outcome.shown.is_alive and public == columns):
        return 1, nothing
    return 2, (_changed(now, outcome.published), *public)


def _is_disputed(now: Known, outcome: Outcome) -> bool:
    """Whether two concurrent values differ that nobody saw together.

    Those of several features were seen when a coordinator said that they are one; which, the word
    itself tells, unless it is one of old.
    """
    seen = now.looked_at.get(outcome.subject, frozenset())
    for name, writes in outcome.shown.registers.items():
        values = {
            repr(w.payload.get(name) if isinstance(w.payload, dict) else None)
            for w in writes
            if w.subject == writes[0].subject or (seen and w.id not in seen)
        }
        if name != "contact" and len(values) > 1:
            return True
    return False


def _is_contested(outcome: Outcome) -> bool:
    """Whether coordinators have said different things, neither knowing of the other's word."""
    return outcome.state is not None and any(r.is_contested for r in outcome.rulings.values())


def _values(face: Face) -> dict[str, Any]:
    found = {}
    for name, writes in face.registers.items():
        payload = writes[0].payload
        found[name] = payload.get(name) if isinstance(payload, dict) else None
    return found


def _tags(face: Face) -> list[str]:
    return [
        e.payload
        for e in face.elements
        if e.kind == Kind.ADD and e.element == TAG and isinstance(e.payload, str)
    ]


def _columns(values: Mapping[str, Any], tags: list[str]) -> tuple[object, ...]:
    """Return category, name, lng, lat, geometry (None for a point) and the other fields."""
    texts = {k: v if isinstance(v, str) else "" for k, v in values.items()}
    fields: dict[str, object] = {}
    if texts.get("description"):
        fields["description"] = texts["description"]
    if tags:
        fields["tags"] = sorted(set(tags), key=lambda tag: (tag.casefold(), tag))
    geometry = values.get("geometry")
    lng, lat, wkb = None, None, None
    if isinstance(geometry, bytes) and len(geometry) == 21:
        lng, lat = struct.unpack("<dd", geometry[5:])
        if not (-180 <= lng <= 180 and -90 <= lat <= 90):
            lng, lat = None, None
    elif isinstance(geometry, bytes):
        with contextlib.suppress(shapely.errors.GEOSException):
            # A line is found at its middle (domain/geometry.py); the laws draw lines only.
            point = shapely.from_wkb(geometry).interpolate(0.5, normalized=True)
            lng, lat, wkb = point.x, point.y, geometry
    return texts.get("category", ""), texts.get("name", ""), lng, lat, wkb, fields or None


def _box(columns: tuple[object, ...]) -> tuple[float | None, ...]:
    wkb = columns[4]
    if not isinstance(wkb, bytes):
        return (None,) * 4
    west, south, east, north = shapely.from_wkb(wkb).bounds
    return west, east, south, north


def cells_of(project: Project) -> list[tuple[int, bytes]]:
    """Return the index of points, without local numbers; no id stands for a feature not there."""
    return project.connection.execute(
        "SELECT c.cell, coalesce(f.uuid, x'') FROM feature_cell c"
        " LEFT JOIN feature f ON f.id = c.feature ORDER BY 1, 2"
    ).fetchall()


def _expected_cells(rows: Mapping[bytes, tuple[object, ...]]) -> list[tuple[int, bytes]]:
    found = []
    for subject, (life, *others) in rows.items():
        lng, lat, wkb = others[10:13]
        if life == ON_MAP and wkb is None and isinstance(lng, float) and isinstance(lat, float):
            found.append((cell_of(lng, lat), subject))
    return sorted(found)


def _shown_ms(now: Known, change: Change) -> int:
    return max(0, ms_of(change.stamp.time) + now.shifts.get(change.stamp.rid, 0))


def _changed(now: Known, face: Face) -> int:
    writes = [w for found in face.registers.values() for w in found]
    return max((_shown_ms(now, w) for w in writes), default=0)


# --- people and texts -------------------------------------------------------------------------


def _people(project: Project) -> dict[tuple[bytes, bytes], tuple[str, int]]:
    rows = project.connection.execute(
        "SELECT uuid, rid, name, consent FROM person WHERE rank <> x''"
    )
    return {(uuid, rid): (name, consent) for uuid, rid, name, consent in rows}


def _expected_people(now: Known) -> dict[tuple[bytes, bytes], tuple[str, int]]:
    last: dict[tuple[bytes, bytes], Change] = {}
    for change in now.changes:
        key = (change.subject, change.stamp.rid)
        if change.kind == Kind.PERSON and (key not in last or last[key].rank < change.rank):
            last[key] = change
    found = {}
    for key, change in last.items():
        payload = change.payload if isinstance(change.payload, dict) else {}
        if now.redactions.hides(change.id, change.stamp.rid):
            payload = {}
        found[key] = (str(payload.get("name", "")), int(bool(payload.get("consent"))))
    return found


def _check_texts(project: Project, now: Known) -> None:
    """Every word ever written is found where it is shown, and nowhere else."""
    shown: dict[str, set[bytes]] = {}
    for change in now.changes:
        for word in _words_of(change):
            shown.setdefault(word, set())
    for subject, outcome in now.outcomes.items():
        if outcome.state is None or outcome.birth is None:
            continue
        face = outcome.shown if outcome.shown.is_alive else outcome.published
        values = _values(face)
        texts = [values.get("name"), values.get("description"), *_tags(face)]
        for text in texts:
            for word in _WORD.findall(text.lower()) if isinstance(text, str) else ():
                shown.setdefault(word, set()).add(subject)
    for word, subjects in shown.items():
        rows = project.connection.execute(
            "SELECT f.uuid FROM feature_text t JOIN shown f ON f.id = t.rowid"
            " WHERE feature_text MATCH ?",
            (f'"{word}"',),
        )
        assert {row[0] for row in rows} == subjects, f"the search finds {word!r} elsewhere"


def _words_of(change: Change) -> Iterable[str]:
    payload = change.payload
    texts: list[object] = []
    if isinstance(payload, dict):
        texts = [payload.get("name"), payload.get("description")]
    elif isinstance(payload, str):
        texts = [payload]
    return {w for text in texts if isinstance(text, str) for w in _WORD.findall(text.lower())}
