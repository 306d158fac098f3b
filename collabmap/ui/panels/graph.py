"""The territory as an ecosystem: its links as a graph beside the map, and what they answer."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from collabmap.app.link_words import link_words
from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.ecosystem import Answer
from collabmap.domain.effect import Effect
from collabmap.domain.feature import FeatureState, PlaceView
from collabmap.domain.graph_scope import GraphScope
from collabmap.domain.links import LinkGraph
from collabmap.domain.theme import Nature
from collabmap.ui import look
from collabmap.ui.graph.foot import GraphFoot
from collabmap.ui.graph.legend import NatureChip
from collabmap.ui.graph.link_list import link_lines
from collabmap.ui.graph.menus import open_kinds, open_steps, steps_words
from collabmap.ui.graph.model import GraphModel
from collabmap.ui.graph.page import GraphPage
from collabmap.ui.graph.questions import QuestionsPage
from collabmap.ui.widgets.buttons import Button, IconButton
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.line_list import LineList
from collabmap.ui.widgets.mode_switch import ModeSwitch
from collabmap.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Of the width of the window, the map has the rest.
SHARE = 0.54
PARTS = ("graph", "list", "questions")
# So many kinds of link can be told apart in a menu.
_MOST_KINDS = 30
_ORDER: tuple[Nature, ...] = ("place", "actor", "skill", "idea", "event")


def open_graph(window: "MainWindow", place: bytes | None = None) -> "GraphPanel":
    """Show the graph around a place, or around what is selected on the map."""
    panel = window.panel_host.current
    if not isinstance(panel, GraphPanel):
        selected = place or window.map.selected
        panel = window.open_panel("graph")
        assert isinstance(panel, GraphPanel)
        place = selected
    panel.begin(place)
    return panel


class GraphPanel(Panel):
    """selected: id of the one chosen on map and graph."""

    is_at_right = True

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.tab_words = _("Links")
        self.setAccessibleName(_("Links"))
        self.selected: bytes | None = None
        self._is_listening = self._is_tight = False
        self.page_of_graph = GraphPage(window.theme)
        self.view = self.page_of_graph.view
        self.view.glides = window.map.motion.is_on
        self.model = GraphModel(window, self.view, self)
        self.list = LineList(window.theme, _("Links in view"))
        self.questions = QuestionsPage()
        self.stack = QStackedWidget()
        self._list_page = QWidget()
        around = QVBoxLayout(self._list_page)
        around.setContentsMargins(12, 0, 4, 0)
        around.addWidget(self.list)
        for page in (self.page_of_graph, self._list_page, self.questions):
            self.stack.addWidget(page)
        self.scroller.hide()
        whole = self.layout()
        assert isinstance(whole, QBoxLayout)
        whole.replaceWidget(self.scroller, self.stack)
        whole.setStretchFactor(self.stack, 1)
        self._build_head()
        self.bottom = GraphFoot()
        self.foot.addWidget(self.bottom)
        self.foot.setContentsMargins(16, 10, 16, 12)
        self._connect()

    @property
    def width_px(self) -> int:  # type: ignore[override]
        """Return the width that leaves the map its share, before the text's own scale."""
        return round(SHARE * self.main.width() / look.scale())

    def _build_head(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        self._filters = first
        first.setSpacing(8)
        second.setSpacing(8)
        self.chips: dict[Nature, NatureChip] = {}
        self.legend = legend = Flow(gap=6)
        offered = self.main.theme.offered
        for nature in _ORDER:
            shapes = [category.shape for category in offered if category.nature == nature]
            if shapes:
                chip = NatureChip(nature, Counter(shapes).most_common(1)[0][0])
                chip.toggled.connect(lambda _is_on: self._on_natures())
                self.chips[nature] = chip
                legend.add(chip)
        first.addWidget(legend, 1)
        self.steps = Button("", icon="plus-minus-variant", height_px=36)
        self.steps.clicked.connect(self._on_steps)
        self.kinds = Button(_("Kinds of link"), icon="filter-variant", height_px=36)
        self.kinds.clicked.connect(self._on_kinds)
        first.addWidget(self.steps)
        first.addWidget(self.kinds)
        back = IconButton("arrow-left", _("Back"), side_px=40)
        back.clicked.connect(self.leave)
        self.parts = ModeSwitch()
        self.parts.add("graph", _("Graph"), "graph-outline")
        self.parts.add("list", _("List"), "format-list-bulleted")
        self.parts.add("questions", _("Questions"), "comment-question-outline")
        self.parts.picked.connect(self.show_part)
        self.parts.choose("graph")
        self.centre = Button(_("Put in the middle"), "quiet", height_px=36)
        self.centre.clicked.connect(lambda: self.model.centre(self.selected))
        self.tidy = Button(_("Tidy up"), "quiet", height_px=36)
        self.tidy.clicked.connect(self.model.tidy)
        second.addWidget(back)
        second.addWidget(self.parts)
        second.addStretch(1)
        second.addWidget(self.centre)
        second.addWidget(self.tidy)
        self.head.addLayout(second)
        self.head.addLayout(first)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        parts = [*self.chips.values(), self.steps, self.kinds]
        wanted = sum(part.sizeHint().width() + 8 for part in parts) + 32
        is_tight = wanted > self.width()
        if is_tight != self._is_tight:
            self._is_tight = is_tight
            # Where all cannot stand in one line, the buttons go on where the shapes end.
            for button in (self.steps, self.kinds):
                if is_tight:
                    self.legend.add(button)
                else:
                    self._filters.addWidget(button)
                button.show()

    def _connect(self) -> None:
        window = self.main
        self.model.changed.connect(self._follow)
        self.view.picked.connect(self.select)
        self.view.opened.connect(self._on_opened)
        self.view.hovered_changed.connect(window.map.hover)
        self.list.opened.connect(self.select)
        self.questions.seen.connect(self.show_answer)
        self.questions.linked.connect(self._on_link_answer)
        self.bottom.linked.connect(self._on_add)
        self.bottom.carded.connect(self._on_card)
        self.page_of_graph.note.button.clicked.connect(self._on_note)
        window.effects_arrived.connect(self._on_effect)

    # --- as a panel ----------------------------------------------------------------------------

    def begin(self, place: bytes | None) -> None:
        """Put a place in the middle, None for what has the most links."""
        self.selected = place or self.selected
        if self.selected is not None:
            self.main.map.select(self.selected)
            self._go_there(self.selected)
        self.model.centre(self.selected)

    def entered(self) -> None:
        if not self._is_listening:
            self._is_listening = True
            self.main.map.mark_clicked.connect(self.select)
            self.main.map.selected_changed.connect(self._on_map)
        if self.model.graph is not None:
            # Something may have been linked in the panel that was over this one.
            self.model.read()
            self.main.map.select(self.selected)
        self._read_answers()

    def left(self) -> None:
        if self._is_listening:
            self._is_listening = False
            self.main.map.mark_clicked.disconnect(self.select)
            self.main.map.selected_changed.disconnect(self._on_map)

    def kept(self) -> "Callable[[Panel], None]":
        scope, selected, part = self.model.scope, self.selected, self.stack.currentIndex()

        def give(panel: Panel) -> None:
            if isinstance(panel, GraphPanel):
                panel.take(scope, selected)
                panel.show_part(PARTS[part])

        return give

    def take(self, scope: GraphScope, selected: bytes | None) -> None:
        """Go on where another panel was left."""
        self.selected, self.model.scope = selected, scope
        for nature, chip in self.chips.items():
            chip.blockSignals(True)
            chip.setChecked(nature not in scope.no_natures)
            chip.blockSignals(False)
        self.model.read()

    def first_focus(self) -> QWidget | None:
        return self.view

    def took_escape(self) -> bool:
        if self.part != "graph":
            self.show_part("graph")
            return True
        return False

    def help_keys(self) -> list[tuple[str, str]]:
        return [
            (_("Arrows"), _("Go to the next one that way")),
            (_("Enter"), _("Show what it is linked with")),
            (_("Shift+arrows"), _("Put it elsewhere in the graph")),
            (_("Ctrl+arrows"), _("Move the graph")),
            (_("Home"), _("Show the whole graph")),
        ]

    def show_part(self, name: str) -> None:
        """Show 'graph', 'list' or 'questions'."""
        self.parts.choose(name)
        self.stack.setCurrentIndex(PARTS.index(name))
        if name == "list":
            self._fill_list()

    @property
    def part(self) -> str:
        """Return which of PARTS is in view."""
        return PARTS[self.stack.currentIndex()]

    # --- choosing ------------------------------------------------------------------------------

    def select(self, node: bytes | None) -> None:
        """Choose a place, on the map too; one that the graph does not show comes into it."""
        if node is None and self.part != "graph":
            return
        self.selected = node
        if self.main.map.selected != node:
            self.main.map.select(node)
        if node is not None and node not in self.model.shown.depth:
            self.model.centre(node)
        self.view.select(node)
        self._go_there(node)
        self._follow()

    def _on_map(self, node: bytes | None) -> None:
        if node != self.selected:
            self.select(node)

    def _go_there(self, node: bytes | None) -> None:
        graph = self.model.graph
        end = graph.nodes.get(node) if graph is not None and node is not None else None
        view = self.main.map
        if end is None or end.lng is None or end.lat is None:
            return
        if not view.bbox().contains(end.lng, end.lat):
            view.fly_to(end.lng, end.lat, view.zoom())

    def _on_opened(self, node: bytes) -> None:
        self.select(node)
        self.model.open(node)

    # --- what is shown -------------------------------------------------------------------------

    def _follow(self) -> None:
        """Show what the model shows, and say what cannot be seen."""
        model, graph = self.model, self.model.graph or LinkGraph()
        if self.selected not in graph.nodes and model.graph is not None:
            self.selected = model.scope.middle
            self.main.map.select(self.selected)
        self.view.select(self.selected)
        self.steps.setText(steps_words(model.scope.steps))
        hidden = len(model.scope.no_kinds) + len(model.scope.no_states)
        words = _("Kinds of link")
        self.kinds.setText(f"{words} −{format_number(hidden)}" if hidden else words)
        self.centre.setVisible(self.selected not in (None, model.scope.middle))
        self.tidy.setVisible(model.has_moved or bool(model.scope.opened))
        end = graph.nodes.get(self.selected) if self.selected is not None else None
        others = model.others_of(end.id) if end is not None else []
        self.bottom.show_end(self.main.theme, end, others, can_link=self.main.can_write)
        self._say(graph)
        if self.part == "list":
            self._fill_list()
        said = self.bottom.words.text()
        self.view.setAccessibleDescription(
            _("{name}. {links}. The list shows the same links.").format(
                name=self.bottom.name.text(), links=said
            )
        )

    def _say(self, graph: LinkGraph) -> None:
        note, shown = self.page_of_graph.note, self.model.shown
        if self.model.graph is None:
            note.say("")
        elif not graph.links and not shown.depth:
            note.say(_("No place of this map has a link yet. Choose one on the map to begin."))
        elif shown.hidden and len(shown.depth) <= 1:
            words = ngettext(
                "{count} place is hidden by the filter.",
                "{count} places are hidden by the filter.",
                shown.hidden,
            )
            note.say(words.format(count=format_number(shown.hidden)), _("Show all"))
        elif len(shown.depth) == 1 and not shown.links:
            note.say(_("This place has no link yet. Who runs it? Who uses it?"))
        else:
            note.say("")

    def _fill_list(self) -> None:
        graph = self.model.graph or LinkGraph()
        lines = link_lines(self.main.theme, graph, self.model.shown, self.selected)
        self.list.set_lines(lines)

    def _on_note(self) -> None:
        for chip in self.chips.values():
            chip.blockSignals(True)
            chip.setChecked(True)
            chip.blockSignals(False)
        self.model.hide(natures=(), kinds=(), states=())

    # --- filter --------------------------------------------------------------------------------

    def _on_natures(self) -> None:
        self.model.hide(natures=[n for n, chip in self.chips.items() if not chip.isChecked()])

    def _on_steps(self) -> None:
        open_steps(self.main, self.steps, self.model.scope.steps, self.model.show_steps)

    def _on_kinds(self) -> None:
        graph, scope = self.model.graph or LinkGraph(), self.model.scope
        used = Counter(link.type for link in graph.links)
        order = {kind.id: n for n, kind in enumerate(self.main.theme.link_types)}
        # Those of strangers are of any number.
        most = [type_ for type_, _count in used.most_common(_MOST_KINDS)]
        kinds = [
            (type_, link_words(self.main.theme, type_), used[type_])
            for type_ in sorted(most, key=lambda type_: order.get(type_, len(order)))
        ]
        there = Counter(end.state for end in graph.nodes.values())
        states = [(state, there[state]) for state in FeatureState if there[state]]
        open_kinds(
            self.main,
            self.kinds,
            kinds,
            states,
            (scope.no_kinds, scope.no_states),
            lambda no_kinds, no_states: self.model.hide(kinds=no_kinds, states=no_states),
        )

    # --- questions -----------------------------------------------------------------------------

    def _on_effect(self, effect: Effect) -> None:
        if effect.meta:
            self.view.set_theme(self.main.theme)
        if self.main.panel_host.current is self:
            self._read_answers()

    def _read_answers(self) -> None:
        if self.main.lanes is not None:
            self.main.tasks.read(
                lambda reader: reader.ecosystem(),
                self._on_answers,
                owner=self,
                key="ecosystem",
                is_quiet=True,
            )

    def _on_answers(self, answers: tuple[Answer, ...]) -> None:
        self.parts.segments["questions"].set_count(len(answers))
        self.questions.show_answers(self.main.theme, answers, can_link=self.main.can_write)

    def show_answer(self, answer: Answer) -> None:
        """Show an answer on the map and in the graph, with the link that might be made."""
        self.show_part("graph")
        self.selected = answer.one.id
        if answer.other is not None:
            self.model.propose(answer.one.id, answer.other.id)
        else:
            self.model.centre(answer.one.id)
        self.main.map.select(answer.one.id)
        self._go_there(answer.one.id)

    def _on_link_answer(self, answer: Answer) -> None:
        other = answer.other.id if answer.other is not None else None
        self._link(answer.one.id, other)

    # --- a link --------------------------------------------------------------------------------

    def _on_add(self) -> None:
        if self.selected is not None:
            self._link(self.selected, None)

    def _link(self, one: bytes, other: bytes | None) -> None:
        """Open the panel that makes a link, with the other end chosen where it is known."""

        def ask(place: PlaceView | None) -> None:
            # Imported late, as every panel is: a start must not wait for it.
            from collabmap.ui.panels.link import link_from

            if place is not None:
                panel = link_from(self.main, place)
                if other is not None:
                    panel.choose(other)

        self.main.tasks.read(lambda reader: reader.place(one), ask, owner=self, key="graph-link")

    def _on_card(self) -> None:
        if self.selected is not None:
            # Imported late, as every panel is: a start must not wait for it.
            from collabmap.ui.panels.place_card import PlaceCard

            card = self.main.open_panel("place")
            assert isinstance(card, PlaceCard)
            card.show_place(self.selected)
