"""Shapes that need care: what another version, or nobody's program, has written as a geometry.

Each is shown as far as it can be, and says why somebody should look at it.  Coordinates are WGS84
degrees, longitude first.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from collabmap.domain.antimeridian import atoms, gathered
from collabmap.domain.geo import MAX_LAT
from collabmap.domain.geometry import DECIMALS, MAX_VERTICES, is_plain, repair
from collabmap.errors import GeometryCollapsed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

# Further than this nothing is unrolled across the antimeridian.
_MAX_LNG = 360.0


class Care(StrEnum):
    """Why a feature on the map needs care.

    MISSING, UNREADABLE and OFF_THE_MAP are shown nowhere; of the others something is.
    """

    MISSING = "missing"
    UNREADABLE = "unreadable"
    OFF_THE_MAP = "off-the-map"
    PARTLY = "partly"
    NO_EXTENT = "no-extent"
    MENDED = "mended"
    TOO_LARGE = "too-large"


class Salvaged(NamedTuple):
    """geometry: what can be shown, valid and on the map; None for nothing.

    is_as_written: it is the very one that was written, and needs no care.
    """

    geometry: "BaseGeometry | None"
    care: Care | None = None
    is_as_written: bool = False

    def wkb(self) -> bytes:
        """Return what can be shown as it would be stored."""
        import shapely

        wkb: bytes = shapely.to_wkb(self.geometry, byte_order=1, output_dimension=2)
        return wkb


def salvage(wkb: bytes) -> Salvaged:
    """Return what can be shown of WKB or EWKB, whatever is in it."""
    import numpy as np
    import shapely

    if not wkb:
        return Salvaged(None, Care.MISSING)
    try:
        with np.errstate(all="ignore"):
            read = shapely.from_wkb(wkb, on_invalid="ignore")
            is_open = read is None
            if is_open:
                # Rings that don't end where they began.
                read = shapely.from_wkb(wkb, on_invalid="fix")
            if read is None or not is_plain(read):
                return Salvaged(None, Care.UNREADABLE)
            found = _salvaged(shapely.force_2d(read))
            if is_open:
                return found._replace(care=found.care or Care.MENDED, is_as_written=False)
            return found
    except (shapely.errors.ShapelyError, ValueError, RuntimeError):
        return Salvaged(None, Care.UNREADABLE)


def _salvaged(written: "BaseGeometry") -> Salvaged:
    import shapely

    if written.is_empty:
        return Salvaged(None, Care.MISSING)
    positions = shapely.get_coordinates(written)
    sound = _is_sound(positions)
    if not sound.any():
        return Salvaged(None, Care.OFF_THE_MAP)
    care = None if sound.all() else Care.PARTLY
    kept = written if care is None else gathered(list(_without_strays(written)))
    try:
        shape = repair(kept)
    except GeometryCollapsed:
        # What has no inside has a place all the same.
        on_map = positions[(abs(positions) <= (180.0, MAX_LAT)).all(axis=1)]
        if not len(on_map):
            return Salvaged(None, Care.OFF_THE_MAP)
        return Salvaged(shapely.Point(on_map[0]), care or Care.NO_EXTENT)
    care = care or (Care.MENDED if shape.flaws else None)
    geometry = shape.geometry
    edge = MAX_LAT + 10**-DECIMALS
    if geometry.bounds[1] < -edge or geometry.bounds[3] > edge:
        care = Care.PARTLY
        geometry = shapely.clip_by_rect(geometry, -180, -MAX_LAT, 180, MAX_LAT)
        if geometry.is_empty:
            return Salvaged(None, Care.OFF_THE_MAP)
    if care is None and len(positions) > MAX_VERTICES:
        care = Care.TOO_LARGE
    return Salvaged(geometry, care, is_as_written=care is None and geometry is written)


def _is_sound(positions: "NDArray[np.float64]") -> "NDArray[np.bool_]":
    """Return which positions are somewhere.  positions: rows of longitude and latitude."""
    # Written so that NaN fails too.
    sound: NDArray[np.bool_] = (abs(positions[:, 0]) <= _MAX_LNG) & (abs(positions[:, 1]) <= 90)
    return sound


def _without_strays(geometry: "BaseGeometry") -> "Iterator[BaseGeometry]":
    """Yield the parts of a shape without those positions that are nowhere."""
    import shapely

    def kept(ring: "BaseGeometry") -> "NDArray[np.float64]":
        positions = shapely.get_coordinates(ring)
        sound: NDArray[np.float64] = positions[_is_sound(positions)]
        return sound

    for part in atoms(geometry):
        if part.geom_type == "Polygon":
            rings = [kept(ring) for ring in (part.exterior, *part.interiors)]
            if len(rings[0]) >= 3:
                yield shapely.Polygon(rings[0], [hole for hole in rings[1:] if len(hole) >= 3])
        elif len(positions := kept(part)) >= 2:
            yield shapely.LineString(positions)
        elif len(positions):
            yield shapely.Point(positions[0])
