"""The one way in: a local change, another laptop's segments and a verdict take the same path."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from collabmap.domain import segment as wire
from collabmap.domain.change import MAX_CHANGE_BYTES, WireChange
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import Clock
from collabmap.domain.segment import Segment, SegmentInvalid
from collabmap.domain.signing import SigningKey
from collabmap.errors import TextTooLong
from collabmap.store.log import TAIL, Ref
from collabmap.store.project import Project


class Received(NamedTuple):
    """segments: newly kept.  changes: in them.  refused: segments that no honest author made."""

    effect: Effect
    segments: int
    changes: int
    refused: int


def now_ms() -> int:
    """Return the wall clock: milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


class Ingest:
    """Brings changes into one project file.  Its methods run inside `project.writing()`."""

    def __init__(
        self, project: Project, key: SigningKey, rid: bytes, now: Callable[[], int] = now_ms
    ) -> None:
        self._project = project
        self._key = key
        self._rid = rid
        last = int.from_bytes(project.meta("clock") or b"", "big")
        tail = project.log.changes_at(project.log.refs_of(TAIL)[-1:])
        own = tail[-1].stamp.time if tail else project.log.branch(rid).time_max
        self.clock = Clock(now, max(last, own))

    def write(
        self, changes: Sequence[tuple[int, bytes, bytes, bytes | None]]
    ) -> tuple[Effect, list[ChangeId]]:
        """Write own changes (kind, subject, structure, payload); return the effect and names.

        The names are those of unsealed changes; `Log.current_name` follows them.  Raises
        TextTooLong for a change that is too large.
        """
        for _, _, structure, payload in changes:
            # Nobody would take such a change, nor anything this laptop signed with it.
            if (size := len(structure) + len(payload or b"")) > MAX_CHANGE_BYTES:
                raise TextTooLong(length=size, limit=MAX_CHANGE_BYTES)
        effect, refs, names = Effect(), [], []
        count, size = self._project.log.tail_size()
        for kind, subject, structure, payload in changes:
            change = WireChange(kind, self.clock.tick(), subject, structure, payload)
            refs.append(self._project.log.push(self._rid, change))
            names.append(ChangeId(b"", refs[-1].ordinal))
            count, size = count + 1, size + len(structure) + len(payload or b"")
            if count >= wire.MAX_CHANGES or size >= wire.SEAL_BYTES:
                effect = effect.joined(self._project.model.apply(refs))
                self.seal()
                count, size, refs = 0, 0, []
        return effect.joined(self._project.model.apply(refs)), names

    def seal(self) -> Segment | None:
        """Sign the tail as a segment, None if there is nothing to sign."""
        head = self._project.log.tail_head()
        sealed = self._project.log.seal(self._key, self._project.id)
        if head is None or sealed is None:
            return None
        segment_id, segment = sealed
        self._project.model.move_tail(segment_id, head.first)
        return segment

    def receive(
        self, segments: Iterable[Segment], progress: Callable[[int], None] | None = None
    ) -> Received:
        """Take in verified segments, in any order; what is here already is left alone.

        progress: told how many segments were looked at.
        """
        kept = changes = refused = 0
        for count, segment in enumerate(segments):
            if progress is not None:
                progress(count)
            if self._project.log.holds(segment.name):
                continue
            try:
                if segment.head.project != self._project.id:
                    raise SegmentInvalid("of another project")
                if not segment.is_whole:
                    raise SegmentInvalid("payloads are missing")
                if segment.is_readable:
                    wire.open_body(segment)
            except SegmentInvalid:
                refused += 1
                continue
            # Appended once: a second copy in the same bundle is ignored.
            if self._project.log.append(segment):
                kept += 1
                changes += segment.head.last - segment.head.first + 1
            self.clock.observe(segment.head.time_max)
        effect = self._project.model.apply(self._connected())
        # A backup that was put back gets own words from elsewhere, maybe from when the clock ran
        # ahead: what is written on top of them must be later, or nobody would take it.
        self.clock.last = max(self.clock.last, self._project.log.branch(self._rid).time_max)
        self._project.set_meta("clock", self.clock.last.to_bytes(8, "big"))
        return Received(effect, kept, changes, refused)

    def _connected(self) -> Iterator[Ref]:
        for segment_id in self._project.log.connect():
            yield from self._project.log.refs_of(segment_id)
