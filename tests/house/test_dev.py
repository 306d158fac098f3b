"""The one command: readable by an old Python, able to find a new one, clear about the rest."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import dev
import pytest


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the whole path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def pretend(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_python_3_8_can_read_it(root: Path) -> None:
    source = (root / "packaging" / "dev.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    assert isinstance(tree.body[1], ast.ImportFrom), "annotations stay text before Python 3.9"
    assert tree.body[1].module == "__future__"


def test_it_needs_the_standard_library_only(root: Path) -> None:
    tree = ast.parse((root / "packaging" / "dev.py").read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert names <= set(sys.stdlib_module_names)


def test_help_tells_of_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["--help"]) == 0
    told = capsys.readouterr().out
    assert [name for name in dev.COMMANDS if f"\n  {name} " not in told] == []


@pytest.mark.parametrize("words", [[], ["dance"]])
def test_an_unknown_command_is_refused_with_the_list(words: list[str], root: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(root / "packaging" / "dev.py"), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "bench NAME" in done.stdout + done.stderr


@pytest.mark.skipif(os.name == "nt", reason="shims of this kind are shell scripts")
def test_a_shim_that_fails_is_passed_over(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(bin_folder, "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    pretend(bin_folder, "python3.12", "echo 3 9")
    good = pretend(bin_folder, "python3.11", "echo 3 11")
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))
    assert dev.find_python() == str(good)


@pytest.mark.skipif(os.name == "nt", reason="shims of this kind are shell scripts")
def test_without_a_new_python_it_says_which_one_is_needed(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(bin_folder, "python3", "echo 3 9")
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))
    with pytest.raises(SystemExit):
        dev.find_python()
    assert "Python 3.11 or newer" in capsys.readouterr().out


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Debian only")
def test_who_is_not_root_is_told_the_line_to_type(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(bin_folder, "apt-get", "exit 1")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit):
        dev.apt_install(["libegl1", "libgl1"], "Qt lacks system libraries")
    line = "sudo apt-get install -y --no-install-recommends libegl1 libgl1"
    assert line in capsys.readouterr().out


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="always a display there")
@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ""}, False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
    ],
)
def test_a_window_opens_only_where_there_is_a_display(
    environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert dev.has_display() is expected


@pytest.mark.skipif(os.name == "nt", reason="shims of this kind are shell scripts")
def test_the_peers_of_a_benchmark_are_installed_once_for_each_set_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(dev, "BIN", tmp_path)
    pretend(tmp_path, "python", f'echo "$@" >> {tmp_path}/said')
    for packages in ("abc", "abc", "def"):
        dev.write_stamp({**dev.read_stamp(), "packages": packages})
        dev.add_peers()
    said = (tmp_path / "said").read_text(encoding="utf-8").splitlines()
    assert [line.endswith("[bench]") and "constraints.txt" in line for line in said] == [True] * 2


def test_the_peers_are_installed_for_the_benchmarks_that_import_them(root: Path) -> None:
    sources = {
        path.stem.removeprefix("bench_"): path.read_text(encoding="utf-8")
        for path in (root / "tests" / "benchmarks").glob("bench_*.py")
    }
    peer = re.compile(r"^ *(?:import peers|from paint_mapnik import \w+)$", re.MULTILINE)
    against = {name for name, source in sources.items() if peer.search(source)}
    assert against == set(dev.AGAINST_PEERS)


def test_the_stamp_survives_a_round_trip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp")
    assert dev.read_stamp() == {}
    dev.write_stamp({"packages": "abc", "qt": "window"})
    assert dev.read_stamp() == {"packages": "abc", "qt": "window"}


def test_ci_runs_the_test_command_and_nothing_else(root: Path) -> None:
    lines = (root / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if not line.startswith(("#", "set ", "cd "))]
    assert commands == ["python3 packaging/dev.py test"]
    assert os.access(root / ".ci" / "run", os.X_OK) or os.name == "nt"
