"""The resident's panel: add a place, the palette, the search, what is in view, what to send."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from collabmap.app.words import _, ngettext
from collabmap.domain.effect import Effect
from collabmap.domain.feature import FeatureState, Mark, PersonView, PlaceRow
from collabmap.domain.geo import Bbox, LngLat
from collabmap.ui import look
from collabmap.ui.map_search import SHORTEST, MapSearch, go_to
from collabmap.ui.widgets.buttons import Button, IconButton
from collabmap.ui.widgets.note import Empty, Icon
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.place_list import PlaceList
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.search_field import SearchField
from collabmap.ui.widgets.text import Text, separator
from collabmap.ui.widgets.tiles import TileGrid

if TYPE_CHECKING:
    from collabmap.app.place_search import Answer, FoundPlace
    from collabmap.app.reader import Reader
    from collabmap.ui.main_window import MainWindow

LIMIT = 200
# With a filter of state this many of the nearest are looked at.
FILTER_LIMIT = 5000
SEARCH_AFTER_MS = 150
VIEW_AFTER_MS = 120


# Whether a filter lets something through.
Test = Callable[[PlaceRow | Mark], bool]


class Found(NamedTuple):
    """rows: to list.  total: how many match.  hidden: by the filter.  guess: a better word."""

    rows: list[PlaceRow]
    total: int
    hidden: int
    guess: str


class SendFoot(QWidget):
    """How many places wait on this computer, and the button that sends them."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._title = Text("", "strong")
        self._second = Text("", "second")
        self.button = Button.of(window.actions_table["send"], text=_("Send"), icon="")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._second)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(Icon("send", "primary", side_px=20))
        layout.addLayout(words, 1)
        layout.addWidget(self.button)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        if count:
            words = ngettext("{count} place to send", "{count} places to send", count)
            self._title.setText(words.format(count=count))
            kept = ngettext("kept on this computer", "kept on this computer", count)
            self._second.setText(kept)
        else:
            self._title.setText(_("Nothing to send"))
            self._second.setText(_("New places will wait here"))
        self.setAccessibleName(f"{self._title.text()}, {self._second.text()}")


