"""Hybrid logical clock: stamps whose byte order is their order in time.

A stamp's time packs 48 bits of milliseconds and a 16-bit counter; the replica id breaks ties.
Clocks decide only between values that had not seen each other (domain/merge.py).
"""

from collections.abc import Callable
from typing import NamedTuple

COUNTER_BITS = 16
# A laptop whose clock says 2099 must not drag everybody's clock along.
MAX_AHEAD_MS = 10 * 60 * 1000
# 3000-01-01.  Windows knows no local time after the year 3000, Python none after 9999.
LAST_MS = 32_503_680_000_000


class Stamp(NamedTuple):
    """time: milliseconds << 16 | counter.  rid: the replica that wrote it."""

    time: int
    rid: bytes

    def encode(self) -> bytes:
        """Return 24 big-endian bytes that sort as stamps do."""
        return self.time.to_bytes(8, "big") + self.rid


def ms_of(time: int) -> int:
    """Return the milliseconds since 1970 (UTC) of a stamp's time; never past the year 3000."""
    return min(time >> COUNTER_BITS, LAST_MS)


class Clock:
    """Makes the times of one replica: always later than all it made or accepted before."""

    def __init__(self, now_ms: Callable[[], int], last: int = 0) -> None:
        self._now_ms = now_ms
        self.last = last

    def tick(self) -> int:
        """Return a new time, later than every earlier one."""
        self.last = max(self.last + 1, self._now_ms() << COUNTER_BITS)
        return self.last

    def observe(self, time: int) -> bool:
        """Advance past a time seen elsewhere.  False if it lies too far ahead to be believed."""
        if ms_of(time) - self._now_ms() > MAX_AHEAD_MS:
            return False
        self.last = max(self.last, time)
        return True
