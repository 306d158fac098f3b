"""A disagreement above the map: what was said as equals, and the ways to settle it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.field_words import in_order
from collabmap.app.settling_disagreements import Written, joined
from collabmap.app.words import _
from collabmap.domain.feature import ChangeId
from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch
from collabmap.review.disagreement import DELETE, Dispute, Side
from collabmap.review.queue import ReviewItem
from collabmap.review.word_diff import Piece, diff_from_all
from collabmap.ui import look
from collabmap.ui.map.rival_shapes import RivalShapes
from collabmap.ui.panels import disagreement_words as words_of
from collabmap.ui.panels.disagreement_feet import MoreFoot, WriteFoot
from collabmap.ui.panels.disagreement_head import DisagreementHead
from collabmap.ui.panels.disagreement_map import DisagreementMap
from collabmap.ui.panels.disagreement_side import SideCard
from collabmap.ui.panels.review_ask import AskFoot
from collabmap.ui.panels.review_face import Decision, ReviewFace
from collabmap.ui.panels.review_queue import name_of
from collabmap.ui.widgets.tall import Tall

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Cards narrower than this stand one above the other.
LEAST_CARD_PX = 280
# In a window with little height they may be narrower, so that three stand side by side.
LEAST_LOW_CARD_PX = 225
# The map keeps at least this height.
MAP_HEIGHT_PX = 110
# A body lower than this has tighter cards.
LOW_PX = 600
MOST_SIDES = 9


class DisagreementFace(ReviewFace):
    """One dispute of an item after the other; the last one that is settled settles them all."""

    is_above_map = True
    digits_decide = True

    def __init__(self, window: "MainWindow", actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._actions = actions
        self.item: ReviewItem | None = None
        self._at = 0
        self._choose: dict[str, ChangeId] = {}
        self._write: dict[str, Written] = {}
        self._both: Written | None = None
        self._put: LngLat | bytes | None = None
        self._is_on_map = self._was_low = False
        self.cards: list[SideCard] = []
        self._map = DisagreementMap(self, window)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._head = QVBoxLayout()
        self._inside: QWidget | None = None
        self._head_inside: QWidget | None = None
        self._holder = Tall()
        self._grid = QGridLayout(self._holder)
        self.scroller = QScrollArea(widgetResizable=True)
        self.scroller.setProperty("plain", True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(self._holder)
        self._holder.setAutoFillBackground(False)
        self.scroller.viewport().setAutoFillBackground(False)
        self.more = MoreFoot()
        self.own = WriteFoot(window.theme)
        self.own.written.connect(self._on_written)
        self.own.put.connect(self._on_put)
        self.own.left.connect(self._close_question)
        self.question = AskFoot(actions["ask"])
        self.question.given.connect(self._ask)
        self.question.left.connect(self._close_question)
        self._whole = QVBoxLayout(self)
        self._whole.addLayout(self._head)
        self._whole.addWidget(self.scroller, 1)
        for foot in (self.more, self.own, self.question):
            self._whole.addWidget(foot)
        window.body.installEventFilter(self)
        self._show_foot(self.more)

    # --- what can be done ---------------------------------------------------------------

    @property
    def dispute(self) -> Dispute | None:
        """What is to be settled now."""
        disputes = self.item.disputes if self.item is not None else ()
        return disputes[self._at] if self._at < len(disputes) else None

    @property
    def shapes(self) -> RivalShapes:
        """What is drawn on the map."""
        return self._map.shapes

    @property
    def _is_asking(self) -> bool:
        return self.more.isHidden()

    @property
    def is_writing(self) -> bool:
        return self._is_asking

    def offers(self) -> frozenset[str]:
        dispute = self.dispute
        if dispute is None or self._is_asking:
            return frozenset()
        count = min(len(dispute.sides), MOST_SIDES)
        digits = {str(number) for number in range(1, count + 1)}
        if dispute.kind == "field":
            digits.add(str(count + 1))
        if self._both is not None:
            digits.add(str(count + 2))
        return frozenset(digits) | {"ask"}

    def do(self, name: str) -> None:
        dispute = self.dispute
        if dispute is None or self.item is None:
            return
        if name == "ask":
            self._show_foot(self.question)
            self.question.begin(self.item.id)
            return
        number, count = int(name), min(len(dispute.sides), MOST_SIDES)
        if number <= count:
            self._keep(dispute, dispute.sides[number - 1])
        elif number == count + 1:
            self._begin_writing(dispute)
        elif self._both is not None:
            self._settle(dispute, self._both)

    def took_escape(self) -> bool:
        if self._is_asking:
            self._close_question()
            return True
        if self._at:
            # Back to what was settled before.
            self._at -= 1
            self._show_dispute()
            return True
        return False

    # --- settling -----------------------------------------------------------------------

    def _keep(self, dispute: Dispute, side: Side) -> None:
        item = self.item
        assert item is not None
        if dispute.kind == "verdict":
            self.decided.emit(Decision(lambda session: session.settle_verdicts(item, side)))
        elif side.word == DELETE:
            self.decided.emit(Decision(lambda session: session.accept_delete(item)))
        else:
            self._settle(dispute, side.changes[0])

    def _settle(self, dispute: Dispute, choice: ChangeId | Written) -> None:
        """Note what is kept, and go on to the next dispute; after the last one, write them all."""
        item = self.item
        assert item is not None
        self._choose.pop(dispute.field, None)
        self._write.pop(dispute.field, None)
        if isinstance(choice, Written):
            self._write[dispute.field] = choice
        elif dispute.field:
            self._choose[dispute.field] = choice
        if self._at + 1 < len(item.disputes):
            self._at += 1
            self._show_dispute()
            return
        self._show_foot(self.more)
        choose, write = dict(self._choose), dict(self._write)
        self.decided.emit(Decision(lambda session: session.settle(item, choose, write)))

    def _ask(self, question: str) -> None:
        item = self.item
        assert item is not None
        words = _("Your question about “{name}” is kept").format(name=item.name)
        work = Decision(lambda session: session.ask(item, question), is_settled=False, said=words)
        self._show_foot(self.more)
        self.decided.emit(work)

    # --- a value of one's own -------------------------------------------------------------

    def _begin_writing(self, dispute: Dispute) -> None:
        item = self.item
        assert item is not None
        field = words_of.dispute_field(dispute)
        self._put = None
        self._show_foot(self.own)
        self.own.begin(field, item.id, item.named)
        if field == "geometry":
            self._map.ask_position(item.category, self._on_position)
        elif field == "outline":
            known = (words_of.sketch_of(side) for side in (dispute.start, *dispute.sides))
            sketch = next((each for each in known if each is not None), None)
            if sketch is not None:
                self._map.ask_outline(item, sketch, self._on_outline)

    def _on_written(self, value: object) -> None:
        if self.dispute is not None:
            self._settle(self.dispute, Written(value))

    def _on_position(self, position: LngLat) -> None:
        is_first, self._put = self._put is None, position
        self.own.may_keep(True)
        if is_first:
            self.main.body.show_tab("card")
            self.own.button.setFocus()

    def _on_outline(self, sketch: Sketch) -> None:
        is_whole = sketch.is_finished and not sketch.problems()
        self._put = sketch.wkb() if is_whole else None
        self.own.may_keep(is_whole)

    def _on_put(self) -> None:
        if self.dispute is not None and self._put is not None:
            self._settle(self.dispute, Written(self._put))

    def _close_question(self) -> None:
        self._show_foot(self.more)
        self._follow_map()
        self.left.emit()

    def _show_foot(self, foot: QWidget) -> None:
        for each in (self.more, self.own, self.question):
            each.setVisible(each is foot)
        self.updateGeometry()
        self.offers_changed.emit()

    # --- what is shown ---------------------------------------------------------------------

    def show_item(self, item: ReviewItem) -> None:
        disputes = in_order(item.disputes, self.main.theme)
        self.item = item = replace(item, disputes=tuple(disputes))
        self._at = 0
        self._choose, self._write = {}, {}
        self.setAccessibleName(f"{name_of(item)}, {words_of.badge_words(item)}")
        self._show_dispute()

    def show_on_map(self, item: ReviewItem | None) -> None:
        self._is_on_map = item is not None
        self._follow_map()

    def _follow_map(self) -> None:
        item = self.item if self._is_on_map else None
        self._map.show(item, self.dispute if item is not None else None, self._on_together)

    def _on_together(self, together: Written | None) -> None:
        """Offer what the corrections of an outline make, once it is drawn."""
        if together is not None and self.dispute is not None:
            self._both = together
            self._offer_more(self.dispute)
            self.offers_changed.emit()

    def _show_dispute(self) -> None:
        item, dispute = self.item, self.dispute
        if item is None or dispute is None:
            return
        self._both = joined(dispute, self.main.theme)
        if self._head_inside is not None:
            self._head_inside.hide()
            self._head_inside.deleteLater()
        self._head_inside = self._build_head(item, dispute)
        self._head.addWidget(self._head_inside)
        for card in self.cards:
            self._grid.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = self._build_cards(dispute)
        self._place_cards()
        self._offer_more(dispute)
        self.scroller.verticalScrollBar().setValue(0)
        self._show_foot(self.more)
        if self._is_on_map:
            self._follow_map()

    @property
    def _is_low(self) -> bool:
        return self.main.body.height() < look.px(LOW_PX)

    def _build_head(self, item: ReviewItem, dispute: Dispute) -> QWidget:
        is_low = self._was_low = self._is_low
        edge = look.px(16 if is_low else 28)
        self._whole.setContentsMargins(edge, look.px(10 if is_low else 20), edge, look.px(14))
        self._whole.setSpacing(look.px(8 if is_low else 12))
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.px(12 if is_low else 18))
        step = (self._at + 1, len(item.disputes))
        return DisagreementHead(item, dispute, step, self.main.theme, is_low=is_low)

    def _build_cards(self, dispute: Dispute) -> list[SideCard]:
        theme, named = self.main.theme, self.item.named if self.item is not None else {}
        sides = dispute.sides[:MOST_SIDES]
        texts = [
            words_of.side_text(dispute, side, number, theme, named)
            for number, side in enumerate(sides, start=1)
        ]
        is_text = dispute.kind == "field" and dispute.field not in ("geometry", "category")
        cards = []
        for number, (side, text) in enumerate(zip(sides, texts, strict=True), start=1):
            others = [other for other in texts if other != text]
            whole = (Piece(text, False),) if text else ()
            pieces = diff_from_all(text, others) if is_text else whole
            action = self._actions[str(number)]
            cards.append(SideCard(dispute, side, pieces, number, action, is_low=self._is_low))
        return cards

    def _offer_more(self, dispute: Dispute) -> None:
        count = len(self.cards)
        buttons = {}
        if dispute.kind == "field" and count + 1 <= MOST_SIDES:
            icon, own = words_of.own_words(dispute)
            key = str(count + 1)
            buttons["own"] = (self._actions[key], key, icon, own)
        if self._both is not None and count + 2 <= MOST_SIDES:
            key = str(count + 2)
            both = _("Keep both") if count == 2 else _("Keep them all")
            if dispute.field == "geometry":
                both = _("Put together, as drawn")
            buttons["both"] = (self._actions[key], key, "plus-box-multiple-outline", both)
        ask = _("Ask both") if count == 2 else _("Ask them all")
        icon = str(self._actions["ask"].property("icon_name"))
        buttons["ask"] = (self._actions["ask"], "D", icon, ask)
        buttons["later"] = (self._actions["later"], "→", "clock-outline", _("Later"))
        self.more.offer(buttons, is_low=self._is_low)
        self.updateGeometry()

    # --- how large it is -------------------------------------------------------------------

    def _place_cards(self) -> None:
        """Put the cards side by side as far as they fit, in rows as equal as can be."""
        count = len(self.cards)
        if not count:
            return
        margins = self._whole.contentsMargins()
        room = max(1, self.width() - margins.left() - margins.right() + self._grid.spacing())
        least = LEAST_LOW_CARD_PX if self._was_low else LEAST_CARD_PX
        fits = max(1, room // (look.px(least) + self._grid.spacing()))
        columns = -(-count // -(-count // min(count, fits)))
        for rank, card in enumerate(self.cards):
            self._grid.addWidget(card, rank // columns, rank % columns)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        # In a narrow window there is more height than they need.
        rows = -(-count // columns)
        for row in range(self._grid.rowCount() + 1):
            self._grid.setRowStretch(row, 1 if row == rows else 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the height of the window's body, which says how high this may be."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            if self._is_low != self._was_low and not self._is_asking:
                self._show_dispute()
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._place_cards()
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.heightForWidth(self.width()))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as all of it, as long as enough is left for the map."""
        margins = self._whole.contentsMargins()
        inside = max(1, width - margins.left() - margins.right())
        head = self._head_inside.layout() if self._head_inside is not None else None
        foot = next(f for f in (self.more, self.own, self.question) if not f.isHidden())
        high = sum(_height(each, inside) for each in (head, self._grid, foot.layout()))
        high += 2 * self._whole.spacing() + margins.top() + margins.bottom()
        return max(1, min(high, self.main.body.height() - MAP_HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().window))
        painter.end()


def _height(layout: QLayout | None, width: int) -> int:
    if layout is None:
        return 0
    layout.activate()
    tall = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else -1
    return tall if tall >= 0 else layout.totalSizeHint().height()
