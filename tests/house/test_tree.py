"""Nothing of one machine, and no room too large, in what a clone holds."""

import re
from pathlib import Path

LINES = 450
TEXT = {".py", ".toml", ".txt", ".md", ".cfg", ".ini", ".sh", ".yml", ".json", ".po", ".qss", ""}
# Written so that this file does not match itself.
OF_ONE_MACHINE = re.compile(
    r"file:/{2}/|(?:extra-)?index-ur[l]|find-link[s]|pypi\.or[g]|pythonhosted\.or[g]"
    r"|(?<![\w.{}*])/(?:tmp|root|work|opt|home/\w+|Users/\w+)/"
)


def test_no_tracked_file_holds_a_registry_or_a_path_of_one_machine(
    tracked: list[Path], root: Path
) -> None:
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()}"
        for path in tracked
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if OF_ONE_MACHINE.search(line)
    ]
    assert found == []


def test_no_lock_file_that_holds_addresses_is_kept(tracked: list[Path], root: Path) -> None:
    locks = {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "pip.conf"}
    assert [path for path in tracked if path.name in locks] == []
    assert "uv.lock" in (root / ".gitignore").read_text(encoding="utf-8").split()


def test_every_constraint_is_one_exact_version(root: Path) -> None:
    lines = (root / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    exact = re.compile(r"[a-z0-9-]+==[0-9][\w.]*( ; [\w<>=!'.\s]+)?")
    assert len(lines) > 20
    assert [line for line in lines if not exact.fullmatch(line)] == []


def test_no_module_is_a_hall_of_more_than_450_lines(tracked: list[Path], root: Path) -> None:
    code = [path for path in tracked if path.suffix == ".py" and root / "collabmap" in path.parents]
    long = [
        path.relative_to(root).as_posix()
        for path in code
        if len(path.read_text(encoding="utf-8").splitlines()) > LINES
    ]
    assert code
    assert long == []


def test_nothing_is_left_for_later_in_the_code(tracked: list[Path], root: Path) -> None:
    left = re.compile(r"TOD[O]|FIXM[E]|XX[X]\b|NotImplementedErro[r]")
    found = [
        f"{path.relative_to(root)}:{number}"
        for path in tracked
        if path.suffix == ".py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if left.search(line)
    ]
    assert found == []
