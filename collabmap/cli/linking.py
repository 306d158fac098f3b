"""Links between places: listed, made, taken away."""

from pathlib import Path
from typing import Any

import click

from collabmap.app.link_words import link_words, sentence
from collabmap.app.session import Session
from collabmap.app.words import N_, _, format_number, language, ngettext
from collabmap.cli.desk import (
    Desk,
    find_place,
    pass_desk,
    place_argument,
    project_argument,
    say,
    say_json,
    say_table,
    short,
    take_turn,
    uuid_text,
)
from collabmap.cli.places import as_person
from collabmap.cli.verbs import Verbs, as_json, option
from collabmap.domain.feature import PlaceView
from collabmap.domain.links import LinkGraph
from collabmap.domain.theme import LinkType
from collabmap.errors import LinkUnknown


@click.group("link", cls=Verbs, help=N_("Say what places, people, skills and ideas do together."))
def link() -> None:
    pass


# --- looking ----------------------------------------------------------------------------------


@link.command(
    "list",
    help=N_(
        "List the links of the map, or those from and to one place.\n\n"
        "One to a place that is not on the map is kept and not listed."
    ),
    examples=(
        "collabmap link list condamine.collabmap",
        "collabmap link list condamine.collabmap 'Jardin partagé' --json",
        "collabmap link list condamine.collabmap --kinds",
    ),
)
@project_argument
@click.argument("place", required=False)
@option("--kinds", "is_kinds", is_flag=True, help=N_("List the kinds of link of the theme."))
@as_json
@pass_desk
def list_links(desk: Desk, project: Path, place: str | None, is_kinds: bool, as_json: bool) -> None:
    with desk.opened(project) as session:
        if is_kinds:
            _say_kinds(session, as_json=as_json)
            return
        of = find_place(session, place).id if place is not None else None
        graph = session.reader.link_graph(of)
        if as_json:
            say_json(_graph_json(graph))
            return
        theme = session.theme
        say_table(
            [[short(row.source), short(row.target), sentence(theme, graph, row)]
             for row in graph.links]
        )  # fmt: skip
        count = ngettext("{count} link", "{count} links", len(graph.links))
        say(count.format(count=format_number(len(graph.links))))


def _graph_json(graph: LinkGraph) -> list[dict[str, Any]]:
    return [
        {
            "from": {"id": uuid_text(row.source), "name": graph.nodes[row.source].name},
            "type": row.type,
            "to": {"id": uuid_text(row.target), "name": graph.nodes[row.target].name},
            "author": row.author_name,
            "accepted": row.is_published,
        }
        for row in graph.links
    ]


def _say_kinds(session: Session, *, as_json: bool) -> None:
    kinds = [kind for kind in session.theme.link_types if not kind.is_hidden]
    if as_json:
        told = [
            {"id": k.id, "label_fr": k.label_fr, "label_en": k.label_en,
             "from": list(k.sources), "to": list(k.targets)}
            for k in kinds
        ]  # fmt: skip
        say_json(told)
        return
    say_table([[kind.id, _kind_words(kind)] for kind in kinds])


def _kind_words(kind: LinkType) -> str:
    inverse = kind.inverse(language())
    return f"{kind.label(language())} / {inverse}" if inverse else kind.label(language())


# --- writing ----------------------------------------------------------------------------------


@link.command(
    "add",
    help=N_(
        "Link a place to another one.\n\n"
        "TYPE is the id of a kind of link of the theme: see `collabmap link list --kinds`."
    ),
    examples=(
        "collabmap link add condamine.collabmap 'Association Terre du Rocher' runs \\",
        "    'Jardin partagé' --as Marcel",
    ),
)
@project_argument
@place_argument
@click.argument("type_", metavar="TYPE")
@click.argument("other")
@as_person
@pass_desk
def add_link(
    desk: Desk, project: Path, place: str, type_: str, other: str, person: str | None
) -> None:
    with desk.opened(project, to_write=True) as session:
        one, two = find_place(session, place), find_place(session, other)
        take_turn(session, person)
        effect = session.add_link(one, two.id, type_)
        said = _said(session, one, type_, two)
        if not effect.features:
            say(_("Already there: {link}").format(link=said))
            return
        say(_("Linked: {link}").format(link=said))
        theme = session.theme
        natures = theme.category(one.category).nature, theme.category(two.category).nature
        if not theme.link_type(type_).joins(*natures):
            say(_("The theme has this kind of link for others than these; it is kept."))


@link.command(
    "remove",
    help=N_(
        "Take a link away.\n\nSomebody else's link stays until a coordinator has looked at it."
    ),
    examples=("collabmap link remove condamine.collabmap 9f3a01bc runs 77e0c2d1",),
)
@project_argument
@place_argument
@click.argument("type_", metavar="TYPE")
@click.argument("other")
@as_person
@pass_desk
def remove_link(
    desk: Desk, project: Path, place: str, type_: str, other: str, person: str | None
) -> None:
    with desk.opened(project, to_write=True) as session:
        one, two = find_place(session, place), find_place(session, other)
        found = [each for each in one.links if (each.target, each.type) == (two.id, type_)]
        if not found:
            raise LinkUnknown(value=f"{place} {type_} {other}")
        take_turn(session, person)
        session.remove_link(one, found[0].element)
        said = _said(session, one, type_, two)
        still = {(row.target, row.type) for row in session.reader.links(one.id)}
        if (two.id, type_) in still:
            say(_("It stays until a coordinator agrees: {link}").format(link=said))
        else:
            say(_("Taken away: {link}").format(link=said))


def _said(session: Session, one: PlaceView, type_: str, two: PlaceView) -> str:
    verb = link_words(session.theme, type_)
    return _("{one} {verb} {other}").format(one=one.name, verb=verb, other=two.name)


COMMANDS: tuple[click.Command, ...] = (link,)
