"""One scene of the canvas benchmark, in a process of its own; its last line is JSON.

python canvas_frames.py SCENE FOLDER FRAMES [PROJECT]
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import workload
from canvas_stage import SIZE, Spread, Stage, Ticks, fit_map, stage
from PySide6.QtCore import QPointF, QTimer

from collabmap.domain.geo import LngLat

MONACO = LngLat(7.4246, 43.7384)
TOWN = LngLat(*workload.CENTRE)
POINT_ZOOMS = (11.0, 13.0, 15.0)
HIT_POINTS = 400
# Fewer are not measured in earnest.
FEW_FRAMES = 50
# A pan at which every second frame needs tiles that were not there.
COLD_STEP_PX = 64.0

Found = dict[str, float]


def main(argv: list[str]) -> int:
    scene, folder, frames = argv[0], Path(argv[1]), int(argv[2])
    project = Path(argv[3]) if len(argv) > 3 else None
    with stage(folder) as made:
        if frames < FEW_FRAMES:
            made.quiet_s = 0.05
        if project is not None:
            made.open(project)
        fit_map(made)
        made.settle()
        found = SCENES[scene](made, frames)
    print(json.dumps(found))
    return 0


def told(name: str, spread: Spread) -> Found:
    return {
        f"{name}_ms_median": spread.median,
        f"{name}_ms_p95": spread.p95,
        f"{name}_ms_max": spread.max,
    }


# --- the base map -------------------------------------------------------------------------------


def base_map(made: Stage, frames: int) -> Found:
    """Pan and zoom where every tile is there already, then where none is."""
    made.go(MONACO, 16)
    made.pan(48)
    made.settle()
    found = told("pan", Spread.of(made.pan(frames)))
    found |= {"paints_per_frame": paints_per_frame(made)}
    for _ in range(2):  # Until each zoom on the way has its tiles.
        made.zoom_through(15.0, 17.0, 0.25)
        made.settle()
    found |= told("zoom", Spread.of(made.zoom_through(15.02, 16.98, 2 / max(8, frames // 2))))
    return found


def paints_per_frame(made: Stage) -> float:
    """Return how often the layers were painted for each move, most moves being unremarkable."""
    counts = []
    for step in range(40):
        before = made.map.item.paint_count
        made.map.pan_by(7.0 if step % 2 else -7.0, 2.0)
        made.app.processEvents()
        counts.append(made.map.item.paint_count - before)
    return max(counts)


def cold(made: Stage, frames: int) -> Found:
    """Pan over tiles that nobody has decoded; the rest of the GUI thread's work counts too."""
    made.go(LngLat(MONACO.lng - 0.02, MONACO.lat), 17)
    with Ticks() as idle:
        rest(made, frames * 0.005)
    times_ms = []
    with Ticks() as ticks:
        for step in range(frames):
            begun = time.thread_time()
            made.map.pan_by(-COLD_STEP_PX if step // 60 % 2 == 0 else 0, 8.0 if step % 60 else -200)
            made.app.processEvents()
            times_ms.append((time.thread_time() - begun) * 1000)
            rest(made, 0.016)
    found = told("cold_pan", Spread.of(times_ms)) | told("tick_decoding", ticks.spread)
    return found | told("tick_idle", idle.spread)


def rest(made: Stage, seconds: float) -> None:
    """Let the window's events run for a while, as between two frames."""
    end_s = time.perf_counter() + seconds
    while time.perf_counter() < end_s:
        made.app.processEvents()
        time.sleep(0.0005)


# --- points and zones -----------------------------------------------------------------------------


def points(made: Stage, frames: int) -> Found:
    spreads, found = [], {}
    for zoom in POINT_ZOOMS:
        made.go(TOWN, zoom)
        made.pan(12)
        made.settle()
        spread = Spread.of(made.pan(frames))
        spreads.append(spread)
        found[f"z{zoom:.0f}"] = spread.median
    hits = [hit_ms(made, zoom) for zoom in POINT_ZOOMS]
    return told("points", Spread.worst(spreads)) | {"hit_ms": max(hits)} | found


def hit_ms(made: Stage, zoom: float) -> float:
    made.go(TOWN, zoom)
    dice = np.random.default_rng(5)
    spots = [QPointF(*spot) for spot in dice.uniform((0, 0), SIZE, (HIT_POINTS, 2))]
    begun = time.thread_time()
    for spot in spots:
        made.map.hit_at(spot)
    return (time.thread_time() - begun) * 1000 / len(spots)


def zones(made: Stage, frames: int) -> Found:
    made.go(TOWN, 14)
    made.pan(48)
    made.settle()
    return told("polygons", Spread.of(made.pan(frames)))


# --- while others write ---------------------------------------------------------------------------


def merging(made: Stage, _frames: int) -> Found:
    """Pan while bundles are merged in the write lane, until what they brought is on the map."""
    made.go(TOWN, 14)
    paths = sorted(Path(sys.argv[4]).with_name("bundles").glob("*.cmbundle"))
    is_done = False

    def done(_report: object) -> None:
        nonlocal is_done
        is_done = True

    step = 0

    def move() -> None:
        nonlocal step
        step += 1
        made.map.pan_by(5.0 if step // 40 % 2 else -5.0, 0.0)

    mover = QTimer(interval=16)
    mover.timeout.connect(move)
    before = len(made.window.marks.columns or ())
    with Ticks() as ticks:
        mover.start()
        made.window.tasks.write(lambda session: session.merge(paths), done)
        made.until(lambda: is_done and len(made.window.marks.columns or ()) > before)
        made.settle()
        mover.stop()
    return told("tick_merging", ticks.spread)


SCENES: dict[str, Callable[[Stage, int], Found]] = {
    "base_map": base_map,
    "cold": cold,
    "points": points,
    "zones": zones,
    "merging": merging,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
