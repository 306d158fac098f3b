"""What a form of a place gives to be saved, and what it says where that cannot be."""

from abc import abstractmethod
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from collabmap.app.words import _, explain
from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch
from collabmap.errors import (
    CategoryUnknown,
    CollabMapError,
    InputInvalid,
    NameMissing,
    TextTooLong,
    ValueInvalid,
)
from collabmap.ui.panels.form_values import FormValues, Way
from collabmap.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from collabmap.ui.panels.drawing_parts import MendNote
    from collabmap.ui.panels.field_form import FieldForm
    from collabmap.ui.widgets.buttons import Button
    from collabmap.ui.widgets.fields import Labelled, LineField
    from collabmap.ui.widgets.tiles import TileGrid


class FormSaving(Panel):
    """The part of PlaceForm that saves.  submitted: Save was asked for and nothing is missing."""

    submitted = Signal()

    place: PlaceView | None
    way: Way
    sketch: Sketch | None
    fields: "FieldForm"
    tiles: "TileGrid"
    name: "LineField"
    mend: "MendNote"
    save: "Button"
    redraw: "Button"
    anew: "Button"
    category: "Labelled"
    name_row: "Labelled"
    words_row: "Labelled"
    tags_row: "Labelled"
    contact_row: "Labelled"
    _contact_shown: str

    @property
    @abstractmethod
    def has_place(self) -> bool:
        """Whether it is known where the place is."""

    @property
    @abstractmethod
    def is_drawn_otherwise(self) -> bool:
        """Whether what was drawn is nothing that the category may be."""

    @abstractmethod
    def say_drawn_otherwise(self) -> None:
        """Say beside the category that it is drawn otherwise, and offer to."""

    @abstractmethod
    def values(self) -> FormValues:
        """Return what stands in the fields now."""

    @abstractmethod
    def show_more(self) -> None:
        """Show the fields that most places do without."""

    @abstractmethod
    def _choose_again(self) -> None:
        """Show all categories again."""

    def changes(self) -> dict[str, object]:
        """Return what differs from the place that was shown: {field: new value}."""
        place, values = self.place, self.values()
        assert place is not None
        shown: dict[str, object] = {
            "name": place.name,
            "category": place.category,
            "description": place.description,
            "tags": place.tags,
            "contact": self._contact_shown,
            "position": LngLat(place.lng, place.lat),
        }
        now: dict[str, object] = {
            "name": values.name,
            "category": values.category,
            "description": values.description,
            "tags": values.tags,
            "contact": values.contact,
            "position": values.position,
        }
        changed = {name: value for name, value in now.items() if value != shown[name]}
        answers = self.fields.changes()
        return changed | {FIELD_PREFIX + field: value for field, value in answers.items()}

    def draft(self) -> PlaceDraft:
        """Return the new place as entered.

        Raises GeometryCollapsed, GeometryTooLarge or PositionOutOfRange.
        """
        values = self.values()
        wkb, position = None, values.position
        if values.way != "point":
            assert values.sketch is not None
            wkb = values.sketch.wkb()
            position = next(where for _vertex, where in values.sketch.vertices())
        assert position is not None
        return PlaceDraft(
            values.name,
            values.category,
            position.lng,
            position.lat,
            values.description,
            values.tags,
            values.contact,
            wkb,
            self.fields.values(),
        )

    # --- saving --------------------------------------------------------------------------

    def submit(self) -> None:
        """Save, unless something is missing, which is then said beside its field."""
        if not self.has_place or not self.save.isEnabled():
            return
        values = self.values()
        wrong: list[QWidget] = []
        if self.way != "point" and self._is_shape_wrong():
            wrong.append(self.mend.keep if self.mend.shown is not None else self.redraw)
        if not values.category:
            self.category.set_error(_("Choose what it is, above."))
            wrong.append(self.tiles.tiles[0])
        elif self.is_drawn_otherwise:
            self.say_drawn_otherwise()
            wrong.append(self.anew)
        if not values.name:
            self.name_row.set_error(" ".join(explain(NameMissing())))
            wrong.append(self.name)
        problems = self.fields.problems()
        wrong += [self.fields.rows[field].editor.target() for field in problems]
        if wrong:
            wrong[0].setFocus(Qt.FocusReason.TabFocusReason)
            if wrong[0] is self.mend.keep:
                # Its words too, which say why.
                self.scroller.ensureWidgetVisible(self.mend)
            return
        self.save.setEnabled(False)
        self.submitted.emit()

    def _is_shape_wrong(self) -> bool:
        """Whether the shape crosses itself, which is then said: it is never mended unasked."""
        self.mend.look(self.sketch)
        return self.mend.mending is not None

    def refuse(self, error: CollabMapError) -> bool:
        """Say beside the field why it could not be kept; False if it is about no field."""
        self.save.setEnabled(True)
        if not isinstance(error, InputInvalid):
            return False
        if isinstance(error, ValueInvalid):
            return self.fields.say(str(error.details["field"]), explain(error)[1])
        rows = {
            "name": self.name_row,
            "description": self.words_row,
            "tags": self.tags_row,
            "contact": self.contact_row,
            "category": self.category,
        }
        name = ""
        if isinstance(error, TextTooLong):
            name = self._longest()
        elif isinstance(error, NameMissing):
            name = "name"
        elif isinstance(error, CategoryUnknown):
            name = "category"
            self._choose_again()
        row = rows.get(name)
        if row is None:
            return self.fields.say(name, " ".join(explain(error)))
        if row in (self.tags_row, self.contact_row):
            self.show_more()
        row.set_error(" ".join(explain(error)))
        self.scroller.ensureWidgetVisible(row)
        if row is not self.category:
            row.field.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _longest(self) -> str:
        """Return the field with most text: the one to shorten."""
        values = self.values()
        lengths = {
            "name": len(values.name),
            "description": len(values.description),
            "tags": sum(map(len, values.tags)),
            "contact": len(values.contact),
            **{f: len(text) for f, text in values.fields.items() if isinstance(text, str)},
        }
        return max(lengths, key=lambda name: lengths[name])
