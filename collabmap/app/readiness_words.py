"""What is said of each line of "ready for the evening?", in the window and in a terminal."""

from collabmap.app.evening import Evening
from collabmap.app.readiness import Line, Readiness, Value
from collabmap.app.words import (
    MONTHS,
    N_,
    _,
    explain,
    format_date,
    format_number,
    format_size,
    format_time,
    language,
    ngettext,
)

TITLES = {
    "base_map": N_("Base map"),
    "categories": N_("Categories"),
    "paper": N_("The key on paper"),
    "computers": N_("Other computers"),
    "review": N_("What came before"),
    "unsent": N_("What you wrote yourself"),
    "set_aside": N_("Not signed yet"),
    "clock": N_("Clock of this computer"),
    "disk": N_("Room on the disk"),
    "invitation": N_("The invitation"),
}
STATES = {
    "done": N_("done"),
    "running": N_("under way"),
    "look": N_("to look at"),
    "todo": N_("to do"),
}
_DAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


def title(line: Line) -> str:
    """Return what a line is about."""
    return _(TITLES[line.code])


def state_words(line: Line) -> str:
    """Return how it stands with a line, in one or two words."""
    return _(STATES[line.state])


def says(line: Line) -> str:
    """Return what is so now, in one sentence or two."""
    if line.problem is not None:
        return explain(line.problem)[0]
    return {
        "base_map": _base_map,
        "categories": _categories,
        "paper": _paper,
        "computers": _computers,
        "review": _review,
        "unsent": _unsent,
        "set_aside": _set_aside,
        "clock": _clock,
        "disk": _disk,
        "invitation": _invitation,
    }[line.code](line.found, _Values(line))


