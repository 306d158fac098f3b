"""How one looks at the queue: what is left out, in which groups, in which order; as menus."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from collabmap.app.words import _, format_number, language
from collabmap.domain.geo import LngLat
from collabmap.review.queue_rows import QueueRow
from collabmap.ui.panels.review_queue import STATES, kind_word, name_of
from collabmap.ui.queue_filter import QueueFilter
from collabmap.ui.queue_memory import MAX_NAME, MOST_SAVED, QueueMemory
from collabmap.ui.review_order import GROUPS, SORTS, ReviewOrder
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.text import Text, separator

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Of authors, places and categories the most frequent are offered.
_MOST = 40
_ICONS = {"category": "shape-outline", "author": "account", "where": "map-marker-radius-outline"}


def group_word(group: str) -> str:
    """Return by what rows are grouped."""
    return {
        "": _("No groups"),
        "place": _("By place"),
        "category": _("By category"),
        "author": _("By author"),
        "kind": _("By what is proposed"),
    }[group]


def sort_word(sort: str) -> str:
    """Return what comes first."""
    return {
        "oldest": _("Oldest first"),
        "newest": _("Newest first"),
        "near": _("Nearest to the middle of the map"),
        "walk": _("A walk: always the nearest next"),
    }[sort]


class ReviewLook(QObject):
    """changed: filter, groups or order are others now.

    has_part: whether a part of the queue is claimed here.  back_to: what has the keyboard once a
    menu closes.
    """

    changed = Signal()

    def __init__(
        self, window: "MainWindow", order: ReviewOrder, memory: QueueMemory, anchor: QWidget
    ) -> None:
        super().__init__(anchor)
        self._window = window
        self._order = order
        self._memory = memory
        self._anchor = anchor
        self.has_part = False
        self.back_to: QWidget | None = None
        order.label = self._label

    # --- in words ------------------------------------------------------------------------

    def _label(self, category: str) -> str:
        return self._window.theme.category(category).label(language())

    def heading(self, row: QueueRow) -> str:
        """Return the words over the group that begins with a row."""
        group = self._order.group
        if group == "category":
            return self._label(row.category)
        if group == "author":
            return row.author_name or _("somebody")
        if group == "kind":
            return kind_word(row.kind)
        if row.where:
            return row.where
        if not (row.lng or row.lat):
            return _("Nowhere on the map")
        return _("Around “{name}”").format(name=name_of(row))

    def in_force(self) -> str:
        """Return filter, groups and order in words, as far as they are not the usual ones."""
        order = self._order
        saved = next((n for n, each in self._memory.saved.items() if each == order.filter), "")
        words = [_("filter “{name}”").format(name=saved)] if saved else self._filter_words()
        if order.group:
            words.append(group_word(order.group))
        if order.sort != "oldest":
            words.append(sort_word(order.sort))
        return " · ".join(words)

    def _filter_words(self) -> list[str]:
        chosen = self._order.filter
        words = []
        if chosen.category is not None:
            words.append(self._label(chosen.category))
        if chosen.author is not None:
            words.append(self._author_name(chosen.author))
        if chosen.where is not None:
            words.append(chosen.where or _("Place not known"))
        if chosen.box is not None:
            words.append(_("Part of the map"))
        if chosen.is_mine:
            words.append(_("My part"))
        if chosen.text:
            words.append(_("“{words}”").format(words=chosen.text))
        return words

    def _author_name(self, author: bytes) -> str:
        rows = self._order.rows.values()
        return next((r.author_name for r in rows if r.author == author), "") or _("somebody")

    # --- menus ---------------------------------------------------------------------------

    def _popover(self, name: str) -> Popover:
        popover = Popover(self._window, name, width_px=300)
        popover.body.addWidget(Text(name, "label"))
        return popover

    def _open(self, popover: Popover) -> None:
        popover.open_under(self._anchor, self.back_to)

    def open(self) -> None:
        """Offer all three menus, with their keys."""
        popover = self._popover(_("Sort, filter"))
        for words, icon, key, menu in (
            (_("Filter"), "filter-variant", "G", self.open_filter),
            (_("Group"), "format-list-bulleted", _("Shift+G"), self.open_groups),
            (_("Sort"), "sort", "T", self.open_sorts),
        ):
            self._add(popover, words, icon, menu, right=key)
        self._open(popover)

    def _add(
        self,
        popover: Popover,
        words: str,
        icon: str,
        does: Callable[[], object],
        *,
        right: str = "",
        is_on: bool | None = None,
    ) -> MenuRow:
        row = MenuRow(words, icon, right=right)
        if is_on is not None:
            row.setCheckable(True)
            row.setChecked(is_on)
        popover.add(row)
        row.clicked.connect(lambda _checked=False: does())
        return row

    def open_groups(self) -> None:
        """Offer by what rows are grouped."""
        popover = self._popover(_("Group"))
        for group in GROUPS:
            is_on = group == self._order.group
            self._add(popover, group_word(group), "", lambda g=group: self._group(g), is_on=is_on)  # type: ignore[misc]
        self._open(popover)

    def open_sorts(self) -> None:
        """Offer what comes first."""
        popover = self._popover(_("Sort"))
        for sort in SORTS:
            is_on = sort == self._order.sort
            self._add(popover, sort_word(sort), "", lambda s=sort: self._sort(s), is_on=is_on)  # type: ignore[misc]
        self._open(popover)

    def open_filter(self) -> None:
        """Offer what may be left out, and the filters that were kept."""
        chosen, order = self._order.filter, self._order
        popover = self._popover(_("Filter"))
        for name, each in self._memory.saved.items():
            self._add(
                popover, name, "content-save-outline", lambda e=each: self.filter(e),  # type: ignore[misc]
                is_on=each == chosen,
            )  # fmt: skip
        if self._memory.saved:
            popover.body.addWidget(separator())
        counts = order.counts()
        for kind in ("", *(kind for kind in STATES if counts[kind] or kind == chosen.kind)):
            count = counts[kind] if kind else counts.total()
            self._add(
                popover, kind_word(kind), self._kind_icon(kind),
                lambda k=kind: self.filter(replace(chosen, kind=k)),  # type: ignore[misc]
                right=format_number(count), is_on=None if kind != chosen.kind else True,
            )  # fmt: skip
        popover.body.addWidget(separator())
        self._add_choices(popover, chosen)
        self._add_keeping(popover, chosen)
        self._open(popover)

    def _kind_icon(self, kind: str) -> str:
        from collabmap.render.tokens import STATE_ICONS

        return STATE_ICONS[STATES[kind]] if kind else "inbox-full"

    def _add_choices(self, popover: Popover, chosen: QueueFilter) -> None:
        for field, words in (
            ("where", _("Quarter or commune")),
            ("category", _("Category")),
            ("author", _("Author")),
        ):
            value = getattr(chosen, field)
            self._add(
                popover, words, _ICONS[field], lambda f=field: self._open_values(f),  # type: ignore[misc]
                is_on=True if value is not None else None,
            )  # fmt: skip
        box = None if chosen.box is not None else self._window.map.bbox()
        self._add(
            popover, _("What the map shows"), "map-outline",
            lambda: self.filter(replace(chosen, box=box)), is_on=chosen.box is not None,
        )  # fmt: skip
        if self.has_part or chosen.is_mine:
            self._add(
                popover, _("My part"), "account-multiple",
                lambda: self.filter(replace(chosen, is_mine=not chosen.is_mine)),
                is_on=chosen.is_mine,
            )  # fmt: skip
        self._add(popover, _("Words of the name"), "magnify", self._ask_words)

    def _add_keeping(self, popover: Popover, chosen: QueueFilter) -> None:
        if chosen.is_empty:
            return
        popover.body.addWidget(separator())
        self._add(popover, _("Show all again"), "close", lambda: self.filter(QueueFilter()))
        saved = next((name for name, each in self._memory.saved.items() if each == chosen), None)
        if saved is not None:
            words = _("Forget the filter “{name}”").format(name=saved)
            self._add(popover, words, "delete-outline", lambda: self._forget(saved))
        elif len(self._memory.saved) < MOST_SAVED:
            self._add(popover, _("Keep this filter"), "content-save-outline", self._ask_name)

    def _open_values(self, field: str) -> None:
        """Offer the values that a field has in what waits, the most frequent first."""
        chosen = self._order.filter
        names: dict[object, str] = {}
        counts: Counter[object] = Counter()
        for row in self._order.rows.values():
            value = getattr(row, field)
            counts[value] += 1
            names.setdefault(value, row.author_name)
        popover = self._popover(_("Filter"))
        every = replace(chosen, **{field: None})  # type: ignore[arg-type]
        is_all = getattr(chosen, field) is None
        self._add(popover, _("All"), "", lambda: self.filter(every), is_on=is_all)
        for value, count in counts.most_common(_MOST):
            words = {
                "category": lambda v: self._label(v),
                "author": lambda v: names[v] or _("somebody"),
                "where": lambda v: v or _("Place not known"),
            }[field](value)
            one = replace(chosen, **{field: value})  # type: ignore[arg-type]
            self._add(
                popover, words, "", lambda o=one: self.filter(o),  # type: ignore[misc]
                right=format_number(count),
                is_on=True if value == getattr(chosen, field) else None,
            )  # fmt: skip
        self._open(popover)

    def _ask_words(self) -> None:
        chosen = self._order.filter
        self._ask(
            _("Words of the name"), chosen.text, _("Filter"),
            lambda text: self.filter(replace(chosen, text=text)),
        )  # fmt: skip

    def _ask_name(self) -> None:
        self._ask(_("A name for this filter"), "", _("Keep"), self._keep)

    def _ask(self, title: str, text: str, verb: str, does: Callable[[str], object]) -> None:
        """Ask for a few words."""
        popover = self._popover(title)
        field = LineField()
        field.setAccessibleName(title)
        field.setText(text)
        field.setMaxLength(MAX_NAME)
        button = Button(verb, "primary", height_px=44)

        def done() -> None:
            words = field.text().strip()
            popover.close_popover()
            does(words)

        field.returnPressed.connect(done)
        button.clicked.connect(lambda _checked=False: done())
        popover.body.addWidget(field)
        popover.body.addWidget(button)
        self._open(popover)
        field.setFocus()

    # --- what was chosen -----------------------------------------------------------------

    def filter(self, chosen: QueueFilter) -> None:
        """Look at what a filter lets through."""
        self._order.look(filter=chosen)
        self.changed.emit()

    def _group(self, group: str) -> None:
        self._order.look(group=group)
        self.changed.emit()

    def _sort(self, sort: str) -> None:
        box = self._window.map.bbox()
        middle = LngLat((box.west + box.east) / 2, (box.south + box.north) / 2)
        self._order.look(sort=sort, anchor=middle)
        self.changed.emit()

    def next_saved(self) -> None:
        """Take the filter that was kept after the one in force; after the last one, all."""
        every = [QueueFilter(), *self._memory.saved.values()]
        now = self._order.filter
        at = every.index(now) if now in every else 0
        self.filter(every[(at + 1) % len(every)])

    def _keep(self, name: str) -> None:
        if name:
            self._memory.saved[name] = self._order.filter
            self.changed.emit()

    def _forget(self, name: str) -> None:
        del self._memory.saved[name]
        self.changed.emit()
