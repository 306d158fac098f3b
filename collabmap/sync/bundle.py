"""Bundles (.cmbundle): segments in one file, for a stick, a shared folder or an e-mail.

    magic "CMBUNDLE", a version byte,
    u32 length, header     msgpack [project, sender's public key, version vector, made at (ms)]
    u32 length, segment    as often as there are segments
    u32 0, closing hash (32 bytes), the sender's signature over it (64 bytes)
    u32 length, part       as often as there are chunks of blobs (blob_parts.py)
    u32 0, u32 length, figures   msgpack [blobs, their bytes, blobs left out], signed with the hash

Lengths are big-endian.  A bundle is written to a temporary name, then renamed; an incoming one is
never written to.  Of a broken one every whole, rightly signed segment can still be taken, and every
whole chunk.  The blobs lie behind the signature, so that a preview need not read them: each chunk
proves itself.
"""

import contextlib
import hashlib
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
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
    BundleTooOld,
    CollabMapError,
    NotABundle,
    NothingToReceive,
)
from collabmap.store.database import translated
from collabmap.sync.blob_parts import (
    Attached,
    Figures,
    Part,
    is_true,
    read_figures,
    read_parts,
    write_blobs,
)

SUFFIX = ".cmbundle"
MAGIC = b"CMBUNDLE"
VERSION = 1
_LENGTH = struct.Struct(">I")
_MAX_HEADER = 1 << 20
# Of bodies that stay unpacked in memory from reading to merging; ordinary ones of an evening fit.
_MAX_OPENED = 64 << 20
_HASH_BYTES = 32
_CLOSING_BYTES = _HASH_BYTES + signing.SIGNATURE_BYTES
# What a version vector is on its way.  Typed, so that a number cannot pass for so many bytes.
_Packed = list[tuple[bytes, list[tuple[int, bytes]]]]


class Bundle(NamedTuple):
    """What was read of a bundle.  sender: public key, empty unless its signature holds.

    problem: None for a whole bundle.  refused: segments that were broken or forged.  made_at_ms:
    the sender's wall clock, 0 if unknown.  blobs: what it says of them, they are not read here;
    blobs_at: where in the file they begin, 0 if it breaks off before.
    """

    path: Path
    sender: bytes
    vector: Vector
    segments: tuple[Segment, ...]
    size_bytes: int
    problem: CollabMapError | None
    refused: int
    made_at_ms: int = 0
    blobs: Figures = Figures()
    blobs_at: int = 0

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
    blobs: Figures = Figures()


