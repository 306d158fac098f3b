"""The layers of an extract on disk, cut by place, so that nobody holds a whole department.

The reader of the extract adds shapes as they come; each goes to a cell of a grid that is as coarse
as the shape is large.  What belongs to one layer and one cell is written as a chunk.  A worker
that paints loads the chunks that reach into its picture, and keeps the last ones.
"""

import pickle
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import shapely

from collabmap.basemap.layers import Floats, Layers, Spot, Street
from collabmap.render.shapes import Shapes

Box = tuple[float, float, float, float]
# ('area', kind), ('line', kind, structure), ('street', kind) or ('spot', kind).
Layer = tuple[str, ...]
K = TypeVar("K", bound="str | tuple[str, str]")

# The finest grid: a cell of zoom 12 is 7 km wide in France, a town.
CELL_ZOOM = 12
# Bytes of shapes that wait for their chunk to grow.
WAITING = 24_000_000
# Bytes of shapes that a worker keeps at hand.
AT_HAND = 48_000_000
EVERYWHERE: Box = (-np.inf, -np.inf, np.inf, np.inf)


class _Chunk(NamedTuple):
    """Shapes of one layer and one cell, with a name for each where the layer is of names.

    sizes: of spots, width of the area in the unit square.
    """

    shapes: Shapes
    names: tuple[str, ...] = ()
    sizes: tuple[float, ...] = ()


@dataclass(slots=True)
class Index:
    """Where the chunks of each layer lie.  boxes: (n, 4); places: (n, 2) offset and length."""

    boxes: dict[Layer, Floats] = field(default_factory=dict)
    places: dict[Layer, npt.NDArray[np.int64]] = field(default_factory=dict)

    def size_of(self, *kinds: str) -> int:
        """Return how many bytes the chunks of 'area', 'line', 'street' or 'spot' take."""
        return sum(int(all_of[:, 1].sum()) for layer, all_of in self.places.items()
                   if layer[0] in kinds)  # fmt: skip

    def save(self, path: Path) -> None:
        path.write_bytes(pickle.dumps(self, protocol=5))

    @staticmethod
    def load(path: Path) -> "Index":
        """path: written by this very run, never by a stranger."""
        index: Index = pickle.loads(path.read_bytes())
        return index


