"""How long one edit takes on a map of a million places.

edit_ms_p95: of 600 edits by the founder in a row (workload.py's mix), the time that 95 % keep to:
from the change to the commit, which is on the disk (synchronous=FULL) with the map's and the
search's index.  Segments that fill up meanwhile are sealed within these times.
"""

import statistics
import sys
import time
from pathlib import Path

import town
import workload
from figures import Figure, report
from measuring import scratch

from collabmap.domain.feature import ChangeId
from collabmap.store.ingest import Ingest
from collabmap.store.project import Project


def main(argv: list[str]) -> int:
    is_quick = "--quick" in argv
    size, edits = (500, 40) if is_quick else (1_000_000, 600)
    with scratch() as folder:
        project = Project.open(town.copy_of(town.town(size), Path(folder)))
        try:
            times_ms = edit_times_ms(project, edits, size)
        finally:
            project.close()
    cuts = statistics.quantiles(times_ms, n=100)
    figures = [Figure("edit_ms_p95", cuts[94], "ms", 20.0)]
    beside = {"edit_ms_p50": cuts[49], "edit_ms_p99": cuts[98], "edit_ms_max": max(times_ms)}
    return report("local", figures, beside)


def edit_times_ms(project: Project, count: int, size: int) -> list[float]:
    """Return the milliseconds that each of so many edits took."""
    with project.writing():
        ingest = Ingest(project, town.FOUNDER, town.rid_of(town.FOUNDER))
    times_ms: list[float] = []

    def write(row: town.Row, at_ms: int) -> ChangeId:
        del at_ms  # The laptop's own clock stamps it.
        begun = time.perf_counter()
        with project.writing():
            _, names = ingest.write([row])
        times_ms.append((time.perf_counter() - begun) * 1000)
        return names[0]

    desk = town.Desk(write, town.Births(project), own_accept=True)
    for edit in workload.edits(0, count, size):
        desk.write(edit)
    return times_ms


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
