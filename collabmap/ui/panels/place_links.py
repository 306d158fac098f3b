"""What a place does for others and they for it: a section of its card.

It is the equal of the arcs on the map, for the keyboard and for screen readers.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from collabmap.app.link_words import Group, groups
from collabmap.app.words import _, format_number, language, ngettext
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceView
from collabmap.domain.links import LinkEnd, LinkGraph, LinkRow
from collabmap.domain.theme import Theme
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.marks import paint_mark, symbology
from collabmap.ui.widgets.painted_line import paint_line
from collabmap.ui.widgets.place_model import state_words
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow

_LINE_PX = 44
# Lines that are built at once: an association may be linked with a whole town.
MORE = 60


class LinkLine(QAbstractButton):
    """The place at the other end of a link: its mark and its name."""

    def __init__(self, theme: Theme, words: str, link: LinkRow, end: LinkEnd) -> None:
        super().__init__()
        self._theme, self.link, self.end = theme, link, end
        name = end.name or _("(removed)")
        self._name = name
        category = theme.category(end.category).label(language())
        parts = [words, name, category, state_words(end.state, disagreement=False)]
        self.setText(name)
        self.setAccessibleName(", ".join(parts))
        author = link.author_name or _("somebody")
        self.setToolTip(plain_tip(f"{words} {name}\n{_('Linked by {name}').format(name=author)}"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look.px(160), look.px(_LINE_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, scale = look.tokens(), look.scale()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(box, 8, 8)
        marks = symbology(self._theme, self.devicePixelRatioF() * scale)
        image = marks.mark(self.end.category, self.end.state)
        middle = box.center().y()
        paint_mark(painter, image, QPointF(box.left() + look.px(20), middle), scale)
        left = box.left() + look.px(44)
        room = QRectF(left, box.top(), box.right() - look.px(8) - left, box.height())
        paint_line(painter, room, self._name, look.font(14, 500), tokens.text)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box, 8, 8)
        painter.end()


class LinksBlock(QWidget):
    """The links of a place, by what they say."""

    def __init__(self, window: "MainWindow", place: PlaceView, before: "LinksBlock | None") -> None:
        """before: the block that this one follows; what it knew of the same place is shown."""
        super().__init__()
        self._window, self.place = window, place
        is_same = before is not None and before.place.id == place.id
        self.graph: LinkGraph | None = before.graph if before is not None and is_same else None
        self.lines: list[LinkLine] = []
        self._most: int = before._most if before is not None and is_same else MORE
        self._is_removing = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._inside: QWidget | None = None
        self._fill()
        window.effects_arrived.connect(self._on_effect)
        self._read()

    # --- what there is -----------------------------------------------------------------------

    def _fill(self) -> None:
        if self._inside is not None:
            self._layout.removeWidget(self._inside)
            self._inside.hide()
            self._inside.deleteLater()
        self._inside = inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        graph = self.graph or LinkGraph()
        count = len(graph.links)
        title = _("Links") if not count else f"{_('Links')} · {format_number(count)}"
        layout.addWidget(Text(title, "label"))
        self.lines = []
        for group in groups(self._window.theme, graph, self.place.id):
            if len(self.lines) < self._most:
                layout.addSpacing(4)
                self._add_group(layout, group)
        if left := count - len(self.lines):
            words = ngettext("Show {count} more", "Show {count} more", min(left, MORE))
            more = Button(words.format(count=format_number(min(left, MORE))), "quiet")
            more.clicked.connect(self._on_more)
            layout.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        if not count and self.graph is not None:
            words = _("This place has no link yet. Who runs it? Who uses it?")
            layout.addWidget(Text(words, "muted", wrap=True))
        if count:
            self.graph_button = Button(
                _("See in the graph"), "quiet", icon="graph-outline", is_flush=True
            )
            self.graph_button.clicked.connect(self._on_graph_wanted)
            layout.addWidget(self.graph_button, 0, Qt.AlignmentFlag.AlignLeft)
        if self._window.can_write:
            layout.addSpacing(6)
            layout.addLayout(self._buttons(has_links=count > 0))
        self._layout.addWidget(inside)

    def _add_group(self, layout: QVBoxLayout, group: Group) -> None:
        arrow = "←" if group.is_incoming else "→"
        has_arrow = group.words.startswith(arrow)
        heading = Text(group.words if has_arrow else f"{arrow} {group.words}", "second", wrap=True)
        heading.setAccessibleName(group.words)
        layout.addWidget(heading)
        for link, end in group.ends[: self._most - len(self.lines)]:
            line = LinkLine(self._window.theme, group.words, link, end)
            line.clicked.connect(
                lambda _checked=False, to=end.id: self._window.commands.open_place(to)
            )
            self.lines.append(line)
            if not self._is_removing:
                layout.addWidget(line)
                continue
            row = QHBoxLayout()
            row.setSpacing(4)
            row.addWidget(line, 1)
            away = Button(_("Take away"), "quiet", icon="link-variant-off", height_px=44)
            away.setAccessibleName(_("Take away: {link}").format(link=line.accessibleName()))
            away.clicked.connect(lambda _checked=False, gone=link: self.remove(gone))
            row.addWidget(away)
            layout.addLayout(row)

    def _buttons(self, *, has_links: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.add = Button(_("Add a link"), icon="link-variant-plus")
        self.add.clicked.connect(self._on_add)
        row.addWidget(self.add)
        if has_links:
            words = _("Done") if self._is_removing else _("Take one away")
            self.change = Button(words, "quiet")
            self.change.clicked.connect(self._on_change)
            row.addWidget(self.change)
        row.addStretch(1)
        return row

    def _on_more(self) -> None:
        first = len(self.lines)
        self._most += MORE
        self._fill()
        self.lines[first].setFocus()

    def _on_change(self) -> None:
        self._is_removing = not self._is_removing
        self._fill()
        self.change.setFocus()

    def _on_add(self) -> None:
        # Imported late, as every panel is: a start must not wait for it.
        from collabmap.ui.panels.link import link_from

        link_from(self._window, self.place)

    def _on_graph_wanted(self) -> None:
        # Imported late, as every panel is: a start must not wait for it.
        from collabmap.ui.panels.graph import open_graph

        open_graph(self._window, self.place.id)

    # --- what happens ------------------------------------------------------------------------

    def remove(self, link: LinkRow) -> None:
        """Take a link away, or propose it where it is somebody else's."""
        self._window.tasks.write(lambda session: take_away(session, link), self._on_removed)

    def _on_removed(self, is_gone: bool) -> None:
        undo = (_("Undo"), self._window.commands.undo)
        if is_gone:
            title, then = _("The link is taken away"), _("It is kept in the history.")
        else:
            title = _("You suggest to take the link away")
            then = _("A coordinator will decide.")
        self._window.messages.done(title, then, undo)

    def _on_effect(self, effect: Effect) -> None:
        """Look again where any place was touched: a link may have come from any of them."""
        if effect.features is None or effect.features:
            self._read()

    def _read(self) -> None:
        if self._window.lanes is not None:
            feature = self.place.id
            self._window.tasks.read(
                lambda reader: reader.link_graph(feature), self._on_graph, owner=self, key="links"
            )

    def _on_graph(self, graph: LinkGraph) -> None:
        if graph != self.graph:
            self.graph = graph
            self._fill()


def take_away(session: "Session", link: LinkRow) -> bool:
    """Take a link away; False: it stays until a coordinator agrees."""
    view = session.reader.place(link.source)
    if view is not None:
        session.remove_link(view, link.element)
    return all(
        (each.target, each.type) != (link.target, link.type)
        for each in session.reader.links(link.source)
        if each.source == link.source
    )
