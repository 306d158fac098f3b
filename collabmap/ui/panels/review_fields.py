"""The fields of a review card: before and after, what is unchanged."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from collabmap.app import field_words
from collabmap.app.words import _, format_distance, ngettext
from collabmap.domain.geo import LngLat, distance_m
from collabmap.domain.theme import Theme
from collabmap.render.icons import paint_icon
from collabmap.review.queue import FieldChange, ReviewItem
from collabmap.review.word_diff import Piece, word_diff
from collabmap.ui import look
from collabmap.ui.panels.review_parts import PartRow
from collabmap.ui.place_words import direction_words, field_label
from collabmap.ui.position_words import degrees_words
from collabmap.ui.widgets.choice import paint_focus_ring
from collabmap.ui.widgets.note import Icon
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.value_box import ValueBox

# Longer values stand one above the other instead of side by side.
SIDE_BY_SIDE = 60


def position_of(text: str | None) -> LngLat | None:
    """Return a position written as 'lng, lat', None for anything else."""
    parts = (text or "").split(",")
    try:
        return LngLat(float(parts[0]), float(parts[1])) if len(parts) == 2 else None
    except ValueError:
        return None


def value_text(
    field: str, text: str | None, theme: Theme, places: Mapping[str, str] | None = None
) -> str:
    """Return a value as people read it; see app/field_words.py."""
    at = position_of(text) if field == "geometry" else None
    if at is not None:
        return degrees_words(at)
    return field_words.value_text(field, text, theme, places)


def moved_words(before: str | None, after: str | None) -> str:
    """Return '74 m to the north-east', or the position itself where there was none."""
    start, end = position_of(before), position_of(after)
    if start is None or end is None:
        return degrees_words(end) if end is not None else after or ""
    distance = format_distance(distance_m(start, end))
    return _("{distance} {direction}").format(
        distance=distance, direction=direction_words(start, end)
    )


class FieldRow(PartRow):
    """One field that differs: its name, before, an arrow, after."""

    def __init__(self, item: ReviewItem, field: FieldChange, theme: Theme, number: int = 0) -> None:
        self.is_redrawn = field.field == "geometry" and item.outline_before is not None
        label = field_label("outline" if self.is_redrawn else field.field, theme)
        # Several people proposed: each field says whose it is.
        by = field.author_name if field.author_name not in ("", item.author_name) else ""
        super().__init__(label, [field.field], number, by=by)
        self._label = label
        self._new: ValueBox | None = None
        self._old: ValueBox | None = None
        if field.field == "geometry" and not self.is_redrawn:
            words = moved_words(field.before, field.after)
            self.setAccessibleName(_("{name}: {value}").format(name=label, value=words))
            self._new = ValueBox((Piece(words, True),), "new")
            self.box.addWidget(self._new)
            return
        before = value_text(field.field, field.before, theme, item.named)
        after = value_text(field.field, field.after, theme, item.named)
        if self.is_redrawn:
            before = after = _("(measuring)")
        self._say(before, after)
        if item.kind == "new":
            self._new = ValueBox((Piece(after, False),) if after else (), "new")
            self.box.addWidget(self._new)
            return
        old, new = word_diff(before, after)
        is_short = max(len(before), len(after)) <= SIDE_BY_SIDE
        direction = QBoxLayout.Direction
        pair = QBoxLayout(direction.LeftToRight if is_short else direction.TopToBottom)
        pair.setSpacing(look.px(4 if is_short else 3))
        self._old, self._new = ValueBox(old, "old"), ValueBox(new, "new")
        pair.addWidget(self._old, 1)
        arrow = Icon("arrow-right" if is_short else "arrow-down", "muted", side_px=18)
        pair.addWidget(arrow, 0, Qt.AlignmentFlag.AlignCenter)
        pair.addWidget(self._new, 1)
        self.box.addLayout(pair)

    def show_measures(self, before: str, after: str) -> None:
        """Say how large an outline was and would be."""
        if self._old is not None and self._new is not None:
            is_same = before == after
            self._old.inner.say((Piece(before, not is_same),))
            self._new.inner.say((Piece(after, not is_same),))
            self._say(before, after)

    def fade(self, is_faded: bool) -> None:
        if self._new is not None:
            self._new.inner.set_faded(is_faded)

    def _say(self, before: str, after: str) -> None:
        empty = _("(empty)")
        words = _("{field}: before {before}, after {after}")
        self.setAccessibleName(
            words.format(field=self._label, before=before or empty, after=after or empty)
        )


class Fold(QAbstractButton):
    """A line that unfolds what lies below it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(look.font(13)).horizontalAdvance(self.text())
        return QSize(round(width) + look.px(34), look.px(34))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        ink = tokens.text if self.underMouse() else tokens.muted
        side = look.px(18)
        icon = QRectF(0, (self.height() - side) / 2, side, side)
        paint_icon(painter, "chevron-down" if self.isChecked() else "chevron-right", icon, ink)
        painter.setFont(look.font(13))
        painter.setPen(QColor(ink))
        words = QRectF(look.px(24), 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        paint_focus_ring(self, painter)
        painter.end()


class Unchanged(QWidget):
    """'5 unchanged fields', which unfolds; of what would go, what is on the map now."""

    def __init__(self, rows: list[tuple[str, str]], *, goes: bool = False) -> None:
        super().__init__()
        words = ngettext("{count} unchanged field", "{count} unchanged fields", len(rows))
        self.button = Fold(_("On the map now") if goes else words.format(count=len(rows)))
        self.button.toggled.connect(self._on_toggled)
        self._rows = rows
        self._inside: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.button.setChecked(goes)

    def _on_toggled(self, is_open: bool) -> None:
        if self._inside is None:
            # Most cards are decided without: the next one is there sooner.
            self._inside = self._build()
            self._layout.addWidget(self._inside)
        self._inside.setVisible(is_open)

    def _build(self) -> QWidget:
        widget = QWidget(self)
        inside = QVBoxLayout(widget)
        inside.setContentsMargins(look.px(24), 0, 0, 0)
        inside.setSpacing(look.px(8))
        for label, value in self._rows:
            inside.addWidget(labelled(label, value))
        return widget


def labelled(label: str, value: str) -> QWidget:
    """Return a value under its name."""
    widget = QWidget()
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    layout.addWidget(Text(label, "label"))
    layout.addWidget(Text(value, "body", wrap=True))
    return widget
