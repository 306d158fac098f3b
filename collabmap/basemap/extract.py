"""What a map draws, read from an OpenStreetMap extract in one pass.

pyosmium streams the nodes, the ways and the areas (it puts multipolygons together); `tags` says
which layer each belongs to.  All comes back in the unit square (x east, y down).
"""

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import osmium
import shapely

from collabmap.basemap import tags as osm
from collabmap.basemap.coastline import CoastWay, Frame, close_sea
from collabmap.domain.geo import MAX_LAT, Bbox, to_world
from collabmap.errors import AreaNotCovered, ExtractUnreadable, FileMissing
from collabmap.render.shapes import Shapes

Floats = npt.NDArray[np.float64]
Cancel = Callable[[], None]

# Objects between two looks at the stop button, and rows between two sortings-out of what lies
# outside the area: a region is read in the memory of a town.
STEP = 20_000
# The first bytes say what a file is, whatever its name.
MAGIC = ((b"\x1f\x8b", "osm.gz"), (b"BZh", "osm.bz2"), (b"<?xml", "osm"), (b"<osm", "osm"))


class Street(NamedTuple):
    """A named line.  points: (n, 2), unit square; pieces that follow each other are joined."""

    name: str
    kind: str
    points: Floats


class Spot(NamedTuple):
    """A named place or area.  size: width of the area in the unit square, 0 for a node."""

    name: str
    kind: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Layers:
    """An extract, ready to draw.

    areas: kind -> polygons ('sea' is one).  lines: (kind, 'tunnel'|'ground'|'bridge') -> lines.
    """

    areas: Mapping[str, Shapes]
    lines: Mapping[tuple[str, str], Shapes]
    streets: tuple[Street, ...]
    spots: tuple[Spot, ...]


@dataclass(slots=True)
class _Pile:
    """Geometries of one layer as they come, those outside the frames thrown out in batches."""

    frames: tuple[Frame, ...]
    kept: list[shapely.Geometry] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    fresh: list[tuple[str, Any]] = field(default_factory=list)

    def add(self, hex_wkb: str, note: Any = None) -> None:
        """Take a geometry in degrees.  note: what belongs to it."""
        self.fresh.append((hex_wkb, note))
        if len(self.fresh) >= STEP:
            self.sort_out()

    def sort_out(self) -> None:
        if not self.fresh:
            return
        array = shapely.from_wkb([row[0] for row in self.fresh], on_invalid="ignore")
        array = shapely.transform(array, to_unit_square)
        boxes = shapely.bounds(array)
        hit = np.zeros(len(array), dtype=bool)
        for left, top, right, bottom in self.frames:
            hit |= (
                (boxes[:, 0] <= right)
                & (boxes[:, 2] >= left)
                & (boxes[:, 1] <= bottom)
                & (boxes[:, 3] >= top)
            )
        for index in np.flatnonzero(hit):
            self.kept.append(array[index])
            self.notes.append(self.fresh[index][1])
        self.fresh.clear()


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


def own_box(path: Path) -> Bbox:
    """Return the box an extract says it covers; of its streets and houses if it says nothing.

    Raises FileMissing, ExtractUnreadable, AreaNotCovered (an extract without any street).
    """
    with _unreadable(path):
        box = osmium.FileProcessor(_file(path)).header.box()
        if box.valid() and box.size() > 0:
            low, high = box.bottom_left, box.top_right
            return Bbox(low.lon, low.lat, high.lon, high.lat)
        wanted = osmium.filter.KeyFilter("highway", "building")
        ways: Any = osmium.FileProcessor(_file(path)).with_locations().with_filter(wanted)
        spots = [(n.lon, n.lat) for way in ways if way.is_way() for n in _placed(way.nodes)]
    if not spots:
        raise AreaNotCovered(name=path.name)
    (west, south), (east, north) = np.min(spots, axis=0), np.max(spots, axis=0)
    return Bbox(float(west), float(south), float(east), float(north))


