"""The cards that come next, read ahead: the next one is there when the key is pressed."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from collabmap.review.duplicates import DuplicateItem
from collabmap.review.queue import ReviewItem
from collabmap.review.queue_rows import QueueRow

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.ui.tasks import Tasks

# So many cards are read before they are wanted, and so many are kept.
AHEAD = 3
_KEPT = 16

# What a face shows.
Card = ReviewItem | DuplicateItem
Found = Callable[[bytes, Card | None], object]


def read_card(reader: "Reader", row: QueueRow) -> Card | None:
    """Return the card of a row, None if it waits no more."""
    if row.kind == "duplicate":
        return reader.duplicate_item(row.id)
    return reader.review_item(row.id)


class ReviewCards(QObject):
    """found: told of each card that was asked for now, None where it waits no more."""

    def __init__(self, tasks: "Tasks", found: Found, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._found = found
        self._kept: OrderedDict[bytes, Card] = OrderedDict()
        # Which reading of a card is the newest; what was read before a change is not shown.
        self._asked: dict[bytes, int] = {}
        self._count = 0

    def card(self, id_: bytes) -> Card | None:
        """Return a card that is there, None if it has to be asked for."""
        return self._kept.get(id_)

    def ask(self, row: QueueRow) -> None:
        """Read a card now, also where there is one, which may be older."""
        self._read(row, is_quiet=False)

    def read_ahead(self, rows: Iterable[QueueRow]) -> None:
        """Read what is not there yet."""
        for row in rows:
            if row.id not in self._kept and row.id not in self._asked:
                self._read(row, is_quiet=True)

    def drop(self, ids: Iterable[bytes] | None) -> None:
        """Let go of what has changed; None: of everything."""
        gone = {*self._kept, *self._asked} if ids is None else set(ids)
        for id_ in gone:
            self._kept.pop(id_, None)
            self._asked.pop(id_, None)

    def _read(self, row: QueueRow, *, is_quiet: bool) -> None:
        if self._tasks.lanes is None:
            return
        self._count += 1
        number = self._asked[row.id] = self._count
        self._tasks.read(
            lambda reader: read_card(reader, row),
            lambda card: self._take(row.id, number, card, is_quiet),
            owner=self,
            is_quiet=is_quiet,
        )

    def _take(self, id_: bytes, number: int, card: Card | None, is_quiet: bool) -> None:
        if self._asked.get(id_) != number:
            return
        del self._asked[id_]
        if card is not None:
            self._kept[id_] = card
            self._kept.move_to_end(id_)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._found(id_, card)
