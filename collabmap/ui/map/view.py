"""The map: base map, marks, pin and furniture, and what the person does on it."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QWidget

from collabmap.app.words import _, language
from collabmap.domain.geo import LngLat
from collabmap.domain.mark_cells import MarkCells
from collabmap.domain.mark_columns import MarkColumns
from collabmap.domain.theme import Theme
from collabmap.render.symbology import Symbology
from collabmap.render.tokens import THEMES, Tokens
from collabmap.ui import look
from collabmap.ui.map.canvas import MapLayerItem
from collabmap.ui.map.feature_layer import FeatureLayer, ShownGroup
from collabmap.ui.map.furniture_picture import FurniturePicture
from collabmap.ui.map.interactive_view import InteractiveView
from collabmap.ui.map.layers import Frame
from collabmap.ui.map.mark_scenes import Clear
from collabmap.ui.map.name_layer import NameLayer
from collabmap.ui.map.navigation import MAX_ZOOM
from collabmap.ui.map.overlays import Move, Pin, selected_boxes
from collabmap.ui.map.pictures import style_for
from collabmap.ui.map.tracing import Tracing

if TYPE_CHECKING:
    from collabmap.ui.map.earlier_outline import EarlierOutline

NO_THEME = Theme("none", ())
# Of the item that paints the marks: above what is lit, under what is edited.
UPPER_Z = 0.5


class MapView(InteractiveView):
    """place_clicked: LngLat, while placing.  mark_clicked: feature id.

    position_moved: LngLat of the pin, dragged or moved by arrows.  selected_changed: id or None.
    """

    place_clicked = Signal(object)
    mark_clicked = Signal(object)
    position_moved = Signal(object)
    empty_clicked = Signal()
    selected_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._placing_category: str | None = None
        self._theme = NO_THEME
        self._has_dragged = False
        self._furniture_picture = FurniturePicture()
        features = FeatureLayer(Symbology(NO_THEME, look.tokens()), self.repaint_layers)
        super().__init__(features, self._paint_ground, parent)
        # What is lit, an item of its own, lies between the two.
        upper = MapLayerItem(self._paint_marks)
        upper.setZValue(UPPER_Z)
        self.view_box.addItem(upper, ignoreBounds=True)
        self.names = NameLayer(self, features, self._overlays)
        self.add_layer(self.names, "above")
        look.signals().changed.connect(self._on_look_changed)

    def retranslate(self) -> None:
        super().retranslate()
        self.setAccessibleName(_("Map"))
        self.setAccessibleDescription(
            _(
                "Arrows move the map, plus and minus zoom, Shift+F10 shows what can be done in the"
                " middle. The list shows the same places."
            )
        )
        self._tiles.set_look(style_for(self._tokens), language())

    # --- what is shown -----------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._rebuild_symbology()

    def set_tokens(self, name: str | Tokens) -> None:
        """Change the colours.  name: of a theme, or the tokens themselves."""
        tokens = name if isinstance(name, Tokens) else dict(THEMES).get(name)  # type: ignore[call-overload]
        self._tokens = tokens or look.tokens()
        self._tiles.set_look(style_for(self._tokens), language())
        self._rebuild_symbology()

    def set_person(self, person_id: bytes | None) -> None:
        """Say whose marks wear the ring."""
        self.person = person_id
        self._features.set_person(person_id)
        self.repaint_layers()

    def set_columns(self, columns: MarkColumns) -> None:
        """Show all marks of a map; those of a large one once a worker has put them in order."""
        self._features.set_columns(columns, self.camera.zoom)
        self.repaint_layers()

    def set_cells(self, cells: MarkCells) -> None:
        """Show how many marks lie where, until `set_columns` brings the marks themselves."""
        self._features.scenes.set_cells(cells)
        self.repaint_layers()

    def update_marks(self, changed: MarkColumns, removed: Collection[bytes]) -> None:
        """Show some marks otherwise at once, until `set_columns` brings them with all others."""
        self._features.update_marks(changed, removed)
        self.repaint_layers()

    def set_mark_size(self, radius: float) -> None:
        """Draw all marks larger, for event mode (symbology.SIZE_EVENT), or as usual (SIZE)."""
        self._features.set_size(radius)
        self.repaint_layers()

    def set_faded(self, clear_ids: Collection[bytes] | None) -> None:
        """Fade all marks but these, which also cannot be clicked then; None fades none."""
        ids = None if clear_ids is None else frozenset(clear_ids)
        self._features.set_clear(None if ids is None else Clear(np.empty(0, np.int64), ids))
        if self.shapes is not None:
            self.shapes.set_faded(clear_ids)
        self.repaint_layers()

    def set_clear_rows(self, rows: NDArray[np.int64] | None) -> None:
        """Fade all marks but these, by MarkColumns.row; None fades none."""
        self._features.set_clear(None if rows is None else Clear(rows, frozenset()))
        if self.shapes is not None:
            self.shapes.set_clear_rows(rows)
        self.repaint_layers()

    def set_badges(self, badges: Mapping[bytes, str]) -> None:
        """Show what a merge would do: new, changed, deleted, duplicate or disagreement."""
        self._features.set_badges(badges)
        self.repaint_layers()

    def select(self, mark_id: bytes | None) -> None:
        is_other = mark_id != self.selected
        self._features.select(mark_id)
        if is_other:
            self.selected_changed.emit(mark_id)
        self.repaint_layers()

    def is_shape(self, mark_id: bytes) -> bool:
        """Whether a mark stands for a line or a zone."""
        return self._features.table.is_shape(mark_id)

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def selected(self) -> bytes | None:
        return self._features.selected

    @property
    def hovered(self) -> bytes | None:
        return self._features.hovered

    @property
    def symbology(self) -> Symbology:
        """The marks as they are drawn now; another one when theme, colours or pixels change."""
        return self._features.symbology

    @property
    def is_whole(self) -> bool:
        """Whether the last frame lacked nothing: of the base maps, the marks, lines and zones."""
        shapes_done = self.shapes is None or self.shapes.is_complete or not self.shapes.is_open
        return self.is_complete and self._features.scenes.is_shown and shapes_done

    @property
    def shows_places(self) -> bool:
        """Whether the base maps are whole and all places lie on them, if only as numbers."""
        return self.is_complete and self._features.scenes.has_places

    # --- placing and showing a place ------------------------------------------------------------

    def start_placing(self, category_id: str | None = None) -> None:
        """Wait for a place: the pointer becomes a cross, Enter takes the middle."""
        self.is_placing = True
        self._features.all_faded = False
        self._overlays.pin = None
        self._overlays.move = None
        self._placing_category = category_id
        self.hover(None)
        self.cards.leave()
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self._overlays.has_cross = True
        self.repaint_layers()

    def set_placing_category(self, category_id: str | None) -> None:
        self._placing_category = category_id
        if self._overlays.pin is not None:
            self._overlays.pin.category = category_id
        self.repaint_layers()

    def place_pin(self, position: LngLat) -> None:
        """Put the movable pin somewhere, as a click in placing mode does."""
        self.is_placing = True
        self.show_pin(position, self._placing_category)
        self._features.all_faded = True
        self.repaint_layers()

    def stop_placing(self) -> None:
        self.is_placing = False
        self.clear_overlays()

    def show_pin(
        self,
        position: LngLat | None,
        category_id: str | None = None,
        *,
        movable: bool = True,
        name: str = "",
    ) -> None:
        """Show a pin; None takes it away.

        movable: by dragging it and by the arrow keys.  name: what it stands for, written above it.
        """
        hint = _("Drag the marker to move it") if movable else name
        self._overlays.pin = Pin(position, category_id, movable, hint) if position else None
        self._overlays.shows_hint = bool(name) or (movable and not self._has_dragged)
        self._overlays.has_cross = False
        self.repaint_layers()

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
        self.repaint_layers()

    def show_tracing(self, tracing: Tracing | None) -> None:
        """Show a plan that is being placed, None takes it away."""
        self._overlays.tracing = tracing
        self.repaint_layers()

    def show_earlier(self, outline: "EarlierOutline") -> None:
        """Show what the outline of a line or a zone was before it was drawn anew."""
        self._overlays.earlier = outline
        self.repaint_layers()

    def selected_boxes(self, font: QFont) -> list[QRectF]:
        """Return what the pin of the selected place covers, and its name, written in a font."""
        return selected_boxes(self._features, self.camera, font.family(), font.pixelSize())

    def clear_overlays(self) -> None:
        """Take away the pin, the proposed move and the earlier outline."""
        self._overlays.pin = None
        self._overlays.earlier = None
        self._overlays.move = None
        self._overlays.shows_hint = False
        self._features.all_faded = False
        self._overlays.has_cross = False
        self.viewport().unsetCursor()
        self.repaint_layers()

    # --- what the person does -------------------------------------------------------------------

    def click_at(self, point: QPointF) -> None:
        """Do what a click at a pixel means."""
        if self.tool is not None and self.tool.click(point):
            return
        if self.is_placing:
            self._place_at(point)
            return
        if self.movable_pin is not None:
            # A stray click must not close the form that the pin belongs to.
            return
        if self.counted is not None and self.counted.click(point):
            return
        hit = self.hit_at(point)
        if hit is None:
            self.empty_clicked.emit()
        elif hit.mark is not None:
            self.mark_clicked.emit(hit.mark.id)
        elif hit.group is not None:
            self._open_group(hit.group, point)

    def act_in_the_middle(self) -> None:
        """Place or open at the cross, as Enter does."""
        middle = self.middle()
        if not self.is_placing:
            if self.counted is not None or self.hit_at(middle) is not None:
                self.click_at(middle)
        elif self.movable_pin is None:
            self._place_at(middle)

    def drag_pin_to(self, point: QPointF) -> None:
        pin = self._overlays.pin
        if pin is not None:
            pin.position = self.camera.position_at(point.x(), point.y())
            # Said once a session is enough.
            self._has_dragged = True
            self._overlays.shows_hint = False
            self.repaint_layers()
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

    def _place_at(self, point: QPointF) -> None:
        position = self.camera.position_at(point.x(), point.y())
        self.place_pin(position)
        self.place_clicked.emit(position)

    def _open_group(self, group: ShownGroup, point: QPointF) -> None:
        """Go nearer until the members of a group can be told apart."""
        box = self._features.box_of(group)
        target = self.camera
        if box is not None:
            target = target.fitted(box, margin_px=96, max_zoom=MAX_ZOOM)
        if target.zoom < self.camera.zoom + 1:
            target = self.camera.zoomed(
                self.zoom_within(self.camera.zoom + 1), point.x(), point.y()
            )
        self.jump(target._replace(zoom=self.zoom_within(target.zoom)))

    def close(self) -> bool:
        """Stop the loader's threads and hide, as the program ends."""
        self.stop_motion()
        self._tiles.close()
        self._features.scenes.builder.close()
        # Past pyqtgraph, whose own close takes the scene apart while it may still be painted.
        return QWidget.close(self)

    # --- inside ---------------------------------------------------------------------------------

    def _paint_ground(self, painter: QPainter) -> None:
        dpr = self.devicePixelRatioF()
        if dpr != self._features.symbology.dpr:
            # The window has moved to a finer screen.
            self._features.set_symbology(Symbology(self._theme, self.ground, dpr))
        self._tiles.paint(painter, self.camera, dpr)
        painter.setFont(look.font())
        self._paint_stratum(painter, "ground", self._frame())

    def _paint_marks(self, painter: QPainter) -> None:
        camera, tokens, scale = self.camera, self._tokens, look.scale()
        painter.setFont(look.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._features.paint(painter, camera)
        self._paint_stratum(painter, "above", self._frame())
        is_named = self._features.hovered in self.names.shown
        self._overlays.has_card = is_named or self.cards.shown is not None
        self._overlays.paint(painter, camera, self._features, tokens, scale)
        if self.tool is not None:
            self.tool.paint(painter, self._frame())
        frame = Frame(camera, tokens, scale, self.devicePixelRatioF())
        self._stand(self._furniture_picture.paint(painter, frame, self.attribution))
        self._tell_first_paint()

    def _frame(self) -> Frame:
        return Frame(self.camera, self.ground, look.scale(), self.devicePixelRatioF())

    def _rebuild_symbology(self) -> None:
        """Paint the marks anew when theme, colours or pixel ratio are others than before."""
        self.readout.set_tokens(self._tokens)
        wanted = (self._theme, self.ground, self.devicePixelRatioF())
        known = self._features.symbology
        if wanted != (known.theme, known.tokens, known.dpr):
            self._features.set_symbology(Symbology(*wanted))
        self.repaint_layers()

    def _on_look_changed(self) -> None:
        self.set_tokens(look.tokens())
        self.arrange_buttons()

    def _on_ground_changed(self) -> None:
        self._rebuild_symbology()
