"""A shared folder: everybody's contributions come from it, one's own go into it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from collabmap.app.desk import Desk, Report
from collabmap.app.merging import Look, MergeReport
from collabmap.app.progress import CancelToken, stepper
from collabmap.app.settings import resource
from collabmap.domain.effect import Effect
from collabmap.domain.hlc import ms_of
from collabmap.errors import CollabMapError, ProjectReadOnly
from collabmap.store.log import TAIL
from collabmap.sync.engine import Exchanged, exchange
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
    is_done: bool
    problems: tuple[CollabMapError, ...]


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
    with desk.project.reading():
        looked = Look(desk)
    effects: list[Effect] = []
    try:
        done = exchange(
            desk.project,
            desk.ingest,
            transport,
            desk.rid,
            seal=_sealing(desk, by_itself),
            step=stepper(progress, cancel, "folder", 0),
            on_received=lambda received: effects.append(received.effect),
        )
    finally:
        # What was taken before a break is on the map, and the screen must show it.
        for effect in effects:
            desk.effects.tell(effect)
    _remember(desk, folder, done)
    with desk.project.reading():
        received = looked.report(reduce(Effect.joined, effects, Effect()), done.changes, ())
        waiting = desk.project.log.unapplied()
    return FolderReport(
        folder,
        done.sent_changes,
        received,
        waiting,
        tuple(trouble.name for trouble in done.troubles if trouble.is_partial),
        tuple(trouble.name for trouble in done.troubles if not trouble.is_partial),
        done.refused,
        done.is_done,
        (done.problem,) if done.problem is not None else (),
    )


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


def _sealing(desk: Desk, by_itself: bool) -> Callable[[], None]:
    def seal() -> None:
        if not by_itself or _is_ripe(desk):
            desk.seal()

    return seal


def _is_ripe(desk: Desk) -> bool:
    """Whether the unsigned edits are many, or the oldest of them has waited long enough."""
    log = desk.project.log
    with desk.project.reading():
        count, _ = log.tail_size()
        oldest = log.changes_at(log.refs_of(TAIL)[:1])
    waited = desk.now() - ms_of(oldest[0].stamp.time) if oldest else 0
    return count >= _ENOUGH_CHANGES or waited >= _LONG_ENOUGH_MS
