"""The marks as arrays: what a frame needs of a hundred thousand places without a Python loop."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from collabmap.domain.feature import FeatureState, Mark
from collabmap.render.camera import world_arrays

# Later ones are painted over earlier ones.
RANK_ACCEPTED, RANK_PENDING, RANK_YOURS = 0, 1, 2


class MarkTable:
    """Columns x, y (world), awaiting, rank and look (a number in the atlas), one row a mark.

    Rows of removed marks stay, `alive` False, until a quarter of all rows is dead.
    """

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self.row_of: dict[bytes, int] = {}
        self._allocate(0)

    def __len__(self) -> int:
        return len(self.row_of)

    def get(self, mark_id: bytes | None) -> Mark | None:
        row = self.row_of.get(mark_id) if mark_id is not None else None
        return None if row is None else self.marks[row]

    def set_all(self, marks: Iterable[Mark]) -> None:
        """Replace everything.  Rejected features are not on the map."""
        shown = {mark.id: mark for mark in marks if mark.state is not FeatureState.REJECTED}
        self.marks = list(shown.values())
        self.row_of = {mark_id: row for row, mark_id in enumerate(shown)}
        self._allocate(len(self.marks))
        if self.marks:
            self._fill(0, self.marks)

    def update(self, changed: Sequence[Mark], removed: Iterable[bytes]) -> None:
        """Change rows in place, add new ones, forget removed ones."""
        gone = set(removed)
        gone |= {mark.id for mark in changed if mark.state is FeatureState.REJECTED}
        for mark_id in gone:
            row = self.row_of.pop(mark_id, None)
            if row is not None:
                self.alive[row] = False
        fresh: dict[bytes, Mark] = {}
        for mark in changed:
            row = self.row_of.get(mark.id)
            if mark.id in gone:
                continue
            if row is None:
                fresh[mark.id] = mark
            else:
                self.marks[row] = mark
                self._fill(row, [mark])
        if fresh:
            self._append(list(fresh.values()))
        if len(self.marks) > 256 and len(self.row_of) < 0.75 * len(self.marks):
            self.set_all([self.marks[row] for row in self.row_of.values()])

    def set_looks(self, look_of: Callable[[Mark], tuple[int, int]], rows: Iterable[int]) -> None:
        """Write (number in the atlas, rank) of some rows.  The caller keeps this off frames."""
        for row in rows:
            self.look[row], self.rank[row] = look_of(self.marks[row])

    def _allocate(self, size: int) -> None:
        self.x = np.empty(size)
        self.y = np.empty(size)
        self.awaiting = np.zeros(size, np.bool_)
        self.alive = np.zeros(size, np.bool_)
        self.rank = np.zeros(size, np.int8)
        self.look = np.zeros(size, np.int32)

    def _append(self, fresh: list[Mark]) -> None:
        first = len(self.marks)
        self.marks.extend(fresh)
        for row, mark in enumerate(fresh, first):
            self.row_of[mark.id] = row
        for name in ("x", "y", "awaiting", "alive", "rank", "look"):
            column = getattr(self, name)
            grown = np.zeros(len(self.marks), column.dtype)
            grown[:first] = column
            setattr(self, name, grown)
        self._fill(first, fresh)

    def _fill(self, first: int, marks: list[Mark]) -> None:
        rows = slice(first, first + len(marks))
        lng = np.fromiter((mark.lng for mark in marks), np.float64, len(marks))
        lat = np.fromiter((mark.lat for mark in marks), np.float64, len(marks))
        self.x[rows], self.y[rows] = world_arrays(lng, lat)
        accepted = FeatureState.ACCEPTED
        self.awaiting[rows] = [mark.state is not accepted for mark in marks]
        self.alive[rows] = True
