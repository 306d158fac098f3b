"""Who did what, and what was decided: history, decisions, figures."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from collabmap.app.audit import Decisions, Query, Row, labels_of, write_decisions
from collabmap.app.decision_words import (
    bulk_words,
    decision_word,
    fate_words,
    figure_words,
    own_words,
    place_words,
    wait_words,
)
from collabmap.app.history_words import entry_words, line_words, sitting_words, who_words
from collabmap.app.session import Session
from collabmap.app.words import N_, _, ngettext
from collabmap.cli import kinds
from collabmap.cli.desk import (
    Desk,
    find_place,
    long_work,
    pass_desk,
    place_argument,
    project_argument,
    say,
    say_json,
    say_table,
    short,
    uuid_text,
)
from collabmap.cli.looking import when
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.domain.evenings import EVENING_BEGINS_H, bounds_of
from collabmap.errors import PlaceUnknown
from collabmap.formats.geojson import iso_time
from collabmap.review.decisions import Decision
from collabmap.review.evening_figures import Figures
from collabmap.review.history import Entry

DAY = "2026-11-27"


@click.command(
    "history",
    cls=Verb,
    help=N_("Tell who did what to a place, when, and what it replaced. Nothing is left out."),
    examples=(
        "collabmap history condamine.collabmap 9f3a01bc",
        "collabmap history condamine.collabmap 'Marché de la Condamine' --json",
    ),
)
@project_argument
@place_argument
@as_json
@pass_desk
def history(desk: Desk, project: Path, place: str, as_json: bool) -> None:
    with desk.opened(project) as session:
        entries = _entries(session, place)
        if as_json:
            say_json([_entry_json(session, entry) for entry in entries])
            return
        for entry in entries:
            say(f"{line_words(entry)}  {who_words(entry, session.rid)}")
            say(*(f"          {words}" for words in entry_words(entry, session.theme)))


def _entries(session: Session, which: str) -> tuple[Entry, ...]:
    """Return the history of a place, also of one that is gone, by its whole number."""
    try:
        return session.reader.history(find_place(session, which).id)
    except PlaceUnknown:
        digits = which.replace("-", "")
        try:
            entries = session.reader.history(UUID(hex=digits).bytes)
        except ValueError:
            entries = ()
        if not entries:
            raise
        return entries


def _entry_json(session: Session, entry: Entry) -> dict[str, Any]:
    return {
        "at": iso_time(entry.at_ms),
        "author": entry.author_name,
        "computer": entry.replica.hex(),
        "steps": [
            {
                "kind": step.kind,
                "field": step.field,
                "before": step.before,
                "after": step.after,
                "text": step.text,
                "about": list(step.about),
                "place": uuid_text(step.place) if step.place else "",
                "contested": step.is_contested,
            }
            for step in entry.steps
        ],
        "words": list(entry_words(entry, session.theme)),
    }


# --- decisions --------------------------------------------------------------------------------


def _day(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        words = _("“{value}” is no day. Write year-month-day: 2026-11-27")
        raise click.BadParameter(words.format(value=value)) from None


@click.command(
    "decisions",
    cls=Verb,
    help=N_(
        "List what coordinators decided: who, when, about which place, for which reason.\n\n"
        "An evening goes on until five in the morning. With --csv a table is written for a "
        "spreadsheet: in French its cells are parted by semicolons, as Excel wants it there."
    ),
    examples=(
        "collabmap decisions condamine.collabmap --search fontaine --by Camille",
        "collabmap decisions condamine.collabmap --since 2026-11-27 --until 2026-11-27",
        "collabmap --language fr decisions condamine.collabmap --csv decisions.csv",
    ),
)
@project_argument
@option("--search", default="", help=N_("Only with these words: of a place, a person, a reason."))
@option("--by", metavar="NAME", default="", help=N_("Only those of this coordinator."))
@option(
    "--since", metavar=DAY, callback=_day, help=N_("Only from this evening on, year-month-day.")
)
@option("--until", metavar=DAY, callback=_day, help=N_("Only up to this evening."))
@option(
    "--limit",
    type=kinds.Count(),
    metavar="N",
    default=200,
    show_default=True,
    help=N_("At most so many lines."),
)
@option(
    "--csv",
    "table",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=N_("Write all of them as a table."),
)
@as_json
@pass_desk
def decisions(
    desk: Desk,
    project: Path,
    search: str,
    by: str,
    since: date | None,
    until: date | None,
    limit: int,
    table: Path | None,
    as_json: bool,
) -> None:
    with desk.opened(project) as session:
        every = Decisions(session.reader.decision_book(), labels_of(session.theme))
        query = Query(search, since_ms=_ms(since, 0), until_ms=_ms(until, 1))
        found = every.find(query)
        if by:
            named = found.people.items()
            wanted = frozenset(p for p, (name, _n) in named if name.casefold() == by.casefold())
            # Nobody of that name has decided anything: nothing is found, not all.
            found = every.find(replace(query, people=wanted or frozenset({b""})))
        if table is not None:
            with long_work() as (_progress, cancel):
                count = write_decisions(table, found.decisions, session.theme, cancel)
            words = ngettext("{path}: {count} decision.", "{path}: {count} decisions.", count)
            say(words.format(path=table, count=count))
            return
        if as_json:
            told = [_json(each) for each in found.decisions[:limit]]
            say_json({"total": len(found.decisions), "decisions": told})
            return
        _say_decisions(found.rows(), len(found.decisions), limit)


def _ms(day: date | None, end: int) -> int | None:
    """Return when the evening of a day begins (end 0) or is over (end 1)."""
    return None if day is None else round(bounds_of(day)[end].timestamp() * 1000)


def _say_decisions(rows: list[Row], total: int, limit: int) -> None:
    lines = []
    for row in rows[:limit]:
        each = row.decision
        place = bulk_words(row.size) if row.size else place_words(each)
        notes = [each.reason, fate_words(each.fate)] if not row.size else [each.reason]
        word = decision_word(each.word)
        number = "" if row.size else short(each.place)
        by = each.person_name or _("somebody")
        lines.append([number, when(each.at_ms), by, word, place, "; ".join(filter(None, notes))])
    say_table(lines)
    count = ngettext("{count} decision", "{count} decisions", total).format(count=total)
    if len(rows) > limit:
        count = _("{shown} lines of {decisions} shown; --limit shows more").format(
            shown=limit, decisions=count
        )
    say(count)


def _json(decision: Decision) -> dict[str, Any]:
    bulk = decision.bulk
    return {
        "at": iso_time(decision.at_ms),
        "coordinator": decision.person_name,
        "decision": decision.word,
        "place": uuid_text(decision.place),
        "name": decision.subject.name,
        "category": decision.subject.category,
        "author": decision.subject.author,
        "reason": decision.reason,
        "fate": decision.fate,
        "other": uuid_text(decision.other) if decision.other else "",
        "bulk": f"{bulk.segment.hex()}.{bulk.ordinal}" if bulk is not None else "",
    }


# --- figures ----------------------------------------------------------------------------------


@click.command(
    "figures",
    cls=Verb,
    help=N_(
        "Say evening by evening what was contributed, accepted, refused, what waits and how long "
        "it waited.\n\n"
        "A contribution is what one person did about one place in one evening. Nothing is counted "
        "by person."
    ),
    examples=("collabmap figures condamine.collabmap",),
)
@project_argument
@as_json
@pass_desk
def figures(desk: Desk, project: Path, as_json: bool) -> None:
    with desk.opened(project) as session:
        found = session.reader.evening_figures()
    if as_json:
        evenings = [{"day": e.day.isoformat(), **_figures_json(e.figures)} for e in found.evenings]
        say_json({"total": _figures_json(found.total), "evenings": evenings})
        return
    for each in found.evenings:
        at = datetime(each.day.year, each.day.month, each.day.day, EVENING_BEGINS_H)
        say(f"{sitting_words(at, is_evening=each.is_evening)}: {_line(each.figures)}")
    say(f"{_('In all')}: {_line(found.total)}")


def _line(told: Figures) -> str:
    parts = [f"{number} {words}" for number, words in figure_words(told)]
    parts += [own_words(told)] if told.own else []
    if told.median_wait_ms is not None:
        parts.append(_("median wait {time}").format(time=wait_words(told)))
    return ", ".join(parts)


def _figures_json(told: Figures) -> dict[str, Any]:
    return told._asdict()


COMMANDS: tuple[click.Command, ...] = (history, decisions, figures)
