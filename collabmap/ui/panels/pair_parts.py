"""The parts of a card of possible duplicates: letters, the places, the values to choose from."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.link_words import link_words
from collabmap.app.words import _, ngettext
from collabmap.domain.theme import Theme
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CONTROL, RADIUS_KEY_CAP
from collabmap.review.duplicates import DuplicateItem, Member, MemberField, MemberValue
from collabmap.review.word_diff import Piece, word_diff
from collabmap.ui import look
from collabmap.ui.panels.place_parts import comment_line, state_badge
from collabmap.ui.panels.place_photos import Photos
from collabmap.ui.panels.review_ask import asked_block
from collabmap.ui.panels.review_fields import Unchanged, moved_words, value_text
from collabmap.ui.place_words import field_label, when
from collabmap.ui.widgets.choice import paint_focus_ring
from collabmap.ui.widgets.marks import MarkImage
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.text import ElidedText, Text
from collabmap.ui.widgets.tick import Tick
from collabmap.ui.widgets.value_box import MarkedText

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letter_of(item: DuplicateItem, place: bytes) -> str:
    """Return the letter by which a place of an item goes, in the card and on the map."""
    at = next(n for n, member in enumerate(item.members) if member.place.id == place)
    return LETTERS[at % len(LETTERS)]


class Letter(QWidget):
    """A letter on the teal of what may be a duplicate, as on the map."""

    def __init__(self, letter: str) -> None:
        super().__init__()
        self.letter = letter
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return QSize(look.px(24), look.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.states["duplicate"].text))
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS_KEY_CAP, RADIUS_KEY_CAP)
        painter.setPen(QColor(tokens.surface))
        painter.setFont(look.font(13, 700))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.letter)
        painter.end()


class KeyCap(QWidget):
    """A key that does what stands beside it."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.setAccessibleName(_("Key {key}").format(key=key))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look.px(21), look.px(21))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        painter.setPen(QPen(QColor(tokens.line_strong), 1))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS_KEY_CAP, RADIUS_KEY_CAP)
        painter.setFont(look.font(12, 600))
        painter.setPen(QColor(tokens.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.key)
        painter.end()


class MemberCard(Ground):
    """One of the places: letter, mark, name, who and when, what became of it.

    toggled: whether it is one with the others; only of a group can one be left out.
    """

    toggled = Signal(bool)

    def __init__(self, letter: str, member: Member, theme: Theme, *, can_leave: bool) -> None:
        super().__init__("card")
        place = member.place
        self.place = place.id
        name = place.name or _("(removed)")
        author = place.author_name or _("somebody")
        self.setAccessibleName(f"{letter}, {name}, {author}")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 10, 12, 10)
        whole.setSpacing(look.px(4))
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        whole.addLayout(row)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(Letter(letter), 0, top)
        mark = MarkImage(theme, place.category, place.state)
        title = Text(name, "strong", wrap=True)
        by = Text(f"{author} · {when(place.born_ms)}", "second", wrap=True)
        badge = state_badge(place.state)
        self.tick: Tick | None = None
        if not can_leave:
            row.addWidget(title, 1, top)
            row.addWidget(mark, 0, top)
            whole.addStretch(1)
            whole.addWidget(by)
            whole.addWidget(badge)
            return
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(by)
        words.addStretch(1)
        row.addWidget(mark, 0, top)
        row.addLayout(words, 1)
        self.tick = Tick(_("The same place"))
        self.tick.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.tick.setChecked(True)
        self.tick.setAccessibleName(_("{letter} is the same place").format(letter=letter))
        self.tick.toggled.connect(self._on_toggled)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(badge, 0, Qt.AlignmentFlag.AlignLeft)
        said.addWidget(self.tick)
        row.addLayout(said)

    @property
    def is_in(self) -> bool:
        return self.tick is None or self.tick.isChecked()

    def _on_toggled(self, is_in: bool) -> None:
        assert self.tick is not None
        self.tick.setText(_("The same place") if is_in else _("Another place"))
        self.toggled.emit(is_in)


class ValueOption(QAbstractButton):
    """What one place says of a field; chosen, it is what the place says that comes of it."""

    def __init__(self, letter: str, value: MemberValue, pieces: Sequence[Piece], by: str) -> None:
        super().__init__()
        self.place = value.place
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(look.px(10), look.px(9), look.px(30), look.px(9))
        layout.setSpacing(look.px(8))
        layout.addWidget(Letter(letter), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(1)
        text = MarkedText(pieces, "equal", weight=500)
        words.addWidget(text)
        if by:
            words.addWidget(Text(_("by {name}").format(name=by), "second", wrap=True))
        words.addStretch(1)
        layout.addLayout(words, 1)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(f"{letter}, {text.text or _('(empty)')}")

    def sizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        return layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(90), look.px(44))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        assert layout is not None
        return max(look.px(44), layout.heightForWidth(width))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        is_chosen = self.isChecked()
        painter.setBrush(QColor(tokens.hover if self.underMouse() else tokens.surface))
        edge = QPen(QColor(tokens.line_strong), tokens.edge_px)
        if is_chosen:
            painter.setBrush(QColor(tokens.primary_soft))
            edge = QPen(QColor(tokens.primary), 2)
        painter.setPen(edge)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        if is_chosen:
            side = look.px(16)
            icon = QRectF(self.width() - side - look.px(9), look.px(13), side, side)
            paint_icon(painter, "check-bold", icon, tokens.primary)
        paint_focus_ring(self, painter)
        painter.end()


