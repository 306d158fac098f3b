"""Making a base map: what is wanted, how far it is, what became of it.  One build is one object.

Nothing of the painter is imported before it is needed: the window asks for this at its start.
"""

import contextlib
import re
import shutil
import threading
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from collabmap.app.settings import BASEMAP_SUFFIX
from collabmap.domain.geo import Bbox
from collabmap.errors import Cancelled, CollabMapError
from collabmap.store.base_maps import has_name_of

if TYPE_CHECKING:
    from shapely import Geometry

    from collabmap.app.base_maps import BaseMapView
    from collabmap.app.session import Session
    from collabmap.basemap.builder import BuildReport, Control, Estimate, Recipe
    from collabmap.basemap.communes import Commune
    from collabmap.basemap.completeness import Completeness
    from collabmap.basemap.extract_facts import ExtractFacts

State = Literal["waiting", "running", "paused", "done", "stopped", "kept", "failed"]

# The zooms that a person may choose, and those that a town needs.
LOWEST, HIGHEST = 8, 20
USUAL_ZOOMS = (12, 18)
# More than this many tiles take hours: the number is said and asked about.
MANY_TILES = 1_000_000
# With less room than this many times the file, a disk is too full.
ROOM_FACTOR = 1.2
_NOTE = "base map build"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person chose.  area: None until it is known; outline: instead of the whole box.

    style, fmt, scale, language: as the builder's Recipe has them.
    """

    sources: tuple[Path, ...]
    area: Bbox | None = None
    outline: "Geometry | None" = None
    zooms: tuple[int, ...] = tuple(range(USUAL_ZOOMS[0], USUAL_ZOOMS[1] + 1))
    style: str = "light"
    scale: int = 1
    fmt: str = "webp"
    language: str = "fr"
    name: str = ""

    def recipe(self) -> "Recipe":
        """Return the builder's own words for this."""
        from collabmap.basemap.builder import Recipe

        return Recipe(
            sources=self.sources,
            area=self.area,
            outline=self.outline,
            zooms=self.zooms,
            style=self.style,  # type: ignore[arg-type]
            scale=self.scale,
            fmt=self.fmt,  # type: ignore[arg-type]
            language=self.language,
            name=self.name,
        )


class Step(NamedTuple):
    """How far a build is.  part: 'reading', 'names', 'painting', 'searching', 'writing' ..."""

    part: str
    done: int
    total: int
    seconds_left: float | None


class Made(NamedTuple):
    """What a build made, and what looking at every tile of it found."""

    report: "BuildReport"
    check: "Completeness"

    @property
    def holes(self) -> tuple[Bbox, ...]:
        """Where tiles are missing or unreadable, in WGS84; of many, a sample."""
        return tuple(hole for level in self.check.levels for hole in level.holes)

    @property
    def missing(self) -> int:
        """How many tiles are not there, or there without a picture."""
        return sum(level.missing + level.empty for level in self.check.levels)

    @property
    def unreadable(self) -> int:
        return sum(level.unreadable for level in self.check.levels)


class Unfinished(NamedTuple):
    """A build that was interrupted and can go on."""

    wanted: Wanted
    out: Path
    instead_of: str
    done: int
    total: int


# --- questions, each answered in a thread of its own --------------------------------------------


def facts_of(path: Path) -> "ExtractFacts":
    """Return what an extract says of itself; see basemap.extract_facts."""
    from collabmap.basemap import extract_facts

    return extract_facts.facts_of(path)


def places_of(
    sources: tuple[Path, ...], language: str, control: "Control | None" = None
) -> "list[Commune]":
    """Return the places of extracts by name; see basemap.communes."""
    from collabmap.basemap.communes import communes

    return communes(sources, language=language, cancel=control.check if control else None)


def count_tiles(wanted: Wanted) -> Mapping[int, int]:
    """Return how many tiles each zoom takes, exactly.  Raises AreaInvalid, ZoomOutOfRange."""
    from collabmap.basemap.builder import plan, resolve

    return plan(resolve(wanted.recipe()))


def measure(wanted: Wanted, out: Path, control: "Control | None" = None) -> "Estimate":
    """Return tiles, bytes and seconds, from painting a sample on this computer."""
    from collabmap.basemap.builder import estimate, resolve

    return estimate(resolve(wanted.recipe()), out, control=control)


