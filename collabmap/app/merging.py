"""Taking: what bundles would change, and the merge itself."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from collabmap.app import clocks, merges, people, photos, receipts, rekeying
from collabmap.app.clocks import ClockNote
from collabmap.app.desk import Desk, Report
from collabmap.app.progress import CancelToken, stepper
from collabmap.domain import ids
from collabmap.domain import segment as wire
from collabmap.domain.change import ACCEPT, ASK, NOT_CHOSEN, OPEN, REJECT, Change, Kind
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId, FeatureState, Mark, PersonView
from collabmap.domain.outcome import Ruling
from collabmap.domain.roles import Role
from collabmap.errors import CollabMapError
from collabmap.store import features, marks
from collabmap.store.ingest import Received
from collabmap.sync import bundle
from collabmap.sync.bundle import Bundle
from collabmap.sync.carried import BundleTransport
from collabmap.sync.engine import incoming

if TYPE_CHECKING:
    from collabmap.domain.duplicates import Reason

# Of a verdict on several changes of one place, the first of these is told.
_GRAVITY = (REJECT, NOT_CHOSEN, ASK, ACCEPT, OPEN, "")


@dataclass(frozen=True, slots=True)
class FilePreview:
    """problem: None for a whole bundle; ok: whether anything can be taken from it."""

    path: Path
    ok: bool
    problem: CollabMapError | None
    persons: int
    changes: int
    size_bytes: int
    is_signed: bool


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """fields: names of what differs, e.g. 'name', 'geometry', 'state', 'tags', 'comments'."""

    mark: Mark
    fields: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """A place that comes and may be one that is there, or another that comes: the likeliest."""

    mark: Mark
    other: bytes
    reasons: "tuple[Reason, ...]"


@dataclass(frozen=True, slots=True)
class OwnVerdict:
    """What a coordinator decided about something that was done on this device.

    kind: what had been proposed.  word: the verdict's, the gravest where there are several.
    person_name: who had proposed it.  reason: the coordinator's words, '' if none.
    """

    id: bytes
    name: str
    category: str
    kind: Literal["new", "change", "delete"]
    word: str
    person_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do.  deleted: gone from the map, or now marked for deletion.

    verdicts: what was decided about this device's own contributions.  copied: whose laptop was
    copied, or went back to an older copy.  clocks: whose are ahead of this one's.  duplicates:
    None where nobody reviews.
    """

    files: tuple[FilePreview, ...]
    added: tuple[Mark, ...]
    changed: tuple[ChangedPlace, ...]
    deleted: tuple[Mark, ...]
    disagreements: tuple[Mark, ...]
    by_person: tuple[tuple[PersonView, int], ...]
    changes: int
    nothing_new: bool
    verdicts: tuple[OwnVerdict, ...] = ()
    copied: tuple[str, ...] = ()
    clocks: tuple[ClockNote, ...] = ()
    duplicates: tuple[PossibleDuplicate, ...] | None = None


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What a merge did.  problems: what could not be taken, each in words for people.

    photos: pictures that came with it.
    """

    added: int
    changed: int
    deleted: int
    disagreements: int
    changes: int
    by_person: tuple[tuple[PersonView, int], ...]
    digest: str
    problems: tuple[CollabMapError, ...]
    verdicts: tuple[OwnVerdict, ...] = ()
    copied: tuple[str, ...] = ()
    clocks: tuple[ClockNote, ...] = ()
    photos: int = 0


def preview(
    desk: Desk,
    paths: Sequence[Path],
    progress: Report | None,
    cancel: CancelToken | None,
) -> MergePreview:
    """Say what bundles would change: the real merge, rolled back."""
    read, problems = _read_all(desk, paths, progress, cancel)
    with desk.project.writing(keep=False), desk.project.snapshot() as before:
        looked = Look(desk, before)
        received = _receive(desk, read, progress, cancel)
        looked.compare(received.effect)
        by_person = _by_person(desk, looked.new_segments())
        copied, ahead = looked.copied(), looked.clocks(_made_at(read))
        found = tuple(_duplicates(desk, looked)) if desk.is_coordinator else None
    files = tuple(_file_preview(b) for b in read) + tuple(
        FilePreview(path, False, problem, 0, 0, 0, False) for path, problem in problems
    )
    return MergePreview(
        files,
        tuple(looked.added),
        tuple(looked.changed),
        tuple(looked.deleted),
        tuple(looked.disagreements),
        by_person,
        received.changes,
        nothing_new=received.segments == 0,
        verdicts=looked.verdicts,
        copied=copied,
        clocks=ahead,
        duplicates=found,
    )


def _duplicates(desk: Desk, looked: "Look") -> Iterator[PossibleDuplicate]:
    """Yield the places that come and may be one with another, each with the likeliest."""
    # Imported late: numpy and rapidfuzz, which opening a map does without.
    from collabmap.app import duplicates

    come = {m.id: m for m in (*looked.added, *(changed.mark for changed in looked.changed))}
    for pair in duplicates.coming(desk.project, desk.theme, come):
        one, other = pair.one, pair.other
        if one not in come:
            one, other = other, one
        # Two that come and may be one are told once.
        if (mark := come.pop(one, None)) is not None:
            yield PossibleDuplicate(mark, other, pair.reasons)


def merge(
    desk: Desk,
    paths: Sequence[Path],
    progress: Report | None,
    cancel: CancelToken | None,
) -> MergeReport:
    """Take in bundles in one transaction, then their photos, and say what happened."""
    read, problems = _read_all(desk, paths, progress, cancel)
    with desk.project.writing(), desk.project.snapshot() as before:
        looked = Look(desk, before)
        received = _receive(desk, read, progress, cancel)
        _note_coordinator(desk, read)
        found = [p for _, p in problems] + [b.problem for b in read if b.problem is not None]
        report = looked.report(received.effect, received.changes, found, _made_at(read))
    desk.effects.tell(received.effect)
    answer(desk, looked, report)
    fetched = photos.fetch(desk, read, stepper(progress, cancel, "merge", 0))
    if fetched.photos:
        desk.effects.tell(fetched.effect)
    problems_of_all = (*report.problems, *fetched.problems)
    return replace(report, photos=fetched.photos, problems=problems_of_all)


def answer(desk: Desk, looked: "Look", report: MergeReport) -> None:
    """Do what follows from a merge that is kept: see to one's own log, and write receipts."""
    merges.note(desk, looked.new_segments())
    desk.after_receiving()
    people.share_keys(desk)
    receipts.acknowledge(desk, looked.new_segments(), report.clocks)


