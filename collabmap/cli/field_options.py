"""Values of the theme's fields on the command line: --field capacity=80."""

from collections.abc import Iterable
from typing import Any

import click

from collabmap.app.session import Session
from collabmap.app.words import N_, _, language
from collabmap.cli.desk import find_place
from collabmap.cli.verbs import option
from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.field_values import read_text
from collabmap.domain.theme import Theme
from collabmap.errors import FieldUnknown

field_option = option(
    "--field",
    "fields",
    multiple=True,
    metavar="ID=VALUE",
    help=N_("What the theme asks, as people write it; “collabmap theme show” lists the fields."),
)


def read_fields(session: Session, pairs: Iterable[str]) -> dict[str, Any]:
    """Return values by field id, None for one that is emptied.  Raises UsageError, InputInvalid."""
    theme, found = session.theme, {}
    for pair in pairs:
        field_id, sign, text = pair.partition("=")
        if not sign:
            words = _("“{value}”: write a field and its value, such as capacity=80.")
            raise click.UsageError(words.format(value=pair))
        field = theme.field(field_id)
        if field is not None and field.type == "reference" and text:
            # A place is named by its short number, or by its name.
            text = find_place(session, text).id.hex()
        found[field_id] = read_value(field_id, text, theme)
    return found


def read_value(field_id: str, text: str, theme: Theme) -> Any:
    """Return the value that somebody wrote for a field, None for ''.  Raises InputInvalid."""
    field = theme.field(field_id)
    if field is None:
        raise FieldUnknown(value=field_id)
    return read_text(field, text, language())


def as_registers(values: dict[str, Any]) -> dict[str, Any]:
    """Return values by what `Session.edit` calls their fields."""
    return {f"{FIELD_PREFIX}{field_id}": value for field_id, value in values.items()}
