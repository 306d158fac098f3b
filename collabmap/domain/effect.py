"""What a write changed: the screen refreshes from this and from nothing else."""

from typing import NamedTuple

from collabmap.domain.geo import Bbox

# Above this many features an Effect carries counts and a box only.
MAX_LISTED = 1000


class Effect(NamedTuple):
    """features: ids touched, or None when there are more than MAX_LISTED (reload the box).

    bbox: where they lie (old and new positions), None when nowhere.  people: persons or roles
    changed.  meta: the project's name, base map or theme changed.
    """

    features: frozenset[bytes] | None = frozenset()
    added: int = 0
    changed: int = 0
    removed: int = 0
    bbox: Bbox | None = None
    people: bool = False
    meta: bool = False

    def joined(self, later: "Effect") -> "Effect":
        """Return what two writes, one after the other, changed."""
        features = None
        if self.features is not None and later.features is not None:
            features = self.features | later.features
        boxes = [box for box in (self.bbox, later.bbox) if box is not None]
        return Effect(
            features if features is None or len(features) <= MAX_LISTED else None,
            self.added + later.added,
            self.changed + later.changed,
            self.removed + later.removed,
            Bbox(
                min(box.west for box in boxes),
                min(box.south for box in boxes),
                max(box.east for box in boxes),
                max(box.north for box in boxes),
            )
            if boxes
            else None,
            self.people or later.people,
            self.meta or later.meta,
        )

    @property
    def is_empty(self) -> bool:
        return self == Effect()
