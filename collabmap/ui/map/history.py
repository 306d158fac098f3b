"""The views that somebody has looked at: back and forward through them."""

from typing import NamedTuple

from collabmap.render.camera import Camera

# Nobody goes further back than this, and a day at the map must not fill memory.
LIMIT = 50
# Nearer than this it is the same view: a hand that trembles, an arrow key by mistake.
SAME_PX = 24.0
SAME_ZOOM = 0.05


class View(NamedTuple):
    """x, y: world position of the middle, in the unit square.  zoom: of 256 px tiles."""

    x: float
    y: float
    zoom: float

    @classmethod
    def of(cls, camera: Camera) -> "View":
        return cls(camera.x, camera.y, camera.zoom)

    def on(self, camera: Camera) -> Camera:
        """Return a camera that looks here, in the size of another one."""
        return camera._replace(x=self.x, y=self.y, zoom=self.zoom)

    def is_same(self, other: "View") -> bool:
        """Whether somebody who looks would call both the same view."""
        scale = 256 * 2.0 ** max(self.zoom, other.zoom)
        far = max(abs(self.x - other.x), abs(self.y - other.y)) * scale
        return far < SAME_PX and abs(self.zoom - other.zoom) < SAME_ZOOM


class ViewHistory:
    """Views in the order in which they were seen, and which of them is looked at."""

    def __init__(self) -> None:
        self._views: list[View] = []
        self._at = -1

    def __len__(self) -> int:
        return len(self._views)

    @property
    def can_go_back(self) -> bool:
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        return self._at < len(self._views) - 1

    def note(self, view: View) -> None:
        """Take a view that is looked at now; those further forward are forgotten.

        Nothing happens where it is the one looked at already.
        """
        if self._at >= 0 and self._views[self._at].is_same(view):
            return
        self._views = [*self._views[: self._at + 1], view][-LIMIT:]
        self._at = len(self._views) - 1

    def back(self) -> View | None:
        """Step back and return that view, None at the first one."""
        if not self.can_go_back:
            return None
        self._at -= 1
        return self._views[self._at]

    def forward(self) -> View | None:
        """Step forward and return that view, None at the last one."""
        if not self.can_go_forward:
            return None
        self._at += 1
        return self._views[self._at]

    def clear(self) -> None:
        """Forget all views: another map is open."""
        self._views, self._at = [], -1
