"""The card at the right: one thing to decide, whole, with its verdicts always at the same place."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.care_words import care_words
from collabmap.app.words import _, language
from collabmap.domain.feature import ChangeId
from collabmap.review.queue import ReviewItem
from collabmap.ui import look
from collabmap.ui.panels.place_parts import comment_line
from collabmap.ui.panels.place_photos import Photos
from collabmap.ui.panels.review_ask import AskFoot, asked_block
from collabmap.ui.panels.review_fields import FieldRow, Several, Unchanged, labelled, value_text
from collabmap.ui.panels.review_queue import STATES, kind_word, name_of
from collabmap.ui.place_words import field_label, nature_word, when
from collabmap.ui.widgets.buttons import Button, Kind
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.marks import Avatar, Badge, MarkImage
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.tall import Tall
from collabmap.ui.widgets.text import ElidedText, Text, separator

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


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

    def __init__(self, action: QAction, kind: Kind, key: str) -> None:
        icon = str(action.property("icon_name") or "")
        super().__init__(action.text(), kind, icon=icon, height_px=48, key=key)
        self._does = action
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

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
        self.hint = Text("", "second")
        undo = Text(_("Undo the last one: {key}").format(key="Ctrl+Z"), "second")
        undo.setAlignment(Qt.AlignmentFlag.AlignRight)
        hints = QHBoxLayout()
        hints.addWidget(self.hint, 1)
        hints.addWidget(undo)
        grid.addLayout(hints, 2, 0, 1, 2)


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


class ReviewCard(QWidget):
    """show_item(...) fills it.  chosen: a value of a disagreement was kept or let go.

    reason_given: refuse, for this reason.  question_given: ask this.  reason_left: not refused,
    or nothing asked, after all.  photo_opened: a Photo to be seen large.
    """

    chosen = Signal()
    reason_given = Signal(str)
    question_given = Signal(str)
    reason_left = Signal()
    photo_opened = Signal(object)

    def __init__(self, window: "MainWindow", actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._theme = window.theme
        self.several: list[Several] = []
        self._head = QVBoxLayout()
        self._head.setContentsMargins(16, 14, 16, 0)
        self._inside: QWidget | None = None
        self._head_inside: QWidget | None = None
        holder = Tall()
        self._body = QVBoxLayout(holder)
        self._body.setContentsMargins(16, 6, 16, 8)
        self.scroller = QScrollArea(widgetResizable=True)
        self.scroller.setProperty("plain", True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(holder)
        holder.setAutoFillBackground(False)
        self.scroller.viewport().setAutoFillBackground(False)
        self.decide = DecideFoot(actions)
        self.why = ReasonFoot(actions["reject"])
        self.why.given.connect(self.reason_given)
        self.why.left.connect(self.reason_left)
        self.question = AskFoot(actions["ask"])
        self.question.given.connect(self.question_given)
        self.question.left.connect(self.reason_left)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 14)
        foot.addWidget(self.decide)
        foot.addWidget(self.why)
        foot.addWidget(self.question)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._head)
        whole.addWidget(self.scroller, 1)
        whole.addLayout(foot)
        self.show_reasons(False)

    # --- the foot ------------------------------------------------------------------------

    @property
    def asks_why(self) -> bool:
        return not self.why.isHidden()

    @property
    def is_asking(self) -> bool:
        return not self.question.isHidden()

    def show_question(self) -> None:
        """Ask what the author is to be asked."""
        self.decide.hide()
        self.question.show()
        self.question.begin()

    def show_reasons(self, is_shown: bool, last: str = "") -> None:
        """Ask for a reason, or offer the verdicts.  last: the reason given before."""
        self.decide.setVisible(not is_shown)
        self.question.hide()
        self.why.setVisible(is_shown)
        if is_shown:
            self.why.field.setText(last)
            self.why.field.setCursorPosition(0)

    # --- the choices of a disagreement -----------------------------------------------------

    @property
    def choices(self) -> dict[str, ChangeId]:
        """What was chosen so far, by field."""
        return {s.field: s.choice for s in self.several if s.choice is not None}

    @property
    def is_settled(self) -> bool:
        """Whether every field with several values has one chosen."""
        return all(s.choice is not None for s in self.several)

    def choose(self, number: int) -> None:
        """Keep the value with that number, counted from 1 through all fields."""
        for several in self.several:
            if number <= len(several.cards):
                several.choose(several.cards[number - 1])
                return
            number -= len(several.cards)

    # --- what is shown -----------------------------------------------------------------------

    def show_item(self, item: ReviewItem) -> None:
        """Show another item, nothing chosen yet."""
        self.setAccessibleName(f"{name_of(item)}, {kind_word(item.kind)}")
        self.several = []
        self.show_reasons(False)
        for old in (self._inside, self._head_inside):
            if old is not None:
                old.hide()
                old.deleteLater()
        self._head_inside = self._build_head(item)
        self._head.addWidget(self._head_inside)
        self._inside = self._build_body(item)
        self._body.addWidget(self._inside)
        self.scroller.verticalScrollBar().setValue(0)
        count = sum(len(several.cards) for several in self.several)
        keys = ", ".join(str(number) for number in range(1, min(9, count) + 1))
        hint = _("Choose a value: {keys}").format(keys=keys) if count else ""
        self.decide.hint.setText(hint)

    def _build_head(self, item: ReviewItem) -> QWidget:
        head = QWidget()
        layout = QVBoxLayout(head)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(8))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(MarkImage(self._theme, item.category), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(name_of(item), "title", wrap=True))
        category = self._theme.category(item.category)
        second = f"{category.label(language())} · {nature_word(category.nature)}"
        words.addWidget(Text(second, "muted"))
        row.addLayout(words, 1)
        badge = Badge(STATES[item.kind], kind_word(item.kind))
        row.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(row)
        if item.kind == "disagreement":
            # Nobody stands above the others: their names are beside what they wrote.
            words_of = _("Different values were written, by people who had not seen the others.")
            layout.addWidget(Text(words_of, "muted", wrap=True))
        else:
            author = item.author_name or _("somebody")
            by = QHBoxLayout()
            by.setSpacing(10)
            by.addWidget(Avatar(author, author.encode(), side_px=28))
            by.addWidget(ElidedText(f"{author}, {when(item.at_ms)}", "muted"), 1)
            layout.addLayout(by)
        layout.addWidget(separator())
        return head

    def _build_body(self, item: ReviewItem) -> QWidget:
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(look.px(14))
        if item.kind == "delete":
            author = item.author_name or _("somebody")
            layout.addWidget(
                Note(
                    _("Accepted, it leaves the map. It is kept in the history."),
                    title=_("{name} suggests deleting this place").format(name=author),
                    icon="minus-thick",
                    colour="danger",
                )
            )
        if item.place.care:
            layout.addWidget(Note(care_words(item.place.care), icon="alert", colour="danger"))
        number = 1
        for field in item.fields:
            if field.values and item.kind != "delete":
                several = Several(field, self._theme, number)
                several.picked.connect(self.chosen)
                number += len(several.cards)
                self.several.append(several)
                layout.addWidget(several)
            elif item.kind != "new" or field.field in ("description", "tags"):
                layout.addWidget(FieldRow(item, field, self._theme))
        if item.contact_changed or (item.kind == "new" and item.place.contact):
            contact = item.place.contact or _("(empty)")
            layout.addWidget(labelled(field_label("contact"), contact))
            layout.addWidget(Text(_("Only coordinators can read it."), "second"))
        if item.place.photos:
            photos = Photos(item.place.photos)
            photos.opened.connect(self.photo_opened)
            layout.addWidget(photos)
        for question in item.place.questions:
            layout.addWidget(asked_block(question))
        told = {comment.text for comment in item.place.comments}
        # A comment says by itself who wrote it and when.
        if item.note and item.note not in told:
            layout.addLayout(_note(item.note))
        for comment in item.place.comments:
            layout.addWidget(comment_line(comment))
        if rows := self._unchanged(item):
            # What would go is seen before it goes.
            layout.addWidget(Unchanged(rows, is_open=item.kind == "delete"))
        layout.addStretch(1)
        return inside

    def _unchanged(self, item: ReviewItem) -> list[tuple[str, str]]:
        """Return the fields that stay as they are, those that are empty left out."""
        if item.kind == "new":
            return []
        place = item.place
        values = {
            "name": place.name,
            "category": value_text("category", place.category, self._theme),
            "description": place.description,
            "tags": ", ".join(place.tags),
            "geometry": f"{place.lng:.5f}, {place.lat:.5f}",
            "contact": place.contact or "",
        }
        changed = {field.field for field in item.fields}
        if item.contact_changed:
            changed.add("contact")
        return [(field_label(f), v) for f, v in values.items() if v and f not in changed]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().surface))
        painter.end()


def _note(words: str) -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setSpacing(2)
    layout.addWidget(Text(_("Their note"), "label"))
    layout.addWidget(Text(_("“{words}”").format(words=words), "body", wrap=True))
    return layout
