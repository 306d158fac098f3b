"""The marks as arrays: what a frame needs of a million places without a Python loop."""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from collabmap.domain.feature import Mark
from collabmap.domain.geo import Bbox
from collabmap.domain.mark_columns import (
    ACCEPTED,
    DISAGREEMENT,
    IS_SHAPE,
    NO_MARKS,
    STATES,
    IdIndex,
    MarkColumns,
    Numbers,
    ids_of,
    joined,
)
from collabmap.render.camera import Floats, world_arrays
from collabmap.render.crowds import Bools, Ints
from collabmap.render.hierarchy import Hierarchy

# Up to as many marks are grouped when a zoom is first shown: a few milliseconds.
FEW = 4096
# Codes of a category: state, whether it is one's own, whether values disagree.
OF_CATEGORY = 4 * len(STATES)


class Whole(NamedTuple):
    """A map's marks and what is made of them in a worker.  x, y: world.

    hierarchy: None for a small map.
    """

    columns: MarkColumns
    x: Floats
    y: Floats
    ids: IdIndex
    awaiting: Bools
    hierarchy: Hierarchy | None

    @classmethod
    def of(cls, columns: MarkColumns, first: float | None = None) -> "Whole":
        """Make all that drawing needs: a second for a million.

        first: a zoom that is made alone, for a map that shows nothing yet.
        """
        x, y = world_arrays(columns.lng, columns.lat)
        awaiting = columns.state != ACCEPTED
        is_large = len(columns) > FEW
        hierarchy = Hierarchy(x, y, awaiting, first=first) if is_large else None
        return cls(columns, x, y, IdIndex(columns.ids), awaiting, hierarchy)

    @property
    def is_ready(self) -> bool:
        """Whether all zooms are there."""
        return self.hierarchy is None or self.hierarchy.is_whole

    def completed(self) -> "Whole":
        """Return this with all zooms."""
        return self._replace(hierarchy=Hierarchy(self.x, self.y, self.awaiting))


