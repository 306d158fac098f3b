"""What waits, as one light row a place: what claims and decisions about many look at."""

from collections.abc import Iterable
from typing import NamedTuple

from collabmap.review.queue import ReviewItem


class QueueRow(NamedTuple):
    """One thing that waits.  id: of the feature.  author: the person who added the place."""

    id: bytes
    kind: str
    also: frozenset[str]
    name: str
    category: str
    author: bytes
    author_name: str
    at_ms: int
    lng: float
    lat: float
    where: str
    is_asked: bool


def rows_of(items: Iterable[ReviewItem]) -> list[QueueRow]:
    """Return the rows of items of the queue."""
    return [
        QueueRow(
            item.id,
            item.kind,
            frozenset({"contested"} if item.is_contested else ()),
            item.name,
            item.category,
            item.place.author,
            item.author_name,
            item.at_ms,
            item.after_lng,
            item.after_lat,
            item.place.where,
            item.is_asked,
        )
        for item in items
    ]
