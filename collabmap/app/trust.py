"""Whether a map's file is still as this device left it.

What the map is drawn from is not signed; only the log is.  A file that this device closed itself
is believed, by its size, its time and its place on the disk.  One that came from elsewhere, or was
changed since, is checked segment by segment and drawn anew from what is signed.
"""

from pathlib import Path

from collabmap.store.checking import whole_segment
from collabmap.store.device import Device
from collabmap.store.project import Project

# A map with more changes is drawn anew in the background, once it is shown: see Desk.is_unsure.
MAX_AT_ONCE = 20_000
_NOTE = "left"
_MAX_COPIES = 8


def print_of(path: Path) -> list[int]:
    """Return what tells a file from all others and from itself at other times; empty for none."""
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns, status.st_ino]


def note_left(device: Device, project: bytes, path: Path) -> None:
    """Remember a file as this device leaves it, after it was closed."""
    _keep(device, project, path, print_of(path))


def note_open(device: Device, project: bytes, path: Path) -> None:
    """Remember that a file is open here: after a kill SQLite itself sees to what was saved."""
    _keep(device, project, path, print_of(path)[2:])


def is_as_left(device: Device, project: bytes, path: Path, before: list[int]) -> bool:
    """Whether a file was as this device left it.  before: its print before it was opened."""
    kept = device.note(project, _NOTE, {}).get(_key(path))
    return bool(kept) and kept in (before, before[2:])


def make_sure(project: Project) -> bool:
    """Check every signature, and draw the map anew; False if it is too large to do that now.

    Raises SegmentInvalid.
    """
    changes = 0
    for first, last, data in project.connection.execute("SELECT first, last, data FROM segment"):
        whole_segment(data, project.id)
        changes += last - first + 1
    if changes > MAX_AT_ONCE:
        return False
    with project.writing():
        project.model.rebuild()
    return True


def _keep(device: Device, project: bytes, path: Path, found: list[int]) -> None:
    notes = device.note(project, _NOTE, {})
    notes.pop(_key(path), None)
    notes[_key(path)] = found
    device.set_note(project, _NOTE, dict(list(notes.items())[-_MAX_COPIES:]))


def _key(path: Path) -> str:
    return str(path.resolve())
