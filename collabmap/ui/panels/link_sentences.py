"""The sentences that a link may say, as large rows: “Association runs Shared garden”."""

from collections.abc import Collection
from html import escape

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QShortcut,
    QTextDocument,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from collabmap.app.link_words import Way
from collabmap.app.words import _, language
from collabmap.domain.feature import PlaceView
from collabmap.render.tokens import RADIUS_CARD, RADIUS_KEY_CAP
from collabmap.ui import look
from collabmap.ui.panels.review_keys import AZERTY
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.text import Text

# Each has a digit.
SHOWN = 9
_LEAST_PX = 52
_PAD_PX = 12
_KEY_PX = 21


class SentenceRow(QAbstractButton):
    """One sentence, with the verb in bold.  key: the digit that chooses it, '' for none."""

    def __init__(self, one: str, verb: str, other: str, key: str, *, is_there: bool) -> None:
        super().__init__()
        self.key = key
        said = f"{escape(one)} <b>{escape(verb)}</b> {escape(other)}"
        if is_there:
            said += f"<br>{escape(_('They are linked so already.'))}"
        self._html = said
        words = _("{one} {verb} {other}").format(one=one, verb=verb, other=other)
        self.setText(words)
        self.setAccessibleName(f"{key}, {words}" if key else words)
        self.setEnabled(not is_there)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def _left(self) -> float:
        return look.px(_PAD_PX + _KEY_PX + 10 if self.key else _PAD_PX)

    def _document(self, width: float) -> QTextDocument:
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(look.font(15))
        document.setHtml(self._html)
        document.setTextWidth(max(40.0, width - self._left - look.px(_PAD_PX)))
        return document

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        tall = self._document(width).size().height() + 2 * look.px(_PAD_PX)
        return max(look.px(_LEAST_PX), round(tall))

    def sizeHint(self) -> QSize:
        width = look.px(300)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(160), look.px(_LEAST_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        is_lit = self.isEnabled() and (self.underMouse() or self.isDown())
        painter.setBrush(QColor(tokens.hover if is_lit else tokens.surface))
        painter.setPen(QPen(QColor(tokens.line_strong), 1))
        painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
        if self.key:
            self._paint_key(painter, box)
        document = self._document(self.width())
        context = QAbstractTextDocumentLayout.PaintContext()
        ink = tokens.text if self.isEnabled() else tokens.muted
        context.palette.setColor(QPalette.ColorRole.Text, QColor(ink))
        top = (self.height() - document.size().height()) / 2
        painter.save()
        painter.translate(QPointF(self._left, top))
        document.documentLayout().draw(painter, context)
        painter.restore()
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), RADIUS_CARD - 2, RADIUS_CARD - 2)
        painter.end()

    def _paint_key(self, painter: QPainter, box: QRectF) -> None:
        tokens, side = look.tokens(), look.px(_KEY_PX)
        key = QRectF(look.px(_PAD_PX), box.center().y() - side / 2, side, side)
        painter.setPen(QPen(QColor(tokens.line_strong), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(key, RADIUS_KEY_CAP, RADIUS_KEY_CAP)
        painter.setFont(look.font(12, 600))
        painter.setPen(QColor(tokens.text if self.isEnabled() else tokens.muted))
        painter.drawText(key, Qt.AlignmentFlag.AlignCenter, self.key)


class LinkSentences(QWidget):
    """chosen: a Way.  another: the other place is not the one that was meant."""

    chosen = Signal(object)
    another = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[SentenceRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self._inside: QWidget | None = None
        for digit in range(1, SHOWN + 1):
            keys: list[str | Qt.Key] = [str(digit)]
            if digit in AZERTY:
                keys.append(AZERTY[digit])
            for key in keys:
                shortcut = QShortcut(QKeySequence(key), self)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.activated.connect(lambda number=digit: self._press(number))

    def show_ways(
        self,
        one: PlaceView,
        other: PlaceView,
        ways: list[Way],
        there: Collection[tuple[bytes, bytes, str]],
        *,
        is_all: bool = False,
    ) -> None:
        """Offer what two places may do for each other.  ways: the likeliest first.

        there: the links that are there (source, target, type).  is_all: also those that the theme
        makes for others than these.
        """
        self.setEnabled(True)
        if self._inside is not None:
            self._layout.removeWidget(self._inside)
            self._inside.hide()
            self._inside.deleteLater()
        self._inside = inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        fitting = [way for way in ways if way.fits] or ways
        offered = ways if is_all else fitting[:SHOWN]
        names = one.name or _("(removed)"), other.name or _("(removed)")
        self.rows = []
        for number, way in enumerate(offered, start=1):
            first, second = names[::-1] if way.is_back else names
            ids = (other.id, one.id) if way.is_back else (one.id, other.id)
            key = str(number) if number <= SHOWN else ""
            verb = way.kind.label(language())
            row = SentenceRow(first, verb, second, key, is_there=(*ids, way.kind.id) in there)
            row.clicked.connect(lambda _checked=False, it=way: self.chosen.emit(it))
            self.rows.append(row)
            layout.addWidget(row)
        if not ways:
            words = _("The theme of this map has no kind of link yet. A coordinator can add one.")
            layout.addWidget(Text(words, "muted", wrap=True))
        if len(offered) < len(ways):
            self.more = Button(_("Something else…"), "quiet", icon="chevron-down")
            self.more.clicked.connect(lambda: self._show_all(one, other, ways, there))
            layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        back = Button(_("Choose another place"), "quiet", icon="arrow-left")
        back.clicked.connect(self.another)
        layout.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addWidget(inside)

    def _show_all(
        self,
        one: PlaceView,
        other: PlaceView,
        ways: list[Way],
        there: Collection[tuple[bytes, bytes, str]],
    ) -> None:
        was_shown = len(self.rows)
        self.show_ways(one, other, ways, there, is_all=True)
        self.rows[min(was_shown, len(self.rows) - 1)].setFocus(Qt.FocusReason.TabFocusReason)

    def _press(self, digit: int) -> None:
        row = self.rows[digit - 1] if digit <= len(self.rows) else None
        if row is not None and row.isEnabled() and self.isVisible():
            row.click()

    def focus_first(self) -> None:
        """Give the keyboard to the likeliest sentence."""
        for row in self.rows:
            if row.isEnabled():
                row.setFocus(Qt.FocusReason.TabFocusReason)
                return
