"""Where one looks from: the arithmetic between positions and pixels, without Qt.

Pixels are logical, from the upper left corner.  World positions are Web Mercator in the unit
square, y down, always float64: single precision is off by six pixels at zoom 19.
"""

import math
from typing import NamedTuple, overload

from collabmap.domain.geo import EARTH_RADIUS_M, MAX_LAT, Bbox, LngLat, from_world, to_world
from collabmap.domain.world_arrays import Floats as Floats
from collabmap.domain.world_arrays import world_arrays as world_arrays

TILE_PX = 256
# How many zooms before its first one a base map is still shown, shrunk: at two names are dots.
SHRUNK_ZOOMS = 1


class Camera(NamedTuple):
    """x, y: world position of the middle.  zoom: 256 px tiles.  width, height: logical pixels."""

    x: float
    y: float
    zoom: float
    width: float
    height: float

    @property
    def scale(self) -> float:
        """Pixels per unit of world."""
        return float(TILE_PX * 2.0**self.zoom)

    @overload
    def to_screen(self, x: float, y: float) -> tuple[float, float]: ...
    @overload
    def to_screen(self, x: Floats, y: Floats) -> tuple[Floats, Floats]: ...
    def to_screen(self, x, y):  # type: ignore[no-untyped-def]
        """Return pixels of world positions; one position or arrays of them."""
        scale = self.scale
        return (x - self.x) * scale + self.width / 2, (y - self.y) * scale + self.height / 2

    def to_world(self, px: float, py: float) -> tuple[float, float]:
        """Return the world position under a pixel."""
        scale = self.scale
        return self.x + (px - self.width / 2) / scale, self.y + (py - self.height / 2) / scale

    def position_at(self, px: float, py: float) -> LngLat:
        """Return the degrees under a pixel, kept on the map."""
        x, y = self.to_world(px, py)
        return from_world(_unit(x), _unit(y))

    def pixel_of(self, position: LngLat) -> tuple[float, float]:
        """Return the pixel of a position in degrees."""
        return self.to_screen(*to_world(position.lng, position.lat))

    @property
    def centre(self) -> LngLat:
        return from_world(self.x, self.y)

    @property
    def world_box(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom of the view in world units."""
        return (*self.to_world(0, 0), *self.to_world(self.width, self.height))

    @property
    def bbox(self) -> Bbox:
        """Return what is in view, in degrees, kept on the map."""
        north_west = self.position_at(0, 0)
        south_east = self.position_at(self.width, self.height)
        return Bbox(north_west.lng, south_east.lat, south_east.lng, north_west.lat)

    @property
    def metres_per_pixel(self) -> float:
        """Return the ground length of a logical pixel at the middle."""
        around = 2 * math.pi * EARTH_RADIUS_M * math.cos(math.radians(self.centre.lat))
        return around / self.scale

    def moved(self, dx: float, dy: float) -> "Camera":
        """Return the view after its content was moved by pixels."""
        return self._at(self.x - dx / self.scale, self.y - dy / self.scale)

    def zoomed(self, zoom: float, px: float, py: float) -> "Camera":
        """Return the view at another zoom, the position under a pixel staying there."""
        x, y = self.to_world(px, py)
        scale = TILE_PX * 2.0**zoom
        return self._replace(zoom=zoom)._at(
            x - (px - self.width / 2) / scale, y - (py - self.height / 2) / scale
        )

    def centred(self, position: LngLat, zoom: float | None = None) -> "Camera":
        camera = self if zoom is None else self._replace(zoom=zoom)
        return camera._at(*to_world(position.lng, position.lat))

    def resized(self, width: float, height: float) -> "Camera":
        """Return the view in another size: the middle stays the middle."""
        return self._replace(width=width, height=height)

    def fitted(self, bbox: Bbox, *, margin_px: float = 32, max_zoom: float = 18) -> "Camera":
        """Return the view that shows a whole box with a margin.

        bbox: west > east means that it crosses the antimeridian.
        """
        east = bbox.east + 360 if bbox.west > bbox.east else bbox.east
        left, top = to_world(bbox.west, min(MAX_LAT, bbox.north))
        right, bottom = to_world(east, max(-MAX_LAT, bbox.south))
        room_x = max(32.0, self.width - 2 * margin_px)
        room_y = max(32.0, self.height - 2 * margin_px)
        scale = min(room_x / max(right - left, 1e-12), room_y / max(bottom - top, 1e-12))
        zoom = min(max_zoom, math.log2(scale / TILE_PX))
        return self._replace(zoom=zoom)._at((left + right) / 2 % 1.0, (top + bottom) / 2)

    def crisp(self) -> "Camera":
        """Return the view at a zoom at which tiles are not scaled, if that is not far out."""
        whole = math.floor(self.zoom)
        return self._replace(zoom=float(whole)) if self.zoom - whole <= 0.5 else self

    def between(self, target: "Camera", share: float) -> "Camera":
        """Return the view on the way to another one of the same size; share: 0 to 1.

        The way is straight in pixels of the wider zoom, so that a flight does not swing out.
        """
        zoom = self.zoom + (target.zoom - self.zoom) * share
        if abs(target.zoom - self.zoom) < 1e-9:
            way = share
        else:
            way = (2.0 ** (self.zoom - zoom) - 1) / (2.0 ** (self.zoom - target.zoom) - 1)
        return self._replace(
            x=self.x + (target.x - self.x) * way, y=self.y + (target.y - self.y) * way, zoom=zoom
        )

    def tiles(self, z: int) -> tuple[range, range]:
        """Return the columns and the rows of the tiles of one zoom that are in view."""
        left, top, right, bottom = self.world_box
        return _run(left, right, 1 << z), _run(top, bottom, 1 << z)

    def _at(self, x: float, y: float) -> "Camera":
        return self._replace(x=_unit(x), y=_unit(y))


def _unit(value: float) -> float:
    return max(0.0, min(1.0, value))


def _run(low: float, high: float, across: int) -> range:
    first = max(0, math.floor(low * across))
    last = min(across, math.ceil(high * across))
    return range(first, max(first, last))
