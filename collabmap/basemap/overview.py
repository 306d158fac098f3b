"""The world under every base map: land, sea and countries, so that no view shows nothing.

Natural Earth, 1:110m far out and 1:50m nearer, from resources/overview/ (packaging/world.py makes
it).  It is painted when it is looked at: lines and names are sharp at every zoom, and one small
file serves all styles and languages.
"""

import csv
import math
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from collabmap.basemap.cartography import PALETTES, WORLD_LAST_ZOOM, Style, halfway
from collabmap.domain.geo import to_world
from collabmap.render import labels
from collabmap.render.labels import Placed, PointText, TextStyle
from collabmap.render.shapes import Floats, Ints, Shapes
from collabmap.render.tile_painter import TILE_PX, Fill, Sheet, Stroke

# As packaging/world.py counts: of the world's width.
UNIT = 2.0**-22
# From here on the finer coast.
NEAR_ZOOM = 3
# A coast that is kilometres off is a help from afar and a lie beside a street: past FULL_ZOOM the
# sea pales, past WORLD_LAST_ZOOM all is plain land.
FULL_ZOOM = 12
# Borders are as far off as the coast, and their lines cut through towns.
LAST_BORDER_ZOOM = 11
# Nearer, there is nothing to name.
LAST_NAME_ZOOM = 10
# From here on a name may be wider than its country: small ones and islands are named at last.
EVERY_NAME_ZOOM = 6


class Country(NamedTuple):
    """name: in one language.  x, y: where it is written, unit square.  width: of the country
    there, of the world's."""

    name: str
    x: float
    y: float
    width: float


class World(NamedTuple):
    """The world in one detail.  borders: between two countries, not along the coast."""

    land: Shapes
    borders: Shapes


class Overview:
    """The world in one style and language: a Ground.  Any thread may ask.

    folder: resources/overview.  names_until: the last zoom at which countries are named, so that
    no base map above cuts a name in two.
    scale: pixels of a picture for each on the screen, 1 or 2.
    """

    last_zoom = WORLD_LAST_ZOOM

    def __init__(
        self,
        folder: Path,
        style: Style,
        language: str,
        *,
        names_until: int = LAST_NAME_ZOOM,
        scale: int = 1,
    ) -> None:
        self.scale = scale
        self._folder = folder
        self._palette = PALETTES[style]
        self.paper = self._palette.land
        self.outside = halfway(self._palette.water, self._palette.land)
        self._language = language
        self._names_until = min(LAST_NAME_ZOOM, names_until)
        self._names: dict[int, Sequence[Placed]] = {}
        self._lock = threading.Lock()

    def sheet(self, zoom: int) -> Sheet:
        """Return what is drawn at a zoom, without the names."""
        world = read(self._folder, "near" if zoom >= NEAR_ZOOM else "far")
        colours = self._palette
        if zoom > FULL_ZOOM:
            return Sheet(halfway(colours.water, colours.land), (Fill(world.land, colours.land),))
        coast = Fill(world.land, colours.land, colours.water_edge, 1.0 * self.scale)
        if zoom > LAST_BORDER_ZOOM:
            return Sheet(colours.water, (coast,))
        line = Stroke((world.borders,), colours.border, 0.8 * self.scale)
        return Sheet(colours.water, (coast, line))

    def names(self, zoom: int) -> Sequence[Placed]:
        """Return the names of a zoom, all over the world.  Needs a QGuiApplication."""
        if zoom > self._names_until:
            return ()
        with self._lock:
            if zoom not in self._names:
                finer = zoom + int(math.log2(self.scale))
                side = float(TILE_PX * 2**finer)
                self._names[zoom] = labels.place(finer, self._texts(zoom), (0, 0, side, side))
            return self._names[zoom]

    def _texts(self, zoom: int) -> Iterator[PointText]:
        side = TILE_PX * 2**zoom
        for rank, country in enumerate(countries(self._folder, self._language)):
            width = country.width * side
            # Large countries are written larger as one comes nearer, but never loudly.
            size = 11.0 + 2.0 * min(2, width // 300)
            room = width * 1.15 if zoom < EVERY_NAME_ZOOM else math.inf
            style = TextStyle(
                size * self.scale,
                600,
                self._palette.place_name,
                self._palette.place_halo,
                halo_px=3.0 * self.scale,
                spacing_px=0.3 * self.scale,
                clear_px=3.0 * self.scale,
            )
            yield PointText(country.name, country.x, country.y, style, rank, room * self.scale, 0.0)


@lru_cache(maxsize=2)
def read(folder: Path, detail: str) -> World:
    """Return the world from resources/overview.  detail: 'far' or 'near'."""
    with np.load(folder / "world.npz") as arrays:
        return World(
            _shapes(arrays, f"{detail}_land", are_closed=True),
            _shapes(arrays, f"{detail}_borders", are_closed=False),
        )


def _shapes(arrays: "np.lib.npyio.NpzFile", name: str, *, are_closed: bool) -> Shapes:
    points = np.cumsum(arrays[f"{name}_steps"], axis=0) * UNIT
    starts = arrays[f"{name}_starts"].astype(np.intp)
    owner = arrays[f"{name}_owner"].astype(np.intp)
    return Shapes(points, starts, owner, _boxes(points, starts, owner), are_closed)


def _boxes(points: Floats, starts: Ints, owner: Ints) -> Floats:
    """Return left, top, right, bottom of each shape; the runs of a shape follow each other."""
    first = starts[:-1][np.flatnonzero(np.diff(owner, prepend=-1))]
    return np.column_stack([np.minimum.reduceat(points, first), np.maximum.reduceat(points, first)])


@lru_cache(maxsize=2)
def countries(folder: Path, language: str) -> tuple[Country, ...]:
    """Return the countries, the widest first.  language: 'fr'; all else is English."""
    column = "fr" if language == "fr" else "en"
    with (folder / "countries.csv").open(encoding="utf-8", newline="") as file:
        found = [
            Country(
                row[column],
                *to_world(float(row["lng"]), float(row["lat"])),
                float(row["width"]) / 360,
            )
            for row in csv.DictReader(file)
        ]
    return tuple(sorted(found, key=lambda country: -country.width))
