"""One receipt, large: its code, its square code, what it says; to show, to save and to print."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPagedPaintDevice, QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.panels.receipt_words import Totals, has_all, rows_of
from collabmap.ui.place_words import ahead_by
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.check_line import DashedLine, Sign
from collabmap.ui.widgets.note import Ground, Note
from collabmap.ui.widgets.qr import QUIET_MODULES, Qr, modules, paint_modules
from collabmap.ui.widgets.text import ElidedText, Text

if TYPE_CHECKING:
    from collabmap.app.receipts import ReceiptView

POINTS_AN_INCH = 72
SQUARE_PX = 220


class ReceiptSlip(Ground):
    """show_receipt() fills it.  save_wanted, print_wanted: its two buttons."""

    save_wanted = Signal()
    print_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("floating")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 20, 28, 20)
        self._layout = layout
        self._inside: QWidget | None = None
        self.receipt: ReceiptView | None = None
        self.signed = ""

    def show_receipt(
        self, receipt: "ReceiptView", totals: Totals, signed: str, scanned: str
    ) -> None:
        """signed: the signed text of a receipt that this laptop wrote, '' for another's.

        scanned: what the square code holds: the signed text, or the words to keep on a phone.
        """
        self.receipt, self.signed = receipt, signed
        if self._inside is not None:
            self._inside.hide()
            self._inside.deleteLater()
        self._inside = inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(10))
        column.addLayout(_head(receipt, totals))
        column.addWidget(DashedLine())
        column.addLayout(_codes(receipt, scanned))
        for name, value in rows_of(receipt, totals):
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(Text(name, "muted"))
            words = ElidedText(value, "label")
            words.setAlignment(Qt.AlignmentFlag.AlignRight)
            row.addWidget(words, 1)
            column.addLayout(row)
        if receipt.ahead_ms:
            column.addWidget(
                Note(
                    _("Set the clock of this computer right: its times stay wrong until then."),
                    title=_("This computer’s clock was {time} ahead").format(
                        time=ahead_by(receipt.ahead_ms)
                    ),
                    icon="clock-outline",
                )
            )
        if receipt.is_mine:
            hint = _("Scan it to keep it on a phone: it says what that computer has of yours.")
        else:
            hint = _("Show the square code, or print it: it says what this computer has.")
        column.addWidget(Text(hint, "muted", wrap=True))
        column.addSpacing(4)
        self.save = Button(_("Save the receipt"), icon="content-save-outline")
        self.save.clicked.connect(self.save_wanted)
        self.print_button = Button(_("Print"), icon="printer")
        self.print_button.clicked.connect(self.print_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.save, 1)
        buttons.addWidget(self.print_button, 1)
        column.addLayout(buttons)
        self._layout.addWidget(inside)
        self.setAccessibleName(_("Receipt {code}").format(code=receipt.code))


def _head(receipt: "ReceiptView", totals: Totals) -> QHBoxLayout:
    if receipt.is_true is False:
        icon, colour = "alert-circle", "danger"
        title, second = (
            _("This receipt does not match"),
            _("It counts something else than what is in the log here."),
        )
    elif receipt.is_mine and not has_all(receipt, totals):
        icon, colour = "progress-clock", "primary"
        title, second = _("Received in part"), _("Send again: nothing is counted twice.")
    elif receipt.is_mine:
        icon, colour = "check-decagram", "accepted"
        title, second = _("Received"), _("Nothing that was sent from here is missing.")
    else:
        icon, colour = "check-decagram", "accepted"
        title, second = _("Receipt"), _("For {name}").format(name=receipt.person_name or "…")
    row = QHBoxLayout()
    row.setSpacing(14)
    row.addWidget(Sign(icon, colour, side_px=38), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(Text(title, "title", wrap=True))
    words.addWidget(Text(second, "muted", wrap=True))
    row.addLayout(words, 1)
    return row


def _codes(receipt: "ReceiptView", scanned: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(look.px(8))
    code = Text(receipt.code, "page")
    code.setAccessibleName(_("Code {code}").format(code=" ".join(receipt.code)))
    code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    column.addWidget(code)
    # A whole number of pixels a module: a phone reads the code from the screen more easily.
    count = len(modules(scanned)) + 2 * QUIET_MODULES
    side_px = max(2, round(SQUARE_PX / count)) * count
    square = Qr(_("The receipt as a square code"), side_px=side_px)
    square.show_text(scanned)
    column.addWidget(square, 0, Qt.AlignmentFlag.AlignHCenter)
    return column


# --- on paper -----------------------------------------------------------------------------


def print_slip(
    paper: QPagedPaintDevice, map_name: str, receipt: "ReceiptView", totals: Totals, signed: str
) -> None:
    """Draw a receipt on one page: words, code, square code and the signed text."""
    painter = QPainter(paper)
    scale = paper.logicalDpiY() / POINTS_AN_INCH
    painter.scale(scale, scale)
    width = paper.width() / scale
    ink = QColor("#000000")
    painter.setPen(ink)
    top = 0.0

    def line(text: str, size: int, weight: int, height: float) -> None:
        nonlocal top
        font = look.font(size, weight)
        font.setPixelSize(size)
        painter.setFont(font)
        wrap = Qt.TextFlag.TextWrapAnywhere | Qt.TextFlag.TextWordWrap
        box = QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 10_000), int(wrap), text)
        painter.drawText(QRectF(0, top, width, box.height() + 2), int(wrap), text)
        top += max(height, box.height() + 4)

    line(map_name, 18, 600, 26)
    line(_("Receipt"), 12, 400, 20)
    line(receipt.code, 32, 700, 48)
    for name, value in rows_of(receipt, totals):
        line(_("{what}: {found}").format(what=name, found=value), 12, 400, 18)
    if signed:
        top += 10
        side = min(width, 220)
        paint_modules(painter, QRectF(0, top, side, side), signed)
        painter.setPen(ink)
        top += side + 10
        line(_("Signed text, to check it with CollabMap:"), 10, 400, 16)
        line(signed, 9, 400, 14)
    painter.end()


def default_file(receipt: "ReceiptView") -> Path:
    """Return the name of the file that a receipt is saved in."""
    name = receipt.person_name or receipt.by_name
    return Path(f"{_('Receipt')} {name} {receipt.code}.txt")
