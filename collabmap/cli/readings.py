"""Measurements on the command line: one, all, in from a table and out as one."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collabmap.app.reading_words import measure_fields, moment_words, sum_words, sums
from collabmap.app.readings import NewReadings
from collabmap.app.session import Session
from collabmap.app.value_words import amount_words
from collabmap.app.words import N_, _, format_number, language, ngettext
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
    take_turn,
    uuid_text,
)
from collabmap.cli.places import as_person
from collabmap.cli.verbs import Verbs, as_json, option
from collabmap.domain.field_values import read_amount
from collabmap.domain.reading_batch import Reading
from collabmap.domain.reading_times import Calendar, Unreal, Zone, moment_of
from collabmap.domain.theme import Field
from collabmap.errors import (
    FieldUnknown,
    NothingMeasured,
    NumberOutside,
    NumberTooLarge,
    NumberTooSmall,
    ReadingsUnclear,
    ReadingTimeImpossible,
)

if TYPE_CHECKING:
    from collabmap.app.readings_files import Plan

_ZONES = ("local", "utc", "winter")
# So many refused lines are said one by one.
_LISTED = 20


@click.group("readings", cls=Verbs, help=N_("What was measured at places, time after time."))
def readings() -> None:
    pass


@readings.command(
    "add",
    # A number below zero is no option.
    context_settings={"ignore_unknown_options": True},
    help=N_("Add one measurement to a place; measured now, unless it is said otherwise."),
    examples=(
        "collabmap readings add air.collabmap 'Station Ponant' no2 18,4",
        "collabmap readings add air.collabmap 'Station Ponant' no2 '0,021 mg/m³' \\",
        "    --at '12/03/2026 18h30' --device 'Capteur 3' --note 'vent fort' --as Aïcha",
    ),
)
@project_argument
@place_argument
@click.argument("quantity")
@click.argument("value")
@option("--at", "when", metavar="TIME", help=N_("When it was measured, in local time."))
@option("--device", default="", metavar="NAME", help=N_("What it was measured with."))
@option("--note", default="", metavar="TEXT", help=N_("A few words about it."))
@as_person
@pass_desk
def add(
    desk: Desk,
    project: Path,
    place: str,
    quantity: str,
    value: str,
    when: str | None,
    device: str,
    note: str,
    person: str | None,
) -> None:
    with desk.opened(project, to_write=True) as session:
        take_turn(session, person)
        view = find_place(session, place)
        field = _field(session, quantity)
        plain = replace(field, minimum=None, maximum=None)
        amount = read_amount(plain, value, language())
        reading = Reading(_second(when), float(amount), device, note)
        taken = session.add_readings([NewReadings(view.id, field.id, [reading])])
    label = field.label(language())
    if not taken.added:
        say(_("This was there already. Nothing was added."))
        return
    words = _("{place}, {quantity}: {value}, {when}.")
    say(
        words.format(
            place=view.name,
            quantity=label,
            value=amount_words(amount, field.unit),
            when=moment_words(reading.at_s),
        )
    )
    try:
        read_amount(field, value, language())
    except (NumberOutside, NumberTooLarge, NumberTooSmall):
        say(_("It is hardly possible; it was taken all the same."))


def _field(session: Session, quantity: str) -> Field:
    """Return a quantity of the map by its id or its label."""
    known = measure_fields(session.theme)
    if not known:
        raise NothingMeasured
    words = quantity.casefold()
    for field in known:
        if words in (field.id, field.label_fr.casefold(), field.label_en.casefold()):
            return field
    raise FieldUnknown(value=quantity)


def _second(when: str | None) -> int:
    """Return when it was, UTC; None is now."""
    if when is None:
        return int(datetime.now(UTC).timestamp())
    moment = moment_of(when)
    if moment is None:
        raise ReadingTimeImpossible(value=when)
    try:
        return Calendar().second_of(moment)
    except Unreal as error:
        raise ReadingTimeImpossible(value=when) from error


@readings.command(
    "list",
    help=N_("List what was measured at places, or each measurement of one quantity at one."),
    examples=(
        "collabmap readings list air.collabmap",
        "collabmap readings list air.collabmap --place 'Station Ponant' --quantity no2 --json",
        "collabmap readings list air.collabmap --place 'Station Ponant' --quantity no2 \\",
        "    --since 2026-03-01 --until 2026-04-01",
    ),
)
@project_argument
@option("--place", metavar="PLACE", help=N_("Only of this place: its name or id."))
@option("--quantity", metavar="ID", help=N_("Only of this quantity."))
@option("--since", metavar="DAY", help=N_("From this day on, such as 2026-03-01."))
@option("--until", metavar="DAY", help=N_("Before this day."))
@as_json
@pass_desk
def list_readings(
    desk: Desk,
    project: Path,
    place: str | None,
    quantity: str | None,
    since: str | None,
    until: str | None,
    as_json: bool,
) -> None:
    with desk.opened(project) as session:
        if place is not None and quantity is not None:
            _list_one(session, place, quantity, (_day(since), _day(until)), as_json=as_json)
        else:
            _list_sums(session, place, quantity, as_json=as_json)


def _day(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        at = datetime.combine(date.fromisoformat(text), time())
    except ValueError as error:
        raise ReadingTimeImpossible(value=text) from error
    return round(at.timestamp())


def _list_one(
    session: Session,
    place: str,
    quantity: str,
    ends: tuple[int | None, int | None],
    *,
    as_json: bool,
) -> None:
    view, field = find_place(session, place), _field(session, quantity)
    found = session.reader.readings(view.id, field.id, *ends)
    columns = (found.times.tolist(), found.values.tolist(), found.device.tolist())
    rows = [
        (at_s, value, found.devices[device], found.notes.get(index, ""))
        for index, (at_s, value, device) in enumerate(zip(*columns, strict=True))
    ]
    if as_json:
        names = ("time", "value", "unit", "device", "note", "author", "published")
        say_json(
            [
                dict(
                    zip(
                        names,
                        (
                            datetime.fromtimestamp(at_s).astimezone().isoformat(),
                            value,
                            found.unit,
                            device,
                            note,
                            found.authors[found.author[index]][1],
                            bool(found.is_published[index]),
                        ),
                        strict=True,
                    )
                )
                for index, (at_s, value, device, note) in enumerate(rows)
            ]
        )
        return
    say_table(
        [
            (moment_words(at), amount_words(v, found.unit), device, note)
            for at, v, device, note in rows
        ]
    )


def _list_sums(session: Session, place: str | None, quantity: str | None, *, as_json: bool) -> None:
    field = None if quantity is None else _field(session, quantity)
    if place is None:
        reader = session.reader
        views = [view for p in reader.measured_places() if (view := reader.place(p)) is not None]
    else:
        views = [find_place(session, place)]
    rows = [
        (view, found)
        for view in views
        for found, _elements in sums(view.measured)
        if field is None or found.field == field.id
    ]
    if as_json:
        say_json(
            [
                {
                    "id": uuid_text(view.id),
                    "name": view.name,
                    "quantity": found.field,
                    "readings": found.size,
                    "first": datetime.fromtimestamp(found.first_s, UTC).isoformat(),
                    "last": datetime.fromtimestamp(found.last_s, UTC).isoformat(),
                    "least": found.least,
                    "most": found.most,
                    "unit": found.unit,
                }
                for view, found in rows
            ]
        )
        return
    say_table([(view.name, sum_words(session.theme, found)) for view, found in rows])


@readings.command(
    "import",
    help=N_(
        "Add the measurements of a table (CSV), whatever its separators and its times.\n\n"
        "Says first what is understood; what is on the map already is not added again. Lines that "
        "cannot be taken are said, and written to a file with --refused."
    ),
    examples=(
        "collabmap readings import air.collabmap mesures.csv --place 'Station Ponant' --dry-run",
        "collabmap readings import air.collabmap mesures.csv --refused refus.csv",
        "collabmap readings import air.collabmap no2.csv --place 'Station Ponant' \\",
        "    --quantity no2 --zone utc --as Aïcha",
    ),
)
@project_argument
@click.argument("file", type=click.Path(path_type=Path))
@option("--place", metavar="PLACE", help=N_("Where, for lines that name no place."))
@option("--quantity", metavar="ID", help=N_("What was measured, where the table does not say."))
@option(
    "--zone",
    type=click.Choice(_ZONES),
    default="local",
    show_default=True,
    help=N_("Of times without one: of this computer, universal, or winter time all year."),
)
@option("--refused", type=click.Path(path_type=Path), metavar="FILE",
        help=N_("Write the lines that are not taken here, each with why."))  # fmt: skip
@option("--dry-run", is_flag=True, help=N_("Only say what would be added."))
@as_person
@pass_desk
def import_readings(
    desk: Desk,
    project: Path,
    file: Path,
    place: str | None,
    quantity: str | None,
    zone: Zone,
    refused: Path | None,
    dry_run: bool,
    person: str | None,
) -> None:
    # numpy takes its time to load, and most commands need none of it.
    from collabmap.app import readings_files

    with desk.opened(project, to_write=not dry_run) as session:
        if not dry_run:
            take_turn(session, person)
        if not measure_fields(session.theme):
            raise NothingMeasured
        where = None if place is None else find_place(session, place).id
        table = readings_files.open_table(file)
        found = readings_files.plan(session.reader, table, place=where)
        layout = replace(found.layout, zone=zone)
        if quantity is not None:
            layout = replace(layout, field=_field(session, quantity).id)
        if not layout.has("moment", "day") or not layout.has("value"):
            missing = _("when") if layout.has("value") else _("a value")
            raise ReadingsUnclear(name=file.name, missing=missing)
        if layout != found.layout:
            found = readings_files.plan(session.reader, table, layout)
        _say_plan(found)
        if refused is not None and found.understood.refused:
            count = readings_files.save_refused(refused, table, found.understood)
            said = ngettext("{path}: {count} line.", "{path}: {count} lines.", count)
            say(said.format(path=refused, count=count))
        if not dry_run:
            taken = session.add_readings(found.readings())
            words = ngettext(
                "{count} measurement added.", "{count} measurements added.", taken.added
            )
            say(words.format(count=format_number(taken.added)))


def _say_plan(found: "Plan") -> None:
    from collabmap.app.readings_files import plan_lines, refused_lines

    say(*plan_lines(found))
    lines = refused_lines(found)
    say(*lines[:_LISTED])
    if len(lines) > _LISTED:
        rest = len(lines) - _LISTED
        say(ngettext("and {count} other", "and {count} others", rest).format(count=rest))


@readings.command(
    "export",
    help=N_(
        "Write the published measurements as a table (CSV), for a spreadsheet.\n\n"
        "One line each: place, quantity, time, value, unit, device, note. It can be taken in again."
    ),
    examples=(
        "collabmap readings export air.collabmap mesures.csv",
        "collabmap readings export air.collabmap no2.csv --quantity no2 --place 'Station Ponant'",
    ),
)
@project_argument
@click.argument("file", type=click.Path(path_type=Path))
@option("--place", metavar="PLACE", help=N_("Only of this place: its name or id."))
@option("--quantity", metavar="ID", help=N_("Only of this quantity."))
@pass_desk
def export_readings(
    desk: Desk, project: Path, file: Path, place: str | None, quantity: str | None
) -> None:
    with desk.opened(project) as session, long_work() as (_progress, cancel):
        where = None if place is None else find_place(session, place).id
        field = None if quantity is None else _field(session, quantity).id
        count = session.export_readings(file, field, where, cancel)
    words = ngettext("{path}: {count} measurement.", "{path}: {count} measurements.", count)
    say(words.format(path=file, count=count))


COMMANDS: tuple[click.Command, ...] = (readings,)
