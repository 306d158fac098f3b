"""Under the graph: which one is chosen, what it is linked with, and one link more."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.ecosystem_words import links_words, name_of
from collabmap.app.words import _
from collabmap.domain.links import LinkEnd
from collabmap.domain.theme import Theme
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.marks import MarkImage
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence


class GraphFoot(QWidget):
    """linked: a link is to be added.  carded: the sheet of the chosen one is wanted."""

    linked = Signal()
    carded = Signal()

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self._marks = QHBoxLayout()
        row.addLayout(self._marks)
        column = QVBoxLayout()
        column.setSpacing(2)
        self.name = Text("", "heading", wrap=True)
        self.words = Text("", "muted", wrap=True)
        column.addWidget(self.name)
        column.addWidget(self.words)
        row.addLayout(column, 1)
        self.card = Button(_("Card"), icon="card-text-outline")
        self.card.clicked.connect(self.carded)
        row.addWidget(self.card)
        self.add = Button(_("Add a link"), "primary", icon="link-variant-plus")
        self.add.clicked.connect(self.linked)
        row.addWidget(self.add)
        self._mark: MarkImage | None = None

    def show_end(
        self, theme: Theme, end: LinkEnd | None, others: "Sequence[LinkEnd]", *, can_link: bool
    ) -> None:
        """Say who is chosen and what it is linked with.  end: None for nobody."""
        if self._mark is not None:
            self._marks.removeWidget(self._mark)
            self._mark.hide()
            self._mark.deleteLater()
            self._mark = None
        self.add.setVisible(can_link and end is not None)
        self.card.setVisible(end is not None)
        if end is None:
            self.name.setText(_("Choose a place"))
            self.words.setText(_("On the map, in the graph or in the list."))
            return
        self._mark = MarkImage(theme, end.category, end.state)
        self._marks.addWidget(self._mark)
        name = name_of(end)
        self.name.setText(name)
        self.name.setToolTip(plain_tip(name))
        self.words.setText(links_words(theme, others))
