"""Private keys in files of this device's folder: made once, whole, readable by their owner only."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from collabmap.domain.signing import SigningKey
from collabmap.errors import ProjectDamaged


def load_or_make(path: Path) -> SigningKey:
    """Return the key in a file, made now if there is none.  Raises ProjectDamaged."""
    try:
        return read(path)
    except FileNotFoundError:
        return keep(path, SigningKey.generate())


def read(path: Path) -> SigningKey:
    """Return the key in a file.  Raises FileNotFoundError, ProjectDamaged."""
    try:
        return SigningKey(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except ValueError as error:
        # Never replaced by a new key in silence: a coordinator would no longer be one.
        raise ProjectDamaged(name=path.name) from error


def keep(path: Path, key: SigningKey) -> SigningKey:
    """Write a key unless the file is there already; return the key that the file then holds."""
    # The name is given only if nobody has it: two windows that start together end with one.
    with _whole(path, f"{key.seed.hex()}\n") as temporary, contextlib.suppress(FileExistsError):
        _give_name(temporary, path)
    return read(path)


def replace(path: Path, text: str) -> None:
    """Put text in the place of what a file held, whole or not at all; for its owner only."""
    with _whole(path, text) as temporary:
        temporary.replace(path)


@contextlib.contextmanager
def _whole(path: Path, text: str) -> Iterator[Path]:
    """Give a file with all of the text under a name of its own; taken away if it still has it."""
    # After a power cut there is no half key.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    # Readable by its owner only from the first byte.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _give_name(temporary: Path, path: Path) -> None:
    """Rename a file unless the name is taken.  Raises FileExistsError."""
    if os.name == "nt":
        temporary.rename(path)
        return
    try:
        os.link(temporary, path)
    except OSError as error:
        if isinstance(error, FileExistsError):
            raise
        # A stick (FAT) knows no second name for a file.
        if path.exists():
            raise FileExistsError from error
        temporary.rename(path)
