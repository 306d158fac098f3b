"""How much there is of each category: icon as on the map, name, bar and the number on it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from collabmap.app.results import OTHERS
from collabmap.app.words import _, format_number, language
from collabmap.domain.theme import GREY, Theme
from collabmap.ui import look
from collabmap.ui.widgets.marks import paint_mark, symbology

_ROW_PX, _WIDE_ROW_PX, _BAR_PX, _MARK_SCALE = 22, 26, 14, 0.7
# Of the width, at most, for the names.
_NAMES = 0.42


class CategoryBars(QWidget):
    """Painted, for pyqtgraph has no marks beside its bars and no edge around dark ones."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.rows: list[tuple[str, int]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def show_rows(self, theme: Theme, rows: Sequence[tuple[str, int]]) -> None:
        """Show (category, count), the most first; the category OTHERS has no mark."""
        self._theme, self.rows = theme, list(rows)
        heard = ", ".join(f"{self._name(name)} {format_number(n)}" for name, n in self.rows)
        self.setAccessibleName(_("By category"))
        self.setAccessibleDescription(heard)
        self.updateGeometry()
        self.update()

    def _name(self, category: str) -> str:
        if category == OTHERS:
            return _("Others")
        return self._theme.category(category).label(language())

    def sizeHint(self) -> QSize:
        return QSize(look.px(280), look.px(_ROW_PX) * max(1, len(self.rows)))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(200), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = look.scale() * _MARK_SCALE
        marks = symbology(self._theme, self.devicePixelRatioF() * scale)
        font, strong = look.font(13), look.font(13, 600)
        names = [QFontMetricsF(font).horizontalAdvance(self._name(name)) for name, _n in self.rows]
        left = look.px(34)
        room = min(max(names, default=0.0), self.width() * _NAMES - left)
        most = max((count for _name, count in self.rows), default=1)
        number_px = QFontMetricsF(strong).horizontalAdvance(format_number(most)) + look.px(10)
        start = left + room + look.px(16)
        long = max(20.0, self.width() - start - number_px)
        high = min(look.px(_WIDE_ROW_PX), self.height() / max(1, len(self.rows)))
        for row, (name, count) in enumerate(self.rows):
            middle = high * (row + 0.5)
            if name != OTHERS:
                paint_mark(painter, marks.mark(name), QPointF(look.px(14), middle), scale)
            self._paint_name(painter, QRectF(left, middle - 12, room, 24), self._name(name))
            bar = QRectF(start, middle - look.px(_BAR_PX) / 2, long * count / most, 0)
            bar.setHeight(look.px(_BAR_PX))
            self._paint_bar(painter, bar, name)
            painter.setFont(strong)
            painter.setPen(QColor(look.tokens().text))
            at = QRectF(bar.right() + look.px(8), middle - 12, number_px, 24)
            painter.drawText(at, Qt.AlignmentFlag.AlignVCenter, format_number(count))
        painter.end()

    def _paint_name(self, painter: QPainter, box: QRectF, words: str) -> None:
        font = look.font(13)
        painter.setFont(font)
        painter.setPen(QColor(look.tokens().text))
        shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width() + 1)
        painter.drawText(box.adjusted(0, 0, 4, 0), Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_bar(self, painter: QPainter, bar: QRectF, category: str) -> None:
        tokens = look.tokens()
        hue = GREY if category == OTHERS else self._theme.category(category).hue
        painter.setBrush(QColor(hue))
        # A dark hue would vanish on a dark ground.
        edge = QPen(QColor(tokens.line_strong), 1) if tokens.is_dark else Qt.PenStyle.NoPen
        painter.setPen(edge)
        painter.drawRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
