"""Kinds of link: what one thing of the map does for another, and how the other end says it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from collabmap.app.words import _, format_number, language, ngettext
from collabmap.domain.definitions import LINK_TYPE
from collabmap.domain.theme import NATURES, LinkType, Theme
from collabmap.domain.theme_editing import last_order, moved, new_key
from collabmap.ui.panels.part_page import Answers, PartPage
from collabmap.ui.theme_saving import ThemeSaving
from collabmap.ui.theme_words import NATURES as NATURE_WORDS
from collabmap.ui.theme_words import link_line
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import Labelled
from collabmap.ui.widgets.line_list import Line, LineList
from collabmap.ui.widgets.note import Empty
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class LinkTypePage(PartPage):
    """One kind of link: its words from both ends, and what it goes from and to."""

    def __init__(self) -> None:
        super().__init__(_("Add this kind of link"))

    @property
    def kind(self) -> LinkType:
        assert isinstance(self.draft, LinkType)
        return self.draft

    def build(self) -> None:
        card = self.add_card(_("In words"))
        self.add_words(card, "label", (_("The first…, in French"), _("In English")))
        self.add_words(card, "inverse", (_("Read from the other end, in French"), _("In English")))
        self.said = Text("", "muted", wrap=True)
        card.addWidget(self.said)
        ends = self.add_card(_("Between what"))
        self.sources, self.targets = Answers(), Answers()
        offered = [(nature, _(NATURE_WORDS[nature])) for nature in NATURES]
        for answers, words in (
            (self.sources, _("It goes from (none chosen: from anything)")),
            (self.targets, _("It goes to (none chosen: to anything)")),
        ):
            answers.offer(offered)
            answers.changed.connect(self.note_and_settle)
            ends.addWidget(Labelled(words, answers))

    def fill(self) -> None:
        kind = self.kind
        words = kind.label(language())
        self.title.setText(words or (_("New kind of link") if self.saved is None else kind.id))
        self.sources.choose(kind.sources)
        self.targets.choose(kind.targets)
        self.hidden.setText(_("Hidden: nobody can choose it. The links that are there stay."))
        self._say()

    def _say(self) -> None:
        """Say both sentences as the card of a place will."""
        kind = self.kind
        there = kind.label(language()) or "…"
        back = kind.inverse(language()) or "…"
        words = _("“Place A” {verb} “place B”; “place B” {inverse} “place A”.")
        self.said.setText(words.format(verb=there, inverse=back))

    def note(self) -> None:
        super().note()
        if not self._is_filling and self.draft is not None:
            self._say()

    def read(self) -> dict[str, Any]:
        return {
            "sources": tuple(n for n in NATURES if n in self.sources.chosen()),
            "targets": tuple(n for n in NATURES if n in self.targets.chosen()),
        }


class LinkTypesPanel(Panel):
    """chosen: the key of the kind that is open, '' for none."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.chosen = ""
        self._is_late = False
        self.saving = ThemeSaving(window, self)
        self.tab_words = _("Kinds of link")
        self.add_title(_("Kinds of link"))
        self.counts = Text("", "muted", wrap=True)
        self.head.addWidget(self.counts)
        self.list = LineList(window.theme, _("Kinds of link"), grows=True)
        self.list.opened.connect(lambda key: self.open_kind(str(key)))
        for key, by in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(key), self.list)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: self.move_kind(str(self.list.chosen), by))
        self.body.addWidget(self.list)
        self.body.addStretch(1)
        self.add_button = Button(
            _("Add a kind of link"), "primary", icon="plus-thick", height_px=48
        )
        self.add_button.clicked.connect(self.new_kind)
        self.foot.addWidget(self.add_button)
        self._build_page()
        window.theme_changed.connect(self._on_theme)
        self.saving.ended.connect(self._on_saved)
        self._fill_list()
        self._open_first()

    def _build_page(self) -> None:
        self.stack = QStackedWidget()
        self.page = self.stack
        self.kind = LinkTypePage()
        self.empty = Empty()
        self.empty.say(
            "link-variant",
            _("This map has no kinds of link yet."),
            _("Who runs this place? What does it offer? Add a verb, and people can say so."),
        )
        for page in (self.kind, self.empty):
            self.stack.addWidget(page)
        self.kind.settled.connect(lambda: self.saving.settle(self.kind))
        self.kind.moved.connect(lambda by: self.move_kind(self.chosen, by))
        self.kind.hide_wanted.connect(self._toggle_hidden)
        self.kind.add_wanted.connect(self._add)
        self.kind.left.connect(self._open_first)

    # --- what is shown -------------------------------------------------------------------

    @property
    def theme(self) -> Theme:
        return self.main.theme

    def first_focus(self) -> QWidget | None:
        return self.list if self.list.lines else self.add_button

    def took_escape(self) -> bool:
        if self.kind.draft is None or self.kind.saved is not None:
            return False
        self._open_first()
        return True

    def help_keys(self) -> list[tuple[str, str]]:
        return [("Alt+↑ ↓", _("Move a kind of link"))]

    def kept(self) -> "Callable[[Panel], None] | None":
        chosen, drafts = self.chosen, self.saving.drafts

        def give(panel: Panel) -> None:
            if isinstance(panel, LinkTypesPanel):
                panel.saving.drafts = drafts
                if panel.saving.part(LINK_TYPE, chosen) is not None:
                    panel.open_kind(chosen)

        return give

    def _shown(self) -> list[LinkType]:
        return [kind for kind in self.theme.link_types if not kind.is_hidden]

    def _fill_list(self) -> None:
        count = len(self._shown())
        words = ngettext("{count} kind of link", "{count} kinds of link", count)
        self.counts.setText(words.format(count=format_number(count)))
        lines = [_line(kind) for kind in self._shown()]
        if hidden := [kind for kind in self.theme.link_types if kind.is_hidden]:
            lines += [Line(_("Off the list"), is_head=True), *map(_line, hidden)]
        self.list.set_lines(lines)

    def _open_first(self) -> None:
        kinds = [*self._shown(), *self.theme.link_types]
        key = next((k.id for k in kinds if k.id == self.chosen), kinds[0].id if kinds else "")
        if key:
            self._open(key)
        else:
            self.stack.setCurrentWidget(self.empty)
            self.add_button.show()

    def open_kind(self, key: str) -> None:
        """Show one kind of link."""
        self._open(key)
        if self.main.body.is_narrow:
            self.main.body.show_tab("centre")

    def _open(self, key: str) -> None:
        self.chosen = key
        self.list.choose(key)
        saved = self.saving.part(LINK_TYPE, key)
        assert saved is not None
        draft = self.saving.drafts.get((LINK_TYPE, key))
        self.kind.show_part(saved, self.theme, draft=draft)
        if draft is not None:
            self.saving.settle(self.kind)
        self._say_order()
        self.stack.setCurrentWidget(self.kind)
        self.add_button.show()

    def _say_order(self) -> None:
        ids = [kind.id for kind in self._shown()]
        here = ids.index(self.chosen) if self.chosen in ids else -1
        self.kind.say_order(is_first=here <= 0, is_last=here in (-1, len(ids) - 1))

    def _on_saved(self) -> None:
        """Show a theme that came while something was still being written."""
        if self._is_late:
            self._on_theme(self.theme)

    def _on_theme(self, _theme: Theme) -> None:
        self._fill_list()
        self._is_late = self.saving.is_busy
        if self._is_late or self.kind.draft is None:
            return
        part = self.saving.part(LINK_TYPE, self.kind.draft.id)
        self.kind.follow(part, self.theme)
        self._say_order()

    # --- what is done --------------------------------------------------------------------

    def new_kind(self) -> None:
        """Begin a new kind of link; it is added once it has its verb."""
        order = last_order(self.theme.link_types)
        self.kind.show_new(LinkType(new_key(""), "", "", order=order), self.theme)
        self.stack.setCurrentWidget(self.kind)
        # One filled button a screen: what is begun comes first.
        self.add_button.hide()
        if self.main.body.is_narrow:
            self.main.body.show_tab("centre")
        self.kind.focus_first()

    def _add(self) -> None:
        key = new_key(self.kind.kind.label(language()))
        self.kind.draft = replace(self.kind.kind, id=key)

        def then(theme: Theme) -> None:
            self.main.theme_here.take(theme)
            self.open_kind(key)

        self.saving.add(self.kind, then)

    def move_kind(self, key: str, by: int) -> None:
        """Move a kind of link up (-1) or down (1) among those that are offered."""
        shown = self._shown()
        if any(kind.id == key for kind in shown):
            self.saving.define(moved(shown, key, by))

    def _toggle_hidden(self) -> None:
        kind = self.kind.saved
        if kind is not None:
            self.saving.define({(LINK_TYPE, kind.id): {"is_hidden": not kind.is_hidden}})


def _line(kind: LinkType) -> Line:
    return Line(
        kind.label(language()),
        link_line(kind),
        key=kind.id,
        icon="link-variant",
        state="yours",
        is_pale=kind.is_hidden,
    )
