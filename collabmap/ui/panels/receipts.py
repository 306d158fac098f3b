"""Receipts: those that came back, those to show or print, and one on paper to be checked."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from collabmap.app.receipts import ReceiptView
from collabmap.app.words import _, explain
from collabmap.domain.effect import Effect
from collabmap.errors import CollabMapError, FolderNotWritable
from collabmap.ui import files
from collabmap.ui.panels.receipt_slip import ReceiptSlip, default_file, print_slip
from collabmap.ui.panels.receipt_words import (
    Totals,
    computer_of,
    count_words,
    line_of,
    plain_text,
    totals_of,
)
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import Labelled, WordsField
from collabmap.ui.widgets.line_list import Line, LineList
from collabmap.ui.widgets.note import Empty
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.two_columns import TwoColumns

if TYPE_CHECKING:
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow


class Known(NamedTuple):
    """All receipts here, the latest first; totals: changes of each person of this laptop."""

    receipts: tuple[ReceiptView, ...]
    totals: Totals


def look_up(session: "Session") -> Known:
    """Return what is known of receipts; in the write lane."""
    return Known(session.receipts(), totals_of(session.expected_receipts()))


class ReceiptsPanel(Panel):
    """known: what is listed; slip: the one that is shown large."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.known = Known((), {})
        self.add_title(_("Receipts"), back=True)
        intro = _("A receipt says what a computer has. Nothing is lost on the way unseen.")
        self.head.addWidget(Text(intro, "muted", wrap=True))
        self._build_check()
        self.list = LineList(window.theme, _("Receipts"), grows=True)
        self.list.opened.connect(self._on_clicked)
        self.empty = Empty()
        self.body.addWidget(self.list)
        self.body.addWidget(self.empty)
        self.empty.hide()
        self.body.addStretch(1)
        self.ask = Button(_("Check a receipt"), icon="shield-check", height_px=48)
        self.ask.clicked.connect(self.ask_for_text)
        self.foot.addWidget(self.ask)
        self._build_page()
        window.effects_arrived.connect(self._on_effect)

    def _build_check(self) -> None:
        self.text = WordsField("COLLABMAP1.…", lines=2)
        self.text.textChanged.connect(self._on_typed)
        self.field = Labelled(
            _("Check a receipt"),
            self.text,
            hint=_("Paste the text that begins with COLLABMAP1."),
        )
        self.check = Button(_("Check"), icon="shield-check", height_px=40)
        self.check.setEnabled(False)
        self.check.clicked.connect(self.check_text)
        self._checking = QWidget()
        column = QVBoxLayout(self._checking)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.check, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._checking)
        self._checking.hide()

    def ask_for_text(self) -> None:
        """Show the field for a receipt on paper, above the list; Escape takes it away."""
        self._checking.show()
        self.ask.hide()
        self.scroller.verticalScrollBar().setValue(0)
        self.text.setFocus()

    def took_escape(self) -> bool:
        if self._checking.isHidden():
            return False
        self.text.clear()
        self._checking.hide()
        self.ask.show()
        self.ask.setFocus()
        return True

    def _build_page(self) -> None:
        page = TwoColumns()
        self.page = page
        self.found = Text("", "heading", wrap=True)
        self.slip = ReceiptSlip()
        self.slip.save_wanted.connect(self.choose_file)
        self.slip.print_wanted.connect(self.choose_printer)
        self.nothing = Empty()
        self.nothing.say(
            "shield-check", _("No receipt is chosen"), _("Choose one at the left, or check one.")
        )
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.found, self.slip, self.nothing):
            column.addWidget(part)
        page.left.addWidget(self._column)
        page.left.addStretch(1)
        self.found.hide()
        self.slip.hide()

    # --- what is listed ---------------------------------------------------------------------

    def entered(self) -> None:
        self.reload()

    def reload(self) -> None:
        """Ask for the receipts again."""
        if self.main.lanes is not None:
            self.main.tasks.write(look_up, self._on_known, owner=self, key="receipts")

    def _on_known(self, known: Known) -> None:
        self.known = known
        person = self.main.person
        me = person.id if person else b""
        lines: list[Line] = []
        for title, is_mine in ((_("What came back"), True), (_("For those who came"), False)):
            some = [r for r in known.receipts if r.is_mine is is_mine]
            if some:
                lines.append(Line(title, is_head=True))
                lines += [line_of(receipt, known.totals, me) for receipt in some]
        self.list.set_lines(lines)
        self.list.setVisible(bool(lines))
        self.empty.setVisible(not lines)
        if not lines:
            self.empty.say(
                "shield-check",
                _("No receipt yet"),
                _("They come with the map that is given back, or are written when you merge."),
            )
        shown = self.slip.receipt
        if shown in known.receipts:
            self.list.choose(shown)
            self._on_opened(shown)
        elif shown is None and known.receipts:
            first = next((line.key for line in lines if line.key is not None), None)
            self.list.choose(first)
            self._on_opened(first)

    def _on_effect(self, _effect: Effect) -> None:
        if self.isVisible():
            self.reload()

    def show_first(self, receipt: ReceiptView) -> None:
        """Show a receipt before all others; the list comes when it is known."""
        self._on_opened(receipt)

    def _on_clicked(self, receipt: object) -> None:
        self._on_opened(receipt)
        self.main.body.show_tab("centre")

    def _on_opened(self, receipt: object) -> None:
        if not isinstance(receipt, ReceiptView):
            return
        self.found.hide()
        if receipt.is_mine:
            self._show(receipt, "")
            return
        self.main.tasks.write(
            lambda session: session.receipt_text(receipt),
            lambda signed: self._show(receipt, signed),
            # Written by a key that this laptop has given up: what it says is shown all the same.
            lambda _error: self._show(receipt, ""),
            owner=self,
            key="receipt-text",
        )

    def _show(self, receipt: ReceiptView, signed: str) -> None:
        self.nothing.hide()
        info = self.main.info
        assert info is not None
        scanned = signed or plain_text(info.name, receipt, self.known.totals, "")
        self.slip.show_receipt(receipt, self.known.totals, signed, scanned)
        self.slip.show()

    # --- checking one on paper --------------------------------------------------------------

    def _on_typed(self) -> None:
        self.field.set_error("")
        self.check.setEnabled(bool(self.text.toPlainText().strip()))

    def check_text(self) -> None:
        """Say what the text that was pasted says, and who signed it."""
        text = self.text.toPlainText()
        self.check.setEnabled(False)
        self.main.tasks.write(
            lambda session: session.check_receipt(text),
            lambda receipt: self._on_checked(receipt, text),
            self._on_wrong,
            owner=self,
            key="check-receipt",
        )

    def _on_checked(self, receipt: ReceiptView, text: str) -> None:
        self.check.setEnabled(True)
        person = self.main.person
        words = _("{computer} {has}.").format(
            computer=computer_of(receipt),
            has=count_words(receipt, self.known.totals, person.id if person else b""),
        )
        self.found.setText(words[:1].upper() + words[1:])
        self._show(receipt, "".join(text.split()).upper())
        self.found.show()
        self.main.body.show_tab("centre")

    def _on_wrong(self, error: CollabMapError) -> None:
        self.field.set_error(" ".join(explain(error)))
        self.text.setFocus()

    # --- keeping it -------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask where the receipt is saved."""
        receipt = self.slip.receipt
        assert receipt is not None
        path, _filter = QFileDialog.getSaveFileName(
            self,
            _("Save the receipt"),
            str(files.documents() / default_file(receipt).name),
            _("Text") + " (*.txt)",
        )
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> None:
        """Write the receipt as text."""
        receipt, info = self.slip.receipt, self.main.info
        assert receipt is not None
        assert info is not None
        text = plain_text(info.name, receipt, self.known.totals, self.slip.signed)
        self.main.tasks.run(
            lambda: _write(path, text),
            lambda _done: self.main.messages.done(
                _("The receipt is saved"),
                path.name,
                (_("Open the folder"), lambda: files.show_folder(path)),
            ),
        )

    def choose_printer(self) -> None:
        """Ask which printer prints the receipt."""
        # Imported late: most people never print.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter()
        if QPrintDialog(printer, self).exec():
            self.print_on(printer)

    def print_on(self, printer: object) -> None:
        """Print the receipt.  printer: a QPrinter, or another device that has pages."""
        receipt, info = self.slip.receipt, self.main.info
        assert receipt is not None
        assert info is not None
        print_slip(printer, info.name, receipt, self.known.totals, self.slip.signed)  # type: ignore[arg-type]

    # --- as a panel -------------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        return self.list if self.known.receipts else self.ask


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FolderNotWritable(folder=str(path.parent)) from error
