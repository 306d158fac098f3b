"""How much of the processor a frame of the map takes, 1280 x 800, on one core.

A frame is one small move and the painting that follows, in the GUI thread of the real window: its
processor time in milliseconds, median and 95th percentile.  pan, zoom: over tiles that are there
already.  cold_pan: over tiles that two threads decode meanwhile, with all else that the GUI thread
does then; *_max is the worst frame.  points_*: the worst of zooms 11, 13 and 15 over a town of so
many places.  polygons_20k: 20,000 zones, painted before.  hit_ms_1m: what lies under a pixel.
index_*: grid and hierarchy of a million points, in a thread beside.  tick_*: how late a timer of
4 ms is while tiles are decoded, and while the changes of eight residents to about 10,000 places are
merged into 100,000; tick_idle_*, beside, while nothing is done: how late the machine itself is.

*_ratio_qgis: our median over QGIS 3.22's for the same views (QgsMapRendererSequentialJob; points
from memory with an index and the simplest mark there is), where Debian's python3-qgis is installed.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import canvas_index
import town
import workload
import zones
from canvas_frames import MONACO, POINT_ZOOMS, TOWN
from canvas_stage import SIZE, Spread, copy_of
from figures import Figure, report
from measuring import scratch
from PySide6.QtGui import QImage

from collabmap.app.settings import BASEMAP_SUFFIX, resource
from collabmap.domain.geo import LngLat
from collabmap.render.camera import Camera
from collabmap.render.png import png
from collabmap.store.mbtiles import MBTilesReader, MBTilesWriter

SYSTEM_PYTHON = "/usr/bin/python3"
FRAMES = Path(__file__).with_name("canvas_frames.py")
QGIS = Path(__file__).with_name("canvas_qgis.py")
RESIDENTS_EDITS = 1600

# Milliseconds a frame: median, 95th percentile.
BUDGETS = {
    "pan": (2.0, 5.0),
    "zoom": (10.0, 16.0),
    "cold_pan": (4.0, 16.0),
    "points_100k": (5.0, 10.0),
    "points_1m": (8.0, 16.0),
    "polygons_20k": (6.0, 12.0),
}
Found = dict[str, float]


def main(argv: list[str]) -> int:
    is_quick = "--quick" in argv
    frames = 16 if is_quick else 400
    sizes = {"points_100k": 1_000, "points_1m": 5_000} if is_quick else SIZES
    found: Found = {}
    with scratch() as folder:
        demo = _demo(folder)
        found |= _scene("base_map", folder, frames, demo)
        found |= _scene("cold", folder, frames, demo)
        for name, size in sizes.items():
            project = copy_of(town.town(size), folder / name)
            found |= _renamed(_scene("points", folder, frames, project), "points", name)
        project = copy_of(zones.zones(100 if is_quick else 20_000), folder / "zones")
        found |= _renamed(_scene("zones", folder, frames, project), "polygons", "polygons_20k")
        found |= _merging(folder, frames, *((1_000, 5) if is_quick else (100_000, RESIDENTS_EDITS)))
        found |= canvas_index.measure(sizes["points_1m"])
        qgis = _qgis(folder, sizes, 3 if is_quick else 40)
    return _report(found, qgis)


SIZES = {"points_100k": 100_000, "points_1m": 1_000_000}


def _report(found: Found, qgis: dict[str, float]) -> int:
    figures = []
    for name, (median, p95) in BUDGETS.items():
        figures.append(Figure(f"{name}_ms_median", found[f"{name}_ms_median"], "ms", median))
        figures.append(Figure(f"{name}_ms_p95", found[f"{name}_ms_p95"], "ms", p95))
    figures += [
        Figure("cold_pan_ms_max", found["cold_pan_ms_max"], "ms", 16.0),
        Figure("hit_ms_1m", found["points_1m_hit_ms"], "ms", 0.5),
        Figure("paints_per_frame", found["paints_per_frame"], "", 1.0),
        Figure("index_s_1m", found["index_s"], "s", 3.0),
        Figure("index_mb_1m", found["index_mb"], "MB", 250.0),
        Figure("tick_ms_p95", max(found[f"tick_{of}_ms_p95"] for of in TICKS), "ms", 3.0),
        Figure("tick_ms_max", max(found[f"tick_{of}_ms_max"] for of in TICKS), "ms", 20.0),
    ]
    if qgis:
        figures += [
            Figure("pan_ratio_qgis", found["pan_ms_median"] / qgis["pan"], "x", 0.25),
            Figure("zoom_ratio_qgis", found["zoom_ms_median"] / qgis["zoom"], "x", 0.8),
            _worst_ratio("points_100k", found, qgis, POINT_ZOOMS, 0.25),
            _worst_ratio("points_1m", found, qgis, POINT_ZOOMS, 0.25),
            _worst_ratio("points_1m", found, qgis, POINT_ZOOMS[:1], 0.02, "_z11"),
        ]
    beside = {
        name: value for name, value in found.items() if not any(name == f.name for f in figures)
    }
    beside |= {f"qgis_{name}_ms": value for name, value in qgis.items()}
    return report("canvas", figures, beside)


TICKS = ("decoding", "merging")


def _worst_ratio(
    name: str,
    found: Found,
    qgis: dict[str, float],
    zooms: tuple[float, ...],
    target: float,
    suffix: str = "",
) -> Figure:
    ratios = (found[f"{name}_z{z:.0f}"] / qgis[f"{name}_z{z:.0f}"] for z in zooms)
    return Figure(f"{name}_ratio_qgis{suffix}", max(ratios), "x", target)


# --- our own --------------------------------------------------------------------------------------


def _scene(name: str, folder: Path, frames: int, project: Path) -> Found:
    """Run a scene in a process of its own."""
    home = folder / f"home-{name}-{project.parent.name}"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, str(FRAMES), name, str(home), str(frames), str(project)],
        env=os.environ | {"COLLABMAP_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the scene {name} failed:\n{done.stdout}{done.stderr}")
    found: Found = json.loads(done.stdout.strip().splitlines()[-1])
    print(name, {key: round(value, 2) for key, value in found.items()}, flush=True)
    return found


def _renamed(found: Found, before: str, after: str) -> Found:
    return {
        key.replace(before, after, 1) if key.startswith(before) else f"{after}_{key}": value
        for key, value in found.items()
    }


def _demo(folder: Path) -> Path:
    """Return a small project over the demo's base map."""
    project = copy_of(town.town(50), folder / "demo")
    base_map = project.with_name(project.stem + BASEMAP_SUFFIX)
    base_map.write_bytes(resource("demo/monaco.mbtiles").read_bytes())
    return project


