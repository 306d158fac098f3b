"""A value in a box, its changed parts marked: struck through before, underlined after."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from collabmap.app.words import _
from collabmap.render.tokens import RADIUS_CONTROL
from collabmap.review.word_diff import Piece
from collabmap.ui import look

Side = Literal["old", "new", "equal"]
FADED = 0.45


class MarkedText(QWidget):
    """Wrapping text whose changed pieces are marked.  side: 'old' strikes them, 'new' underlines
    them on green, 'equal' only underlines: neither of two people's values is the wrong one.
    """

    def __init__(
        self, pieces: Sequence[Piece], side: Side, *, size: float = 14, weight: int = 500
    ) -> None:
        super().__init__()
        self._side = side
        self._size, self._weight = size, weight
        self._is_faded = False
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.say(pieces)

    def say(self, pieces: Sequence[Piece]) -> None:
        """Show another text."""
        self._pieces = pieces
        self.setAccessibleName("".join(piece.text for piece in pieces) or _("(empty)"))
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self._pieces)

    def set_faded(self, is_faded: bool) -> None:
        """Paint it pale: this value is not taken."""
        self._is_faded = is_faded
        self.update()

    def _laid_out(self, width: float) -> QTextLayout:
        font = look.font(self._size, self._weight)
        if not self._pieces:
            font = QFont(look.font(self._size, 400))
        # A layout begins a new line at this sign alone; it is as long as the one it stands for.
        text = self.text.replace("\n", "\u2028")
        layout = QTextLayout(text or _("(empty)"), font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(self._formats())
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1.0, width))
            line.setPosition(QPointF(0, y))
            y += line.height() + look.px(2)
        layout.endLayout()
        return layout

    def _formats(self) -> list[QTextLayout.FormatRange]:
        tokens = look.tokens()
        formats = []
        at = 0
        for piece in self._pieces:
            length = len(piece.text.encode("utf-16-le")) // 2
            if piece.is_changed:
                changed = QTextCharFormat()
                if self._side == "old":
                    changed.setBackground(QColor(tokens.diff_old))
                    changed.setForeground(QColor(tokens.states["delete_proposed"].text))
                    changed.setFontStrikeOut(True)
                else:
                    changed.setFontUnderline(True)
                    changed.setFontWeight(QFont.Weight.DemiBold)
                if self._side == "new":
                    changed.setBackground(QColor(tokens.diff_new))
                    changed.setUnderlineColor(QColor(tokens.states["accepted"].mark))
                formats.append(_range(at, length, changed))
            at += length
        return formats

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        box = self._laid_out(width).boundingRect()
        return round(box.height()) + look.px(2)

    def sizeHint(self) -> QSize:
        return QSize(look.px(120), self.heightForWidth(max(self.width(), look.px(120))))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(60), look.px(round(self._size * 1.4)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.ApplicationPaletteChange, QEvent.Type.StyleChange):
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = look.tokens()
        painter.setPen(QColor(tokens.text if self._pieces else tokens.muted))
        painter.setOpacity(FADED if self._is_faded else 1.0)
        layout = self._laid_out(self.width())
        layout.draw(painter, QPointF(0, 0))
        painter.end()


def _range(start: int, length: int, format_: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, format_
    return made


class ValueBox(QWidget):
    """A marked text in a rounded edge."""

    def __init__(self, pieces: Sequence[Piece], side: Side) -> None:
        super().__init__()
        self.inner = MarkedText(pieces, side)
        self.inner.setParent(self)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _margins(self) -> tuple[int, int]:
        return look.px(10), look.px(10)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        dx, dy = self._margins()
        return self.inner.heightForWidth(width - 2 * dx) + 2 * dy

    def sizeHint(self) -> QSize:
        width = max(self.width(), look.px(140))
        return QSize(look.px(140), self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(80), look.px(42))

    def resizeEvent(self, event: QEvent) -> None:
        dx, dy = self._margins()
        self.inner.setGeometry(dx, dy, self.width() - 2 * dx, self.height() - 2 * dy)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.line), tokens.edge_px))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        painter.end()