def new_control() -> "Control":
    """Return what pauses and stops a build or an estimate."""
    from collabmap.basemap.control import Control

    return Control()


# --- the build ----------------------------------------------------------------------------------


class _Kept(Exception):
    """The build is interrupted on purpose, and goes on another day."""


class BaseMapBuild:
    """One build.  run() belongs to a thread of its own; everything else may be called from any."""

    def __init__(self, wanted: Wanted, out: Path, *, instead_of: str = "") -> None:
        """instead_of: name of the project's base map whose place it takes once it is whole."""
        self.wanted = wanted
        self.out = out
        self.instead_of = instead_of
        self.state: State = "waiting"
        self.error: CollabMapError | None = None
        self.made: Made | None = None
        self._control: Control | None = None
        self._asked: State | None = None
        self._lock = threading.Lock()
        self._step = Step("reading", 0, 0, None)
        self._pace = _Pace()

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "stopped", "kept", "failed")

    @property
    def step(self) -> Step:
        """How far it is now."""
        return self._step

    def run(self) -> Made:
        """Make the base map and look at every tile of it.

        Raises what the builder raises; Cancelled after stop() and keep().
        """
        try:
            self.made = self._run()
        except _Kept as interrupted:
            self.state = "kept"
            raise Cancelled from interrupted
        except Cancelled:
            self.state = "stopped"
            raise
        except CollabMapError as error:
            self.error, self.state = error, "failed"
            raise
        except BaseException:
            self.state = "failed"
            raise
        self.state = "done"
        return self.made

    def _run(self) -> Made:
        from collabmap.basemap.builder import Control, build, resolve
        from collabmap.basemap.completeness import check

        with self._lock:
            # What is raised by `ask` leaves the work of before in place; being cancelled does not.
            self._control = control = Control(self._ask)
            if self._asked == "stopped":
                control.cancel()
            self.state = "running"
        recipe = resolve(self.wanted.recipe())
        report = build(
            recipe,
            self.out,
            progress=self._on_progress,
            control=control,
            allow_many=True,
        )
        # Once more from the disk: what was sent there is not yet what lies there.
        found = check(
            report.path,
            recipe.area,
            recipe.zooms,
            recipe.outline,
            progress=lambda done, total: self._tell("checking", done, total),
            cancel=control.check,
        )
        return Made(report, found)

    def _on_progress(self, done: int, total: int, part: str) -> None:
        # The builder's own check is a part of writing, the one that counts comes after it.
        self._tell("writing" if part == "checking" else part, done, total)

    def _tell(self, part: str, done: int, total: int) -> None:
        self._step = Step(part, done, total, self._pace.left(part, done, total))

    def pause(self) -> None:
        """Stop painting until resume(); what is painted stays."""
        with self._lock:
            if self._control is not None and self.state == "running":
                self._control.pause()
                self._pace.pause()
                self.state = "paused"

    def resume(self) -> None:
        """Go on after pause()."""
        with self._lock:
            if self._control is not None and self.state == "paused":
                self._control.resume()
                self._pace.resume()
                self.state = "running"

    def stop(self) -> None:
        """Give it up: nothing is left."""
        self._cancel("stopped")

    def keep(self) -> None:
        """Stop it so that it can go on another day."""
        self._cancel("kept")

    def _cancel(self, how: State) -> None:
        with self._lock:
            self._asked = how
            if self._control is not None and how == "stopped":
                self._control.cancel()

    def _ask(self) -> None:
        if self._asked == "kept":
            raise _Kept


class _Pace:
    """How fast a part goes, pauses left out."""

    def __init__(self) -> None:
        self._part = ""
        self._first = 0
        self._began_s = 0.0
        self._paused_s: float | None = None

    def left(self, part: str, done: int, total: int) -> float | None:
        """Return the seconds that the part still takes, None while there is too little to tell."""
        now_s = time.monotonic()
        if part != self._part:
            # What an earlier run had done is not to this one's credit.
            self._part, self._first, self._began_s = part, done, now_s
        spent_s, here = now_s - self._began_s, done - self._first
        if part != "painting" or here <= 0 or spent_s < 1:
            return None
        return spent_s * (total - done) / here

    def pause(self) -> None:
        self._paused_s = time.monotonic()

    def resume(self) -> None:
        if self._paused_s is not None:
            self._began_s += time.monotonic() - self._paused_s
            self._paused_s = None


