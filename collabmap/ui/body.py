"""The body of the window: sections, panel, map or page, card; side by side, or one at a time."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.map.buttons import MapButton
from collabmap.ui.widgets.mode_switch import ModeSwitch
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.panel_host import PanelHost
from collabmap.ui.widgets.section_list import STRIP_PX, SectionList

# A window under either of these has one column with tabs; so has one of less than this many pixels
# for each of the text's own, where two parts side by side would cut their words.
NARROW_WIDTH_PX = 1024
NARROW_WIDTH_TEXT_PX = 900
NARROW_HEIGHT_PX = 540
# A card at the right and a panel at the left leave at least this for the map.
MAP_WIDTH_PX = 300
# With less than this, a panel that can be a strip is one.
MAP_BESIDE_STRIP_PX = 440
# With less than this for map or page, the sections give up their words.
SPACIOUS_PX = 600


class _Edge(QWidget):
    """The line between two parts."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().line))
        painter.end()


class Body(QWidget):
    """host: the panels.  map_view: kept alive whatever is shown.  sections: left of all, or not."""

    def __init__(self, host: PanelHost, map_view: QWidget, sections: SectionList) -> None:
        super().__init__()
        self._host = host
        self.map = map_view
        self.sections = sections
        self._has_sections = False
        self._panel: Panel | None = None
        self._is_bare = False
        self._is_done = False
        self._tab = "panel"
        self._has_buttons = True

        self.centre = QStackedWidget()
        self.centre.addWidget(map_view)
        self.above = QStackedWidget()
        self.above.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self._middle = QWidget()
        self._column = middle = QVBoxLayout(self._middle)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.above)
        middle.addWidget(self.centre, 1)
        self.cards = QStackedWidget()
        self._left_edge, self._right_edge, self._sections_edge = _Edge(), _Edge(), _Edge()
        self.tabs = ModeSwitch()
        self.tabs.add("sections", _("Sections"), "format-list-checks")
        self.tabs.add("panel", _("List"), "format-list-bulleted")
        self.tabs.add("centre", _("Map"), "map-outline")
        self.tabs.add("card", _("Card"), "card-text-outline")
        self.tabs.picked.connect(self.show_tab)

        self._row = row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(sections)
        row.addWidget(self._sections_edge)
        self._is_host_at_right: bool | None = None
        self._put_host(at_right=False)
        row.addWidget(self._right_edge)
        row.addWidget(self.cards)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addLayout(row, 1)
        host.changed.connect(self._on_panel)
        self._arrange()

    @property
    def is_narrow(self) -> bool:
        # The window's height, not ours: a message bar that pushes must not turn the page.
        least = max(NARROW_WIDTH_PX, look.px(NARROW_WIDTH_TEXT_PX))
        return self.width() < least or self.window().height() < NARROW_HEIGHT_PX

    @property
    def tab(self) -> str:
        """The part that a narrow window shows: 'panel', 'centre' or 'card'."""
        return self._tab

    def set_bare(self, is_bare: bool) -> None:
        """Show the map alone, as behind the welcome."""
        self._is_bare = is_bare
        self._show_buttons()
        self._arrange()

    def put_below(self, foot: QWidget) -> None:
        """Put a foot below the map, with the buttons that else lie on it."""
        self._has_buttons = False
        self._column.addWidget(foot)
        self._show_buttons()

    def _show_buttons(self) -> None:
        for button in self.map.findChildren(MapButton):
            button.setVisible(self._has_buttons and not self._is_bare)

    def show_tab(self, name: str) -> None:
        """In a narrow window, show 'panel', 'centre' or 'card'; elsewhere all are visible."""
        focused = QApplication.focusWidget()
        is_here = focused is not None and self.isAncestorOf(focused)
        self._tab = name
        self._arrange()
        # What is hidden gives the focus away to wherever Qt likes: to a button of the top bar.
        if is_here and focused is not None and not focused.isVisible() and self.tabs.isVisible():
            self.tabs.segments[name].setFocus()

    def show_sections(self, is_shown: bool) -> None:
        """Put the sections at the left of everything, or take them away."""
        self._has_sections = is_shown
        self._arrange()

    def give_up_map(self) -> None:
        """Let go of the map: another body takes it over."""
        self._is_done = True
        self.centre.removeWidget(self.map)

    def refresh(self) -> None:
        """Look again at the panel's page and card, which may have appeared since."""
        self._arrange()

    def _on_panel(self, _name: str, panel: Panel) -> None:
        self._panel = panel
        self._tab = "panel"
        self._arrange()

    def _put_host(self, *, at_right: bool) -> None:
        """Put the panels left or right of the map or page."""
        if at_right == self._is_host_at_right:
            return
        self._is_host_at_right = at_right
        parts: list[QWidget] = [self._host, self._left_edge, self._middle]
        for place, part in enumerate(reversed(parts) if at_right else parts, start=2):
            self._row.removeWidget(part)
            self._row.insertWidget(place, part, 1 if part is self._middle else 0)

    def _arrange(self) -> None:
        if self._is_done:
            return
        panel = self._panel
        page = panel.page if panel else None
        card = panel.card if panel else None
        above = panel.above if panel else None
        narrow = self.is_narrow and not self._is_bare
        if narrow and above is not None:
            card, above = above, None
        stacks = ((self.centre, page), (self.cards, card), (self.above, above))
        for stack, part in stacks:
            if part is not None and stack.indexOf(part) < 0:
                stack.addWidget(part)
        self.centre.setCurrentWidget(page or self.map)
        if card is not None:
            self.cards.setCurrentWidget(card)
        if above is not None:
            self.above.setCurrentWidget(above)
        self.above.setVisible(above is not None and not self._is_bare)
        self._put_host(at_right=panel is not None and panel.is_at_right)
        has_panel = panel is not None and not self._is_bare
        has_host = panel is not None and has_panel and panel.width_px > 0
        has_card = card is not None and not self._is_bare
        has_sections = self._has_sections and has_panel
        tab = self._tab
        if (tab == "card" and not has_card) or (tab == "sections" and not has_sections):
            tab = "panel"
        if tab == "panel" and not has_host:
            tab = "centre"
        if narrow and has_panel:
            self.tabs.choose(tab)
        self.tabs.setVisible(narrow and has_panel)
        for name, is_there in (("sections", has_sections), ("panel", has_host), ("card", has_card)):
            self.tabs.segments[name].setVisible(is_there)
        self.tabs.segments["panel"].rename((panel.tab_words if panel else "") or _("List"))
        self.tabs.segments["card"].rename((panel.card_words if panel else "") or _("Card"))
        self.tabs.segments["centre"].rename(_("Map") if page is None else _("Details"))
        self.sections.setVisible(has_sections and (not narrow or tab == "sections"))
        self._host.setVisible(has_host and (not narrow or tab == "panel"))
        self._middle.setVisible(not narrow or not has_panel or tab == "centre")
        self.cards.setVisible(has_card and (not narrow or tab == "card"))
        self._sections_edge.setVisible(has_sections and not narrow)
        self._left_edge.setVisible(has_host and not narrow)
        self._right_edge.setVisible(has_card and not narrow)
        self._size_parts(panel, has_card, narrow)

    def _size_parts(self, panel: Panel | None, has_card: bool, narrow: bool) -> None:
        if panel is None:
            return
        whole = 16_777_215  # QWIDGETSIZE_MAX: take all there is
        if narrow:
            if panel.strip_px:
                panel.set_strip(False)
            self._host.setFixedWidth(self.width())
            self.sections.set_strip(False)
            self.sections.setFixedWidth(self.width())
            self.cards.setMinimumWidth(0)
            self.cards.setMaximumWidth(whole)
            return
        is_wide = self.width() >= 1600
        left = panel.width_px + (40 if is_wide and has_card else 0)
        right = panel.card_px + (40 if is_wide else 0)
        left, right = look.px(left), look.px(right) if has_card else 0
        if panel.strip_px:
            is_short = has_card and self.width() - left - right < MAP_BESIDE_STRIP_PX
            panel.set_strip(is_short)
            left = look.px(panel.strip_px) if panel.is_thin else left
        sections = self._size_sections(left + right)
        over = sections + left + right + MAP_WIDTH_PX - self.width()
        if over > 0:
            # Larger text asks for wider panels; the map keeps enough to be one.
            left = max(min(left, panel.width_px), left - over)
            right = max(panel.card_px, right - over) if has_card else 0
        self._host.setFixedWidth(left)
        if has_card:
            self.cards.setFixedWidth(right)

    def _size_sections(self, others: int) -> int:
        """Give the sections their width, next to `others` pixels of panel and card; return it."""
        if self.sections.isHidden():
            return 0
        is_strip = self.width() - self.sections.width_px - others < SPACIOUS_PX
        width = look.px(STRIP_PX) if is_strip else self.sections.width_px
        self.sections.set_strip(is_strip)
        self.sections.setFixedWidth(width)
        return width

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRectF(self.rect()), QColor(look.tokens().window))
        painter.end()
