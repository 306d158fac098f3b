"""What opens under the top bar: the people of this computer, the menu, the keys."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from collabmap.app.words import _, language
from collabmap.domain.feature import PersonView
from collabmap.render.tokens import RADIUS_KEY_CAP, TEXT_SCALES
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.text import Text, separator

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


def open_people(window: "MainWindow") -> None:
    """Show who has used the map here; one click changes the person."""
    window.tasks.write(lambda session: session.people_here(), lambda p: _show_people(window, p))


def _show_people(window: "MainWindow", people: tuple[PersonView, ...]) -> None:
    if not people:
        window.front.show_welcome()
        return
    popover = Popover(window, _("Change person"), width_px=300)
    popover.body.addWidget(_heading(_("Who is adding places now?")))
    here = window.person
    for person in people:
        row = MenuRow(person.name)
        row.person = person.id
        row.setCheckable(True)
        row.setChecked(here is not None and here.id == person.id)
        row.clicked.connect(lambda _checked, chosen=person.id: window.front.switch_person(chosen))
        popover.add(row)
    popover.body.addWidget(separator())
    new = MenuRow(_("Somebody else"), "account-plus")
    new.clicked.connect(lambda: window.front.show_welcome(again=window.person is not None))
    popover.add(new)
    popover.open_under(window.top_bar.person)


def open_menu(window: "MainWindow") -> None:
    """Show the exchange verbs, undo and redo, the language, the theme and the size of text."""
    popover = Popover(window, _("More"), width_px=340)
    names = ["mine", "graph", "measure", "walk", "photo_folder", "send", "receive"]
    if window.is_coordinator:
        names += ["give_back", "hand_out", "share_review"]
    names += ["export", "merges", "deleted", "receipts", "base_maps", "people"]
    if window.is_coordinator:
        names.insert(names.index("receipts"), "decisions")
    if window.hiding.count:
        names.append("hidden")
    for name in names:
        popover.add(MenuRow.of(window.actions_table[name]))
    popover.body.addWidget(separator())
    for name in ("undo", "redo"):
        popover.add(MenuRow.of(window.actions_table[name]))
    popover.body.addWidget(separator())
    popover.body.addWidget(_heading(_("Language")))
    popover.body.addWidget(
        _choices(
            popover,
            [("Français", "fr"), ("English", "en")],
            language(),
            lambda chosen: window.preferences.set_language(str(chosen)),
        )
    )
    popover.body.addWidget(_heading(_("Text size")))
    popover.body.addWidget(
        _choices(
            popover,
            [
                (
                    f"{round(100 * scale)}\u00a0%"
                    if language() == "fr"
                    else f"{round(100 * scale)}%",
                    scale,
                )
                for scale in TEXT_SCALES
            ],
            window.preferences.text_scale,
            lambda chosen: window.preferences.set_text_scale(float(str(chosen))),
        )
    )
    popover.body.addWidget(_heading(_("Theme")))
    for rank in (0, 2):
        themes = [
            (_("System"), "system"),
            (_("Light"), "light"),
            (_("Dark"), "dark"),
            (_("High contrast"), "contrast"),
        ][rank : rank + 2]
        popover.body.addWidget(
            _choices(
                popover,
                themes,
                window.preferences.theme,
                lambda chosen: window.preferences.set_theme(str(chosen)),
            )
        )
    _add_map_choices(popover, window)
    popover.body.addWidget(separator())
    for name in ("event", "help", "open_another"):
        popover.add(MenuRow.of(window.actions_table[name]))
    popover.open_under(window.top_bar.menu)


def _add_map_choices(popover: Popover, window: "MainWindow") -> None:
    comfort = window.map_comfort
    popover.body.addWidget(_heading(_("Map")))
    for words, is_chosen, choose in (
        (_("Glides on after a drag"), comfort.coasts, comfort.set_coasts),
        (_("Shows where the pointer is"), comfort.shows_position, comfort.set_shows_position),
    ):
        row = MenuRow(words)
        row.setCheckable(True)
        row.setChecked(is_chosen)
        row.clicked.connect(choose)
        popover.add(row)


def open_help(window: "MainWindow") -> None:
    """Show the keys that do something now."""
    popover = Popover(window, _("Keys of this screen"), width_px=380)
    popover.body.addWidget(_heading(_("Keys of this screen")))
    rows = window.actions_table.shown_keys()
    rows += [
        (_("Arrows"), _("Move the map, or in a list")),
        ("+ −", _("Nearer, further")),
        ("Page ↑ ↓", _("Nearer, further")),
        (_("Enter"), _("Put the place, or open it")),
        (_("Shift+F10"), _("What can be done here, as by a right click")),
        (_("Shift and drag"), _("Enlarge a part of the map")),
    ]
    panel = window.panel_host.current
    for key, words in (panel.help_keys() if panel else []) + rows:
        popover.body.addWidget(KeyLine(key, words))
    close = Button(_("Close"), height_px=40)
    popover.add(close)
    popover.open_under(window.top_bar.help)


def _heading(text: str) -> QWidget:
    label = Text(text, "label")
    label.setContentsMargins(12, 8, 12, 4)
    return label


def _choices(
    popover: Popover,
    rows: Sequence[tuple[str, object]],
    now: object,
    run: Callable[[object], object],
) -> QWidget:
    """Return buttons side by side, the one in force pressed."""
    widget = QWidget()
    layout = QHBoxLayout(widget)
    layout.setContentsMargins(8, 2, 8, 2)
    layout.setSpacing(6)
    for words, value in rows:
        button = Button(words, height_px=36)
        button.setCheckable(True)
        button.setChecked(value == now)
        button.clicked.connect(popover.close_popover)
        button.clicked.connect(lambda _checked, chosen=value: run(chosen))
        layout.addWidget(button, 1)
    return widget


class KeyLine(QWidget):
    """A key in its cap, and what it does."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__()
        self._key, self._words = key, words
        self.setAccessibleName(f"{key}, {words}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(look.font(13)).horizontalAdvance(self._words)
        key = QFontMetricsF(look.font(12, 600)).horizontalAdvance(self._key)
        left = max(look.px(130), round(key) + look.px(36))
        return QSize(round(width) + left + look.px(20), look.px(30))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        painter.setFont(look.font(12, 600))
        width = QFontMetricsF(painter.font()).horizontalAdvance(self._key) + look.px(14)
        width = max(width, look.px(26))
        box = QRectF(look.px(12), look.px(3), width, self.height() - look.px(6))
        painter.setPen(QPen(QColor(tokens.line_strong), 1))
        painter.drawRoundedRect(box, RADIUS_KEY_CAP, RADIUS_KEY_CAP)
        painter.setPen(QColor(tokens.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._key)
        painter.setFont(look.font(13))
        left = max(look.px(130), round(box.right()) + look.px(10))
        words = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._words)
        painter.end()
