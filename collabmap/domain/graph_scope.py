"""What of the graph is shown: around one node or all, less what a filter hides."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from collabmap.domain.feature import FeatureState
from collabmap.domain.links import LinkEnd, LinkGraph, LinkRow
from collabmap.domain.theme import Nature

EVERYTHING = 0
MOST_STEPS = 3


@dataclass(frozen=True, slots=True)
class GraphScope:
    """middle: None for no node in the middle.  steps: from it, EVERYTHING for the whole graph.

    opened: nodes whose neighbours are shown as well.  beside: nodes that are shown, linked or not.
    no_natures, no_kinds, no_states: what is left out; never the middle itself.
    """

    middle: bytes | None = None
    steps: int = 1
    opened: frozenset[bytes] = frozenset()
    beside: frozenset[bytes] = frozenset()
    no_natures: frozenset[Nature] = frozenset()
    no_kinds: frozenset[str] = frozenset()
    no_states: frozenset[FeatureState] = frozenset()


@dataclass(frozen=True, slots=True)
class Shown:
    """depth: steps from the middle of each node that is shown.  links: between those.

    hidden: how many nodes with links the filter leaves out, of all that there are.
    """

    depth: Mapping[bytes, int]
    links: tuple[LinkRow, ...]
    hidden: int = 0


def shown(graph: LinkGraph, scope: GraphScope, nature_of: Callable[[str], Nature]) -> Shown:
    """Return the nodes and links in view.  nature_of: of a category."""
    middle = scope.middle if scope.middle in graph.nodes else None

    def is_wanted(end: LinkEnd) -> bool:
        if end.id == middle or end.id in scope.beside:
            return True
        return nature_of(end.category) not in scope.no_natures and end.state not in scope.no_states

    wanted = {end.id for end in graph.nodes.values() if is_wanted(end)}
    links = [
        link
        for link in graph.links
        if link.type not in scope.no_kinds and link.source in wanted and link.target in wanted
    ]
    beside = neighbours(links)
    linked = {end for link in graph.links for end in (link.source, link.target)}
    kept = {node for node in linked if node in beside or node == middle}
    depth = _depth(beside, scope, middle, kept)
    for node in sorted(scope.beside & graph.nodes.keys()):
        depth.setdefault(node, 1)
    inside = tuple(link for link in links if link.source in depth and link.target in depth)
    return Shown(depth, inside, len(linked) - len(kept & linked))


def neighbours(links: Collection[LinkRow]) -> dict[bytes, set[bytes]]:
    """Return the nodes that have to do with each node, whichever way the links go."""
    beside: dict[bytes, set[bytes]] = {}
    for link in links:
        beside.setdefault(link.source, set()).add(link.target)
        beside.setdefault(link.target, set()).add(link.source)
    return beside


def _depth(
    beside: Mapping[bytes, set[bytes]],
    scope: GraphScope,
    middle: bytes | None,
    linked: Collection[bytes],
) -> dict[bytes, int]:
    if scope.steps == EVERYTHING or middle is None:
        depth = dict.fromkeys(sorted(linked), 1)
        if middle is not None:
            depth[middle] = 0
        return depth
    depth = {middle: 0}
    queue = [middle]
    for node in queue:
        if depth[node] >= scope.steps and node not in scope.opened:
            continue
        for other in sorted(beside.get(node, ())):
            if other not in depth:
                depth[other] = depth[node] + 1
                queue.append(other)
    return depth
