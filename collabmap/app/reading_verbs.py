"""The verbs of a session about its readings; what each does is in readings.py."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from collabmap.app import readings
from collabmap.app.desk import in_words
from collabmap.app.photo_verbs import PhotoVerbs
from collabmap.app.progress import CancelToken
from collabmap.app.readings import NewReadings, Taken
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceView


class ReadingVerbs(PhotoVerbs):
    """A desk to which readings are brought."""

    @in_words
    def add_readings(self, new: Iterable[NewReadings]) -> Taken:
        """Add readings of places: one signed deed; those that are there already are left out.

        Raises PlaceUnknown, FieldUnknown, ReadingTimeImpossible, ValueInvalid, NobodyHere.
        """
        return readings.add_readings(self, new)

    @in_words
    def export_readings(
        self,
        path: Path,
        field: str | None = None,
        place: bytes | None = None,
        cancel: CancelToken | None = None,
    ) -> int:
        """Write the published readings as a table (CSV); return how many.

        field, place: only these.  Raises what `whole_file` raises, and Cancelled.
        """
        # Late: a start must not wait for what reads tables.
        from collabmap.app import readings_files

        return readings_files.export_readings(self, path, field, place, cancel)

    @in_words
    def remove_readings(self, view: PlaceView, which: Mapping[bytes, Iterable[int]]) -> Effect:
        """Take away readings that `view` showed; another's once a coordinator agrees.

        which: by the id of their batch, where they stand in it.
        """
        return readings.remove_readings(self, view, which)
