"""What an extract of OpenStreetMap is as a file: its format, its box, whether it is whole."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import osmium

from collabmap.domain.geo import Bbox
from collabmap.errors import (
    AreaNotCovered,
    ExtractIncomplete,
    ExtractOfAnotherKind,
    ExtractUnreadable,
    FileMissing,
)

# The first bytes say what a file is, whatever its name.
FORMATS = ((b"\x1f\x8b", "osm.gz"), (b"BZh", "osm.bz2"), (b"<?xml", "osm"), (b"<osm", "osm"))
# What people take for an extract: another download of the same site, or a picture of the map.
OTHER_KINDS = (
    (b"PK\x03\x04", "ZIP"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"\x00\x00\x27\x0a", "Shapefile"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"%PDF", "PDF"),
    (b"SQLite format 3\x00", "SQLite: MBTiles, GeoPackage"),
    (b"PMTiles", "PMTiles"),
    (b"\xff\xe0\x04o5m2", "O5M"),
    (b"{", "JSON"),
)
# How pyosmium says that a file stops in the middle.
BROKEN_OFF = (
    "unexpected end",
    "truncated",
    "no element found",
    "unclosed token",
    "gzip error: read close failed",
    "bzip2 error: read failed: -7",
)
# Longest header of a block.  Source: wiki.openstreetmap.org/wiki/PBF_Format.
BLOB_HEADER_BYTES = 64 * 1024


def open_extract(path: Path) -> Any:
    """Return pyosmium's handle of a file.  Raises FileMissing, ExtractUnreadable."""
    kind = file_format(path)
    if kind == "pbf":
        _check_blocks(path)
    return osmium.io.File(str(path), kind)


def file_format(path: Path) -> str:
    """Return what pyosmium calls a file's format, by its first bytes.

    Raises FileMissing, ExtractIncomplete (an empty file), ExtractOfAnotherKind, ExtractUnreadable.
    """
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise FileMissing(name=path.name) from error
    if not head:
        raise ExtractIncomplete(name=path.name)
    text = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    for magic, kind in FORMATS:
        if text.startswith(magic):
            return kind
    for magic, kind in OTHER_KINDS:
        if text.startswith(magic):
            raise ExtractOfAnotherKind(name=path.name, kind=kind)
    if b"OSMHeader" in head[:64]:
        return "pbf"
    raise ExtractUnreadable(name=path.name)


def own_box(path: Path) -> Bbox:
    """Return the box an extract says it covers; of its streets and houses if it says nothing.

    Raises FileMissing, ExtractUnreadable, AreaNotCovered (an extract without any street).
    """
    with translated(path):
        box = osmium.FileProcessor(open_extract(path)).header.box()
        if box.valid() and box.size() > 0:
            low, high = box.bottom_left, box.top_right
            return Bbox(low.lon, low.lat, high.lon, high.lat)
        wanted = osmium.filter.KeyFilter("highway", "building")
        ways: Any = osmium.FileProcessor(open_extract(path)).with_locations().with_filter(wanted)
        spots = [(n.lon, n.lat) for way in ways if way.is_way() for n in _placed(way.nodes)]
    if not spots:
        raise AreaNotCovered(name=path.name)
    (west, south), (east, north) = np.min(spots, axis=0), np.max(spots, axis=0)
    return Bbox(float(west), float(south), float(east), float(north))


def digest(path: Path) -> bytes:
    """Return a hash of a file's bytes.  Raises FileMissing."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "blake2b").digest()
    except OSError as error:
        raise FileMissing(name=path.name) from error


def sorted_copy(path: Path, out: Path) -> Path:
    """Write an extract's objects in the order of their ids, which multipolygons need.

    Small extracts cut by other tools often lack it; they fit in memory.
    """
    reader = osmium.MergeInputReader()
    reader.add_buffer(path.read_bytes(), file_format(path))
    with osmium.SimpleWriter(str(out), overwrite=True) as writer:
        reader.apply(writer)
    return out


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what pyosmium raises about a file into words for people."""
    try:
        yield
    except (RuntimeError, UnicodeDecodeError, osmium.InvalidLocationError) as error:
        # pyosmium raises a plain RuntimeError for whatever it does not understand.
        is_cut = any(words in str(error) for words in BROKEN_OFF)
        raise (ExtractIncomplete if is_cut else ExtractUnreadable)(name=path.name) from error


def _placed(nodes: Iterable[Any]) -> list[Any]:
    return [node for node in nodes if node.location.valid()]


def _check_blocks(path: Path) -> None:
    """Walk from block to block of a .osm.pbf; raise ExtractIncomplete where one is cut short.

    A download that broke off is found in a moment, not after minutes of reading.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at < size:
            length = _block_length(file)
            if length is None:
                raise ExtractUnreadable(name=path.name)
            at = file.tell() + length
            if length < 0 or at > size:
                raise ExtractIncomplete(name=path.name)
            file.seek(at)


def _block_length(file: BinaryIO) -> int | None:
    """Read the header of a block: bytes that follow it, -1 where it is cut, None for no header.

    Source: wiki.openstreetmap.org/wiki/PBF_Format: a BlobHeader has its type in field 1 and the
    length of its data in field 3.
    """
    prefix = file.read(4)
    length = int.from_bytes(prefix, "big")
    if len(prefix) < 4:
        return -1
    if not 0 < length <= BLOB_HEADER_BYTES:
        return None
    header = file.read(length)
    if len(header) < length:
        return -1
    at, found = 0, None
    while at < length:
        key = header[at]
        number, at = _varint(header, at + 1)
        if key & 7 == 2:
            at += number
        elif key & 7 != 0:
            return None
        elif key >> 3 == 3:
            found = number
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of protobuf's variable length, and where it ends."""
    number = shift = 0
    while at < len(data):
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
    return number, at
