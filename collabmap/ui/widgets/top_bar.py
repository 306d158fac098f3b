"""The top bar: which map, which mode, that it is saved, who is here, help and the menu."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CONTROL
from collabmap.ui import look
from collabmap.ui.widgets.buttons import IconButton
from collabmap.ui.widgets.marks import paint_avatar
from collabmap.ui.widgets.mode_switch import ModeSwitch
from collabmap.ui.widgets.text import ElidedText
from collabmap.ui.widgets.work_button import WorkButton

if TYPE_CHECKING:
    from collabmap.domain.feature import PersonView
    from collabmap.ui.main_window import MainWindow

HEIGHT_PX = 56
# Less than this says nothing of a map's name.
NAMES_PX = 90


class Emblem(QWidget):
    """CollabMap's sign: three places and the links between them."""

    def __init__(self, *, side_px: int = 28) -> None:
        super().__init__()
        self._side_px = side_px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look.px(self._side_px), look.px(self._side_px))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / 28, self.height() / 28)
        tokens = look.tokens()
        blue, green, red = QPointF(7.5, 10), QPointF(22.5, 6), QPointF(18.5, 21.5)
        painter.setPen(QPen(QColor(tokens.text), 2.4))
        for start, end in ((blue, green), (green, red), (blue, red)):
            painter.drawLine(start, end)
        painter.setPen(QPen(QColor(tokens.surface), 1.2))
        for centre, radius, colour in (
            (blue, 6.8, tokens.primary),
            (green, 4.8, tokens.states["accepted"].mark),
            (red, 5.8, "#D43E06"),
        ):
            painter.setBrush(QColor(colour))
            painter.drawEllipse(centre, radius, radius)
        painter.end()


class SavedLabel(QWidget):
    """A green tick and 'Saved': everything is, always; it tells what was saved last."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.set_text(_("Saved"))

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(look.font(14)).horizontalAdvance(self._text)
        return QSize(round(width) + look.px(28), look.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = look.tokens()
        side = look.px(17)
        box = QRectF(0, (self.height() - side) / 2, side, side)
        paint_icon(painter, "check-circle", box, tokens.states["accepted"].text)
        painter.setFont(look.font(14))
        painter.setPen(QColor(tokens.muted))
        words = QRectF(look.px(26), 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._text)
        painter.end()


class PersonButton(QAbstractButton):
    """Who is adding now; a click opens the people of this computer."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._second = ""
        self._person = b""
        self._is_link = True
        self._is_compact = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_person(self, person: "PersonView | None", *, is_coordinator: bool) -> None:
        change = _("Change person")
        if person is None:
            self._name, self._person = _("Only looking"), b""
            self._second = change = _("Say your name")
        else:
            self._name, self._person = person.name, person.id
            self._second = _("coordinator") if is_coordinator else change
        self._is_link = self._second == change
        self.setText(self._name)
        self.setAccessibleName(f"{self._name}, {self._second}. {change}")
        self.setToolTip(change)
        self.updateGeometry()
        self.update()

    def set_compact(self, is_compact: bool) -> None:
        """Show the initial alone where room is short; name and tooltip stay."""
        self._is_compact = is_compact
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._is_compact:
            return QSize(look.px(46), look.px(46))
        name = QFontMetricsF(look.font(14, 600)).horizontalAdvance(self._name)
        second = QFontMetricsF(look.font(12)).horizontalAdvance(self._second)
        width = min(max(name, second), look.px(190)) + look.px(56)
        return QSize(round(width), look.px(46))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        side = look.px(30)
        avatar = QRectF(
            look.px(8 if self._is_compact else 6), (self.height() - side) / 2, side, side
        )
        if self._person:
            paint_avatar(painter, avatar, self._name, self._person)
        else:
            paint_icon(painter, "eye-outline", avatar.adjusted(3, 3, -3, -3), tokens.muted)
        if not self._is_compact:
            self._paint_words(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        tokens = look.tokens()
        left = look.px(46)
        room = self.width() - left - look.px(6)
        name_font, second_font = look.font(14, 600), look.font(12)
        painter.setFont(name_font)
        painter.setPen(QColor(tokens.text))
        middle = self.height() / 2
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        name = QFontMetricsF(name_font).elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(left, 0, room, middle), flags, name)
        painter.setFont(second_font)
        painter.setPen(QColor(tokens.primary if self._is_link else tokens.muted))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(QRectF(left, middle + 1, room, middle), flags, self._second)


