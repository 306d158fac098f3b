"""The map while a form is drawn into: the tools, and what they give to the form."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Kind, Sketch
from collabmap.ui.map.drawing_tool import DrawingTool
from collabmap.ui.map.editing_tool import EditingTool
from collabmap.ui.map.sketch_pad import SketchPad
from collabmap.ui.panels.drawing_parts import say_too_few
from collabmap.ui.panels.form_values import Way
from collabmap.ui.shapes_here import warm_up

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.panels.place_form import PlaceForm

_KINDS: dict[Way, Kind] = {"point": "point", "line": "line", "zone": "zone", "freehand": "line"}


class FormDrawing(QObject):
    """keep: called at each step, so that nothing drawn is lost whatever happens next.

    finished: the shape is drawn.
    """

    finished = Signal()

    def __init__(self, window: "MainWindow", keep: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._keep = keep
        self._form: PlaceForm | None = None
        self._pad: SketchPad | None = None
        self._tool: DrawingTool | EditingTool | None = None

    def follow(self, form: "PlaceForm") -> None:
        """Take what is asked for in a form."""
        self._form = form
        form.where.way_chosen.connect(self._on_way)
        form.where.middle_wanted.connect(self._on_middle)
        form.where.finish_wanted.connect(self._on_finish_wanted)
        form.where.take_back_wanted.connect(self._on_take_back)
        form.redraw_wanted.connect(self._on_redraw)
        form.mend.kept.connect(self._on_mended)
        form.mend.refused.connect(self._on_correcting)

    def start(self) -> None:
        """Put the tool on the map that the form asks for: to draw, or to correct."""
        form = self._form
        assert form is not None
        assert form.way != "point"
        sketch = form.sketch or Sketch(_KINDS[form.way])
        if self._pad is None or self._pad.sketch != sketch:
            self._pad = SketchPad(sketch, self)
            self._pad.settled.connect(self._on_settled)
        view = self._window.map
        if form.is_drawn:
            self._tool = EditingTool(view, self._pad)
        else:
            drawing = DrawingTool(view, self._pad, is_freehand=form.way == "freehand")
            drawing.finished.connect(self._on_finished)
            drawing.too_few.connect(lambda: say_too_few(self._window))
            self._tool = drawing
        self._window.placing.neighbours.attract(self._tool)
        view.set_tool(self._tool)
        self._show_mending()

    def stop(self) -> None:
        """Take the tool off the map."""
        tool, self._tool, self._pad, self._form = self._tool, None, None, None
        if tool is not None and self._window.map.tool is tool:
            self._window.map.set_tool(None)

    def put(self, position: LngLat) -> None:
        """Set a vertex, as a click does, while something is drawn by clicks."""
        if isinstance(self._tool, DrawingTool) and not self._tool.is_freehand:
            self._tool.set_vertex(self._tool.pixel_of(position))

    # --- what is asked for ---------------------------------------------------------------

    def _on_way(self, way: Way) -> None:
        form, view = self._form, self._window.map
        assert form is not None
        if way == form.way:
            return
        if way == "point":
            form.set_way(way)
            view.set_tool(None)
            self._tool = self._pad = None
            view.start_placing(form.tiles.chosen() or None)
        else:
            view.stop_placing()
            form.sketch = _as_kind(form.sketch, _KINDS[way])
            form.set_way(way)
            self.start()
            # shapely and pyproj come with the first measure: not under somebody's first click.
            self._window.tasks.beside(warm_up)
        self._window.body.show_tab("centre")
        view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_middle(self) -> None:
        if isinstance(self._tool, DrawingTool):
            self._tool.set_in_the_middle()
        else:
            self._window.map.act_in_the_middle()

    def _on_finish_wanted(self) -> None:
        if isinstance(self._tool, DrawingTool):
            self._tool.finish()

    def _on_take_back(self) -> None:
        if isinstance(self._tool, DrawingTool):
            self._tool.take_back()

    def _on_redraw(self) -> None:
        form = self._form
        assert form is not None
        assert form.sketch is not None
        form.set_sketch(form.sketch, is_drawn=False)
        if form.way == "freehand":
            form.set_way("line")
        self.start()
        self._window.body.show_tab("centre")
        self._window.map.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_mended(self, sketch: Sketch) -> None:
        if self._pad is not None:
            self._pad.take(sketch)

    def _on_correcting(self) -> None:
        """Give the keyboard to the outline that somebody corrects."""
        self._show_mending()
        self._window.body.show_tab("centre")
        self._window.map.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- what is drawn -------------------------------------------------------------------

    def _on_settled(self) -> None:
        form = self._form
        if form is None or self._pad is None:
            return
        form.set_sketch(self._pad.sketch, is_drawn=form.is_drawn)
        self._show_mending()
        self._keep()

    def _on_finished(self) -> None:
        form = self._form
        if form is None or self._pad is None:
            return
        form.set_sketch(self._pad.sketch, is_drawn=True)
        self._keep()
        self.start()
        self._window.body.show_tab("panel")
        form.focus_next(by_keys=self._window.map.is_by_keyboard)
        self.finished.emit()

    def _show_mending(self) -> None:
        """Show on the map how a shape was mended, while that is offered."""
        form = self._form
        if isinstance(self._tool, EditingTool) and form is not None:
            self._tool.item.shown.mended = form.mend.shown
            self._tool.item.refresh()


def _as_kind(sketch: Sketch | None, kind: Kind) -> Sketch | None:
    """Return the outlines of a sketch as one of another kind."""
    if sketch is None or sketch.kind == kind:
        return sketch
    return Sketch(kind, tuple(part[:1] for part in sketch.parts))
