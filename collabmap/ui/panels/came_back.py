"""The receipts that came back, beside what was sent."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.receipts import ReceiptView
from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.panels.receipt_words import line_of
from collabmap.ui.panels.receipts import Known, ReceiptsPanel, look_up
from collabmap.ui.widgets.line_list import LineList
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

MAX_LINES = 4


class CameBack(QWidget):
    """What other computers say that they have; a line opens its receipt."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._window = window
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, look.px(10), 0, 0)
        layout.setSpacing(look.px(6))
        self._title = Text(_("Receipts that came back"), "label")
        self.list = LineList(window.theme, _("Receipts that came back"), grows=True)
        self.list.opened.connect(self._on_opened)
        self.note = Note(
            _("They come with the map that a coordinator gives back."), icon="shield-check"
        )
        for part in (self._title, self.list, self.note):
            layout.addWidget(part)
        self.hide()

    def reload(self) -> None:
        """Ask which receipts there are."""
        if self._window.lanes is not None:
            self._window.tasks.write(look_up, self._on_known, owner=self, key="came-back")

    def _on_known(self, known: Known) -> None:
        person = self._window.person
        me = person.id if person else b""
        mine = [r for r in known.receipts if r.is_mine]
        # The person in force first; the others of this computer follow.
        mine.sort(key=lambda receipt: receipt.person != me)
        self.list.set_lines([line_of(r, known.totals, me) for r in mine[:MAX_LINES]])
        self.list.setVisible(bool(mine))
        self.note.setVisible(not mine)
        self.setVisible(bool(known.totals))

    def _on_opened(self, receipt: object) -> None:
        assert isinstance(receipt, ReceiptView)
        panel = self._window.open_panel("receipts")
        assert isinstance(panel, ReceiptsPanel)
        panel.show_first(receipt)
