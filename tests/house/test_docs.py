"""The documents say what the program does."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from collabmap.errors import CollabMapError

DECISION_LINES = 40
# The words of the field that names in the code are made of.
TERMS = (
    "tile zoom bbox feature geometry category field change segment leaf log replica branch person"
    " session sibling verdict hold bundle kit hub project"
)


def commands(group: click.Command, path: str = "collabmap") -> Iterator[tuple[str, click.Command]]:
    """Yield each command that does something, with the words one types."""
    if isinstance(group, click.Group):
        for name, command in sorted(group.commands.items()):
            yield from commands(command, f"{path} {name}")
    else:
        yield path, group


@pytest.fixture
def cli() -> click.Command:
    from collabmap.cli.main import cli

    return cli


@pytest.fixture
def manual(root: Path) -> str:
    return (root / "docs" / "command-line.md").read_text(encoding="utf-8")


def test_every_command_is_in_the_manual(cli: click.Command, manual: str) -> None:
    found = [path for path, _command in commands(cli)]
    assert len(found) > 5
    assert [path for path in found if path not in manual] == []


def test_every_option_is_in_the_manual(cli: click.Command, manual: str) -> None:
    missing = [
        f"{path} {option}"
        for path, command in commands(cli)
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for option in parameter.opts
        if option.startswith("--") and option not in manual
    ]
    assert missing == []


def test_every_command_says_what_it_does(cli: click.Command) -> None:
    assert [path for path, command in commands(cli) if not command.help] == []


def test_every_exit_code_is_in_the_manual(manual: str) -> None:
    def codes(error: type[CollabMapError]) -> set[int]:
        return {error.exit_code}.union(*(codes(child) for child in error.__subclasses__()))

    rows = {int(code) for code in re.findall(r"^\| *`?(\d+)`? *\|", manual, re.MULTILINE)}
    assert codes(CollabMapError) | {0} <= rows


def test_the_readme_begins_with_the_two_commands(root: Path) -> None:
    lines = (root / "README.md").read_text(encoding="utf-8").splitlines()
    assert lines[3:5] == ["python3 packaging/dev.py run", "python3 packaging/dev.py test"]


def test_every_term_of_the_field_is_in_the_glossary(root: Path) -> None:
    rows = re.findall(
        r"^\| ([\w ]+)", (root / "docs/glossary.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    defined = {row.strip() for row in rows} | {row.split()[0] for row in rows}
    assert [term for term in TERMS.split() if term not in defined] == []


def test_a_decision_fits_on_a_page(root: Path) -> None:
    pages = sorted((root / "docs" / "decisions").glob("*.md"))
    assert pages
    long = [
        page.name
        for page in pages
        if len(page.read_text(encoding="utf-8").splitlines()) > DECISION_LINES
    ]
    assert long == []
    numbers = [page.name[:4] for page in pages]
    assert len(set(numbers)) == len(numbers), "two pages have the same number"


def test_no_link_between_our_documents_is_broken(root: Path, tracked: list[Path]) -> None:
    link = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
    broken = [
        f"{page.relative_to(root)}: {target}"
        for page in tracked
        if page.suffix == ".md"
        for target in link.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
