"""The axes of a chart of readings: days and hours as people write them, numbers with commas."""

from datetime import datetime, timedelta
from typing import Any

import pyqtgraph as pg

from collabmap.app.value_words import number_words
from collabmap.app.words import MONTHS, _, format_clock

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
# Between two labels, seconds; above, whole months and years.
_STEPS = (
    _MINUTE, 5 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE, _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR,
    _DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY,
)  # fmt: skip
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
# So much room does a label need, logical pixels.
LABEL_PX = 84


class TimeAxis(pg.AxisItem):
    """Local time below a chart."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.label_px: float = LABEL_PX

    def tickValues(self, least: float, most: float, size: float) -> list[tuple[float, list[float]]]:
        """Return where labels stand: at whole hours, days, months or years of local time."""
        labels = max(2, int(size / self.label_px))
        wanted = (most - least) / labels
        step = next((step for step in _STEPS if step >= wanted), None)
        try:
            if step is not None:
                return [(step, list(_by_seconds(least, most, step)))]
            months = next((m for m in _MONTHS if m * 30.4 * _DAY >= wanted), _MONTHS[-1])
            return [(months * 30.4 * _DAY, list(_by_months(least, most, months)))]
        except (ValueError, OverflowError, OSError):
            # Beyond every calendar: a chart may be pushed there.
            return []

    def tickStrings(self, values: list[float], _scale: float, spacing: float) -> list[str]:
        return [_tick_words(value, spacing) for value in values]


class ValueAxis(pg.AxisItem):
    """Numbers left of a chart, as the language writes them."""

    def __init__(self) -> None:
        super().__init__("left")

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        return [number_words(_rounded(value)) for value in values]


def _by_seconds(least: float, most: float, step: int) -> Any:
    """Yield local times at whole steps; days begin at midnight also where clocks are changed."""
    at = datetime.fromtimestamp(least).replace(hour=0, minute=0, second=0, microsecond=0)
    if step >= _DAY:
        days = step // _DAY
        at -= timedelta(days=at.toordinal() % days)
        while (seconds := at.timestamp()) <= most:
            if seconds >= least:
                yield seconds
            at += timedelta(days=days)
        return
    while at.timestamp() <= most:
        day = at + timedelta(days=1)
        while at < day:
            if least <= (seconds := at.timestamp()) <= most:
                yield seconds
            at += timedelta(seconds=step)


def _by_months(least: float, most: float, months: int) -> Any:
    at = datetime.fromtimestamp(least)
    number = (at.year * 12 + at.month - 1) // months * months
    while True:
        seconds = datetime(number // 12, number % 12 + 1, 1).timestamp()
        if seconds > most:
            return
        if seconds >= least:
            yield seconds
        number += months


def _tick_words(value: float, spacing: float) -> str:
    at = datetime.fromtimestamp(value)
    if spacing < _DAY and (at.hour or at.minute):
        return format_clock(at.hour, at.minute, short=True)
    month = _(MONTHS[at.month - 1])
    if spacing > 300 * _DAY:
        return str(at.year)
    if spacing > 20 * _DAY:
        return f"{month}\n{at.year}" if at.month == 1 else month
    return _("{month} {day}").format(month=month, day=at.day)


def _rounded(value: float) -> int | float:
    rounded = float(f"{value:.10g}")
    return int(rounded) if rounded == int(rounded) else rounded
