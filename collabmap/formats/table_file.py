"""Tables as spreadsheets and sensors write them: CSV in any of its dialects, as cells of text.

Encoding, separator and heads are found out, for nobody knows those of a file: UTF-8 with or without
its mark, UTF-16 as Excel's "Unicode text", Windows' code page; `;`, tab, `,` or `|`; lines about
the file above the heads; a line of units below them; Excel's `sep=;`.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from collabmap.errors import FileMissing, ReadingsTooLarge, ReadingsUnreadable
from collabmap.formats.csv_table import said_cell

MAX_MEGABYTES = 60
_SEPARATORS = ";\t|,"
# So many lines show how a table is written.
_LOOKED_AT = 60
# A table has few columns; a line with more is a slip of a quote.
MAX_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table.  heads: of each column, '' where there is none; units: as a line below says them.

    rows: cells, as many as heads.  numbers: in which line of the file each row begins, from 1.
    above: how many lines about the file stand above the heads.
    """

    name: str
    encoding: str
    separator: str
    heads: tuple[str, ...]
    units: tuple[str, ...]
    rows: list[list[str]]
    numbers: list[int]
    above: int = 0

    def column(self, index: int, most: int | None = None) -> list[str]:
        """Return the cells of a column that say something, at most so many."""
        found = (row[index].strip() for row in self.rows[: None if most is None else 20 * most])
        return [cell for cell in found if cell][:most]


def read_table(path: Path, says_value: Callable[[str], bool]) -> TableFile:
    """Read a table from a file.  Raises FileMissing, ReadingsTooLarge, ReadingsUnreadable.

    says_value: whether a cell is a number or a time, as heads and units never are.
    """
    try:
        size = path.stat().st_size
        if size > MAX_MEGABYTES * 1_000_000:
            raise ReadingsTooLarge(name=path.name, limit=MAX_MEGABYTES)
        data = path.read_bytes()
    except OSError as error:
        raise FileMissing(name=path.name) from error
    return table_of(data, path.name, says_value)


def table_of(data: bytes, name: str, says_value: Callable[[str], bool]) -> TableFile:
    """Return the table that bytes say; see `read_table`."""
    text, encoding = _decoded(data)
    if "\0" in text or data[:4] == b"PK\x03\x04":
        raise ReadingsUnreadable(name=name)
    said, text = _said_separator(text)
    separator = said or _separator(text)
    lines, numbers = _lines(text, separator, name)
    if said:
        numbers = [number + 1 for number in numbers]
    if not lines:
        raise ReadingsUnreadable(name=name)
    width = _width(lines)
    start = next((i for i, line in enumerate(lines) if _filled(line) >= min(width, 2)), 0)
    kept, numbers = lines[start:], numbers[start:]
    width = max(width, _width(kept))
    padded = ([*line, *[""] * (width - len(line))][:width] for line in kept)
    cells = [[said_cell(cell) for cell in line] for line in padded]
    heads, units = _heads(cells, says_value)
    skipped = bool(heads) + bool(units)
    return TableFile(
        name,
        encoding,
        separator,
        heads or ("",) * width,
        units or ("",) * width,
        cells[skipped:],
        numbers[skipped:],
        start,
    )


def _decoded(data: bytes) -> tuple[str, str]:
    """Return text and the name of its encoding."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"),
                           (b"\xfe\xff", "utf-16")):  # fmt: skip
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), encoding.removesuffix("-sig")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # Five bytes have no character there: they stay visible, and nothing else is lost.
        return data.decode("cp1252", errors="replace"), "cp1252"


def _said_separator(text: str) -> tuple[str, str]:
    """Return the separator that a first line `sep=;` says, '' for none, and the text after it."""
    first, newline, rest = text.partition("\n")
    said = first.strip().strip('"')
    if newline and len(said) == 5 and said.lower().startswith("sep="):
        return said[4], rest
    return "", text


def _separator(text: str) -> str:
    """Return the separator by which most lines have equally many cells."""
    sample = "\n".join(text.splitlines()[:_LOOKED_AT])

    def order(separator: str) -> tuple[float, int]:
        widths = Counter(len(line) for line in _parsed(sample, separator) if any(line))
        widths.pop(1, None)
        total = sum(widths.values())
        most = max(widths.values(), default=0)
        share = most / max(1, len(sample.splitlines()))
        return (round(share, 1) if total else 0.0, -_SEPARATORS.index(separator))

    return max(_SEPARATORS, key=order)


def _parsed(text: str, separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        # A quote that is never closed: then quotes mean nothing in this file.
        lines = io.StringIO(text.replace("\r", "\n"))
        return list(csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE))


def _lines(text: str, separator: str, name: str) -> tuple[list[list[str]], list[int]]:
    """Return lines that say something, and where each begins."""
    found, numbers = [], []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        before = 0
        for line in reader:
            if any(cell.strip() for cell in line):
                found.append(line)
                numbers.append(before + 1)
            before = reader.line_num
    except csv.Error:
        plain = _parsed(text, separator)
        kept = [(i, line) for i, line in enumerate(plain, 1) if any(c.strip() for c in line)]
        found, numbers = [line for _i, line in kept], [i for i, _line in kept]
    if any(len(line) > MAX_COLUMNS for line in found[:_LOOKED_AT]):
        raise ReadingsUnreadable(name=name)
    return found, numbers


def _filled(line: Sequence[str]) -> int:
    return sum(1 for cell in line if cell.strip())


def _width(lines: Sequence[Sequence[str]]) -> int:
    """Return how many columns the table has: as many as most of its lines."""
    widths = Counter(len(line) for line in lines[: 20 * _LOOKED_AT])
    return max(widths, key=lambda width: (widths[width], width))


def _heads(
    cells: Sequence[Sequence[str]], says_value: Callable[[str], bool]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the heads of a table and the units below them, () where there are none."""

    def is_words(line: Sequence[str]) -> bool:
        return not any(says_value(cell) for cell in line if cell.strip())

    if len(cells) < 2 or not is_words(cells[0]):
        return (), ()
    heads = tuple(" ".join(cell.split()) for cell in cells[0])
    below = cells[1]
    if len(cells) > 2 and is_words(below) and not is_words(cells[2]):
        return heads, tuple(" ".join(cell.split()) for cell in below)
    return heads, ()