class SpoolWriter:
    """Takes shapes in any order, writes chunks.  Raises OSError where the disk is full."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._waiting: defaultdict[tuple[Layer, int], list[_Chunk]] = defaultdict(list)
        self._bytes = 0
        self._boxes: defaultdict[Layer, list[Floats]] = defaultdict(list)
        self._places: defaultdict[Layer, list[tuple[int, int]]] = defaultdict(list)
        self._at = 0

    def add(
        self,
        layer: Layer,
        geometries: Sequence[shapely.Geometry] | npt.NDArray[np.object_],
        names: Sequence[str] = (),
        sizes: Sequence[float] = (),
    ) -> None:
        """Take shapes of the unit square.  names, sizes: one for each, or none at all."""
        array = np.asarray(geometries, dtype=object)
        if not len(array):
            return
        cells = _cells(shapely.bounds(array))
        order = np.argsort(cells, kind="stable")
        cells = cells[order]
        shapes = Shapes.of(list(array[order]), are_closed=layer[0] == "area")
        cuts = np.flatnonzero(np.diff(cells)) + 1
        edges = np.concatenate([[0], cuts, [len(cells)]])
        runs = np.searchsorted(shapes.owner, edges)
        for first, stop, low, high in zip(edges, edges[1:], runs, runs[1:], strict=False):
            part = _slice(shapes, int(first), int(stop), int(low), int(high))
            mine = order[first:stop]
            chunk = _Chunk(
                part,
                tuple(names[n] for n in mine) if names else (),
                tuple(sizes[n] for n in mine) if sizes else (),
            )
            self._waiting[layer, int(cells[first])].append(chunk)
            self._bytes += part.points.nbytes + part.boxes.nbytes
        if self._bytes > WAITING:
            self._spill()

    def clear(self) -> None:
        """Forget all that was taken."""
        self._waiting.clear()
        self._boxes.clear()
        self._places.clear()
        self._bytes = self._at = 0
        self._file.seek(0)
        self._file.truncate()

    def so_far(self, wanted: Callable[[Layer], bool]) -> Iterator[tuple[Layer, Shapes]]:
        """Return what was taken of some layers, piece by piece.  Reads back what was written."""
        for (layer, _cell), chunks in self._waiting.items():
            yield from ((layer, chunk.shapes) for chunk in chunks if wanted(layer))
        for layer, places in self._places.items():
            for offset, length in places if wanted(layer) else ():
                self._file.seek(offset)
                yield layer, pickle.loads(self._file.read(length)).shapes
        self._file.seek(self._at)

    def finish(self) -> Index:
        """Write what waits; return where everything lies."""
        self._spill()
        self._file.flush()
        return Index(
            {layer: np.array(boxes) for layer, boxes in sorted(self._boxes.items())},
            {layer: np.array(places) for layer, places in sorted(self._places.items())},
        )

    def _spill(self) -> None:
        for (layer, _cell), chunks in sorted(self._waiting.items()):
            chunk = _joined(chunks)
            data = pickle.dumps(chunk, protocol=5)
            self._file.write(data)
            boxes = chunk.shapes.boxes
            self._boxes[layer].append(np.concatenate([boxes[:, :2].min(0), boxes[:, 2:].max(0)]))
            self._places[layer].append((self._at, len(data)))
            self._at += len(data)
        self._waiting.clear()
        self._bytes = 0


class Spool:
    """Reads what a SpoolWriter wrote.  Positions and boxes are of the unit square."""

    def __init__(self, file: BinaryIO, index: Index) -> None:
        self._file = file
        self._index = index
        self._kept: OrderedDict[tuple[Layer, bytes], _Chunk] = OrderedDict()
        self._bytes = 0

    def shapes_in(self, box: Box) -> Layers:
        """Return all layers to draw in a box, without the names; each is loaded when asked for."""
        areas = {layer[1]: layer for layer in self._index.boxes if layer[0] == "area"}
        lines = {(layer[1], layer[2]): layer for layer in self._index.boxes if layer[0] == "line"}
        return Layers(_Near(self, areas, box), _Near(self, lines, box), (), ())

    def names_in(self, box: Box, streets: Sequence[str], spots: Sequence[str]) -> Layers:
        """Return the names in a box, of some kinds of streets and of places."""
        found = [spot for kind in spots for spot in self._spots(kind, box)]
        return Layers({}, {}, tuple(self._streets(streets, box)), tuple(found))

    def kinds(self, what: str) -> list[str]:
        """Return the kinds that there are of 'area', 'line', 'street' or 'spot'."""
        return sorted({layer[1] for layer in self._index.boxes if layer[0] == what})

    def load(self, layer: Layer, box: Box) -> _Chunk | None:
        """Return the chunks of a layer that reach into a box as one, None where none does."""
        chosen = _touching(self._index.boxes[layer], box)
        if not len(chosen):
            return None
        key = (layer, chosen.tobytes())
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        chunk = _joined([self._read(layer, int(number)) for number in chosen])
        self._kept[key] = chunk
        self._bytes += _weight(chunk)
        while self._bytes > AT_HAND and len(self._kept) > 1:
            self._bytes -= _weight(self._kept.popitem(last=False)[1])
        return chunk

    def _read(self, layer: Layer, number: int) -> _Chunk:
        offset, length = map(int, self._index.places[layer][number])
        self._file.seek(offset)
        chunk: _Chunk = pickle.loads(self._file.read(length))
        return chunk

    def _streets(self, kinds: Sequence[str], box: Box) -> Iterator[Street]:
        """Join the pieces of each street, so that its name has room."""
        pieces: defaultdict[tuple[str, str], list[Floats]] = defaultdict(list)
        for kind in kinds:
            chunk = self.load(("street", kind), box)
            if chunk is not None:
                for number in _touching(chunk.shapes.boxes, box):
                    first, stop = chunk.shapes.starts[number : number + 2]
                    pieces[chunk.names[number], kind].append(chunk.shapes.points[first:stop])
        for (name, kind), lines in sorted(pieces.items(), key=lambda item: item[0]):
            if len(lines) == 1:
                yield Street(name, kind, lines[0])
                continue
            # An arrow must go on pointing the way its street was drawn.
            merged = shapely.line_merge(
                shapely.multilinestrings(list(map(shapely.LineString, lines))),
                directed=kind == "one_way",
            )
            for part in shapely.get_parts(merged):
                yield Street(name, kind, shapely.get_coordinates(part))

    def _spots(self, kind: str, box: Box) -> Iterator[Spot]:
        chunk = self.load(("spot", kind), box)
        if chunk is not None:
            for number in _touching(chunk.shapes.boxes, box):
                x, y = map(float, chunk.shapes.points[chunk.shapes.starts[number]])
                yield Spot(chunk.names[number], kind, x, y, chunk.sizes[number])


class _Near(Mapping[K, Shapes]):
    """The shapes of each kind near a box, loaded when asked for."""

    def __init__(self, spool: Spool, layers: Mapping[K, Layer], box: Box) -> None:
        self._spool = spool
        self._layers = layers
        self._box = box

    def __getitem__(self, kind: K) -> Shapes:
        chunk = self._spool.load(self._layers[kind], self._box)
        if chunk is None:
            raise KeyError(kind)
        return chunk.shapes

    def __iter__(self) -> Iterator[K]:
        return (kind for kind in self._layers if kind in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


# --- the arrays -------------------------------------------------------------------------------


def _cells(boxes: Floats) -> npt.NDArray[np.int64]:
    """Return a number for each box's cell: of the finest grid whose cells are twice its size."""
    size = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    with np.errstate(divide="ignore"):
        level = np.clip(np.floor(-np.log2(size)) - 1, 0, CELL_ZOOM).astype(np.int64)
    across = 2.0**level
    x = ((boxes[:, 0] + boxes[:, 2]) / 2 * across).astype(np.int64)
    y = ((boxes[:, 1] + boxes[:, 3]) / 2 * across).astype(np.int64)
    cells: npt.NDArray[np.int64] = (level << 32) + (y << 16) + x
    return cells