def _made_at(read: Iterable[Bundle]) -> dict[bytes, int]:
    """Return what the clocks of those who signed bundles showed, in milliseconds."""
    return {ids.replica_id(b.sender): b.made_at_ms for b in read if b.sender}


def _read_all(
    desk: Desk,
    paths: Iterable[Path],
    progress: Report | None,
    cancel: CancelToken | None,
) -> tuple[list[Bundle], list[tuple[Path, CollabMapError]]]:
    found = bundle.find_bundles(paths)
    step = stepper(progress, cancel, "read", len(found))
    read: list[Bundle] = []
    problems: list[tuple[Path, CollabMapError]] = []
    for count, path in enumerate(found):
        step(count)
        try:
            read.append(bundle.read_bundle(path, desk.project.id))
        except CollabMapError as error:
            problems.append((path, error))
    # One wrong file among forty must not stop the others; alone, it is the answer.
    if not read and len(problems) == 1:
        raise problems[0][1]
    return read, problems


def _receive(
    desk: Desk,
    read: Iterable[Bundle],
    progress: Report | None,
    cancel: CancelToken | None,
) -> Received:
    segments = list(incoming(desk.project, BundleTransport(read), desk.rid))
    return desk.ingest.receive(segments, stepper(progress, cancel, "merge", len(segments)))


