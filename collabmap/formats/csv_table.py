"""Write a table as CSV for a spreadsheet: RFC 4180 lines, UTF-8.

With a mark at the start, or Excel takes it for the code page of the computer and breaks every
accent.  Cells that a spreadsheet would take for a formula are made plain text: what a stranger
wrote must not be run by whoever opens the file.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from collabmap.formats.whole_file import whole_file

# What begins a formula, also after what a spreadsheet strips.  Source: OWASP, CSV injection.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A number below zero, which nobody runs.
_NEGATIVE = re.compile(r"-\d+(?:[.,]\d+)?(?:e[+-]?\d+)?")
_BATCH = 500


class Cancel(Protocol):
    """Asked between batches; raises Cancelled when the person has had enough."""

    def check(self) -> None: ...


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str,
    cancel: Cancel | None = None,
    keeps_numbers: bool = False,
) -> int:
    """Write a header and rows; return how many rows.

    delimiter: ';' where the comma is the decimal sign, as Excel wants it there.  keeps_numbers:
    numbers below zero stay numbers.  Raises what
    `whole_file` raises, and Cancelled; the old file then stays as it was.
    """
    with whole_file(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow([plain_cell(cell) for cell in header])
        count = 0
        for count, row in enumerate(rows, start=1):
            if cancel is not None and count % _BATCH == 1:
                cancel.check()
            writer.writerow([plain_cell(cell, keeps_numbers=keeps_numbers) for cell in row])
        text.flush()
        # The file goes on to be synced and named by who opened it.
        text.detach()
    return count


def plain_cell(text: str, *, keeps_numbers: bool = False) -> str:
    """Return a cell that no spreadsheet takes for a formula: with an apostrophe before it.

    Spreadsheets show the apostrophe, which is better than a command that runs.
    """
    if keeps_numbers and _NEGATIVE.fullmatch(text):
        return text
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def said_cell(text: str) -> str:
    """Return what a cell said before `plain_cell` made it plain."""
    return text[1:] if text.startswith("'") and plain_cell(text[1:]) == text else text
