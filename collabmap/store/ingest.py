"""The one way in: a local change, another laptop's segments and a verdict take the same path."""

import gc
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from collabmap.domain import segment as wire
from collabmap.domain.change import MAX_CHANGE_BYTES, WireChange
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import Clock
from collabmap.domain.segment import Segment, SegmentInvalid
from collabmap.domain.signing import SigningKey
from collabmap.errors import TextTooLong
from collabmap.store.log import TAIL
from collabmap.store.project import Project

# What keys that nobody admitted may leave here, each and all together: a thousand of them must
# not fill a disk.  What does not fit is not kept, and can be fetched once they are admitted.
MAX_PARKED_BYTES_OF_A_KEY = 2 << 20
MAX_PARKED_BYTES = 64 << 20
# How often what lacks payloads is tried without those of it that nobody may have redacted.  Honest
# laptops need one round or two; a forged log must not keep this one busy for minutes.
_MAX_ROUNDS = 6


class Received(NamedTuple):
    """What came of segments that were received.

    segments: newly kept; names: theirs.  changes: in them.  refused: segments that no honest
    author made, or from which payloads are missing that nobody redacted.  dropped: over the quota
    of guests.  forked: replicas whose branch has one end more now: the laptop was copied.
    set_aside: own unsealed changes that were put aside because a longer own log came.
    """

    effect: Effect
    segments: int
    changes: int
    refused: int
    names: tuple[bytes, ...] = ()
    dropped: int = 0
    forked: tuple[bytes, ...] = ()
    set_aside: int = 0


