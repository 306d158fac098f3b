"""Base map files put in their place, and taken away, with what SQLite keeps beside them."""

from pathlib import Path


def put_in_place(part: Path, path: Path) -> None:
    """Give a finished file its name.  Raises OSError; what stood there stays then.

    The log of the one before must go with it: SQLite would take it for the new file's.
    """
    part.replace(path)
    _remove_sides(path)


def remove_whole(path: Path) -> None:
    """Delete a base map with what lies beside it.  Raises OSError."""
    path.unlink(missing_ok=True)
    _remove_sides(path)


def _remove_sides(path: Path) -> None:
    for end in ("-journal", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
