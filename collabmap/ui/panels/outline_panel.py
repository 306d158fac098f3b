"""Correcting the shape of a place that is on the map: the buttons, in words, beside the map."""

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.domain.feature import PlaceView
from collabmap.domain.sketch import Sketch
from collabmap.ui.map.drawing_tool import DrawingTool
from collabmap.ui.map.editing_tool import EditingTool
from collabmap.ui.map.sketch_pad import SketchPad
from collabmap.ui.map_hint import MapHint
from collabmap.ui.panels.drawing_parts import Measured, MendNote, say_too_few
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# What is drawn into the shape: a hole, or the line to cut along.
Stroke = Literal["hole", "cut"]


class OutlinePanel(Panel):
    """save_wanted, given_up: the buttons of the foot.  left_open: the arrow, Escape or the cross.
    cut_drawn: positions of the line to cut along.
    """

    save_wanted = Signal()
    given_up = Signal()
    left_open = Signal()
    cut_drawn = Signal(object)

    def __init__(self, window: "MainWindow", place: PlaceView, sketch: Sketch) -> None:
        super().__init__(window)
        self.tab_words = _("Outline")
        self.place = place
        self.pad = SketchPad(sketch, self)
        self.stroke: Stroke | None = None
        self._stroke_pad: SketchPad | None = None
        self.tool: EditingTool | DrawingTool | None = None
        self._hint = MapHint(window)
        self.add_title(_("Edit the outline"), close=True)
        self.head.addWidget(Text(place.name, "strong", wrap=True))
        self.measured = Measured()
        self.head.addWidget(self.measured)
        self._usual = self._build_usual()
        self._drawing = self._build_drawing()
        self.body.addWidget(self._usual)
        self.body.addWidget(self._drawing)
        self.body.addStretch(1)
        self._build_foot()
        self.pad.settled.connect(self.follow)

    # --- building ------------------------------------------------------------------------

    def _build_usual(self) -> QWidget:
        usual, layout = _column()
        self.note = Note(
            _("Or Tab and the arrow keys. Click on a plus to add a point."),
            title=_("Drag the points of the outline"),
            icon="vector-polyline-edit",
        )
        layout.addWidget(self.note)
        self.mend = MendNote()
        self.mend.kept.connect(self.pad.take)
        self.mend.refused.connect(self._on_correcting)
        layout.addWidget(self.mend)
        steps = QHBoxLayout()
        steps.setSpacing(8)
        self.back = Button(_("Step back"), icon="undo")
        self.forth = Button(_("Step forward"), icon="redo")
        self.back.clicked.connect(self.pad.undo)
        self.forth.clicked.connect(self.pad.redo)
        steps.addWidget(self.back, 1)
        steps.addWidget(self.forth, 1)
        layout.addLayout(steps)
        self.whole = self._button(layout, _("Move the whole"), "cursor-move", self._on_whole)
        self.whole.setCheckable(True)
        self.hole = self._button(
            layout, _("Add a hole"), "vector-difference-ba", lambda: self.begin_stroke("hole")
        )
        self.fill = self._button(layout, _("Remove this hole"), "vector-union", self._on_fill)
        self.cut = self._button(
            layout, _("Cut in two"), "content-cut", lambda: self.begin_stroke("cut")
        )
        self.insert = self._button(layout, _("Add a point"), "vector-point-plus", self._on_insert)
        self.remove = self._button(
            layout, _("Remove this point"), "vector-point-minus", self._on_remove
        )
        return usual

    def _button(self, layout: QVBoxLayout, words: str, icon: str, run: object) -> Button:
        button = Button(words, icon=icon)
        button.clicked.connect(run)
        layout.addWidget(button)
        return button

    def _build_drawing(self) -> QWidget:
        drawing, layout = _column()
        self.stroke_note = Note("", title=" ", icon="cursor-default-click-outline")
        layout.addWidget(self.stroke_note)
        self.middle = self._button(
            layout, _("Set a point in the middle of the map"), "crosshairs", self._on_middle
        )
        self.take_back = self._button(
            layout, _("Take the last point away"), "undo", self._on_take_back
        )
        return drawing

    def _build_foot(self) -> None:
        self.warning = Text(self.main.what_follows(self.place), "second", wrap=True)
        self.warning.setVisible(bool(self.warning.text()))
        self.foot.addWidget(self.warning)
        row = QHBoxLayout()
        row.setSpacing(10)
        self.cancel = Button(_("Cancel"), height_px=52)
        self.cancel.clicked.connect(self.given_up)
        self.save = Button(_("Save the outline"), "primary", icon="check-bold", height_px=52)
        self.save.clicked.connect(self.submit)
        # In their places while a hole or a cut is drawn.
        self.no_stroke = Button("", height_px=52)
        self.no_stroke.clicked.connect(self.end_stroke)
        self.finish = Button("", "primary", icon="check-bold", height_px=52)
        self.finish.clicked.connect(self._on_finish)
        for no, yes in ((self.cancel, self.save), (self.no_stroke, self.finish)):
            row.addWidget(no)
            row.addWidget(yes, 1)
        self.foot.addLayout(row)

    # --- what is shown -------------------------------------------------------------------

    def follow(self) -> None:
        """Show what can be done with the shape as it is now."""
        sketch, is_drawing = self.pad.sketch, self.stroke is not None
        self._usual.setVisible(not is_drawing)
        self._drawing.setVisible(is_drawing)
        for button in (self.cancel, self.save):
            button.setVisible(not is_drawing)
        for button in (self.no_stroke, self.finish):
            button.setVisible(is_drawing)
        self.mend.look(sketch)
        is_sound, is_zone = self.mend.mending is None, sketch.kind == "zone"
        self.measured.say(sketch, is_sound=is_sound)
        self.hole.setVisible(is_zone)
        self.fill.setVisible(is_zone and any(len(part) > 1 for part in sketch.parts))
        self.hole.setEnabled(is_sound)
        self.cut.setEnabled(is_sound)
        self.back.setEnabled(self.pad.can_undo)
        self.forth.setEnabled(self.pad.can_redo)
        self._on_chosen()
        self._show_mending()

    def _on_chosen(self) -> None:
        chosen = self.tool.chosen if isinstance(self.tool, EditingTool) else None
        self.insert.setEnabled(chosen is not None)
        self.remove.setEnabled(
            chosen is not None and self.pad.sketch.without_vertex(chosen) is not None
        )
        self.fill.setEnabled(chosen is not None and chosen.ring > 0)

    def _show_mending(self) -> None:
        if isinstance(self.tool, EditingTool):
            self.tool.item.shown.mended = self.mend.shown
            self.tool.item.refresh()

    def _on_correcting(self) -> None:
        self._show_mending()
        self.main.body.show_tab("centre")
        self.main.map.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_tool(self, tool: EditingTool | DrawingTool) -> None:
        self.tool = tool
        self.main.placing.neighbours.attract(tool, self.place.id)
        self.main.map.set_tool(tool)
        self.follow()
        self.main.body.show_tab("centre")
        self._hint.say(self.note if self.stroke is None else self.stroke_note)
        self.main.map.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edit(self) -> None:
        tool = EditingTool(self.main.map, self.pad)
        tool.chosen_changed.connect(self._on_chosen)
        tool.set_moves_whole(self.whole.isChecked())
        self._take_tool(tool)

    # --- the buttons ---------------------------------------------------------------------

    def _on_insert(self) -> None:
        if isinstance(self.tool, EditingTool):
            self.tool.insert()

    def _on_remove(self) -> None:
        if isinstance(self.tool, EditingTool):
            self.tool.remove()

    def _on_whole(self) -> None:
        if isinstance(self.tool, EditingTool):
            self.tool.set_moves_whole(self.whole.isChecked())
            self.main.map.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_fill(self) -> None:
        chosen = self.tool.chosen if isinstance(self.tool, EditingTool) else None
        if chosen is not None and chosen.ring > 0:
            self.pad.take(self.pad.sketch.without_hole(chosen))

    def submit(self) -> None:
        """Ask for it to be saved, unless it crosses itself, which is then said."""
        self.mend.look(self.pad.sketch)
        self._show_mending()
        if self.mend.mending is not None:
            self.scroller.ensureWidgetVisible(self.mend)
            self.mend.keep.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.save.setEnabled(False)
        self.save_wanted.emit()

    # --- a hole, a cut -------------------------------------------------------------------

    def begin_stroke(self, stroke: Stroke) -> None:
        """Draw a hole into the zone, or the line to cut along."""
        self.stroke = stroke
        self._stroke_pad = pad = SketchPad(Sketch("zone" if stroke == "hole" else "line"), self)
        pad.settled.connect(self._on_stroke)
        tool = DrawingTool(self.main.map, pad, backdrop=self.pad.sketch)
        tool.finished.connect(self._on_stroke_finished)
        tool.too_few.connect(lambda: say_too_few(self.main))
        is_hole = stroke == "hole"
        self.stroke_note.title.setText(
            _("Click on each corner of the hole")
            if is_hole
            else _("Draw a line across, where it is cut")
        )
        self.stroke_note.text.setText(
            _("Double-click to finish. Or arrow keys and Enter at each point, twice at the last.")
        )
        self.finish.setText(_("The hole is finished") if is_hole else _("Cut here"))
        self.no_stroke.setText(_("No hole") if is_hole else _("Do not cut"))
        self._take_tool(tool)
        self._on_stroke()

    def end_stroke(self) -> None:
        """Go back to the outline."""
        self.stroke = self._stroke_pad = None
        self._edit()

    def _on_stroke(self) -> None:
        count = self._stroke_pad.sketch.vertex_count if self._stroke_pad is not None else 0
        self.take_back.setEnabled(count > 0)
        self.finish.setEnabled(count >= (3 if self.stroke == "hole" else 2))

    def _on_stroke_finished(self) -> None:
        stroke, pad = self.stroke, self._stroke_pad
        if pad is None:
            return
        ring = pad.sketch.parts[0][0]
        self.end_stroke()
        if stroke == "hole":
            self.pad.take(self.pad.sketch.with_hole(ring))
        else:
            self.cut_drawn.emit(ring)

    def _on_middle(self) -> None:
        if isinstance(self.tool, DrawingTool):
            self.tool.set_in_the_middle()

    def _on_take_back(self) -> None:
        if isinstance(self.tool, DrawingTool):
            self.tool.take_back()

    def _on_finish(self) -> None:
        if isinstance(self.tool, DrawingTool):
            self.tool.finish()

    # --- as a panel ----------------------------------------------------------------------

    def leave(self) -> None:
        self.left_open.emit()

    def took_escape(self) -> bool:
        if self.stroke is None:
            return False
        self.end_stroke()
        return True

    def first_focus(self) -> QWidget | None:
        return None

    def help_keys(self) -> list[tuple[str, str]]:
        native = QKeySequence.SequenceFormat.NativeText
        tab, insert, delete = (
            QKeySequence(key).toString(native)
            for key in (Qt.Key.Key_Tab, Qt.Key.Key_Insert, Qt.Key.Key_Delete)
        )
        return [
            (tab, _("Next point of the outline")),
            (_("Arrows"), _("Move the point")),
            (insert, _("Add a point")),
            (delete, _("Remove this point")),
        ]

    def entered(self) -> None:
        self.main.map.select(None)
        self._hide_stored(self.place.id)
        self._edit()

    def _hide_stored(self, place: bytes | None) -> None:
        """Show the shape as it is being changed, and not the stored one below it too."""
        if (shapes := self.main.map.shapes) is not None:
            shapes.hide(place)

    def left(self) -> None:
        self._hide_stored(None)
        self._hint.take_away()
        tool, self.tool = self.tool, None
        self.stroke = self._stroke_pad = None
        if tool is not None and self.main.map.tool is tool:
            self.main.map.set_tool(None)


def _column() -> tuple[QWidget, QVBoxLayout]:
    widget = QWidget()
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    return widget, layout
