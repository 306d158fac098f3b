"""What the map shows of a disagreement: where the place lies, or the shapes to choose between."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt

from collabmap.app.settling_disagreements import Written, put_together
from collabmap.app.words import _
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.sketch import Sketch
from collabmap.review.disagreement import Dispute
from collabmap.review.queue import ReviewItem
from collabmap.ui.map.editing_tool import EditingTool
from collabmap.ui.map.rival_shapes import Rivals, RivalShapes
from collabmap.ui.map.sketch_pad import SketchPad
from collabmap.ui.panels.disagreement_words import sketch_of
from collabmap.ui.panels.review_map import ITEM_ZOOM, ReviewMap

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Room around what is compared, at least, in degrees, and as a share of its size.
ROOM_DEG, ROOM = 0.0003, 0.15


class _Found(NamedTuple):
    rivals: Rivals | None
    together: Written | None


class DisagreementMap(QObject):
    """Shows one dispute at a time, and takes a position from the map."""

    def __init__(self, parent: QObject, window: "MainWindow") -> None:
        super().__init__(parent)
        self._window = window
        self._plain = ReviewMap(self, window)
        self.shapes = RivalShapes(window.map)
        self._dispute: Dispute | None = None
        self._take: Callable[[LngLat], None] | None = None
        self._tool: EditingTool | None = None
        window.map.place_clicked.connect(self._on_position)
        window.map.position_moved.connect(self._on_position)

    def show(
        self,
        item: ReviewItem | None,
        dispute: Dispute | None,
        found: Callable[[Written | None], None],
    ) -> None:
        """Show what a dispute is about; None: nothing.  found: told what all put together make."""
        self._stop()
        self._dispute = dispute
        if item is None or dispute is None or dispute.field != "geometry":
            self.shapes.show(None)
            self._plain.show(item)
            if item is not None and not item.place.is_published and not item.place.care:
                # Refused for now, it has no mark to be pointed out.
                at = LngLat(item.after_lng, item.after_lat)
                self._window.map.show_pin(at, item.category, movable=False, name=item.name)
            return
        self._plain.show(None)
        self.shapes.show(None)
        # Its own mark too: the numbered ones stand for it.
        self._window.map.set_faded(frozenset())
        self._window.tasks.beside(
            lambda: _look_at(dispute), lambda seen: self._on_seen(dispute, seen, found), owner=self
        )

    def _on_seen(
        self, dispute: Dispute, seen: _Found, found: Callable[[Written | None], None]
    ) -> None:
        if dispute is not self._dispute or self._take is not None or self._tool is not None:
            return
        self.shapes.show(seen.rivals)
        if seen.rivals is not None:
            self._window.map.fit(_with_room(seen.rivals.box()), max_zoom=ITEM_ZOOM)
        found(seen.together)

    # --- a position or an outline of one's own ------------------------------------------------

    def ask_position(self, category: str, take: Callable[[LngLat], None]) -> None:
        """Let a place be put on the map; take: told where, again when it is moved."""
        self._take = take
        self._window.map.start_placing(category)
        self._go_to_map()

    def ask_outline(self, item: ReviewItem, sketch: Sketch, take: Callable[[Sketch], None]) -> None:
        """Let an outline be corrected on the map; take: told of each step."""
        if self.shapes.shown is not None:
            self.shapes.show(replace(self.shapes.shown, together=None))
        pad = SketchPad(sketch, self)
        pad.settled.connect(lambda: take(pad.sketch))
        self._tool = EditingTool(self._window.map, pad)
        self._window.placing.neighbours.attract(self._tool, item.id)
        self._window.map.set_tool(self._tool)
        self._go_to_map()

    def _go_to_map(self) -> None:
        self._window.body.show_tab("centre")
        # By keyboard, so that the cross shows where Enter would put the place.
        self._window.map.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_position(self, position: LngLat) -> None:
        if self._take is not None:
            self._take(position)

    def _stop(self) -> None:
        view = self._window.map
        if self._take is not None:
            self._take = None
            view.stop_placing()
        if self._tool is not None and view.tool is self._tool:
            view.set_tool(None)
        self._tool = None


def _look_at(dispute: Dispute) -> _Found:
    """Read the shapes of a dispute and what they make together; run in a worker."""
    sketches = [sketch for side in dispute.sides if (sketch := sketch_of(side)) is not None]
    kinds = {sketch.kind for sketch in sketches}
    if len(sketches) < len(dispute.sides) or len(kinds) != 1:
        return _Found(None, None)
    start = sketch_of(dispute.start)
    together = put_together(dispute)
    merged = together.value if together is not None else None
    return _Found(
        Rivals(
            tuple(sketches),
            start if start is not None and start.kind in kinds else None,
            Sketch.from_wkb(merged) if isinstance(merged, bytes) else None,
            _("Put together"),
        ),
        together,
    )


def _with_room(box: Bbox) -> Bbox:
    dx = max((box.east - box.west) * ROOM, ROOM_DEG)
    dy = max((box.north - box.south) * ROOM, ROOM_DEG)
    return Bbox(box.west - dx, box.south - dy, box.east + dx, box.north + dy)
