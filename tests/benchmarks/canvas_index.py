"""What the grid and the hierarchy of a map's marks cost, in a process of its own.

    python canvas_index.py PROJECT

The last line is JSON: seconds of the processor, and MB (10^6 bytes) that the process grew by at its
highest, above what it held with the marks as columns.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import town
from measuring import forget_peak_mb, peak_mb

from collabmap.store import marks
from collabmap.store.project import Project
from collabmap.ui.map.mark_table import Whole


def measure(size: int) -> dict[str, float]:
    """Return index_s and index_mb of a town of so many places."""
    done = subprocess.run(
        [sys.executable, __file__, str(town.town(size))],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the index failed:\n{done.stdout}{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main(argv: list[str]) -> int:
    project = Project.open(Path(argv[0]), read_only=True)
    with project.reading():
        columns = marks.columns(project.connection, {})
    project.close()
    before = forget_peak_mb()
    begun = time.process_time()
    whole = Whole.of(columns)
    spent = time.process_time() - begun
    assert len(whole.x) == len(columns)
    print(json.dumps({"index_s": spent, "index_mb": peak_mb() - before}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
