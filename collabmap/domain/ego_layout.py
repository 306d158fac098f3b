"""One node in the middle and what it has to do with around it: rings, a step each.

Who stands where follows the map: what lies north of the middle stands above it, as far as the order
around a ring allows.  A node stands behind the one that leads to it, in the wedge of that one.
"""

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

# To the first ring, from ring to ring, and the least from mark to mark along one, where names go.
RING_PX, FURTHER_PX, ALONG_PX = 190.0, 140.0, 128.0
# Two that are so near to opposite, radians, are joined through the mark in the middle.
OPPOSITE = 0.25


class Spot(NamedTuple):
    """x, y: logical pixels from the middle, y down."""

    x: float
    y: float


def ringed(
    middle: bytes,
    depth: Mapping[bytes, int],
    pairs: Iterable[tuple[bytes, bytes]],
    bearing: Mapping[bytes, float],
    *,
    ratio: float = 1.0,
) -> dict[bytes, Spot]:
    """Return where nodes stand around one.

    depth: steps from the middle, of all nodes.  pairs: linked nodes.  bearing: where a node lies on
    the map seen from the middle, radians from east, y down; one without is put where there is room.
    ratio: how much wider than high the rings are.
    """
    pairs = tuple(pairs)
    branches = _branches(middle, depth, pairs, bearing)
    weight: dict[bytes, float] = {}
    for node in sorted(depth, key=lambda each: -depth[each]):
        below = sum(weight[child] for child in branches.get(node, ()))
        weight[node] = max(1.0, 0.72 * below)
    angle: dict[bytes, float] = {middle: 0.0}
    first = branches.get(middle, [])
    turn = _turn(first, weight, bearing)
    _open(first, weight, turn, math.tau, angle)
    whole = math.tau
    if _has_opposite(pairs, first, angle):
        # As if one more stood there: of an odd number no two stand opposite.
        whole *= len(first) / (len(first) + 1)
        _open(first, weight, turn + (math.tau - whole) / 2, whole, angle)
    spans = {child: whole * weight[child] / _sum(first, weight) for child in first}
    queue = list(first)
    for node in queue:
        children = branches.get(node, [])
        span = spans[node]
        _open(children, weight, angle[node] - span / 2, span, angle)
        for child in children:
            spans[child] = span * weight[child] / _sum(children, weight)
        queue += children
    radius = _radii(depth, angle, ratio)
    return {
        node: Spot(
            radius[depth[node]] * ratio * math.cos(angle[node]),
            radius[depth[node]] * math.sin(angle[node]),
        )
        for node in depth
        if node in angle
    }


def _branches(
    middle: bytes,
    depth: Mapping[bytes, int],
    pairs: Iterable[tuple[bytes, bytes]],
    bearing: Mapping[bytes, float],
) -> dict[bytes, list[bytes]]:
    """Return the nodes behind each node: every node behind one a step nearer, in order."""
    beside: dict[bytes, set[bytes]] = {}
    for one, other in pairs:
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    found: dict[bytes, list[bytes]] = {}
    for node in sorted(depth, key=lambda each: (depth[each], each)):
        if node == middle:
            continue
        nearer = [each for each in beside.get(node, ()) if depth.get(each) == depth[node] - 1]
        if nearer:
            # Behind the one with the fewest so far: the wedges stay alike.
            leader = min(nearer, key=lambda each: (len(found.get(each, ())), each))
            found.setdefault(leader, []).append(node)
    for children in found.values():
        children.sort(key=lambda each: (bearing.get(each, math.inf), each))
    return found


def _sum(nodes: Iterable[bytes], weight: Mapping[bytes, float]) -> float:
    return sum(weight[node] for node in nodes)


def _open(
    nodes: list[bytes],
    weight: Mapping[bytes, float],
    start: float,
    span: float,
    angle: dict[bytes, float],
) -> None:
    """Lay nodes side by side in a wedge, each in the middle of its share."""
    whole, at = _sum(nodes, weight), start
    for node in nodes:
        share = span * weight[node] / whole
        angle[node] = at + share / 2
        at += share


def _has_opposite(
    pairs: Iterable[tuple[bytes, bytes]], ring: list[bytes], angle: Mapping[bytes, float]
) -> bool:
    """Whether a link between two of a ring would go through the middle, as if it were its own."""
    inside = set(ring)
    return any(
        abs(abs(angle[one] - angle[other]) - math.pi) < OPPOSITE
        for one, other in pairs
        if one in inside and other in inside
    )


def _turn(
    nodes: list[bytes], weight: Mapping[bytes, float], bearing: Mapping[bytes, float]
) -> float:
    """Return where the first ring begins so that its nodes look most as they lie on the map."""
    flat: dict[bytes, float] = {}
    _open(nodes, weight, 0.0, math.tau, flat)
    known = [bearing[node] - flat[node] for node in nodes if node in bearing]
    if not known:
        return -math.pi / 2
    return math.atan2(sum(map(math.sin, known)), sum(map(math.cos, known)))


def _radii(depth: Mapping[bytes, int], angle: Mapping[bytes, float], ratio: float) -> list[float]:
    """Return how far each ring is from the middle: marks along it have room."""
    radii = [0.0]
    for ring in range(1, max(depth.values(), default=0) + 1):
        angles = sorted(angle[n] for n in depth if depth[n] == ring and n in angle)
        gaps = [after - before for before, after in itertools.pairwise(angles)]
        if len(angles) > 1:
            gaps.append(angles[0] + math.tau - angles[-1])
        # Where a few stand close, the ring grows for them, but not without end.
        tight = max(min(gaps, default=math.tau), math.tau / (3 * len(angles) + 1))
        needed = ALONG_PX / (2 * math.sin(min(tight, math.pi) / 2)) / math.sqrt(ratio)
        radii.append(max(radii[-1] + (RING_PX if ring == 1 else FURTHER_PX), needed))
    return radii
