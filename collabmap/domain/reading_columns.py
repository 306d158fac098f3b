"""Readings of one place as columns, and what a period says of many places.

Imported late: opening a map does without numpy.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
# What is said of a place's readings in a period.
How = Literal["latest", "mean", "worst"]


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of one quantity at one place, in order of time; one entry each.

    times: seconds since 1970, UTC.  values: in `unit`.  device: indices into devices, of which ''
    is one that is not known.  author: indices into authors, (person id, name).  element, position:
    which batch each is of, an index into elements, and where in it.  notes: by index.
    is_published: whether it was accepted.  other_units: how many are left out, for their unit is
    of another kind.
    """

    field: str
    unit: str
    times: Ints
    values: Floats
    device: Ints
    devices: tuple[str, ...]
    author: Ints
    authors: tuple[tuple[bytes, str], ...]
    element: Ints
    elements: tuple[bytes, ...]
    position: Ints
    is_published: NDArray[np.bool_]
    notes: Mapping[int, str] = dataclasses.field(default_factory=dict)
    other_units: int = 0

    def __len__(self) -> int:
        return len(self.times)

    def between(self, since_s: int | None, until_s: int | None) -> "Readings":
        """Return those of a period, its end left out; None for no limit."""
        start = 0 if since_s is None else int(np.searchsorted(self.times, since_s))
        stop = len(self) if until_s is None else int(np.searchsorted(self.times, until_s))
        return self.taken(np.arange(start, max(start, stop)))

    def taken(self, rows: Ints) -> "Readings":
        """Return some of them.  rows: their indices, in the order wanted."""
        at = {row: index for index, row in enumerate(rows.tolist())} if self.notes else {}
        return replace(
            self,
            times=self.times[rows],
            values=self.values[rows],
            device=self.device[rows],
            author=self.author[rows],
            element=self.element[rows],
            position=self.position[rows],
            is_published=self.is_published[rows],
            notes={at[row]: note for row, note in self.notes.items() if row in at},
        )

    def once(self) -> "Readings":
        """Return them in order of time, each once: two that say the same are one.

        They came twice where two laptops took in the same file.  Of such two the one that was
        accepted stays, else the one whose batch has the smaller id.
        """
        # By the name of the device: which of them was met first must not matter.
        names = sorted(range(len(self.devices)), key=lambda index: self.devices[index])
        rank = np.empty(len(names), np.int64)
        rank[names] = np.arange(len(names))
        device = rank[self.device]
        order = np.lexsort(
            (self.position, self.element, ~self.is_published, device, self.values, self.times)
        )
        is_new = np.ones(len(order), np.bool_)
        if len(order) > 1:
            columns = (self.times[order], self.values[order], device[order])
            is_new[1:] = np.logical_or.reduce([each[1:] != each[:-1] for each in columns])
        return self.taken(order[is_new])


def summed(place: Ints, times: Ints, values: Floats, how: How, *, lower_is_worse: bool) -> Floats:
    """Return one number for each place: the latest reading, the mean of all or the worst.

    place: of each reading, 0 to n - 1, each there at least once.  times, values: of each.
    """
    if not len(values):
        return values
    order = np.lexsort((values, times, place))
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    ordered = values[order]
    if how == "latest":
        latest: Floats = ordered[np.append(starts[1:], len(order)) - 1]
        return latest
    if how == "mean":
        counts = np.diff(np.append(starts, len(order)))
        mean: Floats = np.add.reduceat(ordered, starts) / counts
        return mean
    worst = np.minimum if lower_is_worse else np.maximum
    found: Floats = worst.reduceat(ordered, starts)
    return found
