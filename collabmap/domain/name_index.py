"""The names of all marks, folded, so that a million are sorted and searched by their beginnings.

Folded: small letters without accents, as one looks a name up in a dictionary.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.mark_columns import MarkColumns

# Latin letters beyond ASCII are two bytes in UTF-8: C3 to C5, and one that tells which.
_FIRST, _LAST = 0xC3, 0xC5
_NO_PARTS = {"æ": "a", "œ": "o", "ø": "o", "ß": "s", "đ": "d", "ł": "l", "ð": "d", "þ": "t"}
_CHUNK = 8
# Words are taken out of so many bytes at a time: more would hold other threads up.
_SLICE = 1 << 16
_SHORTEST_WORD = 4


def _letter(code: int) -> int:
    small = chr(code).lower()
    plain = _NO_PARTS.get(small) or unicodedata.normalize("NFD", small)[0]
    return ord(plain) if ord(plain) < 128 else ord("?")


_LATIN = np.array([_letter(0xC0 + n) for n in range(3 * 64)], np.uint8)
_ASCII = np.array([ord(chr(b).lower()) if b < 128 else b for b in range(256)], np.uint8)


@dataclass(frozen=True, slots=True)
class NameIndex:
    """folded: uint8, all names one after the other; name i is folded[starts[i]:starts[i + 1]].

    order: indices of the marks, int64, by name; equal names as they came.
    """

    folded: NDArray[np.uint8]
    starts: NDArray[np.int64]
    order: NDArray[np.int64]

    @classmethod
    def of(cls, columns: MarkColumns) -> "NameIndex":
        """Return the index of all names; a second for a million, so never on the GUI thread."""
        folded, starts = _fold(np.frombuffer(columns.names, np.uint8), columns.starts)
        return cls(folded, starts, _sorted(folded, starts))

    def beginning(self, text: str, among: NDArray[np.int64], after: int) -> int:
        """Return the place in `among` of the next name that begins so, -1 if none does.

        among: indices of marks.  after: where to begin to look; after the last comes the first.
        """
        wanted = np.frombuffer(text.encode(), np.uint8)
        wanted, _starts = _fold(wanted, np.array([0, len(wanted)]))
        found = np.arange(len(among))
        for place, letter in enumerate(wanted):
            at = self.starts[among[found]] + place
            found = found[at < self.starts[among[found] + 1]]
            found = found[self.folded[self.starts[among[found]] + place] == letter]
        if not len(found):
            return -1
        later = found[found >= after]
        return int(later[0] if len(later) else found[0])


def words_of(columns: MarkColumns) -> Iterator[set[str]]:
    """Yield the words of four letters or more that stand in names, in small letters."""
    names, starts = columns.names, columns.starts
    begin = 0
    while begin < len(columns):
        end = int(np.searchsorted(starts, starts[begin] + _SLICE, "right"))
        end = min(max(end, begin + 1), len(columns))
        spaced = np.insert(
            np.frombuffer(names[starts[begin] : starts[end]], np.uint8),
            starts[begin:end] - starts[begin],
            ord(" "),
        )
        words = spaced.tobytes().decode(errors="replace").lower().split()
        yield {word for word in words if len(word) >= _SHORTEST_WORD}
        begin = end


def _fold(
    names: NDArray[np.uint8], starts: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the folded bytes, and where each name begins in them."""
    folded = _ASCII[names]
    lead = np.flatnonzero((names[:-1] >= _FIRST) & (names[:-1] <= _LAST))
    if not len(lead):
        return folded, starts
    folded[lead + 1] = _LATIN[(names[lead].astype(int) - _FIRST) * 64 + (names[lead + 1] & 63)]
    # A name has become shorter by one byte for every such letter before its end.
    return np.delete(folded, lead), starts - np.searchsorted(lead, starts)


def _sorted(folded: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the order of the names: eight bytes at a time, as far as names are still equal."""
    count = len(starts) - 1
    order = np.arange(count)
    padded = np.concatenate([folded, np.zeros(_CHUNK, np.uint8)])
    # Where the runs of equal names lie in `order`; at first all names are one run.
    places, runs = order.copy(), np.zeros(count, np.int64)
    offset = 0
    while len(places):
        marks = order[places]
        keys = _keys(padded, starts[marks] + offset, starts[marks + 1])
        by_key = np.lexsort((keys, runs))
        marks, keys, runs = marks[by_key], keys[by_key], runs[by_key]
        order[places] = marks
        is_new = np.ones(len(marks), np.bool_)
        is_new[1:] = (keys[1:] != keys[:-1]) | (runs[1:] != runs[:-1])
        runs = np.cumsum(is_new)
        # Go on with runs of more than one, unless all their names have ended.
        is_alone = is_new & np.append(is_new[1:], True)
        offset += _CHUNK
        is_longer = starts[marks + 1] - starts[marks] > offset
        goes_on = ~is_alone & (np.bincount(runs, is_longer)[runs] > 0)
        places, runs = places[goes_on], runs[goes_on]
    return order


def _keys(
    padded: NDArray[np.uint8], begins: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Return the next eight bytes of each name as a number that sorts as they do."""
    keys = np.zeros(len(begins), np.uint64)
    for place in range(_CHUNK):
        at = begins + place
        byte = np.where(at < ends, padded[np.minimum(at, len(padded) - 1)], 0)
        keys = (keys << np.uint64(8)) | byte.astype(np.uint64)
    return keys
