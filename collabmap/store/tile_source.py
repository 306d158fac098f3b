"""What every file or folder of tiles can be asked, whatever its kind."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple, Self

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile
from collabmap.errors import TilesEmpty, TilesUnreadable, TilesVector
from collabmap.store.tile_claims import VECTOR_FORMATS, plain_text
from collabmap.store.tile_image import Image, sniff

# How many tiles are looked at to learn what a file holds: the first may be the odd one out.
SAMPLE = 16


class PackFacts(NamedTuple):
    """What a base-map file holds, learnt from its tiles.

    metadata: what the file says about itself, by the names of MBTiles, unchecked.
    """

    image: Image
    min_zoom: int
    max_zoom: int
    bounds: Bbox
    metadata: Mapping[str, str]
    guessed: tuple[str, ...] = ()
    is_slow: bool = False
    is_xyz: bool = True


class TileFile(ABC):
    """Tiles on the disk, read-only: a TileSource.  Use it on the thread that made it.

    kind: 'mbtiles', 'pmtiles', 'folder' or 'gpkg'.
    """

    kind: ClassVar[str]
    path: Path
    _facts: PackFacts

    @property
    def name(self) -> str:
        return self._facts.metadata.get("name", "").strip() or self.path.stem

    @property
    def attribution(self) -> str:
        return plain_text(self._facts.metadata.get("attribution", ""))

    @property
    def min_zoom(self) -> int:
        return self._facts.min_zoom

    @property
    def max_zoom(self) -> int:
        return self._facts.max_zoom

    @property
    def bounds(self) -> Bbox:
        return self._facts.bounds

    @property
    def tile_size(self) -> int:
        return self._facts.image.width

    @property
    def format(self) -> str:
        """What the tiles are: 'png', 'jpg' or 'webp', whatever the file claims."""
        return self._facts.image.format

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the file says about itself, unchecked."""
        return self._facts.metadata

    @property
    def guessed(self) -> tuple[str, ...]:
        """Codes of what the file left open or told wrongly, so that its tiles had to tell.

        Those of `tile_claims.guesses`; 'scheme' where rows are taken to count from the north
        because nothing says it; 'scheme-from-bounds' where only the area that the file names
        tells how they count.
        """
        return self._facts.guessed

    @property
    def is_slow(self) -> bool:
        """Whether each look into it reads all of it, so that it should be converted."""
        return self._facts.is_slow

    @abstractmethod
    def get(self, tile: Tile) -> bytes | None:
        """Return a tile's image, None when there is none (no row, NULL or no bytes).

        Raises TilesUnreadable where the file is torn, FileMissing when its stick was pulled out.
        """

    @abstractmethod
    def count(self) -> int:
        """Return how many tiles there are, which may read a whole index."""

    @abstractmethod
    def tiles(self) -> Iterator[tuple[Tile, bytes]]:
        """Yield all tiles that have bytes; where one is repeated, the one of `get` comes first.

        No bytes stand for a tile that turned out to be empty when it was looked at.
        Raises TilesUnreadable.
        """

    @abstractmethod
    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def image_among(samples: Sequence[object], path: Path, said_format: str = "") -> Image:
    """Return what most tiles of a sample are.

    Raises TilesEmpty without any, TilesVector where they are vector tiles or are said to be,
    TilesUnreadable where nothing among them could be drawn.
    """
    if not samples:
        raise TilesEmpty(name=path.name)
    images = [sniff(data) if isinstance(data, bytes) else None for data in samples]
    drawn = [image for image in images if image is not None and image.format != "pbf"]
    if drawn:
        return max(drawn, key=drawn.count)
    is_vector = said_format.strip().lower() in VECTOR_FORMATS
    if is_vector or any(image is not None for image in images):
        raise TilesVector(name=path.name)
    raise TilesUnreadable(name=path.name)