class MarkTable:
    """The marks of a map, and some that are newer than these.

    A row is a number in the columns of the whole or, from their length on, in those of the newer.
    """

    def __init__(self) -> None:
        self._removed: set[bytes] = set()
        self.person: bytes | None = None
        self.newer = NO_MARKS
        self.set_whole(Whole.of(NO_MARKS))

    def __len__(self) -> int:
        return len(self.whole.columns) - len(self.gone) + len(self.newer)

    def set_whole(self, whole: Whole, kept: Collection[bytes] | None = ()) -> None:
        """Replace all.  kept: ids of what stays newer than this; None: all that is."""
        self.whole = whole
        if kept is not None:
            self._removed = set()
            rows = [i for i in range(len(self.newer)) if self.newer.id(i) in kept]
            self.newer = joined((self.newer,), np.array(rows, np.int64))
        self._follow()

    def update(self, changed: MarkColumns, removed: Collection[bytes]) -> None:
        """Change, add and remove some."""
        self.newer = self.newer.patched(changed, removed)
        self._removed |= set(removed)
        self._removed.difference_update(changed.id(i) for i in range(len(changed)))
        self._follow()

    def set_person(self, person: bytes | None) -> None:
        """Say whose marks are one's own."""
        self.person = person
        authors = (*self.whole.columns.authors, *self.newer.authors)
        self._is_own = np.array([author == person for author in authors], np.bool_)

    def _follow(self) -> None:
        newer = self.newer
        self.set_person(self.person)
        x, y = world_arrays(newer.lng, newer.lat)
        self._x, self._y = x, y
        self._newer_index = IdIndex(newer.ids)
        categories = Numbers[str]()
        for category in (*self.whole.columns.categories, *newer.categories):
            categories[category]
        self.categories = list(categories)
        self._category = np.array([categories[c] for c in newer.categories], np.int64)[
            newer.category
        ]
        found = self.whole.ids.find(np.concatenate((newer.ids, ids_of(self._removed))))
        # Rows of the whole that are there no more or look otherwise now, ascending.
        self.gone = np.unique(found[found >= 0])

    # --- finding -----------------------------------------------------------------------------

    def row_of(self, mark_id: bytes | None) -> int:
        """Return the row of a mark, -1 for one that is not on the map."""
        return int(self.rows_of([mark_id])[0]) if mark_id is not None else -1

    def rows_of(self, ids: Collection[bytes]) -> Ints:
        """Return the row of each mark, -1 for one that is not on the map."""
        wanted = ids_of(ids)
        newer = self._newer_index.find(wanted)
        rows = np.where(newer >= 0, newer + len(self.whole.columns), self.whole.ids.find(wanted))
        rows[(newer < 0) & np.isin(rows, self.gone)] = -1
        return rows

    def get(self, mark_id: bytes | None) -> Mark | None:
        row = self.row_of(mark_id)
        return self.mark(row) if row >= 0 else None

    def mark(self, row: int) -> Mark:
        first = len(self.whole.columns)
        return self.whole.columns.mark(row) if row < first else self.newer.mark(row - first)

    def is_shape(self, mark_id: bytes) -> bool:
        """Whether a mark stands for a line or a zone; one that is not on the map does not."""
        rows = self.rows_of([mark_id])
        flags = self.taken(rows, self.whole.columns.flags, self.newer.flags)
        return bool(rows[0] >= 0 and flags[0] & IS_SHAPE)

    def newer_rows(self) -> Ints:
        return np.arange(len(self.newer)) + len(self.whole.columns)

    def rows_here(self) -> Ints:
        """Return the rows of the whole that are still so."""
        is_here = np.ones(len(self.whole.columns), np.bool_)
        is_here[self.gone] = False
        return np.flatnonzero(is_here)

    # --- what is asked of rows ---------------------------------------------------------------

    def positions(self, rows: Ints) -> tuple[Floats, Floats]:
        """Return world positions."""
        whole = self.whole
        return self.taken(rows, whole.x, self._x), self.taken(rows, whole.y, self._y)

    def awaiting(self, rows: Ints) -> Bools:
        return self.taken(rows, self.whole.awaiting, self.newer.state != ACCEPTED)

    def codes(self, rows: Ints) -> Ints:
        """Return how they look: OF_CATEGORY times the category, and what `mark_like` reads."""
        columns, newer = self.whole.columns, self.newer
        category = self.taken(rows, columns.category, self._category)
        state = self.taken(rows, columns.state, newer.state)
        author = self.taken(rows, columns.author, newer.author + len(columns.authors))
        flags = self.taken(rows, columns.flags, newer.flags)
        is_own = self._is_own[author]
        code = category.astype(np.int64) * OF_CATEGORY + 4 * state.astype(np.int64)
        return code + 2 * is_own + (flags & DISAGREEMENT != 0)

    def mark_like(self, code: int) -> Mark:
        """Return a mark that looks as a code says."""
        category, rest = divmod(code, OF_CATEGORY)
        author = self.person or b"" if rest & 2 else b""
        name = self.categories[category]
        return Mark(b"", 0.0, 0.0, name, STATES[rest >> 2], author, bool(rest & 1), "")

    def box_of(self, rows: Ints) -> Bbox:
        """Return the box of some marks, WGS84 degrees."""
        columns, newer = self.whole.columns, self.newer
        lng = self.taken(rows, columns.lng, newer.lng)
        lat = self.taken(rows, columns.lat, newer.lat)
        return Bbox(*(float(edge) for edge in (lng.min(), lat.min(), lng.max(), lat.max())))

    def categories_of(self, rows: Ints) -> Counter[str]:
        """Return how many of some marks are of each category."""
        first = len(self.whole.columns)
        found: Counter[str] = Counter()
        is_whole = slice(None) if not len(self.newer) else rows < first
        for columns, own in (
            (self.whole.columns, rows[is_whole]),
            (self.newer, rows[rows >= first] - first if len(self.newer) else rows[:0]),
        ):
            if len(own):
                counts = np.bincount(columns.category[own], minlength=len(columns.categories))
                found.update(dict(zip(columns.categories, counts.tolist(), strict=True)))
        return +found

    def taken(self, rows: Ints, column: np.ndarray, newer: np.ndarray) -> np.ndarray:
        """Return values of rows.  column, newer: those of the whole and of the newer marks."""
        first = len(column)
        if not len(newer):
            return column[rows]
        is_newer = rows >= first
        taken = np.empty(len(rows), column.dtype)
        taken[~is_newer] = column[rows[~is_newer]]
        taken[is_newer] = newer[rows[is_newer] - first]
        return taken
