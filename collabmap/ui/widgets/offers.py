"""What others wrote, offered under a field: small, and out of the way of the keyboard."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt

from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.flow import Flow

# More would be a second form.
MOST = 3


class Offers(Flow):
    """Chips of values.  taken: called with the value of the one that was clicked."""

    def __init__(self, taken: Callable[[Any], object]) -> None:
        super().__init__(gap=look.px(6))
        self._taken = taken
        self.hide()

    def show_values(self, values: Sequence[Any], words: Sequence[str]) -> None:
        """Offer values, the likeliest first; none hides it."""
        self.clear()
        for value, text in list(zip(values, words, strict=True))[:MOST]:
            chip = Chip(text, _("As other places: {value}").format(value=text))
            # The arrow down does the same; a Tab for each would make a long way of the form.
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.clicked.connect(lambda _on=False, value=value: self._taken(value))
            self.add(chip)
        self.setVisible(bool(values))
