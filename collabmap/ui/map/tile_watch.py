"""Looks whether the files of base maps are still there, and the same: sticks are pulled out."""

import threading
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from collabmap.ui.posting import post

# One look at each file costs some microseconds, in a thread of its own: a network drive that does
# not answer may keep it for minutes.
PERIOD_S = 1.0

_Sight = tuple[int, int, int] | None


class FileWatch(QObject):
    """gone: a Path that is there no more.  came: one that is back, or is another file now.

    Both arrive on the thread that made the watch; `came` once a file has stopped growing.
    """

    gone = Signal(object)
    came = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._condition = threading.Condition()
        self._post = post()
        self._paths: frozenset[Path] = frozenset()
        # What was told of each file, or found at first; what was seen last.
        self._told: dict[Path, _Sight] = {}
        self._last: dict[Path, _Sight] = {}
        self._is_asked = self._is_closed = False
        self._thread: threading.Thread | None = None

    def follow(self, paths: Iterable[Path]) -> None:
        """Watch these files and no others; what is there now is what they are."""
        with self._condition:
            self._paths = frozenset(paths)
            self._told = {path: at for path, at in self._told.items() if path in self._paths}
            self._last = {path: at for path, at in self._last.items() if path in self._paths}
            if self._paths and self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._run, name="tile-watch", daemon=True)
                self._thread.start()
            self._is_asked = True
            self._condition.notify_all()

    def expect(self, path: Path) -> None:
        """Tell when this file, which could not be read, is there."""
        with self._condition:
            if path in self._paths:
                self._told[path] = None

    def stop(self) -> None:
        """Let the thread end, without waiting for it."""
        with self._condition:
            self._is_closed = True
            self._condition.notify_all()

    def wait(self, timeout_s: float = 5.0) -> None:
        """Wait for the thread to end: at once, unless a drive does not answer."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            with self._condition:
                # Nothing is looked at while nothing is watched.
                self._condition.wait_for(
                    lambda: self._is_closed or self._is_asked,
                    PERIOD_S if self._paths else None,
                )
                if self._is_closed:
                    return
                self._is_asked = False
                paths = self._paths
            for path in paths:
                self._look(path)

    def _look(self, path: Path) -> None:
        now = _sight(path)
        with self._condition:
            if self._is_closed or path not in self._paths:
                return
            told = self._told.setdefault(path, now)
            is_settled = self._last.get(path) == now
            self._last[path] = now
            is_news = now != told and (now is None or is_settled)
            if is_news:
                self._told[path] = now
        if is_news:
            self._post.send(self, (self.gone if now is None else self.came).emit, path)


def _sight(path: Path) -> _Sight:
    """Return what tells a file from another at the same path, None where there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
