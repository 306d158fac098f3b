#!/usr/bin/env python3
"""One command for whoever works on CollabMap: it sets up what is missing, then does the job.

Standard library only, and no syntax newer than Python 3.8: an old python3 must be able to read
this file in order to find a newer one.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / "collabmap-setup"
OLDEST = (3, 11)
# The benchmarks that measure against other libraries, which CollabMap itself never loads.
AGAINST_PEERS = ("merge", "paint", "wire")
CANDIDATES = ("python3.13", "python3.12", "python3.11", "python3.14", "python3", "python")

# What Qt loads but does not bring, on a bare Debian or Ubuntu.
QT_PACKAGES = [
    "libgl1",
    "libegl1",
    "libxkbcommon0",
    "libglib2.0-0",
    "libfreetype6",
    "libfontconfig1",
    "libdbus-1-3",
    "fonts-dejavu-core",
]
QT_WINDOW_PACKAGES = [
    "libxcb-cursor0",
    "libxkbcommon-x11-0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
]
# All tests: each core takes a run of them, so that a module's own fixtures are mostly made once;
# two runs more, because windows wait for most of their time.
ON_ALL_CORES = ["-n", str((os.cpu_count() or 1) + 2), "--dist", "worksteal"]
QT_PROBE = """
import sys
from PySide6 import QtGui, QtNetwork, QtSvg, QtWidgets
app = QtGui.QGuiApplication([])
sys.exit(0 if QtGui.QFontDatabase.families() else "Qt finds no font on this computer")
"""

USAGE = """\
python3 packaging/dev.py COMMAND        (Windows: py packaging\\dev.py COMMAND)

  run [ARGS]            open CollabMap on the demo territory; without a display, play the same
                        story on the command line; with ARGS, run `collabmap ARGS`
  test [PYTEST ARGS]    every check, then the tests
  check                 format, lint, types, layers and translations, in one go
  bench NAME [--quick]  run tests/benchmarks/bench_NAME.py; the last line is JSON
                        (some first install the libraries that they measure against)
  shots DIR             write a picture of each screen into DIR
  translate             bring the catalogues in line with the code, then compile them
  basemap               paint the base map of the demo territory again
  setup                 only set up; every other command does it too

