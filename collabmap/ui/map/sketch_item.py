"""A sketch on the map: an item of its own in the scene, above all layers.

It paints in logical pixels of the view, like the layers, so that handles keep their size.  What
it shows is `scene`; `refresh()` paints it again at the next frame.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch, Vertex
from collabmap.domain.snapping import Snap
from collabmap.ui import look
from collabmap.ui.map.canvas import MapLayerItem
from collabmap.ui.map.edge_words import EdgeWords, paint_edge_words
from collabmap.ui.map.ground_view import GroundView
from collabmap.ui.map.layers import Frame
from collabmap.ui.map.sketch_painting import Brushes, paint_label_beside, paint_spots
from collabmap.ui.map.sketch_pixels import Pixels
from collabmap.ui.map.snapping_aid import Corner

EMPTY = Sketch("line")


@dataclass(slots=True)
class Scene:
    """What is shown of a sketch.

    rubber: dashes from the last vertex by the pointer.  filled: what the inside of an outline that
    is not closed yet would be.  ghosts: handles between two vertices,
    by the vertex before.  wrong: where it crosses itself.  label: words beside label_px.
    backdrop: a shape that the sketch is drawn into.  mended: the sketch as it would be put right.
    written: words on its edges.
    """

    sketch: Sketch = EMPTY
    rubber: tuple[LngLat, ...] = ()
    filled: Sketch | None = None
    has_handles: bool = True
    has_ghosts: bool = False
    is_whole_held: bool = False
    hovered: Vertex | None = None
    hovered_ghost: Vertex | None = None
    chosen: Vertex | None = None
    snap: Snap | None = None
    corners: tuple[Corner, ...] = ()
    wrong: tuple[LngLat, ...] = ()
    label: str = ""
    label_px: QPointF | None = None
    backdrop: Sketch | None = None
    mended: Sketch | None = None
    written: tuple[EdgeWords, ...] = ()


class SketchItem(MapLayerItem):
    """One sketch.  pixels: where it lies on the screen."""

    def __init__(self, view: GroundView) -> None:
        super().__init__(self._paint_sketch)
        self._view = view
        self.pixels = Pixels()
        self._brushes = Brushes(self.pixels)
        self.shown = Scene()
        self.setZValue(1)
        view.view_box.addItem(self, ignoreBounds=True)

    def refresh(self) -> None:
        """Paint again at the next frame."""
        self.update()

    def discard(self) -> None:
        """Take it off the map."""
        self._view.view_box.removeItem(self)
        self._view.repaint_layers()

    def _paint_sketch(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font())
        view = self._view
        frame = Frame(view.camera, view.ground, look.scale(), view.devicePixelRatioF())
        self._paint(painter, frame)

    def _paint(self, painter: QPainter, frame: Frame) -> None:
        scene, brushes = self.shown, self._brushes
        brushes.follow(frame)
        is_wrong = bool(scene.wrong)
        if scene.backdrop is not None:
            brushes.shape(painter, scene.backdrop)
        if scene.mended is not None:
            brushes.shape(painter, scene.mended)
            brushes.dashed_outline(painter, scene.sketch)
        else:
            brushes.shape(painter, scene.sketch, scene.filled, is_wrong=is_wrong)
        if scene.rubber:
            brushes.dashes(painter, scene.rubber, is_wrong=is_wrong)
        for corner in scene.corners:
            brushes.right_angle(painter, corner)
        if scene.has_ghosts:
            brushes.ghosts(painter, scene.sketch, scene.hovered_ghost)
        if scene.has_handles:
            brushes.handles(
                painter, scene.sketch, scene.hovered, scene.chosen, is_all=scene.is_whole_held
            )
        paint_spots(painter, frame, scene.wrong)
        if scene.snap is not None:
            brushes.snap(painter, scene.snap)
        paint_edge_words(painter, frame, scene.written)
        if scene.label and scene.label_px is not None:
            paint_label_beside(painter, frame, scene.label, scene.label_px, is_wrong=is_wrong)
