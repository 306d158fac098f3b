"""Deciding many at once on the command line: what it would be first, then all in one deed."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from collabmap.app.bulk import BulkResult
from collabmap.app.session import Session
from collabmap.app.words import N_, _, ngettext
from collabmap.cli.desk import long_work, say, short
from collabmap.cli.parts import part_of, part_options
from collabmap.cli.verbs import option
from collabmap.domain.geo import Bbox
from collabmap.review.bulk import LeftOut, Word
from collabmap.review.queue_rows import QueueRow

F = TypeVar("F", bound=Callable[..., Any])

KINDS = ("new", "change", "delete")
LEFT_OUT: dict[LeftOut, str] = {
    "changed": N_("“{name}”: changed meanwhile, decide it by itself."),
    "gone": N_("“{name}”: nothing awaits review."),
    "disagreement": N_("“{name}”: a disagreement, decide it by itself."),
    "contested": N_("“{name}”: coordinators have decided differently, decide it by itself."),
    "delete": N_("“{name}”: a deletion, decide it by itself or say --deletions."),
}


def bulk_options(command: F) -> F:
    """Give a command the options of `decide_filtered`."""
    for add in (
        option("--yes", is_flag=True, help=N_("Do it; otherwise it is only said what would be.")),
        option(
            "--deletions",
            type=click.IntRange(min=1),
            metavar="N",
            help=N_("Also the deletions among them, if they are this many."),
        ),
        option(
            "--kind",
            "kinds",
            type=click.Choice(KINDS),
            multiple=True,
            help=N_("Only what is of this kind; may be repeated."),
        ),
    ):
        command = add(command)
    return part_options(command)


def is_filter(named: dict[str, Any]) -> bool:
    """Whether any of the options of `bulk_options` chooses something."""
    return any(named[name] for name in ("area", "quarter", "category", "authors", "kinds"))


def decide_filtered(
    session: Session,
    word: Word,
    kind_words: Mapping[str, str],
    reason: str = "",
    *,
    area: Bbox | None,
    quarter: str | None,
    category: str | None,
    authors: tuple[str, ...],
    kinds: tuple[str, ...],
    deletions: int | None,
    yes: bool,
) -> BulkResult | None:
    """Say a word about all that waits and was named; without `yes` only show what that is.

    kind_words: what is proposed, by kind, still to be translated.
    """
    part = part_of(session, area, quarter, category, authors)
    # One place or two is a question of its own: `same`, `different`.
    rows = [row for row in session.reader.queue() if row.kind != "duplicate"]
    rows = [row for row in rows if part.is_empty or part.covers(row)]
    rows = [row for row in rows if not kinds or row.kind in kinds]
    deletes = sum(row.kind == "delete" for row in rows)
    if deletions is not None and deletions != deletes:
        words = ngettext(
            "{count} deletion is among them, not {said}.",
            "{count} deletions are among them, not {said}.",
            deletes,
        )
        raise click.UsageError(words.format(count=deletes, said=deletions))
    if not yes:
        _preview(rows, kind_words)
        return None
    seen = session.reader.states([row.id for row in rows])
    with long_work() as (progress, cancel):
        result = session.decide_many(
            word, seen, reason, deletes=deletions is not None, progress=progress, cancel=cancel
        )
    names = {row.id: row.name for row in rows}
    for feature, why in result.left.items():
        say(_(LEFT_OUT[why]).format(name=names[feature] or _("(removed)")))
    return result


def _preview(rows: Sequence[QueueRow], kind_words: Mapping[str, str]) -> None:
    for row in rows:
        author = row.author_name or _("somebody")
        said = f"{_(kind_words[row.kind])}, {author}"
        say(f"{short(row.id)}  {row.name or _('(removed)')}  ({said})")
    counts = Counter(_(kind_words[row.kind]) for row in rows)
    if counts:
        say(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    words = ngettext(
        "{count} to review. Nothing is decided yet: add --yes.",
        "{count} to review. Nothing is decided yet: add --yes.",
        len(rows),
    )
    say(words.format(count=len(rows)))
