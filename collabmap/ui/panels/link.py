"""Linking a place to another one: which, by a click on the map or a search; and how.

Two clicks from "Add a link" to done: on the other place, and on the sentence that says it.
"""

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app.link_words import Way, used_by, ways
from collabmap.app.words import _, format_distance, language
from collabmap.domain.effect import Effect
from collabmap.domain.feature import FeatureState, PlaceRow, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.links import LinkRow
from collabmap.ui import look
from collabmap.ui.map.pick_tool import PickTool
from collabmap.ui.map_hint import MapHint
from collabmap.ui.panels.form_values import FormValues
from collabmap.ui.panels.link_sentences import LinkSentences
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import Labelled
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.row_list import ROW_PX, Row, RowList
from collabmap.ui.widgets.search_field import SearchField
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.ui.main_window import MainWindow

_ASK_AFTER_MS = 120
_ROWS = 30
# Of a list that nobody has searched in: those near are the likeliest.
_NEAR_ROWS = 6


def link_from(window: "MainWindow", place: PlaceView) -> "LinkPanel":
    """Ask what a place is to be linked with."""
    panel = window.open_panel("link")
    assert isinstance(panel, LinkPanel)
    panel.show_place(place)
    return panel


class Both(NamedTuple):
    """other: None where it is not on the map any more.  ways: the likeliest first."""

    other: PlaceView | None
    ways: list[Way]
    there: tuple[LinkRow, ...]


