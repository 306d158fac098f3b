"""What a map draws, read from OpenStreetMap extracts and spooled to disk as it comes.

pyosmium streams the nodes, the ways and the areas (it puts multipolygons together); `tags` says
which layer each belongs to.  All goes out in the unit square (x east, y down).
"""

import io
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
import shapely

from collabmap.basemap import tags as osm
from collabmap.basemap.coastline import CoastWay, Frame, close_sea, is_off_the_coast
from collabmap.basemap.envelopes import envelopes
from collabmap.basemap.extract_file import (
    file_format,
    open_extract,
    own_box,
    sorted_copy,
    translated,
)
from collabmap.basemap.layers import Floats, Layers, Spot, Street
from collabmap.basemap.spool import EVERYWHERE, Layer, Spool, SpoolWriter
from collabmap.domain.geo import MAX_LAT, Bbox, to_world
from collabmap.errors import AreaNotCovered, DiskFull, ExtractUnreadable
from collabmap.render.shapes import Shapes

__all__ = ["Layers", "Spot", "Street", "collect", "frames_of", "own_box", "read", "to_unit_square"]

Cancel = Callable[[], None]

# Objects between two looks at the stop button.
STEP = 20_000
# Shapes of a layer that are turned into arrays at once.
BATCH = 4_000
# Bytes of extracts beyond which the places of nodes lie in a file instead of in memory.
LARGE = 40_000_000
# How far from the coast an area of nothing but sea may lie: 10 km in France, of the unit square.
OFF_THE_COAST = 3.5e-4
# Room that is needed for the nodes' file and for the layers, of the extract's size.
LARGE_ROOM = 5
# Points of streets and railways beyond which only the large ones say where the sea cannot be.
MANY_DRY_POINTS = 300_000
FEW_DRY = frozenset({"rail", "motorway", "trunk", "primary"})


@dataclass(slots=True)
class _Pile:
    """Shapes of one layer as they come; in batches, those in the frames go to the spool."""

    layer: Layer
    heap: "_Heap"
    fresh: list[tuple[str, str]] = field(default_factory=list)

    def add(self, hex_wkb: str, name: str = "") -> None:
        """Take a geometry in degrees."""
        self.fresh.append((hex_wkb, name))
        if len(self.fresh) >= BATCH:
            self.sort_out()

    def sort_out(self) -> None:
        """Send on what lies in the frames."""
        if not self.fresh:
            return
        boxes = envelopes([row[0] for row in self.fresh])
        rows = np.flatnonzero(_in_frames(_to_unit_boxes(boxes), self.heap.frames))
        if not len(rows):
            self.fresh.clear()
            return
        array = shapely.from_wkb([self.fresh[row][0] for row in rows], on_invalid="ignore")
        array = shapely.transform(array, to_unit_square)
        hit = _in_frames(shapely.bounds(array), self.heap.frames)
        found = array[hit]
        names = [self.fresh[row][1] for row in rows[hit]]
        self.fresh.clear()
        if self.layer[0] == "spot":
            self._send_spots(found, names)
        else:
            self.heap.spool.add(self.layer, found, names if self.layer[0] == "street" else ())
        if not self.heap.is_shown and self.layer[0] in ("area", "line") and len(found):
            self.heap.is_shown = bool(_in_frames(shapely.bounds(found), self.heap.shown).any())

    def _send_spots(self, shapes: Any, names: list[str]) -> None:
        boxes = shapely.bounds(shapes)
        middles = shapely.centroid(shapes)
        outside = ~shapely.contains(shapes, middles)
        middles[outside] = shapely.point_on_surface(shapes[outside])
        self.heap.spool.add(self.layer, middles, names, list(boxes[:, 2] - boxes[:, 0]))


def _in_frames(boxes: Floats, frames: tuple[Frame, ...]) -> npt.NDArray[np.bool_]:
    hit = np.zeros(len(boxes), dtype=bool)
    for left, top, right, bottom in frames:
        hit |= (
            (boxes[:, 0] <= right)
            & (boxes[:, 2] >= left)
            & (boxes[:, 1] <= bottom)
            & (boxes[:, 3] >= top)
        )
    return hit


