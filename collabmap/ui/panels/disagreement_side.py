"""One of several things said, as a card: all of them have the same size, weight and colour."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.render.tokens import RADIUS_CARD
from collabmap.review.disagreement import Dispute, Side, Voice
from collabmap.review.word_diff import Piece
from collabmap.ui import look
from collabmap.ui.map.rival_shapes import stroke_of
from collabmap.ui.panels.disagreement_words import keep_words, name_or, names_of, place_and_time
from collabmap.ui.panels.review_feet import KeyButton
from collabmap.ui.widgets.marks import Avatar
from collabmap.ui.widgets.text import ElidedText, Text
from collabmap.ui.widgets.value_box import MarkedText

# Longer values are written smaller, so that two of them leave room for the map.
LONG = 60
# More people than this who said the same are named in one line.
MOST_VOICES = 3


class LineSample(QWidget):
    """How the outline with a number is drawn on the map."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look.px(56), look.px(14))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(stroke_of(self._number, look.tokens()).pen(3))
        middle = self.height() / 2
        painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))
        painter.end()


class SideCard(QWidget):
    """Who said it, when and where, what, with which words, and the button that keeps it.

    number: of its key and on the map, 1 to 9.  is_low: the window has little height.
    """

    def __init__(
        self,
        dispute: Dispute,
        side: Side,
        pieces: Sequence[Piece],
        number: int,
        action: QAction,
        *,
        is_low: bool,
    ) -> None:
        super().__init__()
        self.side = side
        layout = QVBoxLayout(self)
        edge = look.px(14 if is_low else 22)
        layout.setContentsMargins(edge, look.px(10 if is_low else 20), edge, edge)
        layout.setSpacing(look.px(6 if is_low else 10))
        for voice in side.voices[:MOST_VOICES]:
            layout.addLayout(_voice_row(voice, side_px=32 if is_low else 40))
        if others := side.voices[MOST_VOICES:]:
            layout.addWidget(Text(names_of(others), "muted", wrap=True))
        text = "".join(piece.text for piece in pieces)
        size = 16 if len(text) > LONG else 18 if is_low else 22
        self.value = MarkedText(pieces, "equal", size=size, weight=500)
        row = QHBoxLayout()
        row.setSpacing(look.px(12))
        row.addWidget(self.value, 1)
        if dispute.field == "geometry":
            row.addWidget(LineSample(number))
        layout.addLayout(row)
        for voice in side.voices:
            if voice.words:
                layout.addWidget(Text(_said(voice, side), "muted", wrap=True))
        layout.addStretch(1)
        words, icon = keep_words(dispute, side, is_short=is_low and len(dispute.sides) > 2)
        self.button = KeyButton(action, "outline", str(number), height_px=40 if is_low else 48)
        self.button.setText(words)
        self.button.set_icon(icon)
        self.button.setAccessibleName(
            _("{words}: {value}, by {author}").format(
                words=words, value=text or _("(empty)"), author=names_of(side.voices)
            )
        )
        layout.addWidget(self.button)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        painter.setBrush(QColor(tokens.surface))
        painter.setPen(QPen(QColor(tokens.line), tokens.edge_px))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
        painter.end()


def _voice_row(voice: Voice, *, side_px: int) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(12))
    name = name_or(voice)
    row.addWidget(Avatar(name, voice.person or name.encode(), side_px=side_px))
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(ElidedText(name, "heading"))
    words.addWidget(ElidedText(place_and_time(voice), "muted"))
    row.addLayout(words, 1)
    return row


def _said(voice: Voice, side: Side) -> str:
    words = _("“{words}”").format(words=voice.words)
    # With several people above it, each sentence says whose it is.
    return f"{words} {name_or(voice)}" if len(side.voices) > 1 else words
