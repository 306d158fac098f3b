"""A shared folder: everybody's contributions come from it, one's own go into it."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from collabmap.app.desk import Desk, Report, in_words
from collabmap.app.merging import Look, MergeReport, answer
from collabmap.app.progress import CancelToken, stepper
from collabmap.app.settings import resource
from collabmap.domain.effect import Effect
from collabmap.domain.hlc import ms_of
from collabmap.domain.segment import Segment
from collabmap.errors import CollabMapError, ProjectReadOnly
from collabmap.store.blobs import Blobs
from collabmap.store.database import translated
from collabmap.store.ingest import Received
from collabmap.store.log import TAIL
from collabmap.store.photo_index import in_effect, named_everywhere
from collabmap.sync.engine import Exchanged, exchange, exchange_blobs
from collabmap.sync.folder import FolderTransport

_README = "shared-folder/README.txt"
# By itself the program signs late: a file an edit would fill the folder, and a segment of one
# change takes four times the room of one among five hundred.
_ENOUGH_CHANGES, _LONG_ENOUGH_MS = 50, 10 * 60_000


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What one exchange with a shared folder did.

    is_done: folder and map hold the same now.  waiting: runs of changes here that wait for an
    earlier one, or for a newer CollabMap.  partial, damaged: names of files that are still on
    their way, and of those that hold something else.  problems: why nothing could be written.
    """

    folder: Path
    sent_changes: int
    received: MergeReport
    waiting: int
    partial: tuple[str, ...]
    damaged: tuple[str, ...]
    refused: int
    sent_photos: int
    is_done: bool
    problems: tuple[CollabMapError, ...]


@in_words
def sync_folder(
    desk: Desk,
    folder: Path,
    *,
    progress: Report | None = None,
    cancel: CancelToken | None = None,
    by_itself: bool = False,
) -> FolderReport:
    """Take what is new in a shared folder, then put there what it lacks.

    by_itself: nobody asked for it just now, so the last few edits may wait for their like.
    Raises FolderGone, ProjectReadOnly; that nothing can be written there is a `problem`.
    """
    if desk.read_only:
        raise ProjectReadOnly(name=desk.path.name)
    transport = FolderTransport(
        folder, desk.project.id, resource(_README).read_text(encoding="utf-8")
    )
    with desk.project.snapshot() as before:
        taken = _Taken(desk, by_itself, before)
        done = exchange(
            desk.project,
            taken.receive,
            transport,
            desk.rid,
            seal=taken.settle,
            step=stepper(progress, cancel, "folder", 0),
        )
    assert taken.report is not None, "an exchange that did not raise has settled"
    _remember(desk, folder, done)
    photos_done = _exchange_photos(desk, transport, stepper(progress, cancel, "photos", 0))
    with desk.project.reading():
        waiting = desk.project.log.unapplied()
    return FolderReport(
        folder,
        done.sent_changes,
        replace(taken.report, photos=photos_done.came),
        waiting,
        tuple(t.name for t in transport.troubles if t.is_partial),
        tuple(t.name for t in transport.troubles if not t.is_partial),
        done.refused,
        photos_done.given,
        done.is_done,
        tuple(problem for problem in (done.problem, photos_done.problem) if problem is not None),
    )


class _Taken:
    """What comes from the folder, taken into the map."""

    def __init__(self, desk: Desk, by_itself: bool, before: sqlite3.Connection) -> None:
        self._desk = desk
        self._by_itself = by_itself
        with desk.project.reading():
            self._looked = Look(desk, before)
        self._effect = Effect()
        self._changes = 0
        self.report: MergeReport | None = None

    def receive(self, segments: list[Segment]) -> Received:
        """Keep some segments; the screen shows them at once, whatever comes after."""
        with self._desk.project.writing():
            received = self._desk.ingest.receive(segments)
        self._desk.effects.tell(received.effect)
        self._effect = self._effect.joined(received.effect)
        self._changes += received.changes
        return received

    def settle(self) -> None:
        """Say what came, do what follows from it, and sign one's own changes."""
        with self._desk.project.reading():
            self.report = self._looked.report(self._effect, self._changes, ())
        answer(self._desk, self._looked, self.report)
        if not self._by_itself or _is_ripe(self._desk):
            self._desk.seal()


class _Photos(NamedTuple):
    came: int
    given: int
    problem: CollabMapError | None


def _exchange_photos(
    desk: Desk, transport: FolderTransport, step: Callable[[int], None]
) -> _Photos:
    """Bring the map's photos to both sides.  The changes are through already: nothing is raised."""
    with desk.project.reading():
        shown = in_effect(desk.project, named_everywhere(desk.project))
    names = [each.blob for each in shown]
    try:
        with translated(desk.path):
            came, given = exchange_blobs(Blobs.beside(desk.path), transport, names, step=step)
    except CollabMapError as error:
        return _Photos(0, 0, error)
    places = frozenset(each.subject for each in shown if each.blob in came)
    if places:
        desk.effects.tell(Effect(features=places, changed=len(places)))
    return _Photos(len(came), given, None)


def shared_folder(desk: Desk) -> Path | None:
    """Return the folder this map was last shared through from here, None if there was none."""
    kept = desk.device.note(desk.project.id, "folder")
    return Path(kept) if kept else None


def forget_folder(desk: Desk) -> None:
    """Share through no folder any more; what lies there stays."""
    desk.device.set_note(desk.project.id, "folder", None)


def _remember(desk: Desk, folder: Path, done: Exchanged) -> None:
    desk.device.set_note(desk.project.id, "folder", str(folder.absolute()))
    if done.problem is None:
        with desk.project.reading():
            last = desk.project.log.branch(desk.rid).previous
        desk.device.set_note(desk.project.id, "sent-segment", last)


def _is_ripe(desk: Desk) -> bool:
    """Whether the unsigned edits are many, or the oldest of them has waited long enough."""
    log = desk.project.log
    with desk.project.reading():
        count, _ = log.tail_size()
        oldest = log.changes_at(log.refs_of(TAIL)[:1])
    waited = desk.now() - ms_of(oldest[0].stamp.time) if oldest else 0
    return count >= _ENOUGH_CHANGES or waited >= _LONG_ENOUGH_MS
