"""The marks of a whole map as columns: what a million places cost without a million objects."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.geo import Bbox

STATES = tuple(FeatureState)
ACCEPTED = STATES.index(FeatureState.ACCEPTED)
# Bits of `flags`.
DISAGREEMENT, IS_SHAPE = 1, 2
# The row of a mark that is not in the project file: one that a merge would bring.
NO_ROW = -1
ID_BYTES = 16

Ints = NDArray[np.int64]
T = TypeVar("T")


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

    def extent(self) -> Bbox | None:
        """Return the box of all, None if there is none."""
        if not len(self):
            return None
        edges = (self.lng.min(), self.lat.min(), self.lng.max(), self.lat.max())
        return Bbox(*map(float, edges))

    @classmethod
    def of_marks(cls, marks: Sequence[Mark]) -> "MarkColumns":
        """Return marks that lie in no project file yet; their rows are NO_ROW, their times 0."""
        categories, authors = Numbers[str](), Numbers[bytes]()
        names = [mark.name.encode() for mark in marks]
        return cls(
            row=np.full(len(marks), NO_ROW, np.int64),
            ids=ids_of(mark.id for mark in marks),
            lng=np.array([mark.lng for mark in marks], np.float64),
            lat=np.array([mark.lat for mark in marks], np.float64),
            category=np.array([categories[mark.category] for mark in marks], np.int32),
            state=np.array([STATES.index(mark.state) for mark in marks], np.int8),
            author=np.array([authors[mark.author] for mark in marks], np.int32),
            flags=np.array([DISAGREEMENT * mark.disagreement for mark in marks], np.uint8),
            born_s=np.zeros(len(marks), np.int64),
            changed_s=np.zeros(len(marks), np.int64),
            names=b"".join(names),
            starts=starts_of(np.array([len(name) for name in names], np.int64)),
            categories=tuple(categories),
            authors=tuple(authors),
        )

    def patched(self, changed: "MarkColumns", removed: Collection[bytes] = ()) -> "MarkColumns":
        """Return these with other entries changed or added, and some removed, by id.

        Takes no more memory than the answer and one column: for a worker.
        """
        gone = [IdIndex(self.ids).find(ids) for ids in (changed.ids, ids_of(removed))]
        is_kept = np.ones(len(self), np.bool_)
        for indices in gone:
            is_kept[indices[indices >= 0]] = False
        source = np.concatenate((np.flatnonzero(is_kept), len(self) + np.arange(len(changed))))
        rows = np.concatenate((self.row, changed.row))[source]
        return joined((self, changed), source[np.argsort(rows, kind="stable")])


class Numbers(dict[T, int]):
    """Numbers from 0 in the order in which things are first asked for."""

    def __missing__(self, key: T) -> int:
        number = self[key] = len(self)
        return number


class IdIndex:
    """Finds entries by id.  Made in a worker: sorting a million ids takes a tenth of a second."""

    def __init__(self, ids: NDArray[np.uint64]) -> None:
        self._ids = ids
        # Ids begin with the time, so that the first half nearly always tells them apart.
        order = np.argsort(ids[:, 0], kind="stable")
        if (np.diff(ids[order, 0]) == 0).any():
            # A stranger's may all begin alike.
            order = np.lexsort((ids[:, 1], ids[:, 0]))
        self._order = order.astype(np.int32)
        self._firsts = ids[self._order, 0]

    def find(self, ids: NDArray[np.uint64]) -> Ints:
        """Return the index of each id, -1 for one that is not there."""
        found = np.full(len(ids), -1, np.int64)
        if not len(self._order):
            return found
        low = np.searchsorted(self._firsts, ids[:, 0], "left")
        end = high = np.searchsorted(self._firsts, ids[:, 0], "right")
        # Halved until one is left: of those that begin alike the second half is in order too.
        while (is_open := low + 1 < high).any():
            middle = (low + high) // 2
            is_past = self._seconds(middle) > ids[:, 1]
            low = np.where(is_open & ~is_past, middle, low)
            high = np.where(is_open & is_past, middle, high)
        is_it = (low < end) & (self._seconds(low) == ids[:, 1])
        found[is_it] = self._order[low[is_it]]
        return found

    def _seconds(self, at: Ints) -> NDArray[np.uint64]:
        order = self._order[np.minimum(at, len(self._order) - 1)]
        seconds: NDArray[np.uint64] = self._ids[order, 1]
        return seconds


def ids_of(ids: Iterable[bytes]) -> NDArray[np.uint64]:
    """Return ids as the column holds them, (n, 2)."""
    data = b"".join(each[:ID_BYTES].ljust(ID_BYTES, b"\0") for each in ids)
    return np.frombuffer(data, ">u8").astype(np.uint64).reshape(-1, 2)


def joined(parts: Sequence[MarkColumns], indices: Ints | None = None) -> MarkColumns:
    """Return several one after the other, or of that only the entries at these indices."""
    categories, authors = Numbers[str](), Numbers[bytes]()
    values: dict[str, Any] = {}
    for name in (field.name for field in fields(MarkColumns)):
        columns = [getattr(part, name) for part in parts]
        if name == "category":
            columns = [_renumbered(p.category, p.categories, categories) for p in parts]
        elif name == "author":
            columns = [_renumbered(p.author, p.authors, authors) for p in parts]
        elif name in ("names", "starts", "categories", "authors"):
            continue
        whole = np.concatenate(columns)
        values[name] = whole if indices is None else whole[indices]
    names, starts = _join_names(parts, indices)
    return MarkColumns(
        **values,
        names=names,
        starts=starts,
        categories=tuple(categories),
        authors=tuple(authors),
    )


def _renumbered(
    column: NDArray[np.int32], words: Sequence[T], numbers: Numbers[T]
) -> NDArray[np.int32]:
    return np.array([numbers[word] for word in words], np.int32)[column]


def _join_names(parts: Sequence[MarkColumns], indices: Ints | None) -> tuple[bytes, Ints]:
    lengths = np.concatenate([np.diff(part.starts) for part in parts])
    if indices is None:
        return b"".join(part.names for part in parts), starts_of(lengths)
    starts = starts_of(lengths)
    firsts = np.cumsum([0, *(len(part.names) for part in parts)])
    # What follows each other stays together: a patch is a few runs of a long column.
    breaks = np.flatnonzero(np.diff(indices) != 1) + 1
    pieces = []
    for run in np.split(indices, breaks) if len(indices) else ():
        begin, end = int(starts[run[0]]), int(starts[run[-1] + 1])
        for part, first in zip(parts, firsts.tolist(), strict=False):
            if begin < first + len(part.names) and end > first:
                pieces.append(part.names[max(0, begin - first) : end - first])
    return b"".join(pieces), starts_of(lengths[indices])


def starts_of(lengths: Ints) -> Ints:
    """Return where each of so long pieces begins, and where the last one ends."""
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


NO_MARKS = MarkColumns.of_marks([])