def frames_of(bbox: Bbox, margin: float = 0.0) -> tuple[Frame, ...]:
    """Return a box in the unit square, in two pieces where it crosses the antimeridian.

    margin: grown by this share of its size on each side.
    """
    left, top = to_world(bbox.west, bbox.north)
    right, bottom = to_world(bbox.east, bbox.south)
    spans = [(left, right)] if left <= right else [(left, 1.0), (0.0, right)]
    grow_y = (bottom - top) * margin
    return tuple(
        Frame(a - (b - a) * margin, top - grow_y, b + (b - a) * margin, bottom + grow_y)
        for a, b in spans
    )


def read(
    path: Path | Sequence[Path],
    area: Bbox,
    *,
    view: Bbox | None = None,
    language: str = "fr",
    cancel: Cancel | None = None,
) -> Layers:
    """Return what an extract, or several, hold in an area, ready to draw, in memory.

    For towns; `collect` and a Spool do the same for a region.  Parameters and errors: see there.
    """
    paths = [path] if isinstance(path, Path) else list(path)
    file = io.BytesIO()
    writer = SpoolWriter(file)
    collect(paths, area, writer, view=view, language=language, cancel=cancel)
    spool = Spool(file, writer.finish())
    shapes = spool.shapes_in(EVERYWHERE)
    names = spool.names_in(EVERYWHERE, spool.kinds("street"), spool.kinds("spot"))
    return Layers(dict(shapes.areas), dict(shapes.lines), names.streets, names.spots)


def collect(
    paths: Sequence[Path],
    area: Bbox,
    spool: SpoolWriter,
    *,
    view: Bbox | None = None,
    language: str = "fr",
    folder: Path | None = None,
    has_numbers: bool = True,
    cancel: Cancel | None = None,
) -> None:
    """Send what extracts hold in an area to a spool, what several hold once.

    view: what will be drawn, where that is more than the area (whole tiles).  The sea is closed
    against it.  language: names in it come before the local ones.  folder: where the places of
    a large extract's nodes may lie meanwhile.  has_numbers: house numbers too, which only the
    nearest zooms show and some extracts have by the hundred thousand.  cancel: called now and
    then, may raise.
    Raises FileMissing, ExtractUnreadable, AreaNotCovered.
    """
    # Lines just outside reach into the picture with half their width.
    frames, shown = frames_of(view or area, margin=0.05), frames_of(area)
    with ExitStack() as stack:
        for path in paths:
            with translated(path):
                open_extract(path)
        work = folder or Path(stack.enter_context(TemporaryDirectory(prefix="collabmap-")))
        try:
            heap = _Heap(spool, frames, shown, language, has_numbers=has_numbers)
            _stream(paths, heap, work, cancel)
        except _OutOfOrder:
            spool.clear()
            heap = _Heap(spool, frames, shown, language, has_numbers=has_numbers)
            _stream(
                [
                    sorted_copy(path, work / f"sorted-{number}.osm.pbf")
                    for number, path in enumerate(paths)
                ],
                heap,
                work,
                cancel,
            )
    heap.finish()
    if not heap.is_shown:
        raise AreaNotCovered(name=paths[0].name)


class _OutOfOrder(Exception):
    """The objects of an extract do not come in the order of their ids."""


def _stream(paths: Sequence[Path], heap: "_Heap", work: Path, cancel: Cancel | None) -> None:
    path = paths[0]
    merged = work / "merged.osm.pbf"
    try:
        with translated(path):
            if len(paths) > 1:
                _merge(paths, merged, cancel)
                path = merged
            size = path.stat().st_size * (1 if file_format(path) == "pbf" else 4)
            if size > LARGE and disk_usage(work).free < LARGE_ROOM * size:
                # The nodes' file is mapped into memory: a disk that fills up would end the process.
                raise DiskFull(name=str(work))
            places = f"sparse_file_array,{work / 'nodes'}" if size > LARGE else "flex_mem"
            keys = (*osm.KEYS, *osm.NEAR_KEYS) if heap.has_numbers else osm.KEYS
            wanted = osmium.filter.KeyFilter(*keys)
            source = osmium.FileProcessor(open_extract(path)).with_locations(places)
            for number, thing in enumerate(source.with_areas(wanted).with_filter(wanted)):
                if cancel is not None and number % STEP == 0:
                    cancel()
                heap.take(thing)
    except ExtractUnreadable as error:
        if "out of order" in str(error.__cause__):
            raise _OutOfOrder from error
        raise
    finally:
        for name in ("merged.osm.pbf", "nodes"):
            (work / name).unlink(missing_ok=True)


