"""A category as a coordinator edits it: its names, its mark, and what is asked about it."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, language
from collabmap.domain.theme import DRAWN, NATURES, Category, Field, Nature, Theme
from collabmap.domain.theme_editing import SHAPES_OF
from collabmap.ui import look
from collabmap.ui.panels.part_page import Answers, PartPage
from collabmap.ui.theme_words import DRAWN_AS, HUES, field_line, type_icon
from collabmap.ui.theme_words import NATURES as NATURE_WORDS
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import Labelled
from collabmap.ui.widgets.icon_picker import IconPicker
from collabmap.ui.widgets.line_list import Line, LineList
from collabmap.ui.widgets.marks import MarkImage
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tiles import TileGrid

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

_MOST_HUES = 7
# Of pictures that are shown here only, beside those of the map's own theme.
_HUES, _NATURES, _MARK = "hues of a category", "natures of a category", "mark of a category"


class CategoryPage(PartPage):
    """field_opened: id of a field.  field_wanted: a new one.  field_moved: id, and -1 or 1."""

    field_opened = Signal(str)
    field_wanted = Signal()
    field_moved = Signal(str, int)

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._seen: tuple[str, str, str] | None = None
        super().__init__(_("Add this category"))

    @property
    def category(self) -> Category:
        assert isinstance(self.draft, Category)
        return self.draft

    # --- building ------------------------------------------------------------------------

    def build(self) -> None:
        card = self.add_card()
        self.add_words(card, "label", (_("Name in French"), _("Name in English")))
        self._mark_row = QHBoxLayout()
        self._mark_row.setSpacing(12)
        self.mark: QWidget = QWidget()
        self._mark_row.addWidget(self.mark)
        self.icon_button = Button(_("Choose the icon…"), icon="magnify", height_px=40)
        self.icon_button.clicked.connect(self._toggle_icons)
        self._mark_row.addWidget(self.icon_button)
        self._mark_row.addStretch(1)
        card.addLayout(self._mark_row)
        self.icons = IconPicker(self._window.tasks)
        self.icons.picked.connect(self._on_icon)
        self.icons.hide()
        card.addWidget(self.icons)
        self._build_fields()
        self._build_mark()

    def _build_mark(self) -> None:
        card = self.add_card(_("On the map"))
        self.natures = TileGrid(_natures(Category("", "", "")), checkable=True, most=5)
        self.natures.picked.connect(lambda _id: self.note_and_settle())
        card.addWidget(Labelled(_("What it is: shown by the shape"), self.natures))
        self.hues = TileGrid(_hues(Category("", "", "")), checkable=True, most=_MOST_HUES)
        self.hues.picked.connect(lambda _id: self.note_and_settle())
        hint = _("Colours only group: shape and icon tell categories apart, for everybody.")
        card.addWidget(Labelled(_("Colour"), self.hues, hint=hint))
        self.drawn = Answers()
        self.drawn.offer([(kind, _(words)) for kind, (_icon, words) in DRAWN_AS.items()])
        self.drawn.changed.connect(self.note_and_settle)
        self.places["drawn"] = Labelled(_("May be drawn as"), self.drawn)
        card.addWidget(self.places["drawn"])

    def _build_fields(self) -> None:
        card = self.add_card(_("What is asked about it"))
        self._fields_card = card.parentWidget()
        self.no_fields = Text(
            _("Only a name, a few words and a photo. Add what you want to know."),
            "muted",
            wrap=True,
        )
        self.fields = LineList(Theme(""), _("Fields of this category"), grows=True)
        self.fields.opened.connect(lambda key: self.field_opened.emit(str(key)))
        for key, by in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(key), self.fields)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: self._move_field(by))
        self.add_field = Button(_("Add a field"), icon="plus-thick", height_px=44)
        self.add_field.clicked.connect(self.field_wanted)
        column = QVBoxLayout()
        column.setSpacing(8)
        for part in (self.no_fields, self.fields, self.add_field):
            column.addWidget(part)
        card.addLayout(column)

    # --- showing -------------------------------------------------------------------------

    def fill(self) -> None:
        self._show_look()
        self.natures.choose(self.category.nature)
        self.hues.choose(self.category.hue.upper())
        self.drawn.choose(self.category.drawn)
        self.hidden.setText(
            _("Hidden: nobody can choose it. The places that are of it stay as they are.")
        )
        self._fill_fields()
        self._fit()

    def _show_look(self) -> None:
        """Show name and mark as the map shows them, with what is chosen now."""
        category = self.category
        words = category.label(language())
        self.title.setText(words or (_("New category") if self.saved is None else category.id))
        seen = category.icon, category.hue, category.shape
        if seen == self._seen:
            return
        self._seen = seen
        self.natures.set_theme(_natures(category))
        self.hues.set_theme(_hues(category))
        theme = Theme(_MARK, (category,))
        image = MarkImage(theme, category.id)
        self._mark_row.replaceWidget(self.mark, image)
        self.mark.hide()
        self.mark.deleteLater()
        self.mark = image

    def _fill_fields(self) -> None:
        is_saved = self.saved is not None
        if self._fields_card is not None:
            self._fields_card.setVisible(is_saved)
        lines = [_line(f, self.theme) for f in self.fields_here()] if is_saved else []
        self.fields.set_lines(lines)
        self.fields.setVisible(bool(lines))
        self.no_fields.setVisible(not lines)

    def fields_here(self) -> list[Field]:
        """Return the fields that belong to the category, those shown first."""
        own = [f for f in self.theme.fields if f.belongs_to(self.category.id)]
        return sorted(own, key=lambda field: field.is_hidden)

    def choose_field(self, key: str) -> None:
        """Put the keyboard on a field of the list."""
        self.fields.choose(key)
        self.fields.setFocus(Qt.FocusReason.OtherFocusReason)

    def _move_field(self, by: int) -> None:
        if (key := self.fields.chosen) is not None:
            self.field_moved.emit(str(key), by)

    # --- what is chosen ------------------------------------------------------------------

    def read(self) -> dict[str, Any]:
        nature = self.natures.chosen() or self.category.nature
        found: dict[str, Any] = {
            "hue": self.hues.chosen() or self.category.hue,
            "drawn": tuple(kind for kind in DRAWN if kind in self.drawn.chosen()),
        }
        if nature != self.category.nature:
            chosen: Nature = nature  # type: ignore[assignment]
            found |= {"nature": chosen, "shape": SHAPES_OF[chosen]}
        return found

    def _toggle_icons(self) -> None:
        self.icons.setVisible(self.icons.isHidden())
        if not self.icons.isHidden():
            self.icons.open(self.category.icon)
            self.scroller.ensureWidgetVisible(self.icons, 0, 0)

    def close_icons(self) -> bool:
        """Put the icons away; False while they are not shown."""
        if self.icons.isHidden():
            return False
        self.icons.hide()
        self.icon_button.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _on_icon(self, name: str) -> None:
        self.draft = replace(self.category, icon=name)
        self.close_icons()
        self.note_and_settle()

    def note(self) -> None:
        super().note()
        if not self._is_filling and self.draft is not None:
            # The mark changes with what is chosen, before it is saved.
            self._show_look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for grid in (self.natures, self.hues):
            grid.fit_columns(max(look.px(200), grid.width()))


def _natures(category: Category) -> Theme:
    """Return a theme of one category a nature, with the icon and hue of a category."""
    parts = (
        replace(
            category, id=n, nature=n, shape=SHAPES_OF[n], is_hidden=False,
            label_fr=_(NATURE_WORDS[n]), label_en=_(NATURE_WORDS[n]),
        )
        for n in NATURES
    )  # fmt: skip
    return Theme(_NATURES, tuple(parts))


def _hues(category: Category) -> Theme:
    """Return a theme of one category a hue."""
    parts = (
        replace(category, id=hue, hue=hue, is_hidden=False, label_fr=_(words), label_en=_(words))
        for hue, words in HUES.items()
    )
    return Theme(_HUES, tuple(parts))


def _line(field: Field, theme: Theme) -> Line:
    second = _("no longer asked") if field.is_hidden else field_line(field, theme)
    name = field.label(language())
    return Line(
        name, second, key=field.id, icon=type_icon(field), state="yours", is_pale=field.is_hidden
    )