def read(
    path: Path | Sequence[Path],
    area: Bbox,
    *,
    view: Bbox | None = None,
    language: str = "fr",
    cancel: Cancel | None = None,
) -> Layers:
    """Return what an extract, or several, hold in an area, ready to draw.

    view: what will be drawn, where that is more than the area (whole tiles).  The sea is closed
    against it.  cancel: called now and then, may raise.
    Raises FileMissing, ExtractUnreadable, AreaNotCovered.
    """
    # Lines just outside reach into the picture with half their width.
    frames = frames_of(view or area, margin=0.05)
    paths = [path] if isinstance(path, Path) else list(path)
    heap = _Heap(frames, language)
    for path in paths:
        with _unreadable(path):
            try:
                _collect(heap, _file(path), cancel)
            except RuntimeError as error:
                if "out of order" not in str(error):
                    raise
                with _sorted_copy(path) as copy:
                    _collect(heap, copy, cancel)
    layers = heap.layers()
    if not _shows(layers, frames_of(area)):
        raise AreaNotCovered(name=paths[0].name)
    return layers


def _collect(heap: "_Heap", file: Any, cancel: Cancel | None) -> None:
    wanted = osmium.filter.KeyFilter(*osm.KEYS, *osm.NEAR_KEYS)
    source = osmium.FileProcessor(file).with_areas(wanted).with_filter(wanted)
    for number, thing in enumerate(source):
        if cancel is not None and number % STEP == 0:
            cancel()
        heap.take(thing)


@contextmanager
def _sorted_copy(path: Path) -> Iterator[Any]:
    """Give an extract's objects in the order of their ids, which multipolygons need.

    Small extracts cut by other tools often lack it; they fit in memory.
    """
    with tempfile.TemporaryDirectory(prefix="collabmap-") as folder:
        copy = Path(folder) / "sorted.osm.pbf"
        reader = osmium.MergeInputReader()
        reader.add_buffer(path.read_bytes(), _format(path))
        with osmium.SimpleWriter(str(copy)) as writer:
            reader.apply(writer)
        yield osmium.io.File(str(copy), "pbf")


