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
from collabmap.store.ingest import Received
from collabmap.store.project import Project
from collabmap.sync.transport import Holdings, Listed, Transport, Trouble

# Changes in one transaction: a kill loses no more than that, and is resumed behind it.
MAX_CHANGES = 25_000

Receive = Callable[[list[Segment]], Received]
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
    receive: Receive,
    transport: Transport,
    rid: bytes,
    *,
    seal: Callable[[], object],
    step: Step = lambda done: None,
) -> Exchanged:
    """Bring a project and another copy of it to the same state.

    receive: keeps some segments, in one transaction.  rid: whose laptop this is.  seal: signs what
    is unsealed here; called once, between taking and giving.  step: told how many segments were
    moved; may raise to stop between two of them.  Raises what the transport raises while it is
    read; what it raises while it is written to comes back as `problem`.
    """
    run = _Run(project, transport, step)
    for batch in batches(run.incoming(rid)):
        run.received.append(receive(batch))
    seal()
    problem = run.give() if transport.can_push else None
    return Exchanged(
        tuple(run.received),
        run.sent_segments,
        run.sent_changes,
        transport.traffic.total,
        # What others wrote meanwhile is taken the next time; until then it isn't done.
        problem is None and transport.agrees(run.here),
        tuple(transport.troubles),
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

    def __init__(self, project: Project, transport: Transport, step: Step) -> None:
        self.here = Holdings(project)
        self._project, self._transport = project, transport
        self._step = step
        self._moved = 0
        self.received: list[Received] = []
        self.sent_segments = self.sent_changes = 0

    def incoming(self, rid: bytes) -> Iterator[Segment]:
        for segment in incoming(self._project, self._transport, rid, self.here):
            self._tick()
            yield segment

    def give(self) -> CollabMapError | None:
        """Push what the other side lacks; return why that was not possible."""
        try:
            self._transport.push(self._segments(self._transport.lacking(self.here)))
            self._transport.look()
        except Cancelled:
            raise
        except CollabMapError as error:
            return error
        return None

    def _segments(self, listed: Iterable[Listed]) -> Iterator[Segment]:
        for each in listed:
            segment = self.here.segment(each.name)
            self._tick()
            yield segment
            # Told when the next one is asked for: then this one has arrived.
            self.sent_segments += 1
            self.sent_changes += segment.head.last - segment.head.first + 1

    def _tick(self) -> None:
        self._moved += 1
        self._step(self._moved)


def exchange_blobs(
    blobs: Blobs, transport: Transport, names: Iterable[bytes], *, step: Step = lambda done: None
) -> tuple[list[bytes], int]:
    """Bring photos to both sides; return which came and how many were given.

    names: of those that the map shows.  What else lies on either side stays where it is: a photo
    that was taken down must not come back.
    """
    there = transport.blobs()
    came: list[bytes] = []
    given = 0
    for done, name in enumerate(dict.fromkeys(names)):
        step(done)
        if name in there:
            if not blobs.has(name) and _fetch_blob(blobs, transport, name):
                came.append(name)
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
