"""Parts of the page of the evening: when and where it is, the key on paper, the cards beside."""

import datetime
import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.evening import Evening, KitNote
from collabmap.app.readiness import Readiness
from collabmap.app.readiness_words import evening_title, hours_words, percent_words, rest_words
from collabmap.app.words import _, explain, format_date, format_number, format_size, ngettext
from collabmap.domain.written_times import read_day
from collabmap.errors import CollabMapError
from collabmap.ui import look
from collabmap.ui.kept_words import KeptWords
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.day_field import write_day
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.note import Ground, Icon
from collabmap.ui.widgets.progress import ProgressLine
from collabmap.ui.widgets.text import ElidedText, Text

MAX_NUMBER = 9999


class Head(QWidget):
    """The evening in a title and a few facts.

    change_wanted: it is to be changed.  guide_wanted: it is to be prepared step by step.
    """

    change_wanted = Signal()
    guide_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = Text("", "page-title", wrap=True)
        self.change = Button(_("Change it"), "quiet", icon="pencil", height_px=40)
        self.change.clicked.connect(self.change_wanted)
        self.guide = Button(_("Step by step"), icon="format-list-numbered", height_px=40)
        self.guide.clicked.connect(self.guide_wanted)
        self.facts = Flow(gap=look.px(20))
        first = QHBoxLayout()
        first.setContentsMargins(0, 0, 0, 0)
        first.addWidget(self.title, 1)
        first.addWidget(self.change, 0, Qt.AlignmentFlag.AlignTop)
        first.addWidget(self.guide, 0, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(look.px(2))
        whole.addLayout(first)
        whole.addWidget(self.facts)

    def show_plan(self, plan: Evening) -> None:
        self.title.setText(evening_title(plan))
        said = facts(plan)
        self.change.setText(_("Change it") if plan != Evening() else _("Say when and where"))
        self.change.setAccessibleName(f"{self.change.text()}, {_('The evening')}")
        self.facts.clear()
        for icon, words in said:
            self.facts.add(_Fact(icon, words))
        if not said:
            hint = _("When, where, how many: what there must be room for is reckoned from it.")
            self.facts.add(Text(hint, "muted"))


def facts(plan: Evening) -> list[tuple[str, str]]:
    """Return (icon, words) of what was said of an evening."""
    found = []
    if hours := hours_words(plan):
        found.append(("clock-outline", hours))
    if plan.where:
        found.append(("map-marker-outline", plan.where))
    if plan.laptops:
        words = ngettext("{count} laptop", "{count} laptops", plan.laptops)
        found.append(("laptop", words.format(count=format_number(plan.laptops))))
    if plan.people:
        words = ngettext("about {count} person", "about {count} people", plan.people)
        found.append(("account-group", words.format(count=format_number(plan.people))))
    return found


class _Fact(QWidget):
    def __init__(self, icon: str, words: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(7))
        row.addWidget(Icon(icon, "muted", side_px=16))
        label = Text(words, "muted")
        row.addWidget(label)


# --- saying when and where --------------------------------------------------------------------


# Half written: see KeptWords.
PLAN = "evening"


class PlanForm(Ground):
    """saved: an Evening.  left: without saving.  What is half written is kept until `forget`."""

    saved = Signal(object)
    left = Signal()

    def __init__(
        self, words: KeptWords, plan: Evening, today: datetime.date, *, is_part: bool = False
    ) -> None:
        """is_part: of a step whose own button saves it, by `submit`; narrower, too."""
        super().__init__("card")
        self._today, self._words = today, words
        self.day = LineField(_("For example 12/03/2026"))
        self.begins, self.ends = LineField("18:30"), LineField("20:00")
        self.where = LineField()
        self.laptops, self.people = LineField(), LineField()
        day = plan.date
        self.day.setText(write_day(day))
        self.begins.setText(plan.begins)
        self.ends.setText(plan.ends)
        self.where.setText(plan.where)
        self.laptops.setText(str(plan.laptops or ""))
        self.people.setText(str(plan.people or ""))
        self.rows = {
            "day": Labelled(_("Day"), self.day, hint=_("day/month/year")),
            "begins": Labelled(_("From"), self.begins),
            "ends": Labelled(_("To"), self.ends),
            "where": Labelled(_("Place"), self.where),
            "laptops": Labelled(_("Laptops"), self.laptops),
            "people": Labelled(_("People, about"), self.people),
        }
        self.save = Button(_("Save"), "primary", icon="check-bold", height_px=44)
        self.save.clicked.connect(self.submit)
        self.cancel = Button(_("Cancel"), height_px=44)
        self.cancel.clicked.connect(self.left)
        self._lay_out(
            (("day",), ("begins", "ends"), ("where",), ("laptops", "people"))
            if is_part
            else (("day", "begins", "ends"), ("where", "laptops", "people"))
        )
        self.save.setVisible(not is_part)
        self.cancel.setVisible(not is_part)
        self._lines = self.day, self.begins, self.ends, self.where, self.laptops, self.people
        if kept := words.of(b"", PLAN):
            for line, text in zip(self._lines, kept.split("\n"), strict=True):
                line.setText(text)
        for line in self._lines:
            line.returnPressed.connect(self.submit)
            line.textEdited.connect(self._keep)

    def _keep(self) -> None:
        self._words.keep(b"", PLAN, "\n".join(line.text() for line in self._lines))

    def forget(self) -> None:
        """Keep it no longer: it is saved, or not wanted."""
        self._words.keep(b"", PLAN, "")

    def discard(self) -> None:
        """Take it away, and what stands in it."""
        self.forget()
        self.hide()
        self.deleteLater()

    def _lay_out(self, lines: Sequence[Sequence[str]]) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(look.px(16), look.px(14), look.px(16), look.px(14))
        whole.setSpacing(look.px(12))
        self._columns = []
        for names in lines:
            row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
            row.setSpacing(look.px(12))
            for name in names:
                wide = name in ("day", "where")
                row.addWidget(self.rows[name], 2 if wide else 1, Qt.AlignmentFlag.AlignTop)
            self._columns.append(row)
            whole.addLayout(row)
        buttons = QHBoxLayout()
        buttons.setSpacing(look.px(8))
        buttons.addWidget(self.save)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        whole.addLayout(buttons)

    def submit(self) -> None:
        """Say what is wrong beside each field, or tell what was written."""
        read: dict[str, Callable[[str], object]] = {
            "day": lambda text: _day(text, self._today),
            "begins": _hour,
            "ends": _hour,
            "where": lambda text: " ".join(text.split())[:80],
            "laptops": _number,
            "people": _number,
        }
        values: dict[str, object] = {}
        wrong = None
        for name, row in self.rows.items():
            assert isinstance(row.field, LineField)
            values[name] = read[name](row.field.text().strip())
            row.set_error(_WRONG[name]() if values[name] is None else "")
            if values[name] is None and wrong is None:
                wrong = row.field
        if wrong is not None:
            wrong.setFocus()
            return
        self.saved.emit(Evening(**values))  # type: ignore[arg-type]


_WRONG: dict[str, Callable[[], str]] = {
    "day": lambda: _("Write it as day/month/year."),
    "begins": lambda: _("Write it as 18:30."),
    "ends": lambda: _("Write it as 18:30."),
    "laptops": lambda: _("Write a number."),
    "people": lambda: _("Write a number."),
}


def _day(text: str, today: datetime.date) -> str | None:
    """Return an ISO date; without a year the next such day.  None: it is no date."""
    day = read_day(text, today, is_ahead=True)
    return day.isoformat() if day is not None else None if text else ""


def _hour(text: str) -> str | None:
    """Return 'HH:MM' of '18:30', '18 h 30', '18h' or '18'.  None: it is no time of day."""
    if not text:
        return ""
    found = re.fullmatch(r"(\d{1,2})\s*(?:[:hH.]\s*(\d{2})?)?", text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _number(text: str) -> int | None:
    if not text:
        return 0
    return int(text) if text.isdecimal() and int(text) <= MAX_NUMBER else None


# --- the key on paper -------------------------------------------------------------------------


class PaperForm(QWidget):
    """Asks for the key on paper.  wanted: what was typed.  left: without it."""

    wanted = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.field = LineField(_("For example 7ATM-870G-ZJ44-…"))
        self.row = Labelled(
            _("What stands on the paper"),
            self.field,
            hint=_("It is compared with this map, and kept nowhere."),
        )
        self.field.returnPressed.connect(self._on_wanted)
        self.compare = Button(_("Compare"), "primary", height_px=44)
        self.compare.clicked.connect(self._on_wanted)
        self.cancel = Button(_("Cancel"), height_px=44)
        self.cancel.clicked.connect(self.left)
        buttons = QHBoxLayout()
        buttons.setSpacing(look.px(8))
        buttons.addWidget(self.compare)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(look.px(48), 0, 0, look.px(4))
        whole.setSpacing(look.px(10))
        whole.addWidget(self.row)
        whole.addLayout(buttons)

    def _on_wanted(self) -> None:
        if self.field.text().strip():
            self.wanted.emit(self.field.text())

    def refuse(self, error: CollabMapError) -> None:
        """Say beside the field what is wrong with it."""
        message, hint = explain(error)
        self.row.set_error(f"{message} {hint}")
        self.field.setFocus()


# --- the cards beside -------------------------------------------------------------------------


class ReadyCard(Ground):
    """How much is ready, and what is left."""

    def __init__(self) -> None:
        super().__init__("card")
        self.percent = Text("", "strong", wrap=True)
        self.bar = ProgressLine()
        self.rest = Text("", "muted", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(16), look.px(14), look.px(16), look.px(14))
        layout.setSpacing(look.px(8))
        for part in (self.percent, self.bar, self.rest):
            layout.addWidget(part)

    def show_ready(self, ready: Readiness) -> None:
        self.percent.setText(percent_words(ready))
        self.bar.set_share(ready.percent / 100)
        words = rest_words(ready)
        self.rest.setText(words)
        self.rest.setVisible(bool(words))
        self.setAccessibleName(f"{self.percent.text()}. {words}")


class KitCard(Ground):
    """The invitation: one file to hand out.  copy_wanted: it is to be written to a stick."""

    copy_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("card")
        words = _("One file: the map, its categories and the right to contribute.")
        self.name = ElidedText("", "label")
        self.second = Text("", "second", wrap=True)
        self.file = QWidget()
        row = QHBoxLayout(self.file)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(12))
        row.addWidget(Icon("file-outline", side_px=26), 0, Qt.AlignmentFlag.AlignVCenter)
        lines = QVBoxLayout()
        lines.setSpacing(look.px(1))
        lines.addWidget(self.name)
        lines.addWidget(self.second)
        row.addLayout(lines, 1)
        self.button = Button(_("Copy to a stick"), icon="usb-flash-drive", height_px=42)
        self.button.clicked.connect(self.copy_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(16), look.px(14), look.px(16), look.px(14))
        layout.setSpacing(look.px(10))
        layout.addWidget(Text(_("The invitation"), "strong", wrap=True))
        layout.addWidget(Text(words, "muted", wrap=True))
        layout.addWidget(self.file)
        layout.addWidget(self.button)

    def show_kit(self, kit: KitNote | None) -> None:
        self.file.setVisible(kit is not None)
        if kit is None:
            return
        self.name.set_whole(re.split(r"[/\\]", kit.path)[-1])
        words = _("{size} · made on {date}")
        self.second.setText(
            words.format(size=format_size(kit.size_bytes), date=format_date(kit.at_ms))
        )
