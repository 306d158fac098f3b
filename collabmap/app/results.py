"""What an evening has brought, in numbers: for the screen and as a table.  Never by person."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from collabmap.app.words import _, format_clock, format_number, format_time, language, ngettext
from collabmap.domain.replay import BAR_MS
from collabmap.domain.theme import Theme
from collabmap.formats.csv_table import write_csv
from collabmap.review.evening_figures import Figures
from collabmap.review.evening_story import EveningStory

_HOUR_MS = 3_600_000
# More categories than these are one bar.
MOST_BARS = 9
OTHERS = ""
# Of the four numbers.
ICONS = ("map-marker-plus", "account-group", "graph-outline", "check-circle")
# Between two times on an axis.
_TICKS_MS = (
    BAR_MS, 600_000, 900_000, 1_800_000, _HOUR_MS, 2 * _HOUR_MS, 3 * _HOUR_MS, 6 * _HOUR_MS,
)  # fmt: skip


class Results(NamedTuple):
    """The numbers of one evening.

    places: added that evening and on the map at its end.  ideas: those of them that are ideas.
    reviewed, waiting: contributions, as in `evening_figures`.  by_category: most first.
    """

    places: int
    ideas: int
    people: int
    computers: int
    links: int
    linked: int
    reviewed: int
    waiting: int
    by_category: tuple[tuple[str, int], ...]

    @property
    def percent(self) -> int | None:
        """How much is reviewed, of what residents contributed; all of it only when it is so."""
        total = self.reviewed + self.waiting
        if not total:
            return None
        share = 100 * self.reviewed // total
        return share if share or not self.reviewed else 1


def results_of(story: EveningStory, figures: Figures, theme: Theme) -> Results:
    """Return the numbers of an evening."""
    replay = story.replay
    codes = replay.category[replay.last_rows()].tolist()
    counted = Counter(replay.categories[code] for code in codes)
    ideas = sum(count for name, count in counted.items() if theme.category(name).nature == "idea")
    ranked = sorted(
        counted.items(), key=lambda each: (-each[1], theme.category(each[0]).label(language()))
    )
    return Results(
        len(codes),
        ideas,
        story.people,
        story.computers,
        story.links,
        story.linked,
        figures.accepted + figures.rejected,
        figures.open,
        tuple(ranked),
    )


def four_numbers(found: Results) -> list[tuple[str, str, str]]:
    """Return the four numbers: number, what it counts, and what else there is to say."""
    ideas = ngettext("{count} idea among them", "{count} ideas among them", found.ideas)
    computers = ngettext("on {count} computer", "on {count} computers", found.computers)
    linked = ngettext("between {count} place", "between {count} places and people", found.linked)
    waits = ngettext("{count} still waits", "{count} still wait", found.waiting)
    percent = found.percent
    return [
        (
            format_number(found.places),
            ngettext("place added", "places added", found.places),
            ideas.format(count=format_number(found.ideas)) if found.ideas else "",
        ),
        (
            format_number(found.people),
            ngettext("person", "people", found.people),
            computers.format(count=format_number(found.computers)) if found.computers else "",
        ),
        (
            format_number(found.links),
            ngettext("link made", "links made", found.links),
            linked.format(count=format_number(found.linked)) if found.links else "",
        ),
        (
            _("{value}%").format(value=percent) if percent is not None else "–",
            _("are reviewed"),
            waits.format(count=format_number(found.waiting))
            if found.waiting
            else _("nothing waits"),
        ),
    ]


def few_bars(by_category: tuple[tuple[str, int], ...]) -> list[tuple[str, int]]:
    """Return what one can take in at a glance: the smallest categories are one, OTHERS."""
    if len(by_category) <= MOST_BARS:
        return list(by_category)
    first = list(by_category[: MOST_BARS - 1])
    return [*first, (OTHERS, sum(count for _name, count in by_category[MOST_BARS - 1 :]))]


def category_rows(results: Results, theme: Theme) -> list[tuple[str, str]]:
    """Return the numbers by category, in words."""
    return [
        (theme.category(name).label(language()), format_number(count))
        for name, count in results.by_category
    ]


def time_rows(story: EveningStory, first_ms: int, last_ms: int) -> list[tuple[str, str]]:
    """Return the numbers through the evening, in words: those of five minutes each."""
    counts = story.replay.bars(first_ms, last_ms).tolist()
    return [
        (format_time(first_ms + number * BAR_MS), format_number(count))
        for number, count in enumerate(counts)
    ]


def time_ticks(first_ms: int, last_ms: int, most: float) -> list[int]:
    """Return the moments to write on an axis, evenly apart, no more than `most` of them."""
    step = next((s for s in _TICKS_MS if (last_ms - first_ms) / s <= most), _TICKS_MS[-1])
    # Whole hours of the clock on the wall, also where hours are counted by sixes.
    midnight = datetime.fromtimestamp(first_ms / 1000).replace(hour=0, minute=0, second=0)
    zero_ms = round(midnight.timestamp()) * 1000
    begin = zero_ms + -(-(first_ms - zero_ms) // step) * step
    return list(range(begin, last_ms + 1, step))


def short_time(at_ms: int) -> str:
    """Return '18 h 30' or '19 h', '6:30 PM' or '7:00 PM'."""
    at = datetime.fromtimestamp(at_ms / 1000)
    return format_clock(at.hour, at.minute, short=True)


def write_results(
    path: Path, results: Results, story: EveningStory, theme: Theme, span: tuple[int, int]
) -> int:
    """Write all numbers as one table for a spreadsheet; return how many rows."""
    percent = results.percent
    rows = [
        ("", _("places added"), str(results.places)),
        ("", _("ideas"), str(results.ideas)),
        ("", _("people"), str(results.people)),
        ("", _("computers"), str(results.computers)),
        ("", _("links made"), str(results.links)),
        ("", _("contributions reviewed"), str(results.reviewed)),
        ("", _("contributions that wait"), str(results.waiting)),
        ("", _("reviewed, in percent"), "" if percent is None else str(percent)),
        *((_("By category"), *row) for row in category_rows(results, theme)),
        *((_("Through the evening"), *row) for row in time_rows(story, *span)),
    ]
    delimiter = ";" if language() == "fr" else ","
    header = (_("Part"), _("What"), _("Number"))
    return write_csv(path, header, rows, delimiter=delimiter)
