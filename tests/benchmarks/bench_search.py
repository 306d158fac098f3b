"""How long a search takes in a department, and whether it finds the street that was meant.

p95_ms: of 200 questions with mistakes to an index of 300,000 entries (department_names.py), and to
the list of towns with it, the time that 95 % keep to; the first question, which reads the words of
the index, is told beside.
recall_at_5: of the streets of the demo's extract, each asked for with a typing error, with accents
or short forms gone wrong, and by its beginning (mistakes.py), the share found among the first five,
from the middle of the town.  The same for Andorra, where ../shared is there, beside.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import department_names
import mistakes
from figures import Figure, report
from measuring import cache_folder, peak_mb, scratch

from collabmap.app.place_search import PlaceFinder
from collabmap.basemap.gazetteer import Gazetteer, add_to
from collabmap.basemap.gazetteer_layout import MICRO
from collabmap.domain.geo import LngLat
from collabmap.store.mbtiles import MBTilesWriter

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "resources" / "demo" / "monaco-2023-12-25.osm.pbf"
ANDORRA = ROOT.parent / "shared" / "data" / "osm" / "andorra_graphhopper.osm.pbf"
MONACO_MIDDLE, ANDORRA_MIDDLE = LngLat(7.4203, 43.7345), LngLat(1.5218, 42.5075)
STREETS = ("main_street", "street", "path", "stairs", "square")
WRITERS = (
    "domain/name_words.py",
    *(
        f"basemap/gazetteer_{part}.py"
        for part in ("join", "kinds", "layout", "read", "spool", "where", "write")
    ),
)
QUESTIONS = 200
SEED = 1857
Mistake = Callable[[str, random.Random], str]


def main(argv: list[str]) -> int:
    is_quick = "--quick" in argv
    size = 3_000 if is_quick else 300_000
    pack, entries = _department(size)
    beside = {"entries": float(entries), "index_mb": pack.stat().st_size / 1e6}
    times = _times_ms(pack, 20 if is_quick else QUESTIONS, beside)
    beside["search_peak_mb"] = peak_mb()
    recall, parts = _recall(DEMO, MONACO_MIDDLE, 1 if is_quick else 3)
    beside |= {f"recall_at_5_{name}": share for name, share in parts.items()}
    if ANDORRA.exists():
        beside["recall_at_5_andorra"], _ = _recall(ANDORRA, ANDORRA_MIDDLE, 1 if is_quick else 3)
    figures = [
        Figure("p95_ms", statistics.quantiles(times, n=20)[-1], "ms", 50.0),
        Figure("recall_at_5", recall, "", 0.95, is_floor=True),
    ]
    return report("search", figures, beside)


def _department(size: int) -> tuple[Path, int]:
    sources = [DEMO, *([ANDORRA] if ANDORRA.exists() else [])]
    # What decides what is in an index; how it is asked does not.
    code = [ROOT / "collabmap" / name for name in WRITERS]
    folder = cache_folder(Path(department_names.__file__), *code)
    path = folder / f"department-{size}-{len(sources)}.mbtiles"
    if not path.is_file():
        print(f"Making an index of {size:,} entries (kept for the next run)", flush=True)
        made = path.with_suffix(".part")
        department_names.make_index(made, sources, size)
        made.replace(path)
    index = Gazetteer.open(path)
    assert index is not None, "the index that was made cannot be read"
    with index:
        return path, index.count


def _times_ms(pack: Path, count: int, beside: dict[str, float]) -> list[float]:
    chance = random.Random(SEED)
    index = Gazetteer.open(pack)
    assert index is not None
    rows = index._db.execute("SELECT names, lng, lat FROM gazetteer_entry ORDER BY id").fetchall()
    index.close()
    finder = PlaceFinder()
    begun = time.perf_counter()
    finder.find("gare", [pack], MONACO_MIDDLE)
    beside["first_ms"] = (time.perf_counter() - begun) * 1000
    times: list[float] = []
    for number in range(count):
        names, lng, lat = chance.choice(rows)
        # The map shows the town, not the very spot.
        near = LngLat(lng / MICRO + chance.gauss(0, 0.02), lat / MICRO + chance.gauss(0, 0.02))
        text = mistakes.MISTAKES[number % 3](names.split("\n")[0], chance)
        begun = time.perf_counter()
        finder.find(text, [pack], near)
        times.append((time.perf_counter() - begun) * 1000)
    finder.close()
    beside["p50_ms"], beside["max_ms"] = statistics.median(times), max(times)
    return times


def _recall(source: Path, middle: LngLat, rounds: int) -> tuple[float, dict[str, float]]:
    """Return the share of right answers, of all questions and by kind of mistake."""
    chance = random.Random(SEED)
    with scratch() as folder:
        pack = folder / "town.mbtiles"
        add_to(_empty(pack), [source], None)
        index = Gazetteer.open(pack)
        assert index is not None
        with index:
            marks = ",".join("?" * len(STREETS))
            rows = index._db.execute(
                f"SELECT DISTINCT names FROM gazetteer_entry WHERE kind IN ({marks}) ORDER BY id",
                STREETS,
            )
            streets = [names.split("\n")[0] for (names,) in rows]
            found = {
                mistake.__name__: [
                    _finds(index, street, mistake, middle, chance) for street in streets * rounds
                ]
                for mistake in mistakes.MISTAKES
            }
    everything = [each for part in found.values() for each in part]
    print(f"{source.name}: {len(streets)} streets, {len(everything)} questions")
    return statistics.mean(everything), {k: statistics.mean(v) for k, v in found.items()}


def _finds(
    index: Gazetteer, street: str, mistake: Mistake, middle: LngLat, chance: random.Random
) -> bool:
    text = mistake(street, chance)
    is_found = street in [hit.name for hit in index.find(text, middle, 5)]
    if not is_found and "--verbose" in sys.argv:
        print(f"{mistake.__name__}: {street} <- {text}:", index.find(text, middle, 5))
    return is_found


def _empty(pack: Path) -> Path:
    from collabmap.domain.geo import Bbox
    from collabmap.domain.tiles import Tile

    box = Bbox(1.0, 42.0, 8.0, 44.0)
    with MBTilesWriter(pack, name="Town", format="png", bounds=box, attribution="") as writer:
        writer.put(Tile(0, 0, 0), b"\x89PNG\r\n\x1a\n")
    return pack


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
