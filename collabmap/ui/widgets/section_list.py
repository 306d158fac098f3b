"""The sections of a mode, one below the other; a strip of icons where there is little room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CONTROL
from collabmap.ui import look
from collabmap.ui.widgets.note import Icon
from collabmap.ui.widgets.text import ElidedText, Text

State = Literal["", "done", "look", "running"]

WIDTH_PX = 224
STRIP_PX = 72

_SIGNS = {"done": "check-circle", "look": "alert", "running": "progress-clock"}


@dataclass(frozen=True, slots=True)
class Section:
    """One section.  words: called at building, so that a change of language is followed.

    panels: names of panels, of which the first that this program has is shown.
    """

    name: str
    words: Callable[[], str]
    icon: str
    panels: tuple[str, ...]


class SectionRow(QAbstractButton):
    """Icon, name, and at the right how it stands."""

    def __init__(self, text: str, icon: str) -> None:
        super().__init__()
        self._icon_name = icon
        self._is_strip = False
        self.state: State = ""
        self._words = ""
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_state(self, state: State, words: str) -> None:
        """Show how the section stands.  words: the same for who cannot see the sign."""
        if (state, words) == (self.state, self._words):
            return
        self.state = state
        self.setAccessibleName(f"{self.text()}, {words}" if words else self.text())
        self._words = words
        self._name_strip()
        self.update()

    def set_strip(self, is_strip: bool) -> None:
        """Leave the words out."""
        self._is_strip = is_strip
        self._name_strip()
        self.update()

    def _name_strip(self) -> None:
        self.setToolTip(self.accessibleName() if self._is_strip else self._words)

    def sizeHint(self) -> QSize:
        width = look.px(48) if self._is_strip else look.px(WIDTH_PX - 24)
        return QSize(width, look.px(44))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(44), look.px(44))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked() or self.underMouse():
            painter.setPen(
                QPen(QColor(tokens.line_strong), tokens.edge_px)
                if self.isChecked() and tokens.edge_px > 1
                else Qt.PenStyle.NoPen
            )
            painter.setBrush(QColor(tokens.primary_soft if self.isChecked() else tokens.hover))
            painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        middle, side = self.height() / 2, look.px(20)
        left = (self.width() - side) / 2 if self._is_strip else look.px(13)
        ink = tokens.primary if self.isChecked() else tokens.muted
        paint_icon(painter, self._icon_name, QRectF(left, middle - side / 2, side, side), ink)
        if not self._is_strip:
            self._paint_words(painter)
        self._paint_state(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 7, 7)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        tokens = look.tokens()
        painter.setFont(look.font(14, 600 if self.isChecked() else 500))
        painter.setPen(QColor(tokens.on_soft if self.isChecked() else tokens.text))
        left = look.px(46)
        room = self.width() - left - look.px(38 if self.state else 10)
        metrics = QFontMetricsF(painter.font())
        words = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(left, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_state(self, painter: QPainter) -> None:
        if not self.state:
            return
        states = look.tokens().states
        ink = {
            "done": states["accepted"].text,
            "look": states["pending"].text,
            "running": states["yours"].text,
        }[self.state]
        if self._is_strip:
            side = look.px(13)
            box = QRectF(self.width() / 2 + look.px(7), look.px(4), side, side)
        else:
            side = look.px(17)
            box = QRectF(self.width() - look.px(12) - side, (self.height() - side) / 2, side, side)
        paint_icon(painter, _SIGNS[self.state], box, ink)


class SectionList(QWidget):
    """picked: name of the section that a person chose."""

    picked = Signal(str)

    def __init__(self, title: str, sections: Sequence[Section]) -> None:
        super().__init__()
        self._is_strip = False
        self._title = Text(title, "heading")
        self._group = QButtonGroup(self)
        self.rows: dict[str, SectionRow] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(12, 14, 12, 12)
        self._layout.setSpacing(2)
        self._layout.addWidget(self._title)
        self._layout.addSpacing(8)
        for section in sections:
            row = SectionRow(section.words(), section.icon)
            row.clicked.connect(lambda _checked=False, name=section.name: self.picked.emit(name))
            self._group.addButton(row)
            self._layout.addWidget(row)
            self.rows[section.name] = row
        self._layout.addStretch(1)
        self._file_icon = Icon("folder-outline", "muted", side_px=16)
        self._file = ElidedText("", "muted")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._file_icon)
        foot.addWidget(self._file, 1)
        self._layout.addLayout(foot)
        self.setAccessibleName(title)
        self.set_strip(False)

    @property
    def is_strip(self) -> bool:
        return self._is_strip

    @property
    def width_px(self) -> int:
        """How wide it is with its words, in logical pixels at the text's size."""
        return look.px(WIDTH_PX)

    def set_strip(self, is_strip: bool) -> None:
        """Show icons and states only."""
        self._is_strip = is_strip
        for row in self.rows.values():
            row.set_strip(is_strip)
        for part in (self._title, self._file, self._file_icon):
            part.setVisible(not is_strip)
        self.updateGeometry()

    def choose(self, name: str) -> None:
        """Show a section as the current one, without telling anybody."""
        if name not in self.rows:
            return
        self.rows[name].setChecked(True)
        # Qt stops Tab at the row that had the keyboard last, which may be another one.
        for each, row in self.rows.items():
            is_chosen = each == name
            policy = Qt.FocusPolicy.StrongFocus if is_chosen else Qt.FocusPolicy.ClickFocus
            row.setFocusPolicy(policy)

    def set_file(self, name: str) -> None:
        """Say which file the sections are about."""
        self._file.set_whole(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        rows = list(self.rows.values())
        if step is None or not rows:
            super().keyPressEvent(event)
            return
        at = next((i for i, row in enumerate(rows) if row.hasFocus()), 0)
        rows[(at + step) % len(rows)].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().surface))
        painter.end()
