"""One writer a project: a lock of the operating system beside the file, with who holds it.

The system drops the lock when its process ends, however it ends, so a stale lock cannot be.
"""

import os
import socket
import sys
from pathlib import Path
from typing import IO

from collabmap.errors import ProjectLocked


class WriterLock:
    """The right to write one project; held until release()."""

    def __init__(self, project: Path) -> None:
        self._project = project
        # Beside the file itself: one project has one lock, also for who comes by a link to it.
        real = project.resolve()
        self._path = real.with_name(real.name + ".lock")
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock.  Raises ProjectLocked, which names the holder, or OSError."""
        file = self._path.open("a+", encoding="utf-8")
        try:
            _lock(file)
        except OSError as error:
            file.close()
            raise ProjectLocked(name=self._project.name, holder=self._holder()) from error
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()} {socket.gethostname()}\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let others write.  The file stays: removing it would race with who waits for it."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _holder(self) -> str:
        try:
            pid, host = self._path.read_text(encoding="utf-8").split(maxsplit=1)
        except (OSError, ValueError):
            return "?"
        return f"{host.strip()}, {pid}"


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        # Far behind the text, so that others can still read who holds it.
        file.seek(1 << 20)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