def _note_coordinator(desk: Desk, read: Iterable[Bundle]) -> None:
    """Remember what a coordinator has, from a whole bundle that the coordinator signed."""
    for b in read:
        role = desk.project.model.roles.get(ids.replica_id(b.sender)) if b.sender else None
        if role == Role.COORDINATOR:
            desk.project.set_meta("coordinator_vector", bundle.pack_vector(b.vector))


def _file_preview(b: Bundle) -> FilePreview:
    people: set[bytes] = set()
    for segment in b.segments:
        if segment.is_readable:
            body = wire.open_body(segment)
            people |= {body.person} - {b""}
            people |= {c.subject for c in body.changes if c.kind == Kind.SESSION}
    return FilePreview(
        b.path, bool(b.segments), b.problem, len(people), b.changes, b.size_bytes, bool(b.sender)
    )


class Look:
    """The map before a merge, to compare with the map after it.

    before: a connection that sees the map as it was (Project.snapshot).
    """

    def __init__(self, desk: Desk, before: sqlite3.Connection) -> None:
        self._desk = desk
        self._snapshot = before
        self._known = frozenset(_applied(desk))
        self._ends = desk.project.log.vector()
        self.added: list[Mark] = []
        self.changed: list[ChangedPlace] = []
        self.deleted: list[Mark] = []
        self.disagreements: list[Mark] = []
        self.verdicts: tuple[OwnVerdict, ...] = ()
        self._new: dict[bytes, list[Change]] = {}
        self._before: dict[bytes, Mark] = {}

    def new_segments(self) -> list[int]:
        """Return the segments that came since, or that waited for those."""
        return [s for s in _applied(self._desk) if s not in self._known]

    def report(
        self,
        effect: Effect,
        changes: int,
        problems: Iterable[CollabMapError],
        made_at: Mapping[bytes, int] = MappingProxyType({}),
    ) -> MergeReport:
        """Say what the merge did.

        effect, changes: of all that was received.  made_at: what clocks showed, in milliseconds.
        """
        self.compare(effect)
        return MergeReport(
            len(self.added),
            len(self.changed),
            len(self.deleted),
            len(self.disagreements),
            changes,
            _by_person(self._desk, self.new_segments()),
            self._desk.project.model.digest(),
            tuple(problems),
            self.verdicts,
            self.copied(),
            self.clocks(made_at),
        )

    def copied(self) -> tuple[str, ...]:
        """Return who wrote in logs that have one more end since, or name a successor."""
        return rekeying.copied(self._desk, self._ends, self._new.get(b"", ()))

    def clocks(self, made_at: Mapping[bytes, int]) -> tuple[ClockNote, ...]:
        """Return whose clocks are ahead of this one.  made_at: what they showed, per replica."""
        times = clocks.times_of(self._desk, self.new_segments())
        for rid, at_ms in made_at.items():
            times[rid] = max(times.get(rid, 0), at_ms)
        return clocks.notes(self._desk, times)

    def compare(self, effect: Effect) -> None:
        """Sort what the merge touched into added, changed, deleted and disagreements."""
        for segment_id in self.new_segments():
            for change in self._desk.project.log.changes_of(segment_id):
                self._new.setdefault(change.subject, []).append(change)
        touched = set(self._new)
        if effect.features is not None:
            touched |= effect.features
        self._before = {m.id: m for m in marks.marks_of(self._snapshot, touched)}
        after = {m.id: m for m in marks.marks_of(self._desk.project.connection, touched)}
        for subject in sorted(touched):
            self._sort_one(subject, after.get(subject))
        self.verdicts = tuple(self._own_verdicts())

    def _sort_one(self, subject: bytes, after: Mark | None) -> None:
        before = self._before.get(subject)
        if after is None:
            if before is not None:
                self.deleted.append(before)
            return
        if after.disagreement and not (before and before.disagreement):
            self.disagreements.append(after)
        if before is None:
            self.added.append(after)
        elif (
            after.state == FeatureState.DELETE_PROPOSED
            and before.state != FeatureState.DELETE_PROPOSED
        ):
            self.deleted.append(after)
        else:
            self._note_change(before, after)

    def _note_change(self, before: Mark, after: Mark) -> None:
        fields, by = self._touched_fields(after.id)
        if before.state != after.state:
            fields.add("state")
        if fields:
            self.changed.append(ChangedPlace(after, tuple(sorted(fields)), by))

    def _touched_fields(self, subject: bytes) -> tuple[set[str], str]:
        """Return which fields new changes wrote to, and who wrote the last of them."""
        project = self._desk.project
        changes = sorted(self._new.get(subject, ()), key=lambda c: c.rank)
        fields: set[str] = set()
        last: Change | None = None
        for change in changes:
            if change.kind == Kind.SET:
                fields |= set(change.over)
            elif change.kind in (Kind.ADD, Kind.REMOVE):
                fields.add(f"{change.element}s")
            if change.kind != Kind.VERDICT:
                last = change
        if last is None:
            return fields, ""
        return fields, features.person_name(project, last.stamp.rid, last.person)

    def _own_verdicts(self) -> Iterator[OwnVerdict]:
        """Yield what new verdicts say of this device's own contributions."""
        project, rid = self._desk.project, self._desk.rid
        for subject, new in self._new.items():
            said = {c.id for c in new if c.kind == Kind.VERDICT}
            if not said:
                continue
            rulings = project.model.outcome(subject).rulings
            judged = [
                c
                for c in project.model.changes(subject)
                if c.stamp.rid == rid
                and c.id in rulings
                and said & {verdict.id for verdict in rulings[c.id].said}
            ]
            if judged:
                yield self._own_verdict(subject, judged, rulings)

    def _own_verdict(
        self, subject: bytes, judged: list[Change], rulings: Mapping[ChangeId, Ruling]
    ) -> OwnVerdict:
        project = self._desk.project
        gravest = min((rulings[c.id] for c in judged), key=lambda r: _GRAVITY.index(r.word))
        payload = gravest.said[0].payload
        kinds = {c.kind for c in judged}
        latest = max(judged, key=lambda c: c.rank)
        view = self._desk.reader.place(subject)
        before = self._before.get(subject)
        return OwnVerdict(
            subject,
            view.name if view else before.name if before else "",
            view.category if view else before.category if before else "",
            "new" if Kind.CREATE in kinds else "delete" if Kind.DELETE in kinds else "change",
            gravest.word,
            features.person_name(project, latest.stamp.rid, latest.person),
            payload if isinstance(payload, str) else "",
        )


def _applied(desk: Desk) -> list[int]:
    rows = desk.project.connection.execute("SELECT id FROM segment WHERE state = 1 ORDER BY id")
    return [row[0] for row in rows]


def _by_person(desk: Desk, segments: Iterable[int]) -> tuple[tuple[PersonView, int], ...]:
    """Return how many changes of places came from each person, the busiest first."""
    counted: dict[tuple[bytes, bytes], int] = {}
    for key in _authors(desk, segments):
        counted[key] = counted.get(key, 0) + 1
    people = []
    for (rid, person), count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        name = features.person_name(desk.project, rid, person)
        people.append((PersonView(person, name, False, rid == desk.rid), count))
    return tuple(people)


def _authors(desk: Desk, segments: Iterable[int]) -> Iterator[tuple[bytes, bytes]]:
    log = desk.project.log
    for segment_id in segments:
        rid = log.rid_of(segment_id)
        for kind, person in log.authors(segment_id):
            if person and kind in (Kind.CREATE, Kind.SET, Kind.DELETE, Kind.ADD):
                yield rid, person
