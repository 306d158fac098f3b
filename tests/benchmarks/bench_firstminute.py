"""A first point, alone: from the double click on an invitation to the first saved place.

The real program is started on a kit of the demo territory and driven as by somebody who has never
seen it: only by clicks at what is visible on the screen, and by typing.

clicks: the double click counts as one; typing does not.  keys: typed.  screens: how many different
ones were seen.  program_s: the seconds that the program itself takes, from the start of its process
to the first screen and after each click until it is ready for the next; not the person's.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from figures import Figure, report

HERE = Path(__file__).parent
PATIENCE_S = 120.0
# The screen of an old laptop.
LAPTOP = {
    "name": "laptop",
    "x": 0,
    "y": 0,
    "width": 1366,
    "height": 768,
    "logicalDpi": 96,
    "logicalBaseDpi": 96,
    "dpr": 1,
}
BEGUN = "COLLABMAP_BENCH_BEGUN"


def main(argv: list[str]) -> int:
    runs = 1 if "--quick" in argv else 5
    found = [one_evening() for _ in range(runs)]
    for one in found:
        waits = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in one["waits"].items())
        print(f"{one['clicks']} clicks, {one['keys']} keys; {waits}")
    program_s = statistics.median(sum(one["waits"].values()) for one in found)
    first = found[0]
    return report(
        "firstminute",
        [
            Figure("clicks", max(one["clicks"] for one in found), "clicks", 6.0),
            Figure("keys", first["keys"], "keys", 20.0),
            Figure("screens", len(first["waits"]), "screens", 6.0),
            Figure("program_s", program_s, "s", 10.0),
        ],
    )


def one_evening() -> dict[str, dict[str, float]]:
    """Return what one newcomer needed, on a laptop on which nothing was ever opened."""
    with tempfile.TemporaryDirectory(prefix="collabmap-bench-") as inside:
        folder = Path(inside)
        kit = make_kit(folder)
        home = folder / "newcomer"
        home.mkdir()
        environment = dict(
            os.environ,
            COLLABMAP_HOME=str(home / "collabmap"),
            HOME=str(home),
            XDG_DOCUMENTS_DIR=str(home),
            LC_MESSAGES="fr_FR.UTF-8",
            LC_CTYPE="C.UTF-8",
        )
        environment.pop("LC_ALL", None)
        screen = folder / "screen.json"
        screen.write_text(json.dumps({"screens": [LAPTOP]}))
        environment["QT_QPA_PLATFORM"] = f"offscreen:configfile={screen}"
        environment[BEGUN] = repr(time.monotonic())
        done = subprocess.run(
            [sys.executable, str(HERE / "newcomer.py"), str(kit)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"The newcomer did not get there:\n{done.stdout}{done.stderr}")
        found: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
        return found


def make_kit(folder: Path) -> Path:
    """Make an invitation to the demo territory, as its coordinator hands it out."""
    environment = dict(os.environ, COLLABMAP_HOME=str(folder / "coordinator"))
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    prepared = _collabmap(["demo", "--prepare", str(folder / "demo")], environment)
    kit = folder / "soirée.cmkit"
    _collabmap(["handout", prepared.strip().splitlines()[-1], str(kit)], environment)
    return kit


def _collabmap(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "collabmap", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)}:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
