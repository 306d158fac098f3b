"""The verbs of a session about its readings; what each does is in readings.py."""

from collections.abc import Iterable, Mapping

from collabmap.app import readings
from collabmap.app.desk import in_words
from collabmap.app.photo_verbs import PhotoVerbs
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
    def remove_readings(self, view: PlaceView, which: Mapping[bytes, Iterable[int]]) -> Effect:
        """Take away readings that `view` showed; another's once a coordinator agrees.

        which: by the id of their batch, where they stand in it.
        """
        return readings.remove_readings(self, view, which)
