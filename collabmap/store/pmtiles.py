"""Raster tiles in PMTiles archives (version 3), read with bounded memory.

Source: PMTiles specification version 3 (Protomaps).  A stranger's file is not trusted: lengths are
capped before they are read, and a directory may only name tiles inside the run it was given for.
"""

import json
import struct
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

import zstandard

from collabmap.domain.geo import Bbox
from collabmap.domain.tile_ids import blocks, first_id, tile_id, tile_of, zoom_of
from collabmap.domain.tiles import MAX_ZOOM, Tile
from collabmap.errors import FileMissing, TilesUnreadable, TilesVector
from collabmap.store.tile_claims import Extents, best_bounds, claimed_bounds, guesses
from collabmap.store.tile_source import SAMPLE, PackFacts, TileFile, image_among

MAGIC = b"PMTiles"
HEADER = struct.Struct("<7sB11Q6B4iB2i")
VERSION = 3
_GZIP, _ZSTD = 2, 4
_COMPRESSIONS = (0, 1, _GZIP, _ZSTD)  # Brotli, 3, is in no library of ours.
_TYPES = {1: "pbf", 2: "png", 3: "jpg", 4: "webp", 5: "avif"}
_E7 = 10_000_000
MAX_DIRECTORY_BYTES = 32 << 20
MAX_METADATA_BYTES = 4 << 20
MAX_TILE_BYTES = 16 << 20
# The root names leaves, a leaf may name leaves again; writers stop at two.
_MAX_DEPTH = 4
_KEPT_LEAVES = 16
_PAST_LAST_ID = first_id(MAX_ZOOM + 1)
# So many are read through to learn where their tiles lie; beyond, the header is believed.
_MAX_WALKED_LEAVES = 64


class Header(NamedTuple):
    """Where the parts lie, in bytes from the start of the file, and what it says of itself."""

    root: tuple[int, int]
    metadata: tuple[int, int]
    leaves: tuple[int, int]
    data: tuple[int, int]
    internal: int
    compression: int
    tile_type: int
    zooms: tuple[int, int]
    box: Bbox


class Entry(NamedTuple):
    """A run of tiles with one picture, or a leaf (run 0).  at: from the start of its part."""

    tile_id: int
    at: int
    length: int
    run: int


