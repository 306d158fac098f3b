"""Many lines or polygons in a few flat arrays: cheap to send to a worker, cheap to cut.

Positions are of the unit square (x east, y down, float64; float32 is off by 6 px at zoom 19).
Numpy and shapely only; `tile_painter` turns them into Qt paths.  Shapely is imported where shapes
are made: what is painted in the window's first frame was made before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Shapes:
    """points: (n, 2).  starts: where each run (a line, a ring) begins in points, then n.

    owner: per run, the shape it belongs to (a polygon's hole belongs to its polygon).
    boxes: (shapes, 4) left, top, right, bottom.  are_closed: the runs are rings.
    """

    points: Floats
    starts: Ints
    owner: Ints
    boxes: Floats
    are_closed: bool

    @classmethod
    def of(cls, geometries: "Sequence[shapely.Geometry]", *, are_closed: bool) -> Self:
        """Return shapes of (multi)polygons, or of (multi)lines, already in the unit square."""
        import shapely

        array = np.asarray(geometries, dtype=object)
        parts, geometry = shapely.get_parts(array, return_index=True)
        if are_closed:
            # Holes turn the other way than their polygon, so that overlapping polygons of one
            # path add up under the winding rule where even-odd would punch holes.
            parts = shapely.orient_polygons(parts)
            runs, part = shapely.get_rings(parts, return_index=True)
            owner = geometry[part] if len(part) else geometry
        else:
            runs, owner = parts, geometry
        counts = shapely.get_num_coordinates(runs) if len(runs) else np.zeros(0, dtype=int)
        return cls(
            shapely.get_coordinates(runs),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.intp),
            np.asarray(owner, dtype=np.intp),
            shapely.bounds(array).reshape(-1, 4) if len(array) else np.zeros((0, 4)),
            are_closed,
        )

    def __len__(self) -> int:
        return len(self.boxes)

    def touching(self, box: tuple[float, float, float, float]) -> Ints:
        """Return the runs of the shapes whose box touches a box."""
        left, top, right, bottom = box
        boxes = self.boxes
        hit = (
            (boxes[:, 0] <= right)
            & (boxes[:, 2] >= left)
            & (boxes[:, 1] <= bottom)
            & (boxes[:, 3] >= top)
        )
        return np.flatnonzero(hit[self.owner])

    def runs(self, chosen: Ints) -> tuple[Floats, Ints]:
        """Return the points of some runs, joined, and where each run begins (then their count)."""
        first, last = self.starts[chosen], self.starts[chosen + 1]
        counts = last - first
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
        index = np.arange(starts[-1]) + np.repeat(first - starts[:-1], counts)
        return self.points[index], starts
