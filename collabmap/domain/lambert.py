"""Lambert-93, the grid on which French town halls, cadastre and firemen read positions.

pyproj takes a tenth of a second to import, so it is imported where it is used.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from collabmap.domain.geo import Bbox, LngLat

if TYPE_CHECKING:
    from pyproj import Transformer

# Mainland France and Corsica, land and sea.  Source: EPSG:2154, extent 1326.
AREA_OF_USE = Bbox(-9.86, 41.15, 10.38, 51.56)


class Lambert93(NamedTuple):
    """A position in metres (EPSG:2154), x east, y north."""

    x: float
    y: float


def applies(position: LngLat) -> bool:
    """Whether Lambert-93 may be used there."""
    return AREA_OF_USE.contains(position.lng, position.lat)


def lambert_93(position: LngLat) -> Lambert93 | None:
    """Return a position in WGS84 degrees on the grid, None outside its area of use.

    The first call imports pyproj: make it in a lane.  Callable from any thread afterwards.
    """
    if not applies(position):
        return None
    return Lambert93(*_transformer().transform(position.lng, position.lat))


@lru_cache(maxsize=1)
def _transformer() -> "Transformer":
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)
