"""Where what is shown of the graph stands: rings around one node, or the town; and what joins it.

What stands somewhere already stays there: only what is new looks for a place.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from collabmap.domain.ego_layout import Spot, ringed
from collabmap.domain.graph_layout import LINK_PX, Floats, Told, scaled, settled
from collabmap.domain.links import LinkEnd

# More marks than these around one are no rings any more that anybody could read.
MOST_RINGED = 90


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to arrange.  depth: as graph_scope.Shown has it.  pairs: linked nodes.

    nodes: where each lies on the map.  middle: who has rings around it, None for the town.  kept:
    where nodes stand that may not move.  ratio: how much wider than high the room is.
    """

    depth: Mapping[bytes, int]
    pairs: tuple[tuple[bytes, bytes], ...]
    nodes: Mapping[bytes, LinkEnd]
    middle: bytes | None = None
    kept: Mapping[bytes, Spot] = field(default_factory=dict)
    ratio: float = 1.0

    @property
    def order(self) -> tuple[bytes, ...]:
        """Return the nodes in the order of positions that are told."""
        return tuple(sorted(self.depth))


def arranged(wanted: Wanted, told: Told | None = None) -> dict[bytes, Spot] | None:
    """Return where all nodes stand, None if `told` (see graph_layout) says to stop."""
    kept = {node: spot for node, spot in wanted.kept.items() if node in wanted.depth}
    if wanted.middle is not None and not kept and len(wanted.depth) <= MOST_RINGED:
        kept = _rings(wanted)
    return _filled(wanted, kept, told)


def _rings(wanted: Wanted) -> dict[bytes, Spot]:
    assert wanted.middle is not None
    bearing = {}
    here = wanted.nodes[wanted.middle]
    for node in wanted.depth:
        there = wanted.nodes[node]
        if None not in (here.lng, here.lat, there.lng, there.lat) and node != wanted.middle:
            squeeze = math.cos(math.radians(here.lat or 0.0))
            east = ((there.lng or 0.0) - (here.lng or 0.0)) * squeeze
            bearing[node] = math.atan2((here.lat or 0.0) - (there.lat or 0.0), east)
    return ringed(wanted.middle, wanted.depth, wanted.pairs, bearing, ratio=wanted.ratio)


def _filled(
    wanted: Wanted, kept: Mapping[bytes, Spot], told: Told | None
) -> dict[bytes, Spot] | None:
    """Find a place for each node that has none."""
    order = wanted.order
    number = {node: n for n, node in enumerate(order)}
    if len(kept) == len(order):
        return dict(kept)
    start = _beginnings(wanted, order, kept)
    links = np.array([(number[a], number[b]) for a, b in wanted.pairs], np.int64).reshape(-1, 2)
    movable = np.array([node not in kept for node in order])
    place = settled(start, links, movable, told=told)
    if place is None:
        return None
    return {node: Spot(*map(float, place[n])) for node, n in number.items()}


def _beginnings(wanted: Wanted, order: tuple[bytes, ...], kept: Mapping[bytes, Spot]) -> Floats:
    """Return where nodes begin: where they stand, beside those they are linked with, or mapped."""
    ends = [wanted.nodes[node] for node in order]
    lng = np.array([np.nan if end.lng is None else end.lng for end in ends])
    lat = np.array([np.nan if end.lat is None else end.lat for end in ends])
    known = ~np.isnan(lng) & ~np.isnan(lat)
    place = np.zeros((len(order), 2))
    place[known] = scaled(lng[known], lat[known])
    if not kept:
        return place
    near: dict[bytes, list[bytes]] = {}
    for one, other in wanted.pairs:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    found = dict(kept)
    centre = np.mean([tuple(spot) for spot in kept.values()], axis=0)
    for turn, node in enumerate(sorted(order, key=lambda each: (wanted.depth[each], each))):
        leaders = sorted(found[each] for each in near.get(node, ()) if each in found)
        if node not in found and leaders:
            found[node] = _beyond(leaders, (float(centre[0]), float(centre[1])), turn)
    for n, node in enumerate(order):
        if node in found:
            place[n] = found[node]
    return place


def _beyond(leaders: list[Spot], centre: tuple[float, float], turn: int) -> Spot:
    """Return a place beside those who lead to a node, on the side that looks away from the rest."""
    x, y = (sum(axis) / len(leaders) for axis in zip(*leaders, strict=True))
    away = math.atan2(y - centre[1], x - centre[0]) + 0.35 * ((turn % 5) - 2)
    return Spot(x + LINK_PX * math.cos(away), y + LINK_PX * math.sin(away))
