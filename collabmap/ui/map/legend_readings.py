"""Which measurements the map shows: of what, the latest, the mean or the worst, and when."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.reading_words import measure_fields
from collabmap.app.words import _, language
from collabmap.ui.map_readings import HOWS, how_words
from collabmap.ui.readings.period_choice import PeriodChoice
from collabmap.ui.widgets.facet_row import FacetRow
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.domain.reading_columns import How
    from collabmap.ui.main_window import MainWindow


class ReadingChoices(QWidget):
    """Built anew where other quantities are known."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._window = window
        self.fields: dict[str, FacetRow] = {}
        self.hows: dict[How, FacetRow] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addSpacing(8)
        column.addWidget(Text(_("What was measured"), "label"))
        counts = {each.field: each.places for each in window.reading.quantities or ()}
        every = measure_fields(window.theme)
        # What nobody measured yet is a long list under which the rest would be lost.
        offered = [field for field in every if counts.get(field.id)] or every
        for field in offered:
            words = field.label(language())
            row = FacetRow(f"{words} ({field.unit})" if field.unit else words, height_px=44,
                           is_only=True)  # fmt: skip
            row.set_count(counts.get(field.id, 0))
            row.clicked.connect(lambda _on, chosen=field.id: self._choose(field=chosen))
            self.fields[field.id] = row
            column.addWidget(row)
        column.addSpacing(8)
        column.addWidget(Text(_("Which of a place"), "label"))
        for how in HOWS:
            row = FacetRow(how_words(how), height_px=44, is_only=True)
            row.clicked.connect(lambda _on, chosen=how: self._choose(how=chosen))
            self.hows[how] = row
            column.addWidget(row)
        self.period = PeriodChoice()
        self.period.chosen.connect(lambda period: self._choose(period=period))
        column.addSpacing(8)
        column.addWidget(self.period)
        self.follow()

    def follow(self) -> None:
        """Tick what is shown."""
        wanted = self._window.reading.measured
        for field, row in self.fields.items():
            row.setChecked(field == wanted.field)
        for how, line in self.hows.items():
            line.setChecked(how == wanted.how)
        if wanted.period != self.period.period:
            self.period.show_period(wanted.period)

    def _choose(self, **chosen: object) -> None:
        reading = self._window.reading
        reading.show_readings(replace(reading.measured, **chosen))  # type: ignore[arg-type]
