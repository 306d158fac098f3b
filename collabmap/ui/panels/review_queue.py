"""The queue in words, and its head: how far one is, and a filter by kind."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.field_words import in_order
from collabmap.app.words import _, format_number, format_time, ngettext
from collabmap.domain.geometry import point_of_wkb
from collabmap.domain.theme import Theme
from collabmap.review.queue import ReviewItem
from collabmap.review.queue_rows import QueueRow
from collabmap.ui import look
from collabmap.ui.panels.claims import ClaimLine
from collabmap.ui.place_words import field_word, field_words, sentence
from collabmap.ui.review_order import ReviewOrder
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.note import Empty
from collabmap.ui.widgets.progress import ProgressLine
from collabmap.ui.widgets.text import ElidedText, Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# The colours and the sign of each kind of item.
STATES = {
    "new": "new",
    "change": "change_proposed",
    "delete": "delete_proposed",
    "disagreement": "disagreement",
    "contested": "contested",
    "duplicate": "duplicate",
    "care": "care",
}


def kind_word(kind: str) -> str:
    """Return what is proposed, in one word."""
    return {
        "": _("All"),
        "new": _("New"),
        "change": _("Change"),
        "delete": _("Deletion"),
        "disagreement": _("Disagreement"),
        "contested": _("Contested"),
        "duplicate": _("Possible duplicate"),
        "care": _("Needs care"),
    }[kind]


def second_line(item: ReviewItem, theme: Theme) -> str:
    """Return 'New · Inès · 6:31 PM', 'Name, position · Aïcha' or 'Name: 2 values'."""
    return sentence(_told(item, theme))


def _told(item: ReviewItem, theme: Theme) -> str:
    author = item.author_name or _("somebody")
    if item.is_asked:
        return f"{_('asked')} · {author}"
    if item.kind == "new":
        return f"{kind_word('new')} · {author} · {format_time(item.at_ms)}"
    if item.kind == "delete":
        return f"{kind_word('delete')} · {author}"
    if item.kind in ("contested", "care"):
        return f"{kind_word(item.kind)} · {author}"
    fields = in_order(item.fields, theme)
    several = [field for field in fields if field.values]
    if item.kind == "disagreement" and not several:
        return _("Deletion or change")
    if item.kind == "disagreement":
        first = several[0]
        values = ngettext("{field}: {count} value", "{field}: {count} values", len(first.values))
        return ", ".join(
            [
                values.format(
                    field=field_word(_part_of(item, first.field), theme), count=len(first.values)
                ),
                *(field_word(field.field, theme) for field in several[1:]),
            ]
        )
    names = [_part_of(item, field.field) for field in fields]
    names += item.private_changed
    words = field_words(names, theme) or _("comment")
    return f"{words} · {author}"


def _part_of(item: ReviewItem, field: str) -> str:
    """Return what differs: of a line or a zone its outline, not where it lies."""
    if field != "geometry":
        return field
    shape = item.place.geometry_wkb
    is_drawn = item.outline_before is not None or (bool(shape) and point_of_wkb(shape) is None)
    return "outline" if is_drawn else field


def row_line(row: QueueRow) -> str:
    """Return the second line as far as the row itself can tell it."""
    author = row.author_name or _("somebody")
    if row.is_asked:
        return sentence(f"{_('asked')} · {author}")
    if row.kind == "new":
        return f"{kind_word('new')} · {author} · {format_time(row.at_ms)}"
    return f"{kind_word(row.kind)} · {author}"


def is_told(row: QueueRow) -> bool:
    """Whether the row itself tells its whole second line."""
    return row.is_asked or row.kind not in ("change", "disagreement")


def name_of(item: ReviewItem | QueueRow) -> str:
    """Return the name of a place; one that was erased for good leaves what others wrote of it."""
    return item.name or _("(removed)")


def queue_words(count: int) -> str:
    """Return 'To review (57)'."""
    return _("To review ({count})").format(count=format_number(count))


class QueueFoot(QWidget):
    """What is done with the queue as a whole, and who reviews which part of it elsewhere.

    all_of_filter: shown while a filter is in force.
    """

    def __init__(self, window: "MainWindow", accept_all: QAction) -> None:
        super().__init__()
        actions = window.actions_table
        receive = Button.of(actions["receive"], height_px=40, text=_("Receive"))
        share = Button.of(
            actions["give_back"], height_px=40, text=_("Exchange"), icon="swap-horizontal"
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(receive, 1)
        buttons.addWidget(share, 1)
        self.claims = ClaimLine()
        self.claims.opened.connect(window.commands.open_claims)
        self.all_of_filter = Button.of(accept_all, height_px=40)
        self.all_of_filter.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.claims)
        layout.addWidget(self.all_of_filter)
        layout.addLayout(buttons)


class QueueHead(QWidget):
    """How far one is, the chips of the filter, and what else is in force.

    picked: a kind, '' for all.  menu_wanted: everything else by which one may look at the queue.
    opened: the list, of which a strip is left, is to be shown whole, or no longer.
    """

    picked = Signal(str)
    menu_wanted = Signal()
    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.count = Text("", "muted")
        self.line = ProgressLine()
        self.line.setAccessibleName(_("Progress"))
        self._whole = QWidget()
        top = QHBoxLayout()
        top.addWidget(Text(_("To review"), "title"), 1)
        top.addWidget(self.count)
        chips = Flow(gap=look.px(6))
        self.chips: dict[str, Chip] = {}
        for kind in ("", *STATES):
            chip = Chip("0", kind_word(kind), state=STATES.get(kind, ""))
            chip.setCheckable(True)
            chip.clicked.connect(lambda _checked=False, k=kind: self.picked.emit(k))
            self.chips[kind] = chip
            chips.add(chip)
        self.menu = Chip(_("Sort, filter"), _("Sort, filter"))
        self.menu.clicked.connect(self.menu_wanted)
        chips.add(self.menu)
        self.in_force = ElidedText("", "second")
        whole = QVBoxLayout(self._whole)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(look.px(9))
        whole.addLayout(top)
        whole.addWidget(self.line)
        whole.addWidget(chips)
        whole.addWidget(self.in_force)
        self.strip = Button("", "quiet", height_px=44)
        self.strip.clicked.connect(self.opened)
        self._strip_words = Text(_("To review"), "second")
        self._strip_words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.strip)
        layout.addWidget(self._strip_words)
        layout.addWidget(self._whole)
        self.strip.hide()
        self._strip_words.hide()

    def set_strip(self, *, is_strip: bool, is_behind: bool) -> None:
        """Show the number alone.  is_behind: the list is whole, and can be put away again."""
        self._whole.setVisible(not is_strip)
        self.strip.setVisible(is_behind)
        self._strip_words.setVisible(is_strip)

    def follow(self, order: ReviewOrder, in_force: str) -> None:
        """Show the numbers of now.  in_force: words of filter, groups and order, '' for none."""
        done, total = order.decided, order.total
        words = _("{done} of {total}")
        self.count.setText(
            words.format(done=format_number(done), total=format_number(total)) if total else ""
        )
        self.line.set_share(done / total if total else 0.0)
        counts = order.counts()
        for kind, chip in self.chips.items():
            count = counts[kind] if kind else counts.total()
            chip.set_text(format_number(count))
            chip.setChecked(kind == order.filter.kind)
            chip.setVisible(count > 0 or kind in ("", order.filter.kind))
        self.in_force.set_whole(in_force)
        self.in_force.setVisible(bool(in_force))
        waiting = len(order.rows)
        self.strip.setText(format_number(waiting))
        self.strip.setAccessibleName(queue_words(waiting))


class AllReviewed(Empty):
    """What the queue shows once nothing waits."""

    def say_done(self, count: int, give_back: Callable[[], object]) -> None:
        """Say how many were decided, and what is left to do."""
        words = ngettext("{count} decision, 0 waiting.", "{count} decisions, 0 waiting.", count)
        hint = words.format(count=count) if count else _("Nothing waits.")
        self.say(
            "check-all",
            _("Everything is reviewed"),
            f"{hint} {_('What is left is to give the map back.')}",
            ("package-variant-closed", _("Give the map back"), give_back),
        )
