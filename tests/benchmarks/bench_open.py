"""How long a map of a million features takes to be there, against an empty one in the same run.

open_ratio_1m: from the start of the process to the first frame that shows the base map whole and
where the features lie (in groups with their counts), over the same for a project without features.
Median of paired runs, the two taking turns at being first; the first pair only warms the disk
cache.  Beside: the same until every mark is in its place (marks_ratio), which follows.
"""

import json
import os
import statistics
import sys
from pathlib import Path

import town
from bench_startup import time_to_first_paint
from canvas_stage import copy_of, make_known
from figures import Figure, report
from measuring import scratch

from collabmap.app.session import Session
from collabmap.store.device import Device

SIZE = 1_000_000


def main(argv: list[str]) -> int:
    is_quick = "--quick" in argv
    pairs, size = (1, 2_000) if is_quick else (7, SIZE)
    with scratch() as folder:
        environment = dict(os.environ, COLLABMAP_HOME=str(folder / "home"))
        environment["QT_QPA_PLATFORM"] = f"offscreen:configfile={_screen(folder)}"
        device = Device(folder / "home")
        empty = Session.create(folder / "empty", device, "Niort", "Camille")
        empty.close()
        # Whoever opens it has said a name, so that no welcome lies over the map.
        path = copy_of(town.town(size), folder / "full")
        make_known(device, path)
        full = Session.open(path, device)
        full.begin_person("Camille")
        full.close()
        device.close()
        projects = (full.path, empty.path)
        found = {what: _pairs(projects, environment, pairs, what) for what in ("places", "marks")}
    for many, none in found["places"]:
        print(f"{size:,} features {many:.3f} s, none {none:.3f} s, ratio {many / none:.2f}")
    ratio = statistics.median(many / none for many, none in found["places"])
    beside = {
        "open_s_1m": statistics.median(many for many, _ in found["places"]),
        "open_s_empty": statistics.median(none for _, none in found["places"]),
        "marks_ratio": statistics.median(many / none for many, none in found["marks"]),
    }
    return report("open", [Figure("open_ratio_1m", ratio, "x", 3.0)], beside)


def _screen(folder: Path) -> Path:
    """Write what screen Qt is to think of: on its own small one the map lies behind a tab."""
    path = folder / "screen.json"
    screen = {"name": "laptop", "x": 0, "y": 0, "width": 1366, "height": 768, "dpr": 1}
    path.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
    return path


def _pairs(
    projects: tuple[Path, Path], environment: dict[str, str], pairs: int, what: str
) -> list[tuple[float, float]]:
    """Return the seconds of the full and of the empty project, until `what` is on the screen."""
    environment = environment | {"COLLABMAP_BENCH_FIRST_PAINT": what}
    found = []
    for turn in range(pairs + (pairs > 1)):
        order = (0, 1) if turn % 2 == 0 else (1, 0)
        seconds = {
            number: time_to_first_paint(
                [sys.executable, "-m", "collabmap", str(projects[number])], environment
            )
            for number in order
        }
        found.append((seconds[0], seconds[1]))
    return found[-pairs:]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
