"""What lies around an extract where a base map shows more than that: land and sea from afar.

A tile of a far zoom reaches well beyond a town's extract, whose coast says nothing about the rest.
There the world's own coast (see `overview`) is good enough: a pixel is then as wide as it is off.
"""

from pathlib import Path

import numpy as np
import shapely

from collabmap.basemap import overview
from collabmap.basemap.coastline import Frame
from collabmap.basemap.spool import SpoolWriter
from collabmap.render.shapes import Shapes

# From here on the extract's own surroundings fill a tile.
LAST_ZOOM = 12


def add(
    spool: SpoolWriter, world: Path, shown: tuple[Frame, ...], known: tuple[Frame, ...]
) -> None:
    """Add the layers 'far_sea', 'far_land' and, over both, 'near_land'.

    world: resources/overview.  shown: what the tiles of the farthest zoom show; known: where the
    extract says what is land and what is sea.  All in the unit square.
    """
    land = overview.read(world, "near").land
    for frame in map(_grown, shown):
        spool.add(("area", "far_sea"), [shapely.box(*frame)])
        parts = [shapely.clip_by_rect(shape, *frame) for shape in _polygons(land, frame)]
        spool.add(("area", "far_land"), [part for part in parts if not part.is_empty])
    spool.add(("area", "near_land"), [shapely.box(*frame) for frame in known])


def _grown(frame: Frame) -> Frame:
    """Return a frame whose edges, which clipped land has as a coast, lie out of sight."""
    x, y = (frame.right - frame.left) / 20, (frame.bottom - frame.top) / 20
    return Frame(frame.left - x, frame.top - y, frame.right + x, frame.bottom + y)


def _polygons(shapes: Shapes, frame: Frame) -> list[shapely.Geometry]:
    """Return the shapes that touch a frame; which ring is a hole follows from how they lie."""
    runs = shapes.touching(frame)
    found = []
    for owner in np.unique(shapes.owner[runs]):
        rings = [
            shapely.LineString(shapes.points[shapes.starts[run] : shapes.starts[run + 1]])
            for run in runs[shapes.owner[runs] == owner]
        ]
        found.append(shapely.build_area(shapely.multilinestrings(rings)))
    return found
