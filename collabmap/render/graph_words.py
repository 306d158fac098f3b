"""Where the names of a graph's nodes and the verbs of its links stand: none over a mark or another.

Pure arithmetic in logical pixels.  The name of the chosen node comes first, then what its links
say, then the other names and verbs as far as there is room.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from collabmap.render.camera import Floats
from collabmap.render.name_placing import Box, Name, place, sides

# Where along a link its verb may stand, the likeliest first, from the edge of a mark to the other.
_ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)
# A name stands below its mark, else above, right or left (sides of name_placing): rather where no
# link of its mark passes.
_BELOW, _SIDES = 2, (2, 3, 0, 1)
_GAP_PX = 5.0
# Steps along a line when it is asked whether it passes through a box.
_STEPS = 48
# A verb as long as its link would leave nothing of the link to see.
_MOST_OF_LINK = 0.8


class Verb(NamedTuple):
    """What a link says.  x0, y0, x1, y1: from mark to mark, edge to edge.

    key: number of the link.  is_strong: of the chosen node.
    """

    key: int
    x0: float
    y0: float
    x1: float
    y1: float
    width: float
    height: float
    is_strong: bool


class Placed(NamedTuple):
    """names: boxes by number of node.  verbs: boxes by number of link."""

    names: dict[int, Box]
    verbs: dict[int, Box]


def placed(
    names: Sequence[Name],
    verbs: Iterable[Verb],
    marks: Floats,
    view: Box,
    lines: Mapping[int, Floats],
) -> Placed:
    """Return the boxes of the words that found room.

    names: keyed by number of node, the highest priority is the chosen node's.  marks: boxes of all
    marks in view, (n, 4).  lines: links that should not pass through a name, by number of node:
    (k, 4) x0, y0, x1, y1.
    """
    kept: dict[Hashable, int] = {
        name.key: _free_side(name, lines[name.key], view)
        for name in names
        if isinstance(name.key, int)
    }
    verbs = list(verbs)
    first = max(names, key=lambda name: name.priority, default=None)
    found: dict[int, Box] = {}
    left, top, right, bottom = view
    far = 1e6
    # A name that is cut off at the edge says less than one on the other side of its mark.
    outside = [
        (-far, -far, left, far), (right, -far, far, far), (-far, -far, far, top),
        (-far, bottom, far, far),
    ]  # fmt: skip
    taken = _Boxes(np.concatenate((marks.reshape(-1, 4), np.array(outside))))
    if first is not None:
        _put(found, [first], taken, view, kept)
    said: dict[int, Box] = {}
    _say(said, (verb for verb in verbs if verb.is_strong), taken)
    _put(found, [name for name in names if name is not first], taken, view, kept)
    _say(said, (verb for verb in verbs if not verb.is_strong), taken)
    return Placed(found, said)


class _Boxes:
    def __init__(self, marks: Floats) -> None:
        self.all = marks

    def add(self, boxes: Iterable[Box]) -> None:
        more = list(boxes)
        if more:
            self.all = np.concatenate((self.all, np.array(more)))

    def hit(self, box: Box) -> bool:
        left, top, right, bottom = box
        all_ = self.all
        hit = (all_[:, 0] < right) & (all_[:, 2] > left)
        return bool((hit & (all_[:, 1] < bottom) & (all_[:, 3] > top)).any())


def _free_side(name: Name, lines: Floats, view: Box) -> int:
    """Return the side of a mark where its name can be read whole and no link passes through."""
    boxes = sides(name)
    share = np.linspace(0.0, 1.0, _STEPS)
    x = lines[:, :1] + share * (lines[:, 2] - lines[:, 0])[:, None]
    y = lines[:, 1:2] + share * (lines[:, 3] - lines[:, 1])[:, None]
    for side in _SIDES:
        left, top, right, bottom = boxes[side]
        is_seen = left >= view[0] and top >= view[1] and right <= view[2] and bottom <= view[3]
        if is_seen and not ((x > left) & (x < right) & (y > top) & (y < bottom)).any():
            return side
    return _BELOW


def _put(
    found: dict[int, Box],
    names: list[Name],
    taken: _Boxes,
    view: Box,
    kept: Mapping[Hashable, int],
) -> None:
    boxes = {
        key: box
        for key, (_side, box) in place(names, taken.all, kept, view=view).items()
        if isinstance(key, int)
    }
    found.update(boxes)
    taken.add(boxes.values())


def _say(said: dict[int, Box], verbs: Iterable[Verb], taken: _Boxes) -> None:
    for verb in verbs:
        dx, dy = verb.x1 - verb.x0, verb.y1 - verb.y0
        length = float(np.hypot(dx, dy))
        # How much of the link the words cover, lying level over it as they do.
        across = min(
            verb.width * length / max(abs(dx), 1e-6), verb.height * length / max(abs(dy), 1e-6)
        )
        if across > _MOST_OF_LINK * length:
            continue
        for share in _ALONG:
            x, y = verb.x0 + share * dx, verb.y0 + share * dy
            half, tall = verb.width / 2 + _GAP_PX, verb.height / 2
            box = (x - half, y - tall, x + half, y + tall)
            if not taken.hit(box):
                said[verb.key] = box
                taken.add([box])
                break
