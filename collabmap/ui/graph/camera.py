"""What part of the graph is in view: a middle and how large it is drawn."""

from dataclasses import dataclass

import numpy as np

from collabmap.domain.graph_layout import Floats

LEAST, MOST, CLOSEST_FIT = 0.02, 3.0, 1.15
# Room at the edges for names and marks: left and right, top, bottom.
_SIDES_PX, _TOP_PX, _BOTTOM_PX = 86.0, 46.0, 54.0
# A few nodes are never drawn smaller than they can be told apart; what is outside can be moved in.
_FEW, _LEAST_OF_FEW = 40, 0.5


@dataclass(frozen=True, slots=True)
class GraphCamera:
    """x, y: graph position in the middle of the view.  scale: pixels a unit.  width, height: px."""

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    width: float = 1.0
    height: float = 1.0

    def to_screen(self, place: Floats) -> Floats:
        """Return pixels of positions, (n, 2)."""
        middle = np.array((self.width / 2, self.height / 2))
        return np.asarray((place - (self.x, self.y)) * self.scale + middle)

    def to_graph(self, px: float, py: float) -> tuple[float, float]:
        """Return the position at a pixel."""
        return (
            self.x + (px - self.width / 2) / self.scale,
            self.y + (py - self.height / 2) / self.scale,
        )

    def moved(self, dx: float, dy: float) -> "GraphCamera":
        """Return the view after the graph was dragged by pixels."""
        return self._with(self.x - dx / self.scale, self.y - dy / self.scale, self.scale)

    def zoomed(self, factor: float, px: float, py: float) -> "GraphCamera":
        """Return a nearer or further view in which a pixel shows what it showed."""
        scale = min(MOST, max(LEAST, self.scale * factor))
        x, y = self.to_graph(px, py)
        return self._with(
            x - (px - self.width / 2) / scale, y - (py - self.height / 2) / scale, scale
        )

    def sized(self, width: float, height: float) -> "GraphCamera":
        return GraphCamera(self.x, self.y, self.scale, max(1.0, width), max(1.0, height))

    def fitted(self, place: Floats, text_scale: float = 1.0) -> "GraphCamera":
        """Return the view of all positions, never nearer than CLOSEST_FIT."""
        if not len(place):
            return self._with(0.0, 0.0, 1.0)
        low, high = place.min(axis=0), place.max(axis=0)
        wide = max(40.0, self.width - 2 * _SIDES_PX * text_scale)
        tall = max(40.0, self.height - (_TOP_PX + _BOTTOM_PX) * text_scale)
        size = np.maximum(high - low, 1.0)
        scale = min(CLOSEST_FIT * text_scale, wide / size[0], tall / size[1])
        least = _LEAST_OF_FEW * text_scale if len(place) <= _FEW else LEAST
        scale = max(least, float(scale))
        x, y = (low + high) / 2
        shift = (_BOTTOM_PX - _TOP_PX) * text_scale / 2 / scale
        return self._with(float(x), float(y) + shift, scale)

    def _with(self, x: float, y: float, scale: float) -> "GraphCamera":
        return GraphCamera(x, y, scale, self.width, self.height)
