"""The sea: OpenStreetMap has its edge only, as lines with the water on their right.

Positions here are of the unit square (x east, y *down*), so "right of the way" is (-dy, dx).
The coast is laid into a box, the box is cut along it, and each face is put to the vote: a face on
the right of its coast is sea.  Voting forgives what real extracts do: ways that stop inside the
box because the extract stops there, ways that come twice, small crossings.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

Points = npt.NDArray[np.float64]

# Where the two sides of a segment are asked, in its own lengths: near enough for a narrow mole.
SIDE_STEP = 1e-3
# How much coast before a loose end says where it heads, of the box's diagonal.
LOOK_BACK = 0.04
# How near its own end a run-on may cross the coast, of the box's diagonal.
CLOSE = 0.01
# How wide the gap of a ring may be, of its own diagonal: an islet that lacks a way, not a bay whose
# coast goes on beyond the extract.
RING_GAP = 0.1
# Turns tried for a loose end whose own heading would cross the coast, nearest first.
TURNS = tuple(sign * math.radians(step) for step in range(0, 181, 15) for sign in (1, -1))


class Frame(NamedTuple):
    """A box of the unit square: top is the smaller y."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a position lies strictly inside."""
        return self.left < x < self.right and self.top < y < self.bottom

    @property
    def diagonal(self) -> float:
        return math.hypot(self.right - self.left, self.bottom - self.top)


class CoastWay(NamedTuple):
    """A piece of coastline.  first, last: ids of its end nodes; points: (n, 2), unit square."""

    first: int
    last: int
    points: Points


def close_sea(
    ways: Sequence[CoastWay], frame: Frame, dry: Sequence[shapely.Geometry] = ()
) -> list[shapely.Polygon]:
    """Return the sea inside a box as polygons; none where no coast runs through the box.

    A loose end inside the box runs on to the border the way it was heading, or, if that would
    cross the coast or what is known to lie dry (streets, railways), the nearest way that does not.
    """
    box = shapely.box(*frame)
    chains = [chain for chain in join(ways) if shapely.LineString(chain).intersects(box)]
    if not chains:
        return []
    chains = close_gaps(chains, frame)
    chains = run_on(chains, frame, dry)
    cuts = shapely.intersection([shapely.LineString(chain) for chain in chains], box)
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([*cuts, box.boundary])]))
    sea = faces[_votes(faces, chains, box) > 0]
    parts = shapely.get_parts(shapely.union_all(sea)) if len(sea) else []
    return [part for part in parts if isinstance(part, shapely.Polygon)]