The first time, it makes .venv and installs what CollabMap needs. On Debian and Ubuntu, as root,
it also installs the system libraries of Qt; otherwise it prints the line to type.
"""


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py", usage=USAGE, add_help=False)
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("command", nargs="?", choices=sorted(COMMANDS))
    known, _ = parser.parse_known_args(argv[:1])
    if known.help or known.command is None:
        print(USAGE)
        return 0 if known.help else 2
    if sys.version_info < OLDEST:
        return run([find_python(), str(Path(__file__).resolve()), *argv])
    set_up(with_window=known.command == "run" and has_display())
    return COMMANDS[known.command](list(argv[1:]))


# --- the commands -----------------------------------------------------------------------------


def command_run(args: list[str]) -> int:
    if args:
        return run([venv_python(), "-m", "collabmap", *args])
    if has_display():
        return run([venv_python(), "-m", "collabmap", "demo"])
    folder = tempfile.mkdtemp(prefix="collabmap-demo-")
    say(f"No display here, so no window: the demo plays on the command line, in {folder}")
    demo = ["-m", "collabmap", "demo", "--headless", "--dir", folder]
    return run([venv_python(), *demo], env=offscreen())


def command_test(args: list[str]) -> int:
    checked = command_check([])
    say("tests")
    tested = run([venv_python(), "-m", "pytest", *(args or ON_ALL_CORES)], env=offscreen())
    if checked and not tested:
        say("The tests pass, but a check above failed.")
    return tested or checked


def command_check(args: list[str]) -> int:
    del args
    os.chdir(ROOT)  # ruff, mypy, import-linter and pytest read pyproject.toml where they stand
    python = venv_python()
    steps = (
        ("format", [python, "-m", "ruff", "format", "--check", "."]),
        ("lint", [python, "-m", "ruff", "check", "."]),
        ("types", [python, "-m", "mypy"]),
        ("layers", [script("lint-imports"), "--no-logo"]),
        ("translations", [python, here("translate.py"), "--check"]),
    )
    failed = []
    for name, command in steps:
        say(f"check: {name}")
        if run(command, env=offscreen()) != 0:
            failed.append(name)
    say(f"Failed: {', '.join(failed)}." if failed else "All checks pass.")
    return 1 if failed else 0


def command_bench(args: list[str]) -> int:
    benchmarks = {
        path.stem[len("bench_") :]: path
        for path in sorted((ROOT / "tests" / "benchmarks").glob("bench_*.py"))
    }
    if not args or args[0] not in benchmarks:
        say("Which one? " + ", ".join(benchmarks))
        return 2
    if args[0] in AGAINST_PEERS:
        add_peers()
    return run([venv_python(), str(benchmarks[args[0]]), *args[1:]], env=offscreen())


def command_shots(args: list[str]) -> int:
    if len(args) != 1:
        say("Where to? python3 packaging/dev.py shots DIR")
        return 2
    return run([venv_python(), here("shots.py"), *args], env=offscreen())


def command_translate(args: list[str]) -> int:
    return run([venv_python(), here("translate.py"), *args])


def command_basemap(args: list[str]) -> int:
    demo = ROOT / "resources" / "demo"
    extract, pack = demo / "monaco-2023-12-25.osm.pbf", demo / "monaco.mbtiles"
    build = ["-m", "collabmap", "basemap", "build", str(extract), str(pack), "--replace"]
    # As resources/demo/README.md says.
    what = ["--area", "7.395,43.715,7.455,43.760", "--zoom", "12-17", "--name", "Monaco"]
    return run([venv_python(), *build, *what, *args], env=offscreen())


def command_setup(args: list[str]) -> int:
    del args
    say(f"Ready: {venv_python()}")
    return 0


COMMANDS = {
    "run": command_run,
    "test": command_test,
    "check": command_check,
    "bench": command_bench,
    "shots": command_shots,
    "translate": command_translate,
    "basemap": command_basemap,
    "setup": command_setup,
}


# --- setting up -------------------------------------------------------------------------------


def set_up(with_window: bool) -> None:
    """Make .venv match pyproject.toml and constraints.txt, and make sure that Qt starts."""
    done = read_stamp()
    wanted = fingerprint()
    if not works([venv_python(), "-c", ""]):
        done = {}
        make_venv()
    if done.get("packages") != wanted:
        install()
        done["packages"] = wanted
        done.pop("qt", None)
    if done.get("qt") != "window" and (with_window or done.get("qt") is None):
        check_qt(with_window)
        done["qt"] = "window" if with_window else "offscreen"
    write_stamp(done)


def fingerprint() -> str:
    """Return a hash of what decides which packages .venv must hold, and where they look for us."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in (ROOT / "pyproject.toml", ROOT / "packaging" / "constraints.txt"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict[str, str]:
    if not STAMP.is_file():
        return {}
    lines = STAMP.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def write_stamp(done: dict[str, str]) -> None:
    text = "".join(f"{key}={value}\n" for key, value in sorted(done.items()))
    if not STAMP.is_file() or STAMP.read_text(encoding="utf-8") != text:
        STAMP.write_text(text, encoding="utf-8")


def make_venv() -> None:
    python = find_python()
    if not works([python, "-c", "import ensurepip, venv"]):
        # Debian keeps both in a package of their own; the venv it would make has no pip.
        system = f"python3.{version_of(python)[1]}-venv"
        default = "python3-venv" if Path(python).name == "python3" else system
        apt_install([default], "Python cannot make a virtual environment here")
    say(f"Making .venv with {python}")
    if run([python, "-m", "venv", "--clear", str(VENV)]) != 0:
        raise stop("Python could not make .venv: read its message above.")


