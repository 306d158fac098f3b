"""Reviewing: one item after another, decided by key or by click, taken back with Ctrl+Z."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app.words import _, ngettext
from collabmap.domain.effect import Effect
from collabmap.errors import CollabMapError
from collabmap.review.queue import ReviewItem
from collabmap.ui.panels.place_photos import close_large, show_large
from collabmap.ui.panels.review_card import ReviewCard
from collabmap.ui.panels.review_face import Decision, ReviewFace
from collabmap.ui.panels.review_keys import ReviewKeys
from collabmap.ui.panels.review_queue import QueueHead, QueueList
from collabmap.ui.review_order import ReviewOrder
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Empty
from collabmap.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# A finger that trembles must not decide twice.
DECISION_GAP_MS = 150
_DECIDING = frozenset({"accept", "reject", "ask", "edit"})
_OF_QUEUE = frozenset({"later", "next", "previous", "filter"})


class ReviewPanel(Panel):
    """The first panel of Review: the queue; its card lies at the right of the map.

    here: the item now shown, None while there is none.
    """

    width_px = 300
    card_px = 440

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAccessibleName(_("To review"))
        self.here: ReviewItem | None = None
        self.order = ReviewOrder()
        self._in_flight: set[bytes] = set()
        self._own: dict[str, Callable[[], object]] = {
            "later": self.later,
            "next": lambda: self.step(1),
            "previous": lambda: self.step(-1),
            "filter": self.next_filter,
        }
        self._since_decision = QElapsedTimer()
        self._is_loaded = self._is_in_view = False
        self.keys = ReviewKeys(self)
        self.queue_head = QueueHead()
        self.queue_head.picked.connect(self.filter)
        self.head.setContentsMargins(16, 14, 12, 6)
        self.head.addWidget(self.queue_head)
        self.list = QueueList(window.theme, self.order)
        self.list.moved.connect(self.show_item)
        self.empty = Empty()
        self.empty.hide()
        self.body.setContentsMargins(0, 4, 0, 0)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.empty, 1)
        self._build_foot()
        self.face: ReviewFace = ReviewCard(window, self.keys.actions)
        self._faces = {"": self.face}
        for face in self._faces.values():
            # It goes with the panel also where nothing waits, and no card is ever shown.
            face.setParent(self)
            face.hide()
            face.decided.connect(self._on_decided)
            face.offers_changed.connect(self._allow)
            face.left.connect(self.list.setFocus)
            face.photo_opened.connect(lambda photo: show_large(self, photo))
        self.keys.reach(self.list, *self._faces.values())
        window.effects_arrived.connect(self._on_effect)
        window.unsent_changed.connect(self._say_decisions)
        self._allow()

    def _build_foot(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        receive = Button.of(self.main.actions_table["receive"], height_px=40, text=_("Receive"))
        share = Button.of(
            self.main.actions_table["give_back"],
            height_px=40,
            text=_("Exchange"),
            icon="swap-horizontal",
        )
        row.addWidget(receive, 1)
        row.addWidget(share, 1)
        self.foot.setContentsMargins(16, 8, 16, 14)
        self.foot.addLayout(row)

    # --- the queue -------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the whole queue again."""
        if self.main.lanes is not None:
            self.main.tasks.read(
                lambda reader: reader.review_items(), self._on_queue, owner=self, key="queue"
            )

    def _on_queue(self, items: list[ReviewItem]) -> None:
        self._is_loaded = True
        self.order.load(item for item in items if item.id not in self._in_flight)
        self._go(self.here.id if self.here else None)

    def _go(self, feature: bytes | None) -> None:
        """Show an item, or the first one when it is no longer there."""
        shown = self.order.shown
        if not shown and self.order.kind:
            self.order.kind = ""
            shown = self.order.shown
        item = self.order.item(feature)
        if item is None or item not in shown:
            item = shown[0] if shown else None
        self._show(item)

    def _show(self, item: ReviewItem | None) -> None:
        is_same = item == self.here
        if not is_same:
            close_large(self)
        self.here = item
        self.queue_head.follow(self.order)
        self.list.follow(item.id if item else None)
        self.list.setVisible(item is not None)
        self.empty.setVisible(item is None and self._is_loaded)
        if item is None:
            self._say_empty()
        elif not is_same:
            self._use_face(item)
            self.face.show_item(item)
        self._place_face(item is not None)
        if self._is_in_view and not is_same:
            self.face.show_on_map(item)
        self._allow()

    def _use_face(self, item: ReviewItem) -> None:
        """Take the face that shows this kind of item."""
        face = self._faces.get(item.kind, self._faces[""])
        if face is not self.face:
            self.face.show_on_map(None)
            self.face = face

    def _place_face(self, is_shown: bool) -> None:
        face = self.face if is_shown else None
        card = face if face is not None and not face.is_above_map else None
        above = face if face is not None and face.is_above_map else None
        if (card, above) != (self.card, self.above):
            self.card, self.above = card, above
            self.main.body.refresh()

    def _say_empty(self) -> None:
        count = self.order.decided
        words = ngettext("{count} decision, 0 waiting.", "{count} decisions, 0 waiting.", count)
        hint = words.format(count=count) if count else _("Nothing waits.")
        self.empty.say(
            "check-all",
            _("Everything is reviewed"),
            f"{hint} {_('What is left is to give the map back.')}",
            ("package-variant-closed", _("Give the map back"), self.main.commands.open_give_back),
        )

    def show_item(self, feature: bytes) -> None:
        """Show one item of the queue."""
        self._go(feature)

    def step(self, by: int) -> None:
        """Go to the item above (-1) or below (1)."""
        target = self.order.neighbour(self.here.id if self.here else None, by)
        if target is not None:
            self.show_item(target)

    def filter(self, kind: str) -> None:
        """Show one kind only, '' all; the same again shows all."""
        self.order.kind = "" if kind == self.order.kind else kind
        self._go(self.here.id if self.here else None)

    def next_filter(self) -> None:
        """Go on to the next kind that has items."""
        counts = self.order.counts()
        kinds = ["", *(kind for kind in self.queue_head.chips if kind and counts[kind])]
        at = kinds.index(self.order.kind) if self.order.kind in kinds else 0
        self.order.kind = kinds[(at + 1) % len(kinds)]
        self._go(self.here.id if self.here else None)

    # --- deciding ----------------------------------------------------------------------------

    def _allow(self) -> None:
        offered = self.face.offers() if self.here is not None else frozenset()
        # While a reason or a question is written, the queue stands still.
        if "ask" in offered:
            offered |= _OF_QUEUE
        self.keys.allow(offered)

    def is_listening(self) -> bool:
        """Whether keys are meant for the queue: it is in view and nothing lies over it."""
        return self.isVisible() or self.face.isVisible()

    def may_decide(self) -> bool:
        """Whether the last decision is long enough ago to be another one."""
        timer = self._since_decision
        return not timer.isValid() or timer.elapsed() >= DECISION_GAP_MS

    def do(self, name: str) -> None:
        """Do an action of ReviewKeys: the queue's own, or one of the face that is shown."""
        if name in self._own:
            self._own[name]()
        elif self.here is not None and (name not in _DECIDING or self.may_decide()):
            if name in _DECIDING:
                self._since_decision.start()
                # In a narrow window the list hides the card, and with it what is asked there.
                self.main.body.show_tab("card")
            self.face.do(name)

    def later(self) -> None:
        """Leave the item for later, and go on."""
        if self.here is None:
            return
        target = self.order.following(self.here.id)
        self.order.put_off(self.here.id)
        self._go(target or self.here.id)

    def _on_decided(self, decision: Decision) -> None:
        """Show the next item at once; what was decided is written meanwhile."""
        item = self.here
        if item is None:
            return
        target = self.order.following(item.id)
        if decision.is_settled:
            self.order.decide(item.id)
            self._in_flight.add(item.id)
        self._go(target if decision.is_settled else target or item.id)
        self.list.setFocus()
        # Only now: on a slow computer a second press waits until the next card is shown.
        self._since_decision.start()
        self.main.tasks.write(
            decision.work,
            lambda _effect: self._on_written(item.id, decision),
            lambda error: self._on_refused(item, error),
        )

    def _on_written(self, feature: bytes, decision: Decision) -> None:
        if decision.said:
            self.main.messages.done(
                decision.said,
                _("Its author reads it once the map is given back."),
                (_("Undo"), self.main.commands.undo),
            )
        if not isValid(self):
            return
        self._in_flight.discard(feature)
        self._say_decisions()
        self._look_again(frozenset({feature}))

    def _on_refused(self, item: ReviewItem, error: CollabMapError) -> None:
        """Put the item back: nothing was decided."""
        self.main.messages.show(error)
        if isValid(self):
            self._in_flight.discard(item.id)
            self.order.put(item)
            self._go(item.id)

    def _say_decisions(self, _unsent: int = 0) -> None:
        count = self.order.decided
        if not self.isVisible():
            return
        words = ngettext("{count} decision saved", "{count} decisions saved", count)
        self.main.top_bar.saved.set_text(words.format(count=count) if count else _("Saved"))

    # --- what changes elsewhere -----------------------------------------------------------------

    def _on_effect(self, effect: Effect) -> None:
        if effect.features is None:
            self.reload()
        elif ids := effect.features - self._in_flight:
            self._look_again(ids)

    def _look_again(self, ids: frozenset[bytes]) -> None:
        if self.main.lanes is not None:
            self.main.tasks.read(
                lambda reader: [(each, reader.review_item(each)) for each in ids],
                self._on_looked,
                owner=self,
            )

    def _on_looked(self, found: list[tuple[bytes, ReviewItem | None]]) -> None:
        target = self.here.id if self.here else None
        before = self.order.items
        for feature, item in found:
            if feature in self._in_flight:
                continue
            if item is None:
                self.order.drop(feature)
                continue
            if self.order.was_decided(feature):
                # A verdict was taken back: that is what one wants to see again.
                target = feature
            self.order.put(item)
        if self.order.items != before:
            self._go(target)

    # --- as a panel ------------------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        return self.list

    def help_keys(self) -> list[tuple[str, str]]:
        return self.keys.help()

    def took_escape(self) -> bool:
        return (self.here is not None and self.face.took_escape()) or close_large(self)

    def entered(self) -> None:
        self._is_in_view = True
        self.keys.set_on(True)
        if self.here is not None:
            self.face.show_on_map(self.here)
        self.reload()

    def left(self) -> None:
        self._is_in_view = False
        self.keys.set_on(False)
        self.face.show_on_map(None)
