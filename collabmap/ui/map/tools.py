"""What the pointer and the keys do on the map: pan, zoom, open, place, drag the pin, go back."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from collabmap.ui.map.box_zoom import BoxZoom
from collabmap.ui.map.motion import Throw
from collabmap.ui.map.navigation import MAX_ZOOM
from collabmap.ui.map.overlays import pin_box

if TYPE_CHECKING:
    from collabmap.ui.map.view import MapView

# Hands that tremble move the mouse while they click.
CLICK_SLOP_PX = 8.0
PAN_PX = 80.0
PIN_STEP_PX = 4.0
PIN_STRIDE_PX = 24.0

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class PointerTool:
    """One gesture at a time: a click, a pan, a rectangle, or the pin being dragged."""

    def __init__(self, view: "MapView") -> None:
        self._view = view
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._is_panning = False
        self._pin_offset: QPointF | None = None
        self._is_second_click = False
        self._throw = Throw()
        self._box = BoxZoom()
        self._awaits_box = False
        view.add_layer(self._box, "above")

    # --- a rectangle to enlarge --------------------------------------------------------------

    def await_box(self) -> None:
        """Let the next drag draw a rectangle, as Shift and a drag do."""
        self._awaits_box = True
        self._view.viewport().setCursor(Qt.CursorShape.CrossCursor)

    @property
    def has_box(self) -> bool:
        """Whether a rectangle is wanted or being drawn: it comes before all tools."""
        return self._awaits_box or self._box.is_drawing

    def give_up_box(self) -> bool:
        """Return whether there was a rectangle to give up."""
        had_box = self.has_box
        self._awaits_box = False
        self._box.give_up()
        if had_box:
            self._view.viewport().unsetCursor()
            self._view.repaint_layers()
        return had_box

    def _finish_box(self, point: QPointF) -> None:
        was_awaited, self._awaits_box = self._awaits_box, False
        box = self._box.finish(self._view.camera)
        self._view.viewport().unsetCursor()
        self._view.repaint_layers()
        if box is None and not was_awaited:
            self._view.click_at(point)
        elif box is not None:
            self._view.jump(self._view.camera.fitted(box, margin_px=0, max_zoom=MAX_ZOOM))

    # --- the gesture -------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        button = event.button()
        if button == Qt.MouseButton.BackButton:
            self._view.go_back()
        elif button == Qt.MouseButton.ForwardButton:
            self._view.go_forward()
        if button not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        self._view.stop_motion()
        if button == Qt.MouseButton.LeftButton and (self._awaits_box or _has_shift(event)):
            self._box.begin(event.position())
            return
        self._pressed = self._last = event.position()
        self._throw.begin(event.timestamp(), event.position())
        self._is_panning = False
        self._is_second_click = False
        pin = self._view.movable_pin
        if pin is not None and button == Qt.MouseButton.LeftButton:
            point = QPointF(*self._view.camera.pixel_of(pin))
            if pin_box(self._view.camera, pin).contains(event.position()):
                self._pin_offset = point - event.position()

    def move(self, event: QMouseEvent) -> None:
        if self._box.is_drawing:
            self._box.stretch(event.position())
            self._view.repaint_layers()
            return
        if self._pressed is None:
            if not self._awaits_box:
                self._view.hover_at(event.position())
            return
        delta = event.position() - self._last
        far = event.position() - self._pressed
        self._throw.move(event.timestamp(), event.position())
        if not self._is_panning and math.hypot(far.x(), far.y()) < CLICK_SLOP_PX:
            return
        self._is_panning = True
        self._last = event.position()
        self._view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._pin_offset is not None:
            self._view.drag_pin_to(event.position() + self._pin_offset)
            return
        self._view.pan_by(delta.x(), delta.y())

    def release(self, event: QMouseEvent) -> None:
        if self._box.is_drawing:
            self._finish_box(event.position())
            return
        if self._pressed is None:
            return
        was_click = not self._is_panning and not self._is_second_click
        was_pin = self._pin_offset is not None
        was_pan = self._is_panning and not was_pin
        self._pressed, self._pin_offset, self._is_panning = None, None, False
        if was_click and not was_pin and event.button() == Qt.MouseButton.LeftButton:
            self._view.click_at(event.position())
        self._view.hover_at(event.position())
        if was_pan:
            self._view.coast(self._throw.velocity(event.timestamp()))

    def double_click(self, event: QMouseEvent) -> None:
        self.press(event)
        is_left = event.button() == Qt.MouseButton.LeftButton
        if not is_left or self._pin_offset is not None or self._box.is_drawing:
            return
        self._is_second_click = True
        if self._view.is_placing or self._view.hit_at(event.position()) is not None:
            return
        self._view.zoom_about(math.floor(self._view.zoom() + 1.001), event.position())


def _has_shift(event: QMouseEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)


class KeyTool:
    """Arrows pan or move the pin, + and - zoom, Enter places or opens, Home shows everything.

    Page Up and Page Down zoom too, for keyboards on which + needs a second key.
    """

    def __init__(self, view: "MapView") -> None:
        self._view = view

    def press(self, event: QKeyEvent) -> bool:
        """Return whether the key was ours."""
        view = self._view
        key = Qt.Key(event.key()) if event.key() in _KEYS else None
        if key is None or event.modifiers() & _FOREIGN:
            return False
        if key in _ARROWS:
            self._arrow(*_ARROWS[key], event.modifiers())
        elif key in _NEARER:
            view.zoom_in()
        elif key in _FURTHER:
            view.zoom_out()
        elif key == Qt.Key.Key_Home:
            view.show_everything()
        else:
            view.act_in_the_middle()
        view.show_cross()
        return True

    def _arrow(self, dx: int, dy: int, modifiers: Qt.KeyboardModifier) -> None:
        view = self._view
        is_far = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if view.movable_pin is not None:
            step = PIN_STRIDE_PX if is_far else PIN_STEP_PX
            view.nudge_pin(dx * step, dy * step)
        else:
            step = PAN_PX * (3 if is_far else 1)
            view.glide_by(-dx * step, -dy * step)


_FOREIGN = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_NEARER = (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_PageUp)
_FURTHER = (Qt.Key.Key_Minus, Qt.Key.Key_Underscore, Qt.Key.Key_PageDown)
_KEYS = {
    *_ARROWS,
    *_NEARER,
    *_FURTHER,
    Qt.Key.Key_Home,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
}
