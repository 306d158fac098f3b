"""The territory of a map: where its evening is, and what the map opens at; said by coordinators."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from collabmap.domain.definitions import PROJECT, SELF, Definitions
from collabmap.domain.geo import MAX_LAT, Bbox

# The property of the map in which it is defined: a name and four degrees, or nothing.
TERRITORY = "territory"
MAX_NAME = 120


class Territory(NamedTuple):
    """name: of the place, '' for a drawn rectangle.  box: WGS84 degrees."""

    name: str
    box: Bbox


def territory_in(definitions: Definitions) -> Territory | None:
    """Return what a coordinator has said, None for nothing that makes sense."""
    own = definitions.get((PROJECT, SELF))
    value = own.values.get(TERRITORY) if own is not None else None
    if not isinstance(value, Sequence) or isinstance(value, str | bytes) or len(value) != 5:
        return None
    name, *numbers = value
    if not all(isinstance(n, int | float) and math.isfinite(n) for n in numbers):
        return None
    box = Bbox(*(float(n) for n in numbers))
    return Territory(str(name)[:MAX_NAME], box) if is_usable(box) else None


def is_usable(box: Bbox) -> bool:
    """Whether a rectangle has a size and lies on the map."""
    west, south, east, north = box
    return -180 <= west < east <= 180 and -MAX_LAT <= south < north <= MAX_LAT


def said(territory: Territory) -> dict[str, list[object]]:
    """Return a territory as the property that defines it."""
    return {TERRITORY: [territory.name, *territory.box]}