class PMTilesReader(TileFile):
    """A PMTiles archive on disk, read-only.

    Raises FileMissing, TilesUnreadable, TilesEmpty, TilesVector.
    """

    kind = "pmtiles"

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise FileMissing(name=path.name) from error
        try:
            self._header = self._read_header()
            self._leaves: OrderedDict[tuple[int, int], list[Entry]] = OrderedDict()
            self._root = self._directory(*self._header.root, 0, _PAST_LAST_ID)
            self._facts = self._learn()
        except BaseException:
            self.close()
            raise

    def get(self, tile: Tile) -> bytes | None:
        if not 0 <= tile.z <= MAX_ZOOM:
            return None
        wanted = tile_id(tile)
        entries, past = self._root, _PAST_LAST_ID
        for _depth in range(_MAX_DEPTH):
            rank = _rank(entries, wanted)
            if rank < 0:
                return None
            entry = entries[rank]
            if entry.run:
                return self._tile(entry) if wanted < entry.tile_id + entry.run else None
            past = entries[rank + 1].tile_id if rank + 1 < len(entries) else past
            entries = self._leaf(entry, past)
        return None

    def count(self) -> int:
        return sum(entry.run for entry in self._entries())

    def tiles(self) -> Iterator[tuple[Tile, bytes]]:
        for entry in self._entries():
            data = self._tile(entry)
            if data is not None:
                for number in range(entry.tile_id, entry.tile_id + entry.run):
                    yield tile_of(number), data

    def close(self) -> None:
        self._file.close()

    # --- the parts -------------------------------------------------------------------------

    def _read_header(self) -> Header:
        raw = self._read(0, HEADER.size)
        magic, version, *rest = HEADER.unpack(raw)
        if magic != MAGIC or version != VERSION:
            raise TilesUnreadable(name=self.path.name)
        spans, corner = rest[:11], rest[17:21]
        _clustered, internal, compression, tile_type, low, high = rest[11:17]
        header = Header(
            root=(spans[0], spans[1]),
            metadata=(spans[2], spans[3]),
            leaves=(spans[4], spans[5]),
            data=(spans[6], spans[7]),
            internal=internal,
            compression=compression,
            tile_type=tile_type,
            zooms=(low, high),
            box=Bbox(*(number / _E7 for number in corner)),
        )
        if _TYPES.get(tile_type) == "pbf":
            raise TilesVector(name=self.path.name)
        if internal not in _COMPRESSIONS or compression not in _COMPRESSIONS:
            raise TilesUnreadable(name=self.path.name)
        return header

    def _read(self, at: int, length: int, most: int = MAX_DIRECTORY_BYTES) -> bytes:
        if length > most or at > 1 << 62:
            raise TilesUnreadable(name=self.path.name)
        try:
            self._file.seek(at)
            data = self._file.read(length)
        except (OSError, ValueError) as error:
            failure = TilesUnreadable if self.path.exists() else FileMissing
            raise failure(name=self.path.name) from error
        if len(data) < length:
            raise TilesUnreadable(name=self.path.name)
        return data

    def _unpacked(self, data: bytes, how: int, most: int) -> bytes:
        """Return bytes without their compression, never more than `most` of them."""
        try:
            if how == _GZIP:
                unpacker = zlib.decompressobj(wbits=31)
                plain = unpacker.decompress(data, most)
                is_whole = unpacker.eof
            elif how == _ZSTD:
                plain = zstandard.ZstdDecompressor().stream_reader(data).read(most + 1)
                is_whole = len(plain) <= most
            else:
                return data
        except (zlib.error, zstandard.ZstdError) as error:
            raise TilesUnreadable(name=self.path.name) from error
        if not is_whole:
            raise TilesUnreadable(name=self.path.name)
        return plain

    def _directory(self, at: int, length: int, first: int, past: int) -> list[Entry]:
        """Read a directory whose tiles must lie in [first, past)."""
        packed = self._read(at, length)
        try:
            entries = _entries_of(
                self._unpacked(packed, self._header.internal, MAX_DIRECTORY_BYTES)
            )
        except (IndexError, ValueError) as error:
            raise TilesUnreadable(name=self.path.name) from error
        if not entries and first:
            raise TilesUnreadable(name=self.path.name)
        end = first
        for entry in entries:
            if entry.tile_id < end:
                raise TilesUnreadable(name=self.path.name)
            end = entry.tile_id + max(1, entry.run)
            if end > past:
                raise TilesUnreadable(name=self.path.name)
        return entries

    def _leaf(self, entry: Entry, past: int) -> list[Entry]:
        key = (entry.at, past)
        if key in self._leaves:
            self._leaves.move_to_end(key)
            return self._leaves[key]
        if entry.at + entry.length > self._header.leaves[1]:
            raise TilesUnreadable(name=self.path.name)
        at = self._header.leaves[0] + entry.at
        leaf = self._directory(at, entry.length, entry.tile_id, past)
        self._leaves[key] = leaf
        if len(self._leaves) > _KEPT_LEAVES:
            self._leaves.popitem(last=False)
        return leaf

    def _entries(self) -> Iterator[Entry]:
        """Yield the runs of tiles, leaf by leaf."""
        return self._below(self._root, _PAST_LAST_ID, 1)

    def _below(self, entries: list[Entry], past: int, depth: int) -> Iterator[Entry]:
        for rank, entry in enumerate(entries):
            if entry.run:
                yield entry
            elif depth < _MAX_DEPTH:
                end = entries[rank + 1].tile_id if rank + 1 < len(entries) else past
                yield from self._below(self._leaf(entry, end), end, depth + 1)

    def _tile(self, entry: Entry) -> bytes | None:
        if entry.at + entry.length > self._header.data[1]:
            raise TilesUnreadable(name=self.path.name)
        at = self._header.data[0] + entry.at
        data = self._read(at, entry.length, MAX_TILE_BYTES)
        return self._unpacked(data, self._header.compression, MAX_TILE_BYTES) or None

    # --- what it holds ---------------------------------------------------------------------

    def _learn(self) -> PackFacts:
        entries = self._entries()
        samples: list[object] = [self._tile(entry) for entry in islice(entries, SAMPLE)]
        header, metadata = self._header, self._metadata()
        image = image_among(samples, self.path, metadata.get("format", ""))
        metadata.setdefault("bounds", ",".join(map(str, header.box)))
        metadata["minzoom"], metadata["maxzoom"] = map(str, header.zooms)
        metadata["format"] = _TYPES.get(header.tile_type, "")
        claimed = claimed_bounds(metadata["bounds"])
        leaves = sum(not entry.run for entry in self._root)
        if claimed is not None and leaves > _MAX_WALKED_LEAVES:
            zooms = (zoom_of(self._root[0].tile_id), zoom_of(self._last().tile_id))
            bounds = claimed
        else:
            extents = Extents()
            for entry in self._entries():
                for block in blocks(entry.tile_id, entry.run):
                    extents.add(*block.tile, block.side)
            zooms, bounds = extents.zooms, best_bounds(claimed, extents.last.box())
        return PackFacts(image, *zooms, bounds, metadata, guesses(metadata, image, zooms, bounds))

    def _last(self) -> Entry:
        """Return the last run of tiles."""
        entry, depth = self._root[-1], 1
        while not entry.run and depth < _MAX_DEPTH:
            entry, depth = self._leaf(entry, _PAST_LAST_ID)[-1], depth + 1
        return entry

    def _metadata(self) -> dict[str, str]:
        at, length = self._header.metadata
        if not length:
            return {}
        packed = self._read(at, length, MAX_METADATA_BYTES)
        raw = self._unpacked(packed, self._header.internal, MAX_METADATA_BYTES)
        try:
            said = json.loads(raw)
        except (ValueError, RecursionError):
            return {}  # A file that says nonsense about itself still has its tiles.
        if not isinstance(said, dict):
            return {}
        return {key: str(value) for key, value in said.items() if isinstance(value, str | int)}


def _entries_of(raw: bytes) -> list[Entry]:
    """Return the entries of a directory.  Raises IndexError or ValueError where it is none."""
    numbers = _varints(raw)
    count = next(numbers, -1)
    # Four numbers an entry, a byte each at least.
    if not 0 <= count <= len(raw) // 4:
        raise ValueError("more entries than bytes")
    columns = [[next(numbers) for _ in range(count)] for _ in range(4)]
    entries: list[Entry] = []
    at = number = 0
    for delta, run, length, offset in zip(*columns, strict=True):
        number += delta
        if not offset and not entries:
            raise ValueError("the first entry follows none")
        at = offset - 1 if offset else at + entries[-1].length
        entries.append(Entry(number, at, length, run))
    return entries


def _varints(raw: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in raw:
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            yield value
            value = shift = 0
        elif shift > 63:
            raise ValueError("a number without end")
        else:
            shift += 7
    raise ValueError("a directory that breaks off")


def _rank(entries: list[Entry], wanted: int) -> int:
    """Return the place of the last entry at or before a tile, -1 for none."""
    low, high = 0, len(entries)
    while low < high:
        middle = (low + high) // 2
        if entries[middle].tile_id <= wanted:
            low = middle + 1
        else:
            high = middle
    return low - 1
