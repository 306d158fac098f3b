"""What the list shows: found and sorted in a read lane, its lines read as they come into view."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.map_filter import Bools, among
from collabmap.domain.mark_columns import IS_SHAPE, MarkColumns
from collabmap.domain.mark_order import Order, in_view, index_of, ordered
from collabmap.domain.name_index import NameIndex, words_of
from collabmap.ui.newest import Newest

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.ui.filtering import Filtered, FilterState
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.widgets.place_list import PlaceList

Rows = NDArray[np.int64]
# A word that is less like the one searched for was hardly meant.
_LIKE = 0.7


@dataclass(frozen=True, slots=True)
class Question:
    """What to list.  text: of the search, which looks everywhere; without one, what is in view.

    is_everywhere: what the filter asks for is listed wherever it is, and where it is nowhere.
    near: where the nearest begin.  newest: the place that was just made, which comes first.
    """

    text: str
    is_everywhere: bool
    bbox: Bbox
    near: LngLat
    order: Order
    newest: bytes | None


@dataclass(frozen=True, slots=True)
class Listed:
    """rows: in order.  care: why some need care, by row, where that is what is listed.

    hidden: how many more the filter leaves out.  guess: a better word than the one searched for.
    """

    question: Question
    rows: Rows
    care: Mapping[int, str]
    hidden: int
    guess: str


class Listing(QObject):
    """answered: `answer` is new; the list shows it already.  It lives as long as its panel."""

    answered = Signal()

    def __init__(self, window: "MainWindow", view: "PlaceList", parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._view = view
        self.answer: Listed | None = None
        self._newest = Newest(window.tasks, self)
        self._letters = Newest(window.tasks, self)
        view.places.lines_wanted.connect(self._read_lines)
        view.typed.connect(self._on_typed)
        window.marks.changed.connect(self._on_marks)

    def ask(self, text: str) -> None:
        """List what is in view, or what holds a text, with the filter and the order of now."""
        window, state = self._window, self._window.filter
        columns, filtered = window.marks.columns, state.answer
        if columns is None or filtered is None or filtered.columns is not columns:
            # The filter's answer to the marks of now is under way, and asks again.
            return
        question = Question(
            text,
            filtered.wanted.care,
            window.map.bbox(),
            window.map.centre(),
            state.order,
            window.newest,
        )
        self._newest.ask(
            lambda reader: listed(reader, filtered, question, state),
            self._on_answer,
        )

    def forget(self) -> None:
        """Want no answer any more: other words are being typed."""
        self._newest.forget()
        self.answer = None

    def _on_answer(self, found: Listed) -> None:
        before, self.answer = self.answer, found
        person = self._window.person
        is_elsewhere = before is None or before.question != found.question
        self._view.places.reasons = found.care
        self._view.set_order(
            found.rows, found.question.near, person.id if person else None, from_top=is_elsewhere
        )
        self.answered.emit()

    def _on_marks(self) -> None:
        if self._window.marks.columns is None:
            self._newest.forget()
            self.answer = None
            self._view.places.clear()
        else:
            self._view.places.make_stale()
            self._view.viewport().update()

    # --- the lines -----------------------------------------------------------------------

    def _read_lines(self) -> None:
        lines = self._view.places
        asked = lines.wanted_rows(self._view.ranks_wanted())
        if not asked.rows or self._window.lanes is None:
            return
        self._window.tasks.read(
            lambda reader: reader.place_rows(asked.rows),
            lambda found: lines.take_lines(asked, found),
            owner=self._view,
        )

    # --- names that begin so -------------------------------------------------------------

    def _on_typed(self, letters: str) -> None:
        found, state = self.answer, self._window.filter
        columns = self._window.marks.columns
        if found is None or columns is None:
            return
        # The same letter again goes on to the next; a second one may stay where the first led.
        after = max(0, self._view.currentIndex().row() + (len(letters) == 1))
        self._letters.ask(
            lambda _reader: next_name(
                columns, state.name_index(columns), found.rows, letters, after
            ),
            self._view.go_to,
        )


def listed(
    reader: "Reader", filtered: "Filtered", question: Question, state: "FilterState"
) -> Listed:
    """Return what to list; run in a read lane."""
    columns, shown, nowhere = filtered.columns, filtered.shown, filtered.nowhere
    if question.text:
        rows = reader.rows_matching(question.text)
        candidates = among(columns, rows)
        if shown is None:
            # Nothing is known of them that a filter could ask for.
            left = np.setdiff1d(rows, columns.row, assume_unique=True)
            nowhere = reader.unplaced_rows(left.tolist())
        elif len(nowhere):
            nowhere = np.intersect1d(nowhere, rows)
    elif question.is_everywhere:
        candidates = np.ones(len(columns), np.bool_)
    else:
        candidates = _in_box(reader, columns, question.bbox)
    kept = candidates if shown is None else candidates & shown
    names = state.name_index(columns) if question.order is Order.NAME else None
    marks = ordered(columns, kept, question.order, question.near, names)
    if question.newest is not None and (at := index_of(columns, question.newest)) >= 0 and kept[at]:
        marks = np.concatenate([[at], marks[marks != at]])
    hidden = int(np.count_nonzero(candidates)) - len(marks)
    if question.is_everywhere:
        # All that is not to be looked at: nobody misses it in such a list.
        hidden = 0
    is_nothing = not (len(marks) or len(nowhere) or hidden)
    guess = nearest_word(columns, question.text) if question.text and is_nothing else ""
    rows = np.concatenate([columns.row[marks], nowhere])
    care = filtered.care if question.is_everywhere else {}
    return Listed(question, rows, care, hidden, guess)


def _in_box(reader: "Reader", columns: MarkColumns, bbox: Bbox) -> Bools:
    """Return what can be seen in a box: lines and zones also where only a part of them can."""
    inside = in_view(columns, bbox)
    outside = ((columns.flags & IS_SHAPE) != 0) & ~inside
    if outside.any():
        inside |= among(columns, reader.shape_rows(bbox))
    return inside


def next_name(columns: MarkColumns, names: NameIndex, rows: Rows, text: str, after: int) -> int:
    """Return where in a list the next name that begins so is, -1 if none does."""
    if not len(columns):
        return -1
    marks = np.minimum(np.searchsorted(columns.row, rows), len(columns) - 1)
    # The list may be of a moment ago, or hold what lies nowhere.
    ranks = np.flatnonzero(columns.row[marks] == rows)
    found = names.beginning(text, marks[ranks], int(np.searchsorted(ranks, after)))
    return int(ranks[found]) if found >= 0 else -1


def nearest_word(columns: MarkColumns, text: str) -> str:
    """Return a word of some place's name that looks like the text, '' if none does."""
    # Imported late: nobody who finds what they look for needs it.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    words: set[str] = set()
    for some in words_of(columns):
        words |= some
    best, likeness = "", _LIKE
    left = iter(words)
    # A few at a time: the window has to draw meanwhile.
    while few := list(islice(left, 2000)):
        close = process.extractOne(
            text.lower(), few, scorer=OSA.normalized_similarity, score_cutoff=likeness
        )
        # Of words that are equally like it always the same one, whatever the order of the set.
        if close is not None and (close[1] > likeness or not best or close[0] < best):
            best, likeness = close[0], close[1]
    return best
