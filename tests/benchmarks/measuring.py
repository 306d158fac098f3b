"""Measuring: each run in a process of its own, taking turns, on files that lie on a disk.

Times are taken inside the process, after its imports, from the first file that is opened to the
last byte that is on the disk.  The files were written just before: the cache of the system is warm
for everybody.
"""

import contextlib
import functools
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class Cost:
    """seconds: by the clock on the wall.  peak_mb: the most memory the process ever held."""

    seconds: float
    cpu_s: float
    peak_mb: float


def cost_of(work: Callable[[], object]) -> Cost:
    """Do the work once, in this process."""
    cpu, begun = time.process_time(), time.perf_counter()
    work()
    seconds, cpu_s = time.perf_counter() - begun, time.process_time() - cpu
    return Cost(seconds, cpu_s, peak_mb())


def peak_mb() -> float:
    """Return the high water of this process's memory in MB (10^6 bytes)."""
    status = Path("/proc/self/status")
    if status.is_file():
        # Not ru_maxrss: on Linux a child starts from the high water of its parent.
        (line,) = (x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource  # not on Windows, where these benchmarks do not run

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def forget_peak_mb() -> float:
    """Let `peak_mb` tell only of what comes now; return what the process holds, in MB.

    Source: proc(5), clear_refs.  Linux only.
    """
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return resident_mb()


def resident_mb() -> float:
    """Return the memory of this process that lies in RAM now, in MB (10^6 bytes).  Linux only."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (x for x in status.splitlines() if x.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024 / 1e6


def in_child(script: Path, *words: str) -> Cost:
    """Run one of our scripts, whose last line is its cost (see `tell_cost`)."""
    done = subprocess.run(
        [sys.executable, str(script), *words], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{script.name} {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return Cost(**json.loads(done.stdout.strip().splitlines()[-1]))


def tell_cost(cost: Cost) -> None:
    print(json.dumps(asdict(cost)))


def take_turns(contenders: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, list[Cost]]:
    """Run all contenders round by round, each round beginning with another one.

    A first round is not counted: it warms the disk cache.
    """
    names = list(contenders)
    found: dict[str, list[Cost]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            cost = contenders[name]()
            if turn:
                found[name].append(cost)
    return found


def middle(costs: list[Cost]) -> Cost:
    """Return the median of each measure, and the greatest peak."""
    return Cost(
        statistics.median(c.seconds for c in costs),
        statistics.median(c.cpu_s for c in costs),
        max(c.peak_mb for c in costs),
    )


def tell(costs: Mapping[str, list[Cost]]) -> None:
    for name, all_of in costs.items():
        seconds = [c.seconds for c in all_of]
        mid = middle(all_of)
        print(
            f"  {name:10} {mid.seconds:8.3f} s ({min(seconds):.3f} to {max(seconds):.3f}),"
            f" CPU {mid.cpu_s:.3f} s, at most {mid.peak_mb:.0f} MB"
        )


# --- folders ----------------------------------------------------------------------------------


def home() -> Path:
    """Return the folder of the benchmarks' files; it lies on a disk, where /tmp may not."""
    given = os.environ.get("COLLABMAP_BENCH_HOME")
    default = platformdirs.user_cache_path("collabmap", appauthor=False) / "benchmarks"
    return Path(given) if given else default


@functools.cache
def cache_folder(*code: Path) -> Path:
    """Return the folder of what was made by exactly this code.

    Of other code only the latest folder stays: a map of a million places is large.
    """
    digest = hashlib.blake2b(b"".join(p.read_bytes() for p in code), digest_size=8).hexdigest()
    name = f"{code[0].stem}-{digest}"
    folder = home() / name
    if not folder.is_dir():
        folder.mkdir(parents=True)
        others = [p for p in home().glob(f"{code[0].stem}-*") if p.name != name]
        for stale in sorted(others, key=lambda p: p.stat().st_mtime)[:-1]:
            shutil.rmtree(stale, ignore_errors=True)
    return folder


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Lend a folder on the same disk as the cached files."""
    home().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home(), prefix="scratch-") as folder:
        yield Path(folder)


def copy_to_disk(source: Path, target: Path) -> Path:
    """Copy a file and wait until the disk has it."""
    shutil.copyfile(source, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    return target


def write_durably(path: Path, data: bytes) -> None:
    """Replace a file so that a power cut leaves the old one or the new one."""
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
