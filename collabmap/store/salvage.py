"""What can still be read of a damaged project file: by SQLite where it can, else page by page.

A segment proves itself by its signature, so it does not matter where its bytes were found.  In a
file that SQLite gives up, they are looked for by the shape of their record: a null (the row
number), a blob of 32 bytes (the name) and one of 16 (the replica) stand at its beginning.
Source: the SQLite file format, "Record Format" and "Cell Payload Overflow Pages".
"""

import contextlib
import mmap
import shutil
import sqlite3
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from collabmap.domain import segment as wire
from collabmap.domain.roles import read_genesis
from collabmap.domain.segment import Segment, SegmentInvalid
from collabmap.store.checking import whole_segment
from collabmap.store.database import DAMAGE
from collabmap.store.schema import READ_MODEL

_DEFAULT_PAGE = 4096
_HEADER_BYTES = 100
# Serial types: null, a blob of 32 bytes, a blob of 16.
_SEGMENT_RECORD = b"\x00\x4c\x2c"
_SEGMENT_COLUMNS = range(9, 20)
# The columns before the last: names, numbers.
_NAMES_BYTES = 128
# Serial type of a text of seven bytes, then the text.
_GENESIS_KEY = b"genesis"
_GENESIS_TYPE = 13 + 2 * len(_GENESIS_KEY)
_WAL_HEADER, _FRAME_HEADER = 32, 24
_MADE_ANEW = {*READ_MODEL, "segment", "meta"}


class Kept(NamedTuple):
    """A segment with its row number and state in the damaged file; None where not known."""

    segment: Segment
    id: int | None
    state: int | None


@dataclass(slots=True)
class Salvage:
    """What was read.  broken: (replica, first, last) of segments that are whole no more.

    tables: the rows of all other tables, by name: columns and rows.  people: by replica, as the
    damaged file knew them, to say whose words are missing.
    """

    genesis: bytes = b""
    meta: dict[str, bytes] = field(default_factory=dict)
    segments: dict[bytes, Kept] = field(default_factory=dict)
    broken: list[tuple[bytes, int, int]] = field(default_factory=list)
    tables: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = field(default_factory=dict)
    people: dict[bytes, set[str]] = field(default_factory=dict)


def salvage(path: Path, template: bytes) -> Salvage:
    """Read all that is whole in a damaged file.

    path: a copy that may be written to.  template: the first page of a new project file, in case
    this one's is lost.
    """
    # Before SQLite looks at it: it may throw away a write-ahead log that it cannot read.
    carved = _carve(path)
    found = _read(path)
    if not found.genesis:
        patched = path.with_name(f"patched-{path.name}")
        shutil.copyfile(path, patched)
        _put_header(patched, template)
        second = _read(patched)
        if second.genesis or len(second.segments) > len(found.segments):
            found = second
    found.genesis = found.genesis or carved.genesis
    if found.genesis:
        project = read_genesis(found.genesis).project
        for data in carved.data:
            with contextlib.suppress(SegmentInvalid):
                segment = whole_segment(data, project)
                found.segments.setdefault(segment.name, Kept(segment, None, None))
    whole = {(kept.segment.rid, kept.segment.head.first) for kept in found.segments.values()}
    found.broken = [each for each in found.broken if each[:2] not in whole]
    return found


# --- by SQLite --------------------------------------------------------------------------------


def _read(path: Path) -> Salvage:
    """Read what SQLite still gives, row by row, whatever the indexes say."""
    found = Salvage()
    database = sqlite3.connect(path, isolation_level=None)
    database.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        names = [row[0] for row in _rows(database, "SELECT name FROM sqlite_master")]
        for key, value in _rows(database, "SELECT key, value FROM meta"):
            if isinstance(key, str) and isinstance(value, bytes):
                found.meta[key] = value
        for rid, name in _rows(database, "SELECT rid, name FROM person NOT INDEXED"):
            if isinstance(rid, bytes) and isinstance(name, str) and name:
                found.people.setdefault(rid, set()).add(name)
        found.genesis = _genuine(found.meta.pop("genesis", b""))
        if found.genesis:
            _read_segments(database, read_genesis(found.genesis).project, found)
        for name in names:
            # Shadow tables of indexes, and what is made from the log.
            is_made = any(name == made or name.startswith(f"{made}_") for made in _MADE_ANEW)
            if not (is_made or name.startswith(("sqlite_", "_sqlite", "feature_"))):
                columns = [row[1] for row in _rows(database, f"PRAGMA table_info({name})")]
                if columns:
                    found.tables[name] = (columns, list(_rows(database, f"SELECT * FROM {name}")))
    finally:
        database.close()
    return found


def _read_segments(database: sqlite3.Connection, project: bytes, found: Salvage) -> None:
    columns = "id, rid, first, last, state, data"
    scan = {row[0]: row for row in _rows(database, f"SELECT {columns} FROM segment NOT INDEXED")}
    numbers = {number for number in scan if isinstance(number, int)}
    for index in ("segment_branch", "segment_previous"):
        numbers |= {row[0] for row in _rows(database, f"SELECT id FROM segment INDEXED BY {index}")}
    # Past a broken page a scan gives up; asked for one by one, the rows behind it answer.  A
    # number that the disk has changed may be enormous.
    numbers |= set(range(1, min(max(numbers, default=0), 2 * len(numbers) + 1000) + 1))
    for number in sorted(numbers):
        one = f"SELECT {columns} FROM segment NOT INDEXED WHERE id = {number}"
        row = scan.get(number) or next(_rows(database, one), None)
        if row is None:
            continue
        _, rid, first, last, state, data = row
        try:
            segment = whole_segment(data, project)
        except (SegmentInvalid, TypeError):
            if isinstance(rid, bytes) and isinstance(first, int) and isinstance(last, int):
                found.broken.append((rid, first, last))
            continue
        found.segments[segment.name] = Kept(segment, number, state)


