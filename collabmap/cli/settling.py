"""Disagreements on the command line: what was said as equals, and settling it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from collabmap.app.field_words import field_word, value_text
from collabmap.app.session import Session
from collabmap.app.settling_disagreements import Written, joined, put_together
from collabmap.app.words import N_, _
from collabmap.cli.desk import (
    Desk,
    find_place,
    pass_desk,
    project_argument,
    say,
    say_json,
    short,
)
from collabmap.cli.field_options import read_value
from collabmap.cli.verbs import Verb, as_json, option
from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.feature import ChangeId
from collabmap.domain.geo import LngLat
from collabmap.domain.theme import Theme
from collabmap.domain.value_text import is_of_theme
from collabmap.formats.geojson import iso_time
from collabmap.review.disagreement import ACCEPTED, DELETE, KEEP, MIXED, Detail, Dispute, Side
from collabmap.review.queue import ReviewItem

# What --take calls a dispute that is not about a field.
_KEYS = {"delete": "delete", "verdict": "decision"}
_HEADS = {
    "delete": N_("A deletion stands against a change (delete)"),
    "verdict": N_("Coordinators have decided differently (decision)"),
}


@click.command(
    "show",
    cls=Verb,
    help=N_(
        "Show what people disagree about at a place, each with their name and time.\n\n"
        "`review settle` takes the numbers."
    ),
    examples=("collabmap review show condamine.collabmap Fontaine",),
)
@project_argument
@click.argument("place")
@as_json
@pass_desk
def show(desk: Desk, project: Path, place: str, as_json: bool) -> None:
    with desk.opened(project) as session:
        item, theme = _item(session, place), session.theme
    disputes = item.disputes if item is not None else ()
    if as_json:
        say_json([_json(dispute) for dispute in disputes])
        return
    if item is None or not disputes:
        say(_("“{name}”: nobody disagrees.").format(name=place))
        return
    say(f"{short(item.id)}  {item.name or _('(removed)')}")
    for dispute in disputes:
        say(*_lines(dispute, theme))


@click.command(
    "settle",
    cls=Verb,
    help=N_(
        "Settle what people disagree about at a place, all of it at once.\n\n"
        "Say it for each field that `review show` lists: take one of the values, write another, or "
        "keep both. What else waits there is accepted along with it."
    ),
    examples=(
        "collabmap review settle condamine.collabmap Fontaine --take name=2",
        "collabmap review settle condamine.collabmap Fontaine --write name='Fontaine bleue'",
        "collabmap review settle condamine.collabmap Jardin --both geometry",
        "collabmap review settle condamine.collabmap Escalier --take delete=1",
    ),
)
@project_argument
@click.argument("place")
@option(
    "--take",
    "takes",
    multiple=True,
    metavar="FIELD=N",
    help=N_("Which value; may be repeated. FIELD is also delete or decision."),
)
@option(
    "--write",
    "writes",
    multiple=True,
    metavar="FIELD=VALUE",
    help=N_("Another value instead of all of them; a position as LNG,LAT."),
)
@option(
    "--both",
    "boths",
    multiple=True,
    metavar="FIELD",
    help=N_("All values: texts joined, corrections of an outline put together."),
)
@pass_desk
def settle(
    desk: Desk,
    project: Path,
    place: str,
    takes: tuple[str, ...],
    writes: tuple[str, ...],
    boths: tuple[str, ...],
) -> None:
    with desk.opened(project, to_write=True) as session:
        wanted = _Wanted(_pairs(takes), _pairs(writes), frozenset(boths), session.theme)
        item = _item(session, place)
        if item is None or not item.disputes:
            say(_("“{name}”: nobody disagrees.").format(name=place))
            return
        wanted.require_known(item)
        _settle(session, item, wanted)
        say(_("“{name}” is settled.").format(name=item.name or short(item.id)))


COMMANDS: tuple[click.Command, ...] = (show, settle)


def _item(session: Session, which: str) -> ReviewItem | None:
    """Return what waits at a place, also at one that was refused and is on nobody's map.

    Raises PlaceUnknown, PlaceUnclear.
    """
    wanted = which.strip().casefold()
    found = [
        row.id
        for row in session.reader.queue()
        if row.name.casefold() == wanted or row.id.hex().endswith(wanted.replace("-", "") or "-")
    ]
    feature = found[0] if len(found) == 1 else find_place(session, which).id
    return session.reader.review_item(feature)


# --- what is chosen ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was said for each dispute, by its key."""

    takes: Mapping[str, str]
    writes: Mapping[str, str]
    boths: frozenset[str]
    theme: Theme

    def require_known(self, item: ReviewItem) -> None:
        known = {_key(dispute) for dispute in item.disputes}
        named = [*self.takes, *self.writes, *self.boths]
        for key in named:
            if key not in known or named.count(key) > 1:
                words = _("Say it once for each of: {keys}.")
                raise click.UsageError(words.format(keys=", ".join(sorted(known))))

    def side(self, dispute: Dispute) -> Side | None:
        """Return the side that was taken.  Raises UsageError for a number that there is not."""
        number = self.takes.get(_key(dispute))
        if number is None:
            return None
        if not number.isdecimal() or not 1 <= int(number) <= len(dispute.sides):
            raise click.UsageError(_need(dispute, self.theme))
        return dispute.sides[int(number) - 1]

    def written(self, dispute: Dispute) -> Written | None:
        """Return the value that was written, or that all of them make.  Raises UsageError."""
        key = _key(dispute)
        if key in self.writes:
            return Written(_value(dispute, self.writes[key], self.theme))
        if key not in self.boths:
            return None
        both = put_together(dispute) if dispute.field == "geometry" else joined(dispute, self.theme)
        if both is None:
            words = _("{field}: these cannot be kept together.")
            raise click.UsageError(words.format(field=key))
        return both


