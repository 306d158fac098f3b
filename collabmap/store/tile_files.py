"""Any file or folder of raster tiles, opened by what is in it and not by what it is called."""

import contextlib
import sqlite3
from pathlib import Path

from collabmap.errors import FileMissing, LayerUnknown, TilesUnreadable, TilesVector
from collabmap.store import pmtiles
from collabmap.store.gpkg_tiles import GeoPackageReader, has_tile_layers
from collabmap.store.mbtiles import MBTilesReader
from collabmap.store.mbtiles_facts import open_read_only
from collabmap.store.pmtiles import PMTilesReader
from collabmap.store.tile_folder import TileFolder, is_note
from collabmap.store.tile_image import sniff
from collabmap.store.tile_source import TileFile

_SQLITE = b"SQLite format 3\0"


def open_tiles(path: Path, layer: str = "") -> TileFile:
    """Return the tiles of a file or folder of any kind: MBTiles, PMTiles, GeoPackage or folders.

    layer: of a GeoPackage, by its table or title; '' takes the first.
    Raises FileMissing, TilesUnreadable, TilesEmpty, TilesVector, TilesNotAligned (a GeoPackage
    or folder that is cut otherwise: conversion can paint it anew), LayerUnknown.
    """
    kind = kind_of(path)
    if layer and kind != "gpkg":
        raise LayerUnknown(name=path.name, value=layer, known="-")
    if kind == "folder":
        return TileFolder(path if path.is_dir() else path.parent)
    if kind == "pmtiles":
        return PMTilesReader(path)
    if kind == "gpkg":
        return GeoPackageReader(path, layer)
    return MBTilesReader(path)


def is_ready(source: TileFile) -> bool:
    """Whether a file can be a project's base map as it is; anything else is to be converted.

    That is MBTiles with an index, whose rows count as other programs expect.
    """
    is_standard = "scheme-from-bounds" not in source.guessed
    return source.kind == "mbtiles" and is_standard and not source.is_slow


def kind_of(path: Path) -> str:
    """Return 'mbtiles', 'pmtiles', 'folder' or 'gpkg'.

    Raises FileMissing, TilesUnreadable, and TilesVector for a single vector tile.
    """
    if path.is_dir() or (path.is_file() and is_note(path)):
        return "folder"
    if path.exists() and not path.is_file():
        # A pipe or a device, which may keep who reads it waiting for ever.
        raise TilesUnreadable(name=path.name)
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise FileMissing(name=path.name) from error
    if head.startswith(pmtiles.MAGIC):
        return "pmtiles"
    if head.startswith(_SQLITE):
        with contextlib.closing(open_read_only(path)) as db:
            try:
                return "gpkg" if has_tile_layers(db) else "mbtiles"
            except sqlite3.Error as error:
                raise TilesUnreadable(name=path.name) from error
    image = sniff(head)
    if image is not None and image.format == "pbf" and path.suffix in (".pbf", ".mvt"):
        raise TilesVector(name=path.name)
    raise TilesUnreadable(name=path.name)