def _rows(database: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield rows until the file breaks off."""
    with contextlib.suppress(*DAMAGE):
        yield from database.execute(query)


def _genuine(data: object) -> bytes:
    """Return founding words that their founder signed, empty for anything else."""
    if isinstance(data, bytes):
        with contextlib.suppress(ValueError, TypeError):
            read_genesis(data)
            return data
    return b""


def _put_header(path: Path, template: bytes) -> None:
    """Give a file the header of a sound one, with its own number of pages."""
    size = _page_size(template)
    header = bytearray(template[:_HEADER_BYTES])
    header[28:32] = struct.pack(">I", path.stat().st_size // size)
    # No free pages: none is asked for.
    header[32:40] = bytes(8)
    # The number of pages counts only where these two agree.
    header[92:96] = header[24:28]
    with path.open("r+b") as file:
        file.write(header)


# --- page by page -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Carved:
    genesis: bytes = b""
    data: list[bytes] = field(default_factory=list)


def _carve(path: Path) -> _Carved:
    """Look for segments and founding words in the bytes of a file and of its write-ahead log."""
    carved = _Carved()
    pages = _Pages(path)
    for number, page in pages.all():
        for at in _places(page, _SEGMENT_RECORD):
            data = _record_end(pages, number, page, at - 1)
            if data:
                carved.data.append(data)
        for at in _places(page, _GENESIS_KEY):
            carved.genesis = carved.genesis or _genesis_at(page, at)
    return carved


def _places(page: bytes, pattern: bytes) -> Iterator[int]:
    at = page.find(pattern, 1)
    while at > 0:
        yield at
        at = page.find(pattern, at + 1)


def _record_end(pages: "_Pages", number: int, page: bytes, start: int) -> bytes:
    """Return the last column of a segment's record that starts here; empty if it is none."""
    header_length = page[start]
    types: list[int] = []
    at = start + 1
    while at < start + header_length and len(types) < _SEGMENT_COLUMNS.stop:
        kind, at = _varint(page, at)
        types.append(kind)
    if len(types) not in _SEGMENT_COLUMNS or types[-1] < 12 or types[-1] % 2:
        return b""
    length = (types[-1] - 12) // 2
    total = header_length + sum(_size(kind) for kind in types)
    if total > wire.MAX_SEGMENT_BYTES + page[start] + _NAMES_BYTES:
        return b""
    record = pages.payload(page, start, total)
    return record[-length:] if len(record) == total else b""


def _genesis_at(page: bytes, at: int) -> bytes:
    """Return the founding words whose key stands here: they fit into one page."""
    for width in (1, 2, 3):
        start = at - width - 2
        if start >= 0 and page[start] == width + 2 and page[start + 1] == _GENESIS_TYPE:
            kind, _ = _varint(page, start + 2)
            begin = at + len(_GENESIS_KEY)
            return _genuine(page[begin : begin + max(0, kind - 12) // 2])
    return b""


class _Pages:
    """The pages of a database file, those in its write-ahead log after them."""

    def __init__(self, path: Path) -> None:
        self._file = path.read_bytes() if path.stat().st_size < 1 << 20 else _mapped(path)
        self.size = _page_size(self._file[:_HEADER_BYTES])
        self._newer: dict[int, bytes] = {}
        wal = path.with_name(path.name + "-wal")
        data = wal.read_bytes() if wal.is_file() else b""
        frame = _FRAME_HEADER + self.size
        for at in range(_WAL_HEADER, len(data) - frame + 1, frame):
            number = int.from_bytes(data[at : at + 4], "big")
            self._newer[number] = data[at + _FRAME_HEADER : at + frame]

    def all(self) -> Iterator[tuple[int, bytes]]:
        for number in range(1, len(self._file) // self.size + 1):
            yield number, self._old(number)
        yield from self._newer.items()

    def _old(self, number: int) -> bytes:
        return bytes(self._file[(number - 1) * self.size : number * self.size])

    def payload(self, page: bytes, start: int, total: int) -> bytes:
        """Return a record of `total` bytes that starts in a page and goes on in others."""
        usable = self.size
        smallest = (usable - 12) * 32 // 255 - 23
        local = total
        if total > usable - 35:
            local = smallest + (total - smallest) % (usable - 4)
            local = local if local <= usable - 35 else smallest
        if local == total:
            return page[start : start + total]
        parts = [page[start : start + local]]
        following = int.from_bytes(page[start + local : start + local + 4], "big")
        left = total - local
        while left > 0 and following > 0:
            more = self._newer.get(following) or self._old(following)
            if len(more) < self.size:
                break
            parts.append(more[4 : 4 + left])
            left -= usable - 4
            following = int.from_bytes(more[:4], "big")
        return b"".join(parts)


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _page_size(header: bytes) -> int:
    size = int.from_bytes(header[16:18], "big")
    size = 65536 if size == 1 else size
    return size if size >= 512 and size & (size - 1) == 0 else _DEFAULT_PAGE


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a variable-length integer and where it ends."""
    value = 0
    for byte in data[at : at + 8]:
        value, at = value << 7 | byte & 0x7F, at + 1
        if byte < 0x80:
            break
    return value, at


def _size(kind: int) -> int:
    """Return how many bytes a value of a serial type takes."""
    if kind >= 12:
        return (kind - 12) // 2
    return (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)[kind]
