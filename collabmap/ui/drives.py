"""USB sticks and cards: the drives that people plug in and pull out."""

import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStorageInfo

_UNIX_FOLDERS = ("/media/", "/run/media/", "/Volumes/")
_WINDOWS_REMOVABLE = 2  # DRIVE_REMOVABLE of GetDriveTypeW


@dataclass(frozen=True, slots=True)
class Drive:
    """name: as people see it, e.g. 'KEY-MAIRIE (E:)'."""

    name: str
    path: Path
    free_bytes: int
    is_read_only: bool


def removable_drives() -> list[Drive]:
    """Return the sticks now plugged in.  Asks the system: not on the GUI thread."""
    found = []
    for volume in QStorageInfo.mountedVolumes():
        root = volume.rootPath()
        if volume.isValid() and volume.isReady() and _is_removable(root):
            found.append(
                Drive(
                    _shown_name(volume.name() or Path(root).name, root),
                    Path(root),
                    volume.bytesAvailable(),
                    volume.isReadOnly(),
                )
            )
    return sorted(found, key=lambda drive: drive.name.casefold())


def _is_removable(root: str) -> bool:
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(root) == _WINDOWS_REMOVABLE)
    # The system's own disk is linked below /Volumes too, but is mounted at /.
    return root.startswith(_UNIX_FOLDERS)


def _shown_name(label: str, root: str) -> str:
    """Return 'LABEL (E:)' on Windows, the label elsewhere."""
    letter = root[:2] if sys.platform == "win32" else ""
    return f"{label} ({letter})" if letter and label and label != root else label or letter or root
