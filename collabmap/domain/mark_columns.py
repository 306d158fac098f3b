"""The marks of a whole map as columns: what a million places cost without a million objects."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.feature import FeatureState, Mark

STATES = tuple(FeatureState)
# Bits of `flags`.
DISAGREEMENT, IS_SHAPE = 1, 2


@dataclass(frozen=True, slots=True)
class MarkColumns:
    """One entry a feature on the map, in the order of `row`; never written to.

    row: int64, its number in the project file, ascending.  ids: S16 in two big-endian uint64, (n,
    2).  lng, lat: float64, WGS84 degrees.  category: int32 into `categories`.  state: int8 into
    STATES.  author: int32 into `authors` (person ids).  flags: uint8, DISAGREEMENT and IS_SHAPE
    (a line or a zone).  born_s, changed_s: int64, seconds since 1970.  names: UTF-8 of all names;
    name i is names[starts[i]:starts[i + 1]].
    """

    row: NDArray[np.int64]
    ids: NDArray[np.uint64]
    lng: NDArray[np.float64]
    lat: NDArray[np.float64]
    category: NDArray[np.int32]
    state: NDArray[np.int8]
    author: NDArray[np.int32]
    flags: NDArray[np.uint8]
    born_s: NDArray[np.int64]
    changed_s: NDArray[np.int64]
    names: bytes
    starts: NDArray[np.int64]
    categories: tuple[str, ...]
    authors: tuple[bytes, ...]

    def __len__(self) -> int:
        return len(self.row)

    def id(self, index: int) -> bytes:
        """Return the id of an entry."""
        return bytes(self.ids[index].astype(">u8").tobytes())

    def name(self, index: int) -> str:
        return self.names[self.starts[index] : self.starts[index + 1]].decode(errors="replace")

    def mark(self, index: int) -> Mark:
        """Return an entry as the value that the rest of the window knows."""
        return Mark(
            self.id(index),
            float(self.lng[index]),
            float(self.lat[index]),
            self.categories[self.category[index]],
            STATES[self.state[index]],
            self.authors[self.author[index]],
            bool(self.flags[index] & DISAGREEMENT),
            self.name(index),
        )
