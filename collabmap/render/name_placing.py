"""Where names stand beside their marks: none over another, nor over a mark.

Pure arithmetic in logical pixels.  A name that stands somewhere stays there as long as it can, so
that none jumps from side to side while the map moves; only then come new ones, by priority.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

# left, top, right, bottom.
Box = tuple[float, float, float, float]

_CELL_PX = 64.0
# Names that touch read as one.
GAP_PX = 3.0


class Name(NamedTuple):
    """A name that wants a place.  x, y: middle of its mark; reach: half the width of the mark.

    key: tells it from others, also on the next frame.  priority: the highest is placed first.
    """

    key: Hashable
    x: float
    y: float
    reach: float
    width: float
    height: float
    priority: int = 0


def sides(name: Name) -> tuple[Box, Box, Box, Box]:
    """Return where a name may stand: right of its mark, left of it, below and above."""
    _key, x, y, reach, width, height, _priority = name
    half, near = height / 2, reach + GAP_PX
    return (
        (x + near, y - half, x + near + width, y + half),
        (x - near - width, y - half, x - near, y + half),
        (x - width / 2, y + near, x + width / 2, y + near + height),
        (x - width / 2, y - near - height, x + width / 2, y - near),
    )


class Taken:
    """Boxes that nothing may overlap, found by the cells they lie in."""

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = {}
        for box in boxes:
            self.add(box)

    def add(self, box: Box) -> None:
        for cell in _cells(box):
            self._cells.setdefault(cell, []).append(box)

    def is_free(self, box: Box) -> bool:
        """Whether a box overlaps no other; edges may touch."""
        left, top, right, bottom = box
        for cell in _cells(box):
            for other in self._cells.get(cell, ()):
                if left < other[2] and right > other[0] and top < other[3] and bottom > other[1]:
                    return False
        return True


def place(
    names: Iterable[Name],
    taken: Taken,
    kept: Mapping[Hashable, int] | None = None,
    *,
    only_kept: bool = False,
) -> dict[Hashable, tuple[int, Box]]:
    """Return the side (see `sides`) and the box of each name that found a place.

    taken: marks and other things not to be covered; the names are added to it.  kept: sides that
    names had, which come first.  only_kept: no name gets a place it had not.
    """
    kept = kept or {}
    ordered = sorted(names, key=lambda n: (n.key not in kept, -n.priority, n.y, n.x, repr(n.key)))
    placed: dict[Hashable, tuple[int, Box]] = {}
    for name in ordered:
        had = kept.get(name.key)
        if had is None and only_kept:
            break
        boxes = sides(name)
        order = range(len(boxes)) if had is None else (had, *(s for s in range(4) if s != had))
        for side in order[:1] if only_kept else order:
            if taken.is_free(boxes[side]):
                taken.add(boxes[side])
                placed[name.key] = side, boxes[side]
                break
    return placed


def _cells(box: Box) -> list[tuple[int, int]]:
    left, top, right, bottom = (int(edge // _CELL_PX) for edge in box)
    return [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
