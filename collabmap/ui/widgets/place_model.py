"""The places of a list: their order is an array, their lines are read as they come into view."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from collabmap.app.care_words import care_words
from collabmap.app.place_kinds import kind_words
from collabmap.app.words import _, format_distance, format_number, language
from collabmap.domain.feature import FeatureState, PlaceRow
from collabmap.domain.geo import LngLat, distance_m
from collabmap.domain.theme import Theme
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collabmap.app.place_search import FoundPlace

Index = QModelIndex | QPersistentModelIndex
Rows = NDArray[np.int64]
# So many lines are read at once, and so many are kept.
PAGE = 64
_KEPT = 4096


def state_words(state: FeatureState, *, disagreement: bool = False) -> str:
    """Return what became of a place, as in a second line."""
    if disagreement:
        return _("disagreement")
    return {
        FeatureState.PENDING: _("awaiting review"),
        FeatureState.ACCEPTED: _("reviewed"),
        FeatureState.CHANGE_PROPOSED: _("change proposed"),
        FeatureState.DELETE_PROPOSED: _("deletion proposed"),
        FeatureState.REJECTED: _("refused"),
    }[state]


class Asked(NamedTuple):
    """rows: to read.  writings: how often something had been written by then."""

    rows: list[int]
    writings: int


class PlaceModel(QAbstractListModel):
    """order: rows of the file, in the order of the list; `found` comes after them.

    near: from where distances are, None shows none.  person: whose places are 'Yours'.  reasons:
    why rows need care, which their lines say then.
    lines_wanted: some that are looked at are not known as they are now; see `wanted_rows`.
    """

    lines_wanted = Signal()

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.person: bytes | None = None
        self.near: LngLat | None = None
        self.reasons: Mapping[int, str] = {}
        self.order: Rows = np.zeros(0, np.int64)
        self.found: tuple[FoundPlace, ...] = ()
        self._known: OrderedDict[int, PlaceRow | None] = OrderedDict()
        self._fresh: set[int] = set()
        self._asked: set[int] = set()
        self._wanted: set[int] = set()
        self._writings = 0
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self.lines_wanted)

    # --- what is listed ------------------------------------------------------------------

    def set_order(self, order: Rows, near: LngLat | None, person: bytes | None) -> None:
        """List other rows.  What is known of them stays, so that nothing flickers."""
        self.near, self.person = near, person
        if not np.array_equal(order, self.order):
            self.beginResetModel()
            self.order = order
            self.endResetModel()

    def set_found(self, found: "Sequence[FoundPlace]") -> None:
        """Show what lies on the map beside the places of the project."""
        if tuple(found) != self.found:
            self.beginResetModel()
            self.found = tuple(found)
            self.endResetModel()

    def clear(self) -> None:
        """List nothing, and forget all lines: they are of another map."""
        self.beginResetModel()
        self.order, self.found = np.zeros(0, np.int64), ()
        self._known.clear()
        self.make_stale()
        self.endResetModel()

    def make_stale(self) -> None:
        """Have every line read again when it is looked at: something was written."""
        self._fresh.clear()
        self._asked.clear()
        self._writings += 1

    # --- the lines -----------------------------------------------------------------------

    def place(self, rank: int) -> PlaceRow | None:
        """Return the line at a place of the list, None while it is not known; it is read then."""
        row = int(self.order[rank])
        if row not in self._fresh and row not in self._asked:
            page = rank // PAGE * PAGE
            self._wanted.update(range(page, min(page + PAGE, len(self.order))))
            self._timer.start()
        return self._known.get(row)

    def wanted_rows(self, in_view: Iterable[int]) -> Asked:
        """Return what to read, and want nothing else any more.

        in_view: places of the list.  What was scrolled past is left out: it is read for nobody.
        """
        pages = {rank // PAGE for rank in in_view}
        ranks = sorted(rank for rank in self._wanted if rank // PAGE in pages)
        self._wanted.clear()
        known = self._fresh | self._asked
        rows = [int(self.order[rank]) for rank in ranks if rank < len(self.order)]
        rows = [row for row in rows if row not in known]
        self._asked.update(rows)
        return Asked(rows, self._writings)

    def take_lines(self, asked: Asked, lines: Mapping[int, PlaceRow]) -> None:
        """Keep what was read.  Rows that were asked for and have no line are no longer there."""
        for row in asked.rows:
            line = lines.get(row)
            # A name that was erased for good leaves the place, if others wrote of it too.
            named = line if line is None or line.name else replace(line, name=_("(removed)"))
            self._known[row] = named
            self._known.move_to_end(row)
        if asked.writings == self._writings:
            self._asked.difference_update(asked.rows)
            self._fresh.update(asked.rows)
        while len(self._known) > _KEPT:
            self._fresh.discard(self._known.popitem(last=False)[0])
        if len(self.order):
            self.dataChanged.emit(self.index(0), self.index(len(self.order) - 1))

    def rank_of(self, row: int | None) -> int:
        """Return where a row is in the list, -1 if it is not."""
        if row is None:
            return -1
        ranks = np.flatnonzero(self.order == row)
        return int(ranks[0]) if len(ranks) else -1

    def index_of(self, feature: bytes | None) -> QModelIndex:
        """Return where a place is, as far as its line is known."""
        for row, line in self._known.items():
            if line is not None and line.id == feature and (rank := self.rank_of(row)) >= 0:
                return self.index(rank)
        return QModelIndex()

    def distance_m(self, line: PlaceRow) -> float | None:
        if self.near is None or not line.is_placed:
            return None
        return distance_m(self.near, LngLat(line.lng, line.lat))

    # --- as a model ----------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.order) + len(self.found)

    def found_at(self, index: Index) -> "FoundPlace | None":
        """Return what was found at an index, None for a place of the project."""
        rank = index.row() - len(self.order)
        return self.found[rank] if index.isValid() and rank >= 0 else None

    def second_line(self, rank: int, line: PlaceRow) -> str:
        """Return 'Yours · awaiting review' or 'Culture · reviewed', or why it needs care."""
        if reason := self.reasons.get(int(self.order[rank])):
            return care_words(reason)
        if self.person is not None and line.author == self.person:
            first = _("Yours")
        else:
            first = self.theme.category(line.category).label(language())
        return f"{first} · {state_words(line.state, disagreement=line.disagreement)}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            rank, count = format_number(index.row() + 1), format_number(self.rowCount())
            return _("{rank} of {count}").format(rank=rank, count=count)
        if (found := self.found_at(index)) is not None:
            return _data_of_found(found, role)
        if role not in _ROLES or (line := self.place(index.row())) is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            second = f"\n{self.second_line(index.row(), line)}" if self.reasons else ""
            return plain_tip(line.name + second)
        if role != Qt.ItemDataRole.AccessibleTextRole:
            return line.name
        category = self.theme.category(line.category).label(language())
        words = [line.name, category, self.second_line(index.row(), line)]
        if (away_m := self.distance_m(line)) is not None:
            words.append(format_distance(away_m))
        return ", ".join(words)


_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)


def found_line(found: "FoundPlace") -> str:
    """Return « Street · La Condamine, Monaco »."""
    return " · ".join(part for part in (kind_words(found.kind), found.where) if part)


def _data_of_found(found: "FoundPlace", role: int) -> object:
    if role == Qt.ItemDataRole.DisplayRole:
        return found.name
    if role == Qt.ItemDataRole.ToolTipRole:
        lines = (found.name, found.where, found.credit)
        return plain_tip("\n".join(line for line in lines if line))
    if role == Qt.ItemDataRole.AccessibleTextRole:
        words = [found.name, kind_words(found.kind), found.where]
        if found.distance_m is not None:
            words.append(format_distance(found.distance_m))
        return ", ".join(word for word in words if word)
    return None