def _merge(paths: Sequence[Path], out: Path, cancel: Cancel | None) -> None:
    """Write one extract with what several hold, each object once, in its newest version.

    Streams: an extract next to another one may be large.
    """
    sources = [osmium.FileProcessor(open_extract(path)) for path in paths]
    with osmium.SimpleWriter(str(out), overwrite=True) as writer:
        for number, same in enumerate(osmium.zip_processors(*sources)):
            if cancel is not None and number % STEP == 0:
                cancel()
            writer.add(max((one for one in same if one is not None), key=attrgetter("version")))


class _Heap:
    """Sorts what comes into layers and sends it on; holds back the coast, which makes the sea.

    frames: what is kept.  shown: where at least one thing must be.  has_numbers: see `collect`.
    """

    def __init__(
        self,
        spool: SpoolWriter,
        frames: tuple[Frame, ...],
        shown: tuple[Frame, ...],
        language: str,
        *,
        has_numbers: bool,
    ) -> None:
        self.spool = spool
        self.has_numbers = has_numbers
        self.frames = frames
        self.shown = shown
        self.language = language
        self.is_shown = False
        self.wkb = osmium.geom.WKBFactory()
        self.piles: dict[Layer, _Pile] = {}
        self.coast: list[CoastWay] = []

    def _add(self, layer: Layer, hex_wkb: str, name: str = "") -> None:
        pile = self.piles.get(layer)
        if pile is None:
            pile = self.piles[layer] = _Pile(layer, self)
        pile.add(hex_wkb, name)

    def take(self, thing: Any) -> None:
        """Sort a node, way or area into its layers."""
        if thing.is_node():
            self._take_node(thing)
        elif thing.is_way():
            self._take_way(thing)
        elif thing.is_area():
            self._take_area(thing)

    def _take_node(self, node: Any) -> None:
        tags = node.tags
        name = osm.name_of(tags, self.language)
        kind = tags.get("place", "") if tags.get("place") in osm.PLACES else ""
        kind = kind or osm.kind_of(tags, osm.NAMED_NODES)
        if name and kind:
            self._add(("spot", kind), self.wkb.create_point(node), name)
        if self.has_numbers and (number := osm.house_number_of(tags)):
            self._add(("spot", "house_number"), self.wkb.create_point(node), number)

    def _take_way(self, way: Any) -> None:
        tags = way.tags
        if tags.get("natural") == "coastline":
            for nodes in _whole_runs(way.nodes):
                self._take_coast(nodes)
            return
        if border := osm.border_of(tags):
            for line in self._line(way):
                self._add(("line", border, "ground"), line)
        kind = osm.kind_of(tags, osm.LINES)
        if not kind or osm.is_unseen(tags) or (way.is_closed() and tags.get("area") == "yes"):
            return
        structure = osm.structure_of(tags)
        for line in self._line(way):
            self._add(("line", kind, structure), line)
            for text, of in osm.texts_of(tags, kind, structure, self.language):
                self._add(("street", of), line, text)

    def _take_coast(self, nodes: list[Any]) -> None:
        points = to_unit_square(np.array([(node.lon, node.lat) for node in nodes]))
        self.coast.append(CoastWay(nodes[0].ref, nodes[-1].ref, points))

    def _line(self, way: Any) -> Iterable[str]:
        try:
            return (self.wkb.create_linestring(way),)
        except (RuntimeError, osmium.InvalidLocationError):
            # Nodes outside the extract are missing, or the way is a single point.
            return [_line_wkb(nodes) for nodes in _whole_runs(way.nodes)]

    def _take_area(self, area: Any) -> None:
        tags = area.tags
        kind = osm.kind_of(tags, osm.AREAS)
        if kind == "plaza" and area.from_way() and "highway" in tags:
            # A closed street is a street, unless it says that it is an area.
            kind = "plaza" if tags.get("area") == "yes" else ""
        if kind and osm.is_underground(tags):
            return
        named = osm.kind_of(tags, osm.NAMED_AREAS) if "name" in tags else ""
        if named == "square" and kind != "plaza":
            named = ""
        number = osm.house_number_of(tags) if self.has_numbers else ""
        if not (kind or named or number):
            return
        try:
            shape = self.wkb.create_multipolygon(area)
        except RuntimeError:
            return  # A relation whose rings do not close draws nothing, in every program.
        if kind:
            self._add(("area", kind), shape)
        if named:
            self._add(("spot", named), shape, osm.name_of(tags, self.language))
        if number:
            self._add(("spot", "house_number"), shape, number)

    def finish(self) -> None:
        """Send on what waits, and the sea."""
        for pile in self.piles.values():
            pile.sort_out()
        sea = self._sea()
        if not sea:
            return
        self.spool.add(("area", "sea"), sea)
        boxes = shapely.bounds(sea).reshape(-1, 4)
        self.is_shown = self.is_shown or bool(_in_frames(boxes, self.shown).any())

    def _sea(self) -> list[shapely.Geometry]:
        boxes = [np.concatenate([way.points.min(axis=0), way.points.max(axis=0)])
                 for way in self.coast]  # fmt: skip
        inside = _in_frames(np.array(boxes).reshape(-1, 4), self.frames)
        near = [way for way, is_near in zip(self.coast, inside, strict=True) if is_near]
        if near:
            dry = self._dry()
            return [part for frame in self.frames for part in close_sea(near, frame, dry)]
        return [
            shapely.box(*frame)
            for frame in self.frames
            if is_off_the_coast(self.coast, frame, OFF_THE_COAST)
        ]

    def _dry(self) -> list[shapely.Geometry]:
        """Return the streets and railways that say where the sea cannot be."""
        found: dict[str, list[Shapes]] = defaultdict(list)
        for layer, shapes in self.spool.so_far(
            lambda layer: layer[0] == "line" and layer[2] != "bridge" and layer[1] in osm.DRY_LINES
        ):
            found[layer[1]].append(shapes)
        points = sum(len(shapes.points) for all_of in found.values() for shapes in all_of)
        kinds = found.keys() if points <= MANY_DRY_POINTS else found.keys() & FEW_DRY
        return [
            shapely.LineString(shapes.points[first:stop])
            for kind in sorted(kinds)
            for shapes in found[kind]
            for first, stop in itertools.pairwise(shapes.starts)
        ]