class _Heap:
    """Everything found so far, by layer."""

    def __init__(self, frames: tuple[Frame, ...], language: str) -> None:
        self.frames = frames
        self.language = language
        self.seen: set[tuple[str, int]] = set()
        self.wkb = osmium.geom.WKBFactory()
        self.areas: defaultdict[str, _Pile] = defaultdict(self._pile)
        self.lines: defaultdict[tuple[str, str], _Pile] = defaultdict(self._pile)
        self.streets = self._pile()
        self.named_areas = self._pile()
        self.places = self._pile()
        self.coast = self._pile()

    def _pile(self) -> _Pile:
        return _Pile(self.frames)

    def take(self, thing: Any) -> None:
        """Sort a node, way or area into its layers, once."""
        key = (thing.type_str(), thing.id)
        if key in self.seen:
            return
        self.seen.add(key)
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
            self.places.add(self.wkb.create_point(node), (name, kind))
        if number := osm.house_number_of(tags):
            self.places.add(self.wkb.create_point(node), (number, "house_number"))

    def _take_way(self, way: Any) -> None:
        tags = way.tags
        if tags.get("natural") == "coastline":
            for nodes in _whole_runs(way.nodes):
                ends = (nodes[0].ref, nodes[-1].ref)
                self.coast.add(_line_wkb(nodes), ends)
            return
        if border := osm.border_of(tags):
            for line in self._line(way):
                self.lines[border, "ground"].add(line)
        kind = osm.kind_of(tags, osm.LINES)
        if not kind or osm.is_unseen(tags) or (way.is_closed() and tags.get("area") == "yes"):
            return
        structure = osm.structure_of(tags)
        for line in self._line(way):
            self.lines[kind, structure].add(line)
            for note in osm.texts_of(tags, kind, structure, self.language):
                self.streets.add(line, note)

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
        number = osm.house_number_of(tags)
        if not (kind or named or number):
            return
        try:
            shape = self.wkb.create_multipolygon(area)
        except RuntimeError:
            return  # A relation whose rings do not close draws nothing, in every program.
        if kind:
            self.areas[kind].add(shape)
        if named:
            self.named_areas.add(shape, (osm.name_of(tags, self.language), named))
        if number:
            self.named_areas.add(shape, (number, "house_number"))

    def layers(self) -> Layers:
        piles = [*self.areas.values(), *self.lines.values()]
        for pile in [*piles, self.streets, self.named_areas, self.places, self.coast]:
            pile.sort_out()
        areas = {
            kind: Shapes.of(pile.kept, are_closed=True)
            for kind, pile in sorted(self.areas.items())
            if pile.kept
        }
        coast = [
            CoastWay(first, last, shapely.get_coordinates(line))
            for line, (first, last) in zip(self.coast.kept, self.coast.notes, strict=True)
        ]
        dry = [
            line
            for (kind, where), pile in self.lines.items()
            if where != "bridge" and kind in osm.DRY_LINES
            for line in pile.kept
        ]
        sea = [part for frame in self.frames for part in close_sea(coast, frame, dry)]
        if sea:
            areas["sea"] = Shapes.of(sea, are_closed=True)
        lines = {
            key: Shapes.of(pile.kept, are_closed=False)
            for key, pile in sorted(self.lines.items())
            if pile.kept
        }
        return Layers(areas, lines, tuple(self._streets()), tuple(self._spots()))

    def _streets(self) -> Iterator[Street]:
        """Join the pieces of each street, so that its name has room."""
        pieces: defaultdict[tuple[str, str], list[shapely.Geometry]] = defaultdict(list)
        for line, note in zip(self.streets.kept, self.streets.notes, strict=True):
            pieces[note].append(line)
        for (name, kind), lines in sorted(pieces.items()):
            # An arrow must go on pointing the way its street was drawn.
            is_directed = kind == "one_way"
            merged = shapely.line_merge(shapely.multilinestrings(lines), directed=is_directed)
            for part in shapely.get_parts(merged):
                yield Street(name, kind, shapely.get_coordinates(part))

    def _spots(self) -> Iterator[Spot]:
        for point, (name, kind) in zip(self.places.kept, self.places.notes, strict=True):
            yield Spot(name, kind, point.x, point.y, 0.0)
        for shape, (name, kind) in zip(self.named_areas.kept, self.named_areas.notes, strict=True):
            middle = shape.centroid
            if not shape.contains(middle):
                middle = shape.point_on_surface()
            left, _, right, _ = shape.bounds
            yield Spot(name, kind, middle.x, middle.y, right - left)


def _shows(layers: Layers, frames: tuple[Frame, ...]) -> bool:
    shapes = [*layers.areas.values(), *layers.lines.values()]
    return any(len(shape.touching(frame)) for shape in shapes for frame in frames)


def digest(path: Path) -> bytes:
    """Return a hash of a file's bytes.  Raises FileMissing."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "blake2b").digest()
    except OSError as error:
        raise FileMissing(name=path.name) from error


def to_unit_square(degrees: Floats) -> Floats:
    """Return `to_world` of many positions at once.  Source: OGC 17-083r2, annex D."""
    sin_lat = np.sin(np.radians(np.clip(degrees[:, 1], -MAX_LAT, MAX_LAT)))
    y = 0.5 - np.log((1 + sin_lat) / (1 - sin_lat)) / (4 * np.pi)
    return np.column_stack([degrees[:, 0] / 360 + 0.5, y])


def _placed(nodes: Iterable[Any]) -> list[Any]:
    return [node for node in nodes if node.location.valid()]


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


def _file(path: Path) -> Any:
    return osmium.io.File(str(path), _format(path))


def _format(path: Path) -> str:
    """Return what pyosmium calls a file's format, by its first bytes, whatever its name."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise FileMissing(name=path.name) from error
    for magic, kind in MAGIC:
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(magic):
            return kind
    if b"OSMHeader" in head:
        return "pbf"
    raise ExtractUnreadable(name=path.name)


@contextmanager
def _unreadable(path: Path) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, UnicodeDecodeError, osmium.InvalidLocationError) as error:
        # pyosmium raises a plain RuntimeError for whatever it does not understand.
        raise ExtractUnreadable(name=path.name) from error
