"""A coordinator's verdicts: list, accept, reject."""

from pathlib import Path
from typing import Any

import click

from collabmap.app.field_words import field_label, in_order, value_text
from collabmap.app.words import N_, _, ngettext
from collabmap.cli import settling
from collabmap.cli.desk import (
    Desk,
    find_place,
    pass_desk,
    project_argument,
    say,
    say_json,
    short,
    uuid_text,
)
from collabmap.cli.review_bulk import bulk_options, decide_filtered, is_filter
from collabmap.cli.review_parts import part_lines
from collabmap.cli.verbs import Verbs, as_json, option
from collabmap.domain.feature import ChangeId
from collabmap.domain.theme import Theme
from collabmap.formats.geojson import iso_time
from collabmap.review.queue import FieldChange, ReviewItem, private_texts

KINDS = {
    "new": N_("new place"),
    "change": N_("Change"),
    "delete": N_("Deletion"),
    "disagreement": N_("disagreement"),
    "contested": N_("contested"),
    "duplicate": N_("possible duplicate"),
    "care": N_("needs care"),
}


@click.group(
    "review",
    cls=Verbs,
    help=N_("Decide what is published: list what waits, accept it or refuse it."),
)
def review() -> None:
    pass


@review.command(
    "list",
    help=N_("List what awaits review, the oldest first."),
    examples=("collabmap review list condamine.collabmap",),
)
@project_argument
@as_json
@pass_desk
def list_items(desk: Desk, project: Path, as_json: bool) -> None:
    with desk.opened(project) as session:
        items, theme = session.reader.review_items(), session.theme
    if as_json:
        say_json([_item_json(item) for item in items])
        return
    for item in items:
        words = [_(KINDS[item.kind]), item.author_name or _("somebody")]
        words += [_("asked")] if item.is_asked else []
        words += [_("coordinators have decided differently")] if item.is_contested else []
        say(f"{short(item.id)}  {item.name or _('(removed)')}  ({', '.join(words)})")
        # Of a new place only what its theme asks: the rest is its first line.
        told = (f for f in in_order(item.fields, theme) if item.kind != "new" or f.is_of_theme)
        for field in told:
            say(*(f"          {line}" for line in _field_words(field, item, theme)))
        for name, text in private_texts(item).items():
            before = item.parts.private_before.get(name, "")
            told_of = FieldChange(name, before, text, ())
            say(*(f"          {line}" for line in _field_words(told_of, item, theme)))
        say(*(f"          {line}" for line in part_lines(item, theme)))
        if item.note:
            say(f"          {_('“{words}”').format(words=item.note)}")
    waiting = ngettext("{count} to review", "{count} to review", len(items))
    say(waiting.format(count=len(items)))


def _field_words(field: FieldChange, item: ReviewItem, theme: Theme) -> list[str]:
    def said(text: str | None) -> str:
        return value_text(field.field, text, theme, item.named) or "–"

    what = field_label(field.field, theme) if field.is_of_theme else field.field
    if not field.values:
        found = f"{said(field.before)} → {said(field.after)}"
        return [_("{what}: {found}").format(what=what, found=found)]
    values = enumerate(field.values, start=1)
    head = _("{what}: {found}").format(what=field.field, found="").rstrip()
    return [head, *(f"  {n}  {said(v.text)}  ({v.author_name})" for n, v in values)]


def _item_json(item: ReviewItem) -> dict[str, Any]:
    return {
        "id": uuid_text(item.id),
        "kind": item.kind,
        "name": item.name,
        "category": item.category,
        "author": item.author_name,
        "at": iso_time(item.at_ms),
        "note": item.note,
        "asked": item.is_asked,
        "contested": item.is_contested,
        "lng": item.after_lng,
        "lat": item.after_lat,
        "fields": [_field_json(field) for field in item.fields],
    }


def _field_json(field: FieldChange) -> dict[str, Any]:
    values = [
        {"value": value.text, "author": value.author_name, "at": iso_time(value.at_ms)}
        for value in field.values
    ]
    return {"field": field.field, "before": field.before, "after": field.after, "values": values}


