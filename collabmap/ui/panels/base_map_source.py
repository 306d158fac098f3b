"""The extract that a base map is made from, and what is seldom changed."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFileDialog,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.words import _, format_date, format_number, language, ngettext
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CONTROL
from collabmap.ui import files, look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tick import Tick
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collabmap.basemap.extract_facts import ExtractFacts


class FileBox(QAbstractButton):
    """What was chosen, in one line that looks like a field; a click chooses another."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._before = self._after = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_words(self, words: str, after: str = "") -> None:
        """after: the end of the words, which is never cut."""
        self._before, self._after = words, after
        words += after
        self.setText(words)
        self.setAccessibleName(f"{self._name}, {words}" if words else self._name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(240), look.px(44))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(160), look.px(44))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(QColor(tokens.hover if self.underMouse() else tokens.surface))
        edge = QPen(QColor(tokens.line_strong), tokens.edge_px)
        painter.setPen(QPen(QColor(tokens.focus), 2) if self.hasFocus() else edge)
        painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        side = look.px(18)
        right = self.width() - look.px(14) - side
        where = QRectF(right, (self.height() - side) / 2, side, side)
        paint_icon(painter, "folder-open-outline", where, tokens.muted)
        painter.setFont(look.font(14))
        painter.setPen(QColor(tokens.text))
        words = QRectF(look.px(12), 0, right - look.px(20), self.height())
        metrics = QFontMetricsF(painter.font())
        # The date stays whole; a long name gives way to it.
        room = words.width() - metrics.horizontalAdvance(self._after)
        shown = metrics.elidedText(self._before, Qt.TextElideMode.ElideRight, room)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown + self._after)
        self.setToolTip("" if shown == self._before else plain_tip(self.text()))
        painter.end()


class SourcePart(QWidget):
    """chosen: paths of extracts that a person chose."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.facts: tuple[ExtractFacts, ...] = ()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(Text(_("OpenStreetMap data"), "label"))
        self.box = FileBox(_("OpenStreetMap data"))
        self.box.clicked.connect(self.choose)
        layout.addWidget(self.box)
        self.where = Text(
            _(
                "An extract of your region (.osm.pbf): some sites offer them for download, by "
                "country and by region. You can also drop the file on this window."
            ),
            "muted",
            wrap=True,
        )
        layout.addWidget(self.where)
        self.show_facts(())

    def choose(self) -> None:
        """Ask for one or several extracts."""
        paths, _filter = QFileDialog.getOpenFileNames(
            self,
            _("OpenStreetMap data"),
            str(files.documents()),
            _("Extracts of OpenStreetMap") + " (*.osm.pbf *.pbf *.osm *.osm.gz *.osm.bz2)",
        )
        if paths:
            self.chosen.emit([Path(path) for path in paths])

    def show_facts(self, facts: "Sequence[ExtractFacts]") -> None:
        """Show what was chosen, () for nothing yet."""
        self.facts = tuple(facts)
        self.where.setVisible(not facts)
        self.box.show_words(*(facts_words(self.facts) if facts else (_("No file chosen yet"),)))

    def show_reading(self, paths: Sequence[Path]) -> None:
        """Say that a file is being looked at."""
        self.box.show_words(_("Reading {name}…").format(name=paths[0].name))


def facts_words(facts: "Sequence[ExtractFacts]") -> tuple[str, str]:
    """Return 'monaco.osm.pbf' and ', 25 décembre 2023', or how many more and the day."""
    first = facts[0]
    after = ""
    if len(facts) > 1:
        more = ngettext("and {count} more", "and {count} more", len(facts) - 1)
        after = " " + more.format(count=format_number(len(facts) - 1))
    return first.path.name, f"{after}, {format_date(round(first.made.timestamp() * 1000))}"


class MorePart(QWidget):
    """Style, language of the names, fine screens, kind of picture: folded.  changed: one of them.

    style: 'light', 'dark' or 'contrast'; names_in: 'fr' ...; scale: 1 or 2; fmt: 'webp' or 'png'.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.style_name, self.names_in, self.fmt = "light", language(), "webp"
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.open = Button(_("More choices"), "quiet", icon="chevron-right", height_px=36)
        self.open.setCheckable(True)
        self.open.clicked.connect(self._on_open)
        layout.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(4)
        self.groups: dict[str, dict[str, Button]] = {}
        for name, title, rows in (
            (
                "style_name",
                _("Style"),
                (("light", _("Light")), ("dark", _("Dark")), ("contrast", _("High contrast"))),
            ),
            (
                "names_in",
                _("Names in"),
                (("fr", "Français"), ("en", "English"), ("", _("the language of the place"))),
            ),
            ("fmt", _("Pictures"), (("webp", _("WebP, small")), ("png", _("PNG, for all")))),
        ):
            column.addWidget(Text(title, "label"))
            column.addWidget(self._choices(name, rows))
        self.fine = Tick(_("For fine screens (four times larger)"))
        self.fine.toggled.connect(self.changed)
        column.addWidget(self.fine)
        layout.addWidget(self._inside)
        self._inside.hide()

    @property
    def scale(self) -> int:
        return 2 if self.fine.isChecked() else 1

    def _choices(self, name: str, rows: tuple[tuple[str, str], ...]) -> QWidget:
        group = QButtonGroup(self)
        flow = Flow()
        self.groups[name] = {}
        for value, words in rows:
            button = Button(words, height_px=36)
            button.setCheckable(True)
            button.setChecked(value == getattr(self, name))
            button.clicked.connect(lambda _c=False, v=value: self._on_choice(name, v))
            group.addButton(button)
            flow.add(button)
            self.groups[name][value] = button
        return flow

    def _on_choice(self, name: str, value: str) -> None:
        setattr(self, name, value)
        self.changed.emit()

    def choose(self, style: str, names_in: str, fmt: str, scale: int) -> None:
        """Show these choices without telling anybody."""
        for name, value in (("style_name", style), ("names_in", names_in), ("fmt", fmt)):
            setattr(self, name, value)
            if (button := self.groups[name].get(value)) is not None:
                button.setChecked(True)
        before = self.fine.blockSignals(True)
        self.fine.setChecked(scale == 2)
        self.fine.blockSignals(before)

    def _on_open(self) -> None:
        self.set_open(self.open.isChecked())

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold the choices."""
        self.open.setChecked(is_open)
        self.open.set_icon("chevron-down" if is_open else "chevron-right")
        self._inside.setVisible(is_open)
