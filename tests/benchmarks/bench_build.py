"""How long a base map takes from a cold start, what it needs, and whether a killed one goes on.

monaco_s, monaco_mb, monaco_pack_mb: the demo's area, zooms 12 to 17, from the start of the process
to the file on the disk, search index and check included; the memory of all its processes together,
sampled; the size of the pack.  Median and greatest of some runs.
cost_per_tile_growth: seconds for each tile that is not of one colour, of a box around Andorra's
capital with nine times as many tiles, over Monaco's.
department_s, department_mb: the same as for Monaco, of a town cut out of an extract of 80 MB, the
size of a French department (see department.py).  read_department_s, read_department_mb: only the
reading of all of it.
resumed: builds of Monaco killed at random points, of 20, whose pack is the same to the last byte
once built again.
"""

import contextlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import department
import numpy as np
from figures import Figure, report
from measuring import cache_folder, peak_mb, scratch
from PySide6.QtGui import QImage

from collabmap.basemap import extract
from collabmap.basemap.extract_file import own_box
from collabmap.basemap.spool import SpoolWriter
from collabmap.domain.geo import Bbox
from collabmap.store.mbtiles import MBTilesReader

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data" / "osm"
MONACO = ROOT / "resources" / "demo" / "monaco-2023-12-25.osm.pbf"
ANDORRA = SHARED / "andorra_graphhopper.osm.pbf"
MONACO_AREA = Bbox(7.395, 43.715, 7.455, 43.760)
ANDORRA_AREA = Bbox(1.43, 42.45, 1.63, 42.60)
# A town in the middle of the department.
TOWN = Bbox(7.70, 43.85, 7.76, 43.90)
SEED = 20260601
SAMPLE_S = 0.02
# Steps of brightness by which WebP lets one colour vary.
LOSSY = 6


@dataclass(frozen=True, slots=True)
class Build:
    """What one build took.  varied: tiles of more than one colour."""

    seconds: float
    peak_mb: float
    tiles: int
    varied: int
    bytes: int


def main(argv: list[str]) -> int:
    if argv[:1] == ["--read"]:
        return read_whole(Path(argv[1]))
    is_quick = "--quick" in argv
    runs, kills = (1, 2) if is_quick else (5, 20)
    zooms = "14" if is_quick else "12-17"
    figures: list[Figure] = []
    beside: dict[str, float] = {}
    with scratch() as folder:
        out = folder / "town.mbtiles"
        measured = [build(MONACO, out, MONACO_AREA, zooms) for _ in range(runs + 1)][-runs:]
        monaco_s = statistics.median(one.seconds for one in measured)
        one = measured[0]
        figures += [
            Figure("monaco_s", monaco_s, "s", 6.0),
            Figure("monaco_mb", max(each.peak_mb for each in measured), "MB", 500.0),
            Figure("monaco_pack_mb", one.bytes / 1e6, "MB", 3.0),
        ]
        beside["monaco_tiles"] = one.tiles
        print(f"Monaco: {one.tiles} tiles, {one.varied} of more than one colour", flush=True)
        if ANDORRA.exists():
            measured = [build(ANDORRA, out, ANDORRA_AREA, zooms) for _ in range(min(runs, 3))]
            andorra_s = statistics.median(each.seconds for each in measured)
            large = measured[0]
            growth = (andorra_s / large.varied) / (monaco_s / one.varied)
            figures.append(Figure("cost_per_tile_growth", growth, "x", 1.5))
            beside["andorra_s"] = andorra_s
            beside["andorra_mb"] = max(each.peak_mb for each in measured)
            beside["andorra_tiles"] = large.tiles
            print(
                f"Andorra: {large.tiles} tiles, {large.varied} of more than one colour", flush=True
            )
            _department(is_quick, out, figures, beside)
        else:
            print("Without ../shared/data/osm: no Andorra, no department")
        resumed = sum(_resume(folder, zooms, kills))
        figures.append(Figure("resumed", resumed, f"of {kills}", kills, is_floor=True))
    return report("build", figures, beside)


def build(source: Path, out: Path, area: Bbox, zooms: str) -> Build:
    """Build a base map in a fresh process, and watch what memory all its processes hold."""
    out.unlink(missing_ok=True)
    begun = time.perf_counter()
    child = start(source, out, area, zooms)
    watch = _Watch(child.pid)
    _out, err = child.communicate()
    seconds = time.perf_counter() - begun
    peak = watch.stop()
    if child.returncode:
        raise SystemExit(f"The build of {source.name} failed:\n{err}")
    tiles, varied = _count(out)
    return Build(seconds, peak, tiles, varied, out.stat().st_size)


