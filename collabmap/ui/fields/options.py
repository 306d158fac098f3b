"""Fields that are answered by choosing: one, several, or yes and no."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from collabmap.app.value_words import value_words
from collabmap.app.words import _, language
from collabmap.domain.theme import Field, Option
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CONTROL, TARGET_RESIDENT
from collabmap.ui import look
from collabmap.ui.fields.editor import FieldEditor
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.tip import plain_tip

# With more answers than these, one is chosen from a list that opens.
MOST_TILES = 9
_PAD_PX = 12
_TEXT_PX = 14
_TICK_PX = 18


class OptionButton(QAbstractButton):
    """An answer; a tick and a stronger edge say that it is given.

    digit: the key that does the same, 0 for none.  is_box: one of several answers.
    """

    def __init__(self, words: str, *, digit: int = 0, is_box: bool = False) -> None:
        super().__init__()
        self.setText(words)
        self.setCheckable(True)
        self.digit, self.is_box = digit, is_box
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(f"{words} ({digit})" if digit else words))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(look.font(_TEXT_PX, 500)).horizontalAdvance(self.text())
        return QSize(round(width) + self._beside() + 2, look.target(TARGET_RESIDENT))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(60), look.target(TARGET_RESIDENT))

    def _beside(self) -> int:
        """Return the width of all but the words."""
        return look.px(2 * _PAD_PX + _TICK_PX + 6)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        # A long answer goes on in a second line before it loses its end.
        room = QRectF(0, 0, max(1, width - self._beside()), 10_000)
        metrics = QFontMetricsF(look.font(_TEXT_PX, 500))
        box = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self.text())
        return max(look.target(TARGET_RESIDENT), round(box.height()) + look.px(16))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        is_on, is_lit = self.isChecked(), self.underMouse() or self.isDown()
        ground = tokens.primary_soft if is_on else tokens.hover if is_lit else tokens.surface
        painter.setBrush(QColor(ground))
        edge = tokens.primary if is_on else tokens.line_strong
        painter.setPen(QPen(QColor(edge), tokens.edge_px + (0.8 if is_on else 0)))
        painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        side = look.px(_TICK_PX)
        sign = QRectF(look.px(_PAD_PX), (self.height() - side) / 2, side, side)
        self._paint_sign(painter, sign)
        painter.setFont(look.font(_TEXT_PX, 500))
        painter.setPen(QColor(tokens.on_soft if is_on else tokens.text))
        left = sign.right() + look.px(6)
        words = QRectF(left, 0, self.width() - left - look.px(_PAD_PX) + 1, self.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(words, flags, self.text())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 6, 6)
        painter.end()

    def _paint_sign(self, painter: QPainter, sign: QRectF) -> None:
        tokens = look.tokens()
        names = ("checkbox-marked", "checkbox-blank-outline")
        if not self.is_box:
            names = ("check-circle", "circle-outline")
        on, off = names
        is_on = self.isChecked()
        paint_icon(painter, on if is_on else off, sign, tokens.primary if is_on else tokens.muted)


class OptionsEditor(FieldEditor):
    """One or several answers side by side.

    Arrows go from one to the next, space and the digits 1 to 9 give and take an answer.
    """

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.buttons: dict[str, OptionButton] = {}
        self._flow = Flow(gap=look.px(8))
        self.column.addWidget(self._flow)
        self._build()

    @property
    def is_several(self) -> bool:
        return self.field.type == "choices"

    def _options(self) -> list[Option]:
        return list(self.field.options)

    def _build(self) -> None:
        for number, option in enumerate(self._options(), 1):
            button = OptionButton(
                option.label(language()),
                digit=number if number < 10 else 0,
                is_box=self.is_several,
            )
            button.clicked.connect(lambda _on=False, chosen=option.id: self._on_clicked(chosen))
            button.installEventFilter(self)
            self.buttons[option.id] = button
            self._flow.add(button)
        self._rove(self.target())

    def stops(self) -> list[QWidget]:
        # All of them: which one Tab stops at changes with the answer, its place among them not.
        return list(self.buttons.values())

    def _rove(self, to: QWidget) -> None:
        """Let Tab stop once, at the answer that had the keyboard last."""
        for button in self.buttons.values():
            is_it = button is to
            button.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if is_it else Qt.FocusPolicy.ClickFocus
            )

    def follow(self, field: Field) -> None:
        if field.options == self.field.options:
            self.field = field
            return
        chosen = self._chosen()
        self.field = field
        self._flow.clear()
        self.buttons = {}
        self._build()
        for key in chosen:
            if key in self.buttons:
                self.buttons[key].setChecked(True)

    def _chosen(self) -> list[str]:
        return [key for key, button in self.buttons.items() if button.isChecked()]

    def _on_clicked(self, chosen: str) -> None:
        if not self.is_several:
            for key, button in self.buttons.items():
                button.setChecked(key == chosen and button.isChecked())
        self.changed.emit()

    def value(self) -> Any:
        chosen = self._chosen()
        if self.is_several:
            return chosen or None
        return chosen[0] if chosen else None

    def set_value(self, value: Any) -> None:
        given = value if isinstance(value, list | tuple) else [value]
        for key, button in self.buttons.items():
            button.setChecked(key in given)
        self._rove(self.target())

    def target(self) -> QWidget:
        buttons = list(self.buttons.values())
        return next((b for b in buttons if b.isChecked()), buttons[0] if buttons else self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take_key(event, watched)
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._rove(watched)
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent, watched: QObject) -> bool:
        buttons, key = list(self.buttons.values()), event.key()
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1,
        }  # fmt: skip
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                return False
            self.submitted.emit()
            return True
        if (step := steps.get(Qt.Key(key))) is not None:
            at = next(i for i, button in enumerate(buttons) if button is watched)
            buttons[(at + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        found = self._of_key(event)
        if found is None:
            return False
        found.setFocus(Qt.FocusReason.TabFocusReason)
        found.click()
        return True

    def _of_key(self, event: QKeyEvent) -> OptionButton | None:
        digit = digit_of(event)
        return next((b for b in self.buttons.values() if digit and b.digit == digit), None)


def digit_of(event: QKeyEvent) -> int:
    """Return the digit of a key, 0 for none; also of the row of an AZERTY keyboard."""
    text = event.text()
    return int(text) if text.isdigit() and len(text) == 1 else _AZERTY.get(text, 0)


_AZERTY = {sign: digit for digit, sign in enumerate("&é\"'(-è_ç", 1)}


class YesNoEditor(OptionsEditor):
    """Two equal buttons of which none is pressed before somebody says so."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._flow.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in self.buttons.values():
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            row.addWidget(button)
        self.column.addLayout(row)

    def _options(self) -> list[Option]:
        return [Option("yes", _("Yes"), _("Yes")), Option("no", _("No"), _("No"))]

    def follow(self, field: Field) -> None:
        self.field = field

    def value(self) -> Any:
        chosen = self._chosen()
        return chosen[0] == "yes" if chosen else None

    def set_value(self, value: Any) -> None:
        super().set_value({True: "yes", False: "no"}.get(value))

    def _of_key(self, event: QKeyEvent) -> OptionButton | None:
        for button in self.buttons.values():
            if event.text() and button.text().casefold().startswith(event.text().casefold()):
                return button
        return super()._of_key(event)


class ListEditor(FieldEditor):
    """One of many answers, in a list that opens under a button."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._value: Any = None
        self.button = Button("", icon="chevron-down")
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self._open)
        self.column.addWidget(self.button)
        self._say()

    def _say(self) -> None:
        words = value_words(self.field, self._value)
        self.button.setText(words or _("Choose…"))

    def _open(self) -> None:
        popover = Popover(self.window(), self.field.label(language()), width_px=320)
        for option in self.field.options:
            row = MenuRow(option.label(language()))
            row.setCheckable(True)
            row.setChecked(option.id == self._value)
            row.clicked.connect(lambda _on=False, chosen=option.id: self._on_chosen(chosen))
            popover.add(row)
        if self._value is not None:
            none = MenuRow(_("No answer"), "close")
            none.clicked.connect(lambda: self._on_chosen(None))
            popover.add(none)
        popover.open_under(self.button)

    def _on_chosen(self, value: str | None) -> None:
        self.set_value(value)
        self.changed.emit()

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        self._say()

    def follow(self, field: Field) -> None:
        super().follow(field)
        self._say()

    def target(self) -> QWidget:
        return self.button