class BrowsePanel(Panel):
    """The first panel of Contribute."""

    opens_places = True

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAccessibleName(_("Places"))
        self._state: FeatureState | str = ""
        self._on_map: Answer | None = None
        self._here: Found | None = None
        self._then: Callable[[], None] | None = None
        self._has_pin = False
        self._map_search = MapSearch(window, self, "search")
        self._map_search.answered.connect(self._on_found_on_map)
        self.head.setContentsMargins(0, 14, 0, 0)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self._build_adding()
        self._build_list()
        self.foot_row = SendFoot(window)
        self.foot.addWidget(separator())
        self.foot.setContentsMargins(16, 0, 16, 14)
        self.foot.addWidget(self.foot_row)

        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.reload)
        window.map.view_changed.connect(self._on_view)
        window.map.mark_hovered.connect(self.list.light)
        window.map.empty_clicked.connect(self._take_pin_away)
        window.panel_host.changed.connect(self._on_panel)
        window.effects_arrived.connect(self._on_effect)
        window.person_changed.connect(self._on_person)
        window.unsent_changed.connect(self.foot_row.set_count)
        self.foot_row.set_count(window.unsent)
        self._on_person()

    # --- building ------------------------------------------------------------------------

    def _build_adding(self) -> None:
        self.add = Button.of(self.main.actions_table["add_place"], "primary", height_px=58)
        self.palette_label = Text(_("or choose right away:"), "muted")
        self.tiles = TileGrid(self.main.theme)
        self.tiles.picked.connect(self.main.commands.add_place)
        self.search = SearchField(_("Search a place, a street…"))
        self.search.textChanged.connect(self._on_search)
        self.search.returnPressed.connect(self._open_first)
        self.search.left_downwards.connect(self._enter_list)
        self.search.entered.connect(self._map_search.prepare)
        column = QVBoxLayout()
        column.setContentsMargins(16, 0, 16, 0)
        column.setSpacing(9)
        for part in (self.add, self.palette_label, self.tiles, self.search):
            column.addWidget(part)
        self.body.addLayout(column)

    def _build_list(self) -> None:
        self.title = Text(_("In view"), "label")
        self.count = Text("", "muted")
        self.filter = IconButton("filter-variant", _("Filter the list"), side_px=36)
        self.filter.clicked.connect(self._open_filter)
        row = QHBoxLayout()
        row.setContentsMargins(16, 5, 8, 1)
        row.setSpacing(4)
        row.addWidget(self.title, 1)
        row.addWidget(self.count)
        row.addWidget(self.filter)
        self.body.addLayout(row)
        self.list = PlaceList(self.main.theme, name=_("Places in view"))
        self.list.opened.connect(self.main.commands.open_place)
        self.list.picked.connect(self._go_to)
        self.list.left_upwards.connect(self.search.setFocus)
        self.list.lit_changed.connect(self.main.map.hover)
        self.empty = Empty()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.empty)
        self.stack.setMinimumHeight(look.px(116))
        self.body.addWidget(self.stack, 1)
        # Beside what was found on the map: the places of the project may be meant all the same.
        self.guess = Button("", "quiet", icon="magnify", height_px=40)
        self.guess.clicked.connect(lambda: self._search(str(self.guess.property("guess"))))
        self.guess.hide()
        self.body.addWidget(self.guess)

    # --- what is listed ------------------------------------------------------------------

    def reload(self) -> None:
        """Ask for the rows again, for the view, the search and the filter of now."""
        window = self.main
        if window.lanes is None or not self.isVisible():
            return
        text = self.search.text().strip()
        bbox = None if text else window.map.bbox()
        near = window.map.centre()
        test = self._test()
        window.tasks.read(
            lambda reader: find(reader, bbox, text, near, test),
            self._on_found,
            owner=self,
            key="browse",
        )

    def _on_search(self) -> None:
        text = self.search.text().strip()
        self._here = self._on_map = self._then = None
        self._map_search.ask(text)
        # In a low window what was found lies below the palette.
        if text:
            self.scroller.ensureWidgetVisible(self.stack, 0, 0)
        else:
            self._take_pin_away()
        if len(text) < SHORTEST:
            # Nothing will come for so little: what longer words found must not stay.
            self.list.set_found(())
        self._reload_after(SEARCH_AFTER_MS)

    def _reload_after(self, milliseconds: int) -> None:
        self._timer.start(milliseconds)

    def _test(self) -> Test | None:
        state, person = self._state, self.main.person
        if state == "":
            return None
        if state == "yours":
            return lambda row: person is not None and row.author == person.id
        if state == "disagreement":
            return lambda row: row.disagreement
        if state == FeatureState.ACCEPTED:
            return lambda row: row.state is FeatureState.ACCEPTED
        return lambda row: row.state is not FeatureState.ACCEPTED

    def _on_found(self, found: Found) -> None:
        rows = found.rows
        newest = self.main.newest
        rows.sort(key=lambda row: (row.id != newest, row.distance_m))
        person = self.main.person
        self._here = found
        self.list.set_rows(rows, person.id if person else None)
        self._show_found()

    def _on_found_on_map(self, answer: "Answer") -> None:
        self._on_map = answer
        self.list.set_found(answer.found)
        self._show_found()

    @property
    def _is_answered(self) -> bool:
        """Whether all that was asked for the words of now has been answered."""
        is_asked_map = len(self.search.text().strip()) >= SHORTEST
        return self._here is not None and (self._on_map is not None or not is_asked_map)

    def _when_answered(self, act: Callable[[], None]) -> None:
        """Act on what the words find, not on what stood there before they were typed."""
        self._then = None
        if self._is_answered:
            act()
        else:
            self._then = act

    def _show_found(self) -> None:
        """Show the list, or why it is empty once both answers are there."""
        here, text = self._here, self.search.text().strip()
        if here is None or (not self._is_answered and not here.rows):
            return
        on_map = self._on_map.found if self._on_map is not None and len(text) >= SHORTEST else ()
        self.title.setText(_("Found") if text else _("In view"))
        count = here.total + len(on_map)
        words = (
            ngettext("{count} result", "{count} results", count)
            if on_map
            else ngettext("{count} place", "{count} places", count)
        )
        self.count.setText(words.format(count=count))
        self._offer_guess(here.guess if on_map else "")
        if here.rows or on_map:
            self.stack.setCurrentWidget(self.list)
        else:
            guess = here.guess or (self._on_map.guess if self._on_map is not None else "")
            self._say_why_empty(here._replace(guess=guess), text)
            self.stack.setCurrentWidget(self.empty)
        if self._then is not None and self._is_answered:
            self._when_answered(self._then)

    def _offer_guess(self, guess: str) -> None:
        self.guess.setText(_("Did you mean “{guess}”?").format(guess=guess))
        self.guess.setProperty("guess", guess)
        self.guess.setVisible(bool(guess))

    def _say_why_empty(self, found: Found, text: str) -> None:
        if found.hidden:
            title = ngettext(
                "{count} place is hidden by the filter.",
                "{count} places are hidden by the filter.",
                found.hidden,
            ).format(count=found.hidden)
            self.empty.say("filter-variant", title, "", ("", _("Show all"), self._show_all))
        elif text and found.guess:
            guess = found.guess
            self.empty.say(
                "magnify-close",
                _("Nothing for “{text}”").format(text=text),
                _("Did you mean “{guess}”?").format(guess=guess),
                ("", _("Search “{guess}”").format(guess=guess), lambda: self._search(guess)),
            )
        elif text:
            self.empty.say(
                "magnify-close",
                _("Nothing for “{text}”").format(text=text),
                _("Try another word, or fewer letters."),
                ("", _("Show all"), self._show_all),
            )
        else:
            self.empty.say("map-marker-plus", _("No place here yet"), _("Yours will be the first."))

    def _search(self, text: str) -> None:
        self.search.setText(text)
        self.search.setFocus()

    def _show_all(self) -> None:
        self.search.clear()
        self._set_filter("")

    def _open_first(self) -> None:
        self._when_answered(lambda: self.list.open_row(0))

    def _enter_list(self) -> None:
        self._when_answered(self._focus_list)

    def _focus_list(self) -> None:
        if self.stack.currentWidget() is self.list:
            self.list.setFocus(Qt.FocusReason.TabFocusReason)

    def _go_to(self, found: "FoundPlace") -> None:
        self._has_pin = True
        go_to(self.main, found)

    def _on_panel(self, _name: str, panel: Panel) -> None:
        # A card shows a pin of its own.
        if panel is not self:
            self._take_pin_away()

    def _take_pin_away(self) -> None:
        """Take away the pin of what was found; that of a form or a card is not ours."""
        if self._has_pin and self.main.placing.form is None:
            self.main.map.show_pin(None)
        self._has_pin = False

    # --- the filter ----------------------------------------------------------------------

    def _open_filter(self) -> None:
        popover = Popover(self.main, _("Filter the list"), width_px=240)
        rows: list[tuple[str, FeatureState | str, str]] = [
            (_("All places"), "", "map-marker-multiple-outline"),
            (_("Yours"), "yours", "account"),
            (_("Awaiting review"), FeatureState.PENDING, "clock-outline"),
            (_("Reviewed"), FeatureState.ACCEPTED, "check-bold"),
        ]
        if self.main.is_coordinator:
            rows.append((_("Disagreements"), "disagreement", "not-equal-variant"))
        for words, state, icon in rows:
            row = MenuRow(words, icon)
            row.setCheckable(True)
            row.setChecked(state == self._state)
            row.clicked.connect(lambda _checked, chosen=state: self._set_filter(chosen))
            popover.add(row)
        popover.open_under(self.filter)

    def _set_filter(self, state: FeatureState | str) -> None:
        self._state = state
        self.filter.setCheckable(True)
        self.filter.setChecked(state != "")
        self._fade_others()
        self.reload()

    def _fade_others(self) -> None:
        """Pale the marks on the map that the filter leaves out."""
        test = self._test()
        if test is None or self.main.lanes is None:
            self.main.map.set_faded(None)
            return
        self.main.tasks.read(
            lambda reader: frozenset(mark.id for mark in reader.marks() if test(mark)),
            self.main.map.set_faded,
            owner=self,
            key="fade",
        )

    # --- as a panel ----------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        return self.add if self.add.isEnabled() else self.search

    def entered(self) -> None:
        self._fade_others()
        self._reload_after(0)

    def _on_effect(self, effect: Effect) -> None:
        if not effect.is_empty:
            self._reload_after(0)
            if self._state:
                self._fade_others()

    def _on_view(self, _bbox: Bbox, _zoom: float) -> None:
        self._reload_after(VIEW_AFTER_MS)

    def _on_person(self, _person: PersonView | None = None) -> None:
        can_write = self.main.can_write
        self.tiles.setEnabled(can_write)
        self._reload_after(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tiles.fit_columns(self.width() - 32)


def find(
    reader: "Reader",
    bbox: Bbox | None,
    text: str,
    near: LngLat,
    test: Test | None,
) -> Found:
    """Return what to list; run in a read lane."""
    rows, total = reader.places(bbox, text, near, LIMIT if test is None else FILTER_LIMIT)
    hidden = 0
    if test is not None:
        kept = [row for row in rows if test(row)]
        hidden = total - len(kept) if not kept else 0
        rows, total = kept[:LIMIT], len(kept)
    guess = nearest_word(reader, text) if text and not rows and not hidden else ""
    return Found(rows, total, hidden, guess)


def nearest_word(reader: "Reader", text: str) -> str:
    """Return a word of some place's name that looks like the text, '' if none does."""
    # Imported late: nobody who finds what they look for needs it.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    names, _total = reader.places(limit=FILTER_LIMIT)
    words = sorted({word.lower() for row in names for word in row.name.split() if len(word) > 3})
    close = process.extractOne(
        text.lower(), words, scorer=OSA.normalized_similarity, score_cutoff=0.7
    )
    return close[0] if close is not None else ""
