"""What of the queue is looked at: a kind, a category, an author, a place, words, one's own part."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from collabmap.domain.geo import Bbox
from collabmap.domain.name_words import fold
from collabmap.review.queue_rows import QueueRow

# Whether a row is of the part that a coordinator has taken.
IsMine = Callable[[QueueRow], bool]


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Everything given must hold; '' and None let all through.

    author: a person.  where: as in QueueRow.  box: WGS84 degrees.  text: words of names.
    """

    kind: str = ""
    category: str | None = None
    author: bytes | None = None
    where: str | None = None
    box: Bbox | None = None
    is_mine: bool = False
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return self == QueueFilter()

    def lets_through(self, is_mine: IsMine) -> Callable[[QueueRow], bool]:
        """Return whether a row is looked at, its kind left aside."""
        words = fold(self.text).split()
        if self == QueueFilter(self.kind):
            return lambda row: True

        def passes(row: QueueRow) -> bool:
            if self.category is not None and row.category != self.category:
                return False
            if self.author is not None and row.author != self.author:
                return False
            if self.where is not None and row.where != self.where:
                return False
            if self.box is not None and not self.box.contains(row.lng, row.lat):
                return False
            if self.is_mine and not is_mine(row):
                return False
            if not words:
                return True
            name = fold(" ".join((row.name, *row.names)))
            return all(word in name for word in words)

        return passes

    def note(self) -> dict[str, Any]:
        """Return it as a device keeps it: what is not given is left out."""
        box = list(self.box) if self.box is not None else None
        found = {
            "kind": self.kind or None,
            "category": self.category,
            "author": self.author,
            "where": self.where,
            "box": box,
            "is_mine": self.is_mine or None,
            "text": self.text or None,
        }
        return {name: value for name, value in found.items() if value is not None}

    @classmethod
    def read(cls, note: object) -> "QueueFilter":
        """Return what a device kept; what another version wrote and this one can't read is left."""
        if not isinstance(note, dict):
            return cls()
        kinds = {"category": str, "author": bytes, "where": str}
        box, mine = note.get("box"), note.get("is_mine")
        edges = [n for n in box if isinstance(n, float)] if isinstance(box, list) else []
        return cls(
            kind=_text(note, "kind"),
            **{n: v for n, t in kinds.items() if isinstance(v := note.get(n), t)},
            box=Bbox(*edges) if len(edges) == 4 else None,
            is_mine=mine is True,
            text=_text(note, "text"),
        )


def _text(note: dict[str, Any], name: str) -> str:
    value = note.get(name, "")
    return value if isinstance(value, str) else ""