def _to_unit_boxes(boxes: Floats) -> Floats:
    """Turn west, south, east, north in degrees into left, top, right, bottom, a hair larger."""
    low, high = to_unit_square(boxes[:, :2]), to_unit_square(boxes[:, 2:])
    hair = 1e-12
    return np.column_stack(
        [low[:, 0] - hair, high[:, 1] - hair, high[:, 0] + hair, low[:, 1] + hair]
    )


def to_unit_square(degrees: Floats) -> Floats:
    """Return `to_world` of many positions at once.  Source: OGC 17-083r2, annex D."""
    sin_lat = np.sin(np.radians(np.clip(degrees[:, 1], -MAX_LAT, MAX_LAT)))
    y = 0.5 - np.log((1 + sin_lat) / (1 - sin_lat)) / (4 * np.pi)
    return np.column_stack([degrees[:, 0] / 360 + 0.5, y])


def _whole_runs(nodes: Iterable[Any]) -> Iterator[list[Any]]:
    """Return the stretches of a way whose nodes are all in the extract, two nodes at least."""
    run: list[Any] = []
    for node in nodes:
        if node.location.valid():
            run.append(node)
            continue
        if len(run) > 1:
            yield run
        run = []
    if len(run) > 1:
        yield run


def _line_wkb(nodes: list[Any]) -> str:
    return str(shapely.to_wkb(shapely.LineString([(n.lon, n.lat) for n in nodes]), hex=True))
