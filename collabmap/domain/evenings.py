"""Which evening something belongs to: what a map's people did in one go, with the night cut off.

Whoever stays until two in the morning is still at the evening that began the day before.
"""

from datetime import date, datetime, timedelta

# Of the local clock.  At five nobody is still at it, and nobody has begun.
NIGHT_ENDS_H = 5
EVENING_BEGINS_H = 17


def day_of(at: datetime) -> date:
    """Return the day by which the evening goes that a local moment belongs to."""
    return (at - timedelta(hours=NIGHT_ENDS_H)).date()


def is_evening(at: datetime) -> bool:
    """Whether a local moment lies in an evening, or in the night after it."""
    return at.hour >= EVENING_BEGINS_H or at.hour < NIGHT_ENDS_H


def bounds_of(day: date) -> tuple[datetime, datetime]:
    """Return when the evening of a day begins and ends, as local moments: from, and until before.

    All of the day is in it: what was done in the afternoon goes by the same day.
    """
    begins = datetime(day.year, day.month, day.day, NIGHT_ENDS_H)
    return begins, begins + timedelta(days=1)
