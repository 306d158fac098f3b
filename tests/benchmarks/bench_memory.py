"""How much memory the window holds with a million features on the map.

rss_mb_1m: resident MB (10^6 bytes) of the whole process once all is loaded, the view has been moved
and zoomed through, and a filter was set and taken away.  Beside: the peak on the way, and the same
for a map without features.
"""

import json
import subprocess
import sys
from pathlib import Path

import town
from canvas_frames import TOWN
from canvas_stage import copy_of, fit_map, stage
from figures import Figure, report
from measuring import peak_mb, resident_mb, scratch

SIZE = 1_000_000


def main(argv: list[str]) -> int:
    if argv and argv[0] == "inside":
        return inside(Path(argv[1]), Path(argv[2]))
    size = 2_000 if "--quick" in argv else SIZE
    with scratch() as folder:
        full = _measured(folder / "full", size)
        few = _measured(folder / "few", 50)
    return report(
        "memory",
        [Figure("rss_mb_1m", full["rss_mb"], "MB", 700.0)],
        {"peak_mb_1m": full["peak_mb"], "rss_mb_50": few["rss_mb"], "peak_mb_50": few["peak_mb"]},
    )


def _measured(folder: Path, size: int) -> dict[str, float]:
    project = copy_of(town.town(size), folder)
    done = subprocess.run(
        [sys.executable, __file__, "inside", str(folder), str(project)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the window failed:\n{done.stdout}{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def inside(folder: Path, project: Path) -> int:
    with stage(folder) as made:
        made.open(project)
        fit_map(made)
        for zoom in (11.0, 13.0, 15.0, 17.0, 18.0, 12.0):
            made.go(TOWN, zoom)
            made.pan(12)
            made.settle()
        columns = made.window.marks.columns
        made.map.set_clear_rows(columns.row[::2])
        made.settle()
        made.map.set_clear_rows(None)
        made.settle()
        print(json.dumps({"rss_mb": resident_mb(), "peak_mb": peak_mb()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
