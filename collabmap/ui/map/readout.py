"""Where the pointer is, or the cross while the keyboard is at work, beside the scale."""

import math
from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from collabmap.app.words import _
from collabmap.domain.geo import LngLat
from collabmap.domain.lambert import Lambert93
from collabmap.render.tokens import TYPE, Tokens
from collabmap.ui import look
from collabmap.ui.position_words import degrees_words, lambert_words

_EDGE_PX = 10


class Readout(QWidget):
    """A line of quiet words.  lambert: None until it can be computed without waiting.

    A widget of its own, on an opaque ground: the pointer moves at every frame, and the map below
    must not be painted again for it.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lambert: Callable[[LngLat], Lambert93 | None] | None = None
        self._is_wanted = False
        self._position: LngLat | None = None
        self._tokens = look.tokens()
        self._room = QRectF()
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    @property
    def is_wanted(self) -> bool:
        return self._is_wanted

    def set_wanted(self, is_wanted: bool) -> None:
        """Show positions from now on, or none."""
        self._is_wanted = is_wanted
        self._follow()

    def set_tokens(self, tokens: Tokens) -> None:
        """Follow the colours of what lies on the map."""
        self._tokens = tokens
        self.update()

    def set_position(self, position: LngLat | None) -> None:
        """Tell a position; None where nothing is pointed at."""
        if position != self._position:
            self._position = position
            self._follow()

    def stand_in(self, room: QRectF) -> None:
        """Take a place on the map, as wide as it may be."""
        if room != self._room:
            self._room = room
            self._follow()

    def _follow(self) -> None:
        if not self._is_wanted or self._position is None or self._room.isEmpty():
            self.hide()
            return
        font = look.font(TYPE["attribution"])
        metrics = QFontMetricsF(font)
        most = self._room.width() - 2 * look.px(_EDGE_PX)
        self.text = text = next(
            (each for each in self._variants(self._position) if _width(metrics, each) <= most),
            metrics.elidedText(degrees_words(self._position), Qt.TextElideMode.ElideRight, most),
        )
        self.setAccessibleName(_("Position: {position}").format(position=text))
        width = min(_width(metrics, text) + 2 * look.px(_EDGE_PX), self._room.width())
        left, top = math.ceil(self._room.left()), math.ceil(self._room.top())
        right = math.floor(min(left + width, self._room.right()))
        self.setGeometry(left, top, right - left, math.floor(self._room.bottom()) - top)
        self.setVisible(True)
        self.update()

    def _variants(self, position: LngLat) -> list[str]:
        """Return what could be said, the fullest first."""
        degrees = degrees_words(position)
        place = self.lambert(position) if self.lambert is not None else None
        return [degrees] if place is None else [f"{degrees}   {lambert_words(place)}", degrees]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._tokens.surface))
        painter.setFont(look.font(TYPE["attribution"]))
        painter.setPen(QColor(self._tokens.text))
        words = QRectF(self.rect()).adjusted(look.px(_EDGE_PX), 0, 0, 0)
        painter.drawText(
            words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text
        )
        painter.end()


def _width(metrics: QFontMetricsF, text: str) -> float:
    """Return the width of a text whatever its digits are, so that its box does not tremble."""
    return metrics.horizontalAdvance("".join("0" if c.isdigit() else c for c in text))
