"""Correcting a shape on the map: its vertices are pulled, added and removed, or the whole moved.

By keyboard, Tab goes from vertex to vertex, the arrows move it, Insert and Delete add and remove.
"""

import math
from contextlib import suppress
from typing import NamedTuple

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch, Vertex
from collabmap.domain.snapping import SnapIndex
from collabmap.errors import PositionOutOfRange
from collabmap.ui.map.sketch_pad import SketchPad
from collabmap.ui.map.sketch_tool import ARROWS, GRIP_PX, SketchTool
from collabmap.ui.map.snapping_aid import Anchor
from collabmap.ui.map.tools import CLICK_SLOP_PX, PIN_STEP_PX, PIN_STRIDE_PX
from collabmap.ui.map.view import MapView


class Grip(NamedTuple):
    """What a hand holds: a vertex, an edge where one is to be inserted, or the whole (None).

    is_new: the vertex does not exist yet; it goes in behind `vertex`.
    """

    vertex: Vertex | None
    is_new: bool = False


class EditingTool(SketchTool):
    """chosen_changed: another vertex is chosen, or none.

    moves_whole: a drag moves the shape, not a vertex of it.
    """

    chosen_changed = Signal()

    def __init__(self, view: MapView, pad: SketchPad) -> None:
        super().__init__(view, pad)
        self.moves_whole = False
        self.chosen: Vertex | None = None
        self._hovered: Grip | None = None
        self._held: Grip | None = None
        self._is_dragging = False
        self._pressed = self._pointer = QPointF()
        self._start = pad.sketch
        self.refresh()

    def set_moves_whole(self, moves_whole: bool) -> None:
        """Say what a drag and the arrows move: the whole shape, or one vertex."""
        self.moves_whole = moves_whole
        self.choose(None)

    def choose(self, vertex: Vertex | None) -> None:
        """Choose the vertex that the keys and the buttons act on."""
        self.chosen = vertex
        self.refresh()
        self.chosen_changed.emit()

    # --- what is done --------------------------------------------------------------------

    def insert(self) -> None:
        """Add a vertex in the middle of the edge behind the chosen one."""
        edge = next((s for s in self.pad.sketch.segments() if s.start == self.chosen), None)
        if edge is None and self.chosen is not None:
            # The end of a line: the edge before it.
            before = self.chosen._replace(number=self.chosen.number - 1)
            edge = next((s for s in self.pad.sketch.segments() if s.start == before), None)
        if edge is not None:
            middle = (self.pixel_of(edge.a) + self.pixel_of(edge.b)) / 2
            self._insert(edge.start, self.position_at(middle))

    def _insert(self, after: Vertex, position: LngLat) -> None:
        self.try_take(lambda: self.pad.sketch.with_inserted(after, position))
        self.choose(after._replace(number=after.number + 1))

    def remove(self, vertex: Vertex | None = None) -> bool:
        """Remove a vertex, the chosen one if none is named; False where too few would remain."""
        vertex = vertex or self.chosen
        fewer = self.pad.sketch.without_vertex(vertex) if vertex is not None else None
        if vertex is None or fewer is None:
            return False
        was_chosen = self.chosen == vertex
        self.chosen = self._hovered = None
        self.pad.take(fewer)
        if was_chosen:
            count = len(fewer.parts[vertex.part][vertex.ring])
            self.choose(vertex._replace(number=min(vertex.number, count - 1)))
        else:
            self.choose(None)
        return True

    def move_by(self, dx: float, dy: float) -> None:
        """Move what is chosen by pixels, and keep it in view."""
        sketch = self.pad.sketch
        if self.moves_whole or self.chosen is None:
            start = self.view.middle()
            end = self.position_at(start + QPointF(dx, dy))
            self.pad.take(sketch.moved_by(self.position_at(start), end))
            return
        vertex = self.chosen
        there = self.pixel_of(sketch.position_of(vertex)) + QPointF(dx, dy)
        self.try_take(lambda: sketch.with_moved(vertex, self.position_at(there)))
        self._keep_in_view(there)

    def _keep_in_view(self, point: QPointF) -> None:
        inside = self.view.viewport().rect().adjusted(40, 40, -40, -40)
        if not inside.contains(point.toPoint()):
            middle = self.view.middle() - point
            self.view.pan_by(middle.x(), middle.y())

    # --- what is shown -------------------------------------------------------------------

    def refresh(self) -> None:
        scene, sketch = self.item.shown, self.pad.sketch
        if self.chosen is not None and not _has(sketch, self.chosen):
            self.chosen = None
        scene.sketch = sketch
        scene.has_ghosts = not self.moves_whole and not self._is_dragging
        scene.is_whole_held = self.moves_whole
        scene.chosen = self.chosen
        grip = self._held or self._hovered
        scene.hovered = scene.hovered_ghost = None
        if grip is not None and grip.vertex is not None and _has(sketch, grip.vertex):
            if grip.is_new:
                scene.hovered_ghost = grip.vertex
            else:
                scene.hovered = grip.vertex
        if not self._is_dragging:
            scene.snap, scene.corners = None, ()
        scene.wrong = self.wrong_places(sketch)
        self.say_label(sketch, self._pointer if self._is_dragging else None)
        self.item.refresh()

    def _grip_at(self, point: QPointF) -> Grip | None:
        """Return what a hand at a pixel would take, None where it is the map."""
        sketch, camera = self.pad.sketch, self.view.camera
        if self.moves_whole:
            return Grip(None) if self._is_on_shape(point) else None
        near = self.item.pixels.near(sketch, camera, point.x(), point.y())
        if near is None or near.apart_px > GRIP_PX:
            return None
        return Grip(near.vertex, near.is_new)

    def _is_on_shape(self, point: QPointF) -> bool:
        import shapely

        sketch = self.pad.sketch
        spot = self.position_at(point)
        geometry = sketch.geometry()
        is_zone = sketch.kind == "zone" and geometry.is_valid
        if is_zone and geometry.covers(shapely.Point(spot)):
            return True
        beside = SnapIndex.of([(b"", geometry)])
        return beside.nearest(spot, GRIP_PX / self.view.camera.scale) is not None

    # --- the pointer ---------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> bool:
        self.follow(event)
        if self.is_panning:
            return False
        grip = self._grip_at(event.position())
        if event.button() == Qt.MouseButton.RightButton:
            if grip is None or grip.is_new or grip.vertex is None:
                return False
            self.remove(grip.vertex)
            return True
        if event.button() != Qt.MouseButton.LeftButton or grip is None:
            return False
        self.view.stop_motion()
        self._held, self._pressed = grip, event.position()
        self._is_dragging = False
        self._start = self.pad.sketch
        return True

    def move(self, event: QMouseEvent) -> bool:
        self.follow(event)
        if self._held is None:
            return False
        point = event.position()
        if not self._is_dragging:
            if math.dist(point.toTuple(), self._pressed.toTuple()) < CLICK_SLOP_PX / 2:
                return True
            self._begin_drag()
        self._pointer = point
        with suppress(PositionOutOfRange):
            self._drag(point)
        return True

    def _begin_drag(self) -> None:
        self._is_dragging = True
        held = self._held
        assert held is not None
        if held.vertex is not None and held.is_new:
            self._start = self.pad.sketch
            self._held = Grip(held.vertex._replace(number=held.vertex.number + 1))
            start = self.position_at(self._pressed)
            self._start = self._start.with_inserted(held.vertex, start)
        if self._held is not None and self._held.vertex is not None:
            self.aid.own = _rest_of(self._start, self._held.vertex)

    def _drag(self, point: QPointF) -> None:
        held, scene = self._held, self.item.shown
        assert held is not None
        self.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        if held.vertex is None:
            start = self.position_at(self._pressed)
            self.pad.hold(self._start.moved_by(start, self.position_at(point)))
            return
        helped = self.aid.help(point, _anchor(self._start, held.vertex))
        scene.snap, scene.corners = helped.snap, helped.corners
        self.pad.hold(self._start.with_moved(held.vertex, helped.position))

    def release(self, event: QMouseEvent) -> bool:
        held, self._held = self._held, None
        if held is None:
            return False
        self.aid.own = None
        if self._is_dragging:
            self._is_dragging = False
            self.pad.let_go()
            self.choose(held.vertex)
        elif held.is_new and held.vertex is not None:
            # A click on the plus adds it too: not everybody drags.
            self._insert(held.vertex, self.position_at(event.position()))
        else:
            self.choose(held.vertex)
        self.hover(event.position())
        return True

    def double_click(self, event: QMouseEvent) -> bool:
        grip = self._grip_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or grip is None:
            return False
        if grip.vertex is not None and not grip.is_new:
            self.remove(grip.vertex)
        return True

    def click(self, point: QPointF) -> bool:
        # On nothing: the map must not open a place under the outline.
        self.choose(None)
        return True

    def hover(self, point: QPointF) -> bool:
        grip = self._grip_at(point)
        if grip != self._hovered:
            self._hovered = grip
            self.refresh()
        shape = Qt.CursorShape.ArrowCursor
        if grip is not None:
            shape = Qt.CursorShape.OpenHandCursor
        self.view.viewport().setCursor(shape)
        return True

    # --- the keyboard --------------------------------------------------------------------

    def take_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        if modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        if key in ARROWS and (self.moves_whole or self.chosen is not None):
            is_far = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            step = PIN_STRIDE_PX if is_far else PIN_STEP_PX
            dx, dy = ARROWS[key]
            self.move_by(dx * step, dy * step)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen is not None:
            self.remove()
        elif key == Qt.Key.Key_Insert and self.chosen is not None:
            self.insert()
        else:
            return False
        return True

    def wants_tab(self, *, is_back: bool) -> bool:
        """Go to the next vertex; behind the last one the keyboard leaves the map."""
        if self.moves_whole:
            return False
        vertices = [vertex for vertex, _position in self.pad.sketch.vertices()]
        at = vertices.index(self.chosen) if self.chosen in vertices else None
        following = (len(vertices) if is_back else -1) if at is None else at
        following += -1 if is_back else 1
        if not 0 <= following < len(vertices):
            self.choose(None)
            return False
        self.choose(vertices[following])
        self._keep_in_view(self.pixel_of(self.pad.sketch.position_of(vertices[following])))
        return True


