"""How many bytes travel and lie on the disk, against loro with the same edits.

bytes_per_change: all bytes of eight residents' bundles (signatures, heads, enrolment and all) over
their changes, sealed as laptops seal: at 500 changes or 64 KiB.  ratio_to_loro_zstd: the same bytes
over loro's updates, each packed with zstd at the level that segments are packed with.
disk_ratio_to_loro: the project file after the merge (log, history, map and search index) over
loro's snapshot after the same merge, on 100,000 places.
"""

import sys
from pathlib import Path

import peers
import town
import workload
import zstandard
from figures import Figure, report
from measuring import scratch

ZSTD_LEVEL = 9


def main(argv: list[str]) -> int:
    is_quick = "--quick" in argv
    size, edits = (500, 40) if is_quick else (100_000, workload.EDITS)
    with scratch() as folder:
        bundles = town.write_bundles(town.town(size), folder / "bundles", edits, size)
        updates = peers.write_updates("loro", folder / "updates", edits, size)
        ours = sum(path.stat().st_size for path in bundles)
        packed = zstandard.ZstdCompressor(level=ZSTD_LEVEL)
        theirs = sum(len(packed.compress(path.read_bytes())) for path in updates)
        project, changes = merged_project(folder, size, bundles)
        document = peers.copy_of(peers.document("loro", size), folder / "loro")
        peers.merge("loro", document, updates)
        disk, snapshot = project.stat().st_size, document.stat().st_size
    figures = [
        Figure("bytes_per_change", ours / changes, "B", 100.0),
        Figure("ratio_to_loro_zstd", ours / theirs, "x", 1.1),
        Figure("disk_ratio_to_loro", disk / snapshot, "x", 1.15),
    ]
    beside = {
        "changes": float(changes),
        "loro_bytes_per_change": theirs / changes,
        "project_mb": disk / 1e6,
        "loro_snapshot_mb": snapshot / 1e6,
    }
    return report("wire", figures, beside)


def merged_project(folder: Path, size: int, bundles: list[Path]) -> tuple[Path, int]:
    """Return the project file after the merge, closed, and how many changes came."""
    project = town.copy_of(town.town(size), folder / "ours")
    return project, town.merge_file(project, bundles)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
