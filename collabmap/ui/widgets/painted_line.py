"""One line of words, painted into a list: what is too long ends in an ellipsis."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter


def paint_line(
    painter: QPainter, box: QRectF, text: str, font: QFont, ink: str, *, is_centred: bool = False
) -> None:
    """Paint words in the middle of a box's height, in logical pixels.  ink: a colour, '#RRGGBB'."""
    painter.setFont(font)
    painter.setPen(QColor(ink))
    # A name from a strange program may have several lines.
    text = " ".join(text.splitlines())
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    flags = Qt.AlignmentFlag.AlignVCenter
    if is_centred:
        flags |= Qt.AlignmentFlag.AlignHCenter
    painter.drawText(box, flags, shown)
