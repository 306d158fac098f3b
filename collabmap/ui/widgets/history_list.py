"""The history of a place as people read it: by evening, who, when, and what was done."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from collabmap.app.history_words import computer_words, evening_words, step_words
from collabmap.app.words import _, format_number, format_time, ngettext
from collabmap.domain.theme import Theme
from collabmap.render.tokens import RADIUS_CONTROL
from collabmap.review.history import Entry, StepKind
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.marks import Avatar
from collabmap.ui.widgets.note import Icon
from collabmap.ui.widgets.tall import Tall
from collabmap.ui.widgets.text import ElidedText, Text

# A place that everybody has worked on shows its latest first, and the rest when asked.
SHOWN_AT_FIRST = 60

_ICONS: dict[StepKind, str] = {
    "created": "map-marker-plus",
    "changed": "pencil",
    "moved": "cursor-move",
    "redrawn": "vector-polyline-edit",
    "keyword": "tag-outline",
    "comment": "comment-outline",
    "photo": "image-outline",
    "link": "link-variant",
    "answer": "comment-check-outline",
    "reading": "chart-line",
    "keyword_gone": "tag-off-outline",
    "comment_gone": "comment-remove-outline",
    "photo_gone": "image-off-outline",
    "link_gone": "link-variant-off",
    "reading_gone": "chart-line-variant",
    "deleted": "delete-outline",
    "delete_proposed": "minus-thick",
    "withdrawn": "undo",
    "restored": "restore",
    "taken_back": "undo",
    "accept": "check-bold",
    "reject": "close-thick",
    "ask": "comment-question-outline",
    "not-chosen": "not-equal-variant",
    "open": "undo",
    "same": "set-merge",
    "different": "call-split",
    "undecided": "help-circle-outline",
    "redacted": "eraser",
}


class EntryRow(Tall):
    """One entry.  The keyboard goes from one to the next with the arrows, and reads it whole."""

    def __init__(self, entry: Entry, theme: Theme, here: bytes) -> None:
        super().__init__()
        self.entry = entry
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(6), look.px(8), look.px(6), look.px(8))
        row.setSpacing(look.px(10))
        name = entry.author_name or _("somebody")
        side = Qt.AlignmentFlag.AlignTop
        row.addWidget(Avatar(name, entry.author or name.encode(), side_px=30), 0, side)
        column = QVBoxLayout()
        column.setSpacing(look.px(3))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(ElidedText(name, "strong"), 1)
        head.addWidget(Text(format_time(entry.at_ms), "muted"))
        column.addLayout(head)
        column.addWidget(ElidedText(computer_words(entry, here), "second"))
        said = [step_words(step, theme) for step in entry.steps]
        for step, words in zip(entry.steps, said, strict=True):
            line = QHBoxLayout()
            line.setSpacing(look.px(7))
            line.addWidget(Icon(_ICONS[step.kind], _colour(step.kind), side_px=16), 0, side)
            line.addWidget(Text(words, "body", wrap=True), 1)
            column.addLayout(line)
        row.addLayout(column, 1)
        told = [name, computer_words(entry, here), evening_words(entry.at_ms)]
        self.setAccessibleName(", ".join([*told, format_time(entry.at_ms), *said]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.hasFocus():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.tokens().focus), 2))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        painter.end()


def _colour(kind: StepKind) -> str:
    """Return the token of a step's sign: refusals and losses are told apart by more than shape."""
    if kind in ("reject", "deleted", "delete_proposed", "redacted"):
        return "danger"
    return "primary" if kind in ("accept", "created", "restored") else "muted"


class HistoryList(Tall):
    """Entries, the latest first, under the evening they belong to.  here: this computer's id."""

    def __init__(self, entries: Sequence[Entry], theme: Theme, here: bytes) -> None:
        super().__init__()
        self._entries = tuple(reversed(entries))
        self._theme, self._here = theme, here
        self.rows: list[EntryRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._evening = ""
        self._add(self._entries[:SHOWN_AT_FIRST])
        left = len(self._entries) - SHOWN_AT_FIRST
        self.more: Button | None = None
        if left > 0:
            words = ngettext("Show {count} more", "Show {count} more", left)
            self.more = Button(words.format(count=format_number(left)), "quiet", height_px=40)
            self.more.clicked.connect(self._show_rest)
            self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def _add(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            words = evening_words(entry.at_ms)
            if words != self._evening:
                self._evening = words
                head = Text(words[:1].upper() + words[1:], "label")
                head.setContentsMargins(look.px(6), look.px(10), 0, look.px(2))
                self._column.addWidget(head)
            row = EntryRow(entry, self._theme, self._here)
            self._column.addWidget(row)
            self.rows.append(row)

    def _show_rest(self) -> None:
        assert self.more is not None
        self.more.hide()
        before = len(self.rows)
        self._add(self._entries[before:])
        self.rows[before].setFocus()
