"""Which base maps a project has: files beside it, bottom to top, and how each is shown.

This computer's own: nobody signs the list, it is not merged and not made from the log.  A file is
known by its slug, what stands behind the project's own name ('' for `town.mbtiles`, 'photo' for
`town.photo.mbtiles`), so that a project renamed with all that lies beside it finds it again.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, NamedTuple

SUFFIX = ".mbtiles"
DIGEST_BYTES = 32
CHUNK_BYTES = 1 << 20
MAX_TITLE = 120
# As the time of a file: when it was read last, its bytes were others than those listed.
CHANGED = -1
# In `meta`: the list was begun, so an empty one means that nothing is shown.
LISTED = "base_maps"

_SLUG = re.compile(r"[a-z0-9-]{0,40}")
_COLUMNS = "slug, file, title, digest, size, modified, opacity, is_visible, origin"


class BaseMapRow(NamedTuple):
    """digest: BLAKE2b-256 of the bytes, empty until they were first read; size_bytes and
    modified_ns: of the file when they were, or CHANGED.  file: its name when it was last seen.

    opacity: 0 to 1.  origin: the slug in the kit that it came in, with a colon before it.
    """

    slug: str
    file: str
    title: str = ""
    digest: bytes = b""
    size_bytes: int = 0
    modified_ns: int = 0
    opacity: float = 1.0
    is_visible: bool = True
    origin: str = ""


def file_name(project: Path, slug: str) -> str:
    """Return what a project's base map of this slug is called."""
    return f"{project.stem}.{slug}{SUFFIX}" if slug else f"{project.stem}{SUFFIX}"


def path_of(project: Path, row: BaseMapRow) -> Path:
    """Return where a base map lies, or would lie; it may be missing.

    A project that was renamed alone finds what still has its former name.
    """
    own = project.with_name(file_name(project, row.slug))
    known = project.with_name(row.file)
    return own if own.is_file() or not known.is_file() else known


def is_slug(text: object) -> bool:
    return isinstance(text, str) and _SLUG.fullmatch(text) is not None


def is_plain_name(text: object) -> bool:
    """Whether a text is a base map's file name and no path: the list may come from anywhere."""
    if not isinstance(text, str) or not text.lower().endswith(SUFFIX) or len(text) > 255:
        return False
    return not any(c in text for c in '/\\:\0"') and not text.startswith(".")


# --- the list ---------------------------------------------------------------------------------


def listed(connection: sqlite3.Connection, project: Path) -> tuple[BaseMapRow, ...]:
    """Return a project's base maps, bottom to top.

    Where the list was never begun it is the one file that has the project's own name, if any.
    Raises sqlite3.DatabaseError.
    """
    rows = read(connection)
    if rows is not None:
        return rows
    name = file_name(project, "")
    return (BaseMapRow("", name),) if project.with_name(name).is_file() else ()


def read(connection: sqlite3.Connection) -> tuple[BaseMapRow, ...] | None:
    """Return the rows, bottom to top; None where the list was never begun.

    Rows that nothing of ours wrote are left out.  Raises sqlite3.DatabaseError.
    """
    # A file of an earlier version that is open for looking has no such table.
    there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'base_maps'"
    if connection.execute(there).fetchone() is None:
        return None
    if connection.execute("SELECT 1 FROM meta WHERE key = ?", (LISTED,)).fetchone() is None:
        return None
    query = f"SELECT {_COLUMNS} FROM base_maps ORDER BY position, slug"
    found = (BaseMapRow(*values) for values in connection.execute(query))
    return tuple(row._replace(is_visible=bool(row.is_visible)) for row in found if _is_sound(row))


def _is_sound(row: BaseMapRow) -> bool:
    return (
        is_slug(row.slug)
        and is_plain_name(row.file)
        and len(row.title) <= MAX_TITLE
        and len(row.digest) in (0, DIGEST_BYTES)
        and row.size_bytes >= 0
        and 0 <= row.opacity <= 1
    )


def write(connection: sqlite3.Connection, rows: Sequence[BaseMapRow]) -> None:
    """Keep the rows, bottom to top, in place of those before; inside `writing`."""
    connection.execute("DELETE FROM base_maps")
    connection.executemany(
        f"INSERT INTO base_maps (position, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (place, *row[:6], float(row.opacity), int(row.is_visible), row.origin)
            for place, row in enumerate(rows)
        ],
    )
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, x'01')", (LISTED,))


def forget(connection: sqlite3.Connection) -> None:
    """Take the list out of a copy that goes to somebody else: it is of this computer."""
    connection.execute("DELETE FROM base_maps")
    connection.execute("DELETE FROM meta WHERE key = ?", (LISTED,))


def beside(project: Path, rows: Iterable[BaseMapRow]) -> tuple[Path, ...]:
    """Return the base maps that have a project's name and are not on its list.

    The one with no other name comes first.
    """
    on_list = {path_of(project, row).name for row in rows}
    found = [path for path in project.parent.glob(f"*{SUFFIX}") if path.name not in on_list]
    found.sort(key=lambda path: (path.stem != project.stem, path.name))
    return tuple(path for path in found if has_name_of(project, path) and path.is_file())


def has_name_of(project: Path, path: Path) -> bool:
    """Whether a file is called like a base map of this project and not of another one here."""
    if path.stem == project.stem:
        return True
    if not path.stem.startswith(f"{project.stem}."):
        return False
    # `town.old.photo.mbtiles` belongs to a project called town.old, or town.old.photo, if any.
    words = path.stem[len(project.stem) + 1 :].split(".")
    longer = (".".join([project.stem, *words[: n + 1]]) for n in range(len(words)))
    return not any(project.with_name(stem + project.suffix).exists() for stem in longer)


# --- bytes ------------------------------------------------------------------------------------


def digest_of(path: Path, step: Callable[[int], None] = lambda done: None) -> bytes:
    """Return the BLAKE2b-256 of a file, read in pieces.  step: told the bytes; may raise."""
    with path.open("rb") as file:
        return copy_hashed(file, None, step)[0]


def copy_hashed(
    source: BinaryIO,
    target: BinaryIO | None,
    step: Callable[[int], None] = lambda done: None,
    limit: int | None = None,
) -> tuple[bytes, int]:
    """Copy a stream in pieces of a mebibyte; return the BLAKE2b-256 and size of what was copied.

    target: None only hashes.  limit: no byte more than one beyond it is read.
    """
    digest, done = blake2b(digest_size=DIGEST_BYTES), 0
    step(0)
    while limit is None or done <= limit:
        size = CHUNK_BYTES if limit is None else min(CHUNK_BYTES, limit + 1 - done)
        if not (data := source.read(size)):
            break
        digest.update(data)
        if target is not None:
            target.write(data)
        done += len(data)
        step(done)
    return digest.digest(), done
