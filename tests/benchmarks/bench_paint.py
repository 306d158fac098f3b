"""How fast base-map tiles are painted: the demo's extract at zooms 14 to 17, names included.

ratio_to_mapnik: seconds of mapnik over ours for the same tiles: one process, by turns, the same
metatiles, nothing encoded.  All zooms together; each by itself beside.  Its halos are as exact as
ours; with those that mapnik calls fast and of lower quality, it is mapnik_fast_halos beside.
times_faster_than_qgis: the same with QGIS 3.22, where Debian's python3-qgis is installed, in blocks
of 4 x 4 tiles as its own tool for tiles paints them; in blocks like ours it is qgis_large_blocks.
two_process_gain: tiles a second of two worker processes over one, WebP encoding included.
tiles_per_s: two workers at zoom 16, with WebP encoding and writing of the pack.  The workers stand
ready: starting them and reading the extract is part of `bench build`.

Ratios are medians of paired rounds by the clock on the wall; the same by the processor's own
seconds stand beside, for a computer that has other work.  With --pictures DIR, the first block of
each zoom as each of them painted it.
"""

import contextlib
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import paint_scene
import paint_worker
from figures import Figure, report
from measuring import scratch
from paint_scene import Scene

from collabmap.basemap.extract import Layers
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile
from collabmap.render import fonts, labels, tile_painter
from collabmap.render.tile_painter import METATILE, TILE_PX, Fill, Metatile
from collabmap.store.mbtiles import MBTilesWriter

SYSTEM_PYTHON = "/usr/bin/python3"
PAINT_QGIS = Path(__file__).with_name("paint_qgis.py")
PACK_ZOOM = 16
# Source: METATILESIZE of QGIS's native:tilesxyzmbtiles and native:tilesxyzdirectory.
QGIS_SIDE = 4
# Seconds by the clock, and of the processor.
Cost = tuple[float, float]


def main(argv: list[str]) -> int:
    is_quick = "--quick" in argv
    zooms, rounds = ((14, 16), 1) if is_quick else ((14, 15, 16, 17), 9)
    pictures = Path(argv[argv.index("--pictures") + 1]) if "--pictures" in argv else None
    tile_painter.start()
    fonts.load()
    layers, area = paint_scene.read()
    scenes = [paint_scene.scene(layers, area, zoom) for zoom in zooms]
    figures: list[Figure] = []
    beside: dict[str, float] = {}
    with scratch() as folder:
        contenders = {"ours": _ours(scenes), **_mapnik(scenes)}
        with _qgis(scenes, folder) as qgis:
            contenders.update(qgis)
            costs = _by_turns(scenes, contenders, rounds)
            if pictures:
                _show(contenders, scenes, pictures)
        _compare(costs, scenes, figures, beside)
        _with_workers(layers, area, scenes, folder, rounds, figures, beside)
    return report("paint", figures, beside)


# --- one process, the peers -------------------------------------------------------------------

# Paints the scene of a number; given a prefix, it saves the pictures too.
Contender = Callable[[int, str], Cost]


