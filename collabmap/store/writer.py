"""Writes settled features as rows, many at a time."""

import sqlite3
from collections.abc import Collection
from typing import Any, NamedTuple

from collabmap.domain.cells import cell_of
from collabmap.domain.change import Change
from collabmap.domain.digest import DIGEST_BYTES
from collabmap.domain.geo import Bbox
from collabmap.domain.hlc import ms_of
from collabmap.domain.outcome import Face, Outcome
from collabmap.store import care
from collabmap.store import links as link_rows
from collabmap.store import readings as reading_rows
from collabmap.store.awaiting import Awaiting, awaiting
from collabmap.store.awaiting import note as note_awaiting
from collabmap.store.ledger import Ledger
from collabmap.store.people import People
from collabmap.store.rows import (
    AS_SHOWN,
    GONE,
    ON_MAP,
    OTHERWISE,
    REFUSED,
    UNITED,
    UNPUBLISHED,
    Shape,
    disagrees,
    first_create,
    is_contested,
    plain_bits,
    refused_face,
    shape_of,
    words_of,
)
from collabmap.store.schema import SETTLED

# The life of a row that is not in the table yet.
UNWRITTEN = -1


class Known(NamedTuple):
    """A feature's row before it is settled anew.

    plain: bits (rows.py), 0 if the row in `feature` does not stand for the create.
    """

    id: int
    uuid: bytes
    birth_segment: int | None
    birth_ordinal: int | None
    plain: int
    is_overlaid: int
    life: int
    state: str | None
    published: int
    author: int | None
    born: int | None
    digest: bytes | None
    category: str
    name: str
    lng: float | None
    lat: float | None
    geometry: bytes | None
    fields: str | None

    @classmethod
    def unwritten(cls, number: int, uuid: bytes, birth: tuple[int, int] | None) -> "Known":
        """Return the row of a feature that has none yet."""
        segment, ordinal = birth or (None, None)
        here = (number, uuid, segment, ordinal, 0, 0, UNWRITTEN, None, 0, None, None, None)
        return cls(*here, "", "", None, None, None, None)

    @classmethod
    def columns(cls) -> str:
        return ", ".join(cls._fields)


def _cell(place: Known | Shape) -> int | None:
    """Return the cell of a point, None for a line, a zone and what lies nowhere."""
    if place.geometry is not None or place.lng is None or place.lat is None:
        return None
    return cell_of(place.lng, place.lat)


def _is_whole(shape: Shape | None) -> bool:
    """Whether the columns hold a geometry just as it was written."""
    return shape is not None and shape.lng is not None and shape.is_as_written


