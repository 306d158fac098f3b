"""What shows one thing to decide: a card at the right of the map, or cards above it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from collabmap.app.session import Session
from collabmap.domain.effect import Effect

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class Decision(NamedTuple):
    """What was decided of the item shown; the panel writes it while the next one is shown.

    is_settled: the item leaves the queue; False: it waits on, as after a question.
    said: told once it is written, '' for nothing.
    """

    work: Callable[[Session], Effect]
    is_settled: bool = True
    said: str = ""


class ReviewFace(QWidget):
    """A face shows one item at a time, and takes the keys that are meant for it.

    is_above_map: it lies above the map instead of at its right.  digits_decide: a digit is a
    decision, not a choice that is accepted later.
    decided: a Decision.  offers_changed: what offers() says is otherwise now.  left: a question
    that the face itself had asked is closed, so the keyboard goes back to the queue.  photo_opened:
    a Photo to be seen large.
    """

    is_above_map = False
    digits_decide = False
    decided = Signal(object)
    offers_changed = Signal()
    left = Signal()
    photo_opened = Signal(object)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self.main = window

    @property
    def is_writing(self) -> bool:
        """Whether somebody writes here: what changes elsewhere must wait until that is done."""
        return False

    def show_item(self, item: Any) -> None:
        """Show another item, nothing chosen yet: a ReviewItem, or what else the face is for."""

    def show_on_map(self, item: Any) -> None:
        """Show on the map what is decided; None: nothing any more."""

    def offers(self) -> frozenset[str]:
        """Return the names of the actions of ReviewKeys that can be done now."""
        return frozenset()

    def do(self, name: str) -> None:
        """Do one of the actions offered."""

    def took_escape(self) -> bool:
        """Close what the face has opened over itself; False: there was nothing."""
        return False
