"""The switch between modes (top bar) or parts (narrow windows): one of a few, side by side."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from collabmap.app.words import format_number
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CONTROL
from collabmap.ui import look


class Segment(QAbstractButton):
    """One of the choices: icon, word and perhaps a number."""

    def __init__(self, text: str, icon: str) -> None:
        super().__init__()
        self.setText(text)
        self._icon_name = icon
        self._count = 0
        self._is_compact = False
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def rename(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def set_compact(self, is_compact: bool) -> None:
        """Leave the icon out where room is short: the word alone says what it is."""
        self._is_compact = is_compact
        self.updateGeometry()
        self.update()

    def _lead(self) -> int:
        """Return where the word begins."""
        return look.px(10 if self._is_compact else 42)

    def set_count(self, count: int) -> None:
        self._count = count
        words = format_number(count) if count else ""
        self.setAccessibleName(f"{self.text()} {words}".strip())
        self.updateGeometry()
        self.update()

    def _count_width(self) -> float:
        metrics = QFontMetricsF(look.font(12, 600))
        return metrics.horizontalAdvance(format_number(self._count)) + look.px(14)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(look.font(15, 600)).horizontalAdvance(self.text())
        width += self._lead() + look.px(10 if self._is_compact else 16)
        if self._count:
            width += self._count_width() + look.px(8)
        return QSize(round(width), look.px(36))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked() or self.hasFocus() or self.underMouse():
            painter.setBrush(
                QColor(tokens.surface if self.isChecked() else tokens.hover)
                if self.isChecked() or self.underMouse()
                else Qt.BrushStyle.NoBrush
            )
            edge = QPen(QColor(tokens.line_strong), tokens.edge_px)
            if self.hasFocus():
                edge = QPen(QColor(tokens.focus), 2)
            painter.setPen(edge if self.isChecked() or self.hasFocus() else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CONTROL, 8)
        ink = tokens.text if self.isChecked() else tokens.muted
        side = look.px(18)
        middle = self.height() / 2
        icon_ink = tokens.primary if self.isChecked() else tokens.muted
        if not self._is_compact:
            icon = QRectF(look.px(16), middle - side / 2, side, side)
            paint_icon(painter, self._icon_name, icon, icon_ink)
        font = look.font(15, 600 if self.isChecked() else 500)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        words = QRectF(self._lead(), 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._count:
            self._paint_count(painter)
        painter.end()

    def _paint_count(self, painter: QPainter) -> None:
        colours = look.tokens().states["disagreement"]
        width, height = self._count_width(), look.px(20)
        right = self.width() - look.px(12)
        box = QRectF(right - width, (self.height() - height) / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.soft))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setFont(look.font(12, 600))
        painter.setPen(QColor(colours.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, format_number(self._count))


class ModeSwitch(QWidget):
    """picked: name of the segment a person chose."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.segments: dict[str, Segment] = {}
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(4, 4, 4, 4)
        self._layout.setSpacing(2)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def add(self, name: str, text: str, icon: str) -> Segment:
        segment = Segment(text, icon)
        segment.clicked.connect(lambda: self.picked.emit(name))
        self._group.addButton(segment)
        self._layout.addWidget(segment)
        self.segments[name] = segment
        return segment

    def set_compact(self, is_compact: bool) -> None:
        """Leave the icons out."""
        for segment in self.segments.values():
            segment.set_compact(is_compact)

    def choose(self, name: str) -> None:
        """Show a choice as made, without telling anybody."""
        self.segments[name].setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        shown = [segment for segment in self.segments.values() if segment.isVisible()]
        at = next((i for i, segment in enumerate(shown) if segment.hasFocus()), 0)
        shown[(at + step) % len(shown)].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.tokens().sunken))
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        painter.end()
