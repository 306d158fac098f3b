"""Files of tiles of every kind, made from the same tiles, for tests."""

import gzip
import json
import sqlite3
import struct
import zlib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from collabmap.domain.geo import Bbox
from collabmap.domain.tile_ids import tile_id
from collabmap.domain.tiles import Tile, tms_row

Tiles = Mapping[Tile, bytes]
WORLD_M = 40075016.685578488


def png(size: int = 256, shade: int = 0) -> bytes:
    """Return a grey PNG, made by hand as the format asks."""
    lines = (b"\0" + bytes([shade]) * size) * size

    def chunk(kind: bytes, body: bytes) -> bytes:
        checksum = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)

    head = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def loose_mbtiles(path: Path, tiles: Tiles, *, is_xyz: bool = False, **said: str) -> Path:
    """Write MBTiles as careless programs do: no index, no rule."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
        rows = [(z, x, y if is_xyz else tms_row(z, y), d) for (z, x, y), d in tiles.items()]
        db.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
        db.execute("CREATE TABLE metadata (name, value)")
        db.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
    return path


def folder(
    path: Path, tiles: Tiles, *, scheme: str = "xyz", ending: str = ".png", note: str = ""
) -> Path:
    """Write zoom/column/row files; note: what metadata.json says."""
    for (z, x, y), data in tiles.items():
        row = y if scheme == "xyz" else tms_row(z, y)
        (path / str(z) / str(x)).mkdir(parents=True, exist_ok=True)
        (path / str(z) / str(x) / f"{row}{ending}").write_bytes(data)
    if note:
        (path / "metadata.json").write_text(note, encoding="utf-8")
    return path


# --- PMTiles ----------------------------------------------------------------------------------


def varint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def directory(entries: list[tuple[int, int, int, int]]) -> bytes:
    """Return a directory.  entries: tile id, run, length, offset."""
    columns = [varint(len(entries))]
    last = 0
    for number, *_rest in entries:
        columns.append(varint(number - last))
        last = number
    columns += [varint(run) for _id, run, _length, _at in entries]
    columns += [varint(length) for _id, _run, length, _at in entries]
    for rank, (_id, _run, _length, at) in enumerate(entries):
        before = entries[rank - 1] if rank else None
        follows = before is not None and at == before[3] + before[2]
        columns.append(varint(0 if follows else at + 1))
    return b"".join(columns)


def pmtiles(
    path: Path,
    tiles: Tiles,
    *,
    leaf_size: int = 0,
    tile_type: int = 2,
    box: Bbox | None = None,
    said: Mapping[str, object] | None = None,
    is_packed: bool = True,
) -> Path:
    """Write a PMTiles archive.  leaf_size: entries a leaf, 0 puts all into the root."""
    data, places, entries = b"", dict[bytes, int](), list[tuple[int, int, int, int]]()
    for tile in sorted(tiles, key=tile_id):
        picture = tiles[tile]
        if picture not in places:
            places[picture] = len(data)
            data += picture
        number, at = tile_id(tile), places[picture]
        last = entries[-1] if entries else None
        if last and last[3] == at and last[0] + last[1] == number:
            entries[-1] = (last[0], last[1] + 1, last[2], at)
        else:
            entries.append((number, 1, len(picture), at))
    pack = gzip.compress if is_packed else bytes
    leaves, root = b"", entries
    if leaf_size:
        root = []
        for rank in range(0, len(entries), leaf_size):
            leaf = pack(directory(entries[rank : rank + leaf_size]))
            root.append((entries[rank][0], 0, len(leaf), len(leaves)))
            leaves += leaf
    zooms = [tile.z for tile in tiles]
    packed_root, note = pack(directory(root)), pack(json.dumps(said or {}).encode())
    write_pmtiles(
        path,
        (packed_root, note, leaves, data),
        bytes([1, 2 if is_packed else 1, 1, tile_type, min(zooms), max(zooms)]),
        box or Bbox(-180, -85, 180, 85),
    )
    return path


def write_pmtiles(
    path: Path, parts: tuple[bytes, bytes, bytes, bytes], how: bytes, box: Bbox
) -> None:
    """Write header and parts: root, metadata, leaves, data."""
    at, spans = 127, []
    for part in parts:
        spans += [at, len(part)]
        at += len(part)
    header = b"PMTiles\x03" + struct.pack("<8Q3Q", *spans, 0, 0, 0) + how
    header += struct.pack("<4iB2i", *(round(value * 1e7) for value in box), 0, 0, 0)
    path.write_bytes(header + b"".join(parts))


# --- GeoPackage -------------------------------------------------------------------------------


def gpkg(path: Path) -> sqlite3.Connection:
    """Return an empty GeoPackage with the tables of tiles."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA application_id = 0x47504B47")
    db.executescript("""
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
    organization_coordsys_id INTEGER, definition TEXT, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT,
    description TEXT, last_change TEXT, min_x REAL, min_y REAL, max_x REAL, max_y REAL,
    srs_id INTEGER);
CREATE TABLE gpkg_tile_matrix_set (table_name TEXT PRIMARY KEY, srs_id INTEGER, min_x REAL,
    min_y REAL, max_x REAL, max_y REAL);
CREATE TABLE gpkg_tile_matrix (table_name TEXT, zoom_level INTEGER, matrix_width INTEGER,
    matrix_height INTEGER, tile_width INTEGER, tile_height INTEGER, pixel_x_size REAL,
    pixel_y_size REAL, PRIMARY KEY (table_name, zoom_level));
""")
    return db


