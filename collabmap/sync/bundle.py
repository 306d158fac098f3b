"""Bundles (.cmbundle): segments in one file, for a stick, a shared folder or an e-mail.

    magic "CMBUNDLE", a version byte,
    u32 length, header     msgpack [project, sender's public key, version vector]
    u32 length, segment    as often as there are segments
    u32 0, closing hash (32 bytes), the sender's signature over it (64 bytes)

Lengths are big-endian.  A bundle is written to a temporary name, then renamed; an incoming one is
never written to.  Of a broken one every whole, rightly signed segment can still be taken.
"""

import contextlib
import hashlib
import os
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from collabmap.domain import segment as wire
from collabmap.domain import signing
from collabmap.domain.change import encode
from collabmap.domain.segment import Segment, SegmentInvalid, Vector
from collabmap.domain.signing import SigningKey
from collabmap.errors import (
    BundleDamaged,
    BundleOfAnotherProject,
    BundleTooNew,
    CollabMapError,
    NotABundle,
    NothingToReceive,
)
from collabmap.store.database import translated

SUFFIX = ".cmbundle"
MAGIC = b"CMBUNDLE"
VERSION = 0
_LENGTH = struct.Struct(">I")
_MAX_HEADER = 1 << 20
# What a version vector is on its way.  Typed, so that a number cannot pass for so many bytes.
_Packed = list[tuple[bytes, list[tuple[int, bytes]]]]


class Bundle(NamedTuple):
    """What was read of a bundle.  sender: public key, empty unless its signature holds.

    problem: None for a whole bundle.  refused: segments that were broken or forged.
    """

    path: Path
    sender: bytes
    vector: Vector
    segments: tuple[Segment, ...]
    size_bytes: int
    problem: CollabMapError | None
    refused: int

    @property
    def changes(self) -> int:
        return sum(s.head.last - s.head.first + 1 for s in self.segments)


class Written(NamedTuple):
    """code: what a person can read out: two laptops with the same code hold the same bundle."""

    path: Path
    segments: int
    changes: int
    size_bytes: int
    code: str


