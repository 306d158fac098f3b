"""Possible duplicates: the places side by side, one of them to be or several, in one card."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from collabmap.app.duplicate_words import duplicate_words, likelihood_words
from collabmap.app.field_words import in_order
from collabmap.app.words import _, format_distance, ngettext
from collabmap.domain.geo import Bbox, LngLat, distance_m
from collabmap.review.duplicates import DuplicateItem, Member
from collabmap.ui import look
from collabmap.ui.map.letter_lines import Lettered
from collabmap.ui.panels.pair_parts import (
    ComesAlong,
    FieldChoice,
    InCommon,
    MemberCard,
    has_more,
    letter_of,
)
from collabmap.ui.panels.review_ask import AskFoot
from collabmap.ui.panels.review_face import Decision, ReviewFace
from collabmap.ui.panels.review_feet import PairFoot
from collabmap.ui.panels.review_fields import value_text
from collabmap.ui.place_words import field_label, sentence
from collabmap.ui.widgets.marks import Badge
from collabmap.ui.widgets.tall import Tall
from collabmap.ui.widgets.text import Text, separator

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Keys that let a place of a group in or out; those after them are other keys of Review.
LETTER_KEYS = ("A", "B", "C")
ITEM_ZOOM = 18.0
_OF_QUEUE = frozenset({"later", "next", "previous", "filter"})
# At most so many reasons are told of a group, the likeliest pairs first.
_TOLD = 3


class DuplicateFace(ReviewFace):
    """item: a DuplicateItem, None before the first.

    fields: what is said differently, with a value proposed.  members: the places, by letter.
    """

    def __init__(self, window: "MainWindow", actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self.item: DuplicateItem | None = None
        self.fields: list[FieldChoice] = []
        self.members: list[MemberCard] = []
        self._inside: list[QWidget] = []
        self._head = QVBoxLayout()
        self._head.setContentsMargins(16, 14, 16, 0)
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
        self.decide = PairFoot(actions)
        self.question = AskFoot(actions["ask"])
        self.question.given.connect(self._ask)
        self.question.left.connect(self._close_question)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 14)
        foot.addWidget(self.decide)
        foot.addWidget(self.question)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._head)
        whole.addWidget(self.scroller, 1)
        whole.addLayout(foot)
        self._show_foot(self.decide)

    # --- what can be done -----------------------------------------------------------------------

    def offers(self) -> frozenset[str]:
        item = self.item
        if item is None or self.is_asking:
            return frozenset()
        offered = {"apart", *_OF_QUEUE}
        offered |= {str(number) for number in range(1, min(9, len(self.fields)) + 1)}
        if len(self._inside_of_it()) > 1:
            offered.add("unite")
        if self._asked() is not None:
            offered.add("ask")
        if len(self.members) > 2:
            offered |= {f"letter-{key}" for key in LETTER_KEYS}
        return frozenset(offered)

    def do(self, name: str) -> None:
        if name == "unite":
            self._unite()
        elif name == "apart":
            self._keep_apart()
        elif name == "ask":
            if self.item is not None:
                self._show_foot(self.question)
                self.question.begin(self.item.id)
        elif name.startswith("letter-"):
            self._toggle(LETTER_KEYS.index(name.removeprefix("letter-")))
        elif int(name) <= len(self.fields):
            self.fields[int(name) - 1].choose_next()

    def took_escape(self) -> bool:
        if self.is_asking:
            self._close_question()
            return True
        return False

    def _inside_of_it(self) -> list[Member]:
        """Return the places that are one, as far as it is said."""
        kept = {card.place for card in self.members if card.is_in}
        return [m for m in self.item.members if m.place.id in kept] if self.item else []

    def _unite(self) -> None:
        item, members = self.item, self._inside_of_it()
        if item is None or len(members) < 2:
            return
        views = [member.place for member in members]
        kept = {view.id for view in views}
        choose = {field.field: field.choice for field in self.fields}
        apart = [
            (pair.one, pair.other)
            for pair in item.pairs
            if (pair.one in kept) != (pair.other in kept)
        ]
        self.decided.emit(
            Decision(lambda session: session.unite(views, choose, apart, settle=True))
        )

    def _keep_apart(self) -> None:
        item = self.item
        if item is not None:
            ids = [member.place.id for member in item.members]
            pairs = [(pair.one, pair.other) for pair in item.pairs] or [(ids[0], ids[1])]
            self.decided.emit(Decision(lambda session: session.are_different(pairs)))

    def _asked(self) -> Member | None:
        """Return the place whose author can be asked: the newest one that waits."""
        waiting = [m for m in self.item.members if m.waiting is not None] if self.item else []
        return max(waiting, key=lambda member: member.place.born_ms, default=None)

    def _ask(self, question: str) -> None:
        asked = self._asked()
        if asked is None or asked.waiting is None:
            return
        about = asked.waiting
        words = _("Your question about “{name}” is kept").format(name=about.name)
        self._show_foot(self.decide)
        self.decided.emit(
            Decision(lambda session: session.ask(about, question), is_settled=False, said=words)
        )

    def _toggle(self, at: int) -> None:
        tick = self.members[at].tick if at < len(self.members) else None
        if tick is not None:
            tick.toggle()

    @property
    def is_asking(self) -> bool:
        return not self.question.isHidden()

    @property
    def is_writing(self) -> bool:
        return self.is_asking

    def _close_question(self) -> None:
        if self.is_asking:
            self._show_foot(self.decide)
            self.left.emit()

    def _show_foot(self, foot: QWidget) -> None:
        for each in (self.decide, self.question):
            each.setVisible(each is foot)
        self.offers_changed.emit()

    # --- what is shown --------------------------------------------------------------------------

    def show_item(self, item: DuplicateItem) -> None:
        self.item = item
        names = ", ".join(member.place.name for member in item.members)
        self.setAccessibleName(f"{_title(item)} {names}")
        for old in self._inside:
            old.hide()
            old.deleteLater()
        head, body = self._build_head(item), self._build_body(item)
        self._head.addWidget(head)
        self._body.addWidget(body)
        self._inside = [head, body]
        self.scroller.verticalScrollBar().setValue(0)
        self.decide.say(len(item.members), len(self.fields))
        self._show_foot(self.decide)

    def _build_head(self, item: DuplicateItem) -> QWidget:
        head = QWidget()
        layout = QVBoxLayout(head)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(8))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(Text(_title(item), "title", wrap=True), 1)
        if item.pairs:
            badge = Badge("duplicate", sentence(likelihood_words(item.score)))
            row.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(row)
        # Those of a group scroll: the head does not, and must leave room for the places.
        for words in self._reasons(item)[:1]:
            layout.addWidget(Text(words, "muted", wrap=True))
        layout.addWidget(separator())
        return head

    def _reasons(self, item: DuplicateItem) -> list[str]:
        """Return why the places may be one, a line a pair."""
        told = []
        for pair in item.pairs[:_TOLD]:
            words = duplicate_words(pair.reasons, self.main.theme)
            if len(item.members) > 2:
                letters = sorted(letter_of(item, place) for place in (pair.one, pair.other))
                template = _("{one} and {other}: {words}")
                words = template.format(one=letters[0], other=letters[1], words=words)
            told.append(sentence(words))
        return told

    def _build_body(self, item: DuplicateItem) -> QWidget:
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(look.px(14))
        is_pair = len(item.members) == 2
        direction = QBoxLayout.Direction
        row = QBoxLayout(direction.LeftToRight if is_pair else direction.TopToBottom)
        row.setSpacing(look.px(8))
        self.members = []
        for member in item.members:
            letter = letter_of(item, member.place.id)
            card = MemberCard(letter, member, self.main.theme, can_leave=not is_pair)
            card.toggled.connect(self._on_toggled)
            self.members.append(card)
            row.addWidget(card, 1)
        layout.addLayout(row)
        for words in self._reasons(item)[1:]:
            layout.addWidget(Text(words, "muted", wrap=True))
        self.fields = []
        for number, field in enumerate(in_order(item.differing, self.main.theme), start=1):
            choice = FieldChoice(item, field, self.main.theme, number)
            self.fields.append(choice)
            layout.addWidget(choice)
        if more := [member for member in item.members if has_more(member)]:
            layout.addWidget(Text(_("All of this stays with the place:"), "label", wrap=True))
            for member in more:
                along = ComesAlong(letter_of(item, member.place.id), member, self.main.theme)
                along.opened.connect(self.photo_opened)
                layout.addWidget(along)
        if item.same:
            rows = [(field_label(f, self.main.theme), self._text(f, text)) for f, text in item.same]
            layout.addWidget(InCommon(rows))
        layout.addStretch(1)
        return inside

    def _text(self, field: str, text: str) -> str:
        if field == "geometry":
            return _("at the same spot")
        named = self.item.named if self.item is not None else None
        return value_text(field, text, self.main.theme, named)

    def _on_toggled(self, _is_in: bool) -> None:
        places = frozenset(member.place.id for member in self._inside_of_it())
        for field in self.fields:
            if places:
                field.keep_to(places)
        if self.isVisible():
            self._show_letters(places)
        self.offers_changed.emit()

    # --- on the map -----------------------------------------------------------------------------

    def show_on_map(self, item: DuplicateItem | None) -> None:
        view = self.main.map
        view.clear_overlays()
        view.select(None)
        if item is None:
            self.main.duplicates.lines.show(None, ())
            return
        at = self._show_letters(frozenset(member.place.id for member in item.members))
        if at:
            view.fit(_around(at), max_zoom=ITEM_ZOOM)

    def _show_letters(self, ids: frozenset[bytes]) -> list[LngLat]:
        """Letter places on the map, with how far each is from the first; return where they lie."""
        item = self.item
        assert item is not None
        places = [m.place for m in item.members if m.place.geometry_wkb and m.place.id in ids]
        at = [LngLat(place.lng, place.lat) for place in places]
        far = [format_distance(distance_m(at[0], where)) for where in at]
        shown = [place.id for place in places]
        letters = [letter_of(item, each) for each in shown]
        lettered = list(map(Lettered, shown, letters, at, ["", *far[1:]]))
        self.main.duplicates.lines.show(None, lettered)
        return at

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().surface))
        painter.end()


def _title(item: DuplicateItem) -> str:
    count = len(item.members)
    if count == 2:
        return _("One place or two?")
    return ngettext(
        "{count} place, or one?", "{count} places, or one?", count
    ).format(count=count)  # fmt: skip


def _around(at: list[LngLat]) -> Bbox:
    """Return a box around places, with room for their letters."""
    lngs, lats = sorted(p.lng for p in at), sorted(p.lat for p in at)
    wide, high = max(lngs[-1] - lngs[0], 0.0004), max(lats[-1] - lats[0], 0.0004)
    return Bbox(lngs[0] - wide, lats[0] - high, lngs[-1] + wide, lats[-1] + high)
