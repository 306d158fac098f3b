"""The theme of a map: which there are, what one holds, in and out as a file."""

from pathlib import Path
from typing import Any

import click

from collabmap.app.themes import find_theme, read_theme, ready_names, ready_theme
from collabmap.app.words import N_, _, language, ngettext
from collabmap.cli.desk import Desk, pass_desk, project_argument, say, say_json, say_table
from collabmap.cli.verbs import Verbs, as_json
from collabmap.domain.theme import Field, Theme
from collabmap.domain.theme_parts import properties
from collabmap.store.project import SUFFIX

TYPES = {
    "text": N_("words"),
    "long_text": N_("several lines"),
    "number": N_("number"),
    "choice": N_("one of several"),
    "choices": N_("several of several"),
    "yes_no": N_("yes or no"),
    "date": N_("day"),
    "date_time": N_("day and time"),
    "hours": N_("opening hours"),
    "url": N_("link"),
    "email": N_("e-mail address"),
    "phone": N_("phone number"),
    "photo": N_("photo"),
    "rating": N_("rating"),
    "reference": N_("another place"),
    "measure": N_("measurements"),
}


@click.group("theme", cls=Verbs, help=N_("What a map offers to add and asks about it, as a theme."))
def theme() -> None:
    pass


@theme.command(
    "list",
    help=N_("List the themes that come with the program."),
    examples=("collabmap theme list", "collabmap --language en theme list --json"),
)
@as_json
def list_themes(as_json: bool) -> None:
    themes = [(name, ready_theme(name)) for name in ready_names()]
    lang = language()
    if as_json:
        say_json(
            [
                {"name": name, "label": each.label(lang), "about": each.about(lang)}
                for name, each in themes
            ]
        )
        return
    say_table([(name, each.label(lang), counts(each)) for name, each in themes])


def counts(of: Theme) -> str:
    """Return how much a theme offers in words."""
    categories, fields = len(of.offered), sum(not field.is_hidden for field in of.fields)
    some = ngettext("{count} category", "{count} categories", categories).format(count=categories)
    asked = ngettext("{count} field", "{count} fields", fields).format(count=fields)
    return f"{some}, {asked}"


@theme.command(
    "show",
    help=N_(
        "Say what a theme offers and asks: of a map, of a name or of a file.\n\n"
        "Of a file also all that is wrong with it."
    ),
    examples=(
        "collabmap theme show condamine.collabmap",
        "collabmap theme show qualite-air",
        "collabmap theme show ours.json --json",
    ),
)
@click.argument("theme", metavar="PROJECT|NAME|FILE")
@as_json
@pass_desk
def show(desk: Desk, theme: str, as_json: bool) -> None:
    if theme.endswith(SUFFIX):
        with desk.opened(Path(theme)) as session:
            found = session.theme
    else:
        found = find_theme(theme)
    if as_json:
        say_json(_as_json(found))
        return
    lang = language()
    say(found.label(lang), *filter(None, [found.about(lang)]), "")
    for category in found.offered:
        say(f"{category.label(lang)}  ({category.id})")
        say_table([_field_row(f) for f in found.fields_of(category.id)])
    links = [kind for kind in found.link_types if not kind.is_hidden]
    if links:
        say("", _("Kinds of link:"))
        say_table([(kind.id, kind.label(lang), kind.inverse(lang)) for kind in links])


def _field_row(field: Field) -> tuple[str, str, str]:
    told = [_(TYPES[field.type])]
    if field.unit:
        told.append(field.unit)
    if field.is_required:
        told.append(_("required"))
    if field.is_private:
        told.append(_("private"))
    return f"    {field.id}", field.label(language()), ", ".join(told)


def _as_json(found: Theme) -> dict[str, Any]:
    return {
        "id": found.id,
        "label_fr": found.label_fr,
        "label_en": found.label_en,
        "categories": [{"id": c.id, **properties(c)} for c in found.categories],
        "fields": [{"id": f.id, **properties(f)} for f in found.fields],
        "link_types": [{"id": kind.id, **properties(kind)} for kind in found.link_types],
    }


@theme.command(
    "export",
    help=N_("Write the theme of a map as a file, for other maps and other towns."),
    examples=("collabmap theme export condamine.collabmap ours.json",),
)
@project_argument
@click.argument("file", type=click.Path(path_type=Path))
@pass_desk
def export(desk: Desk, project: Path, file: Path) -> None:
    with desk.opened(project) as session:
        session.export_theme(file)
    say(_("The theme is written: {path}").format(path=file))


@theme.command(
    "import",
    help=N_(
        "Give a map the theme of a file.\n\n"
        "What the map has and the file has not is hidden and keeps its places. "
        "“collabmap undo” takes it back."
    ),
    examples=("collabmap theme import condamine.collabmap ours.json",),
)
@project_argument
@click.argument("file", type=click.Path(path_type=Path))
@pass_desk
def import_theme(desk: Desk, project: Path, file: Path) -> None:
    _apply(desk, project, read_theme(file))


@theme.command(
    "use",
    help=N_(
        "Give a map a theme that comes with the program.\n\n"
        "What the map has and the theme has not is hidden and keeps its places. "
        "“collabmap undo” takes it back."
    ),
    examples=("collabmap theme use condamine.collabmap qualite-air",),
)
@project_argument
@click.argument("name")
@pass_desk
def use(desk: Desk, project: Path, name: str) -> None:
    _apply(desk, project, find_theme(name))


def _apply(desk: Desk, project: Path, wanted: Theme) -> None:
    with desk.opened(project, to_write=True) as session:
        session.apply_theme(wanted)
        name = session.theme.label(language())
        say(
            _("The map has the theme “{name}” now: {counts}.").format(
                name=name, counts=counts(session.theme)
            )
        )


COMMANDS: tuple[click.Command, ...] = (theme,)
