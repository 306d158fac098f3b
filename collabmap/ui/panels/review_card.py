"""The card at the right: one thing to decide, whole, with its verdicts always at the same place."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from collabmap.app.care_words import is_nowhere
from collabmap.app.words import _, ngettext
from collabmap.domain.geo import LngLat
from collabmap.review.queue import ReviewItem
from collabmap.ui import look
from collabmap.ui.panels.review_ask import AskFoot
from collabmap.ui.panels.review_body import CardBody
from collabmap.ui.panels.review_edit import Edited, EditFields
from collabmap.ui.panels.review_face import Decision, ReviewFace
from collabmap.ui.panels.review_feet import DecideFoot, EditFoot, ReasonFoot, reasons
from collabmap.ui.panels.review_head import CardHead
from collabmap.ui.panels.review_map import ReviewMap
from collabmap.ui.panels.review_queue import kind_word, name_of
from collabmap.ui.review_words import partly_words
from collabmap.ui.shapes_here import is_shape
from collabmap.ui.widgets.announcing import announce
from collabmap.ui.widgets.tall import Tall

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

_EDITABLE = frozenset({"new", "change", "contested", "care"})


class ReviewCard(ReviewFace):
    """The whole of one proposal: what differs, who says so, what was said of it."""

    def __init__(self, window: "MainWindow", actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self.item: ReviewItem | None = None
        self.fields: EditFields | None = None
        self._shown: Edited | None = None
        self._kept: dict[bytes, Edited] = {}
        self._last_reason = ""
        self._begun: dict[bytes, str] = {}
        self._actions = actions
        self.review_map = ReviewMap(self, window)
        self.review_map.measured.connect(self._on_measured)
        window.map.position_moved.connect(self._on_moved)
        self._head = QVBoxLayout()
        self._head.setContentsMargins(16, 14, 16, 0)
        self._head_inside: CardHead | None = None
        self.body: CardBody | None = None
        holder = Tall()
        self._body = QVBoxLayout(holder)
        self._body.setContentsMargins(16, 2, 16, 8)
        self.scroller = QScrollArea(widgetResizable=True)
        self.scroller.setProperty("plain", True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(holder)
        holder.setAutoFillBackground(False)
        self.scroller.viewport().setAutoFillBackground(False)
        self._build_feet(actions)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 12)
        for each in self._feet:
            foot.addWidget(each)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._head)
        whole.addWidget(self.scroller, 1)
        whole.addLayout(foot)
        self._show_foot(self.decide)

    def _build_feet(self, actions: Mapping[str, QAction]) -> None:
        self.decide = DecideFoot(actions)
        self.why = ReasonFoot(actions["reject"])
        self.why.given.connect(self._reject)
        self.why.left.connect(self._close_question)
        self.why.field.textEdited.connect(self._keep_reason)
        self.question = AskFoot(actions["ask"])
        self.question.given.connect(self._ask)
        self.question.left.connect(self._close_question)
        self.editing = EditFoot()
        self.editing.given.connect(self._accept_edited)
        self.editing.left.connect(self.leave_fields)
        self._feet = (self.decide, self.why, self.question, self.editing)

    # --- what can be done ---------------------------------------------------------------

    def offers(self) -> frozenset[str]:
        item = self.item
        if item is None or self.is_asking or self.is_editing:
            return frozenset()
        digits = frozenset(str(number) for number in range(1, 10))
        if self.asks_why:
            return digits | {"reject"}
        offered = digits | {"ask", "history"}
        if item.place.basis.pending | item.place.basis.contested:
            offered |= {"reject"}
        if self.takes_some:
            offered |= {"accept"}
        if item.kind in _EDITABLE:
            offered |= {"edit"}
        return offered | {"blink"} if self.review_map.has_two(item) else offered

    def do(self, name: str) -> None:
        doings = {
            "accept": self._accept,
            "reject": self._ask_why,
            "ask": self._begin_question,
            "edit": self._begin_fields,
            "history": self._open_history,
            "blink": self._blink,
        }
        if name in doings:
            doings[name]()
        else:
            self._take_digit(int(name))

    def took_escape(self) -> bool:
        if self.is_editing:
            self.leave_fields()
            return True
        if self.asks_why or self.is_asking:
            self._close_question()
            return True
        return False

    def _accept(self) -> None:
        item, leave = self.item, self.left_out
        if item is not None and self.takes_some:
            self._kept.pop(item.id, None)
            reason = partly_words(item, leave, (), self.main.theme)
            self.decided.emit(
                Decision(lambda session: session.accept(item, leave=leave, reason=reason))
            )

    def _ask_why(self) -> None:
        """Ask for a reason; asked again, refuse with the reason that is there."""
        if self.asks_why:
            self.why.submit()
            return
        about = self.item.id if self.item is not None else b""
        self.why.field.setText(self._begun.get(about, self._last_reason))
        self.why.field.setCursorPosition(0)
        self._show_foot(self.why)

    def _reject(self, reason: str) -> None:
        item = self.item
        if item is not None:
            self._begun.pop(item.id, None)
            self._last_reason = reason
            self._show_foot(self.decide)
            self.decided.emit(Decision(lambda session: session.reject(item, reason)))

    def _keep_reason(self, words: str) -> None:
        if self.item is not None:
            self._begun[self.item.id] = words

    def _begin_question(self) -> None:
        if self.item is not None:
            self._show_foot(self.question)
            self.question.begin(self.item.id)

    def _ask(self, question: str) -> None:
        item = self.item
        if item is not None:
            words = _("Your question about “{name}” is kept").format(name=item.name)
            self._show_foot(self.decide)
            self.decided.emit(
                Decision(lambda session: session.ask(item, question), is_settled=False, said=words)
            )

    def _close_question(self) -> None:
        if self.asks_why or self.is_asking:
            self._show_foot(self.decide)
            self.left.emit()

    def _take_digit(self, number: int) -> None:
        """Take or leave a part, or choose a reason while one is asked for."""
        if not self.asks_why:
            self.choose(number)
        elif number <= len(reasons()):
            self._reject(reasons()[number - 1])

    def _blink(self) -> None:
        self.main.body.show_tab("centre")
        if words := self.review_map.blink():
            announce(self.decide.blink, words)

    def _open_history(self) -> None:
        # Imported late: most cards are decided without it.
        from collabmap.ui.panels.history import open_history

        if self.item is not None and self._head_inside is not None:
            open_history(self.main, self.item.id, self._head_inside.history)

    # --- editing, then accepting ----------------------------------------------------------

    @property
    def is_editing(self) -> bool:
        return self.fields is not None

    def _begin_fields(self) -> None:
        item, body = self.item, self.body
        if item is None or body is None or item.kind not in _EDITABLE:
            return
        place = item.place
        has_no_pin = is_shape(place) or is_nowhere(place.care)
        self._shown = Edited(
            name=body.value("name", place.name),
            category=body.value("category", place.category),
            description=body.value("description", place.description),
            tags=body.keywords(),
            position=None if has_no_pin else LngLat(item.after_lng, item.after_lat),
        )
        values = self._kept.get(item.id, self._shown)
        fields = self.fields = EditFields(self.main.theme, values)
        fields.submitted.connect(self._accept_edited)
        fields.category_chosen.connect(self._pin)
        body.hide()
        self._body.addWidget(fields)
        self._pin()
        self._show_foot(self.editing)
        fields.begin()

    def _pin(self) -> None:
        if self.fields is not None:
            values = self.fields.values()
            if values.position is not None:
                self.review_map.show_pin(values.position, values.category)

    def _on_moved(self, position: LngLat) -> None:
        if self.fields is not None:
            self.fields.move_to(position)

    def _accept_edited(self) -> None:
        item, fields, shown = self.item, self.fields, self._shown
        if item is None or fields is None or shown is None or not fields.is_whole():
            return
        values = fields.values().changes(shown)
        # What was left out and is written now is neither the author's nor what was there before.
        leave = self.left_out - values.keys()
        if "position" in values:
            leave -= {"geometry"}
        reason = partly_words(item, leave, values, self.main.theme)
        self._close_fields()
        self._kept.pop(item.id, None)
        self.decided.emit(
            Decision(
                lambda session: session.accept(item, leave=leave, values=values, reason=reason)
            )
        )

    def leave_fields(self) -> None:
        """Leave the fields; what was written in them is kept while the window is open."""
        item = self.item
        if item is None or self.fields is None:
            return
        self._keep_fields(item)
        self._close_fields()
        self.review_map.show(item)
        self.left.emit()

    def _keep_fields(self, item: ReviewItem) -> None:
        fields, shown = self.fields, self._shown
        if fields is None or shown is None:
            return
        values = fields.values()
        if not values.changes(shown):
            self._kept.pop(item.id, None)
            return
        self._kept[item.id] = values
        self.main.messages.info(
            _("What you wrote about “{name}” is kept").format(name=name_of(item)),
            _("Press E on its card to go on."),
        )

    def _close_fields(self) -> None:
        fields, self.fields = self.fields, None
        if fields is not None:
            fields.hide()
            fields.deleteLater()
        if self.body is not None:
            self.body.show()
        self._show_foot(self.decide)

    # --- the foot ------------------------------------------------------------------------

    @property
    def asks_why(self) -> bool:
        return not self.why.isHidden()

    @property
    def is_asking(self) -> bool:
        return not self.question.isHidden()

    @property
    def is_writing(self) -> bool:
        return self.asks_why or self.is_asking or self.is_editing

    def _show_foot(self, foot: QWidget) -> None:
        for each in self._feet:
            each.setVisible(each is foot)
        self.offers_changed.emit()

    # --- what is taken ----------------------------------------------------------------------

    @property
    def left_out(self) -> frozenset[str]:
        """The names of the parts that are not taken."""
        return (
            frozenset().union(*(row.left for row in self.body.rows)) if self.body else frozenset()
        )

    @property
    def takes_some(self) -> bool:
        """Whether accepting takes anything: of a change of which all is left out it does not."""
        if self.body is None or self.item is None or self.item.kind != "change":
            return True
        every = frozenset().union(*(row.parts for row in self.body.rows))
        return not every or self.left_out < every

    def choose(self, number: int) -> None:
        """Do what a digit does: take or leave a part, counted from 1."""
        if self.body is None or number > len(self.body.numbered):
            return
        part = self.body.numbered[number - 1]
        part.do()
        # What a key has changed is seen.
        self.scroller.ensureWidgetVisible(part.shown, 0, look.px(8))

    # --- what is shown -----------------------------------------------------------------------

    def show_item(self, item: ReviewItem) -> None:
        if self.item is not None and self.fields is not None:
            # Another item was clicked.
            self._keep_fields(self.item)
            self._close_fields()
        self.item = item
        self.setAccessibleName(f"{name_of(item)}, {kind_word(item.kind)}")
        for old in (self._head_inside, self.body):
            if old is not None:
                old.hide()
                old.deleteLater()
        self._head_inside = CardHead(self.main, item, self._actions)
        self._head.addWidget(self._head_inside)
        self.body = CardBody(item, self.main.theme)
        self.body.changed.connect(self._follow)
        self.body.photo_opened.connect(self.photo_opened)
        self._body.addWidget(self.body)
        self.scroller.verticalScrollBar().setValue(0)
        self.decide.blink.setVisible(self.review_map.has_two(item))
        self._follow()
        self._show_foot(self.decide)

    def _follow(self) -> None:
        """Say what is taken and what can be done, after something was taken or left out."""
        body = self.body
        if body is None or self.item is None:
            return
        keys = _digits(min(9, len(body.numbered)))
        hint = ""
        if not self.takes_some:
            hint = _("Nothing is taken: refuse it instead.")
        elif keys:
            words = ngettext(
                "Field by field: key {keys}", "Field by field: keys {keys}", len(body.numbered)
            )
            hint = words.format(keys=keys)
        boxes = [row for row in body.rows if row.take is not None]
        self.decide.say(len(boxes), sum(bool(row.left) for row in boxes))
        hints = [_("History: {key}").format(key="H")]
        if self.item.kind in _EDITABLE:
            hints.insert(0, _("Edit: {key}").format(key="E"))
        more = " · ".join(hints)
        self.decide.hint.set_whole(hint or more)
        self.decide.more.set_whole(more if hint else "")
        self.offers_changed.emit()

    def _on_measured(self, before: str, after: str) -> None:
        if self.body is not None:
            self.body.show_measures(before, after)

    def show_on_map(self, item: ReviewItem | None) -> None:
        self.review_map.show(item)
        if item is not None:
            self._pin()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().surface))
        painter.end()


def _digits(count: int) -> str:
    """Return '', '1', '1, 2', '1 to 6'."""
    if count > 2:
        return _("{first} to {last}").format(first=1, last=count)
    return ", ".join(str(number) for number in range(1, count + 1))
