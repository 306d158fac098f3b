"""Adding, editing and moving places: ties the form to the map and to the session."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from collabmap.app.care_words import is_nowhere
from collabmap.app.words import _
from collabmap.domain.feature import PersonView, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch
from collabmap.errors import CollabMapError
from collabmap.ui.form_attachments import Attachments
from collabmap.ui.form_drawing import FormDrawing
from collabmap.ui.kept_drafts import KeptDrafts
from collabmap.ui.kept_edits import KeptEdits
from collabmap.ui.kept_outline import KeptOutline
from collabmap.ui.map.pick_tool import PickTool
from collabmap.ui.map.sketch_tool import SketchTool
from collabmap.ui.map_hint import MapHint
from collabmap.ui.map_search import go_to
from collabmap.ui.messages import Bar
from collabmap.ui.outlines import Outlines
from collabmap.ui.panel_table import place_form
from collabmap.ui.panels.form_values import FormValues, Way
from collabmap.ui.shapes_here import Neighbours, bounds_of, is_shape
from collabmap.ui.similar_nearby import SimilarNearby, completed
from collabmap.ui.usual_nearby import UsualNearby

if TYPE_CHECKING:
    from collabmap.app.place_search import FoundPlace
    from collabmap.domain.theme import Theme
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.panels.place_form import PlaceForm

MIDDLE_DEG = 1e-9
KEEP_AFTER_MS = 700


class Placing(QObject):
    """One form at a time.  What somebody leaves unfinished is kept for that person.

    added: id of a place that was just added, once its form is closed.
    """

    added = Signal(object)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._form: PlaceForm | None = None
        self._hint = MapHint(window)
        self._begun: Bar | None = None
        # What was entered for a new place, and is added to one that is there.
        self._completes: FormValues | None = None
        self._drafts = KeptDrafts(window)
        self.edits = KeptEdits(window)
        self.neighbours = Neighbours(window)
        self._drawing = FormDrawing(window, self._keep_open)
        self.outlines = Outlines(window, self._add_anew)
        self._similar = SimilarNearby(window, self._complete)
        self._usual = UsualNearby(window)
        # Kept while it is typed: a battery that gives out takes nobody's words along.
        self._keeping = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._keeping.timeout.connect(self._keep_open)
        self._drawing.finished.connect(self._hint.take_away)
        window.theme_changed.connect(self._on_theme)
        window.map.place_clicked.connect(self._on_position)
        window.map.position_moved.connect(self._on_moved)

    @property
    def form(self) -> "PlaceForm | None":
        """The open form, None while there is none."""
        return self._form

    # --- opening -------------------------------------------------------------------------

    def add(self, category: str = "") -> None:
        """Begin a new place, or go on with the one this person left unfinished."""
        if self._form is not None:
            if category and self._form.place is None:
                self._form.choose_category(category)
                self._on_category(category)
            self._form.focus_next()
            return
        draft = self._drafts.resume()
        values = replace(draft) if draft else FormValues()
        if category:
            values.category = category
        self._begin(values)
        if draft is not None:
            self._begun = self._window.messages.info(
                _("You had begun this place"),
                _("Go on, or start with an empty form."),
                (_("Start again"), self._start_again),
            )

    def _begin(self, values: FormValues) -> None:
        form = self._show(place_form(self._window), values)
        if form.way != "point":
            self._drawing.start()
        if not form.has_place:
            if form.way == "point":
                self._window.map.start_placing(values.category or None)
            self._window.body.show_tab("centre")
            self._say_hint()
            # By keyboard, so that the cross shows where Enter would put the place.
            self._window.map.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            if form.position is not None and form.way == "point":
                self._window.map.set_placing_category(values.category or None)
                self._window.map.place_pin(form.position)
            form.focus_next()

    def add_shape(self, wkb: bytes, name: str = "", category: str = "") -> None:
        """Begin a new place with a shape that is there already, as from a file.

        wkb: a line or a zone, WGS84.  Raises GeometryUnreadable, GeometryTooLarge,
        GeometryCollapsed or PositionOutOfRange.
        """
        sketch = Sketch.from_wkb(wkb)
        way: Way = "zone" if sketch.kind == "zone" else "line"
        self.give_up()
        self._drafts.begin()
        self._begin(FormValues(category, name, way=way, sketch=sketch, is_drawn=True))
        self._window.map.fit(bounds_of(sketch))
        self._keep_open()

    def begin_with(self, values: FormValues) -> None:
        """Begin a new place with what is known of it already, as of one that was refused."""
        self.give_up()
        self._drafts.begin()
        self._begin(values)
        self._keep_open()

    def edit(self, place: PlaceView) -> None:
        """Open the form on a place, where this person left it."""
        form = self._edit(place, None)
        self.edits.say_begun(place, lambda: self._edit_again(place))
        form.focus_next()

    def _edit(self, place: PlaceView, values: FormValues | None) -> "PlaceForm":
        """Open the form on a place.  values: what it goes on with, None for what was kept."""
        self._keep_open()
        self.close()
        form = place_form(self._window, place)
        begun = self.edits.begin(place.id, form.values())
        self._show(form, values or begun)
        # A path or a zone has an outline of its own to move; its pin only tells where it is.
        is_point = not is_shape(place)
        if not is_nowhere(place.care) and form.position is not None:
            self._window.map.show_pin(form.position, form.tiles.chosen(), movable=is_point)
        return form

    def _edit_again(self, place: PlaceView) -> None:
        self.close()
        self.edits.forget(self._window.person, place.id)
        self._edit(place, None).focus_next()

    def _add_anew(self, kept: KeptOutline) -> None:
        """Begin a place with a shape whose own place somebody has deleted meanwhile."""
        way: Way = "zone" if kept.sketch.kind == "zone" else "line"
        self.give_up()
        self._drafts.begin()
        self._begin(
            FormValues(kept.category, kept.name, way=way, sketch=kept.sketch, is_drawn=True)
        )
        self._keep_open()
        self._window.messages.info(
            _("“{name}” is no longer on the map").format(name=kept.name),
            _("What you drew is here. You can save it as a new place."),
        )

    def _show(self, form: "PlaceForm", values: FormValues | None) -> "PlaceForm":
        self._form = form
        if values is not None:
            form.set_values(values)
        form.submitted.connect(self._on_submitted)
        form.given_up.connect(self._on_given_up)
        form.category_chosen.connect(self._on_category)
        form.fields_changed.connect(self._window.hints.follow)
        self._drawing.follow(form)
        form.where.way_chosen.connect(self._say_hint)
        form.address_picked.connect(self._on_address)
        form.typed.connect(self._keeping.start)
        self._similar.follow(form)
        self._usual.follow(form)
        self._window.panel_host.show_panel("place_form", form)
        self._window.map.select(None)
        return form

    def _complete(self, place: PlaceView, entered: FormValues) -> None:
        """Go on with a place that is there: what was entered for a new one is added to it."""
        # Left without a word, the new one is there to go on with.
        self.give_up()
        form = self._edit(place, completed(place, entered))
        self._completes = entered
        form.words.setFocus(Qt.FocusReason.TabFocusReason)

    def _start_again(self) -> None:
        self._drafts.forget()
        self.close()
        self._begin(FormValues())

    def took_step(self, *, is_redo: bool = False) -> bool:
        """Take a step of a drawing back, or do it again; False where nothing is drawn."""
        tool = self._window.map.tool
        if not isinstance(tool, SketchTool):
            return False
        (tool.redo if is_redo else tool.undo)()
        return True

    def _on_theme(self, theme: "Theme") -> None:
        """Let the open form ask what a coordinator has added to the theme meanwhile."""
        if self._form is not None:
            self._form.set_theme(theme)

    # --- the map -------------------------------------------------------------------------

    def _on_position(self, position: LngLat) -> None:
        if self._form is None or self._form.place is not None or self._form.way != "point":
            return
        self._hint.take_away()
        self._window.body.show_tab("panel")
        is_first = self._form.position is None
        self._form.set_position(position)
        if is_first:
            # Keys put a place exactly in the middle, a hand never does.
            is_middle = math.dist(position, self._window.map.centre()) < MIDDLE_DEG
            self._form.focus_next(by_keys=is_middle)

    def _on_address(self, found: "FoundPlace") -> None:
        go_to(self._window, found, has_pin=False)
        self.put(found.position)

    def put(self, position: LngLat) -> None:
        """Put the new place of the open form somewhere, as a click on the map does."""
        if self._form is None or self._form.place is not None:
            return
        if self._form.way != "point":
            self._drawing.put(position)
        else:
            self._window.map.place_pin(position)
            self._on_position(position)

    def _on_moved(self, position: LngLat) -> None:
        if self._form is not None:
            self._form.set_position(position)

    def _on_category(self, category: str) -> None:
        if self._form is not None:
            self._window.map.set_placing_category(category)

    # --- saving --------------------------------------------------------------------------

    def _on_submitted(self) -> None:
        form = self._form
        assert form is not None
        if form.place is None:
            whole = self._drafts.whole(form.values())
            if whole != form.values():
                form.set_values(whole)
            try:
                draft, entered = form.draft(), form.values()
            except CollabMapError as error:
                self._on_refused(form, error)
                return
            attached = Attachments.of(form.fields, form.extras.photos)
            person = self._window.person
            self._window.tasks.write(
                lambda session: session.add(draft),
                lambda feature: self._on_added(form, feature, entered, attached, person),
                lambda error: self._on_refused(form, error),
            )
            return
        whole = self.edits.whole(form.values())
        if whole != form.values():
            form.set_values(whole)
        place, values, person = form.place, form.changes(), self._window.person
        attached = Attachments.of(form.fields, form.extras.photos)
        if not values:
            self.edits.forget(person, place.id)
            self.close()
            attached.bring(self._window, place.id, place.name)
            return
        name, completes = form.values().name, self._completes

        def edited(_effect: object) -> None:
            self.edits.forget(person, place.id)
            attached.bring(self._window, place.id, name)
            self._on_edited(form, place, name, completes)

        self._window.tasks.write(
            lambda session: session.edit(place, values),
            edited,
            lambda error: self._on_refused(form, error),
        )

    def _on_added(
        self,
        form: "PlaceForm",
        feature: bytes,
        entered: FormValues,
        attached: Attachments,
        person: PersonView | None,
    ) -> None:
        if self._form is form:
            self._drafts.forget()
        self._close(form)
        # Whoever left while it was written did not leave it unfinished.
        self._drafts.forget_saved(entered)
        attached.bring(self._window, feature, entered.name)
        if self._window.person != person:
            # They have gone: the next one's Undo would take back something else.
            return
        self._window.newest = feature
        if form.extras.wants_link:
            self._link(feature)
        self.added.emit(feature)
        self._window.messages.done(
            _("“{name}” is on the map").format(name=entered.name),
            _("You coordinate this map: it is accepted at once.")
            if self._window.is_coordinator
            else _("Kept on this computer. A coordinator will read it once you send it."),
            (_("Undo"), self._window.commands.undo),
            (_("Add a link"), lambda: self._link(feature)),
        )

    def _link(self, feature: bytes) -> None:
        """Ask what a place that was just added has to do with others."""
        # Imported late, as every panel is: a start must not wait for it.
        from collabmap.ui.panels.link import link_from

        def begin(place: PlaceView | None) -> None:
            if place is not None and self._form is None:
                link_from(self._window, place)

        self._window.tasks.read(lambda reader: reader.place(feature), begin, owner=self)

    def _on_edited(
        self, form: "PlaceForm", place: PlaceView, name: str, completes: FormValues | None
    ) -> None:
        self._close(form)
        if completes is not None:
            self._drafts.forget_saved(completes)
        self._window.messages.done(
            _("“{name}” is changed").format(name=name),
            self._window.what_follows(place),
            (_("Undo"), self._window.commands.undo),
        )

    def _close(self, form: "PlaceForm") -> None:
        """Close this form unless it was left, perhaps for another, while it was written."""
        if self._form is form:
            self.close()

    def _on_refused(self, form: "PlaceForm", error: CollabMapError) -> None:
        if self._form is not form or not form.refuse(error):
            self._window.messages.show(error)

    # --- leaving -------------------------------------------------------------------------

    def give_up(self) -> None:
        """Leave the form; what was entered is kept for the person who entered it."""
        self.outlines.leave()
        form = self._form
        if form is not None and form.place is None and form.values().is_empty:
            self._drafts.forget()
        self._keep_open()
        self.close()

    def _on_given_up(self) -> None:
        """Leave a new place to go on with; one that is there stays as it was."""
        form = self._form
        place = form.place if form is not None else None
        is_saving = form is not None and not form.save.isEnabled()
        self.give_up()
        if place is not None and not is_saving:
            self.edits.drop(place, lambda: self._edit(place, None).focus_next())

    def draft_name(self) -> str | None:
        """Return the name of what the person in force left unfinished, None if there is nothing."""
        draft = self._drafts.latest()
        return draft.name if draft is not None else None

    def _keep_open(self) -> None:
        """Keep what the open form holds for the person who fills it in."""
        if self._form is None:
            return
        if self._form.place is None:
            self._drafts.keep(self._form.values())
        else:
            self.edits.keep(self._form.place.id, self._form.values())

    def take_drafts(self, kept: dict[str, Any]) -> None:
        """Take what this device kept of the project that has opened."""
        self.close()
        self._drafts.take(kept)

    def suspend(self) -> Callable[[], None] | None:
        """Close the form before the words are built again; return what opens it as it was."""
        if self._form is None:
            return self.outlines.suspend()
        place, values, completes = self._form.place, self._form.values(), self._completes
        self.close()

        def again() -> None:
            if place is None:
                self._begin(values)
            else:
                self._edit(place, values).focus_next()
                self._completes = completes

        return again

    def _say_hint(self) -> None:
        """Say what to do where the form, which says it elsewhere, is behind the map."""
        self._hint.take_away()
        if self._form is not None:
            self._hint.say(self._form.where.note)

    def take_map_back(self) -> None:
        """Let the map be the form's again, once a place has been picked on it for a field."""
        self._window.map.set_tool(None)
        self._window.map.viewport().unsetCursor()
        self._window.body.show_tab("panel")
        if self._form is not None and self._form.way != "point":
            self._drawing.start()

    def close(self) -> None:
        """Close the form without keeping anything."""
        self._hint.take_away()
        self._similar.follow(None)
        self._usual.follow(None)
        self._completes = None
        # What it offers to start again is this form, no later one.
        begun, self._begun = self._begun, None
        self._window.messages.close(begun)
        form, self._form = self._form, None
        if form is None:
            return
        self._drawing.stop()
        if isinstance(self._window.map.tool, PickTool):
            self._window.map.set_tool(None)
        self._window.map.stop_placing()
        if self._window.panel_host.current is form:
            self._window.panel_host.back()
