"""Where names stand beside their marks: none over another, nor over a mark.

Pure arithmetic in logical pixels.  A name that stands somewhere stays there as long as it can, so
that none jumps from side to side while the map moves; only then come new ones, by priority.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from collabmap.render.camera import Floats

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


def place(
    names: Iterable[Name],
    obstacles: Floats,
    kept: Mapping[Hashable, int] | None = None,
    *,
    only_kept: bool = False,
    view: Box | None = None,
) -> dict[Hashable, tuple[int, Box]]:
    """Return the side (see `sides`) and the box of each name that found a place.

    obstacles: boxes of marks and other things not to be covered, (n, 4).  kept: sides that names
    had, which come first.  only_kept: no name gets a place it had not.  view: what is seen, so that
    a new name stands where it can be read whole, if it can.
    """
    kept = kept or {}
    ordered = sorted(names, key=lambda n: (n.key not in kept, -n.priority, n.y, n.x, repr(n.key)))
    candidates = [sides(name) for name in ordered]
    is_blocked = _blocked(candidates, obstacles)
    taken = _Taken()
    placed: dict[Hashable, tuple[int, Box]] = {}
    for name, boxes, blocked in zip(ordered, candidates, is_blocked, strict=True):
        had = kept.get(name.key)
        if had is not None:
            order = (had,) if only_kept else (had, *(side for side in range(4) if side != had))
        elif only_kept:
            break
        else:
            order = (0, 1, 2, 3)
            if view is not None:
                order = tuple(sorted(order, key=lambda side: not _is_inside(boxes[side], view)))
        for side in order:
            if not blocked[side] and taken.take(boxes[side]):
                placed[name.key] = side, boxes[side]
                break
    return placed


def _is_inside(box: Box, view: Box) -> bool:
    return box[0] >= view[0] and box[1] >= view[1] and box[2] <= view[2] and box[3] <= view[3]


class _Taken:
    """Boxes of names, found by the cells they lie in."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = {}

    def take(self, box: Box) -> bool:
        """Take a box that overlaps no other; edges may touch.  Tells whether it was free."""
        left, top, right, bottom = box
        columns = range(int(left // _CELL_PX), int(right // _CELL_PX) + 1)
        rows = range(int(top // _CELL_PX), int(bottom // _CELL_PX) + 1)
        cells = [(x, y) for x in columns for y in rows]
        for cell in cells:
            for other in self._cells.get(cell, ()):
                if left < other[2] and right > other[0] and top < other[3] and bottom > other[1]:
                    return False
        for cell in cells:
            self._cells.setdefault(cell, []).append(box)
        return True


def _blocked(candidates: list[tuple[Box, Box, Box, Box]], obstacles: Floats) -> list[list[bool]]:
    """Return for each name which of its sides an obstacle is in the way of."""
    if not candidates or not len(obstacles):
        return [[False] * 4 for _boxes in candidates]
    boxes = np.array(candidates)
    left, top, right, bottom = (obstacles[:, edge] for edge in range(4))
    blocked = [
        (
            (boxes[:, side, 0, None] < right)
            & (boxes[:, side, 2, None] > left)
            & (boxes[:, side, 1, None] < bottom)
            & (boxes[:, side, 3, None] > top)
        ).any(axis=1)
        for side in range(4)
    ]
    return np.array(blocked).T.tolist()  # type: ignore[no-any-return]
