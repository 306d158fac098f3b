"""The spots by which a plan is placed: numbered lines, how far off each is, and a way out."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, format_number
from collabmap.domain.georeference import Fit
from collabmap.ui.widgets.buttons import Button, IconButton
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.text import Text


class SpotList(QWidget):
    """shown: show the spot of that rank, from 0.  removed: take it away.

    Few lines, each with its buttons: nobody places a plan by a hundred spots.
    """

    shown = Signal(int)
    removed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._rows: list[QWidget] = []
        self.offs: list[Text] = []
        self.removers: list[IconButton] = []

    def set_spots(self, count: int, fit: Fit | None) -> None:
        """Show so many spots, and how far off they are where that is known."""
        had_focus = any(button.hasFocus() for button in self.removers)
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows, self.offs, self.removers = [], [], []
        for rank in range(count):
            self._layout.addWidget(self._row(rank, fit))
        self.updateGeometry()
        if had_focus and self.removers:
            self.removers[-1].setFocus()

    def _row(self, rank: int, fit: Fit | None) -> QWidget:
        row = Ground("card")
        layout = QHBoxLayout(row)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        name = _("Spot {number}").format(number=rank + 1)
        go = Button(name, "quiet", height_px=40)
        go.setToolTip(_("Show this spot on the picture and on the map"))
        go.clicked.connect(partial(self._on_go, rank))
        layout.addWidget(go)
        is_worst = fit is not None and fit.worst == rank
        off = Text(off_words(fit, rank), "error" if is_worst else "muted", wrap=True)
        layout.addWidget(off, 1)
        remove = IconButton(
            "delete-outline", _("Remove spot {number}").format(number=rank + 1), side_px=40
        )
        remove.clicked.connect(partial(self._on_remove, rank))
        layout.addWidget(remove)
        self._rows.append(row)
        self.offs.append(off)
        self.removers.append(remove)
        return row

    def _on_go(self, rank: int, _checked: bool = False) -> None:
        self.shown.emit(rank)

    def _on_remove(self, rank: int, _checked: bool = False) -> None:
        self.removed.emit(rank)


def off_words(fit: Fit | None, rank: int) -> str:
    """Return how far off a spot is; '' where nothing can be said: three spots always fit."""
    if fit is None or len(fit.residuals_m) <= 3:
        return ""
    return _("{metres} m off").format(metres=_metres(fit.residuals_m[rank]))


def quality_words(count: int, fit: Fit | None) -> tuple[str, str]:
    """Return how well the plan lies and what to do about it; ('', '') while it does not lie."""
    if fit is None:
        return "", ""
    if count <= 3:
        return (
            _("The plan lies over the map"),
            _("Three spots always fit. A fourth one shows whether it lies right."),
        )
    title = _("On average {metres} m off").format(metres=_metres(fit.rms_m))
    if fit.worst is not None:
        words = _("Look at spot {number} again: without it the others fit much better.")
        return title, words.format(number=fit.worst + 1)
    return title, _("Compare the streets. If they lie side by side, remove a spot and set it anew.")


def _metres(metres: float) -> str:
    return format_number(metres, 1 if metres < 10 else 0)
