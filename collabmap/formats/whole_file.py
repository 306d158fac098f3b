"""A file that is there whole or not at all."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from collabmap.errors import (
    CollabMapError,
    DiskFull,
    FileExists,
    FileInUse,
    FileMissing,
    FolderNotWritable,
    ProjectGone,
)

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
# Windows: another program has the file open (ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION).
_SHARING = {32, 33}
# A map, and what base maps are read from.
_MAPS = frozenset({".collabmap", ".mbtiles", ".pmtiles", ".gpkg"})


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write; it takes the name `path` only when all of it is on disk.

    Written beside under a temporary name, fsynced, then renamed over whatever had the name.  On
    any exception the old file is as it was and the temporary one is gone.  Raises DiskFull,
    FolderNotWritable, FileMissing (no such folder), FileInUse, FileExists (a folder has the name,
    a map or a base map) or ProjectGone (the stick was pulled).
    """
    # By the name alone: to open and close it would take SQLite's locks from a map that is open.
    if path.suffix.lower() in _MAPS and path.exists():
        raise FileExists(name=path.name)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise said(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def said(error: OSError, path: Path) -> CollabMapError:
    """Return what to tell a person whose file could not be written."""
    if error.errno in _FULL:
        return DiskFull(name=path.name)
    if getattr(error, "winerror", None) in _SHARING:
        return FileInUse(name=path.name)
    if error.errno in _FORBIDDEN:
        return FolderNotWritable(folder=path.parent)
    if error.errno == errno.ENOENT or error.errno == errno.ENOTDIR:
        return FileMissing(name=path.parent)
    if error.errno == errno.EISDIR:
        return FileExists(name=path.name)
    return ProjectGone(name=path.name)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where the system lets one do so."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):  # some network folders refuse; the file itself is synced
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
