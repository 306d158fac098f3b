"""Photos beside a map: whole or not there, and never anything else than their name says."""

import hashlib
import io
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collabmap.store.blobs import (
    CHUNK_BYTES,
    MAX_BLOB_BYTES,
    BlobInvalid,
    Blobs,
    Manifest,
    chunk_hash,
    manifest_of,
    read_manifest,
)

PHOTO = random.Random(1).randbytes(70_000)
LARGE = random.Random(2).randbytes(3 * CHUNK_BYTES + 12_345)


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs.beside(tmp_path / "town.collabmap")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Blobs:
    """Another laptop's, with the large blob in it."""
    other = Blobs(tmp_path / "elsewhere")
    other.put(io.BytesIO(LARGE))
    return other


class Dripping(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a zip or a socket may."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, count: int = -1) -> bytes:
        return self._data.read(min(count, 7_919))


def large(elsewhere: Blobs) -> Manifest:
    manifest = elsewhere.manifest(manifest_of(io.BytesIO(LARGE)).name)
    assert manifest is not None
    return manifest


def pieces(data: bytes) -> Iterator[bytes]:
    return (data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES))


def leftovers(blobs: Blobs) -> list[str]:
    return [p.name for p in blobs.folder.rglob("*") if p.is_file() and len(p.name) != 64]


def test_a_blob_comes_back_under_the_name_of_what_it_holds(blobs: Blobs, tmp_path: Path) -> None:
    name = blobs.put(io.BytesIO(PHOTO))
    assert blobs.folder == tmp_path / "town.blobs"
    assert blobs.path(name) == blobs.folder / name.hex()[:2] / name.hex()
    assert blobs.has(name)
    assert blobs.read(name) == PHOTO
    assert blobs.size_of(name) == blobs.size_bytes == len(PHOTO)
    assert list(blobs.names()) == [name]
    assert blobs.put(io.BytesIO(PHOTO)) == name
    assert leftovers(blobs) == []


def test_the_name_is_the_one_of_the_format() -> None:
    # Whoever changes this can no longer find what older laptops have named.
    assert manifest_of(io.BytesIO(b"CollabMap")).name.hex() == NAME_OF_COLLABMAP


NAME_OF_COLLABMAP = "e4e97b359f70e3cd2ff91b39cfc00f052179e2ca655aca6f680b4c6e78c20264"


def test_a_stream_that_drips_gives_the_same_name(blobs: Blobs) -> None:
    assert blobs.put(Dripping(LARGE)) == manifest_of(io.BytesIO(LARGE)).name  # type: ignore[arg-type]


def test_what_is_not_here_is_told_apart_from_what_is(blobs: Blobs) -> None:
    name, other = blobs.put(io.BytesIO(PHOTO)), b"n" * 32
    assert blobs.missing([other, name, other]) == [other]
    assert not blobs.has(other)
    assert not blobs.verify(other)
    assert blobs.read(other) is None
    assert blobs.size_of(other) == -1


def test_nothing_and_too_much_are_refused_and_leave_nothing_behind(blobs: Blobs) -> None:
    for data in (b"", bytes(MAX_BLOB_BYTES + 1)):
        with pytest.raises(BlobInvalid):
            blobs.put(io.BytesIO(data))
    assert list(blobs.names()) == []
    assert leftovers(blobs) == []


def test_a_stream_that_breaks_leaves_nothing_behind(blobs: Blobs) -> None:
    class Pulled(io.BytesIO):
        def read(self, count: int | None = -1) -> bytes:
            if self.tell() > CHUNK_BYTES:
                raise OSError("the stick was pulled")
            return super().read(count)

    with pytest.raises(OSError, match="pulled"):
        blobs.put(Pulled(LARGE))
    assert blobs.size_bytes == 0


def test_a_blob_that_the_disk_changed_is_not_given_out(blobs: Blobs) -> None:
    name = blobs.put(io.BytesIO(PHOTO))
    for spoilt in (PHOTO[:-1], PHOTO + b"x", b"", b"y" + PHOTO[1:]):
        blobs.path(name).write_bytes(spoilt)
        assert not blobs.verify(name)
        with pytest.raises(BlobInvalid):
            blobs.read(name)
    blobs.put(io.BytesIO(PHOTO))
    assert blobs.verify(name)


def test_a_blob_that_is_erased_leaves_no_byte(blobs: Blobs, elsewhere: Blobs) -> None:
    manifest = large(elsewhere)
    blobs.take(manifest, 1, elsewhere.chunk(manifest.name, 1))
    name = blobs.put(io.BytesIO(PHOTO))
    blobs.remove(manifest.name)
    blobs.remove(name)
    blobs.remove(name)
    assert blobs.size_bytes == 0
    assert blobs.lacking(manifest) == (0, 1, 2, 3)


def test_what_a_killed_program_had_begun_is_swept_away_in_time(blobs: Blobs) -> None:
    blobs.put(io.BytesIO(PHOTO))
    old, young = blobs.folder / ".new" / "old", blobs.folder / ".new" / "young"
    old.write_bytes(LARGE)
    young.write_bytes(b"another window is at it")
    yesterday_s = time.time() - 2 * 24 * 3600
    os.utime(old, (yesterday_s, yesterday_s))
    blobs.put(io.BytesIO(PHOTO))
    assert [p.name for p in (blobs.folder / ".new").iterdir()] == ["young"]