def _slice(shapes: Shapes, first: int, stop: int, low: int, high: int) -> Shapes:
    """Return the shapes first..stop, whose runs are low..high."""
    starts = shapes.starts[low : high + 1]
    return Shapes(
        shapes.points[starts[0] : starts[-1]],
        starts - starts[0],
        shapes.owner[low:high] - first,
        shapes.boxes[first:stop],
        shapes.are_closed,
    )


def _joined(chunks: Sequence[_Chunk]) -> _Chunk:
    if len(chunks) == 1:
        return chunks[0]
    parts = [chunk.shapes for chunk in chunks]
    points = np.cumsum([0] + [len(part.points) for part in parts])
    owners = np.cumsum([0] + [len(part.boxes) for part in parts])
    starts = [part.starts[:-1] + shift for part, shift in zip(parts, points, strict=False)]
    shapes = Shapes(
        np.concatenate([part.points for part in parts]),
        np.concatenate([*starts, points[-1:]]).astype(np.intp),
        np.concatenate([p.owner + shift for p, shift in zip(parts, owners, strict=False)]),
        np.concatenate([part.boxes for part in parts]),
        parts[0].are_closed,
    )
    names = tuple(name for chunk in chunks for name in chunk.names)
    return _Chunk(shapes, names, tuple(size for chunk in chunks for size in chunk.sizes))


def _weight(chunk: _Chunk) -> int:
    shapes = chunk.shapes
    arrays = (shapes.points, shapes.starts, shapes.owner, shapes.boxes)
    return sum(array.nbytes for array in arrays) + 80 * len(chunk.names)


def _touching(boxes: Floats, box: Box) -> npt.NDArray[np.intp]:
    left, top, right, bottom = box
    return np.flatnonzero(
        (boxes[:, 0] <= right)
        & (boxes[:, 2] >= left)
        & (boxes[:, 1] <= bottom)
        & (boxes[:, 3] >= top)
    )
