"""A square code that a phone or a laptop's camera reads, beside the same code in letters."""

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.widgets.text import Text

# ISO/IEC 18004: a border of four modules; readers need it to find the square.
QUIET_MODULES = 4
GROUP = 4  # letters, as domain/codes.py writes them


@lru_cache(maxsize=16)
def modules(text: str) -> tuple[bytes, ...]:
    """Return the rows of the square code of a text: 1 for a dark module, 0 for a light one."""
    # Imported late: most people never open a screen with a square code.
    import segno

    return tuple(bytes(row) for row in segno.make(text, error="m", micro=False).matrix)


def paint_modules(painter: QPainter, box: QRectF, text: str) -> None:
    """Paint a square code into a square, with its border: dark on white in every look."""
    rows = modules(text)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(box, QColor("#FFFFFF"))
    step = box.width() / (len(rows) + 2 * QUIET_MODULES)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                left, top = x + QUIET_MODULES, y + QUIET_MODULES
                # Each begins where the last ended: rounded one by one they would leave seams.
                x0, x1 = (round(box.left() + step * n) for n in (left, left + 1))
                y0, y1 = (round(box.top() + step * n) for n in (top, top + 1))
                painter.fillRect(QRectF(x0, y0, x1 - x0, y1 - y0), QColor("#000000"))
    painter.restore()


class Qr(QWidget):
    """The square code of a text.  name: what it is, for those who cannot see it."""

    def __init__(self, name: str, *, side_px: int = 200) -> None:
        super().__init__()
        self._side_px = side_px
        self.text = ""
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        self.text = text
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(self._side_px), look.px(self._side_px))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.text:
            painter = QPainter(self)
            paint_modules(painter, QRectF(self.rect()), self.text)
            painter.end()


class CodeText(QWidget):
    """A code in groups, broken between them: large enough to be read out and typed elsewhere."""

    def __init__(self, *, size_px: int = 18) -> None:
        super().__init__()
        self._size_px = size_px
        self.text = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_text(self, text: str) -> None:
        self.text = text
        # Letter by letter, or a screen reader says words that are none.
        spelled = ", ".join(" ".join(group) for group in text.split("-"))
        self.setAccessibleName(_("Code {code}").format(code=spelled))
        self.updateGeometry()
        self.update()

    def _metrics(self) -> tuple[QFont, float, float]:
        """Return the font, the width of a letter's cell and that of a group with its gap."""
        font = look.font(self._size_px, 600)
        # All cells are as wide as the widest letter: columns are easier to compare.
        cell = QFontMetricsF(font).horizontalAdvance("W") * 0.84
        return font, cell, GROUP * cell + look.px(self._size_px * 0.7)

    def _lines(self, width: float) -> list[list[str]]:
        groups = self.text.split("-")
        _font, cell, group = self._metrics()
        fit = max(1, int((width + group - GROUP * cell) // group))
        # Lines of the same length are easier to follow than one that is nearly empty.
        lines = -(-len(groups) // fit)
        each = -(-len(groups) // lines)
        return [groups[i : i + each] for i in range(0, len(groups), each)]

    def _line_px(self) -> float:
        return QFontMetricsF(look.font(self._size_px, 600)).height() + look.px(8)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._line_px() * len(self._lines(width))) if self.text else 0

    def sizeHint(self) -> QSize:
        width = max(self.width(), look.px(240))
        return QSize(look.px(240), self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(120), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        font, cell, step = self._metrics()
        painter.setFont(font)
        painter.setPen(QColor(look.tokens().text))
        centre = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
        for row, groups in enumerate(self._lines(self.width())):
            for column, group in enumerate(groups):
                for place, letter in enumerate(group):
                    left = column * step + place * cell
                    box = QRectF(left, row * self._line_px(), cell, self._line_px())
                    # The widest letters may reach over the edge of their cell.
                    painter.drawText(box, centre, letter)
        painter.end()


class CodeCard(QWidget):
    """A code twice: as a square to scan and in letters to read out."""

    def __init__(self, name: str, *, side_px: int = 200) -> None:
        super().__init__()
        self.square = Qr(name, side_px=side_px)
        self.letters = CodeText()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(12))
        layout.addWidget(self.square, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(Text(_("To read out:"), "muted"))
        layout.addWidget(self.letters)

    @property
    def code(self) -> str:
        return self.letters.text

    def show_code(self, code: str, scanned: str = "") -> None:
        """scanned: what the square holds, where it is not just the letters."""
        self.square.show_text(scanned or code.replace("-", ""))
        self.letters.show_text(code)
