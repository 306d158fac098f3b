"""Themes to begin from: those that come with the program, and files from other towns."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app.theme_words import problem_words
from collabmap.app.words import _, explain, language, ngettext
from collabmap.domain.theme import Theme
from collabmap.errors import CollabMapError, ThemeInvalid
from collabmap.ui import files, look
from collabmap.ui.panels.part_page import Page
from collabmap.ui.panels.theme_name import ThemeName
from collabmap.ui.theme_words import theme_counts
from collabmap.ui.widgets.buttons import Button, IconButton
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.marks import paint_mark, symbology
from collabmap.ui.widgets.note import Ground, Note
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Whoever mends the file goes through them one by one; the page scrolls.
_MOST_PROBLEMS = 200


class Palette(QWidget):
    """The marks of a theme in a row, as many as have room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        names = (category.label(language()) for category in theme.offered)
        self.setAccessibleName(", ".join(names))
        self.setToolTip(self.accessibleName())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look.px(240), look.px(40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        scale = look.scale()
        marks = symbology(self._theme, self.devicePixelRatioF() * scale)
        step = look.px(38)
        room = max(1, int(self.width() // step))
        for rank, category in enumerate(self._theme.offered[:room]):
            centre = QPointF(step * (rank + 0.5), QRectF(self.rect()).center().y())
            paint_mark(painter, marks.mark(category.id), centre, scale)
        painter.end()


class ThemeCard(Ground):
    """One theme: what it is for, what it holds, and the question before it is taken.

    chosen: it is to be taken.  asked: the question is open now.
    """

    chosen = Signal()
    asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__("card")
        self.theme = theme
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(look.px(6))
        top = QHBoxLayout()
        top.setSpacing(8)
        name = theme.label(language())
        top.addWidget(Text(name, "heading", wrap=True), 1)
        self.choose = Button(_("Choose"), height_px=40)
        self.choose.setAccessibleName(_("Choose “{name}”").format(name=name))
        self.choose.clicked.connect(self._ask)
        top.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(top)
        about = Text(theme.about(language()), "body", wrap=True)
        layout.addWidget(about)
        about.setVisible(bool(about.text()))
        layout.addWidget(Palette(theme))
        layout.addWidget(Text(theme_counts(theme), "muted", wrap=True))
        self.question = QWidget()
        inside = QVBoxLayout(self.question)
        inside.setContentsMargins(0, 6, 0, 0)
        inside.setSpacing(8)
        self.words = Text("", "body", wrap=True)
        inside.addWidget(self.words)
        buttons = Flow(gap=look.px(8))
        self.take = Button(_("Take this theme"), "primary", icon="check-bold", height_px=44)
        self.keep = Button(_("Cancel"), height_px=44)
        self.take.clicked.connect(self.chosen)
        self.keep.clicked.connect(self.close_question)
        buttons.add(self.take)
        buttons.add(self.keep)
        inside.addWidget(buttons)
        layout.addWidget(self.question)
        self.question.hide()

    def _ask(self) -> None:
        self.asked.emit()
        self.question.show()
        self.choose.hide()
        self.take.setFocus()

    def close_question(self) -> None:
        """Ask no more."""
        if not self.question.isHidden():
            had_focus = self.take.hasFocus() or self.keep.hasFocus()
            self.question.hide()
            self.choose.show()
            if had_focus:
                self.choose.setFocus()


def what_changes(now: Theme, wanted: Theme) -> str:
    """Return what becomes of the map's categories, in words."""
    ids = {category.id for category in wanted.offered}
    gone = [c.label(language()) for c in now.offered if c.id not in ids]
    if not gone:
        return _("Nothing that the map has goes away.")
    words = ngettext(
        "{count} category of this map will be hidden: {names}. Its places stay, with all that"
        " was written.",
        "{count} categories of this map will be hidden: {names}. Their places stay, with all that"
        " was written.",
        len(gone),
    )
    # Names hold commas themselves.
    names = " · ".join(gone[:4]) + ("…" if len(gone) > 4 else "")
    return words.format(count=len(gone), names=names).replace("….", "…")


class ThemeChoice(Page):
    """left: back to the categories.  taken: the map has another theme.

    looked_at: the Theme that one asks about now.
    """

    left = Signal()
    taken = Signal()
    looked_at = Signal(object)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._window = window
        self.cards: list[ThemeCard] = []
        row = QHBoxLayout()
        row.setSpacing(6)
        self.back = IconButton("arrow-left", _("Back"), side_px=40)
        self.back.clicked.connect(self.left)
        row.addWidget(self.back)
        row.addWidget(Text(_("Choose a ready theme"), "title", wrap=True), 1)
        self.head.addLayout(row)
        words = _("A theme is a set of categories with what is asked about each.")
        self.column.addWidget(Text(words, "muted", wrap=True))
        buttons = Flow(gap=look.px(8))
        self.from_file = Button(_("From a file…"), icon="file-import-outline", height_px=44)
        self.to_file = Button(_("Save as a file…"), icon="content-save-outline", height_px=44)
        self.from_file.clicked.connect(self.choose_file)
        self.to_file.clicked.connect(self.save_file)
        buttons.add(self.from_file)
        buttons.add(self.to_file)
        self.column.addWidget(buttons)
        self.wrong = Note("", title=" ", icon="alert-circle", colour="danger")
        self.column.addWidget(self.wrong)
        self.wrong.hide()
        self.name = ThemeName(window)
        self.column.addWidget(self.name)
        # Only now: a widget without a parent that is shown opens a window of its own.
        self.name.follow(window.theme)
        self._list = QVBoxLayout()
        self._list.setSpacing(look.px(12))
        self.column.addLayout(self._list)
        self.column.addStretch(1)

    def open(self) -> None:
        """Show the ready themes."""
        self.wrong.hide()
        if self.cards:
            for card in self.cards:
                card.close_question()
            return

        def work() -> list[Theme]:
            from collabmap.app.themes import ready_names, ready_theme

            return [ready_theme(name) for name in ready_names()]

        self._window.tasks.run(work, self._show, owner=self, key="ready themes")

    def _show(self, themes: list[Theme]) -> None:
        for theme in themes:
            self._add(theme)

    def _add(self, theme: Theme, *, is_first: bool = False) -> ThemeCard:
        card = ThemeCard(theme)
        card.asked.connect(lambda: self._on_asked(card))
        card.chosen.connect(lambda: self.take(theme))
        self.cards.append(card)
        self._list.insertWidget(0 if is_first else self._list.count(), card)
        return card

    def _on_asked(self, asked: ThemeCard) -> None:
        for card in self.cards:
            if card is not asked:
                card.close_question()
        asked.words.setText(what_changes(self._window.theme, asked.theme))
        self.looked_at.emit(asked.theme)

    def take(self, theme: Theme) -> None:
        """Give the map a theme, in one deed that can be undone."""
        window, name = self._window, theme.label(language())

        def done(_effect: object) -> None:
            window.messages.done(
                _("The theme is now “{name}”").format(name=name),
                _("Nothing was lost: what is not part of it is hidden."),
                (_("Undo"), window.actions_table["undo"].trigger),
            )
            if isValid(self):
                self.taken.emit()

        window.tasks.write(lambda session: session.apply_theme(theme), done)

    # --- files ---------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a theme file and show what it holds."""
        path, _filter = QFileDialog.getOpenFileName(
            self, _("Theme of the map"), str(files.documents()), f"{_('Themes')} (*.json)"
        )
        if path:
            self.read_file(Path(path))

    def read_file(self, path: Path) -> None:
        """Show what a theme file holds, or all that is wrong with it."""

        def work() -> Theme:
            from collabmap.app.themes import read_theme

            return read_theme(path)

        self.wrong.hide()
        self._window.tasks.run(work, self._on_read, self._on_unread, owner=self)

    def _on_read(self, theme: Theme) -> None:
        card = self._add(theme, is_first=True)
        self.column.activate()
        self.scroller.ensureWidgetVisible(card, 0, 0)
        card.choose.click()

    def _on_unread(self, error: CollabMapError) -> None:
        title, hint = explain(error)
        if isinstance(error, ThemeInvalid):
            lines = ["• " + problem_words(p) for p in error.problems[:_MOST_PROBLEMS]]
            more = len(error.problems) - _MOST_PROBLEMS
            if more > 0:
                words = ngettext("… and {count} more.", "… and {count} more.", more)
                lines.append(words.format(count=more))
            hint = "\n".join([*lines, _("Nothing was changed.")])
        self.wrong.title.setText(title)
        self.wrong.text.setText(hint)
        self.wrong.show()
        # Read from its beginning, however long it is.
        self.column.activate()
        self.scroller.verticalScrollBar().setValue(self.wrong.y() - look.px(8))

    def save_file(self) -> None:
        """Ask where to write the theme of the map, and write it."""
        info = self._window.info
        name = f"{info.name if info else 'theme'}.json"
        path, _filter = QFileDialog.getSaveFileName(
            self, _("Save as a file…"), str(files.documents() / name), f"{_('Themes')} (*.json)"
        )
        if path:
            self.write_file(Path(path))

    def write_file(self, path: Path) -> None:
        """Write the theme of the map for others."""
        window = self._window

        def done(_nothing: object) -> None:
            words = _("The theme is in “{name}”").format(name=path.name)
            window.messages.done(words, _("What is hidden is not in it."))

        window.tasks.write(lambda session: session.export_theme(path), done)
