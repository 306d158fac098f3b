"""Categories: what the map offers to add, and what is asked about it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from collabmap.app.words import _, language
from collabmap.domain.definitions import CATEGORY, FIELD
from collabmap.domain.theme import Category, Field, FieldType, Theme
from collabmap.domain.theme_editing import last_order, moved, new_key, with_part
from collabmap.domain.theme_parts import Part
from collabmap.ui import look
from collabmap.ui.panels.category_page import CategoryPage
from collabmap.ui.panels.field_page import FieldPage, private_by_default
from collabmap.ui.panels.part_page import PartPage
from collabmap.ui.panels.theme_choice import ThemeChoice
from collabmap.ui.panels.theme_preview import ThemePreview
from collabmap.ui.panels.type_page import TypePage
from collabmap.ui.theme_saving import NEW, ThemeSaving
from collabmap.ui.theme_words import fields_words, theme_counts
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.line_list import Line, LineList
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

View = Literal["category", "field", "type", "themes"]


class CategoriesPanel(Panel):
    """view: what the page shows.  chosen: the key of the category that is open, '' for none."""

    width_px = 300
    strip_px = 76
    card_px = 380

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.view: View = "category"
        self.chosen = ""
        self._is_late = False
        self.saving = ThemeSaving(window, self)
        self.tab_words, self.card_words = _("Categories"), _("Preview")
        # Where there is little room the list is a strip of marks, until somebody wants it whole.
        self._is_opened = False
        self.fold = Button("", "quiet", icon="chevron-right", height_px=40)
        self.fold.clicked.connect(self._toggle_list)
        self.head.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        self.fold.hide()
        self.title = self.add_title(_("Categories"))
        self.counts = Text("", "muted", wrap=True)
        self.head.addWidget(self.counts)
        self._build_list()
        self._build_pages()
        self.preview = ThemePreview(window)
        self.card = self.preview
        window.theme_changed.connect(self._on_theme)
        self.saving.ended.connect(self._on_saved)
        self._fill_list()
        self._open_first()

    def _build_list(self) -> None:
        self.list = LineList(self.main.theme, _("Categories"), grows=True)
        self.list.opened.connect(lambda key: self.open_category(str(key)))
        for key, by in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(key), self.list)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: self._move_chosen(by))
        self.body.addWidget(self.list)
        self.body.addStretch(1)
        self.add_button = Button(_("Add a category"), "primary", icon="plus-thick", height_px=48)
        self.add_button.clicked.connect(self.new_category)
        self.themes_button = Button(_("Choose a ready theme"), icon="palette", height_px=44)
        self.themes_button.clicked.connect(self.open_themes)
        self.foot.addWidget(self.add_button)
        self.foot.addWidget(self.themes_button)

    def _build_pages(self) -> None:
        self.stack = QStackedWidget()
        # Its buttons give up words before list or preview are pushed out of the window.
        self.stack.setMinimumWidth(look.px(280))
        self.page = self.stack
        self.category, self.field = CategoryPage(self.main), FieldPage(self.main)
        self.types, self.themes = TypePage(), ThemeChoice(self.main)
        self._pages: dict[View, QWidget] = {
            "category": self.category,
            "field": self.field,
            "type": self.types,
            "themes": self.themes,
        }
        for each in self._pages.values():
            self.stack.addWidget(each)
        for page in (self.category, self.field):
            page.drafted.connect(self._on_draft)
            page.settled.connect(lambda page=page: self.saving.settle(page))
            page.hide_wanted.connect(lambda page=page: self._toggle_hidden(page))
        self.category.moved.connect(lambda by: self.move_category(self.chosen, by))
        self.category.add_wanted.connect(self._add_category)
        self.category.left.connect(self._give_up_category)
        self.category.field_opened.connect(self.open_field)
        self.category.field_wanted.connect(self._ask_type)
        self.category.field_moved.connect(self.move_field)
        self.field.moved.connect(lambda by: self.move_field(self.field.field.id, by))
        self.field.add_wanted.connect(self._add_field)
        self.field.left.connect(self._give_up_field)
        self.types.picked.connect(self._new_field)
        self.types.left.connect(self._back_to_category)
        self.themes.left.connect(self._open_first)
        self.themes.taken.connect(self._open_first)
        self.themes.looked_at.connect(self._on_looked_at)

    # --- what is shown -------------------------------------------------------------------

    @property
    def theme(self) -> Theme:
        return self.main.theme

    def first_focus(self) -> QWidget | None:
        return self.list if self.list.lines else self.themes_button

    def took_escape(self) -> bool:
        if self.view == "category":
            if self.category.close_icons():
                return True
            if self.category.saved is not None or not self.theme.categories:
                return False
            self._open_first()
        elif self.view == "themes":
            self._open_first()
        else:
            self._back_to_category()
        return True

    def help_keys(self) -> list[tuple[str, str]]:
        return [("Alt+↑ ↓", _("Move a category or a field"))]

    def kept(self) -> "Callable[[Panel], None] | None":
        chosen, drafts = self.chosen, self.saving.drafts

        def give(panel: Panel) -> None:
            if isinstance(panel, CategoriesPanel):
                panel.saving.drafts = drafts
                if panel.theme.knows(chosen):
                    panel.open_category(chosen)

        return give

    def _show(self, view: View) -> None:
        self.view = view
        self.stack.setCurrentWidget(self._pages[view])
        self._show_foot()
        self._preview()

    def _show_foot(self) -> None:
        page = self._pages[self.view]
        is_new = isinstance(page, PartPage) and page.saved is None
        # One filled button a screen: what is begun comes first.
        is_shown = self.view != "themes" and not self.is_thin
        self.add_button.setVisible(is_shown and not is_new)
        self.themes_button.setVisible(is_shown)

    def set_strip(self, is_strip: bool) -> None:
        """Leave a strip of the list, or all of it, as there is room in the window."""
        self.is_thin = is_thin = is_strip and not self._is_opened
        self.fold.setVisible(is_strip)
        self.fold.set_icon("chevron-right" if is_thin else "chevron-left")
        words = _("Show the whole list") if is_thin else _("Show only the marks")
        self.fold.setText("" if is_thin else _("Less"))
        self.fold.setAccessibleName(words)
        self.fold.setToolTip(words)
        for part in (self.title, self.counts):
            part.setVisible(not is_thin)
        self._show_foot()
        self.head.setContentsMargins(*((16, 8, 4, 4) if is_thin else (16, 8, 16, 8)))
        self.body.setContentsMargins(*((11, 0, 0, 8) if is_thin else (16, 0, 16, 8)))

    def _toggle_list(self) -> None:
        self._is_opened = not self._is_opened
        self.main.body.refresh()
        self.list.setFocus()

    def _turn_page(self) -> None:
        """In a narrow window the page lies behind the list."""
        if self.main.body.is_narrow:
            self.main.body.show_tab("centre")

    def _fill_list(self) -> None:
        theme = self.theme
        self.counts.setText(theme_counts(theme))
        self.list.theme = theme
        lines = [_line(c, theme) for c in theme.offered]
        if hidden := [c for c in theme.categories if c.is_hidden]:
            lines += [Line(_("Off the list"), is_head=True), *(_line(c, theme) for c in hidden)]
        self.list.set_lines(lines)

    def _open_first(self) -> None:
        key = self.chosen
        if not self.theme.knows(key):
            key = next((c.id for c in (*self.theme.offered, *self.theme.categories)), "")
        if key:
            self._open(key)
        else:
            self.open_themes()

    def open_category(self, key: str) -> None:
        """Show one category."""
        self._open(key)
        self._turn_page()

    def _open(self, key: str) -> None:
        self.chosen = key
        self.list.choose(key)
        saved = self.saving.part(CATEGORY, key)
        assert saved is not None
        draft = self.saving.drafts.get((CATEGORY, key))
        self.category.show_part(saved, self.theme, draft=draft)
        if draft is not None:
            self.saving.settle(self.category)
        self._say_order()
        self._show("category")

    def open_field(self, key: str) -> None:
        """Show one field."""
        saved = self.saving.part(FIELD, key)
        assert isinstance(saved, Field)
        draft = self.saving.drafts.get((FIELD, key))
        self.field.show_part(saved, self.theme, draft=draft)
        if draft is not None:
            self.saving.settle(self.field)
        self._say_order()
        self._show("field")
        self.preview.show_field(key)
        if saved.is_hidden:
            self._count_values(key)
        self.field.focus_first()

    def open_themes(self) -> None:
        """Show the ready themes."""
        self.themes.open()
        self._show("themes")
        self._turn_page()
        self.themes.from_file.setFocus()

    def _back_to_category(self) -> None:
        key = self.field.draft.id if self.view == "field" and self.field.draft else ""
        self._open_first()
        if key:
            self.category.choose_field(key)
        else:
            self.category.add_field.setFocus()

    def _say_order(self) -> None:
        shown = [c.id for c in self.theme.offered]
        here = shown.index(self.chosen) if self.chosen in shown else -1
        self.category.say_order(is_first=here <= 0, is_last=here in (-1, len(shown) - 1))
        own = [f.id for f in self.theme.fields_of(self.chosen)]
        field = self.field.draft.id if self.field.draft else ""
        at = own.index(field) if field in own else -1
        self.field.say_order(is_first=at <= 0, is_last=at in (-1, len(own) - 1))

    # --- what is typed -------------------------------------------------------------------

    def _on_draft(self, draft: Part) -> None:
        page = self._pages[self.view]
        if isinstance(page, PartPage) and page.saved is None:
            # Whoever looks at something else first finds it where they left it.
            self.saving.drafts[self._new_place(draft)] = draft
        self._preview()

    def _new_place(self, part: Part) -> tuple[str, str]:
        """Return under what a part that is to be added is kept."""
        if isinstance(part, Field):
            return FIELD, f"{NEW}{part.type} {self.chosen}"
        return CATEGORY, NEW

    def _forget_new(self, page: PartPage) -> None:
        if page.saved is None and page.draft is not None:
            self.saving.drafts.pop(self._new_place(page.draft), None)

    def _give_up_category(self) -> None:
        self._forget_new(self.category)
        self._open_first()

    def _give_up_field(self) -> None:
        self._forget_new(self.field)
        self._back_to_category()

    def _preview(self) -> None:
        """Show the form as it would be with what is typed now."""
        page = self._pages[self.view]
        theme, category = self.theme, self.chosen
        if isinstance(page, PartPage) and page.draft is not None:
            theme = with_part(theme, page.draft)
            if isinstance(page.draft, Category):
                category = page.draft.id
        if category:
            self.preview.show_theme(theme, category)
        if page is self.field and self.field.draft is not None:
            self.preview.show_field(self.field.draft.id)

    def _on_looked_at(self, theme: Theme) -> None:
        if theme.offered:
            self.preview.show_theme(theme, theme.offered[0].id)

    def _on_saved(self) -> None:
        """Show a theme that came while something was still being written."""
        if self._is_late:
            self._on_theme(self.theme)

    def _on_theme(self, _theme: Theme) -> None:
        self._fill_list()
        # A page shows what is being written before the theme of the map says it.
        self._is_late = self.saving.is_busy
        if self._is_late:
            return
        page = self._pages[self.view]
        if isinstance(page, PartPage) and page.draft is not None:
            what = CATEGORY if page is self.category else FIELD
            page.follow(self.saving.part(what, page.draft.id), self.theme)
        self._say_order()
        self._preview()

    # --- what is done --------------------------------------------------------------------

    def new_category(self) -> None:
        """Begin a new category; it is added once it has a name."""
        order = last_order(self.theme.categories)
        category: Part = Category(new_key(""), "", "", order=order)
        category = self.saving.drafts.get(self._new_place(category), category)
        self.category.show_new(category, self.theme)
        self._show("category")
        self._turn_page()
        self.category.focus_first()

    def _add_category(self) -> None:
        draft = self.category.category
        key = new_key(draft.label(language()))
        self.category.draft = replace(draft, id=key)

        def then(theme: Theme) -> None:
            self._forget_new(self.category)
            self.main.theme_here.take(theme)
            self.open_category(key)
            self.category.add_field.setFocus()

        self.saving.add(self.category, then)

    def _ask_type(self) -> None:
        self._show("type")
        self.types.focus_first()

    def _new_field(self, type_: FieldType) -> None:
        order = last_order(self.theme.fields)
        field = Field(new_key(""), type_, "", "", (self.chosen,), order=order)
        new = self.saving.drafts.get(self._new_place(field), private_by_default(field))
        self.field.show_new(new, self.theme)
        self._show("field")
        self.field.focus_first()

    def _add_field(self) -> None:
        draft = self.field.field
        key = new_key(draft.label(language()))
        self.field.draft = replace(draft, id=key)

        def then(theme: Theme) -> None:
            self._forget_new(self.field)
            self.main.theme_here.take(theme)
            self._open_first()
            self.category.choose_field(key)
            self.preview.show_field(key)

        self.saving.add(self.field, then)

    def move_category(self, key: str, by: int) -> None:
        """Move a category up (-1) or down (1) among those that are offered."""
        shown = self.theme.offered
        if any(category.id == key for category in shown):
            self.saving.define(moved(shown, key, by))

    def _move_chosen(self, by: int) -> None:
        if (key := self.list.chosen) is not None:
            self.move_category(str(key), by)

    def move_field(self, key: str, by: int) -> None:
        """Move a field up (-1) or down (1) among those of the category."""
        shown = self.theme.fields_of(self.chosen)
        if any(field.id == key for field in shown):
            self.saving.define(moved(shown, key, by))

    def _toggle_hidden(self, page: PartPage) -> None:
        """Hide what a page shows, or show it again: nothing of it is ever taken away."""
        part = page.saved
        if part is None:
            return
        what = CATEGORY if page is self.category else FIELD
        name, is_hidden = part.label(language()), not part.is_hidden
        window = self.main

        def done() -> None:
            if is_hidden:
                window.messages.done(
                    _("“{name}” is hidden").format(name=name),
                    _("All that was written of it is kept."),
                    (_("Undo"), window.actions_table["undo"].trigger),
                )
                if what == FIELD:
                    self._count_values(part.id)

        self.saving.define({(what, part.id): {"is_hidden": is_hidden}}, done)

    def _count_values(self, key: str) -> None:
        """Say how many places have a value of a field that is hidden."""

        def say(count: int | None) -> None:
            if self.field.draft is not None and self.field.draft.id == key:
                self.field.say_kept(count)

        self.main.tasks.read(
            lambda reader: reader.count_values(key), say, owner=self, key="values of a field"
        )


def _line(category: Category, theme: Theme) -> Line:
    count = len(theme.fields_of(category.id))
    return Line(
        category.label(language()),
        fields_words(count),
        key=category.id,
        category=category.id,
        is_pale=category.is_hidden,
    )
