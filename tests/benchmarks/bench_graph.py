"""What a graph of 2,000 nodes and 4,000 links costs to move, and to lay out.

frame_ms_p95: one frame of the graph as the window paints it, while it is moved, enlarged and one
node is dragged; rest_ms: the last one, smooth and with names.  ratio: the same frames against a
plain QGraphicsView with as many pixmap items and line items, moved and enlarged alike, in the same
run.  layout_s: from the places on the map to where the nodes stand.  Processor's time of one
thread, so that other programs do not count.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from figures import Figure, report
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView, QWidget

from collabmap.app.settings import DEFAULT_THEME, resource
from collabmap.domain.feature import FeatureState
from collabmap.domain.graph_arrangement import Wanted, arranged
from collabmap.domain.graph_scope import EVERYTHING, GraphScope, shown
from collabmap.domain.links import LinkEnd, LinkGraph, LinkRow
from collabmap.domain.theme import Theme
from collabmap.domain.theme_file import parse_theme
from collabmap.ui import look
from collabmap.ui.graph.scene import scene_of
from collabmap.ui.graph.view import GraphView

NODES, LINKS = 2_000, 4_000
SIZE = (1000, 760)
MARK_PX = 24
# A frame that comes 30 times a second.
FRAME_MS, LAYOUT_S = 33.0, 10.0


def main(argv: list[str]) -> int:
    is_quick = "--quick" in argv
    count, frames = (200, 12) if is_quick else (NODES, 120)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    look.apply(app, "light")
    theme = parse_theme(resource(f"themes/{DEFAULT_THEME}.json").read_text(encoding="utf-8"))
    graph = town(theme, count, count * LINKS // NODES)
    view, layout_s = laid_out(theme, graph)
    plain = bare(view)
    ours = moved(view, frames, view.pan, view.zoom, lambda: view.move_node(0, 3.0, 2.0))
    theirs = moved(
        plain.viewport(),
        frames,
        lambda dx, dy: plain.translate(dx / plain.transform().m11(), dy / plain.transform().m11()),
        lambda factor: plain.scale(factor, factor),
        lambda: plain.scene().items()[0].moveBy(3.0, 2.0),
    )
    own, bare_ms = p95(ours), p95(theirs)
    start_s = time.thread_time()
    view.rest()
    view.repaint()
    rest_ms = 1000 * (time.thread_time() - start_s)
    print(f"{count} nodes, {len(graph.links)} links; bare QGraphicsView {bare_ms:.1f} ms p95")
    return report(
        "graph",
        [
            Figure("frame_ms_p95", own, "ms", FRAME_MS),
            Figure("ratio", own / bare_ms, "of a bare QGraphicsView", 1.0),
            Figure("layout_s", layout_s, "s", LAYOUT_S),
        ],
        {"bare_ms_p95": bare_ms, "frame_ms_median": statistics.median(ours), "rest_ms": rest_ms},
    )


def town(theme: Theme, count: int, links: int) -> LinkGraph:
    """Return a town whose neighbours have more to do with each other than others."""
    rng = np.random.default_rng(11)
    lng, lat = 7.42 + rng.normal(0, 0.01, count), 43.73 + rng.normal(0, 0.007, count)
    kinds = [category.id for category in theme.offered]
    nodes = {
        bytes([n // 256, n % 256]): LinkEnd(
            bytes([n // 256, n % 256]), f"Lieu {n}", kinds[n % len(kinds)],
            FeatureState.ACCEPTED if n % 5 else FeatureState.PENDING, float(lng[n]), float(lat[n]),
            True,
        )
        for n in range(count)
    }  # fmt: skip
    ids = sorted(nodes, key=lambda node: (round((nodes[node].lng or 0.0) * 300), nodes[node].lat))
    types = [kind.id for kind in theme.link_types]
    rows: dict[tuple[bytes, bytes], LinkRow] = {}
    while len(rows) < links:
        one = int(rng.integers(count))
        other = (one + 1 + int(min(rng.geometric(0.08), count - 2))) % count
        pair = (ids[one], ids[other])
        type_ = types[len(rows) % len(types)]
        element = len(rows).to_bytes(2, "big")
        rows.setdefault(pair, LinkRow(element, *pair, type_, b"", "", 0, True))
    return LinkGraph(nodes, tuple(rows.values()))


def laid_out(theme: Theme, graph: LinkGraph) -> tuple[GraphView, float]:
    """Return the whole graph on screen, and how long its layout took."""
    seen = shown(graph, GraphScope(None, EVERYTHING), lambda c: theme.category(c).nature)
    pairs = tuple((link.source, link.target) for link in seen.links)
    start_s = time.thread_time()
    spots = arranged(Wanted(seen.depth, pairs, graph.nodes))
    layout_s = time.thread_time() - start_s
    assert spots is not None
    view = GraphView(theme)
    view.glides = False
    view.resize(*SIZE)
    view.show()
    view.show_scene(scene_of(graph, seen, None, lambda types: next(iter(types))), spots, fits=True)
    QApplication.processEvents()
    return view, layout_s


def bare(view: GraphView) -> QGraphicsView:
    """Return the same nodes and links as items, of the plainest kind, in the same places."""
    pixmap = QPixmap(MARK_PX, MARK_PX)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setBrush(QColor("#0B559E"))
    painter.drawEllipse(1, 1, MARK_PX - 2, MARK_PX - 2)
    painter.end()
    scene = QGraphicsScene()
    pen = QPen(QColor("#85817A"), 1.2)
    pen.setCosmetic(True)
    for one, other in view.scene.ends.tolist():
        scene.addLine(*view.place[one].tolist(), *view.place[other].tolist(), pen)
    for x, y in view.place.tolist():
        item = scene.addPixmap(pixmap)
        item.setOffset(-MARK_PX / 2, -MARK_PX / 2)
        item.setPos(x, y)
        item.setFlag(item.GraphicsItemFlag.ItemIgnoresTransformations)
    plain = QGraphicsView(scene)
    scene.setParent(plain)
    plain.setRenderHint(QPainter.RenderHint.Antialiasing)
    plain.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
    plain.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
    plain.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    plain.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    plain.resize(*SIZE)
    box = scene.itemsBoundingRect()
    plain.setSceneRect(box.adjusted(-9e4, -9e4, 9e4, 9e4))
    plain.show()
    scale = view.camera.scale
    plain.scale(scale, scale)
    plain.centerOn(QRectF(box).center())
    QApplication.processEvents()
    return plain


def moved(
    widget: QWidget,
    frames: int,
    pan: Callable[[float, float], object],
    zoom: Callable[[float], object],
    drag: Callable[[], object],
) -> list[float]:
    """Return what each frame cost, ms: a third each of panning, zooming and dragging."""
    found = []
    for frame in range(frames):
        part = frame * 3 // frames
        start_s = time.thread_time()
        if part == 0:
            pan(9.0 if frame % 8 < 4 else -9.0, 5.0 if frame % 8 < 4 else -5.0)
        elif part == 1:
            zoom(1.06 if frame % 16 < 8 else 1 / 1.06)
        else:
            drag()
        widget.repaint()
        found.append(1000 * (time.thread_time() - start_s))
    return found


def p95(values: list[float]) -> float:
    return float(np.percentile(values, 95))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
