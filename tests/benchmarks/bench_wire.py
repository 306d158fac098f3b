"""How many bytes travel and lie on the disk, against loro with the same edits.

bytes_per_change: all bytes of eight residents' bundles (signatures, heads, enrolment and all) over
their changes, sealed as laptops seal: at 500 changes or 64 KiB.  ratio_to_loro_zstd: the same bytes
over loro's updates, each packed with zstd at the level that segments are packed with.  loro gets
positions as two 8-byte floats, as a program would give them; packed_positions: the same ratio where
it gets them as whole numbers of 1e-7 degrees, which is how our segments pack them.
disk_ratio_to_loro: the project file after the merge (log, history, map and search index) over
loro's snapshot after the same merge, on 100,000 places.
"""

import struct
import sys
from pathlib import Path
from typing import Any

import peers
import town
import workload
import zstandard
from figures import Figure, report
from measuring import scratch

# As domain/segment.py packs.
ZSTD_LEVEL = 19
_WHOLE = struct.Struct(">ii")


def main(argv: list[str]) -> int:
    is_quick = "--quick" in argv
    size, edits = (500, 40) if is_quick else (100_000, workload.EDITS)
    with scratch() as folder:
        bundles = town.write_bundles(town.town(size), folder / "bundles", edits, size)
        updates = peers.write_updates("loro", folder / "updates", edits, size)
        ours = sum(path.stat().st_size for path in bundles)
        theirs = packed_bytes(updates)
        whole = peers.write_updates("loro", folder / "whole", edits, size, in_whole_numbers)
        packed_positions = ours / packed_bytes(whole)
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
        "packed_positions": packed_positions,
        "project_mb": disk / 1e6,
        "loro_snapshot_mb": snapshot / 1e6,
    }
    return report("wire", figures, beside)


def packed_bytes(files: list[Path]) -> int:
    """Return the bytes of files, each packed as a segment's body is."""
    packed = zstandard.ZstdCompressor(level=ZSTD_LEVEL)
    return sum(len(packed.compress(path.read_bytes())) for path in files)


def in_whole_numbers(edit: workload.Edit) -> workload.Edit:
    """Return an edit with its position in 1e-7 degrees."""
    if isinstance(edit, workload.Create):
        place = edit.place
        return edit._replace(place=place._replace(position=_whole(place.position)))
    if isinstance(edit, workload.Set) and "position" in edit.values:
        return edit._replace(values={**edit.values, "position": _whole(edit.values["position"])})
    return edit


def _whole(position: Any) -> Any:
    return _WHOLE.pack(*(round(degrees * 10**7) for degrees in position))


def merged_project(folder: Path, size: int, bundles: list[Path]) -> tuple[Path, int]:
    """Return the project file after the merge, closed, and how many changes came."""
    project = town.copy_of(town.town(size), folder / "ours")
    return project, town.merge_file(project, bundles)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