def is_off_the_coast(ways: Sequence[CoastWay], frame: Frame, reach: float) -> bool:
    """Return whether a box that no coast runs through lies in the sea: on the right of the coast
    that is nearest to it, if that is within reach (of the unit square)."""
    middle = np.array([(frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2])
    best: tuple[float, float] | None = None
    for way in ways:
        start, along = way.points[:-1], np.diff(way.points, axis=0)
        length = np.maximum((along**2).sum(axis=1), 1e-30)
        share = np.clip(((middle - start) * along).sum(axis=1) / length, 0, 1)
        off = middle - (start + share[:, None] * along)
        far = np.hypot(off[:, 0], off[:, 1])
        # At a corner two pieces are as near as each other: both together say where it heads.
        near = far <= far.min() * (1 + 1e-9)
        heading = (along[near] / np.sqrt(length[near])[:, None]).sum(axis=0)
        first = off[near][0]
        right = float(-heading[1] * first[0] + heading[0] * first[1])
        if best is None or far.min() < best[0]:
            best = (float(far.min()), right)
    return best is not None and best[0] <= reach and best[1] > 0


def join(ways: Sequence[CoastWay]) -> list[Points]:
    """Return the ways laid end to end, as long as they go: rings come closed."""
    starts: defaultdict[int, list[int]] = defaultdict(list)
    for number, way in enumerate(ways):
        starts[way.first].append(number)
    ends = {way.last for way in ways}
    # Begin where nothing leads to; what is left after that are rings.
    order = sorted(range(len(ways)), key=lambda number: ways[number].first in ends)
    used: set[int] = set()
    chains = []
    for begin in order:
        here: int | None = begin if begin not in used else None
        parts: list[Points] = []
        while here is not None:
            used.add(here)
            parts.append(ways[here].points if not parts else ways[here].points[1:])
            here = next((n for n in starts[ways[here].last] if n not in used), None)
        if parts and sum(map(len, parts)) > 1:
            chains.append(np.concatenate(parts))
    return chains


def close_gaps(chains: list[Points], frame: Frame) -> list[Points]:
    """Return the chains with each gap inside the box bridged that is shorter than the way out.

    An extract may lack a way in the middle of a coast; both ends running off on their own would
    tear the sea apart.
    """
    chains = list(chains)
    while True:
        found = _shortest_gap(chains, frame)
        if found is None:
            return chains
        before, after = found
        if before == after:
            chains[before] = np.concatenate([chains[before], chains[before][:1]])
            continue
        joined = np.concatenate([chains[before], chains[after]])
        chains = [c for n, c in enumerate(chains) if n not in (before, after)] + [joined]


def _shortest_gap(chains: list[Points], frame: Frame) -> tuple[int, int] | None:
    """Return which chain's end to join to which chain's start, None when all gaps are wide."""
    ends = [n for n, chain in enumerate(chains) if _is_loose(chain, frame, -1)]
    starts = [n for n, chain in enumerate(chains) if _is_loose(chain, frame, 0)]
    best: tuple[float, int, int] | None = None
    for end in ends:
        for start in starts:
            tail, head = chains[end][-1], chains[start][0]
            gap = math.dist(tail, head)
            if end == start and gap > RING_GAP * math.dist(*_corners(chains[end])):
                continue
            way_out = min(_to_border(tail, frame), _to_border(head, frame))
            if gap < way_out and (best is None or (gap, end, start) < best):
                best = (gap, end, start)
    return best[1:] if best else None


def _corners(chain: Points) -> tuple[Points, Points]:
    return chain.min(axis=0), chain.max(axis=0)


def run_on(
    chains: list[Points], frame: Frame, dry: Sequence[shapely.Geometry] = ()
) -> list[Points]:
    """Return the chains with their loose ends led out of the box."""
    done = list(chains)
    for number, chain in enumerate(chains):
        if _is_loose(chain, frame, -1):
            way_out = _way_out(chain, _Obstacles(done, dry), frame)
            done[number] = np.vstack([done[number], way_out])
        if _is_loose(chain, frame, 0):
            way_out = _way_out(chain[::-1], _Obstacles(done, dry), frame)
            done[number] = np.vstack([way_out, done[number]])
    return done


class _Obstacles:
    """What a run-on must not cross: the coast never, dry ground as little as can be."""

    def __init__(self, chains: list[Points], dry: Sequence[shapely.Geometry]) -> None:
        self._coast = shapely.STRtree([shapely.LineString(chain) for chain in chains])
        self._dry = shapely.STRtree(list(dry))

    def cost(self, ray: shapely.Geometry) -> tuple[bool, int]:
        on_coast = len(self._coast.query(ray, predicate="intersects")) > 0
        return on_coast, len(self._dry.query(ray, predicate="intersects"))


def _is_loose(chain: Points, frame: Frame, end: int) -> bool:
    is_ring = bool((chain[0] == chain[-1]).all())
    return not is_ring and frame.holds(*map(float, chain[end]))


def _to_border(point: Points, frame: Frame) -> float:
    x, y = map(float, point)
    return min(x - frame.left, frame.right - x, y - frame.top, frame.bottom - y)


def _way_out(chain: Points, obstacles: _Obstacles, frame: Frame) -> Points:
    """Return a position outside the box to lead the chain's last point to, as a (1, 2) array."""
    end = chain[-1]
    far = np.hypot(*(chain - end).T) >= LOOK_BACK * frame.diagonal
    back = chain[np.flatnonzero(far)[-1]] if far.any() else chain[0]
    heading = math.atan2(end[1] - back[1], end[0] - back[0])
    reach = 2 * frame.diagonal
    box = shapely.box(*frame)
    best: tuple[tuple[bool, int], Points] | None = None
    for turn in TURNS:
        out = end + reach * np.array([math.cos(heading + turn), math.sin(heading + turn)])
        # The last metres may cross: a coast often ends at the hook of a mole.
        ray = shapely.LineString([end + (out - end) * CLOSE / 2, out]).intersection(box)
        cost = obstacles.cost(ray)
        if best is None or cost < best[0]:
            best = (cost, out)
        if cost == (False, 0):
            break
    assert best is not None
    return best[1].reshape(1, 2)


def _votes(
    faces: npt.NDArray[np.object_], chains: list[Points], box: shapely.Polygon
) -> npt.NDArray[np.float64]:
    """Return per face the length of coast that calls it sea, less the length that calls it land."""
    rows = np.concatenate([np.stack([chain[:-1], chain[1:]], axis=1) for chain in chains])
    segments = shapely.intersection(shapely.linestrings(rows), box)
    segments = segments[shapely.get_num_coordinates(segments) == 2]
    coords = shapely.get_coordinates(segments).reshape(-1, 2, 2)
    along = coords[:, 1] - coords[:, 0]
    middle = coords.mean(axis=1)
    length = np.hypot(along[:, 0], along[:, 1])
    aside = np.stack([-along[:, 1], along[:, 0]], axis=1) * SIDE_STEP
    votes = np.zeros(len(faces))
    tree = shapely.STRtree(faces)
    for side, sign in ((middle + aside, 1.0), (middle - aside, -1.0)):
        points, hit = tree.query(shapely.points(side), predicate="within")
        np.add.at(votes, hit, sign * length[points])
    return votes
