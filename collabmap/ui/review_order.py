"""Which item of the queue comes next: what is decided leaves, what is put off waits its turn.

Every operation on one item costs about the same among ten and among a hundred thousand: what is
shown is kept sorted, and is counted as it changes.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from collabmap.domain.geo import LngLat, distance_m
from collabmap.review.queue_rows import KINDS, QueueRow
from collabmap.ui.queue_filter import QueueFilter
from collabmap.ui.review_walk import Walk, cell_of

# '' for one group, and what rows may be grouped by.
GROUPS = ("", "place", "category", "author", "kind")
# walk: from each to the nearest that is left.  near: from a point outwards.
SORTS = ("oldest", "newest", "near", "walk")
# Where no quarter is known, rows of one square of about a kilometre belong together.
GROUP_CELL_DEG = 0.01


class Key(NamedTuple):
    """By what rows are sorted.  group: see `group_of`."""

    group: tuple[str, ...]
    is_asked: bool
    value: float
    id: bytes


class Line(NamedTuple):
    """One line of the list: a row, or the heading of a group.  first, size: of the group."""

    row: QueueRow | None
    first: QueueRow
    size: int


class ReviewOrder:
    """rows: what still waits, by id.  is_mine: see queue_filter.py.

    label: what a category is called, by which they are sorted.
    """

    def __init__(self) -> None:
        self.rows: dict[bytes, QueueRow] = {}
        self.filter = QueueFilter()
        self.group = ""
        self.sort = "oldest"
        self.anchor = LngLat(0.0, 0.0)
        self.is_mine: Callable[[QueueRow], bool] = lambda row: False
        self.label: Callable[[str], str] = str
        self._decided: dict[bytes, QueueRow | None] = {}
        self._taken_back: set[bytes] = set()
        self._put_off: set[bytes] = set()
        self._arrange()

    # --- how it is looked at -------------------------------------------------------------

    def look(
        self,
        *,
        filter: QueueFilter | None = None,
        group: str | None = None,
        sort: str | None = None,
        anchor: LngLat | None = None,
    ) -> None:
        """Filter, group or sort otherwise; what is not given stays.  anchor: WGS84, for 'near'."""
        self.filter = self.filter if filter is None else filter
        self.group = self.group if group is None else group
        self.sort = self.sort if sort is None else sort
        self.anchor = self.anchor if anchor is None else anchor
        self._arrange()

    def group_of(self, row: QueueRow) -> tuple[str, ...]:
        """Return to which group a row belongs; groups are sorted by it."""
        if self.group == "place":
            # What lies nowhere known comes last, square by square.
            return ("0", row.where) if row.where else ("1", *_square(row))
        if self.group == "category":
            return (self.label(row.category).casefold(), row.category)
        if self.group == "author":
            return (row.author_name.casefold(), row.author.hex())
        if self.group == "kind":
            return (str(KINDS.index(row.kind)),)
        return ()

    def _key(self, row: QueueRow) -> Key:
        value = float(row.at_ms)
        if self.sort == "newest":
            value = -value
        elif self.sort == "near":
            value = distance_m(self.anchor, LngLat(row.lng, row.lat))
        # What was asked waits for somebody else: it comes last.
        return Key(self.group_of(row), row.is_asked, value, row.id)

    def _arrange(self) -> None:
        """Sort all anew."""
        self._passes = self.filter.lets_through(self.is_mine)
        self._counts: Counter[str] = Counter()
        self._keys: dict[bytes, Key] = {}
        self._sizes: Counter[tuple[str, ...]] = Counter()
        self._walks: dict[tuple[str, ...], Walk] = {}
        for row in self.rows.values():
            self._take(row)
        self._shown = sorted(self._keys.values())
        self._fresh = [key for key in self._shown if key.id not in self._put_off]

    def _take(self, row: QueueRow) -> Key | None:
        """Count a row; return its key if it is shown."""
        if not self._passes(row):
            return None
        self._counts[row.kind] += 1
        if self.filter.kind not in ("", row.kind):
            return None
        key = self._keys[row.id] = self._key(row)
        self._sizes[key.group] += 1
        if self.sort == "walk" and row.id not in self._put_off and not row.is_asked:
            self._walk_of(key.group).put(row.id, LngLat(row.lng, row.lat))
        return key

    def _walk_of(self, group: tuple[str, ...]) -> Walk:
        return self._walks.setdefault(group, Walk())

    # --- numbers -------------------------------------------------------------------------

    @property
    def decided(self) -> int:
        return len(self._decided)

    @property
    def total(self) -> int:
        """How many there were in all, decided ones too."""
        return len(self.rows) + len(self._decided)

    def counts(self) -> Counter[str]:
        """Return how many wait, by kind, of those that all but the filter by kind lets through."""
        return +self._counts

    def shown_count(self) -> int:
        return len(self._shown)

    def shown_rows(self) -> Iterator[QueueRow]:
        """Yield what is shown, in order."""
        return (self.rows[key.id] for key in self._shown)

    def row(self, id_: bytes | None) -> QueueRow | None:
        return self.rows.get(id_) if id_ is not None else None

    def is_shown(self, id_: bytes | None) -> bool:
        return id_ in self._keys

    def is_put_off(self, id_: bytes) -> bool:
        return id_ in self._put_off

    def is_taken_back(self, row: QueueRow) -> bool:
        """Whether it waits again for what was decided here, and not for something new."""
        if row.id not in self._decided:
            return False
        # What was decided in an earlier sitting, or out of view, is known by its id alone.
        known = self._decided[row.id] or row
        return (known.at_ms, known.author) == (row.at_ms, row.author)

    def decided_ids(self) -> tuple[bytes, ...]:
        """Return what was decided, the first one first."""
        return tuple(self._decided)

    def put_off_ids(self) -> frozenset[bytes]:
        return frozenset(self._put_off)

    # --- what changes --------------------------------------------------------------------

    def load(
        self,
        rows: Iterable[QueueRow],
        decided: Iterable[bytes] | None = None,
        put_off: Iterable[bytes] | None = None,
    ) -> None:
        """Take the queue as it was read.  decided, put_off: as kept from an earlier sitting."""
        self.rows = {row.id: row for row in rows}
        known = self._decided if decided is None else decided
        before = self._decided
        self._decided = {id_: before.get(id_) for id_ in known if id_ not in self.rows}
        self._put_off = set(self._put_off if put_off is None else put_off) & self.rows.keys()
        self._arrange()

    def decide(self, id_: bytes) -> None:
        """Take out an item that was just decided."""
        if id_ in self.rows:
            self.count_decided([id_])

    def count_decided(self, ids: Iterable[bytes]) -> None:
        """Count what was decided at once with others; it may be out of the queue already."""
        for id_ in ids:
            row = self.rows.get(id_)
            self.drop(id_)
            self._decided[id_] = row
            self._taken_back.discard(id_)

    def leave(self, id_: bytes) -> None:
        """Take out an item that waits no more; a verdict that was taken back is given again."""
        if id_ in self._taken_back:
            self.decide(id_)
        else:
            self.drop(id_)

    def put(self, row: QueueRow) -> None:
        """Put an item where it belongs: it is new, a verdict was taken back, or it has changed."""
        if self.is_taken_back(row):
            self._taken_back.add(row.id)
        self._decided.pop(row.id, None)
        was_put_off = row.id in self._put_off
        self.drop(row.id)
        if was_put_off:
            self._put_off.add(row.id)
        self.rows[row.id] = row
        key = self._take(row)
        if key is not None:
            insort(self._shown, key)
            if not was_put_off:
                insort(self._fresh, key)

    def drop(self, id_: bytes) -> None:
        """Take out an item that nobody has to decide any more."""
        row = self.rows.pop(id_, None)
        if row is None:
            return
        if self._passes(row):
            self._counts[row.kind] -= 1
        key = self._keys.pop(id_, None)
        if key is not None:
            _remove(self._shown, key)
            _remove(self._fresh, key)
            self._sizes[key.group] -= 1
            if not self._sizes[key.group]:
                del self._sizes[key.group]
            if key.group in self._walks:
                self._walks[key.group].drop(id_)
        self._put_off.discard(id_)

    def put_off(self, id_: bytes) -> None:
        if id_ not in self.rows:
            return
        self._put_off.add(id_)
        key = self._keys.get(id_)
        if key is not None:
            _remove(self._fresh, key)
            if key.group in self._walks:
                self._walks[key.group].drop(id_)

    # --- where to go ---------------------------------------------------------------------

    def first(self) -> bytes | None:
        """Return where to begin: the first that was not put off."""
        shown = self._fresh or self._shown
        return shown[0].id if shown else None

    def following(self, id_: bytes | None) -> bytes | None:
        """Return what comes after an item, past those put off while others are left.

        Ask before the item is taken out.  None: nothing else is shown.
        """
        key = self._keys.get(id_) if id_ is not None else None
        if key is None:
            return self.first()
        if self.sort == "walk" and (nearest := self._nearest(key)) is not None:
            return nearest
        for keys in (self._fresh, self._shown):
            at = bisect_right(keys, key)
            # After the last one it begins again at the top.
            for place in (at, 0):
                if place < len(keys) and keys[place].id != id_:
                    return keys[place].id
        return None

    def _nearest(self, key: Key) -> bytes | None:
        """Return the nearest that is left in the same group; in another one, once it is done."""
        row = self.rows[key.id]
        at = LngLat(row.lng, row.lat)
        walk = self._walks.get(key.group)
        if walk is None:
            return None
        is_in = key.id in walk
        walk.drop(key.id)
        found = walk.nearest(at)
        if is_in:
            walk.put(key.id, at)
        return found

    def coming(self, id_: bytes | None, count: int) -> list[bytes]:
        """Return what comes after an item, as far as it can be told, the next one first."""
        found: list[bytes] = []
        here = id_
        for _step in range(count):
            here = self.following(here)
            if here is None or here == id_ or here in found:
                break
            found.append(here)
        return found

    def neighbour(self, id_: bytes | None, step: int) -> bytes | None:
        """Return the item above (-1) or below (1), the same one at either end."""
        if not self._shown:
            return None
        key = self._keys.get(id_) if id_ is not None else None
        if key is None:
            return self._shown[0].id
        at = bisect_left(self._shown, key) + step
        return self._shown[max(0, min(len(self._shown) - 1, at))].id

    # --- as lines of a list --------------------------------------------------------------

    def lines(self) -> "Lines":
        """Return what is shown as lines, with a heading for each group."""
        return Lines(self)


class Lines:
    """What a list shows.  Groups are few beside rows: their places are added up each time."""

    def __init__(self, order: ReviewOrder) -> None:
        self._order = order
        self._count = len(order._shown)
        self._groups = sorted(order._sizes)
        self._has_headings = order.group != ""
        self._starts: list[int] = []
        total = 0
        for group in self._groups:
            self._starts.append(total)
            total += order._sizes[group] + self._has_headings
        self._total = total

    def __len__(self) -> int:
        return self._total

    @property
    def is_current(self) -> bool:
        """Whether there are as many items as when the lines were counted: else some are none."""
        return self._count == len(self._order._shown)

    def line(self, at: int) -> Line:
        """Return the line at a place of the list."""
        number = bisect_right(self._starts, at) - 1
        group, start = self._groups[number], self._starts[number]
        shown = self._order._shown
        before = start - number * self._has_headings
        first = self._order.rows[shown[before].id]
        inside = at - start - self._has_headings
        row = None if inside < 0 else self._order.rows[shown[before + inside].id]
        return Line(row, first, self._order._sizes[group])

    def place_of(self, id_: bytes | None) -> int | None:
        """Return at which line an item stands, None if it is not shown."""
        key = self._order._keys.get(id_) if id_ is not None else None
        if key is None:
            return None
        rank = bisect_left(self._order._shown, key)
        number = bisect_left(self._groups, key.group)
        return rank + (number + 1) * self._has_headings


def _square(row: QueueRow) -> tuple[str, ...]:
    """Return the square of about a kilometre in which a row lies; all that lie nowhere are one."""
    if not (row.lng or row.lat):
        return ("~",)
    # As texts of one length, numbers sort as they are; from north to south, as one reads.
    x, y = cell_of(LngLat(row.lng, row.lat), GROUP_CELL_DEG)
    return (f"{20_000 - y:06d}", f"{x + 40_000:06d}")


def _remove(keys: list[Key], key: Key) -> None:
    at = bisect_left(keys, key)
    if at < len(keys) and keys[at] == key:
        del keys[at]
