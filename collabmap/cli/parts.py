"""Parts of what waits, as people name them: by area, by quarter, by category, by author."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from collabmap.app.session import Session
from collabmap.app.words import N_, _
from collabmap.cli import kinds
from collabmap.cli.taking_back import find_person
from collabmap.cli.verbs import option
from collabmap.domain.claims import Part
from collabmap.domain.geo import Bbox
from collabmap.errors import CategoryUnknown

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    option("--area", metavar=kinds.BBOX, callback=kinds.bbox, help=N_("Only what lies here.")),
    option(
        "--in",
        "quarter",
        metavar="QUARTER",
        help=N_("Only what lies in this quarter or commune."),
    ),
    option("--category", metavar="CATEGORY", help=N_("Only what is of this category.")),
    option(
        "--author",
        "authors",
        multiple=True,
        metavar="NAME",
        help=N_("Only what this person has added; may be repeated."),
    ),
)


def part_options(command: F) -> F:
    """Give a command the options that `part_of` reads."""
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


def part_of(
    session: Session,
    area: Bbox | None,
    quarter: str | None,
    category: str | None,
    authors: tuple[str, ...],
) -> Part:
    """Return the part that was named, an empty one for none.

    Raises CategoryUnknown, PersonUnknown, PersonUnclear, BadParameter: no such quarter here.
    """
    if category is not None and not session.theme.knows(category):
        known = ", ".join(known.id for known in session.theme.categories)
        raise CategoryUnknown(value=category, known=known)
    commune, name = _quarter(session, quarter) if quarter is not None else ("", "")
    persons = frozenset(find_person(session, author) for author in authors)
    return Part(area, commune, name, category or "", persons)


def _quarter(session: Session, which: str) -> tuple[str, str]:
    """Return commune and quarter by the words for both, or for one of them."""
    from collabmap.app import place_tags

    wanted = which.strip().casefold()
    if not session.read_only:
        # Where things lie is found out once, by whoever asks first.
        place_tags.refresh(session.project)
    counts = session.reader.place_counts()
    found = {
        (row.commune, row.quarter)
        for row in counts
        if row.quarter and wanted in (row.quarter.casefold(), _both(row.quarter, row.commune))
    }
    found |= {(row.commune, "") for row in counts if row.commune.casefold() == wanted}
    if not found:
        raise click.BadParameter(_("No place lies in “{value}”.").format(value=which))
    if len(found) > 1:
        several = "; ".join(sorted(", ".join(filter(None, (q, c))) for c, q in found))
        words = _("“{value}” may be one of several: {several}")
        raise click.BadParameter(words.format(value=which, several=several))
    return found.pop()


def _both(quarter: str, commune: str) -> str:
    return f"{quarter}, {commune}".casefold()
