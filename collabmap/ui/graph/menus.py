"""What opens under the buttons of the graph: how many steps, which kinds of link and states."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from collabmap.app.words import _, format_number
from collabmap.domain.feature import FeatureState
from collabmap.domain.graph_scope import EVERYTHING, MOST_STEPS
from collabmap.ui.widgets.place_model import state_words
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


def steps_words(steps: int) -> str:
    """Return what the button says."""
    if steps == EVERYTHING:
        return _("All links")
    return _("Steps: {count}").format(count=format_number(steps))


def open_steps(
    window: "MainWindow", anchor: QWidget, now: int, choose: Callable[[int], object]
) -> Popover:
    """Ask how far around the one in the middle is shown."""
    popover = Popover(window, _("Steps"), width_px=280)
    says = {
        1: _("What it is linked with"),
        2: _("And what that is linked with"),
        3: _("One step further"),
        EVERYTHING: _("All links of the map"),
    }
    for steps in (*range(1, MOST_STEPS + 1), EVERYTHING):
        words = says[steps]
        row = MenuRow(f"{format_number(steps)}  {words}" if steps else words)
        row.setCheckable(True)
        row.setChecked(steps == now)
        row.clicked.connect(lambda _checked, chosen=steps: choose(chosen))
        popover.add(row)
    popover.open_under(anchor)
    return popover


def open_kinds(
    window: "MainWindow",
    anchor: QWidget,
    kinds: Iterable[tuple[str, str, int]],
    states: Iterable[tuple[FeatureState, int]],
    hidden: tuple[frozenset[str], frozenset[FeatureState]],
    choose: Callable[[frozenset[str], frozenset[FeatureState]], object],
) -> Popover:
    """Ask which kinds of link and which states are shown.

    kinds: (id, words, how many).  states: (state, how many).  hidden: those not shown now.
    """
    popover = Popover(window, _("Kinds of link"), width_px=300)
    no_kinds, no_states = set(hidden[0]), set(hidden[1])

    def add(words: str, count: int, key: object, left_out: set[object]) -> None:
        row = MenuRow(f"{words}  ·  {format_number(count)}")
        row.setCheckable(True)
        row.setChecked(key not in left_out)

        def toggled(is_on: bool) -> None:
            (left_out.discard if is_on else left_out.add)(key)
            choose(frozenset(no_kinds), frozenset(no_states))

        row.toggled.connect(toggled)
        popover.add(row, closes=False)

    popover.body.addWidget(_heading(_("Kinds of link")))
    for type_, words, count in kinds:
        add(words, count, type_, no_kinds)  # type: ignore[arg-type]
    popover.body.addWidget(_heading(_("State")))
    for state, count in states:
        add(state_words(state, disagreement=False), count, state, no_states)  # type: ignore[arg-type]
    popover.open_under(anchor)
    return popover


def _heading(words: str) -> QWidget:
    label = Text(words, "label")
    label.setContentsMargins(12, 8, 12, 4)
    return label
