"""A wheel carries resources/ inside the package; an editable installation carries no copy."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

# In a child: hatchling works in the current folder, and would lend ours to every other test.
BUILD = "import sys; from hatchling import build; print(getattr(build, sys.argv[1])(sys.argv[2]))"


def names_in(kind: str, root: Path, folder: Path) -> set[str]:
    built = subprocess.run(
        [sys.executable, "-c", BUILD, kind, str(folder)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    with ZipFile(folder / built.stdout.strip().splitlines()[-1]) as wheel:
        return set(wheel.namelist())


@pytest.fixture
def resources(tracked: list[Path], root: Path) -> set[str]:
    folder = root / "resources"
    return {path.relative_to(root).as_posix() for path in tracked if folder in path.parents}


def test_a_wheel_holds_every_resource(root: Path, resources: set[str], tmp_path: Path) -> None:
    names = names_in("build_wheel", root, tmp_path)
    assert resources
    assert {f"collabmap/{name}" for name in resources} <= names
    assert "collabmap/app/words.py" in names
    assert not any(name.startswith(("tests/", "packaging/", "docs/")) for name in names)


def test_an_editable_installation_copies_nothing(root: Path, tmp_path: Path) -> None:
    names = names_in("build_editable", root, tmp_path)
    assert [name for name in names if ".dist-info/" not in name] == ["_collabmap.pth"]
