"""“Is it one of these?”: places near the one that is being added, each with its letter."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.similar import Similar
from collabmap.app.words import _, format_distance, format_number, language, ngettext
from collabmap.domain.theme import Theme
from collabmap.render.tokens import RADIUS_CARD
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.marks import MarkImage, paint_mark, symbology
from collabmap.ui.widgets.note import Ground, Icon
from collabmap.ui.widgets.painted_line import paint_line
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tip import plain_tip

ROW_PX = 62
LETTERS = "ABC"


def why_words(similar: Similar) -> str:
    """Return why it may be the one: “Similar name, same category”."""
    names = {True: _("Same name"), False: _("Similar name")}[similar.is_same_name]
    same, other = _("same category"), _("another category")
    return f"{names}, {same if similar.is_same_category else other}"


class SimilarRow(QRadioButton):
    """One place that it may be: letter, mark, name, why, how far."""

    def __init__(self, letter: str, similar: Similar, theme: Theme) -> None:
        super().__init__()
        self.letter, self.similar, self._theme = letter, similar, theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        place = similar.place
        distance = format_distance(place.distance_m)
        self.setAccessibleName(f"{letter}, {place.name}, {why_words(similar)}, {distance}")
        self.setToolTip(plain_tip(place.name))

    def sizeHint(self) -> QSize:
        return QSize(look.px(200), look.px(ROW_PX))

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, scale = look.tokens(), look.scale()
        teal = tokens.states["duplicate"]
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        is_chosen = self.isChecked()
        painter.setBrush(QColor(tokens.hover if self.underMouse() else tokens.surface))
        edge = QPen(QColor(teal.mark), 2) if is_chosen else QPen(QColor(tokens.line_strong), 1)
        painter.setPen(edge)
        painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
        middle = box.center().y()
        side = look.px(24)
        letter = QRectF(box.left() + look.px(10), middle - side / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(teal.text))
        painter.drawRoundedRect(letter, 5, 5)
        painter.setPen(QColor(tokens.surface))
        painter.setFont(look.font(13, 700))
        painter.drawText(letter, Qt.AlignmentFlag.AlignCenter, self.letter)
        place = self.similar.place
        marks = symbology(self._theme, self.devicePixelRatioF() * scale)
        mark = marks.mark(place.category, badge="")
        paint_mark(painter, mark, QPointF(letter.right() + look.px(26), middle), scale)
        self._paint_words(painter, box, letter.right() + look.px(50))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), 7, 7)
        painter.end()

    def _paint_words(self, painter: QPainter, box: QRectF, left: float) -> None:
        tokens, middle, place = look.tokens(), box.center().y(), self.similar.place
        right = box.right() - look.px(12)
        distance = format_distance(place.distance_m)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(look.font(13))
        painter.setPen(QColor(tokens.muted))
        taken = QFontMetricsF(painter.font()).horizontalAdvance(distance) + look.px(8)
        upper = QRectF(left, middle - look.px(21), right - left, look.px(20))
        painter.drawText(upper, flags | Qt.AlignmentFlag.AlignRight, distance)
        lower = QRectF(left, middle + look.px(1), right - left, look.px(18))
        paint_line(painter, lower, why_words(self.similar), look.font(13), tokens.muted)
        name = upper.adjusted(0, 0, -taken, 0)
        paint_line(painter, name, place.name, look.font(14, 600), tokens.text)


class ChosenCategory(QWidget):
    """The category that was chosen, in one line, so that there is room for what is asked."""

    change = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._mark: MarkImage | None = None
        self._words = Text("", "strong")
        button = Button(_("Choose another"), "quiet", height_px=44)
        button.clicked.connect(self.change)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)
        self._row.addWidget(self._words, 1)
        self._row.addWidget(button)

    def show_category(self, category: str) -> None:
        """Show a category.  category: its id."""
        if self._mark is not None:
            self._mark.hide()
            self._mark.deleteLater()
        self._mark = MarkImage(self._theme, category)
        self._row.insertWidget(0, self._mark)
        self._words.setText(self._theme.category(category).label(language()))


class SimilarNote(Ground):
    """Says which places it may be.  chosen: another one is looked at.  confirmed: it is that one.

    Both give a Similar.
    """

    chosen = Signal(object)
    confirmed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__("sunken")
        self._theme = theme
        self.rows: list[SimilarRow] = []
        self._group = QButtonGroup(self)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon("content-copy", "duplicate", side_px=20))
        title = Text(_("Is it one of these?"), "strong", wrap=True)
        head.addWidget(title, 1)
        self.count = Text("", "muted")
        head.addWidget(self.count)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.button = Button("", icon="check-bold", height_px=48)
        self.button.clicked.connect(self._confirm)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addLayout(self._list)
        layout.addWidget(self.button)
        self.hide()

    @property
    def current(self) -> Similar | None:
        """The place that is looked at, None while there is none."""
        return next((row.similar for row in self.rows if row.isChecked()), None)

    def show_places(self, found: tuple[Similar, ...]) -> None:
        """Show these places; none hides the note."""
        before = self.current
        keep = before.place.id if before else None
        for row in self.rows:
            self._group.removeButton(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for letter, similar in zip(LETTERS, found, strict=False):
            row = SimilarRow(letter, similar, self._theme)
            row.setParent(self)
            row.toggled.connect(self._follow)
            self._group.addButton(row)
            self._list.addWidget(row)
            self.rows.append(row)
        if self.rows:
            near = ngettext("{count} close by", "{count} close by", len(found))
            self.count.setText(near.format(count=format_number(len(found))))
            kept = [row for row in self.rows if row.similar.place.id == keep]
            (kept or self.rows)[0].setChecked(True)
        self.setVisible(bool(self.rows))

    def _follow(self, _is_on: bool = True) -> None:
        row = next((row for row in self.rows if row.isChecked()), None)
        if row is not None:
            words = _("Yes, it is {letter}: add to it")
            self.button.setText(words.format(letter=row.letter))
            self.chosen.emit(row.similar)

    def _confirm(self) -> None:
        if self.current is not None:
            self.confirmed.emit(self.current)