class LinkPanel(Panel):
    """place: the one to link.  other: the one it is linked with, None while that is not chosen."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.place: PlaceView | None = None
        self.other: PlaceView | None = None
        self._awaits_new = False
        self._tool: PickTool | None = None
        self._hint = MapHint(window)
        self.title = self.add_title(_("Add a link"), back=True)
        self.from_words = Text("", "muted", wrap=True)
        self.head.addWidget(self.from_words)
        self._build_which()
        self.sentences = LinkSentences()
        self.sentences.chosen.connect(self._on_chosen)
        self.sentences.another.connect(self._on_another)
        self.body.addWidget(self.sentences)
        self.body.addStretch(1)
        self._build_foot()
        self._soon = QTimer(self, singleShot=True, interval=_ASK_AFTER_MS)
        self._soon.timeout.connect(self._search)
        window.placing.added.connect(self._on_added)
        window.effects_arrived.connect(self._on_effect)
        self._show_step()

    def _build_which(self) -> None:
        self._which = QWidget()
        layout = QVBoxLayout(self._which)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        self.note = Note(
            _("Or search for it below."),
            title=_("Click the other place on the map"),
            icon="cursor-default-click-outline",
        )
        layout.addWidget(self.note)
        self.field = SearchField(_("Name of a place, a person, a skill, an idea…"))
        self.field.textChanged.connect(lambda _text: self._soon.start())
        self.field.returnPressed.connect(self._on_enter)
        self.field.left_downwards.connect(self._enter_list)
        layout.addWidget(Labelled(_("With what?"), self.field))
        self.list = RowList(self.main.theme, _("Places that it can be linked with"), grows=True)
        self.list.opened.connect(self.choose)
        self.list.lit_changed.connect(self.main.map.hover)
        layout.addWidget(self.list)
        self.nothing = Text("", "muted", wrap=True)
        layout.addWidget(self.nothing)
        self.body.addWidget(self._which)

    def _build_foot(self) -> None:
        self.new = Button(_("It is not on the map yet: add it"), icon="map-marker-plus")
        self.new.clicked.connect(self._on_new)
        self.foot.addWidget(self.new)

    # --- which other one ---------------------------------------------------------------------

    def show_place(self, place: PlaceView) -> None:
        """Begin with one end of the link."""
        self.place, self.other = place, None
        self._show_step()
        self._search()
        self.entered()

    def _show_step(self) -> None:
        place, other = self.place, self.other
        name = (place.name or _("(removed)")) if place is not None else ""
        self.from_words.setText(_("From “{name}”").format(name=name))
        self.from_words.setVisible(other is None)
        self.title.setText(
            _("Add a link") if other is None else _("What does one do for the other?")
        )
        self._which.setVisible(other is None)
        self.new.setVisible(other is None)
        self.sentences.setVisible(other is not None)

    def _search(self) -> None:
        place = self.place
        if place is None or self.main.lanes is None:
            return
        text, near = self.field.text().strip(), LngLat(place.lng, place.lat)
        limit = _ROWS if text else _NEAR_ROWS + 1
        self.main.tasks.read(
            lambda reader: (text, reader.places(None, text, near, limit)[0]),
            self._on_found,
            owner=self,
            key="link-search",
        )

    def _on_found(self, answer: tuple[str, list[PlaceRow]]) -> None:
        text, found = answer
        if text != self.field.text().strip() or self.place is None:
            return
        here = self.place.id
        others = [row for row in found if row.id != here]
        self.list.set_rows([self._row(row) for row in others])
        self.list.setFixedHeight(look.px(ROW_PX) * len(others))
        words = _("Nothing for “{text}”").format(text=text) if text and not others else ""
        self.nothing.setText(words)
        self.nothing.setVisible(bool(words))

    def _row(self, row: PlaceRow) -> Row:
        category = self.main.theme.category(row.category).label(language())
        far = format_distance(row.distance_m) if row.is_placed else ""
        return Row(row.id, row.category, row.name, category, far, row.state)

    def _on_enter(self) -> None:
        if self.list.rows:
            self.choose(self.list.rows[0].id)

    def _enter_list(self) -> None:
        if self.list.rows:
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
            self.list.setCurrentIndex(self.list.model_of_rows.index(0))

    def choose(self, other: bytes) -> None:
        """Take the other end; what one does for the other is asked next."""
        place = self.place
        if place is None:
            return
        if other == place.id:
            self.main.messages.info(
                _("That is “{name}” itself").format(name=place.name),
                _("Click the other place, the one it has to do with."),
            )
            return
        theme = self.main.theme

        def read(reader: "Reader") -> Both:
            found = reader.place(other)
            if found is None or found.state == FeatureState.REJECTED:
                return Both(None, [], ())
            used = used_by(theme, reader.link_graph())
            there = reader.links(found.id)
            return Both(found, ways(theme, place.category, found.category, used), there)

        self.main.tasks.read(read, self._on_both, owner=self, key="link-both")

    def _on_both(self, both: Both) -> None:
        if self.place is None or both.other is None:
            return
        self.other = both.other
        self._put_tool_away()
        self._show_step()
        there = {(row.source, row.target, row.type) for row in both.there}
        self.sentences.show_ways(self.place, both.other, both.ways, there)
        self.main.body.show_tab("panel")
        self.sentences.focus_first()

    def _on_another(self) -> None:
        self.other = None
        self._show_step()
        self.entered()

    # --- one that is not on the map yet ------------------------------------------------------

    def _on_new(self) -> None:
        self._awaits_new = True
        self.main.placing.begin_with(FormValues(name=self.field.text().strip()))

    def _on_added(self, feature: bytes) -> None:
        if self._awaits_new:
            self._awaits_new = False
            self.choose(feature)

    # --- how ---------------------------------------------------------------------------------

    def _on_chosen(self, way: Way) -> None:
        place, other = self.place, self.other
        if place is None or other is None:
            return
        source, target = (other, place) if way.is_back else (place, other)
        self.sentences.setEnabled(False)
        self.main.tasks.write(
            lambda session: session.add_link(source, target.id, way.kind.id),
            lambda _effect: self._on_linked(source, target, way),
            self._on_refused,
        )

    def _on_refused(self, error: object) -> None:
        if isValid(self):
            self.sentences.setEnabled(True)
        self.main.tasks.failed.emit(error)

    def _on_linked(self, source: PlaceView, target: PlaceView, way: Way) -> None:
        said = _("{one} {verb} {other}").format(
            one=source.name, verb=way.kind.label(language()), other=target.name
        )
        # Whoever left meanwhile stays where they are.
        if self.main.panel_host.current is self:
            self.main.panel_host.back()
        self.main.messages.done(
            _("Linked: {link}").format(link=said),
            _("You coordinate this map: it is accepted at once.")
            if self.main.is_coordinator
            else _("Kept on this computer. A coordinator will read it once you send it."),
            (_("Undo"), self.main.commands.undo),
        )

    # --- as a panel --------------------------------------------------------------------------

    def entered(self) -> None:
        if self.place is None:
            return
        self.main.map.select(self.place.id)
        if self.other is None and self._tool is None:
            self._tool = PickTool(self.main.map)
            self._tool.picks.picked.connect(self.choose)
            self._tool.picks.missed.connect(self._on_missed)
            self.main.map.set_tool(self._tool)
            self._hint.say(self.note)

    def _on_missed(self) -> None:
        self.main.messages.info(
            _("There is no place there"),
            _("Click a mark. If the place is not on the map yet, you can add it."),
        )

    def left(self) -> None:
        self._put_tool_away()

    def _put_tool_away(self) -> None:
        tool, self._tool = self._tool, None
        self._hint.take_away()
        if tool is not None and self.main.map.tool is tool:
            self.main.map.set_tool(None)

    def took_escape(self) -> bool:
        if self.other is not None:
            self._on_another()
            return True
        return False

    def first_focus(self) -> QWidget | None:
        return self.field

    def help_keys(self) -> list[tuple[str, str]]:
        return [("1 … 9", _("the sentence of that number"))]

    def _on_effect(self, effect: Effect) -> None:
        """Follow what somebody else does to either end."""
        place = self.place
        if place is None or not (effect.features is None or place.id in effect.features):
            return
        self.main.tasks.read(
            lambda reader: reader.place(place.id), self._on_place, owner=self, key="link-place"
        )

    def _on_place(self, place: PlaceView | None) -> None:
        if place is None or place.state == FeatureState.REJECTED:
            if self.main.panel_host.current is self:
                self.main.panel_host.back()
            return
        self.place = place