def write_bundle(
    path: Path,
    key: SigningKey,
    project: bytes,
    vector: Vector,
    segments: Iterable[Segment],
    progress: Callable[[int], None] | None = None,
    copied: Callable[[], None] | None = None,
) -> Written:
    """Write a bundle, then read it back and count.

    progress: told how many segments are written.  copied: told once, when all of it is on the
    stick and nothing has been read back yet.

    Raises DiskFull, FolderNotWritable, BundleDamaged (what was read back differs).
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    count = changes = 0
    with translated(path):
        try:
            with temporary.open("wb") as file:
                out = _Hashed(file)
                out.write(MAGIC + bytes([VERSION]))
                out.write_block(encode([project, key.public, _pack(vector)]))
                for segment in segments:
                    if progress is not None:
                        progress(count)
                    out.write_block(segment.data)
                    count += 1
                    changes += segment.head.last - segment.head.first + 1
                digest = out.digest()
                file.write(_LENGTH.pack(0) + digest + key.sign(digest))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        size = path.stat().st_size
    if copied is not None:
        copied()
    # "Sent" is said only of what was read back from the stick.
    back = read_bundle(path, project)
    if back.problem is not None or back.changes != changes:
        raise BundleDamaged(name=path.name, kept=back.changes)
    return Written(path, count, changes, size, short_code(digest))


def read_bundle(path: Path, project: bytes) -> Bundle:
    """Read a bundle without touching it.

    Raises NotABundle, BundleOfAnotherProject, BundleTooNew, FileMissing; a truncated or changed
    one comes back with its whole segments and a `problem`.
    """
    with translated(path), path.open("rb") as file:
        source = _Hashed(file)
        start = source.read(len(MAGIC) + 1)
        if start[: len(MAGIC)] != MAGIC:
            raise NotABundle(name=path.name)
        if start[len(MAGIC) :] and start[-1] > VERSION:
            raise BundleTooNew(name=path.name)
        header = source.read_block(_MAX_HEADER)
        if not header:
            return Bundle(path, b"", {}, (), _size(path), _damaged(path, 0), 0)
        owner, sender, vector = _read_header(header)
        segments: list[Segment] = []
        refused = 0
        is_whole = False
        while (block := source.read_block(wire.MAX_SEGMENT_BYTES)) is not None:
            if not block:
                is_whole = _is_closed(source, file, sender)
                break
            try:
                segments.append(wire.parse_whole(block, project))
            except SegmentInvalid:
                refused += 1
    # The segments' own signed heads decide: one flipped bit in the header must not lose them.
    if owner not in (project, b"") and not segments:
        raise BundleOfAnotherProject(name=path.name)
    is_whole = is_whole and owner == project
    kept = sum(s.head.last - s.head.first + 1 for s in segments)
    problem = None if is_whole and not refused else _damaged(path, kept)
    trusted = sender if is_whole else b""
    return Bundle(path, trusted, vector, tuple(segments), _size(path), problem, refused)


def find_bundles(paths: Iterable[Path]) -> list[Path]:
    """Return the bundles among files and inside folders, each once, in order of name.

    A name that starts with a dot is one still being written.  Raises NothingToReceive.
    """
    paths = list(paths)
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            with translated(path):
                inside = sorted(p for p in path.rglob(f"*{SUFFIX}") if p.is_file())
            found += [p for p in inside if not p.name.startswith(".")]
        else:
            found.append(path)
    if not found:
        raise NothingToReceive(name=", ".join(p.name for p in paths))
    return list(dict.fromkeys(found))


def short_code(digest: bytes) -> str:
    """Return a hash as eight letters and digits a person can read out: K7Q-492-MR."""
    # Without I, L, O, U, 0, 1: nothing that is mistaken for another.
    letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = int.from_bytes(digest[:8], "big")
    code = "".join(letters[number // len(letters) ** i % len(letters)] for i in range(8))
    return f"{code[:3]}-{code[3:6]}-{code[6:]}"


class _Hashed:
    """A file whose bytes are hashed as they pass."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.blake2b(digest_size=32, person=b"collabmap-file")

    def write(self, data: bytes) -> None:
        self._hash.update(data)
        self._file.write(data)

    def write_block(self, data: bytes) -> None:
        self.write(_LENGTH.pack(len(data)) + data)

    def read(self, count: int) -> bytes:
        data = self._file.read(count)
        self._hash.update(data)
        return data

    def read_block(self, limit: int) -> bytes | None:
        """Return the next block, b"" at the closing mark, None where the file breaks off."""
        prefix = self._file.read(_LENGTH.size)
        if len(prefix) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack(prefix)
        if length == 0:
            return b""
        if length > limit:
            return None
        self._hash.update(prefix)
        data = self.read(length)
        return data if len(data) == length else None

    def digest(self) -> bytes:
        return self._hash.digest()


def _is_closed(source: _Hashed, file: BinaryIO, sender: bytes) -> bool:
    digest = source.digest()
    closing = file.read(len(digest) + signing.SIGNATURE_BYTES + 1)
    return closing[: len(digest)] == digest and signing.is_signed(
        sender, digest, closing[len(digest) :]
    )


def _read_header(block: bytes) -> tuple[bytes, bytes, Vector]:
    """Return whose project it is, who sent it and the vector; nothing of these if it is broken."""
    try:
        owner, sender, packed = msgspec.msgpack.decode(block, type=tuple[bytes, bytes, _Packed])
    except (ValueError, RecursionError):
        return b"", b"", {}
    return owner, sender, _unpack(packed)


def _pack(vector: Vector) -> list[object]:
    return [[rid, [[seq, name] for seq, name in tips]] for rid, tips in sorted(vector.items())]


def _unpack(packed: _Packed) -> Vector:
    return {rid: tuple(tips) for rid, tips in packed}


def pack_vector(vector: Vector) -> bytes:
    """Return a version vector as bytes, to keep it."""
    return encode(_pack(vector))


def unpack_vector(data: bytes | None) -> Vector:
    """Return the version vector that pack_vector wrote; empty for None."""
    return _unpack(msgspec.msgpack.decode(data, type=_Packed)) if data else {}


def _damaged(path: Path, kept: int) -> BundleDamaged:
    return BundleDamaged(name=path.name, kept=kept)


def _size(path: Path) -> int:
    return path.stat().st_size