def write_bundle(
    path: Path,
    key: SigningKey,
    project: bytes,
    vector: Vector,
    segments: Iterable[Segment],
    progress: Callable[[int], None] | None = None,
    copied: Callable[[], None] | None = None,
    *,
    made_at_ms: int = 0,
    attached: Attached | None = None,
) -> Written:
    """Write a bundle, then read it back and count.

    progress: told how many segments are written.  copied: told once, when all of it is on the
    stick and nothing has been read back yet.  attached: the blobs that may go along; their names
    are asked for when the segments are written.

    Raises DiskFull, FolderNotWritable, BundleDamaged (what was read back differs).
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    step = progress if progress is not None else lambda _: None
    count = changes = 0
    with translated(path):
        try:
            with temporary.open("wb") as file:
                out = _Hashed(file)
                out.write(MAGIC + bytes([VERSION]))
                out.write_block(encode([project, key.public, _pack(vector), made_at_ms]))
                for segment in segments:
                    step(count)
                    out.write_block(segment.data)
                    count += 1
                    changes += segment.head.last - segment.head.first + 1
                digest = out.digest()
                file.write(_LENGTH.pack(0) + digest + key.sign(digest))
                figures, parts = write_blobs(
                    file,
                    attached,
                    lambda words: key.sign(_signed_figures(digest, words)),
                    lambda: step(count),
                )
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
    if (
        back.problem is not None
        or back.changes != changes
        or sum(map(is_true, parts_in(back))) != parts
    ):
        raise BundleDamaged(name=path.name, kept=back.changes)
    return Written(path, count, changes, size, short_code(digest), figures)


def read_bundle(path: Path, project: bytes) -> Bundle:
    """Read a bundle without touching it, and without reading its blobs.

    Raises NotABundle, BundleOfAnotherProject, BundleTooNew, BundleTooOld, FileMissing; a truncated
    or changed one comes back with its whole segments and a `problem`.
    """
    with translated(path), path.open("rb") as file:
        source = _Hashed(file)
        _check_start(source.read(len(MAGIC) + 1), path)
        block = source.read_block(_MAX_HEADER)
        header = _read_header(block or b"")
        segments: list[Segment] = []
        refused = blobs_at = unpacked = 0
        is_signed = is_whole = False
        figures = Figures()
        while block and (block := source.read_block(wire.MAX_SEGMENT_BYTES)) is not None:
            if not block:
                digest, closing = source.digest(), file.read(_CLOSING_BYTES)
                if len(closing) == _CLOSING_BYTES:
                    blobs_at = file.tell()
                    is_signed = _is_closed(digest, closing, header.sender)
                    figures, is_whole = _read_figures(file, header.sender, digest)
                break
            try:
                segment = wire.parse_received(block, project)
            except SegmentInvalid:
                refused += 1
                continue
            unpacked += wire.unpacked_bytes(segment)
            # What was unpacked to be checked is kept as far as there is room, for it is read next.
            segments.append(segment if unpacked < _MAX_OPENED else replace(segment, opened=None))
    # The segments' own signed heads decide: one flipped bit in the header must not lose them.
    if header.owner not in (project, b"") and not segments:
        raise BundleOfAnotherProject(name=path.name)
    is_signed = is_signed and header.owner == project
    kept = sum(s.head.last - s.head.first + 1 for s in segments)
    problem = None
    if not (is_signed and is_whole) or refused:
        problem = BundleDamaged(name=path.name, kept=kept)
    return Bundle(
        path,
        header.sender if is_signed else b"",
        header.vector,
        tuple(segments),
        path.stat().st_size,
        problem,
        refused,
        header.made_at_ms,
        figures,
        blobs_at,
    )


def parts_in(bundle: Bundle, wants: Callable[[bytes], bool] | None = None) -> Iterator[Part]:
    """Yield the parts of blobs that a bundle holds, one at a time in memory, not checked yet.

    wants: whether a blob of that name is taken; the others are not read.  Where the file breaks
    off, so does this.  Raises FileMissing, ProjectGone: the stick was pulled.
    """
    if not bundle.blobs_at:
        return
    with translated(bundle.path), bundle.path.open("rb") as file:
        file.seek(bundle.blobs_at)
        yield from read_parts(file, wants)


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
        self._hash = hashlib.blake2b(digest_size=_HASH_BYTES, person=b"collabmap-file")

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


def _is_closed(digest: bytes, closing: bytes, sender: bytes) -> bool:
    kept, signature = closing[: len(digest)], closing[len(digest) :]
    return kept == digest and signing.is_signed(sender, digest, signature)


def _read_figures(file: BinaryIO, sender: bytes, digest: bytes) -> tuple[Figures, bool]:
    def is_signed(words: bytes, signature: bytes) -> bool:
        return signing.is_signed(sender, _signed_figures(digest, words), signature)

    return read_figures(file, is_signed)


def _signed_figures(digest: bytes, words: bytes) -> bytes:
    """Return what the sender signs of the blobs: it holds for these segments only."""
    return encode(["collabmap blobs", digest, words])


def _check_start(start: bytes, path: Path) -> None:
    if start[: len(MAGIC)] != MAGIC:
        raise NotABundle(name=path.name)
    version = start[len(MAGIC)] if len(start) > len(MAGIC) else VERSION
    if version > VERSION:
        raise BundleTooNew(name=path.name)
    if version < VERSION:
        raise BundleTooOld(name=path.name)


class _Header(NamedTuple):
    owner: bytes
    sender: bytes
    vector: Vector
    made_at_ms: int


def _read_header(block: bytes) -> _Header:
    """Return whose project it is, who sent it, what and when; nothing of these if it is broken."""
    try:
        owner, sender, packed, made_at_ms = msgspec.msgpack.decode(
            block, type=tuple[bytes, bytes, _Packed, int]
        )
    except (ValueError, RecursionError):
        return _Header(b"", b"", {}, 0)
    return _Header(owner, sender, _unpack(packed), made_at_ms)


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
