"""SQLite connections, and SQLite's errors as errors that people understand."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import msgspec

from collabmap.domain.segment import SegmentInvalid
from collabmap.errors import (
    CollabMapError,
    DiskFull,
    FileMissing,
    FolderNotWritable,
    NotAProject,
    ProjectDamaged,
    ProjectGone,
    ProjectLocked,
    ProjectReadOnly,
)

BUSY_TIMEOUT_S = 10.0
# How a damaged file shows: SQLite's own words quote names from it that are no text any more.
DAMAGE = (sqlite3.DatabaseError, UnicodeDecodeError)
# EFBIG: a stick formatted as FAT takes no file of four gigabytes.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# The smallest -shm file beside a WAL.
_WAL_INDEX_BYTES = 32_768


def uri(path: Path, options: str) -> str:
    """Return a SQLite URI; a path may hold spaces, '?', '#' and '%'."""
    return f"file:{quote(str(path.absolute()))}?{options}"


def connect(path: Path, *, read_only: bool = False, create: bool = False) -> sqlite3.Connection:
    """Return a connection in autocommit mode: transactions are always explicit.

    It may be handed from one thread to another, never used by two at once.
    """
    mode = "ro" if read_only else ("rwc" if create else "rw")
    connection = sqlite3.connect(
        uri(path, f"mode={mode}"),
        uri=True,
        isolation_level=None,
        timeout=BUSY_TIMEOUT_S,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError:
        # A WAL file in a folder where we may not write (a CD, a locked stick), or on a full disk,
        # opens only as immutable, which is safe where nobody can write it.
        connection.close()
        if not read_only or _has_wal(path):
            raise
        connection = sqlite3.connect(
            uri(path, "mode=ro&immutable=1"),
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA schema_version").fetchone()
    return connection


def _has_wal(path: Path) -> bool:
    """Whether some of a database still lies beside it; an empty file is what a failed try left."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size > 0
    except FileNotFoundError:
        return False


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's and the system's errors about a project file into ours."""
    try:
        yield
    except CollabMapError:
        raise
    except (sqlite3.DatabaseError, OSError) as error:
        raise translate(error, path) from error
    except (SegmentInvalid, msgspec.DecodeError, UnicodeDecodeError) as error:
        # What was whole when it was kept is not whole now: a dying disk, a stick pulled out.
        raise ProjectDamaged(name=path.name) from error


def translate(error: Exception, path: Path) -> CollabMapError:
    """Return our error for one of SQLite's or the system's."""
    name = path.name
    if isinstance(error, sqlite3.Error):
        return _translate_sqlite(getattr(error, "sqlite_errorname", ""), str(error), path)
    if isinstance(error, FileNotFoundError):
        return FileMissing(name=name)
    if isinstance(error, PermissionError):
        return FolderNotWritable(folder=path.parent)
    if isinstance(error, OSError) and error.errno in _FULL:
        return DiskFull(name=name)
    if isinstance(error, OSError) and error.errno == 30:  # EROFS
        return FolderNotWritable(folder=path.parent)
    return ProjectGone(name=name)


def _translate_sqlite(code: str, text: str, path: Path) -> CollabMapError:
    name = path.name
    if code.startswith("SQLITE_FULL"):
        return DiskFull(name=name)
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return ProjectLocked(name=name, holder="SQLite")
    if code.startswith("SQLITE_READONLY"):
        return ProjectReadOnly(name=name)
    if code.startswith("SQLITE_CANTOPEN"):
        return (
            FileMissing(name=name) if not path.exists() else FolderNotWritable(folder=path.parent)
        )
    if code.startswith("SQLITE_NOTADB"):
        return NotAProject(name=name)
    if code.startswith("SQLITE_IOERR"):
        # Without room for the index of its WAL SQLite says this, and not that the disk is full.
        return DiskFull(name=name) if _is_full(path.parent) else ProjectGone(name=name)
    if code.startswith("SQLITE_CORRUPT") or "malformed" in text:
        return ProjectDamaged(name=name)
    return ProjectDamaged(name=name)


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _WAL_INDEX_BYTES
    except OSError:
        return False