class TopBar(QWidget):
    """Built once per language; follow(...) shows the open map and person."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._is_open = False
        self.project = ElidedText("", "strong")
        self._program = ElidedText("CollabMap", "second")
        self.modes = ModeSwitch()
        self.modes.add("contribute", _("Contribute"), "map-marker-plus")
        self._review = self.modes.add("review", _("Review"), "inbox-full")
        self.modes.add("prepare", _("Prepare"), "clipboard-check-outline")
        self.work = WorkButton()
        self.saved = SavedLabel()
        self.person = PersonButton()
        self.help = IconButton("help-circle-outline", _("Help: the keys of this screen"))
        self.menu = IconButton("dots-horizontal", _("More: send, receive, language, text size"))
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addStretch(1)
        names.addWidget(self.project)
        names.addWidget(self._program)
        names.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 12, 1)
        layout.setSpacing(12)
        layout.addWidget(Emblem(side_px=30))
        layout.addLayout(names, 3)
        layout.addWidget(self.modes)
        layout.addStretch(2)
        for part in (self.work, self.saved, self.person, self.help, self.menu):
            layout.addWidget(part)
        layout.setSpacing(8)
        self.setFixedHeight(look.px(HEIGHT_PX))
        self.setAccessibleName(_("Top bar"))

        self.modes.picked.connect(window.go_to_mode)
        self.work.clicked.connect(window.commands.open_base_map)
        self.person.clicked.connect(window.commands.open_people)
        self.help.clicked.connect(window.actions_table["help"].trigger)
        self.menu.clicked.connect(window.commands.open_menu)

    def follow(
        self, name: str, person: "PersonView | None", *, is_coordinator: bool, mode: str
    ) -> None:
        """Show which map is open and who is here; name '' while none is open yet."""
        self._is_open = bool(name)
        for part in (self.person, self.help, self.menu):
            part.setVisible(self._is_open)
        self.project.set_whole(name)
        self.person.set_person(person, is_coordinator=is_coordinator)
        self.modes.setVisible(is_coordinator)
        self.modes.choose(mode)
        self._fit()

    def set_pending(self, count: int) -> None:
        """Show how many contributions await a coordinator."""
        self._review.set_count(count)
        self._fit()

    def show_work(self, name: str, share: float | None) -> None:
        """Show long work that goes on behind another panel, '' for none; see WorkButton."""
        was_wanted = self.work.is_wanted
        self.work.show_work(name, share)
        if was_wanted != self.work.is_wanted:
            self._fit()

    def _fit(self) -> None:
        """Give up, one after the other, what says least, until the rest has room."""
        for spared in range(4):
            self.saved.setVisible(self._is_open and spared < 1)
            self.work.setVisible(self._is_open and self.work.is_wanted)
            self.work.set_compact(spared >= 1)
            self.modes.set_compact(spared >= 2)
            for label in (self.project, self._program):
                label.setVisible(spared < 2)
            self.person.set_compact(spared >= 3)
            if self._needed_px(with_names=spared < 2) <= self.width():
                break

    def _needed_px(self, *, with_names: bool) -> int:
        parts = (self.modes, self.work, self.saved, self.person, self.help, self.menu)
        shown = [part for part in parts if not part.isHidden()]
        names = look.px(NAMES_PX) if with_names else 0
        edges = look.px(30) + 28 + 8 * (len(shown) + 2)
        return names + edges + sum(part.sizeHint().width() for part in shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = look.tokens()
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(tokens.line))
        painter.end()
