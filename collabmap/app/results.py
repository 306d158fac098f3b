"""What an evening has brought, in numbers: for the screen and as a table.  Never by person."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from collabmap.app.words import _, format_number, format_time, language
from collabmap.domain.replay import BAR_MS
from collabmap.domain.theme import Theme
from collabmap.formats.csv_table import write_csv
from collabmap.review.evening_figures import Figures
from collabmap.review.evening_story import EveningStory

# More categories than these are one bar.
MOST_BARS = 9
OTHERS = ""


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
