"""From a stick or a network drive onto this computer: a map, its base maps and its photos."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from collabmap.app.desk import Desk
from collabmap.errors import FileExists, FileMissing, ProjectDamaged
from collabmap.store import base_maps, blobs
from collabmap.store.checking import check
from collabmap.store.database import connect, translated
from collabmap.store.device import Device
from collabmap.store.project import Project
from collabmap.store.repair import is_repairable


def copy_to_computer(path: Path, folder: Path, device: Device | None = None) -> Path:
    """Copy a map with its base maps and its photos into a folder; return where it lies now.

    The copy is checked whole before it gets its name; the original is left as it was.  device:
    signs first what it had not signed in the original, or both copies would sign it.  Raises
    FileExists, FileMissing, ProjectDamaged, ProjectLocked, DiskFull, FolderNotWritable.
    """
    target = folder / path.name
    if not path.is_file():
        raise FileMissing(name=path.name)
    if target.exists():
        raise FileExists(name=target.name)
    if device is not None:
        _sign(path, device)
    with translated(target), tempfile.TemporaryDirectory(dir=folder, prefix=".collabmap-") as temp:
        copy = Path(temp) / path.name
        with translated(path):
            _copy_pages(path, copy)
        with closing(connect(copy)) as database:
            rows = base_maps.listed(database, path)
        beside = [base_maps.path_of(path, row) for row in rows]
        beside.append(path.with_suffix(blobs.SUFFIX))
        for other in beside:
            if other.is_dir():
                shutil.copytree(other, copy.with_name(other.name), ignore=_unfinished)
            elif other.is_file():
                shutil.copyfile(other, copy.with_name(other.name))
        if is_repairable(check(copy)):
            raise ProjectDamaged(name=path.name)
        # The map last: whoever finds it finds all of it.
        for made in (*(copy.with_name(other.name) for other in beside), copy):
            place = folder / made.name
            if made.exists() and not place.exists():
                made.replace(place)
    return target


def _unfinished(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == ".new"]


def _copy_pages(path: Path, copy: Path) -> None:
    source = connect(path, read_only=True)
    target = sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


def _sign(path: Path, device: Device) -> None:
    """Sign what this device wrote in the original and had not signed."""
    project = Project.open(path, read_only=True)
    try:
        has_tail = project.log.tail_head() is not None
    finally:
        project.close()
    # Where nothing can be written nobody can sign it a second time either.
    if has_tail and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        Desk.open(path, device).close()
