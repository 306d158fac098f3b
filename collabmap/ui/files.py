"""Names of files that people are given, and the folders that hold them."""

import time
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices

MAX_STEM = 80


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def safe_stem(words: str) -> str:
    """Return words as the name of a file that every system takes, without its ending."""
    kept = "".join(c if c.isalnum() or c in " -_,.'’" else " " for c in words)
    return " ".join(kept.split())[:MAX_STEM].strip(" .") or "CollabMap"


def dated_stem(words: str, at_ms: int) -> str:
    """Return 'Aïcha 2026-11-23': sorted by name, a folder is sorted by day."""
    day = datetime.fromtimestamp(at_ms / 1000)
    return f"{safe_stem(words)} {day:%Y-%m-%d}"


def free_path(path: Path) -> Path:
    """Return the path, or 'name (2)' and so on where a file is there already.

    A stick goes round: two laptops with the same first name must not write over each other.
    """
    tried = path
    number = 2
    while tried.exists():
        tried = path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1
    return tried


def folder_words(path: Path) -> str:
    """Return the name of the folder that holds a file; the whole of it for a drive's root."""
    return path.parent.name or str(path.parent)


def documents() -> Path:
    """Return the person's documents folder."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(found) if found else Path.home()


def open_link(address: str) -> None:
    """Open a page in the system's own browser."""
    QDesktopServices.openUrl(QUrl(address))


def show_folder(path: Path) -> None:
    """Open the folder of a file in the system's own file manager."""
    folder = path if path.is_dir() else path.parent
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
