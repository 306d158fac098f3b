"""The words of the code reach the catalogue, and the rules of French typography bite."""

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from extract_words import catalogue_of
from typeset import faults_of

from collabmap.errors import ProjectLocked


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of two modules, with words of every kind."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "errors").mkdir()
    (folder / "errors" / "gone.py").write_text(
        'class Gone:\n    code = "gone"\n    message = "It is " "gone."\n    hint: str = "Wait."\n'
    )
    (folder / "window.py").write_text(
        '_("Save")\nN_("May")\nngettext("{count} place", "{count} places", n)\n"not for people"\n'
        "f\"{n}: {_('Undo')}\"\n"
    )
    return folder


def test_words_are_found_in_calls_and_in_errors(package: Path) -> None:
    found = {message.id for message in catalogue_of(package) if message.id}
    plural = ("{count} place", "{count} places")
    assert found == {"Save", "May", "Undo", plural, "It is gone.", "Wait."}


def test_the_words_of_our_own_errors_are_found(root: Path) -> None:
    assert ProjectLocked.hint in catalogue_of(root / "collabmap")


def test_no_template_is_filled_before_it_is_translated(modules: dict[str, ast.Module]) -> None:
    """_(f"...") and _("...".format()) look for a sentence that no catalogue holds."""
    wrong = [
        f"{path}:{node.lineno}"
        for path, module in modules.items()
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "N_", "ngettext")
        for argument in node.args
        if isinstance(argument, ast.JoinedStr)
        or (isinstance(argument, ast.Call) and getattr(argument.func, "attr", "") == "format")
        or (isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.Mod | ast.Add))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "french",
    [
        "L’eau est bonne",
        "Où\u202f?",
        "La carte «\u202f{name}\u202f» est ouverte\u202f: fermez-la\u202f!",
        "8\u00a0Mo sur la clé",
        "Voir https://exemple.fr/a?b=c",
        "Tapez `collabmap open: carte`",
        "Il est 12:30",
    ],
)
def test_good_french_passes(french: str) -> None:
    english = "{name}" if "{name}" in french else "x"
    assert list(faults_of(Message(english, french))) == []


@pytest.mark.parametrize(
    ("french", "fault"),
    [
        ("L'eau", "apostrophe"),
        ("Où ?", "U+202F"),
        ("Où?", "U+202F"),
        ("Attention : ici", "U+202F goes before :"),
        ("«\u00a0ici\u00a0»", "inside"),
        ("8 Mo", "U+00A0"),
        ("100 %", "U+00A0"),
        ("Patience...", "three dots"),
        ("un “mot”", "quotation"),
        ("Le conflit", "never see"),
        ("{nom}", "placeholders"),
    ],
)
def test_bad_french_is_sent_back(french: str, fault: str) -> None:
    assert any(fault in each for each in faults_of(Message("x", french)))


def test_a_french_singular_may_say_one_in_letters() -> None:
    forms = ("{count} place", "{count} places")
    assert list(faults_of(Message(forms, ("un lieu", "{count} lieux")))) == []
    assert list(faults_of(Message(forms, ("un lieu", "{nombre} lieux")))) != []
