"""Kits (.cmkit): a project, its base map and an invitation in one file that opens by itself."""

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from collabmap.app.desk import Desk, Report
from collabmap.app.progress import CancelToken, stepper
from collabmap.domain.change import Kind, keys_structure
from collabmap.domain.signing import SigningKey
from collabmap.errors import FileExists, NotAKit, NotAllowed
from collabmap.store.database import translated
from collabmap.store.device import Device
from collabmap.store.mbtiles import MBTilesReader
from collabmap.store.project import Project
from collabmap.sync import bundle

D = TypeVar("D", bound=Desk)

KIT_SUFFIX = ".cmkit"
KIT_FORMAT = 0
_KIT_PROJECT, _KIT_BASEMAP, _KIT_NOTE = "map.collabmap", "map.mbtiles", "kit.json"


@dataclass(frozen=True, slots=True)
class HandoutReport:
    path: Path
    size_bytes: int
    with_basemap: bool


def hand_out(
    desk: Desk, path: Path, progress: Report | None, cancel: CancelToken | None
) -> HandoutReport:
    """Pack the project, its base map and an invitation into one .cmkit."""
    if not desk.is_coordinator:
        raise NotAllowed
    path = path if path.suffix == KIT_SUFFIX else path.with_name(path.name + KIT_SUFFIX)
    invitation = _invitation(desk)
    desk.seal()
    with desk.project.writing():
        # The copy knows from birth what its coordinator has, so nobody sends it back.
        vector = bundle.pack_vector(desk.project.log.vector())
        desk.project.set_meta("coordinator_vector", vector)
    note = {"format": KIT_FORMAT, "name": desk.name, "invitation": invitation.hex()}
    step = stepper(progress, cancel, "kit", 3)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    with translated(path):
        try:
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".collabmap-") as folder:
                step(0)
                copy = Path(folder) / _KIT_PROJECT
                desk.project.copy_to(copy)
                step(1)
                with zipfile.ZipFile(temporary, "w") as kit:
                    kit.writestr(_KIT_NOTE, json.dumps(note))
                    kit.write(copy, _KIT_PROJECT, zipfile.ZIP_DEFLATED)
                    if desk.basemap is not None:
                        # Tiles are compressed already.
                        kit.write(desk.basemap, _KIT_BASEMAP, zipfile.ZIP_STORED)
                step(2)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        size = path.stat().st_size
    step(3)
    return HandoutReport(path, size, desk.basemap is not None)


def _invitation(desk: Desk) -> bytes:
    """Return the seed of this project's invitation, made and announced once."""
    seed = desk.device.note(desk.project.id, "invitation-made")
    if seed is None:
        key = SigningKey.generate()
        desk.write([(Kind.INVITE, b"", keys_structure(key.public), None)])
        seed = key.seed
        desk.device.set_note(desk.project.id, "invitation-made", seed)
    return bytes(seed)


def open_kit(
    desk_type: type[D],
    kit: Path,
    folder: Path,
    device: Device,
    now: Callable[[], int],
) -> D:
    """Unpack a kit into a folder and open it; a map that lies there already takes what is new."""
    with translated(kit), tempfile.TemporaryDirectory(dir=folder, prefix=".collabmap-") as inside:
        name, invitation = _unpack_kit(kit, Path(inside))
        fresh = Path(inside) / _KIT_PROJECT
        target = folder / f"{_file_name(name)}.collabmap"
        if target.exists():
            return _open_again(desk_type, fresh, target, device, now)
        fresh.replace(target)
        basemap = Path(inside) / _KIT_BASEMAP
        if basemap.exists():
            basemap.replace(target.with_suffix(".mbtiles"))
    desk = desk_type.open(target, device, now=now)
    if not desk.is_coordinator:
        device.set_note(desk.project.id, "invitation", invitation)
    return desk


def _open_again(
    desk_type: type[D],
    fresh: Path,
    target: Path,
    device: Device,
    now: Callable[[], int],
) -> D:
    """Open the map that was unpacked before, with what the kit has more."""
    newer = Project.open(fresh, read_only=True)
    try:
        desk = desk_type.open(target, device, now=now)
        if desk.project.id != newer.id:
            desk.close()
            raise FileExists(name=target.name)
        with desk.project.writing():
            desk.ingest.receive(newer.log.since({}))
        return desk
    finally:
        newer.close()


def _unpack_kit(kit: Path, folder: Path) -> tuple[str, bytes]:
    """Unpack the three known members, whatever else the archive holds or calls itself."""
    try:
        with zipfile.ZipFile(kit) as archive:
            note = json.loads(archive.read(_KIT_NOTE))
            name, invitation = str(note["name"]), bytes.fromhex(note["invitation"])
            members = set(archive.namelist())
            for member in (_KIT_PROJECT, _KIT_BASEMAP):
                if member in members:
                    archive.extract(member, folder)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise NotAKit(name=kit.name) from error
    if not (folder / _KIT_PROJECT).exists():
        raise NotAKit(name=kit.name)
    return name, invitation


def _file_name(name: str) -> str:
    """Return a project's name as a file name that every system takes."""
    kept = "".join(c if c.isalnum() or c in " -_,." else "-" for c in name).strip(" .")
    return kept[:80] or "CollabMap"


def check_basemap(path: Path) -> None:
    """Refuse a base map that cannot be drawn, before it is copied.  Raises Tiles... errors."""
    MBTilesReader(path).close()


def copy_file(source: Path, target: Path) -> None:
    """Copy a file beside a project, whole or not at all."""
    temporary = target.with_name(f".{target.name}.part")
    with translated(target):
        try:
            shutil.copyfile(source, temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
