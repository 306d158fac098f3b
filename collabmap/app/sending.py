"""Giving: this laptop's contributions, or the whole map, as a bundle."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from collabmap.app.progress import CancelToken, stepper
from collabmap.domain.segment import Vector
from collabmap.sync import bundle

if TYPE_CHECKING:
    from collabmap.app.session import Report, Session


@dataclass(frozen=True, slots=True)
class SendReport:
    """verified: the file was read back and counted.  code: short, to be read out."""

    path: Path
    places: int
    changes: int
    size_bytes: int
    verified: bool
    code: str


def unsent(session: "Session") -> int:
    """Return how many places this device has touched since it last sent or gave back."""
    return len(_unsent_subjects(session))


def _unsent_subjects(session: "Session") -> set[bytes]:
    sent = session.device.note(session.project.id, "sent", -1)
    project, rid = session.project, session.device.rid
    subjects: set[bytes] = set()
    with project.reading():
        rows = project.connection.execute(
            "SELECT id, first FROM segment WHERE rid = ? AND last > ?", (rid, sent)
        ).fetchall()
        for segment_id, first in rows:
            for change in project.log.changes_of(segment_id):
                if first + change.id.ordinal > sent and change.subject:
                    subjects.add(change.subject)
        for change in project.log.changes_of(0):
            if change.id.ordinal > sent and change.subject:
                subjects.add(change.subject)
        people = {
            row[0]
            for row in project.connection.execute("SELECT uuid FROM person WHERE rid = ?", (rid,))
        }
    return subjects - people


def send(
    session: "Session", path: Path, progress: "Report | None", cancel: CancelToken | None
) -> SendReport:
    """Write what the coordinators are not known to have: own work, and what was merged here."""
    known = bundle.unpack_vector(session.project.meta("coordinator_vector"))
    return _write(session, path, known, progress, cancel)


def give_back(
    session: "Session", path: Path, progress: "Report | None", cancel: CancelToken | None
) -> SendReport:
    """Write the whole log: whatever laptop it reaches, it lacks nothing afterwards."""
    return _write(session, path, {}, progress, cancel)


def _write(
    session: "Session",
    path: Path,
    known: Vector,
    progress: "Report | None",
    cancel: CancelToken | None,
) -> SendReport:
    path = path if path.suffix == bundle.SUFFIX else path.with_name(path.name + bundle.SUFFIX)
    places = len(_unsent_subjects(session))
    if not session.read_only:
        session.seal()
    project = session.project
    with project.reading():
        written = bundle.write_bundle(
            path,
            session.device.key,
            project.id,
            project.log.vector(),
            project.log.since(known),
            stepper(progress, cancel, "bundle", 0),
        )
        last = project.log.branch(session.device.rid).next_seq - 1
    session.device.set_note(project.id, "sent", last)
    return SendReport(
        path, places, written.changes, written.size_bytes, verified=True, code=written.code
    )
