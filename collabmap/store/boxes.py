"""What lies in a box on the map, by both indexes: cells of points, boxes of lines and zones."""

from itertools import chain

from collabmap.domain.cells import ranges_of
from collabmap.domain.geo import Bbox

_IN_CELLS = "SELECT feature FROM feature_cell WHERE cell BETWEEN ? AND ? UNION ALL "


# True of the boxes of lines and zones that reach into one; its values are in `_edges`.
_REACHES = "(east >= ? {joint} west <= ?) AND north >= ? AND south <= ?"


def within(bbox: Bbox) -> tuple[str, list[float]]:
    """Return SQL that is true of the features `f` that reach into a box, and its values.

    Points on the edge do.  Lines and zones count by their own boxes, which are kept with 32 bits
    and rounded outwards.
    """
    ranges = ranges_of(bbox)
    joint = _joint(bbox)
    sql = (
        f"f.id IN ({_IN_CELLS * len(ranges)}SELECT id FROM feature_box"
        f" WHERE {_REACHES.format(joint=joint)})"
        f" AND (f.geometry IS NOT NULL"
        f" OR ((f.lng >= ? {joint} f.lng <= ?) AND f.lat >= ? AND f.lat <= ?))"
    )
    edges = _edges(bbox)
    return sql, [*chain.from_iterable(ranges), *edges, *edges]


def shapes_within(bbox: Bbox) -> tuple[str, list[float]]:
    """Return a query for the ids of lines and zones whose own boxes reach into a box."""
    reaches = _REACHES.format(joint=_joint(bbox))
    return f"SELECT id FROM feature_box WHERE {reaches}", _edges(bbox)


def _joint(bbox: Bbox) -> str:
    # East of the one edge or west of the other, where the antimeridian lies between them.
    return "OR" if bbox.west > bbox.east else "AND"


def _edges(bbox: Bbox) -> list[float]:
    return [bbox.west, bbox.east, bbox.south, bbox.north]
