"""Numbers to be shown as circles: those in keywords, and how many places each quarter has."""

import sqlite3
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.mark_columns import MarkColumns
from collabmap.domain.number_tags import Left, Series, of_series, series
from collabmap.store import number_tags
from collabmap.store.features import Hidden

NOTHING_LEFT = Left(0, 0)
# Of more names than these the least frequent are not offered: a merge may bring ten thousand.
MOST_SERIES = 40


@dataclass(frozen=True, slots=True)
class Numbers:
    """One entry a number.  lng, lat: WGS84 degrees; names: of what is counted, '' for a place.

    rows: of the places in the project file, -1 where a number belongs to none.  unit: '' if none.
    elsewhere: places that are counted nowhere, for nobody knows their quarter.
    """

    lng: NDArray[np.float64]
    lat: NDArray[np.float64]
    values: NDArray[np.float64]
    rows: NDArray[np.int64]
    names: tuple[str, ...]
    unit: str = ""
    left: Left = NOTHING_LEFT
    elsewhere: int = 0

    def only(self, rows: NDArray[np.int64]) -> "Numbers":
        """Return those of some places.  rows: of them, ascending."""
        kept = np.flatnonzero(np.isin(self.rows, rows))
        return replace(
            self,
            lng=self.lng[kept],
            lat=self.lat[kept],
            values=self.values[kept],
            rows=self.rows[kept],
            names=tuple(self.names[index] for index in kept.tolist()),
        )


def all_series(db: sqlite3.Connection, hidden: Hidden) -> list[Series]:
    """Return the names that people gave numbers to, the most frequent first."""
    return series(placed.tag for placed in number_tags.placed_tags(db, hidden))[:MOST_SERIES]


def of(db: sqlite3.Connection, wanted: Series, hidden: Hidden) -> Numbers:
    """Return the numbers of a series."""
    placed = number_tags.placed_tags(db, hidden)
    taken, left = of_series([each.tag for each in placed], wanted)
    some = [placed[index] for index in taken]
    return Numbers(
        np.array([each.lng for each in some], np.float64),
        np.array([each.lat for each in some], np.float64),
        np.array([each.tag.value for each in some], np.float64),
        np.array([each.row for each in some], np.int64),
        ("",) * len(some),
        wanted.unit,
        left,
    )


def of_quarters(
    db: sqlite3.Connection, columns: MarkColumns, shown: NDArray[np.bool_] | None
) -> Numbers:
    """Return how many places lie in each quarter, and in communes outside of any.

    shown: which of the columns count, None for all.  A circle stands in the middle of its places.
    """
    names: list[str] = []
    middles: list[tuple[float, float, int]] = []
    counted = 0
    for commune, quarter, rows in number_tags.quarter_rows(db):
        at = np.flatnonzero(np.isin(columns.row, rows, assume_unique=True))
        if shown is not None:
            at = at[shown[at]]
        if len(at):
            names.append(quarter or commune)
            middles.append((columns.lng[at].mean(), columns.lat[at].mean(), len(at)))
            counted += len(at)
    lng, lat, values = np.array(middles, np.float64).reshape(-1, 3).T
    whole = len(columns) if shown is None else int(np.count_nonzero(shown))
    rows = np.full(len(names), -1, np.int64)
    return Numbers(lng, lat, values, rows, tuple(names), elsewhere=whole - counted)
