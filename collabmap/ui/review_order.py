"""Which item of the queue comes next: what is decided leaves, what is put off waits its turn."""

from collections import Counter
from collections.abc import Iterable

from collabmap.review.queue import ReviewItem


class ReviewOrder:
    """items: what still waits, the oldest first.  kind: the filter in force, '' for all."""

    def __init__(self) -> None:
        self.items: list[ReviewItem] = []
        self.kind = ""
        self._decided: set[bytes] = set()
        self._put_off: set[bytes] = set()

    @property
    def decided(self) -> int:
        return len(self._decided)

    @property
    def total(self) -> int:
        """How many there were in all, decided ones too."""
        return len(self.items) + len(self._decided)

    @property
    def shown(self) -> list[ReviewItem]:
        """What the filter lets through."""
        return [item for item in self.items if self.kind in ("", item.kind)]

    def counts(self) -> Counter[str]:
        """Return how many wait, by kind."""
        return Counter(item.kind for item in self.items)

    def item(self, feature: bytes | None) -> ReviewItem | None:
        return next((item for item in self.items if item.id == feature), None)

    def is_put_off(self, feature: bytes) -> bool:
        return feature in self._put_off

    def was_decided(self, feature: bytes) -> bool:
        return feature in self._decided

    # --- what changes --------------------------------------------------------------------

    def load(self, items: Iterable[ReviewItem]) -> None:
        """Take the queue as it was read."""
        self.items = list(items)
        waiting = {item.id for item in self.items}
        self._decided -= waiting
        self._put_off &= waiting

    def decide(self, feature: bytes) -> None:
        """Take out an item that was just decided."""
        self.items = [item for item in self.items if item.id != feature]
        self._decided.add(feature)
        self._put_off.discard(feature)

    def put(self, item: ReviewItem) -> None:
        """Put an item where it belongs: a verdict was taken back, or it has changed."""
        self._decided.discard(item.id)
        others = [other for other in self.items if other.id != item.id]
        # What was asked waits for somebody else: it comes last, as in the queue that is read.
        self.items = sorted([*others, item], key=lambda i: (i.is_asked, i.place.born_ms, i.id))

    def drop(self, feature: bytes) -> None:
        """Take out an item that nobody has to decide any more."""
        self.items = [item for item in self.items if item.id != feature]

    def put_off(self, feature: bytes) -> None:
        self._put_off.add(feature)

    # --- where to go ---------------------------------------------------------------------

    def following(self, feature: bytes | None) -> bytes | None:
        """Return what comes after an item, past those put off while others are left.

        Ask before the item is taken out.  None: nothing else is shown.
        """
        shown = self.shown
        at = next((i for i, item in enumerate(shown) if item.id == feature), -1)
        round_trip = [item.id for item in shown[at + 1 :] + shown[: max(at, 0)]]
        fresh = [each for each in round_trip if each not in self._put_off]
        return next(iter(fresh or round_trip), None)

    def neighbour(self, feature: bytes | None, step: int) -> bytes | None:
        """Return the item above (-1) or below (1), the same one at either end."""
        shown = self.shown
        if not shown:
            return None
        at = next((i for i, item in enumerate(shown) if item.id == feature), None)
        if at is None:
            return shown[0].id
        return shown[max(0, min(len(shown) - 1, at + step))].id