class RowWriter:
    """Collects the rows of settled features; `flush` writes them.

    digest: by how much the sum of the features' digests changed.
    """

    def __init__(self, connection: sqlite3.Connection, ledger: Ledger, people: People) -> None:
        self._db = connection
        self._ledger = ledger
        self._people = people
        self._start()
        self.digest = 0
        self.added = self.changed = self.removed = 0
        self._lngs: list[float] = []
        self._lats: list[float] = []
        self.listed: set[bytes] = set()

    def _start(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._new: list[tuple[Any, ...]] = []
        self._overlays: list[tuple[Any, ...]] = []
        self._bared: list[tuple[int]] = []
        self._gone: list[tuple[int]] = []
        self._not_otherwise: list[tuple[int]] = []
        self._otherwise: list[tuple[Any, ...]] = []
        self._cells: list[tuple[int, int]] = []
        self._left_cells: list[tuple[int, int]] = []
        self._boxes: list[tuple[Any, ...]] = []
        self._left_boxes: list[tuple[int]] = []
        self._cares: dict[int, str] = {}
        self._awaiting: dict[int, Awaiting | None] = {}
        self._links: dict[int, tuple[link_rows.Row, ...]] = {}
        self._readings: dict[int, tuple[reading_rows.Row, ...]] = {}
        self._texts: list[tuple[int, str, str]] = []
        self._untexted: list[tuple[int, str, str]] = []

    def write(self, row: Known, outcome: Outcome, changes: Collection[Change]) -> None:
        """Collect what an outcome makes of a row; one without any change left is taken away."""
        if not changes and not self._ledger.groups.get(row.uuid):
            self.drop(row)
            return
        is_refused = outcome.birth is None and outcome.state is not None
        life = REFUSED if is_refused else (ON_MAP if outcome.state is not None else GONE)
        face = outcome.shown if outcome.shown.is_alive else outcome.published
        if is_refused:
            face = refused_face(changes, outcome.redacted)
        shape = shape_of(face) if life != GONE else None
        if shape is not None and shape.lng is None and outcome.redacted:
            # Taken away on purpose: nothing to see to.
            shape = shape._replace(care="")
        birth = outcome.birth or first_create(changes)
        published, other = self._publication(outcome, shape)
        if other is not None:
            columns = (self._changed(outcome.published), *other[:6])
            self._otherwise.append((row.id, *columns))
        elif row.published == OTHERWISE:
            self._not_otherwise.append((row.id,))
        is_disputed = disagrees(outcome, self._ledger.looked_at(outcome.subject))
        self._put(
            row,
            (
                plain_bits(outcome, changes) if _is_whole(shape) else 0,
                life,
                str(outcome.state) if outcome.state else None,
                int(bool(outcome.waiting) or is_disputed or is_contested(outcome)),
                int(is_disputed),
                published,
                self._people.number(birth.person, birth.stamp.rid) if birth else None,
                birth.stamp.time if birth else None,
                self._changed(face) if shape is not None else None,
                *(shape[:6] if shape is not None else (None,) * 6),
                outcome.digest.to_bytes(DIGEST_BYTES, "big"),
            ),
            # Redacted words must not stay in the row that stands for the create.
            stays=not outcome.redacted,
        )
        self._index(row, shape if life == ON_MAP else None)
        needs = shape.care if shape is not None and life == ON_MAP else ""
        self._await(row, awaiting(outcome, changes, needs, self._ledger, self._people))
        faces = (outcome.shown.elements, outcome.published.elements)
        self._link(row, link_rows.links_among(*faces, self._ledger, self._people))
        self._measure(row, reading_rows.readings_among(*faces, self._ledger, self._people))
        self._count(row, life, shape, outcome.digest)

    def put(
        self,
        row: Known,
        shape: Shape,
        columns: tuple[Any, ...],
        digest: int,
        waits: Awaiting | None,
        links: tuple[link_rows.Row, ...] = (),
        readings: tuple[reading_rows.Row, ...] = (),
    ) -> None:
        """Collect a row on the map that is settled already.

        columns: plain, life, state, waiting, disagreement, published, author, born, changed.  A
        shape without a box lies where the row did.
        """
        self._put(row, (*columns, *shape[:6], digest.to_bytes(DIGEST_BYTES, "big")))
        self._index(row, shape)
        self._await(row, waits)
        self._link(row, links)
        self._measure(row, readings)
        self._count(row, ON_MAP, shape, digest)

    def _put(self, row: Known, columns: tuple[Any, ...], *, stays: bool = True) -> None:
        """Collect the columns: plain, then SETTLED.

        stays: whether the row of a plain feature may go on standing for its create.
        """
        if row.life == UNWRITTEN:
            self._new.append((*columns, row.id, row.uuid, row.birth_segment, row.birth_ordinal))
        elif row.plain and stays:
            self._overlays.append((row.id, *columns[1:]))
        else:
            self._rows.append((*columns, row.id))
            if row.is_overlaid:
                self._bared.append((row.id,))

    def drop(self, row: Known) -> None:
        """Take the row away of a feature of which no change is left here."""
        self._index(row, None)
        self._await(row, None)
        self._link(row, ())
        self._measure(row, ())
        self._count(row, GONE, None, 0)
        self._not_otherwise.append((row.id,))
        self._gone.append((row.id,))

    def unite(self, row: Known) -> None:
        """Collect a row that goes under the id of another one from now on."""
        self._not_otherwise.append((row.id,))
        self._put(row, (0, UNITED, None, 0, 0, UNPUBLISHED, *(None,) * 10))
        self._index(row, None)
        self._await(row, None)
        self._link(row, ())
        self._measure(row, ())
        self._count(row, UNITED, None, 0)

    def _publication(self, outcome: Outcome, shape: Shape | None) -> tuple[int, Shape | None]:
        """Return how a feature is published, and as what if otherwise than shown."""
        if not outcome.published.is_alive:
            return UNPUBLISHED, None
        # Most often the very same changes: then their values need no second look.
        if outcome.published is outcome.shown:
            return AS_SHOWN, None
        other = shape_of(outcome.published)
        # Whatever is to be seen to is shown, not published.
        if outcome.shown.is_alive and shape is not None and other[:6] == shape[:6]:
            return AS_SHOWN, None
        return OTHERWISE, other

    def _changed(self, face: Face) -> int:
        """Return when a face was written last, in ms as shown."""
        writes = [w for found in face.registers.values() for w in found]
        if not writes:
            return 0
        if not self._ledger.shifts:
            return ms_of(max([w.stamp.time for w in writes]))
        return max(self._ledger.shown_ms(w.stamp.time, w.stamp.rid) for w in writes)

    def _count(self, row: Known, life: int, shape: Shape | None, digest: int) -> None:
        self.digest += digest - (int.from_bytes(row.digest, "big") if row.digest else 0)
        self.listed.add(row.uuid)
        self.added += row.life != ON_MAP and life == ON_MAP
        self.removed += row.life == ON_MAP and life != ON_MAP
        self.changed += row.life == ON_MAP and life == ON_MAP
        if row.lng is not None and row.lat is not None:
            self._lngs.append(row.lng)
            self._lats.append(row.lat)
        if shape is not None and shape.lng is not None and shape.lat is not None:
            self._lngs.append(shape.lng)
            self._lats.append(shape.lat)

    @property
    def box(self) -> Bbox | None:
        """Return where the settled features lie and lay, None for nowhere."""
        if not self._lngs:
            return None
        return Bbox(min(self._lngs), min(self._lats), max(self._lngs), max(self._lats))

    def _await(self, row: Known, waits: Awaiting | None) -> None:
        if waits is not None or row.life != UNWRITTEN:
            self._awaiting[row.id] = waits

    def _link(self, row: Known, links: tuple[link_rows.Row, ...]) -> None:
        if links or row.life != UNWRITTEN:
            self._links[row.id] = links

    def _measure(self, row: Known, readings: tuple[reading_rows.Row, ...]) -> None:
        if readings or row.life != UNWRITTEN:
            self._readings[row.id] = readings

    def _index(self, row: Known, shape: Shape | None) -> None:
        """Collect what the indexes have to forget and to learn."""
        was_shown = row.life == ON_MAP
        reason = shape.care if shape is not None else ""
        if reason or row.life != UNWRITTEN:
            self._cares[row.id] = reason
        if shape is None or not was_shown or shape[2:5] != (row.lng, row.lat, row.geometry):
            self._move(row, shape)
        if was_shown and shape and row.name == shape.name and row.fields == shape.fields:
            return
        if was_shown:
            self._untexted.append((row.id, row.name, words_of(row.fields)))
        if shape is not None:
            self._texts.append((row.id, shape.name, words_of(shape.fields)))

    def _move(self, row: Known, shape: Shape | None) -> None:
        """Collect the cell or the box that a feature leaves, and the one that it comes to."""
        was_shown = row.life == ON_MAP
        before, after = _cell(row) if was_shown else None, _cell(shape) if shape else None
        if before != after:
            if before is not None:
                self._left_cells.append((before, row.id))
            if after is not None:
                self._cells.append((after, row.id))
        if was_shown and row.geometry is not None:
            self._left_boxes.append((row.id,))
        if shape is not None and shape.geometry is not None and shape.box is not None:
            west, south, east, north = shape.box
            self._boxes.append((row.id, west, east, south, north))

    def flush(self) -> None:
        """Write what was collected."""
        many = self._db.executemany
        if self._new:
            marks = ", ".join("?" * (len(SETTLED) + 5))
            many(
                f"INSERT INTO feature (plain, {', '.join(SETTLED)}, id, uuid, birth_segment,"
                f" birth_ordinal) VALUES ({marks})",
                self._new,
            )
        if self._rows:
            many(
                f"UPDATE feature SET plain = ?, {' = ?, '.join(SETTLED)} = ? WHERE id = ?",
                self._rows,
            )
        if self._overlays:
            marks = ", ".join("?" * (len(SETTLED) + 1))
            many(f"INSERT OR REPLACE INTO overlay VALUES ({marks})", self._overlays)
        if self._bared:
            many("DELETE FROM overlay WHERE feature = ?", self._bared)
        if self._not_otherwise:
            many("DELETE FROM published WHERE feature = ?", self._not_otherwise)
        if self._otherwise:
            many(
                "INSERT OR REPLACE INTO published VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._otherwise
            )
        if self._left_boxes:
            many("DELETE FROM feature_box WHERE id = ?", self._left_boxes)
        if self._boxes:
            many("INSERT INTO feature_box VALUES (?, ?, ?, ?, ?)", self._boxes)
        # Neighbours one after the other go to the same pages of the tree.
        if self._left_cells:
            self._left_cells.sort()
            many("DELETE FROM feature_cell WHERE cell = ? AND feature = ?", self._left_cells)
        if self._cells:
            self._cells.sort()
            many("INSERT INTO feature_cell VALUES (?, ?)", self._cells)
        care.note(self._db, self._cares)
        note_awaiting(self._db, self._awaiting)
        link_rows.note(self._db, self._links)
        reading_rows.note(self._db, self._readings)
        if self._untexted:
            # An index without the texts themselves is told what it has to forget.
            many(
                "INSERT INTO feature_text (feature_text, rowid, name, words)"
                " VALUES ('delete', ?, ?, ?)",
                self._untexted,
            )
        if self._texts:
            many("INSERT INTO feature_text (rowid, name, words) VALUES (?, ?, ?)", self._texts)
        if self._gone:
            many("DELETE FROM feature WHERE id = ?", self._gone)
            many("DELETE FROM overlay WHERE feature = ?", self._gone)
        self._start()
