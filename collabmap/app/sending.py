"""Giving: this laptop's contributions, or the whole map, as a bundle."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from collabmap.app import photos
from collabmap.app.desk import Desk, Report
from collabmap.app.progress import CancelToken, Progress, stepper
from collabmap.domain.change import OF_FEATURES, Change, Kind
from collabmap.domain.feature import FeatureState
from collabmap.domain.hlc import ms_of
from collabmap.domain.segment import Vector
from collabmap.store import features
from collabmap.store.log import TAIL
from collabmap.store.rows import value_of
from collabmap.sync import bundle
from collabmap.sync.blob_parts import DEFAULT_CAP_BYTES

# What progress tells once each: signed and ready; all on the stick, not read back yet.
PREPARED, COPIED = "prepared", "copied"


@dataclass(frozen=True, slots=True)
class SendReport:
    """verified: the file was read back and counted.  code: short, to be read out.

    photos: pictures that went along.  photos_left_out: those that found no room; their
    thumbnails went.
    """

    path: Path
    places: int
    changes: int
    size_bytes: int
    verified: bool
    code: str
    at_ms: int = 0
    photos: int = 0
    photos_left_out: int = 0


@dataclass(frozen=True, slots=True)
class UnsentPlace:
    """A place touched since the last sending.  state: None for one that is gone.

    fields: names of what was written, e.g. 'name', 'geometry', 'tags', 'comments'.  person: who
    touched it last.
    """

    id: bytes
    name: str
    category: str
    state: FeatureState | None
    at_ms: int
    is_new: bool
    is_deletion: bool
    fields: tuple[str, ...]
    person: bytes
    person_name: str


def unsent(desk: Desk) -> int:
    """Return how many places this device has touched since it last sent or gave back."""
    log, db = desk.project.log, desk.project.connection
    with desk.project.reading():
        touched: dict[bytes, bool] = {}
        for segment_id in _unsent_segments(desk):
            # Counted after each edit: without reading what the changes say.
            for kind, subject in log.outline(segment_id):
                if kind in OF_FEATURES:
                    touched[subject] = touched.get(subject, False) or kind == Kind.CREATE
        new = [subject for subject, is_new in touched.items() if is_new]
        return len(touched) - len(features.gone_among(db, new))


def unsent_places(desk: Desk) -> tuple[UnsentPlace, ...]:
    """Return the places this device has touched since it last sent, the latest first."""
    found = [
        _unsent_place(desk, subject, changes) for subject, changes in _unsent_changes(desk).items()
    ]
    return tuple(sorted(found, key=lambda place: place.at_ms, reverse=True))


def last_sent(desk: Desk) -> SendReport | None:
    """Return what the last sending from this device said, None if there was none."""
    kept: dict[str, Any] | None = desk.device.note(desk.project.id, "last-sent")
    return SendReport(**{**kept, "path": Path(kept["path"])}) if kept else None


def _unsent_changes(desk: Desk) -> dict[bytes, list[Change]]:
    """Return this device's changes since it last sent, by place.

    Without what was both made and taken back meanwhile: nobody would see anything of it.
    """
    project = desk.project
    found: dict[bytes, list[Change]] = {}
    with project.reading():
        for segment_id in _unsent_segments(desk):
            for change in project.log.changes_of(segment_id):
                if change.kind in OF_FEATURES:
                    found.setdefault(change.subject, []).append(change)
        new = [subject for subject, changes in found.items() if _is_new(changes)]
        gone = features.gone_among(project.connection, new)
        return {subject: changes for subject, changes in found.items() if subject not in gone}


def _unsent_segments(desk: Desk) -> list[int]:
    """Return this device's segments without the one sent last and those before it; the tail too.

    By the segment's name and not by a number: of two copies of a map on one device each has
    changes of its own under the same numbers.
    """
    sent = desk.project.log.chain(desk.device.note(desk.project.id, "sent-segment", b""))
    rows = desk.project.connection.execute(
        "SELECT id, name FROM segment WHERE rid = ? ORDER BY first", (desk.rid,)
    )
    return [segment_id for segment_id, name in rows if name not in sent] + [TAIL]


def _is_new(changes: list[Change]) -> bool:
    return any(change.kind == Kind.CREATE for change in changes)


def _unsent_place(desk: Desk, subject: bytes, changes: list[Change]) -> UnsentPlace:
    view = desk.reader.place(subject)
    name, category = (view.name, view.category) if view else _last_words(desk, subject)
    fields: set[str] = set()
    for change in changes:
        if change.kind == Kind.SET:
            fields |= set(change.over)
        elif change.kind in (Kind.ADD, Kind.REMOVE):
            fields.add(f"{change.element}s")
    return UnsentPlace(
        subject,
        name,
        category,
        view.state if view else None,
        max(ms_of(change.stamp.time) for change in changes),
        _is_new(changes),
        any(change.kind == Kind.DELETE for change in changes),
        tuple(sorted(fields)),
        changes[-1].person,
        features.person_name(desk.project, desk.rid, changes[-1].person),
    )


def _last_words(desk: Desk, subject: bytes) -> tuple[str, str]:
    """Return the last name and category of a place that is gone."""
    words = {"name": "", "category": ""}
    redactions = desk.project.model.ledger.redactions
    for change in sorted(desk.project.model.changes(subject), key=lambda c: c.rank):
        if redactions.hides(change.id, change.stamp.rid):
            continue
        for field in words:
            value = value_of(change, field)
            if isinstance(value, str):
                words[field] = value
    return words["name"], words["category"]


def send(
    desk: Desk,
    path: Path,
    progress: Report | None,
    cancel: CancelToken | None,
    cap_bytes: int = DEFAULT_CAP_BYTES,
) -> SendReport:
    """Write one's own work, and of the others' what the coordinators are not known to have.

    cap_bytes: how much of photos goes along at most, the latest first.
    """
    known = bundle.unpack_vector(desk.project.meta("coordinator_vector"))
    # One's own words always go whole: a coordinator who went back to an older copy lacks them.
    known.pop(desk.rid, None)
    return _write(desk, path, known, progress, cancel, cap_bytes)


def give_back(
    desk: Desk,
    path: Path,
    progress: Report | None,
    cancel: CancelToken | None,
    cap_bytes: int = DEFAULT_CAP_BYTES,
) -> SendReport:
    """Write the whole log: whatever laptop it reaches, it lacks nothing afterwards."""
    return _write(desk, path, {}, progress, cancel, cap_bytes)


def _write(
    desk: Desk,
    path: Path,
    known: Vector,
    progress: Report | None,
    cancel: CancelToken | None,
    cap_bytes: int,
) -> SendReport:
    path = path if path.suffix == bundle.SUFFIX else path.with_name(path.name + bundle.SUFFIX)
    places = unsent(desk)
    if not desk.read_only:
        desk.seal()
    project = desk.project

    def tell(what: str) -> None:
        if progress is not None:
            progress(Progress(1, 1, what))

    tell(PREPARED)
    with project.reading():
        segments, attached = photos.along(desk, project.log.since(known), cap_bytes)
        written = bundle.write_bundle(
            path,
            desk.key,
            project.id,
            project.log.vector(),
            segments,
            stepper(progress, cancel, "bundle", 0),
            lambda: tell(COPIED),
            made_at_ms=desk.now(),
            attached=attached,
        )
        last = project.log.branch(desk.rid).previous
    report = SendReport(
        path,
        places,
        written.changes,
        written.size_bytes,
        verified=True,
        code=written.code,
        at_ms=desk.now(),
        photos=written.blobs.blobs,
        photos_left_out=written.blobs.left_out,
    )
    desk.device.set_note(project.id, "sent-segment", last)
    desk.device.set_note(project.id, "last-sent", {**asdict(report), "path": str(path)})
    return report
