"""One place: what is known of it, who says so, and what can be done with it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.care_words import care_words, is_nowhere
from collabmap.app.place_values import value_rows
from collabmap.app.words import _
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PersonView, Photo, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.theme import Theme
from collabmap.errors import CollabMapError
from collabmap.ui import photos_here
from collabmap.ui.panels.photo_page import close_large, show_large
from collabmap.ui.panels.place_links import LinksBlock
from collabmap.ui.panels.place_more import open_more
from collabmap.ui.panels.place_parts import (
    comment_line,
    head_row,
    labelled_row,
    siblings_block,
)
from collabmap.ui.panels.place_photos import Photos
from collabmap.ui.panels.place_readings import readings_block
from collabmap.ui.panels.place_talk import (
    CommentForm,
    QuestionBlock,
    being_typed,
    go_on_typing,
    members_words,
)
from collabmap.ui.panels.place_values import ValuesBlock
from collabmap.ui.panels.place_withdraw import WithdrawRow
from collabmap.ui.shapes_here import is_shape, warm_up
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text, separator

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class PlaceCard(Panel):
    """show_place(id) fills it; it follows what happens to that place afterwards."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.tab_words = _("Card")
        self.feature: bytes | None = None
        self.place: PlaceView | None = None
        self._then: Callable[[], None] | None = None
        self.title = self.add_title("", close=True)
        self._inside: QWidget | None = None
        self.links: LinksBlock | None = None
        self._moving: LngLat | None = None
        self._build_foot()
        window.effects_arrived.connect(self._on_effect)
        window.person_changed.connect(self._on_person)
        window.map.position_moved.connect(self._on_moved)
        window.place_tagging.tagged.connect(self._reload)
        window.words.said.connect(self._reload)

    def _build_foot(self) -> None:
        self.edit = Button(_("Edit"), icon="pencil")
        self.move_button = Button(_("Move"), icon="cursor-move")
        self.delete = Button(_("Delete"), "danger", icon="delete-outline")
        self.edit.clicked.connect(self._on_edit)
        self.move_button.clicked.connect(self._on_move)
        self.delete.clicked.connect(self._on_delete)
        self.more = Button(_("More"), icon="chevron-up")
        self.more.clicked.connect(self._on_more)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(8)
        second.setSpacing(8)
        second.addWidget(self.delete, 1)
        second.addWidget(self.more)
        first.addWidget(self.edit, 1)
        first.addWidget(self.move_button, 1)
        self._usual = QWidget()
        usual = QVBoxLayout(self._usual)
        usual.setContentsMargins(0, 0, 0, 0)
        usual.setSpacing(8)
        self.warning = Text("", "second", wrap=True)
        self.withdraw = WithdrawRow(self.main)
        usual.addWidget(self.warning)
        usual.addLayout(first)
        usual.addLayout(second)
        self.foot.addWidget(self._usual)
        # Only now: without a parent it would be a window of its own for a moment.
        self.more.setVisible(not self.main.event_mode.is_on)

        self._while_moving = QWidget()
        row = QHBoxLayout(self._while_moving)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        cancel = Button(_("Cancel"), height_px=52)
        cancel.clicked.connect(self._stop_moving)
        self.keep = Button(_("Keep it here"), "primary", icon="check-bold", height_px=52)
        self.keep.clicked.connect(self._on_keep)
        row.addWidget(cancel)
        row.addWidget(self.keep, 1)
        self.foot.addWidget(self._while_moving)
        self._while_moving.hide()

    # --- showing -------------------------------------------------------------------------

    def show_place(self, feature: bytes) -> None:
        """Show another place; the map selects it."""
        self._stop_moving()
        close_large(self)
        self._then = None
        self.feature = feature
        self.main.map.select(feature)
        self._reload()

    def when_read(self, act: Callable[[], None]) -> None:
        """Do something with the place that is shown, once it is known."""
        if self.place is not None and self.place.id == self.feature:
            act()
        else:
            self._then = act

    def _reload(self) -> None:
        feature = self.feature
        if feature is None or self.main.lanes is None:
            return
        self.main.tasks.read(
            lambda reader: reader.place(feature), self._on_read, owner=self, key="place"
        )

    def _on_person(self, _person: PersonView | None) -> None:
        self._reload()

    def _on_read(self, place: PlaceView | None) -> None:
        if place is None:
            self.main.commands.clear_selection()
            return
        is_new = self.place is None or self.place.id != place.id
        self.place = place
        name = place.name or _("(removed)")
        self.title.setText(name)
        self.setAccessibleName(name)
        self._fill(place)
        # One whose position was taken out lies nowhere that could be shown.
        is_placed = bool(place.geometry_wkb)
        if is_new and is_placed and not self.main.map.bbox().contains(place.lng, place.lat):
            self.main.map.fly_to(place.lng, place.lat, self.main.map.zoom())
        act, self._then = self._then, None
        if act is not None and place.id == self.feature:
            act()

    def _fill(self, place: PlaceView) -> None:
        typed = being_typed(self)
        if self._inside is not None:
            self.body.removeWidget(self._inside)
            self._inside.hide()
            self._inside.deleteLater()
        self._inside = inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(head_row(place, self.main))
        # What waits is said where the state is; the old card lets go of it before it goes.
        layout.addWidget(self.withdraw)
        # A question stands below, with room for the answer.
        if place.reason and place.reason not in {q.text for q in place.questions}:
            layout.addWidget(
                Note(place.reason, title=_("A coordinator says"), icon="comment-question-outline")
            )
        if place.care:
            layout.addWidget(Note(care_words(place.care), icon="alert", colour="danger"))
        if place.description:
            layout.addWidget(Text(place.description, "body", wrap=True))
        elif "description" in place.removed:
            layout.addWidget(Text(_("(removed)"), "muted"))
        if place.tags:
            layout.addWidget(labelled_row(_("Keywords"), ", ".join(place.tags)))
        if place.contact:
            layout.addWidget(labelled_row(_("Private contact"), place.contact))
        elif place.contact_hidden:
            layout.addWidget(
                labelled_row(_("Private contact"), _("Kept; only coordinators can read it."))
            )
        if rows := value_rows(place, self.main.theme):
            layout.addWidget(ValuesBlock(rows))
        if place.siblings:
            layout.addWidget(siblings_block(place, self.main))
        if members := members_words(place):
            layout.addWidget(Text(members, "second", wrap=True))
        if place.photos:
            layout.addWidget(self._photos(place))
        if self.main.can_write:
            more = Button(_("Add photos"), "quiet", icon="camera-plus", height_px=44, is_flush=True)
            more.clicked.connect(self._choose_photos)
            layout.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        self.links = LinksBlock(self.main, place, self.links)
        layout.addWidget(self.links)
        if (measured := readings_block(self.main, place)) is not None:
            layout.addWidget(measured)
        for question in place.questions:
            layout.addWidget(QuestionBlock(self.main, place, question))
        layout.addWidget(separator())
        for comment in place.comments:
            layout.addWidget(comment_line(comment))
        if self.main.can_write:
            form = CommentForm(self.main, place)
            self.comment, self.comment_button = form.field, form.button
            layout.addWidget(form)
        layout.addStretch(1)
        self.body.addWidget(inside)
        self.withdraw.follow(place)
        self._allow(place)
        go_on_typing(inside, typed)

    # --- photos --------------------------------------------------------------------------

    def _photos(self, place: PlaceView) -> Photos:
        photos = Photos(place.photos, self.main.theme)
        photos.opened.connect(self.show_photo)
        return photos

    def _choose_photos(self) -> None:
        place = self.place
        if place is not None and (paths := photos_here.choose(self.main, self)):
            photos_here.add_to(self.main, place, paths)

    def show_photo(self, photo: Photo) -> None:
        """Show a photo large, in the map's place."""
        assert self.place is not None
        page = show_large(self, self.place.photos, photo, self._may_remove)
        page.removed.connect(self._on_photo_removed)

    def _may_remove(self, photo: Photo) -> bool:
        person = self.main.person
        is_own = person is not None and photo.author == person.id
        return is_own or self.main.is_coordinator

    def _on_photo_removed(self, photo: Photo) -> None:
        place = self.place
        assert place is not None
        close_large(self)
        self.main.tasks.write(
            lambda session: session.remove_photo(place, photo.element),
            lambda _effect: self.main.messages.done(
                _("The photo is taken away"),
                _("It is kept in the history.")
                if self.main.is_coordinator
                else _("If it is somebody else’s, a coordinator will decide."),
            ),
        )

    def took_escape(self) -> bool:
        return close_large(self)

    def _on_more(self) -> None:
        if self.place is not None:
            open_more(self.main, self.place, self.more)

    def _allow(self, place: PlaceView) -> None:
        can_write = self.main.can_write
        for button in (self.edit, self.move_button, self.delete):
            button.setEnabled(can_write)
        is_point = not is_shape(place)
        if not is_point:
            self.main.tasks.beside(warm_up)
        words = _("Move") if is_point else _("Edit the outline")
        if is_nowhere(place.care):
            words = _("Put it in its place")
        elif place.care and not is_point:
            words = _("Draw it anew")
        self.move_button.setText(words)
        self.move_button.set_icon("cursor-move" if is_point else "vector-polyline-edit")
        self.warning.setText(self.main.what_follows(place) if can_write else "")
        self.warning.setVisible(bool(self.warning.text()))

    # --- doing ---------------------------------------------------------------------------

    def _on_edit(self) -> None:
        if self.place is not None:
            self.main.placing.edit(self.place)

    def _on_delete(self) -> None:
        place = self.place
        if place is None:
            return
        self.delete.setEnabled(False)
        self.main.tasks.write(
            lambda session: session.delete(place),
            lambda is_gone: self._on_deleted(place, is_gone),
            self._on_refused,
        )

    def _on_refused(self, error: CollabMapError) -> None:
        self.main.messages.show(error)
        if self.main.panel_host.current is self:
            self.keep.setEnabled(self.is_moving)
            if self.place is not None:
                self._allow(self.place)

    def _on_deleted(self, place: PlaceView, is_gone: bool) -> None:
        # The card may be closed by now, by hand or because its place is gone: the way back is not.
        undo = (_("Undo"), self.main.commands.undo)
        if is_gone:
            if self.main.panel_host.current is self and self.feature == place.id:
                self.main.commands.clear_selection()
            title = _("“{name}” is off the map").format(name=place.name)
            self.main.messages.done(title, _("It is kept in the history."), undo)
        else:
            title = _("You suggest to delete “{name}”").format(name=place.name)
            self.main.messages.done(title, _("A coordinator will decide."), undo)

    # --- moving --------------------------------------------------------------------------

    def _on_move(self) -> None:
        place = self.place
        if place is None:
            return
        if is_shape(place):
            self.main.placing.outlines.edit(place)
            return
        middle = self.main.map.centre() if is_nowhere(place.care) else None
        self._moving = middle or LngLat(place.lng, place.lat)
        self.main.map.show_pin(self._moving, place.category)
        self._usual.hide()
        self._while_moving.show()
        # A place that lies nowhere may be meant to lie right where the pin falls.
        self.keep.setEnabled(is_nowhere(place.care))
        self._moving_note = Note(
            _("Or press the arrow keys. Then keep it here."),
            title=_("Drag the marker to move it"),
            icon="cursor-move",
        )
        self.head.addWidget(self._moving_note)
        self.main.body.show_tab("centre")
        self.main.map.setFocus()

    def _on_moved(self, position: LngLat) -> None:
        if self._moving is not None:
            self._moving = position
            self.keep.setEnabled(True)

    def _on_keep(self) -> None:
        place, position = self.place, self._moving
        if place is None or position is None:
            return
        self.keep.setEnabled(False)
        self.main.tasks.write(
            lambda session: session.edit(place, {"position": position}),
            lambda _effect: self._on_kept(place),
            self._on_refused,
        )

    def _on_kept(self, place: PlaceView) -> None:
        self._stop_moving()
        self.main.messages.done(
            _("“{name}” is moved").format(name=place.name),
            self.main.what_follows(place),
            (_("Undo"), self.main.commands.undo),
        )

    @property
    def is_moving(self) -> bool:
        return self._moving is not None

    def _stop_moving(self) -> None:
        if self._moving is None:
            return
        self._moving = None
        self._moving_note.hide()
        self._moving_note.deleteLater()
        self._while_moving.hide()
        self._usual.show()
        self.main.map.stop_placing()
        self.main.map.select(self.feature)
        self.main.body.show_tab("panel")

    # --- as a panel ----------------------------------------------------------------------

    def leave(self) -> None:
        if self.is_moving:
            self._stop_moving()
        else:
            self.main.commands.clear_selection()

    def first_focus(self) -> QWidget | None:
        return self.edit if self.edit.isEnabled() else None

    def entered(self) -> None:
        if self.feature is not None:
            self.main.map.select(self.feature)
            self._reload()

    def left(self) -> None:
        self._stop_moving()
        close_large(self)

    def follow_theme(self, _theme: Theme) -> None:
        self._reload()

    def _on_effect(self, effect: Effect) -> None:
        if effect.features is None or self.feature in effect.features:
            self._reload()
