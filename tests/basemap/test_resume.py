"""A build is killed for real, at points that differ, and goes on."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from collabmap.basemap.builder import Control, Recipe, build, plan, unfinished
from collabmap.domain.geo import Bbox
from collabmap.errors import Cancelled, FileInUse
from collabmap.store.mbtiles import part_of

EXTRACT = Path(__file__).parents[2] / "resources" / "demo" / "monaco-2023-12-25.osm.pbf"
TOWN = Bbox(7.410, 43.725, 7.440, 43.750)
RECIPE = Recipe((EXTRACT,), TOWN, zooms=(14, 15, 16, 17))
TOTAL = sum(plan(RECIPE).values())
# What stands in the part when the process is killed: at the start, in the middle, near the end.
POINTS = (1, 60, 120, 200)

CHILD = """
import sys
from pathlib import Path
from collabmap.basemap.builder import Recipe, build
from collabmap.domain.geo import Bbox
if __name__ == "__main__":
    area = Bbox(7.410, 43.725, 7.440, 43.750)
    recipe = Recipe((Path(sys.argv[1]),), area, zooms=(14, 15, 16, 17))
    build(recipe, Path(sys.argv[2]), workers=2)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The pack of a build that nobody disturbed."""
    out = tmp_path_factory.mktemp("whole") / "town.mbtiles"
    assert build(RECIPE, out).tiles == TOTAL
    return out.read_bytes()


def start(out: Path) -> "subprocess.Popen[bytes]":
    # A script of its own: spawned workers import it again.
    script = out.with_name("child.py")
    script.write_text(CHILD)
    return subprocess.Popen([sys.executable, str(script), str(EXTRACT), str(out)])


def kept(out: Path) -> int:
    """Return how many tiles a part holds, about: it is being written."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(
            sqlite3.connect(f"file:{part_of(out)}?mode=ro&immutable=1", uri=True)
        ) as db,
    ):
        return int(db.execute("SELECT count(*) FROM map").fetchone()[0])
    return 0


def kill_when(child: "subprocess.Popen[bytes]", is_time: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while child.poll() is None and not is_time():
        assert time.monotonic() < deadline
        time.sleep(0.002)
    child.kill()
    child.wait()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "child.py")


@pytest.mark.skipif(sys.platform == "win32", reason="an open part cannot be read there")
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_build_goes_on_to_the_same_last_byte(
    whole: bytes, tmp_path: Path, point: int
) -> None:
    out = tmp_path / "town.mbtiles"
    kill_when(start(out), lambda: kept(out) >= point)
    assert not out.exists(), "killed too late to test anything"
    done = unfinished(RECIPE, out)
    assert done is not None
    assert 0 <= done[0] <= done[1] == TOTAL
    report = build(RECIPE, out)
    assert report.resumed == done[0]
    assert out.read_bytes() == whole
    assert names(tmp_path) == ["town.mbtiles"]


def test_a_build_killed_again_and_again_comes_to_its_end(whole: bytes, tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    waits = random.Random(20260601)
    for _ in range(4):
        child = start(out)
        end = time.monotonic() + waits.uniform(0.3, 3.0)
        kill_when(child, lambda end=end: time.monotonic() > end)
    build(RECIPE, out, replace=True)
    assert out.read_bytes() == whole
    assert names(tmp_path) == ["town.mbtiles"]


def test_another_recipe_begins_anew(whole: bytes, tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    kill_when(start(out), lambda: kept(out) > 0)
    dark = Recipe((EXTRACT,), TOWN, zooms=(14, 15), style="dark")
    assert unfinished(dark, out) is None
    assert build(dark, out).resumed == 0
    assert unfinished(RECIPE, out) is None


def test_a_part_that_is_torn_is_not_taken_up(whole: bytes, tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    part_of(out).write_bytes(whole[: len(whole) // 2])
    assert unfinished(RECIPE, out) is None
    assert build(RECIPE, out).resumed == 0
    assert out.read_bytes() == whole


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    if not Path("/proc").is_dir():
        pytest.skip("looks at /proc")
    out = tmp_path / "town.mbtiles"
    child = start(out)
    workers: set[int] = set()

    def has_workers() -> bool:
        tasks = Path(f"/proc/{child.pid}/task/{child.pid}/children")
        with contextlib.suppress(OSError):
            workers.update(map(int, tasks.read_text().split()))
        return kept(out) > 0

    kill_when(child, has_workers)
    assert workers
    deadline = time.monotonic() + 30
    while any(is_running(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [pid for pid in workers if is_running(pid)] == []


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_pause_holds_the_build_and_keeps_what_is_done(whole: bytes, tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    control = Control()
    seen: list[int] = []
    has_painted = threading.Event()

    def tell(done: int, _total: int, part: str) -> None:
        if part == "painting":
            seen.append(done)
            if not has_painted.is_set():
                control.pause()
                has_painted.set()

    work = threading.Thread(target=build, args=(RECIPE, out), kwargs={
        "workers": 1, "progress": tell, "control": control,
    })  # fmt: skip
    work.start()
    assert has_painted.wait(60)
    time.sleep(0.5)
    # One more may have been on its way when the pause came; it is marked too.
    held = len(seen)
    assert control.is_paused
    assert held <= 2
    time.sleep(0.3)
    assert len(seen) == held
    assert kept(out) == seen[-1], "all that was painted lies on the disk"
    assert unfinished(RECIPE, out) is None, "in use"
    with pytest.raises(FileInUse):
        build(RECIPE, out)
    control.resume()
    work.join(90)
    assert out.read_bytes() == whole


def test_a_build_that_is_cancelled_while_paused_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    control = Control()
    raised: list[BaseException] = []
    painted = threading.Event()

    def tell(_done: int, _total: int, part: str) -> None:
        if part == "painting":
            control.pause()
            painted.set()

    def work() -> None:
        try:
            build(RECIPE, out, progress=tell, control=control)
        except Cancelled as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert painted.wait(60)
    control.cancel()
    thread.join(60)
    assert len(raised) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="SIGTERM has no meaning there")
def test_a_build_that_is_terminated_can_go_on(whole: bytes, tmp_path: Path) -> None:
    out = tmp_path / "town.mbtiles"
    child = start(out)
    deadline = time.monotonic() + 60
    while kept(out) < 30 and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    child.send_signal(signal.SIGTERM)
    child.wait(30)
    assert unfinished(RECIPE, out) is not None
    build(RECIPE, out)
    assert out.read_bytes() == whole
