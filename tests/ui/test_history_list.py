"""The history of a place as the window shows it."""

from typing import get_args

import pytest
from pytestqt.qtbot import QtBot

from collabmap.domain.reading_batch import ReadingSum
from collabmap.domain.theme import Theme
from collabmap.review.history import Entry, Step, StepKind
from collabmap.ui.widgets.history_list import EntryRow

MEASURED = (ReadingSum("no2", "µg/m³", 2, 0, 3600, 18.0, 21.0),)


@pytest.mark.parametrize("kind", get_args(StepKind))
def test_whatever_was_done_is_shown(qtbot: QtBot, kind: StepKind) -> None:
    step = Step(kind, "name", "before", "after", "text", about=("name",), readings=MEASURED)
    row = EntryRow(Entry(0, b"p" * 16, "Aïcha", b"r" * 16, (step,)), Theme("x"), b"")
    qtbot.addWidget(row)
    assert "Aïcha" in row.accessibleName()
