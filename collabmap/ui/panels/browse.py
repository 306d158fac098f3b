"""The resident's panel: add a place, the palette, the search, what is in view, what to send."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.feature import PersonView
from collabmap.domain.geo import Bbox
from collabmap.domain.map_filter import EMPTY
from collabmap.domain.theme import Theme
from collabmap.ui import look
from collabmap.ui.listing import Listed, Listing
from collabmap.ui.map_search import SHORTEST, MapSearch, go_to
from collabmap.ui.panels.filter_chips import FilterChips, hidden_words
from collabmap.ui.panels.mine_foot import MineFoot
from collabmap.ui.panels.send_foot import SendFoot
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Empty
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.place_list import PlaceList
from collabmap.ui.widgets.search_field import SearchField
from collabmap.ui.widgets.text import Text, separator
from collabmap.ui.widgets.tiles import TileGrid

if TYPE_CHECKING:
    from collabmap.app.place_search import Answer, FoundPlace
    from collabmap.ui.main_window import MainWindow

SEARCH_AFTER_MS = 150
VIEW_AFTER_MS = 120


class BrowsePanel(Panel):
    """The first panel of Contribute."""

    opens_places = True

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAccessibleName(_("Places"))
        self._on_map: Answer | None = None
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
        self.mine = MineFoot(window)
        self.foot.addWidget(self.mine)
        self.mine.follow()
        self.foot.addWidget(separator())
        self.foot.setContentsMargins(16, 0, 16, 14)
        self.foot.addWidget(self.foot_row)

        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.reload)
        window.map.view_changed.connect(self._on_view)
        window.map.mark_hovered.connect(self.list.light)
        window.map.empty_clicked.connect(self._take_pin_away)
        window.panel_host.changed.connect(self._on_panel)
        window.filter.answered.connect(self._on_filter)
        window.filter.sorted.connect(self.reload)
        window.filter.changed.connect(self._follow_filter)
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
        self.filter = Button(_("Filter"), "quiet", icon="filter-variant", height_px=44)
        self.filter.setCheckable(True)
        self.filter.setToolTip(_("Choose what map and list show"))
        self.filter.clicked.connect(self._open_filter)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(8)
        self._heading = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._heading.setSpacing(8)
        self._heading.addWidget(self.title)
        self._heading.addWidget(self.count, 1)
        row.addLayout(self._heading, 1)
        row.addWidget(self.filter)
        self.body.addLayout(row)
        self.chips = FilterChips(self.main, self)
        self.body.addWidget(self.chips)
        self.list = PlaceList(self.main.theme, name=_("Places in view"))
        self.list.opened.connect(self.main.commands.open_place)
        self.list.picked.connect(self._go_to)
        self.list.left_upwards.connect(self.search.setFocus)
        self.list.menu_wanted.connect(self.main.map_menu.open_for)
        self.list.lit_changed.connect(self.main.map.hover)
        self.listing = Listing(self.main, self.list, self)
        self.listing.answered.connect(self._on_listed)
        self.empty = Empty()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.empty)
        self._show_page(self.list)
        self.stack.setMinimumHeight(look.px(116))
        self.body.addWidget(self.stack, 1)
        # Beside what was found on the map: the places of the project may be meant all the same.
        self.guess = Button("", "quiet", icon="magnify", height_px=40)
        self.guess.clicked.connect(lambda: self._search(str(self.guess.property("guess"))))
        self.guess.hide()
        self.body.addWidget(self.guess)

    def follow_theme(self, theme: Theme) -> None:
        """Offer what a coordinator has added meanwhile."""
        self.tiles.set_theme(theme)
        self.tiles.fit_columns(self.width() - 32)

    # --- what is listed ------------------------------------------------------------------

    def reload(self) -> None:
        """Ask for the rows again, for the view, the search and the filter of now."""
        if self.isVisible():
            self.listing.ask(self.search.text().strip())

    def _on_search(self) -> None:
        text = self.search.text().strip()
        self._on_map = self._then = None
        self.listing.forget()
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

    @property
    def _here(self) -> Listed | None:
        """What of the project's places is found by the words of now."""
        here = self.listing.answer
        is_of_now = here is not None and here.question.text == self.search.text().strip()
        return here if is_of_now else None

    def _on_listed(self) -> None:
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
        if here is None or (not self._is_answered and not len(here.rows)):
            return
        on_map = self._on_map.found if self._on_map is not None and len(text) >= SHORTEST else ()
        in_view = _("Needs a look") if here.question.is_everywhere else _("In view")
        self.title.setText(_("Found") if text else in_view)
        count = len(here.rows) + len(on_map)
        words = (
            ngettext("{count} result", "{count} results", count)
            if on_map
            else ngettext("{count} place", "{count} places", count)
        )
        self.count.setText(words.format(count=format_number(count)))
        self._fit_heading()
        self._offer_guess(here.guess if on_map else "")
        # An empty list says it in its own words.
        is_any = bool(len(here.rows) or on_map)
        self.chips.set_hidden(here.hidden if is_any else 0)
        if is_any:
            self._show_page(self.list)
        else:
            guess = here.guess or (self._on_map.guess if self._on_map is not None else "")
            self._say_why_empty(here.hidden, guess, text)
            self._show_page(self.empty)
        if self._then is not None and self._is_answered:
            self._when_answered(self._then)

    def _fit_heading(self) -> None:
        """Put a large number below its words: beside them it would make the panel too wide."""
        parts = (self.title, self.count, self.filter)
        wanted = sum(part.sizeHint().width() for part in parts) + 2 * 8
        is_one_line = wanted <= self.scroller.viewport().width() - 24
        directions = QBoxLayout.Direction
        self._heading.setDirection(
            directions.LeftToRight if is_one_line else directions.TopToBottom
        )
        self._heading.setSpacing(8 if is_one_line else 0)

    def _show_page(self, page: QWidget) -> None:
        """Show the list or what stands in its place, without the room that the other would take."""
        for each in (self.list, self.empty):
            takes_room = each is page
            policy = QSizePolicy.Policy.Preferred if takes_room else QSizePolicy.Policy.Ignored
            each.setSizePolicy(QSizePolicy.Policy.Preferred, policy)
        self.stack.setCurrentWidget(page)

    def _offer_guess(self, guess: str) -> None:
        self.guess.setText(_("Did you mean “{guess}”?").format(guess=guess))
        self.guess.setProperty("guess", guess)
        self.guess.setVisible(bool(guess))

    def _say_why_empty(self, hidden: int, guess: str, text: str) -> None:
        if hidden:
            show_all = ("", _("Show all"), self._show_all)
            self.empty.say("filter-variant", hidden_words(hidden), "", show_all)
        elif text and guess:
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
            columns = self.main.marks.columns
            go = self.main.actions_table["all_places"]
            # Who has lost the places is shown the way back to them.
            there = ("", go.text(), go.trigger) if columns is not None and len(columns) else None
            words = _("Yours will be the first.")
            self.empty.say("map-marker-plus", _("No place here yet"), words, there)

    def _search(self, text: str) -> None:
        self.search.setText(text)
        self.search.setFocus()

    def _show_all(self) -> None:
        self.search.clear()
        self.main.filter.set(EMPTY)

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
        self._follow_filter()
        self.main.open_panel("filter")

    def _follow_filter(self) -> None:
        self.filter.setChecked(not self.main.filter.current.is_empty)

    def _on_filter(self) -> None:
        self._reload_after(0)

    # --- as a panel ----------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        return self.add if self.add.isEnabled() else self.search

    def help_keys(self) -> list[tuple[str, str]]:
        return [
            (_("Letters"), _("in the list: the next name that begins so")),
            (_("Menu key"), _("in the list: what can be done with a place")),
        ]

    def entered(self) -> None:
        self._follow_filter()
        self._reload_after(0)
        if not self.main.filter.current.is_empty:
            # In a low window what the filter lets through lies below the palette.
            QTimer.singleShot(0, self, self._show_list)

    def _show_list(self) -> None:
        # After what brings the focus into view, which may lie above.
        QTimer.singleShot(0, self, lambda: self.scroller.ensureWidgetVisible(self.stack, 0, 0))

    def _on_view(self, _bbox: Bbox, _zoom: float) -> None:
        self._reload_after(VIEW_AFTER_MS)

    def _on_person(self, _person: PersonView | None = None) -> None:
        can_write = self.main.can_write
        self.tiles.setEnabled(can_write)
        self._reload_after(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tiles.fit_columns(self.width() - 32)
        self._fit_heading()
