"""What import-linter cannot see: a room that no contract names, and QtWidgets beside QtGui.

The layers themselves are held by `lint-imports`, which the check command runs.
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def contracts(root: Path) -> dict[str, dict[str, object]]:
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return {each["name"]: each for each in settings["tool"]["importlinter"]["contracts"]}


@pytest.fixture
def rooms(root: Path) -> set[str]:
    folders = {path.parent.name for path in (root / "collabmap").glob("*/__init__.py")}
    files = {path.stem for path in (root / "collabmap").glob("*.py")}
    return (folders | files) - {"__init__", "__main__"}


def imports(module: ast.Module) -> Iterator[str]:
    """Yield the dotted name of all that a module imports, also inside functions."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_a_new_room_cannot_stay_outside_the_layers(
    contracts: dict[str, dict[str, object]],
) -> None:
    layers = contracts["Imports point down only"]
    assert layers["exhaustive"] is True
    assert layers["exhaustive_ignores"] == ["__main__"]


@pytest.mark.parametrize(
    ("contract", "free"),
    [
        ("Qt only in ui and render", {"ui", "render"}),
        ("Widgets' companions only in ui", {"ui"}),
    ],
)
def test_every_room_without_leave_for_qt_is_named_in_the_contract(
    contract: str, free: set[str], contracts: dict[str, dict[str, object]], rooms: set[str]
) -> None:
    sources = contracts[contract]["source_modules"]
    assert isinstance(sources, list)
    assert {name.removeprefix("collabmap.") for name in sources} == rooms - free


def test_widgets_are_imported_in_ui_only(modules: dict[str, ast.Module]) -> None:
    wrong = [
        f"{path} imports {name}"
        for path, module in modules.items()
        if not path.startswith("collabmap/ui/")
        for name in imports(module)
        if name.startswith(("PySide6.QtWidgets", "pyqtgraph"))
    ]
    assert wrong == []
