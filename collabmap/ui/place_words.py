"""Words about places that several panels say: fields, kinds of change, files and times."""

from datetime import datetime

from collabmap.app.field_words import direction_words, field_label, field_word, field_words
from collabmap.app.words import _, format_date, format_number, format_time, ngettext
from collabmap.domain.theme import Nature, Theme

__all__ = [
    "ahead_by",
    "day_and_time",
    "direction_words",
    "field_count",
    "field_label",
    "field_word",
    "field_words",
    "nature_count",
    "nature_word",
    "sentence",
    "when",
]


def field_count(field: str, count: int, theme: Theme) -> str:
    """Return '2 names', '3 positions'."""
    words = {
        "name": ngettext("{count} name", "{count} names", count),
        "category": ngettext("{count} category", "{count} categories", count),
        "description": ngettext("{count} description", "{count} descriptions", count),
        "tags": ngettext("{count} list of keywords", "{count} lists of keywords", count),
        "contact": ngettext("{count} private contact", "{count} private contacts", count),
        "geometry": ngettext("{count} position", "{count} positions", count),
        "comments": ngettext("{count} comment", "{count} comments", count),
        "state": ngettext("{count} decision", "{count} decisions", count),
        "marks": ngettext("{count} suggestion", "{count} suggestions", count),
    }.get(field)
    if words is None:
        return _("{what}: {found}").format(what=field_word(field, theme), found=count)
    return words.format(count=count)


def nature_count(nature: Nature, count: int) -> str:
    """Return '30 places', '8 ideas'."""
    words = {
        "place": ngettext("{count} place", "{count} places", count),
        "actor": ngettext("{count} actor", "{count} actors", count),
        "skill": ngettext("{count} skill", "{count} skills", count),
        "idea": ngettext("{count} idea", "{count} ideas", count),
        "event": ngettext("{count} event", "{count} events", count),
    }[nature]
    return words.format(count=count)


def nature_word(nature: Nature) -> str:
    """Return what a category's things are, e.g. 'actor'."""
    return {
        "place": _("place"),
        "actor": _("actor"),
        "skill": _("skill, means"),
        "idea": _("idea"),
        "event": _("event"),
    }[nature]


def sentence(words: str) -> str:
    """Return words as a line of their own begins: with a capital."""
    return words[:1].upper() + words[1:]


def when(at_ms: int) -> str:
    """Return '6:31 PM' for today, 'yesterday, 6:31 PM', or day and time."""
    days = (datetime.now().date() - datetime.fromtimestamp(at_ms / 1000).date()).days
    if days == 0:
        return format_time(at_ms)
    if days == 1:
        return _("yesterday, {time}").format(time=format_time(at_ms))
    return day_and_time(at_ms)


def day_and_time(at_ms: int) -> str:
    """Return 'November 23, 2026, 6:58 PM'."""
    return _("{day}, {time}").format(day=format_date(at_ms), time=format_time(at_ms))


def ahead_by(milliseconds: int) -> str:
    """Return how far a clock is ahead: '20 minutes', '3 hours', '2 days'."""
    minutes = milliseconds / 60_000
    if minutes >= 2 * 24 * 60:
        count = round(minutes / (24 * 60))
        words = ngettext("{count} day", "{count} days", count)
    elif minutes >= 60:
        count = round(minutes / 60)
        words = ngettext("{count} hour", "{count} hours", count)
    else:
        count = max(1, round(minutes))
        words = ngettext("{count} minute", "{count} minutes", count)
    return words.format(count=format_number(count))
