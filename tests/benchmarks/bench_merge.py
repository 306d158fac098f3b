"""Opening a map, merging what eight residents did, saving it: against pycrdt and loro.

ratio_20k, ratio_100k: our seconds over those of the faster of the two peers, on a map of 20,000 and
of 100,000 places, in the same run and on the very same edits (workload.py: 8 x 2,000).

Ours opens a project file, reads eight signed bundles, verifies every signature and hash, merges by
the rules, indexes for the map and for the search, commits with synchronous=FULL and closes.  A peer
loads its saved document, imports eight updates, and saves the whole durably.  Each in the layout
and with the settings that are fastest for it (peers.py); what it has then is in its memory only.
Median of runs that take turns.
"""

import statistics
import sys
from collections.abc import Callable
from pathlib import Path

import peers
import town
import workload
from figures import Figure, report
from measuring import Cost, in_child, middle, scratch, take_turns, tell

MERGE_ONCE = Path(__file__).with_name("merge_once.py")
FULL = {"20k": (20_000, 0.7, 9), "100k": (100_000, 0.33, 7)}
QUICK = {"20k": (200, 0.7, 1), "100k": (1_000, 0.33, 1)}


def main(argv: list[str]) -> int:
    is_quick = "--quick" in argv
    edits = 40 if is_quick else workload.EDITS
    figures: list[Figure] = []
    beside: dict[str, float] = {}
    for label, (size, target, rounds) in (QUICK if is_quick else FULL).items():
        print(f"{size:,} places, {workload.RESIDENTS} x {edits:,} edits:", flush=True)
        with scratch() as folder:
            found = take_turns(contenders(folder, size, edits), rounds)
        tell(found)
        best = min(peers.PEERS, key=lambda peer: middle(found[peer]).seconds)
        pairs = zip(found["ours"], found[best], strict=True)
        ratio = statistics.median(mine.seconds / theirs.seconds for mine, theirs in pairs)
        figures.append(Figure(f"ratio_{label}", ratio, "x", target))
        for name, costs in found.items():
            mid = middle(costs)
            beside |= {f"{name}_{label}_s": mid.seconds, f"{name}_{label}_mb": mid.peak_mb}
    return report("merge", figures, beside)


def contenders(folder: Path, size: int, edits: int) -> dict[str, Callable[[], Cost]]:
    """Return what runs one merge each, on a fresh copy of its map."""
    bundles = folder / "bundles"
    project = town.town(size)
    town.write_bundles(project, bundles, edits, size)

    def ours() -> Cost:
        into = town.copy_of(project, folder / "ours")
        return in_child(MERGE_ONCE, "ours", str(into), str(bundles))

    def theirs(peer: str) -> Callable[[], Cost]:
        updates, document = folder / f"{peer}-updates", peers.document(peer, size)
        peers.write_updates(peer, updates, edits, size)

        def run() -> Cost:
            into = peers.copy_of(document, folder / peer)
            return in_child(MERGE_ONCE, peer, str(into), str(updates))

        return run

    return {"ours": ours, **{peer: theirs(peer) for peer in peers.PEERS}}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
