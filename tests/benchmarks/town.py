"""The workload as CollabMap's own files: a project with its map, and signed bundles of edits."""

import bisect
import contextlib
import hashlib
import os
import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import workload
from measuring import cache_folder, copy_to_disk
from workload import Comment, Create, Delete, Edit, Place, Set, Tag

from collabmap.domain import ids
from collabmap.domain import segment as wire
from collabmap.domain.change import COMMENT, TAG, Kind, WireChange, encode
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import COUNTER_BITS
from collabmap.domain.roles import enrolment_words, found
from collabmap.domain.segment import Segment
from collabmap.domain.signing import SigningKey
from collabmap.domain.structure import (
    add_structure,
    create_structure,
    delete_structure,
    keys_structure,
    set_structure,
)
from collabmap.store.ingest import Ingest
from collabmap.store.project import Project
from collabmap.sync import bundle

# As many changes as one transaction takes (the design's bound).
CHUNK = 25_000
# What the founder's log holds before its first place.
_BEFORE_PLACES = 3
_POINT = struct.Struct("<BIdd")
_FIELD = {"position": "geometry"}

# What decides what a map's file holds.
_HERE = Path(__file__).resolve()
_PRODUCT = _HERE.parents[2] / "collabmap"
PRODUCT = (
    *sorted((_PRODUCT / "domain").glob("*.py")),
    *sorted((_PRODUCT / "store").glob("*.py")),
)
_CODE = (_HERE, _HERE.with_name("workload.py"), *PRODUCT)

if TYPE_CHECKING:
    from collabmap.app.session import Session

Row = tuple[int, bytes, bytes, bytes | None]


# --- keys -------------------------------------------------------------------------------------


def key_of(who: str) -> SigningKey:
    return SigningKey(hashlib.blake2b(who.encode(), digest_size=32).digest())


FOUNDER, INVITATION = key_of("founder"), key_of("invitation")


def resident_key(number: int) -> SigningKey:
    return key_of(f"resident {number}")


def rid_of(key: SigningKey) -> bytes:
    return ids.replica_id(key.public)


# --- maps -------------------------------------------------------------------------------------


def town(count: int) -> Path:
    """Return the project file of a map of so many places; not to be written to."""
    path = cache_folder(*_CODE) / f"town-{count}.collabmap"
    if not path.is_file():
        print(f"Making a map of {count:,} places (kept for the next run)", flush=True)
        made = path.with_name(f"made-{os.getpid()}.collabmap")
        make_town(made, count)
        made.replace(path)
    return path


