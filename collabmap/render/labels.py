"""Where names go: decided once for a whole zoom, so that no name is cut where two pictures meet.

Greedy and deterministic: the most important name first, each only where it fits, is readable and
covers no other.  Positions are pixels of the whole world at one zoom (256 px a tile), y down.
"""

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout

from collabmap.render import fonts

Floats = npt.NDArray[np.float64]
# Positions as complex numbers, x + iy: numpy turns and measures them in one call.
Plane = npt.NDArray[np.complex128]
# x, y, radius in pixels: what a name covers is a row of discs.
Disc = tuple[float, float, float]

# Half the height of a capital, of the font size: shifts a name from beside its line onto it.
# Source: Inter's OS/2 table, sCapHeight 2048 of 2816 units.
HALF_CAPITAL = 0.364
LINE_HEIGHT = 1.2
# A name longer than this (in font sizes) is broken into two lines where it stands alone.
BREAK_AFTER = 7.5
# Between two letters, and over a whole name, in radians: beyond, a bend is no longer readable.
MAX_BEND = 0.34
MAX_TURN = 1.5
STRAIGHT = 0.35
CELL_PX = 48
# Letters are measured and outlined at this size and then scaled: the same on every screen, and
# sizes between whole pixels come for free.
REFERENCE_PX = 100
STEP_PX = 10
FEW = 8
# Writing whose letters join or reorder: set as one piece, on one straight line.
JOINED = frozenset({"R", "AL", "AN"})


class TextStyle(NamedTuple):
    """How a name looks.  spacing_px: extra room after each letter.  clear_px: room around it."""

    size_px: float
    weight: int
    colour: str
    halo: str
    halo_px: float = 3.0
    spacing_px: float = 0.0
    clear_px: float = 3.0


@dataclass(frozen=True, slots=True)
class LineText:
    """A name to set along a line.  points: (n, 2), unit square.  rank: small comes first.

    is_directed: it points along the line, so it is never turned upright, and another one like it
    may stand near (an arrow).
    """

    text: str
    points: Floats
    style: TextStyle
    rank: int
    repeat_px: float = 420.0
    is_directed: bool = False


@dataclass(frozen=True, slots=True)
class PointText:
    """A name to set around a point of the unit square.  room_px: the widest it may be."""

    text: str
    x: float
    y: float
    style: TextStyle
    rank: int
    room_px: float = math.inf
    repeat_px: float = 420.0


class Placed(NamedTuple):
    """A name in its place.  letters: what each row of `at` draws; at: (n, 3) x, y of the left end
    of the baseline, angle in radians.  box: left, top, right, bottom with halo."""

    letters: tuple[str, ...]
    at: Floats
    style: TextStyle
    box: tuple[float, float, float, float]


def place(
    zoom: int, texts: Iterable[LineText | PointText], window: tuple[float, float, float, float]
) -> list[Placed]:
    """Return the names that find room, the most important first.

    window: pixels of the world at this zoom that will be drawn; no name leaves it.
    Needs a QGuiApplication.
    """
    scale = 256.0 * 2**zoom
    ordered = sorted(((_order(text), text) for text in texts), key=lambda pair: pair[0])
    ground = _Ground(window, max((_radius(text.style) for _, text in ordered), default=0.0))
    placed: list[Placed] = []
    for (_, less_length, *_), text in ordered:
        if isinstance(text, PointText):
            placed.extend(_place_point(text, scale, ground))
        elif -less_length * scale >= _width(text.text, text.style) + text.style.size_px:
            placed.extend(_place_line(text, scale, ground))
    return placed


def _order(text: LineText | PointText) -> tuple[int, float, str, float, float]:
    if isinstance(text, PointText):
        return text.rank, 0.0, text.text, text.x, text.y
    across = text.points[1:] - text.points[:-1]
    length = float(np.hypot(across[:, 0], across[:, 1]).sum())
    x, y = map(float, text.points[0])
    return text.rank, -length, text.text, x, y


def _radius(style: TextStyle) -> float:
    """Return the radius of the discs that a name covers, in pixels."""
    return style.size_px * 0.5 + style.clear_px