class _Values:
    """The values of a line, written as the language does."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def raw(self, name: str) -> Value:
        return self._line.values[name]

    def number(self, name: str) -> int:
        value = self._line.values[name]
        assert isinstance(value, int)
        return value

    def size(self, name: str) -> str:
        return format_size(self.number(name))

    def count(self, name: str, words: str) -> str:
        """Fill a count into its words."""
        return words.format(count=format_number(self.number(name)))


# --- one function a line ----------------------------------------------------------------------


def _base_map(found: str, values: _Values) -> str:
    if found == "none":
        return _("None yet: people would place things on an empty sheet.")
    if found == "comparing":
        return _("Being compared with its print")
    if found == "making":
        share = values.raw("percent")
        words = _("Being made: {percent}% painted")
        return words.format(percent=share) if share != "" else _("Being made")
    name = str(values.raw("title"))
    if found in ("missing", "changed", "unreadable"):
        return {
            "missing": _("The file of “{name}” is gone."),
            "changed": _("“{name}” is another file than the one that was chosen."),
            "unreadable": _("“{name}” cannot be read."),
        }[found].format(name=name)
    if found == "outside":
        return values.count(
            "outside",
            ngettext(
                "{count} place lies outside of it.",
                "{count} places lie outside of it.",
                values.number("outside"),
            ),
        )
    if found == "elsewhere":
        return _("“{name}” shows another area than your places.").format(name=name)
    if found == "holes":
        return _("{missing} of {expected} pieces are missing where your places are.").format(
            missing=format_number(values.number("missing")),
            expected=format_number(values.number("expected")),
        )
    zooms = values.raw("zooms")
    first, last = zooms if isinstance(zooms, tuple) else (0, 0)
    words = {
        "measuring": _("{name}, zooms {first} to {last}, {size}: being checked"),
        "coarse": _("{name}, zooms {first} to {last}: too coarse to tell a house"),
        "unchecked": _("{name}, zooms {first} to {last}, {size}: not compared with its print yet"),
        "whole": _("{name}, zooms {first} to {last}, {size}, complete and verified"),
    }[found]
    return words.format(name=name, first=first, last=last, size=values.size("bytes"))


def _categories(found: str, values: _Values) -> str:
    if found == "none":
        return _("None: nobody could say what a place is.")
    if found == "unknown":
        return values.count(
            "unknown",
            ngettext(
                "{count} place has a category that this computer does not know.",
                "{count} places have a category that this computer does not know.",
                values.number("unknown"),
            ),
        )
    categories = values.count(
        "categories",
        ngettext("{count} category", "{count} categories", values.number("categories")),
    )
    fields = values.count(
        "fields", ngettext("{count} field", "{count} fields", values.number("fields"))
    )
    if found == "unused":
        words = _("{categories}, {fields}, on a map without places yet")
        return words.format(categories=categories, fields=fields)
    places = values.count(
        "places", ngettext("{count} place", "{count} places", values.number("places"))
    )
    words = _("{categories}, {fields}, tried on {places}")
    return words.format(categories=categories, fields=fields, places=places)


def _paper(found: str, values: _Values) -> str:
    if found == "never":
        return _("Is it safe? Type it once from the paper: then it is sure.")
    return _("In safe keeping, seen on {date}").format(date=format_date(values.number("seen_ms")))


def _computers(found: str, values: _Values) -> str:
    if found == "waiting":
        return values.count(
            "waiting",
            ngettext(
                "{count} computer waits to be let in.",
                "{count} computers wait to be let in.",
                values.number("waiting"),
            ),
        )
    if found == "ahead":
        return values.count(
            "ahead",
            ngettext(
                "The clock of {count} computer is ahead.",
                "The clocks of {count} computers are ahead.",
                values.number("ahead"),
            ),
        )
    return values.count(
        "known",
        ngettext(
            "{count} computer known, nobody waits",
            "{count} computers known, nobody waits",
            values.number("known"),
        ),
    )


def _review(found: str, values: _Values) -> str:
    if found == "none":
        return _("Everything is reviewed.")
    return values.count(
        "pending",
        ngettext(
            "{count} contribution awaits a decision.",
            "{count} contributions await a decision.",
            values.number("pending"),
        ),
    )


def _unsent(found: str, values: _Values) -> str:
    if found == "sent":
        return _("The others have it all.")
    return values.count(
        "places",
        ngettext(
            "{count} place has not gone to the others yet.",
            "{count} places have not gone to the others yet.",
            values.number("places"),
        ),
    )


def _set_aside(_found: str, values: _Values) -> str:
    return values.count(
        "changes",
        ngettext(
            "{count} contribution from before this copy waits for a word: open the map again.",
            "{count} contributions from before this copy wait for a word: open the map again.",
            values.number("changes"),
        ),
    )


def _clock(_found: str, values: _Values) -> str:
    now = values.number("now_ms")
    return _("It says {time} on {date}").format(time=format_time(now), date=format_date(now))


def _disk(found: str, values: _Values) -> str:
    people = values.count(
        "people", ngettext("{count} person", "{count} people", values.number("people"))
    )
    photos = values.count(
        "photos", ngettext("{count} photo", "{count} photos", values.number("photos"))
    )
    words = {
        "enough": _("{free} free; about {needed} for {people} and {photos}"),
        "full": _("Only {free} free: about {needed} for {people} and {photos}"),
    }[found]
    return words.format(
        free=values.size("free"), needed=values.size("needed"), people=people, photos=photos
    )


def _invitation(found: str, values: _Values) -> str:
    if found == "none":
        return _("None yet: one file with the map, its base map and the right to contribute.")
    if found == "no_kit":
        return _("It is open, but no copy to hand out has been made here.")
    if found == "closed":
        return _("The invitation in your copy is closed: nobody comes in by it.")
    if found == "other_map":
        return _("Your copy holds another base map than this one.")
    if found == "older":
        return values.count(
            "since",
            ngettext(
                "{count} place is newer than your copy.",
                "{count} places are newer than your copy.",
                values.number("since"),
            ),
        )
    if found == "unusable":
        return _("Your copy was tried, and something is wrong with it: make another one.")
    words = _("{name}, {size}, made on {date}").format(
        name=values.raw("name"),
        size=values.size("bytes"),
        date=format_date(values.number("at_ms")),
    )
    tried = _("tried: it opens in {seconds} s").format(
        seconds=format_number(values.number("opens") / 10, 1)
    )
    words = f"{words} · {tried if values.number('opens') else _('not tried yet')}"
    if not values.number("came"):
        return words
    came = values.count(
        "came",
        ngettext(
            "{count} computer came by it", "{count} computers came by it", values.number("came")
        ),
    )
    return f"{words} · {came}"


# --- all of it --------------------------------------------------------------------------------


def percent_words(ready: Readiness) -> str:
    """Return 'Prêt à 60 %'."""
    if ready.is_ready:
        return _("All is ready")
    return _("{percent}% ready").format(percent=ready.percent)


def rest_words(ready: Readiness) -> str:
    """Return how much is left, and about how long it takes; '' when all is ready."""
    todo, look = ready.count("todo"), ready.count("look")
    parts = []
    if todo:
        words = ngettext("{count} thing to do", "{count} things to do", todo)
        parts.append(words.format(count=todo))
    if look and todo:
        words = ngettext("{count} to look at", "{count} to look at", look)
        parts.append(words.format(count=look))
    elif look:
        words = ngettext("{count} thing to look at", "{count} things to look at", look)
        parts.append(words.format(count=look))
    if not parts:
        return _("The base map is still being checked.") if ready.count("running") else ""
    left = parts[0] if len(parts) == 1 else _("{one} and {other}").format(
        one=parts[0], other=parts[1]
    )  # fmt: skip
    return _("Still {left}, about {count} min.").format(left=left, count=ready.minutes)


def evening_title(plan: Evening) -> str:
    """Return 'Soirée du jeudi 12 mars', or only what it is where no day was said."""
    day = plan.date
    if day is None:
        return _("The evening")
    return _("Evening of {weekday}, {month} {day}").format(
        weekday=_(_DAYS[day.weekday()]), month=_(MONTHS[day.month - 1]), day=_day(day.day)
    )


def _day(day: int) -> str:
    return "1er" if day == 1 and language() == "fr" else str(day)


def hours_words(plan: Evening) -> str:
    """Return '18 h 30 – 20 h', '' where no hour was said."""
    said = [_hour(each) for each in (plan.begins, plan.ends) if each]
    return " – ".join(said)


def _hour(text: str) -> str:
    hour, minute = (int(part) for part in text.split(":"))
    if language() == "fr":
        return f"{hour}\u00a0h" + (f"\u00a0{minute:02}" if minute else "")
    return f"{hour % 12 or 12}:{minute:02} {'AM' if hour < 12 else 'PM'}"
