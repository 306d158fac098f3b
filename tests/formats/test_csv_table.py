"""Tables for spreadsheets: whole, readable in Excel, and never run as a formula."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.app.progress import CancelToken
from collabmap.errors import Cancelled
from collabmap.formats.csv_table import plain_cell, write_csv

CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\0"))


@given(rows=st.lists(st.tuples(CELLS, CELLS), max_size=5), delimiter=st.sampled_from(";,"))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str
) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    assert write_csv(path, ("a", "b"), rows, delimiter=delimiter) == len(rows)
    with path.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file, delimiter=delimiter))
    assert read == [["a", "b"], *([plain_cell(cell) for cell in row] for row in rows)]


def test_excel_finds_the_mark_of_utf_8_and_lines_as_it_ends_them(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write_csv(path, ("Décision",), [("Refusée ; « non »",)], delimiter=";")
    assert path.read_bytes() == '\ufeffDécision\r\n"Refusée ; « non »"\r\n'.encode()


@pytest.mark.parametrize(
    "words",
    ["=1+1", "+33 6", "-1", "@SUM(A1)", "\t=1", "  =cmd|' /C calc'!A0", "＝1"],
)
def test_no_cell_is_a_formula(words: str) -> None:
    assert plain_cell(words) == f"'{words}"


@pytest.mark.parametrize("words", ["", "Fontaine", "14 h–17 h", "a=b", "'=1"])
def test_other_cells_are_left_as_they_are(words: str) -> None:
    assert plain_cell(words) == words


def test_a_table_that_is_given_up_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("old")
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        write_csv(path, ("a",), [("b",)], delimiter=",", cancel=token)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
