"""What a map showed at each moment of an evening, as columns: a frame needs no loop over places.

Each version of a place is a row that holds from one moment until another: a place that was moved
has two, one that was deleted has an end.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.mark_columns import Ints

# Until when that holds which nobody has changed.
FOREVER = 1 << 60
# The bars of what was added through an evening.
BAR_MS = 300_000
# An evening of one place still takes a while to look at.
_LEAST_MS = 6 * BAR_MS


@dataclass(frozen=True, slots=True)
class Replay:
    """One entry a version of a place, in no order of meaning; never written to.

    place: int32, the same for all versions of one.  since_ms, until_ms: int64, milliseconds since
    1970 UTC, until exclusive.  born_ms: int64, when the place itself was added.  lng, lat: float64,
    WGS84 degrees.  category: int32 into `categories`.  state: int8 into mark_columns.STATES.
    link_*: one entry a link; source and target are places.  begins_ms, ends_ms: of the evening.
    """

    begins_ms: int
    ends_ms: int
    place: NDArray[np.int32]
    since_ms: Ints
    until_ms: Ints
    born_ms: Ints
    lng: NDArray[np.float64]
    lat: NDArray[np.float64]
    category: NDArray[np.int32]
    state: NDArray[np.int8]
    link_source: NDArray[np.int32]
    link_target: NDArray[np.int32]
    link_since_ms: Ints
    link_until_ms: Ints
    categories: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.place)

    @property
    def is_new(self) -> NDArray[np.bool_]:
        """Which versions are of places that were added during the evening."""
        return (self.born_ms >= self.begins_ms) & (self.born_ms < self.ends_ms)

    def at(self, moment_ms: int) -> Ints:
        """Return the rows that hold at a moment, ascending; at most one a place."""
        return np.flatnonzero((self.since_ms <= moment_ms) & (moment_ms < self.until_ms))

    def links_at(self, moment_ms: int) -> Ints:
        """Return the links that hold at a moment, as far as both ends do."""
        holds = (self.link_since_ms <= moment_ms) & (moment_ms < self.link_until_ms)
        here = self.place[self.at(moment_ms)]
        return np.flatnonzero(
            holds & np.isin(self.link_source, here) & np.isin(self.link_target, here)
        )

    def count_new(self, moment_ms: int) -> int:
        """Return how many places that were added during the evening are there at a moment."""
        return int(np.count_nonzero(self.is_new[self.at(moment_ms)]))

    def last_rows(self) -> Ints:
        """Return the rows of the places of the evening that are still there at its end."""
        rows = self.at(self.ends_ms)
        return rows[self.is_new[rows]]

    def moments(self) -> Ints:
        """Return when something began, ended or changed during the evening, ascending."""
        found = np.concatenate(
            (self.since_ms, self.until_ms, self.link_since_ms, self.link_until_ms)
        )
        return np.unique(found[(found >= self.begins_ms) & (found < self.ends_ms)])

    def span(self, begins_ms: int | None = None, ends_ms: int | None = None) -> tuple[int, int]:
        """Return from when until when there is something to see, in whole five minutes.

        begins_ms, ends_ms: as the evening was planned, which is shown whole; None: not planned.
        """
        moments = self.moments()
        firsts = [each for each in (begins_ms, *moments[:1].tolist()) if each is not None]
        lasts = [each for each in (ends_ms, *(moments[-1:] + 1).tolist()) if each is not None]
        first = min(firsts, default=self.begins_ms) // BAR_MS * BAR_MS
        last = -(-max(lasts, default=first) // BAR_MS) * BAR_MS
        return first, max(last, first + _LEAST_MS)

    def bars(self, first_ms: int, last_ms: int) -> Ints:
        """Return how many places were added in each five minutes, those still there at the end."""
        born = self.born_ms[self.last_rows()]
        edges = np.arange(first_ms, last_ms + BAR_MS, BAR_MS)
        return np.histogram(born, edges)[0].astype(np.int64)
