"""Each error says what failed and what to do now, in both languages, and can be told apart."""

import ast
from collections import Counter
from collections.abc import Iterator

import pytest
from typeset import placeholders

from collabmap import errors
from collabmap.app.words import _, set_language
from collabmap.errors import CollabMapError


def tree(root: type[CollabMapError] = CollabMapError) -> list[type[CollabMapError]]:
    """Return every error of collabmap/errors, the root first."""
    below = [each for child in root.__subclasses__() for each in tree(child)]
    return [each for each in (root, *below) if each.__module__.startswith(errors.__name__)]


every_error = pytest.mark.parametrize("error", tree(), ids=lambda error: error.__name__)


@every_error
def test_an_error_says_what_failed_and_what_to_do_now(error: type[CollabMapError]) -> None:
    assert error.message.strip()
    assert error.hint.strip()
    assert error.message.endswith((".", "?")), "a sentence"
    assert error.hint.endswith((".", "?")), "a sentence"


@every_error
def test_an_error_has_words_of_its_own(error: type[CollabMapError]) -> None:
    assert "message" in vars(error)
    assert error is CollabMapError or error.hint != CollabMapError.hint


def test_a_script_can_tell_the_errors_apart() -> None:
    codes = Counter(error.code for error in tree())
    assert [code for code, count in codes.items() if count > 1] == []
    assert all(code == code.lower() and " " not in code for code in codes)


def test_every_error_speaks_french() -> None:
    set_language("fr")
    templates = [text for error in tree() for text in (error.message, error.hint)]
    assert [text for text in templates if _(text) == text] == []


def raised(module: ast.Module) -> Iterator[tuple[ast.Call, type[CollabMapError]]]:
    """Yield each place that makes an error, with its class."""
    by_name = {error.__name__: error for error in tree()}
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in by_name:
                yield node, by_name[name]


def test_every_error_is_raised_with_the_details_that_its_words_ask_for(
    modules: dict[str, ast.Module],
) -> None:
    wrong = []
    for path, module in modules.items():
        for call, error in raised(module):
            given = {keyword.arg for keyword in call.keywords}
            if None in given:  # **details: known when it runs
                continue
            missing = placeholders(error.message + error.hint) - given
            if missing or call.args:
                wrong.append(f"{path}:{call.lineno} {error.__name__} lacks {sorted(missing)}")
    assert wrong == []


def test_the_tree_at_the_head_of_the_module_names_every_error() -> None:
    words = set((errors.__doc__ or "").split())
    assert {error.__name__ for error in tree()} <= words