def add_layer(
    db: sqlite3.Connection,
    table: str,
    epsg: int,
    box: tuple[float, float, float, float],
    levels: Mapping[int, tuple[int, int, float]],
    tiles: Mapping[tuple[int, int, int], bytes],
    *,
    side: int = 256,
) -> None:
    """Add a layer.  levels: zoom_level -> columns, rows, size of a pixel in units.

    tiles: zoom_level, column, row from the north-west -> picture.
    """
    with db:
        srs = ("s", epsg, "EPSG", epsg, "", "")
        db.execute("INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", srs)
        contents = (table, "tiles", f"Layer {table}", "", "", *box, epsg)
        db.execute("INSERT INTO gpkg_contents VALUES (?,?,?,?,?,?,?,?,?,?)", contents)
        db.execute("INSERT INTO gpkg_tile_matrix_set VALUES (?,?,?,?,?,?)", (table, epsg, *box))
        for zoom, (columns, rows, step) in levels.items():
            row = (table, zoom, columns, rows, side, side, step, step)
            db.execute("INSERT INTO gpkg_tile_matrix VALUES (?,?,?,?,?,?,?,?)", row)
        quoted = table.replace('"', '""')
        db.execute(
            f'CREATE TABLE "{quoted}" (id INTEGER PRIMARY KEY, zoom_level INTEGER,'
            " tile_column INTEGER, tile_row INTEGER, tile_data BLOB,"
            " UNIQUE (zoom_level, tile_column, tile_row))"
        )
        rows = [(*place, data) for place, data in tiles.items()]
        db.executemany(f'INSERT INTO "{quoted}" VALUES (NULL,?,?,?,?)', rows)


def web_gpkg(path: Path, tiles: Tiles, *, side: int = 256) -> Path:
    """Write a GeoPackage on the whole grid of web maps, as GDAL's GoogleMapsCompatible."""
    half = WORLD_M / 2
    with closing(gpkg(path)) as db:
        zooms = sorted({tile.z for tile in tiles})
        levels = {z: (1 << z, 1 << z, WORLD_M / side / (1 << z)) for z in zooms}
        places = {tuple(tile): data for tile, data in tiles.items()}
        add_layer(db, "plan", 3857, (-half, -half, half, half), levels, places, side=side)  # type: ignore[arg-type]
    return path
