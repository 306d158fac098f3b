"""What the graph is of and what of it is shown: read, laid out in a worker, and followed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from collabmap.app.link_words import kinds_words
from collabmap.domain.effect import Effect
from collabmap.domain.ego_layout import Spot
from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.graph_arrangement import Wanted
from collabmap.domain.graph_layout import Floats
from collabmap.domain.graph_scope import EVERYTHING, GraphScope, Shown, shown
from collabmap.domain.links import LinkEnd, LinkGraph
from collabmap.domain.theme import Nature
from collabmap.ui.graph.arranging import Arranging
from collabmap.ui.graph.scene import Scene, scene_of

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.ui.graph.view import GraphView
    from collabmap.ui.main_window import MainWindow

AFTER_MS = 120
# Rings as wide as the room, but never so wide that what is above and below comes too near.
_FLATTEST, _WIDEST = 0.8, 1.6


class GraphModel(QObject):
    """changed: what is shown, or what there is to show.  graph: None while it is not read.

    shown: what of it is in view.  scope: what was asked for.
    """

    changed = Signal()

    def __init__(self, window: "MainWindow", view: "GraphView", parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._view = window, view
        self.graph: LinkGraph | None = None
        self.scope = GraphScope()
        self.shown = Shown({}, ())
        self._pinned: set[bytes] = set()
        self._proposed: tuple[tuple[bytes, bytes], ...] = ()
        self._scene = Scene()
        self._fits = True
        self._is_new_scene = False
        self._arranging = Arranging(window.tasks, self)
        self._arranging.framed.connect(self._on_frame)
        self._arranging.arranged.connect(self._on_arranged)
        self._soon = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._soon.timeout.connect(self.read)
        window.effects_arrived.connect(self._on_effect)
        view.moved.connect(self._on_moved)

    # --- reading -----------------------------------------------------------------------------

    def read(self) -> None:
        """Read the links, and what stands in the middle or was asked for beside them."""
        if self._window.lanes is None:
            return
        asked = frozenset({*self.scope.beside, *([self.scope.middle] if self.scope.middle else [])})

        def work(reader: "Reader") -> tuple[LinkGraph, list[Mark]]:
            graph = reader.link_graph()
            return graph, reader.marks_of(asked - graph.nodes.keys())

        self._window.tasks.read(work, self._on_read, owner=self, key="graph")

    def _on_effect(self, effect: Effect) -> None:
        if effect.features is None or effect.features or effect.meta:
            self._soon.start()

    def _on_read(self, answer: tuple[LinkGraph, list[Mark]]) -> None:
        graph, alone = answer
        ends = {
            mark.id: LinkEnd(
                mark.id, mark.name, mark.category, mark.state, mark.lng, mark.lat, True
            )
            for mark in alone
        }
        is_first = self.graph is None
        self.graph = LinkGraph({**graph.nodes, **ends}, graph.links)
        if self.scope.middle not in self.graph.nodes:
            self.scope = replace(self.scope, middle=self._liveliest())
        self._show(keeps=not is_first)

    def _liveliest(self) -> bytes | None:
        """Return what has the most links: where to begin when nothing is chosen."""
        assert self.graph is not None
        counts = Counter(end for link in self.graph.links for end in (link.source, link.target))
        return min(counts, key=lambda node: (-counts[node], node), default=None)

    # --- what is asked for -------------------------------------------------------------------

    def centre(self, node: bytes | None) -> None:
        """Put a node in the middle; it need not have links."""
        self._proposed = ()
        if node is None and self.graph is not None:
            node = self._liveliest()
        self.scope = replace(self.scope, middle=node, opened=frozenset(), beside=frozenset())
        self._pinned.clear()
        if self.graph is None or (node is not None and node not in self.graph.nodes):
            self.graph = None
            self.read()
        else:
            self._show(keeps=False)

    def show_steps(self, steps: int) -> None:
        """Show so many steps around the middle, or EVERYTHING."""
        self.scope = replace(self.scope, steps=steps, opened=frozenset())
        self._pinned.clear()
        self._show(keeps=False)

    def open(self, node: bytes) -> None:
        """Show one step more from a node; what is there stays where it is."""
        self.scope = replace(self.scope, opened=self.scope.opened | {node})
        self._show(keeps=True)

    def hide(
        self,
        *,
        natures: Iterable[Nature] | None = None,
        kinds: Iterable[str] | None = None,
        states: Iterable[FeatureState] | None = None,
    ) -> None:
        """Leave out what is of these; None: as before."""
        scope = self.scope
        self.scope = replace(
            scope,
            no_natures=scope.no_natures if natures is None else frozenset(natures),
            no_kinds=scope.no_kinds if kinds is None else frozenset(kinds),
            no_states=scope.no_states if states is None else frozenset(states),
        )
        self._show(keeps=True)

    def propose(self, one: bytes, other: bytes) -> None:
        """Show a link that might be made, with both its ends."""
        self.scope = replace(
            self.scope, middle=one, steps=1, opened=frozenset(), beside=frozenset({other})
        )
        self._pinned.clear()
        self._proposed = ((one, other),)
        self.graph = None
        self.read()

    def tidy(self) -> None:
        """Lay everything out anew, also what was put elsewhere by hand."""
        self._pinned.clear()
        self._show(keeps=False)

    def _on_moved(self, node: bytes) -> None:
        self._pinned.add(node)
        self.changed.emit()

    @property
    def has_moved(self) -> bool:
        """Whether something stands where a hand has put it."""
        return bool(self._pinned)

    # --- showing -----------------------------------------------------------------------------

    def nature_of(self, category: str) -> Nature:
        return self._window.theme.category(category).nature

    def others_of(self, node: bytes) -> list[LinkEnd]:
        """Return what is at the other end of each link of a node."""
        graph = self.graph or LinkGraph()
        ends = [(link.source, link.target) for link in graph.links if node in link[1:3]]
        return [graph.nodes[target if source == node else source] for source, target in ends]

    def _show(self, *, keeps: bool) -> None:
        graph = self.graph
        if graph is None:
            return
        theme = self._window.theme
        scope = self.scope
        self.shown = shown(graph, scope, self.nature_of)
        middle = scope.middle if scope.steps != EVERYTHING else None
        # What was proposed may be made by now.
        made = {frozenset((link.source, link.target)) for link in graph.links}
        proposed = tuple(pair for pair in self._proposed if frozenset(pair) not in made)
        self._scene = scene_of(
            graph, self.shown, middle, lambda types: kinds_words(theme, types), proposed
        )
        spots = self._view.spots if keeps else {}
        self._fits, self._is_new_scene = not keeps, True
        kept = {node: spot for node, spot in spots.items() if node in self.shown.depth}
        pairs = dict.fromkeys(
            [(link.source, link.target) for link in self.shown.links] + list(proposed)
        )
        self._arranging.ask(
            Wanted(self.shown.depth, tuple(pairs), graph.nodes, middle, kept, self._ratio())
        )
        self.changed.emit()

    def _ratio(self) -> float:
        view = self._view
        ratio = (view.width() - 172) / max(1.0, view.height() - 116.0)
        return min(_WIDEST, max(_FLATTEST, ratio))

    def _on_frame(self, wanted: Wanted, place: Floats, _share: float) -> None:
        if self._is_new_scene:
            spots = {node: Spot(*map(float, place[n])) for n, node in enumerate(wanted.order)}
            self._put(spots)
        else:
            # Both are in the order of ids.
            self._view.show_places(place, fits=self._fits)

    def _on_arranged(self, _wanted: Wanted, spots: Mapping[bytes, Spot]) -> None:
        self._put(spots)
        self.changed.emit()

    def _put(self, spots: Mapping[bytes, Spot]) -> None:
        self._is_new_scene = False
        self._view.show_scene(self._scene, spots, fits=self._fits)

    def stop(self) -> None:
        """Stop the layout under way; what stands already stays."""
        self._arranging.stop()
