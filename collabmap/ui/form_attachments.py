"""What comes to a place with its form and is kept beside it: photos and first readings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from collabmap.app.readings import NewReadings
from collabmap.domain.reading_batch import Reading
from collabmap.ui import photos_here

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.panels.field_form import FieldForm


@dataclass(frozen=True, slots=True)
class Attachments:
    """photos: files, by field of the theme; '' for none.  readings: by field."""

    photos: Mapping[str, Sequence[Path]]
    readings: Mapping[str, Reading]

    @classmethod
    def of(cls, fields: "FieldForm", photos: Sequence[Path]) -> "Attachments":
        """Return what a form holds: it may be gone before the place is written.

        photos: those that no field of the theme asks for.
        """
        given = {**fields.photo_paths(), "": photos}
        return cls({field: paths for field, paths in given.items() if paths}, fields.readings())

    def bring(self, window: "MainWindow", place: bytes, name: str) -> None:
        """Add them to a place that has just been saved; what goes wrong is told on its own."""
        new = [NewReadings(place, field, [each]) for field, each in self.readings.items()]
        if new:
            window.tasks.write(lambda session: session.add_readings(new), lambda _taken: None)
        if self.photos:
            photos_here.bring(window, place, name, self.photos)
