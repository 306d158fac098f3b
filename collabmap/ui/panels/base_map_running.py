"""While a base map is made, and what became of it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.base_map_building import BaseMapBuild, Made
from collabmap.app.words import _, format_duration, format_number, format_size, ngettext
from collabmap.ui.widgets.check_line import CheckLine, Sign
from collabmap.ui.widgets.holes_map import HolesMap
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.progress import ProgressLine, time_left
from collabmap.ui.widgets.text import Text

# The parts of a build in their order; what comes between is told with the one before.
PARTS = ("reading", "names", "painting", "writing", "checking")
WITHIN = {"searching": "writing"}


def part_words(part: str) -> str:
    """Return what a part of the build does."""
    return {
        "reading": _("Reading the extract"),
        "names": _("Choosing which names fit"),
        "painting": _("Painting the tiles"),
        "searching": _("Writing down the names for the search"),
        "writing": _("Writing the file"),
        "checking": _("Looking at every tile"),
    }.get(part, part)


class RunningPart(QWidget):
    """follow(build) shows how far it is."""

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(10)
        self.where = Text("", "muted", wrap=True)
        layout.addWidget(self.where)
        self.count = Text("", "heading", wrap=True)
        layout.addWidget(self.count)
        self.line = ProgressLine()
        layout.addWidget(self.line)
        self.left = Text("", "muted", wrap=True)
        layout.addWidget(self.left)
        layout.addSpacing(8)
        self.checks = {part: CheckLine(part_words(part)) for part in PARTS}
        for check in self.checks.values():
            layout.addWidget(check)
        layout.addSpacing(8)
        hint = _("You can leave this panel: it goes on. The number stays in the top bar.")
        layout.addWidget(Text(hint, "second", wrap=True))

    def follow(self, build: BaseMapBuild) -> None:
        """Show how far a build is."""
        step = build.step
        at = PARTS.index(WITHIN.get(step.part, step.part))
        for number, check in enumerate(self.checks.values()):
            check.set_state("done" if number < at else "running" if number == at else "todo")
        self.where.setText(build.wanted.name or build.out.stem)
        is_painting = step.part == "painting" and step.total > 0
        self.line.set_share(step.done / step.total if is_painting else None)
        if is_painting:
            self.count.setText(
                _("{done} of {total}").format(
                    done=format_number(step.done), total=format_number(step.total)
                )
            )
        else:
            self.count.setText(part_words(step.part) + "…")
        self.left.setText(self._left_words(build))
        self.setAccessibleName(f"{self.count.text()}, {self.left.text()}")

    def _left_words(self, build: BaseMapBuild) -> str:
        if build.state == "paused":
            return _("Paused. What is painted stays.")
        left_s = build.step.seconds_left
        return "" if left_s is None or left_s < 1 else time_left(left_s)


class DonePart(QWidget):
    """What was made, and whether anything is missing in it."""

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(12)
        self.sign = Sign(side_px=32)
        head.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = Text("", "heading", wrap=True)
        self.second = Text("", "muted", wrap=True)
        words.addWidget(self.title)
        words.addWidget(self.second)
        head.addLayout(words, 1)
        layout.addLayout(head)
        self.holes = HolesMap()
        layout.addWidget(self.holes)
        card = Ground("card")
        self._rows = QVBoxLayout(card)
        self._rows.setContentsMargins(16, 10, 16, 10)
        self._rows.setSpacing(6)
        layout.addWidget(card)
        self.rows: dict[str, Text] = {}

    def show_made(self, made: Made) -> None:
        """Show a finished build."""
        report = made.report
        if made.check.is_complete:
            self.sign.show_icon("check-circle", "accepted")
            self.title.setText(_("Verified, complete"))
            self.second.setText(_("Every tile is there and can be read."))
        else:
            self.sign.show_icon("alert", "pending")
            self.title.setText(_("Not complete"))
            self.second.setText(holes_words(made))
        self.holes.show_holes(report.area, made.holes)
        self.holes.setVisible(bool(made.holes))
        first, last = report.zooms[0], report.zooms[-1]
        self._show_rows(
            (
                (_("File"), report.path.name),
                (_("Size"), format_size(report.bytes)),
                (_("Zooms"), _("from {first} to {last}").format(first=first, last=last)),
                (_("Tiles"), format_number(report.tiles)),
                (_("Made in"), format_duration(report.seconds)),
            )
        )

    def _show_rows(self, rows: tuple[tuple[str, str], ...]) -> None:
        for name, value in rows:
            if name not in self.rows:
                row = QHBoxLayout()
                row.addWidget(Text(name, "muted"))
                self.rows[name] = Text("", "body", wrap=True)
                self.rows[name].setAlignment(Qt.AlignmentFlag.AlignRight)
                row.addWidget(self.rows[name], 1)
                self._rows.addLayout(row)
            self.rows[name].setText(value)


def holes_words(made: Made) -> str:
    """Say how many tiles are missing or cannot be read."""
    missing, unreadable = made.missing, made.unreadable
    parts = []
    if missing:
        words = ngettext("{count} tile is missing.", "{count} tiles are missing.", missing)
        parts.append(words.format(count=format_number(missing)))
    if unreadable:
        words = ngettext(
            "{count} tile cannot be read.", "{count} tiles cannot be read.", unreadable
        )
        parts.append(words.format(count=format_number(unreadable)))
    return " ".join(parts)
