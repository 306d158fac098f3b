"""Reviewing: one item after another, decided by key or by click, taken back with Ctrl+Z."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from collabmap.app.words import _, ngettext
from collabmap.domain.effect import Effect
from collabmap.errors import CollabMapError
from collabmap.review.queue_rows import QueueRow
from collabmap.ui.panels.photo_page import close_large, show_in_review
from collabmap.ui.panels.review_bulk import open_bulk_of
from collabmap.ui.panels.review_card import ReviewCard
from collabmap.ui.panels.review_disagreement import DisagreementFace
from collabmap.ui.panels.review_face import Decision, ReviewFace
from collabmap.ui.panels.review_keys import ReviewKeys
from collabmap.ui.panels.review_list import QueueList
from collabmap.ui.panels.review_look import ReviewLook
from collabmap.ui.panels.review_pair import DuplicateFace
from collabmap.ui.panels.review_queue import AllReviewed, QueueFoot, QueueHead, queue_words
from collabmap.ui.queue_filter import QueueFilter
from collabmap.ui.queue_memory import NOTE, QueueMemory
from collabmap.ui.review_cards import AHEAD, Card, ReviewCards
from collabmap.ui.review_hold import ReviewHold
from collabmap.ui.review_order import ReviewOrder
from collabmap.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.review.claims import Claim
    from collabmap.ui.main_window import MainWindow

# A finger that trembles must not decide twice.
DECISION_GAP_MS = 150
_DECIDING = frozenset({"accept", "reject", "ask", "edit", "unite", "apart"})
_OF_QUEUE = frozenset({"later", "next", "previous", "filter", "group", "sort", "saved", "share"})
_OF_QUEUE |= {"accept_all", "reject_all"}


class ReviewPanel(Panel):
    """The first panel of Review: the queue; its card lies at the right of the map.

    here: the row that is looked at, None while there is none.  item: its card, None until it was
    read: nothing can be decided before.
    """

    width_px = 300
    strip_px = 72
    card_px = 440

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAccessibleName(_("To review"))
        self.here: QueueRow | None = None
        self.item: Card | None = None
        self.order = ReviewOrder()
        self._in_flight: set[bytes] = set()
        self._twins: set[bytes] = set()
        self._own: dict[str, Callable[[], object]] = {
            "later": self.later,
            "next": lambda: self.step(1),
            "previous": lambda: self.step(-1),
            "filter": lambda: self.look.open_filter(),
            "group": lambda: self.look.open_groups(),
            "sort": lambda: self.look.open_sorts(),
            "saved": lambda: self.look.next_saved(),
            "share": window.commands.open_claims,
            "accept_all": lambda: open_bulk_of(window, "accept", self.order, self._on_look),
            "reject_all": lambda: open_bulk_of(window, "reject", self.order, self._on_look),
        }
        self._since_decision = QElapsedTimer()
        self._is_loaded = self._is_in_view = False
        self._is_opened = False
        self.keys = ReviewKeys(self)
        self.hold = ReviewHold(self)
        self.cards = ReviewCards(window.tasks, self._on_card, self)
        self.memory = QueueMemory(window, self.order, self)
        self.queue_head = QueueHead()
        self.look = ReviewLook(window, self.order, self.memory, self.queue_head)
        self.look.changed.connect(self._on_look)
        self.queue_head.menu_wanted.connect(self.look.open)
        self.queue_head.opened.connect(self._toggle_list)
        self.queue_head.picked.connect(self.filter)
        self.head.setContentsMargins(16, 14, 12, 6)
        self.head.addWidget(self.queue_head)
        self.list = QueueList(window.theme, self.order, self.look.heading)
        self.look.back_to = self.list
        self.list.moved.connect(self.show_item)
        self.list.queue.words_wanted.connect(lambda: self.list.read_words(window.tasks))
        self.empty = AllReviewed()
        self.empty.hide()
        self.body.setContentsMargins(0, 4, 0, 0)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.empty, 1)
        self.queue_foot = QueueFoot(window, self.keys.actions["accept_all"])
        self.foot.setContentsMargins(16, 8, 16, 14)
        self.foot.addWidget(self.queue_foot)
        self.face: ReviewFace = ReviewCard(window, self.keys.actions)
        actions = self.keys.actions
        self._faces = {
            "": self.face,
            "disagreement": DisagreementFace(window, actions),
            "duplicate": DuplicateFace(window, actions),
        }
        for face in self._faces.values():
            # It goes with the panel also where nothing waits, and no card is ever shown.
            face.setParent(self)
            face.hide()
            face.decided.connect(self._on_decided)
            face.offers_changed.connect(self._allow)
            face.offers_changed.connect(self.hold.let_go)
            face.left.connect(self.list.setFocus)
            face.photo_opened.connect(lambda photo: show_in_review(self, self.item, photo))
        self.keys.reach(self.list, *self._faces.values())
        window.effects_arrived.connect(self._on_effect)
        window.unsent_changed.connect(self._say_decisions)
        window.duplicates.found.connect(self.look_again)
        self._allow()

    # --- the queue -------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the whole queue again; the first time also what this computer remembers of it."""
        if self.main.lanes is None:
            return
        device, project = self.main.device, self.memory.project
        is_first = not self.memory.is_read

        def read(reader: "Reader") -> "tuple[list[QueueRow], tuple[Claim, ...], object]":
            note = device.note(project, NOTE) if is_first else None
            return reader.queue(), reader.claims(), note

        self.main.tasks.read(read, self._on_queue, owner=self, key="queue")

    def _on_queue(self, found: "tuple[list[QueueRow], tuple[Claim, ...], object]") -> None:
        if self.hold.keeps(None):
            return
        rows, claims, note = found
        here = self.here.id if self.here else None
        self._is_loaded = True
        mine = [claim for claim in claims if claim.is_mine]
        self.look.has_part = bool(mine)
        self.queue_foot.claims.show_claims(claims, self.main.theme)
        self.order.is_mine = lambda row: any(claim.covers(row) for claim in mine)
        decided = put_off = None
        if not self.memory.is_read:
            kept = self.memory.take(note)
            decided, put_off, here = kept.decided, kept.put_off, kept.here
            self.order.look(filter=kept.filter, group=kept.group, sort=kept.sort)
        rows = [row for row in rows if row.id not in self._in_flight]
        self._twins = {row.id for row in rows if row.kind == "duplicate"}
        # A verdict was taken back meanwhile: that is what one wants to see again.
        here = next((row.id for row in rows if self.order.is_taken_back(row)), here)
        self.order.load(rows, decided, put_off)
        # What was read before may be another by now; the one that is looked at is asked for anew.
        self.cards.drop(None)
        self.list.queue.forget_words(None)
        self._go(here, is_new=True)

    def _go(self, id_: bytes | None, *, is_new: bool = False) -> None:
        """Show an item, or the first one when it is no longer there.

        is_new: its card may have changed, and is read again.
        """
        if not self.order.shown_count() and not self.order.filter.is_empty:
            self.order.look(filter=QueueFilter())
        row = self.order.row(id_ if self.order.is_shown(id_) else self.order.first())
        is_same = row is not None and self.here is not None and row.id == self.here.id
        self.here = row
        self.memory.note_later(row.id if row else None)
        self._follow()
        if row is None:
            self.item = None
            self._show(None)
        elif not is_same or is_new or self.item is None:
            self._want(row, is_same=is_same)
        self._allow()

    def _want(self, row: QueueRow, *, is_same: bool) -> None:
        """Show a row's card, at once if it was read ahead."""
        card = self.cards.card(row.id)
        if card is not None:
            self._show(card)
        else:
            if not is_same:
                self.item = None
                close_large(self)
            self.cards.ask(row)
        coming = (self.order.row(each) for each in self.order.coming(row.id, AHEAD))
        self.cards.read_ahead(each for each in coming if each is not None)

    def _on_card(self, id_: bytes, card: Card | None) -> None:
        """Show a card that has come, if it is the one that is looked at."""
        if self.here is not None and self.here.id == id_ and self.hold.keeps(frozenset({id_})):
            return
        if card is None:
            # Decided elsewhere, or taken back, since the queue was read.
            if id_ not in self._in_flight:
                here = self.here
                target = self.order.following(id_) if here and here.id == id_ else None
                self.order.drop(id_)
                self._go(target or (here.id if here else None))
        elif self.here is not None and self.here.id == id_:
            self._show(card)
            self._allow()

    def _follow(self) -> None:
        """Show list, chips and numbers of now."""
        here = self.here
        self.queue_head.follow(self.order, self.look.in_force())
        self.list.follow(here.id if here else None)
        self.list.setVisible(here is not None)
        self.queue_foot.all_of_filter.setVisible(
            here is not None and not self.order.filter.is_empty
        )
        self.empty.setVisible(here is None and self._is_loaded)
        words = queue_words(len(self.order.rows))
        if words != self.tab_words:
            self.tab_words = words
            self.main.body.refresh()
        if here is None:
            self.empty.say_done(self.order.decided, self.main.commands.open_give_back)

    def _show(self, card: Card | None) -> None:
        is_same = card is not None and card == self.item
        self.item = card
        if is_same:
            return
        close_large(self)
        if card is not None:
            self._use_face(card)
            self.face.show_item(card)
        self._place_face(card is not None)
        if self._is_in_view:
            self.face.show_on_map(card)

    def _use_face(self, item: Card) -> None:
        """Take the face that shows this kind of item."""
        is_disputed = item.kind != "duplicate" and bool(item.disputes)
        kind = "disagreement" if is_disputed else item.kind
        face = self._faces.get(kind, self._faces[""])
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
        chosen = self.order.filter
        self.look.filter(replace(chosen, kind="" if kind == chosen.kind else kind))

    def _on_look(self) -> None:
        self._go(self.here.id if self.here else None)

    # --- where there is little room ---------------------------------------------------------

    def set_strip(self, is_strip: bool) -> None:
        """Leave a strip of the list, or all of it, as there is room in the window."""
        self.is_thin = is_thin = is_strip and not self._is_opened
        self.queue_head.set_strip(is_strip=is_thin, is_behind=is_strip)
        self.list.set_strip(is_thin)
        self.queue_foot.setVisible(not is_thin)
        margins = (4, 8, 4, 4) if is_thin else (16, 14, 12, 6)
        self.head.setContentsMargins(*margins)

    def _toggle_list(self) -> None:
        self._is_opened = not self._is_opened
        self.main.body.refresh()
        self.list.setFocus()

    # --- deciding ----------------------------------------------------------------------------

    def _allow(self) -> None:
        offered = self.face.offers() if self.item is not None else _OF_QUEUE
        # While a reason or a question is written, the queue stands still.
        if offered & {"ask", "later"}:
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
        elif self.item is not None and (not self._decides(name) or self.may_decide()):
            if self._decides(name):
                self._since_decision.start()
            if name in _DECIDING:
                # In a narrow window the list hides the card, and with it what is asked there.
                self.main.body.show_tab("card")
            self.face.do(name)

    def _decides(self, name: str) -> bool:
        return name in _DECIDING or (name.isdigit() and self.face.digits_decide)

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
        if item is None or self.item is None:
            return
        target = self.order.following(item.id)
        self.cards.drop([item.id])
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
        self.look_again(frozenset({feature}))

    def _on_refused(self, item: QueueRow, error: CollabMapError) -> None:
        """Put the item back: nothing was decided."""
        self.main.messages.show(error)
        if isValid(self):
            self._in_flight.discard(item.id)
            self.order.put(item)
            if not self.hold.keeps(frozenset({item.id})):
                self._go(item.id)

    def _say_decisions(self, _unsent: int = 0) -> None:
        count = self.order.decided
        if not self.isVisible():
            return
        words = ngettext("{count} decision saved", "{count} decisions saved", count)
        self.main.top_bar.saved.set_text(words.format(count=count) if count else _("Saved"))

    # --- what changes elsewhere -----------------------------------------------------------------

    def _on_effect(self, effect: Effect) -> None:
        if effect.features is None or effect.people:
            self.reload()
        elif ids := effect.features - self._in_flight:
            self.look_again(ids)

    def look_again(self, ids: frozenset[bytes]) -> None:
        """Read some lines again, and those of possible duplicates among them; nothing else."""
        twins = filter(None, map(self.order.row, self._twins))
        # A change may join two groups of duplicates, or part one.
        ids |= {row.id for row in twins if not ids.isdisjoint(row.features)}
        self.cards.drop(ids)
        self.list.queue.forget_words(ids)
        if self.main.lanes is not None:
            self.main.tasks.read(
                lambda reader: reader.queue_rows(ids),
                lambda rows: self._on_looked(ids, rows),
                owner=self,
                is_quiet=True,
            )

    def _on_looked(self, ids: frozenset[bytes], rows: list[QueueRow]) -> None:
        if self.hold.keeps(ids):
            return
        here = self.here.id if self.here else None
        target, found = here, {row.id: row for row in rows}
        self._twins |= {row.id for row in found.values() if row.kind == "duplicate"}
        if here in ids and here not in found and here not in self._in_flight:
            target = self.order.following(here)
        for id_ in ids - self._in_flight - found.keys():
            self.order.leave(id_)
        for id_, row in found.items():
            if id_ not in self._in_flight and row != self.order.row(id_):
                if self.order.is_taken_back(row):
                    # A verdict was taken back: that is what one wants to see again.
                    target = id_
                self.order.put(row)
        self._go(target, is_new=target in ids)

    # --- as a panel ------------------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        return self.list

    def help_keys(self) -> list[tuple[str, str]]:
        return self.keys.help()

    def took_escape(self) -> bool:
        return (self.item is not None and self.face.took_escape()) or close_large(self)

    def entered(self) -> None:
        self._is_in_view = True
        self.keys.set_on(True)
        if self.item is not None:
            self.face.show_on_map(self.item)
        self.reload()

    def left(self) -> None:
        self._is_in_view = False
        self.keys.set_on(False)
        self.face.show_on_map(None)
        self.memory.write()
