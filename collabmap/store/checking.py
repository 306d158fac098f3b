"""Whether a project file is what it should be: looked at in a copy, the file itself only read.

Everything that can be checked is: SQLite's own structure, every segment against its signature, the
chains between them, the unsigned tail, the rows that the map is drawn from against the same rows
made anew, the photos against their names, the base maps against their
hashes.
"""

import contextlib
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from collabmap.domain import segment as wire
from collabmap.domain.change import WireChange
from collabmap.domain.leaf import SALT_BYTES
from collabmap.domain.segment import Segment, SegmentInvalid
from collabmap.domain.signing import KEY_BYTES, SigningKey
from collabmap.errors import CollabMapError
from collabmap.store import base_maps
from collabmap.store.blobs import Blobs
from collabmap.store.database import DAMAGE, connect, translated
from collabmap.store.mbtiles import MBTilesReader
from collabmap.store.project import Project
from collabmap.store.rows import AS_BORN
from collabmap.store.schema import READ_MODEL, SETTLED
from collabmap.store.segments import APPLIED, TOO_NEW, WAITING

Step = Callable[[int], None]
# Made by SQLite from the rows themselves, and without content that could be compared.
_TEXT_INDEX = "feature_text"
_PUBLISHED = ("changed", "category", "name", "lng", "lat", "geometry", "fields")
# Row numbers mean nothing outside their file: what they stand for is compared instead.
_STANDS_FOR = {
    "feature": "coalesce((SELECT hex(uuid) FROM {side}.feature WHERE id = t.feature), t.feature)",
    "author": "(SELECT hex(uuid) || hex(rid) FROM {side}.person WHERE id = t.author)",
}


class Fault(StrEnum):
    """What can be wrong.  app/checking.py says each in words."""

    UNREADABLE = "unreadable"
    STRUCTURE = "structure"
    INDEX = "index"
    SEGMENT = "segment"
    LABEL = "label"
    CHAIN = "chain"
    TAIL = "tail"
    ROWS = "rows"
    DIGEST = "digest"
    PHOTO = "photo"
    BASEMAP = "basemap"
    BASEMAP_CHANGED = "basemap-changed"
    BASEMAP_MISSING = "basemap-missing"
    # No faults, but worth saying.
    WAITING = "waiting"
    TOO_NEW = "too-new"


HARMLESS = frozenset({Fault.WAITING, Fault.TOO_NEW})
# Of what lies beside the file: a new file would not have it better.
BESIDE = frozenset({Fault.PHOTO, Fault.BASEMAP, Fault.BASEMAP_CHANGED, Fault.BASEMAP_MISSING})
# What is told of the log itself: the rows cannot be made anew from it.
_OF_THE_LOG = frozenset({Fault.UNREADABLE, Fault.STRUCTURE, Fault.SEGMENT, Fault.TAIL})


