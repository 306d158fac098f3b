"""In which commune and quarter a spot lies.

Polygons decide where there are any; elsewhere the nearest place, if it is near enough for its kind.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]

COMMUNE, QUARTER = "commune", "quarter"
# How far a place without borders reaches, in metres: half the way to its neighbours, roughly.
REACH_M = {
    "city": 8_000,
    "town": 5_000,
    "village": 3_000,
    "suburb": 1_000,
    "quarter": 600,
    "hamlet": 800,
}
_ROLE = {
    "city": COMMUNE,
    "town": COMMUNE,
    "village": COMMUNE,
    "suburb": QUARTER,
    "quarter": QUARTER,
    "hamlet": QUARTER,
}
_METRES_PER_DEGREE = 111_195.0
# Points at once, so that the table of distances stays small.
_CHUNK = 2_000


class Area(NamedTuple):
    """A commune or quarter with its borders, WGS84.  role: COMMUNE or QUARTER."""

    role: str
    name: str
    shape: shapely.Geometry


class Centre(NamedTuple):
    """A place without borders.  kind: a key of REACH_M."""

    kind: str
    name: str
    lng: float
    lat: float


class Spot(NamedTuple):
    """Names, '' where nothing is known."""

    quarter: str
    commune: str

    @property
    def words(self) -> str:
        """Return « La Condamine, Monaco »."""
        return ", ".join(name for name in self if name)


def roles_of(rows: Iterable[tuple[int, str, shapely.Geometry]]) -> list[Area]:
    """Return areas of OpenStreetMap (admin_level, name, shape) by the part that they play.

    A commune is of level 8.  A country without that level (Andorra) has its communes at level 7,
    where France has districts of many communes.
    """
    rows = list(rows)
    communes = [shape for level, _, shape in rows if level == 8]
    insides = shapely.STRtree([shape.representative_point() for shape in communes])
    found = []
    for level, name, shape in rows:
        if level == 7 and len(insides.query(shape, predicate="intersects")):
            continue
        found.append(Area(COMMUNE if level in (7, 8) else QUARTER, name, shape))
    return found


class Where:
    """Answers where spots lie.  Any thread may use it."""

    def __init__(self, areas: Sequence[Area], centres: Sequence[Centre]) -> None:
        # The smallest first: of a quarter in a quarter the inner one counts.
        self._areas = sorted(areas, key=lambda a: (shapely.area(a.shape), a.role, a.name))
        for area in self._areas:
            shapely.prepare(area.shape)
        self._tree = shapely.STRtree([area.shape for area in self._areas])
        self._centres = {
            role: sorted(c for c in centres if _ROLE.get(c.kind) == role)
            for role in (COMMUNE, QUARTER)
        }

    @property
    def is_empty(self) -> bool:
        return not self._areas and not any(self._centres.values())

    def of(self, lngs: Floats, lats: Floats) -> list[Spot]:
        """Return where spots lie, WGS84 degrees."""
        count = len(lngs)
        found = {COMMUNE: [""] * count, QUARTER: [""] * count}
        if self._areas:
            pairs = self._tree.query(shapely.points(lngs, lats), predicate="intersects")
            for point, number in sorted(zip(*pairs.tolist(), strict=True)):
                area = self._areas[number]
                if not found[area.role][point]:
                    found[area.role][point] = area.name
        for role, names in found.items():
            missing = [i for i, name in enumerate(names) if not name]
            if missing:
                near = self._nearest(role, lngs[missing], lats[missing])
                for i, name in zip(missing, near, strict=True):
                    names[i] = name
        return [
            Spot("" if quarter == commune else quarter, commune)
            for quarter, commune in zip(found[QUARTER], found[COMMUNE], strict=True)
        ]

    def _nearest(self, role: str, lngs: Floats, lats: Floats) -> list[str]:
        """Return the place that reaches farthest over each spot, '' where none does."""
        centres = self._centres[role]
        if not centres:
            return [""] * len(lngs)
        all_x = np.array([c.lng for c in centres])
        all_y = np.array([c.lat for c in centres])
        all_reach = np.array([REACH_M[c.kind] for c in centres], dtype=float)
        names: list[str] = []
        for start in range(0, len(lngs), _CHUNK):
            lng, lat = lngs[start : start + _CHUNK, None], lats[start : start + _CHUNK, None]
            # Of the towns of a whole country nearly all are too far from every one of these.
            high = all_reach / _METRES_PER_DEGREE
            wide = high / np.cos(np.radians(min(89.0, np.abs(lat).max())))
            is_near = (all_x >= lng.min() - wide) & (all_x <= lng.max() + wide)
            is_near &= (all_y >= lat.min() - high) & (all_y <= lat.max() + high)
            near = np.flatnonzero(is_near)
            if not len(near):
                names += [""] * len(lng)
                continue
            east = (all_x[near] - lng) * np.cos(np.radians(lat))
            share = np.hypot(east, all_y[near] - lat) * _METRES_PER_DEGREE / all_reach[near]
            best = share.argmin(axis=1)
            names += [
                centres[near[index]].name if share[row, index] <= 1 else ""
                for row, index in enumerate(best)
            ]
        return names