# --- where it goes ------------------------------------------------------------------------------


def default_out(project: Path, name: str) -> Path:
    """Return where a project's next base map goes: beside it, the first under its own name.

    name: of the place, '' for none: then it gets a number.
    """
    first = project.with_suffix(BASEMAP_SUFFIX)
    if not first.exists():
        return first
    named = project.with_name(f"{project.stem}.{slug(name)}{BASEMAP_SUFFIX}")
    # Not a name by which another project in the folder would take it for its own.
    if name and has_name_of(project, named):
        return named
    numbered = (project.with_name(f"{project.stem}.{n}{BASEMAP_SUFFIX}") for n in count(2))
    return next(path for path in numbered if not path.exists())


def slug(name: str) -> str:
    """Return a name as part of a file's: 'Le Port, été' is 'le-port-ete'."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", kept).strip("-")[:40] or "map"


def adopt(
    session: "Session", made: Path, title: str, instead_of: str = ""
) -> "tuple[BaseMapView, ...]":
    """Make what was built a base map of the project; return all of them, bottom to top.

    instead_of: name of the base map whose place it takes.  Raises what add_base_map raises.
    """
    listed = {view.file for view in session.base_maps()}
    replaced = instead_of if instead_of in listed else None
    session.add_base_map(made, title=title or None, replace=replaced)
    return session.base_maps()


# --- a build that was interrupted ---------------------------------------------------------------


def remember(session: "Session", build: BaseMapBuild) -> None:
    """Note on this computer which build is under way, so that it can go on after a kill."""
    said = {"out": str(build.out), "instead_of": build.instead_of}
    session.device.set_note(session.project.id, _NOTE, {**_written(build.wanted), **said})


def forget(session: "Session") -> None:
    """There is no build to go on with."""
    session.device.set_note(session.project.id, _NOTE, None)


def interrupted(session: "Session") -> BaseMapBuild | None:
    """Return the build that was under way when the program ended, None if none was."""
    note = session.device.note(session.project.id, _NOTE)
    if not note:
        return None
    try:
        return BaseMapBuild(_read(note), Path(note["out"]), instead_of=note["instead_of"])
    except (KeyError, TypeError, ValueError):
        return None  # Written by another version of CollabMap.


def unfinished(build: BaseMapBuild) -> Unfinished | None:
    """Return how far an interrupted build had come, None if it cannot go on."""
    from collabmap.basemap import builder

    if not all(source.is_file() for source in build.wanted.sources):
        return None
    found = builder.unfinished(builder.resolve(build.wanted.recipe()), build.out)
    if found is None:
        return None
    return Unfinished(build.wanted, build.out, build.instead_of, *found)


def discard(out: Path) -> None:
    """Throw away what an interrupted build has left beside its file."""
    from collabmap.basemap.builder import work_folder_of
    from collabmap.store.mbtiles import part_of
    from collabmap.store.tile_place import remove_whole

    with contextlib.suppress(OSError):
        remove_whole(part_of(out))
    shutil.rmtree(work_folder_of(out), ignore_errors=True)


def _written(wanted: Wanted) -> dict[str, Any]:
    from shapely import to_wkb

    outline = None if wanted.outline is None else to_wkb(wanted.outline)
    return {
        "sources": [str(source) for source in wanted.sources],
        "area": None if wanted.area is None else list(wanted.area),
        "outline": outline,
        "zooms": list(wanted.zooms),
        "style": wanted.style,
        "scale": wanted.scale,
        "fmt": wanted.fmt,
        "language": wanted.language,
        "name": wanted.name,
    }


def _read(note: Mapping[str, Any]) -> Wanted:
    from shapely import from_wkb

    wanted = Wanted(tuple(Path(source) for source in note["sources"]))
    area, outline = note["area"], note["outline"]
    return replace(
        wanted,
        area=None if area is None else Bbox(*area),
        outline=None if outline is None else from_wkb(outline),
        zooms=tuple(note["zooms"]),
        **{key: note[key] for key in ("style", "scale", "fmt", "language", "name")},
    )
