"""What the painting benchmark paints: the demo's extract at each zoom, for us and for the peers."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from PySide6.QtGui import QFontMetricsF

from collabmap.basemap import drawing, extract
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import window
from collabmap.render import fonts, labels, tile_painter
from collabmap.render.labels import LineText, Placed, PointText, TextStyle
from collabmap.render.shapes import Shapes
from collabmap.render.tile_painter import TILE_PX, Metatile, Sheet

EXTRACT = Path(__file__).resolve().parents[2] / "resources/demo/monaco-2023-12-25.osm.pbf"
STYLE = "light"
EARTH_M = 2 * np.pi * 6378137.0
Names = list[LineText | PointText]


class Look(NamedTuple):
    """What names have in common that a peer draws alike.  is_directed: arrows along their line."""

    style: TextStyle
    is_line: bool
    rank: int
    repeat_px: float
    is_directed: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is painted at a zoom.  spans: the pixels of the world that are drawn."""

    zoom: int
    sheet: Sheet
    texts: Names
    blocks: tuple[Metatile, ...]
    spans: tuple[tuple[float, float, float, float], ...]

    @property
    def tiles(self) -> int:
        return sum(block.columns * block.rows for block in self.blocks)

    def place(self) -> list[Placed]:
        return [name for span in self.spans for name in labels.place(self.zoom, self.texts, span)]

    def paint(self, show: Callable[[Metatile, object], None] | None = None) -> None:
        """Paint all of it, names decided anew.  show: gets each picture."""
        names = self.place()
        for block in self.blocks:
            image = tile_painter.paint(self.sheet, block, names)
            if show is not None:
                show(block, image)

    def fitting_texts(self) -> Names:
        """Return the names without those wider than their area: peers know no such rule."""
        return [text for text in self.texts if isinstance(text, LineText) or _fits(text)]


def _fits(text: PointText) -> bool:
    metrics = QFontMetricsF(fonts.font(labels.REFERENCE_PX, text.style.weight))
    lines = labels.break_in_two(text.text, text.style)
    width = max(metrics.horizontalAdvance(line) for line in lines)
    return width * text.style.size_px / labels.REFERENCE_PX <= text.room_px


def read() -> tuple[extract.Layers, Bbox]:
    area = extract.own_box(EXTRACT)
    return extract.read(EXTRACT, area), area


def scene(layers: extract.Layers, area: Bbox, zoom: int) -> Scene:
    columns, rows = window(area, zoom)
    spans = tuple(
        tuple(float(side * TILE_PX) for side in (run.start, rows.start, run.stop, rows.stop))
        for run in columns
    )
    return Scene(
        zoom,
        drawing.sheet(layers, STYLE, zoom),
        list(drawing.names(layers, STYLE, zoom)),
        tuple(tile_painter.metatiles(area, zoom)),
        spans,  # type: ignore[arg-type]
    )


# --- for peers: geometries in metres of Web Mercator ------------------------------------------


def metres(points: np.ndarray) -> np.ndarray:
    """Return positions of the unit square (y down) in metres (y up)."""
    return (np.asarray(points) - 0.5) * (EARTH_M, -EARTH_M)


def box_m(block: Metatile) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a block."""
    left, top, right, bottom = block.box_px
    world = TILE_PX * 2.0**block.z
    (west, north), (east, south) = metres(np.array([[left, top], [right, bottom]]) / world)
    return float(west), float(south), float(east), float(north)


def geometries(shapes: Shapes) -> Iterator[shapely.Geometry]:
    """Return a multipolygon or a multiline for each shape."""
    points = metres(shapes.points)
    runs: dict[int, list[np.ndarray]] = {}
    for number, owner in enumerate(shapes.owner.tolist()):
        first, last = shapes.starts[number], shapes.starts[number + 1]
        runs.setdefault(owner, []).append(points[first:last])
    for parts in runs.values():
        yield _polygons(parts) if shapes.are_closed else shapely.MultiLineString(parts)


def _polygons(rings: list[np.ndarray]) -> shapely.Geometry:
    """Put rings together; `Shapes` turns a hole the other way than what it is a hole of."""
    parts: list[list[np.ndarray]] = []
    for ring in rings:
        is_hole = parts and shapely.is_ccw(shapely.LinearRing(ring)) != shapely.is_ccw(
            shapely.LinearRing(parts[-1][0])
        )
        if is_hole:
            parts[-1].append(ring)
        else:
            parts.append([ring])
    return shapely.MultiPolygon([shapely.Polygon(part[0], part[1:]) for part in parts])


def by_look(scene: Scene) -> dict[Look, Names]:
    """Return the names of each look, the most important first."""
    groups: defaultdict[Look, Names] = defaultdict(list)
    for text in scene.fitting_texts():
        is_line = isinstance(text, LineText)
        is_directed = isinstance(text, LineText) and text.is_directed
        look = Look(text.style, is_line, text.rank, text.repeat_px, is_directed)
        groups[look].append(text)
    return dict(sorted(groups.items(), key=lambda item: item[0].rank))


def text_geometry(text: LineText | PointText) -> shapely.Geometry:
    if isinstance(text, PointText):
        return shapely.Point(metres(np.array([text.x, text.y])))
    return shapely.LineString(metres(text.points))
