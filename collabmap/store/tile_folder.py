"""Tiles as files in folders: zoom/column/row.png, as gdal2tiles, mbutil and map servers write them.

Nothing in the names says whether rows count from the north (XYZ) or the south (TMS): a file beside
the tiles tells it, or the area that such a file names; without either they are taken to be XYZ.
"""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from collabmap.domain.tiles import MAX_ZOOM, Tile, tms_row
from collabmap.errors import FileMissing, TilesEmpty, TilesUnreadable
from collabmap.store.tile_claims import (
    Extents,
    best_bounds,
    claimed_bounds,
    guesses,
    is_other_way_up,
)
from collabmap.store.tile_notes import NOTES, read_note
from collabmap.store.tile_source import SAMPLE, PackFacts, TileFile, image_among

_TILE = re.compile(r"(0|[1-9]\d{0,7})((?:@2x)?\.(?:png|jpe?g|webp|pbf|mvt)(?:\.gz)?)", re.I)
_NUMBER = re.compile(r"0|[1-9]\d{0,7}")
# Looked for last, where the sample had other endings only.
_USUAL_ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
MAX_TILE_BYTES = 16 << 20


class TileFolder(TileFile):
    """A folder of tiles, read-only.  path: the folder, or one in which it is the only one.

    Raises FileMissing, TilesUnreadable, TilesEmpty, TilesVector, TilesNotAligned.
    """

    kind = "folder"

    def __init__(self, path: Path) -> None:
        self.path = path
        root = root_of(path)
        if root is None:
            raise TilesEmpty(name=path.name)
        self._root = root
        self._endings: list[str] = []
        self._facts = self._learn()

    def get(self, tile: Tile) -> bytes | None:
        if not 0 <= tile.z <= MAX_ZOOM:
            return None
        return self._get(tile.z, tile.x, tile.y if self._facts.is_xyz else tms_row(tile.z, tile.y))

    def count(self) -> int:
        return sum(1 for _each in self._found(_zooms(self._root)))

    def tiles(self) -> Iterator[tuple[Tile, bytes]]:
        for z, x, row in self._found(_zooms(self._root)):
            data = self._get(z, x, row)
            if data is not None:
                yield Tile(z, x, row if self._facts.is_xyz else tms_row(z, row)), data

    def close(self) -> None:
        pass

    def _get(self, z: int, x: int, row: int) -> bytes | None:
        column = self._root / str(z) / str(x)
        for ending in self._endings:
            try:
                with (column / f"{row}{ending}").open("rb") as file:
                    data = file.read(MAX_TILE_BYTES + 1)
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                continue
            except OSError as error:
                raise TilesUnreadable(name=self.path.name) from error
            if 0 < len(data) <= MAX_TILE_BYTES:
                return data
        if not self._root.exists():
            raise FileMissing(name=self.path.name)
        return None

    def _found(self, zooms: list[int]) -> Iterator[tuple[int, int, int]]:
        """Yield zoom, column and row of the tile files, each once; their endings are noted."""
        for zoom in zooms:
            folder = self._root / str(zoom)
            for x in sorted(int(name) for name in _names(folder) if _NUMBER.fullmatch(name)):
                if x >= 1 << zoom:
                    continue
                rows = set()
                for match in map(_TILE.fullmatch, _names(folder / str(x))):
                    if match is not None and int(match[1]) < 1 << zoom:
                        rows.add(int(match[1]))
                        if match[2] not in self._endings:
                            self._endings.append(match[2])
                yield from ((zoom, x, row) for row in sorted(rows))

    def _learn(self) -> PackFacts:
        zooms = [zoom for zoom in _zooms(self._root) if any(self._found([zoom]))]
        extents = Extents()
        for each in self._found(zooms[-1:]):
            extents.add(*each)
        # A picture of 256 px before its double, where both are there.
        self._endings.sort(key=lambda ending: ("@" in ending, ending))
        self._endings += [each for each in _USUAL_ENDINGS if each not in self._endings]
        samples = [self._get(*each) for each in islice(self._found(zooms), SAMPLE)]
        note = read_note(self._root)
        said = note.metadata
        image = image_among([data for data in samples if data], self.path, said.get("format", ""))
        claimed = claimed_bounds(said.get("bounds", ""))
        is_xyz, stored = note.scheme != "tms", extents.last
        rows = stored if is_xyz else stored.flipped()
        guessed: tuple[str, ...] = ()
        if is_other_way_up(rows, claimed):
            is_xyz, rows, guessed = not is_xyz, rows.flipped(), ("scheme-from-bounds",)
        elif not note.scheme:
            # Where the other way would not meet the area, the area has told the scheme.
            is_told = is_other_way_up(rows.flipped(), claimed)
            guessed = ("scheme-from-bounds",) if is_told else ("scheme",)
        bounds = best_bounds(claimed, rows.box())
        ends = (zooms[0], zooms[-1])
        open_ = guesses(said, image, ends, bounds)
        return PackFacts(image, *ends, bounds, said, (*open_, *guessed), is_xyz=is_xyz)


def root_of(path: Path) -> Path | None:
    """Return the folder that holds the zooms: path, or the only one in it that does, or None.

    Raises FileMissing.
    """
    if not path.is_dir():
        raise FileMissing(name=path.name)
    if _zooms(path):
        return path
    inside = [path / name for name in islice(_names(path), 1000)]
    found = [folder for folder in inside if folder.is_dir() and _zooms(folder)]
    return found[0] if len(found) == 1 else None


def is_note(path: Path) -> bool:
    """Whether a file stands beside the zooms and tells of them."""
    return path.name.lower() in NOTES and bool(_zooms(path.parent))


def _zooms(root: Path) -> list[int]:
    """Return the zooms that have a folder."""
    names = [name for name in _names(root) if _NUMBER.fullmatch(name)]
    return sorted(int(name) for name in names if int(name) <= MAX_ZOOM and (root / name).is_dir())


def _names(folder: Path) -> list[str]:
    """Return what is in a folder; a file in its place has nothing in it."""
    try:
        return [entry.name for entry in folder.iterdir()]
    except (NotADirectoryError, FileNotFoundError):
        return []
    except OSError as error:
        raise TilesUnreadable(name=folder.name) from error