def start(source: Path, out: Path, area: Bbox, zooms: str) -> "subprocess.Popen[str]":
    words = ["basemap", "build", str(source), str(out), "--zoom", zooms]
    words += ["--area", ",".join(map(str, area))]
    return subprocess.Popen(
        [sys.executable, "-m", "collabmap", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _department(is_quick: bool, out: Path, figures: list[Figure], beside: dict[str, float]) -> None:
    path = cache_folder(Path(department.__file__)) / f"department-{is_quick}.osm.pbf"
    if not path.exists():
        print("Making an extract the size of a department (once)", flush=True)
        share = 0.08 if is_quick else 1.0
        department.write(path, department.patterns(MONACO, ANDORRA, share))
    size = path.stat().st_size / 1e6
    area = MONACO_AREA if is_quick else TOWN
    town = build(path, out, area, "14" if is_quick else "12-17")
    done = subprocess.run(
        [sys.executable, __file__, "--read", str(path)], capture_output=True, text=True, check=True
    )
    reading = json.loads(done.stdout)
    print(f"Department: an extract of {size:.0f} MB, a town of {town.tiles} tiles", flush=True)
    figures += [
        Figure("department_s", town.seconds, "s", 120.0),
        Figure("department_mb", town.peak_mb, "MB", 1200.0),
    ]
    beside["department_extract_mb"] = size
    beside["read_department_s"] = reading["seconds"]
    beside["read_department_mb"] = reading["peak_mb"]


def read_whole(path: Path) -> int:
    """Read an extract with all it covers into a spool; print what that took."""
    begun = time.perf_counter()
    with scratch() as folder, (folder / "layers").open("wb+") as file:
        spool = SpoolWriter(file)
        extract.collect([path], own_box(path), spool, folder=folder)
        spool.finish()
    print(json.dumps({"seconds": time.perf_counter() - begun, "peak_mb": peak_mb()}))
    return 0


def _count(pack: Path) -> tuple[int, int]:
    """Return how many tiles a pack has, and how many of them are of more than one colour."""
    tiles = varied = 0
    known: dict[bytes, bool] = {}
    with MBTilesReader(pack) as reader:
        for _tile, data in reader.tiles():
            if data not in known:
                known[data] = _is_varied(data)
            tiles += 1
            varied += known[data]
    return tiles, varied


def _is_varied(data: bytes) -> bool:
    pixels = QImage.fromData(data).convertToFormat(QImage.Format.Format_RGB32)
    levels = np.frombuffer(pixels.constBits(), dtype=np.uint8).reshape(-1, 4)
    return int(np.ptp(levels, axis=0).max()) > LOSSY


# --- killed and built again -------------------------------------------------------------------


def _resume(folder: Path, zooms: str, kills: int) -> list[bool]:
    """Kill builds at random points; say for each whether the next one made the same pack."""
    out = folder / "resume.mbtiles"
    whole_s = build(MONACO, out, MONACO_AREA, zooms).seconds
    whole = out.read_bytes()
    points = random.Random(SEED)
    found = []
    taken_up = 0
    for _ in range(kills):
        out.unlink(missing_ok=True)
        child = start(MONACO, out, MONACO_AREA, zooms)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(points.uniform(0.02, 0.98) * whole_s)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        child = start(MONACO, out, MONACO_AREA, zooms) if not out.exists() else child
        said = child.communicate()[0] if child.returncode is None else ""
        taken_up += "already" in said or "déjà" in said
        left = [path for path in folder.iterdir() if path.name.startswith(f".{out.name}")]
        found.append(out.exists() and out.read_bytes() == whole and not left)
    print(f"Killed {kills} times, {sum(found)} whole again, {taken_up} went on with tiles there")
    return found


class _Watch:
    """Looks at the memory of a process and of all below it, until told to stop."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak_kb = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> float:
        """Return the most megabytes that all held together, shared pages counted for each."""
        self._is_over.set()
        self._thread.join()
        return self._peak_kb * 1024 / 1e6

    def _look(self) -> None:
        while not self._is_over.wait(SAMPLE_S):
            self._peak_kb = max(self._peak_kb, sum(map(_resident_kb, _family(self._pid))))


def _family(pid: int) -> list[int]:
    found = [pid]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _family(int(child))
    return found


def _resident_kb(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
