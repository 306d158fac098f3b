"""One exchange with another copy of the map, whatever lies between: fetch, verify, take, give.

One's own log comes first.  Where the other side has more of it than this laptop (a backup was put
back), that must be known before anything is signed here: the same numbers would be given twice.
Then come the coordinators' logs, so that what they admitted is known when the rest arrives.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from collabmap.domain import ids
from collabmap.domain.roles import Role
from collabmap.domain.segment import Segment
from collabmap.errors import Cancelled, CollabMapError
from collabmap.store.blobs import BlobInvalid, Blobs
from collabmap.store.ingest import Ingest, Received
from collabmap.store.project import Project
from collabmap.sync.transport import Holdings, Listed, Transport, Trouble

# Changes in one transaction: a kill loses no more than that, and is resumed behind it.
MAX_CHANGES = 25_000
# Others may write to the same place meanwhile; whoever comes next goes on.
_ROUNDS = 3

Step = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What an exchange did.  received: one for each transaction.

    is_done: both sides have the same segments now.  problem: why giving stopped, None if it
    didn't; what was taken before stays.  bytes_moved: of the contents, names of files not counted.
    """

    received: tuple[Received, ...]
    sent_segments: int
    sent_changes: int
    bytes_moved: int
    is_done: bool
    troubles: tuple[Trouble, ...]
    problem: CollabMapError | None

    @property
    def segments(self) -> int:
        return sum(each.segments for each in self.received)

    @property
    def changes(self) -> int:
        return sum(each.changes for each in self.received)

    @property
    def refused(self) -> int:
        return sum(each.refused for each in self.received)


def exchange(
    project: Project,
    ingest: Ingest,
    transport: Transport,
    rid: bytes,
    *,
    seal: Callable[[], object],
    step: Step = lambda done: None,
    on_received: Callable[[Received], None] = lambda received: None,
) -> Exchanged:
    """Bring a project and another copy of it to the same state.

    rid: whose laptop this is.  seal: signs what is unsealed here; called once, after everything
    was fetched.  step: told how many segments were moved; may raise to stop between two of them.
    on_received: told after each transaction what it did.
    Raises what the transport raises while it is read; what it raises while it is written to comes
    back as `problem`.
    """
    run = _Run(project, ingest, transport, rid, step, on_received)
    run.take_all()
    seal()
    problem = run.give() if transport.can_push else None
    for _ in range(_ROUNDS - 1):
        if problem is not None or not run.has_moved() or not run.is_open():
            break
        run.take_all()
        problem = run.give() if transport.can_push else None
    is_done = problem is None and not run.is_open()
    return Exchanged(
        tuple(run.received),
        run.sent_segments,
        run.sent_changes,
        transport.traffic.total,
        is_done,
        tuple(dict.fromkeys(transport.troubles)),
        problem,
    )


def incoming(
    project: Project, transport: Transport, rid: bytes, here: Holdings | None = None
) -> Iterator[Segment]:
    """Yield what the other side has and the project lacks, in the order to take it in.

    rid: whose laptop this is; its own log comes first.
    """
    here = here or Holdings(project)
    founder = ids.replica_id(project.genesis.founder)
    with project.reading():
        roles = dict(project.model.roles)

    def turn(each: bytes) -> tuple[bool, bool, bool, bytes]:
        return each != rid, each != founder, roles.get(each) != Role.COORDINATOR, each

    for each in sorted(transport.look(), key=turn):
        for segment in transport.fetch(each, here):
            here.tried.add(segment.name)
            yield segment


class _Run:
    """One exchange under way."""

    def __init__(
        self,
        project: Project,
        ingest: Ingest,
        transport: Transport,
        rid: bytes,
        step: Step,
        on_received: Callable[[Received], None],
    ) -> None:
        self._project, self._ingest, self._transport = project, ingest, transport
        self._here = Holdings(project)
        self._rid = rid
        self._step, self._on_received = step, on_received
        self._moved = self._moved_before = 0
        self.received: list[Received] = []
        self.sent_segments = self.sent_changes = 0

    def take_all(self) -> None:
        """Fetch what is lacking here and take it in, a transaction after the other."""
        for batch in batches(self._incoming()):
            with self._project.writing():
                received = self._ingest.receive(batch)
            self.received.append(received)
            self._on_received(received)

    def _incoming(self) -> Iterator[Segment]:
        for segment in incoming(self._project, self._transport, self._rid, self._here):
            self._tick()
            yield segment

    def give(self) -> CollabMapError | None:
        """Push what the other side lacks; return why that was not possible."""
        try:
            self._transport.push(self._segments(self._transport.lacking(self._here)))
            self._transport.look()
        except Cancelled:
            raise
        except CollabMapError as error:
            return error
        return None

    def _segments(self, listed: Iterable[Listed]) -> Iterator[Segment]:
        for each in listed:
            segment = self._here.segment(each.name)
            self._tick()
            yield segment
            # Told when the next one is asked for: then this one has arrived.
            self.sent_segments += 1
            self.sent_changes += segment.head.last - segment.head.first + 1

    def is_open(self) -> bool:
        """Whether one of the two sides still has something that the other one lacks."""
        return not self._transport.agrees(self._here)

    def has_moved(self) -> bool:
        """Whether anything was moved since this was last asked."""
        before, self._moved_before = self._moved_before, self._moved
        return self._moved > before

    def _tick(self) -> None:
        self._moved += 1
        self._step(self._moved)


def exchange_blobs(
    blobs: Blobs, transport: Transport, names: Iterable[bytes], *, step: Step = lambda done: None
) -> tuple[int, int]:
    """Bring photos to both sides; return how many came and how many were given.

    names: of those that the map shows.  What else lies on either side stays where it is: a photo
    that was taken down must not come back.
    """
    there = transport.blobs()
    came = given = 0
    for done, name in enumerate(dict.fromkeys(names)):
        step(done)
        if name in there:
            if not blobs.has(name):
                came += _fetch_blob(blobs, transport, name)
        elif transport.can_push and blobs.has(name):
            transport.push_blob(name, blobs)
            given += 1
    return came, given


def _fetch_blob(blobs: Blobs, transport: Transport, name: bytes) -> bool:
    """Take the chunks still to come; False if the other side gave other bytes than named."""
    manifest = transport.manifest(name)
    if manifest is None:
        return False
    try:
        for index in blobs.lacking(manifest):
            blobs.take(manifest, index, transport.chunk(name, index))
    except BlobInvalid:
        return False
    return blobs.has(name)


def batches(segments: Iterable[Segment]) -> Iterator[list[Segment]]:
    """Cut a row of segments into transactions of at most MAX_CHANGES changes.

    Where the row breaks off with an error, what had come until then is still given out before it.
    """
    batch: list[Segment] = []
    count = 0
    try:
        for segment in segments:
            changes = segment.head.last - segment.head.first + 1
            if batch and count + changes > MAX_CHANGES:
                yield batch
                batch, count = [], 0
            batch.append(segment)
            count += changes
    except CollabMapError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
