"""What an evening has brought, on one sheet for the wall: A3, upright, a PDF of lines and letters.

All is measured in tenths of a millimetre.  The map is a picture; everything else stays sharp
however large it is printed.
"""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPageSize,
    QPainter,
    QPainterPath,
    QPdfWriter,
    QPen,
)

from collabmap.render import fonts
from collabmap.render.icons import paint_icon
from collabmap.render.symbology import SIZE, MarkKey, Symbology
from collabmap.render.tokens import INK, LIGHT

# Width and height of the sheet, its margin, and the room of the map on it.
PAGE = QSizeF(2970, 4200)
MARGIN = 150.0
MAP = QSizeF(2670, 1990)
_GAP = 60.0
_MUTED = LIGHT.muted
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Number(NamedTuple):
    """One number: its icon, the number, what it counts, and what else there is to say."""

    icon: str
    number: str
    words: str
    second: str


class Bar(NamedTuple):
    """A category in words, how many places it has, and the same as written.  key: None: no mark."""

    key: MarkKey | None
    hue: str
    words: str
    places: int
    said: str


class Poster(NamedTuple):
    """What stands on the sheet, in the words of its language.

    counts: of each five minutes.  times: where on the axis, 0 to 1, and what is written there.
    """

    title: str
    about: str
    when: str
    numbers: Sequence[Number]
    bars_title: str
    bars: Sequence[Bar]
    counts_title: str
    counts: Sequence[int]
    times: Sequence[tuple[float, str]]
    foot: str