class _Ground:
    """What is taken: discs in a grid, and where each name already stands.

    largest: radius that no disc goes beyond.
    """

    def __init__(self, window: tuple[float, float, float, float], largest: float) -> None:
        self.window = window
        self._largest = largest
        # A disc lies in each cell from which another may reach it: who asks looks into one.
        self._cells: defaultdict[tuple[int, int], list[Disc]]
        self._cells = defaultdict(list)
        self._names: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)

    def is_free(self, discs: Sequence[Disc]) -> bool:
        """Whether discs lie in the window and touch nothing."""
        left, top, right, bottom = self.window
        for x, y, r in discs:
            if x - r < left or x + r > right or y - r < top or y + r > bottom:
                return False
        for x0, y0, r0 in discs:
            for x1, y1, r1 in self._cells.get((int(x0 // CELL_PX), int(y0 // CELL_PX)), ()):
                if (x0 - x1) ** 2 + (y0 - y1) ** 2 < (r0 + r1) ** 2:
                    return False
        return True

    def is_far(self, name: str, x: float, y: float, repeat_px: float) -> bool:
        """Whether the same name stands nowhere near."""
        return all(math.dist((x, y), other) >= repeat_px for other in self._names[name])

    def take(self, name: str, discs: Sequence[Disc]) -> None:
        cells = self._cells
        for disc in discs:
            x, y, r = disc
            reach = r + self._largest
            rows = range(int((y - reach) // CELL_PX), int((y + reach) // CELL_PX) + 1)
            for i in range(int((x - reach) // CELL_PX), int((x + reach) // CELL_PX) + 1):
                for j in rows:
                    cells[i, j].append(disc)
        count = len(discs)
        middle = (sum(disc[0] for disc in discs) / count, sum(disc[1] for disc in discs) / count)
        self._names[name].append(middle)


# --- names on a spot --------------------------------------------------------------------------


def _place_point(text: PointText, scale: float, ground: _Ground) -> list[Placed]:
    x, y = text.x * scale, text.y * scale
    style = text.style
    lines = break_in_two(text.text, style)
    widths = [_width(line, style) for line in lines]
    if max(widths) > text.room_px or not ground.is_far(text.text, x, y, text.repeat_px):
        return []
    pitch = style.size_px * LINE_HEIGHT
    first = y - pitch * (len(lines) - 1) / 2 + HALF_CAPITAL * style.size_px
    for dy in (0.0, -pitch / 2, pitch / 2, -pitch, pitch):
        baselines = [first + pitch * n + dy for n in range(len(lines))]
        starts = [x - width / 2 for width in widths]
        discs = [
            disc
            for start, base, width in zip(starts, baselines, widths, strict=True)
            for disc in _discs_on_straight(start, base, width, style)
        ]
        if ground.is_free(discs):
            ground.take(text.text, discs)
            # Whole pixels keep upright letters crisp.
            rows = [
                _row(line, round(start), round(base), style)
                for line, start, base in zip(lines, starts, baselines, strict=True)
            ]
            letters = tuple(letter for row in rows for letter in row[0])
            return [Placed(letters, np.concatenate([row[1] for row in rows]), style, _box(discs))]
    return []


def break_in_two(text: str, style: TextStyle) -> list[str]:
    """Return a name on one line, or on two of about the same width where it is long."""
    if _width(text, style) <= BREAK_AFTER * style.size_px or " " not in text:
        return [text]
    words = text.split(" ")
    splits = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
    return list(min(splits, key=lambda pair: max(_width(line, style) for line in pair)))


def _row(text: str, x: float, y: float, style: TextStyle) -> tuple[tuple[str, ...], Floats]:
    letters = _letters(text)
    at = np.zeros((len(letters), 3))
    at[:, 0] = x + _advances(text, style)[:-1]
    at[:, 1] = y
    return letters, at


def _discs_on_straight(x: float, base: float, width: float, style: TextStyle) -> list[Disc]:
    radius = _radius(style)
    gaps = max(1, math.ceil(width / radius))
    middle = base - HALF_CAPITAL * style.size_px
    return [(x + width * n / gaps, middle, radius) for n in range(gaps + 1)]


# --- names along a line -----------------------------------------------------------------------


def _place_line(text: LineText, scale: float, ground: _Ground) -> list[Placed]:
    path = _Path(text.points * scale, text.style.size_px, is_directed=text.is_directed)
    stretches = max(1, int(path.length // text.repeat_px))
    found = []
    for number in range(stretches):
        low, high = path.length * number / stretches, path.length * (number + 1) / stretches
        one = _place_on_stretch(text, path, (low, high), ground)
        if one is not None:
            found.append(one)
    return found


def _place_on_stretch(
    text: LineText, path: "_Path", stretch: tuple[float, float], ground: _Ground
) -> Placed | None:
    """Return the name on the straightest free spot near the middle of a stretch of the line."""
    style = text.style
    advances = _advances(text.text, style)
    width = float(advances[-1])
    middle, room = (stretch[0] + stretch[1] - width) / 2, path.length - width
    shifts = range(0, math.ceil((stretch[1] - stretch[0]) / 2), STEP_PX)
    both = (middle + side * shift for shift in shifts for side in (1, -1))
    starts = np.array([start for start in both if 0 <= start <= room])
    if not len(starts):
        return None
    radius = _radius(style)
    # From the middle outwards, the straight ones first; most names find room at once.
    near = path.spots(starts[:FEW], advances, radius)
    found = _first_free(text, near, (-1.0, STRAIGHT), radius, ground)
    if found is not None:
        return found
    spots = path.spots(starts, advances, radius) if len(starts) > FEW else near
    return _first_free(text, spots, (-1.0, STRAIGHT), radius, ground) or _first_free(
        text, spots, (STRAIGHT, MAX_TURN), radius, ground
    )


def _first_free(
    text: LineText, spots: "_Spots", turns: tuple[float, float], radius: float, ground: _Ground
) -> Placed | None:
    """Return the name on the first free spot where it turns so much."""
    low, high = turns
    for index in np.flatnonzero((spots.turns > low) & (spots.turns <= high)).tolist():
        middles = spots.discs[index].tolist()
        here = middles[len(middles) // 2]
        # Arrows are many and all alike: which of them stand near is not even looked up.
        if not text.is_directed and not ground.is_far(
            text.text, here.real, here.imag, text.repeat_px * 0.7
        ):
            continue
        discs = [(middle.real, middle.imag, radius) for middle in middles]
        if ground.is_free(discs):
            ground.take(text.text, discs)
            rows = spots.rows(index, text.style)
            return Placed(_letters(text.text), rows, text.style, _box(discs))
    return None


class _Spots(NamedTuple):
    """Where a name may begin, a row each.  edges: on the line, between its letters.  angles: of the
    letters, upright, radians.  turns: of the whole name, infinite where two letters bend apart.
    discs: middles of what the name covers."""

    edges: Plane
    angles: Floats
    turns: Floats
    discs: Plane

    def rows(self, index: int, style: TextStyle) -> Floats:
        """Return x, y of the left end of the baseline and the angle of each letter."""
        angles = self.angles[index]
        down = 1j * HALF_CAPITAL * style.size_px * np.exp(1j * angles)
        at = self.edges[index, :-1] + down
        return np.column_stack([at.real, at.imag, angles])


class _Path:
    """A line to write on, its corners rounded as a hand would write along them."""

    def __init__(self, points: Floats, size_px: float, *, is_directed: bool = False) -> None:
        """is_directed: what is written on it is never turned upright."""
        self.is_directed = is_directed
        corners = points[:, 0] + 1j * points[:, 1]
        along = _lengths(corners)
        count = max(3, math.ceil(along[-1] / (size_px / 2)))
        line = np.interp(np.arange(count) * (along[-1] / (count - 1)), along, corners)
        window = min(7, count - (count + 1) % 2)
        half = window // 2
        padded = np.concatenate(
            [2 * line[0] - line[half:0:-1], line, 2 * line[-1] - line[-2 : -half - 2 : -1]]
        )
        self.points: Plane = np.convolve(padded, _bell(window), mode="valid")
        self.along = _lengths(self.points)
        self.length = float(self.along[-1])

    def spots(self, starts: Floats, advances: Floats, radius: float) -> _Spots:
        """Return where a name would stand, for each distance along the line it may begin at."""
        count = len(advances)
        gaps = max(1, math.ceil(advances[-1] / radius))
        steps = np.concatenate([advances, np.arange(gaps + 1) * (advances[-1] / gaps)])
        found = self._at(starts[:, None] + steps)
        edges = found[:, :count]
        back = np.flatnonzero(edges[:, -1].real < edges[:, 0].real)
        if len(back) and not self.is_directed:
            edges[back] = self._at(starts[back, None] + (advances[-1] - advances))
        across = edges[:, 1:] - edges[:, :-1]
        angles = np.arctan2(across.imag, across.real)
        bends = angles[:, 1:] - angles[:, :-1]
        bends -= 2 * np.pi * np.rint(bends / (2 * np.pi))
        angles[:, 1:] = angles[:, :1] + bends.cumsum(axis=1)
        turns = angles.max(axis=1) - angles.min(axis=1)
        turns[(np.abs(bends) > MAX_BEND).any(axis=1)] = np.inf
        return _Spots(edges, angles, turns, found[:, count:])

    def _at(self, along: Floats) -> Plane:
        """Return positions at distances along the line, in the same shape."""
        found: Plane = np.interp(along, self.along, self.points)
        return found


def _lengths(points: Plane) -> Floats:
    """Return how far along a line each of its points lies."""
    along = np.zeros(len(points))
    np.abs(points[1:] - points[:-1]).cumsum(out=along[1:])
    return along


@lru_cache(maxsize=8)
def _bell(window: int) -> Floats:
    kernel = np.hanning(window + 2)[1:-1]
    return np.asarray(kernel / kernel.sum(), dtype=np.float64)


# --- letters ----------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def _letters(text: str) -> tuple[str, ...]:
    """Return what is drawn in one piece: letters with their accents, or a word that is joined."""
    if any(unicodedata.bidirectional(char) in JOINED for char in text):
        return (text,)
    pieces: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        if pieces and unicodedata.combining(char):
            pieces[-1] += char
        else:
            pieces.append(char)
    return tuple(pieces)


def _width(text: str, style: TextStyle) -> float:
    """Return the width of a name in pixels."""
    width = _reference_width(text, style.weight) * style.size_px / REFERENCE_PX
    return width + style.spacing_px * (len(_letters(text)) - 1) if style.spacing_px else width


@lru_cache(maxsize=20_000)
def _reference_width(text: str, weight: int) -> float:
    return _metrics(weight).horizontalAdvance(text)


def _advances(text: str, style: TextStyle) -> Floats:
    """Return where each letter begins, and then the whole width, in pixels, with kerning."""
    starts = _reference_advances(text, style.weight) * (style.size_px / REFERENCE_PX)
    if style.spacing_px:
        starts += style.spacing_px * np.arange(len(starts))
        starts[-1] -= style.spacing_px
    return starts


@lru_cache(maxsize=20_000)
def _reference_advances(text: str, weight: int) -> Floats:
    letters = _letters(text)
    if len(letters) == 1:  # may be written from the right, where positions count down
        return np.array([0.0, _reference_width(text, weight)])
    layout = QTextLayout("".join(letters), _font(weight))
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    # PySide gives (x, cursor) for what is one number in Qt.
    found: list[Any] = [line.cursorToX(end) for end in accumulate(map(len, letters), initial=0)]
    return np.array(found, dtype=float).reshape(len(found), -1)[:, 0]


@lru_cache(maxsize=8)
def _font(weight: int) -> QFont:
    return fonts.font(REFERENCE_PX, weight)


@lru_cache(maxsize=8)
def _metrics(weight: int) -> QFontMetricsF:
    return QFontMetricsF(_font(weight))


def _box(discs: Sequence[Disc]) -> tuple[float, float, float, float]:
    return (
        min(x - r for x, _, r in discs),
        min(y - r for _, y, r in discs),
        max(x + r for x, _, r in discs),
        max(y + r for _, y, r in discs),
    )


def within(placed: Sequence[Placed], box: tuple[float, float, float, float]) -> list[Placed]:
    """Return the names that reach into a box."""
    left, top, right, bottom = box
    return [
        one
        for one in placed
        if one.box[0] <= right and one.box[2] >= left and one.box[1] <= bottom and one.box[3] >= top
    ]
