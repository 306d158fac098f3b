"""How a merge grows with the map, and what it takes on a map of a million places.

growth_1m_over_100k: seconds of merging 8 x 2,000 edits into 1,000,000 places over the same into
100,000.  cpu_s_100k_into_1m, rss_mb_100k_into_1m: 8 x 12,500 edits into 1,000,000 places, in
transactions of at most 25,000 changes.  s_500_into_1m: one resident's bundle of 500 changes.

Beside them in_app_...: 8 x 2,000 and 8 x 12,500 edits into 1,000,000 places as the window merges
them, in one transaction and with the report of who added, changed and marked what.

All from opening the project file to closing it, verified and durable; medians, the greatest peak.
A million places are made in the first run and kept: that takes minutes.
"""

import statistics
import sys
from collections.abc import Callable
from pathlib import Path

import town
import workload
from figures import Figure, report
from measuring import Cost, in_child, middle, scratch, take_turns, tell

MERGE_ONCE = Path(__file__).with_name("merge_once.py")
# Enrolling, the person and the turn come before the edits of a resident.
OPENING = 3


def main(argv: list[str]) -> int:
    is_quick = "--quick" in argv
    small, large, edits, many, rounds = (
        (200, 2_000, 40, 100, 1) if is_quick else (100_000, 1_000_000, workload.EDITS, 12_500, 5)
    )
    with scratch() as folder:
        print(f"{workload.RESIDENTS} x {edits:,} edits into {small:,} and {large:,} places:")
        growth = take_turns(
            {
                "small": merges(folder, "small", small, edits),
                "large": merges(folder, "large", large, edits),
            },
            rounds,
        )
        tell(growth)
        print(f"{workload.RESIDENTS} x {many:,} edits, and 500, into {large:,} places:")
        into = take_turns(
            {
                "many": merges(folder, "many", large, many),
                "500": merges(folder, "few", large, 500 - OPENING, residents=1),
            },
            max(1, rounds - 2),
        )
        tell(into)
        in_app = take_turns(
            {
                "app 16k": merges(folder, "large", large, edits, name_of_ours="app"),
                "app 100k": merges(folder, "many", large, many, name_of_ours="app"),
            },
            1,
        )
        tell(in_app)
    ratios = [b.seconds / a.seconds for a, b in zip(growth["small"], growth["large"], strict=True)]
    many_cost, few_cost = middle(into["many"]), middle(into["500"])
    figures = [
        Figure("growth_1m_over_100k", statistics.median(ratios), "x", 2.0),
        Figure("cpu_s_100k_into_1m", many_cost.cpu_s, "s", 3.0),
        Figure("rss_mb_100k_into_1m", many_cost.peak_mb, "MB", 500.0),
        Figure("s_500_into_1m", few_cost.seconds, "s", 0.1),
    ]
    beside = {
        "16k_into_100k_s": middle(growth["small"]).seconds,
        "16k_into_1m_s": middle(growth["large"]).seconds,
        "100k_into_1m_s": many_cost.seconds,
        "in_app_16k_into_1m_s": middle(in_app["app 16k"]).seconds,
        "in_app_16k_into_1m_mb": middle(in_app["app 16k"]).peak_mb,
        "in_app_100k_into_1m_s": middle(in_app["app 100k"]).seconds,
        "in_app_100k_into_1m_mb": middle(in_app["app 100k"]).peak_mb,
    }
    return report("growth", figures, beside)


def merges(
    folder: Path,
    name: str,
    size: int,
    edits: int,
    residents: int = workload.RESIDENTS,
    name_of_ours: str = "ours",
) -> Callable[[], Cost]:
    """Return what runs one merge of so many edits a resident, on a fresh copy of the map.

    name_of_ours: of merge_once.py.
    """
    project, bundles = town.town(size), folder / f"{name}-bundles"
    town.write_bundles(project, bundles, edits, size, residents)

    def run() -> Cost:
        into = town.copy_of(project, folder / "ours")
        return in_child(MERGE_ONCE, name_of_ours, str(into), str(bundles))

    return run


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
