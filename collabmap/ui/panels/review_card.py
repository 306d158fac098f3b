"""The card at the right: one thing to decide, whole, with its verdicts always at the same place."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
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
from collabmap.ui.panels.review_face import Decision, ReviewFace
from collabmap.ui.panels.review_feet import DecideFoot, ReasonFoot, reasons
from collabmap.ui.panels.review_fields import FieldRow, Several, Unchanged, labelled, value_text
from collabmap.ui.panels.review_map import ReviewMap
from collabmap.ui.panels.review_queue import STATES, kind_word, name_of
from collabmap.ui.place_words import field_label, nature_word, when
from collabmap.ui.widgets.marks import Avatar, Badge, MarkImage
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.tall import Tall
from collabmap.ui.widgets.text import ElidedText, Text, separator

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class ReviewCard(ReviewFace):
    """The whole of one proposal: what differs, who says so, what was said of it."""

    def __init__(self, window: "MainWindow", actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._theme = window.theme
        self.item: ReviewItem | None = None
        self.several: list[Several] = []
        self._last_reason = ""
        self.review_map = ReviewMap(self, window)
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
        self.why.given.connect(self._reject)
        self.why.left.connect(self._close_question)
        self.question = AskFoot(actions["ask"])
        self.question.given.connect(self._ask)
        self.question.left.connect(self._close_question)
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
        self._show_foot(self.decide)

    # --- what can be done ---------------------------------------------------------------

    def offers(self) -> frozenset[str]:
        if self.item is None or self.is_asking:
            return frozenset()
        digits = frozenset(str(number) for number in range(1, 10))
        if self.asks_why:
            return digits | {"reject"}
        return digits | {"reject", "ask"} | ({"accept"} if self.is_settled else set())

    def do(self, name: str) -> None:
        if name == "accept":
            self._accept()
        elif name == "reject":
            self._ask_why()
        elif name == "ask":
            self._show_foot(self.question)
            self.question.begin()
        else:
            self._take_digit(int(name))

    def took_escape(self) -> bool:
        if self.asks_why or self.is_asking:
            self._close_question()
            return True
        return False

    def _accept(self) -> None:
        item, choose = self.item, self.choices
        if item is not None and self.is_settled:
            self.decided.emit(Decision(lambda session: session.accept(item, choose=choose)))

    def _ask_why(self) -> None:
        """Ask for a reason; asked again, refuse with the reason that is there."""
        if self.asks_why:
            self.why.submit()
            return
        self.why.field.setText(self._last_reason)
        self.why.field.setCursorPosition(0)
        self._show_foot(self.why)

    def _reject(self, reason: str) -> None:
        item = self.item
        if item is not None:
            self._last_reason = reason
            self.decided.emit(Decision(lambda session: session.reject(item, reason)))

    def _ask(self, question: str) -> None:
        item = self.item
        if item is not None:
            words = _("Your question about “{name}” is kept").format(name=item.name)
            self.decided.emit(
                Decision(lambda session: session.ask(item, question), is_settled=False, said=words)
            )

    def _close_question(self) -> None:
        if self.asks_why or self.is_asking:
            self._show_foot(self.decide)
            self.left.emit()

    def _take_digit(self, number: int) -> None:
        """Choose a value of a disagreement, or a reason while one is asked for."""
        if not self.asks_why:
            self.choose(number)
        elif number <= len(reasons()):
            self._reject(reasons()[number - 1])

    # --- the foot ------------------------------------------------------------------------

    @property
    def asks_why(self) -> bool:
        return not self.why.isHidden()

    @property
    def is_asking(self) -> bool:
        return not self.question.isHidden()

    def _show_foot(self, foot: QWidget) -> None:
        for each in (self.decide, self.why, self.question):
            each.setVisible(each is foot)
        self.offers_changed.emit()

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
        self.item = item
        self.setAccessibleName(f"{name_of(item)}, {kind_word(item.kind)}")
        self.several = []
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
        self._show_foot(self.decide)

    def show_on_map(self, item: ReviewItem | None) -> None:
        self.review_map.show(item)

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
                several.picked.connect(self.offers_changed)
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
