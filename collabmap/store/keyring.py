"""Private keys in files of this device's folder: made once, whole, readable by their owner only."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from collabmap.domain.signing import SigningKey
from collabmap.errors import ProjectDamaged

KEY = "device.key"


class Keyring:
    """The keys of one device: its own, those of projects that got another, and former ones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / KEY
        self.key = load_or_make(self.path)

    def reload(self) -> SigningKey:
        """Return the device's key as the file has it now: another program may have renewed it."""
        self.key = read(self.path)
        return self.key

    def of(self, project: bytes) -> SigningKey:
        """Return the key that signs in a project.  Raises ProjectDamaged, OSError."""
        path = self._path_of(project)
        # Looked up each time: another program may have given the project a key meanwhile.
        return read(path) if path.exists() else self.key

    def renew(self) -> None:
        """Take a new key for the device, and for every project that had one of its own."""
        for path in (self.path, *sorted(self._folder.glob("project-*.key"))):
            self._put_aside(path)
        for path in sorted(self._folder.glob("project-*.key")):
            path.unlink()
        self.key = SigningKey.generate()
        replace(self.path, _text(self.key))

    def renew_in(self, project: bytes) -> None:
        """Take a new key for one project."""
        path = self._path_of(project)
        if path.exists():
            self._put_aside(path)
        replace(path, _text(SigningKey.generate()))

    def find(self, public: bytes) -> SigningKey | None:
        """Return a key that this device has or had, None if it lies nowhere here."""
        for path in sorted(self._folder.glob("[!.]*.key*")):
            if (key := read(path)).public == public:
                return key
        return None

    def _path_of(self, project: bytes) -> Path:
        return self._folder / f"project-{project.hex()}.key"

    def _put_aside(self, path: Path) -> None:
        key = read(path)
        for number in range(1, 1000):
            # What lay there before is not written over: it may still owe a signature.
            aside = path.with_name(f"{path.name}.former-{number}")
            if keep(aside, key).public == key.public:
                return
        raise FileExistsError(path)


def _text(key: SigningKey) -> str:
    return f"{key.seed.hex()}\n"


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
    with _whole(path, _text(key)) as temporary, contextlib.suppress(FileExistsError):
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
