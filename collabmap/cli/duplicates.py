"""Possible duplicates: listed with their reasons, made one, or told apart."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabmap.app import uniting
from collabmap.app.session import Session
from collabmap.app.words import N_, _, format_number, ngettext
from collabmap.cli.desk import (
    Desk,
    find_place,
    long_work,
    pass_desk,
    project_argument,
    say,
    say_json,
    short,
    take_turn,
    uuid_text,
)
from collabmap.cli.places import as_person
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.feature import PlaceView
from collabmap.errors import PlaceUnclear, ProjectLocked

if TYPE_CHECKING:
    from collabmap.domain.duplicate_groups import Group

# What `same --take` chooses.
FIELDS = ("name", "category", "description", "geometry", "contact")


@click.command(
    "duplicates",
    cls=Verb,
    help=N_(
        "List the places that may be one and that nobody has decided about, likeliest first.\n\n"
        "Say what they are with `same` or `different`."
    ),
    examples=(
        "collabmap duplicates condamine.collabmap",
        "collabmap duplicates condamine.collabmap --threshold 0.9 --json",
    ),
)
@project_argument
@option(
    "--threshold",
    type=click.FloatRange(0.5, 1.0),
    metavar="X",
    default=0.5,
    show_default=True,
    help=N_("Only pairs at least so likely, up to 1."),
)
@as_json
@pass_desk
def duplicates(desk: Desk, project: Path, threshold: float, as_json: bool) -> None:
    try:
        with desk.opened(project, to_write=True) as session:
            _look(session)
            found = _told(session, threshold, as_json=as_json)
    except ProjectLocked:
        # Open in a window, which looks by itself.
        with desk.opened(project) as session:
            found = _told(session, threshold, as_json=as_json)
    if as_json:
        say_json(found)
        return
    say(*found)


def _look(session: Session) -> None:
    with long_work() as (progress, cancel):
        look = session.reader.find_duplicates(session.theme, progress=progress, cancel=cancel)
    if look is not None:
        session.keep_duplicates(look)


def _told(session: Session, threshold: float, *, as_json: bool) -> list[Any]:
    groups = [g for g in session.reader.duplicates() if g.pairs[0].score >= threshold]
    marks = session.reader.marks_of(frozenset(id_ for group in groups for id_ in group.ids))
    names = {mark.id: mark.name for mark in marks}
    if as_json:
        return [_group_json(group, names) for group in groups]
    count = ngettext("{count} possible duplicate", "{count} possible duplicates", len(groups))
    lines = [line for group in groups for line in _lines(session, group, names)]
    return [*lines, count.format(count=format_number(len(groups)))]


def _lines(session: Session, group: "Group", names: dict[bytes, str]) -> Iterable[str]:
    from collabmap.app.duplicate_words import duplicate_words, likelihood_words

    places = [f"{short(id_)} {names[id_] or _('(removed)')}" for id_ in group.ids]
    score = group.pairs[0].score
    yield f"{' / '.join(places)}  ({likelihood_words(score)}, {score:.2f})"
    for pair in group.pairs:
        letters = f"{short(pair.one)} {short(pair.other)}  " if len(group.pairs) > 1 else ""
        yield f"          {letters}{duplicate_words(pair.reasons, session.theme)}"


def _group_json(group: "Group", names: dict[bytes, str]) -> dict[str, Any]:
    return {
        "places": [{"id": uuid_text(id_), "name": names[id_]} for id_ in group.ids],
        "pairs": [
            {
                "one": uuid_text(pair.one),
                "other": uuid_text(pair.other),
                "score": round(pair.score, 4),
                "reasons": [
                    {"kind": reason.kind.value, "value": reason.value, "texts": reason.texts}
                    for reason in pair.reasons
                ],
            }
            for pair in group.pairs
        ],
    }


# --- one place or two -------------------------------------------------------------------------


@click.command(
    "same",
    cls=Verb,
    help=N_(
        "Say that places are one: they become one place, with the values of all.\n\n"
        "Where they differ, say whose value it has: --take name=77e0c2d1.  Comments, photos, "
        "keywords and links of all stay with it."
    ),
    examples=(
        "collabmap same condamine.collabmap 9f3a01bc 77e0c2d1",
        "collabmap same condamine.collabmap 9f3a01bc 77e0c2d1 --take name=77e0c2d1 --accept",
    ),
)
@project_argument
@click.argument("places", nargs=-1, required=True)
@option(
    "--take",
    "takes",
    multiple=True,
    metavar="FIELD=PLACE",
    help=N_("Whose value it has of name, category, description, geometry, contact or a field."),
)
@option(
    "--accept",
    is_flag=True,
    help=N_("Accept what waits of them, where one of them is published."),
)
@as_person
@pass_desk
def same(
    desk: Desk,
    project: Path,
    places: tuple[str, ...],
    takes: tuple[str, ...],
    accept: bool,
    person: str | None,
) -> None:
    with desk.opened(project, to_write=True) as session:
        take_turn(session, person)
        views = {view.id: view for view in (find_place(session, place) for place in places)}
        if len(views) < 2:
            raise click.UsageError(_("Name two places, or more."))
        if len(views) == 2 and not takes and not accept:
            session.same(*views)
        else:
            session.unite(list(views.values()), _chosen(session, takes, views), settle=accept)
    names = [_("“{words}”").format(words=view.name) for view in views.values()]
    say(_("One place: {names}.").format(names=", ".join(names)))


def _chosen(
    session: Session, takes: Iterable[str], views: dict[bytes, PlaceView]
) -> dict[str, bytes]:
    """Return whose value is taken, by field."""
    chosen = {}
    for take in takes:
        field, _sign, place = take.partition("=")
        of_theme = [f.id for f in session.theme.fields if not f.is_hidden]
        if field not in (*FIELDS, *of_theme):
            words = _("“{value}” is none of: {known}.")
            known = ", ".join((*FIELDS, *of_theme))
            raise click.UsageError(words.format(value=field, known=known))
        view = find_place(session, place)
        if view.id not in views:
            raise click.UsageError(_("“{name}” is none of these places.").format(name=view.name))
        chosen[field if field in FIELDS else f"{FIELD_PREFIX}{field}"] = view.id
    return chosen


@click.command(
    "different",
    cls=Verb,
    help=N_(
        "Say that two places are two, though they look alike or were said to be one.\n\n"
        "A place that is one with others goes by the numbers that `show` gives of its parts."
    ),
    examples=("collabmap different condamine.collabmap 9f3a01bc 77e0c2d1",),
)
@project_argument
@click.argument("one")
@click.argument("other")
@as_person
@pass_desk
def different(desk: Desk, project: Path, one: str, other: str, person: str | None) -> None:
    with desk.opened(project, to_write=True) as session:
        take_turn(session, person)
        first, second = _part(session, one), _part(session, other)
        if first == second:
            raise click.UsageError(_("Name two places, or two parts of one."))
        session.different(first, second)
    say(_("{one} and {other} are two places.").format(one=short(first), other=short(second)))


def _part(session: Session, which: str) -> bytes:
    """Return the id of a place, or of one that is part of another now, by its number."""
    digits = which.replace("-", "").lower()
    found = {each for each in uniting.united(session) if each.hex().endswith(digits)}
    if len(digits) < 4 or not found:
        return find_place(session, which).id
    if len(found) > 1:
        raise PlaceUnclear(value=which, ids=", ".join(sorted(short(each) for each in found)))
    return found.pop()


COMMANDS: tuple[click.Command, ...] = (duplicates, same, different)