def copy_of(source: Path, folder: Path) -> Path:
    """Return a copy that may be written to; it is on the disk, so that nobody's fsync pays."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "map.collabmap"
    for stale in folder.glob("map.*"):
        stale.unlink()
    return copy_to_disk(source, target)


def make_town(path: Path, count: int) -> None:
    """Make a project whose founder entered the map: sealed by the rule that laptops seal by."""
    project = Project.create(path, found("Niort", FOUNDER, bytes(16), "territoire"))
    try:
        branch = Branch(FOUNDER, project.id, founding_rows(), workload.BEGUN_MS)
        for place in workload.places(count):
            branch.write(_create_row(place, own_accept=True), branch.clock_ms + 1)
        merge(project, branch.close())
        project.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        project.close()


def merge(project: Project, segments: Sequence[Segment]) -> None:
    """Take segments in as the founder's laptop does, a bounded number of changes a transaction.

    Raises AssertionError if anything was refused or known already.
    """
    ingest = None
    for chunk in _chunks(segments):
        with project.writing():
            ingest = ingest or Ingest(project, FOUNDER, rid_of(FOUNDER))
            received = ingest.receive(chunk)
        assert (received.refused, received.segments) == (0, len(chunk)), received


def merge_file(path: Path, came: Iterable[Path]) -> int:
    """Open a project, take the bundles in, close it; return how many changes came."""
    project = Project.open(path)
    try:
        read = [bundle.read_bundle(file, project.id) for file in came]
        assert not any(one.problem or one.refused for one in read)
        merge(project, [segment for one in read for segment in one.segments])
        return sum(one.changes for one in read)
    finally:
        project.close()


@contextlib.contextmanager
def window_on(path: Path) -> "Iterator[Session]":
    """Open a project as the window does, on a laptop of nobody, which looks it through first."""
    from collabmap.app.session import Session
    from collabmap.store.device import Device

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        device = Device(Path(folder))
        session = Session.open(path, device)
        try:
            yield session
        finally:
            session.close()
            device.close()


def _chunks(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    chunk: list[Segment] = []
    count = 0
    for segment in segments:
        size = segment.head.last - segment.head.first + 1
        if chunk and count + size > CHUNK:
            yield chunk
            chunk, count = [], 0
        chunk.append(segment)
        count += size
    if chunk:
        yield chunk


# --- writing as a laptop does -----------------------------------------------------------------


class Branch:
    """One laptop's log: changes in, signed segments out.

    It seals by the rule of store/ingest.py, without a project file for each of the residents.
    """

    def __init__(
        self, key: SigningKey, project: bytes, opening: Iterable[Row], begun_ms: int
    ) -> None:
        self._key, self._project = key, project
        self._sealed: list[Segment] = []
        self._rows: list[WireChange] = []
        self._size = 0
        self._person = b""
        self.seq = 0
        self.clock_ms = begun_ms
        for row in opening:
            self.write(row, self.clock_ms + 1)

    def write(self, row: Row, at_ms: int) -> ChangeId:
        """Append a change; return its name as its author writes it."""
        kind, subject, structure, payload = row
        self.clock_ms = max(at_ms, self.clock_ms + 1)
        change = WireChange(kind, self.clock_ms << COUNTER_BITS, subject, structure, payload)
        self._rows.append(change)
        self._size += len(structure) + len(payload or b"")
        self.seq += 1
        if len(self._rows) >= wire.MAX_CHANGES or self._size >= wire.SEAL_BYTES:
            self._seal()
        return ChangeId(b"", self.seq - 1)

    def close(self) -> list[Segment]:
        """Seal what is left; return the whole log."""
        if self._rows:
            self._seal()
        return self._sealed

    def _seal(self) -> None:
        seed = hashlib.blake2b(self._key.seed, salt=self.seq.to_bytes(8, "big"), digest_size=16)
        self._sealed.append(
            wire.seal(
                self._key,
                self._project,
                first=self.seq - len(self._rows),
                previous=self._sealed[-1].name if self._sealed else b"",
                person=self._person,
                seed=seed.digest(),
                changes=self._rows,
            )
        )
        for row in self._rows:
            if row.kind == Kind.SESSION:
                self._person = row.subject
        self._rows, self._size = [], 0


def founding_rows() -> list[Row]:
    invite = (Kind.INVITE, b"", keys_structure(INVITATION.public), None)
    rows = [*_turn("Camille"), invite]
    assert len(rows) == _BEFORE_PLACES
    return rows


def _turn(name: str) -> list[Row]:
    person = hashlib.blake2b(name.encode(), digest_size=16).digest()
    words = encode({"name": name, "consent": True, "text": "2026-1"})
    return [(Kind.PERSON, person, encode([]), words), (Kind.SESSION, person, encode([]), None)]


def resident_log(project: Project, number: int, edits: Iterable[Edit]) -> list[Segment]:
    """Return the signed log of a resident who enrolled by invitation and made these edits."""
    key = resident_key(number)
    signed = INVITATION.sign(enrolment_words(project.id, rid_of(key)))
    enrol = (Kind.ENROL, b"", keys_structure(INVITATION.public, signed), None)
    opening = [enrol, *_turn(f"Habitant {number}")]
    begun_ms = workload.BEGUN_MS + workload.WEEK_MS
    branch = Branch(key, project.id, opening, begun_ms)
    desk = Desk(branch.write, Births(project), own_accept=False)
    for edit in edits:
        desk.write(edit)
    return branch.close()


class Births:
    """Names of the changes that created the places of the map."""

    def __init__(self, project: Project) -> None:
        rows = project.connection.execute(
            "SELECT first, name FROM segment WHERE rid = ? ORDER BY first", (rid_of(FOUNDER),)
        ).fetchall()
        self._firsts = [first for first, _ in rows]
        self._names = [name for _, name in rows]

    def of(self, index: int) -> ChangeId:
        seq = index + _BEFORE_PLACES
        at = bisect.bisect_right(self._firsts, seq) - 1
        return ChangeId(self._names[at], seq - self._firsts[at])


class Desk:
    """Somebody at work: remembers which own changes a new one has seen.

    write_row: appends a change at a time in milliseconds, and returns its name.
    """

    def __init__(
        self, write_row: Callable[[Row, int], ChangeId], births: Births, *, own_accept: bool
    ) -> None:
        self._write_row, self._births, self._own_accept = write_row, births, own_accept
        self._seen: dict[bytes, set[ChangeId]] = {}
        self._writes: dict[tuple[bytes, str], set[ChangeId]] = {}

    def write(self, edit: Edit) -> None:
        if isinstance(edit, Create):
            row = _create_row(edit.place, own_accept=self._own_accept)
            self._seen[edit.place.id] = {self._write_row(row, edit.at_ms)}
            return
        if edit.index is not None:
            self._seen.setdefault(edit.id, {self._births.of(edit.index)})
        name = self._write_row(self._row(edit), edit.at_ms)
        self._seen[edit.id].add(name)
        if isinstance(edit, Set):
            for field in edit.values:
                self._writes.setdefault((edit.id, field), set()).add(name)

    def _row(self, edit: Set | Tag | Comment | Delete) -> Row:
        own = self._own_accept
        if isinstance(edit, Set):
            over = {_FIELD.get(f, f): self._over(edit.id, edit.index, f) for f in edit.values}
            return Kind.SET, edit.id, set_structure(over, own_accept=own), _payload(edit.values)
        if isinstance(edit, Delete):
            structure = delete_structure(self._seen[edit.id], own_accept=own)
            return Kind.DELETE, edit.id, structure, None
        element = TAG if isinstance(edit, Tag) else COMMENT
        structure = add_structure(element, own_accept=own)
        return Kind.ADD, edit.id, structure, encode(edit.text)

    def _over(self, subject: bytes, index: int | None, field: str) -> set[ChangeId] | None:
        """Return what a write to a field replaces; None, the short form, for just the create."""
        earlier = self._writes.get((subject, field))
        if not earlier:
            return None
        return earlier | (set() if index is None else {self._births.of(index)})


def _create_row(place: Place, *, own_accept: bool) -> Row:
    values = {f: v for f, v in place._asdict().items() if f != "id" and v}
    fields = [_FIELD.get(field, field) for field in values]
    structure = create_structure(fields, own_accept=own_accept)
    return Kind.CREATE, place.id, structure, _payload(values)


def _payload(values: dict[str, workload.Value]) -> bytes:
    return encode(
        {
            _FIELD.get(field, field): value if isinstance(value, str) else _POINT.pack(1, 1, *value)
            for field, value in values.items()
        }
    )


# --- bundles ----------------------------------------------------------------------------------


def write_bundles(
    town_file: Path,
    folder: Path,
    edits: int,
    map_size: int,
    residents: int = workload.RESIDENTS,
) -> list[Path]:
    """Write one bundle a resident, as each would bring it on a stick; return them in order.

    edits: of each resident.
    """
    folder.mkdir(parents=True, exist_ok=True)
    project = Project.open(town_file, read_only=True)
    try:
        paths = []
        for number in range(residents):
            log = resident_log(project, number, workload.edits(number, edits, map_size))
            path = folder / f"resident-{number}{bundle.SUFFIX}"
            bundle.write_bundle(path, resident_key(number), project.id, {}, log)
            paths.append(path)
        return paths
    finally:
        project.close()
