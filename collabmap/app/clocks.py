"""Clocks that are wrong: this computer's at start, and those of others when their words arrive.

A wrong clock never loses anything: it decides only between words that had not seen each other.
But people are told, because the times on the screen come from it.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collabmap import BUILD_DATE
from collabmap.app.desk import Desk
from collabmap.domain.hlc import MAX_AHEAD_MS, ms_of
from collabmap.errors import ClockBehind, ClockWentBack, CollabMapError
from collabmap.store import features, succession


@dataclass(frozen=True, slots=True)
class ClockNote:
    """Somebody's clock is ahead of ours.  name: of who wrote there last, '' if unknown."""

    rid: bytes
    name: str
    ahead_ms: int


def clock_warning(desk: Desk) -> CollabMapError | None:
    """Return what is wrong with this computer's clock, None if nothing is known to be.

    Compared with the day of the release, and with the newest time that was believed here.
    """
    now = desk.now()
    if now < built_ms():
        return ClockBehind(now=_utc(now).date(), built=datetime.date.fromisoformat(BUILD_DATE))
    newest = _newest_ms(desk)
    if newest - now > MAX_AHEAD_MS:
        return ClockWentBack(now=_utc(now), newest=_utc(newest))
    return None


def built_ms() -> int:
    """Return the first moment of the day of the release: milliseconds since 1970, UTC."""
    day = datetime.datetime.fromisoformat(BUILD_DATE).replace(tzinfo=datetime.UTC)
    return int(day.timestamp()) * 1000


def notes(desk: Desk, times: Mapping[bytes, int]) -> tuple[ClockNote, ...]:
    """Return whose clocks are ahead.  times: the newest known per replica, in milliseconds."""
    now = desk.now()
    own = desk.former | {desk.rid}
    return tuple(
        ClockNote(rid, _name(desk, rid), time - now)
        for rid, time in sorted(times.items())
        if time - now > MAX_AHEAD_MS and rid not in own
    )


def times_of(desk: Desk, segments: Iterable[int]) -> dict[bytes, int]:
    """Return the newest stamp of each replica in some segments, in milliseconds."""
    times: dict[bytes, int] = {}
    for segment in segments:
        rid = desk.project.log.rid_of(segment)
        (last,) = desk.project.log.rows_at(desk.project.log.refs_of(segment)[-1:])
        times[rid] = max(times.get(rid, 0), ms_of(last.time))
    return times


def _newest_ms(desk: Desk) -> int:
    """Return the newest time that was written here, or that came and could be believed."""
    if not desk.read_only:
        return ms_of(desk.ingest.clock.last)
    with desk.project.reading():
        # As store/ingest.py keeps it.
        return ms_of(int.from_bytes(desk.project.meta("clock") or b"", "big"))


def _name(desk: Desk, rid: bytes) -> str:
    with desk.project.reading():
        tips = succession.tips(desk.project, rid)
        return features.person_name(desk.project, rid, tips[-1].person) if tips else ""


def _utc(ms: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(max(0, ms) / 1000, datetime.UTC)