def poster_pdf(poster: Poster, picture: QImage, symbology: Symbology) -> bytes:
    """Return the sheet as a PDF.  picture: of the map, as wide and high as MAP is.

    Any thread may ask.  Needs a QGuiApplication.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A3))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(f"{poster.title} · {poster.about}")
    writer.setCreator("CollabMap")
    painter = QPainter(writer)
    try:
        painter.scale(writer.width() / PAGE.width(), writer.height() / PAGE.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        _paint(painter, poster, picture, symbology)
    finally:
        painter.end()
    return bytes(buffer.data().data())


def _paint(painter: QPainter, poster: Poster, picture: QImage, symbology: Symbology) -> None:
    width = PAGE.width() - 2 * MARGIN
    _words(painter, QRectF(MARGIN, 140, width, 80), poster.about, 58, 600, LIGHT.primary)
    title = _fitting(poster.title, 150, 700, width)
    _line(painter, QRectF(MARGIN, 225, width, 190), poster.title, title, INK)
    _words(painter, QRectF(MARGIN, 420, width, 80), poster.when, 54, 400, _MUTED)
    top = 545.0
    _map(painter, QRectF(MARGIN, top, MAP.width(), MAP.height()), picture)
    top += MAP.height() + _GAP
    _numbers(painter, QRectF(MARGIN, top, width, 330), poster.numbers)
    top += 330 + _GAP
    foot = PAGE.height() - 110
    left = QRectF(MARGIN, top, (width - _GAP) * 0.56, foot - _GAP - top)
    right = QRectF(left.right() + _GAP, top, width - _GAP - left.width(), left.height())
    _category_bars(painter, _card(painter, left, poster.bars_title), poster.bars, symbology)
    _time_bars(painter, _card(painter, right, poster.counts_title), poster.counts, poster.times)
    _words(painter, QRectF(MARGIN, foot - 20, width, 60), poster.foot, 32, 400, _MUTED)


# --- words ----------------------------------------------------------------------------------------


def _fitting(text: str, size: int, weight: int, width: float) -> QFont:
    """Return the font, smaller where the text would not find room on its line."""
    wanted = QFontMetricsF(fonts.font(size, weight)).horizontalAdvance(text)
    return fonts.font(max(size // 3, int(size * min(1.0, width / max(1.0, wanted)))), weight)


def _line(
    painter: QPainter,
    box: QRectF,
    text: str,
    font: QFont,
    ink: str,
    align: Qt.AlignmentFlag = _LEFT,
) -> None:
    painter.setFont(font)
    painter.setPen(QColor(ink))
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width() + 2)
    painter.drawText(box, align, shown)


def _words(
    painter: QPainter,
    box: QRectF,
    text: str,
    size: int,
    weight: int,
    ink: str,
    align: Qt.AlignmentFlag = _LEFT,
) -> None:
    _line(painter, box, text, _fitting(text, size, weight, box.width()), ink, align)


# --- parts ----------------------------------------------------------------------------------------


def _map(painter: QPainter, box: QRectF, picture: QImage) -> None:
    edge = QPainterPath()
    edge.addRoundedRect(box, 28, 28)
    painter.save()
    painter.setClipPath(edge)
    painter.drawImage(box, picture, QRectF(picture.rect()))
    painter.restore()
    painter.setPen(QPen(QColor(LIGHT.line_strong), 4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(edge)


def _card(painter: QPainter, box: QRectF, title: str) -> QRectF:
    """Paint a card with its title; return the room in it."""
    painter.setPen(QPen(QColor(LIGHT.line_strong), 3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 28, 28)
    inside = box.adjusted(50, 40, -50, -40)
    if title:
        _words(
            painter, QRectF(inside.left(), inside.top(), inside.width(), 60), title, 46, 600, INK
        )
        inside.setTop(inside.top() + 90)
    return inside


def _numbers(painter: QPainter, box: QRectF, numbers: Sequence[Number]) -> None:
    wide = (box.width() - _GAP * (len(numbers) - 1)) / max(1, len(numbers))
    for at, each in enumerate(numbers):
        left = box.left() + at * (wide + _GAP)
        inside = _card(painter, QRectF(left, box.top(), wide, box.height()), "")
        paint_icon(painter, each.icon, QRectF(inside.right() - 76, inside.top(), 76, 76), _MUTED)
        row = QRectF(inside.left(), inside.top() - 10, inside.width() - 90, 130)
        _words(painter, row, each.number, 124, 700, INK)
        _words(painter, QRectF(inside.left(), row.bottom() + 8, inside.width(), 62),
               each.words, 50, 600, INK)  # fmt: skip
        _words(painter, QRectF(inside.left(), row.bottom() + 72, inside.width(), 52),
               each.second, 38, 400, _MUTED)  # fmt: skip


def _category_bars(
    painter: QPainter, box: QRectF, bars: Sequence[Bar], symbology: Symbology
) -> None:
    if not bars:
        return
    high = min(92.0, box.height() / len(bars))
    size = int(min(40.0, high * 0.46))
    plain, strong = fonts.font(size), fonts.font(size, 600)
    names = max(QFontMetricsF(plain).horizontalAdvance(bar.words) for bar in bars)
    most = max(bar.places for bar in bars)
    room = max(QFontMetricsF(strong).horizontalAdvance(bar.said) for bar in bars) + 24
    start = box.left() + high + min(names, box.width() * 0.4) + 30
    long = box.right() - room - start
    for row, bar in enumerate(bars):
        middle = box.top() + high * (row + 0.5)
        if bar.key is not None:
            painter.save()
            painter.translate(box.left() + high * 0.42, middle)
            painter.scale(high * 0.36 / SIZE, high * 0.36 / SIZE)
            symbology.paint(painter, bar.key)
            painter.restore()
        name = QRectF(box.left() + high, middle - high / 2, start - 30 - box.left() - high, high)
        _line(painter, name, bar.words, plain, INK)
        block = QRectF(start, middle - high * 0.3, max(4.0, long * bar.places / most), high * 0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(bar.hue))
        painter.drawRoundedRect(block, 8, 8)
        count = QRectF(block.right() + 16, middle - high / 2, room, high)
        _line(painter, count, bar.said, strong, INK)


def _time_bars(
    painter: QPainter, box: QRectF, counts: Sequence[int], times: Sequence[tuple[float, str]]
) -> None:
    most = max(counts, default=0)
    if not most:
        return
    axis = QRectF(box.left(), box.top() + 40, box.width(), box.height() - 100)
    wide = axis.width() / len(counts)
    font = fonts.font(int(max(16.0, min(32.0, wide * 0.5))), 600)
    for number, count in enumerate(counts):
        high = axis.height() * count / most
        bar = QRectF(axis.left() + number * wide, axis.bottom() - high, wide * 0.86, high)
        painter.fillRect(bar, QColor(LIGHT.primary))
        if count:
            above = QRectF(bar.left() - wide, bar.top() - 42, bar.width() + 2 * wide, 40)
            _line(painter, above, str(count), font, INK, Qt.AlignmentFlag.AlignCenter)
    painter.setPen(QPen(QColor(INK), 4))
    painter.drawLine(axis.bottomLeft(), axis.bottomRight())
    small = fonts.font(32)
    for share, words in times:
        x = axis.left() + axis.width() * share
        painter.setPen(QPen(QColor(_MUTED), 3))
        painter.drawLine(QPointF(x, axis.bottom()), QPointF(x, axis.bottom() + 14))
        room = QFontMetricsF(small).horizontalAdvance(words) + 8
        left = min(max(x - room / 2, box.left()), box.right() - room)
        _line(painter, QRectF(left, axis.bottom() + 18, room, 44), words, small, _MUTED,
              Qt.AlignmentFlag.AlignCenter)  # fmt: skip
