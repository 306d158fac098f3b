"""The history of a place as sentences, for the window and the command line."""

from datetime import date, datetime

from collabmap.app.field_words import direction_words, field_label, field_word, value_text
from collabmap.app.link_words import link_words
from collabmap.app.reading_words import sum_words
from collabmap.app.words import (
    MONTHS,
    N_,
    _,
    format_date,
    format_distance,
    format_time,
    language,
)
from collabmap.domain import evenings
from collabmap.domain.geo import distance_m
from collabmap.domain.theme import Theme
from collabmap.review.history import Entry, Step, StepKind
from collabmap.sync.bundle import short_code

_PLAIN: dict[StepKind, str] = {
    "created": N_("Added"),
    "keyword": N_("Keywords added: {text}"),
    "comment": N_("Comment: “{text}”"),
    "answer": N_("Answer: “{text}”"),
    "keyword_gone": N_("Keywords taken away: {text}"),
    "comment_gone": N_("Comment taken away"),
    "photo_gone": N_("Photo taken away"),
    "withdrawn": N_("Taken back by its author"),
    "restored": N_("Put back on the map"),
    "same": N_("Said to be one with “{place}”"),
    "different": N_("Said to be another place than “{place}”"),
    "undecided": N_("Open again whether it is one with “{place}”"),
}
# With the words that came with it, and without any.
_WITH_TEXT: dict[StepKind, tuple[str, str]] = {
    "deleted": (N_("Deleted: “{text}”"), N_("Deleted")),
    "delete_proposed": (N_("Deletion proposed: “{text}”"), N_("Deletion proposed")),
    "photo": (N_("Photo added: {text}"), N_("Photo added")),
    "link": (N_("Link added: {text} “{place}”"), N_("Link added: “{place}”")),
    "link_gone": (N_("Link taken away: {text} “{place}”"), N_("Link taken away: “{place}”")),
}
_ABOUT: dict[StepKind, tuple[str, str]] = {
    "accept": (N_("Accepted: {about}"), N_("Accepted")),
    "reject": (N_("Refused: {about}"), N_("Refused")),
    "ask": (N_("Asked about: {about}"), N_("Asked")),
    "not-chosen": (N_("Another value was chosen: {about}"), N_("Another value was chosen")),
    "open": (N_("Decision taken back: {about}"), N_("Decision taken back")),
    "taken_back": (N_("Undone: {about}"), N_("Undone")),
    "redacted": (N_("Erased for good: {about}"), N_("Erased for good")),
}
_THINGS: dict[str, str] = {
    "keyword": N_("keywords"),
    "comment": N_("comment"),
    "photo": N_("photo"),
    "reading": N_("measurements"),
    "link": N_("link"),
    "answer": N_("answer"),
    "delete_proposed": N_("the deletion"),
    "keyword_gone": N_("keywords taken away"),
    "comment_gone": N_("comment taken away"),
    "photo_gone": N_("photo taken away"),
    "reading_gone": N_("measurements taken away"),
    "link_gone": N_("link taken away"),
    "taken_back": N_("an undoing"),
    "restored": N_("putting it back"),
}


def computer_words(entry: Entry, here: bytes) -> str:
    """Return 'computer K7Q-492-MR'.  here: the replica id of this computer."""
    if entry.replica == here:
        return _("this computer")
    return _("computer {code}").format(code=short_code(entry.replica))


def who_words(entry: Entry, here: bytes) -> str:
    """Return 'Aïcha, computer K7Q-492-MR'.  here: as in `computer_words`."""
    name = entry.author_name or _("somebody")
    return f"{name}, {computer_words(entry, here)}"


def evening_words(at_ms: int) -> str:
    """Return 'evening of November 27', or the day; with the year if it is not this one."""
    at = datetime.fromtimestamp(at_ms / 1000)
    return sitting_words(at, is_evening=evenings.is_evening(at))


