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

    @property
    def is_empty(self) -> bool:
        return self == Effect()
