"""What each zoom shows and how many tiles it takes, with a bar each; and three numbers in a row."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from collabmap.app.words import _, format_number
from collabmap.render.tokens import RADIUS_CONTROL
from collabmap.ui import look

ROW_PX = 22
HEAD_PX = 26
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ZoomTable(QWidget):
    """Rows: zoom, what one sees there, a bar, exactly how many tiles."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles: dict[int, int] = {}
        self._words: dict[int, str] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Tiles by zoom"))

    def show_tiles(self, tiles: Mapping[int, int], words: Mapping[int, str]) -> None:
        """tiles: by zoom.  words: what one sees at a zoom."""
        self.tiles, self._words = dict(tiles), dict(words)
        row = _("zoom {zoom}, {seen}, {count} tiles")
        self.setAccessibleDescription(
            "; ".join(
                row.format(zoom=zoom, seen=self._words.get(zoom, ""), count=format_number(count))
                for zoom, count in self.tiles.items()
            )
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(260), look.px(HEAD_PX) + look.px(ROW_PX) * max(1, len(self.tiles)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        number_font = look.font(13)
        metrics = QFontMetricsF(number_font)
        most = max(self.tiles.values(), default=0)
        heading = _("Tiles")
        numbers = max(
            metrics.horizontalAdvance(format_number(most)),
            QFontMetricsF(look.font(12, 600)).horizontalAdvance(heading),
        )
        words_left = float(look.px(60))
        seen = max(
            (metrics.horizontalAdvance(words) for words in self._words.values()), default=0.0
        )
        words_right = min(words_left + seen + look.px(16), self.width() - numbers - look.px(40))
        bar_left, bar_right = words_right + look.px(4), self.width() - numbers - look.px(14)
        whole, head = float(self.width()), float(look.px(HEAD_PX))
        top_font = look.font(12, 600)
        for text, left, flags in (
            (_("Zoom"), 0.0, _LEFT),
            (_("You see"), words_left, _LEFT),
            (heading, 0.0, _RIGHT),
        ):
            box = QRectF(left, 0, whole - left, head)
            _write(painter, box, text, top_font, tokens.muted, flags)
        for i, (zoom, count) in enumerate(self.tiles.items()):
            top = head + i * look.px(ROW_PX)
            box = QRectF(0, top, whole, look.px(ROW_PX))
            _write(painter, box, str(zoom), look.font(13, 600), tokens.text, _LEFT)
            words = metrics.elidedText(
                self._words.get(zoom, ""), Qt.TextElideMode.ElideRight, words_right - words_left
            )
            line = QRectF(words_left, top, words_right - words_left, box.height())
            _write(painter, line, words, number_font, tokens.text, _LEFT)
            _write(painter, box, format_number(count), number_font, tokens.text, _RIGHT)
            if bar_right > bar_left:
                width = max(3.0, (bar_right - bar_left) * count / max(1, most))
                bar = QRectF(bar_left, top + look.px(4), width, look.px(ROW_PX - 9))
                ink = QColor(tokens.primary)
                ink.setAlphaF(0.6)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ink)
                painter.drawRoundedRect(bar, min(3.0, width / 2), 3)
        painter.end()


def _write(
    painter: QPainter,
    box: QRectF,
    text: str,
    font: QFont,
    ink: str,
    flags: Qt.AlignmentFlag,
) -> None:
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(box, flags, text)


class Figure(NamedTuple):
    """A number in large type and what it means.  is_alarm: it is a warning."""

    number: str
    words: str
    is_alarm: bool = False


class Figures(QWidget):
    """Up to three numbers side by side on a sunken ground."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: tuple[Figure, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        self.figures = tuple(figures)
        self.setAccessibleName(", ".join(f"{each.number} {each.words}" for each in figures))
        self.updateGeometry()
        self.update()

    def _number_font(self) -> QFont:
        return look.font(22, 700)

    def _widths(self) -> list[float]:
        large, small = QFontMetricsF(self._number_font()), QFontMetricsF(look.font(12))
        return [
            max(large.horizontalAdvance(each.number), small.horizontalAdvance(each.words))
            for each in self.figures
        ]

    def _is_stacked(self) -> bool:
        wanted = sum(self._widths()) + look.px(16) * (len(self.figures) + 1)
        return wanted > self.width() > 0

    def sizeHint(self) -> QSize:
        rows = len(self.figures) if self._is_stacked() else 1
        return QSize(look.px(260), look.px(16) + look.px(50) * max(1, rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(160), self.sizeHint().height())

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        # An edge where contrast is high: no ground is coloured there.
        edge = QPen(QColor(tokens.line), tokens.edge_px)
        painter.setPen(edge if tokens.edge_px > 1 else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.sunken))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        widths, is_stacked = self._widths(), self._is_stacked()
        spare = self.width() - look.px(32) - sum(widths)
        gap = spare / max(1, len(widths) - 1)
        x, y = float(look.px(16)), float(look.px(8))
        for figure, width in zip(self.figures, widths, strict=True):
            alarm = tokens.states["pending"].text
            _write(
                painter,
                QRectF(x, y, self.width(), look.px(30)),
                figure.number,
                self._number_font(),
                alarm if figure.is_alarm else tokens.text,
                _LEFT,
            )
            _write(
                painter,
                QRectF(x, y + look.px(29), self.width(), look.px(18)),
                figure.words,
                look.font(12),
                alarm if figure.is_alarm else tokens.muted,
                _LEFT,
            )
            if is_stacked:
                y += look.px(50)
            else:
                x += width + gap
        painter.end()