class FieldChoice(QWidget):
    """A field that the places say differently, with one value chosen.  picked: another one is."""

    picked = Signal()

    def __init__(self, item: DuplicateItem, field: MemberField, theme: Theme, number: int) -> None:
        super().__init__()
        self.field = field.field
        self._proposed = field.proposed
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(5))
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(Text(field_label(field.field, theme), "label"), 1)
        if number <= 9:
            head.addWidget(Text(_("take the other one"), "muted"))
            head.addWidget(KeyCap(str(number)))
        layout.addLayout(head)
        is_pair = len(field.values) == 2
        direction = QBoxLayout.Direction
        row = QBoxLayout(direction.LeftToRight if is_pair else direction.TopToBottom)
        row.setSpacing(look.px(8 if is_pair else 6))
        texts = _texts(item, field, theme)
        authors = {member.place.id: member.place.author_name for member in item.members}
        self.options: list[ValueOption] = []
        for n, value in enumerate(field.values):
            other = texts[1] if n == 0 else texts[0]
            plain = field.field in ("geometry", "category")
            pieces: Sequence[Piece] = (Piece(texts[n], False),) if texts[n] else ()
            if not plain and texts[n]:
                pieces = word_diff(other, texts[n])[1]
            by = value.author_name if value.author_name != authors[value.place] else ""
            option = ValueOption(letter_of(item, value.place), value, pieces, by)
            option.clicked.connect(lambda _on=False, o=option: self.choose(o.place))
            self.options.append(option)
            row.addWidget(option, 1)
        layout.addLayout(row)
        self.choose(field.proposed)

    @property
    def choice(self) -> bytes:
        """The id of the place whose value is taken."""
        return next(option.place for option in self.options if option.isChecked())

    def choose(self, place: bytes) -> None:
        """Take what a place says."""
        for option in self.options:
            option.setChecked(option.place == place)
        self.picked.emit()

    def choose_next(self) -> None:
        """Take what the next of the places says that are one."""
        open_ = [option.place for option in self.options if option.isEnabled()]
        self.choose(open_[(open_.index(self.choice) + 1) % len(open_)])

    def keep_to(self, places: frozenset[bytes]) -> None:
        """Let only these places be chosen from."""
        for option in self.options:
            option.setEnabled(option.place in places)
            option.setVisible(option.place in places)
        if self.choice not in places:
            first = next(o.place for o in self.options if o.place in places)
            self.choose(self._proposed if self._proposed in places else first)


def _texts(item: DuplicateItem, field: MemberField, theme: Theme) -> list[str]:
    """Return what each place says of a field, as people read it."""
    if field.field != "geometry":
        return [value_text(field.field, value.text, theme, item.named) for value in field.values]
    found = []
    for value in field.values:
        letter, first = letter_of(item, value.place), field.values[0]
        words = _("Where {letter} is").format(letter=letter)
        if value is not first:
            words = f"{words}, {moved_words(first.text, value.text)}"
        found.append(words)
    return found


class InCommon(Unchanged):
    """'3 fields in common', which unfolds."""

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        super().__init__(rows)
        words = ngettext("{count} field in common", "{count} fields in common", len(rows))
        self.button.setText(words.format(count=len(rows)))


class ComesAlong(QWidget):
    """What is told of one place beside its values: it stays with what comes of it.

    opened: a Photo.
    """

    opened = Signal(object)

    def __init__(self, letter: str, member: Member, theme: Theme) -> None:
        super().__init__()
        place = member.place
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(8))
        row.addWidget(Letter(letter), 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout()
        layout.setSpacing(look.px(8))
        if place.tags:
            words = _("{what}: {found}").format(what=_("Keywords"), found=", ".join(place.tags))
            layout.addWidget(Text(words, "body", wrap=True))
        if place.photos:
            photos = Photos(place.photos, theme)
            photos.opened.connect(self.opened)
            layout.addWidget(photos)
        for link in place.links:
            layout.addWidget(ElidedText(f"{link_words(theme, link.type)} → {link.name}"))
        for question in place.questions:
            layout.addWidget(asked_block(question))
        for comment in place.comments:
            layout.addWidget(comment_line(comment))
        row.addLayout(layout, 1)


def has_more(member: Member) -> bool:
    """Whether anything is told of a place beside its values."""
    place = member.place
    return bool(place.tags or place.photos or place.links or place.comments or place.questions)
