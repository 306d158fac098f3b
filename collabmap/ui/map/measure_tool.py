"""Measuring on the map: from point to point, each edge with its length; a ring has an area.

As drawing does, it snaps, helps to right angles, and works by keyboard.
"""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QMouseEvent

from collabmap.app.shape_words import format_area, format_length
from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch
from collabmap.ui.map.drawing_tool import DrawingTool
from collabmap.ui.map.edge_words import EdgeWords
from collabmap.ui.map.sketch_pad import SketchPad
from collabmap.ui.map.view import MapView

NOTHING = Sketch("line")


class MeasureTool(DrawingTool):
    """is_done: the person has ended the line or closed it; the next point begins anew."""

    def __init__(self, view: MapView, pad: SketchPad) -> None:
        self.is_done = pad.sketch.kind == "zone"
        super().__init__(view, pad)
        self.finished.connect(self._on_finished)

    def start_again(self) -> None:
        """Forget what was measured."""
        self.is_done = False
        self.pad.take(NOTHING)

    def set_vertex(self, point: QPointF) -> None:
        if self.is_done:
            self.start_again()
        super().set_vertex(point)

    def take_back(self) -> None:
        was_ring = self.pad.sketch.kind == "zone"
        self.is_done = False
        if was_ring:
            # Closing it took two steps: to the beginning, and round.
            self.pad.undo()
        super().take_back()

    def double_click(self, event: QMouseEvent) -> bool:
        # Its first click may have closed the ring: then it does not begin anew.
        return True if self.is_done else super().double_click(event)

    def _on_finished(self) -> None:
        self.is_done = True
        outline = self.outline
        if len(outline) > 3 and outline[0] == outline[-1]:
            self.pad.take(self.pad.sketch.closed())
        self.refresh()

    def refresh(self) -> None:
        if self.is_done:
            scene = self.item.shown
            scene.sketch = self.pad.sketch
            scene.rubber, scene.snap, scene.corners, scene.hovered = (), None, (), None
            scene.filled, scene.wrong = None, self.wrong_places(self.pad.sketch)
            self.say_label(self.pad.sketch, None)
        else:
            super().refresh()
        self.item.shown.written = self._written()
        self.item.refresh()

    def _written(self) -> tuple[EdgeWords, ...]:
        """Return the lengths of the edges, the one to the pointer too; the area in the middle."""
        sketch, rubber = self.pad.sketch, self.item.shown.rubber
        if len(rubber) == 2:
            sketch = sketch.with_vertex(rubber[1])
        lengths = sketch.segment_lengths_m()
        # A single edge is as long as the whole, which is said beside the pointer.
        edges = sketch.segments() if len(lengths) > 1 else ()
        written = [
            EdgeWords(edge.a, edge.b, format_length(metres))
            for edge, metres in zip(edges, lengths, strict=False)
        ]
        if sketch.kind == "zone":
            outline = sketch.parts[0][0]
            middle = LngLat(*(sum(column) / len(outline) for column in zip(*outline, strict=True)))
            written.insert(0, EdgeWords(middle, middle, format_area(sketch.area_m2())))
        return tuple(written)