def test_a_download_goes_on_where_it_was_broken_off(blobs: Blobs, elsewhere: Blobs) -> None:
    manifest = large(elsewhere)
    name = manifest.name
    assert not blobs.take(manifest, 2, elsewhere.chunk(name, 2))
    assert not blobs.take(manifest, 0, elsewhere.chunk(name, 0))
    again = Blobs(blobs.folder)
    assert again.lacking(manifest) == (1, 3)
    assert not again.has(name)
    assert not again.take(manifest, 3, elsewhere.chunk(name, 3))
    assert again.take(manifest, 1, elsewhere.chunk(name, 1))
    assert again.read(name) == LARGE
    assert again.lacking(manifest) == ()
    assert leftovers(again) == []


def test_a_bad_chunk_is_refused_and_a_good_one_stays(blobs: Blobs, elsewhere: Blobs) -> None:
    manifest = large(elsewhere)
    chunks = list(pieces(LARGE))
    blobs.take(manifest, 0, chunks[0])
    bad = b"\x00" + chunks[0][1:]
    for number, data in ((0, bad), (1, chunks[0]), (4, chunks[0]), (-1, chunks[3]), (1, b"")):
        with pytest.raises(BlobInvalid):
            blobs.take(manifest, number, data)
    assert blobs.lacking(manifest) == (1, 2, 3)
    for number in (1, 2, 3):
        blobs.take(manifest, number, chunks[number])
    assert blobs.read(manifest.name) == LARGE


def test_a_chunk_that_a_power_cut_emptied_is_asked_for_again(
    blobs: Blobs, elsewhere: Blobs
) -> None:
    manifest = large(elsewhere)
    chunks = list(pieces(LARGE))
    for number in (0, 1, 2):
        blobs.take(manifest, number, chunks[number])
    (blobs.folder / ".parts" / manifest.name.hex() / "1").write_bytes(b"")
    assert not blobs.take(manifest, 3, chunks[3])
    assert not blobs.has(manifest.name)
    assert blobs.lacking(manifest) == (1,)
    assert blobs.take(manifest, 1, chunks[1])
    assert blobs.read(manifest.name) == LARGE


@given(
    cuts=st.lists(st.integers(0, 3), max_size=12),
    flips=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 8 * 12_000 - 1)), max_size=6),
)
@settings(max_examples=40, deadline=None)
def test_whatever_comes_in_whatever_order_ends_in_the_same_bytes(
    cuts: list[int], flips: list[tuple[int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        manifest = manifest_of(io.BytesIO(LARGE))
        chunks = list(pieces(LARGE))
        for number in cuts:
            Blobs(Path(folder)).take(manifest, number, chunks[number])
        for number, bit in flips:
            changed = bytearray(chunks[number])
            changed[bit // 8] ^= 1 << bit % 8
            with pytest.raises(BlobInvalid):
                Blobs(Path(folder)).take(manifest, number, bytes(changed))
        blobs = Blobs(Path(folder))
        assert set(blobs.lacking(manifest)) == set(range(4)) - set(cuts)
        whole = [blobs.take(manifest, number, chunks[number]) for number in blobs.lacking(manifest)]
        assert whole[-1:] in ([True], [])
        assert blobs.read(manifest.name) == LARGE


@given(st.binary(min_size=1, max_size=300))
def test_a_manifest_reads_back_and_no_other_passes_for_it(data: bytes) -> None:
    manifest = manifest_of(io.BytesIO(data))
    encoded = manifest.encode()
    assert read_manifest(encoded, manifest.name) == manifest
    for bit in range(0, 8 * len(encoded), 5):
        changed = bytearray(encoded)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BlobInvalid):
            read_manifest(bytes(changed), manifest.name)


@pytest.mark.parametrize(
    "manifest",
    [
        Manifest(0, ()),
        Manifest(-1, (b"h" * 32,)),
        Manifest(5, ()),
        Manifest(CHUNK_BYTES + 1, (b"h" * 32,)),
        Manifest(MAX_BLOB_BYTES + 1, (b"h" * 32,) * 33),
        Manifest(1 << 62, (b"h" * 32,)),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused_under_its_own_name(manifest: Manifest) -> None:
    with pytest.raises(BlobInvalid):
        read_manifest(manifest.encode(), manifest.name)


def test_the_same_manifest_in_a_longer_spelling_is_refused() -> None:
    manifest = manifest_of(io.BytesIO(b"CollabMap"))
    spelt = manifest.encode()
    longer = spelt[:1] + b"\xcc" + spelt[1:]
    assert msgspec.msgpack.decode(longer) == msgspec.msgpack.decode(spelt)
    name = hashlib.blake2b(longer, digest_size=32, person=b"collabmap-blob").digest()
    with pytest.raises(BlobInvalid):
        read_manifest(longer, name)


def test_a_chunk_of_more_than_its_size_is_not_the_one_named(blobs: Blobs) -> None:
    # Rightly hashed, wrongly cut: whoever names it so cannot smuggle in another size.
    manifest = Manifest(3, (chunk_hash(b"four"),))
    with pytest.raises(BlobInvalid):
        blobs.take(manifest, 0, b"four")
    assert not blobs.has(manifest.name)
