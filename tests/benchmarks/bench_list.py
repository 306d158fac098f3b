"""What a list of a million places costs, and its filter, on one core.

reload_ms: another order put into the list and shown, and scroll_ms_p95: a page further down, whose
lines are read meanwhile, both in the GUI thread.  filter_ms: which places a filter shows, with the
counts of all its choices; order_ms: the worst of the three orders of all places in view; both in a
read lane.  Processor's time of the thread.  names_s: the names sorted for the first time, beside.
"""

import itertools
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import town
from canvas_stage import copy_of
from figures import Figure, report
from measuring import scratch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from collabmap.app.reader import Reader
from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.map_filter import EMPTY, MapFilter
from collabmap.domain.mark_columns import MarkColumns
from collabmap.domain.mark_order import Order, ordered
from collabmap.domain.name_index import NameIndex
from collabmap.domain.theme import Theme
from collabmap.store.device import Device
from collabmap.ui import look
from collabmap.ui.filtering import answer
from collabmap.ui.listing import Question, listed
from collabmap.ui.widgets.place_list import PlaceList

EVERYWHERE = Bbox(-180.0, -85.0, 180.0, 85.0)
HALF = MapFilter(states=frozenset({FeatureState.ACCEPTED}), first_day=date(2020, 1, 1))
ROUNDS, PAGES = 15, 200


class Names:
    """The sorted names, as the window keeps them."""

    def __init__(self, columns: MarkColumns) -> None:
        self._index = NameIndex.of(columns)

    def name_index(self, _columns: MarkColumns) -> NameIndex:
        return self._index


def main(argv: list[str]) -> int:
    is_quick = "--quick" in argv
    with scratch() as folder:
        project = copy_of(town.town(5_000 if is_quick else 1_000_000), folder / "town")
        device = Device(folder / "device")
        session = Session.open(project, device)
        found = measure(session, 2 if is_quick else ROUNDS, 10 if is_quick else PAGES)
        session.close()
        device.close()
    figures = [
        Figure("reload_ms", found["reload_ms"], "ms", 4.0),
        Figure("scroll_ms_p95", found["scroll_ms_p95"], "ms", 4.0),
        Figure("filter_ms", found["filter_ms"], "ms", 100.0),
        Figure("order_ms", found["order_ms"], "ms", 300.0),
    ]
    beside = {name: value for name, value in found.items() if name not in FIGURES}
    return report("list", figures, beside)


FIGURES = ("reload_ms", "scroll_ms_p95", "filter_ms", "order_ms")


def measure(session: Session, rounds: int, pages: int) -> dict[str, float]:
    reader, theme = session.reader, session.theme
    columns = reader.mark_columns()
    middle = LngLat(float(columns.lng.mean()), float(columns.lat.mean()))
    begun = time.thread_time()
    names = Names(columns)
    found = {"places": float(len(columns)), "names_s": time.thread_time() - begun}
    today = date.today()
    found["filter_ms"] = _ms(lambda: answer(reader, columns, HALF, None, today), rounds)
    whole = answer(reader, columns, EMPTY, None, today)
    for order in Order:
        question = Question("", False, EVERYWHERE, middle, order, None)
        found[f"order_{order.value}_ms"] = _ms(
            lambda q=question: listed(reader, whole, q, names),  # type: ignore[misc, arg-type]
            rounds,
        )
    found["order_ms"] = max(found[f"order_{order.value}_ms"] for order in Order)
    return found | _in_the_list(reader, columns, middle, names, rounds, pages, theme)


def _in_the_list(
    reader: Reader,
    columns: MarkColumns,
    middle: LngLat,
    names: Names,
    rounds: int,
    pages: int,
    theme: Theme,
) -> dict[str, float]:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    look.apply(app, "light", 1.0)
    view = PlaceList(theme, name="Places")
    shown = columns.state >= 0
    rows = [columns.row[ordered(columns, shown, order, middle, names.name_index(columns))]
            for order in (Order.NEAREST, Order.NAME)]  # fmt: skip
    view.places.lines_wanted.connect(lambda: _read(view, reader))
    view.resize(360, 600)
    view.set_order(rows[0], middle, None)
    view.show()
    app.processEvents()

    turns = itertools.cycle(rows)

    def reload() -> None:
        view.set_order(next(turns), middle, None, from_top=True)
        view.viewport().repaint()

    found = {"reload_ms": _ms(reload, rounds)}
    spent = sorted(_page_ms(app, view) for _page in range(pages))
    found["scroll_ms_p95"] = spent[int(0.95 * (len(spent) - 1))]
    view.deleteLater()
    app.processEvents()
    return found


def _read(view: PlaceList, reader: Reader) -> None:
    """Read lines as a lane does: not in the figures, for _page_ms looks away meanwhile."""
    asked = view.places.wanted_rows(view.ranks_wanted())
    view.places.take_lines(asked, reader.place_rows(asked.rows))


def _page_ms(app: QApplication, view: PlaceList) -> float:
    begun = time.thread_time()
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    view.viewport().repaint()
    spent = time.thread_time() - begun
    app.processEvents()
    begun = time.thread_time()
    view.viewport().repaint()
    return 1000 * (spent + time.thread_time() - begun)


def _ms(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _round in range(rounds):
        begun = time.thread_time()
        work()
        times.append(1000 * (time.thread_time() - begun))
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