@dataclass(frozen=True, slots=True)
class Finding:
    """count: how many segments, rows or files.  where: names for who repairs it, not for all."""

    fault: Fault
    count: int
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and what was found."""

    findings: tuple[Finding, ...]
    segments: int = 0
    changes: int = 0
    photos: int = 0

    @property
    def is_sound(self) -> bool:
        return all(finding.fault in HARMLESS for finding in self.findings)


def check(path: Path, step: Step = lambda done: None) -> Checked:
    """Check a project file and what lies beside it.

    step: told how many segments and photos were looked at; may raise to stop.  Raises FileMissing,
    NotAProject, ProjectTooNew, DiskFull (there is no room for the copy).
    """
    with tempfile.TemporaryDirectory(prefix="collabmap-check-") as inside:
        scratch = Path(inside) / "scratch.collabmap"
        log = _Findings()
        try:
            _copy(path, scratch)
        except DAMAGE:
            log.add(Fault.UNREADABLE)
            return Checked(log.found())
        _check_structure(scratch, log)
        segments, changes = _check_project(scratch, log, step)
        rows = _base_maps(scratch, path)
    photos = _check_photos(path, log, lambda done: step(segments + done))
    for row in rows:
        _check_base_map(base_maps.path_of(path, row), row, log, step)
    return Checked(log.found(), segments, changes, photos)


class _Findings:
    def __init__(self) -> None:
        self._found: dict[Fault, list[str]] = {}

    def add(self, fault: Fault, where: str = "") -> None:
        self._found.setdefault(fault, []).append(where)

    def has(self, faults: frozenset[Fault]) -> bool:
        return bool(self._found.keys() & faults)

    def found(self) -> tuple[Finding, ...]:
        return tuple(
            Finding(fault, len(self._found[fault]), tuple(w for w in self._found[fault] if w))
            for fault in Fault
            if fault in self._found
        )


def _copy(path: Path, target: Path) -> None:
    """Copy a project page by page, as it is at one moment, whoever writes to it meanwhile.

    Raises sqlite3.DatabaseError: SQLite cannot read it.
    """
    try:
        source = connect(path, read_only=True)
    except sqlite3.OperationalError as error:
        # Only what is wrong inside the file is a finding; that it is not there is told as such.
        with translated(path):
            raise error
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()


# --- SQLite's own structure -------------------------------------------------------------------


def _check_structure(scratch: Path, log: _Findings) -> None:
    database = sqlite3.connect(scratch, isolation_level=None)
    try:
        for (text,) in database.execute("PRAGMA integrity_check"):
            if text != "ok":
                is_index = "index" in text and "row" in text
                log.add(Fault.INDEX if is_index else Fault.STRUCTURE, text)
        for (text,) in database.execute("SELECT rtreecheck('feature_box')"):
            if text != "ok":
                log.add(Fault.INDEX, text)
        check = f"INSERT INTO {_TEXT_INDEX} ({_TEXT_INDEX}) VALUES ('integrity-check')"
        database.execute(check)
    except DAMAGE as error:
        known = _TEXT_INDEX in str(error) or "fts" in getattr(error, "sqlite_errorname", "").lower()
        log.add(Fault.INDEX if known else Fault.STRUCTURE, str(error))
    finally:
        database.close()


# --- the log ----------------------------------------------------------------------------------


def _check_project(scratch: Path, log: _Findings, step: Step) -> tuple[int, int]:
    try:
        project = Project.open(scratch)
    except CollabMapError as error:
        if error.code in ("not-a-project", "project-too-new"):
            raise
        log.add(Fault.UNREADABLE, error.code)
        return 0, 0
    segments = changes = 0
    try:
        project.connection.execute("PRAGMA synchronous = OFF")
        try:
            segments, changes = _check_segments(project, log, step)
            _check_tail(project, log)
        except DAMAGE as error:
            log.add(Fault.STRUCTURE, str(error))
        if not log.has(_OF_THE_LOG):
            _check_rows(project, log)
    finally:
        project.close()
    return segments, changes


class _Row(NamedTuple):
    name: bytes
    rid: bytes
    first: int
    last: int
    previous: bytes
    hint: int
    whole: int
    state: int
    data: bytes


def _check_segments(project: Project, log: _Findings, step: Step) -> tuple[int, int]:
    count = changes = 0
    ends: dict[bytes, tuple[_Row, Segment]] = {}
    rows = project.connection.execute(
        "SELECT name, rid, first, last, previous, hint, whole, state, data FROM segment"
        " ORDER BY rid, last"
    )
    for values in rows:
        row = _Row(*values)
        step(count)
        count += 1
        changes += row.last - row.first + 1
        try:
            segment = whole_segment(row.data, project.id)
        except SegmentInvalid as error:
            log.add(Fault.SEGMENT, f"{row.name.hex()[:16]}: {error}")
            continue
        head = segment.head
        labels = (segment.name, segment.rid, head.first, head.last, head.previous, head.hint)
        if (*labels, int(segment.is_whole)) != row[:7]:
            log.add(Fault.LABEL, row.name.hex()[:16])
        # Without the body: of a long log only what links the segments is kept.
        ends[segment.name] = (row._replace(data=b""), _without_body(segment))
    for row, segment in ends.values():
        _check_link(row, segment, ends.get(segment.head.previous), log)
    return count, changes


def whole_segment(data: bytes, project: bytes) -> Segment:
    """Return a segment that is still as it was signed; payloads may be forgotten.

    Raises SegmentInvalid.
    """
    segment = wire.parse(data, project)
    if segment.is_readable:
        wire.open_body(segment)
    elif not segment.is_whole:
        raise SegmentInvalid("the body is not the one signed")
    return segment


def _without_body(segment: Segment) -> Segment:
    return Segment(segment.head, segment.name, segment.head_bytes, segment.signature, b"")


def _check_link(
    row: _Row, segment: Segment, before: tuple[_Row, Segment] | None, log: _Findings
) -> None:
    where = segment.name.hex()[:16]
    if before is None:
        follows = not segment.head.previous
    else:
        end = before[1].head
        follows = (
            end.public_key == segment.head.public_key
            and segment.head.first == end.last + 1
            and segment.head.time_min > end.time_max
        )
    if row.state == APPLIED and not (follows and (before is None or before[0].state == APPLIED)):
        log.add(Fault.CHAIN, where)
    elif row.state == WAITING:
        log.add(Fault.WAITING, where)
    elif row.state == TOO_NEW:
        log.add(Fault.TOO_NEW, where)


def _check_tail(project: Project, log: _Findings) -> None:
    head = project.log.tail_head()
    rows = project.connection.execute(
        "SELECT seq, kind, time, subject, structure, payload FROM tail ORDER BY seq"
    ).fetchall()
    if not rows:
        return
    if head is None:
        log.add(Fault.TAIL, "no head")
    elif [row[0] for row in rows] != list(range(head.first, head.first + len(rows))):
        log.add(Fault.TAIL, "a change is missing")
    times = [row[2] for row in rows]
    if times != sorted(set(times)) or not all(can_be_signed(WireChange(*r[1:])) for r in rows):
        log.add(Fault.TAIL, "a change cannot be read")


def can_be_signed(change: WireChange) -> bool:
    """Whether a segment with this change in it could be read again."""
    key = SigningKey(bytes(KEY_BYTES))
    seed = bytes(SALT_BYTES)
    try:
        segment = wire.seal(
            key, b"", first=0, previous=b"", person=b"", seed=seed, changes=[change]
        )
        wire.open_body(segment)
    except (SegmentInvalid, TypeError, ValueError, OverflowError):
        return False
    return True


# --- the rows that the map is drawn from ------------------------------------------------------


def _check_rows(project: Project, log: _Findings) -> None:
    """Make the rows anew in this copy, and compare."""
    before = project.path.with_name("before.sqlite")
    project.connection.execute("VACUUM INTO ?", (str(before),))
    digest = project.model.digest()
    try:
        for _ in project.model.false_creates():
            log.add(Fault.ROWS, "feature")
        with project.writing():
            project.model.rebuild()
    except (CollabMapError, sqlite3.DatabaseError, SegmentInvalid) as error:
        log.add(Fault.STRUCTURE, str(error))
        return
    if project.model.digest() != digest:
        log.add(Fault.DIGEST)
    database = project.connection
    database.execute("ATTACH ? AS old", (str(before),))
    try:
        for table in READ_MODEL:
            if table not in (_TEXT_INDEX, "overlay"):
                for _ in range(_differing(database, table)):
                    log.add(Fault.ROWS, table)
    finally:
        database.execute("DETACH old")


def _differing(database: sqlite3.Connection, table: str) -> int:
    """Return how many rows of a table are on one side only."""
    new, old = (_comparable(database, table, side) for side in ("main", "old"))
    counts = [
        database.execute(
            f"SELECT count(*) FROM (SELECT * FROM ({one}) EXCEPT SELECT * FROM ({other}))"
        ).fetchone()[0]
        for one, other in ((new, old), (old, new))
    ]
    return int(max(counts))


def _comparable(database: sqlite3.Connection, table: str, side: str) -> str:
    """Return a query for the rows of a table that means the same in every file."""
    if table == "mention":
        # Which of two creates came first, and is a feature's birth, is a matter of arrival.
        return (
            f"SELECT {_STANDS_FOR['feature'].format(side=side)}, segment, ordinal"
            f" FROM {side}.mention t UNION SELECT hex(uuid), birth_segment, birth_ordinal"
            f" FROM {side}.feature WHERE birth_segment IS NOT NULL"
        )
    if table == "feature":
        return _comparable_features(side)
    if table == "published":
        return _comparable_published(side)
    columns = []
    for _, name, kind, *_rest in database.execute(f"PRAGMA main.table_info({table})"):
        if name == "id":
            if table == "feature_box":
                columns.append(f"(SELECT uuid FROM {side}.feature WHERE id = t.id)")
        elif name in _STANDS_FOR and kind == "INTEGER":
            columns.append(_STANDS_FOR[name].format(side=side))
        elif name == "birth_ordinal":
            continue
        elif name == "birth_segment":
            columns.append("t.birth_segment IS NULL")
        else:
            columns.append(f"t.{name}")
    # Of those who gave no name a number may be left from what was taken out again.
    which = " WHERE rank <> x''" if table == "person" else ""
    return f"SELECT {', '.join(columns)} FROM {side}.{table} t{which}"


def _comparable_features(side: str) -> str:
    """Return a query for the features as they are now: which row holds what is a matter of arrival.

    Published otherwise is the same whether it is kept twice or stands in the row that was first.
    """
    author = _STANDS_FOR["author"].replace("t.author", "{0}.author").replace("{side}", side)
    columns = []
    for name in SETTLED:
        shape = "min({0}.published, 2)" if name == "published" else f"{{0}}.{name}"
        shape = author if name == "author" else shape
        columns.append(f"iif(o.feature IS NULL, {shape.format('t')}, {shape.format('o')})")
    return (
        f"SELECT t.uuid, t.birth_segment IS NULL, {', '.join(columns)} FROM {side}.feature t"
        f" LEFT JOIN {side}.overlay o ON o.feature = t.id"
    )


def _comparable_published(side: str) -> str:
    columns = ", ".join(f"t.{name}" for name in _PUBLISHED)
    return (
        f"SELECT {_STANDS_FOR['feature'].format(side=side)}, {columns} FROM {side}.published t"
        f" UNION SELECT hex(t.uuid), {columns} FROM {side}.feature t"
        f" JOIN {side}.overlay o ON o.feature = t.id WHERE o.published = {AS_BORN}"
    )


# --- what lies beside the file ----------------------------------------------------------------


def _check_photos(path: Path, log: _Findings, step: Step) -> int:
    blobs = Blobs.beside(path)
    count = 0
    with translated(blobs.folder):
        for count, name in enumerate(blobs.names(), start=1):
            step(count)
            if not blobs.verify(name):
                log.add(Fault.PHOTO, blobs.path(name).name)
    return count


def _base_maps(scratch: Path, path: Path) -> tuple[base_maps.BaseMapRow, ...]:
    with contextlib.closing(connect(scratch)) as database:
        try:
            return base_maps.listed(database, path)
        except DAMAGE:
            # That the file is damaged is told already.
            return ()


def _check_base_map(path: Path, row: base_maps.BaseMapRow, log: _Findings, step: Step) -> None:
    if not path.is_file():
        log.add(Fault.BASEMAP_MISSING, path.name)
        return
    try:
        MBTilesReader(path).close()
    except CollabMapError:
        log.add(Fault.BASEMAP, path.name)
        return
    with translated(path):
        # A step a piece: whoever stops the check need not wait for a gigabyte.
        if row.digest and base_maps.digest_of(path, lambda _done: step(0)) != row.digest:
            log.add(Fault.BASEMAP_CHANGED, path.name)