def _by_turns(
    scenes: list[Scene], contenders: dict[str, Contender], rounds: int
) -> dict[str, list[list[Cost]]]:
    """Return what each contender took: for each round (the first is not counted), each scene."""
    names = list(contenders)
    costs: dict[str, list[list[Cost]]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        found: dict[str, list[Cost]] = {name: [] for name in names}
        for number in range(len(scenes)):
            shift = (turn + number) % len(names)
            for name in names[shift:] + names[:shift]:
                found[name].append(contenders[name](number, ""))
        for name in names if turn else ():
            costs[name].append(found[name])
    return costs


def _cost(work: Callable[[], object]) -> Cost:
    gc.collect()
    cpu, begun = time.process_time(), time.perf_counter()
    work()
    return time.perf_counter() - begun, time.process_time() - cpu


def _ours(scenes: list[Scene]) -> Contender:
    def run(number: int, pictures: str) -> Cost:
        scene = scenes[number]
        return _cost(lambda: scene.paint(_saver(scene, pictures, "ours", "PNG")))

    return run


def _mapnik(scenes: list[Scene]) -> dict[str, Contender]:
    try:
        from paint_mapnik import Painter
    except ImportError:
        print("mapnik is not installed (it has wheels for Linux only): its figure is left out.")
        return {}

    def contender(name: str, halo: str) -> Contender:
        painters = [Painter(scene, halo) for scene in scenes]

        def run(number: int, pictures: str) -> Cost:
            show = _saver(scenes[number], pictures, name, "png32")
            return _cost(lambda: painters[number].paint(show))

        return run

    names = {"mapnik": "full", "mapnik_fast_halos": "fast"}
    return {name: contender(name, halo) for name, halo in names.items()}


def _saver(
    scene: Scene, pictures: str, who: str, format: str
) -> Callable[[Metatile, Any], None] | None:
    def save(block: Metatile, image: Any) -> None:
        image.save(f"{pictures}-{scene.blocks.index(block)}-{who}.png", format)

    return save if pictures else None


def _show(contenders: dict[str, Contender], scenes: list[Scene], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for contender in contenders.values():
        for number, scene in enumerate(scenes):
            contender(number, str((folder / f"z{scene.zoom}").resolve()))
    print(f"Pictures of each block lie in {folder}.")


@contextlib.contextmanager
def _qgis(scenes: list[Scene], folder: Path) -> Iterator[dict[str, Contender]]:
    """Lend a QGIS that paints on demand in a process of its own, nothing where there is none."""
    has_qgis = [SYSTEM_PYTHON, "-c", "import qgis.core"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    if (
        not Path(SYSTEM_PYTHON).is_file()
        or subprocess.run(has_qgis, env=environment, capture_output=True, check=False).returncode
    ):
        print("QGIS is not installed (Debian: python3-qgis qgis-providers): its figure is left out")
        yield {}
        return
    _write_for_qgis(scenes, folder)
    with subprocess.Popen(
        [SYSTEM_PYTHON, str(PAINT_QGIS), str(folder)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        print("QGIS", process.stdout.readline().removeprefix("ready ").strip())

        def contender(side: int) -> Contender:
            def run(number: int, pictures: str) -> Cost:
                print(scenes[number].zoom, side, pictures, file=process.stdin, flush=True)
                seconds, cpu_s = map(float, process.stdout.readline().split())
                return seconds, cpu_s

            return run

        yield {"qgis": contender(QGIS_SIDE), "qgis_large_blocks": contender(METATILE)}


def _write_for_qgis(scenes: list[Scene], folder: Path) -> None:
    """Write scenes.json: geometries as WKB in metres, and how each zoom draws them."""
    sources: dict[str, Any] = {}
    found = {str(scene.zoom): _scene_for_qgis(scene, sources) for scene in scenes}
    data = {"fonts": str(fonts.folder()), "sources": sources, "scenes": found}
    (folder / "scenes.json").write_text(json.dumps(data), encoding="utf-8")


def _scene_for_qgis(scene: Scene, sources: dict[str, Any]) -> dict[str, Any]:
    inks, texts = [], []
    for ink in scene.sheet.inks:
        names = []
        for shapes in (ink.shapes,) if isinstance(ink, Fill) else ink.shapes:
            name = f"shapes{id(shapes)}"
            names.append(name)
            if name not in sources:
                kind = "MultiPolygon" if shapes.are_closed else "MultiLineString"
                rows = [(shape.wkb_hex, "") for shape in paint_scene.geometries(shapes)]
                sources[name] = {"kind": kind, "features": rows}
        look = {field: getattr(ink, field) for field in ink.__slots__ if field != "shapes"}
        inks.append({"is_fill": isinstance(ink, Fill), "sources": names, **look})
    for number, (look, group) in enumerate(paint_scene.by_look(scene).items()):
        name = f"text{scene.zoom}-{number}"
        rows = [(paint_scene.text_geometry(text).wkb_hex, text.text) for text in group]
        sources[name] = {"kind": "LineString" if look.is_line else "Point", "features": rows}
        facts = {"is_line": look.is_line, "rank": look.rank, **look.style._asdict()}
        texts.append({"source": name, **facts})
    blocks = {
        side: [
            (part.columns * TILE_PX, part.rows * TILE_PX, paint_scene.box_m(part))
            for block in scene.blocks
            for part in _parts(block, side)
        ]
        for side in (QGIS_SIDE, METATILE)
    }
    return {"ground": scene.sheet.ground, "inks": inks, "texts": texts, "blocks": blocks}


def _parts(block: Metatile, side: int) -> Iterator[Metatile]:
    for y in range(block.y, block.y + block.rows, side):
        for x in range(block.x, block.x + block.columns, side):
            columns = min(side, block.x + block.columns - x)
            yield Metatile(block.z, x, y, columns, min(side, block.y + block.rows - y))


def _compare(
    costs: dict[str, list[list[Cost]]],
    scenes: list[Scene],
    figures: list[Figure],
    beside: dict[str, float],
) -> None:
    def seconds(name: str, clock: int, zoom: slice = slice(None)) -> list[float]:
        return [sum(cost[clock] for cost in row[zoom]) for row in costs[name]]

    def ratio(name: str, clock: int, zoom: slice = slice(None)) -> float:
        pairs = zip(seconds(name, clock, zoom), seconds("ours", clock, zoom), strict=True)
        return statistics.median(theirs / ours for theirs, ours in pairs)

    for name, figure, target in (
        ("mapnik", "ratio_to_mapnik", 1.0),
        ("qgis", "times_faster_than_qgis", 3.0),
    ):
        if name in costs:
            figures.append(Figure(figure, ratio(name, 0), "x", target, is_floor=True))
            beside[f"{figure}_cpu"] = ratio(name, 1)
    for name in ("mapnik_fast_halos", "qgis_large_blocks"):
        if name in costs:
            beside[f"ratio_to_{name}"] = ratio(name, 0)
            beside[f"ratio_to_{name}_cpu"] = ratio(name, 1)
    for number, scene in enumerate(scenes):
        here = slice(number, number + 1)
        rates = {name: scene.tiles / statistics.median(seconds(name, 0, here)) for name in costs}
        told = ", ".join(f"{name} {rate:.0f}" for name, rate in rates.items())
        print(f"z{scene.zoom}, one process, tiles a second: {told}")
        for name, rate in rates.items():
            beside[f"z{scene.zoom}_{name}_tiles_per_s"] = rate
            if name != "ours":
                beside[f"z{scene.zoom}_ratio_to_{name}_cpu"] = ratio(name, 1, here)


# --- worker processes -------------------------------------------------------------------------


def _with_workers(
    layers: Layers,
    area: Bbox,
    scenes: list[Scene],
    folder: Path,
    rounds: int,
    figures: list[Figure],
    beside: dict[str, float],
) -> None:
    """Measure one and two workers by turns: all zooms in one go, then each; then a pack of z16."""
    zooms = [scene.zoom for scene in scenes]
    groups = [scenes, *([scene] for scene in scenes)]
    (pack_scene,) = (scene for scene in scenes if scene.zoom == PACK_ZOOM)
    with _crew(1, layers, area, zooms) as one, _crew(2, layers, area, zooms) as two:
        found: dict[int, list[list[Cost]]] = {1: [], 2: []}
        packs = []
        for turn in range(rounds + 1):
            crews = {1: one, 2: two} if turn % 2 else {2: two, 1: one}
            row = {
                count: [_paint_all(crew, group) for group in groups]
                for count, crew in crews.items()
            }
            pack = _pack(two, pack_scene, folder, area)
            if turn:
                packs.append(pack)
                for count in found:
                    found[count].append(row[count])
    for number, group in enumerate(groups):
        name = "all" if group is scenes else f"z{group[0].zoom}"
        for count, rows in found.items():
            rate = sum(s.tiles for s in group) / statistics.median(row[number][0] for row in rows)
            beside[f"{name}_tiles_per_s_{count}_workers"] = rate
    pairs = [(a[0], b[0]) for a, b in zip(found[1], found[2], strict=True)]
    beside["two_workers_cpu_over_one"] = statistics.median(b[1] / a[1] for a, b in pairs)
    gain = statistics.median(a[0] / b[0] for a, b in pairs)
    figures.append(Figure("two_process_gain", gain, "x", 1.4, is_floor=True))
    figures.append(Figure("tiles_per_s", statistics.median(packs), "/s", 200.0, is_floor=True))


@contextlib.contextmanager
def _crew(
    count: int, layers: Layers, area: Bbox, zooms: list[int]
) -> Iterator[ProcessPoolExecutor]:
    """Lend so many workers, all of them awake."""
    with ProcessPoolExecutor(
        count,
        mp_context=get_context("spawn"),
        initializer=paint_worker.begin,
        initargs=(layers, area, zooms),
    ) as pool:
        while len(set(pool.map(paint_worker.wake, [0.05] * count * 4))) < count:
            pass
        yield pool


def _tiles(
    crew: ProcessPoolExecutor, scenes: list[Scene]
) -> Iterator[tuple[list[tuple[Tile, bytes]], float]]:
    """Return the tiles of some zooms as the builder makes them, and the processor's seconds."""
    tasks = []
    placed = crew.map(paint_worker.place, [scene.zoom for scene in scenes])
    for scene, (names, cpu_s) in zip(scenes, placed, strict=True):
        yield [], cpu_s
        tasks += [(block, labels.within(names, block.box_px)) for block in scene.blocks]
    yield from crew.map(paint_worker.paint, *zip(*tasks, strict=True))


def _paint_all(crew: ProcessPoolExecutor, scenes: list[Scene]) -> Cost:
    begun = time.perf_counter()
    cpu_s = sum(cpu for _, cpu in _tiles(crew, scenes))
    return time.perf_counter() - begun, cpu_s


def _pack(crew: ProcessPoolExecutor, scene: Scene, folder: Path, area: Bbox) -> float:
    """Return tiles a second, from the first name to the pack under its own name."""
    begun = time.perf_counter()
    out = folder / "paint.mbtiles"
    with MBTilesWriter(out, name="paint", format="webp", bounds=area, attribution="") as writer:
        for tiles, _ in _tiles(crew, [scene]):
            for tile, data in tiles:
                writer.put(tile, data)
    return scene.tiles / (time.perf_counter() - begun)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
