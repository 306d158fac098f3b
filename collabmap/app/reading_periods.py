"""The periods that measurements are looked at for, and what each is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from collabmap.app.words import N_, _, format_day

Name = Literal["all", "day", "week", "month", "year", "chosen"]
NAMES: tuple[Name, ...] = ("all", "day", "week", "month", "year", "chosen")
_DAYS: Mapping[str, int] = {"day": 1, "week": 7, "month": 30, "year": 365}
_WORDS: Mapping[str, str] = {
    "all": N_("The whole period"),
    "day": N_("Last 24 hours"),
    "week": N_("Last 7 days"),
    "month": N_("Last 30 days"),
    "year": N_("Last 12 months"),
    "chosen": N_("From one day to another"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """first, last: of the chosen days, both in it; None for no limit."""

    name: Name = "all"
    first: date | None = None
    last: date | None = None

    def bounds(self, now: datetime) -> tuple[int | None, int | None]:
        """Return since when and until when, UTC seconds, the end left out.  now: local time."""
        if self.name == "all":
            return None, None
        if self.name == "chosen":
            end = None if self.last is None else self.last + timedelta(days=1)
            return _midnight(self.first), _midnight(end)
        # By the minute, so that the same question has the same answer for a while.
        start = now.replace(second=0, microsecond=0) - timedelta(days=_DAYS[self.name])
        return round(start.timestamp()), None

    def words(self) -> str:
        """Return what it is called."""
        if self.name != "chosen" or (self.first is None and self.last is None):
            return _(_WORDS[self.name])
        if self.last is None and self.first is not None:
            return _("Since {day}").format(day=format_day(self.first))
        if self.first is None and self.last is not None:
            return _("Until {day}").format(day=format_day(self.last))
        assert self.first is not None
        assert self.last is not None
        return _("{first} – {last}").format(
            first=format_day(self.first), last=format_day(self.last)
        )


def name_words(name: Name) -> str:
    """Return what a kind of period is called."""
    return _(_WORDS[name])


def _midnight(day: date | None) -> int | None:
    return None if day is None else round(datetime.combine(day, time()).timestamp())
