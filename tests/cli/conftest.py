"""The command line as a person meets it: words in, words and an exit code out."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import Run, Said

from collabmap.cli.main import cli


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a device (`home`), in a folder of its own; French with language='fr'."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    # Set by the command line for click's own words; undone here after each test.
    monkeypatch.setenv("LANGUAGE", "en")

    def run(*words: str, home: str = "jo", language: str = "en", stdin: str | None = None) -> Said:
        device = ["--home", str(tmp_path / home), "--language", language]
        result = CliRunner().invoke(cli, [*device, *words], input=stdin)
        return Said(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def project(run: Run) -> str:
    """A map of one place, whose coordinator is Jo."""
    assert run("new", "town", "--name", "La Condamine", "--person", "Jo").code == 0
    said = run(
        "add", "town.collabmap", "Marché", "--category", "commerces", "--at", "7.4195,43.7326"
    )
    assert said.code == 0, said
    return "town.collabmap"


@pytest.fixture
def copy(run: Run, project: str) -> str:
    """Marcel's copy, on another device (home='marcel')."""
    assert run("handout", project, "town.cmkit").code == 0
    Path("marcel").mkdir()
    assert run("open", "town.cmkit", "marcel", home="marcel").code == 0
    path = "marcel/La Condamine.collabmap"
    assert run("person", path, "Marcel", home="marcel").code == 0
    return path
