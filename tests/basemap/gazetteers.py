"""Search indexes of real extracts, for the tests that ask them."""

import sqlite3
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from collabmap.basemap.gazetteer import Gazetteer, add_to
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.tiles import Tile
from collabmap.store.mbtiles import MBTilesWriter

DEMO = Path(__file__).parents[2] / "resources" / "demo" / "monaco-2023-12-25.osm.pbf"
SHARED = Path(__file__).parents[2].parent / "shared" / "data"
ANDORRA = SHARED / "osm" / "andorra_graphhopper.osm.pbf"
ROCK = LngLat(7.4203, 43.7311)


def _png() -> bytes:
    """Return a grey picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + check

    head = (1).to_bytes(4, "big") * 2 + b"\x08\0\0\0\0"
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(b"\0\xee")), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def shared(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"the real file {path.name} is not on this machine (../shared/data)")
    return path


def pack(path: Path) -> Path:
    """Make a base map of one tile."""
    box = Bbox(7.38, 43.71, 7.47, 43.77)
    writer = MBTilesWriter(path, name="Town", format="png", bounds=box, attribution="© OSM")
    with writer:
        writer.put(Tile(12, 2132, 1493), _png())
    return path


def gazetteer(*sources: Path, area: Bbox | None = None) -> Gazetteer:
    """Return the index of some extracts, in memory."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    add_to(db, sources, area)
    return Gazetteer(db)


def extract(path: Path, parts: Iterable[str]) -> Path:
    """Write a small extract."""
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{"".join(parts)}</osm>')
    return path


def tagged(said: dict[str, str]) -> str:
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in said.items())


def node(number: int, lng: float, lat: float, **said: str) -> str:
    said = {key.replace("__", ":"): value for key, value in said.items()}
    return f'<node id="{number}" version="1" lon="{lng}" lat="{lat}">{tagged(said)}</node>'


def way(number: int, refs: Iterable[int], **said: str) -> str:
    said = {key.replace("__", ":"): value for key, value in said.items()}
    inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    return f'<way id="{number}" version="1">{inside}{tagged(said)}</way>'


def relation(number: int, members: Iterable[tuple[str, int, str]], **said: str) -> str:
    inside = "".join(f'<member type="{t}" ref="{r}" role="{role}"/>' for t, r, role in members)
    return f'<relation id="{number}" version="1">{inside}{tagged(said)}</relation>'
