"""Base map files beside a project: brought whole or not at all, named, and taken away again."""

import contextlib
import os
import shutil
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from collabmap.errors import DiskFull, FolderNotWritable, TilesNotAligned
from collabmap.store import base_maps
from collabmap.store.base_maps import BaseMapRow, copy_hashed, digest_of
from collabmap.store.database import connect, translated
from collabmap.store.mbtiles import MBTilesReader, part_of
from collabmap.store.tile_place import put_in_place, remove_whole

if TYPE_CHECKING:
    from collabmap.app.desk import Desk

Step = Callable[[int], None]
# What a folder must have left once a base map is in it: the project itself still grows.
SPARE_BYTES = 20_000_000
_MAX_SLUG = 30
# What ends the name of a file on its way here; builders end theirs otherwise, and go on with them.
COMING = ".coming"
# Notes of this device: files that another program held when they were to go.
_LEFT = "base-maps-left"


class Brought(NamedTuple):
    """A file that was copied.  name: what it calls itself, '' if it doesn't."""

    path: Path
    digest: bytes
    size_bytes: int
    name: str


def mebibytes(size_bytes: int) -> int:
    """Return the steps in which work on so many bytes is counted: mebibytes, begun ones too."""
    return (size_bytes + (1 << 20) - 1) >> 20


def check(path: Path) -> bool:
    """Refuse a base map that cannot be drawn, before it is copied.  Raises Tiles... errors.

    Return whether it can be copied as it is; otherwise it is to be converted.
    """
    # Here and below imported late: a map that only opens needs no readers of other kinds.
    from collabmap.store.tile_files import is_ready, open_tiles

    with contextlib.suppress(TilesNotAligned), open_tiles(path) as source:
        return is_ready(source)
    # Painted anew while it is converted; conversion says so if that cannot be done.
    return False


def bring(source: Path, target: Path, step: Step = lambda done: None) -> Brought:
    """Make an MBTiles file at `target` of any base map that can be read; `target` is written over.

    step: told the bytes copied; may raise to stop.  Raises FileMissing, TilesUnreadable,
    TilesEmpty, TilesVector, DiskFull, FolderNotWritable, Cancelled; nothing is left behind then.
    """
    from collabmap.basemap.conversion import convert

    is_as_it_should_be = check(source)
    size = source.stat().st_size
    check_room(target.parent, size)
    try:
        if is_as_it_should_be:
            with translated(target):
                digest, size = _copied(source, target, step)
        else:
            convert(
                source,
                target,
                replace=True,
                progress=lambda done, total, _part: step(size * done // max(1, total)),
                cancel=lambda: step(0),
            )
            with translated(target):
                digest, size = digest_of(target, step), target.stat().st_size
        with MBTilesReader(target) as reader:
            name = reader.metadata.get("name", "").strip()
        return Brought(target, digest, size, name)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _copied(source: Path, target: Path, step: Step) -> tuple[bytes, int]:
    if _has_wal(source):
        # Some of its tiles lie in the file beside it.
        _back_up(source, target, step)
        return digest_of(target, step), target.stat().st_size
    with source.open("rb") as file, target.open("wb") as copy:
        found = copy_hashed(file, copy, step)
        copy.flush()
        os.fsync(copy.fileno())
    return found


def _back_up(source: Path, target: Path, step: Step) -> None:
    target.unlink(missing_ok=True)
    with closing(connect(source, read_only=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=1024, progress=lambda _state, _left, _total: step(0))
        new.execute("PRAGMA journal_mode = DELETE")


def _has_wal(path: Path) -> bool:
    wal = path.with_name(path.name + "-wal")
    return wal.is_file() and wal.stat().st_size > 0


def check_room(folder: Path, size_bytes: int) -> None:
    """Refuse before a long copy what would not fit.  Raises DiskFull."""
    with translated(folder):
        if shutil.disk_usage(folder).free < size_bytes + SPARE_BYTES:
            raise DiskFull(name=folder.name)


def slug_of(words: str) -> str:
    """Return words as they may stand in a file's name: 'Vue aérienne' is 'vue-aerienne'."""
    plain = unicodedata.normalize("NFKD", words.lower())
    kept = "".join(
        c if c.isascii() and c.isalnum() else "" if unicodedata.combining(c) else " " for c in plain
    )
    return "-".join(kept.split())[:_MAX_SLUG].strip("-")


# --- names ------------------------------------------------------------------------------------


def place(desk: "Desk", part: Path, slug: str, rows: Sequence[BaseMapRow]) -> tuple[Path, str]:
    """Give a finished file its name; return where it lies and its slug.

    Windows does not let a file be replaced that the map on the screen holds open: the new one then
    gets another name, and the old one goes when the project is closed.
    """
    target = named(desk.path, slug)
    try:
        put_in_place(part, target)
    except PermissionError:
        if not target.exists():
            raise
        _note_left(desk, target)
        slug = free_slug(desk.path, slug or "fond", rows)
        target = named(desk.path, slug)
        put_in_place(part, target)
    return target, slug


def free_slug(project: Path, words: str, rows: Iterable[BaseMapRow]) -> str:
    """Return a slug that no base map here has: '' for the first, then one like its title."""
    taken = {row.slug for row in rows}
    if not taken and is_free(project, ""):
        return ""
    base = slug_of(words) or "fond"
    number, slug = 1, base
    while slug in taken or not is_free(project, slug):
        number += 1
        slug = f"{base}-{number}"
    return slug


def is_free(project: Path, slug: str) -> bool:
    """Whether nothing has a base map's name yet: no file, none being painted, no other project."""
    path = named(project, slug)
    is_taken = path.exists() or part_of(path).exists()
    return not is_taken and base_maps.has_name_of(project, path)


def named(project: Path, slug: str) -> Path:
    """Return where a project's own base map of this slug lies."""
    return project.with_name(base_maps.file_name(project, slug))


# --- taking away ------------------------------------------------------------------------------


def delete(desk: "Desk", path: Path) -> None:
    """Delete a base map that is on no list; one that Windows holds open goes when it is closed."""
    try:
        with translated(path):
            remove_whole(path)
    except FolderNotWritable:
        if not os.access(path.parent, os.W_OK):
            raise
        _note_left(desk, path)


def sweep(desk: "Desk") -> None:
    """Delete what could not be deleted while it was open, unless it is on the list again.

    Also what was on its way here when the program was killed: this project is open nowhere else.
    """
    if desk.read_only:
        return
    for path in desk.path.parent.glob(f".*{base_maps.SUFFIX}{COMING}"):
        if base_maps.has_name_of(desk.path, path.with_name(path.name[1 : -len(COMING)])):
            with contextlib.suppress(OSError):
                path.unlink()
    left = desk.device.note(desk.project.id, _LEFT, [])
    if not left:
        return
    with desk.project.reading():
        rows = base_maps.listed(desk.project.connection, desk.path)
    kept = {str(base_maps.path_of(desk.path, row).resolve()) for row in rows}
    still = []
    for path in left:
        try:
            if path not in kept:
                remove_whole(Path(path))
        except OSError:
            still.append(path)
    desk.device.set_note(desk.project.id, _LEFT, still)


def _note_left(desk: "Desk", path: Path) -> None:
    # On this device, not in the file: a file from elsewhere must not name what is deleted here.
    left = desk.device.note(desk.project.id, _LEFT, [])
    desk.device.set_note(desk.project.id, _LEFT, [*left, str(path.resolve())])
