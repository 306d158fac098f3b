"""Drawing on the map as on paper: a click a vertex, or a line drawn by hand.

A click adds a vertex and a drag moves the map, so that a long path needs no other hand.  By
keyboard the arrows move the map under the cross in its middle, and Enter sets a vertex there.
"""

import math

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch, Vertex
from collabmap.ui.map.sketch_pad import SketchPad
from collabmap.ui.map.sketch_tool import ARROWS, ENTER, GRIP_PX, SketchTool
from collabmap.ui.map.snapping_aid import Anchor, Helped
from collabmap.ui.map.view import MapView

STEP_PX = 16.0
STRIDE_PX = 80.0
# A line drawn by hand has a vertex every few pixels, then only those that matter to the eye.
SCRIBBLE_PX = 4.0
# The keys put the cross where they want it, or not at all.
SAME_PX = 3.0
SIMPLE_PX = 1.5
FEWEST = {"line": 2, "zone": 3}


class DrawingTool(SketchTool):
    """finished: the person is done, with enough vertices.  too_few: they tried too early.

    is_freehand: a drag draws.  backdrop: the zone into which a hole or a cut is drawn.
    """

    finished = Signal()
    too_few = Signal()

    def __init__(
        self,
        view: MapView,
        pad: SketchPad,
        *,
        is_freehand: bool = False,
        backdrop: Sketch | None = None,
    ) -> None:
        super().__init__(view, pad)
        self.is_freehand = is_freehand
        self.item.shown.backdrop = backdrop
        self._by_keys = True
        self._pointer: QPointF | None = None
        self._stroke: list[LngLat] = []
        self._last_px = QPointF()
        view.view_changed.connect(self.refresh)
        self.refresh()

    def put_away(self) -> None:
        self.view.view_changed.disconnect(self.refresh)
        super().put_away()

    # --- what there is -------------------------------------------------------------------

    @property
    def outline(self) -> tuple[LngLat, ...]:
        """The vertices so far."""
        parts = self.pad.sketch.parts
        return parts[-1][0] if parts else ()

    @property
    def is_enough(self) -> bool:
        return len(self.outline) >= FEWEST[self.pad.sketch.kind]

    def finish(self) -> None:
        """Be done, if there are enough vertices."""
        if self.is_enough:
            self.finished.emit()
        else:
            self.too_few.emit()

    def take_back(self) -> None:
        """Take the last vertex away, also one of a drawing that was kept from another day."""
        sketch, outline = self.pad.sketch, self.outline
        if outline:
            parts = sketch.parts[:-1]
            shorter = ((outline[:-1],),) if len(outline) > 1 else ()
            self.pad.go_back_to(Sketch(sketch.kind, (*parts, *shorter)))

    def set_vertex(self, point: QPointF) -> None:
        """Set a vertex at a pixel; on the first or the last one it ends."""
        if self._ends_at(point):
            outline, sketch = self.outline, self.pad.sketch
            if sketch.kind == "line" and self._closes_at(point):
                # Round to where it began, as a walk does.
                self.pad.take(sketch.with_vertex(outline[0]))
            self.finish()
            return
        position = self._helped(point).position
        self.try_take(lambda: self.pad.sketch.with_vertex(position))

    def set_in_the_middle(self) -> None:
        """Set a vertex where the cross is."""
        self._by_keys = True
        self.set_vertex(self.view.middle())
        self.view.show_cross()

    def _ends_at(self, point: QPointF) -> bool:
        outline = self.outline
        if not self.is_enough:
            return False
        return self._closes_at(point) or self._is_on(point, outline[-1], outline[-2])

    def _closes_at(self, point: QPointF) -> bool:
        """Whether a pixel is on the first vertex, once there are enough to go round."""
        outline = self.outline
        return len(outline) >= FEWEST["zone"] and self._is_on(point, outline[0], outline[1])

    def _is_on(self, point: QPointF, vertex: LngLat, next_one: LngLat) -> bool:
        if self._by_keys:
            return self.is_near(point, vertex, SAME_PX)
        # Two vertices may lie closer to each other than a finger is wide.
        apart = math.dist(self.pixel_of(vertex).toTuple(), self.pixel_of(next_one).toTuple())
        return self.is_near(point, vertex, max(6.0, min(GRIP_PX, apart / 2)))

    def _helped(self, point: QPointF) -> Helped:
        outline = self.outline
        closing = None
        if self.pad.sketch.kind == "zone" and len(outline) >= 3:
            closing = (outline[0], outline[1])
        before = outline[-2] if len(outline) >= 2 else None
        last = outline[-1] if outline else None
        return self.aid.help(point, Anchor(before, last, closing))

    # --- what is shown -------------------------------------------------------------------

    def refresh(self) -> None:
        scene, sketch, outline = self.item.shown, self.pad.sketch, self.outline
        scene.sketch = sketch
        scene.rubber, scene.snap, scene.corners, scene.hovered = (), None, (), None
        point = self.view.middle() if self._by_keys else self._pointer
        shown = sketch
        if point is not None and not self._stroke and not self.is_freehand:
            if self._ends_at(point):
                scene.hovered = self._end_hovered(point)
            else:
                helped = self._helped(point)
                scene.snap, scene.corners = helped.snap, helped.corners
                scene.rubber = (*outline[-1:], helped.position)
                if sketch.kind == "zone" and len(outline) >= 2:
                    scene.rubber = (*scene.rubber, outline[0])
                shown = sketch.with_vertex(helped.position)
        if self._stroke:
            scene.sketch = shown = Sketch("line", ((tuple(self._stroke),),))
        scene.filled = shown if sketch.kind == "zone" else None
        scene.has_handles = not self._stroke
        scene.wrong = self.wrong_places(shown)
        self.say_label(shown, point if outline or self._stroke else None)
        self.item.refresh()

    def _end_hovered(self, point: QPointF) -> Vertex:
        last_part = len(self.pad.sketch.parts) - 1
        return Vertex(last_part, 0, 0 if self._closes_at(point) else len(self.outline) - 1)

    # --- the pointer ---------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> bool:
        self.follow(event)
        is_left = event.button() == Qt.MouseButton.LeftButton
        if not (self.is_freehand and is_left) or self.is_panning:
            return False
        self.view.stop_motion()
        self._by_keys = False
        self._stroke = [self.aid.help(event.position()).position]
        self._last_px = event.position()
        self.refresh()
        return True

    def move(self, event: QMouseEvent) -> bool:
        self.follow(event)
        point = event.position()
        self._by_keys, self._pointer = False, point
        if self._stroke:
            if math.dist(point.toTuple(), self._last_px.toTuple()) >= SCRIBBLE_PX:
                self._stroke.append(self.position_at(point))
                self._last_px = point
            self.refresh()
            return True
        self.refresh()
        return not event.buttons()

    def release(self, event: QMouseEvent) -> bool:
        if not self._stroke or event.button() != Qt.MouseButton.LeftButton:
            return False
        stroke, self._stroke = self._stroke, []
        end = self.aid.help(event.position()).position
        if end != stroke[-1]:
            stroke.append(end)
        if len(stroke) < FEWEST["line"]:
            self.refresh()
            self.too_few.emit()
            return True
        line = Sketch("line", ((tuple(stroke),),))
        self.pad.take(line.simplified(SIMPLE_PX * self.view.camera.metres_per_pixel))
        self.finish()
        return True

    def click(self, point: QPointF) -> bool:
        if not self.is_freehand and not self.is_panning:
            self.set_vertex(point)
        return True

    def double_click(self, event: QMouseEvent) -> bool:
        # Its first click has set the last vertex, or ended already.
        if event.button() == Qt.MouseButton.LeftButton and self.is_enough:
            self.finish()
        return True

    def hover(self, point: QPointF) -> bool:
        self._by_keys, self._pointer = False, point
        self.view.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.refresh()
        return True

    # --- the keyboard --------------------------------------------------------------------

    def undo(self) -> None:
        if self.pad.can_undo:
            self.pad.undo()
        else:
            self.take_back()

    def take_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        is_ctrl = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if key in ENTER:
            self._enter(is_ctrl)
        elif is_ctrl:
            return False
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.take_back()
        elif key in ARROWS:
            self._arrow(*ARROWS[key], modifiers)
        else:
            return False
        return True

    def _enter(self, is_ctrl: bool) -> None:
        if is_ctrl or not self._by_keys:
            self.finish()
        elif not self.is_freehand:
            self.set_in_the_middle()

    def _arrow(self, dx: int, dy: int, modifiers: Qt.KeyboardModifier) -> None:
        is_far = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        step = STRIDE_PX if is_far else STEP_PX
        self._by_keys = True
        self.view.pan_by(-dx * step, -dy * step)
        self.view.show_cross()
        self.refresh()
