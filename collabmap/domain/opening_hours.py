"""Opening hours of a week, as OpenStreetMap writes them and as people do.

Of the grammar at https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification what a week
needs is understood: days and spans of days, public holidays (PH), spans of time, `off` and 24/7.
Seasons, weeks of the month and the sun are not.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from collabmap.domain.written_times import plain

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
HOLIDAYS = "PH"
DAY_MIN = 24 * 60
# (from, until) in minutes since midnight; until is beyond DAY_MIN where it ends the day after.
Span = tuple[int, int]
Spans = tuple[Span, ...]
ALL_DAY: Spans = ((0, DAY_MIN),)

_NAMES = {
    "Mo": "lundis lundi lun lu mondays monday mon mo",
    "Tu": "mardis mardi mar ma tuesdays tuesday tues tue tu",
    "We": "mercredis mercredi mer me wednesdays wednesday wed we",
    "Th": "jeudis jeudi jeu je thursdays thursday thurs thu th",
    "Fr": "vendredis vendredi ven ve fridays friday fri fr",
    "Sa": "samedis samedi sam sa saturdays saturday sat",
    "Su": "dimanches dimanche dim di sundays sunday sun su",
    HOLIDAYS: "jours feries|feries|jf|public holidays|ph",
    "off": "ferme|fermee|fermes|not open|closed|off",
    "Mo-Su": "tous les jours|7j/7|7 j/7|every day|daily|mo-su",
    "24/7": "24h/24|24 h/24|24/24|24h sur 24|24 h sur 24|around the clock|24/7",
}
_WORDS = {
    name: key
    for key, names in _NAMES.items()
    for name in (names.split("|") if "|" in names else names.split())
}
_WORD = re.compile(
    r"(?<![a-z0-9])(?:" + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)) + r")"
    r"\.?(?![a-z0-9])"
)
_TIME = re.compile(r"(\d\d?)\s*(?:[h:]\s*(\d\d)|h)(?:\s*([ap]\.?m\.?))?|(\d\d?)\s*([ap]\.?m\.?)")
_RULE = re.compile(r"((?:(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)[\s,\-]*)*)(.*)", re.DOTALL)
_BETWEEN_RULES = re.compile(r";|(?<=\d)[\s,]+(?=[A-Z]|off)|(?<=off),\s*(?=[A-Z])")
_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class Week:
    """days: spans of Monday to Sunday, none where it is closed.  holidays: None for not said."""

    days: tuple[Spans, ...] = ((),) * 7
    holidays: Spans | None = None

    @property
    def is_always(self) -> bool:
        """Whether it is never closed."""
        return all(spans == ALL_DAY for spans in (*self.days, self.holidays or ALL_DAY))

    def runs(self) -> list[tuple[int, int, Spans]]:
        """Return days in a row that are alike, without those closed: (first, last, spans)."""
        found: list[tuple[int, int, Spans]] = []
        for day, spans in enumerate(self.days):
            if found and found[-1][1] == day - 1 and found[-1][2] == spans:
                found[-1] = (found[-1][0], day, spans)
            else:
                found.append((day, day, spans))
        return [run for run in found if run[2]]


def read_hours(text: str) -> Week | None:
    """Return the week that a text means, None where it cannot be read.

    'Mo-Fr 09:00-18:00; Su off', 'lun.-ven. 9h-12h30 et 14h-18h', 'fermé le dimanche', '24/7'.
    """
    week = Week()
    rules = [rule for rule in _BETWEEN_RULES.split(_as_osm(text)) if rule.strip()]
    for rule in rules:
        said = _read_rule(rule.strip())
        if said is None:
            return None
        days, holidays, spans = said
        week = Week(
            tuple(spans if day in days else now for day, now in enumerate(week.days)),
            spans if holidays else week.holidays,
        )
    return week if rules else None


def _as_osm(text: str) -> str:
    """Return a text with names of days and times as OpenStreetMap writes them."""
    words = plain(re.sub("[\u2010-\u2015\u2212]", "-", text.replace("\n", ";")))
    words = _WORD.sub(lambda found: _WORDS[found[0].rstrip(".")], words)
    words = re.sub(r"(?<![A-Za-z])(?:le|les|de|du|from|on)(?![A-Za-z])", " ", words)
    words = re.sub(r"(?<=[a-z0-9])\s+(?:a|au|to|jusqu'a)\s+(?=[A-Z\d])", "-", words)
    words = re.sub(r"\s+(?:et|and|&)\s+", ",", words)
    return _TIME.sub(_time, words)


def _time(found: re.Match[str]) -> str:
    hour, minute, half = int(found[1] or found[4]), int(found[2] or 0), found[3] or found[5]
    if half:
        if not 1 <= hour <= 12:
            return found[0]
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    return f"{hour:02}:{minute:02}"


def _read_rule(rule: str) -> tuple[set[int], bool, Spans] | None:
    """Return (days, whether of holidays, spans) of one rule."""
    if rule == "24/7":
        return set(range(7)), True, ALL_DAY
    before = re.fullmatch(r"off\s+(.+)", rule)
    found = _RULE.fullmatch(f"{before[1]} off" if before else rule)
    assert found is not None
    named, times = found[1].strip(" ,"), found[2].strip(" ,:")
    days, holidays = (set(range(7)), False) if not named else _read_days(named)
    if days is None:
        return None
    if times == "off":
        return days, holidays, ()
    if times == "24/7":
        return days, holidays, ALL_DAY
    spans = _read_spans(times)
    return (days, holidays, spans) if spans else None


def _read_days(named: str) -> tuple[set[int] | None, bool]:
    days: set[int] = set()
    holidays = False
    for part in re.split(r"[\s,]+", re.sub(r"\s*-\s*", "-", named)):
        first, _dash, last = part.partition("-")
        if part == HOLIDAYS:
            holidays = True
        elif first in DAYS and (not last or last in DAYS):
            start = DAYS.index(first)
            count = (DAYS.index(last or first) - start) % 7 + 1
            days |= {(start + step) % 7 for step in range(count)}
        else:
            return None, False
    return days, holidays


def _read_spans(times: str) -> Spans | None:
    spans = []
    for part in re.split(r"\s*[,/]\s*|\s+(?=\d\d:\d\d\s*-)", re.sub(r"\s*-\s*", "-", times)):
        found = _SPAN.fullmatch(part.strip())
        if found is None:
            return None
        start, end = (int(found[i]) * 60 + int(found[i + 1]) for i in (1, 3))
        if start >= DAY_MIN or end > DAY_MIN or int(found[2]) > 59 or int(found[4]) > 59:
            return None
        spans.append((start, end if end > start else end + DAY_MIN))
    return joined(spans)


def joined(spans: Iterable[Span]) -> Spans | None:
    """Return spans in order, None where they overlap."""
    found = sorted(spans)
    if any(end > start for (_a, end), (start, _b) in pairwise(found)):
        return None
    return tuple(found)


def write_hours(week: Week) -> str:
    """Return a week as OpenStreetMap writes it; reading that gives the same week."""
    if week.is_always and week.holidays is not None:
        return "24/7"
    rules = [f"{_days(first, last)} {_spans(spans)}" for first, last, spans in week.runs()]
    if not rules:
        rules = ["Mo-Su off"]
    if week.holidays is not None:
        rules.append(f"{HOLIDAYS} {_spans(week.holidays) or 'off'}")
    return "; ".join(rules)


def _days(first: int, last: int) -> str:
    if first == last:
        return DAYS[first]
    return f"{DAYS[first]}{'-' if last > first + 1 else ','}{DAYS[last]}"


def _spans(spans: Spans) -> str:
    return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans)


def _clock(minutes: int) -> str:
    minutes = minutes if minutes <= DAY_MIN else minutes - DAY_MIN
    return f"{minutes // 60:02}:{minutes % 60:02}"
