"""What a new field holds: its type, which never changes once it is saved."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.domain.theme import FieldType
from collabmap.ui import look
from collabmap.ui.panels.part_page import Page
from collabmap.ui.theme_words import TYPES
from collabmap.ui.widgets.buttons import IconButton
from collabmap.ui.widgets.choice_card import WayCard
from collabmap.ui.widgets.text import Text

_TWO_PX = 520


class TypePage(Page):
    """picked: the type.  left: none is wanted."""

    picked = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout()
        row.setSpacing(6)
        back = IconButton("arrow-left", _("Back"), side_px=40)
        back.clicked.connect(self.left)
        row.addWidget(back)
        row.addWidget(Text(_("What do you want to know?"), "title", wrap=True), 1)
        self.head.addLayout(row)
        words = _(
            "The kind of answer cannot be changed later: for another kind, add another field."
        )
        self.column.addWidget(Text(words, "muted", wrap=True))
        holder = QWidget()
        self._grid = QGridLayout(holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self.column.addWidget(holder)
        self.column.addStretch(1)
        self.cards: dict[FieldType, WayCard] = {}
        for type_, (icon, name, about) in TYPES.items():
            card = WayCard(icon, _(name), _(about))
            card.clicked.connect(lambda _on=False, chosen=type_: self.picked.emit(chosen))
            self.cards[type_] = card
        self._columns = 0
        self._place()

    def _place(self) -> None:
        columns = 2 if self.width() >= look.px(_TWO_PX) else 1
        if columns == self._columns:
            return
        self._columns = columns
        for rank, card in enumerate(self.cards.values()):
            self._grid.addWidget(card, rank // columns, rank % columns)

    def focus_first(self) -> None:
        """Give the keyboard to the first type."""
        next(iter(self.cards.values())).setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
