"""Shapes as many small Qt paths, ready to paint on a metatile.

Qt's rasteriser takes time that grows faster than what a path holds: a town's houses in one path
take ten times as long as one by one.  So shapes are gathered by the cell of a fine grid of the
world in which their middle lies.  Which shapes share a path, and in which order paths come, is the
same whatever block they are painted on; so is what `_simplify` leaves out.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QByteArray, QDataStream
from PySide6.QtGui import QPainterPath

from collabmap.render.shapes import Floats, Ints, Shapes

# What Qt's rasteriser counts in.  Rounding to it first makes a picture independent of its origin.
GRAIN = 64.0
# Of the grid; on a town's streets and houses 64 px costs a tenth more, 256 px twice as much.
CELL_PX = 32.0
# A point nearer to the line between its neighbours is left out: nobody can see it.
TOLERANCE_PX = 0.15
PASSES = 2

Box = tuple[float, float, float, float]


class Source(NamedTuple):
    """Shapes to cut.  is_whole: no length may be left out of their lines, however far outside."""

    shapes: Shapes
    is_whole: bool = False


class _Runs(NamedTuple):
    """Lines and rings of many layers.  x, y: pixels of the world.  starts: as in `Shapes`.

    layer: per run, which it belongs to.  boxes: per run, of the shape that it is part of, pixels.
    """

    x: Floats
    y: Floats
    starts: Ints
    layer: Ints
    boxes: Floats


def cut(
    sources: Sequence[Source],
    scale: float,
    box: Box,
    margin: float,
    tolerance: float = TOLERANCE_PX,
) -> list[list[QPainterPath]]:
    """Return, for each source, the paths that reach into a box, their origin its north-west.

    scale: pixels of the world's width.  box: left, top, right, bottom in pixels of the world.
    margin: how far outside positions are kept as they are: more than half the widest pen.
    tolerance: points nearer than this to the line between their neighbours may go, in pixels.
    """
    left, top, right, bottom = box
    near = (left - margin, top - margin, right + margin, bottom + margin)
    paths: list[list[QPainterPath]] = [[] for _ in sources]
    runs = _gather(sources, scale, near)
    if runs is None:
        return paths
    for _ in range(PASSES):
        runs = _simplify(runs, tolerance)
    runs = _thin(runs, near, np.array([not source.is_whole for source in sources]))
    for layer, path in _paths(runs, left, top):
        paths[layer].append(path)
    return paths


def _gather(sources: Sequence[Source], scale: float, near: Box) -> _Runs | None:
    """Return the runs of all shapes that touch a box, None for none."""
    side = tuple(edge / scale for edge in near)
    points, counts, layer, boxes = [], [], [], []
    for number, (shapes, _) in enumerate(sources):
        chosen = shapes.touching(side)  # type: ignore[arg-type]
        if len(chosen):
            part, starts = shapes.runs(chosen)
            points.append(part)
            counts.append(np.diff(starts))
            layer.append(np.full(len(chosen), number))
            boxes.append(shapes.boxes[shapes.owner[chosen]])
    if not points:
        return None
    grains = np.round(np.concatenate(points) * (scale * GRAIN)) / GRAIN
    return _Runs(
        np.ascontiguousarray(grains[:, 0]),
        np.ascontiguousarray(grains[:, 1]),
        _starts(np.concatenate(counts)),
        np.concatenate(layer),
        np.concatenate(boxes) * scale,
    )


def _starts(counts: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)


def _without(runs: _Runs, dropped: Ints) -> _Runs:
    """Return runs without some of their points, by index."""
    keep = np.ones(len(runs.x), dtype=bool)
    keep[dropped] = False
    starts = np.concatenate([[0], np.cumsum(keep)])[runs.starts]
    return runs._replace(x=runs.x[keep], y=runs.y[keep], starts=starts.astype(np.intp))


def _simplify(runs: _Runs, tolerance: float) -> _Runs:
    """Leave out points that lie on the line between their neighbours.

    Of a run only each second point may go, so that both its neighbours stay and nothing but the
    run decides.
    """
    counts = np.diff(runs.starts)
    odd = np.maximum(counts - 1, 0) // 2  # how many points at 1, 3, 5... have a neighbour after
    firsts = _starts(odd)
    at = 2 * np.arange(firsts[-1]) + np.repeat(runs.starts[:-1] - 2 * firsts[:-1], odd) + 1
    x, y = runs.x, runs.y
    x0, y0 = x[at - 1], y[at - 1]
    along_x, along_y = x[at + 1] - x0, y[at + 1] - y0
    to_x, to_y = x[at] - x0, y[at] - y0
    length = along_x * along_x + along_y * along_y
    dot = to_x * along_x + to_y * along_y
    off = to_x * along_y - to_y * along_x
    is_near = (off * off <= tolerance**2 * length) & (dot >= 0) & (dot <= length)
    # Where a line goes out and back to where it was, its tip is a spike of some length.
    is_near &= (length > 0) | (to_x * to_x + to_y * to_y <= tolerance**2)
    return _without(runs, at[is_near])


def _thin(runs: _Runs, box: Box, may_thin: npt.NDArray[np.bool_]) -> _Runs:
    """Leave out points that lie, like both their neighbours, beyond the same side of a box.

    What is drawn inside the box stays the same to the last bit, which a true clip would not give:
    it would put new corners on the lines.
    """
    sides = ((0, 0, np.less), (0, 2, np.greater), (1, 1, np.less), (1, 3, np.greater))
    for axis, edge, is_far in sides:
        chosen = np.flatnonzero(is_far(runs.boxes[:, edge], box[edge]) & may_thin[runs.layer])
        if not len(chosen):
            continue
        counts = np.maximum(np.diff(runs.starts)[chosen] - 2, 0)
        firsts = _starts(counts)
        # The inner points of the chosen runs: their ends stay.
        at = np.arange(firsts[-1]) + np.repeat(runs.starts[chosen] - firsts[:-1], counts) + 1
        beyond = is_far((runs.x, runs.y)[axis], box[edge])
        runs = _without(runs, at[beyond[at - 1] & beyond[at] & beyond[at + 1]])
    return runs


def _paths(runs: _Runs, left: float, top: float) -> list[tuple[int, QPainterPath]]:
    """Return a path for each layer and cell, and which layer it is of."""
    column = ((runs.boxes[:, 0] + runs.boxes[:, 2]) // (2 * CELL_PX)).astype(np.int64)
    row = ((runs.boxes[:, 1] + runs.boxes[:, 3]) // (2 * CELL_PX)).astype(np.int64)
    order = np.lexsort((column, row, runs.layer))
    counts = np.diff(runs.starts)[order]
    starts = _starts(counts)
    index = np.arange(starts[-1]) + np.repeat(runs.starts[:-1][order] - starts[:-1], counts)
    changes = np.zeros(len(order) - 1, dtype=bool)
    for part in (runs.layer, row, column):
        changes |= np.diff(part[order]) != 0
    firsts = np.concatenate([[0], np.flatnonzero(changes) + 1, [len(order)]])
    found = paths_of(runs.x[index] - left, runs.y[index] - top, starts, firsts)
    return list(zip(runs.layer[order][firsts[:-1]].tolist(), found, strict=True))


def paths_of(x: Floats, y: Floats, starts: Ints, firsts: Ints) -> list[QPainterPath]:
    """Return paths of many runs, filled by the winding rule.

    starts: where each run begins in x and y, then their count.  firsts: the same for the paths,
    counted in runs; a path of no run is empty.
    Through Qt's own serial form: a call of lineTo for each point costs thirty times more.
    Source: QDataStream format of QPainterPath, Qt 6: count, (type, x, y)..., start, fill rule.
    """
    rows = np.empty(len(x), dtype=[("type", "<i4"), ("x", "<f8"), ("y", "<f8")])
    rows["type"] = 1  # QPainterPath::LineToElement
    rows["type"][starts[:-1]] = 0  # QPainterPath::MoveToElement
    rows["x"], rows["y"] = x, y
    bounds = starts[firsts].tolist()
    last_starts = (starts[firsts[1:] - 1] - starts[firsts[:-1]]).tolist()
    data, size = memoryview(rows.tobytes()), rows.itemsize
    parts: list[bytes | memoryview] = []
    for number, last_start in enumerate(last_starts):
        first, last = bounds[number], bounds[number + 1]
        if first == last:
            parts.append(struct.pack("<i", 0))  # and nothing more
            continue
        parts.append(struct.pack("<i", last - first))
        parts.append(data[first * size : last * size])
        parts.append(struct.pack("<ii", last_start, 1))  # 1: Qt::WindingFill
    serial = QByteArray(b"".join(parts))
    stream = QDataStream(serial)
    stream.setByteOrder(QDataStream.ByteOrder.LittleEndian)
    paths = []
    for _ in last_starts:
        path = QPainterPath()
        stream >> path
        paths.append(path)
    return paths
