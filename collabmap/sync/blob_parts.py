"""Blobs on their way: chunks that each prove what they are, whoever carries them.

A part is msgpack `[name, manifest, index, bytes]`.  The name is the hash of the manifest, the
manifest holds the hash of each chunk (store/blobs.py): a part needs no signature, and what comes
before a break is kept.  In a file they lie one after the other:

    u32 length, part       as often as there are chunks
    u32 0, u32 length, figures   msgpack [blobs, their bytes, blobs left out], then a signature

The figures are signed (64 bytes, by whom and over what: bundle.py), as nothing else proves them.
"""

import contextlib
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, NamedTuple

import msgspec

from collabmap.domain.change import encode
from collabmap.domain.signing import SIGNATURE_BYTES
from collabmap.store.blobs import (
    CHUNK_BYTES,
    NAME_BYTES,
    BlobInvalid,
    Blobs,
    read_manifest,
)

# What one bundle or kit takes of photos, unless told otherwise.
DEFAULT_CAP_BYTES = 200_000_000
MAX_PART_BYTES = CHUNK_BYTES + (1 << 16)
_MAX_FIGURES = 128
# Far more than fit under any cap: a file of empty parts must not keep a laptop busy.
_MAX_PARTS = 1 << 16
_LENGTH = struct.Struct(">I")
# How every part begins: an array of four, then a name of 32 bytes.
_START = b"\x94\xc4\x20"
_PEEK_BYTES = len(_START) + NAME_BYTES


class Part(NamedTuple):
    """One chunk of a blob, with what proves it.  manifest: encoded."""

    name: bytes
    manifest: bytes
    number: int
    data: bytes

    def encode(self) -> bytes:
        return encode(list(self))


class Choice(NamedTuple):
    """Which blobs go along.  size_bytes: of these.  left_out: how many found no room."""

    names: tuple[bytes, ...] = ()
    size_bytes: int = 0
    left_out: int = 0


class Figures(NamedTuple):
    """What a file says of its blobs.  left_out: how many found no room."""

    blobs: int = 0
    size_bytes: int = 0
    left_out: int = 0


class Attached(NamedTuple):
    """The blobs to choose from, the most wanted first, and the room there is for them."""

    blobs: Blobs
    names: Iterable[bytes] = ()
    cap_bytes: int = DEFAULT_CAP_BYTES

    def choose(self) -> Choice:
        """Return what fits, in the order given; what is not here was never on offer."""
        chosen: list[bytes] = []
        total = left_out = 0
        for name in dict.fromkeys(self.names):
            size = self.blobs.size_of(name)
            if size < 0:
                continue
            if total + size > self.cap_bytes:
                left_out += 1
                continue
            chosen.append(name)
            total += size
        return Choice(tuple(chosen), total, left_out)


class Taken(NamedTuple):
    """What came: whole blobs, their bytes, and how many parts were not what they said."""

    names: tuple[bytes, ...] = ()
    size_bytes: int = 0
    refused: int = 0


def parts_of(blobs: Blobs, name: bytes) -> Iterator[Part]:
    """Yield the chunks of one blob; none if it is not here as it was kept."""
    manifest = blobs.manifest(name)
    if manifest is not None:
        for number in range(len(manifest.chunks)):
            yield Part(name, manifest.encode(), number, blobs.chunk(name, number))


def is_true(part: Part) -> bool:
    """Whether a part is what it says."""
    try:
        return read_manifest(part.manifest, part.name).names_chunk(part.number, part.data)
    except BlobInvalid:
        return False


def take(blobs: Blobs, parts: Iterable[Part]) -> Taken:
    """Keep parts as they come; what proves false is refused, and nothing else is lost by it."""
    names: list[bytes] = []
    size = refused = 0
    for part in parts:
        try:
            manifest = read_manifest(part.manifest, part.name)
            was_here = blobs.has(part.name)
            if blobs.take(manifest, part.number, part.data) and not was_here:
                names.append(part.name)
                size += manifest.size
        except BlobInvalid:
            refused += 1
    return Taken(tuple(names), size, refused)


# --- in a file --------------------------------------------------------------------------------


def write_blobs(
    file: BinaryIO,
    attached: Attached | None,
    sign: Callable[[bytes], bytes],
    step: Callable[[], None],
) -> tuple[Figures, int]:
    """Write the blobs that find room, a chunk at a time; return the figures, and how many parts.

    sign: returns the signature of the figures.  step: called at each chunk.
    """
    figures, parts = Figures(), 0
    if attached is not None:
        choice = attached.choose()
        blobs = size = 0
        for name in choice.names:
            before = size
            for part in parts_of(attached.blobs, name):
                step()
                _write_block(file, part.encode())
                size += len(part.data)
                parts += 1
            blobs += size > before
        # What the disk gives back otherwise than it was kept is not sent, and is counted.
        figures = Figures(blobs, size, choice.left_out + len(choice.names) - blobs)
    file.write(_LENGTH.pack(0))
    words = encode(list(figures))
    _write_block(file, words + sign(words))
    return figures, parts


def _write_block(file: BinaryIO, data: bytes) -> None:
    file.write(_LENGTH.pack(len(data)) + data)


def _read_length(file: BinaryIO, limit: int) -> int | None:
    """Return the length of the next block, 0 at a closing mark, None where the file breaks off."""
    prefix = file.read(_LENGTH.size)
    length: int = _LENGTH.unpack(prefix)[0] if len(prefix) == _LENGTH.size else limit + 1
    return length if length <= limit else None


def read_figures(file: BinaryIO, is_signed: Callable[[bytes, bytes], bool]) -> tuple[Figures, bool]:
    """Pass over the blobs to what is said of them; False where the file breaks off before.

    is_signed: whether a signature (second) is the sender's over the figures (first).
    """
    size = os.fstat(file.fileno()).st_size
    for _ in range(_MAX_PARTS):
        length = _read_length(file, MAX_PART_BYTES)
        if not length or file.seek(length, os.SEEK_CUR) > size:
            break
    if length != 0 or not (length := _read_length(file, _MAX_FIGURES)):
        return Figures(), False
    block = file.read(length)
    words, signature = block[:-SIGNATURE_BYTES], block[-SIGNATURE_BYTES:]
    # A length that says more than is there is damage, too: the signature alone would not tell.
    if len(block) < length or file.read(1) or not is_signed(words, signature):
        return Figures(), False
    try:
        figures = msgspec.msgpack.decode(words, type=Figures)
    except ValueError:
        return Figures(), False
    return (figures, True) if min(figures) >= 0 else (Figures(), False)


def read_parts(file: BinaryIO, wants: Callable[[bytes], bool] | None = None) -> Iterator[Part]:
    """Yield the parts from here on, one at a time in memory, not checked yet.

    wants: whether a blob of that name is taken; the others are passed over unread.
    """
    for _ in range(_MAX_PARTS):
        if not (length := _read_length(file, MAX_PART_BYTES)):
            return
        start = file.read(min(length, _PEEK_BYTES))
        if wants is not None and not wants(start[len(_START) :]):
            file.seek(length - len(start), os.SEEK_CUR)
            continue
        data = start + file.read(length - len(start))
        if len(data) < length:
            return
        # What is no part is passed over: the next one may be whole.
        with contextlib.suppress(ValueError, RecursionError):
            yield msgspec.msgpack.decode(data, type=Part)
