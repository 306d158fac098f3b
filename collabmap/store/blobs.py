"""Photos and other large bytes beside a project (`X.blobs/`), each named by what it holds.

A blob is cut into chunks of 1 MiB.  Its *manifest* is msgpack `[size, [hash of each chunk]]`, its
name the hash of the manifest: so each chunk can be checked when it comes, the manifest against the
name and the chunk against the manifest, and a download goes on after a break.

    X.blobs/ab/ab12...      a whole blob, under its name in hexadecimal
    X.blobs/.parts/ab12...  chunks that have come so far, under their numbers
    X.blobs/.new/           what is being written now

Nothing here blocks a merge: a change names a blob, and the blob comes when it is wanted.
"""

import contextlib
import hashlib
import io
import os
import secrets
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

import msgspec

from collabmap.domain.change import encode

SUFFIX = ".blobs"
NAME_BYTES = 32
CHUNK_BYTES = 1 << 20
# A photo takes less than one chunk; nobody's disk is filled with one blob of a stranger's.
MAX_BLOB_BYTES = 32 * CHUNK_BYTES
_MAX_MANIFEST_BYTES = 64 + (NAME_BYTES + 2) * (MAX_BLOB_BYTES // CHUNK_BYTES)
_STALE_S = 24 * 3600
_Shape = tuple[int, list[bytes]]


class BlobInvalid(Exception):
    """Bytes that are not those that were named: refused, never kept."""


class Manifest(NamedTuple):
    """What a blob is made of: its size in bytes and the hash of each chunk."""

    size: int
    chunks: tuple[bytes, ...]

    def encode(self) -> bytes:
        return encode([self.size, list(self.chunks)])

    @property
    def name(self) -> bytes:
        return _hash(self.encode(), b"collabmap-blob")

    def names_chunk(self, number: int, data: bytes) -> bool:
        """Whether bytes are the chunk of that number."""
        return (
            0 <= number < len(self.chunks)
            and len(data) == min(CHUNK_BYTES, self.size - number * CHUNK_BYTES)
            and chunk_hash(data) == self.chunks[number]
        )


def read_manifest(data: bytes, name: bytes) -> Manifest:
    """Return a manifest that came from elsewhere, checked against a name.  Raises BlobInvalid."""
    if len(data) > _MAX_MANIFEST_BYTES or _hash(data, b"collabmap-blob") != name:
        raise BlobInvalid("the manifest is not the one named")
    try:
        size, chunks = msgspec.msgpack.decode(data, type=_Shape)
    except (ValueError, RecursionError) as error:
        raise BlobInvalid("not a manifest") from error
    if not 0 < size <= MAX_BLOB_BYTES or len(chunks) != -(-size // CHUNK_BYTES):
        raise BlobInvalid("the manifest makes no sense")
    manifest = Manifest(size, tuple(chunks))
    # The same words in a longer spelling have another hash: one blob has one name.
    if manifest.encode() != data:
        raise BlobInvalid("the manifest is not spelt as it must be")
    return manifest


def chunk_hash(data: bytes) -> bytes:
    return _hash(data, b"collabmap-part")


class Blobs:
    """The blobs of one project.  Any thread may use it; a blob is there whole or not at all.

    Its methods raise OSError, which the verbs translate.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def beside(cls, project: Path) -> "Blobs":
        """Return the blobs of a project file."""
        return cls(project.with_suffix(SUFFIX))

    # --- whole blobs --------------------------------------------------------------------------

    def put(self, stream: IO[bytes]) -> bytes:
        """Keep all that a stream gives; return its name.

        Raises BlobInvalid: it is empty or too large.
        """
        return self._put(stream, None)

    def put_as(self, name: bytes, stream: IO[bytes]) -> None:
        """Keep what a stream gives if it is the blob of that name.  Raises BlobInvalid."""
        self._put(stream, name)

    def _put(self, stream: IO[bytes], expected: bytes | None) -> bytes:
        hashes: list[bytes] = []
        size = 0
        with self._temporary() as (temporary, file):
            while data := _read_up_to(stream, CHUNK_BYTES):
                size += len(data)
                if size > MAX_BLOB_BYTES:
                    raise BlobInvalid("larger than any blob may be")
                hashes.append(chunk_hash(data))
                file.write(data)
            if not size:
                raise BlobInvalid("there is nothing in it")
            name = Manifest(size, tuple(hashes)).name
            if expected not in (None, name):
                raise BlobInvalid("not what its name says")
            self._finish(temporary, file, name)
        return name

    def has(self, name: bytes) -> bool:
        """Whether a blob is here whole."""
        return self.path(name).is_file()

    def open(self, name: bytes) -> BinaryIO:
        """Return a blob to read from.  Raises FileNotFoundError."""
        return self.path(name).open("rb")

    def read(self, name: bytes) -> bytes | None:
        """Return a blob, None if it is not here.  Raises BlobInvalid: the disk has changed it."""
        try:
            data = self.path(name).read_bytes()
        except FileNotFoundError:
            return None
        if manifest_of(io.BytesIO(data)).name != name:
            raise BlobInvalid("the disk gives other bytes than were kept")
        return data

    def verify(self, name: bytes) -> bool:
        """Whether a blob is here and is still what its name says."""
        return self.manifest(name) is not None

    def manifest(self, name: bytes) -> Manifest | None:
        """Return the manifest of a blob, None if it is not here as it was kept."""
        try:
            with self.open(name) as file:
                manifest = manifest_of(file)
        except (FileNotFoundError, BlobInvalid):
            return None
        return manifest if manifest.name == name else None

    def chunk(self, name: bytes, number: int) -> bytes:
        """Return one chunk of a blob.  Raises FileNotFoundError."""
        with self.open(name) as file:
            file.seek(number * CHUNK_BYTES)
            return file.read(CHUNK_BYTES)

    def size_of(self, name: bytes) -> int:
        """Return the size of a blob in bytes, -1 if it is not here."""
        try:
            return self.path(name).stat().st_size
        except FileNotFoundError:
            return -1

    def names(self) -> Iterator[bytes]:
        """Yield the names of all whole blobs, in order."""
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
            with contextlib.suppress(ValueError):
                name = bytes.fromhex(path.name)
                if len(name) == NAME_BYTES and path == self.path(name):
                    yield name

    def missing(self, names: Iterable[bytes]) -> list[bytes]:
        """Return those that are not here, in the order given, each once."""
        return [name for name in dict.fromkeys(names) if not self.has(name)]

    def remove(self, name: bytes) -> None:
        """Take a blob off the disk, with the chunks of it that came."""
        self.path(name).unlink(missing_ok=True)
        shutil.rmtree(self._parts(name), ignore_errors=True)

    @property
    def size_bytes(self) -> int:
        """Return what lies in the folder, unfinished downloads too."""
        total = 0
        for path in self.folder.rglob("*"):
            with contextlib.suppress(FileNotFoundError):
                total += path.stat().st_size if path.is_file() else 0
        return total

    # --- blobs that come in chunks ------------------------------------------------------------

    def lacking(self, manifest: Manifest) -> tuple[int, ...]:
        """Return the numbers of the chunks still to come, none for a blob that is here."""
        if self.has(manifest.name):
            return ()
        came = self._came(manifest.name)
        return tuple(i for i in range(len(manifest.chunks)) if i not in came)

    def take(self, manifest: Manifest, number: int, data: bytes) -> bool:
        """Keep one chunk; True once the blob is whole.

        Raises BlobInvalid for a chunk that is not the one the manifest names: whatever came
        before it stays.
        """
        name = manifest.name
        if not manifest.names_chunk(number, data):
            raise BlobInvalid("the chunk is not the one named")
        if self.has(name):
            return True
        if len(manifest.chunks) == 1:
            # The usual photo: no detour through the folder of parts.
            return self._join(manifest, lambda _: data)
        parts = self._parts(name)
        parts.mkdir(parents=True, exist_ok=True)
        temporary = parts / f".{number}.{secrets.token_hex(4)}"
        try:
            temporary.write_bytes(data)
            temporary.replace(parts / str(number))
        finally:
            temporary.unlink(missing_ok=True)
        if len(self._came(name)) < len(manifest.chunks):
            return False
        return self._join(manifest, lambda i: (parts / str(i)).read_bytes())

    def _join(self, manifest: Manifest, chunk: Callable[[int], bytes]) -> bool:
        """Make the whole blob of its chunks; False where one of them has gone bad on the disk."""
        name = manifest.name
        with self._temporary() as (temporary, file):
            for number in range(len(manifest.chunks)):
                data = chunk(number)
                # A power cut may have left a chunk empty under its final name.
                if not manifest.names_chunk(number, data):
                    (self._parts(name) / str(number)).unlink(missing_ok=True)
                    return False
                file.write(data)
            self._finish(temporary, file, name)
        shutil.rmtree(self._parts(name), ignore_errors=True)
        return True

    def _came(self, name: bytes) -> Collection[int]:
        try:
            found = [path.name for path in self._parts(name).iterdir()]
        except FileNotFoundError:
            return frozenset()
        return frozenset(int(number) for number in found if number.isdecimal())

    # --- paths --------------------------------------------------------------------------------

    def path(self, name: bytes) -> Path:
        """Return where a blob lies, or would."""
        written = name.hex()
        return self.folder / written[:2] / written

    def _parts(self, name: bytes) -> Path:
        return self.folder / ".parts" / name.hex()

    @contextlib.contextmanager
    def _temporary(self) -> Iterator[tuple[Path, BinaryIO]]:
        folder = self.folder / ".new"
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        path = folder / secrets.token_hex(16)
        try:
            with path.open("xb") as file:
                yield path, file
        finally:
            path.unlink(missing_ok=True)

    def _finish(self, temporary: Path, file: BinaryIO, name: bytes) -> None:
        """Give a written file its name, once all of it is on the disk."""
        file.flush()
        os.fsync(file.fileno())
        # Windows renames no open file.
        file.close()
        target = self.path(name)
        target.parent.mkdir(exist_ok=True)
        temporary.replace(target)
        _sync_folder(target.parent)


def manifest_of(stream: IO[bytes]) -> Manifest:
    """Return the manifest of all that a stream gives.  Raises BlobInvalid: it is too large."""
    size, hashes = 0, []
    while data := _read_up_to(stream, CHUNK_BYTES):
        size += len(data)
        if size > MAX_BLOB_BYTES:
            raise BlobInvalid("larger than any blob may be")
        hashes.append(chunk_hash(data))
    return Manifest(size, tuple(hashes))


def _hash(data: bytes, person: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=NAME_BYTES, person=person).digest()


def _read_up_to(stream: IO[bytes], count: int) -> bytes:
    """Return so many bytes, fewer only at the end: a zip or a socket may give less at a time."""
    found = bytearray()
    while len(found) < count and (data := stream.read(count - len(found))):
        found += data
    return bytes(found)


def _sweep(folder: Path) -> None:
    """Take away what a program that was killed had begun to write."""
    before_s = time.time() - _STALE_S
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < before_s:
                path.unlink()


def _sync_folder(folder: Path) -> None:
    """Let a rename outlast a power cut, where the system has a way to say so."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some network drives know no fsync of a folder.
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
