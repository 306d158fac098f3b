"""The filter: what to show, chosen from categories, states, people and days, each with a count."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, format_number, language, ngettext
from collabmap.domain.feature import FeatureState
from collabmap.domain.map_filter import EMPTY, Facets, MapFilter
from collabmap.domain.mark_order import Order
from collabmap.ui.filter_words import AWAITING, order_label, state_label, strange_categories
from collabmap.ui.panels.filter_chips import hidden_words
from collabmap.ui.panels.filter_people import PeopleChoice
from collabmap.ui.panels.filter_time import TimeChoice
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.facet_row import (
    FacetRow,
    Picture,
    category_picture,
    icon_picture,
    state_picture,
)
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.search_field import SearchField
from collabmap.ui.widgets.text import Text, separator

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

TEXT_AFTER_MS = 200

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Choice:
    """A row and what it stands for.  toggled: the filter with the choice made or taken back."""

    row: FacetRow
    is_on: Callable[[MapFilter], bool]
    toggled: Callable[[MapFilter, bool], MapFilter]
    count: Callable[[Facets], int]


class FilterPanel(Panel):
    """It follows the filter of the window: what is chosen here shows at once on map and list.

    categories: the row of each, by its id.
    """

    opens_places = True

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._state = window.filter
        self._is_coordinator = window.is_coordinator
        self._choices: list[_Choice] = []
        self.categories: dict[str, FacetRow] = {}
        self._orders: dict[Order, FacetRow] = {}
        self._height_px = 36 if self._is_coordinator else 44
        self.tab_words = _("Filter")
        self.add_title(_("Filter"), back=True)
        self.body.setSpacing(2)
        self.text: SearchField | None = None
        self.care: FacetRow | None = None
        self.people: PeopleChoice | None = None
        self.time: TimeChoice | None = None
        self._build()
        self.body.addStretch(1)
        self._build_foot()
        self._text_timer = QTimer(self, singleShot=True, interval=TEXT_AFTER_MS)
        self._text_timer.timeout.connect(self._take_text)
        self._state.changed.connect(self._follow)
        self._state.sorted.connect(self._follow)
        self._state.answered.connect(self._follow)
        window.person_changed.connect(self._on_person)
        window.theme_changed.connect(self._on_theme)
        self._follow()

    # --- building ------------------------------------------------------------------------

    def _build(self) -> None:
        if self._is_coordinator:
            self.text = SearchField(_("Words of name or description"))
            self.text.setText(self._state.current.text)
            self.text.textChanged.connect(lambda: self._text_timer.start())
            self.body.addWidget(self.text)
            self._build_care()
        self._build_categories()
        self._build_states()
        if self._is_coordinator:
            self.people = PeopleChoice(self.main, self._height_px)
            self._add_section(_("Who"), self.people)
            self.time = TimeChoice(self.main, self._height_px)
            self._add_section(_("When it was added"), self.time)
            self._build_kinds()
        else:
            self._add_section(_("Who"))
            self._add_yours()
        self._add_section(_("Order of the list"))
        for order in Order:
            row = self._orders[order] = FacetRow(
                order_label(order), height_px=self._height_px, is_only=True
            )
            row.clicked.connect(lambda _checked, chosen=order: self._sort(chosen))
            self.body.addWidget(row)

    def _build_foot(self) -> None:
        self.foot.setContentsMargins(16, 0, 16, 14)
        self.foot.addWidget(separator())
        self.total = Text("", "strong")
        self.hidden = Text("", "second", wrap=True)
        self.all = Button(_("Show all"), height_px=44)
        self.all.clicked.connect(self._show_all)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.total)
        words.addWidget(self.hidden)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addLayout(words, 1)
        line.addWidget(self.all)
        self.foot.addLayout(line)

    def _add_section(self, title: str, part: QWidget | None = None) -> None:
        self.body.addSpacing(12)
        self.body.addWidget(Text(title, "label"))
        if part is not None:
            self.body.addWidget(part)

    def _add(
        self,
        text: str,
        picture: Picture,
        is_on: Callable[[MapFilter], bool],
        toggled: Callable[[MapFilter, bool], MapFilter],
        count: Callable[[Facets], int],
        layout: QVBoxLayout | None = None,
    ) -> FacetRow:
        row = FacetRow(text, picture, height_px=self._height_px)
        choice = _Choice(row, is_on, toggled, count)
        row.clicked.connect(
            lambda checked: self._state.set(choice.toggled(self._state.current, checked))
        )
        self._choices.append(choice)
        (self.body if layout is None else layout).addWidget(row)
        return row

    def _build_care(self) -> None:
        self.care = self._add(
            _("Needs a look"),
            icon_picture("alert-circle-outline"),
            lambda wanted: wanted.care,
            lambda wanted, on: replace(wanted, care=on),
            lambda facets: facets.care,
        )

    def _build_categories(self) -> None:
        self._add_section(_("Categories"))
        self._of_categories = QVBoxLayout()
        self._of_categories.setSpacing(2)
        self.body.addLayout(self._of_categories)
        self._fill_categories()

    def _fill_categories(self) -> None:
        """Show what the theme offers now; a row that has the keyboard keeps it."""
        theme, found = self.main.theme, self._state.counts()
        ids = [category.id for category in theme.categories]
        if found is not None:
            # Grey, but there.
            ids += strange_categories(theme, found.categories, self._state.current.categories)
        focused = next((key for key, row in self.categories.items() if row.hasFocus()), "")
        self._choices = [c for c in self._choices if c.row not in self.categories.values()]
        for row in self.categories.values():
            self._of_categories.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.categories = {}
        for category in ids:
            self.categories[category] = self._add(
                theme.category(category).label(language()),
                category_picture(theme, category),
                lambda wanted, c=category: c in wanted.categories,  # type: ignore[misc]
                lambda wanted, on, c=category: replace(  # type: ignore[misc]
                    wanted, categories=_with(wanted.categories, {c}, on)
                ),
                lambda facets, c=category: facets.categories.get(c, 0),  # type: ignore[misc]
                self._of_categories,
            )
        if focused in self.categories:
            self.categories[focused].setFocus(Qt.FocusReason.OtherFocusReason)

    def _build_states(self) -> None:
        self._add_section(_("State"))
        if self._is_coordinator:
            for state in (*sorted(AWAITING, key=list(FeatureState).index), FeatureState.ACCEPTED):
                self._add_state(state_label(state), state, frozenset({state}))
            self._add(
                _("Disagreement"),
                state_picture("disagreement"),
                lambda wanted: wanted.disagreement,
                lambda wanted, on: replace(wanted, disagreement=on),
                lambda facets: facets.disagreements,
            )
        else:
            self._add_state(_("Awaiting review"), FeatureState.PENDING, AWAITING)
            accepted = FeatureState.ACCEPTED
            self._add_state(state_label(accepted), accepted, frozenset({accepted}))

    def _add_state(self, text: str, sign: FeatureState, states: frozenset[FeatureState]) -> None:
        self._add(
            text,
            state_picture(sign.value),
            lambda wanted: states <= wanted.states,
            lambda wanted, on: replace(wanted, states=_with(wanted.states, states, on)),
            lambda facets: sum(facets.states[state] for state in states),
        )

    def _add_yours(self) -> None:
        person = self.main.person
        self._add(
            _("Yours"),
            state_picture("yours"),
            lambda wanted: wanted.yours,
            lambda wanted, on: replace(wanted, yours=on),
            lambda facets: facets.authors.get(person.id, 0) if person is not None else 0,
        )

    def _build_kinds(self) -> None:
        self._add_section(_("Shape"))
        for kind, text, icon in (
            ("place", _("Single places"), "map-marker-outline"),
            ("shape", _("Lines and zones"), "vector-polygon"),
        ):
            self._add(
                text,
                icon_picture(icon),
                lambda wanted, k=kind: k in wanted.kinds,  # type: ignore[misc]
                lambda wanted, on, k=kind: replace(  # type: ignore[misc]
                    wanted, kinds=_with(wanted.kinds, {k}, on)
                ),
                lambda facets, k=kind: facets.kinds[k],  # type: ignore[misc]
            )

    # --- following -----------------------------------------------------------------------

    def _follow(self) -> None:
        """Show what is chosen, and how many places each choice would show."""
        wanted, facets = self._state.current, self._state.counts()
        for choice in self._choices:
            choice.row.setChecked(choice.is_on(wanted))
            if facets is not None:
                choice.row.set_count(choice.count(facets))
        if self.care is not None:
            # Mostly there is none: nobody should wonder what it is.
            self.care.setVisible(wanted.care or bool(self.care.count))
        for order, row in self._orders.items():
            row.setChecked(order is self._state.order)
        self.all.setEnabled(not wanted.is_empty)
        is_typing = self._text_timer.isActive()
        if self.text is not None and not is_typing and wanted.text != self.text.text().strip():
            self.text.setText(wanted.text)
        if facets is not None:
            words = ngettext("{count} place shown", "{count} places shown", facets.total)
            self.total.setText(words.format(count=format_number(facets.total)))
            hidden = facets.whole - facets.total
            self.hidden.setText(hidden_words(hidden) if hidden else _("Nothing is hidden."))

    def _on_theme(self, _theme: object) -> None:
        self._fill_categories()
        self._follow()

    def _take_text(self) -> None:
        if self.text is not None:
            self._state.set(replace(self._state.current, text=self.text.text().strip()))

    def _sort(self, order: Order) -> None:
        self._state.sort(order)
        self._follow()

    def _on_person(self) -> None:
        # Another may choose from more, or from less.
        if self.main.is_coordinator != self._is_coordinator:
            self.leave()

    def _show_all(self) -> None:
        self._text_timer.stop()
        if self.text is not None:
            self.text.clear()
            self._text_timer.stop()
        self._state.set(EMPTY)

    # --- as a panel ----------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        return self.text or (self._choices[0].row if self._choices else None)

    def kept(self) -> "Callable[[Panel], None] | None":
        value = self.scroller.verticalScrollBar().value()

        def give(panel: Panel) -> None:
            panel.scroller.verticalScrollBar().setValue(value)

        return give


def _with(before: frozenset[T], choices: AbstractSet[T], is_on: bool) -> frozenset[T]:
    """Return the choices with some more, or without them."""
    return before | choices if is_on else before - choices
