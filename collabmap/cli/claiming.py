"""Who reviews which part of what waits: list, take, give back."""

from pathlib import Path
from typing import Any

import click

from collabmap.app.claim_words import overlap_words, part_words
from collabmap.app.session import Session
from collabmap.app.words import N_, _, ngettext
from collabmap.cli.desk import Desk, pass_desk, project_argument, say, say_json, say_table, short
from collabmap.cli.parts import part_of, part_options
from collabmap.cli.verbs import Verbs, as_json, option
from collabmap.domain.geo import Bbox
from collabmap.errors import ClaimUnknown
from collabmap.formats.geojson import iso_time
from collabmap.review.claims import Claim, shares


@click.group(
    "claim",
    cls=Verbs,
    help=N_("Share what waits between coordinators: say which part you review."),
)
def claim() -> None:
    pass


@claim.command(
    "list",
    help=N_("List who reviews which part, and how much of it waits."),
    examples=("collabmap claim list condamine.collabmap",),
)
@project_argument
@as_json
@pass_desk
def list_claims(desk: Desk, project: Path, as_json: bool) -> None:
    with desk.opened(project) as session:
        claims = session.reader.claims()
        found = shares(session.reader.queue(), claims)
        if as_json:
            said = [_claim_json(one, found.of[one.id]) for one in claims]
            say_json({"claims": said, "mine": found.mine, "free": found.free})
            return
        say_table([_claim_cells(session, one, found.of[one.id]) for one in claims])
        by_id = {one.id: one for one in claims}
        for (first, second), count in found.twice.items():
            of = by_id[second] if by_id[first].is_mine else by_id[first]
            say(f"{overlap_words(of, count)}.")
        free = found.free
        words = ngettext("{count} that nobody has taken", "{count} that nobody has taken", free)
        say(words.format(count=free))


def _claim_cells(session: Session, one: Claim, count: int) -> list[str]:
    waiting = ngettext("{count} to review", "{count} to review", count).format(count=count)
    name = one.person_name or _("somebody")
    part = part_words(one.part, session.theme, one.author_names)
    return [short(one.id), name, waiting, part]


def _claim_json(one: Claim, count: int) -> dict[str, Any]:
    part = one.part
    return {
        "id": short(one.id),
        "person": one.person_name,
        "mine": one.is_mine,
        "at": iso_time(one.at_ms),
        "area": list(part.box) if part.box is not None else None,
        "commune": part.commune,
        "quarter": part.quarter,
        "category": part.category,
        "authors": list(one.author_names),
        "waiting": count,
    }


@claim.command(
    "take",
    help=N_(
        "Say that you review a part, so that nobody else does it too.\n\n"
        "Others see it after the next merge. Nothing is decided by it."
    ),
    examples=(
        "collabmap claim take condamine.collabmap --in 'La Condamine'",
        "collabmap claim take condamine.collabmap --area 7.40,43.72,7.42,43.76",
        "collabmap claim take condamine.collabmap --author Inès --author Paul",
        "collabmap claim take condamine.collabmap --category culture",
    ),
)
@project_argument
@part_options
@pass_desk
def take(
    desk: Desk,
    project: Path,
    area: Bbox | None,
    quarter: str | None,
    category: str | None,
    authors: tuple[str, ...],
) -> None:
    with desk.opened(project, to_write=True) as session:
        part = part_of(session, area, quarter, category, authors)
        if part.is_empty:
            raise click.UsageError(_("Say which part: --area, --in, --category or --author."))
        taken = session.claim(part)
        claims = session.reader.claims()
        found = shares(session.reader.queue(), claims)
        mine = next(one for one in claims if one.id == taken)
        count = found.of[taken]
        words = ngettext(
            "“{part}” is yours: {count} to review.", "“{part}” is yours: {count} to review.", count
        )
        say(words.format(part=part_words(part, session.theme, mine.author_names), count=count))
        for one in claims:
            twice = found.twice.get((one.id, taken), 0)
            if twice:
                say(f"{overlap_words(one, twice)}.")


@claim.command(
    "release",
    help=N_("Give a part back, yours or one that somebody forgot."),
    examples=("collabmap claim release condamine.collabmap 9f3a01bc",),
)
@project_argument
@click.argument("claims", nargs=-1)
@option("--mine", is_flag=True, help=N_("All that you have taken."))
@pass_desk
def release(desk: Desk, project: Path, claims: tuple[str, ...], mine: bool) -> None:
    if bool(claims) == mine:
        raise click.UsageError(_("Name the parts by their numbers, or write --mine."))
    with desk.opened(project, to_write=True) as session:
        known = session.reader.claims()
        own = [one for one in known if one.is_mine]
        chosen = own if mine else [_find(known, which) for which in claims]
        for one in chosen:
            session.release_claim(one.id)
            part = part_words(one.part, session.theme, one.author_names)
            say(_("“{part}” is everybody’s again.").format(part=part))


def _find(claims: tuple[Claim, ...], which: str) -> Claim:
    """Return a claim by its number.  Raises ClaimUnknown."""
    digits = which.replace("-", "").lower()
    found = [one for one in claims if len(digits) >= 4 and one.id.hex().endswith(digits)]
    if len(found) != 1:
        raise ClaimUnknown(value=which)
    return found[0]


COMMANDS: tuple[click.Command, ...] = (claim,)
