"""How long until the map is there, against a bare Qt window in the same run.

start_ratio: from the start of the process to the first painted map of the demo territory, over
the same for a script that imports QtWidgets and pyqtgraph and shows an empty window.  Median of
paired runs, the two taking turns at being first; the first pair only warms the disk cache.  Both
read compiled modules, as everybody's second start does, also where the shell forbids to write them.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from figures import Figure, report

FIRST_PAINT = "first-paint"
PATIENCE_S = 60.0
BARE = f"""
import sys
from PySide6 import QtCore, QtWidgets
import pyqtgraph

class Window(QtWidgets.QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print({FIRST_PAINT!r}, flush=True)
        QtCore.QTimer.singleShot(0, QtWidgets.QApplication.quit)

app = QtWidgets.QApplication(sys.argv)
window = Window()
window.resize(1366, 697)
window.show()
sys.exit(app.exec())
"""


def main(argv: list[str]) -> int:
    pairs = 5 if "--quick" in argv else 15
    with tempfile.TemporaryDirectory(prefix="collabmap-bench-") as folder:
        environment = dict(
            os.environ, COLLABMAP_HOME=str(Path(folder) / "home"), COLLABMAP_BENCH_FIRST_PAINT="1"
        )
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "compiled")
        project = prepare(Path(folder), environment)
        ours = [sys.executable, "-m", "collabmap", project]
        bare = [sys.executable, "-c", BARE]
        found = [pair(ours, bare, turn % 2 == 0, environment) for turn in range(pairs + 1)][1:]
    for mine, theirs in found:
        print(f"CollabMap {mine:.3f} s, bare window {theirs:.3f} s, ratio {mine / theirs:.2f}")
    ratio = statistics.median(mine / theirs for mine, theirs in found)
    return report("startup", [Figure("start_ratio", ratio, "x", 2.0)])


def prepare(folder: Path, environment: dict[str, str]) -> str:
    """Make the demo project, and return its path."""
    made = subprocess.run(
        [sys.executable, "-m", "collabmap", "demo", "--prepare", str(folder / "demo")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise SystemExit(f"The demo project could not be made:\n{made.stdout}{made.stderr}")
    return made.stdout.strip().splitlines()[-1]


def pair(
    ours: list[str], bare: list[str], ours_first: bool, environment: dict[str, str]
) -> tuple[float, float]:
    """Return the seconds to the first paint of ours and of the bare window."""
    if ours_first:
        mine = time_to_first_paint(ours, environment)
        return mine, time_to_first_paint(bare, environment)
    theirs = time_to_first_paint(bare, environment)
    return time_to_first_paint(ours, environment), theirs


def time_to_first_paint(command: list[str], environment: dict[str, str]) -> float:
    """Return the seconds from starting a process until it says that it has painted."""
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        watchdog = threading.Timer(PATIENCE_S, process.kill)
        watchdog.start()
        seconds = None
        for line in process.stdout:
            if line.strip() == FIRST_PAINT:
                seconds = time.perf_counter() - begun
                break
        process.wait()
        watchdog.cancel()
    if seconds is None:
        raise SystemExit(f"{' '.join(command[:4])} ended without painting")
    return seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