def _settle(session: Session, item: ReviewItem, wanted: _Wanted) -> None:
    choose: dict[str, ChangeId] = {}
    write: dict[str, Written] = {}
    for dispute in item.disputes:
        side = wanted.side(dispute)
        if side is None and dispute.kind == "field":
            own = wanted.written(dispute)
            if own is None:
                raise click.UsageError(_need(dispute, wanted.theme))
            write[dispute.field] = own
        elif side is None:
            raise click.UsageError(_need(dispute, wanted.theme))
        elif dispute.kind == "verdict":
            session.settle_verdicts(item, side)
            return
        elif side.word == DELETE:
            session.accept_delete(item)
            return
        elif dispute.kind == "field":
            choose[dispute.field] = side.changes[0]
    session.settle(item, choose, write)


def _need(dispute: Dispute, theme: Theme) -> str:
    heading = _("Take one, such as --take {key}=1:").format(key=_key(dispute))
    return "\n".join([heading, *_lines(dispute, theme)[1:]])


def _value(dispute: Dispute, text: str, theme: Theme) -> Any:
    if is_of_theme(dispute.field):
        return read_value(dispute.field.removeprefix(FIELD_PREFIX), text, theme)
    if dispute.field != "geometry":
        return text
    try:
        lng, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise click.UsageError(_("A position is written as LNG,LAT.")) from None
    return LngLat(lng, lat)


def _pairs(texts: Iterable[str]) -> dict[str, str]:
    return {key: value for key, _sign, value in (text.partition("=") for text in texts)}


def _key(dispute: Dispute) -> str:
    return dispute.field or _KEYS[dispute.kind]


# --- what is said -----------------------------------------------------------------------------


def _lines(dispute: Dispute, theme: Theme) -> list[str]:
    if dispute.kind == "field":
        head = f"{field_word(dispute.field, theme)} ({dispute.field})"
        if dispute.start is not None:
            words = _("{field}, starting value {value}")
            head = words.format(
                field=head, value=value_text(dispute.field, dispute.start.text, theme) or "–"
            )
    else:
        head = _(_HEADS[dispute.kind])
    lines = [head]
    for number, side in enumerate(dispute.sides, start=1):
        lines.append(f"  {number}  {_said(dispute.field, side, theme)}")
        for voice in side.voices:
            words = f" {_('“{words}”').format(words=voice.words)}" if voice.words else ""
            name = voice.name or _("somebody")
            lines.append(f"       {name}, {iso_time(voice.at_ms)}{words}")
    return lines


def _said(field: str, side: Side, theme: Theme) -> str:
    details = ", ".join(_detail(each, theme) for each in side.details)
    if side.word == KEEP:
        return _("keep the change: {what}").format(what=details) if details else _("keep it")
    if side.word == MIXED:
        return _("accept only: {what}").format(what=details)
    if side.word == DELETE:
        return _("delete it")
    if side.word:
        return _("accept it") if side.word == ACCEPTED else _("refuse it")
    return value_text(field, side.text, theme) or "–"


def _detail(detail: Detail, theme: Theme) -> str:
    if not detail.field:
        return _("Deletion")
    what = field_word(detail.field, theme) if is_of_theme(detail.field) else detail.field
    found = value_text(detail.field, detail.text, theme)
    return _("{what}: {found}").format(what=what, found=found)


def _json(dispute: Dispute) -> dict[str, Any]:
    return {
        "about": _key(dispute),
        "start": dispute.start.text if dispute.start is not None else None,
        "sides": [_side_json(side) for side in dispute.sides],
    }


def _side_json(side: Side) -> dict[str, Any]:
    voices = [
        {"author": voice.name, "at": iso_time(voice.at_ms), "words": voice.words}
        for voice in side.voices
    ]
    details = [{"field": each.field, "value": each.text} for each in side.details]
    return {"value": side.text, "word": side.word, "details": details, "voices": voices}
