"""The map: base map, marks, pin and furniture, and what the person does on it."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from collabmap.app.words import _
from collabmap.domain.feature import Mark
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.theme import Theme
from collabmap.render.camera import Camera
from collabmap.render.furniture import paint_attribution, paint_scale
from collabmap.render.symbology import Symbology
from collabmap.render.tokens import FADE_MS, FLY_MS, THEMES, Tokens
from collabmap.ui import look
from collabmap.ui.map.buttons import MapButton, arrange
from collabmap.ui.map.canvas import Canvas
from collabmap.ui.map.feature_layer import FeatureLayer, Hit
from collabmap.ui.map.motion import Motion
from collabmap.ui.map.overlays import Move, Overlays, Pin
from collabmap.ui.map.tile_layer import TileLayer
from collabmap.ui.map.tile_loader import OpenSource, PackInfo, mbtiles
from collabmap.ui.map.tools import KeyTool, PointerTool

MAX_ZOOM = 19.0
MIN_ZOOM_WITHOUT_PACK = 2.0
# The list beside the map follows it, but not at every frame of a pan.
TELL_EVERY_MS = 60
EVERYWHERE = Bbox(-170.0, -60.0, 170.0, 75.0)
NO_THEME = Theme("none", ())


class MapView(Canvas):
    """place_clicked: LngLat, while placing.  mark_clicked: feature id.  mark_hovered: id or None.

    view_changed: (Bbox, zoom).  position_moved: LngLat of the pin, dragged or moved by arrows.
    tiles_failed: CollabMapError.  first_painted: the base map given last is on the screen, whole.
    """

    place_clicked = Signal(object)
    mark_clicked = Signal(object)
    mark_hovered = Signal(object)
    view_changed = Signal(object, float)
    position_moved = Signal(object)
    empty_clicked = Signal()
    tiles_failed = Signal(object)
    first_painted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.camera = Camera(0.5, 0.4, 3.0, 640.0, 480.0).fitted(EVERYWHERE)
        self.is_placing = False
        self._tokens = look.tokens()
        self._theme = NO_THEME
        self._features = FeatureLayer(Symbology(NO_THEME, self._tokens))
        self._overlays = Overlays()
        self._home: Bbox | None = None
        self._fit_box: Bbox | None = None
        self._is_positioned = False
        self._awaits_first_paint = False
        self._is_told_later = False
        super().__init__(self._paint_layers, parent)
        self._tiles = TileLayer(self)
        self._tiles.changed.connect(self._repaint)
        self._tiles.opened.connect(self._on_pack_opened)
        self._tiles.failed.connect(self.tiles_failed)
        self._motion = Motion(self)
        self._motion.moved.connect(self._set_camera)
        self._pointer = PointerTool(self)
        self._keys = KeyTool(self)
        self._buttons = [
            self._button("plus", _("Zoom in"), self.zoom_in),
            self._button("minus", _("Zoom out"), self.zoom_out),
            self._button("crosshairs-gps", _("Show the whole map"), self.show_everything),
        ]
        self.setAccessibleName(_("Map"))
        self.setAccessibleDescription(
            _("Arrows move the map, plus and minus zoom. The list shows the same places.")
        )
        look.signals().changed.connect(self._on_look_changed)
        self._set_camera(self.camera)

    # --- what is shown -----------------------------------------------------------------------

    def set_tiles(self, path: Path | None) -> None:
        """Show a base map file, or none.  It is opened elsewhere; see tiles_failed."""
        self.set_tile_source(None if path is None else mbtiles(path))

    def set_tile_source(self, open_source: OpenSource | None) -> None:
        """Show tiles from anywhere; open_source runs once on each loader thread."""
        self._awaits_first_paint = True
        self._tiles.set_source(open_source)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._rebuild_symbology()

    def set_tokens(self, name: str | Tokens) -> None:
        """Change the colours.  name: of a theme, or the tokens themselves."""
        tokens = name if isinstance(name, Tokens) else dict(THEMES).get(name)  # type: ignore[call-overload]
        self._tokens = tokens or look.tokens()
        self._rebuild_symbology()

    def set_person(self, person_id: bytes | None) -> None:
        """Say whose marks wear the ring."""
        self._features.set_person(person_id)
        self._repaint()

    def set_marks(self, marks: Iterable[Mark]) -> None:
        self._features.set_marks(marks)
        self._repaint()

    def update_marks(self, changed: Sequence[Mark], removed: Iterable[bytes]) -> None:
        self._features.update_marks(changed, removed)
        self._repaint()

    def set_faded(self, clear_ids: Collection[bytes] | None) -> None:
        """Fade all marks but these, which also cannot be clicked then; None fades none."""
        self._features.set_faded(clear_ids)
        self._repaint()

    def set_badges(self, badges: Mapping[bytes, str]) -> None:
        """Show what a merge would do: new, changed, deleted, duplicate or disagreement."""
        self._features.set_badges(badges)
        self._repaint()

    def select(self, mark_id: bytes | None) -> None:
        self._features.select(mark_id)
        self._repaint()

    def hover(self, mark_id: bytes | None) -> None:
        """Light a mark up, as the list does for the row under the pointer.  Not signalled."""
        if mark_id != self._features.hovered:
            self._features.hovered = mark_id
            self._repaint()

    @property
    def selected(self) -> bytes | None:
        return self._features.selected

    # --- placing and showing a place ------------------------------------------------------------

    def start_placing(self, category_id: str | None = None) -> None:
        """Wait for a place: the pointer becomes a cross, Enter takes the middle."""
        self.is_placing = True
        self._features.all_faded = False
        self._overlays.pin = None
        self._overlays.move = None
        self._placing_category = category_id
        self.hover(None)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self._overlays.has_cross = self.hasFocus()
        self._repaint()

    def set_placing_category(self, category_id: str | None) -> None:
        self._placing_category = category_id
        if self._overlays.pin is not None:
            self._overlays.pin.category = category_id
        self._repaint()

    def place_pin(self, position: LngLat) -> None:
        """Put the movable pin somewhere, as a click in placing mode does."""
        self.is_placing = True
        category = getattr(self, "_placing_category", None)
        self._overlays.pin = Pin(position, category, _("Drag the marker to move it"))
        self._overlays.shows_hint = True
        self._features.all_faded = True
        self._repaint()

    def placing_position(self) -> LngLat | None:
        pin = self._overlays.pin
        return pin.position if self.is_placing and pin is not None else None

    def stop_placing(self) -> None:
        self.is_placing = False
        self.clear_overlays()

    def show_pin(self, position: LngLat | None, category_id: str | None = None) -> None:
        """Show a pin that cannot be moved, for a card; None takes it away."""
        self._overlays.pin = None if position is None else Pin(position, category_id)
        self._repaint()

    def show_move(
        self,
        before: LngLat | None,
        after: LngLat,
        category_id: str,
        before_text: str = "",
        after_text: str = "",
    ) -> None:
        """Show a proposed move: dotted where it was, ringed where it would be."""
        self._overlays.move = Move(before, after, category_id, before_text, after_text)
        self._repaint()

    def clear_overlays(self) -> None:
        """Take away the pin and the proposed move."""
        self._overlays.pin = None
        self._overlays.move = None
        self._overlays.shows_hint = False
        self._features.all_faded = False
        self._overlays.has_cross = False
        self.viewport().unsetCursor()
        self._repaint()

    @property
    def movable_pin(self) -> LngLat | None:
        return self.placing_position()

    # --- where one looks ------------------------------------------------------------------------

    def centre(self) -> LngLat:
        return self.camera.centre

    def zoom(self) -> float:
        return self.camera.zoom

    def bbox(self) -> Bbox:
        return self.camera.bbox

    def set_home(self, bbox: Bbox | None) -> None:
        """Say what "the whole map" is; None means the base map's own box."""
        self._home = bbox

    def fly_to(self, lng: float, lat: float, zoom: float | None = None) -> None:
        """Move the view so that a position is in the middle."""
        wanted = None if zoom is None else self._within(zoom)
        self._go(self.camera.centred(LngLat(lng, lat), wanted), FLY_MS)

    def fit(self, bbox: Bbox, *, max_zoom: float = 18.0) -> None:
        """Show a whole box.  Before the first frame it is done again when the size is known."""
        self._fit_box = bbox
        target = self._crisp(self.camera.fitted(bbox, max_zoom=max_zoom))
        if self.item.paint_count and self._is_positioned:
            self._go(target, FLY_MS)
        else:
            self._is_positioned = True
            self._set_camera(target)

    def show_everything(self) -> None:
        """Show the whole territory."""
        info = self._tiles.info
        box = self._home or (info.bounds if info is not None else None)
        if box is not None:
            self.fit(box)

    def zoom_in(self) -> None:
        self.zoom_about(math.floor(self.target_zoom + 1.001), self._middle())

    def zoom_out(self) -> None:
        self.zoom_about(math.ceil(self.target_zoom - 1.001), self._middle())

    @property
    def target_zoom(self) -> float:
        """The zoom at the end of a move under way."""
        return (self._motion.target or self.camera).zoom

    def zoom_about(self, zoom: float, point: QPointF) -> None:
        """Zoom while the position under a pixel stays under it."""
        self._go(self.camera.zoomed(self._within(zoom), point.x(), point.y()), FADE_MS)

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the content by pixels, at once."""
        self._is_positioned = True
        self._set_camera(self.camera.moved(dx, dy))

    def glide_by(self, dx: float, dy: float) -> None:
        """Move the content by pixels, so that the eye can follow."""
        self._go((self._motion.target or self.camera).moved(dx, dy), FADE_MS)

    def stop_motion(self) -> None:
        self._motion.stop()

    @property
    def motion(self) -> Motion:
        return self._motion

    # --- what the person does -------------------------------------------------------------------

    def hit_at(self, point: QPointF) -> Hit | None:
        """Return the mark or the group under a pixel."""
        return self._features.hit(point.x(), point.y())

    def click_at(self, point: QPointF) -> None:
        """Do what a click at a pixel means."""
        if self.is_placing:
            self._place_at(point)
            return
        hit = self.hit_at(point)
        if hit is None:
            self.empty_clicked.emit()
        elif hit.mark is not None:
            self.mark_clicked.emit(hit.mark.id)
        else:
            self._open_group(hit.members, point)

    def act_in_the_middle(self) -> None:
        """Place or open at the cross, as Enter does."""
        middle = self._middle()
        if not self.is_placing:
            hit = self.hit_at(middle)
            if hit is not None:
                self.click_at(middle)
        elif self.movable_pin is None:
            self._place_at(middle)

    def hover_at(self, point: QPointF) -> None:
        """Light up what is under the pointer, and say so."""
        if self.is_placing:
            pin = self.movable_pin
            shape = Qt.CursorShape.CrossCursor
            if pin is not None and self._pointer.is_dragging_pin:
                shape = Qt.CursorShape.ClosedHandCursor
            self.viewport().setCursor(shape)
            return
        hit = self.hit_at(point)
        hovered = hit.mark.id if hit is not None and hit.mark is not None else None
        self.viewport().setCursor(
            Qt.CursorShape.ArrowCursor if hit is None else Qt.CursorShape.PointingHandCursor
        )
        if hovered != self._features.hovered:
            self.hover(hovered)
            self.mark_hovered.emit(hovered)

    def drag_pin_to(self, point: QPointF) -> None:
        pin = self._overlays.pin
        if pin is not None:
            pin.position = self.camera.position_at(point.x(), point.y())
            self._overlays.shows_hint = False
            self._repaint()
            self.position_moved.emit(pin.position)

    def nudge_pin(self, dx: float, dy: float) -> None:
        """Move the pin by pixels and keep it in view."""
        pin = self._overlays.pin
        if pin is None:
            return
        px, py = self.camera.pixel_of(pin.position)
        self.drag_pin_to(QPointF(px + dx, py + dy))
        inside = self.viewport().rect().adjusted(40, 80, -40, -40)
        if not inside.contains(round(px + dx), round(py + dy)):
            self.pan_by(-dx, -dy)

    def show_cross(self) -> None:
        """Mark the middle: the keyboard is at work."""
        has_cross = self.movable_pin is None
        if has_cross != self._overlays.has_cross:
            self._overlays.has_cross = has_cross
            self._repaint()

    def _place_at(self, point: QPointF) -> None:
        position = self.camera.position_at(point.x(), point.y())
        self.place_pin(position)
        self._overlays.has_cross = False
        self.place_clicked.emit(position)

    def _open_group(self, members: list[Mark], point: QPointF) -> None:
        """Go nearer until the members of a group can be told apart."""
        lngs, lats = [m.lng for m in members], [m.lat for m in members]
        box = Bbox(min(lngs), min(lats), max(lngs), max(lats))
        target = self.camera.fitted(box, margin_px=96, max_zoom=MAX_ZOOM)
        if target.zoom < self.camera.zoom + 1:
            target = self.camera.zoomed(self._within(self.camera.zoom + 1), point.x(), point.y())
        self._go(target._replace(zoom=self._within(target.zoom)), FLY_MS)

    # --- events ---------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hide_cross()
        self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pointer.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._pointer.wheel(event)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        if self._features.hovered is not None:
            self.hover(None)
            self.mark_hovered.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._keys.press(event):
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
        self._hide_cross()

    def viewportEvent(self, event: QEvent) -> bool:
        is_pinch = (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture
        )
        if is_pinch and isinstance(event, QNativeGestureEvent):
            zoom = self.camera.zoom + math.log2(max(0.2, 1 + event.value()))
            target = self.camera.zoomed(
                self._within(zoom), event.position().x(), event.position().y()
            )
            self._set_camera(target)
            return True
        return bool(super().viewportEvent(event))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if not hasattr(self, "_buttons"):
            return
        size = self.viewport().size()
        self._motion.stop()
        camera = self.camera.resized(size.width(), size.height())
        if self._fit_box is not None and not self.item.paint_count:
            camera = self._crisp(camera.fitted(self._fit_box))
        self._set_camera(camera)
        arrange(self._buttons, size.width())

    def close(self) -> bool:
        """Stop the loader's threads; the widget itself stays usable for its parent."""
        self._motion.stop()
        self._tiles.close()
        return True

    # --- inside ---------------------------------------------------------------------------------

    def _paint_layers(self, painter: QPainter) -> None:
        dpr = self.devicePixelRatioF()
        if dpr != self._features.symbology.dpr:
            self._features.set_symbology(Symbology(self._theme, self._tokens, dpr))
        camera, tokens = self.camera, self._tokens
        painter.setFont(look.font())
        painter.fillRect(self.viewport().rect(), QColor(tokens.base_map.land))
        self._tiles.paint(painter, camera, dpr)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._features.paint(painter, camera)
        scale = look.signals().text_scale
        self._overlays.paint(painter, camera, self._features, tokens, scale)
        paint_scale(painter, camera.height, camera.metres_per_pixel, tokens, scale)
        if self.attribution:
            paint_attribution(painter, camera.width, camera.height, self.attribution, tokens, scale)
        if self._overlays.has_cross:
            self._paint_focus(painter)
        if self._awaits_first_paint and self._tiles.is_complete:
            self._awaits_first_paint = False
            QTimer.singleShot(0, self, self.first_painted.emit)

    def _paint_focus(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(self._tokens.focus))
        rect = self.viewport().rect()
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.drawRect(rect.adjusted(1, 1, -2, -2))

    @property
    def attribution(self) -> str:
        """Whom the base map is from; '' while there is none."""
        info = self._tiles.info
        if info is None:
            return ""
        known = _("© OpenStreetMap contributors")
        if info.attribution in ("", "© OpenStreetMap contributors"):
            return known
        return info.attribution

    def _button(self, icon: str, name: str, action: object) -> MapButton:
        button = MapButton(icon, name, self)
        button.clicked.connect(action)
        return button

    def _go(self, target: Camera, duration_ms: int) -> None:
        self._is_positioned = True
        self._motion.go(self.camera, target, duration_ms)

    def _set_camera(self, camera: Camera) -> None:
        self.camera = camera
        self.view_box.set_view(camera)
        self._repaint()
        if not self._is_told_later:
            self._is_told_later = True
            QTimer.singleShot(TELL_EVERY_MS, self, self._tell_view)

    def _tell_view(self) -> None:
        self._is_told_later = False
        self.view_changed.emit(self.camera.bbox, self.camera.zoom)

    def _repaint(self) -> None:
        # An identical range does not repaint; new tiles and marks must.
        self.item.update()

    def _hide_cross(self) -> None:
        if self._overlays.has_cross:
            self._overlays.has_cross = False
            self._repaint()

    def _rebuild_symbology(self) -> None:
        dpr = self.devicePixelRatioF()
        self._features.set_symbology(Symbology(self._theme, self._tokens, dpr))
        self._repaint()

    def _on_look_changed(self) -> None:
        self.set_tokens(look.tokens())
        arrange(self._buttons, self.viewport().width())

    def _on_pack_opened(self, info: PackInfo) -> None:
        if not self._is_positioned:
            self.fit(info.bounds)

    def _within(self, zoom: float) -> float:
        info = self._tiles.info
        lowest = MIN_ZOOM_WITHOUT_PACK if info is None else info.min_zoom - 1.0
        return max(lowest, min(MAX_ZOOM, zoom))

    def _crisp(self, camera: Camera) -> Camera:
        """Return the view at a zoom at which tiles are not scaled, if that is not far off."""
        zoom = self._within(camera.zoom)
        whole = math.floor(zoom)
        return camera._replace(zoom=float(whole) if zoom - whole <= 0.5 else zoom)

    def _middle(self) -> QPointF:
        return QPointF(self.camera.width / 2, self.camera.height / 2)
