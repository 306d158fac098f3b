"""Sharing what waits between coordinators: who has taken what, and what one can take oneself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from collabmap.app.claim_words import claim_words, overlap_words, part_words
from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.claims import Part
from collabmap.domain.geo import Bbox
from collabmap.domain.theme import Theme
from collabmap.render.icons import paint_icon
from collabmap.review.claims import Claim, Offer, Shares, Way, offer, offers, shares
from collabmap.ui import look
from collabmap.ui.map.area_overlay import AreaOverlay
from collabmap.ui.place_words import when
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.line_list import Line, LineList
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.domain.effect import Effect
    from collabmap.ui.main_window import MainWindow

# The last is what the map shows.  The digits choose one, also those of a French keyboard.
_WAYS: tuple[Way | None, ...] = ("quarter", "category", "author", None)
_AZERTY = (Qt.Key.Key_Ampersand, Qt.Key.Key_Eacute, Qt.Key.Key_QuoteDbl, Qt.Key.Key_Apostrophe)
_MAP_RESTS_MS = 250


class Shareout(NamedTuple):
    """What the panel shows.  names: of people, by id."""

    claims: tuple[Claim, ...]
    shares: Shares
    offers: tuple[Offer, ...]
    names: dict[bytes, str]


def read_shareout(reader: "Reader", way: Way | None, bbox: Bbox) -> Shareout:
    """Return how what waits is shared, and which parts are offered.

    way: by what; None offers the part that lies in the box.
    """
    rows, claims = reader.queue(), reader.claims()
    if way is None:
        part = Part(box=bbox)
        found = [offer(part, [row for row in rows if part.covers(row)], claims)]
    else:
        found = offers(rows, claims, way)
    return Shareout(claims, shares(rows, claims), tuple(found), reader.names_of_people())


class ClaimsPanel(Panel):
    """way: by what the parts are offered, None for what the map shows."""

    width_px = 340

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.way: Way | None = "quarter"
        self.shareout: Shareout | None = None
        self._is_fresh = True
        self._overlay: AreaOverlay | None = None
        self.add_title(_("Share the work"), back=True)
        intro = _("Say what you review: the others see it after the next merge.")
        self.head.addWidget(Text(intro, "muted", wrap=True))
        self.summary = Text("", "strong", wrap=True)
        self.head.addWidget(self.summary)
        self._build_ways()
        self.list = LineList(window.theme, _("Parts of what waits"))
        self.list.opened.connect(self.act)
        self.list.selectionModel().currentChanged.connect(self._on_chosen)
        self.body.setContentsMargins(12, 0, 12, 8)
        self.body.addWidget(self.list, 1)
        self.act_button = Button("", "primary", height_px=44, key="↵")
        self.act_button.clicked.connect(lambda: self.act(self.list.chosen))
        self.foot.addWidget(self.act_button)
        self._rest = QTimer(self, singleShot=True, interval=_MAP_RESTS_MS)
        self._rest.timeout.connect(self.reload)
        window.map.view_changed.connect(self._on_view)
        window.effects_arrived.connect(self._on_effect)
        self._follow_choice()

    def _build_ways(self) -> None:
        row = Flow(gap=look.px(6))
        self.chips: dict[Way | None, Chip] = {}
        for number, way in enumerate(_WAYS, start=1):
            chip = Chip(way_words(way), way_words(way), key=str(number))
            chip.setCheckable(True)
            chip.clicked.connect(lambda _checked=False, to=way: self.choose_way(to))
            self.chips[way] = chip
            row.add(chip)
            for key in (QKeySequence(str(number)), QKeySequence(_AZERTY[number - 1])):
                shortcut = QShortcut(key, self)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.activated.connect(lambda to=way: self.choose_way(to))
        self.chips[self.way].setChecked(True)
        self.head.addWidget(row)

    # --- what there is -----------------------------------------------------------------------

    def reload(self) -> None:
        """Read again who has taken what, and what waits."""
        if self.main.lanes is not None:
            way, bbox = self.way, self.main.map.bbox()
            self.main.tasks.read(
                lambda reader: read_shareout(reader, way, bbox),
                self._on_read,
                owner=self,
                key="claims",
            )

    def _on_read(self, found: Shareout) -> None:
        self.shareout = found
        self.summary.setText(summary_words(found.shares))
        chosen = self.list.chosen
        self.list.set_lines(lines_of(found, self.main.theme))
        if self._is_fresh or chosen not in [line.key for line in self.list.lines]:
            # Not a claim: whoever presses Enter again takes a part, and gives none back.
            self.list.choose(self._first_key())
        self._is_fresh = False
        self._follow_choice()

    def _first_key(self) -> object:
        """Return the part that is offered first, a claim where there is none."""
        keys = [line.key for line in self.list.lines if line.key is not None]
        return next((key for key in keys if isinstance(key, Part)), keys[0] if keys else None)

    def choose_way(self, way: Way | None) -> None:
        """Offer the parts by quarter, category or person, or what the map shows."""
        self.way = way
        for each, chip in self.chips.items():
            chip.setChecked(each == way)
        self._is_fresh = True
        self.reload()

    # --- what can be done --------------------------------------------------------------------

    def _on_chosen(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._follow_choice()

    def _follow_choice(self) -> None:
        """Say on the button what Enter does, and show on the map where it is."""
        key = self.list.chosen
        claim = self._claim(key)
        part = claim.part if claim is not None else key if isinstance(key, Part) else None
        self.act_button.setEnabled(part is not None)
        self.act_button.setText(_("Give back") if claim is not None else self._take_words(part))
        if self._overlay is not None:
            self._overlay.show_area(part.box if part is not None else None, editable=False)

    def _take_words(self, part: Part | None) -> str:
        counts = {one.part: one.waiting for one in self.shareout.offers} if self.shareout else {}
        if part is None:
            return _("Take")
        count = counts.get(part, 0)
        return ngettext("Take {count}", "Take {count}", count).format(count=format_number(count))

    def _claim(self, key: object) -> Claim | None:
        if self.shareout is None or not isinstance(key, bytes):
            return None
        return next((claim for claim in self.shareout.claims if claim.id == key), None)

    def act(self, key: object) -> None:
        """Take a part, or give a claim back."""
        claim = self._claim(key)
        if claim is not None:
            self._release(claim)
        elif isinstance(key, Part):
            self._take(key)

    def _take(self, part: Part) -> None:
        if self.shareout is None:
            return
        shareout = self.shareout
        taken = next((one for one in shareout.offers if one.part == part), None)
        names = _author_names(part, shareout.names)
        title = _("“{part}” is yours").format(part=part_words(part, self.main.theme, names))
        self.main.tasks.write(
            lambda session: session.claim(part),
            lambda _id: self._tell(title, _told_others(taken)),
        )

    def _release(self, claim: Claim) -> None:
        part = part_words(claim.part, self.main.theme, claim.author_names)
        title = _("“{part}” is everybody’s again").format(part=part)
        self.main.tasks.write(
            lambda session: session.release_claim(claim.id), lambda _effect: self._tell(title, "")
        )

    def _tell(self, title: str, hint: str) -> None:
        self.main.messages.done(title, hint, (_("Undo"), self.main.commands.undo))

    # --- as a panel --------------------------------------------------------------------------

    def _on_effect(self, _effect: "Effect") -> None:
        self.reload()

    def _on_view(self, _bbox: Bbox, _zoom: float) -> None:
        if self.way is None and self.isVisible():
            self._rest.start()

    def entered(self) -> None:
        self._overlay = AreaOverlay(self.main.map)
        self._overlay.show_area(None)
        self.reload()

    def left(self) -> None:
        if self._overlay is not None:
            self._overlay.discard()
            self._overlay = None

    def first_focus(self) -> QWidget | None:
        return self.list

    def help_keys(self) -> list[tuple[str, str]]:
        return [
            ("1 2 3 4", _("By quarter, category or person, or what the map shows")),
            ("↵", _("Take this part, or give it back")),
        ]


# --- words ------------------------------------------------------------------------------------


def way_words(way: Way | None) -> str:
    """Return by what parts are offered, in a word or two."""
    return {
        None: _("On the map"),
        "quarter": _("Quarters"),
        "category": _("Categories"),
        "author": _("People"),
    }[way]


def summary_words(found: Shares) -> str:
    """Return '12 for you, 34 that nobody has taken'."""
    mine = ngettext("{count} for you", "{count} for you", found.mine)
    free = ngettext("{count} that nobody has taken", "{count} that nobody has taken", found.free)
    return ", ".join(
        [mine.format(count=format_number(found.mine)), free.format(count=format_number(found.free))]
    )


def lines_of(found: Shareout, theme: Theme) -> list[Line]:
    """Return what is taken, then what is offered."""
    lines = []
    if found.claims:
        lines.append(Line(_("Taken"), is_head=True))
        lines += [_claim_line(claim, found, theme) for claim in found.claims]
    own = {claim.part for claim in found.claims if claim.is_mine}
    free = [one for one in found.offers if one.part not in own]
    lines.append(Line(_("To take"), is_head=True))
    lines += [_offer_line(one, found.names, theme) for one in free]
    if not found.shares.waiting:
        lines.append(Line(_("Nothing waits."), icon="check-all", state="accepted", is_pale=True))
    return lines


def _claim_line(claim: Claim, found: Shareout, theme: Theme) -> Line:
    name = claim.person_name or _("somebody")
    part = part_words(claim.part, theme, claim.author_names)
    second = [part, _to_review(found.shares.of[claim.id])]
    twice = {_other_of(pair, claim.id) for pair in found.shares.twice if claim.id in pair}
    others = {one.person_name for one in found.claims if one.id in twice}
    if others:
        second.append(_("also taken by {names}").format(names=", ".join(sorted(others))))
    return Line(
        _("{name} (you)").format(name=name) if claim.is_mine else name,
        " · ".join(second),
        when(claim.at_ms),
        claim.id,
        person=claim.person,
    )


def _other_of(pair: tuple[bytes, bytes], claim: bytes) -> bytes:
    return pair[1] if pair[0] == claim else pair[0]


def _offer_line(one: Offer, names: dict[bytes, str], theme: Theme) -> Line:
    part = one.part
    title = part_words(part, theme, _author_names(part, names))
    if part.box is not None:
        title = _("What the map shows now")
    second = [_to_review(one.waiting)]
    if one.mine and one.mine == one.waiting:
        second.append(_("yours"))
    words = _("{count} taken by {name}")
    second += [
        words.format(count=format_number(count), name=claim.person_name or _("somebody"))
        for claim, count in one.others
    ]
    author = next(iter(part.authors), None)
    return Line(
        names.get(author, "") or title if author is not None else title,
        " · ".join(second),
        key=part,
        person=author,
        category=part.category,
        icon="" if part.category or author is not None else "map-marker-outline",
        state="yours" if one.mine else "pending",
    )


def _to_review(count: int) -> str:
    words = ngettext("{count} to review", "{count} to review", count)
    return words.format(count=format_number(count))


def _author_names(part: Part, names: dict[bytes, str]) -> list[str]:
    return sorted(name for author in part.authors if (name := names.get(author)))


def _told_others(one: Offer | None) -> str:
    """Return who else has taken some of the same, '' for nobody."""
    if one is None:
        return ""
    return " ".join(f"{overlap_words(claim, count)}." for claim, count in one.others)


# --- the line at the queue's foot -------------------------------------------------------------


class ClaimLine(QAbstractButton):
    """'Jo is reviewing “Culture” on another computer', quietly; a click opens the sharing.

    opened: it was clicked, or chosen with the space bar.
    """

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText(_("Share the work"))
        self.clicked.connect(lambda _checked: self.opened.emit())

    def show_claims(self, claims: Sequence[Claim], theme: Theme) -> None:
        """Say who reviews what elsewhere; where nobody does, what one does oneself."""
        shown = [claim for claim in claims if not claim.is_mine] or list(claims)
        every = [claim_words(claim, theme) for claim in shown]
        text = every[0] if every else _("Share the work")
        if len(every) > 1:
            more = ngettext(
                "{words}, and {count} more", "{words}, and {count} more", len(every) - 1
            )
            text = more.format(words=text, count=format_number(len(every) - 1))
        self.setText(text)
        self.setToolTip(plain_tip("\n".join(every) or text))
        self.setAccessibleName("; ".join(every) or text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(160), look.px(36))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(80), look.px(36))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect())
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        side = look.px(18)
        icon = QRectF(look.px(4), box.center().y() - side / 2, side, side)
        paint_icon(painter, "account-multiple", icon, tokens.muted)
        painter.setPen(QColor(tokens.muted))
        words = box.adjusted(look.px(30), 0, -look.px(2), 0)
        font = look.font(13)
        if QFontMetricsF(font).horizontalAdvance(self.text()) > words.width():
            font = look.font(12)
        painter.setFont(font)
        shown = QFontMetricsF(font).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(tokens.focus))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)
        painter.end()
