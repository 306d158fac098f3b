"""Lines cut into straight pieces and dashes, in numpy.

Qt strokes a wide antialiased path through a path of its outline, a hundred times slower than
straight pieces given one by one (QPainter.drawLines: 160,000 pieces of 2.4 px in 0.08 s, the same
path in 2 s).  Dashes are counted from where a line begins, so that they run on from tile to tile.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from collabmap.render.shapes import Floats, Ints, Shapes

Box = tuple[float, float, float, float]
# Positions in the same cell of so many a pixel are one.
_CELLS_A_PIXEL = 2.0
# Of one line in one picture: more of them are closer together than pixels.
_MAX_DASHES = 200_000


class Runs(NamedTuple):
    """Lines or rings in pixels.  points: (n, 2), from the box's corner.  starts: as in Shapes.

    owner: per run, the row it is of.
    """

    points: Floats
    starts: Ints
    owner: Ints


class Strokes(NamedTuple):
    """Straight pieces in pixels.  lines: (n, 4) x, y, x, y, within the box.

    owner: the row each is of.  start, stop: how far along its run each begins and ends, in pixels;
    whole: how long that run is.  is_closed: that run is a ring.  bends: (n, 2) by how many half
    widths each reaches on at its begin and its end, so that corners are filled.
    """

    lines: Floats
    owner: Ints
    start: Floats
    stop: Floats
    whole: Floats
    is_closed: npt.NDArray[np.bool_]
    bends: Floats

    def of(self, chosen: npt.NDArray[np.bool_] | Ints) -> "Strokes":
        """Return some of the pieces."""
        return Strokes._make(part[chosen] for part in self)

    def widened(self, width: float) -> Floats:
        """Return the lines as a pen of this width with flat ends has to draw them."""
        step = self.lines[:, 2:] - self.lines[:, :2]
        length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)
        along = step / length[:, None] * (width / 2)
        ends = (
            (self.lines[:, :2] - along * self.bends[:, :1]),
            (self.lines[:, 2:] + along * self.bends[:, 1:]),
        )
        return np.hstack(ends)


def runs_in(shapes: Shapes, scale: float, box: Box) -> Runs:
    """Return the runs of the shapes that touch a box, thinned to what half a pixel can show.

    scale: pixels of the world's width.  box: left, top, right, bottom in pixels of the world.
    What is left out depends on the world's pixels only: it is the same from tile to tile.
    """
    left, top, right, bottom = box
    chosen = shapes.touching((left / scale, top / scale, right / scale, bottom / scale))
    points, starts = shapes.runs(chosen)
    points = points * scale
    if len(points):
        cells = np.floor(points * _CELLS_A_PIXEL)
        keep = np.ones(len(points), np.bool_)
        keep[1:] = (cells[1:] != cells[:-1]).any(axis=1)
        keep[starts[:-1]] = True
        keep[starts[1:] - 1] = True
        points, starts = points[keep], np.concatenate([[0], np.cumsum(keep)])[starts]
    return Runs(points - (left, top), starts.astype(np.intp), shapes.owner[chosen])


def strokes_of(runs: Runs, width: float, height: float, margin: float, *, closed: bool) -> Strokes:
    """Return the pieces of runs that lie in a box of this size, cut at its edge.

    margin: how far outside the box they are kept: half the widest pen.
    """
    count = len(runs.points)
    start, stop = runs.points[:-1], runs.points[1:]
    run = np.repeat(np.arange(len(runs.owner)), np.diff(runs.starts))
    step = stop - start
    length = np.hypot(step[:, 0], step[:, 1]) if count else np.zeros(0)
    is_piece = run[1:] == run[:-1]
    length = np.where(is_piece, length, 0.0)
    along = np.concatenate([[0.0], np.cumsum(length)])
    first = along[runs.starts[:-1]] if count else np.zeros(0)
    whole = (along[runs.starts[1:] - 1] - first) if count else np.zeros(0)
    enter, leave = _within(start, step, (-margin, -margin, width + margin, height + margin))
    kept = np.flatnonzero(is_piece & (enter < leave))
    bends = _bends(step, length, runs.starts, closed=closed)[kept]
    enter, leave, of_run = enter[kept, None], leave[kept, None], run[:-1][kept]
    start, step = start[kept], step[kept]
    begin = along[:-1][kept] - first[of_run]
    return Strokes(
        np.ascontiguousarray(np.hstack([start + enter * step, start + leave * step])),
        runs.owner[of_run],
        begin + enter[:, 0] * length[kept],
        begin + leave[:, 0] * length[kept],
        whole[of_run],
        np.full(len(kept), closed),
        bends,
    )


def _bends(step: Floats, length: Floats, starts: Ints, *, closed: bool) -> Floats:
    """Return by how many half widths each piece reaches on: the tangent of half the turn.

    So far two pieces reach to meet in the outer corner; from a right angle on, as far as there.
    Lines that end reach on by half their width.
    """
    bends = np.ones((len(step), 2))
    if len(step) < 2:
        return bends
    unit = step / np.maximum(length, 1e-9)[:, None]
    before, after = np.arange(len(step) - 1), np.arange(1, len(step))
    if closed:
        # The last piece of a ring meets its first.
        last, first = starts[1:] - 2, starts[:-1]
        before, after = np.append(before, last), np.append(after, first)
    dot = (unit[before] * unit[after]).sum(axis=1)
    cross = unit[before, 0] * unit[after, 1] - unit[before, 1] * unit[after, 0]
    reach = np.clip(np.abs(cross) / np.maximum(1 + dot, 1e-6), 0, 1)
    # Between two runs lies a piece of no length, which meets nothing.
    meets = (length[before] > 0) & (length[after] > 0)
    bends[before[meets], 1] = reach[meets]
    bends[after[meets], 0] = reach[meets]
    return bends


def joined(one: Strokes, other: Strokes) -> Strokes:
    """Return all pieces of both."""
    return Strokes._make(np.concatenate(pair) for pair in zip(one, other, strict=True))


def dashes(strokes: Strokes, pattern: Sequence[float]) -> Floats:
    """Return the dashes of pieces as lines (n, 4).

    pattern: dash, gap, dash, gap... in pixels.  Around a ring a whole number of patterns goes.
    """
    if not len(strokes.lines):
        return strokes.lines
    period = float(sum(pattern))
    times = np.maximum(1.0, np.round(strokes.whole / period))
    unit = np.where(strokes.is_closed, strokes.whole / times / period, 1.0)
    unit = np.maximum(unit, 1e-9)
    found = []
    offset = 0.0
    for dash, gap in zip(pattern[::2], pattern[1::2], strict=True):
        found.append(_dashes(strokes, offset * unit, (offset + dash) * unit, period * unit))
        offset += dash + gap
    return np.concatenate(found)


def _dashes(strokes: Strokes, first: Floats, last: Floats, period: Floats) -> Floats:
    """Return the parts of pieces from `first` to `last` of every period along their runs."""
    lowest = np.floor((strokes.start - last) / period) + 1
    highest = np.ceil((strokes.stop - first) / period) - 1
    counts = np.clip(highest - lowest + 1, 0, _MAX_DASHES).astype(np.intp)
    at = np.repeat(np.arange(len(counts)), counts)
    nth = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
    base = (lowest[at] + nth) * period[at]
    begin = np.maximum(base + first[at], strokes.start[at])
    end = np.minimum(base + last[at], strokes.stop[at])
    length = np.maximum(strokes.stop - strokes.start, 1e-12)[at]
    lines = strokes.lines[at]
    step = lines[:, 2:] - lines[:, :2]
    share_begin = ((begin - strokes.start[at]) / length)[:, None]
    share_end = ((end - strokes.start[at]) / length)[:, None]
    return np.hstack([lines[:, :2] + share_begin * step, lines[:, :2] + share_end * step])


def _within(start: Floats, step: Floats, box: Box) -> tuple[Floats, Floats]:
    """Return from and to which share of a piece it lies in a box; nothing where from >= to.

    Source: Liang and Barsky, "A new concept and method for line clipping", 1984.
    """
    enter, leave = np.zeros(len(start)), np.ones(len(start))
    with np.errstate(divide="ignore", invalid="ignore"):
        for axis in (0, 1):
            low = (box[axis] - start[:, axis]) / step[:, axis]
            high = (box[axis + 2] - start[:, axis]) / step[:, axis]
            is_level = step[:, axis] == 0
            is_out = (start[:, axis] < box[axis]) | (start[:, axis] > box[axis + 2])
            near = np.where(is_level, np.where(is_out, 2.0, 0.0), np.minimum(low, high))
            far = np.where(is_level, 1.0, np.maximum(low, high))
            enter, leave = np.maximum(enter, near), np.minimum(leave, far)
    return enter, leave
