"""Where a sketch lies on the screen: its vertices and the handles between them, all at once."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.sketch import Ring, Sketch, Vertex
from collabmap.render.camera import Camera, Floats, world_arrays

# Two vertices nearer to each other than this get no handle between them.
GHOST_ROOM_PX = 56.0
_MOST_KEPT = 64


class Near(NamedTuple):
    """A handle near a pixel.  is_new: of a vertex that does not exist yet, behind `vertex`."""

    vertex: Vertex
    is_new: bool
    apart_px: float


class Pixels:
    """Keeps world positions from frame to frame: only what changed is projected again."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Ring, Floats, Floats]] = {}

    def of(self, ring: Ring, camera: Camera) -> tuple[Floats, Floats]:
        """Return the pixels of a ring's vertices."""
        found = self._known.get(id(ring))
        if found is None or found[0] is not ring:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            lngs, lats = np.array(ring, np.float64).reshape(-1, 2).T
            found = self._known[id(ring)] = (ring, *world_arrays(lngs, lats))
        return camera.to_screen(found[1], found[2])

    def rings(self, sketch: Sketch, camera: Camera) -> Iterator[tuple[int, int, Floats, Floats]]:
        """Yield part, ring and the pixels of its vertices, of every ring."""
        for part, rings in enumerate(sketch.parts):
            for number, ring in enumerate(rings):
                yield part, number, *self.of(ring, camera)

    def ghosts(
        self, sketch: Sketch, camera: Camera
    ) -> Iterator[tuple[int, int, NDArray[np.int64], Floats, Floats]]:
        """Yield part, ring, numbers of vertices and the pixels midway to those that follow."""
        if sketch.kind == "point":
            return
        for part, ring, px, py in self.rings(sketch, camera):
            if sketch.kind == "zone" and len(px) >= 3:
                px, py = np.append(px, px[0]), np.append(py, py[0])
            numbers = np.flatnonzero(np.hypot(np.diff(px), np.diff(py)) >= GHOST_ROOM_PX)
            middle_x, middle_y = (px[:-1] + px[1:]) / 2, (py[:-1] + py[1:]) / 2
            yield part, ring, numbers, middle_x[numbers], middle_y[numbers]

    def near(self, sketch: Sketch, camera: Camera, x: float, y: float) -> Near | None:
        """Return the handle nearest to a pixel, None where there is none at all."""
        best: Near | None = None
        for part, ring, px, py in self.rings(sketch, camera):
            best = _nearer(best, part, ring, np.arange(len(px)), px - x, py - y, False)
        for part, ring, numbers, px, py in self.ghosts(sketch, camera):
            best = _nearer(best, part, ring, numbers, px - x, py - y, True)
        return best


def _nearer(
    best: Near | None,
    part: int,
    ring: int,
    numbers: NDArray[np.int64],
    dx: Floats,
    dy: Floats,
    is_new: bool,
) -> Near | None:
    if not len(numbers):
        return best
    apart = np.hypot(dx, dy)
    at = int(np.argmin(apart))
    if best is not None and best.apart_px <= apart[at]:
        return best
    return Near(Vertex(part, ring, int(numbers[at])), is_new, float(apart[at]))
