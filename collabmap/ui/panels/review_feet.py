"""What stands under a review card: the verdicts with their keys, or why it is refused."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button, Kind
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.text import ElidedText, Text


def reasons() -> tuple[str, ...]:
    """Return the reasons offered, in the coordinator's language: their author will read them."""
    return (
        _("Already on the map"),
        _("Not in our area"),
        _("Please be more precise"),
        _("Too personal to publish"),
    )


class KeyButton(Button):
    """A button that does an action and shows the key that does the same."""

    def __init__(self, action: QAction, kind: Kind, key: str, *, height_px: int = 48) -> None:
        icon = str(action.property("icon_name") or "")
        super().__init__(action.text(), kind, icon=icon, height_px=height_px, key=key)
        self._does = action
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def minimumSizeHint(self) -> QSize:
        # Longer words must not push the buttons from their places.
        return QSize(look.px(120), super().minimumSizeHint().height())

    def _follow(self) -> None:
        self.setEnabled(self._does.isEnabled())


class DecideFoot(QWidget):
    """Accept, refuse, ask, later; under them how to take the last one back."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.accept = KeyButton(actions["accept"], "primary", "A")
        self.reject = KeyButton(actions["reject"], "outline", "R")
        self.ask = KeyButton(actions["ask"], "outline", "D")
        self.later = KeyButton(actions["later"], "outline", "→")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(look.px(8))
        grid.addWidget(self.accept, 0, 0)
        grid.addWidget(self.reject, 0, 1)
        grid.addWidget(self.ask, 1, 0)
        grid.addWidget(self.later, 1, 1)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
            # Of the same width whatever the words are.
            grid.setColumnMinimumWidth(column, look.px(120))
        self.hint = ElidedText("", "second")
        self.more = ElidedText("", "second")
        hints = QGridLayout()
        hints.setVerticalSpacing(0)
        hints.setHorizontalSpacing(look.px(8))
        hints.addWidget(self.hint, 0, 0)
        hints.addWidget(_at_right(_("Undo the last one: {key}").format(key="Ctrl+Z")), 0, 1)
        hints.addWidget(self.more, 1, 0)
        self.blink = _at_right(_("Before or after: {key}").format(key=_("Space")))
        hints.addWidget(self.blink, 1, 1)
        hints.setColumnStretch(0, 1)
        grid.addLayout(hints, 2, 0, 1, 2)

    def say(self, count: int, left: int) -> None:
        """Say how much is taken.  count: of boxes; left: of those of which something is not."""
        short, spoken = _("Accept {taken}/{count}"), _("Accept {taken} of {count}")
        words = [each.format(taken=count - left, count=count) for each in (short, spoken)]
        self.accept.setText(words[0] if left else _("Accept"))
        self.accept.setAccessibleName(words[1] if left else "")


def _at_right(words: str) -> Text:
    text = Text(words, "second")
    text.setAlignment(Qt.AlignmentFlag.AlignRight)
    return text


class EditFoot(QWidget):
    """Accept as it now stands in the fields, or not after all."""

    given = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(8))
        words = _("The author sees what you changed. The history keeps both.")
        layout.addWidget(Text(words, "second", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        back = Button(_("Cancel"), height_px=48)
        back.clicked.connect(self.left)
        key = _("Enter")
        self.accept = Button(
            _("Accept like this"), "primary", icon="check-bold", height_px=48, key=key
        )
        self.accept.clicked.connect(self.given)
        row.addWidget(back)
        row.addWidget(self.accept, 1)
        layout.addLayout(row)


class PairFoot(QWidget):
    """One place, several, ask, later; under them the keys of values, and how to take back."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.unite = KeyButton(actions["unite"], "primary", "M")
        self.apart = KeyButton(actions["apart"], "outline", "X")
        self.ask = KeyButton(actions["ask"], "outline", "D")
        self.later = KeyButton(actions["later"], "outline", "→")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(look.px(8))
        grid.addWidget(self.unite, 0, 0)
        grid.addWidget(self.apart, 0, 1)
        grid.addWidget(self.ask, 1, 0)
        grid.addWidget(self.later, 1, 1)
        self.hint = Text("", "second")
        undo = Text(_("Undo the last one: {key}").format(key="Ctrl+Z"), "second")
        undo.setAlignment(Qt.AlignmentFlag.AlignRight)
        hints = QHBoxLayout()
        hints.addWidget(self.hint, 1)
        hints.addWidget(undo)
        grid.addLayout(hints, 2, 0, 1, 2)

    def say(self, places: int, fields: int) -> None:
        """Say what the keys do where so many places differ in so many fields."""
        self.apart.setText(
            _("These are two") if places == 2 else _("All different")
        )  # fmt: skip
        keys = ", ".join(str(number) for number in range(1, min(9, fields) + 1))
        words = _("Other value: {keys}").format(keys=keys) if keys else ""
        if places > 2:
            words = _("In or out: A, B, C")
        self.hint.setText(words)


class ReasonFoot(QWidget):
    """Why it is refused, if one wants to say: a chip, own words, or the last reason again.

    given: a reason, perhaps ''.  left: not refused after all.
    """

    given = Signal(str)
    left = Signal()

    def __init__(self, reject: QAction) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(8))
        top = QHBoxLayout()
        top.addWidget(Text(_("Why?"), "strong"))
        top.addWidget(Text(_("Optional. The author will read it."), "muted"), 1)
        layout.addLayout(top)
        chips = Flow(gap=look.px(6))
        self.chips: list[Chip] = []
        for number, reason in enumerate(reasons(), start=1):
            chip = Chip(reason, reason, key=str(number))
            chip.clicked.connect(lambda _checked=False, words=reason: self.given.emit(words))
            self.chips.append(chip)
            chips.add(chip)
        layout.addWidget(chips)
        self.field = LineField(_("Or in your own words"))
        self.field.setAccessibleName(_("Reason, in your own words"))
        self.field.setMaxLength(1_000)
        self.field.returnPressed.connect(self.submit)
        layout.addWidget(self.field)
        row = QHBoxLayout()
        row.setSpacing(8)
        back = Button(_("Cancel"), height_px=48)
        back.clicked.connect(self.left)
        self.refuse = KeyButton(reject, "primary", "R")
        row.addWidget(back)
        row.addWidget(self.refuse, 1)
        layout.addLayout(row)

    def submit(self) -> None:
        """Refuse with what the field says."""
        self.given.emit(self.field.text().strip())