def _merging(folder: Path, frames: int, size: int, edits: int) -> Found:
    source = town.town(size)
    project = copy_of(source, folder / "merging")
    town.write_bundles(source, project.parent / "bundles", edits, size)
    return _scene("merging", folder, frames, project)


# --- QGIS -----------------------------------------------------------------------------------------


def _qgis(folder: Path, sizes: dict[str, int], frames: int) -> dict[str, float]:
    """Return QGIS' median milliseconds a frame for each scene, nothing where it is missing."""
    has_qgis = [SYSTEM_PYTHON, "-c", "import qgis.core"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    if (
        not Path(SYSTEM_PYTHON).is_file()
        or subprocess.run(has_qgis, env=environment, capture_output=True, check=False).returncode
    ):
        print(
            "QGIS is not installed (Debian: python3-qgis qgis-providers): its figures are left out"
        )
        return {}
    scenes = _scenes(folder, sizes, frames)
    (folder / "scenes.json").write_text(json.dumps(scenes), encoding="utf-8")
    done = subprocess.run(
        [SYSTEM_PYTHON, str(QGIS), str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"QGIS failed:\n{done.stdout}{done.stderr}")
    lines = iter(done.stdout.splitlines())
    print("QGIS", next(lines).removeprefix("ready "))
    found = {}
    for name in lines:
        times = []
        for line in lines:
            if line == "end":
                break
            times.append(float(line) * 1000)
        found[name] = Spread.of(times).median
    print("QGIS, ms a frame", {name: round(ms, 1) for name, ms in found.items()})
    return found


def _scenes(folder: Path, sizes: dict[str, int], frames: int) -> dict[str, Any]:
    png = folder / "png.mbtiles"
    _write_as_png(resource("demo/monaco.mbtiles"), png)
    base_map = {"base_map": str(png), "size": SIZE}
    zooms = [15.02 + 1.96 * n / frames for n in range(frames + 1)]
    scenes: dict[str, Any] = {
        "pan": base_map | {"boxes": _panned(MONACO, 16.0, frames)},
        "zoom": base_map | {"boxes": [_box(_camera(MONACO, zoom)) for zoom in zooms]},
    }
    for name, size in sizes.items():
        path = folder / f"{name}.positions"
        _write_positions(path, size)
        for zoom in POINT_ZOOMS:
            count = frames if size <= 100_000 or zoom > 14 else max(3, frames // 8)
            boxes = _panned(TOWN, zoom, count)
            scenes[f"{name}_z{zoom:.0f}"] = {"points": str(path), "size": SIZE, "boxes": boxes}
    return scenes


def _write_as_png(source: Path, target: Path) -> None:
    """Copy a base map with tiles that QGIS reads: the WebP tiles of ours stay white in it."""
    reader = MBTilesReader(source)
    try:
        with MBTilesWriter(
            target, name="png", format="png", bounds=reader.bounds, attribution=""
        ) as writer:
            for tile, data in reader.tiles():
                writer.put(tile, png(QImage.fromData(data)))
    finally:
        reader.close()


def _write_positions(path: Path, size: int) -> None:
    import numpy as np

    positions = np.array([place.position for place in workload.places(size)])
    radius = 6378137.0
    x = radius * np.radians(positions[:, 0])
    y = radius * np.log(np.tan(np.pi / 4 + np.radians(positions[:, 1]) / 2))
    path.write_bytes(np.column_stack((x, y)).astype(np.float64).tobytes())


def _camera(centre: LngLat, zoom: float) -> Camera:
    return Camera(0.5, 0.5, zoom, float(SIZE[0]), float(SIZE[1])).centred(centre, zoom)


def _panned(centre: LngLat, zoom: float, frames: int) -> list[tuple[float, ...]]:
    camera = _camera(centre, zoom)
    return [_box(camera.moved(9.0 * step, 3.0 * step)) for step in range(frames + 1)]


def _box(camera: Camera) -> tuple[float, float, float, float]:
    """Return west, south, east, north in metres."""
    world = 2 * 20037508.342789244
    left, top, right, bottom = camera.world_box
    return (left - 0.5) * world, (0.5 - bottom) * world, (right - 0.5) * world, (0.5 - top) * world


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
