"""Trying a copy before it is handed out: it is opened as a resident would open it.

In a folder of its own, with the device of nobody: places, categories and base maps are looked at, a
place is added and sent, and the coordinator's map is asked whether it would take it in.  Nothing of
it stays.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from collabmap.app.base_maps import BaseMapView
from collabmap.app.desk import Desk, Report
from collabmap.app.progress import CancelToken, stepper
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.tiles import tile_at
from collabmap.errors import (
    CollabMapError,
    DiskFull,
    KitCannotSend,
    KitIncomplete,
    KitMapUnreadable,
    KitOfAnotherTheme,
    KitTooLargeForSticks,
)
from collabmap.store import features
from collabmap.store.database import translated
from collabmap.store.device import Device
from collabmap.store.mbtiles import MBTilesReader

if TYPE_CHECKING:
    from collabmap.app.session import Session

_NOTE = "tried"
# What the file system of most sticks holds in one file.
STICK_BYTES = (1 << 32) - 1
# Unpacked, a copy is about this much larger; its map is copied once more to be sent.
_ROOM = 3
_STEPS = 5


class KitTrial(NamedTuple):
    """seconds: until the map was open.  maps: titles of the base maps that can be read.

    problems: what is wrong with the copy, each in words of its own; none: it can be handed out.
    """

    seconds: float
    size_bytes: int
    places: int
    maps: tuple[str, ...]
    problems: tuple[CollabMapError, ...]

    @property
    def is_good(self) -> bool:
        return not self.problems


class TrialNote(NamedTuple):
    """The last trial of the copy that is there now."""

    seconds: float
    size_bytes: int
    places: int
    maps: tuple[str, ...]
    is_good: bool


def try_kit(
    session: "Session", kit: Path, progress: Report | None, cancel: CancelToken | None
) -> KitTrial:
    """Open a copy as a resident would, and look whether all of it works.

    Raises NotAKit and what reading the file raises where it does not open at all, DiskFull where
    there is no room to try it, Cancelled.
    """
    step = stepper(progress, cancel, "trial", _STEPS)
    with translated(kit):
        size = kit.stat().st_size
    place = session.path.resolve().parent
    if shutil.disk_usage(place).free < _ROOM * size:
        raise DiskFull(name=kit.name)
    with (
        translated(session.path),
        tempfile.TemporaryDirectory(dir=place, prefix=".collabmap-") as inside,
    ):
        folder = Path(inside) / "copy"
        folder.mkdir()
        device = Device(Path(inside) / "device")
        step(0)
        begin = time.monotonic()
        resident = type(session).open_kit(kit, folder, device, cancel=cancel)
        seconds = time.monotonic() - begin
        try:
            trial = _look(session, resident, kit, step, seconds, size)
        finally:
            resident.close()
            device.close()
    _keep(session, kit, trial)
    return trial


def _look(
    session: "Session",
    resident: "Session",
    kit: Path,
    step: Callable[[int], None],
    seconds: float,
    size: int,
) -> KitTrial:
    step(1)
    problems = [*resident.kit_problems]
    places, expected = (_count(each) for each in (resident, session))
    if places != expected:
        problems.append(KitIncomplete(name=kit.name, found=places, expected=expected))
    if resident.theme != session.theme:
        problems.append(KitOfAnotherTheme(name=kit.name))
    step(2)
    maps = []
    for view in resident.base_maps():
        if _can_be_read(view):
            maps.append(view.title)
        else:
            problems.append(KitMapUnreadable(name=kit.name, title=view.title))
    step(3)
    if not _can_send(session, resident):
        problems.append(KitCannotSend(name=kit.name))
    if size > STICK_BYTES:
        problems.append(KitTooLargeForSticks(name=kit.name))
    step(_STEPS)
    return KitTrial(seconds, size, places, tuple(maps), tuple(problems))


def _count(session: "Session") -> int:
    with session.project.reading():
        return features.counts(session.project.connection).places


def _can_be_read(view: BaseMapView) -> bool:
    """Whether a base map shows something: in its middle or, where that has nothing, anywhere."""
    try:
        with MBTilesReader(view.path) as reader:
            west, south, east, north = reader.bounds
            lng, lat = (west + east) / 2, (south + north) / 2
            zooms = range(reader.min_zoom, reader.max_zoom + 1)
            in_middle = any(reader.get(tile_at(lng, lat, zoom)) for zoom in zooms)
            return in_middle or any(data for _tile, data in reader.tiles())
    except CollabMapError:
        return False


def _can_send(session: "Session", resident: "Session") -> bool:
    """Whether a place that is added with the copy would be taken in by the coordinator's map."""
    try:
        resident.begin_person("—")
        category = next((c.id for c in resident.theme.categories if not c.is_hidden), "")
        place = resident.add(PlaceDraft("—", category, 0.0, 0.0))
        sent = resident.send(resident.path.with_name("trial")).path
        found = session.preview([sent])
    except CollabMapError:
        return False
    return any(mark.id == place for mark in found.added)


# --- what is remembered -----------------------------------------------------------------------


def _keep(session: "Session", kit: Path, trial: KitTrial) -> None:
    note = {
        "file": [str(kit), *_stamp(kit)],
        "trial": [*trial[:3], list(trial.maps), trial.is_good],
    }
    session.device.set_note(session.project.id, _NOTE, note)


def last_trial(desk: Desk, kit: Path) -> TrialNote | None:
    """Return what came of trying this very file, None where it was not tried since it was made."""
    kept = desk.device.note(desk.project.id, _NOTE)
    try:
        if not kept or kept["file"] != [str(kit), *_stamp(kit)]:
            return None
    except OSError:
        return None
    seconds, size, places, maps, is_good = kept["trial"]
    return TrialNote(seconds, size, places, tuple(maps), is_good)


def _stamp(kit: Path) -> tuple[int, int]:
    status = kit.stat()
    return status.st_size, status.st_mtime_ns