def _has(sketch: Sketch, vertex: Vertex) -> bool:
    part, ring, number = vertex
    return (
        part < len(sketch.parts)
        and ring < len(sketch.parts[part])
        and number < len(sketch.parts[part][ring])
    )


def _anchor(sketch: Sketch, vertex: Vertex) -> Anchor:
    """Return the two vertices before one, so that it can make a right angle with them."""
    ring = sketch.parts[vertex.part][vertex.ring]
    if sketch.kind == "zone":
        count = len(ring)
        at = vertex.number
        before, last = ring[(at - 2) % count], ring[(at - 1) % count]
        if count < 4:
            return Anchor(before, last)
        return Anchor(before, last, (ring[(at + 1) % count], ring[(at + 2) % count]))
    if vertex.number >= 2:
        return Anchor(ring[vertex.number - 2], ring[vertex.number - 1])
    following = ring[vertex.number + 1 : vertex.number + 3]
    return Anchor(following[1], following[0]) if len(following) == 2 else Anchor(None, None)


def _rest_of(sketch: Sketch, vertex: Vertex) -> SnapIndex:
    """Return what a vertex may snap to in its own shape: all but itself and its two edges."""
    import shapely

    own: list[shapely.Geometry] = [
        shapely.Point(position) for each, position in sketch.vertices() if each != vertex
    ]
    here = sketch.position_of(vertex)
    own += [shapely.LineString((s.a, s.b)) for s in sketch.segments() if here not in (s.a, s.b)]
    return SnapIndex.of([(b"", shapely.GeometryCollection(own))])
