"""From the pieces of a spool to the entries of an index.

Pieces of one street in one commune become one entry, the two stops of a bus line one stop, a town's
node and its borders one town; house numbers find their street.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import shapely

from collabmap.basemap.gazetteer_kinds import KINDS
from collabmap.basemap.gazetteer_layout import MICRO
from collabmap.basemap.gazetteer_spool import Cancel, Piece, Spool
from collabmap.basemap.gazetteer_where import REACH_M, Area, Centre, Where, roles_of
from collabmap.basemap.typed import house_key
from collabmap.domain.name_words import expansions, words_of

STREET, PLACE, ROAD = "street", "settlement", "road"
_FAMILY = {
    **dict.fromkeys(("main_street", "street", "path", "stairs", "square"), STREET),
    **dict.fromkeys(("city", "town", "village", "suburb", "quarter", "hamlet", "island"), PLACE),
}
# What may reach from one commune into the next and be the same.
_ACROSS = frozenset({PLACE, ROAD, "river", "stop"})
# Metres between two pieces that are still one thing; otherwise SAME_M.
_GAP_M = {STREET: 1_500, ROAD: 5_000, PLACE: 3_000, "river": 5_000, "stop": 300, "nature": 1_000}
SAME_M = 150
# How far from its street a house may lie where the communes disagree.
HOUSE_M = 2_000
_MICRO_PER_M = MICRO / 111_195.0


class Placed(NamedTuple):
    """A piece with what it is joined by: family, key and bond (its commune, or '')."""

    family: str
    key: str
    bond: str
    quarter: str
    commune: str
    piece: Piece


def key_of(name: str) -> str:
    """Return what names have in common that are the same but for accents and abbreviations."""
    return " ".join((expansions(word) or (word,))[0] for word in words_of(name))


def where_of(rows: Spool) -> Where:
    """Return where things lie, by the areas and the places of a spool."""
    areas = rows.db.execute("SELECT level, name, wkb FROM area ORDER BY ord")
    shapes = [(level, name, shapely.from_wkb(wkb)) for level, name, wkb in areas]
    marks = ",".join("?" * len(REACH_M))
    centres = rows.db.execute(
        f"SELECT kind, names, lng, lat FROM piece WHERE kind IN ({marks}) AND NOT is_area"
        " ORDER BY ord",
        tuple(REACH_M),
    )
    return Where(
        roles_of(shapes),
        [Centre(k, names.split("\n")[0], x / MICRO, y / MICRO) for k, names, x, y in centres],
    )


def join(rows: Spool, areas: Sequence[Area], where: Where, cancel: Cancel | None) -> None:
    """Fill the tables `entry` and `number` of a spool from what was read into it."""
    _place_pieces(rows, where, cancel)
    _put_communes(rows, areas)
    _place_houses(rows, where, cancel)
    rows.flush()
    for batch in _groups(rows, "placed_piece", "family, key, bond, ord"):
        if cancel is not None:
            cancel()
        pieces = [Placed(row[0], row[1], row[2], row[3], row[4], Piece(*row[5:])) for row in batch]
        for cluster in _clusters(pieces):
            _put_entry(rows, cluster)
    rows.flush()
    rows.db.execute("CREATE INDEX entry_key ON entry (key) WHERE family = 'street'")
    for batch in _groups(rows, "placed_house", "key, commune, ord"):
        if cancel is not None:
            cancel()
        _put_numbers(rows, batch)
    rows.flush()


def _place_pieces(rows: Spool, where: Where, cancel: Cancel | None) -> None:
    for batch in rows.batches("SELECT * FROM piece ORDER BY ord"):
        if cancel is not None:
            cancel()
        pieces = [Piece(*row) for row in batch]
        lngs, lats = (np.array([p[i] for p in pieces]) / MICRO for i in (4, 5))
        for piece, spot in zip(pieces, where.of(lngs, lats), strict=True):
            family = _FAMILY.get(piece.kind, piece.kind)
            name = piece.names.split("\n")[0]
            quarter = "" if family == PLACE or spot.quarter == name else spot.quarter
            bond = "" if family in _ACROSS else spot.commune
            row = (family, key_of(name), bond, quarter, spot.commune, *piece)
            rows.put("placed_piece", row)


def _put_communes(rows: Spool, areas: Sequence[Area]) -> None:
    """Make places of the communes and quarters: of some there is only the border."""
    marks = ",".join("?" * len(REACH_M))
    places = rows.db.execute(f"SELECT names FROM piece WHERE kind IN ({marks})", tuple(REACH_M))
    by_other_names = {key_of(name) for (names,) in places for name in names.split("\n")[1:]}
    for area in areas:
        if key_of(area.name) in by_other_names:
            continue
        kind = "village" if area.role == "commune" else "suburb"
        inner = area.shape.representative_point()
        box = [round(degrees * MICRO) for degrees in (inner.x, inner.y, *area.shape.bounds)]
        rank = KINDS[kind].rank
        piece = (rows.next_order(), kind, area.name, rank, *box, 1)
        commune = area.name if area.role == "commune" else ""
        rows.put("placed_piece", (PLACE, key_of(area.name), "", "", commune, *piece))


def _place_houses(rows: Spool, where: Where, cancel: Cancel | None) -> None:
    for batch in rows.batches("SELECT * FROM house ORDER BY ord"):
        if cancel is not None:
            cancel()
        lngs, lats = (np.array([row[i] for row in batch]) / MICRO for i in (4, 5))
        for row, spot in zip(batch, where.of(lngs, lats), strict=True):
            order, number, street, said, lng, lat = row
            commune = spot.commune or said
            rows.put(
                "placed_house",
                (key_of(str(street)), commune, order, house_key(str(number)), street, lng, lat),
            )


def _groups(rows: Spool, table: str, order: str) -> Iterator[list[Any]]:
    """Yield the rows of a table that have all but the last of the columns of `order` in common."""
    columns = order.split(", ")[:-1]
    cursor = rows.db.execute(f"SELECT {', '.join(columns)}, * FROM {table} ORDER BY {order}")
    count = len(columns)
    for _, group in groupby(cursor, key=lambda row: row[:count]):
        yield [row[count:] for row in group]


def _clusters(pieces: list[Placed]) -> Iterator[list[Placed]]:
    """Yield the pieces that lie close enough together to be one thing."""
    if len(pieces) == 1:
        yield pieces
        return
    gap = _GAP_M.get(pieces[0].family, SAME_M) * _MICRO_PER_M
    pieces = sorted(pieces, key=lambda placed: (placed.piece.west, placed.piece.order))
    boxes = [placed.piece.box for placed in pieces]
    lead = list(range(len(pieces)))

    def top(number: int) -> int:
        while lead[number] != number:
            lead[number] = lead[lead[number]]
            number = lead[number]
        return number

    squeeze = float(np.cos(np.radians(boxes[0][1] / MICRO)))
    reach = gap / max(squeeze, 0.01)
    open_ones: list[int] = []
    for number, (west, south, _, north) in enumerate(boxes):
        open_ones = [i for i in open_ones if boxes[i][2] + reach >= west]
        for other in open_ones:
            if boxes[other][1] - gap <= north and boxes[other][3] + gap >= south:
                lead[top(number)] = top(other)
        open_ones.append(number)
    found: dict[int, list[Placed]] = {}
    for number, placed in enumerate(pieces):
        found.setdefault(top(number), []).append(placed)
    yield from sorted(found.values(), key=lambda group: min(p.piece.order for p in group))


def _put_entry(rows: Spool, cluster: list[Placed]) -> None:
    pieces = [placed.piece for placed in cluster]
    boxes = [piece.box for piece in pieces]
    west, south = (min(box[i] for box in boxes) for i in (0, 1))
    east, north = (max(box[i] for box in boxes) for i in (2, 3))
    best = min(cluster, key=lambda p: (-p.piece.rank, p.piece.is_area, p.piece.order))
    at = best
    if best.family in (STREET, ROAD, "river"):
        # The middle of a street is a spot on it: that of the piece nearest to the middle.
        x, y = (west + east) / 2, (south + north) / 2
        at = min(
            cluster,
            key=lambda p: ((p.piece.lng - x) ** 2 + (p.piece.lat - y) ** 2, p.piece.order),
        )
    names = [best.piece.names, *(piece.names for piece in sorted(pieces))]
    all_names = dict.fromkeys(name for text in names for name in text.split("\n"))
    shown = best.piece.names.split("\n")[0]
    rows.put(
        "entry",
        (
            min(piece.order for piece in pieces),
            best.family,
            best.key,
            " ".join(words_of(shown)),
            best.piece.kind,
            "\n".join(all_names),
            at.quarter,
            "" if best.family == PLACE and best.commune in all_names else best.commune,
            best.piece.rank,
            at.piece.lng,
            at.piece.lat,
            west,
            south,
            east,
            north,
        ),
    )


def _put_numbers(rows: Spool, houses: list[Any]) -> None:
    """Tie the houses of one street's name in one commune to their streets."""
    key, commune = houses[0][:2]
    streets = rows.db.execute(
        "SELECT ord, commune, west, south, east, north FROM entry"
        " WHERE family = 'street' AND key = ? ORDER BY ord",
        (key,),
    ).fetchall()
    strays = []
    for house in houses:
        *_, number, _, lng, lat = house
        best = min(
            ((_box_m(lng, lat, s[2:]), s[1] != commune, s[0]) for s in streets), default=None
        )
        if best is None or best[0] > HOUSE_M:
            strays.append(house)
        else:
            rows.put("number", (best[2], number, lng, lat))
    if strays:
        _put_unseen_street(rows, strays)


def _put_unseen_street(rows: Spool, houses: Iterable[Any]) -> None:
    """Make an entry of a street, or hamlet, that is known by its houses only."""
    houses = list(houses)
    key, commune, order, _, street = houses[0][:5]
    lngs, lats = [house[5] for house in houses], [house[6] for house in houses]
    middle = houses[len(houses) // 2]
    box = (min(lngs), min(lats), max(lngs), max(lats))
    sort = " ".join(words_of(street))
    rows.put(
        "entry",
        (order, STREET, key, sort, "street", street, "", commune, KINDS["street"].rank - 4,
         middle[5], middle[6], *box),
    )  # fmt: skip
    for house in houses:
        rows.put("number", (order, house[3], house[5], house[6]))


def _box_m(lng: int, lat: int, box: Sequence[int]) -> float:
    """Return how far a spot lies from a box, in metres."""
    west, south, east, north = box
    x = max(west - lng, 0, lng - east) * float(np.cos(np.radians(lat / MICRO)))
    y = max(south - lat, 0, lat - north)
    return float(np.hypot(x, y)) / _MICRO_PER_M