def add_peers() -> None:
    """Install the libraries that benchmarks measure against; the stamp says for which set-up."""
    done = read_stamp()
    if done.get("bench") != done.get("packages"):
        install("bench", "what the benchmark measures against")
        done["bench"] = done.get("packages", "")
        write_stamp(done)


def install(extra: str = "test", what: str = "what CollabMap needs") -> None:
    say(f"Installing {what} into .venv (once; a minute or two)")
    command = [venv_python(), "-m", "pip", "install", "--disable-pip-version-check"]
    if not sys.stdout.isatty():
        command.append("--quiet")
    command += ["-c", str(ROOT / "packaging" / "constraints.txt"), "-e", f"{ROOT}[{extra}]"]
    if run(command) != 0:
        raise stop("The installation failed: read pip's message above. It needs the internet once.")


def check_qt(with_window: bool) -> None:
    """Start Qt in a child: a missing library can end the whole process, not only the import."""
    probe = [venv_python(), "-c", QT_PROBE]
    environment = None if with_window else offscreen()
    if works(probe, environment):
        return
    packages = QT_PACKAGES + (QT_WINDOW_PACKAGES if with_window else [])
    apt_install(packages, "Qt lacks system libraries")
    if run(probe, env=environment) != 0:
        raise stop("Qt still does not start: read its message above.")


def apt_install(packages: list[str], why: str) -> None:
    """Install Debian packages as root; otherwise say which line to type, and stop."""
    apt = shutil.which("apt-get")
    if apt is None:
        raise stop(f"{why}. Install what your system calls: {' '.join(packages)}")
    line = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0:  # type: ignore[attr-defined,unused-ignore]
        raise stop(f"{why}. Type this, then try again:\n\n  sudo {line}\n")
    say(f"{why}: installing {' '.join(packages)}")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    if (
        run([apt, "-q", "update"], env=environment) != 0
        or run([apt, "-q", *line.split()[1:]], env=environment) != 0
    ):
        raise stop(f"The system packages could not be installed. Try by hand:\n\n  {line}\n")


# --- finding things ---------------------------------------------------------------------------


def find_python() -> str:
    """Return a Python that is new enough: the one that runs this file, else one on the path."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for name in CANDIDATES:
        path = shutil.which(name)
        # A pyenv shim exists for every version ever installed, and fails when run.
        if path and version_of(path) >= OLDEST:
            return path
    raise stop("CollabMap needs Python 3.11 or newer, and this computer has none that works.")


def version_of(python: str) -> tuple[int, ...]:
    """Return (major, minor) of an interpreter, or () if it does not run."""
    code = "import sys; print('%d %d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
        return tuple(int(part) for part in answer.stdout.split())
    except (OSError, ValueError, subprocess.CalledProcessError):
        return ()


def venv_python() -> str:
    return str(BIN / ("python.exe" if os.name == "nt" else "python"))


def script(name: str) -> str:
    return str(BIN / (name + ".exe" if os.name == "nt" else name))


def here(name: str) -> str:
    return str(ROOT / "packaging" / name)


def has_display() -> bool:
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        return False
    if platform.system() in ("Windows", "Darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def offscreen() -> dict[str, str]:
    """Return this environment, with Qt drawing into memory unless told otherwise."""
    environment = dict(os.environ)
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return environment


# --- saying and doing -------------------------------------------------------------------------


def run(command: Sequence[str], env: dict[str, str] | None = None) -> int:
    try:
        return subprocess.run(list(command), env=env, check=False).returncode
    except OSError as problem:
        say(f"{command[0]} does not start: {problem}")
        return 127


def works(command: Sequence[str], env: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(list(command), env=env, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def say(words: str) -> None:
    print(f"-- {words}", flush=True)


def stop(words: str) -> SystemExit:
    """Say why nothing more can be done, and return what to raise."""
    say(words)
    return SystemExit(1)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