@review.command(
    "accept",
    help=N_(
        "Accept what waits for these places: it is published.\n\n"
        "In a disagreement say which value you take: --take name=2, as `review list` numbers them. "
        "Many at once, by --all or what they have in common, are one deed; disagreements stay."
    ),
    examples=(
        "collabmap review accept condamine.collabmap 9f3a01bc",
        "collabmap review accept condamine.collabmap Fontaine --take name=2",
        "collabmap review accept condamine.collabmap --all --yes",
        "collabmap review accept condamine.collabmap --category culture --kind new",
    ),
)
@project_argument
@click.argument("places", nargs=-1)
@option("--all", "everything", is_flag=True, help=N_("All that waits, except disagreements."))
@option(
    "--take",
    "takes",
    multiple=True,
    metavar="FIELD=N",
    help=N_("Which value of a disagreement; may be repeated."),
)
@bulk_options
@pass_desk
def accept(
    desk: Desk,
    /,
    project: Path,
    places: tuple[str, ...],
    everything: bool,
    takes: tuple[str, ...],
    **named: Any,
) -> None:
    _require_one_way(places, everything or is_filter(named), _("Name the places, or write --all."))
    with desk.opened(project, to_write=True) as session:
        if not places:
            result = decide_filtered(session, "accept", KINDS, **named)
            if result is not None:
                _say_accepted(result.done)
            return
        items = {item.id: item for item in session.reader.review_items()}
        done = 0
        for place in places:
            feature = find_place(session, place).id
            item = items.get(feature)
            if item is None:
                say(_("{number}: nothing awaits review.").format(number=short(feature)))
            elif any(dispute.kind != "field" for dispute in item.disputes):
                words = _("“{name}”: a disagreement, settle it with `review settle`.")
                say(words.format(name=item.name))
            else:
                session.accept(item, choose=_chosen(item, takes, session.theme) or None)
                done += 1
        _say_accepted(done)


def _require_one_way(places: tuple[str, ...], is_many: bool, words: str) -> None:
    if bool(places) == is_many:
        raise click.UsageError(words)


def _say_accepted(count: int) -> None:
    say(ngettext("{count} accepted", "{count} accepted", count).format(count=count))


def _chosen(item: ReviewItem, takes: tuple[str, ...], theme: Theme) -> dict[str, ChangeId]:
    """Return which of several values was taken, by field.

    Raises UsageError while a field with several has no choice: none is a default.
    """
    numbers = dict(take.partition("=")[::2] for take in takes)
    found: dict[str, ChangeId] = {}
    for field in item.fields:
        if not field.values:
            continue
        number = numbers.get(field.field, "")
        if not number.isdecimal() or not 1 <= int(number) <= len(field.values):
            words = _("“{name}” has several values; take one, such as --take {field}=1:")
            heading = words.format(name=item.name, field=field.field)
            raise click.UsageError("\n".join([heading, *_field_words(field, item, theme)[1:]]))
        found[field.field] = field.values[int(number) - 1].change
    return found


@review.command(
    "reject",
    help=N_(
        "Refuse what waits for these places. Their authors still see them, with the reason.\n\n"
        "Many at once, by --all or what they have in common, are one deed; disagreements stay."
    ),
    examples=(
        "collabmap review reject condamine.collabmap 9f3a01bc --reason 'Déjà sur la carte'",
        "collabmap review reject condamine.collabmap --author Zoé --reason 'Essais' --yes",
    ),
)
@project_argument
@click.argument("places", nargs=-1)
@option("--all", "everything", is_flag=True, help=N_("All that waits, except disagreements."))
@option("--reason", default="", help=N_("Why: its author will read it."))
@bulk_options
@pass_desk
def reject(
    desk: Desk,
    /,
    project: Path,
    places: tuple[str, ...],
    everything: bool,
    reason: str,
    **named: Any,
) -> None:
    _require_one_way(places, everything or is_filter(named), _("Name the places, or write --all."))
    with desk.opened(project, to_write=True) as session:
        if not places:
            result = decide_filtered(session, "reject", KINDS, reason, **named)
            if result is not None:
                _say_refused(result.done)
            return
        items = {item.id: item for item in session.reader.review_items()}
        done = 0
        for place in places:
            item = items.get(find_place(session, place).id)
            if item is None:
                say(_("“{name}”: nothing awaits review.").format(name=place))
                continue
            session.reject(item, reason)
            done += 1
        _say_refused(done)


def _say_refused(count: int) -> None:
    say(ngettext("{count} refused", "{count} refused", count).format(count=count))


for _command in settling.COMMANDS:
    review.add_command(_command)

COMMANDS: tuple[click.Command, ...] = (review,)
