"""Which marks a list shows, and in which order: arrays of a million indices in milliseconds."""

import math
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.map_filter import Bools
from collabmap.domain.mark_columns import MarkColumns
from collabmap.domain.name_index import NameIndex


class Order(StrEnum):
    NEAREST = "nearest"
    NAME = "name"
    NEWEST = "newest"


def in_view(columns: MarkColumns, bbox: Bbox) -> Bools:
    """Return which marks lie in a box, the edges too.

    bbox: WGS84 degrees; west > east means that it crosses the antimeridian.
    """
    inside = (columns.lat >= bbox.south) & (columns.lat <= bbox.north)
    if bbox.west > bbox.east:
        return inside & ((columns.lng >= bbox.west) | (columns.lng <= bbox.east))
    return inside & (columns.lng >= bbox.west) & (columns.lng <= bbox.east)


def ordered(
    columns: MarkColumns,
    listed: Bools,
    how: Order,
    near: LngLat,
    names: NameIndex | None = None,
) -> NDArray[np.int64]:
    """Return the indices of the marks that are listed, in order.

    near: where the nearest begin.  names: of the same columns, needed for the order by name.
    """
    if how is Order.NAME:
        assert names is not None, "the order by name needs the names"
        return names.order[listed[names.order]]
    marks = np.flatnonzero(listed)
    if how is Order.NEWEST:
        # Of two added in the same second, the later row is the newer.
        return marks[::-1][np.argsort(-columns.born_s[marks[::-1]], kind="stable")]
    # Flat degrees are enough to order what lies near; the distance shown is exact.
    squeeze = math.cos(math.radians(near.lat)) ** 2
    east = np.abs(columns.lng[marks] - near.lng)
    east = np.minimum(east, 360 - east)
    north = columns.lat[marks] - near.lat
    return marks[np.argsort(east * east * squeeze + north * north, kind="stable")]


def index_of(columns: MarkColumns, feature: bytes) -> int:
    """Return the index of a feature, -1 if it is not on the map."""
    high, low = int.from_bytes(feature[:8], "big"), int.from_bytes(feature[8:], "big")
    found = np.flatnonzero((columns.ids[:, 0] == high) & (columns.ids[:, 1] == low))
    return int(found[0]) if len(found) else -1
