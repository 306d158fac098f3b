"""Adding or editing a place: the form takes the list's place, the map stays where it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.similar import Similar
from collabmap.app.words import _
from collabmap.domain.feature import PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch
from collabmap.domain.theme import DRAWN, Theme
from collabmap.ui.panels.drawing_parts import Measured, MendNote, ways_of
from collabmap.ui.panels.field_form import FieldForm
from collabmap.ui.panels.form_extras import FormExtras
from collabmap.ui.panels.form_saving import FormSaving
from collabmap.ui.panels.form_values import FormValues, Way
from collabmap.ui.panels.place_where import WhereStep
from collabmap.ui.panels.similar import ChosenCategory, SimilarNote
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import Labelled, LineField, WordsField
from collabmap.ui.widgets.offers import Offers
from collabmap.ui.widgets.steps import Steps
from collabmap.ui.widgets.tiles import TileGrid

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class PlaceForm(FormSaving):
    """place: the PlaceView to edit, None to add one.

    submitted: Save was asked for and nothing is missing.  given_up: Escape, cross or Cancel.
    fields_changed: name, category or where it lies is another now.  typed: anything is.
    category_chosen: id of a category.  address_picked: put it at a FoundPlace.  redraw_wanted: go
    on with what was drawn.  `where` has signals of its own, and so has `mend`.
    """

    typed = Signal()
    fields_changed = Signal()
    given_up = Signal()
    category_chosen = Signal(str)
    address_picked = Signal(object)
    redraw_wanted = Signal()

    def __init__(self, window: "MainWindow", place: PlaceView | None = None) -> None:
        super().__init__(window)
        self.tab_words = _("Form")
        self.place = place
        self.position: LngLat | None = None
        self.way: Way = "point"
        self.sketch: Sketch | None = None
        self.is_drawn = False
        self.add_title(_("Add a place") if place is None else _("Edit this place"), close=True)
        self.steps = Steps([_("Where?"), _("What?"), _("Save")])
        if place is None:
            self.head.addWidget(self.steps)
        self._build_where()
        self._build_what()
        self._build_foot()
        self._contact_shown = ""
        self.set_position(None)
        if place is not None:
            self._show_place(place)

    # --- building ------------------------------------------------------------------------

    def _build_where(self) -> None:
        self.where = WhereStep(self.main)
        self.address = self.where.address
        self.address.picked.connect(self.address_picked)
        self.address.grown.connect(lambda: self.scroller.ensureWidgetVisible(self.address, 0, 0))
        self.body.addWidget(self.where)

    def _build_drawn(self) -> QWidget:
        """Build what stands above the fields of a place that was drawn."""
        drawn = QWidget()
        layout = column(drawn)
        layout.setSpacing(8)
        self.measured = Measured()
        layout.addWidget(self.measured)
        self.redraw = Button(_("Go on drawing"), icon="vector-polyline-edit")
        self.redraw.clicked.connect(self.redraw_wanted)
        layout.addWidget(self.redraw)
        self.mend = MendNote()
        layout.addWidget(self.mend)
        return drawn

    def _build_what(self) -> None:
        self._what = QWidget()
        layout = column(self._what)
        self._drawn = self._build_drawn()
        layout.addWidget(self._drawn)
        self.tiles = TileGrid(self.main.theme, checkable=True)
        self.tiles.picked.connect(self._on_category)
        self.category = Labelled(_("What is it?"), self.tiles, required=True)
        self.anew = Button("", icon="vector-polyline-edit")
        self.anew.clicked.connect(self._draw_anew)
        self.anew.hide()
        self.category.column.addWidget(self.anew)
        self.name = LineField(_("For example: fountain on the square"))
        self.name.setMaxLength(200)
        self.name.textEdited.connect(self._on_name)
        self.name.returnPressed.connect(self.submit)
        self.name_row = Labelled(_("Its name"), self.name, required=True)
        self.chosen = ChosenCategory(self.main.theme)
        self.chosen.change.connect(self._choose_again)
        self.chosen.hide()
        self.similar = SimilarNote(self.main.theme)
        self.fields = FieldForm(self.main, self.main.theme)
        self.fields.changed.connect(self.typed)
        self.fields.submitted.connect(self.submit)
        self.words = WordsField(_("One sentence is enough: why does this place matter to you?"))
        self.words_row = Labelled(_("A few words"), self.words)
        self.extras = FormExtras(self.main)
        self.extras.changed.connect(self.typed)
        self.tags = LineField(_("shade, bench, free"))
        self.tags_row = Labelled(_("Keywords"), self.tags, hint=_("With commas between them."))
        self._tag_offers = Offers(self._add_tag)
        self.tags_row.column.addWidget(self._tag_offers)
        self.contact = LineField(_("Telephone or address"))
        self.contact_row = Labelled(
            _("Private contact"),
            self.contact,
            hint=_("Only coordinators can read it. It is never published."),
        )
        self.more = Button(
            _("More: keywords, private contact"),
            "quiet",
            icon="chevron-down",
            height_px=40,
            is_flush=True,
        )
        self.more.clicked.connect(self.show_more)
        self.fields_changed.connect(self.typed)
        self.words.textChanged.connect(self.typed)
        for line in (self.tags, self.contact):
            line.textEdited.connect(self.typed)
            line.returnPressed.connect(self.submit)
        rows = (
            self.category, self.chosen, self.name_row, self.similar, self.fields, self.words_row,
            self.extras, self.more,
        )  # fmt: skip
        for row in rows:
            layout.addWidget(row)
        if self.place is not None:
            self.extras.hide()  # Its card has them.
        layout.setAlignment(self.more, Qt.AlignmentFlag.AlignLeft)
        for row in (self.tags_row, self.contact_row):
            layout.addWidget(row)
            row.hide()
        self.body.addWidget(self._what)
        self.body.addStretch(1)

    def _build_foot(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        self.cancel = Button(_("Cancel"), height_px=52)
        self.cancel.clicked.connect(self.leave)
        self.save = Button(self._save_words, "primary", icon="check-bold", height_px=52)
        self.save.clicked.connect(self.submit)
        row.addWidget(self.cancel)
        row.addWidget(self.where.finish, 1)
        row.addWidget(self.save, 1)
        self.foot.addLayout(row)

    @property
    def _save_words(self) -> str:
        if self.place is not None:
            return _("Save the changes")
        return _("No, it is a new one") if self.similar.rows else _("Save this place")

    def show_similar(self, found: tuple[Similar, ...]) -> None:
        """Show the places that it may be; saving then says that it is none of them."""
        self.similar.show_places(found)
        self.save.setText(self._save_words)
        # All categories again only where that is asked for: rows that jump are hard to click.
        if found:
            self.fold_category()

    def fold_category(self) -> None:
        """Show the category that is chosen, and the others only when asked for."""
        if self.tiles.chosen():
            self.chosen.show_category(self.tiles.chosen())
            self.chosen.show()
            self.category.hide()

    def set_theme(self, theme: Theme) -> None:
        """Ask what a theme asks now; what is typed stays."""
        self.tiles.set_theme(theme)
        self.tiles.fit_columns(self.width() - 32)
        self.fields.set_theme(theme)

    def _choose_again(self) -> None:
        self.chosen.hide()
        self.category.show()
        self.tiles.tiles[0].setFocus(Qt.FocusReason.TabFocusReason)

    def show_more(self) -> None:
        """Show the fields that most places do without."""
        self.more.hide()
        self.tags_row.show()
        self.contact_row.show()
        self.tags.setFocus(Qt.FocusReason.TabFocusReason)

    def offer_tags(self, tags: Sequence[str]) -> None:
        """Offer keywords that similar places have."""
        self._tag_offers.show_values(tags, tags)

    def _add_tag(self, tag: str) -> None:
        self.tags.setText(", ".join(dict.fromkeys((*split_tags(self.tags.text()), tag))))
        self.typed.emit()

    # --- what it holds -------------------------------------------------------------------

    def values(self) -> FormValues:
        """Return what stands in the fields now."""
        return FormValues(
            self.tiles.chosen(),
            self.name.text().strip(),
            self.words.toPlainText().strip(),
            split_tags(self.tags.text()),
            self.contact.text().strip(),
            self.position,
            self.way,
            self.sketch,
            self.is_drawn,
            self.fields.kept(),
            tuple(str(path) for path in self.extras.photos),
            self.extras.wants_link,
        )

    def set_values(self, values: FormValues) -> None:
        """Fill the fields, as from a draft."""
        self.tiles.choose(values.category)
        self.fields.show_category(values.category)
        self.extras.show_category(values.category)
        self.fields.set_values(values.fields)
        self.name.setText(values.name)
        self.words.setPlainText(values.description)
        self.tags.setText(", ".join(values.tags))
        self.contact.setText(values.contact)
        self.extras.add([Path(name) for name in values.photos])
        self.extras.want_link(is_wanted=values.wants_link)
        if values.tags or values.contact:
            self.show_more()
        self.way, self.sketch, self.is_drawn = values.way, values.sketch, values.is_drawn
        if values.position is None and values.sketch is None and self.way not in self._ways():
            self.way = self._ways()[0]
        self.set_position(values.position)

    def _show_place(self, place: PlaceView) -> None:
        self._contact_shown = place.contact or ""
        self.fields.edit(place)
        self.set_values(
            FormValues(
                place.category,
                place.name,
                place.description,
                place.tags,
                self._contact_shown,
                LngLat(place.lng, place.lat),
                fields=dict(place.values),
            )
        )
        if place.contact_hidden:
            self.show_more()
            self.contact.setPlaceholderText(_("One is kept, for coordinators only"))

    # --- steps ---------------------------------------------------------------------------

    @property
    def has_place(self) -> bool:
        """Whether it is known where the place is."""
        return self.position is not None if self.way == "point" else self.is_drawn

    def set_position(self, position: LngLat | None) -> None:
        """Show the first step while there is no position, the rest once there is one."""
        self.position = position
        self._show_parts()

    def set_way(self, way: Way) -> None:
        """Draw it in another way; what was drawn so far is taken over as far as it can be."""
        self.way = way
        self.is_drawn = False
        self._show_parts()

    def set_sketch(self, sketch: Sketch, *, is_drawn: bool) -> None:
        """Follow what is drawn.  is_drawn: the drawing is finished."""
        self.sketch, self.is_drawn = sketch, is_drawn
        self._show_parts()

    def _ways(self) -> tuple[Way, ...]:
        """Return the ways in which what is chosen may be drawn, the first as it is offered."""
        category = self.tiles.chosen()
        return ways_of(self.fields.theme.category(category).drawn if category else DRAWN)

    @property
    def is_drawn_otherwise(self) -> bool:
        """Whether what was drawn is nothing that the category may be."""
        return self.place is None and self.has_place and self.way not in self._ways()

    def _draw_anew(self) -> None:
        """Begin to draw it as it may be drawn."""
        self.category.set_error("")
        self.where.way_chosen.emit(self._ways()[0])

    def say_drawn_otherwise(self) -> None:
        """Say beside the category that it is drawn otherwise, and offer to."""
        words = {
            "point": (_("This is put on the map as a point."), _("Put a point")),
            "line": (_("This is drawn as a path."), _("Draw a path")),
            "zone": (_("This is drawn as a zone."), _("Draw a zone")),
        }
        told, deed = words[self._ways()[0]]
        self.category.set_error(told)
        self.anew.setText(deed)
        self.anew.show()

    def _show_parts(self) -> None:
        has_place, is_shape = self.has_place, self.way != "point"
        self.where.setVisible(not has_place)
        self.where.ways.allow([kind for kind in DRAWN if kind in self._ways()])
        self.where.show_way(self.way, self.sketch)
        self.anew.hide()
        if has_place:
            self.where.finish.hide()
        self._what.setVisible(has_place)
        self.save.setVisible(has_place)
        self._drawn.setVisible(is_shape)
        if is_shape and self.sketch is not None and has_place:
            self.mend.look(self.sketch)
            self.measured.say(self.sketch, is_sound=self.mend.mending is None)
        self._show_step()
        self.fields_changed.emit()

    def focus_next(self, *, by_keys: bool = True) -> None:
        """Put the focus on what is to be filled in next.

        by_keys: somebody works without a mouse.  Else the tiles are passed over: the ring around
        the first of them would look like a choice that nobody made.
        """
        if not self.has_place:
            return
        if by_keys and not self.tiles.chosen():
            self.tiles.tiles[0].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.name.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_step(self) -> None:
        if not self.has_place:
            self.steps.set_step(0)
        elif self.tiles.chosen() and self.name.text().strip():
            self.steps.set_step(2)
        else:
            self.steps.set_step(1)

    def choose_category(self, category: str) -> None:
        """Ask what is asked about a category, and let it be drawn as it may be."""
        self.tiles.choose(category)
        self.category.set_error("")
        self.fields.show_category(category)
        self.extras.show_category(category)
        if not self.has_place and self.way not in self._ways():
            self.where.way_chosen.emit(self._ways()[0])
        self._show_parts()
        if self.is_drawn_otherwise:
            self.say_drawn_otherwise()

    def _on_category(self, category: str) -> None:
        self.choose_category(category)
        self.category_chosen.emit(category)
        if not self.name.text():
            self.name.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_name(self) -> None:
        self.name_row.set_error("")
        self._show_step()
        self.fields_changed.emit()

    # --- as a panel ----------------------------------------------------------------------

    def leave(self) -> None:
        self.given_up.emit()

    def first_focus(self) -> QWidget | None:
        if not self.has_place:
            return self.where.first_focus()
        return self.name

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tiles.fit_columns(self.width() - 32)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submit()
            return
        super().keyPressEvent(event)


def column(widget: QWidget) -> QVBoxLayout:
    """Return a column without margins for a part of a panel."""
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(12)
    return layout


def split_tags(text: str) -> tuple[str, ...]:
    """Return the keywords of 'shade, bench; free' without doubles, in order."""
    words = (word.strip().lstrip("#") for word in text.replace(";", ",").split(","))
    return tuple(dict.fromkeys(word for word in words if word))
