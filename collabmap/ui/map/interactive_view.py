"""Hands on the map: who gets the pointer, the keys and the fingers, and what they rest on."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QTouchEvent,
)
from PySide6.QtWidgets import QWidget

from collabmap.domain.geo import LngLat
from collabmap.render.furniture import Furniture
from collabmap.ui.map.feature_layer import FeatureLayer, Hit, ShownGroup
from collabmap.ui.map.ground_view import GroundView
from collabmap.ui.map.hover_card import HoverCards, Rested, rested_at, rested_on
from collabmap.ui.map.layers import CountedLayer, Frame, MapLayer, MapTool, Stratum
from collabmap.ui.map.overlays import Overlays, pin_box
from collabmap.ui.map.readout import Readout
from collabmap.ui.map.tools import KeyTool, PointerTool
from collabmap.ui.map.touch import Touches

if TYPE_CHECKING:
    from collabmap.ui.map.shape_layer import ShapeLayer
    from collabmap.ui.map.view import MapView


class InteractiveView(GroundView):
    """mark_hovered: id or None.  menu_wanted: QPointF, where somebody asks what can be done.

    tool_changed: another tool, or none, has the map.  furniture_moved: the scale or whom the map is
    from stand elsewhere.

    tool: gets the pointer and the keys first.  cards: of what the pointer, the cross or the list
    rests on.  readout: where that is.
    """

    mark_hovered = Signal(object)
    menu_wanted = Signal(object)
    tool_changed = Signal()
    furniture_moved = Signal()

    def __init__(
        self,
        features: FeatureLayer,
        paint_layers: Callable[[QPainter], None],
        parent: QWidget | None = None,
    ) -> None:
        self.is_placing = False
        self.person: bytes | None = None
        self._features = features
        self._overlays = Overlays()
        self._layers: dict[Stratum, list[MapLayer]] = {"ground": [], "above": []}
        self.tool: MapTool | None = None
        self.counted: CountedLayer | None = None
        # Cards of others that stand on the map.
        self.covers: list[QWidget] = []
        self.shapes: ShapeLayer | None = None
        self._pointed: QPointF | None = None
        self._is_right_taken = False
        self._furniture = Furniture(QRectF(), None, QRectF())
        super().__init__(paint_layers, parent)
        view = cast("MapView", self)
        self._pointer = PointerTool(view)
        self._keys = KeyTool(view)
        self._touches = Touches(view)
        self.cards = HoverCards(view)
        self.readout = Readout(self)
        self.moved.connect(self._on_moved)

    # --- layers and tools of others -----------------------------------------------------------

    def add_layer(self, layer: MapLayer, stratum: Stratum) -> None:
        """Paint a layer over the base map ("ground") or over the marks ("above"), after others."""
        self._layers[stratum].append(layer)
        self.repaint_layers()

    def remove_layer(self, layer: MapLayer) -> None:
        """Paint a layer no more."""
        for layers in self._layers.values():
            if layer in layers:
                layers.remove(layer)
        self.repaint_layers()

    def set_counted(self, layer: CountedLayer | None) -> None:
        """Let a layer stand for the marks, which are not shown then; None shows them again."""
        self.counted = layer
        self._features.is_hidden = layer is not None
        self.hover(None)
        self.repaint_layers()

    def set_tool(self, tool: MapTool | None) -> None:
        """Let a tool have the pointer and the keys first; None gives them back to the map."""
        before, self.tool = self.tool, tool
        if before is not None and before is not tool:
            before.put_away()
        self.cards.leave()
        self.viewport().unsetCursor()
        self.repaint_layers()
        self.tool_changed.emit()

    # --- what is pointed at -------------------------------------------------------------------

    def hover(self, mark_id: bytes | None) -> None:
        """Light a mark up, as the list does for the row under the pointer.  Not signalled."""
        if mark_id != self._features.hovered:
            self._features.hovered = mark_id
            self.cards.rest_on(rested_on(self._features, mark_id))
            self.repaint_layers()

    def hit_at(self, point: QPointF) -> Hit | None:
        """Return the mark or the group under a pixel, else the line or zone."""
        hit = self._features.hit(point.x(), point.y())
        if hit is None and self.shapes is not None:
            shape = self.shapes.hit(point.x(), point.y())
            return Hit(shape, None) if shape is not None else None
        return hit

    def categories_of(self, group: ShownGroup) -> Counter[str]:
        """Return how many members of a group are of each category."""
        return self._features.categories_of(group)

    def hover_at(self, point: QPointF) -> None:
        """Light up what is under the pointer, and say so."""
        if self.tool is not None and self.tool.hover(point):
            self._leave_keyboard()
            return
        pin = self.movable_pin
        if pin is not None and pin_box(self.camera, pin).contains(point):
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            return
        if self.is_placing:
            # The pointer is the cross now; two of them would be one too many.
            self._leave_keyboard()
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)
            return
        if pin is None and self.counted is not None and self.counted.hover(point):
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
            return
        hit = self.hit_at(point) if pin is None else None
        hovered = hit.mark.id if hit is not None and hit.mark is not None else None
        self.viewport().setCursor(
            Qt.CursorShape.ArrowCursor if hit is None else Qt.CursorShape.PointingHandCursor
        )
        if hovered != self._features.hovered:
            self.hover(hovered)
            self.mark_hovered.emit(hovered)
        if self.tool is None:
            self.cards.rest_on(rested_at(self._features, hit, point))

    def placing_position(self) -> LngLat | None:
        """Return where the movable pin is, None while there is none."""
        pin = self._overlays.pin
        return pin.position if pin is not None and pin.is_movable else None

    @property
    def movable_pin(self) -> LngLat | None:
        return self.placing_position()

    def show_cross(self) -> None:
        """Mark the middle and the edge: the keyboard is at work here."""
        self._overlays.has_cross = self.movable_pin is None
        self._overlays.has_keyboard = True
        self.cards.look_soon()
        self._tell_position()
        self.repaint_layers()

    @property
    def is_by_keyboard(self) -> bool:
        """Whether the keys act here, and the cross is the pointer."""
        return self._overlays.has_keyboard

    def rested(self) -> Rested | None:
        """Return the mark or the group under the cross or the pointer; None while placing."""
        at = self.middle() if self._overlays.has_cross else self._pointed
        is_busy = self.is_placing or self.movable_pin is not None or self.tool is not None
        return None if at is None or is_busy else rested_at(self._features, self.hit_at(at), at)

    def await_box(self) -> None:
        """Let the next drag draw the rectangle to enlarge."""
        self._pointer.await_box()

    def give_up_box(self) -> bool:
        """Return whether there was a rectangle to give up."""
        return self._pointer.give_up_box()

    def furniture_boxes(self) -> list[QRectF]:
        """Return what cards on the map had better not cover."""
        scale, credits, _room = self._furniture
        boxes = [*self.button_boxes(), scale]
        boxes += [QRectF(each.geometry()) for each in self.covers if each.isVisible()]
        if credits is not None:
            boxes.append(credits)
        return [*boxes, QRectF(self.readout.geometry())] if self.readout.isVisible() else boxes

    def ask_for_menu(self, point: QPointF) -> None:
        """Say that somebody asks what can be done at a pixel."""
        self.cards.leave()
        self.menu_wanted.emit(point)

    # --- events -------------------------------------------------------------------------------

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent) and self._touches.take(event):
            return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._leave_keyboard()
        self.cards.leave()
        tool = self._first_tool
        is_taken = tool is not None and tool.press(event)
        self._is_right_taken = is_taken and event.button() == Qt.MouseButton.RightButton
        if not is_taken:
            self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointed = event.position()
        self._tell_position()
        tool = self._first_tool
        if tool is None or not tool.move(event):
            self._pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        tool = self._first_tool
        if tool is None or not tool.release(event):
            self._pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        tool = self._first_tool
        if tool is None or not tool.double_click(event):
            self._pointer.double_click(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.show_cross()
            self.ask_for_menu(self.middle())
        elif not self._is_right_taken:
            self.ask_for_menu(QPointF(event.pos()))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointed = None
        self._tell_position()
        self.cards.leave()
        if self.counted is not None:
            self.counted.hover(None)
        if self._features.hovered is not None:
            self.hover(None)
            self.mark_hovered.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by_tool = self.tool is not None and self.tool.press_key(event)
        if not by_tool and not self._keys.press(event):
            # Straight to QWidget's rule, so that Escape and shortcuts reach the window.
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_keyboard = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        if by_keyboard:
            self.show_cross()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._leave_keyboard()

    # --- inside -------------------------------------------------------------------------------

    def _stand(self, furniture: Furniture) -> None:
        """Let the readout stand where the furniture leaves room; not while a frame is painted."""
        if furniture != self._furniture:
            self._furniture = furniture
            QTimer.singleShot(0, self, self._tell_furniture)

    def _tell_furniture(self) -> None:
        self.readout.stand_in(self._furniture.room)
        self.furniture_moved.emit()

    @property
    def scale_box(self) -> QRectF:
        """Where the scale stands, logical pixels."""
        return self._furniture.scale

    def _paint_stratum(self, painter: QPainter, stratum: Stratum, frame: Frame) -> None:
        for layer in self._layers[stratum]:
            painter.save()
            layer.paint(painter, frame)
            painter.restore()

    @property
    def _first_tool(self) -> MapTool | None:
        """The tool that is asked before the map itself, but not while a rectangle is drawn."""
        return None if self._pointer.has_box else self.tool

    def _leave_keyboard(self) -> None:
        if self._overlays.has_cross or self._overlays.has_keyboard:
            self._overlays.has_cross = self._overlays.has_keyboard = False
            self.cards.leave()
            self._tell_position()
            self.repaint_layers()

    def _on_moved(self) -> None:
        self.cards.leave()
        self.cards.look_soon()
        self._tell_position()

    def _tell_position(self) -> None:
        """Let the readout say where the pointer is, or the cross, or the pin that keys move."""
        if not self.readout.is_wanted:
            return
        if self._overlays.has_keyboard:
            position = self.movable_pin or self.centre()
        elif (at := self._pointed) is not None:
            position = self.camera.position_at(at.x(), at.y())
        else:
            position = None
        self.readout.set_position(position)
