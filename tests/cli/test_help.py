"""Help: every command explains itself, and its examples are commands that exist."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from command_line import Run

from collabmap.app.words import set_language
from collabmap.cli.main import EXIT_CODES, cli
from collabmap.cli.verbs import Option
from collabmap.errors import CollabMapError


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in sorted(group.commands.items()):
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


every_command = pytest.mark.parametrize(
    ("path", "command"),
    list(commands(cli)),
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)


@every_command
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_command_has_a_help(
    run: Run, path: tuple[str, ...], command: click.Command, language: str
) -> None:
    said = run(*path, "--help", language=language)
    assert said.code == 0
    assert said.out.startswith("Us")
    assert said.err == ""


@every_command
def test_every_example_is_a_command_that_exists(
    path: tuple[str, ...],
    command: click.Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # An area is read from its file as soon as it is named.
    monkeypatch.chdir(tmp_path)
    ring = [[7.4, 43.7], [7.5, 43.7], [7.5, 43.8], [7.4, 43.7]]
    town = {"type": "Polygon", "coordinates": [ring]}
    Path("town.geojson").write_text(json.dumps(town))
    if isinstance(command, click.Group):
        return
    lines = "\n".join(getattr(command, "examples", ())).replace("\\\n", " ").splitlines()
    assert lines, "no example"
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "collabmap"
        while words[0].startswith("--"):
            words = words[2:]
        assert tuple(words[: len(path)]) == path
        context = command.make_context(path[-1], words[len(path) :])
        context.close()


@every_command
def test_every_option_says_what_it_does(path: tuple[str, ...], command: click.Command) -> None:
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert [each.name for each in options if not each.help] == []
    assert [each.name for each in options if not isinstance(each, Option)] == []


def test_every_exit_code_of_an_error_is_in_the_help(run: Run) -> None:
    def codes(error: type[CollabMapError]) -> set[int]:
        return {error.exit_code}.union(*(codes(child) for child in error.__subclasses__()))

    assert codes(CollabMapError) <= EXIT_CODES.keys()
    out = run("--help").out
    assert all(str(code) in out for code in EXIT_CODES)


def test_an_unknown_command_and_an_unknown_option_are_told(run: Run) -> None:
    said = run("frobnicate")
    assert said.code == 2
    assert "frobnicate" in said.err
    said = run("list", "x.collabmap", "--colour")
    assert said.code == 2
    assert "--colour" in said.err


def test_a_short_help_is_not_cut(run: Run) -> None:
    assert "..." not in run("--help").out.split("[ARGS]...")[1]


def test_the_language_of_one_command_is_not_that_of_the_next(run: Run) -> None:
    set_language("en")
    french = run("info", "nowhere", language="fr").err
    english = run("info", "nowhere", language="en").err
    assert french != english
