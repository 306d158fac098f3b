"""Where one looks on the map, and how one gets there: pan, zoom, fly, fit."""

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QStyle, QWidget

from collabmap.app.words import _
from collabmap.domain.geo import Bbox, LngLat
from collabmap.render.camera import Camera
from collabmap.render.tokens import FADE_MS, FLY_MS
from collabmap.ui.map.buttons import MapButton, arrange
from collabmap.ui.map.canvas import Canvas
from collabmap.ui.map.history import View, ViewHistory
from collabmap.ui.map.motion import COAST_MS, Motion, coasted
from collabmap.ui.map.pictures import PackInfo

MAX_ZOOM = 19.0
# The whole world on one tile: it is under every base map.
MIN_ZOOM = 0.0
# What one notch of a wheel reports.  Source: QWheelEvent.angleDelta.
NOTCH = 120
# The list beside the map follows it, but not at every frame of a pan.
TELL_EVERY_MS = 60
EVERYWHERE = Bbox(-170.0, -60.0, 170.0, 75.0)
# Whoever has looked at a view for so long may want to come back to it.
SETTLED_MS = 1200
# A single place is shown with what is around it.
CLOSE_ZOOM = 17.0


class Navigation(Canvas):
    """view_changed: (Bbox, zoom), at most every 60 ms.  moved: `camera` is another, each time.

    camera: what is seen now.  motion: the way to what is seen next.  history: what was seen.
    has_inertia: a map that is let go in a drag rolls on for a moment.
    """

    view_changed = Signal(object, float)
    moved = Signal()

    def __init__(
        self, paint_layers: Callable[[QPainter], None], parent: QWidget | None = None
    ) -> None:
        self.camera = Camera(0.5, 0.4, 3.0, 640.0, 480.0).fitted(EVERYWHERE)
        self._home: Bbox | None = None
        self._fit_box: Bbox | None = None
        self._is_positioned = False
        self._is_told_later = False
        self._buttons: list[MapButton] = []
        self.history = ViewHistory()
        self.has_inertia = True
        super().__init__(paint_layers, parent)
        self.motion = Motion(self)
        self.motion.is_on = _wants_motion(self)
        self.motion.moved.connect(self._set_camera)
        self._settling = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settling.timeout.connect(self._note_view)
        self._buttons = [
            MapButton("plus", self, self.zoom_in),
            MapButton("minus", self, self.zoom_out),
            MapButton("crosshairs-gps", self, self.show_everything),
        ]
        self.retranslate()
        self._set_camera(self.camera)

    def retranslate(self) -> None:
        """Say everything again, in the language in use now."""
        words = (_("Zoom in"), _("Zoom out"), _("Show the whole map"))
        for button, name in zip(self._buttons, words, strict=True):
            button.set_name(name)

    @property
    def pack(self) -> PackInfo | None:
        """What the base map says of itself, None while there is none."""
        return None

    # --- asking ------------------------------------------------------------------------------

    def centre(self) -> LngLat:
        return self.camera.centre

    def zoom(self) -> float:
        return self.camera.zoom

    def bbox(self) -> Bbox:
        return self.camera.bbox

    @property
    def target_zoom(self) -> float:
        """The zoom at the end of a move under way."""
        return (self.motion.target or self.camera).zoom

    def middle(self) -> QPointF:
        """Return the pixel in the middle of the view."""
        return QPointF(self.camera.width / 2, self.camera.height / 2)

    # --- going -------------------------------------------------------------------------------

    def set_home(self, bbox: Bbox | None) -> None:
        """Say what "the whole map" is where there is no base map; None means the world."""
        self._home = bbox

    def show_everything(self) -> None:
        """Show the whole territory: the base map, else all places, else the world."""
        self.fit(self.pack.bounds if self.pack is not None else self._home or EVERYWHERE)

    def show_territory(self) -> None:
        """Show where the base map lies once it is there, until then the world."""
        self.fit(self.pack.bounds if self.pack is not None else EVERYWHERE)
        self._is_positioned = self.pack is not None

    def fit(self, bbox: Bbox, *, max_zoom: float = 18.0) -> None:
        """Show a whole box.  Before the first frame it is done again when the size is known."""
        self._fit_box = bbox
        target = self._crisp(self.camera.fitted(bbox, max_zoom=max_zoom))
        if self.item.paint_count and self._is_positioned:
            self.jump(target)
        else:
            self._is_positioned = True
            self._set_camera(target)

    def fly_to(self, lng: float, lat: float, zoom: float | None = None) -> None:
        """Move the view so that a position is in the middle."""
        wanted = None if zoom is None else self.zoom_within(zoom)
        self.jump(self.camera.centred(LngLat(lng, lat), wanted))

    def go_close(self, bbox: Bbox) -> None:
        """Show a line or zone whole, a point with what is around it; never from further away."""
        near = max(CLOSE_ZOOM, self.target_zoom)
        self.jump(self._within(self.camera.fitted(bbox, margin_px=96, max_zoom=near)))

    def jump(self, target: Camera) -> None:
        """Move to another view that `go_back` comes back from."""
        self._note_view()
        self.go(target, FLY_MS)
        self.history.note(View.of(target))

    def go_back(self) -> None:
        """Show the view before, if there is one."""
        self._note_view()
        self._revisit(self.history.back())

    def go_forward(self) -> None:
        """Show the view that `go_back` came from, if there is one."""
        self._note_view()
        self._revisit(self.history.forward())

    def zoom_in(self) -> None:
        self.zoom_about(math.floor(self.target_zoom + 1.001), self.middle())

    def zoom_out(self) -> None:
        self.zoom_about(math.ceil(self.target_zoom - 1.001), self.middle())

    def zoom_about(self, zoom: float, point: QPointF) -> None:
        """Zoom while the position under a pixel stays under it."""
        self.go(self.camera.zoomed(self.zoom_within(zoom), point.x(), point.y()), FADE_MS)

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the content by pixels, at once."""
        self.look_from(self.camera.moved(dx, dy))

    def look_from(self, camera: Camera) -> None:
        """Show what a camera of this size sees, at once."""
        self.stop_motion()
        self._is_positioned = True
        self._set_camera(camera)

    def glide_by(self, dx: float, dy: float) -> None:
        """Move the content by pixels, so that the eye can follow."""
        self.go((self.motion.target or self.camera).moved(dx, dy), FADE_MS)

    def coast(self, velocity: tuple[float, float]) -> None:
        """Let the map roll on, as fast as a hand let it go, in pixels a millisecond."""
        if self.has_inertia and self.motion.is_on and velocity != (0.0, 0.0):
            self.go(coasted(self.camera, velocity), COAST_MS)

    def go(self, target: Camera, duration_ms: int) -> None:
        """Move to another view; nothing moves where the system asks for none."""
        self._is_positioned = True
        self.motion.go(self.camera, target, duration_ms)

    def stop_motion(self) -> None:
        """Stay where the view is now."""
        self.motion.stop()

    def zoom_within(self, zoom: float) -> float:
        """Return a zoom from the whole world to a house."""
        return max(MIN_ZOOM, min(MAX_ZOOM, zoom))

    # --- events ------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() or event.angleDelta().x()
        if delta:
            # Notches that follow each other add up while the view is still on its way.
            zoom = self.target_zoom + delta / NOTCH
            if delta % NOTCH == 0:
                # A wheel goes from one whole zoom to the next, where tiles are sharp; fingers on
                # a pad go anywhere.
                zoom = math.floor(zoom + 0.001) if delta > 0 else math.ceil(zoom - 0.001)
            self.zoom_about(zoom, event.position())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture
        ):
            zoom = self.zoom_within(self.camera.zoom + math.log2(max(0.2, 1 + event.value())))
            self.look_from(self.camera.zoomed(zoom, event.position().x(), event.position().y()))
            return True
        return bool(super().viewportEvent(event))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if not self._buttons:
            return
        size = self.viewport().size()
        self.stop_motion()
        camera = self.camera.resized(size.width(), size.height())
        if self._fit_box is not None and not self.item.paint_count:
            camera = self._crisp(camera.fitted(self._fit_box))
        self._set_camera(camera)
        self.arrange_buttons()

    def arrange_buttons(self) -> None:
        arrange(self._buttons, self.viewport().width(), self.viewport().height())

    def button_boxes(self) -> list[QRectF]:
        """Return where the buttons are that lie on the map now."""
        return [QRectF(button.geometry()) for button in self._buttons if button.isVisible()]

    # --- inside ------------------------------------------------------------------------------

    def _revisit(self, view: View | None) -> None:
        if view is not None:
            self.go(view.on(self.camera), FLY_MS)

    def _note_view(self) -> None:
        """Remember what is looked at, or will be at the end of a move under way."""
        if self._is_positioned and self.item.paint_count:
            self.history.note(View.of(self.motion.target or self.camera))

    def _set_camera(self, camera: Camera) -> None:
        self.camera = camera
        self._settling.start()
        self.view_box.set_view(camera)
        self.repaint_layers()
        self.moved.emit()
        if not self._is_told_later:
            self._is_told_later = True
            QTimer.singleShot(TELL_EVERY_MS, self, self._tell_view)

    def _tell_view(self) -> None:
        self._is_told_later = False
        self.view_changed.emit(self.camera.bbox, self.camera.zoom)

    def repaint_layers(self) -> None:
        """Paint again at the next frame."""
        # An identical range does not repaint; new tiles and marks must.
        self.item.update()

    def _crisp(self, camera: Camera) -> Camera:
        return self._within(camera).crisp()

    def _within(self, camera: Camera) -> Camera:
        return camera._replace(zoom=self.zoom_within(camera.zoom))


def _wants_motion(widget: QWidget) -> bool:
    """Return whether things may move: not where the system asks for none, nor unseen."""
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    is_seen = QGuiApplication.platformName() not in ("offscreen", "minimal")
    return is_seen and widget.style().styleHint(hint, None, widget) > 0