def sitting_words(at: datetime, *, is_evening: bool) -> str:
    """Return how people call the evening, or the day, that a local moment belongs to."""
    words = day_words(evenings.day_of(at))
    return (_("evening of {day}") if is_evening else _("day of {day}")).format(day=words)


def day_words(day: date) -> str:
    """Return 'November 20' or '1er novembre', with the year where it is another one."""
    number = "1er" if language() == "fr" and day.day == 1 else str(day.day)
    words = _("{month} {day}").format(month=_(MONTHS[day.month - 1]), day=number)
    if day.year != datetime.now().year:
        noon_ms = round(datetime(day.year, day.month, day.day, 12).timestamp() * 1000)
        words = format_date(noon_ms)
    return words


def entry_words(entry: Entry, theme: Theme) -> tuple[str, ...]:
    """Return the sentences of an entry, one for each thing that was done."""
    return tuple(step_words(step, theme) for step in entry.steps)


def line_words(entry: Entry) -> str:
    """Return when an entry was made: the evening and the time."""
    return f"{evening_words(entry.at_ms)}, {format_time(entry.at_ms)}"


def step_words(step: Step, theme: Theme) -> str:
    """Return what was done, as a sentence."""
    said = _said(step, theme)
    if step.is_hidden:
        said = _("{what} (erased since)").format(what=said)
    if step.is_contested:
        said = _("{what} (another coordinator has decided otherwise)").format(what=said)
    return said


def _said(step: Step, theme: Theme) -> str:
    if step.kind in ("moved", "redrawn"):
        return _moved(step)
    if step.kind in ("reading", "reading_gone"):
        return _measured(step, theme)
    if step.kind == "changed":
        return _changed(step, theme)
    if step.kind in _ABOUT:
        # All that came with a place is decided with it.
        told = () if "created" in step.about else step.about
        about = ", ".join(_thing(each, theme) for each in told)
        said = _(_ABOUT[step.kind][0 if about else 1]).format(about=about)
        # The reason, or the question: what its author reads.
        return _("{what}. “{text}”").format(what=said, text=step.text) if step.text else said
    place = step.place_name or _("(removed)")
    if step.kind in _WITH_TEXT:
        words = _(_WITH_TEXT[step.kind][0 if step.text else 1])
        is_link = step.kind in ("link", "link_gone")
        text = link_words(theme, step.text) if is_link and step.text else step.text
        return words.format(text=text, place=place)
    return _(_PLAIN[step.kind]).format(text=step.text or _("(removed)"), place=place)


def _measured(step: Step, theme: Theme) -> str:
    is_gone = step.kind == "reading_gone"
    if not step.readings:
        return _("Measurements added")
    words = _("Measured, taken away: {what}") if is_gone else _("Measured: {what}")
    return words.format(what="; ".join(sum_words(theme, found) for found in step.readings))


def _moved(step: Step) -> str:
    if step.start is None or step.end is None:
        return _("Outline drawn anew") if step.kind == "redrawn" else _("Position given")
    metres = distance_m(step.start, step.end)
    if step.kind == "redrawn":
        if round(metres) < 1:
            return _("Outline drawn anew")
        words = _("Outline drawn anew, its middle {distance} {direction}")
    else:
        words = _("Moved {distance} {direction}")
    return words.format(
        distance=format_distance(metres), direction=direction_words(step.start, step.end)
    )


def _changed(step: Step, theme: Theme) -> str:
    label = field_label(step.field, theme)
    if step.is_private or step.is_hidden:
        return _("{field} changed").format(field=label)
    before, after = (_value(step, each, theme) for each in (step.before, step.after))
    return _("{field}: {before} → {after}").format(
        field=label, before=before or _("(empty)"), after=after or _("(empty)")
    )


def _value(step: Step, value: str, theme: Theme) -> str:
    if step.field != "category" or not value:
        return value_text(step.field, value, theme, dict(step.names))
    return " / ".join(theme.category(each).label(language()) for each in value.split(" / "))


def _thing(about: str, theme: Theme) -> str:
    found = _THINGS.get(about)
    return _(found) if found else field_word(about, theme)
