"""What lies under a pointer at rest: a small card beside the mark, gone as soon as it leaves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from collabmap.app.words import _, format_number, language, ngettext
from collabmap.domain.feature import FeatureState, Mark
from collabmap.render.symbology import key_of
from collabmap.ui import look
from collabmap.ui.map.feature_layer import TARGET_PX, FeatureLayer, Hit, ShownGroup
from collabmap.ui.widgets.announcing import announce
from collabmap.ui.widgets.marks import paint_mark, symbology
from collabmap.ui.widgets.place_model import state_words
from collabmap.ui.widgets.popover import paint_floating

if TYPE_CHECKING:
    from collabmap.ui.map.view import MapView

# A pointer that only crosses the map opens nothing.
REST_MS = 250
# How many categories of a group are named.
NAMED = 3
_WIDEST_PX = 300
_PAD_PX = 12
_GAP_PX = 6
_EDGE_PX = 8


@dataclass(frozen=True, slots=True)
class Rested:
    """A mark or a group, and where it is drawn; a line or a zone is where the pointer is."""

    middle: QPointF
    radius: float
    mark: Mark | None
    group: ShownGroup | None = None

    def is_same(self, other: "Rested | None") -> bool:
        """Whether the other one is the same thing; a map that moves takes cards away anyhow."""
        if other is None:
            return False
        if self.mark is None or other.mark is None:
            return self.mark is other.mark and self.middle == other.middle
        return self.mark.id == other.mark.id


@dataclass(frozen=True, slots=True)
class Line:
    """image: in front of the words, None for none."""

    text: str
    size: int = 12
    weight: int = 400
    is_muted: bool = True
    image: QImage | None = None


class HoverCard(QWidget):
    """Never takes the focus nor the pointer; `show_beside` puts it where it covers no mark."""

    def __init__(self, view: "MapView") -> None:
        super().__init__(view)
        self._view = view
        self._mark: QImage | None = None
        self._lines: list[Line] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def fill(self, mark: QImage | None, lines: list[Line]) -> None:
        """mark: large, at the left of all lines."""
        self._mark, self._lines = mark, lines
        self.setAccessibleName(", ".join(line.text for line in lines))

    def show_beside(self, middle: QPointF, radius: float, taken: list[QRectF]) -> None:
        """Show near a mark, wholly inside the map, beside what is `taken` if there is room."""
        size = self._size()
        edge = _EDGE_PX
        inside = QRectF(self._view.rect().adjusted(edge, edge, -edge, -edge))
        boxes = list(_places(middle, radius + _GAP_PX, size))
        free = [
            box for box in boxes if inside.contains(box) and not any(map(box.intersects, taken))
        ]
        mark = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        pushed = [_pushed(box, inside) for box in boxes]
        clear = [box for box in pushed if not box.intersects(mark)]
        box = (free or clear or pushed)[0]
        self.setGeometry(box.toAlignedRect())
        self.show()
        self.raise_()
        self.update()

    def _size(self) -> QSizeF:
        left = self._left()
        widths = [
            left + self._indent(line) + QFontMetricsF(_font(line)).horizontalAdvance(line.text)
            for line in self._lines
        ]
        room = self._view.width() - 2 * _EDGE_PX
        width = min(max(widths, default=0) + look.px(_PAD_PX) + 1, look.px(_WIDEST_PX), room)
        height = sum(map(_height, self._lines)) + 2 * look.px(_PAD_PX) - look.px(4)
        return QSizeF(width, max(height, look.px(44)) + 2)

    def _left(self) -> float:
        return look.px(52 if self._mark is not None else _PAD_PX)

    @staticmethod
    def _indent(line: Line) -> float:
        return look.px(24) if line.image is not None else 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        paint_floating(painter, box)
        if self._mark is not None:
            middle = QPointF(look.px(28), (box.height() - 2) / 2)
            paint_mark(painter, self._mark, middle, look.scale())
        tokens = look.tokens()
        top = (box.height() - 2 - sum(map(_height, self._lines))) / 2
        for line in self._lines:
            left, tall = self._left(), _height(line)
            if line.image is not None:
                middle = QPointF(left + look.px(9), top + tall / 2)
                paint_mark(painter, line.image, middle, look.scale() * 0.6)
            left += self._indent(line)
            font = _font(line)
            words = QRectF(left, top, box.width() - left - look.px(_PAD_PX) + 1, tall)
            elided = Qt.TextElideMode.ElideRight
            text = QFontMetricsF(font).elidedText(line.text, elided, words.width())
            painter.setFont(font)
            painter.setPen(QColor(tokens.muted if line.is_muted else tokens.text))
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
            top += tall
        painter.end()


class HoverCards(QObject):
    """Waits until the pointer, the cross or the list rests on a mark, then shows its card.

    details_wanted: feature id; whoever knows answers with `set_details`.
    """

    details_wanted = Signal(object)

    def __init__(self, view: "MapView") -> None:
        super().__init__(view)
        self._view = view
        self.card = HoverCard(view)
        self.shown: Rested | None = None
        self._waiting: Rested | None = None
        self._timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._timer.timeout.connect(self._on_rest)

    def rest_on(self, what: Rested | None) -> None:
        """Tell what is pointed at now, at each move; None for nothing."""
        if what is not None and what.is_same(self.shown or self._waiting):
            return
        self.leave()
        if what is not None:
            self._waiting = what
            self._timer.start()

    def look_soon(self) -> None:
        """Look what is pointed at once the map rests."""
        self._timer.start()

    def leave(self) -> None:
        """Take the card away at once."""
        self._timer.stop()
        self._waiting = None
        if self.shown is not None:
            self.shown = None
            self.card.hide()
            self._view.repaint_layers()

    def _on_rest(self) -> None:
        what, self._waiting = self._waiting or self._view.rested(), None
        is_held = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if what is None or what.is_same(self.shown) or is_held or not self._view.isVisible():
            return
        self.shown = what
        self._show("")
        if what.mark is not None:
            self.details_wanted.emit(what.mark.id)
        # The name that stood above the mark is in the card now.
        self._view.repaint_layers()
        if self._view.is_by_keyboard:
            announce(self._view, self.card.accessibleName())

    def set_details(self, feature: bytes, author: str, values: Sequence[str] = ()) -> None:
        """Tell more of what is shown.

        author: who has added it, '' for somebody who shows no name.  values: what is most worth
        knowing of it, a line each.
        """
        mark = self.shown.mark if self.shown is not None else None
        if mark is not None and mark.id == feature and (author or values):
            self._show(author, values)

    def _show(self, author: str, values: Sequence[str] = ()) -> None:
        what = self.shown
        assert what is not None
        if what.mark is not None:
            self._fill_mark(what.mark, author, values)
        elif what.group is not None:
            self._fill_group(what.group)
        self.card.show_beside(what.middle, what.radius, self._view.furniture_boxes())

    def _is_yours(self, mark: Mark) -> bool:
        return self._view.person is not None and mark.author == self._view.person

    def _fill_mark(self, mark: Mark, author: str, values: Sequence[str]) -> None:
        theme = self._view.theme
        image = symbology(theme, self._dpr()).image(key_of(mark, self._view.person))
        category = theme.category(mark.category).label(language())
        state = state_words(mark.state, disagreement=mark.disagreement)
        lines = [
            Line(mark.name or _("(removed)"), 14, 600, is_muted=False),
            Line(f"{category} · {state}"),
        ]
        if self._is_yours(mark):
            lines.append(Line(_("Yours"), weight=600, is_muted=False))
        elif author:
            lines.append(Line(author))
        lines[2:2] = [Line(words, is_muted=False) for words in values]
        self.card.fill(image, lines)

    def _fill_group(self, group: ShownGroup) -> None:
        theme = self._view.theme
        marks = symbology(theme, self._dpr())
        words = ngettext("{count} place", "{count} places", group.size)
        lines = [Line(words.format(count=format_number(group.size)), 14, 600, is_muted=False)]
        counts = self._view.categories_of(group)
        for category, count in counts.most_common(NAMED):
            label = theme.category(category).label(language())
            image = marks.mark(category, FeatureState.ACCEPTED)
            lines.append(Line(f"{label} · {format_number(count)}", image=image))
        self.card.fill(None, lines)

    def _dpr(self) -> float:
        return float(self._view.devicePixelRatioF() * look.scale())


def rested_on(features: FeatureLayer, mark_id: bytes | None) -> Rested | None:
    """Return a mark as the last frame showed it, None if it did not."""
    mark, place = features.table.get(mark_id), features.place_of(mark_id)
    return None if mark is None or place is None else Rested(QPointF(*place), TARGET_PX, mark)


def rested_at(features: FeatureLayer, hit: Hit | None, point: QPointF) -> Rested | None:
    """Return what a pixel has hit, and where the last frame showed it."""
    if hit is None:
        return None
    if hit.mark is not None:
        # A line or a zone is hit far from its mark.
        return rested_on(features, hit.mark.id) or Rested(point, TARGET_PX / 2, hit.mark)
    group = hit.group
    assert group is not None
    return Rested(QPointF(group.px, group.py), group.radius, None, group)


def _places(middle: QPointF, far: float, size: QSizeF) -> Iterator[QRectF]:
    """Yield the boxes right of, left of, below and above a mark."""
    x, y, width, height = middle.x(), middle.y(), size.width(), size.height()
    for left, top in (
        (x + far, y - height / 2),
        (x - far - width, y - height / 2),
        (x - width / 2, y + far),
        (x - width / 2, y - far - height),
    ):
        yield QRectF(QPointF(left, top), size)


def _pushed(box: QRectF, inside: QRectF) -> QRectF:
    """Return a box moved into another one, as far as it fits."""
    pushed = QRectF(box)
    pushed.moveLeft(max(inside.left(), min(box.left(), inside.right() - box.width())))
    pushed.moveTop(max(inside.top(), min(box.top(), inside.bottom() - box.height())))
    return pushed


def _font(line: Line) -> QFont:
    return look.font(line.size, line.weight)


def _height(line: Line) -> float:
    if line.image is not None:
        return look.px(24)
    return look.px(22 if line.weight == 600 and line.size == 14 else 18)