def now_ms() -> int:
    """Return the wall clock: milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


@contextmanager
def _without_looking_for_cycles() -> Iterator[None]:
    """Put off the garbage collector: a merge makes a million small values and no cycles.

    It would go through all of them, and all that the window holds, again and again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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

    # --- receiving ----------------------------------------------------------------------------

    def receive(
        self, segments: Iterable[Segment], progress: Callable[[int], None] | None = None
    ) -> Received:
        """Take in segments from elsewhere, in any order; what is here already is left alone.

        progress: told how many segments were looked at.
        """
        with _without_looking_for_cycles():
            return self._receive(segments, progress)

    def _receive(
        self, segments: Iterable[Segment], progress: Callable[[int], None] | None
    ) -> Received:
        log = self._project.log
        kept: dict[bytes, Segment] = {}
        stripped: list[Segment] = []
        refused = 0
        effect = Effect()
        for count, segment in enumerate(segments):
            if progress is not None:
                progress(count)
            if log.holds(segment.name):
                effect = effect.joined(self._restore(segment))
                continue
            try:
                segment = self._checked(segment)
            except SegmentInvalid:
                refused += 1
                continue
            if not segment.is_whole:
                stripped.append(segment)
            elif log.append(segment):
                # Without its changes: the log holds those it needs.
                kept[segment.name] = replace(segment, opened=None)
        tips = {rid: log.tips_of(rid) for rid in {s.rid for s in (*kept.values(), *stripped)}}
        # Some may have come whole after all, or twice.
        lacking = {s.name: s for s in stripped if not log.holds(s.name)}
        excused, applied, dropped = self._take_excused(kept, lacking)
        effect = effect.joined(applied)
        refused += len(lacking) - len(excused)
        kept |= excused
        set_aside = self._see_to_own_tail()
        names = tuple(name for name in kept if name not in dropped)
        for name in names:
            self.clock.observe(kept[name].head.time_max)
        # A backup that was put back gets own words from elsewhere, maybe from when the clock ran
        # ahead: what is written on top of them must be later, or nobody would take it.
        self.clock.last = max(self.clock.last, log.branch(self._rid).time_max)
        self._project.set_meta("clock", self.clock.last.to_bytes(8, "big"))
        return Received(
            effect if not set_aside else effect.joined(set_aside[1]),
            len(names),
            sum(kept[name].head.last - kept[name].head.first + 1 for name in names),
            refused,
            names,
            len(dropped),
            tuple(rid for rid, count in tips.items() if log.tips_of(rid) > max(1, count)),
            set_aside[0] if set_aside else 0,
        )

    def _take_excused(
        self, whole: Mapping[bytes, Segment], lacking: Mapping[bytes, Segment]
    ) -> tuple[dict[bytes, Segment], Effect, set[bytes]]:
        """Take what is whole, and what lacks payloads where somebody redacted them who may.

        That may be known only from what follows in the same log: a coordinator who was made one
        later redacts the founder's early words.  So all are taken at first; those that nobody may
        have redacted are left out again, until the others explain one another.  Who may is a
        matter of structures, which are whole and signed.  Return which of `lacking` were taken.
        """
        log, db = self._project.log, self._project.connection
        for _ in range(_MAX_ROUNDS if lacking else 0):
            db.execute("SAVEPOINT lacking")
            taken = {name: s for name, s in lacking.items() if log.append(s)}
            effect, dropped = self._take({**whole, **taken})
            excused = {name: s for name, s in lacking.items() if self._may_lack(s)}
            if len(excused) == len(lacking):
                db.execute("RELEASE lacking")
                return taken, effect, dropped
            db.execute("ROLLBACK TO lacking")
            db.execute("RELEASE lacking")
            log.forget_cache()
            self._project.model.forget_cache()
            lacking = excused
            if not lacking:
                break
        return {}, *self._take(whole)

    def _checked(self, segment: Segment) -> Segment:
        """Return a segment with its changes, checked.  Raises SegmentInvalid."""
        if segment.head.project != self._project.id:
            raise SegmentInvalid("of another project")
        if segment.is_readable:
            body = wire.open_body(segment)
            # Of what lacks payloads the bytes are nobody's: only what is signed is kept.
            own = segment if segment.is_whole else wire.forget(segment, ())
            return replace(own, opened=body)
        if not segment.is_whole:
            raise SegmentInvalid("payloads are missing")
        return segment

    def _take(self, segments: Mapping[bytes, Segment]) -> tuple[Effect, set[bytes]]:
        """Apply what is connected now; return the names of what is over the guests' quota too."""
        log, model = self._project.log, self._project.model
        if not segments:
            return Effect(), set()
        # What roles were until now is read before more of the log counts.
        model.ledger.known()
        connected = log.connect()
        held = log.connect_held()
        effect = model.note_roles(connected, held)
        dropped = self._over_quota(segments)
        if dropped:
            gone = {*dropped, *log.remove(dropped)}
            model.forget_segments(gone)
            connected = [i for i in connected if i not in gone]
            held = [i for i in held if i not in gone]
        refs = (ref for segment_id in connected for ref in log.refs_of(segment_id))
        effect = effect.joined(model.apply(refs))
        # A redact counts from where it lies, connected or not.
        of_held = [ref for segment_id in held for ref in log.refs_of(segment_id)]
        late = model.apply([*of_held, *log.redacts_in_waiting()], held=True)
        return effect.joined(late), set(dropped.values())

    def _over_quota(self, new: Mapping[bytes, Segment]) -> dict[int, bytes]:
        """Return what keys without standing have left over their quota: id -> name, the latest.

        Also of what still waits for an earlier segment: that one might never come.
        """
        log, model = self._project.log, self._project.model
        sizes = log.sizes_of({segment.rid for segment in new.values()})
        fresh = (i for found in sizes.values() for i, name, _ in found if name in new)
        guests = model.guests_among(fresh)
        if not guests:
            return {}
        dropped: dict[int, bytes] = {}
        total = log.parked_bytes(model.known_keys()) - sum(
            size for rid in guests for _, name, size in sizes[rid] if name in new
        )
        for rid in sorted(guests):
            of_key, is_full = sum(size for _, name, size in sizes[rid] if name not in new), False
            for segment_id, name, size in sizes[rid]:
                if name not in new:
                    continue
                of_key, total = of_key + size, total + size
                is_full = is_full or of_key > MAX_PARKED_BYTES_OF_A_KEY or total > MAX_PARKED_BYTES
                if is_full:
                    dropped[segment_id] = name
                    of_key, total = of_key - size, total - size
        return dropped

    def _may_lack(self, segment: Segment) -> bool:
        """Whether all that is missing was redacted by somebody who may, or once might."""
        redactions = self._project.model.ledger.redactions
        return all(
            redactions.excuses(ChangeId(segment.name, place), segment.rid)
            for place in wire.forgotten(segment)
        )

    def _restore(self, segment: Segment) -> Effect:
        """Take back payloads that were forgotten here, if their redact has fallen away since."""
        log = self._project.log
        if not log.lacks_payloads(segment.name):
            return Effect()
        here = log.segment(segment.name)
        try:
            self._checked(segment)
        except SegmentInvalid:
            return Effect()
        lacking = wire.forgotten(segment)
        gone = wire.forgotten(here) if here else frozenset()
        if lacking - gone:
            # It would take away what is here.
            return Effect()
        found = gone - lacking
        redactions = self._project.model.ledger.redactions
        hidden = {
            place for place in found if redactions.hides(ChangeId(segment.name, place), segment.rid)
        }
        if not found - hidden:
            return Effect()
        segment_id = log.replace(wire.forget(segment, hidden | lacking))
        return self._project.model.settle_segment(segment_id)

    def _see_to_own_tail(self) -> tuple[int, Effect] | None:
        """Put one's unsealed changes aside where a longer log of one's own has come.

        Signed on top of the shorter one they would make a second end of the same branch.
        """
        log, model = self._project.log, self._project.model
        head = log.tail_head()
        if head is None or head.rid != self._rid or not log.is_tail_overtaken():
            return None
        before, persons = model.ledger.known(), model.people.named_in(TAIL)
        subjects = model.take_out(TAIL)
        count = log.set_aside_tail()
        model.forget_cache()
        return count, model.settle_since(before, subjects, persons)

    # --- holding ------------------------------------------------------------------------------

    def hold_only(self, names: Collection[bytes]) -> Effect:
        """Hold these segments and what follows them, and let everything else in."""
        log, model = self._project.log, self._project.model
        before = model.ledger.known()
        held, has_released = log.hold_only(names, self._rid)
        effect = model.withdraw(held, before) if held else Effect()
        if has_released:
            connected = log.connect()
            refs = (ref for segment_id in connected for ref in log.refs_of(segment_id))
            effect = effect.joined(model.apply(refs))
        return effect

    def held(self) -> tuple[int, int]:
        """Return how many segments and how many changes are held."""
        rows = self._project.connection.execute(
            "SELECT count(*), coalesce(sum(last - first + 1), 0) FROM segment WHERE state = 3"
        ).fetchone()
        return int(rows[0]), int(rows[1])
