"""Marks, avatars and badges as pictures for rows, tiles and labels."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from collabmap.domain.feature import FeatureState
from collabmap.domain.theme import Theme
from collabmap.render.icons import paint_icon
from collabmap.render.symbology import Symbology
from collabmap.render.tokens import HUES
from collabmap.ui import look

_symbologies: dict[tuple[str, str, float], Symbology] = {}

# White on these is 4.5:1 or more, so that an initial can be read.
_AVATAR_HUES = ("violet", "sarcelle", "orange", "marine", "vert", "rouge", "brun", "prune")


def symbology(theme: Theme, dpr: float) -> Symbology:
    """Return the painter of marks for the look in use, shared by all widgets."""
    tokens = look.tokens()
    key = (theme.id, tokens.name, dpr)
    known = _symbologies.get(key)
    if known is None or known.theme != theme:
        known = _symbologies[key] = Symbology(theme, tokens, dpr)
    return known


def paint_mark(painter: QPainter, image: QImage, centre: QPointF, scale: float = 1.0) -> None:
    """Paint a mark's picture around a point.  scale: of the picture's own logical size."""
    size = image.deviceIndependentSize() * scale
    box = QRectF(centre.x() - size.width() / 2, centre.y() - size.height() / 2, 0, 0)
    box.setSize(size)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(box, image)


class MarkImage(QWidget):
    """One mark, 44 px wide."""

    def __init__(
        self,
        theme: Theme,
        category: str,
        state: FeatureState = FeatureState.ACCEPTED,
        *,
        yours: bool = False,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._look = (category, state, yours)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look.px(44), look.px(44))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF() * look.scale()
        image = symbology(self._theme, ratio).mark(*self._look)
        paint_mark(painter, image, QRectF(self.rect()).center(), look.scale())
        painter.end()


class Badge(QWidget):
    """A state as a sign and a word on its soft colour.  state: a name of tokens.states.

    icon: another sign than the state's own.
    """

    def __init__(self, state: str, text: str, *, icon: str = "") -> None:
        super().__init__()
        self._state = state
        self._text = text
        self._icon = icon
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(look.font(12, 600)).horizontalAdvance(self._text)
        return QSize(round(width) + look.px(36), look.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_badge_box(painter, QRectF(self.rect()), self._state, self._text, self._icon)
        painter.end()


def paint_badge_box(painter: QPainter, box: QRectF, state: str, text: str, sign: str = "") -> None:
    """Paint a badge with its sign at the left and its word after it."""
    colours = look.tokens().states[state]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.soft))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    side = look.px(13)
    icon = QRectF(box.left() + look.px(8), box.center().y() - side / 2, side, side)
    paint_icon(painter, sign or colours.icon, icon, colours.text)
    painter.setFont(look.font(12, 600))
    painter.setPen(QColor(colours.text))
    words = box.adjusted(look.px(26), 0, 0, 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class Avatar(QWidget):
    """The initial of a person on a hue that stays the person's."""

    def __init__(self, name: str = "", person: bytes = b"", *, side_px: int = 30) -> None:
        super().__init__()
        self._side_px = side_px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_person(name, person)

    def set_person(self, name: str, person: bytes) -> None:
        self._name, self._person = name, person
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(self._side_px), look.px(self._side_px))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_avatar(painter, QRectF(self.rect()), self._name, self._person)
        painter.end()


def paint_avatar(painter: QPainter, box: QRectF, name: str, person: bytes) -> None:
    hue = HUES[_AVATAR_HUES[sum(person) % len(_AVATAR_HUES)]]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(hue))
    painter.drawEllipse(box)
    font = look.font(12, 700)
    font.setPixelSize(max(9, round(box.height() * 0.42)))
    painter.setFont(font)
    painter.setPen(QColor("#FFFFFF"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name.strip()[:1].upper() or "?")
