"""What the graph shows: nodes and links in arrays, and where they lie on the screen."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.ego_layout import Spot
from collabmap.domain.graph_layout import Floats, Ints
from collabmap.domain.graph_scope import Shown
from collabmap.domain.links import LinkEnd, LinkGraph

# A link and the one back stand apart by twice this.
_ASIDE_PX = 6.0


@dataclass(frozen=True, eq=False)
class Scene:
    """nodes: in the order of positions.  more: links of a node that are not shown, by node.

    words: what each line says; ends: (m, 2) numbers of nodes that it goes from and to.
    depth: steps from the middle.  proposed: links that might be made, (source, target).
    """

    nodes: tuple[LinkEnd, ...] = ()
    depth: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    ends: Ints = field(default_factory=lambda: np.empty((0, 2), np.int64))
    words: tuple[str, ...] = ()
    more: Mapping[bytes, int] = field(default_factory=dict)
    middle: bytes | None = None
    proposed: tuple[tuple[bytes, bytes], ...] = ()

    @cached_property
    def number(self) -> dict[bytes, int]:
        """Return the numbers of nodes, by id."""
        return {end.id: n for n, end in enumerate(self.nodes)}

    @cached_property
    def has_return(self) -> NDArray[np.bool_]:
        """Return which lines have another one going back."""
        there = {(int(a), int(b)) for a, b in self.ends}
        return np.array([(int(b), int(a)) in there for a, b in self.ends], bool)

    @cached_property
    def degree(self) -> Ints:
        """Return how many lines each node has."""
        return np.bincount(self.ends.ravel(), minlength=len(self.nodes))

    def of(self, node: int) -> NDArray[np.bool_]:
        """Return which lines a node has."""
        return np.asarray((self.ends == node).any(axis=1))

    def places(self, spots: Mapping[bytes, Spot]) -> Floats:
        """Return positions in the order of the nodes; (0, 0) for those that have none yet."""
        return np.array([spots.get(end.id, (0.0, 0.0)) for end in self.nodes]).reshape(-1, 2)


def scene_of(
    graph: LinkGraph,
    shown: Shown,
    middle: bytes | None,
    words: Callable[[Iterable[str]], str],
    proposed: Iterable[tuple[bytes, bytes]] = (),
) -> Scene:
    """Return the scene of what is shown.  words: what kinds of link say."""
    order = sorted(shown.depth)
    number = {node: n for n, node in enumerate(order)}
    lines: dict[tuple[int, int], list[str]] = {}
    for link in shown.links:
        lines.setdefault((number[link.source], number[link.target]), []).append(link.type)
    more: dict[bytes, int] = {}
    here = {link.element for link in shown.links}
    for link in graph.links:
        if link.element not in here:
            for end in (link.source, link.target):
                if end in number:
                    more[end] = more.get(end, 0) + 1
    return Scene(
        tuple(graph.nodes[node] for node in order),
        np.array([shown.depth[node] for node in order], np.int64),
        np.array(list(lines), np.int64).reshape(-1, 2),
        tuple(map(words, lines.values())),
        more,
        middle,
        tuple(pair for pair in proposed if pair[0] in number and pair[1] in number),
    )


def lines_on_screen(scene: Scene, px: Floats, reach: Floats) -> tuple[Floats, Floats]:
    """Return lines from mark to mark and how long each is: (m, 4) pixels, (m,).

    px: (n, 2) middles of marks.  reach: (n,) how far the edge of a mark is from its middle.
    """
    start, stop = px[scene.ends[:, 0]], px[scene.ends[:, 1]]
    way = stop - start
    length = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)
    unit = way / length[:, None]
    aside = np.stack((-unit[:, 1], unit[:, 0]), 1) * (_ASIDE_PX * scene.has_return)[:, None]
    begin = start + aside + unit * reach[scene.ends[:, 0]][:, None]
    end = stop + aside - unit * reach[scene.ends[:, 1]][:, None]
    left = length - reach[scene.ends[:, 0]] - reach[scene.ends[:, 1]]
    return np.concatenate((begin, end), axis=1), left
